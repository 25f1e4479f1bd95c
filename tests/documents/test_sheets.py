"""XLSX and CSV: real dates, and nothing that runs when it is opened."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import load_workbook

from tests.documents.papers import office_csv
from tracker.documents.writing.sheets import Sheet, SheetColumn, csv_file
from tracker.documents.writing.workbook import xlsx_file

COLUMNS = [
    SheetColumn("Đơn vị", 40),
    SheetColumn("Hạn", 12),
    SheetColumn("Số phiếu", 10, "#,##0"),
    SheetColumn("Tỷ lệ", 10, "0.00"),
]
ROWS = [
    ["UBND phường Ba Ngòi", date(2021, 6, 19), 1650, 86.36],
    ["=HYPERLINK(\"http://x\")", None, -4, 0.5],
]  # fmt: skip
DANGEROUS = ["=1+1", "+84 905", "-2+3", "@SUM(A1)", "\t=1+1", "\r=1+1", "＝1+1"]


def page(content: bytes, at: int = 0):
    return load_workbook(io.BytesIO(content)).worksheets[at]


def test_a_table_with_its_title_head_and_real_values():
    made = page(xlsx_file([Sheet("Đơn vị", COLUMNS, ROWS, above=["DANH SÁCH ĐƠN VỊ", "Đến ngày 18/6/2021"])]))
    assert [[cell.value for cell in row] for row in made.iter_rows()] == [
        ["DANH SÁCH ĐƠN VỊ", None, None, None],
        ["Đến ngày 18/6/2021", None, None, None],
        [None, None, None, None],
        ["Đơn vị", "Hạn", "Số phiếu", "Tỷ lệ"],
        ["UBND phường Ba Ngòi", datetime(2021, 6, 19), 1650, 86.36],
        ["=HYPERLINK(\"http://x\")", None, -4, 0.5],
    ]  # fmt: skip
    assert [cell.number_format for cell in made[5]] == ["General", "dd/mm/yyyy", "#,##0", "0.00"]
    assert (made.freeze_panes, made.auto_filter.ref, made.print_title_rows) == ("A5", "A4:D6", "$4:$4")
    assert [made.column_dimensions[letter].width for letter in "ABCD"] == [40, 12, 10, 10]
    assert all(cell.font.bold for cell in made[4])


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_text_of_people_is_a_formula(text):
    content = xlsx_file([Sheet("x", COLUMNS[:1], [[text]])])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    assert page(content)["A2"].data_type == "s"
    assert page(content)["A2"].quotePrefix is True
    second = csv_file(COLUMNS[:1], [[text]]).decode("utf-8-sig").splitlines()[1]
    assert second == "'" + text.replace("\r", "")


def test_numbers_stay_numbers_though_they_begin_with_a_sign():
    assert page(xlsx_file([Sheet("x", COLUMNS[:1], [[-4]])]))["A2"].value == -4
    assert csv_file(COLUMNS[:1], [[-4]]).decode("utf-8-sig").splitlines()[1] == "-4"


def test_csv_for_excel_and_csv_for_programs():
    rows = [["Ba Ngòi; Cam Lộc", date(2021, 6, 19), 1650, 86.36], [None, datetime(2021, 7, 1, 14, 30), True, 2.0]]
    excel = csv_file(COLUMNS, rows)
    assert excel.startswith(b"\xef\xbb\xbf")
    assert excel.decode("utf-8-sig").split("\r\n") == [
        "Đơn vị;Hạn;Số phiếu;Tỷ lệ",
        '"Ba Ngòi; Cam Lộc";19/06/2021;1650;86,36',
        ";01/07/2021 14:30;có;2",
        "",
    ]
    assert csv_file(COLUMNS, rows, kind="open").decode("utf-8-sig").split("\r\n") == [
        "Đơn vị,Hạn,Số phiếu,Tỷ lệ",
        "Ba Ngòi; Cam Lộc,2021-06-19,1650,86.36",
        ",2021-07-01T14:30,có,2",
        "",
    ]


def test_names_of_sheets_are_made_fit_and_kept_apart():
    long = "Kết quả theo khối: UBND xã/phường và thị trấn"
    book = load_workbook(
        io.BytesIO(xlsx_file([Sheet(long, COLUMNS[:1], []), Sheet(long, COLUMNS[:1], []), Sheet("''", COLUMNS[:1], [])]))
    )
    assert book.sheetnames == ["Kết quả theo khối  UBND xã phườ", "Kết quả theo khối  UBND xã ph 2", "Bảng"]
    assert page(xlsx_file([Sheet("trống", COLUMNS[:1], [])])).auto_filter.ref == "A1:A1"


@pytest.mark.office
def test_libreoffice_opens_the_table_and_runs_nothing(tmp_path):
    rows = [[text] for text in DANGEROUS]
    read = office_csv(xlsx_file([Sheet("x", COLUMNS[:1], rows)]), tmp_path)
    assert [line.strip('\t" ') for line in read] == ["Đơn vị", *[text.strip() for text in DANGEROUS]]
