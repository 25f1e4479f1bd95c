"""Documents in the form of Nghị định 30/2020/NĐ-CP, read back from the file and from its pages."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from tests.documents.papers import lines_of, pages_of, pages_of_each
from tracker.documents.writing import (
    Addressees,
    Annex,
    Column,
    DottedLines,
    Fields,
    Heading,
    LegalBases,
    Letterhead,
    Paragraph,
    Picture,
    Recipients,
    SideBySide,
    SignatureBlock,
    Signing,
    Span,
    Table,
    Title,
    write_document,
)

HEAD = Letterhead("Phòng Nội vụ", superior="UBND thành phố Cam Ranh", place="Cam Ranh", on=date(2021, 7, 5), symbol="PNV")
SIGNING = Signing(
    SignatureBlock(["TL. Chủ tịch", "Trưởng phòng Nội vụ"], "Trần Thị Hoa"),
    Recipients(["Như trên", "Chủ tịch (để b/c)"], "PNV"),
)
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010100000000376ef9240000000a49444154789c63680000008200817743d20f0000000049454e44ae426082"
)


def document(content: bytes):
    return docx.Document(io.BytesIO(content))


def long_table(rows: int) -> Table:
    columns = [Column("TT", 12, "center"), Column("Đơn vị", 90), Column("Số ngày quá hạn", 40, "right")]
    return Table(
        columns, [[str(n), f"UBND xã Cam Thịnh Đông {n}", str(n * 2)] for n in range(1, rows + 1)], total=["", "Cộng", "90"]
    )


def test_a_letter_leaves_number_and_day_to_the_clerk():
    made = write_document(
        [
            Letterhead(**{**HEAD.__dict__, "about": "đôn đốc thu phiếu (lần 2)"}),
            Addressees(["UBND phường Ba Ngòi", "Trạm Y tế phường Cam Lộc"]),
            Paragraph("Thực hiện Kế hoạch số 54/KH-UBND."),
            Paragraph([Span("Đề nghị "), Span("khẩn trương", bold=True), Span(" hoàn thành./.")]),
            SIGNING,
        ],
        subject="Đôn đốc",
    )
    assert lines_of(made) == [
        "UBND THÀNH PHỐ CAM RANH / PHÒNG NỘI VỤ | CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM / Độc lập - Tự do - Hạnh phúc",
        "Số: _/PNV / V/v đôn đốc thu phiếu (lần 2) | Cam Ranh, ngày _ tháng 7 năm 2021",
        "Kính gửi:",
        "- UBND phường Ba Ngòi;",
        "- Trạm Y tế phường Cam Lộc.",
        "Thực hiện Kế hoạch số 54/KH-UBND.",
        "Đề nghị khẩn trương hoàn thành./.",
        "Nơi nhận: / - Như trên; / - Chủ tịch (để b/c); / - Lưu: VT, PNV. | TL. CHỦ TỊCH / TRƯỞNG PHÒNG NỘI VỤ / Trần Thị Hoa",
    ]


@pytest.mark.parametrize(
    ("head", "first_row", "second_row"),
    [
        (
            Letterhead(
                "Ủy ban nhân dân thành phố Cam Ranh", place="Cam Ranh", on=date(2021, 2, 1), number="54", symbol="KH-UBND"
            ),
            "ỦY BAN NHÂN DÂN / THÀNH PHỐ CAM RANH",
            "Số: 54/KH-UBND | Cam Ranh, ngày 01 tháng 02 năm 2021",
        ),
        (
            Letterhead("Trạm Y tế phường Ba Ngòi", superior="Trung tâm Y tế"),
            "TRUNG TÂM Y TẾ / TRẠM Y TẾ PHƯỜNG BA NGÒI",
            "Số: _/_ | ",
        ),
    ],
    ids=["an UBND itself, numbered", "minutes: no place and day, nothing known"],
)
def test_heads(head, first_row, second_row):
    first, second = lines_of(write_document([head], subject=""))
    assert first.split(" | ")[0] == first_row
    assert second == second_row


def test_page_margins_font_and_page_number_are_those_of_the_decree():
    made = document(write_document([HEAD, Paragraph("Một.")], subject="Báo cáo", author="Phòng Nội vụ"))
    section = made.sections[0]
    assert [round(length.mm) for length in (section.page_width, section.page_height)] == [210, 297]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(length.mm) for length in margins] == [20, 20, 30, 20]
    assert made.styles["Normal"].font.name == "Times New Roman"
    assert section.different_first_page_header_footer is True
    assert "PAGE" in section.header._element.xpath("string(.)")
    assert section.first_page_header._element.xpath("string(.)") == ""
    assert made.core_properties.title == "Báo cáo"
    assert made.core_properties.author == "Phòng Nội vụ"
    assert {lang.get(qn("w:val")) for lang in made.styles.element.iter(qn("w:lang"))} == {"vi-VN"}
    body = made.paragraphs[-1]
    assert body.runs[0].font.size == Pt(14)
    assert round(body.paragraph_format.first_line_indent / Mm(1), 1) == 12.7


def test_a_table_repeats_its_head_and_tears_no_row():
    made = document(write_document([long_table(3)], subject=""))
    rows = made.tables[0].rows
    assert [bool(row._tr.xpath("./w:trPr/w:tblHeader")) for row in rows] == [True, False, False, False, False]
    assert all(row._tr.xpath("./w:trPr/w:cantSplit") for row in rows)
    assert [cell.text for cell in rows[-1].cells] == ["", "Cộng", "90"]
    assert all(run.bold for run in rows[-1].cells[1].paragraphs[0].runs)


def test_a_head_of_two_rows_joins_what_has_no_title_above():
    columns = [Column("Khối", 40), Column("Số phiếu", 20, "right"), Column("%", 20, "right")]
    made = document(write_document([Table(columns, [["Xã", "30", "50"]], above=[("", 1), ("Hài lòng", 2)])], subject=""))
    table = made.tables[0]
    assert [cell.text for cell in table.rows[0].cells] == ["Khối", "Hài lòng", "Hài lòng"]
    assert [cell.text for cell in table.rows[1].cells] == ["Khối", "Số phiếu", "%"]
    assert table.rows[0].cells[0]._tc is table.rows[1].cells[0]._tc


def test_parts_of_reports_forms_and_minutes():
    made = write_document(
        [
            Title("Báo cáo", "Tiến độ thực hiện Kế hoạch"),
            LegalBases(["Căn cứ Nghị định số 30/2020/NĐ-CP", "Căn cứ Kế hoạch số 54;"]),
            Heading("I. Tình hình chung"),
            Heading("1. Tiến độ", 2),
            DottedLines(2, "2. Nguyên nhân:"),
            Fields([("Đơn vị:", "UBND phường Ba Ngòi"), ("Hạn:", [Span("19/6/2021", bold=True)])]),
            SideBySide(
                [
                    SignatureBlock(["Thư ký"], note="(ký, họ tên)"),
                    SignatureBlock(["Chủ trì"], "Trần Thị Hoa"),
                    Picture(PIXEL, 30, "Quét"),
                ]
            ),
            Recipients(["UBND phường Ba Ngòi"]),
        ],
        subject="",
    )
    assert lines_of(made) == [
        "BÁO CÁO",
        "Tiến độ thực hiện Kế hoạch",
        "Căn cứ Nghị định số 30/2020/NĐ-CP;",
        "Căn cứ Kế hoạch số 54.",
        "I. TÌNH HÌNH CHUNG",
        "1. Tiến độ",
        "2. Nguyên nhân:",
        "Đơn vị: | UBND phường Ba Ngòi",
        "Hạn: | 19/6/2021",
        "THƯ KÝ / (ký, họ tên) | CHỦ TRÌ / Trần Thị Hoa | Quét",
        "Nơi nhận:",
        "- UBND phường Ba Ngòi;",
        "- Lưu: VT.",
    ]
    assert [round(shape.width / Mm(1)) for shape in document(made).inline_shapes] == [30]


def test_an_annex_is_a_section_of_its_own_with_blanks_for_the_clerk():
    annex = Annex("Danh sách đơn vị", "I", "Công văn", symbol="PNV", year=2021, issuer="Phòng Nội vụ", landscape=True)
    made = write_document([HEAD, Paragraph("Một."), annex, long_table(1)], subject="")
    assert lines_of(made)[3:6] == [
        "Phụ lục I",
        "DANH SÁCH ĐƠN VỊ",
        "(Kèm theo Công văn số _/PNV ngày _ tháng _ năm 2021 của Phòng Nội vụ)",
    ]
    first, second = document(made).sections
    assert (first.page_width < first.page_height, second.page_width > second.page_height) == (True, True)
    assert second._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) == "1"


def test_text_of_people_cannot_break_the_file():
    """Control characters, marks typed apart, half a pair: what a form may hold and XML may not."""
    made = write_document([Paragraph("Lý do: \x00\x0bthiếu người \ud800<b>&\nHòa")], subject="\x01")
    assert document(made).paragraphs[0].text == "Lý do: thiếu người <b>&\nHòa"


def test_the_same_parts_make_the_same_bytes():
    assert write_document([HEAD, SIGNING], subject="a") == write_document([HEAD, SIGNING], subject="a")


@pytest.mark.office
def test_pages_repeat_the_head_of_a_table_and_count_from_the_second_on(tmp_path: Path):
    pages = pages_of(write_document([HEAD, Paragraph("Mở đầu."), long_table(70), SIGNING], subject="Danh sách"), tmp_path)
    with_rows = [page for page in pages if "UBND xã Cam Thịnh Đông" in page]
    assert len(with_rows) >= 2
    assert {page.count("TT Đơn vị") for page in with_rows} == {1}
    assert [page.splitlines()[0] for page in pages[1:]] == [str(n) for n in range(2, len(pages) + 1)]
    assert ["Độc lập - Tự do" in page for page in pages] == [True] + [False] * (len(pages) - 1)


@pytest.mark.office
def test_a_signature_never_stands_alone_on_a_page(tmp_path: Path):
    """The last paragraph goes with it, at whatever line the page ends."""
    text = [Paragraph(f"Đoạn {n}. " + "Các đơn vị tiếp tục thực hiện. " * 5) for n in range(16)]
    lengths = (13, 14, 15, 16)
    papers = [write_document([HEAD, *text[:lines], SIGNING], subject="") for lines in lengths]
    for lines, pages in zip(lengths, pages_of_each(papers, tmp_path), strict=True):
        assert "TL. CHỦ TỊCH" in pages[-1]
        assert f"Đoạn {lines - 1}." in pages[-1]
