"""The lines of a rehearsal as a diary: what happens on each day and to each person, and what differs between two of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tracker.rules.events import Action, Event

Line = Mapping[str, Any]


@dataclass(frozen=True)
class Mail:
    """One letter to come."""

    to: str
    kind: str
    subject: str


@dataclass
class Day:
    """One day on which something happens."""

    mails: list[Mail] = field(default_factory=list)
    opened: Counter[int] = field(default_factory=Counter)  #: stage -> for how many units, 1 for a stage of no unit
    shut: Counter[int] = field(default_factory=Counter)
    finished: Counter[int] = field(default_factory=Counter)  #: stage -> how many pieces of work are done
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Diary:
    """What came of one run."""

    days: Mapping[date, Day]

    @property
    def letters(self) -> int:
        return sum(len(day.mails) for day in self.days.values())

    @property
    def finished_on(self) -> date | None:
        """The last day on which a piece of work was done."""
        return max((on for on, day in self.days.items() if day.finished.total()), default=None)

    def by_kind(self) -> Counter[str]:
        return Counter(mail.kind for day in self.days.values() for mail in day.mails)

    def by_person(self) -> dict[str, list[tuple[date, Mail]]]:
        """address -> the letters to it, in their order."""
        found: defaultdict[str, list[tuple[date, Mail]]] = defaultdict(list)
        for on, day in sorted(self.days.items()):
            for mail in day.mails:
                found[mail.to].append((on, mail))
        return dict(found)

    def most_on_one_day(self) -> int:
        """The most letters that one person gets on one day."""
        return max((n for day in self.days.values() for n in Counter(mail.to for mail in day.mails).values()), default=0)


@dataclass(frozen=True)
class Pair:
    """A day of the plan as it is, beside the same day as it would be."""

    day: date
    base: Day
    other: Day | None  #: None while nothing is compared

    @property
    def month(self) -> tuple[int, int]:
        return self.day.year, self.day.month

    @property
    def differs(self) -> bool:
        return self.other is not None and _told(self.base) != _told(self.other)


def diary_of(lines: Iterable[Line]) -> Diary:
    """The diary of a run; days on which nothing happens are not in it."""
    days: defaultdict[date, Day] = defaultdict(Day)
    named: set[tuple[int, str | None]] = set()  #: the first line about a piece of work says how it stands, not what happens
    for line in lines:
        on, what = date.fromisoformat(line["day"]), line["what"]
        if what == "mail":
            days[on].mails.append(Mail(line["to"], line["kind"], line["subject"]))
        elif what == "gate":
            (days[on].opened if line["open"] else days[on].shut)[line["stage"]] += 1
        elif what == "task":
            work = (line["stage"], line["unit"])
            days[on].finished[line["stage"]] += work in named and line["status"] == "done"
            named.add(work)
        elif what == "warning" and line["sentence"] not in days[on].warnings:
            days[on].warnings.append(line["sentence"])
    return Diary({on: day for on, day in days.items() if _told(day) != _told(Day())})


def side_by_side(base: Diary, other: Diary | None) -> list[Pair]:
    """Every day of either, in order."""
    days = sorted(set(base.days) | set(other.days if other else ()))
    return [Pair(on, base.days.get(on, Day()), other.days.get(on, Day()) if other else None) for on in days]


def late_unit(unit: str, workdays: int) -> list[Event]:
    return [Event(None, None, unit, Action.LATE, str(workdays))]


def nobody_answers() -> list[Event]:
    return [Event(None, None, "", Action.NONE)]


def everyone_late(workdays: int) -> list[Event]:
    return [Event(None, None, "", Action.LATE, str(workdays))]


def holiday_added(day: date, days: int) -> list[Event]:
    return [Event(day, None, "", Action.HOLIDAY, str(days))]


def server_down(day: date, days: int) -> list[Event]:
    return [Event(day, None, "", Action.DOWN, str(days))]


def _told(day: Day) -> tuple[object, ...]:
    mails = Counter((mail.to, mail.kind, mail.subject) for mail in day.mails)
    return mails, +day.opened, +day.shut, +day.finished, day.warnings
