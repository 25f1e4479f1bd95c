"""What a letter speaks of, and when it has nothing left to say. Shared by the outbox (voiding) and the renderer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from tracker.rules.states import PlanStatus, TaskStatus

#: The first mass mail of a plan waits this many days for a click, then it is void: the letter `held` says so.
HELD_DAYS = 7

#: A letter that asks for work is worth sending while the work is still being done.
_ASKS_FOR_WORK = frozenset({TaskStatus.IN_PROGRESS})
#: The opening letter lists the whole work of a unit, also what is still locked.
_LISTS_WORK = frozenset({TaskStatus.NOT_OPEN, TaskStatus.IN_PROGRESS, TaskStatus.SUBMITTED})

#: Kind of letter -> statuses in which a task of it still belongs in it. A kind that is not here does not die with its
#: tasks: an acknowledgement speaks of finished work, a personal link of none.
LIVE_STATUSES: Mapping[str, frozenset[TaskStatus]] = {
    "daily_digest": _ASKS_FOR_WORK,
    "confirm_continuous": _ASKS_FOR_WORK,
    "remind": _ASKS_FOR_WORK,
    "chase": _ASKS_FOR_WORK,
    "unlocked": _ASKS_FOR_WORK,
    "escalate_head": _ASKS_FOR_WORK,
    "escalate_coordinator": _ASKS_FOR_WORK,
    "escalate_leader": _ASKS_FOR_WORK,
    "task_returned": _ASKS_FOR_WORK,
    "plan_started": _LISTS_WORK,
    "date_changed": _LISTS_WORK,
}

#: Letters that are not sent for the sake of work alone for which somebody has promised a day that is still to come. Beside
#: other work they list it, with the promise.
QUIET_ON_PROMISES = frozenset({"daily_digest", "chase", "escalate_head", "escalate_coordinator", "escalate_leader"})

#: Plans whose work is asked for. (A plan that has not started has no letters but the one that a rehearsal makes.)
LIVE_PLANS = frozenset({PlanStatus.NOT_STARTED, PlanStatus.RUNNING})


def still_speaks_of(kind: str, status: TaskStatus) -> bool:
    """Whether a task in `status` still belongs in a letter of `kind`."""
    live = LIVE_STATUSES.get(kind)
    return live is None or status in live


def is_promised(promised_on: date | None, today: date) -> bool:
    """Whether somebody has promised work for a day that is still to come."""
    return promised_on is not None and promised_on > today


def task_ids_of(facts: Mapping[str, Any]) -> list[int]:
    """The ids of all tasks that a letter's facts name, in their order, each once.

    `{"task_id": 1}`, `{"task_ids": [1, 2]}` and `{"task_ids": {"overdue": [1], "soon": [2]}}` are all read.
    """
    found: list[int] = []
    if "task_id" in facts:
        found.append(int(facts["task_id"]))
    listed = facts.get("task_ids", ())
    parts: Iterable[Iterable[int]] = listed.values() if isinstance(listed, Mapping) else (listed,)
    for part in parts:
        found.extend(int(task_id) for task_id in part)
    return list(dict.fromkeys(found))
