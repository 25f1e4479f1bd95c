"""Several dated clauses in one cell: the main one, its gloss in brackets, the finer one inside it, times of several parts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from tracker.rules.parsed import Doubt
from tracker.rules.states import TimeKind
from tracker.rules.times.counting import read_lapse
from tracker.rules.times.items import At, Bound, Item, Lapse, Stretch, points_of
from tracker.rules.times.points import Level
from tracker.rules.times.reading import read_dated
from tracker.rules.times.spans import ONE_DAY, Almanac
from tracker.rules.times.token import Token
from tracker.rules.times.verdict import Reading
from tracker.rules.times.words import Sign
from tracker.wording import date_short

_PERIODS = (TimeKind.MONTH, TimeKind.QUARTER, TimeKind.YEAR)


@dataclass(frozen=True, slots=True)
class _Dated:
    item: At | Stretch
    reading: Reading
    doubts: tuple[Doubt, ...]


def dated_reading(dated: list[At | Stretch], lapses: list[Lapse], tokens: list[Token], almanac: Almanac) -> Reading:
    weekdays = [item for item in dated if isinstance(item, At) and item.points.all and item.points.first.level is Level.WEEKDAY]
    plain = [item for item in dated if item not in weekdays]
    if not plain:
        return read_dated(dated[0], almanac)
    if len(plain) > 1 and _opens(plain[0], tokens):
        plain[0] = Stretch(plain[0].points, None, where=plain[0].where) if isinstance(plain[0], At) else plain[0]
    glosses = [item for item in plain if _is_gloss(item, tokens) or _told_of(lapses, item)]
    readings = [_apart(item, almanac) for item in plain if item not in glosses]
    if not readings and lapses:
        return _with_told_day(lapses[0], glosses[0], almanac)
    reading = _main_of(readings, glosses, lapses, almanac)
    for item in weekdays:
        _check_weekday(item, reading, almanac)
    return reading


_STARTS = frozenset({"bắt đầu", "khởi công", "khởi động", "khai mạc"})


def _opens(item: At | Stretch, tokens: list[Token]) -> bool:
    """ "Bắt đầu 01/7, kết thúc 31/7/2025": the first of two times is where the work begins."""
    before = [token for token in tokens[max(0, item.where.first - 3) : item.where.first] if token.sign is not Sign.COLON]
    return isinstance(item, At) and item.bound in (Bound.NONE, Bound.IN) and bool(before) and before[-1].text in _STARTS


def _told_of(lapses: list[Lapse], item: At | Stretch) -> bool:
    """ "chậm nhất 95 ngày trước ngày bầu cử (10/12/2025)": the day in brackets right behind the count."""
    return any(
        lapse.anchor is not None and item.where.first == lapse.where.after + 1 and item.where.bracket > lapse.where.bracket
        for lapse in lapses
    )


def _apart(item: At | Stretch, almanac: Almanac) -> _Dated:
    own = almanac.apart()
    return _Dated(item, read_dated(item, own), tuple(own.doubts))


def _check_weekday(item: At, reading: Reading, almanac: Almanac) -> None:
    """ "trước 15/11/2024 (thứ Sáu)": the weekday in brackets is that of the day named."""
    day = reading.named_day or reading.due_on
    if day is not None and len(item.points.all) == 1 and day.weekday() != item.points.first.weekday:
        almanac.note("rule_conflict", what="thời gian", a=almanac.phrase_at(item.where), b=f"ngày {date_short(day)}")


def _is_gloss(item: At | Stretch, tokens: list[Token]) -> bool:
    """ "(tức ngày …)", "nhằm ngày …": the same day said otherwise."""
    before = [token.sign for token in tokens[max(0, item.where.first - 3) : item.where.first]]
    return Sign.GLOSS in before


def _main_of(readings: list[_Dated], glosses: list[At | Stretch], lapses: list[Lapse], almanac: Almanac) -> Reading:
    if not readings:
        return read_dated(glosses[0], almanac)
    main = _one_of(readings, almanac)
    solar = [item for item in glosses if not any(point.lunar for point in points_of(item))]
    for item in solar:
        told = read_dated(item, almanac)
        if main.reading.due_on is None and told.due_on is not None:
            almanac.doubts[:] = [doubt for doubt in almanac.doubts if doubt.key != "lunar_date"]
            return told
        _compare(main, told, item, almanac)
    lapse = _lapse_as_gloss(lapses, main)
    if lapse is not None:
        _check_length(main.reading, lapse, almanac)
    return main.reading


def _compare(main: _Dated, told: Reading, item: At | Stretch, almanac: Almanac) -> None:
    """A gloss that names another day than the phrase it explains."""
    days = {main.reading.due_on, main.reading.named_day, main.reading.start_on}
    if told.due_on is not None and told.due_on not in days and told.named_day not in days - {None}:
        _conflict(main.item, item, almanac)


def _conflict(first: Item, second: Item, almanac: Almanac) -> None:
    almanac.note("rule_conflict", what="thời gian", a=almanac.phrase_at(first.where), b=almanac.phrase_at(second.where))


def _lapse_as_gloss(lapses: list[Lapse], main: _Dated) -> Lapse | None:
    near = [lapse for lapse in lapses if lapse.where.clause == main.item.where.clause]
    return near[0] if near and near[0].anchor is None and not near[0].backward else None


def _check_length(main: Reading, lapse: Lapse, almanac: Almanac) -> None:
    """ "Từ 01/9 đến 30/9/2021 (20 ngày)": the length does not fit, whichever way days are counted."""
    days = lapse.length.days
    if main.kind is not TimeKind.WINDOW or main.start_on is None or main.due_on is None or days is None:
        return
    span = (main.due_on - main.start_on).days
    if lapse.length.unit == "workday":
        fits = days in {almanac.calendar.between(main.start_on, main.due_on) + extra for extra in (0, 1)}
    else:
        fits = days in (span, span + 1)
    if not fits:
        stated = f"{days} ngày làm việc" if lapse.length.unit == "workday" else f"{days} ngày"
        days_written = f"{date_short(main.start_on)} – {date_short(main.due_on)}"
        almanac.note("rule_conflict", what="thời gian", a=stated, b=days_written)


def _with_told_day(lapse: Lapse, told: At | Stretch, almanac: Almanac) -> Reading:
    """ "Chậm nhất 30 ngày trước ngày bầu cử (ngày 13/02/2026)": the day in brackets is the one the plan states; where the
    count gives another, both are shown."""
    counted = read_lapse(lapse, almanac)
    stated = read_dated(told, almanac)
    if stated.due_on is None:
        return counted
    almanac.doubts[:] = [doubt for doubt in almanac.doubts if doubt.key != "depends_on_event"]
    if counted.due_on is not None and counted.due_on not in (stated.due_on, stated.named_day):
        _conflict(lapse, told, almanac)
    return replace(counted, due_on=stated.due_on, named_day=stated.named_day)


def _one_of(readings: list[_Dated], almanac: Almanac) -> _Dated:
    """The one time of several dated clauses, with its doubts; of clauses that give no day only what is wrong is told."""
    known = [dated for dated in readings if dated.reading.dated]
    unread = [dated for dated in readings if dated not in known and dated.reading.kind is TimeKind.DEADLINE]
    if unread and all(dated.reading.kind is TimeKind.YEAR for dated in known):
        known = []  # a year beside a day that could not be read is no time of its own
    if not known:
        almanac.take(list(readings[0].doubts))
        return readings[0]
    for dated in readings:
        if dated not in known:
            almanac.take([found for found in dated.doubts if found.key != "time_unparsed"])
    main = known[0]
    others = [dated for dated in known[1:] if not _same(main.reading, dated.reading)]
    if len(others) == 1 and _narrows(main, others[0]):
        main, others = others[0], []
    if not others:
        almanac.take(list(main.doubts))
        return main
    for dated in known:
        almanac.take(list(dated.doubts))
    return _all_of(known, almanac)


def _same(one: Reading, other: Reading) -> bool:
    return one.due_on == other.due_on and (one.start_on == other.start_on or other.start_on is None)


def _narrows(main: _Dated, other: _Dated) -> bool:
    """ "Quý III/2021 (trước ngày 15/9)", "năm 2021: tháng 6": the finer one inside the other is meant."""
    outer, inner = (main.reading, other.reading)
    if outer.kind not in _PERIODS or outer.start_on is None or outer.due_on is None or inner.due_on is None:
        return False
    inside = outer.start_on <= inner.due_on <= outer.due_on and (inner.start_on or outer.start_on) >= outer.start_on
    return inside and main.item.where.clause == other.item.where.clause


def _all_of(readings: list[_Dated], almanac: Almanac) -> _Dated:
    """Several times for several parts of the work: it is done when the last is. "Từ tháng 5/2025, hoàn thành trước 30/9"
    is one stretch in two clauses."""
    found = [dated.reading for dated in readings]
    closed = [(reading, reading.due_on) for reading in found if reading.due_on is not None]
    if not closed:
        return readings[0]
    last, due = max(closed, key=lambda pair: pair[1])
    starts = [reading.start_on for reading in found if reading.start_on is not None and reading.start_on <= due]
    start = min(starts) if starts else None
    opened_and_closed = len(found) == 2 and len(closed) == 1
    spans = [(reading.start_on, day) for reading, day in closed if reading.start_on is not None]
    neighbours = len(spans) == len(found) and all(after <= before + ONE_DAY for (_, before), (after, _) in pairwise(spans))
    if not opened_and_closed and not neighbours:
        almanac.note("several_times", wording=almanac.wording, due_on=date_short(due))
    if all(reading.kind is TimeKind.DEADLINE for reading in found):
        return replace(readings[0], reading=last)
    return replace(readings[0], reading=replace(last, kind=TimeKind.WINDOW, start_on=start))
