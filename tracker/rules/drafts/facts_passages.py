"""A document as pieces (what one line or cell says) and as paragraphs (hard-wrapped lines joined again), with places."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from tracker.rules.document import DocumentText, Line, Table
from tracker.rules.parsed import Place

#: Marks of Markdown and of copied pages round the words: bold, headings, quotes, rules.
_MARKS = re.compile(r"\*{2,}|_{2,}|`+|</?(?:p|b|i|u|strong|em|br|span|div|td|tr|th)\b[^<>]{0,80}>", re.IGNORECASE)
_HEADING_MARK = re.compile(r"^\s*(?:#{1,6}\s+|>\s+(?!\d))")
#: Where two columns part. A gap that waits for a number or a day to be written in ("Số:     /KH-UBND") is none.
_CELL_BORDER = re.compile(
    r"\s*\|\s*|(?<!Số)(?<!SỐ)(?<!Số:)(?<!SỐ:)(?<!ngày)(?<!tháng)(?<!năm)(?:\s*\t\s*|\s{3,})(?!\s|[/-]\s?[A-ZĐ]|tháng\b|"
    r"năm\s*(?:20|\W*$)|/)"
)
_RULE_ONLY = re.compile(r"^[\s\-–—_=*.|+:~]*$")
_BULLET = re.compile(r"^\s*(?:[-–—+•●▪◦*o·]\s+|[-–—+•●▪]|\(?\d{1,2}[.)]|\(?[a-zđ][.)]\s|\(\d|[IVXL]+\s*[.)-]\s|[A-Z]\.\s)")
_STARTS_NEW = re.compile(
    r"^\s*(?:căn cứ|thực hiện|xét đề nghị|theo đề nghị|điều \d|nơi nhận|trên đây|kế hoạch$|quyết định:?$|phụ lục|chương |"
    r"tm\.|kt\.|q\.|"
    r"bước \d|giai đoạn \d|tt\b|stt\b)",
    re.IGNORECASE,
)
_WAITS_FOR_MORE = re.compile(
    r"(?:,|[*×=/]|\w-|\b(?:số|ngày|tháng|năm|của|về|và|tại|theo|từ|đến|các|cho|với|để|do|trong|là|việc|căn|mục|hoặc|trên|thực|"
    r"ủy|uỷ))$",
    re.IGNORECASE,
)
_ENDS = (".", ";", ":", "!", "?", "./.", '."', ".”", "…")
#: A line this long that stops without a sign was cut by the margin, not by its writer.
_FULL_LINE = 55


@dataclass(frozen=True)
class Passage:
    """Words with their place; `starts` maps offsets to places when several lines were joined."""

    text: str
    starts: tuple[tuple[int, Place], ...]
    in_table: bool = False

    def place(self, offset: int = 0, words: str = "") -> Place:
        """Where the character at `offset` stands; `words` are the very words there."""
        index = bisect_right([start for start, _ in self.starts], offset) - 1
        found = self.starts[max(index, 0)][1]
        return Place(found.block, found.row, found.column, words)

    @property
    def block(self) -> int:
        return self.starts[0][1].block


def plain(text: str) -> str:
    """The words alone: without Markdown, tags and repeated spaces."""
    text = _HEADING_MARK.sub("", _MARKS.sub(" ", text))
    return " ".join(text.split())


def pieces(document: DocumentText) -> list[Passage]:
    """Each line and each line of a cell, cut where a tab, a bar or a wide gap parts two columns; nothing joined."""
    found: list[Passage] = []
    for block in document.blocks:
        if isinstance(block, Line):
            found.extend(_line_pieces(block))
        else:
            found.extend(_table_pieces(block))
    return found


def _line_pieces(line: Line) -> list[Passage]:
    if _RULE_ONLY.match(line.text):
        return []
    parts = [plain(part) for part in _CELL_BORDER.split(line.text.strip())]
    parts = [part for part in parts if part and not _RULE_ONLY.match(part)]
    # A line that begins with a tab is one cell of a table pasted one cell a line.
    in_table = len(parts) > 1 or line.text.count("|") > 1 or line.text.startswith("\t")
    return [Passage(part, ((0, Place(line.place)),), in_table) for part in parts]


def _table_pieces(table: Table) -> list[Passage]:
    found: list[Passage] = []
    for row_no, row in enumerate(table.rows):
        for column, cell in enumerate(row):
            if cell.continued or not cell.text:
                continue
            place = Place(table.place, row_no, column)
            for text in cell.text.split("\n"):
                words = plain(text)
                if words and not _RULE_ONLY.match(words):
                    found.append(Passage(words, ((0, place),), in_table=True))
    return found


def paragraphs(document: DocumentText) -> list[Passage]:
    """Pieces, with lines that the margin cut joined again. Cells of different columns are never joined."""
    found: list[Passage] = []
    for piece in pieces(document):
        if found and _continues(found[-1], piece):
            before = found[-1]
            # A word or a number cut behind its hyphen is made whole: "28/KH-" and "UBND".
            space = "" if before.text[-2:-1].isalnum() and before.text.endswith(("-", "/")) else " "
            offset = len(before.text) + len(space)
            starts = (*before.starts, *((offset + start, place) for start, place in piece.starts))
            found[-1] = Passage(f"{before.text}{space}{piece.text}", starts, before.in_table)
        else:
            found.append(piece)
    return found


def _continues(before: Passage, piece: Passage) -> bool:
    """Whether `piece` goes on with the sentence of `before`."""
    last, new = before.starts[-1][1], piece.starts[0][1]
    if (before.in_table or piece.in_table) and (last.block, last.row, last.column) != (new.block, new.row, new.column):
        return False
    if not before.in_table and (last.block == new.block or new.block - last.block > 2):
        return False
    line = before.text[before.starts[-1][0] :]
    if line.endswith(_ENDS) or _STARTS_NEW.match(piece.text):
        return False
    head = piece.text.lstrip("“\"'(")[:1]
    if head.islower():
        return not _BULLET.match(piece.text) or bool(_WAITS_FOR_MORE.search(line))
    if new.block - last.block > 1 or _BULLET.match(piece.text) or line.isupper() or piece.text.isupper():
        return False
    return bool(_WAITS_FOR_MORE.search(line)) or (len(line) >= _FULL_LINE and line[-1:].isalnum())
