"""The end of a document: who signs and who receives it."""

from __future__ import annotations

from typing import Any

from tracker.documents.writing.blocks import draw_picture
from tracker.documents.writing.ink import Cell, grid, paragraph, row_of
from tracker.documents.writing.parts import Picture, Recipients, SideBySide, SignatureBlock, Signing

_ROOM_TO_SIGN_LINES = 5


def draw_signing(document: Any, part: Signing, width_mm: float) -> None:
    half = width_mm / 2
    paragraph(document, size=8, keep_next=True)
    row = row_of(grid(document, [half, half]))
    left, right = Cell(row, half, document), Cell(row, half, document)
    if part.recipients is not None:
        _recipients(left, part.recipients)
    else:
        paragraph(left, size=12)
    _signer(right, part.block, _ROOM_TO_SIGN_LINES)
    paragraph(document, size=1)


def draw_side_by_side(document: Any, part: SideBySide, width_mm: float) -> None:
    width = width_mm / len(part.cells)
    paragraph(document, size=8, keep_next=True)
    row = row_of(grid(document, [width] * len(part.cells)))
    for cell in part.cells:
        home = Cell(row, width, document)
        if isinstance(cell, Picture):
            draw_picture(home, cell)
        else:
            _signer(home, cell, part.blank_lines, size=14 if len(part.cells) < 3 else 12)
    paragraph(document, size=1)


def draw_recipients(document: Any, part: Recipients) -> None:
    _recipients(document, part)


def _signer(home: Cell, block: SignatureBlock, room: int, size: float = 14) -> None:
    for line in block.lines:
        paragraph(home, line.upper(), size=size, bold=True, align="center")
    if block.note:
        paragraph(home, block.note, size=12, italic=True, align="center")
    for _ in range(room):
        paragraph(home, size=size, align="center")
    paragraph(home, block.name, size=size, bold=True, align="center")


def _recipients(home: Any, part: Recipients) -> None:
    paragraph(home, "Nơi nhận:", size=12, bold=True, italic=True)
    for item in part.items:
        paragraph(home, f"- {item.rstrip(' ;.')};", size=11)
    archive = f"Lưu: VT, {part.archive}." if part.archive else "Lưu: VT."
    paragraph(home, f"- {archive}", size=11)
