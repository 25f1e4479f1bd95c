"""Tables for Excel and for other programs: XLSX and CSV, one description for both.

Text that a spreadsheet would take for a formula stays text. A date is a real date, shown dd/mm/yyyy.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from tracker.documents.writing.ink import printable

Value = str | int | float | bool | date | datetime | None
#: What a program that opens the file may take for a formula.
_FORMULA_OPENINGS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_NOT_IN_A_SHEET_NAME = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_SHEET_NAME_MAX = 31
_A4 = 9  #: Excel's number of this paper
_LINE = Side(style="thin", color="FFB0B7C3")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEAD_FILL = PatternFill("solid", start_color="FFE8ECF2")


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


def xlsx_file(sheets: Sequence[Sheet]) -> bytes:
    book = Workbook(write_only=True)
    names: set[str] = set()
    for sheet in sheets:
        _write(book, sheet, _sheet_name(sheet.name, names))
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


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
    return f"'{text}" if text.startswith(_FORMULA_OPENINGS) else text


def _csv_text(value: Value, kind: Literal["excel", "open"]) -> str:
    match value:
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
        case str():
            return without_formula(printable(value))


def _sheet_name(wanted: str, taken: set[str]) -> str:
    base = printable(wanted).translate(_NOT_IN_A_SHEET_NAME).strip(" '")[:_SHEET_NAME_MAX] or "Bảng"
    name, at = base, 1
    while name.lower() in taken:
        at += 1
        name = f"{base[: _SHEET_NAME_MAX - len(str(at)) - 1]} {at}"
    taken.add(name.lower())
    return name


def _write(book: Any, sheet: Sheet, name: str) -> None:
    page = book.create_sheet(name)
    for at, column in enumerate(sheet.columns, 1):
        page.column_dimensions[get_column_letter(at)].width = column.width
    head_row = len(sheet.above) + (2 if sheet.above else 1)
    page.freeze_panes = f"A{head_row + 1}"
    page.print_title_rows = f"{head_row}:{head_row}"
    page.page_setup.orientation = "landscape" if sum(column.width for column in sheet.columns) > 90 else "portrait"
    page.page_setup.paperSize, page.page_setup.fitToHeight = _A4, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    for at, line in enumerate(sheet.above):
        page.append([_cell(page, line, bold=at == 0)])
    if sheet.above:
        page.append([])
    page.append([_head(page, column.title) for column in sheet.columns])
    last = head_row
    for last, row in enumerate(sheet.rows, head_row + 1):  # noqa: B007 - the count is used after the loop
        page.append([_cell(page, value, form=column.form) for value, column in zip(row, sheet.columns, strict=True)])
    page.auto_filter.ref = f"A{head_row}:{get_column_letter(len(sheet.columns))}{last}"


def _head(page: Any, title: str) -> Any:
    cell = _cell(page, title, bold=True)
    cell.fill, cell.border = _HEAD_FILL, _BORDER
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    return cell


def _cell(page: Any, value: Value, *, bold: bool = False, form: str = "") -> Any:
    if isinstance(value, datetime):
        value = value.replace(tzinfo=None)
    if isinstance(value, bool):
        value = "có" if value else "không"
    if isinstance(value, str):
        value = printable(value)
    cell = WriteOnlyCell(page, value=value)
    if bold:
        cell.font = Font(bold=True)
    if isinstance(value, str):
        cell.data_type = "s"  # never "f", whatever it begins with
        cell.quotePrefix = value.startswith(_FORMULA_OPENINGS)
        cell.alignment = Alignment(vertical="top", wrap_text=True)
    elif isinstance(value, datetime):
        cell.number_format = "dd/mm/yyyy hh:mm"
    elif isinstance(value, date):
        cell.number_format = "dd/mm/yyyy"
    elif form:
        cell.number_format = form
    return cell
