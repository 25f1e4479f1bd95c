"""Tổng hợp: the leader's first page. Every plan, who is late, this year against those before; one sheet when printed."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.db import db
from tracker.queries import plans, portfolio, publications
from tracker.rules.states import PlanStatus
from tracker.web import guards

bp = Blueprint("portfolio", __name__)
LATE_SHOWN = 12  #: what still fits on one sheet beside the rest
YEARS_SHOWN = 6
ENDED = (PlanStatus.CLOSED, PlanStatus.CANCELLED)


@bp.get("/portfolio")
@guards.signed_in
def show() -> ResponseReturnValue:
    session = db.session()
    person = guards.current_person()
    today = clock.today()
    lines = [p for p in plans.plan_lines(session, person.office_id, today=today) if p.status not in ENDED]
    return render_template(
        "plans/portfolio.html",
        plans=lines,
        late=portfolio.late_units(session, person.office_id, today=today, limit=LATE_SHOWN),
        late_units=portfolio.late_unit_count(session, person.office_id, today=today),
        late_tasks=sum(p.progress.overdue for p in lines if p.status is PlanStatus.RUNNING),
        waits=publications.waiting_for_approval(session, person.office_id),
        years=portfolio.year_lines(session, person.office_id, limit=YEARS_SHOWN),
    )
