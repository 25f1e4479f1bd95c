"""Lines of a typed table with what they show of its borders, and what every typed form shares."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tracker.rules.drafts.cells import looks_like_time
from tracker.rules.drafts.columns import Role
from tracker.rules.drafts.marks import NumberKind, is_shouted, key_of, leading_number, tidy
from tracker.rules.drafts.streams import Laid, Piece
from tracker.rules.drafts.tables import Grid, GridCell, GridRow
from tracker.rules.parsed import Place

_DRAWN = re.compile(r"^[\s|+:=_-]*$")
_PAGE_MARK = re.compile(r"^\W*(?:trang|page)\s*\d+(?:\s*[/|]\s*\d+)?\W*$|^\s*[-–—]\s*\d{1,3}\s*[-–—]\s*$", re.IGNORECASE)
_PAGE_OF = re.compile(r"^\s*(?P<page>\d{1,3})\s*/\s*(?P<pages>\d{1,3})\s*$")
_WIDE = re.compile(r"\s{2,}")
#: A table is looked for over at most so many lines, so that no text takes long.
MAX_LINES = 6000
#: What stands only after a timeline.
_AFTER_ALL = re.compile(
    r"^(?:noi nhan|tren day la|tm\. ?(?:uy ban|ubnd)|t/?m ubnd|kt\. ?(?:chu tich|giam doc|truong)|(?:[ivx]+|"
    r"\d+)\s*[.)]?\s*(?:to chuc thuc hien|kinh phi thuc hien|che do bao cao)\b)"
)


def counts_pages(texts: Sequence[str]) -> bool:
    """Whether the lines that are only "2/5" count the pages of the document: one after another, of the same number. In a table
    with a column of days they are days: 2 May."""
    found = [(int(match["page"]), int(match["pages"])) for text in texts if (match := _PAGE_OF.match(text))]
    pages = [page for page, _ in found]
    return (
        len(found) > 1
        and len({of for _, of in found}) == 1
        and pages[-1] <= found[0][1]
        and pages == list(range(pages[0], pages[0] + len(pages)))
    )


@dataclass(frozen=True)
class Raw:
    """A line of the document."""

    block: int
    text: str
    framed: bool = True  #: a bar at the line's head is the table's border, not the end of an empty cell
    paged: bool = False  #: "2/5" alone on the line is a page and no day

    @property
    def has_tabs(self) -> bool:
        """A tab inside the line; a single one at its head only marks a cell (one cell a line)."""
        return "\t" in (self.text[1:] if self.text.startswith("\t") else self.text)

    @property
    def has_bars(self) -> bool:
        return "|" in self.text

    @property
    def has_wide_gaps(self) -> bool:
        return not self.has_tabs and _WIDE.search(self.text.strip()) is not None

    @property
    def blank(self) -> bool:
        return not self.text.strip()

    @property
    def is_rule(self) -> bool:
        """A line that only draws: |---|---|, +-----+, dashes between tabs."""
        if _DRAWN.match(self.text) is None or not ("-" in self.text or "=" in self.text):
            return False
        return "---" in self.text or "===" in self.text or "|" in self.text or "+" in self.text or self.has_tabs

    @property
    def is_page_mark(self) -> bool:
        return _PAGE_MARK.match(self.text) is not None or (self.paged and _PAGE_OF.match(self.text) is not None)

    def is_row(self, sign: str) -> bool:
        """The line holds borders of the kind `sign`: "bars", "tabs" or "spaces"."""
        if sign == "bars":
            return self.text.count("|") >= 2 or (self.has_bars and self.text.strip() != "|" and len(self.cells(sign)) >= 2)
        if sign == "tabs":
            return self.has_tabs
        return len(self.cells(sign)) >= 2

    def cells(self, sign: str) -> list[str]:
        if sign == "bars":
            return bar_cells(self.text, framed=self.framed)
        if sign == "tabs":
            return [cell.strip() for cell in self.text.split("\t")]
        return [cell for cell in _WIDE.split(self.text.strip()) if cell]


def bar_cells(text: str, *, framed: bool = True) -> list[str]:
    """The cells of a line with bars; a border bar at either end is no cell (at its head only in a framed table)."""
    body = text.strip().replace("\\|", "¦")
    if framed and body.startswith("|"):
        body = body[1:]
    if body.endswith("|"):
        body = body[:-1]
    return [cell.strip().replace("¦", "|") for cell in body.split("|")]


def ends_tables(text: str, following: Sequence[str]) -> bool:
    """A line after which no row of a timeline can stand: the next section of the plan, its recipients, its signature.

    A Roman heading may also be a section row of the table; then a row follows at once (`following`: the next lines).
    """
    key = key_of(text)
    if _AFTER_ALL.match(key):
        return not key[0].isdigit() or is_shouted(text)
    number, rest = leading_number(tidy(text))
    if number is None or number.kind is not NumberKind.ROMAN or not is_shouted(rest):
        return False
    return not any(line.strip(" .)(").isdigit() or looks_like_time(line.strip()) for line in following[:6])


def grid_of(form: str, block: int, laid: Laid, roles: Sequence[Role], headings: Sequence[str], first_row: str) -> Grid:
    """The rows laid out of a stream as a grid; an empty column of a row is an absent cell."""
    rows: list[GridRow] = []
    last = block
    for row in laid.rows:
        cells: list[GridCell] = []
        for column, pieces in enumerate(row):
            if not pieces:
                cells.append(GridCell(absent=True))
                continue
            text = tidy("\n".join(piece.text for piece in pieces))
            if len(text) > 2 and text[0] == text[-1] == '"':
                text = text[1:-1]  # a cell with line breaks, as a spreadsheet copies it
            cells.append(GridCell(text, Place(pieces[0].block, None, column, pieces[0].text)))
            last = max(last, pieces[-1].block)
        rows.append(tuple(cells))
    return Grid(form, Place(block), tuple(rows), tuple(roles), tuple(headings), last, typed=True, first_row=first_row)


def index_after(raws: Sequence[Raw], start: int, stop: int, laid: Laid, pieces: Sequence[Piece]) -> int:
    """The line after the table: the first that was not laid into it."""
    if laid.used >= len(pieces):
        return stop
    block = pieces[laid.used].block
    return next((i for i in range(start, stop) if raws[i].block >= block), stop)
