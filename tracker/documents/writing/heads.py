"""The top of a document: letterhead, title, addressees, legal bases, the head of an annex."""

from __future__ import annotations

from typing import Any

from tracker.documents.writing.ink import NBSP, Cell, grid, paragraph, row_of, rule
from tracker.documents.writing.parts import Addressees, Annex, LegalBases, Letterhead, Title
from tracker.wording.dates import month_formal

_LEFT_SHARE = 66 / 160
_NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
_MOTTO = "Độc lập - Tự do - Hạnh phúc"
_BLANK_NUMBER, _BLANK_DAY = NBSP * 9, NBSP * 6


def draw_letterhead(document: Any, part: Letterhead, width_mm: float) -> None:
    left_mm = width_mm * _LEFT_SHARE
    right_mm = width_mm - left_mm
    table = grid(document, [left_mm, right_mm])
    row = row_of(table)
    left, right = Cell(row, left_mm, document), Cell(row, right_mm, document)
    _issuer(left, part, left_mm)
    if part.code:
        paragraph(right, part.code, size=11, align="right")
        paragraph(document, size=6)
        return
    paragraph(right, _NATION, size=12, bold=True, align="center")
    paragraph(right, _MOTTO, size=13, bold=True, align="center")
    rule(right, 56, right_mm)
    row = row_of(table)
    left, right = Cell(row, left_mm, document), Cell(row, right_mm, document)
    symbol = part.symbol or NBSP * 8
    paragraph(left, f"Số: {part.number or _BLANK_NUMBER}/{symbol}", size=13, align="center", before=6)
    if part.about:
        paragraph(left, f"V/v {part.about}", size=12, align="center", before=6)
    paragraph(right, place_and_day(part), size=13, italic=True, align="center", before=6)
    paragraph(document, size=6)


def _issuer(cell: Cell, part: Letterhead, left_mm: float) -> None:
    if part.superior:
        paragraph(cell, part.superior.upper(), size=12, align="center")
    for line in _issuer_lines(part):
        paragraph(cell, line, size=12, bold=True, align="center")
    rule(cell, left_mm / 3, left_mm)


def _issuer_lines(part: Letterhead) -> list[str]:
    """An UBND without an office above stands in two lines: ỦY BAN NHÂN DÂN / THÀNH PHỐ …"""
    name = part.issuer.upper()
    for opening in ("ỦY BAN NHÂN DÂN ", "UBND "):
        if not part.superior and name.startswith(opening):
            return ["ỦY BAN NHÂN DÂN", name.removeprefix(opening)]
    return [name]


def place_and_day(part: Letterhead) -> str:
    """Cam Ranh, ngày       tháng 7 năm 2021: the day stays blank as long as the number does."""
    if part.on is None:
        return ""
    day = f"{part.on.day:02d}" if part.number else _BLANK_DAY
    return f"{part.place or NBSP * 12}, ngày {day} {month_formal(part.on)}"


def draw_title(document: Any, part: Title, width_mm: float) -> None:
    paragraph(document, part.kind.upper(), bold=True, align="center", before=6, keep_next=True)
    if part.about:
        paragraph(document, part.about, bold=True, align="center", keep_next=True)
    rule(document, width_mm / 3, width_mm)
    paragraph(document, size=6)


def draw_addressees(document: Any, part: Addressees) -> None:
    if len(part.names) == 1:
        paragraph(document, f"Kính gửi: {part.names[0]}", align="center", before=6, after=6)
        return
    paragraph(document, "Kính gửi:", left_mm=30, before=6, keep_next=True)
    for at, name in enumerate(part.names, 1):
        last = at == len(part.names)
        paragraph(document, f"- {name}{'.' if last else ';'}", left_mm=52, first_line_mm=-3, after=6 if last else 0)


def draw_bases(document: Any, part: LegalBases) -> None:
    for at, line in enumerate(part.lines, 1):
        end = "." if at == len(part.lines) else ";"
        paragraph(document, line.rstrip(" ;.") + end, italic=True, align="justify", before=6, first_line_mm=12.7, lines=1.15)


def draw_annex_head(document: Any, part: Annex) -> None:
    paragraph(document, f"Phụ lục {part.number}".strip(), bold=True, align="center", keep_next=True)
    paragraph(document, part.title.upper(), bold=True, align="center", keep_next=True)
    if part.attached_to:
        symbol = part.symbol or NBSP * 8
        year = part.year or NBSP * 8
        blank = f"ngày {_BLANK_DAY} tháng {_BLANK_DAY} năm {year}"
        of = f" của {part.issuer}" if part.issuer else ""
        line = f"(Kèm theo {part.attached_to} số {_BLANK_NUMBER}/{symbol} {blank}{of})"
        paragraph(document, line, size=13, italic=True, align="center", after=8, keep_next=True)
