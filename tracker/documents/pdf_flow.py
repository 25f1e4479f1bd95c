"""The pages of a PDF as one text: paragraphs joined over lines and pages, tables joined over pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from statistics import median

from tracker.documents.pdf_page import PageContent, PdfTable, TextLine, continues, joined
from tracker.rules.document import Block, Cell, Line, Table

#: Lines further apart than this many usual steps belong to different paragraphs.
_PARAGRAPH_STEP = 1.3
#: A first line set in by so many letter heights begins a paragraph.
_INDENT = 0.8
#: Vertical lines of two pieces of one table lie this close, in points.
_SAME_COLUMN = 6.0


def flow(pages: Sequence[PageContent]) -> list[Block]:
    """Blocks in reading order with their places counted."""
    right, left, step = _page_shape(pages)
    parts: list[list[str] | PdfTable] = []
    before: TextLine | PdfTable | None = None
    before_page = 0
    for page in pages:
        for item in page.items:
            if isinstance(item, PdfTable):
                last = parts[-1] if parts else None
                if isinstance(last, PdfTable) and before_page == page.number - 1 and _same_columns(last, item):
                    parts[-1] = _joined(last, item)
                else:
                    parts.append(item)
            elif isinstance(before, TextLine) and _same_paragraph(before, item, before_page == page.number, right, left, step):
                lines = parts[-1]
                if isinstance(lines, list):
                    lines.append(item.text)
            else:
                parts.append([item.text])
            before, before_page = item, page.number
    return [
        Table(place, part.rows) if isinstance(part, PdfTable) else Line(place, reduce(joined, part))
        for place, part in enumerate(parts)
    ]


def _page_shape(pages: Sequence[PageContent]) -> tuple[float, float, float]:
    """Right and left border of the text and the usual step from line to line."""
    lines = [item for page in pages for item in page.items if isinstance(item, TextLine)]
    if not lines:
        return 0.0, 0.0, 0.0
    ends = sorted(line.x1 for line in lines)
    starts = sorted(line.x0 for line in lines)
    # A lone line may stick out; a border is where several lines end.
    right = ends[-1 - len(ends) // 50]
    left = starts[len(starts) // 50]
    steps = [
        (b.top - a.top) / max(a.height, 1.0)
        for page in pages
        for a, b in zip(page.items, page.items[1:], strict=False)
        if isinstance(a, TextLine) and isinstance(b, TextLine) and 0 < b.top - a.top < 3 * a.height
    ]
    return right, left, median(sorted(steps)[: max(1, len(steps) * 3 // 4)]) if steps else 1.5


def _same_paragraph(before: TextLine, line: TextLine, same_page: bool, right: float, left: float, step: float) -> bool:
    if "\t" in before.text or "\t" in line.text or abs(before.height - line.height) > 0.35 * max(before.height, line.height):
        return False
    if same_page and (line.top - before.top) / max(before.height, 1.0) > _PARAGRAPH_STEP * step:
        return False
    if (
        line.x0 > left + _INDENT * line.height
        and before.x0 < line.x0 - 0.3 * line.height
        and not _centred(before, line, left, right)
    ):
        return False
    if not same_page and before.text.endswith((".", ";", ":")):
        return False
    return continues(before, line, right)


def _centred(before: TextLine, line: TextLine, left: float, right: float) -> bool:
    middle = (left + right) / 2
    return all(abs((one.x0 + one.x1) / 2 - middle) < one.height for one in (before, line))


def _same_columns(one: PdfTable, other: PdfTable) -> bool:
    return len(one.borders) == len(other.borders) and all(
        abs(a - b) <= _SAME_COLUMN for a, b in zip(one.borders, other.borders, strict=True)
    )


def _joined(one: PdfTable, other: PdfTable) -> PdfTable:
    """A table that goes on over the page: a repeated head is dropped, a row cut in two is made whole."""
    rows = list(other.rows)
    if rows and one.rows and [cell.text for cell in rows[0]] == [cell.text for cell in one.rows[0]]:
        rows = rows[1:]
    head = list(one.rows)
    if rows and head and (other.open_above or one.open_below or _cut_by_the_page(head[-1], rows[0])):
        head[-1] = tuple(
            replace(above, text=joined(above.text, below.text).strip()) if below.text else above
            for above, below in zip(head[-1], rows[0], strict=True)
        )
        rows = rows[1:]
    return PdfTable((*head, *rows), one.borders, one.top, other.bottom, one.open_above, other.open_below)


def _cut_by_the_page(above: tuple[Cell, ...], below: tuple[Cell, ...]) -> bool:
    """Whether `below` is the rest of the row `above`: no number of its own, and its words go on in small letters."""
    if len(above) != len(below) or below[0].text or not above[0].text:
        return False
    filled = [(a.text, b.text) for a, b in zip(above, below, strict=True) if b.text]
    return bool(filled) and all(a and b[0].islower() and not a.endswith((".", ";")) for a, b in filled)
