"""Parts -> a .docx: A4, the margins and sizes of Nghị định 30/2020/NĐ-CP, page numbers from page 2 on."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import Any, assert_never

import docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from tracker.documents.clean import printable
from tracker.documents.writing.blocks import draw_dotted, draw_fields, draw_heading, draw_paragraph, draw_picture, draw_table
from tracker.documents.writing.ends import draw_recipients, draw_side_by_side, draw_signing
from tracker.documents.writing.heads import draw_addressees, draw_annex_head, draw_bases, draw_letterhead, draw_title
from tracker.documents.writing.ink import element
from tracker.documents.writing.parts import (
    Addressees,
    Annex,
    DottedLines,
    Fields,
    Heading,
    LegalBases,
    Letterhead,
    Paragraph,
    Part,
    Picture,
    Recipients,
    SideBySide,
    Signing,
    Table,
    Title,
)

FONT = "Times New Roman"
#: top, bottom, left, right
MARGINS_MM = (20, 20, 30, 20)
_A4_MM = (210, 297)
#: A zip holds the moment of each file; the same parts make the same bytes.
_ZIP_MOMENT = (1980, 1, 1, 0, 0, 0)
_MADE_AT = datetime(2000, 1, 1)  # noqa: DTZ001 - a property without a zone


def lay_out(parts: Sequence[Part], *, subject: str, author: str) -> bytes:
    document = docx.Document()
    _properties(document, subject, author)
    _style(document)
    _page(document.sections[0], landscape=False)
    width_mm = _text_width(document.sections[0])
    for part, following in zip(parts, [*parts[1:], None], strict=True):
        if isinstance(part, Annex):
            section = document.add_section(WD_SECTION.NEW_PAGE)
            _page(section, landscape=part.landscape)
            width_mm = _text_width(section)
        _draw(document, part, width_mm, before_end=isinstance(following, Signing | SideBySide))
    return _same_bytes(document)


def _draw(document: Any, part: Part, width_mm: float, *, before_end: bool) -> None:
    match part:
        case Letterhead():
            draw_letterhead(document, part, width_mm)
        case Title():
            draw_title(document, part, width_mm)
        case Addressees():
            draw_addressees(document, part)
        case LegalBases():
            draw_bases(document, part)
        case Annex():
            draw_annex_head(document, part)
        case Heading():
            draw_heading(document, part)
        case Paragraph():
            draw_paragraph(document, part, keep_next=before_end)
        case DottedLines():
            draw_dotted(document, part, width_mm)
        case Fields():
            draw_fields(document, part, width_mm)
        case Table():
            draw_table(document, part, width_mm)
        case Picture():
            draw_picture(document, part)
        case Signing():
            draw_signing(document, part, width_mm)
        case SideBySide():
            draw_side_by_side(document, part, width_mm)
        case Recipients():
            draw_recipients(document, part)
        case _:
            assert_never(part)


def _properties(document: Any, subject: str, author: str) -> None:
    properties = document.core_properties
    properties.title, properties.author = printable(subject)[:255], printable(author)[:255]
    properties.comments, properties.language = "", "vi-VN"
    properties.created = properties.modified = _MADE_AT
    properties.last_modified_by = ""


def _style(document: Any) -> None:
    style = document.styles["Normal"]
    style.font.name, style.font.size, style.font.color.rgb = FONT, Pt(14), RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), FONT)
    for lang in document.styles.element.iter(qn("w:lang")):
        lang.set(qn("w:val"), "vi-VN")
        lang.set(qn("w:eastAsia"), "vi-VN")
    form = style.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.widow_control = True


def _page(section: Any, *, landscape: bool) -> None:
    short, long = _A4_MM
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (Mm(long), Mm(short)) if landscape else (Mm(short), Mm(long))
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = (Mm(value) for value in MARGINS_MM)
    section.header_distance = section.footer_distance = Mm(10)
    section.different_first_page_header_footer = True
    section.header.is_linked_to_previous = section.first_page_header.is_linked_to_previous = False
    for found in section._sectPr.findall(qn("w:pgNumType")):
        section._sectPr.remove(found)
    section._sectPr.insert_element_before(
        element("pgNumType", start="1"), "w:cols", "w:formProt", "w:vAlign", "w:noEndnote", "w:titlePg", "w:docGrid"
    )
    _page_number(section.header)


def _page_number(header: Any) -> None:
    """In the middle of the top margin, 13, from the second page on."""
    line = header.paragraphs[0]
    line.alignment = 1
    for kind in ("begin", "", "end"):
        run = line.add_run()
        run.font.size = Pt(13)
        if kind:
            run._r.append(element("fldChar", fldCharType=kind))
        else:
            code = element("instrText")
            code.text = "PAGE"
            run._r.append(code)


def _text_width(section: Any) -> float:
    return float((section.page_width - section.left_margin - section.right_margin) / Mm(1))


def _same_bytes(document: Any) -> bytes:
    made, kept = io.BytesIO(), io.BytesIO()
    document.save(made)
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            target.writestr(zipfile.ZipInfo(info.filename, _ZIP_MOMENT), source.read(info), zipfile.ZIP_DEFLATED)
    return kept.getvalue()
