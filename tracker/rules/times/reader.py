"""A phrase to its reading: tokens, clauses, weighing."""

from __future__ import annotations

from datetime import date

from tracker.rules.parsed import TimePhrase
from tracker.rules.states import TimeKind
from tracker.rules.times.clauses import parse_items
from tracker.rules.times.cursor import Cursor
from tracker.rules.times.leftovers import left_over
from tracker.rules.times.spans import Almanac
from tracker.rules.times.tokens import tokenise
from tracker.rules.times.weighing import weigh
from tracker.rules.workdays import WorkCalendar
from tracker.wording import nfc

#: A cell longer than this is no time phrase; its head is read.
LONGEST = 2000
_WEEKENDS_ONLY = WorkCalendar()


def read_time(
    wording: str,
    *,
    year: int | None = None,
    issued_on: date | None = None,
    strict: bool = True,
    calendar: WorkCalendar | None = None,
) -> TimePhrase:
    """How the signed words of a time are read.

    `year` is the plan's year and `issued_on` its day of issue: they give what the words leave out, with a doubt. `strict`
    is the plan's switch for "Trước ngày X" (true: due on the day before). `calendar` moves the end of a duration off days
    off; without one only weekends are off. Never raises and never invents: what cannot be read stays empty and is doubted.
    """
    shown = " ".join(nfc(wording[:LONGEST]).split())
    tokens = tokenise(wording[:LONGEST])
    if not any(char.isalnum() for char in tokens.letters.clean):
        return TimePhrase(wording, TimeKind.UNDATED)
    known_year = year if year is not None and _sound(year) else None
    issued_on = issued_on if issued_on is not None and _sound(issued_on.year) else None
    cursor = Cursor(tokens.all, tokens.letters, wording)
    almanac = Almanac(shown, cursor, known_year, issued_on, strict, calendar or _WEEKENDS_ONLY)
    for damaged, read in tokens.repairs:
        almanac.note("wording_repaired", damaged=damaged, read=read)
    items = parse_items(cursor)
    reading = weigh(items, tokens.all, almanac)
    left = left_over(tokens.letters.clean, tokens.all, items) if reading.dated else None
    if left is not None:
        almanac.note("wording_left_over", left=cursor.written(*left), wording=shown)
    return TimePhrase(
        wording=wording,
        kind=reading.kind,
        start_on=reading.start_on,
        due_on=reading.due_on,
        doubts=tuple(almanac.doubts),
        rule=reading.rule,
        rrule=reading.rrule,
        anchor=reading.anchor,
        offset_days=reading.offset_days,
        offset_workdays=reading.offset_workdays,
        named_day=reading.named_day,
    )


def _sound(year: int) -> bool:
    """No plan is older, and the calendar has room behind it."""
    return 1900 <= year <= 9000
