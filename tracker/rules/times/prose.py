"""Times inside sentences: where they stand, so that a reader of prose can take them out."""

from __future__ import annotations

from tracker.rules.times.clauses import parse_items
from tracker.rules.times.cursor import Cursor
from tracker.rules.times.items import Always, At, Bound, Event, Item, Lapse, Rhythm, Stretch, Where, points_of
from tracker.rules.times.points import Level, Points
from tracker.rules.times.recurring import implied_rhythm
from tracker.rules.times.tokens import tokenise
from tracker.rules.times.words import Sign

_ENDS = frozenset({Sign.STOP, Sign.BREAK, Sign.COMMA, Sign.DOT, Sign.CLOSE, Sign.OPEN})
_FINISHED = frozenset({"hoàn thành", "xong", "hoàn tất", "kết thúc", "hoàn thành xong"})
_LEADS = frozenset({Sign.DONE, Sign.COLON, Sign.IN, Sign.LATEST, Sign.BREAK, Sign.STOP})


def find_times(text: str) -> list[tuple[int, int]]:
    """The spans of `text` that word a time for some work, in order and apart: "trước ngày 15/10/2024", "từ tháng 7/2020 đến
    tháng 12/2020", "Tháng 3/2015". The date of another document, a year that names something ("kết quả năm 2020"), an
    event and "thường xuyên" in mid-sentence are not among them. A time does not go over the end of a line.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for line in text.split("\n"):
        spans += [(start + first, start + last) for first, last in _in_line(line)]
        start += len(line) + 1
    return spans


def _in_line(line: str) -> list[tuple[int, int]]:
    if not line.strip():
        return []
    tokens = tokenise(line)
    cursor = Cursor(tokens.all, tokens.letters, line, in_prose=True)
    runs: list[list[Item]] = []
    for item in parse_items(cursor):
        if runs and _adjoins(runs[-1][-1], item):
            runs[-1].append(item)
        else:
            runs.append([item])
    spans = []
    for run in runs:
        kept = [item for item in run if _is_time(item, run, cursor)]
        if kept:
            first, last = cursor.tokens[kept[0].where.first], cursor.tokens[kept[-1].where.after - 1]
            spans.append(tokens.letters.place(first.start, last.end))
    return spans


def _adjoins(before: Item, item: Item) -> bool:
    """ "trước ngày 25" + "hằng tháng"."""
    joined = isinstance(before, At | Rhythm | Stretch) and isinstance(item, Rhythm | At)
    return joined and isinstance(before, Rhythm) != isinstance(item, Rhythm) and before.where.after == item.where.first


def _is_time(item: Item, run: list[Item], cursor: Cursor) -> bool:
    if isinstance(item, At):
        return _is_bound(item, run, cursor)
    if isinstance(item, Stretch):
        return _is_stretch(item)
    if isinstance(item, Lapse):
        return item.anchor is not None or (
            _sign_before(item.where, cursor, 0) in (Sign.WITHIN, Sign.LATEST) and item.length.days is not None
        )
    if isinstance(item, Rhythm):
        return len(run) > 1 or _ends_clause(item.where, cursor)
    return isinstance(item, Always) and _ends_clause(item.where, cursor)


def _is_bound(item: At, run: list[Item], cursor: Cursor) -> bool:
    if not item.points.all:
        return False
    with_rhythm = any(isinstance(other, Rhythm) for other in run)
    if not item.points.dated:
        return with_rhythm or any(implied_rhythm(point) is not None for point in item.points.all)
    if item.bound not in (Bound.NONE, Bound.IN):
        return True
    if _sign_before(item.where, cursor, 1) is Sign.DAY or _blank(item.points):
        return False  # "ngày    tháng 6 năm 2021": the blank head of a letter
    level = item.points.first.level
    if level is Level.YEAR:
        return item.bound is Bound.IN and _ends_clause(item.where, cursor) and _finishing(item.where, cursor)
    if level is Level.DAY and not item.points.ranged and item.bound is Bound.NONE:
        return with_rhythm or _sign_before(item.where, cursor, 1) in _LEADS
    return True


def _is_stretch(item: Stretch) -> bool:
    points = points_of(item)
    if isinstance(item.until, Points):
        return all(point.level is not Level.YEAR for point in points) and item.until.dated
    if isinstance(item.until, Event):
        return bool(points) and isinstance(item.since, Points) and item.since.dated
    return isinstance(item.since, Points) and item.since.dated and item.since.first.level is not Level.YEAR


def _sign_before(where: Where, cursor: Cursor, steps: int) -> Sign:
    place = where.first - steps
    return cursor.tokens[place].sign if place >= 0 else Sign.STOP


def _ends_clause(where: Where, cursor: Cursor) -> bool:
    return where.after >= len(cursor.tokens) or cursor.tokens[where.after].sign in _ENDS


def _finishing(where: Where, cursor: Cursor) -> bool:
    """ "hoàn thành trong năm 2021", or the year is all the clause: "số giao dịch đã thực hiện trong năm 2014" sets no time."""
    if where.first == 0:
        return True
    before = cursor.tokens[where.first - 1]
    return before.sign in (Sign.BREAK, Sign.COLON) or before.text in _FINISHED


def _blank(points: Points) -> bool:
    return any(point.level is Level.DAY and point.day is None and not point.part and not point.scrambled for point in points.all)
