"""PDF files: ruled tables exact, lines joined to paragraphs, furniture dropped; the rest refused with a sentence."""

from __future__ import annotations

import zlib

import pytest

from tests.documents.making import pdf, ruled, words
from tracker.documents import read
from tracker.errors import UnreadableDocument
from tracker.rules.document import Cell, DocumentText, Line, Table

LONG = "Phong Noi vu chu tri, phoi hop voi cac co quan, don vi co lien quan thuc hien"


def pages(*contents: str) -> DocumentText:
    return read(pdf(*contents), "a.pdf")


def lines(document: DocumentText) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Line)]


def cells(document: DocumentText) -> list[list[list[str]]]:
    return [[[cell.text for cell in row] for row in block.rows] for block in document.blocks if isinstance(block, Table)]


def test_a_line_cut_by_the_margin_is_joined_and_a_short_one_ends_its_paragraph() -> None:
    drawn = words(72, 700, LONG) + words(72, 685, "nhiem vu duoc giao.") + words(72, 670, "Phong Noi vu tham muu.")
    assert lines(pages(drawn)) == [f"{LONG} nhiem vu duoc giao.", "Phong Noi vu tham muu."]


def test_bullets_and_set_in_lines_begin_paragraphs() -> None:
    drawn = (
        words(72, 700, LONG)
        + words(72, 685, "- UBND cac xa, phuong;")
        + words(72, 670, LONG)
        + words(100, 655, "Dong thut vao dau doan.")
    )
    assert lines(pages(drawn)) == [LONG, "- UBND cac xa, phuong;", LONG, "Dong thut vao dau doan."]


def test_two_columns_of_a_letterhead_are_parted_by_a_tab() -> None:
    drawn = (
        words(72, 780, "UBND XA")
        + words(300, 780, "CONG HOA XA HOI")
        + words(72, 760, "So: 12/KH-UBND")
        + words(300, 760, "Ngay 5/6/2024")
    )
    assert lines(pages(drawn)) == ["UBND XA\tCONG HOA XA HOI", "So: 12/KH-UBND\tNgay 5/6/2024"]


XS, ROW = [72, 110, 360, 520], 40


def grid_page(rows: list[list[str]], top: int = 780) -> str:
    ys = [top - ROW * n for n in range(len(rows) + 1)]
    drawn = ruled(XS, ys)
    for n, row in enumerate(rows):
        for x, text in zip(XS, row, strict=False):
            for k, line in enumerate(text.split("\n")):
                drawn += words(x + 4, ys[n] - 14 - 13 * k, line, 10)
    return drawn


def test_a_ruled_table_is_read_cell_by_cell() -> None:
    found = cells(
        pages(grid_page([["TT", "Noi dung", "Thoi gian"], ["1", "Lap ke hoach", "Thang 3/2024"], ["2", "Khao sat", ""]]))
    )
    assert found == [[["TT", "Noi dung", "Thoi gian"], ["1", "Lap ke hoach", "Thang 3/2024"], ["2", "Khao sat", ""]]]


def test_lines_of_a_cell_are_joined_where_the_border_cut_them() -> None:
    text = "Cung cap thong tin, so lieu phuc vu cong tac dieu tra xa\nhoi hoc nam 2024"
    found = cells(pages(grid_page([["1", text, "Quy I"], ["2", "Khao sat:\n- nguoi dan", "Quy II"]])))
    assert found[0][0][1] == text.replace("\n", " ")
    assert found[0][1][1] == "Khao sat:\n- nguoi dan"


def test_merged_cells_of_a_ruled_table_are_marked() -> None:
    drawn = "".join(
        f"{x0} {y} m {x1} {y} l S\n" for x0, x1, y in [(72, 520, 780), (72, 520, 740), (110, 520, 700), (72, 520, 660)]
    )
    drawn += "".join(
        f"{x} {y0} m {x} {y1} l S\n" for x, y0, y1 in [(72, 780, 660), (110, 740, 660), (360, 740, 660), (520, 780, 660)]
    )
    drawn += (
        words(76, 760, "I. Chuan bi", 10)
        + words(76, 720, "1", 10)
        + words(114, 720, "Lap ke hoach", 10)
        + words(364, 720, "Thang 3", 10)
    )
    drawn += words(114, 680, "In phieu", 10) + words(364, 680, "Thang 4", 10)
    (found,) = [block for block in pages(drawn).blocks if isinstance(block, Table)]
    assert found.rows == (
        (Cell("I. Chuan bi", span=3), Cell(""), Cell("")),
        (Cell("1"), Cell("Lap ke hoach"), Cell("Thang 3")),
        (Cell("", continued=True), Cell("In phieu"), Cell("Thang 4")),
    )


