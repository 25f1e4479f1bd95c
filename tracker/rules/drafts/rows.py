"""From the rows of a timeline's table to pieces of work: section rows, wrapped rows, merged cells, parents and their sub-rows.

A row that lacks cells is read by what it lacks. Without a number and beginning in the middle of a sentence it is the rest of the
row above. Without a number but with work of its own it is a further task whose number, owner or time stand above (merged cells).
With only an owner it names a second lead. With only work, and rows of a lower number under it, it is a heading.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from tracker.rules.drafts.cells import (
    Number,
    NumberKind,
    has_bullet,
    is_blank,
    is_shouted,
    leading_number,
    looks_like_owner,
    looks_like_time,
    looks_like_time_part,
    one_line,
    read_number,
    starts_low,
    unwrap,
)
from tracker.rules.drafts.columns import Role, heading_role
from tracker.rules.drafts.owners import says_same
from tracker.rules.drafts.tables import Grid, GridCell
from tracker.rules.parsed import Place
from tracker.wording import search_key


@dataclass(frozen=True)
class Work:
    """A piece of work as found, before its owners and its time are read."""

    no: str = ""
    content: str = ""
    lead: str = ""
    helping: str = ""
    time: str = ""
    section: str = ""
    extra: tuple[tuple[str, str], ...] = ()
    place: Place | None = None
    time_place: Place | None = None
    lead_place: Place | None = None
    #: The owner stands in a row above, and nothing but its own empty cell says so.
    lead_supposed: bool = False
    leads_known: tuple[str, ...] | None = None  #: already parted (lists and prose); then `lead` is not read again
    helpers_known: tuple[str, ...] | None = None


@dataclass
class _Row:
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

    @property
    def only_content(self) -> bool:
        return bool(self.content) and not self.lead and not self.time and not self.helping


_TOTAL = re.compile(r"^(?:tong cong|cong|tong)\b")
_MAX_SECTION = 160


def works_in(grid: Grid) -> list[Work]:
    """The pieces of work of a timeline's table, in order."""
    rows = [_by_role(grid, row) for row in grid.rows]
    rows = [row for row in rows if row.filled and not _is_headings(row, grid)]
    rows = _glue(rows, grid)
    for row, after in zip(rows, [*rows[1:], None], strict=True):
        row.children = _heads_sub_rows(row, after)
    works: list[Work] = []
    section = ""
    section_place: Place | None = None
    parent: Work | None = None
    parent_number: Number | None = None
    for row in rows:
        if _is_section(row, grid):
            section, section_place = _section_text(row), row.place
            parent, parent_number = None, None
            continue
        if row.children and row.only_content:
            section, section_place = row.content, row.place
            parent, parent_number = None, row.number
            continue
        work = _work(row, section)
        above = works[-1] if works else None
        work = _inherit(work, row, above, parent, parent_number, grid)
        if not work.lead and section and Role.LEAD not in grid.roles and looks_like_owner(section):
            # Work under an office's own row in a table without a column of owners.
            work = replace(work, lead=section, lead_place=section_place)
        if not work.content and not work.lead and not work.time:
            continue
        works.append(work)
        if row.children:
            parent, parent_number = work, row.number
    return works


