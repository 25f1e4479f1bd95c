"""The office that bench_pages reads: a plan in full swing, with ballots, draws, entries, letters, notices and a journal.

What services make one by one is put in as rows where only the number matters; no page can tell.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, timedelta

from flask import Flask
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from tests.builders import SMALL_PLAN, Cast, cast
from tests.entries import COMMUNE, answers
from tracker import clock, passwords
from tracker.db import transaction
from tracker.models import (
    Ballot,
    BallotBox,
    Entry,
    JournalEntry,
    LedgerLine,
    Notice,
    OutboxMessage,
    RecheckDraw,
    RecheckItem,
    SecondEntryItem,
    Stage,
    Task,
    Unit,
    UnitGroup,
    User,
)
from tracker.rules.reminders import DEFAULT_LADDER, Recipient
from tracker.rules.schedule import PlanInput
from tracker.rules.states import (
    LetterStatus,
    NoticeStatus,
    RecheckOutcome,
    Scope,
    SecondEntryReason,
    TaskStatus,
    TimeKind,
    WorkKind,
)
from tracker.services import planning
from tracker.services.questionnaires import key_of

PASSWORD = "một câu dễ nhớ"
BALLOTS = 10
KINDS = (
    WorkKind.INFORMATION,
    WorkKind.TRAINING,
    WorkKind.FIELDWORK,
    WorkKind.RECHECK,
    WorkKind.DATA_ENTRY,
    WorkKind.ANALYSIS,
    WorkKind.REPORT,
    WorkKind.OTHER,
)
#: Days from today on which a stage is due, and how many of a hundred units have: it done, reported it, work at it.
HOW_FAR = (
    (-60, 100, 0, 0), (-40, 97, 1, 2), (-5, 60, 15, 22), (5, 30, 5, 25), (20, 10, 5, 15), (30, 0, 0, 10), (40, 0, 0, 0),
    (50, 0, 0, 0),
)  # fmt: skip


def site(app: Flask, units: int) -> int:
    """A running plan of eight stages over so many units; its id. "ha" coordinates, "dung" leads."""
    with app.app_context(), transaction() as session:
        people = cast(session, units)
        for user_id, name in ((people.coordinator_id, "ha"), (people.leader_id, "dung")):
            user = session.get_one(User, user_id)
            user.username, user.password_hash = name, passwords.hash_password(PASSWORD)
        _two_groups(session, people)
        plan = planning.create_plan(
            session,
            office_id=people.office_id,
            draft=_draft(clock.today()),
            unit_ids=[u.id for u in people.units],
            by=people.ha,
            now=clock.now(),
            leader_id=people.leader_id,
        )
        planning.activate_plan(session, plan.id, by=people.ha, now=clock.now())
        planning.release_letters(session, plan.id, by=people.ha, now=clock.now())
        session.flush()
        _work(session, plan.id)
        _ballots(session, plan.id, [u.id for u in people.units])
        _said(session, plan.id, people)
        return plan.id


def _draft(today: date) -> PlanInput:
    stages = tuple(
        replace(
            SMALL_PLAN.stages[2],
            no=str(n + 1),
            short_name=f"Bước {n + 1}",
            time_kind=TimeKind.DEADLINE,
            start_on=None,
            due_on=today + timedelta(days=days),
            scope=Scope.EACH_UNIT,
            work_kind=kind,
        )
        for n, (kind, (days, *_)) in enumerate(zip(KINDS, HOW_FAR, strict=True))
    )
    return replace(SMALL_PLAN, stages=stages, groups=(("UBND xã, phường", 60), ("Trạm Y tế", 40)))


def _two_groups(session: Session, people: Cast) -> None:
    group = UnitGroup(office_id=people.office_id, name="Trạm Y tế", position=2)
    session.add(group)
    session.flush()
    session.execute(update(Unit).where(Unit.id.in_([u.id for u in people.units[1::3]])).values(group_id=group.id))


def _work(session: Session, plan_id: int) -> None:
    """How far every unit is: nobody is further with a later stage than with an earlier one."""
    today = clock.today()
    for (days, done, reported, going), stage_id in zip(
        HOW_FAR, session.scalars(select(Stage.id).where(Stage.plan_id == plan_id).order_by(Stage.position)).all(), strict=True
    ):
        ids = list(session.scalars(select(Task.id).where(Task.stage_id == stage_id).order_by(Task.id)))
        opened, ended = min(today, today + timedelta(days=days - 20)), min(today, today + timedelta(days=days))
        rows = []
        for n, task_id in enumerate(ids):
            place = n * 100 // min(len(ids), 100) % 100  # as far in shares, however few
            row = {"task": task_id, "status": TaskStatus.NOT_OPEN, "opened_on": None, "submitted_on": None, "completed_on": None}
            if place < done + reported + going:
                row |= {"status": TaskStatus.IN_PROGRESS, "opened_on": opened}
            if place < done + reported:
                row |= {"status": TaskStatus.SUBMITTED, "submitted_on": ended}
            if place < done:
                late = timedelta(days=3 if place % 10 == 9 and days < 0 else -(place % 5))
                row |= {
                    "status": TaskStatus.DONE,
                    "submitted_on": min(today, ended + late),
                    "completed_on": min(today, ended + late),
                }
            rows.append(row)
        table = Task.__table__
        changed = table.update().where(table.c.id == bindparam("task"))
        names = ("status", "opened_on", "submitted_on", "completed_on")
        session.connection().execute(changed.values({name: bindparam(name) for name in names}), rows)
        session.execute(update(Stage).where(Stage.id == stage_id).values(opened_on=opened if done else None))


def _ballots(session: Session, plan_id: int, unit_ids: list[int]) -> None:
    """Ballots of every unit, two lines of the ledger, a box, a draw of two ballots, half of the ballots keyed."""
    now, by = clock.now(), {"by_name": "Trần Thu Hà", "by_key": "user-1"}
    facts = {"plan_id": plan_id, "at": now, **by}
    session.execute(
        insert(LedgerLine),
        [
            {**facts, "unit_id": u, "day": now.date(), "handed_out": 9, "collected": 5, "valid": 5, "discarded": 0, "reasons": {},
             "once": f"{u}-{n}"}
            for u in unit_ids for n in range(2)
        ],
    )  # fmt: skip
    session.execute(
        insert(BallotBox),
        [
            {"plan_id": plan_id, "unit_id": u, "code": "1", "place": "Một cửa", "sealed_on": now.date(), "version": 1}
            for u in unit_ids
        ],
    )
    session.execute(
        insert(Ballot),
        [
            {"plan_id": plan_id, "unit_id": u, "number": f"{n:04d}", "registered_at": now}
            for u in unit_ids for n in range(1, BALLOTS + 1)
        ],
    )  # fmt: skip
    ballots: dict[int, list[int]] = {}
    for ballot_id, unit_id in session.execute(select(Ballot.id, Ballot.unit_id).where(Ballot.plan_id == plan_id)):
        ballots.setdefault(unit_id, []).append(ballot_id)
    given, key = answers(), key_of(COMMUNE)
    session.execute(
        insert(Entry),
        [
            {**facts, "unit_id": u, "ballot_id": b, "questionnaire": key, "answers": given, "once": f"e-{b}"}
            for u in unit_ids for b in ballots[u][: BALLOTS // 2]
        ],
    )  # fmt: skip
    session.execute(
        insert(SecondEntryItem),
        [
            {"plan_id": plan_id, "unit_id": u, "ballot_id": ballots[u][0], "clerk_key": "user-1",
             "why": next(iter(SecondEntryReason)), "planned_at": now}
            for u in unit_ids
        ],
    )  # fmt: skip
    session.execute(
        insert(RecheckDraw),
        [
            {"plan_id": plan_id, "unit_id": u, "percent": 10, "population": BALLOTS, "planned": 2, "ballots": [], "drawn_at": now,
             "version": 1, **by}
            for u in unit_ids
        ],
    )  # fmt: skip
    session.execute(
        insert(RecheckItem),
        [
            {"draw_id": draw, "ballot_id": ballots[u][n], "position": n + 1, "tries": [], "answers": {}, "version": 1,
             "outcome": RecheckOutcome.MATCH if n == 0 else None, "at": now}
            for draw, u in session.execute(select(RecheckDraw.id, RecheckDraw.unit_id)).all() for n in range(2)
        ],
    )  # fmt: skip


def _said(session: Session, plan_id: int, people: Cast) -> None:
    """Letters that went, and lines of the journal: one of each for every second task."""
    now = clock.now()
    tasks = session.execute(select(Task.id, Task.unit_id).where(Task.plan_id == plan_id)).all()[::2]
    of_unit = {unit.id: unit for unit in people.units}
    session.execute(
        insert(OutboxMessage),
        [
            {"key": f"bench-{task}", "kind": "daily_digest", "plan_id": plan_id, "person": f"contact-{of_unit[unit].contact_id}",
             "to_name": of_unit[unit].contact_name, "to_email": of_unit[unit].email, "day": now.date(), "facts": {},
             "status": LetterStatus.SENT, "not_before": now, "created_at": now, "sent_at": now, "subject": "Việc hôm nay"}
            for task, unit in tasks
        ],
    )  # fmt: skip
    opened = session.execute(
        select(Task.id, Task.unit_id, Task.due_on).where(Task.plan_id == plan_id, Task.status != TaskStatus.NOT_OPEN)
    ).all()
    rungs = [rung for rung in DEFAULT_LADDER if rung.recipient is Recipient.CONTACT]
    session.execute(
        insert(Notice),
        [
            {"task_id": task, "due_on": due, "rung": rung.key, "person": f"contact-{of_unit[unit].contact_id}",
             "day": due + timedelta(days=rung.workdays), "status": NoticeStatus.SENT}
            for task, unit, due in opened for rung in rungs if due + timedelta(days=rung.workdays) <= now.date()
        ],
    )  # fmt: skip
    session.execute(
        insert(JournalEntry),
        [
            {"at": now, "who": "Trần Thu Hà", "who_key": "user-1", "verb": "báo hoàn thành",
             "what": f"“Bước” của {of_unit[unit].name}", "plan_id": plan_id, "task_id": task, "previous_hash": "",
             "hash": hashlib.sha256(f"{task}".encode()).hexdigest()}
            for task, unit in tasks
        ],
    )  # fmt: skip
