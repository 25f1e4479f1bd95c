"""One page of a PDF: its ruled tables, exact, and the lines of text outside them, with where they stand on the paper."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from tracker.documents.clean import clean_line
from tracker.documents.grid import RawCell, rectangle
from tracker.rules.document import Cell

#: A gap of this many letter heights parts two columns; justified text stays below.
_COLUMN_GAP = 1.6
#: Borders within so many points are one line.
_SAME_BORDER = 3.0
#: Two uprights may be a frame; a table of two columns has three.
_LEAST_SIDES = 3
_STARTS_ITEM = re.compile(r"^(?:[-–—+•●▪○]|\*(?!\s*\d)|\(?\d{1,3}(?:\.\d+)*[.)]|\(?[a-zđ][.)]|[IVXL]+[.)])(?:\s|$)|^[-–+•]\S")


@dataclass(frozen=True)
class Word:
    text: str
    x0: float
    x1: float
    top: float
    bottom: float


@dataclass(frozen=True)
class TextLine:
    """A line of a page; columns in it are parted by tabs."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    first_word_width: float

    @property
    def height(self) -> float:
        return self.bottom - self.top


@dataclass(frozen=True)
class PdfTable:
    rows: tuple[tuple[Cell, ...], ...]
    borders: tuple[float, ...]  #: x of its vertical lines
    top: float
    bottom: float
    open_above: bool = False  #: its sides begin without a line across: the first row goes on from the page before
    open_below: bool = False


@dataclass(frozen=True)
class PageContent:
    number: int
    width: float
    height: float
    items: tuple[TextLine | PdfTable, ...]
    characters: int
    has_image: bool


def read_page(page: Any) -> PageContent:
    """What stands on a page of pdfplumber, from top to bottom."""
    words = [
        Word(w["text"], w["x0"], w["x1"], w["top"], w["bottom"])
        for w in page.extract_words(x_tolerance_ratio=0.16, y_tolerance=2, keep_blank_chars=False)
    ]
    missing = _missing_borders(page.edges)
    tables = [table for table in page.find_tables({"explicit_horizontal_lines": missing}) if len(table.cells) > 1]
    open_at = [line["top"] for line in missing]
    items: list[TextLine | PdfTable] = []
    boxes = []
    for table in tables:
        read = _table(table, words, open_at)
        if read is not None:
            items.append(read)
            boxes.append(table.bbox)
    outside = [word for word in words if not any(_inside(word, box) for box in boxes)]
    items.extend(lines_of(outside))
    items.sort(key=lambda item: (item.top, 0.0 if isinstance(item, PdfTable) else item.x0))
    return PageContent(page.page_number, page.width, page.height, tuple(items), len(page.chars), bool(page.images))


def _inside(word: Word, box: Sequence[float]) -> bool:
    x, y = (word.x0 + word.x1) / 2, (word.top + word.bottom) / 2
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def lines_of(words: Sequence[Word]) -> list[TextLine]:
    """Words of one height as lines, from top to bottom."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda w: ((w.top + w.bottom) / 2, w.x0)):
        middle = (word.top + word.bottom) / 2
        if rows:
            last = rows[-1][-1]
            reach = 0.45 * min(last.bottom - last.top, word.bottom - word.top)
            if abs(middle - (last.top + last.bottom) / 2) <= reach:
                rows[-1].append(word)
                continue
        rows.append([word])
    return [_line(sorted(row, key=lambda w: w.x0)) for row in rows]


def _line(row: Sequence[Word]) -> TextLine:
    text = row[0].text
    for before, word in pairwise(row):
        gap = word.x0 - before.x1
        text += ("\t" if gap > _COLUMN_GAP * (word.bottom - word.top) else " ") + word.text
    top, bottom = min(w.top for w in row), max(w.bottom for w in row)
    return TextLine(clean_line(text), row[0].x0, row[-1].x1, top, bottom, row[0].x1 - row[0].x0)


def _missing_borders(edges: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lines across where three or more sides of a table begin or end without one: a row cut in two by the page."""
    across = [edge for edge in edges if edge["orientation"] == "h"]
    found = []
    for upright in _joined_sides([edge for edge in edges if edge["orientation"] == "v"]):
        top, bottom, x0, x1 = upright
        for y in (top, bottom):
            drawn = sum(edge["x1"] - edge["x0"] for edge in across if abs(edge["top"] - y) <= _SAME_BORDER)
            if drawn < 0.5 * (x1 - x0):
                found.append({"object_type": "line", "x0": x0, "x1": x1, "top": y, "bottom": y, "width": x1 - x0, "height": 0})
    return found


