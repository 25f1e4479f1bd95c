"""What every reader of files makes of a document: lines and tables, each with its place in the text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """A paragraph or a line of pasted text."""

    place: int  #: index in DocumentText.blocks; the review page's anchor is f"b{place}"
    text: str


@dataclass(frozen=True)
class Cell:
    text: str  #: inner lines kept, parted by "\\n"
    continued: bool = False  #: merged with the cell above: holds nothing of its own
    span: int = 1  #: columns it covers


@dataclass(frozen=True)
class Table:
    """A table that the file itself marks as one (docx, html, pdf). Tables typed as text stay Lines."""

    place: int
    rows: tuple[tuple[Cell, ...], ...]  #: every row has the same number of cells; a span repeats an empty Cell


Block = Line | Table


@dataclass(frozen=True)
class DocumentText:
    """A whole document, in reading order, NFC."""

    blocks: tuple[Block, ...]
    #: What the reader of the file noticed (a page without text, an image, …): Vietnamese sentences.
    remarks: tuple[str, ...] = ()
