"""The first working day of the week: a summary of each running plan to its coordinator and its leader, once a week."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.models import Plan
from tracker.rules.states import PlanStatus
from tracker.services import catalogue, openings, outbox, people


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def queue_weekly_summaries(session: Session, today: date, *, now: datetime) -> int:
    """Queue this week's summaries; returns how many. Nothing on a day off, nothing twice in a week.

    A week whose first working day was missed (the server was down) is made up for on the next working day. A plan whose
    letters go since this week only has no week to report.
    """
    calendar = catalogue.work_calendar(session)
    monday = monday_of(today)
    if not calendar.is_workday(today):
        return 0
    rows = session.execute(
        select(Plan.id, Plan.letters_released_at)
        .where(Plan.status == PlanStatus.RUNNING, Plan.letters_released_at.is_not(None))
        .order_by(Plan.id)
    )
    plan_ids = [plan_id for plan_id, released_at in rows if released_at is not None and released_at.date() < monday]
    if not plan_ids:
        return 0
    who = people.directory(session, plan_ids=plan_ids, unit_ids=(), day=today)
    not_before = openings.letter_time(calendar, now)
    letters = [
        outbox.NewLetter(
            kind="weekly_summary",
            key=f"weekly:plan-{plan_id}:{person.key}:{monday.isoformat()}",
            person=person.key,
            to_name=person.name,
            to_email=person.email,
            facts={"from": (monday - timedelta(days=7)).isoformat(), "to": (monday - timedelta(days=1)).isoformat()},
            day=today,
            plan_id=plan_id,
            not_before=not_before,
        )
        for plan_id in plan_ids
        for person in (who.coordinators.get(plan_id), who.leaders.get(plan_id))
        if person is not None
    ]
    return len(outbox.enqueue_many(session, letters, now=now))
