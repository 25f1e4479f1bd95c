"""Paragraphs and cells in python-docx: the few strokes that all parts are drawn with."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from functools import lru_cache
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from tracker.documents.clean import printable
from tracker.documents.writing.parts import Align, Span, Text

NBSP = "\u00a0"
_ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "justify": WD_ALIGN_PARAGRAPH.JUSTIFY,
}
_TWIPS_A_MM = 1440 / 25.4


def twips(mm: float) -> str:
    return str(round(mm * _TWIPS_A_MM))


def element(tag: str, **attributes: str) -> Any:
    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    return made


def spans(text: Text, *, bold: bool = False, italic: bool = False) -> Sequence[Span]:
    if isinstance(text, str):
        return [Span(text, bold, italic)]
    return [Span(span.text, bold or span.bold, italic or span.italic, span.shade) for span in text]


def paragraph(
    home: Any,
    text: Text = "",
    *,
    size: float = 14,
    bold: bool = False,
    italic: bool = False,
    align: Align = "left",
    before: float = 0,
    after: float = 0,
    first_line_mm: float = 0,
    left_mm: float = 0,
    lines: float = 1,
    keep_next: bool = False,
) -> Any:
    """A new paragraph at the end of `home` (the document, a cell, a header)."""
    made = home.add_paragraph()
    made._p.append(deepcopy(_paragraph_form(align, before, after, first_line_mm, left_mm, lines, keep_next)))
    for span in spans(text, bold=bold, italic=italic):
        if not span.text:
            continue
        run = deepcopy(_run_form(size, span.bold, span.italic, span.shade))
        run.text = printable(span.text)
        made._p.append(run)
    if not made.runs:
        _size_of_mark(made, size)
    return made


@lru_cache(maxsize=1_000)
def _paragraph_form(
    align: Align, before: float, after: float, first_line_mm: float, left_mm: float, lines: float, keep_next: bool
) -> Any:
    """The w:pPr of such paragraphs, to be copied: to have it made for each cell of a long table was most of a document's time."""
    like = Paragraph(element("p"), None)  # type: ignore[arg-type]  # asks its home for nothing
    form = like.paragraph_format
    form.alignment = _ALIGN[align]
    form.space_before, form.space_after = Pt(before), Pt(after)
    form.first_line_indent = Mm(first_line_mm)
    form.left_indent = Mm(left_mm)
    form.line_spacing = lines
    form.keep_with_next = keep_next
    return like._p.pPr


@lru_cache(maxsize=1_000)
def _run_form(size: float, bold: bool, italic: bool, shade: str) -> Any:
    """An empty w:r of this look, to be copied."""
    like = Run(element("r"), None)  # type: ignore[arg-type]  # asks its home for nothing
    like.font.size, like.font.bold, like.font.italic = Pt(size), bold, italic
    if shade:
        like._r.get_or_add_rPr().append(element("shd", val="clear", color="auto", fill=shade))
    return like._r


def _size_of_mark(made: Any, size: float) -> None:
    properties = made._p.get_or_add_pPr()
    mark = element("rPr")
    mark.append(element("sz", val=str(round(size * 2))))
    properties.append(mark)


def rule(home: Any, width_mm: float, room_mm: float) -> None:
    """A line of `width_mm`, centred in `room_mm`: the border of a flat paragraph, never underlined text."""
    made = paragraph(home, size=1, align="center")
    form = made.paragraph_format
    side = max(0.0, (room_mm - width_mm) / 2)
    form.left_indent, form.right_indent = Mm(side), Mm(side)
    form.space_before = Pt(2)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(2)
    borders = element("pBdr")
    borders.append(element("top", val="single", sz="6", space="1", color="000000"))
    made._p.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def grid(document: Any, widths_mm: Sequence[float], *, borders: bool = False) -> Any:
    """A table of fixed widths without rows; `row_of` adds them. Raw elements: python-docx takes quadratic time for many rows."""
    table = element("tbl")
    properties = element("tblPr")
    properties.append(element("tblW", w=twips(sum(widths_mm)), type="dxa"))
    if borders:
        properties.append(element("tblInd", w="85", type="dxa"))  # else its border stands left of the text
        lines = element("tblBorders")
        for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
            lines.append(element(side, val="single", sz="4", space="0", color="000000"))
        properties.append(lines)
    properties.append(element("tblLayout", type="fixed"))
    margins = element("tblCellMar")
    for side in ("left", "right"):
        margins.append(element(side, w="85" if borders else "0", type="dxa"))
    properties.append(margins)
    table.append(properties)
    columns = element("tblGrid")
    for width in widths_mm:
        columns.append(element("gridCol", w=twips(width)))
    table.append(columns)
    document.element.body._insert_tbl(table)
    return table


def row_of(table: Any, *, whole: bool = True, header: bool = False) -> Any:
    row = element("tr")
    properties = element("trPr")
    if whole:
        properties.append(element("cantSplit"))
    if header:
        properties.append(element("tblHeader"))
    row.append(properties)
    table.append(row)
    return row


class Cell:
    """What `paragraph` needs of a home, over a raw table cell."""

    def __init__(
        self, row: Any, width_mm: float, document: Any, *, span: int = 1, joined: str = "", middle: bool = False
    ) -> None:
        self.width_mm = width_mm
        self._document = document
        self._tc = element("tc")
        properties = element("tcPr")
        properties.append(element("tcW", w=twips(width_mm), type="dxa"))
        if span > 1:
            properties.append(element("gridSpan", val=str(span)))
        if joined:
            properties.append(element("vMerge", val=joined))
        if middle:
            properties.append(element("vAlign", val="center"))
        self._tc.append(properties)
        row.append(self._tc)

    def add_paragraph(self) -> Any:
        made = element("p")
        self._tc.append(made)
        return Paragraph(made, self._document._body)
