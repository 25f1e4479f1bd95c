"""What is looked at beside the ladder: work without a due date that is asked for a sign of life, and fieldwork that falls
behind its line before anything is late.

Both are steps with days of their own, remembered like rungs: said once, and of several that were missed only the last.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from tracker.rules.reminders import Recipient
from tracker.rules.workdays import ONE_DAY, WorkCalendar, months_after

#: How often work without a due date is asked for a confirmation, unless its stage says otherwise.
ASK_MONTHS = 1
#: From then on silence is named to coordinator and leader.
SILENT_MONTHS = 3
#: Where in its window fieldwork is looked at, in percent of the working days.
FIELD_POINTS = (25, 50, 75)
#: A shorter window is over before a warning helps.
SHORTEST_WINDOW = 4

TOLD_OF_SILENCE = (Recipient.COORDINATOR, Recipient.LEADER)
TOLD_OF_LAG = (Recipient.CONTACT, Recipient.COORDINATOR)


@dataclass(frozen=True)
class Watching:
    """How the work of a stage is watched beside its ladder; None: not in that way."""

    ask_months: int | None = None  #: of work that runs for ever
    field_lag: int | None = None  #: of fieldwork


@dataclass(frozen=True)
class Look:
    """What a look finds on a day: steps to say, steps that are passed over, the day of the next look."""

    say: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    next_on: date | None = None


def silent_since(heard_on: date | None, ladder_from: date) -> date:
    """From when on silence counts: the last word of it, or the day from which it is asked at all."""
    return max(heard_on or ladder_from, ladder_from)


def look_for_silence(
    since: date, ask_months: int, calendar: WorkCalendar, said: Collection[str], today: date | None = None
) -> Look:
    """Steps "ask1:contact", "ask2:contact" … and "silent:leader" of work that was last heard of on `since`; without `today`
    only when to look."""
    due: list[str] = []
    n = 1
    while True:
        key, day = f"ask{n}:{Recipient.CONTACT.value}", calendar.letters_on_or_after(months_after(since, n * ask_months))
        if key not in said:
            if today is None or day > today:
                next_on = day
                break
            due.append(key)
        n += 1
    named_on = calendar.letters_on_or_after(months_after(since, SILENT_MONTHS))
    named = [key for role in TOLD_OF_SILENCE if (key := f"silent:{role.value}") not in said]
    if named and (today is None or named_on > today):
        return Look(tuple(due[-1:]), tuple(due[:-1]), min(next_on, named_on))
    return Look((*due[-1:], *named), tuple(due[:-1]), next_on)


def look_at_field(
    start_on: date, end_on: date, ladder_from: date, calendar: WorkCalendar, said: Collection[str], today: date | None = None
) -> Look:
    """Steps "field25:contact" … of fieldwork in a window, each on the morning after that share of its working days."""
    workdays = calendar.between(start_on - ONE_DAY, end_on)
    if workdays < SHORTEST_WINDOW:
        return Look()
    due: list[list[str]] = []
    next_on = None
    for percent in FIELD_POINTS:
        day = calendar.letters_on_or_after(calendar.shift(start_on - ONE_DAY, -(-workdays * percent // 100)) + ONE_DAY)
        keys = [key for role in TOLD_OF_LAG if (key := f"field{percent}:{role.value}") not in said]
        if not keys or day < ladder_from or day > end_on:
            continue
        if today is None or day > today:
            next_on = day
            break
        due.append(keys)
    return Look(tuple(due[-1]) if due else (), tuple(key for keys in due[:-1] for key in keys), next_on)


def expected_by(start_on: date, end_on: date, calendar: WorkCalendar, quota: int, today: date) -> int:
    """How many ballots an even pace over the working days of the window would have brought before `today`."""
    workdays = calendar.between(start_on - ONE_DAY, end_on)
    elapsed = calendar.between(start_on - ONE_DAY, min(today - ONE_DAY, end_on))
    return quota * elapsed // workdays if workdays else 0


def is_behind(collected: int, expected: int, quota: int, field_lag: int) -> bool:
    """Whether the share of the quota lags by more than `field_lag` points."""
    return (expected - collected) * 100 > field_lag * quota
