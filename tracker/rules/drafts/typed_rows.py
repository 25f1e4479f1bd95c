"""Tables with a row on each line: cells parted by tabs, bars (Markdown too) or wide gaps; wrapped cells take further lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tracker.rules.drafts.columns import Role, heading_role, is_heading_row, is_numbering_row, roles_of, two_rows
from tracker.rules.drafts.drawn import TypedRow, fixed_width, join_drawn, lined_up_rows, rows_of
from tracker.rules.drafts.fits import roles_by_content
from tracker.rules.drafts.marks import is_blank, key_of, read_number, starts_low, tidy
from tracker.rules.drafts.raw_lines import MAX_LINES, Raw, ends_tables, grid_of, index_after
from tracker.rules.drafts.streams import Gap, Laid, Piece, Style, lay
from tracker.rules.drafts.tables import Grid, fill_roles

#: A table of more columns is no timeline, and takes long.
_MAX_COLUMNS = 24
#: Where so many lines under one another made no table, their rest is not tried again line by line.
_LONG_RUN = 40


def typed_rows_at(raws: Sequence[Raw], at: int, sign: str, barren: dict[str, int]) -> tuple[Grid, int] | None:
    """The table whose first line is `at`, and the index of the line after it.

    `barren` remembers for each sign up to which line no table without headings begins.
    """
    cells = raws[at].cells(sign)
    if is_heading_row(cells) or _could_open_headings(cells):
        found = _headed_rows(raws, at, sign)
        if found is not None:
            return found
    if at < barren.get(sign, 0):
        return None
    return _bare_rows(raws, at, sign, barren)


def _could_open_headings(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if not is_blank(cell)]
    return len(filled) >= 2 and all(heading_role(cell) is not None for cell in filled)


def _join_heading_lines(raws: Sequence[Raw], at: int, sign: str) -> tuple[list[str], int] | None:
    """The row of headings that begins at `at`, its wrapped lines joined, and the line after it."""
    headings = raws[at].cells(sign)
    after = at + 1
    while after < len(raws) and after - at < 8:
        raw = raws[after]
        if raw.blank or raw.is_rule:
            break
        bordered = raw.is_row(sign)
        cells = raw.cells(sign) if bordered else [raw.text.strip()]
        filled = [cell for cell in cells if not is_blank(cell)]
        if not filled or any(read_number(cell) for cell in filled) or any(len(cell) > 50 for cell in filled):
            break
        lower = two_rows(headings, cells)
        wrapped = starts_low(cells[0]) or cells[0].startswith("(")
        if sign == "bars" and len(cells) == len(headings) and all(starts_low(cell) or cell.startswith("(") for cell in filled):
            headings = [f"{above} {own}".strip() for above, own in zip(headings, cells, strict=True)]
        elif wrapped and (len(cells) == 1 or all(heading_role(cell) is not None for cell in cells[1:])):
            headings = [*headings[:-1], f"{headings[-1]} {cells[0]}", *cells[1:]]
        elif not bordered and key_of(cells[0]) in _SECOND_WORDS:
            headings = [*headings[:-1], f"{headings[-1]} {cells[0]}"]
        elif lower is not None and len(lower) >= len(headings):
            headings = lower
            after += 1
            break
        else:
            break
        after += 1
    return (headings, after) if is_heading_row(headings) else None


#: The second line of a heading in a narrow column.
_SECOND_WORDS = frozenset({"thuc hien", "hoan thanh", "trien khai", "chu tri", "phoi hop", "cong viec", "nhiem vu", "phu trach"})


def _headed_rows(raws: Sequence[Raw], at: int, sign: str) -> tuple[Grid, int] | None:
    joined = _join_heading_lines(raws, at, sign)
    if joined is None:
        return None
    headings, start = joined
    if len(headings) > _MAX_COLUMNS:
        return None
    body, stop, ruled = _body(raws, start, sign, headings)
    lined_up = lined_up_rows(raws[at], body, len(headings)) if sign == "spaces" else None
    rows = lined_up or rows_of(body, sign)
    full = [row.cells for row in rows if row.bordered]
    if not full:
        return None
    headings = _fit_headings(headings, full)
    roles = fill_roles(roles_of(headings), [cells for cells in full if len(cells) == len(headings)])[: len(headings)]
    if sign == "bars":
        rows = join_drawn(rows, roles, ruled=ruled, fixed=fixed_width(body))
    elif lined_up:
        rows = join_drawn(rows, roles, ruled=False, fixed=True)
    laid, pieces = _lay(rows, sign, roles)
    if not laid.rows:
        return None
    grid = grid_of("table", raws[at].block, laid, roles, headings, " | ".join(raws[at].cells(sign)))
    return grid, max(index_after(raws, start, stop, laid, pieces), start)


def _fit_headings(headings: list[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Headings for every column: a missing first one ("TT") is added where the rows begin with numbers; the rest are nameless."""
    usual, count = Counter(len(row) for row in rows).most_common(1)[0]
    if usual <= len(headings) or count < max(2, len(rows) // 2):
        return headings
    full = [row for row in rows if len(row) == usual]
    numbered = sum(1 for row in full if read_number(row[0])) >= len(full) * 0.6
    if numbered and heading_role(headings[0]) is not Role.NO:
        headings = ["", *headings]
    if all(is_blank("".join(row[len(headings) :])) for row in full):
        return headings
    return [*headings, *[""] * (usual - len(headings))]


def _body(raws: Sequence[Raw], start: int, sign: str, headings: Sequence[str]) -> tuple[list[Raw], int, bool]:
    """The lines that may belong to the table, up to other headings or the end of the text; whether rules part its rows.

    Said-again headings and page numbers are left out; a rule is kept as a blank line of its own kind.
    """
    own = {key_of(cell) for cell in headings if not is_blank(cell)}
    body: list[Raw] = []
    rules = 0
    at = start
    while at < len(raws) and at - start < MAX_LINES:
        raw = raws[at]
        if raw.is_page_mark:
            at += 1
            continue
        if raw.is_rule:
            rules += 1
            body.append(raw)
            at += 1
            continue
        if raw.is_row(sign):
            cells = raw.cells(sign)
            filled = [key_of(cell) for cell in cells if not is_blank(cell)]
            same = sum(1 for key in filled if key in own)
            if at - start < 3 and is_numbering_row(cells):
                at += 1
                continue
            if same >= 2 and same >= len(filled) - 1:
                _drop_page_number(body)
                at += 1
                continue
            if is_heading_row(cells):
                joined = _join_heading_lines(raws, at, sign)
                if joined is None or [key_of(cell) for cell in joined[0]] != [key_of(cell) for cell in headings]:
                    break
                _drop_page_number(body)
                at = joined[1]
                continue
            if read_number(cells[0]) is not None:
                _drop_page_number(body)
        elif not raw.blank:
            if heading_role(raw.text) is Role.NO and sign != "spaces":
                break
            following = raws[at + 1 : at + 7]
            if ends_tables(raw.text, [line.text for line in following]) and not _row_follows(following, sign):
                break
        body.append(raw)
        at += 1
    return body, at, rules >= 3


def _drop_page_number(body: list[Raw]) -> None:
    """A number alone on its line, right before headings said again or a row with its own number, is a page's."""
    index = len(body) - 1
    while index >= 0 and body[index].blank:
        index -= 1
    if index >= 0 and body[index].text.strip().isdigit() and not body[index].text.startswith("\t"):
        del body[index]


def _row_follows(following: Sequence[Raw], sign: str) -> bool:
    return any(raw.is_row(sign) and not raw.is_rule for raw in [raw for raw in following if not raw.blank][:1])


def _lay(rows: Sequence[TypedRow], sign: str, roles: Sequence[Role]) -> tuple[Laid, list[Piece]]:
    pieces: list[Piece] = []
    gap = Gap.LINE
    for row in rows:
        if row.blank:
            gap = Gap.BLANK
            continue
        cells = row.cells
        while len(cells) > len(roles) and is_blank(cells[-1]):
            cells = cells[:-1]
        if sign == "bars" and row.bordered and len(cells) == len(roles):
            gap = Gap.ROW
        whole = row.bordered and len(cells) == len(roles)
        for column, cell in enumerate(cells):
            sign_before = gap if column == 0 else Gap.CELL
            pieces.append(Piece(tidy(cell), row.block, column, sign_before, column if whole else None))
        gap = Gap.LINE
    return lay(pieces, roles, Style()), pieces


def _bare_rows(raws: Sequence[Raw], at: int, sign: str, barren: dict[str, int]) -> tuple[Grid, int] | None:
    """A table without headings: at least two rows of equally many cells, one after the other."""
    body: list[Raw] = []
    index, empty, rules = at, 0, 0
    while index < len(raws) and len(body) < MAX_LINES:
        raw = raws[index]
        if raw.is_page_mark:
            index += 1
            continue
        if raw.is_rule:
            rules += 1
        elif raw.blank:
            empty += 1
            if empty > 2:
                break
        elif raw.is_row(sign):
            if body and is_heading_row(raw.cells(sign)):
                break
            empty = 0
        elif not any(later.is_row(sign) for later in raws[index + 1 : index + 4]) and not (
            sign == "spaces" and raw.text.startswith("   ")
        ):
            # A line without borders is inside a table only where rows go on right after it.
            break
        body.append(raw)
        index += 1
    rows = rows_of(body, sign)
    full = [row.cells for row in rows if row.bordered]
    if len(full) < 2:
        return None
    usual, count = Counter(len(row) for row in full).most_common(1)[0]
    strange = count < max(2, (len(full) + 1) // 2) or (sign == "spaces" and (usual < 3 or count < 3))
    if strange or not 2 <= usual <= _MAX_COLUMNS:
        if len(full) > _LONG_RUN:
            barren[sign] = index
        return None
    roles = roles_by_content([row for row in full if len(row) == usual])
    lined_up = lined_up_rows(raws[at], body, usual) if sign == "spaces" else None
    if sign == "bars" or lined_up:
        fixed = lined_up is not None or fixed_width(body)
        rows = join_drawn(lined_up or rows, roles, ruled=rules >= 3, fixed=fixed)
        roles = roles_by_content([row.cells for row in rows if row.bordered and len(row.cells) == usual])
    laid, pieces = _lay(rows, sign, roles)
    if not laid.rows:
        return None
    grid = grid_of("table", raws[at].block, laid, roles, [], " | ".join(full[0]))
    return grid, max(index_after(raws, at, index, laid, pieces), at + 1)
