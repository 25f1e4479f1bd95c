"""Word files: what people see is read, in order, with its tables; what they do not see is left out."""

from __future__ import annotations

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from tests.documents.making import as_docx, changed, saved
from tracker.documents import read
from tracker.errors import UnreadableDocument
from tracker.rules.document import Cell, Line, Table

W = nsdecls("w")


def body_of(xml: str) -> list[Line | Table]:
    """The blocks of a document whose body is `xml`."""
    document = docx.Document()
    body = document.element.body
    for element in parse_xml(f'<w:body {nsdecls("w", "wp", "a")} '
                             f'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
                             f'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
                             f'xmlns:v="urn:schemas-microsoft-com:vml">{xml}</w:body>'):  # fmt: skip
        body.insert(len(body) - 1, element)
    return list(read(saved(document), "a.docx").blocks)


def texts(xml: str) -> list[str]:
    return [block.text for block in body_of(xml) if isinstance(block, Line)]


def p(text: str, before: str = "") -> str:
    return f"<w:p>{before}<w:r><w:t xml:space='preserve'>{text}</w:t></w:r></w:p>"


@pytest.mark.parametrize(
    ("xml", "lines"),
    [
        ("<w:p><w:ins><w:r><w:t>thêm</w:t></w:r></w:ins><w:r><w:t> vào</w:t></w:r></w:p>", ["thêm vào"]),
        ("<w:p><w:r><w:t>còn</w:t></w:r><w:del><w:r><w:delText> bỏ</w:delText></w:r></w:del></w:p>", ["còn"]),
        ("<w:p><w:moveFrom><w:r><w:t>cũ</w:t></w:r></w:moveFrom><w:moveTo><w:r><w:t>mới</w:t></w:r></w:moveTo></w:p>", ["mới"]),
        ("<w:p><w:sdt><w:sdtContent><w:r><w:t>ô điền</w:t></w:r></w:sdtContent></w:sdt></w:p>", ["ô điền"]),
        ("<w:sdt><w:sdtContent><w:p><w:r><w:t>cả đoạn</w:t></w:r></w:p></w:sdtContent></w:sdt>", ["cả đoạn"]),
        ("<w:p><w:hyperlink><w:r><w:t>liên kết</w:t></w:r></w:hyperlink></w:p>", ["liên kết"]),
        ("<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>ẩn</w:t></w:r><w:r><w:t>hiện</w:t></w:r></w:p>", ["hiện"]),
        ("<w:p><w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t>hiện</w:t></w:r></w:p>", ["hiện"]),
        ("<w:p><w:r><w:t>Số:</w:t><w:tab/><w:t>/KH-UBND</w:t></w:r></w:p>", ["Số:\t/KH-UBND"]),
        ("<w:p><w:r><w:t>KẾ HOẠCH</w:t><w:br/><w:t>Khảo sát</w:t></w:r></w:p>", ["KẾ HOẠCH", "Khảo sát"]),
        ("<w:p><w:r><w:t>15</w:t><w:noBreakHyphen/><w:t>20</w:t></w:r></w:p>", ["15-20"]),
        ("<w:p><w:r><w:instrText>A</w:instrText></w:r><w:fldSimple><w:r><w:t>7</w:t></w:r></w:fldSimple></w:p>", ["7"]),
        (p("một") + "<w:p/>" + p("hai"), ["một", "", "hai"]),
    ],
    ids=[
        "tracked insertion", "tracked deletion", "moved", "content control", "control round a paragraph", "link", "hidden",
        "not hidden",
        "tab", "line break", "hyphen", "field", "empty paragraph",
    ],
)  # fmt: skip
def test_a_paragraph_is_read_as_people_see_it(xml: str, lines: list[str]) -> None:
    assert texts(xml) == lines


def test_a_text_box_is_read_once_after_its_paragraph() -> None:
    box = "<w:txbxContent><w:p><w:r><w:t>trong khung</w:t></w:r></w:p></w:txbxContent>"
    xml = (
        "<w:p><w:r><w:t>Số:</w:t></w:r><w:r><mc:AlternateContent>"
        f"<mc:Choice Requires='wps'><w:drawing><wps:wsp><wps:txbx>{box}</wps:txbx></wps:wsp></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:shape><v:textbox>{box}</v:textbox></v:shape></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
    )
    assert texts(xml) == ["Số:", "trong khung"]
    assert texts(f"<w:p><w:r><w:pict><v:shape><v:textbox>{box}</v:textbox></v:shape></w:pict></w:r></w:p>") == ["", "trong khung"]


def table(*rows: str) -> str:
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