def _joined_sides(upright: Sequence[dict[str, Any]]) -> list[tuple[float, float, float, float]]:
    """(top, bottom, left, right) of each group of three or more sides that run beside each other."""
    by_x: dict[int, list[tuple[float, float]]] = {}
    for edge in upright:
        by_x.setdefault(round(edge["x0"] / _SAME_BORDER), []).append((edge["top"], edge["bottom"]))
    runs: list[tuple[float, float, float]] = []
    for x, pieces in by_x.items():
        top, bottom = sorted(pieces)[0]
        for start, end in sorted(pieces)[1:]:
            if start > bottom + _SAME_BORDER:
                runs.append((top, bottom, x * _SAME_BORDER))
                top = start
            bottom = max(bottom, end)
        runs.append((top, bottom, x * _SAME_BORDER))
    groups: dict[tuple[int, int], list[float]] = {}
    extents: dict[tuple[int, int], tuple[float, float]] = {}
    for top, bottom, at in runs:
        key = (round(top / (2 * _SAME_BORDER)), round(bottom / (2 * _SAME_BORDER)))
        groups.setdefault(key, []).append(at)
        extents.setdefault(key, (top, bottom))
    return [(*extents[key], min(xs), max(xs)) for key, xs in groups.items() if len(xs) >= _LEAST_SIDES]


def _table(table: Any, words: Sequence[Word], open_at: Sequence[float]) -> PdfTable | None:
    """A ruled table as rows of cells; None for a frame without words."""
    xs = _borders([x for cell in table.cells for x in (cell[0], cell[2])])
    ys = _borders([y for cell in table.cells for y in (cell[1], cell[3])])
    if len(xs) < 3 and len(ys) < 3:
        return None
    at: dict[tuple[int, int], tuple[int, int, Any]] = {}
    for cell in table.cells:
        left, right = _index(xs, cell[0]), max(_index(xs, cell[2]), _index(xs, cell[0]) + 1)
        upper, lower = _index(ys, cell[1]), max(_index(ys, cell[3]), _index(ys, cell[1]) + 1)
        for row in range(upper, lower):
            for column in range(left, right):
                at.setdefault((row, column), (upper, left, (cell, right - left, lower - upper)))
    in_table = [word for word in words if _inside(word, table.bbox)]
    raw: list[list[RawCell]] = []
    for row in range(len(ys) - 1):
        line: list[RawCell] = []
        for column in range(len(xs) - 1):
            found = at.get((row, column))
            if found is None:
                line.append(RawCell(""))
                continue
            upper, left, (box, columns, rows) = found
            if (upper, left) == (row, column):
                line.append(RawCell(_cell_text([w for w in in_table if _inside(w, box)], box[2]), columns, rows))
        raw.append(line)
    laid_out = rectangle(raw)
    if not laid_out:
        return None
    open_above, open_below = (any(abs(y - end) <= 2 * _SAME_BORDER for y in open_at) for end in (ys[0], ys[-1]))
    return PdfTable(laid_out, tuple(xs), table.bbox[1], table.bbox[3], open_above, open_below)


def _borders(values: Sequence[float]) -> list[float]:
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > _SAME_BORDER:
            found.append(value)
    return found


def _index(borders: Sequence[float], value: float) -> int:
    return min(range(len(borders)), key=lambda index: abs(borders[index] - value))


def _cell_text(words: Sequence[Word], right: float) -> str:
    """The text of a cell: lines that only the border cut are joined, others stay apart."""
    texts: list[str] = []
    before: TextLine | None = None
    for line in lines_of(words):
        text = line.text.replace("\t", " ")
        if before is not None and continues(before, line, right - 2.0):
            texts[-1] = joined(texts[-1], text)
        else:
            texts.append(text)
        before = line
    return "\n".join(" ".join(text.split()) for text in texts)


def joined(before: str, text: str) -> str:
    """Two lines of one paragraph; a hyphen glued to its word or date stays glued."""
    return f"{before}{text}" if before[-2:-1].isalnum() and before.endswith("-") else f"{before} {text}"


def continues(before: TextLine, line: TextLine, right: float) -> bool:
    """Whether `line` goes on with the paragraph of `before`: its first word did not fit before the right border."""
    if _STARTS_ITEM.match(line.text):
        return False
    space = 0.25 * line.height
    return before.x1 + space + line.first_word_width > right - 0.3 * line.height
