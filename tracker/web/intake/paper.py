"""The source document as the review page shows it: lines and tables, with the words that were used marked.

Every mark is an anchor both ways: it has an id that the draft links to, and links to the row, fact or point it was used for.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tracker.rules.document import Block, DocumentText, Line, Table
from tracker.rules.parsed import Place

_HEADING = re.compile(r"^(?:[IVX]{1,6}|PHẦN\s+\S+|CHƯƠNG\s+\S+|PHỤ LỤC.*)\s*[.:/)]?\s+\S")
_TITLE = "KẾ HOẠCH"
#: A heading or title in capitals is not longer than this.
_CAPITALS_LENGTH = 120


@dataclass(frozen=True)
class Mark:
    """Words of the document that something on the right was read from."""

    id: str
    place: Place
    label: str  #: the small sign behind the words: "3", "?2", "a"
    href: str
    tone: str  #: "run" read, "soon" needs a look


@dataclass(frozen=True)
class Piece:
    """A run of text under the same marks. `mark` is the narrowest of them; `ids` and `label` begin and end here."""

    text: str
    mark: Mark | None = None
    ids: tuple[str, ...] = ()
    label: str = ""


@dataclass(frozen=True)
class PaperCell:
    pieces: tuple[Piece, ...]
    span: int = 1
    rows: int = 1


@dataclass(frozen=True)
class PaperBlock:
    """A paragraph ("p", "mid" centred, "head") or a table."""

    kind: str
    id: str
    pieces: tuple[Piece, ...] = ()
    rows: tuple[tuple[PaperCell, ...], ...] = ()


_Span = tuple[int, int, Mark]


def paper(document: DocumentText, marks: Iterable[Mark]) -> list[PaperBlock]:
    """The document in reading order; lines parted by tabs, as a table is pasted, stand as the table they were."""
    by_block: defaultdict[int, list[Mark]] = defaultdict(list)
    for mark in marks:
        by_block[mark.place.block].append(mark)
    blocks: list[PaperBlock] = []
    pasted: list[Line] = []
    after_title = False
    for block in document.blocks:
        if isinstance(block, Line):
            if "\t" in block.text:
                pasted.append(block)
                continue
            if not block.text.strip():
                continue
        if pasted:
            blocks.append(_pasted_table(pasted, by_block))
            pasted = []
        blocks.append(_block(block, by_block[block.place], after_title))
        after_title = isinstance(block, Line) and block.text.strip().upper() == _TITLE and block.text.strip().isupper()
    if pasted:
        blocks.append(_pasted_table(pasted, by_block))
    return blocks


def _block(block: Block, marks: Sequence[Mark], after_title: bool) -> PaperBlock:
    if isinstance(block, Table):
        return PaperBlock("table", f"b{block.place}", rows=_table_rows(block, marks))
    text = block.text.strip()
    capitals = text.isupper() and len(text) <= _CAPITALS_LENGTH
    if capitals and _HEADING.match(text):
        kind = "head"
    elif capitals or after_title:
        kind = "mid"
    else:
        kind = "p"
    return PaperBlock(kind, f"b{block.place}", pieces=_pieces(block.text, _spans(block.text, marks)))


def _table_rows(table: Table, marks: Sequence[Mark]) -> tuple[tuple[PaperCell, ...], ...]:
    by_cell: defaultdict[tuple[int, int], list[Mark]] = defaultdict(list)
    for mark in marks:
        by_cell[mark.place.row or 0, mark.place.column or 0].append(mark)
    rows = []
    for y, row in enumerate(table.rows):
        cells = []
        skip = 0
        for x, cell in enumerate(row):
            if skip:
                skip -= 1
                continue
            skip = max(0, cell.span - 1)
            if not cell.continued:
                pieces = _pieces(cell.text, _spans(cell.text, by_cell[y, x]))
                cells.append(PaperCell(pieces, max(1, cell.span), _height(table, y, x)))
        rows.append(tuple(cells))
    return tuple(rows)


def _height(table: Table, y: int, x: int) -> int:
    height = 1
    while y + height < len(table.rows) and table.rows[y + height][x].continued:
        height += 1
    return height


def _pasted_table(lines: Sequence[Line], by_block: dict[int, list[Mark]]) -> PaperBlock:
    width = max(line.text.count("\t") + 1 for line in lines)
    rows = []
    for line in lines:
        spans = _spans(line.text, by_block.get(line.place, []))
        cells = []
        start = 0
        for text in line.text.split("\t"):
            end = start + len(text)
            own = [(max(a, start) - start, min(b, end) - start, mark) for a, b, mark in spans if a < end and b > start]
            cells.append(PaperCell(_pieces(text, own)))
            start = end + 1
        cells += [PaperCell(())] * (width - len(cells))
        rows.append(tuple(cells))
    return PaperBlock("table", f"b{lines[0].place}", rows=tuple(rows))


def _spans(text: str, marks: Sequence[Mark]) -> list[_Span]:
    """Where each mark's words stand; words that are not found mark the whole text."""
    spans = []
    for mark in marks:
        found = _find(text, mark.place.words)
        if found is None and "\t" in text and mark.place.column is not None:
            found = _nth_cell(text, mark.place.column)
        if found is None:
            lead = len(text) - len(text.lstrip())
            found = (lead, len(text.rstrip()))
        if found[0] < found[1]:
            spans.append((*found, mark))
    return spans


def _find(text: str, words: str) -> tuple[int, int] | None:
    if not words.strip():
        return None
    at = text.find(words)
    if at >= 0:
        return at, at + len(words)
    loose = r"\s+".join(re.escape(word) for word in words.split())
    match = re.search(loose, text)
    return (match.start(), match.end()) if match else None


def _nth_cell(text: str, column: int) -> tuple[int, int] | None:
    cells = text.split("\t")
    if column >= len(cells):
        return None
    start = sum(len(cell) + 1 for cell in cells[:column])
    return start, start + len(cells[column])


def _pieces(text: str, spans: Sequence[_Span]) -> tuple[Piece, ...]:
    """The text cut wherever a mark begins or ends."""
    if not spans:
        return (Piece(text),) if text else ()
    cuts = sorted({0, len(text), *(edge for a, b, _ in spans for edge in (a, b))})
    pieces = []
    for start, end in pairwise(cuts):
        over = [s for s in spans if s[0] <= start and s[1] >= end]
        narrowest = min(over, key=lambda s: (s[1] - s[0], s[2].tone != "soon"))[2] if over else None
        ends = [s[2].label for s in over if s[1] == end]
        begins = tuple(s[2].id for s in over if s[0] == start)
        pieces.append(Piece(text[start:end], narrowest, begins, " ".join(dict.fromkeys(ends))))
    return tuple(pieces)
