"""A table that somebody filled in, .xlsx or .csv, row by row: little memory however long it is, no formula and no macro."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from tracker.documents.archive import DAMAGED, DTD
from tracker.documents.refusals import unreadable
from tracker.wording import nfc

_MEGABYTE = 1024 * 1024
#: 50,000 rows of thirty cells unpack to less.
MAX_UNPACKED_BYTES = 160 * _MEGABYTE
#: More columns than any questionnaire has: a sheet formatted to its last column must not be read to it.
MAX_COLUMNS = 300
_MERGED = re.compile(rb'<mergeCell ref="[A-Z]+(\d+)')
_ENCRYPTED = b"\xd0\xcf\x11\xe0"  #: an Office file with a password, or of before 2007


@dataclass(frozen=True)
class TableRow:
    """`no`: its line in the file, as a spreadsheet counts."""

    no: int
    cells: list[str]
    formulas: tuple[int, ...] = ()  #: places of cells that hold a formula


@dataclass
class Table:
    """The headings, and the rows below them while they are read."""

    headings: list[str]
    rows: Iterator[TableRow] = field(repr=False)


def read_table(content: bytes, name: str) -> Table:
    """Raises UnreadableDocument with the sentence of what is wrong with the file as such."""
    if not content.strip():
        raise unreadable("file_empty", name=name)
    if content.startswith(_ENCRYPTED):
        raise unreadable("file_encrypted", name=name)
    if content.startswith(b"PK"):
        _check_workbook(content, name)
        rows = _workbook_rows(content, name)
    elif name.lower().endswith((".xlsx", ".xlsm")):
        raise unreadable("file_content_differs", name=name, ext=".xlsx")
    elif b"\x00" in content[:4096] or content.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8")):
        raise unreadable("import_file_type", name=name)
    else:
        rows = _csv_rows(content)
    first = next(rows, None)
    if first is None:
        raise unreadable("file_empty", name=name)
    return Table([cell.strip() for cell in first.cells], rows)


def _check_workbook(content: bytes, name: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            if any(part.flag_bits & 0x1 for part in parts):
                raise unreadable("file_encrypted", name=name)
            types = archive.read("[Content_Types].xml") if "[Content_Types].xml" in names else b""
            if b"macroEnabled" in types or any(part.lower().endswith("vbaproject.bin") for part in names):
                raise unreadable("file_macro", name=name)
            if "xl/workbook.xml" not in names:
                raise unreadable("import_file_type", name=name)
            unpacked = sum(part.file_size for part in parts)
            if unpacked > MAX_UNPACKED_BYTES:
                size = -(-unpacked // _MEGABYTE)
                raise unreadable("import_unpacks", name=name, size=size, max_mb=MAX_UNPACKED_BYTES // _MEGABYTE)
            _check_parts(archive, name)
    except DAMAGED as error:
        raise unreadable("file_broken", name=name) from error


def _check_parts(archive: zipfile.ZipFile, name: str) -> None:
    """No document type of its own in any part, whatever its name: a workbook says where its sheets lie. No merged cells in the
    sheet that is read, since they hide what the others hold."""
    sheets = sorted(part for part in archive.namelist() if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", part))
    if not sheets:
        raise unreadable("file_broken", name=name)
    for part in archive.namelist():
        with archive.open(part) as opened:
            before = b""
            while piece := opened.read(_MEGABYTE):
                seen = before + piece
                if any(mark in seen for mark in DTD):
                    raise unreadable("file_unsafe", name=name)
                if part == sheets[0] and (found := _MERGED.search(seen)):
                    raise unreadable("merged_cells", row=int(found[1]))
                before = piece[-64:]


def _workbook_rows(content: bytes, name: str) -> Iterator[TableRow]:
    from openpyxl import load_workbook  # loaded when it is needed
    from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        sheet: Any = book.worksheets[0]
        sheet.reset_dimensions()
        for no, values in enumerate(sheet.iter_rows(values_only=True), 1):  # given a last column it fills each row up to it
            given = values[:MAX_COLUMNS]
            cells = ["=" if isinstance(value, ArrayFormula | DataTableFormula) else _text(value) for value in given]
            if any(cells):
                yield TableRow(no, cells, tuple(at for at, cell in enumerate(cells) if cell.startswith("=")))
        book.close()
    except (KeyError, IndexError, *DAMAGED) as error:
        raise unreadable("file_broken", name=name) from error


def _csv_rows(content: bytes) -> Iterator[TableRow]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise unreadable("encoding") from None
    first = text.split("\n", 1)[0]
    separator = max(";,\t", key=first.count)
    if not first.count(separator):
        raise unreadable("separator")
    reader = csv.reader(io.StringIO(nfc(text), newline=""), delimiter=separator)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                bare = [cell[1:] if cell.startswith("'") else cell for cell in cells[:MAX_COLUMNS]]
                yield TableRow(reader.line_num, bare, tuple(at for at, cell in enumerate(bare) if cell.startswith("=")))
    except csv.Error:
        raise unreadable("separator") from None


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case str():
            return nfc(value).strip()
        case bool():
            return "yes" if value else "no"
        case float() if value.is_integer():
            return str(int(value))
        case datetime() | date():
            return value.strftime("%d/%m/%Y")
        case _:
            return str(value)
