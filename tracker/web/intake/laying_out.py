"""After acceptance: which units, every date before anything is created, then the plan."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.db import db, transaction
from tracker.errors import Refused
from tracker.queries import units
from tracker.queries.drafts import DraftCard
from tracker.queries.units import Choice
from tracker.rules.access import RUNNERS
from tracker.rules.review import Review
from tracker.rules.states import DraftStatus, Scope
from tracker.services import catalogue, intake, planning
from tracker.web import guards
from tracker.web.intake.blueprint import bp, card
from tracker.web.stage_lines import stage_lines
from tracker.wording import search_key, sentence


@bp.get("/<int:draft_id>/units")
@guards.roles(*RUNNERS)
def choose_units(draft_id: int) -> ResponseReturnValue:
    draft = card(draft_id)
    return _elsewhere(draft) or _units_page(draft)


@bp.post("/<int:draft_id>/units")
@guards.roles(*RUNNERS)
def keep_units(draft_id: int) -> ResponseReturnValue:
    draft = card(draft_id)
    if elsewhere := _elsewhere(draft):
        return elsewhere
    chosen = [int(v) for v in request.form.getlist("unit") if v.isdigit() and len(v) < 19]
    if not chosen and any(row.scope is Scope.EACH_UNIT for row in _review(draft_id).rows):
        return _units_page(draft, problem="Chưa chọn đơn vị nào; kế hoạch có việc của từng đơn vị, chọn ít nhất một đơn vị.")
    with transaction() as session:
        intake.choose_units(session, draft_id, chosen, by=guards.current_actor(), now=clock.now())
    return redirect(url_for("intake.preview", draft_id=draft_id))


@bp.get("/<int:draft_id>/preview")
@guards.roles(*RUNNERS)
def preview(draft_id: int) -> ResponseReturnValue:
    draft = card(draft_id)
    return _elsewhere(draft) or _preview_page(draft)


@bp.post("/<int:draft_id>/create")
@guards.roles(*RUNNERS)
def create(draft_id: int) -> ResponseReturnValue:
    draft = card(draft_id)
    if draft.plan_id is None and (elsewhere := _elsewhere(draft)):
        return elsewhere
    try:
        with transaction() as session:
            plan = intake.create_plan_of_draft(session, draft_id, by=guards.current_actor(), now=clock.now())
            plan_id, plan_name = plan.id, plan.short_name
    except Refused as refused:
        return _preview_page(draft, problem=refused.sentence)
    flash(f"Đã tạo kế hoạch {plan_name}; kế hoạch chưa triển khai, chưa có thư nào được gửi.", "ok")
    return redirect(url_for("plans.show_plan", plan_id=plan_id))


def _elsewhere(draft: DraftCard) -> ResponseReturnValue | None:
    """Where a draft belongs that is not accepted, or a plan already."""
    if draft.plan_id is not None:
        return redirect(url_for("plans.show_plan", plan_id=draft.plan_id))
    if draft.status is not DraftStatus.ACCEPTED:
        flash(sentence("draft_not_accepted"), "soon")
        return redirect(url_for("intake.show_draft", draft_id=draft.id))
    return None


def _units_page(draft: DraftCard, problem: str = "") -> ResponseReturnValue:
    review = _review(draft.id)
    found = units.choices(db.session(), guards.current_person().office_id, today=clock.today())
    groups: dict[str, list[Choice]] = {}
    for choice in found:
        groups.setdefault(choice.group, []).append(choice)
    page = render_template(
        "intake/units.html",
        draft=draft,
        review=review,
        groups=groups,
        search_key=search_key,
        total=len(found),
        ticked=frozenset(review.unit_ids) or _suggested(review, found),
        each_unit=sum(row.scope is Scope.EACH_UNIT for row in review.rows),
        stated=_stated(draft.id),
        problem=problem,
    )
    return page, 422 if problem else 200


def _stated(draft_id: int) -> int | None:
    """How many units the document says there are."""
    draft = intake.get_draft(db.session(), draft_id, office_id=guards.current_person().office_id)
    return intake.reading_of_draft(draft).facts.units


def _suggested(review: Review, found: Sequence[Choice]) -> frozenset[int]:
    """Units of the groups that the plan names; all units when no name fits."""
    named = {search_key(name) for name, _ in review.fields.groups}
    fitting = frozenset(c.id for c in found if search_key(c.group) in named)
    return fitting or frozenset(c.id for c in found)


def _preview_page(draft: DraftCard, problem: str = "") -> ResponseReturnValue:
    session = db.session()
    review = _review(draft.id)
    office_id = guards.current_person().office_id
    draft_input = intake.plan_input(intake.get_draft(session, draft.id, office_id=office_id))
    layout = planning.preview(session, draft_input, office_id=office_id, unit_ids=review.unit_ids)
    calendar = catalogue.work_calendar(session)
    lines = stage_lines(layout, calendar, clock.today(), units_total=len(review.unit_ids))
    page = render_template(
        "intake/preview.html",
        draft=draft,
        review=review,
        lines=lines,
        tasks=sum(line.tasks for line in lines),
        past=[line for line in lines if line.past],
        off=[line for line in lines if line.off],
        problem=problem,
    )
    return page, 409 if problem else 200


def _review(draft_id: int) -> Review:
    draft = intake.get_draft(db.session(), draft_id, office_id=guards.current_person().office_id)
    return intake.review_of_draft(draft)
