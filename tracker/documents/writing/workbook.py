"""Sheets in openpyxl, row by row into the file: a long table needs no memory."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from tracker.documents.clean import printable
from tracker.documents.writing.sheets import FORMULA_OPENINGS, Sheet, Value

_NOT_IN_A_SHEET_NAME = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_SHEET_NAME_MAX = 31
_A4 = 9  #: Excel's number of this paper
_LINE = Side(style="thin", color="FFB0B7C3")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEAD_FILL = PatternFill("solid", start_color="FFE8ECF2")


def xlsx_file(sheets: Sequence[Sheet]) -> bytes:
    """A workbook of sheets; two of one name are told apart by a number behind."""
    book = Workbook(write_only=True)
    taken: set[str] = set()
    for sheet in sheets:
        _write(book, _sheet_name(sheet.name, taken), sheet)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _write(book: Any, name: str, sheet: Sheet) -> None:
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
        cell.quotePrefix = value.startswith(FORMULA_OPENINGS)
        cell.alignment = Alignment(vertical="top", wrap_text=True)
    elif isinstance(value, datetime):
        cell.number_format = "dd/mm/yyyy hh:mm"
    elif isinstance(value, date):
        cell.number_format = "dd/mm/yyyy"
    elif form:
        cell.number_format = form
    return cell


def _sheet_name(wanted: str, taken: set[str]) -> str:
    base = printable(wanted).translate(_NOT_IN_A_SHEET_NAME).strip(" '")[:_SHEET_NAME_MAX] or "Bảng"
    name, at = base, 1
    while name.lower() in taken:
        at += 1
        name = f"{base[: _SHEET_NAME_MAX - len(str(at)) - 1]} {at}"
    taken.add(name.lower())
    return name
