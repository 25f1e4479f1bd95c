"""The ladder: who is reminded, chased and told on which day, and what is said only once.

Days count working days round the due date: before it from `aim_on` (the last working day not after the due date), after
it from `due_on`. Reminders are thus pulled earlier, never pushed later. A rung whose day was past when the task opened is
born skipped; a rung whose day was missed (server down, holiday added) is said at the next run, once. Where somebody has
promised a day ("đã nhận, sẽ xong ngày …") the ladder rests until then and goes on with its next step on that day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from tracker.rules.states import TaskStatus
from tracker.rules.workdays import WorkCalendar


class Recipient(StrEnum):
    """Roles of a rung; who holds the role is looked up on the day."""

    CONTACT = "contact"
    SECOND_CONTACT = "second_contact"
    COORDINATING = "coordinating"  # contacts of the units that the signed plan names beside whoever does the work
    HEAD = "head"
    COORDINATOR = "coordinator"
    LEADER = "leader"


class RungKind(StrEnum):
    REMIND = "remind"  # in the digest, before the due date or on it
    CHASE = "chase"  # in the digest, counted: "lần đôn đốc thứ N"
    ESCALATE = "escalate"  # a letter of its own to someone higher


@dataclass(frozen=True)
class Rung:
    """One step: `workdays` before (negative) or after the due date, to one role."""

    workdays: int
    recipient: Recipient
    kind: RungKind

    @property
    def key(self) -> str:
        """Stable name in the table of notices: "due-3:contact", "due+1:head"."""
        return f"due{self.workdays:+d}:{self.recipient.value}"


#: Said once when a task is already late as it opens: its own rungs are past.
BORN_LATE_KEY = "born-late"

#: The coordinator's digest has named a report that waits for a confirmation.
CONFIRM_KEY = "confirm:coordinator"

#: The leader has heard of work that was chased so often by hand.
CHASED_KEY = "chased:leader"


def now_key(kind: str, day: date) -> str:
    """The rung of what a coordinator says outside the ladder, once a day: "chase-2021-07-05:contact"."""
    return f"{kind}-{day.isoformat()}:{Recipient.CONTACT.value}"


def is_by_hand(rung: str) -> bool:
    """Whether a person said it outside the ladder."""
    return rung.startswith(("chase-", "remind-"))


def is_chase(rung: str) -> bool:
    """Whether a notice of this rung was a chase (đôn đốc), by the ladder or by hand."""
    step, _, who = rung.partition(":")
    return who == Recipient.CONTACT.value and (step.startswith("chase-") or (step.startswith("due+") and step != "due+0"))


DEFAULT_LADDER: tuple[Rung, ...] = (
    Rung(-7, Recipient.CONTACT, RungKind.REMIND),
    Rung(-3, Recipient.CONTACT, RungKind.REMIND),
    Rung(-1, Recipient.CONTACT, RungKind.REMIND),
    Rung(0, Recipient.CONTACT, RungKind.REMIND),
    Rung(1, Recipient.CONTACT, RungKind.CHASE),
    Rung(1, Recipient.HEAD, RungKind.ESCALATE),
    Rung(3, Recipient.CONTACT, RungKind.CHASE),
    Rung(3, Recipient.COORDINATOR, RungKind.ESCALATE),
    Rung(5, Recipient.CONTACT, RungKind.CHASE),
    Rung(5, Recipient.LEADER, RungKind.ESCALATE),
)


#: Whom a rung passes to where nobody holds its role: each the next higher.
UPWARD = (Recipient.HEAD, Recipient.COORDINATOR, Recipient.LEADER)

#: No ladder reaches further than this many working days from the due date, and none has more rungs.
FURTHEST_WORKDAYS, MOST_RUNGS = 60, 20


def rung_of(workdays: int, recipient: Recipient) -> Rung:
    """The rung of that day and role; what it does follows from both: up to the due date it reminds, after it the unit's
    people are chased and everyone above is told. Who only helps is reminded at any time."""
    if workdays <= 0 or recipient is Recipient.COORDINATING:
        return Rung(workdays, recipient, RungKind.REMIND)
    return Rung(workdays, recipient, RungKind.ESCALATE if recipient in UPWARD else RungKind.CHASE)


def refusal_of_ladder(rungs: Sequence[Rung]) -> tuple[str, dict[str, object]] | None:
    """(key, values) of the sentence that says why this is no ladder, else None."""
    if len(rungs) > MOST_RUNGS:
        return "ladder_too_long", {"n": MOST_RUNGS}
    for rung in rungs:
        if abs(rung.workdays) > FURTHEST_WORKDAYS:
            return "ladder_days", {"n": FURTHEST_WORKDAYS}
        if rung.workdays <= 0 and rung.recipient in (Recipient.HEAD, Recipient.LEADER):
            return "ladder_upward_early", {}
    if len({rung.key for rung in rungs}) < len(rungs):
        return "ladder_twice", {}
    return None


@dataclass(frozen=True)
class Promise:
    """ "Đã nhận, sẽ xong ngày …": no rung before `on`; the rungs of `step` are said on it, later ones as far apart as ever."""

    on: date
    step: int


#: Nobody promises a day further off than this: who needs longer asks for a later due date.
FURTHEST_PROMISE_DAYS = 30


@dataclass(frozen=True)
class TaskFacts:
    """What the ladder must know of a task."""

    status: TaskStatus
    due_on: date | None
    aim_on: date | None
    ladder_from: date | None  #: the day it opened (or was returned, resumed, released)
    said: frozenset[str] = frozenset()  #: keys of rungs already said or skipped for this due date
    promise: Promise | None = None


@dataclass(frozen=True)
class Decision:
    """What to do for one task today: say these rungs, mark those as skipped, look again then."""

    say: tuple[Rung, ...] = ()
    born_late: bool = False
    skip: tuple[Rung, ...] = ()
    next_look_on: date | None = None


def rung_day(rung: Rung, *, due_on: date, aim_on: date | None, calendar: WorkCalendar, promise: Promise | None = None) -> date:
    """The day of a rung: counted in working days of whose work it is, on a day on which letters go."""
    if promise is not None and rung.workdays >= promise.step:
        later = rung.workdays - promise.step
        return calendar.letters_on_or_after(calendar.shift(promise.on, later) if later else promise.on)
    if rung.workdays > 0:
        return calendar.letters_on_or_after(calendar.shift(due_on, rung.workdays))
    return calendar.letters_on_or_before(calendar.shift(aim_on or due_on, rung.workdays))


def decide(task: TaskFacts, ladder: Sequence[Rung], calendar: WorkCalendar, today: date) -> Decision:
    """What is due for `task` on `today`. Says nothing on a day off, for a task that is not being worked on, or without
    a due date."""
    if task.status is not TaskStatus.IN_PROGRESS or task.due_on is None or task.ladder_from is None:
        return Decision()
    skip, left, named_on = _laid(task, ladder, calendar)
    waiting = [day for day, _ in left] + ([named_on] if named_on else [])
    if not calendar.is_letter_day(today):
        return Decision(skip=skip, next_look_on=max(min(waiting), calendar.letters_on_or_after(today)) if waiting else None)
    say = tuple(r for day, r in left if day <= today)
    born_late = named_on is not None and named_on <= today
    return Decision(say, born_late, skip, next_look_on=min((day for day in waiting if day > today), default=None))


def first_look(task: TaskFacts, ladder: Sequence[Rung], calendar: WorkCalendar) -> date | None:
    """The day on which the job must first look at a task that opens on `ladder_from`; None when nothing will be said."""
    if task.status is not TaskStatus.IN_PROGRESS or task.due_on is None or task.ladder_from is None:
        return None
    _, left, named_on = _laid(task, ladder, calendar)
    return min([*(day for day, _ in left), *([named_on] if named_on else [])], default=None)


def step_of_promise(task: TaskFacts, ladder: Sequence[Rung], calendar: WorkCalendar) -> int:
    """The step with which the ladder goes on after a promise: the first after the due date that is still to be said. Where
    none is, whatever a later change of the ladder may bring."""
    _, left, _ = _laid(task, ladder, calendar)
    return min((r.workdays for _, r in left if r.workdays > 0), default=max(0, *(r.workdays for r in ladder), 0) + 1)


def _laid(
    task: TaskFacts, ladder: Sequence[Rung], calendar: WorkCalendar
) -> tuple[tuple[Rung, ...], list[tuple[date, Rung]], date | None]:
    """The rungs that are not said yet: those that are past, those still to come with their days; and the day on which a
    task that was late as it opened is named, if it is still to be."""
    due_on, start, promise = task.due_on, task.ladder_from, task.promise
    assert due_on is not None
    assert start is not None
    skip, left = [], []
    for rung in ladder:
        if rung.key in task.said:
            continue
        day = rung_day(rung, due_on=due_on, aim_on=task.aim_on, calendar=calendar, promise=promise)
        if day < start or (promise is not None and rung.workdays < promise.step):
            skip.append(rung)
        else:
            left.append((day, rung))
    named_on = None
    if due_on < start and BORN_LATE_KEY not in task.said:
        named_on = calendar.letters_on_or_after(max(start, promise.on) if promise else start)
    return tuple(skip), left, named_on


def ladder_to_json(ladder: Sequence[Rung]) -> list[dict[str, Any]]:
    return [asdict(r) for r in ladder]


def ladder_from_json(rows: Sequence[dict[str, Any]]) -> tuple[Rung, ...]:
    """Raises KeyError or ValueError for a row that is no rung."""
    return tuple(Rung(int(r["workdays"]), Recipient(r["recipient"]), RungKind(r["kind"])) for r in rows)
