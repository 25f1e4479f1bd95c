"""The report and the annex of a result: parts and tables of the Word file; formulas of the Excel file give the same figures."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import docx
import openpyxl
import pytest

from tests.documents.papers import lines_of, recalculated
from tests.rules.test_result_figures import collected
from tracker.documents.papers.result_annex import result_annex
from tracker.documents.papers.result_report import ResultReport, result_report
from tracker.queries.chase_papers import PaperHead
from tracker.rules.results import EarlierFigure, MissingUnit, ResultData, make_result

HEAD = PaperHead(
    plan_name="Kế hoạch", plan_number="12/KH-UBND", issued_on=date(2021, 5, 28), issuer="UBND thành phố Cam Ranh",
    place="Cam Ranh", office="Phòng Nội vụ", superior="UBND thành phố Cam Ranh", symbol="PNV", signer="Lê Văn Dũng",
    signing_lines=("TRƯỞNG PHÒNG",), coordinator="Trần Thu Hà", coordinator_position="Chuyên viên", phone="0258",
    email="ha@example.vn", leader_position="Trưởng phòng",
)  # fmt: skip


@pytest.fixture(scope="module")
def result() -> ResultData:
    earlier = {("unit", "1"): EarlierFigure(Decimal("81.50"), "Thông báo 4/TB-UBND")}
    return make_result(collected(earlier), exceptions=[MissingUnit("Trạm Y tế xã Cam Lập", "sáp nhập")])


def test_the_report_has_its_parts_in_order_and_says_what_is_left_to_people(result: ResultData) -> None:
    said = lines_of(result_report(ResultReport(HEAD, result, date(2021, 10, 20))))
    wanted = [
        "BÁO CÁO", "I. TÌNH HÌNH TRIỂN KHAI", "1. Căn cứ, phương pháp", "4. Số phiếu", "6. Cách tính", "II. KẾT QUẢ",
        "1. Kết quả chung", "2. Theo khối đơn vị", "3. Theo đơn vị", "4. Theo tiêu chí", "III. ĐÁNH GIÁ",
        "IV. KIẾN NGHỊ, GIẢI PHÁP", "Phụ lục I", "Phụ lục II", "Phụ lục III",
    ]  # fmt: skip
    assert [line for line in said if line in wanted] == wanted
    assert "Không có số liệu của Trạm Y tế xã Cam Lập: sáp nhập." in said
    assert sum("Cách tính chưa đối chiếu văn bản." in line for line in said) == 1  # both questionnaires are counted alike


def test_the_reports_figures_are_those_of_the_result(result: ResultData) -> None:
    document = docx.Document(io.BytesIO(result_report(ResultReport(HEAD, result, date(2021, 10, 20)))))
    rows = [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]
    first = result.blocks[0].units[0]
    shown = f"{first.index.value}".replace(".", ",") + "%"
    assert any(row[1:2] == [first.name] and shown in row for row in rows)
    small = next(row for row in rows if "Đơn vị 4" in row and len(row) > 5)
    assert small[3] == "–"


def test_the_annex_holds_counts_and_every_share_as_a_formula(result: ResultData) -> None:
    book = openpyxl.load_workbook(io.BytesIO(result_annex(result, fingerprint="ab12")))
    assert book.sheetnames == ["Đơn vị 1", "Câu hỏi 1", "Đơn vị 2", "Câu hỏi 2", "Số phiếu", "Ghi chú"]
    questions = book["Câu hỏi 1"]
    assert questions["A4"].value == "A1"
    assert questions["I4"].value == "=SUM(D4:H4)"
    assert questions["J4"].value == "=ROUND(100*(G4+H4)/I4,2)"
    assert questions["K4"].value == "=ROUND((1*D4+2*E4+3*F4+4*G4+5*H4)/I4,2)"
    notes = [row[0].value for row in book["Ghi chú"].iter_rows()]
    assert "Mã kiểm chứng của số liệu (SHA-256): ab12" in notes


@pytest.mark.office
def test_libreoffice_recalculates_the_annex_to_the_same_figures(result: ResultData, tmp_path: Path) -> None:
    made = recalculated(result_annex(result), tmp_path)
    book = openpyxl.load_workbook(io.BytesIO(made), data_only=True)
    for place, block in enumerate(result.blocks, 1):
        page = book[f"Câu hỏi {place}"]
        rows = {row[0].value: row for row in page.iter_rows(min_row=4) if row[0].value}
        for question in block.levels:
            row = [cell.value for cell in rows[question.code]]
            assert (row[8], Decimal(str(row[9])), Decimal(str(row[10]))) == (
                question.answered,
                question.share.value.normalize() if question.share.value else None,
                question.mean.normalize() if question.mean else None,
            )
        units = book[f"Đơn vị {place}"]
        ranks = {row[1].value: row[4].value for row in units.iter_rows(min_row=4)}
        assert {u.name: ranks[u.name] for u in block.units} == {u.name: u.rank or "–" for u in block.units}
    changes = {row[1].value: row[6].value for row in book["Đơn vị 1"].iter_rows(min_row=4)}
    first = next(unit for unit in result.blocks[0].units if unit.name == "Đơn vị 1")
    assert Decimal(str(changes["Đơn vị 1"])) == first.change
