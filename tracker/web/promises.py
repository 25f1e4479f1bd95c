"""Hẹn ngày xong: a contact by the personal link, the head of a unit by his own, a coordinator on the page of the task."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.db import db, reads_only, transaction
from tracker.errors import NotFound, Refused
from tracker.queries import people, personal
from tracker.queries.personal import PersonalTask
from tracker.rules.access import RUNNERS
from tracker.rules.states import Standing, TaskStatus
from tracker.services import promises
from tracker.web import guards
from tracker.web.contact import own_task
from tracker.web.errors import STATUS_OF_REFUSAL
from tracker.web.promise_form import PromiseForm
from tracker.web.tasks import task_page
from tracker.wording import date_short, refusal, standing_words

bp = Blueprint("promises", __name__)


@bp.get("/v/<token>/tasks/<int:task_id>/promise")
@guards.personal_link
def ask(token: str, task_id: int) -> ResponseReturnValue:
    return _contact_page(token, own_task(task_id), PromiseForm(formdata=None))


@bp.post("/v/<token>/tasks/<int:task_id>/promise")
@guards.personal_link
def send(token: str, task_id: int) -> ResponseReturnValue:
    task = own_task(task_id)
    form = PromiseForm()
    if not _kept(form, task_id):
        return _contact_page(token, task, form), form.status
    return redirect(url_for("contact.my_task", token=token, task_id=task_id))


@bp.get("/h/<head_token>")
@guards.head_link
def of_head(head_token: str) -> ResponseReturnValue:
    """The work of the unit for its head: what is late first, each with the day that was promised."""
    head, today = guards.current_head(), clock.today()
    work = personal.work_of_units(db.session(), head.unit_ids, today=today)
    return render_template(
        "contact/head.html",
        head=head,
        head_token=head_token,
        late=[t for t in work.open if _is_late(t)],
        others=[t for t in work.open if not _is_late(t)],
        words=_words,
        coordinator=people.coordinator_of_office(db.session(), head.office_id),
    )


@bp.get("/h/<head_token>/tasks/<int:task_id>")
@guards.head_link
def of_head_task(head_token: str, task_id: int) -> ResponseReturnValue:
    return _head_page(head_token, _task_of_head(task_id), PromiseForm(formdata=None))


@bp.post("/h/<head_token>/tasks/<int:task_id>/promise")
@guards.head_link
def send_of_head(head_token: str, task_id: int) -> ResponseReturnValue:
    task = _task_of_head(task_id)
    form = PromiseForm()
    if not _kept(form, task_id):
        return _head_page(head_token, task, form), form.status
    return redirect(url_for("promises.of_head_task", head_token=head_token, task_id=task_id))


@bp.post("/tasks/<int:task_id>/promise")
@guards.roles(*RUNNERS)
def send_of_coordinator(task_id: int) -> ResponseReturnValue:
    form = PromiseForm()
    if not _kept(form, task_id):
        return task_page(task_id, promise=form), form.status
    return redirect(url_for("tasks.show_task", task_id=task_id))


def _kept(form: PromiseForm, task_id: int) -> bool:
    """Keep the promise; False with the sentence in the form, and what was typed, where it was refused."""
    if not form.validate_on_submit():
        return False
    day = form.promised_on.data
    try:
        with transaction() as session:
            is_new = promises.promise_day(session, task_id, day, by=guards.current_actor(), now=clock.now())
    except Refused as refused:
        reads_only.set(True)
        form.promised_on.errors = [refused.sentence]
        form.status = STATUS_OF_REFUSAL.get(refused.key, 422 if refused.key.startswith("promise_") else 409)
        return False
    assert day is not None  # or it was refused
    said = "Đã ghi hẹn xong ngày" if is_new else "Đã có hẹn xong ngày"
    flash(f"{said} {date_short(day)}; hạn hoàn thành giữ nguyên.", "ok" if is_new else "run")
    return True


def _contact_page(token: str, task: PersonalTask, form: PromiseForm) -> str:
    holder = guards.current_contact()
    return _page(
        task, form, office_place=holder.office_place, back=url_for("contact.my_task", token=token, task_id=task.id),
        to=url_for("promises.send", token=token, task_id=task.id),
        more_time=url_for("extensions.ask", token=token, task_id=task.id),
    )  # fmt: skip


def _head_page(head_token: str, task: PersonalTask, form: PromiseForm) -> str:
    return _page(
        task, form, office_place=guards.current_head().office_place, back=url_for("promises.of_head", head_token=head_token),
        to=url_for("promises.send_of_head", head_token=head_token, task_id=task.id),
    )  # fmt: skip


def _page(task: PersonalTask, form: PromiseForm, *, office_place: str, back: str, to: str, more_time: str = "") -> str:
    refused = promises.refusal_to_promise(db.session(), task.id, by=guards.current_actor(), now=clock.now())
    return render_template(
        "contact/promise.html",
        task=task,
        words=_words(task),
        form=form,
        refused=refused.sentence if refused and request.method == "GET" else "",
        office_place=office_place,
        back=back,
        to=to,
        more_time=more_time,
    )


def _task_of_head(task_id: int) -> PersonalTask:
    """The task, when it is of the head's units. Raises Refused `own_unit_only` for another unit's, NotFound for none."""
    head = guards.current_head()
    task = personal.task_of_office(db.session(), task_id, office_id=head.office_id)
    if task is None:
        raise NotFound(f"task {task_id}")
    if task.unit_id not in head.unit_ids:
        raise refusal("own_unit_only", owner_unit=task.unit_name, unit=head.unit_name)
    return task


def _is_late(task: PersonalTask) -> bool:
    return task.status is TaskStatus.IN_PROGRESS and task.standing(clock.today()) is Standing.OVERDUE


def _words(task: PersonalTask) -> str:
    if task.status is TaskStatus.SUBMITTED:
        return "Chờ xác nhận"
    today = clock.today()
    return standing_words(
        task.standing(today), today=today, due_on=task.due_on, aim_on=task.aim_on, completed_on=task.completed_on
    )
