"""The body of a document: headings, paragraphs, forms, tables, pictures."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.shared import Mm

from tracker.documents.writing.ink import Cell, grid, paragraph, row_of
from tracker.documents.writing.parts import Column, DottedLines, Fields, Heading, Paragraph, Picture, Table, Text

_FIRST_LINE_MM = 12.7


def draw_heading(document: Any, part: Heading) -> None:
    text = part.text.upper() if part.level == 1 else part.text
    paragraph(
        document, text, bold=part.level < 3, align="justify", before=6, first_line_mm=_FIRST_LINE_MM, lines=1.15, keep_next=True
    )  # fmt: skip


def draw_paragraph(document: Any, part: Paragraph, *, keep_next: bool = False) -> None:
    first = _FIRST_LINE_MM if part.indented else 0
    paragraph(
        document, part.text, size=part.size, align=part.align, before=6, first_line_mm=first, lines=1.15, keep_next=keep_next
    )  # fmt: skip


def draw_dotted(document: Any, part: DottedLines, width_mm: float) -> None:
    for at in range(part.count):
        label = f"{part.label} " if part.label and at == 0 else ""
        line = paragraph(document, f"{label}\t", before=6, first_line_mm=_FIRST_LINE_MM if at == 0 else 0, lines=1.15)
        line.paragraph_format.tab_stops.add_tab_stop(Mm(width_mm), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)


def draw_fields(document: Any, part: Fields, width_mm: float) -> None:
    table = grid(document, [part.label_mm, width_mm - part.label_mm])
    for label, text in part.rows:
        row = row_of(table)
        paragraph(Cell(row, part.label_mm, document), label, size=part.size, before=3, after=3)
        paragraph(Cell(row, width_mm - part.label_mm, document), text, size=part.size, before=3, after=3)
    paragraph(document, size=4)


def draw_table(document: Any, part: Table, width_mm: float) -> None:
    shares = [column.width_mm for column in part.columns]
    widths = [width_mm * share / sum(shares) for share in shares]
    paragraph(document, size=4, keep_next=True)
    table = grid(document, widths, borders=True)
    _table_head(document, table, part, widths)
    for cells in part.rows:
        _table_row(document, table, part.columns, widths, cells, size=part.size)
    if part.total:
        _table_row(document, table, part.columns, widths, part.total, size=part.size, bold=True)
    paragraph(document, size=6)


def _table_head(document: Any, table: Any, part: Table, widths: Sequence[float]) -> None:
    def title(row: Any, text: str, width: float, span: int = 1, joined: str = "") -> None:
        cell = Cell(row, width, document, span=span, joined=joined, middle=True)
        paragraph(cell, text, size=part.size, bold=True, align="center", before=2, after=2, keep_next=True)

    joined: list[bool] = []
    if part.above:
        row = row_of(table, header=True)
        for text, span in part.above:
            at = len(joined)
            joined.extend([not text] * span)
            if text:
                title(row, text, sum(widths[at : at + span]), span)
            else:
                for column, width in zip(part.columns[at : at + span], widths[at : at + span], strict=True):
                    title(row, column.title, width, joined="restart")
    row = row_of(table, header=True)
    for at, (column, width) in enumerate(zip(part.columns, widths, strict=True)):
        below = bool(part.above) and joined[at]
        title(row, "" if below else column.title, width, joined="continue" if below else "")


def _table_row(
    document: Any,
    table: Any,
    columns: Sequence[Column],
    widths: Sequence[float],
    cells: Sequence[Text],
    *,
    size: float,
    bold: bool = False,
) -> None:
    row = row_of(table)
    for column, width, text in zip(columns, widths, cells, strict=True):
        paragraph(Cell(row, width, document), text, size=size, bold=bold, align=column.align, before=1, after=1)


def draw_picture(home: Any, part: Picture) -> None:
    made = paragraph(home, align="center", keep_next=bool(part.caption))
    made.add_run().add_picture(io.BytesIO(part.content), width=Mm(part.width_mm))
    if part.caption:
        paragraph(home, part.caption, size=part.caption_size, align="center", before=2)
