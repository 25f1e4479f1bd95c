"""What is made of frozen data: the public page, the report, the annex, the data file. Handed to services.publishing."""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template

from tracker import clock
from tracker.db import db
from tracker.queries import chase_papers
from tracker.queries.publications import Frozen
from tracker.rules.results import canonical
from tracker.services.publishing import Makers, NewFile
from tracker.web import result_charts

PAGE, REPORT, ANNEX, DATA = "trang.html", "bao-cao.docx", "phu-luc.xlsx", "so-lieu.json"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Name -> what it is, in the order of the page.
DOWNLOADS = {
    REPORT: "Báo cáo (Word)",
    ANNEX: "Phụ lục số liệu (Excel, có công thức)",
    "du-lieu.csv": "Dữ liệu mở từng phiếu (CSV)",
    "tu-dien.csv": "Từ điển dữ liệu (CSV)",
    DATA: "Toàn bộ số liệu (JSON, để kiểm chứng)",
}
#: Beyond so many units a row has no drawing: the page must stay light on a phone.
CHARTED_UNITS = 400


def makers() -> Makers:
    return Makers(table=_table, page=_page, documents=_documents)


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    from tracker.documents.writing.sheets import SheetColumn, csv_file  # the libraries of tables are loaded when needed

    return csv_file([SheetColumn(column) for column in columns], rows, kind="open")


def _page(frozen: Frozen) -> NewFile:
    result = frozen.result
    html = render_template(
        "public/result.html",
        f=frozen,
        v=frozen.line,
        r=result,
        axes={n: result_charts.axis_of_block(block) for n, block in enumerate(result.blocks)},
        pieces=result_charts.pieces,
        charts=result.units <= CHARTED_UNITS,
        downloads=DOWNLOADS,
    )
    return NewFile(PAGE, "text/html; charset=utf-8", html.encode("utf-8"))


def _documents(frozen: Frozen) -> list[NewFile]:
    return [
        NewFile(REPORT, DOCX, report_of(frozen)),
        NewFile(ANNEX, XLSX, annex_of(frozen)),
        NewFile(DATA, "application/json", canonical(frozen.table)),
    ]


def report_of(frozen: Frozen) -> bytes:
    from tracker.documents.papers.result_report import ResultReport, result_report

    head = chase_papers.paper_head(db.session(), frozen.plan_id)
    return result_report(ResultReport(head, frozen.result, frozen.line.issued_on or clock.today()))


def annex_of(frozen: Frozen) -> bytes:
    from tracker.documents.papers.result_annex import result_annex

    return result_annex(frozen.result, fingerprint=frozen.line.fingerprint)
