"""One row of a timeline's table by the roles of its columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from tracker.rules.drafts.columns import Role
from tracker.rules.drafts.marks import Number, NumberKind, is_blank, key_of, leading_number, one_line, read_number, unwrap
from tracker.rules.drafts.tables import Grid, GridCell
from tracker.rules.parsed import Place


@dataclass
class Row:
    """A row of the grid by role."""

    number: Number | None
    content: str
    lead: str
    helping: str
    time: str
    extra: list[tuple[str, str]]
    place: Place | None
    time_place: Place | None
    lead_place: Place | None
    merged: frozenset[Role] = frozenset()  #: cells that the file says are merged with those above
    absent: frozenset[Role] = frozenset()
    numbered_cell: bool = False
    filled: int = 0
    spanned: bool = False
    has_number_column: bool = True
    children: bool = field(default=False)
    time_prefix: str = ""
    year: int | None = None

    @property
    def only_content(self) -> bool:
        return bool(self.content) and not self.lead and not self.time and not self.helping


def by_role(grid: Grid, row: Sequence[GridCell]) -> Row:
    texts: dict[Role, list[str]] = {}
    places: dict[Role, Place] = {}
    merged: set[Role] = set()
    absent: set[Role] = set()
    extra: list[tuple[str, str]] = []
    filled = 0
    first_place: Place | None = None
    spanned = False
    for index, cell in enumerate(row):
        role = grid.roles[index] if index < len(grid.roles) else Role.OTHER
        text = "" if is_blank(cell.text) else cell.text
        if text:
            filled += 1
            first_place = first_place or cell.place
            spanned = spanned or cell.span >= max(3, len(row) - 1)
        if cell.continued:
            merged.add(role)
        if cell.absent:
            absent.add(role)
        if not text:
            continue
        if role in (Role.NO, Role.CONTENT, Role.LEAD, Role.HELP, Role.TIME, Role.START, Role.END):
            texts.setdefault(role, []).append(text)
            if cell.place is not None:
                places.setdefault(role, cell.place)
        else:
            heading = grid.headings[index] if index < len(grid.headings) else ""
            extra.append((one_line(heading), unwrap(text)))
    number, content = _number_and_content(texts)
    time, prefix = _time_text(texts)
    heading_prefix, year = _from_heading(time, grid)
    lead = "\n".join(texts.get(Role.LEAD, []))
    time_place = places.get(Role.TIME) or places.get(Role.START) or places.get(Role.END)
    return Row(
        number,
        content,
        lead,
        "\n".join(texts.get(Role.HELP, [])),
        time,
        extra,
        places.get(Role.CONTENT) or first_place,
        time_place,
        places.get(Role.LEAD),
        frozenset(merged),
        frozenset(absent),
        Role.NO in texts,
        filled,
        spanned,
        Role.NO in grid.roles,
        time_prefix=prefix or heading_prefix,
        year=year,
    )


def _number_and_content(texts: dict[Role, list[str]]) -> tuple[Number | None, str]:
    """The row's number from its own cell, or from the head of its work ("1.1. Tập huấn")."""
    own = " ".join(texts.get(Role.NO, []))
    content = unwrap("\n".join(texts.get(Role.CONTENT, [])))
    number = read_number(own) if own else None
    if own and number is None:
        # Words in the column of numbers: a section row whose text begins there, or a number with words.
        number, rest = leading_number(own)
        content = "\n".join(part for part in (rest if number else own, content) if part)
        return number, content
    if number is None and content:
        found, rest = leading_number(content)
        if found is not None and rest and "\n" not in content[: content.find(rest)]:
            return found, rest
    elif number is not None and content:
        found, rest = leading_number(content)
        if found is not None and (found.text == number.text or found.kind is NumberKind.WORD) and rest:
            return number, rest
    return number, content


def _time_text(texts: dict[Role, list[str]]) -> tuple[str, str]:
    """The time as signed, and the word that its column adds to it."""
    start = " ".join(texts.get(Role.START, []))
    end = " ".join(texts.get(Role.END, []))
    own = "\n".join(texts.get(Role.TIME, []))
    if own or not (start or end):
        return own, ""
    if start and end and start != end:
        return f"{one_line(start)} - {one_line(end)}", ""
    return start or end, "từ" if start and not end and start[:1].isdigit() else ""


def _from_heading(time: str, grid: Grid) -> tuple[str, int | None]:
    """The words of a time that stand in its heading: "Tháng" over "3", "trước ngày" over "20/6"; and a year said there."""
    index = grid.index(Role.TIME)
    if not time or index is None or index >= len(grid.headings):
        return "", None
    heading = key_of(grid.headings[index]).strip(" .:")
    said = re.search(r"\bnam ((?:19|20)\d\d)\b", heading)
    year = int(said[1]) if said else None
    if heading in {"thang", "quy", "nam", "tuan"} and re.fullmatch(r"[\dIVX]{1,4}(?:\s*[-–,/]\s*[\dIVX]{1,4})*", time.strip()):
        return one_line(grid.headings[index]).capitalize(), year
    if "truoc ngay" in heading and re.match(r"\d{1,2}\s*[/.\-]\s*\d", time):
        return "trước ngày", year
    return "", year
