"""Tables for Excel and for other programs: one description for XLSX (workbook.py) and CSV.

Text that a spreadsheet would take for a formula stays text. A date is a real date, shown dd/mm/yyyy.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Literal

from tracker.documents.clean import printable

Value = str | int | float | bool | date | datetime | None
#: What a program that opens the file may take for a formula.
FORMULA_OPENINGS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class SheetColumn:
    title: str
    width: float = 14  #: in letters
    form: str = ""  #: of numbers, as Excel writes it: "0.00", "#,##0"


def columns_of(titles: str) -> list[SheetColumn]:
    """Columns by their titles, between bars: "*" before a wide one, "#" before one of whole numbers."""
    return [
        SheetColumn(title.lstrip("*#"), 36 if title.startswith("*") else 14, "#,##0" if title.startswith("#") else "")
        for title in titles.split("|")
    ]


@dataclass(frozen=True)
class Sheet:
    name: str
    columns: Sequence[SheetColumn]
    rows: Iterable[Sequence[Value]]
    above: Sequence[str] = ()  #: lines over the table; the first is its title


def csv_file(
    columns: Sequence[SheetColumn], rows: Iterable[Sequence[Value]], *, kind: Literal["excel", "open"] = "excel"
) -> bytes:
    """`excel`: as Excel in Vietnamese opens it (";", 86,36, 18/06/2021) · `open`: for programs (",", 86.36, 2021-06-18).

    Both in UTF-8 with a BOM, without which Excel breaks Vietnamese letters.
    """
    made = io.StringIO()
    writer = csv.writer(made, delimiter=";" if kind == "excel" else ",", lineterminator="\r\n")
    writer.writerow([_csv_text(column.title, kind) for column in columns])
    for row in rows:
        writer.writerow([_csv_text(value, kind) for value in row])
    return made.getvalue().encode("utf-8-sig")


def without_formula(text: str) -> str:
    """The text as it is, or behind an apostrophe where a spreadsheet would run it."""
    return f"'{text}" if text.startswith(FORMULA_OPENINGS) else text


def _csv_text(value: Value, kind: Literal["excel", "open"]) -> str:
    match value:
        case str():
            return _plain(value)
        case None:
            return ""
        case bool():
            return "có" if value else "không"
        case datetime():
            return value.strftime("%d/%m/%Y %H:%M") if kind == "excel" else value.isoformat(timespec="minutes")
        case date():
            return value.strftime("%d/%m/%Y") if kind == "excel" else value.isoformat()
        case float():
            return f"{value:.10g}".replace(".", ",") if kind == "excel" else f"{value:.10g}"
        case int():
            return str(value)


@lru_cache(maxsize=10_000)
def _plain(text: str) -> str:
    """Open data repeats a few words millions of times."""
    return without_formula(printable(text))
