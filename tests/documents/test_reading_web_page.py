"""HTML pages: words in lines, tables with their merged cells, nothing of what a browser would not show."""

from __future__ import annotations

import pytest

from tracker.documents import read
from tracker.errors import UnreadableDocument
from tracker.rules.document import Cell, DocumentText, Line, Table


def page(body: str) -> DocumentText:
    return read(f'<!doctype html><meta charset="utf-8">{body}'.encode(), "kế hoạch.html")


def texts(body: str) -> list[str]:
    return [block.text for block in page(body).blocks if isinstance(block, Line)]


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("<p>Một\n  dòng</p><p>Hai</p>", ["Một dòng", "Hai"]),
        ("<div>Một<div>Hai</div>Ba</div>", ["Một", "Hai", "Ba"]),
        ("Một<br>Hai<br/>Ba", ["Một", "Hai", "Ba"]),
        ("<p>Một<p>Hai", ["Một", "Hai"]),
        ("<b>Ủy ban</b> <i>nhân dân</i>", ["Ủy ban nhân dân"]),
        ("<p>Sở&nbsp;Nội&nbsp;vụ &amp; c&#225;c s&#7903;</p>", ["Sở Nội vụ & các sở"]),
        ("<style>p{}</style><script>var a='<p>x</p>'</script><p>Một</p>", ["Một"]),
        ("<p style='display:none'>ẩn</p><p hidden>ẩn</p><p>hiện</p>", ["hiện"]),
        ("<ol><li>một</li><li>hai</li></ol><ul><li>ba</li></ul>", ["1. một", "2. hai", "- ba"]),
        ("<ol start='4'><li>bốn</li></ol>", ["4. bốn"]),
        ("<p><![if !supportLists]>1.<![endif]> Việc</p><!-- ghi chú -->", ["1. Việc"]),
        ("<pre>Số:\t/KH\ndòng hai</pre>", ["Số:\t/KH", "dòng hai"]),
        ("<p>Một</div></span><p>Hai</table>", ["Một", "Hai"]),
    ],
)
def test_words_come_out_in_lines(body: str, lines: list[str]) -> None:
    assert texts(body) == lines


def rows(body: str) -> list[list[str]]:
    (found,) = [block for block in page(body).blocks if isinstance(block, Table)]
    return [[cell.text for cell in row] for row in found.rows]


def test_merged_cells_are_laid_out() -> None:
    body = """<table><tr><th>TT</th><th>Nội dung</th><th>Thời gian</th></tr>
    <tr><td colspan=3>I. Chuẩn bị</td></tr><tr><td rowspan="2">1</td><td>Lập kế hoạch</td><td>Tháng 3</td></tr>
    <tr><td>In phiếu</td><td>Tháng 4</td></tr><tr><td>2</td><td>ngắn</td></tr></table>"""
    (found,) = [block for block in page(body).blocks if isinstance(block, Table)]
    assert found.rows == (
        (Cell("TT"), Cell("Nội dung"), Cell("Thời gian")),
        (Cell("I. Chuẩn bị", span=3), Cell(""), Cell("")),
        (Cell("1"), Cell("Lập kế hoạch"), Cell("Tháng 3")),
        (Cell("", continued=True), Cell("In phiếu"), Cell("Tháng 4")),
        (Cell("2"), Cell("ngắn"), Cell("")),
    )


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<table><tr><td>1<td>Việc<tr><td>2<td>Hai</table>", [["1", "Việc"], ["2", "Hai"]]),
        ("<table><td>1</td><td>Việc</td></table>", [["1", "Việc"]]),
        (
            "<table><thead><tr><th>TT</th><th>a</th></tr></thead><tbody><tr><td>1</td><td>b</td></tr></tbody></table>",
            [["TT", "a"], ["1", "b"]],
        ),
        (
            "<table><tr><td><p>Tổ chức:</p><ul><li>một</li><li>hai</li></ul></td><td>x</td></tr></table>",
            [["Tổ chức:\n- một\n- hai", "x"]],
        ),
        ("<table><tr><td>1</td><td>Việc", [["1", "Việc"]]),
        ("<table><tr><td colspan='9999999'>a</td></tr><tr><td rowspan=99999>b</td><td>c</td></tr></table>", None),
    ],
    ids=["unclosed cells", "no row", "head and body", "list in a cell", "cut off", "absurd spans"],
)
def test_careless_tables_are_read(body: str, expected: list[list[str]] | None) -> None:
    found = rows(body)
    assert expected is None or found == expected
    assert all(len(row) == len(found[0]) <= 100 for row in found)


def test_a_layout_table_gives_way_to_the_table_inside() -> None:
    inner = "<table><tr><td>1</td><td>a</td></tr><tr><td>2</td><td>b</td></tr></table>"
    body = f"<table><tr><td><p>KẾ HOẠCH</p>{inner}</td></tr></table>"
    assert page(body).blocks[0] == Line(0, "KẾ HOẠCH")
    assert rows(body) == [["1", "a"], ["2", "b"]]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("<p>Kế hoạch</p>".encode(), "Kế hoạch"),
        ("<html><p>Kế hoạch</p>".encode("utf-16"), "Kế hoạch"),
        ("<meta charset=windows-1258><p>Kê\u0301 hoa\u0323ch</p>".encode("cp1258"), "Kế hoạch"),
    ],
    ids=["none named", "UTF-16", "Windows 1258"],
)
def test_the_declared_encoding_is_used(content: bytes, text: str) -> None:
    assert read(content, "a.htm").blocks == (Line(0, text),)


def test_a_page_in_an_unknown_encoding_is_refused() -> None:
    with pytest.raises(UnreadableDocument) as refusal:
        read(b"<p>K\xfe\xff\xfa</p>", "a.html")
    assert refusal.value.key == "text_encoding"


def test_deep_nesting_is_flattened() -> None:
    assert texts("<table><tr><td>" * 500 + "sâu" + "</td></tr></table>" * 500) == ["sâu"]
