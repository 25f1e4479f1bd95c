"""A rung to the units that help with a stage: their contacts are reminded, never chased, of work that is another's."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from tracker.rules.states import NoticeStatus
from tracker.rules.workdays import WorkCalendar
from tracker.services import digests
from tracker.services.chasing.gathered import NO_SUCH_ROLE, NOBODY, Round, TaskRow, note
from tracker.services.people import Directory


def remind_helpers(
    gathered: Round, task: TaskRow, rung: str, who: Directory, already: Collection[str], calendar: WorkCalendar
) -> list[date]:
    """Said to all of them on one day, or to none yet: returns when to look again where today's digest of one is written.

    One letter a week is a choice about a unit's own work; what others wait for comes on its day.
    """
    helpers = who.helpers(task.stage_id, but=task.unit_id)
    letters = {person: digests.digest_key(person, gathered.today) for person in helpers}
    if any(letter in already for letter in letters.values()):
        return [calendar.on_or_after(gathered.today + timedelta(days=1))]
    for person, letter in letters.items():
        gathered.named[person].helps.append(task)
        gathered.carried_by[len(gathered.notices)] = letter
        note(gathered, task, rung, person.key, NoticeStatus.QUEUED)
    if not helpers:
        note(gathered, task, rung, NOBODY if who.helping.get(task.stage_id) else NO_SUCH_ROLE, NoticeStatus.EMPTY)
    return []
