"""Stretches: từ … đến …, từ nay đến …, từ ngày ban hành đến …, kể từ …, sau ngày …"""

from __future__ import annotations

from tracker.rules.times.bounds import clock, led_by_day, points_at
from tracker.rules.times.cursor import Cursor
from tracker.rules.times.events import event_at
from tracker.rules.times.items import Bound, Event, Happening, Item, Stretch
from tracker.rules.times.lapses import anchored, lapse_at, parse_duration, trailing_lapse
from tracker.rules.times.points import Level, Points
from tracker.rules.times.words import Sign

NOW = Event("nay", is_now=True)


def since(cursor: Cursor) -> Item | None:
    """ "từ … đến …", "từ …", "kể từ ngày …", "từ nay đến …", "từ ngày ban hành kế hoạch đến …"."""
    by_event = cursor.sign is Sign.SINCE_EVENT
    cursor.advance()
    excluded = False
    while cursor.sign in (Sign.SOFT, Sign.FROM, Sign.COLON, Sign.IN, Sign.AFTER, Sign.DONE):
        excluded = excluded or cursor.sign is Sign.AFTER
        cursor.advance()
    since: Points | Event | None
    if cursor.sign is Sign.NOW:
        cursor.advance()
        since = NOW
    else:
        mark = cursor.place
        if (within_day := _hours_of_day(cursor)) is not None:
            return within_day
        cursor.place = mark
        clock(cursor)
        since = points_at(cursor)
        if since is None or not (since.dated or led_by_day(cursor, since) or _dated_end_follows(cursor)):
            cursor.place = mark
            length = parse_duration(cursor)
            if length is not None:
                return anchored(cursor, length)
            cursor.place = mark
            return _from_event(cursor, by_event)
    return stretched(cursor, since, excluded)


def _hours_of_day(cursor: Cursor) -> Item | None:
    """ "từ 7 giờ 30 đến 11 giờ 30 ngày 15/8/2024"."""
    if clock(cursor) is None or cursor.sign not in (Sign.TO, Sign.DASH):
        return None
    cursor.advance()
    if clock(cursor) is None:
        return None
    points = points_at(cursor)
    return Stretch(points, points) if points is not None and points.dated else None


def _dated_end_follows(cursor: Cursor) -> bool:
    """ "từ 02 đến 15/9/2021", "từ 15 đến 20 hằng tháng"; not "từ 100 đến dưới 1.000 hồ sơ"."""
    if cursor.sign not in (Sign.TO, Sign.DASH):
        return False
    mark = cursor.place
    found = _end_of_stretch(cursor)
    rhythm = cursor.at(Sign.EVERY)
    cursor.place = mark
    return found is not None and (rhythm or (isinstance(found[0], Points) and found[0].dated))


def _from_event(cursor: Cursor, by_event: bool) -> Item | None:
    event = event_at(cursor)
    if event is None:
        return None
    found = stretched(cursor, event, False)
    if isinstance(found, Stretch) and found.until is not None:
        return found
    lapse = trailing_lapse(cursor, event, backward=False)
    if lapse is not None:
        return lapse
    return Happening(event, "after") if by_event or event.is_signing or event.words.startswith("ngày") else None


def stretched(cursor: Cursor, since: Points | Event, excluded: bool) -> Item:
    """The end of a stretch: "đến …", "đến hết …", "đến trước …", "- …", "đến khi …"."""
    mark = cursor.place
    _skip_bracket_before_end(cursor)
    if cursor.sign is Sign.COMMA and cursor.peek(1).sign in (Sign.TO, Sign.UNTIL_EVENT):
        cursor.advance()
    if isinstance(since, Points) and since.ranged and cursor.sign not in (Sign.TO, Sign.UNTIL_EVENT):
        return Stretch(Points(since.all[:1]), Points(since.all[1:]), since_excluded=excluded)
    if cursor.sign is Sign.UNTIL_EVENT:
        cursor.advance()
        event = event_at(cursor)
        if event is not None:
            return Stretch(since, event, since_excluded=excluded)
    elif cursor.sign in (Sign.TO, Sign.DASH, Sign.END):
        found = _end_of_stretch(cursor)
        if found is not None:
            until, bound = found
            return Stretch(since, until, bound, since_excluded=excluded)
    cursor.place = mark
    return Stretch(since, None, since_excluded=excluded)


def _skip_bracket_before_end(cursor: Cursor) -> None:
    """ "từ ngày 15/9/2021 (thứ Tư) đến …"."""
    if cursor.sign is not Sign.OPEN:
        return
    for ahead in range(1, 12):
        if cursor.peek(ahead).sign is Sign.CLOSE:
            if cursor.peek(ahead + 1).sign in (Sign.TO, Sign.UNTIL_EVENT):
                cursor.advance(ahead + 1)
            return


def _end_of_stretch(cursor: Cursor) -> tuple[Points | Event, Bound] | None:
    bound = Bound.BY
    cursor.advance()
    while cursor.sign in (Sign.END, Sign.BEFORE, Sign.TO, Sign.SOFT, Sign.LATEST, Sign.IN, Sign.COLON):
        if cursor.sign is Sign.BEFORE:
            bound = Bound.UNTIL_BEFORE
        cursor.advance()
    mark = cursor.place
    hour = clock(cursor)
    if hour == 0:
        bound = Bound.BEFORE_MIDNIGHT
    elif hour is not None:
        bound = Bound.BY
    points = points_at(cursor)
    if points is not None and (points.dated or points.first.level in (Level.DAY, Level.WEEKDAY)):
        return points, bound
    cursor.place = mark
    if cursor.at(Sign.DAY, Sign.WHEN) and cursor.peek(1).sign in (Sign.WORD, Sign.DONE, Sign.SOFT):
        if cursor.sign is Sign.WHEN:
            cursor.advance()
        event = event_at(cursor)
        return (event, bound) if event is not None else None
    return None


def after(cursor: Cursor) -> Item | None:
    """ "sau khi …", "sau 10 ngày kể từ …", "sau ngày 15/9", "sau Hội nghị"."""
    is_event = cursor.sign is Sign.AFTER_EVENT
    cursor.advance()
    if not is_event:
        lapse = lapse_at(cursor)
        if lapse is not None:
            return lapse
        mark = cursor.place
        points = points_at(cursor, bare_day=False)
        if points is not None and points.dated:
            return stretched(cursor, points, True)
        cursor.place = mark
    event = event_at(cursor)
    if event is None:
        return None
    found = stretched(cursor, event, False)
    if isinstance(found, Stretch) and found.until is not None:
        return found
    return trailing_lapse(cursor, event, backward=False) or Happening(event, "after")
