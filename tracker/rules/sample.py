"""The sample campaign: a real signed plan, moved in time by whole weeks so that today lies in its fieldwork."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.rules.events import Action, Event
from tracker.wording import date_short

#: The day of the Cam Ranh plan that becomes today: fieldwork is nearly over, collecting and rechecking has begun.
PIVOT = date(2021, 9, 6)
FIRST_DAY = date(2021, 6, 2)

_FRIDAY = 4

_DATE = re.compile(r"\b(\d{1,2})/(\d{1,2})/(\d{4})\b")
_SIGNED = re.compile(r"tháng (\d{1,2}) năm 2021")


def days_to_move(today: date) -> int:
    """Whole weeks from the plan's own time to today's, so that weekdays stay what they are."""
    return (today - PIVOT).days // 7 * 7


def moved_text(text: str, days: int) -> str:
    """The plan's text with the dates of its timeline and its year moved; the documents it cites keep theirs."""
    step = timedelta(days=days)
    year = (PIVOT + step).year

    def moved_date(match: re.Match[str]) -> str:
        return date_short(date(int(match[3]), int(match[2]), int(match[1])) + step)

    def moved_month(match: re.Match[str]) -> str:
        first = date(2021, int(match[1]), 1) + step
        return f"tháng {first.month} năm {first.year}"

    lines = []
    for line in text.splitlines():
        if "\t" in line:
            line = _DATE.sub(moved_date, line)
        elif not line.startswith(("Căn cứ", "Thực hiện")):
            line = _SIGNED.sub(moved_month, line).replace("năm 2021", f"năm {year}")
        lines.append(line)
    return "\n".join(lines) + "\n"


def sample_events(unit_names: list[str], days: int) -> list[Event]:
    """What the thirty units of the sample have done so far: most in time, some late, three not at all."""
    step = timedelta(days=days)

    def day(month: int, number: int) -> date:
        return date(2021, month, number) + step

    events = [Event(day(6, 17), 1, "", Action.DONE)]
    for index, name in enumerate(unit_names):
        silent = index in (9, 25)
        if silent:
            events.append(Event(None, 2, name, Action.NONE))
            events.append(Event(None, 3, name, Action.NONE))
            continue
        late = index in (7, 17, 23)
        events.append(Event(day(7, 2 + index % 3) if late else day(6, 22 + index % 9), 2, name, Action.DONE))
        if index % 5 == 2:
            events.append(Event(day(8, 23 + index % 8), 3, name, Action.DONE))
            if index % 10 == 2:
                events.append(Event(day(9, 3), 4, name, Action.DONE))
        else:
            events.append(Event(None, 3, name, Action.NONE))
    return events


@dataclass(frozen=True)
class Collected:
    """What a unit of the sample wrote down on a day of its fieldwork."""

    day: date
    handed_out: int
    valid: int
    discarded: int


def sample_ballots(index: int, quota: int, opened_on: date, done_on: date | None, until: date) -> list[Collected]:
    """The ballots of the unit with this place: week by week, each at a pace of its own; the quota where its task is done,
    else some are still outside. Units that were late before are behind."""
    last = done_on or until
    days = [day for n in range((last - opened_on).days + 1) if (day := opened_on + timedelta(days=n)).weekday() == _FRIDAY]
    if done_on is not None and done_on not in days:
        days.append(done_on)
    if done_on is not None:
        goal = quota
    else:
        goal = quota * (54 if index in (7, 17, 23) else (92, 78, 86, 95, 83, 89)[index % 6]) // 100
    bend = (0.8, 1.0, 1.25)[index % 3]  #: begins quickly, evenly, slowly
    found, before = [], 0
    for n, day in enumerate(days, 1):
        now = goal if n == len(days) else int(goal * (n / len(days)) ** bend)
        discarded = int(done_on is None and index % 4 == 1 and n == len(days) // 2)
        handed_out = quota + 2 * (done_on is None and index % 4 == 1) if n == 1 else 0
        if handed_out or now > before or discarded:
            found.append(Collected(day, handed_out, now - before, discarded))
        before = now
    return found
