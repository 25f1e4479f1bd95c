"""Hôm nay: what waits for us, what is late and since when, what the week brings, what the system did by itself."""

from __future__ import annotations

from itertools import groupby

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.db import db
from tracker.queries import extensions, first_day, handovers, people, plans, story, tasks
from tracker.queries import today as waiting
from tracker.rules.access import RUNNERS
from tracker.rules.states import PlanStatus, Role
from tracker.web import guards

bp = Blueprint("dashboard", __name__)
WAITING_SHOWN = 30
LATE_SHOWN = 10
DAYS_AHEAD = 7
DONE_BY_SYSTEM_SHOWN = 6
PLANS_SHOWN = 4


@bp.get("/")
@guards.signed_in
def today() -> ResponseReturnValue:
    session = db.session()
    person = guards.current_person()
    day = clock.today()
    days = plans.days(session)
    office_id = person.office_id
    lines = plans.plan_lines(session, office_id, today=day)
    running = [p for p in lines if p.status is PlanStatus.RUNNING]
    due = tasks.due_in(session, office_id, start=day, days=DAYS_AHEAD)
    return render_template(
        "dashboard/today.html",
        day=day,
        plans=lines,
        running=running,
        under_way=[p for p in lines if p.status in (PlanStatus.RUNNING, PlanStatus.PAUSED)][:PLANS_SHOWN],
        plan_waits=waiting.waiting_plans(session, office_id),
        submitted=tasks.submitted(session, office_id, limit=WAITING_SHOWN),
        bounced=people.bounced_contacts(session, office_id)[:WAITING_SHOWN],
        more_time=extensions.pending(session, office_id, limit=WAITING_SHOWN),
        successors=handovers.pending(session, office_id, limit=WAITING_SHOWN),
        waiting_total=waiting.waiting_count(session, office_id),
        late=tasks.overdue(session, office_id, today=day, limit=LATE_SHOWN),
        late_total=sum(p.progress.overdue for p in running),
        week=[(due_on, list(group)) for due_on, group in groupby(due, key=lambda g: g.due_on)],
        is_workday=days.calendar.is_workday(day),
        workdays_since=lambda since: days.calendar.between(since, day),
        workdays_until=lambda until: days.calendar.between(day, until),
        by_system=story.done_by_the_system(session, office_id, limit=DONE_BY_SYSTEM_SHOWN),
        may_run=person.role in RUNNERS,
        first=first_day.first_day(session, office_id) if person.role is Role.ADMIN else None,
    )
