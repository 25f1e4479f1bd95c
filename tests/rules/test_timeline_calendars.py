"""Timelines drawn as a calendar: a column a month, a quarter or a week, a cross where work is done."""

from __future__ import annotations

import pytest

from tests.rules.timeline_forms import bars, markdown, tabs
from tracker.rules.document import Cell, DocumentText, Line, Table
from tracker.rules.drafts.timeline import read_timeline

ROWS = [
    ["1", "Xây dựng kế hoạch", "Phòng Nội vụ", "x", "", "", ""],
    ["2", "Phát phiếu, thu phiếu", "UBND các xã", "", "x", "x", ""],
    ["3", "Kiểm tra, báo cáo", "Phòng Nội vụ", "x", "", "", "X"],
]
MONTHS = [
    ("Tháng 3", "2025-03-01", "2025-03-31"),
    ("Tháng 4 - Tháng 5", "2025-04-01", "2025-05-31"),
    ("Tháng 3; Tháng 6", "2025-06-01", "2025-06-30"),
]


def read(document):
    return read_timeline(document, year=2025).stages


def typed(text):
    return DocumentText(tuple(Line(place, line) for place, line in enumerate(text.split("\n"))))


@pytest.mark.parametrize("form", [tabs, bars, markdown])
@pytest.mark.parametrize(
    "heads", [["Tháng 3", "Tháng 4", "Tháng 5", "Tháng 6"], ["T3", "T4", "T5", "T6"], ["Th.3", "Th.4", "Th.5", "Th.6"]]
)
def test_crosses_under_months_become_the_months(form, heads):
    stages = read(typed(form(["STT", "Nội dung", "Chủ trì", *heads], ROWS)))
    assert [(s.lead, s.time.wording) for s in stages] == [
        (("Phòng Nội vụ",), MONTHS[0][0]), (("UBND các xã",), MONTHS[1][0]), (("Phòng Nội vụ",), MONTHS[2][0]),
    ]  # fmt: skip
    assert [(str(s.time.start_on), str(s.time.due_on)) for s in stages[:2]] == [m[1:] for m in MONTHS[:2]]


def test_quarters_are_read_like_months():
    stages = read(typed(tabs(["STT", "Nội dung", "Chủ trì", "Quý I", "Quý II", "Quý III", "Quý IV"], ROWS)))
    assert [s.time.wording for s in stages] == ["Quý I", "Quý II - Quý III", "Quý I; Quý IV"]
    assert str(stages[1].time.due_on) == "2025-09-30"


def test_numbers_under_the_word_months_name_months():
    def row(*texts):
        return tuple(Cell(text) for text in texts)

    upper = (Cell("STT"), Cell("Nội dung"), Cell("Chủ trì"), Cell("Tháng", span=4), Cell(""), Cell(""), Cell(""))
    table = Table(0, (upper, row("", "", "", "3", "4", "5", "6"), *(row(*cells) for cells in ROWS)))
    assert [s.time.wording for s in read(DocumentText((table,)))] == [m[0] for m in MONTHS]


def test_a_table_of_figures_by_month_is_no_calendar():
    rows = [["1", "Xã A", "12", "15", "9"], ["2", "Xã B", "7", "8", "11"]]
    stages = read(typed(tabs(["STT", "Nội dung", "Tháng 3", "Tháng 4", "Tháng 5"], rows)))
    assert all(not s.time.wording for s in stages)
