"""Typed lines as rows of cells, and tables drawn in type: a row may take several lines between two rules or under one number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tracker.rules.drafts.cells import looks_like_time
from tracker.rules.drafts.columns import Role
from tracker.rules.drafts.marks import is_blank
from tracker.rules.drafts.raw_lines import Raw


@dataclass(frozen=True)
class TypedRow:
    """A line of the table, or several drawn under one another that are one row."""

    block: int
    cells: list[str]
    blank: bool = False
    bordered: bool = True


def rows_of(body: Sequence[Raw], sign: str) -> list[TypedRow]:
    rows: list[TypedRow] = []
    for raw in body:
        if raw.is_rule:
            rows.append(TypedRow(raw.block, [], blank=True, bordered=False))
        elif raw.blank:
            rows.append(TypedRow(-1, [], blank=True, bordered=False))
        elif raw.is_row(sign):
            rows.append(TypedRow(raw.block, raw.cells(sign)))
        elif sign == "tabs" and raw.text.startswith("\t"):
            rows.append(TypedRow(raw.block, ["", raw.text.strip()]))
        else:
            rows.append(TypedRow(raw.block, [raw.text.strip(" |\t")], bordered=False))
    return rows


def join_drawn(rows: list[TypedRow], roles: Sequence[Role], *, ruled: bool, fixed: bool) -> list[TypedRow]:
    """Drawn tables: what stands between two rules is one row; without rules, lines without a number go on with the row above."""
    number = roles.index(Role.NO) if Role.NO in roles else None
    if not ruled and not (fixed and number is not None):
        return rows
    out: list[TypedRow] = []
    open_row = False
    for row in rows:
        if not row.bordered or len(row.cells) != len(roles):
            if not row.blank or (row.block >= 0 and ruled):
                open_row = False
            if not (row.blank and row.block >= 0):
                out.append(row)
            continue
        goes_on = open_row if ruled else number is not None and is_blank(row.cells[number]) and not _begins_row(row.cells, roles)
        if out and goes_on and out[-1].bordered and len(out[-1].cells) == len(row.cells):
            joined = [
                f"{above}\n{own}".strip("\n") if own else above for above, own in zip(out[-1].cells, row.cells, strict=True)
            ]
            out[-1] = replace(out[-1], cells=joined)
        else:
            out.append(row)
        open_row = True
    return out


def _begins_row(cells: Sequence[str], roles: Sequence[Role]) -> bool:
    """A line without a number that is a row of its own: work and time both begin in it, and nothing in it goes on from above."""
    own = {role: cell for role, cell in zip(roles, cells, strict=True) if not is_blank(cell)}
    time = own.get(Role.TIME, "")
    return Role.CONTENT in own and looks_like_time(time) and all(cell[0].isupper() for cell in own.values())


def fixed_width(body: Sequence[Raw]) -> bool:
    """Bars stand under bars: the table is drawn, and a long cell goes on in the next line."""
    places = [tuple(i for i, char in enumerate(raw.text) if char == "|") for raw in body if raw.has_bars and not raw.is_rule]
    return len(places) >= 3 and len(set(places)) == 1


def lined_up_rows(head: Raw, body: Sequence[Raw], width: int) -> list[TypedRow] | None:
    """Columns of spaces that stand under one another: each piece goes to the column under which it begins."""
    starts = Counter(start for raw in [head, *body] for start, _ in _segments(raw.text))
    chosen: list[int] = []
    for start, _ in starts.most_common():
        if all(abs(start - other) >= 3 for other in chosen):
            chosen.append(start)
        if len(chosen) == width:
            break
    columns = sorted(chosen)
    total = sum(starts.values())
    under = sum(count for start, count in starts.items() if min(abs(start - column) for column in columns) <= 1)
    if len(columns) != width or under < total * 0.85 or len([raw for raw in body if raw.is_row("spaces")]) < 2:
        return None
    rows: list[TypedRow] = []
    for raw in body:
        if raw.blank or raw.is_rule:
            rows.append(TypedRow(-1, [], blank=True, bordered=False))
            continue
        cells = [""] * len(columns)
        fits = True
        for start, text in _segments(raw.text):
            column = max((i for i, begin in enumerate(columns) if begin <= start + 1), default=0)
            later = columns[column + 1] if column + 1 < len(columns) else None
            fits = fits and (later is None or start + len(text) <= later + 1) and abs(columns[column] - start) <= 3
            cells[column] = f"{cells[column]} {text}".strip()
        rows.append(TypedRow(raw.block, cells) if fits else TypedRow(raw.block, [raw.text.strip()], bordered=False))
    return rows


def _segments(text: str) -> list[tuple[int, str]]:
    """The pieces of a line parted by wide gaps, with the places where they begin."""
    found: list[tuple[int, str]] = []
    at = 0
    for part in text.rstrip().split("  "):
        stripped = part.lstrip()
        if stripped:
            found.append((at + len(part) - len(stripped), stripped.rstrip()))
        at += len(part) + 2
    return found
