"""Tables as grids of cells with places, whatever they were before: a table of the file, or typed text (pasted.py, streams.py)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from tracker.rules.document import Table
from tracker.rules.drafts.columns import Role, heading_role, is_heading_row, is_numbering_row, roles_of, two_rows
from tracker.rules.drafts.fits import roles_by_content
from tracker.rules.drafts.marks import is_blank, key_of, read_number, tidy
from tracker.rules.parsed import Place


@dataclass(frozen=True)
class GridCell:
    text: str = ""
    place: Place | None = None
    continued: bool = False  #: merged with the cell above, as the file says
    absent: bool = False  #: the row had no such cell (a typed row that is short)
    span: int = 1


GridRow = tuple[GridCell, ...]


@dataclass(frozen=True)
class Grid:
    """A table with a role for each column; `rows` are those under the headings."""

    form: str  #: "table" or "one cell a line"
    place: Place
    rows: tuple[GridRow, ...]
    roles: tuple[Role, ...] = ()
    headings: tuple[str, ...] = ()  #: empty when the table has none
    last_block: int = 0
    typed: bool = False  #: typed text: an empty cell may be a merged one
    fixed_width: bool = False  #: drawn with cells of equal width: a line without number goes on with the row above
    first_row: str = field(default="", compare=False)

    def index(self, role: Role) -> int | None:
        return self.roles.index(role) if role in self.roles else None


def grid_from_table(table: Table) -> Grid:
    """A table that the file itself marks as one."""
    rows = [
        tuple(
            GridCell(tidy(cell.text), Place(table.place, r, c, tidy(cell.text)), cell.continued, False, cell.span)
            for c, cell in enumerate(row)
        )
        for r, row in enumerate(table.rows)
    ]
    first = next((row for row in rows if any(cell.text for cell in row)), ())
    base = Grid(
        "table", Place(table.place), tuple(rows), last_block=table.place, first_row=" | ".join(c.text for c in first if c.text)
    )
    return with_roles(base)


def with_roles(grid: Grid) -> Grid:
    """The same grid with its headings found and taken off its rows, and a role for each column."""
    rows = list(grid.rows)
    width = max((len(row) for row in rows), default=0)
    head = _heading_row(rows)
    if head is None:
        roles = roles_by_content([[cell.text for cell in row] for row in rows])
        return replace(grid, roles=tuple(roles))
    headings = [cell.text for cell in rows[head]]
    after = head + 1
    if after < len(rows):
        joined = two_rows(headings, [cell.text for cell in rows[after]])
        if joined is not None and len(joined) >= len(headings):
            headings, after = joined, after + 1
    headings += [""] * (width - len(headings))
    body = [row for row in rows[after:] if not is_numbering_row([cell.text for cell in row])]
    body = [row for row in body if not repeats(row, headings)]
    roles = fill_roles(roles_of(headings), [[cell.text for cell in row] for row in body])
    return replace(grid, rows=tuple(body), roles=tuple(roles), headings=tuple(headings))


def _heading_row(rows: Sequence[GridRow]) -> int | None:
    for index, row in enumerate(rows[:6]):
        if is_heading_row([cell.text for cell in row]):
            return index
    return None


def repeats(row: GridRow, headings: Sequence[str]) -> bool:
    """True for the headings said again, as at the top of a new page."""
    own = {key_of(text) for text in headings if text}
    filled = [key_of(cell.text) for cell in row if not is_blank(cell.text)]
    if len(filled) < 2:
        return False
    same = sum(1 for key in filled if key in own)
    return (same >= 2 and same >= len(filled) - 1) or is_heading_row([cell.text for cell in row])


def fill_roles(roles: list[Role], rows: Sequence[Sequence[str]]) -> list[Role]:
    """Roles that no heading tells, from what stands in the columns."""
    width = max([len(roles), *(len(row) for row in rows)])
    roles = roles + [Role.OTHER] * (width - len(roles))
    if not rows or all(role is not Role.OTHER for role in roles):
        return roles
    guessed = roles_by_content([[row[i] if i < len(row) else "" for i in range(width)] for row in rows])
    has_time = bool({Role.TIME, Role.START, Role.END} & set(roles))
    for i, (role, guess) in enumerate(zip(list(roles), guessed, strict=True)):
        if role is not Role.OTHER or guess is Role.OTHER or guess in roles:
            continue
        if (guess is Role.TIME and has_time) or (guess is Role.HELP and Role.LEAD not in roles):
            continue
        if guess is Role.CONTENT and Role.CONTENT in roles:
            continue
        roles[i] = guess
    return roles


def join_cut_tables(grids: Sequence[Grid]) -> list[Grid]:
    """Tables that a page break cut in two are one again: the second has no headings of its own, or the same ones, and as many
    columns, and nothing but blank lines stands between."""
    out: list[Grid] = []
    for grid in grids:
        if out and _goes_on(out[-1], grid):
            before = out[-1]
            out[-1] = replace(before, rows=before.rows + grid.rows, last_block=grid.last_block)
        else:
            out.append(grid)
    return out


def _goes_on(before: Grid, after: Grid) -> bool:
    if not before.headings or before.form != after.form or after.place.block - before.last_block > 6:
        return False
    if len(before.roles) != len(after.roles) or not after.rows:
        return False
    if after.headings:
        return [key_of(h) for h in before.headings] == [key_of(h) for h in after.headings]
    first = [cell.text for cell in after.rows[0]]
    return not any(heading_role(text) for text in first if len(text) < 20) or read_number(first[0]) is not None
