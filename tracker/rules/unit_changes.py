"""A file of units that were merged, split, renamed or closed (nghị quyết sắp xếp đơn vị hành chính) -> rows, or what is wrong.

One row says: this old unit becomes that new one, from a day on. Several old units under one new name are a merger, one old
unit under several new names a split, one under one another name a new name; a row without a new unit closes the old one.
A unit that keeps its name and takes others in stands as old and as new in a row of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.errors import UnreadableRows
from tracker.rules.unit_rows import unit_key
from tracker.wording import date_short, nfc, search_key, sentence

COLUMNS = {"old": "đơn vị cũ", "new": "đơn vị mới", "group": "khối", "on": "từ ngày", "document": "văn bản"}
_HEADINGS = {
    "old": {"don vi cu", "don vi hien nay", "don vi truoc sap xep", "don vi", "ten cu"},
    "new": {"don vi moi", "don vi ke thua", "don vi sau sap xep", "ten moi"},
    "group": {"khoi", "khoi don vi", "nhom"},
    "on": {"tu ngay", "ngay hieu luc", "hieu luc tu", "ngay"},
    "document": {"van ban", "so van ban", "nghi quyet", "can cu"},
}
_LONGEST = {"old": 250, "new": 250, "group": 200, "document": 300}
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?: 00:00:00)?")


@dataclass(frozen=True)
class UnitChange:
    """One row; `row` is its line in the file. `new` is empty where the unit only ends."""

    row: int
    old: str
    new: str
    on: date  #: the new unit's first day
    group: str = ""
    document: str = ""

    @property
    def keeps_name(self) -> bool:
        return unit_key(self.old) == unit_key(self.new)


def read_changes(headings: Sequence[str], rows: Iterable[tuple[int, Sequence[str]]]) -> tuple[UnitChange, ...]:
    """`rows` are (line in the file, cells). Raises UnreadableRows with a sentence for each fault; then nothing is to be used."""
    places = _places(headings)
    faults: list[str] = []
    found: list[UnitChange] = []
    for number, cells in rows:
        values = {name: nfc(" ".join(cells[at].split())) if at < len(cells) else "" for name, at in places.items()}
        if not any(values.values()):
            continue
        day = _day(values["on"])
        wrong = _faults(number, values, day)
        faults += wrong
        if day is not None and not wrong:
            new, group, document = (values.get(name, "") for name in ("new", "group", "document"))
            found.append(UnitChange(number, values["old"], new, day, group, document))
    if not found and not faults:
        raise UnreadableRows([sentence("file_no_rows")])
    faults = faults or _contradictions(found)
    if faults:
        raise UnreadableRows(faults)
    return tuple(found)


def _places(headings: Sequence[str]) -> dict[str, int]:
    keys = [search_key(heading) for heading in headings]
    places = {name: at for name, known in _HEADINGS.items() for at, key in reversed(list(enumerate(keys))) if key in known}
    missing = [COLUMNS[name] for name in ("old", "new", "on") if name not in places]
    if missing:
        raise UnreadableRows([sentence("columns_missing", columns=", ".join(f"“{name}”" for name in missing))])
    return places


def _day(text: str) -> date | None:
    found = _DAY.fullmatch(text)
    iso = _ISO.fullmatch(text)
    parts = [int(part) for part in found.groups()[::-1]] if found else [int(part) for part in iso.groups()] if iso else []
    try:
        return date(*parts) if parts else None
    except ValueError:
        return None


def _faults(number: int, values: dict[str, str], day: date | None) -> list[str]:
    faults = []
    if not values["old"]:
        faults.append(sentence("cell_required", row=number, column=COLUMNS["old"], expected="tên đơn vị hiện nay"))
    if day is None:
        faults.append(sentence("cell_date", row=number, column=COLUMNS["on"], value=values["on"]))
    for name, longest in _LONGEST.items():
        value = values.get(name, "")
        if value.startswith("="):
            faults.append(sentence("formula_cell", row=number, column=COLUMNS[name]))
        elif len(value) > longest:
            faults.append(sentence("cell_too_long", row=number, column=COLUMNS[name], length=len(value), max=longest))
    return faults


def _contradictions(rows: Sequence[UnitChange]) -> list[str]:
    """Rows that cannot hold together."""
    faults = []
    first_old: dict[str, UnitChange] = {}
    first_new: dict[str, UnitChange] = {}
    pairs: dict[tuple[str, str], int] = {}
    news = {unit_key(row.new) for row in rows if row.new}
    joined = {unit_key(row.new) for row in rows if row.new and not row.keeps_name}
    going = {unit_key(row.old) for row in rows if not row.keeps_name}
    for row in rows:
        old, new = unit_key(row.old), unit_key(row.new)
        other = pairs.setdefault((old, new), row.row)
        before = first_old.setdefault(old, row)
        beside = first_new.setdefault(new, row) if new else row
        if other != row.row:
            faults.append(sentence("unit_repeated", row=row.row, name=row.old, other=other))
        elif before.on != row.on or beside.on != row.on:
            what = before if before.on != row.on else beside
            faults.append(sentence("unit_change_days", row=row.row, date=date_short(row.on), other=what.row))
        elif row.keeps_name and (old not in joined or old in going):
            faults.append(sentence("unit_change_same", row=row.row, name=row.old))
        elif not row.keeps_name and old in news and old in going:
            faults.append(sentence("unit_change_chain", row=row.row, name=row.old))
    return faults


def kind_of(olds: int, news: int) -> str:
    """What the change of so many old units into so many new ones is called; the verb of its journal line."""
    if news == 0:
        return "ngừng hoạt động"
    if news > 1:
        return "chia tách"
    return "sáp nhập" if olds > 1 else "đổi tên"
