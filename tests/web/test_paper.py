"""The source document with its marks: nothing of the text is lost, every mark stands on its words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tracker.rules.document import Block, Cell, DocumentText, Line, Table
from tracker.rules.parsed import Place
from tracker.web.intake.paper import Mark, PaperBlock, Piece, paper


def mark(id: str, block: int, words: str = "", *, row: int | None = None, column: int | None = None, tone: str = "run") -> Mark:
    return Mark(id, Place(block, row, column, words), id.upper(), f"#{id}", tone)


def lines(*texts: str) -> DocumentText:
    return DocumentText(tuple(Line(n, text) for n, text in enumerate(texts)))


def told(pieces: tuple[Piece, ...]) -> list[tuple[str, str]]:
    """(text, id of its mark)"""
    return [(p.text, p.mark.id if p.mark else "") for p in pieces]


def test_words_are_marked_where_they_stand() -> None:
    (block,) = paper(lines("1. Số lượng: 1.650 phiếu."), [mark("a", 0, "1.650 phiếu")])
    assert told(block.pieces) == [("1. Số lượng: ", ""), ("1.650 phiếu", "a"), (".", "")]
    assert [(p.ids, p.label) for p in block.pieces] == [((), ""), (("a",), "A"), ((), "")]


def test_words_that_are_spaced_otherwise_are_still_found() -> None:
    (block,) = paper(lines("từ  ngày 02/7\u00a0đến"), [mark("a", 0, "từ ngày 02/7")])
    assert told(block.pieces)[0] == ("từ  ngày 02/7", "a")


def test_words_that_are_not_there_mark_the_whole_text() -> None:
    (block,) = paper(lines("  Nơi nhận: "), [mark("a", 0, "khác")])
    assert told(block.pieces) == [("  ", ""), ("Nơi nhận:", "a"), (" ", "")]


def test_narrow_mark_stands_inside_a_wide_one() -> None:
    (block,) = paper(lines("phúc tra 10% số phiếu"), [mark("wide", 0), mark("in", 0, "10%", tone="soon")])
    assert told(block.pieces) == [("phúc tra ", "wide"), ("10%", "in"), (" số phiếu", "wide")]
    assert [p.ids for p in block.pieces] == [("wide",), ("in",), ()]
    assert [p.label for p in block.pieces] == ["", "IN", "WIDE"]


def test_two_marks_on_the_same_words_keep_both_anchors_and_the_louder_one_shows() -> None:
    (block,) = paper(lines("Trước ngày 20/6"), [mark("m1", 0, "Trước ngày 20/6"), mark("q5", 0, "Trước ngày 20/6", tone="soon")])
    (piece,) = block.pieces
    assert (piece.mark.id if piece.mark else "", piece.ids, piece.label) == ("q5", ("m1", "q5"), "M1 Q5")


def test_lines_parted_by_tabs_become_the_table_they_were() -> None:
    document = lines("Bảng", "TT\tViệc\tHạn", "", "1\tKhảo sát\tTháng 6", "2\tBáo cáo", "Hết")
    blocks = paper(document, [mark("a", 3, "Tháng 6"), mark("b", 4, column=1)])
    assert [b.kind for b in blocks] == ["p", "table", "p"]
    table = blocks[1]
    assert [[told(cell.pieces) for cell in row] for row in table.rows] == [
        [[("TT", "")], [("Việc", "")], [("Hạn", "")]],
        [[("1", "")], [("Khảo sát", "")], [("Tháng 6", "a")]],
        [[("2", "")], [("Báo cáo", "b")], []],
    ]


def test_merged_cells_keep_their_span_and_height() -> None:
    table = Table(
        0,
        (
            (Cell("Đầu", span=2), Cell(""), Cell("Hạn")),
            (Cell("1"), Cell("A"), Cell("Tháng 6")),
            (Cell("2"), Cell("B"), Cell("", continued=True)),
        ),
    )
    (block,) = paper(DocumentText((table,)), [mark("a", 0, "Tháng", row=1, column=2)])
    assert [[(c.span, c.rows) for c in row] for row in block.rows] == [
        [(2, 1), (1, 1)],
        [(1, 1), (1, 1), (1, 2)],
        [(1, 1), (1, 1)],
    ]
    assert told(block.rows[1][2].pieces) == [("Tháng", "a"), (" 6", "")]


def test_titles_and_headings_are_told_apart() -> None:
    document = lines("KẾ HOẠCH", "", "Khảo sát năm 2021", "Căn cứ Quyết định", "II. ĐỐI TƯỢNG KHẢO SÁT", "1. Mục đích")
    assert [b.kind for b in paper(document, [])] == ["mid", "mid", "p", "head", "p"]


def all_text(blocks: list[PaperBlock]) -> str:
    parts = []
    for block in blocks:
        parts += [p.text for p in block.pieces]
        parts += [p.text for row in block.rows for cell in row for p in cell.pieces]
    return "".join("".join(parts).split())


texts = st.text("abc đ\t1/", max_size=14)
tables = st.integers(1, 3).flatmap(
    lambda width: st.lists(st.tuples(*[st.builds(Cell, texts)] * width), min_size=1, max_size=3).map(tuple)
)


@st.composite
def documents(draw: st.DrawFn) -> DocumentText:
    count = draw(st.integers(0, 6))
    blocks: list[Block] = []
    for place in range(count):
        blocks.append(Table(place, draw(tables)) if draw(st.booleans()) else Line(place, draw(texts)))
    return DocumentText(tuple(blocks))


marks = st.lists(
    st.builds(
        Mark,
        st.sampled_from(["m1", "q2", "f3"]),
        st.builds(Place, st.integers(0, 6), st.none() | st.integers(0, 3), st.none() | st.integers(0, 3), texts),
        st.just("1"),
        st.just("#r1"),
        st.sampled_from(["run", "soon"]),
    ),
    max_size=6,
)


@given(documents(), marks)
def test_no_text_is_lost_or_doubled(document: DocumentText, own: list[Mark]) -> None:
    source = []
    for block in document.blocks:
        source += [block.text] if isinstance(block, Line) else [cell.text for row in block.rows for cell in row]
    assert all_text(paper(document, own)) == "".join("".join(source).split())
