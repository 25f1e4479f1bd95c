"""Gia hạn cho các đơn vị đã chọn: the form, whom the new date reaches and what it does to later stages, then the click."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import Field, RadioField, StringField, TextAreaField
from wtforms.validators import Length, ValidationError

from tracker import clock
from tracker.db import db, reads_only, transaction
from tracker.errors import Refused
from tracker.queries import extensions as questions
from tracker.queries.extensions import OpenStage
from tracker.rules.access import RUNNERS
from tracker.services import granting
from tracker.services.chase_reach import Choice
from tracker.web import guards
from tracker.web.chasing import choice_from, nothing_picked, plan_of_office, table_of_units
from tracker.web.errors import STATUS_OF_REFUSAL
from tracker.web.forms import DayField, Form
from tracker.wording import count, date_short, refusal

bp = Blueprint("granting", __name__)


def _needed(_form: Form, field: DayField) -> None:
    if field.data is None and not field.errors:  # what could not be read says so itself
        raise ValidationError("Chưa ghi hạn mới.")


def _told(_form: Form, field: Field) -> None:
    if not (field.data or "").strip():
        raise ValidationError(refusal("extension_reason").sentence)


class GrantForm(Form):
    stage = RadioField("Giai đoạn", coerce=int)
    new_due_on = DayField(
        "Hạn mới", [_needed], description="Đến hết ngày này", render_kw={"inputmode": "numeric", "autocomplete": "off"}
    )
    reason = TextAreaField(
        "Lý do gia hạn", [_told, Length(max=500)], description="Đầu mối đọc nguyên văn câu này", render_kw={"rows": 2}
    )
    document = StringField(
        "Văn bản kèm theo (số, ngày, người ký)",
        [Length(max=300)],
        description="Không bắt buộc",
        render_kw={"autocomplete": "off"},
    )


@bp.get("/plans/<int:plan_id>/extend")
@guards.roles(*RUNNERS)
def ask(plan_id: int) -> ResponseReturnValue:
    choice = choice_from(request.args, plan_id)
    if not choice.unit_ids:
        return nothing_picked(plan_id)
    stages = questions.open_stages(db.session(), plan_id, choice.unit_ids, today=clock.today())
    wanted = request.args.get("at", type=int)
    likely = next((s for s in stages if s.position == wanted), None) or max(stages, key=lambda s: s.late, default=None)
    return _form_page(plan_id, choice, stages, _form(stages, at=likely.position if likely else None))


@bp.post("/plans/<int:plan_id>/extend")
@guards.roles(*RUNNERS)
def grant(plan_id: int) -> ResponseReturnValue:
    """The first click shows whom it reaches; `agreed` puts the date off."""
    choice = choice_from(request.form)
    stages = questions.open_stages(db.session(), plan_id, choice.unit_ids, today=clock.today())
    form = _form(stages)
    if not form.validate_on_submit() or form.new_due_on.data is None:
        return _form_page(plan_id, choice, stages, form), 422
    plan, by, now = plan_of_office(plan_id), guards.current_actor(), clock.now()
    what = (plan_id, form.stage.data, choice.unit_ids, form.new_due_on.data)
    try:
        if request.form.get("agreed") != "yes":
            found = granting.propose(db.session(), *what, by=by, today=now.date())
            back = guards.page_before(table_of_units(plan_id))
            return render_template("plans/extend_ask.html", plan=plan, choice=choice, grant=found, form=form, back=back)
        with transaction() as session:
            done = granting.apply(
                session, *what, reason=form.reason.data or "", document=form.document.data or "", by=by, now=now
            )
    except Refused as refused:
        reads_only.set(True)
        if refused.key == "extension_not_later":
            form.new_due_on.errors = [refused.sentence]
            return _form_page(plan_id, choice, stages, form), 422
        return _form_page(plan_id, choice, stages, form, refused.sentence), STATUS_OF_REFUSAL.get(refused.key, 409)
    told = f"; {count(done.told, 'người')} được báo" if done.told else ""
    flash(f"Đã gia hạn {count(len(done.moved), 'việc')} đến {date_short(done.new_due_on)}{told}.", "ok")
    return redirect(guards.page_before(url_for("plans.show_stage", plan_id=plan_id, position=done.position)))


def _form(stages: Sequence[OpenStage], *, at: int | None = None) -> GrantForm:
    form = GrantForm() if at is None else GrantForm(formdata=None, stage=at)
    form.stage.choices = [(s.position, _stage_words(s)) for s in stages]
    return form


def _stage_words(stage: OpenStage) -> str:
    dues = [date_short(day) for day in dict.fromkeys((stage.first_due_on, stage.last_due_on))]
    late = f", {count(stage.late, 'việc')} quá hạn" if stage.late else ""
    return f"{stage.position}. {stage.short_name}: {count(stage.tasks, 'việc')} chưa xong{late}; hạn {' đến '.join(dues)}"


def _form_page(plan_id: int, choice: Choice, stages: Sequence[OpenStage], form: GrantForm, problem: str = "") -> str:
    return render_template(
        "plans/extend.html",
        plan=plan_of_office(plan_id),
        choice=choice,
        stages=stages,
        form=form,
        problem=problem,
        back=guards.page_before(table_of_units(plan_id)),
    )
