"""The same table in every pasted form, whole and damaged, gives the same stages."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import pytest

from tests.rules.timeline_forms import AFTER, BEFORE, CELL_A_LINE, HEADINGS, ROW_A_LINE, ROWS, WRITERS, Row
from tracker.documents import read_text
from tracker.rules.document import Cell, DocumentText, Line, Table
from tracker.rules.drafts import parse
from tracker.rules.drafts.timeline import read_timeline
from tracker.rules.parsed import Timeline

FORMS = tuple(WRITERS)


def read(text: str) -> Timeline:
    return read_timeline(read_text(text), year=2024)


def rows_of(timeline: Timeline) -> list[tuple[str, ...]]:
    return [
        (s.no, " ".join(s.content.split()), "; ".join(s.lead), "; ".join(s.coordinating), s.time.wording) for s in timeline.stages
    ]


def written(form: str, headings: Row | None, rows: Sequence[Row]) -> Timeline:
    return read(BEFORE + WRITERS[form](headings, rows) + AFTER)


def but(index: int, row: Row) -> list[Row]:
    return [row if i == index else own for i, own in enumerate(ROWS)]


@pytest.mark.parametrize("form", FORMS)
def test_a_whole_table_is_read_in_every_form(form: str) -> None:
    timeline = written(form, HEADINGS, ROWS)
    assert rows_of(timeline) == list(ROWS)
    assert timeline.form == ("one cell a line" if form in CELL_A_LINE else "table")


@pytest.mark.parametrize("form", FORMS)
def test_a_missing_number_leaves_its_row_whole(form: str) -> None:
    expected = but(2, ("", *ROWS[2][1:]))
    assert rows_of(written(form, HEADINGS, expected)) == expected


@pytest.mark.parametrize("form", ROW_A_LINE)
def test_a_row_short_of_its_number_is_put_in_its_columns(form: str) -> None:
    assert rows_of(written(form, HEADINGS, but(2, ROWS[2][1:]))) == but(2, ("", *ROWS[2][1:]))


@pytest.mark.parametrize("form", FORMS)
def test_an_empty_last_cell_is_no_time_and_takes_none_from_above(form: str) -> None:
    expected = but(4, (*ROWS[4][:4], ""))
    timeline = written(form, HEADINGS, expected)
    assert rows_of(timeline) == expected
    assert timeline.stages[4].time.kind.value == "undated"


@pytest.mark.parametrize("form", FORMS)
def test_section_rows_head_the_stages_under_them(form: str) -> None:
    first, second = ("I", "GIAI ĐOẠN CHUẨN BỊ", "", "", ""), ("II", "TRIỂN KHAI", "", "", "")
    timeline = written(form, HEADINGS, [first, *ROWS[:2], second, *ROWS[2:]])
    assert rows_of(timeline) == list(ROWS)
    assert [stage.section for stage in timeline.stages] == ["GIAI ĐOẠN CHUẨN BỊ"] * 2 + ["TRIỂN KHAI"] * 5


@pytest.mark.parametrize("form", [form for form in FORMS if form not in ("cell_lines", "cell_lines_blank_between_rows")])
def test_columns_may_stand_in_another_order(form: str) -> None:
    order = (0, 4, 1, 3, 2)
    timeline = written(form, [HEADINGS[i] for i in order], [[row[i] for i in order] for row in ROWS])
    assert rows_of(timeline) == list(ROWS)


@pytest.mark.parametrize("form", FORMS)
def test_the_lead_may_stand_before_the_work(form: str) -> None:
    order = (0, 2, 1, 3, 4)
    timeline = written(form, [HEADINGS[i] for i in order], [[row[i] for i in order] for row in ROWS])
    assert rows_of(timeline) == list(ROWS)


@pytest.mark.parametrize("form", [form for form in FORMS if form != "lined_up"])
def test_a_column_of_results_is_kept_beside(form: str) -> None:
    results = ("Kế hoạch", "Lớp tập huấn", "Phiếu", "Báo cáo", "Dữ liệu", "Báo cáo", "Quyết định")
    rows = [[*row[:4], result, row[4]] for row, result in zip(ROWS, results, strict=True)]
    timeline = written(form, [*HEADINGS[:4], "Sản phẩm", HEADINGS[4]], rows)
    assert rows_of(timeline) == list(ROWS)
    assert [dict(stage.extra)["Sản phẩm"] for stage in timeline.stages] == list(results)


@pytest.mark.parametrize("form", FORMS)
def test_a_table_without_coordinating_column_is_read(form: str) -> None:
    timeline = written(form, [*HEADINGS[:3], HEADINGS[4]], [[*row[:3], row[4]] for row in ROWS])
    assert rows_of(timeline) == [(*row[:3], "", row[4]) for row in ROWS]


@pytest.mark.parametrize("form", [form for form in FORMS if form != "markdown"])
def test_number_work_and_time_are_known_without_headings(form: str) -> None:
    timeline = written(form, None, [[row[0], row[1], row[4]] for row in ROWS])
    assert rows_of(timeline) == [(row[0], row[1], "", "", row[4]) for row in ROWS]


@pytest.mark.parametrize("form", [form for form in FORMS if form not in ("drawn", "markdown", "lined_up")])
def test_headings_said_again_on_a_new_page_are_no_stage(form: str) -> None:
    write = WRITERS[form]
    text = BEFORE + write(HEADINGS, ROWS[:3]) + "\n3\n" + write(HEADINGS, ROWS[3:]) + AFTER
    assert rows_of(read(text)) == list(ROWS)


@pytest.mark.parametrize("form", [form for form in FORMS if form not in ("drawn", "lined_up", "gaps", "markdown")])
@pytest.mark.parametrize("width", [60, 40, 28, 20])
def test_cells_wrapped_over_lines_are_put_together(form: str, width: int) -> None:
    wrapped = [["\n".join(textwrap.wrap(cell, width)) for cell in row] for row in ROWS]
    headings = ["\n".join(textwrap.wrap(cell, width)) for cell in HEADINGS]
    assert rows_of(written(form, headings, wrapped)) == list(ROWS)
    assert rows_of(written(form, HEADINGS, [["", *wrapped[0][1:]], *wrapped[1:]]))[1:] == list(ROWS[1:])


def test_an_owner_supposed_from_above_is_doubted() -> None:
    timeline = written("tabs", HEADINGS, but(1, (*ROWS[1][:2], "", "", ROWS[1][4])))
    assert timeline.stages[1].lead == ("Phòng Nội vụ",)
    assert [(doubt.key, doubt.stage) for doubt in timeline.doubts] == [("owner_missing", 2)]


def test_an_unreadable_time_keeps_its_words_and_is_doubted() -> None:
    text = BEFORE + WRITERS["tabs"](HEADINGS, but(1, (*ROWS[1][:4], "Tùy tình hình thực tế"))) + AFTER
    plan = parse(read_text(text))
    time = plan.timeline.stages[1].time
    assert (time.wording, time.kind.value, time.due_on) == ("Tùy tình hình thực tế", "unparsable", None)
    assert [doubt.stage for doubt in plan.doubts if doubt.key == "time_unparsed"] == [2]


@pytest.mark.parametrize("form", FORMS)
def test_every_stage_knows_its_lines(form: str) -> None:
    text = BEFORE + WRITERS[form](HEADINGS, ROWS) + AFTER
    lines = text.splitlines()
    for stage, row in zip(read(text).stages, ROWS, strict=True):
        assert stage.place is not None
        assert stage.time_place is not None
        assert stage.lead_place is not None
        assert row[1].split()[0] in lines[stage.place.block]
        assert row[4].split()[0] in lines[stage.time_place.block]
        assert row[2].split()[0] in lines[stage.lead_place.block]


# Tables that the file itself marks as such ---------------------------------------------------------------------------------

MERGED = Cell("", continued=True)


def table(place: int, *rows: Sequence[str | Cell]) -> Table:
    return Table(place, tuple(tuple(cell if isinstance(cell, Cell) else Cell(cell) for cell in row) for row in rows))


def stages(*blocks: Line | Table) -> list[tuple[str, ...]]:
    return rows_of(read_timeline(DocumentText(tuple(blocks)), year=2024))


def test_a_real_table_reads_as_the_typed_one() -> None:
    assert stages(table(0, HEADINGS, *ROWS)) == list(ROWS)


def test_places_in_a_real_table_name_row_and_column() -> None:
    stage = read_timeline(DocumentText((table(7, HEADINGS, *ROWS),)), year=2024).stages[2]
    assert stage.place is not None
    assert stage.time_place is not None
    assert stage.lead_place is not None
    assert (stage.place.block, stage.place.row, stage.place.column) == (7, 3, 1)
    assert (stage.lead_place.column, stage.time_place.column) == (2, 4)


def test_merged_cells_give_number_owner_and_time_to_the_rows_below() -> None:
    found = stages(
        table(
            0,
            HEADINGS,
            ("1", "Lập danh sách", "Phòng Nội vụ", "Phòng Y tế", "Tháng 3/2024"),
            (MERGED, "In phiếu", MERGED, MERGED, MERGED),
            ("2", "Khảo sát", MERGED, "", "Tháng 5/2024"),
            (MERGED, MERGED, "Trạm Y tế", "", MERGED),
        )
    )
    assert found == [
        ("1", "Lập danh sách", "Phòng Nội vụ", "Phòng Y tế", "Tháng 3/2024"),
        ("1", "In phiếu", "Phòng Nội vụ", "Phòng Y tế", "Tháng 3/2024"),
        ("2", "Khảo sát", "Phòng Nội vụ; Trạm Y tế", "", "Tháng 5/2024"),
    ]


def test_an_empty_cell_that_is_not_merged_stays_empty_in_a_real_table() -> None:
    found = stages(
        table(0, HEADINGS, ("1", "Khảo sát", "Phòng Nội vụ", "", "Tháng 3/2024"), ("2", "Báo cáo", "", "", "Tháng 4/2024"))
    )
    assert found[1] == ("2", "Báo cáo", "", "", "Tháng 4/2024")


def test_headings_in_two_rows_are_joined() -> None:
    upper = ("TT", "Nội dung", Cell("Phân công", span=2), "", "Thời gian")
    lower = (MERGED, MERGED, "Chủ trì", "Phối hợp", MERGED)
    row = ("1", "Khảo sát", "Phòng Nội vụ", "Phòng Y tế", "Tháng 3/2024")
    assert stages(table(0, upper, lower, row)) == [row]


def test_a_title_row_and_spread_section_rows_are_no_stages() -> None:
    found = stages(
        table(
            0,
            (Cell("PHỤ LỤC TIẾN ĐỘ", span=5), "", "", "", ""),
            HEADINGS,
            (Cell("I. Chuẩn bị", span=5), "", "", "", ""),
            ROWS[0],
            (Cell("II. Triển khai", span=5), "", "", "", ""),
            ROWS[1],
        )
    )
    assert found == list(ROWS[:2])


def test_a_table_cut_by_a_page_is_one_table() -> None:
    assert stages(table(0, HEADINGS, *ROWS[:3]), Line(1, ""), Line(2, "2"), table(3, *ROWS[3:])) == list(ROWS)
    assert stages(table(0, HEADINGS, *ROWS[:3]), table(1, HEADINGS, *ROWS[3:])) == list(ROWS)


def test_a_row_cut_by_a_page_is_one_row() -> None:
    found = stages(
        table(0, HEADINGS, ("1", "Xây dựng kế hoạch khảo sát mức độ", "Phòng Nội", "", "Trước ngày")),
        table(1, ("", "hài lòng của người dân", "vụ", "", "20/3/2024"), ROWS[1]),
    )
    assert found == [
        ("1", "Xây dựng kế hoạch khảo sát mức độ hài lòng của người dân", "Phòng Nội vụ", "", "Trước ngày 20/3/2024"),
        ROWS[1],
    ]


def test_letterhead_and_signature_tables_are_left_aside() -> None:
    head = table(
        0, ("ỦY BAN NHÂN DÂN\nHUYỆN A", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"), ("Số: 12/KH-UBND", "A, ngày 01 tháng 3 năm 2024")
    )
    foot = table(2, ("Nơi nhận:\n- Như trên;", "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH"))
    timeline = read_timeline(DocumentText((head, table(1, HEADINGS, *ROWS), foot)), year=2024)
    assert rows_of(timeline) == list(ROWS)
    assert [place.block for place, _ in timeline.other_tables] == [0, 2]
