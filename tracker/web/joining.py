"""Thêm đơn vị: units that join a plan after it was made."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.db import db, reads_only, transaction
from tracker.errors import NotFound, Refused
from tracker.queries import plans, units
from tracker.queries.plans import PlanFacts
from tracker.queries.units import Choice
from tracker.rules.access import RUNNERS
from tracker.services import joining
from tracker.web import guards
from tracker.web.errors import STATUS_OF_REFUSAL
from tracker.wording import count, search_key

bp = Blueprint("joining", __name__)


@bp.get("/plans/<int:plan_id>/units/add")
@guards.roles(*RUNNERS)
def choose(plan_id: int) -> ResponseReturnValue:
    return _page(_plan(plan_id), frozenset())


@bp.post("/plans/<int:plan_id>/units/add")
@guards.roles(*RUNNERS)
def add(plan_id: int) -> ResponseReturnValue:
    plan = _plan(plan_id)
    chosen = [int(v) for v in request.form.getlist("unit") if v.isdigit() and len(v) < 19]
    try:
        with transaction() as session:
            joined = joining.add_units(session, plan_id, chosen, by=guards.current_actor(), now=clock.now())
    except Refused as refused:
        reads_only.set(True)
        return _page(plan, frozenset(chosen), problem=refused.sentence), STATUS_OF_REFUSAL.get(refused.key, 409)
    said = f"Đã thêm {count(joined.units, 'đơn vị')}, {count(joined.tasks, 'việc')}"
    flash(f"{said}; {count(joined.letters, 'thư')} báo cho đầu mối." if joined.letters else f"{said}.", "ok")
    return redirect(url_for("plans.show_plan", plan_id=plan_id, _anchor="don-vi"))


def _page(plan: PlanFacts, ticked: frozenset[int], problem: str = "") -> str:
    session = db.session()
    there = {unit.id for unit in plans.unit_rows(session, plan.id)}
    found = [c for c in units.choices(session, plan.office_id, today=clock.today()) if c.id not in there]
    groups: dict[str, list[Choice]] = {}
    for choice in found:
        groups.setdefault(choice.group, []).append(choice)
    return render_template(
        "plans/add_units.html",
        plan=plan,
        groups=groups,
        total=len(found),
        ticked=ticked,
        search_key=search_key,
        problem=problem,
    )


def _plan(plan_id: int) -> PlanFacts:
    found = plans.plan_facts(db.session(), plan_id, office_id=guards.current_person().office_id)
    if found is None:
        raise NotFound
    return found