def test_a_table_goes_on_over_the_page_without_its_repeated_head() -> None:
    head = ["TT", "Noi dung", "Thoi gian"]
    first = grid_page([head, ["1", "Lap ke hoach", "Thang 3"], ["2", "Khao sat, lay y kien cua nguoi dan", "Thang 4"]], top=200)
    second = grid_page([head, ["", "va to chuc", ""], ["3", "Bao cao", "Thang 6"]])
    assert cells(pages(first + words(290, 30, "1", 10), second + words(290, 30, "2", 10))) == [
        [
            head,
            ["1", "Lap ke hoach", "Thang 3"],
            ["2", "Khao sat, lay y kien cua nguoi dan va to chuc", "Thang 4"],
            ["3", "Bao cao", "Thang 6"],
        ]
    ]


def test_page_numbers_and_running_heads_are_dropped() -> None:
    texts = ("Muc mot cua ke hoach.", "Muc hai cua ke hoach.", "Muc ba cua ke hoach.")
    drawn = [
        words(72, 810, "UBND xa Minh Tan") + words(72, 600, text) + words(290, 25, f"Trang {n}/3")
        for n, text in enumerate(texts, 1)
    ]
    assert lines(pages(*drawn)) == list(texts)


def refused(content: bytes) -> UnreadableDocument:
    with pytest.raises(UnreadableDocument) as refusal:
        read(content, "kế hoạch.pdf")
    return refusal.value


IMAGE = "/XObject << /Im0 << >> >>"
GOOD = pdf(words(72, 700, LONG))


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (pdf("0 0 m 10 10 l S"), "pdf_scanned"),
        (pdf(*["0 0 m 10 10 l S"] * 3), "pdf_scanned"),
        (b"%PDF-1.4\nrubbish", "file_broken"),
        (GOOD[: len(GOOD) // 3], "file_broken"),
        (pdf(*[words(72, 700, "a")] * 81), "file_pages"),
    ],
    ids=["no words", "no words on any page", "rubbish", "cut", "81 pages"],
)
def test_a_pdf_that_cannot_be_read_is_refused(content: bytes, key: str) -> None:
    assert refused(content).key == key


def test_a_pdf_that_unpacks_to_too_much_is_refused() -> None:
    bomb = b"%PDF-1.4\n1 0 obj<</Length 9>>stream\n" + zlib.compress(b"0" * 130_000_000) + b"\nendstream"
    assert refused(bomb).key == "file_unpacks"


def test_a_pdf_with_a_password_is_refused_as_locked() -> None:
    locked = GOOD.replace(
        b"trailer << ",
        b"trailer << /ID [<00><00>] /Encrypt << /Filter /Standard /V 1 /R 2 /O (%s) /U (%s) /P -4 >> " % (b"x" * 32, b"y" * 32),
    )
    assert refused(locked).sentence == "Tệp “kế hoạch.pdf” có mật khẩu; bỏ mật khẩu rồi tải lại."


def test_letters_without_a_meaning_are_refused_as_a_font_fault() -> None:
    child = "<< /Subtype /CIDFontType2 /BaseFont /A /DW 600 /CIDSystemInfo << /Registry (A) /Ordering (I) /Supplement 0 >> >>"
    font = f"/F1 << /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H /DescendantFonts [ {child} ] >>"
    drawn = "".join(f"BT /F1 12 Tf 72 {700 - 15 * n} Td <{'0024002500260027' * 6}> Tj ET\n" for n in range(5))
    assert (
        refused(pdf(drawn, fonts=font)).sentence
        == "Chữ trong tệp “kế hoạch.pdf” bị mã hóa sai nên không đọc được; dùng tệp Word gốc."
    )
