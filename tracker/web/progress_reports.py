"""Báo cáo tiến độ at any day: one page to print, the Word draft, the workbook."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.db import db
from tracker.queries.progress_reports import ProgressReport, every_work, progress_report
from tracker.web import guards
from tracker.web.chase_letters import docx_answer
from tracker.web.chasing import plan_of_office
from tracker.web.forms import read_day
from tracker.web.publication_files import XLSX
from tracker.web.results import READERS

bp = Blueprint("progress_reports", __name__)
#: What is latest, for the page; the files list all.
LATE_SHOWN = 100


@bp.get("/plans/<int:plan_id>/progress")
@guards.roles(*READERS)
def show(plan_id: int) -> ResponseReturnValue:
    from tracker.documents.papers import progress_report as paper  # python-docx is loaded when it is needed

    plan = plan_of_office(plan_id)
    day, problem = _day()
    report = progress_report(db.session(), plan_id, as_of=day, today=clock.today(), late_shown=LATE_SHOWN)
    return render_template(
        "plans/progress_report.html",
        plan=plan,
        r=report,
        problem=problem,
        typed=request.args.get("on", ""),
        general=paper.general_words(report),
        late_words=paper.late_words(report, has_annexes=False),
        next_words=paper.next_words,
        words=paper.EXTENSION_WORDS,
    )


@bp.get("/plans/<int:plan_id>/progress/<any('bao-cao.docx', 'bao-cao.xlsx'):name>")
@guards.roles(*READERS)
def download(plan_id: int, name: str) -> ResponseReturnValue:
    from tracker.documents.papers.progress_report import progress_document
    from tracker.documents.papers.progress_workbook import progress_workbook

    plan_of_office(plan_id)
    report: ProgressReport = progress_report(db.session(), plan_id, as_of=_day()[0], today=clock.today())
    file_name = f"bao-cao-tien-do-{report.as_of:%Y-%m-%d}"
    if name.endswith(".docx"):
        return docx_answer(progress_document(report), f"{file_name}.docx")
    works = every_work(db.session(), plan_id, as_of=report.as_of)
    answer = Response(progress_workbook(report, works), mimetype=XLSX)
    answer.headers.set("Content-Disposition", "attachment", filename=f"{file_name}.xlsx")
    return answer


def _day() -> tuple[date, str]:
    """The day asked for and what is wrong with it; today where none is, or where it has not come yet."""
    today = clock.today()
    typed = request.args.get("on", "").strip()
    if not typed:
        return today, ""
    try:
        day = read_day(typed)
    except ValueError as error:
        return today, str(error)
    return (day, "") if day <= today else (today, "Ngày báo cáo không sau hôm nay; dưới đây là số liệu hôm nay.")
