"""Sửa mốc thời gian of a stage: the form, what the new days would move, then applied or dropped."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import TextAreaField
from wtforms.validators import Length

from tracker import clock
from tracker.db import db, reads_only, transaction
from tracker.errors import NotFound, Refused
from tracker.queries import plans
from tracker.queries.plans import PlanFacts, StageRow
from tracker.rules.access import RUNNERS
from tracker.services import date_changes
from tracker.web import guards
from tracker.web.errors import STATUS_OF_REFUSAL
from tracker.web.forms import DayField, Form
from tracker.wording import count

bp = Blueprint("stage_dates", __name__)

_DAY = {"inputmode": "numeric", "placeholder": "ngày/tháng/năm", "autocomplete": "off"}


class DatesForm(Form):
    start_on = DayField("Ngày bắt đầu", description="Để trống nếu chỉ có hạn cuối", render_kw=_DAY)
    due_on = DayField("Hạn hoàn thành", description="Ngày cuối cùng còn được tính là đúng hạn", render_kw=_DAY)
    reason = TextAreaField(
        "Lý do và văn bản căn cứ",
        [Length(max=500)],
        description="Đầu mối đọc nguyên văn câu này; bắt buộc khi kế hoạch đang triển khai",
        render_kw={"rows": 2},
    )


@bp.get("/plans/<int:plan_id>/stages/<int:position>/dates")
@guards.roles(*RUNNERS)
def edit(plan_id: int, position: int) -> ResponseReturnValue:
    plan, stage = _stage(plan_id, position)
    return _form_page(plan, stage, DatesForm(formdata=None, start_on=stage.start_on, due_on=stage.due_on))


@bp.post("/plans/<int:plan_id>/stages/<int:position>/dates")
@guards.roles(*RUNNERS)
def change(plan_id: int, position: int) -> ResponseReturnValue:
    """The first click shows what moves; `agreed` applies it."""
    plan, stage = _stage(plan_id, position)
    form = DatesForm()
    if not form.validate_on_submit():
        return _form_page(plan, stage, form), 422
    days = {"start_on": form.start_on.data, "due_on": form.due_on.data}
    by = guards.current_actor()
    try:
        if request.form.get("agreed") != "yes":
            date_changes.require_reason(plan.status, form.reason.data or "")
            proposal = date_changes.propose(db.session(), plan_id, position, **days, by=by, today=clock.today())
            return render_template("plans/dates_proposal.html", plan=plan, stage=stage, proposal=proposal, form=form)
        with transaction() as session:
            reason = form.reason.data or ""
            done = date_changes.apply(session, plan_id, position, **days, reason=reason, by=by, now=clock.now())
    except Refused as refused:
        reads_only.set(True)
        box = {"date_change_reason": form.reason, "end_before_start": form.due_on}.get(refused.key)
        if box is not None:
            box.errors = [refused.sentence]
        return _form_page(plan, stage, form, "" if box else refused.sentence), STATUS_OF_REFUSAL.get(refused.key, 409)
    told = f"; {count(done.told, 'người')} được báo" if done.told else ""
    flash(f"Đã đổi thời gian {done.label}: {count(done.tasks, 'việc')}{told}.", "ok")
    return redirect(url_for("plans.show_stage", plan_id=plan_id, position=position))


def _form_page(plan: PlanFacts, stage: StageRow, form: DatesForm, problem: str = "") -> str:
    return render_template("plans/dates.html", plan=plan, stage=stage, form=form, problem=problem)


def _stage(plan_id: int, position: int) -> tuple[PlanFacts, StageRow]:
    plan = plans.plan_facts(db.session(), plan_id, office_id=guards.current_person().office_id)
    if plan is None:
        raise NotFound
    for stage in plans.stage_rows(db.session(), plan_id):
        if stage.position == position:
            return plan, stage
    raise NotFound
