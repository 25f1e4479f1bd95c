"""Xác nhận vẫn đang thực hiện: work without an end, by the personal link or on the page of the task."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from wtforms import TextAreaField
from wtforms.validators import Length

from tracker import clock
from tracker.db import transaction
from tracker.errors import Refused
from tracker.rules.access import RUNNERS
from tracker.services import silence
from tracker.web import guards
from tracker.web.contact import own_task
from tracker.web.forms import Form

bp = Blueprint("going_on", __name__)


class GoingOnForm(Form):
    note = TextAreaField("Tình hình, số liệu (không bắt buộc)", [Length(max=2000)], render_kw={"rows": 2})


@bp.post("/v/<token>/tasks/<int:task_id>/going-on")
@guards.personal_link
def of_contact(token: str, task_id: int) -> ResponseReturnValue:
    own_task(task_id)
    return _confirm(task_id, lambda: url_for("contact.my_task", token=token, task_id=task_id))


@bp.post("/tasks/<int:task_id>/going-on")
@guards.roles(*RUNNERS)
def of_coordinator(task_id: int) -> ResponseReturnValue:
    return _confirm(task_id, lambda: url_for("tasks.show_task", task_id=task_id))


def _confirm(task_id: int, back: Callable[[], str]) -> ResponseReturnValue:
    form = GoingOnForm()
    if not form.validate_on_submit():
        flash(form.note.errors[0] if form.note.errors else "Chưa ghi nhận; bấm lại.", "soon")
        return redirect(back())
    try:
        with transaction() as session:
            is_new = silence.confirm_going_on(
                session, task_id, by=guards.current_actor(), now=clock.now(), note=form.note.data or ""
            )
    except Refused as refused:
        if refused.key in ("own_unit_only", "forbidden", "coordinator_only"):
            raise
        flash(refused.sentence, "soon")
    else:
        flash("Đã xác nhận việc vẫn đang thực hiện." if is_new else "Hôm nay đã xác nhận rồi.", "ok" if is_new else "run")
    return redirect(back())
