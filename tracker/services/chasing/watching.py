"""Beside the ladder: work without an end that is silent, and fieldwork behind its line."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.rules.reminders import Recipient
from tracker.rules.states import NoticeStatus, TaskStatus
from tracker.rules.watches import Look, Watching
from tracker.rules.workdays import Calendars, WorkCalendar
from tracker.services import digests, field_pace, looks
from tracker.services.chasing.gathered import NOBODY, Round, TaskRow, ask_key, notice
from tracker.services.people import Directory
from tracker.services.weekly import monday_of


@dataclass(frozen=True)
class Watch:
    """What is found of one task beside its ladder."""

    look: Look
    pace: field_pace.Pace | None
    watching: Watching | None

    @property
    def is_behind(self) -> bool:
        lag = self.watching.field_lag if self.watching else None
        return self.pace is not None and lag is not None and self.pace.is_behind(lag)


def watched(
    tasks: Sequence[TaskRow],
    ladders: looks.Ladders,
    said: Mapping[tuple[int, date | None], frozenset[str]],
    calendars: Calendars,
    today: date,
) -> dict[int, Look]:
    """What is found of each task beside its ladder."""
    found = {}
    for task in tasks:
        if task.status is not TaskStatus.IN_PROGRESS or task.ladder_from is None:
            found[task.id] = Look()
            continue
        settled = said.get((task.id, looks.watch_key(task, task.ladder_from)), frozenset())
        watching, calendar = ladders.watching.get(task.stage_id), calendars.of(task.unit_id)
        found[task.id] = looks.watch(watching, task, task.ladder_from, calendar, settled, today)
    return found


def gather_watch(
    gathered: Round, task: TaskRow, watch: Watch, who: Directory, already: Collection[str], calendar: WorkCalendar
) -> list[date]:
    """Sort what is found beside the ladder: a sign of life is asked for in a letter of its own, silence and slow fieldwork
    stand in digests. Returns when to look again for what has to wait for another letter."""
    wait_until: list[date] = []
    if not (watch.look.say or watch.look.skip):
        return wait_until
    key = looks.watch_key(task, task.ladder_from)
    tomorrow = calendar.on_or_after(gathered.today + timedelta(days=1))

    def note(step: str, person: str, status: NoticeStatus) -> None:
        gathered.notices.append(notice(task.id, key, step, person, gathered.today, status))

    for step in watch.look.skip:
        note(step, NOBODY, NoticeStatus.SKIPPED)
    for step in watch.look.say:
        what, _, role = step.partition(":")
        if what.startswith("field") and not watch.is_behind:
            note(step, NOBODY, NoticeStatus.SKIPPED)
            continue
        person = who.holder(Recipient(role), plan_id=task.plan_id, unit_id=task.unit_id)
        if person is None:
            note(step, NOBODY, NoticeStatus.EMPTY)
            continue
        asks = what.startswith("ask")
        letter = ask_key(task.plan_id, person, gathered.today) if asks else digests.digest_key(person, gathered.today)
        if letter in already:
            wait_until.append(tomorrow)
            continue
        if not asks and person.key in gathered.heard:
            wait_until.append(calendar.on_or_after(monday_of(gathered.today) + timedelta(days=7)))
            continue
        if asks:
            gathered.asks[task.plan_id, person].append(task)
        else:
            gathered.named[person].add(task, watch.pace if what.startswith("field") else None)
        gathered.carried_by[len(gathered.notices)] = letter
        note(step, person.key, NoticeStatus.QUEUED)
    return wait_until
