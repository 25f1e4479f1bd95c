"""Quotas that stand in a table: a row for each group or for each surveyed unit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tracker.rules.document import DocumentText, Line
from tracker.rules.drafts.facts_passages import plain
from tracker.rules.drafts.groups_counts import whole
from tracker.rules.parsed import ParsedGroup, Place

_RULE = re.compile(r"^[\s\-–—_=*.|+:]*$")
_NUMBER = re.compile(
    r"^\D{0,3}(?P<n>\d{1,3}(?:[.\s]\d{3})+|\d+)\s*(?:phiếu|mẫu|đơn vị|xã|phường|huyện|người)?\W*$", re.IGNORECASE
)
_BALLOTS = re.compile(r"phiếu|\bmẫu\b", re.IGNORECASE)
_EACH = re.compile(r"/\s*(?:0?1\s+)?(?:đơn vị|cơ quan|xã|phường|huyện|trạm|trường)|mỗi|từng đơn vị|bình quân", re.IGNORECASE)
_UNITS = re.compile(
    r"^\W*(?:tổng\s+)?(?:số\s+(?:lượng\s+)?|SL\s+)(?:đơn vị|cơ quan|xã|phường|huyện|trạm|trường|cơ sở|điểm)", re.IGNORECASE
)
_NAME = re.compile(
    r"đơn vị|cơ quan|địa phương|địa bàn|\btên\b|nhóm|khối|\bcấp\b|xã|phường|huyện|đối tượng|trường|trạm", re.IGNORECASE
)
_TIME = re.compile(r"thời gian|tiến độ|thời hạn|hoàn thành|chủ trì|phối hợp", re.IGNORECASE)
_SUM = re.compile(r"^\W*(?:tổng|cộng)\b", re.IGNORECASE)
_SECTION_NO = re.compile(r"^\W*(?:[IVX]+|[A-ZĐ])\W*$")
_KIND = re.compile(
    r"^\W*(?P<kind>(?:UBND|[ỦUủu][yỷỳ] ban nhân dân)\s+(?:xã|phường|thị trấn|huyện|quận|thị xã|thành phố|đặc khu)|trạm y tế|"
    r"bệnh viện|trung tâm y tế|trung tâm|"
    r"trường (?:mầm non|tiểu học|THCS|THPT)|trường|sở|ban|phòng|chi cục|cục|xã|phường|thị trấn|huyện|quận|thị xã|thành phố)\b",
    re.IGNORECASE,
)
_MOST_KINDS = 5
_LEAST_ROWS = 2


@dataclass(frozen=True)
class QuotaTable:
    groups: tuple[ParsedGroup, ...]
    ballots: int | None  #: the sum row's
    units: int | None
    place: Place


@dataclass(frozen=True)
class _Row:
    cells: tuple[str, ...]
    place: Place


@dataclass(frozen=True)
class _Columns:
    name: int
    ballots: int | None
    each: int | None
    units: int | None
    heading: str


def read_quota_table(document: DocumentText) -> QuotaTable | None:
    """The first table that says how many ballots each group or unit has; None when there is none."""
    for rows in _tables(document):
        columns, start = _columns(rows)
        if columns is None:
            continue
        found = _read(rows[start:], columns)
        if found is not None:
            return found
    return None


def _tables(document: DocumentText) -> Iterator[list[_Row]]:
    """Marked tables and runs of lines with tabs or bars."""
    run: list[_Row] = []
    for block in document.blocks:
        if isinstance(block, Line):
            cells = _typed_cells(block.text)
            if len(cells) >= 2:
                run.append(_Row(tuple(cells), Place(block.place)))
                continue
            if not block.text.strip() or _RULE.match(block.text):
                continue
        if len(run) > _LEAST_ROWS:
            yield run
        run = []
        if not isinstance(block, Line):
            yield [
                _Row(tuple(" ".join(cell.text.split()) for cell in row), Place(block.place, number))
                for number, row in enumerate(block.rows)
            ]
    if len(run) > _LEAST_ROWS:
        yield run


def _typed_cells(text: str) -> list[str]:
    if _RULE.match(text):
        return []
    if text.count("|") >= 1:
        return [plain(cell) for cell in text.strip().strip("|").split("|")]
    return [plain(cell) for cell in text.split("\t")] if "\t" in text.strip() else []


def _columns(rows: Sequence[_Row]) -> tuple[_Columns | None, int]:
    for index, row in enumerate(rows[:3]):
        if any(_TIME.search(cell) for cell in row.cells):
            return None, 0
        units = next((i for i, cell in enumerate(row.cells) if _UNITS.search(cell)), None)
        each = next((i for i, cell in enumerate(row.cells) if _BALLOTS.search(cell) and _EACH.search(cell)), None)
        totals = [
            i for i, cell in enumerate(row.cells) if _BALLOTS.search(cell) and i not in {each, units} and not _NUMBER.match(cell)
        ]
        ballots = totals[-1] if totals else None
        name = next((i for i, cell in enumerate(row.cells) if _NAME.search(cell) and i not in {units, each, ballots}), None)
        if name is not None and (ballots is not None or each is not None):
            return _Columns(name, ballots, each, units, row.cells[name]), index + 1
    return None, 0


def _read(rows: Sequence[_Row], columns: _Columns) -> QuotaTable | None:
    by_group = columns.units is not None or (columns.each is not None and columns.ballots is not None)
    groups: list[ParsedGroup] = []
    members: dict[str, list[tuple[int, Place]]] = {}
    ballots = units = None
    section = ""
    for row in rows:
        name = row.cells[columns.name] if columns.name < len(row.cells) else ""
        figures = _figure(row, columns.ballots), _figure(row, columns.each), _figure(row, columns.units)
        if any(_SUM.match(cell) for cell in row.cells[: columns.name + 1]):
            ballots, units = figures[0] if figures[0] is not None else ballots, figures[2] if figures[2] is not None else units
            continue
        number = row.cells[columns.name - 1] if 0 < columns.name <= len(row.cells) else ""
        if name and not by_group and (_SECTION_NO.match(number) or figures[0] is None):
            section = name
            continue
        value = figures[0] if figures[0] is not None else figures[1]
        if not name or value is None:
            continue
        if by_group:
            total = (
                figures[0]
                if figures[0] is not None
                else figures[1] * figures[2]
                if figures[1] is not None and figures[2] is not None
                else None
            )
            groups.append(ParsedGroup(name, figures[2], figures[1], total, place=row.place))
        else:
            members.setdefault(section or _kind(name) or columns.heading, []).append((value, row.place))
    if members:
        if not section and len(members) > _MOST_KINDS:
            members = {columns.heading: [one for several in members.values() for one in several]}
        for name, several in members.items():
            values = [value for value, _ in several]
            each = values[0] if len(set(values)) == 1 else None
            groups.append(ParsedGroup(name, len(values), each, sum(values), place=several[0][1]))
    if not groups or (not by_group and sum(len(several) for several in members.values()) < _LEAST_ROWS):
        return None
    return QuotaTable(tuple(groups), ballots, units, groups[0].place or rows[0].place)


def _figure(row: _Row, column: int | None) -> int | None:
    match = _NUMBER.match(row.cells[column]) if column is not None and column < len(row.cells) else None
    return whole(match["n"]) if match else None


def _kind(name: str) -> str:
    match = _KIND.match(name)
    return " ".join(match["kind"].split()) if match else ""
