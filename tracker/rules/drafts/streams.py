"""From a stream of pieces to rows: where the borders of a pasted table are partly lost, the best way to lay the pieces into its
columns is found (a shortest path, linear in the number of pieces).

A piece is what stands between two signs of a border. Before each piece stands a gap that says what the sign was.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from tracker.rules.drafts.cells import looks_like_owner, looks_like_time, looks_like_time_part
from tracker.rules.drafts.columns import Role
from tracker.rules.drafts.fits import fit
from tracker.rules.drafts.marks import has_bullet, is_blank, read_number, starts_low


class Gap(StrEnum):
    """What stands before a piece."""

    CELL = "cell"  #: a tab or bar: another cell, for certain
    MARK = "mark"  #: a line that begins as a cell does (a leading tab, a lone bar, a blank line where those part cells)
    ROW = "row"  #: a sign that begins a row
    LINE = "line"  #: only a line break
    BLANK = "blank"  #: a line break and an empty line


@dataclass(frozen=True)
class Piece:
    text: str
    block: int
    column: int
    gap: Gap
    #: The column in which it stands when its line has a cell for each; strong reasons may still move it.
    expected: int | None = None


@dataclass(frozen=True)
class Style:
    """What line breaks mean in this stream."""

    #: A line break may be the border of a cell (one cell a line).
    line_may_part_cells: bool = False
    #: A mark or cell border may also begin a row (all cells alike, no sign of rows).
    mark_may_begin_row: bool = True
    #: A plain line break begins no cell and no row: marks do.
    lines_only_wrap: bool = False
    #: A tab or bar inside a line never begins a row.
    cell_may_begin_row: bool = False


@dataclass(frozen=True)
class Laid:
    """Rows of cells, a cell being the pieces laid into it; `used` counts the pieces before the table's end."""

    rows: tuple[tuple[tuple[Piece, ...], ...], ...]
    used: int
    score: float


#: What it costs to leave a cell of a row without any piece.
_ABSENT = {
    Role.NO: 1.4,
    Role.CONTENT: 3.0,
    Role.LEAD: 0.9,
    Role.HELP: 0.5,
    Role.TIME: 1.0,
    Role.START: 0.8,
    Role.END: 0.8,
    Role.RESULT: 0.5,
    Role.MONEY: 0.4,
    Role.NOTE: 0.3,
}
_NEW_ROW = 0.3
#: No cell ends with a word or sign that waits for more.
_OPEN_END = re.compile(
    r"(?:[,(–-]|\b(?:và|của|các|cho|với|tại|về|theo|để|từ|trong|bằng|là|do|những|nhằm|qua|việc|số|đối|hoặc))$", re.IGNORECASE
)
_CUT_SHORT = 2.0
_IN_PLACE = 1.0
_LOST = -1e9
_NOISE = 3.0
_PAGE_NUMBER = 1.0
_END_BONUS = 0.5


def _absent(role: Role) -> float:
    return _ABSENT.get(role, 0.5)


def _goes_on(piece: Piece, before: Piece | None, role: Role) -> float:
    """How well a piece continues the cell above it."""
    text = piece.text
    if is_blank(text):
        return -0.2
    if read_number(text) is not None:
        return -3.0
    value = -0.4
    if role in (Role.TIME, Role.START, Role.END):
        if not (looks_like_time(text) or looks_like_time_part(text)):
            return -3.0
        if before is not None and looks_like_time_part(before.text) and not looks_like_time(before.text):
            value += 1.2
        value += 0.6 if starts_low(text) or not looks_like_time(text) or text[:1].isdigit() or has_bullet(text) else -0.2
    elif (looks_like_time(text) or looks_like_time_part(text)) and not has_bullet(text) and not looks_like_owner(text):
        value -= 0.6 if role is Role.CONTENT and starts_low(text) else 2.0
    elif role in (Role.LEAD, Role.HELP):
        value += 0.2 if looks_like_owner(text) else -0.4 if len(text) > 60 and not has_bullet(text) else 0.0
    elif role is Role.CONTENT and looks_like_owner(text) and not has_bullet(text) and len(text) < 90 and not starts_low(text):
        value -= 1.0
    if starts_low(text):
        value += 0.7
    if has_bullet(text):
        # The first bullet under a plain name is rather the next cell.
        value += 0.5 if role is Role.CONTENT or (before is not None and has_bullet(before.text)) else -0.6
    if before is not None and _OPEN_END.search(before.text):
        value += 0.8
    return value


