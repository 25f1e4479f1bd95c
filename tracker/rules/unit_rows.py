"""A list of units as a spreadsheet saves it -> rows, or one sentence for each thing that is wrong.

Headings are known by several names, in Vietnamese and in English, with or without accents. A heading that only says
"thư điện tử", "điện thoại" or "chức vụ" belongs to the person whose column stands before it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO

from tracker.errors import UnreadableRows
from tracker.rules.unit_headings import COLUMNS, columns_of, missing_columns
from tracker.wording import fold_tone_marks, nfc, sentence

_SEPARATORS = (";", ",", "\t")
_MAX_LENGTH = {
    "name": 250, "group": 200, "contact": 120, "contact2": 120, "head": 120, "phone": 40, "phone2": 40,
    "position": 120, "position2": 120, "head_position": 120, "email": 254, "email2": 254, "head_email": 254,
}  # fmt: skip
_SALUTATION = re.compile(r"^(ông|bà|đồng chí|đ/c|anh|chị)\s+(?=\w)", re.IGNORECASE)
_SALUTATIONS = {"ông": "Ông", "bà": "Bà", "anh": "Ông", "chị": "Bà", "đồng chí": "Đồng chí", "đ/c": "Đồng chí"}

#: Addresses of offices: ASCII, dotted words, a domain with a letter ending. Narrower than RFC 5322 on purpose: what is
#: outside it is a slip of the hand far more often than an address.
_ADDRESS = re.compile(
    r"(?=.{6,254}\Z)(?=[^@]{1,64}@)[A-Za-z0-9_+-]+(?:[.'][A-Za-z0-9_+-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}"
)


@dataclass(frozen=True)
class ContactRow:
    name: str
    email: str
    salutation: str = ""
    position: str = ""
    phone: str = ""


@dataclass(frozen=True)
class UnitRow:
    """One unit; `row` is its row in the file (the headings are row 1)."""

    row: int
    name: str
    group: str
    contacts: tuple[ContactRow, ...] = ()  #: the first is the đầu mối chính
    head_name: str = ""
    head_position: str = ""
    head_email: str = ""


@dataclass(frozen=True)
class UnitsTable:
    rows: tuple[UnitRow, ...]
    ignored: tuple[str, ...] = ()  #: headings that mean nothing here


def is_address(text: str) -> bool:
    """Whether `text` is an e-mail address that letters can be sent to (ASCII only)."""
    return _ADDRESS.fullmatch(text) is not None


def unit_key(name: str) -> str:
    """What makes two names one unit: letters and accents, not case, spaces or the place of a tone mark."""
    return " ".join(fold_tone_marks(name).casefold().split())


def split_salutation(text: str) -> tuple[str, str]:
    """ "Ông Mấu Văn Thành" -> ("Ông", "Mấu Văn Thành"); without one -> ("", text)."""
    match = _SALUTATION.match(text)
    if match is None:
        return "", text
    return _SALUTATIONS[match.group(1).lower()], text[match.end() :].strip()


def read_units(content: bytes) -> UnitsTable:
    """Reads UTF-8 text (BOM or not) parted by `;`, `,` or tabs.

    Raises UnreadableRows with one sentence for each fault; then nothing of the file is to be used.
    """
    records = _records(content)
    columns, ignored = columns_of(records[0][1])
    if missing := missing_columns(columns):
        raise UnreadableRows([sentence("columns_missing", columns=", ".join(f"“{COLUMNS[c]}”" for c in missing))])
    faults: list[str] = []
    rows: list[UnitRow] = []
    for number, cells in records[1:]:
        if len(cells) > len(records[0][1]) and any(c.strip() for c in cells[len(records[0][1]) :]):
            faults.append(sentence("cells_extra", row=number, found=len(cells), expected=len(records[0][1])))
            continue
        values = {column: _clean(cells[i]) for i, column in columns.items() if i < len(cells)}
        wrong = list(_faults(number, values))
        faults.extend(wrong)
        if not wrong:
            rows.append(_row(number, values))
    if not rows and not faults:
        raise UnreadableRows([sentence("file_no_rows")])
    faults.extend(_repeated(rows))
    if faults:
        raise UnreadableRows(sorted(faults, key=_row_of))
    return UnitsTable(tuple(rows), tuple(ignored))


def _records(content: bytes) -> list[tuple[int, list[str]]]:
    """(row number, cells) of every row that holds something, headings first."""
    try:
        text = nfc(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise UnreadableRows([sentence("encoding")]) from None
    if "\0" in text:
        raise UnreadableRows([sentence("encoding")])
    if not text.strip():
        raise UnreadableRows([sentence("csv_empty")])
    lines = text.splitlines(keepends=True)
    first = 1 if re.fullmatch(r"sep=.\s*", lines[0], re.IGNORECASE) else 0  # Excel's own note on the separator
    body = "".join(lines[first:])
    found = [_split(body, separator) for separator in _SEPARATORS]
    best = max(found, key=lambda records: len(columns_of(records[0][1])[0]) if records else -1)
    if not best or (len(best[0][1]) == 1 and not columns_of(best[0][1])[0]):
        raise UnreadableRows([sentence("separator")])
    return [(number + first, cells) for number, cells in best]


def _split(text: str, separator: str) -> list[tuple[int, list[str]]]:
    try:
        records = list(csv.reader(StringIO(text, newline=""), delimiter=separator))
    except csv.Error:
        return []
    return [(number, cells) for number, cells in enumerate(records, start=1) if any(c.strip() for c in cells)]


def _clean(cell: str) -> str:
    return " ".join(cell.split())


def _faults(number: int, values: dict[str, str]) -> Iterator[str]:
    """What is wrong in one row, a sentence each."""

    def required(column: str, expected: str) -> str:
        return sentence("cell_required", row=number, column=COLUMNS[column], expected=expected)

    if not values.get("name"):
        yield required("name", "tên đơn vị")
    if not values.get("group"):
        yield required("group", "tên khối đơn vị")
    for person, email in (("contact", "email"), ("contact2", "email2")):
        if values.get(person) and not values.get(email):
            yield required(email, "địa chỉ thư điện tử của đầu mối")
        if values.get(email) and not values.get(person):
            yield required(person, "họ và tên đầu mối")
    if values.get("contact2") and not values.get("contact") and not values.get("email"):
        yield required("contact", "đầu mối chính trước đầu mối thứ hai")
    for column, value in values.items():
        if value.startswith("="):
            yield sentence("formula_cell", row=number, column=COLUMNS[column])
        elif len(value) > _MAX_LENGTH[column]:
            yield sentence("cell_too_long", row=number, column=COLUMNS[column], length=len(value), max=_MAX_LENGTH[column])
        elif column.endswith(("email", "email2")) and value and not is_address(value):
            yield sentence("email_invalid", row=number, value=value)
    if values.get("email") and values.get("email", "").lower() == values.get("email2", "").lower():
        yield sentence("email_repeated", row=number, value=values["email"])


def _row(number: int, values: dict[str, str]) -> UnitRow:
    contacts = []
    for suffix in ("", "2"):
        if values.get(f"email{suffix}"):
            salutation, name = split_salutation(values[f"contact{suffix}"])
            contacts.append(
                ContactRow(
                    name=name,
                    email=values[f"email{suffix}"],
                    salutation=salutation,
                    position=values.get(f"position{suffix}", ""),
                    phone=values.get(f"phone{suffix}", ""),
                )
            )
    return UnitRow(
        row=number,
        name=values["name"],
        group=values["group"],
        contacts=tuple(contacts),
        head_name=split_salutation(values.get("head", ""))[1],
        head_position=values.get("head_position", ""),
        head_email=values.get("head_email", ""),
    )


def _repeated(rows: Sequence[UnitRow]) -> Iterator[str]:
    first: dict[str, int] = {}
    for row in rows:
        other = first.setdefault(unit_key(row.name), row.row)
        if other != row.row:
            yield sentence("unit_repeated", row=row.row, name=row.name, other=other)


def _row_of(fault: str) -> int:
    match = re.match(r"Dòng (\d+)", fault)
    return int(match.group(1)) if match else 0