def tc(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{p(text)}</w:tc>"


def only_table(xml: str) -> tuple[tuple[Cell, ...], ...]:
    (found,) = [block for block in body_of(xml) if isinstance(block, Table)]
    return found.rows


def test_merged_cells_are_marked_and_every_row_is_as_long() -> None:
    restart, go_on = "<w:vMerge w:val='restart'/>", "<w:vMerge/>"
    rows = only_table(
        table(
            tc("TT") + tc("Nội dung") + tc("Thời gian"),
            tc("I. Chuẩn bị", "<w:gridSpan w:val='3'/>"),
            tc("1", restart) + tc("Lập kế hoạch") + tc("Tháng 3"),
            tc("cũ", go_on) + tc("In phiếu") + tc("Tháng 4"),
            tc("2") + tc("ngắn"),
        )
    )
    assert rows == (
        (Cell("TT"), Cell("Nội dung"), Cell("Thời gian")),
        (Cell("I. Chuẩn bị", span=3), Cell(""), Cell("")),
        (Cell("1"), Cell("Lập kế hoạch"), Cell("Tháng 3")),
        (Cell("", continued=True), Cell("In phiếu"), Cell("Tháng 4")),
        (Cell("2"), Cell("ngắn"), Cell("")),
    )


def test_cells_and_rows_in_content_controls_stay_in_their_column() -> None:
    wrapped = f"<w:sdt><w:sdtContent>{tc('11')}</w:sdtContent></w:sdt>"
    row = f"<w:sdt><w:sdtContent><w:tr>{tc('20')}{tc('21')}{tc('22')}</w:tr></w:sdtContent></w:sdt>"
    xml = f"<w:tbl><w:tblPr/><w:tblGrid/><w:tr>{tc('10')}{wrapped}{tc('12')}</w:tr>{row}</w:tbl>"
    assert [[cell.text for cell in row] for row in only_table(xml)] == [["10", "11", "12"], ["20", "21", "22"]]


def test_a_deleted_row_is_gone_and_an_inserted_one_stays() -> None:
    deleted = f"<w:tr><w:trPr><w:del w:id='1' w:author='a'/></w:trPr>{tc('x')}{tc('y')}</w:tr>"
    inserted = f"<w:tr><w:trPr><w:ins w:id='2' w:author='a'/></w:trPr>{tc('3')}{tc('4')}</w:tr>"
    xml = f"<w:tbl><w:tblPr/><w:tblGrid/><w:tr>{tc('1')}{tc('2')}</w:tr>{deleted}{inserted}</w:tbl>"
    assert [[cell.text for cell in row] for row in only_table(xml)] == [["1", "2"], ["3", "4"]]


def test_rows_set_in_keep_their_columns() -> None:
    set_in = "<w:trPr><w:gridBefore w:val='1'/></w:trPr>"
    assert [[cell.text for cell in row] for row in only_table(table(tc("a") + tc("b"), set_in + tc("c")))] == [
        ["a", "b"],
        ["", "c"],
    ]


def test_lines_of_a_cell_are_kept() -> None:
    cell = f"<w:tc>{p('Tổ chức điều tra:')}{p('- Người dân')}{p('+ 70 mẫu')}</w:tc>"
    assert only_table(table(cell + tc("Sở Nội vụ")))[0][0].text == "Tổ chức điều tra:\n- Người dân\n+ 70 mẫu"


def test_a_table_in_a_cell_stands_after_the_outer_one() -> None:
    inner = table(tc("1") + tc("Khảo sát"), tc("2") + tc("Báo cáo"))
    blocks = body_of(p("trước") + table(f"<w:tc>{p('ngoài')}{inner}{p('')}</w:tc>" + tc("phải")) + p("sau"))
    assert [block.place for block in blocks] == [0, 1, 2, 3]
    assert [type(block) for block in blocks] == [Line, Table, Table, Line]
    outer, nested = [block for block in blocks if isinstance(block, Table)]
    assert [cell.text for cell in outer.rows[0]] == ["ngoài", "phải"]
    assert [[cell.text for cell in row] for row in nested.rows] == [["1", "Khảo sát"], ["2", "Báo cáo"]]


def test_a_frame_of_one_cell_is_no_table() -> None:
    inner = table(tc("1") + tc("Khảo sát"), tc("2") + tc("Báo cáo"))
    blocks = body_of(table(f"<w:tc>{p('KẾ HOẠCH')}{inner}{p('Nơi nhận:')}</w:tc>"))
    assert [type(block) for block in blocks] == [Line, Table, Line]


def test_empty_rows_are_left_out() -> None:
    assert len(only_table(table(tc("1") + tc("a"), tc("") + tc(""), tc("2") + tc("b")))) == 2


NUMBERING = f"""<w:numbering {W}>
<w:abstractNum w:abstractNumId="0">
 <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1."/></w:lvl>
 <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%2."/></w:lvl>
 <w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%3)"/></w:lvl>
 <w:lvl w:ilvl="3"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%2.%4"/></w:lvl>
</w:abstractNum>
<w:abstractNum w:abstractNumId="1">
 <w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="&#xF0B7;"/></w:lvl>
</w:abstractNum>
<w:abstractNum w:abstractNumId="2">
 <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimalZero"/><w:lvlText w:val="%1"/></w:lvl>
</w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="2"/></w:num>
<w:num w:numId="4"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>
</w:numbering>"""


def numbered(text: str, number: int, level: int = 0) -> str:
    properties = f"<w:pPr><w:numPr><w:ilvl w:val='{level}'/><w:numId w:val='{number}'/></w:numPr></w:pPr>"
    return p(text, properties) if text else f"<w:p>{properties}</w:p>"


def numbered_blocks(xml: str) -> list[Line | Table]:
    document = docx.Document()
    body = document.element.body
    for element in parse_xml(f"<w:body {W}>{xml}</w:body>"):
        body.insert(len(body) - 1, element)
    root = document.part.numbering_part.element
    for child in list(root):
        root.remove(child)
    for child in parse_xml(NUMBERING):
        root.append(child)
    return list(read(saved(document), "a.docx").blocks)


def test_automatic_numbers_are_written_out() -> None:
    blocks = numbered_blocks(
        numbered("MỤC ĐÍCH", 1) + numbered("Mục tiêu", 1, 1) + numbered("chung", 1, 2) + numbered("riêng", 1, 2)
        + numbered("Yêu cầu", 1, 1) + numbered("kịp thời", 2) + numbered("chi tiết", 1, 3) + numbered("NỘI DUNG", 1)
        + numbered("Đơn vị", 1, 1) + numbered("PHỤ", 4)
    )  # fmt: skip
    assert [block.text for block in blocks if isinstance(block, Line)] == [
        "I. MỤC ĐÍCH", "1. Mục tiêu", "a) chung", "b) riêng", "2. Yêu cầu", "- kịp thời", "2.1 chi tiết",
        "II. NỘI DUNG", "1. Đơn vị",
        "V. PHỤ",
    ]  # fmt: skip


def test_a_cell_that_holds_only_its_automatic_number_keeps_it() -> None:
    rows = [f"<w:tc>{numbered('', 3)}</w:tc>" + tc(text) for text in ("Lập kế hoạch", "Khảo sát")]
    (found,) = [block for block in numbered_blocks(table(*rows)) if isinstance(block, Table)]
    assert [[cell.text for cell in row] for row in found.rows] == [["01", "Lập kế hoạch"], ["02", "Khảo sát"]]


def refused(content: bytes, name: str = "kế hoạch.docx") -> UnreadableDocument:
    with pytest.raises(UnreadableDocument) as refusal:
        read(content, name)
    return refusal.value


GOOD = as_docx("KẾ HOẠCH\nKhảo sát")
ENTITIES = b'<!DOCTYPE x [<!ENTITY a "bom"><!ENTITY b "&a;&a;">]>'


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (GOOD[:-200], "file_broken"),
        (GOOD[: len(GOOD) // 2], "file_broken"),
        (changed(GOOD, word__vbaProject_bin=b"x"), "file_macro"),
        (changed(GOOD, word__document_xml=None), "file_content_differs"),
        (changed(GOOD, word__document_xml=b"<w:document"), "file_broken"),
        (changed(GOOD, word__document_xml=ENTITIES + b"<w/>"), "file_unsafe"),
        (changed(GOOD, word__styles_xml=ENTITIES.decode().encode("utf-16")), "file_unsafe"),
        (changed(GOOD, word__media__a_xml=b" " * 13_000_000), "file_unpacks"),
        (changed(GOOD, word__media__a_bin=b"\0" * 30_000_000), "file_unpacks"),
        (as_docx("\n \n"), "file_empty"),
    ],
    ids=["cut", "half", "macro", "another zip", "no XML", "entities", "entities in UTF-16", "huge part", "bomb", "no words"],
)
def test_a_word_file_that_must_not_or_cannot_be_read_is_refused(content: bytes, key: str) -> None:
    assert refused(content).key == key


def test_a_locked_zip_is_refused_as_locked() -> None:
    locked = bytearray(GOOD)
    for mark, flag in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = locked.find(mark)
        while at >= 0:
            locked[at + flag] |= 1
            at = locked.find(mark, at + 4)
    assert refused(bytes(locked)).sentence == "Tệp “kế hoạch.docx” có mật khẩu; bỏ mật khẩu rồi tải lại."


def test_text_in_an_old_font_is_refused() -> None:
    assert refused(as_docx("KÕ ho¹ch kh¶o s¸t, ®¸nh gi¸ møc ®é hµi lßng cña ng­êi d©n ®èi víi sù phôc vô")).key == "font_legacy"
