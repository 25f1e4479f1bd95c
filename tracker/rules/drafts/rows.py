"""From the rows of a timeline's table to pieces of work: section rows, wrapped rows, merged cells, parents and their sub-rows.

A row that lacks cells is read by what it lacks. Without a number and beginning in the middle of a sentence it is the rest of the
row above. Without a number but with work of its own it is a further task whose number, owner or time stand above (merged cells).
With only an owner it names a second lead. With only work, and rows of a lower number under it, it is a heading.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from tracker.rules.drafts.cells import looks_like_owner, looks_like_time, looks_like_time_part
from tracker.rules.drafts.columns import Role, heading_role
from tracker.rules.drafts.found import Work
from tracker.rules.drafts.marks import Number, NumberKind, has_bullet, is_shouted, key_of, one_line, says_same, starts_low
from tracker.rules.drafts.row_cells import Row, by_role
from tracker.rules.drafts.tables import Grid
from tracker.rules.parsed import Place

_TOTAL = re.compile(r"^(?:tong cong|cong|tong)\b")
_MAX_SECTION = 160


def works_in(grid: Grid) -> list[Work]:
    """The pieces of work of a timeline's table, in order."""
    rows = [by_role(grid, row) for row in grid.rows]
    rows = [row for row in rows if row.filled and not _is_headings(row, grid)]
    _fill_merged(rows)
    rows = _glue(rows, grid)
    for index, row in enumerate(rows):
        row.children = _heads_sub_rows(row, rows[index + 1] if index + 1 < len(rows) else None)
    works: list[Work] = []
    section = outer = ""
    section_place: Place | None = None
    parent: Work | None = None
    parent_number: Number | None = None
    for row in rows:
        if _is_section(row, grid):
            section, section_place = _section_text(row), row.place
            outer = section
            parent, parent_number = None, None
            continue
        if parent_number is not None and row.number is not None and row.number.rank <= parent_number.rank:
            section, parent, parent_number = outer, None, None
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


def _is_headings(row: Row, grid: Grid) -> bool:
    """Headings said again inside the table, or a total."""
    if _TOTAL.match(key_of(row.content)) and not row.time and not row.lead:
        return True
    if not row.content or row.number is not None:
        return False
    own = [key_of(text) for text in grid.headings if text]
    return (
        key_of(row.content) in own
        and heading_role(row.content) is Role.CONTENT
        and (not row.time or heading_role(row.time) is not None)
    )


def _fill_merged(rows: list[Row]) -> None:
    """Owners and times that the file says are merged with those above, in rows that are work of their own."""
    for above, row in pairwise(rows):
        if Role.CONTENT in row.merged:
            continue
        if Role.LEAD in row.merged and not row.lead:
            row.lead, row.lead_place = above.lead, above.lead_place
        if Role.HELP in row.merged and not row.helping:
            row.helping = above.helping
        if Role.TIME in row.merged and not row.time:
            row.time, row.time_prefix, row.time_place = above.time, above.time_prefix, above.time_place


def _glue(rows: list[Row], grid: Grid) -> list[Row]:
    """Rows that are only the rest of the row above are joined to it."""
    numbered = sum(1 for row in rows if row.number is not None)
    mostly_numbered = numbered >= max(2, len(rows) * 0.4)
    out: list[Row] = []
    for row in rows:
        before = out[-1] if out else None
        if before is not None and row.number is None and _is_rest(row, before, grid, mostly_numbered=mostly_numbered):
            _append(before, row)
        else:
            out.append(row)
    return out


def _is_rest(row: Row, before: Row, grid: Grid, *, mostly_numbered: bool) -> bool:
    if _is_section(row, grid):
        return False
    if row.merged & {Role.CONTENT, Role.NO} == {Role.CONTENT, Role.NO} and Role.CONTENT in row.merged:
        # The file says that the work above goes on: a second owner or date of the same work.
        return not (row.lead and row.time) or bool(looks_like_time_part(one_line(row.time)) and starts_low(row.time))
    if row.content:
        if starts_low(row.content):
            whole = row.lead and looks_like_time(one_line(row.time)) and looks_like_time(one_line(before.time))
            return not (whole and looks_like_owner(row.lead))
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


def _append(before: Row, row: Row) -> None:
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


def _is_section(row: Row, grid: Grid) -> bool:
    """A row that only heads those under it: one cell with a Roman number or a letter, in capitals, or spread over the table."""
    if not row.only_content or len(row.content) > _MAX_SECTION or row.extra:
        return False
    if row.merged & {Role.LEAD, Role.TIME}:
        return False
    if row.number is not None and row.number.kind in (NumberKind.ROMAN, NumberKind.UPPER):
        return True
    if row.spanned:
        return True
    words = key_of(row.content)
    if re.match(r"^(?:giai doan|buoc|phan|dot|nhom nhiem vu|nhom)\s+(?:\d|[ivx]+\b|thu\b)", words) and row.number is None:
        return True
    return is_shouted(row.content) and (row.number is None or row.number.kind is not NumberKind.SUB)


def _section_text(row: Row) -> str:
    return one_line(row.content)


def _heads_sub_rows(row: Row, after: Row | None) -> bool:
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


def _work(row: Row, section: str) -> Work:
    return Work(
        no=row.number.text if row.number else "",
        content=row.content,
        lead=row.lead,
        helping=row.helping,
        time=row.time,
        time_prefix=row.time_prefix,
        year=row.year,
        section=section,
        extra=tuple(row.extra),
        place=row.place,
        time_place=row.time_place,
        lead_place=row.lead_place,
    )


def _inherit(work: Work, row: Row, above: Work | None, parent: Work | None, parent_number: Number | None, grid: Grid) -> Work:
    """Fills what merged cells leave out, from the row above or the parent row."""
    source = above
    if says_same(work.lead) and source:
        work = replace(work, lead=source.lead, lead_place=source.lead_place)
    if says_same(work.helping) and source:
        work = replace(work, helping=source.helping)
    if says_same(work.time) and source:
        work = replace(work, time=source.time, time_prefix=source.time_prefix, time_place=source.time_place)
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
            work = replace(work, time=source.time, time_prefix=source.time_prefix, time_place=source.time_place)
        elif under_parent and parent is not None and parent.time:
            work = replace(work, time=parent.time, time_prefix=parent.time_prefix, time_place=parent.time_place)
    return work


def _lacks_something(row: Row) -> bool:
    return not row.lead or not row.time or not row.content