def lay(pieces: Sequence[Piece], roles: Sequence[Role], style: Style) -> Laid:
    """The rows into which `pieces` fall best. Pieces after the table's end stay out; page numbers are passed over."""
    width = len(roles)
    kinds = set(roles)
    absent = [_absent(role) for role in roles]
    before_sum = [sum(absent[:column]) for column in range(width)]
    after_sum = [sum(absent[column + 1 :]) for column in range(width)]
    scores = [_LOST] * width
    ended = _LOST
    steps: list[list[tuple[str, int]]] = []
    ends: list[tuple[str, int]] = []
    begun = False
    previous: Piece | None = None
    for piece in pieces:
        by_role = {role: (fit(piece.text, role), _goes_on(piece, previous, role)) for role in kinds}
        cut_short = _CUT_SHORT if previous is not None and piece.gap is not Gap.CELL and _OPEN_END.search(previous.text) else 0.0
        fits = [by_role[role][0] - cut_short for role in roles]
        if piece.expected is not None:
            fits[piece.expected] += _IN_PLACE
        new_scores = [_LOST] * width
        new_steps: list[tuple[str, int]] = [("lost", 0)] * width
        hard = piece.gap is Gap.CELL
        marked = piece.gap in (Gap.MARK, Gap.ROW)
        soft = piece.gap in (Gap.LINE, Gap.BLANK)
        # A new row begins with this piece.
        best_end, best_from = max(((scores[c] - after_sum[c], c) for c in range(width)), default=(_LOST, 0))
        origin = 0.0 if not begun else best_end
        may_row = (
            (soft and not style.lines_only_wrap) or piece.gap is Gap.ROW or (piece.gap is Gap.MARK and style.mark_may_begin_row)
        )
        may_row = may_row or (hard and style.cell_may_begin_row) or not begun
        row_cost = (
            _NEW_ROW + (2.0 if soft and style.lines_only_wrap else 0.0) - (0.6 if piece.gap in (Gap.BLANK, Gap.ROW) else 0.0)
        )
        if may_row or (soft and style.lines_only_wrap):
            for column in range(width):
                value = origin - row_cost - before_sum[column] + fits[column]
                if value > new_scores[column]:
                    new_scores[column], new_steps[column] = value, ("row", best_from)
        if begun:
            # The next cell of the same row, or one further on.
            may_advance = hard or marked or (soft and style.line_may_part_cells)
            if may_advance:
                best, best_column = _LOST, 0
                unsure = 0.8 if piece.gap is Gap.ROW else 0.0
                for column in range(1, width):
                    best -= absent[column - 1] + (0.4 if hard else 0.0)
                    if scores[column - 1] > best:
                        best, best_column = scores[column - 1], column - 1
                    value = best + fits[column] - unsure
                    if value > new_scores[column]:
                        new_scores[column], new_steps[column] = value, ("cell", best_column)
            # The same cell goes on.
            price = 0.0 if soft else 1.5 if hard else 3.0
            for column in range(width):
                if scores[column] <= _LOST / 2:
                    continue
                value = scores[column] + by_role[roles[column]][1] - price
                if value > new_scores[column]:
                    new_scores[column], new_steps[column] = value, ("more", column)
                if soft or marked:
                    noise = _PAGE_NUMBER if piece.text.strip(" -–").isdigit() else _NOISE
                    if scores[column] - noise > new_scores[column]:
                        new_scores[column], new_steps[column] = scores[column] - noise, ("noise", column)
        end_step = ("end", -1)
        new_ended = ended
        if begun and not hard:
            value = best_end + _END_BONUS + (0.3 if piece.gap is Gap.BLANK else 0.0)
            if value > new_ended:
                new_ended, end_step = value, ("end", best_from)
        steps.append(new_steps)
        ends.append(end_step)
        scores, ended = new_scores, new_ended
        begun = True
        if not is_blank(piece.text):
            previous = piece
    return _trace(pieces, steps, ends, scores, ended, after_sum)


def _trace(
    pieces: Sequence[Piece],
    steps: list[list[tuple[str, int]]],
    ends: list[tuple[str, int]],
    scores: list[float],
    ended: float,
    after_sum: list[float],
) -> Laid:
    if not pieces:
        return Laid((), 0, 0.0)
    width = len(scores)
    last, column = max((scores[c] - after_sum[c], c) for c in range(width))
    index = len(pieces) - 1
    used = len(pieces)
    score = max(last, ended)
    if ended > last:
        while ends[index][1] < 0:
            index -= 1
        used = index
        column = ends[index][1]
        index -= 1
    rows: list[list[list[Piece]]] = []
    row: list[list[Piece]] = [[] for _ in range(width)]
    while index >= 0:
        step, source = steps[index][column]
        if step != "noise":
            row[column].insert(0, pieces[index])
        if step == "row":
            rows.append(row)
            row = [[] for _ in range(width)]
        column = source
        index -= 1
    rows.reverse()
    return Laid(tuple(tuple(tuple(cell) for cell in laid) for laid in rows), used, score)
