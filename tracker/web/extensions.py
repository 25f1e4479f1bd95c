"""Gia hạn: a contact asks by the personal link, the coordinator decides on the page of the task."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError
from wtforms import Field, StringField, TextAreaField, ValidationError
from wtforms.validators import Length

from tracker import clock
from tracker.db import db, reads_only, transaction
from tracker.errors import NotFound, Refused
from tracker.models import Extension
from tracker.queries import extensions as questions
from tracker.rules.evidence import ACCEPTED
from tracker.services import extensions
from tracker.web import guards
from tracker.web.contact import keep_for_task, own_task
from tracker.web.errors import STATUS_OF_REFUSAL
from tracker.web.extension_panel import DecisionForm
from tracker.web.files import evidence_of
from tracker.web.forms import DayField, Form
from tracker.web.tasks import task_page
from tracker.wording import date_short, refusal

bp = Blueprint("extensions", __name__)

#: What a second click on the same button meets: the question is there already, nobody did anything wrong.
ASKED_ALREADY = "extension_pending"


def _needed(_form: Form, field: DayField) -> None:
    if field.data is None and not field.errors:  # what could not be read says so itself
        raise ValidationError("Chưa ghi hạn mới.")


class AskForm(Form):
    new_due_on = DayField(
        "Hạn mới",
        [_needed],
        description="Ngày làm việc, sau hạn hiện tại; ghi theo ngày/tháng/năm",
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    reason = TextAreaField(
        "Lý do gia hạn",
        [Length(max=2000)],
        description="Nêu ngắn gọn nguyên nhân và phần việc còn lại",
        render_kw={"rows": 3},
    )
    document = StringField(
        "Văn bản kèm theo (số, ngày, người ký)",
        [Length(max=300)],
        description="Không bắt buộc khi đề nghị",
        render_kw={"autocomplete": "off"},
    )


@bp.get("/v/<token>/tasks/<int:task_id>/extension")
@guards.personal_link
def ask(token: str, task_id: int) -> ResponseReturnValue:
    return _ask_page(token, task_id, AskForm(formdata=None))


@bp.post("/v/<token>/tasks/<int:task_id>/extension")
@guards.personal_link
def send(token: str, task_id: int) -> ResponseReturnValue:
    task = own_task(task_id)
    form = AskForm()
    try:
        evidence = evidence_of(request.files.get("file"))
    except Refused as refused:
        form.validate()
        return _ask_page(token, task_id, form, file_error=refused.sentence), STATUS_OF_REFUSAL.get(refused.key, 422)
    if not form.validate_on_submit() or form.new_due_on.data is None:
        return _ask_page(token, task_id, form), 422
    try:
        with transaction() as session:
            asked = extensions.request_extension(
                session,
                task_id,
                by=guards.current_actor(),
                now=clock.now(),
                new_due_on=form.new_due_on.data,
                reason=form.reason.data or "",
                document=form.document.data or "",
            )
            if evidence is not None:
                keep_for_task(session, evidence, task, "extension", by=guards.current_actor(), now=clock.now())
            said = f"Đã gửi đề nghị gia hạn đến {date_short(asked.new_due_on)}."
    except Refused as refused:
        if refused.key == ASKED_ALREADY:
            flash(refused.sentence, "run")
            return redirect(url_for("contact.my_task", token=token, task_id=task_id))
        reads_only.set(True)
        box = {"extension_not_later": form.new_due_on, "extension_reason": form.reason}.get(refused.key)
        if box is None:
            return _ask_page(token, task_id, form), STATUS_OF_REFUSAL.get(refused.key, 409)
        return _with_error(box, refused, lambda: _ask_page(token, task_id, form))
    flash(said, "ok")
    return redirect(url_for("contact.my_task", token=token, task_id=task_id))


@bp.post("/v/<token>/tasks/<int:task_id>/extension/<int:extension_id>/withdraw")
@guards.personal_link
def withdraw(token: str, task_id: int, extension_id: int) -> ResponseReturnValue:
    own_task(task_id)
    _require_about(extension_id, task_id)
    try:
        with transaction() as session:
            extensions.withdraw_extension(session, extension_id, by=guards.current_actor(), now=clock.now())
    except Refused as refused:
        flash(refused.sentence, "run")
    else:
        flash("Đã rút đề nghị gia hạn; hạn giữ nguyên.", "ok")
    return redirect(url_for("contact.my_task", token=token, task_id=task_id))


@bp.post("/tasks/<int:task_id>/extensions/<int:extension_id>/approve")
@guards.signed_in
def approve(task_id: int, extension_id: int) -> ResponseReturnValue:
    def decide(session: Session, form: DecisionForm) -> str:
        granted = extensions.approve_extension(
            session,
            extension_id,
            by=guards.current_actor(),
            now=clock.now(),
            new_due_on=form.new_due_on.data,
            note=form.note.data or "",
            decision_document=form.decision_document.data or "",
        )
        return f"Đã chấp thuận; hạn mới {date_short(granted.new_due_on)}."

    return _decided(task_id, extension_id, decide)


@bp.post("/tasks/<int:task_id>/extensions/<int:extension_id>/refuse")
@guards.signed_in
def refuse(task_id: int, extension_id: int) -> ResponseReturnValue:
    def decide(session: Session, form: DecisionForm) -> str:
        declined: Extension = extensions.refuse_extension(
            session, extension_id, by=guards.current_actor(), now=clock.now(), note=form.note.data or ""
        )
        return f"Không chấp thuận; hạn giữ nguyên {date_short(declined.old_due_on)}."

    return _decided(task_id, extension_id, decide)


def _decided(task_id: int, extension_id: int, decide: Callable[[Session, DecisionForm], str]) -> ResponseReturnValue:
    """Run a decision; what was typed comes back on the page of the task when it is refused."""
    _require_about(extension_id, task_id)
    form = DecisionForm()
    if not form.validate_on_submit():
        return task_page(task_id, decision=form), 422
    try:
        with transaction() as session:
            said = decide(session, form)
    except Refused as refused:
        db.session.rollback()
        reads_only.set(True)
        box = {"extension_not_later": form.new_due_on, "refuse_reason": form.note}.get(refused.key)
        if box is not None:
            return _with_error(box, refused, lambda: task_page(task_id, decision=form))
        return task_page(task_id, decision=form, problem=refused.sentence), STATUS_OF_REFUSAL.get(refused.key, 409)
    except StaleDataError:
        db.session.rollback()
        reads_only.set(True)
        return task_page(task_id, decision=form, problem=refusal("changed_just_now").sentence), 409
    flash(said, "ok")
    return redirect(url_for("tasks.show_task", task_id=task_id))


def _ask_page(token: str, task_id: int, form: AskForm, *, file_error: str = "") -> str:
    session = db.session()
    task = own_task(task_id)
    refused = extensions.refusal_to_ask(session, task_id, by=guards.current_actor())
    return render_template(
        "contact/extension.html",
        token=token,
        task=task,
        holder=guards.current_contact(),
        form=form,
        refused=refused.sentence if refused else "",
        waiting=extensions.pending_of(session, task_id),
        accepted=ACCEPTED,
        file_error=file_error,
    )


def _with_error(box: Field, refused: Refused, page: Callable[[], str]) -> ResponseReturnValue:
    """The page again with the sentence beside the box it speaks of."""
    box.errors = [refused.sentence]
    return page(), 422


def _require_about(extension_id: int, task_id: int) -> None:
    if not questions.is_about(db.session(), extension_id, task_id):
        raise NotFound(f"extension {extension_id} of task {task_id}")
