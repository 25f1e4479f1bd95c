"""Ballots to key: a plan whose data entry is open, its ballots registered, clerks beside Hà; and answers as typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.builders import SMALL_PLAN, Cast, cast, moment, running_plan
from tests.kept import kept
from tracker.models import Ballot, Plan, Stage, Task, User
from tracker.questionnaire_seeds import seed_questionnaires
from tracker.rules.access import Actor
from tracker.rules.method import SecondEntryMethod, method_of_table
from tracker.rules.questionnaires import Questionnaire
from tracker.rules.schedule import PlanInput
from tracker.rules.states import BallotStatus, DiscardReason, Role, TaskStatus
from tracker.services import progress
from tracker.services.data_entry import Typed
from tracker.services.questionnaires import key_of

#: A Monday, while ballots are keyed.
NOW = moment(2021, 10, 4, 9)
SHELF = {key_of(q): q for q in seed_questionnaires()}
COMMUNE = SHELF["commune@1"]


@dataclass(frozen=True)
class Hall:
    """A plan whose ballots may be keyed."""

    people: Cast
    plan_id: int
    lan: Actor  #: a clerk
    minh: Actor  #: another clerk

    def unit(self, index: int = 0) -> int:
        return self.people.units[index].id

    def name(self, index: int = 0) -> str:
        return self.people.units[index].name


def clerk(session: Session, people: Cast, username: str, name: str, role: Role = Role.CLERK) -> Actor:
    user = User(office_id=people.office_id, username=username, name=name, email=f"{username}@example.vn", role=role)
    session.add(user)
    session.flush()
    return Actor(f"user-{user.id}", name, role, people.office_id)


def hall(
    session: Session,
    *,
    units: int = 2,
    ballots: int = 3,
    opened: bool = True,
    draft: PlanInput = SMALL_PLAN,
    second: SecondEntryMethod | None = None,
    people: Cast | None = None,
) -> Hall:
    """`ballots` registered in each unit; the first three stages done when `opened`. `second`: the terms of the second entry,
    none by default."""
    if people is None and draft is SMALL_PLAN:
        return kept(session, _hall, units, ballots, opened, draft, second)
    return _hall(session, units, ballots, opened, draft, second, people)


def _hall(
    session: Session,
    units: int,
    ballots: int,
    opened: bool,
    draft: PlanInput,
    second: SecondEntryMethod | None,
    people: Cast | None = None,
) -> Hall:
    people = people or cast(session, units)
    plan = running_plan(session, people, draft)
    plan.method = with_second_entry(plan, second or SecondEntryMethod(0, 0))
    for unit in people.units:
        register(session, plan, unit.id, ballots)
    if opened:
        finish(session, plan, people, 3)
    session.flush()
    return Hall(people, plan.id, clerk(session, people, "lan", "Vũ Thị Lan"), clerk(session, people, "minh", "Đỗ Văn Minh"))


def with_second_entry(plan: Plan, terms: SecondEntryMethod) -> dict[str, Any]:
    return replace(method_of_table(plan.method), second_entry=terms).as_table()


def register(session: Session, plan: Plan, unit_id: int, ballots: int, *, first: int = 1) -> None:
    width = max(4, len(str(first + ballots - 1)))
    session.add_all(
        Ballot(plan_id=plan.id, unit_id=unit_id, number=f"{number:0{width}d}", registered_at=NOW)
        for number in range(first, first + ballots)
    )
    session.flush()


def finish(session: Session, plan: Plan, people: Cast, until: int, *, now: datetime = NOW) -> None:
    """Complete every task of the first stages, in their order."""
    for position in range(1, until + 1):
        tasks = select(Task.id).join(Stage, Stage.id == Task.stage_id)
        tasks = tasks.where(Task.plan_id == plan.id, Stage.position == position).order_by(Task.id)
        for task_id in list(session.scalars(tasks)):
            complete(session, task_id, people, now=now)


def complete(session: Session, task_id: int, people: Cast, *, now: datetime = NOW) -> None:
    """Reported, and confirmed where the stage asks for it."""
    if session.get_one(Task, task_id).status is TaskStatus.IN_PROGRESS:
        progress.complete_task(session, task_id, by=people.ha, now=now)
    if session.get_one(Task, task_id).status is TaskStatus.SUBMITTED:
        progress.confirm_task(session, task_id, by=people.ha, now=now)


def discarded(session: Session, plan_id: int, unit_id: int, number: str) -> None:
    ballot = session.scalars(select(Ballot).where(Ballot.unit_id == unit_id, Ballot.number == number)).one()
    ballot.status, ballot.discard_reason = BallotStatus.DISCARDED, DiscardReason.UNREADABLE
    session.flush()


def answers(questionnaire: Questionnaire = COMMUNE, **differing: str) -> dict[str, str]:
    """The first option of a choice, "4" on a scale, nothing written; and what differs."""
    usual = {
        q.code: "4" if q.has_levels else "no" if "no" in q.options else next(iter(q.options), "") for q in questionnaire.questions
    }
    return {**usual, **differing}


def typed(number: str = "0001", *, once: str = "", questionnaire: Questionnaire = COMMUNE, **differing: str) -> Typed:
    return Typed(number, answers(questionnaire, **differing), questionnaire=key_of(questionnaire), once=once)


def without_stages(*kinds: object) -> PlanInput:
    return replace(SMALL_PLAN, stages=tuple(s for s in SMALL_PLAN.stages if s.work_kind not in kinds))


def numbers(count: int) -> Sequence[str]:
    return [f"{number:04d}" for number in range(1, count + 1)]