def _by_role(grid: Grid, row: Sequence[GridCell]) -> _Row:
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
    time = _with_heading(_time_text(texts), grid)
    lead = "\n".join(texts.get(Role.LEAD, []))
    time_place = places.get(Role.TIME) or places.get(Role.START) or places.get(Role.END)
    return _Row(
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


def _time_text(texts: dict[Role, list[str]]) -> str:
    start = " ".join(texts.get(Role.START, []))
    end = " ".join(texts.get(Role.END, []))
    own = "\n".join(texts.get(Role.TIME, []))
    if own or not (start or end):
        return own
    if start and end and start != end:
        return f"từ {_bare(start)} đến {_bare(end)}"
    return start or end


def _with_heading(time: str, grid: Grid) -> str:
    """A time whose first word stands in the heading: "3" under "Tháng", "20/6" under "Hoàn thành trước ngày"."""
    index = grid.index(Role.TIME)
    if not time or index is None or index >= len(grid.headings) or not time[:1].isalnum():
        return time
    heading = search_key(grid.headings[index]).strip(" .:")
    if heading in {"thang", "quy", "nam", "tuan"} and re.fullmatch(r"[\dIVX]{1,4}(?:\s*[-–,/]\s*[\dIVX]{1,4})*", time.strip()):
        return f"{one_line(grid.headings[index]).capitalize()} {time}"
    if "truoc ngay" in heading and re.match(r"\d{1,2}\s*[/.\-]\s*\d", time):
        return f"trước ngày {time}"
    return time


def _bare(text: str) -> str:
    return re.sub(r"^(?:từ|đến)\s+", "", one_line(text), flags=re.IGNORECASE)


def _is_headings(row: _Row, grid: Grid) -> bool:
    """Headings said again inside the table, or a total."""
    if _TOTAL.match(search_key(row.content)) and not row.time and not row.lead:
        return True
    if not row.content or row.number is not None:
        return False
    own = [search_key(text) for text in grid.headings if text]
    return (
        search_key(row.content) in own
        and heading_role(row.content) is Role.CONTENT
        and (not row.time or heading_role(row.time) is not None)
    )


def _glue(rows: list[_Row], grid: Grid) -> list[_Row]:
    """Rows that are only the rest of the row above are joined to it."""
    numbered = sum(1 for row in rows if row.number is not None)
    mostly_numbered = numbered >= max(2, len(rows) * 0.4)
    out: list[_Row] = []
    for row in rows:
        before = out[-1] if out else None
        if before is not None and row.number is None and _is_rest(row, before, grid, mostly_numbered=mostly_numbered):
            _append(before, row)
        else:
            out.append(row)
    return out


def _is_rest(row: _Row, before: _Row, grid: Grid, *, mostly_numbered: bool) -> bool:
    if _is_section(row, grid):
        return False
    if row.merged & {Role.CONTENT, Role.NO} == {Role.CONTENT, Role.NO} and Role.CONTENT in row.merged:
        # The file says that the work above goes on: a second owner or date of the same work.
        return not (row.lead and row.time) or bool(looks_like_time_part(one_line(row.time)) and starts_low(row.time))
    if row.content:
        if starts_low(row.content):
            return True
        detail = has_bullet(row.content) and not row.lead and not row.time
        return detail and not row.merged & {Role.LEAD, Role.TIME}
    if row.lead and row.time:
        # Another office at another time for the same work, unless both are rests of cut cells.
        return _is_rest_of_time(row.time, before.time) and starts_low(row.lead)
    return True


def _is_rest_of_time(text: str, before: str) -> bool:
    line = one_line(text)
    open_end = re.search(r"(?:từ|đến|ngày|tháng|năm|trước|quý|hết|và|[-–/,])$", one_line(before), re.IGNORECASE) is not None
    return open_end or starts_low(line) or (not looks_like_time(line) and looks_like_time_part(line))


def _append(before: _Row, row: _Row) -> None:
    """Adds the cells of a rest to the row above."""
    if row.content:
        glue = "\n" if has_bullet(row.content) else " "
        before.content = f"{before.content}{glue}{row.content}" if before.content else row.content
        before.place = before.place or row.place
    if row.lead:
        glue = " " if starts_low(row.lead) else "\n"
        before.lead = f"{before.lead}{glue}{row.lead}" if before.lead else row.lead
        before.lead_place = before.lead_place or row.lead_place
    if row.helping:
        glue = " " if starts_low(row.helping) else "\n"
        before.helping = f"{before.helping}{glue}{row.helping}" if before.helping else row.helping
    if row.time:
        before.time = f"{before.time} {row.time}" if before.time else row.time
        before.time_place = before.time_place or row.time_place
    for heading, text in row.extra:
        known = dict(before.extra)
        if heading in known:
            before.extra = [(h, f"{t} {text}" if h == heading else t) for h, t in before.extra]
        else:
            before.extra.append((heading, text))


def _is_section(row: _Row, grid: Grid) -> bool:
    """A row that only heads those under it: one cell with a Roman number or a letter, in capitals, or spread over the table."""
    if not row.only_content or len(row.content) > _MAX_SECTION or row.extra:
        return False
    if row.merged & {Role.LEAD, Role.TIME}:
        return False
    if row.number is not None and row.number.kind in (NumberKind.ROMAN, NumberKind.UPPER):
        return True
    if row.spanned:
        return True
    words = search_key(row.content)
    if re.match(r"^(?:giai doan|buoc|phan|dot|nhom nhiem vu|nhom)\s+(?:\d|[ivx]+\b|thu\b)", words) and row.number is None:
        return True
    return is_shouted(row.content) and (row.number is None or row.number.kind is not NumberKind.SUB)


def _section_text(row: _Row) -> str:
    return one_line(row.content)


def _heads_sub_rows(row: _Row, after: _Row | None) -> bool:
    """Whether the rows that follow stand under this one."""
    if after is None or row.number is None:
        # Without numbers nothing tells a heading from work without owner.
        return False
    if after.number is None:
        return row.only_content and not after.only_content and bool(after.content)
    if after.number.rank > row.number.rank:
        return True
    restart = after.number.kind is row.number.kind and after.number.value == 1 and row.number.kind is not NumberKind.SUB
    return row.only_content and restart


def _work(row: _Row, section: str) -> Work:
    return Work(
        no=row.number.text if row.number else "",
        content=row.content,
        lead=row.lead,
        helping=row.helping,
        time=row.time,
        section=section,
        extra=tuple(row.extra),
        place=row.place,
        time_place=row.time_place,
        lead_place=row.lead_place,
    )


def _inherit(work: Work, row: _Row, above: Work | None, parent: Work | None, parent_number: Number | None, grid: Grid) -> Work:
    """Fills what merged cells leave out, from the row above or the parent row."""
    source = above
    if says_same(work.lead) and source:
        work = replace(work, lead=source.lead, lead_place=source.lead_place)
    if says_same(work.helping) and source:
        work = replace(work, helping=source.helping)
    if says_same(work.time) and source:
        work = replace(work, time=source.time, time_place=source.time_place)
    if source is None:
        return work
    if not work.content and (row.number is None or Role.CONTENT in row.merged):
        work = replace(work, content=source.content, place=work.place or source.place)
    if not work.no and (Role.NO in row.merged or (row.has_number_column and _lacks_something(row))):
        work = replace(work, no=source.no)
    under_parent = (
        parent is not None and row.number is not None and parent_number is not None and row.number.rank > parent_number.rank
    )
    unnumbered = row.number is None and row.has_number_column and bool(source.no or parent)
    if not work.lead:
        if Role.LEAD in row.merged or unnumbered or (Role.LEAD in row.absent and bool(work.time)):
            work = replace(work, lead=source.lead, lead_place=source.lead_place)
        elif under_parent and parent is not None and parent.lead:
            work = replace(work, lead=parent.lead, lead_place=parent.lead_place)
        elif grid.typed and work.time and Role.LEAD in grid.roles and source.lead:
            work = replace(work, lead=source.lead, lead_place=source.lead_place, lead_supposed=True)
        if work.lead and not work.helping and (Role.HELP in row.merged or (unnumbered and not row.helping)):
            work = replace(work, helping=source.helping)
    elif not work.helping and Role.HELP in row.merged:
        work = replace(work, helping=source.helping)
    if not work.time:
        if Role.TIME in row.merged or (Role.START in row.merged and Role.END in row.merged) or unnumbered:
            work = replace(work, time=source.time, time_place=source.time_place)
        elif under_parent and parent is not None and parent.time:
            work = replace(work, time=parent.time, time_place=parent.time_place)
    return work


def _lacks_something(row: _Row) -> bool:
    return not row.lead or not row.time or not row.content
