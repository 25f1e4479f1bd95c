"""One task: its one next action, its days, its gate, its story; and every move that people make."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError
from wtforms import TextAreaField
from wtforms.validators import Length

from tracker import clock
from tracker.db import db, reads_only, transaction
from tracker.errors import NotFound, Refused
from tracker.queries import people, plans, story, tasks
from tracker.queries.files import files_of_tasks
from tracker.queries.tasks import TaskFacts
from tracker.rules.access import RUNNERS, Actor
from tracker.rules.standing import standing_of
from tracker.rules.states import MOVES, Move, TaskStatus
from tracker.services import catalogue, progress
from tracker.services.progress import Outcome
from tracker.web import guards
from tracker.web.errors import STATUS_OF_REFUSAL
from tracker.web.extension_panel import DecisionForm, panel
from tracker.web.forms import DayField, Form
from tracker.web.promise_form import PromiseForm
from tracker.wording import refusal, relative, standing_words

bp = Blueprint("tasks", __name__)
HISTORY_SHOWN = 50
REASON_LENGTH = 1000


class CompleteForm(Form):
    completed_on = DayField(
        "Ngày hoàn thành",
        description="Ngày làm xong trên thực tế, không sau hôm nay",
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    note = TextAreaField(
        "Kết quả, sản phẩm",
        [Length(max=2000)],
        description="Số văn bản, số phiếu hoặc ghi chú; không bắt buộc",
        render_kw={"rows": 2},
    )


class ReasonForm(Form):
    reason = TextAreaField("Lý do (ghi vào nhật ký)", [Length(max=REASON_LENGTH)], render_kw={"rows": 2})


class ReturnForm(Form):
    reason = TextAreaField(
        "Lý do trả lại",
        [Length(max=REASON_LENGTH)],
        description="Nêu việc cần sửa; đơn vị nhận nguyên văn câu này",
        render_kw={"rows": 2},
    )


class NoForm(Form):
    """A button alone."""


@dataclass(frozen=True)
class Act:
    """One thing people do to a task: its button, its form, the service that does it, what is said afterwards."""

    move: Move
    button: str
    said: str
    form: type[Form]
    run: Callable[[Session, int, Actor, datetime, Any], Outcome]


def _complete(session: Session, task_id: int, by: Actor, now: datetime, form: CompleteForm) -> Outcome:
    return progress.complete_task(
        session, task_id, by=by, now=now, completed_on=form.completed_on.data, note=form.note.data or ""
    )


def _confirm(session: Session, task_id: int, by: Actor, now: datetime, _form: Form) -> Outcome:
    return progress.confirm_task(session, task_id, by=by, now=now)


def _return(session: Session, task_id: int, by: Actor, now: datetime, form: ReturnForm) -> Outcome:
    return progress.return_task(session, task_id, by=by, now=now, reason=form.reason.data or "")


def _withdraw(session: Session, task_id: int, by: Actor, now: datetime, _form: Form) -> Outcome:
    return progress.withdraw_task(session, task_id, by=by, now=now)


def _reopen(session: Session, task_id: int, by: Actor, now: datetime, form: ReasonForm) -> Outcome:
    agreed = request.form.get("agreed") == "yes"
    return progress.reopen_task(session, task_id, by=by, now=now, reason=form.reason.data or "", agreed=agreed)


def _pause(session: Session, task_id: int, by: Actor, now: datetime, form: ReasonForm) -> Outcome:
    return progress.pause_task(session, task_id, by=by, now=now, reason=form.reason.data or "")


def _resume(session: Session, task_id: int, by: Actor, now: datetime, _form: Form) -> Outcome:
    return progress.resume_task(session, task_id, by=by, now=now)


def _cancel(session: Session, task_id: int, by: Actor, now: datetime, form: ReasonForm) -> Outcome:
    return progress.cancel_task(session, task_id, by=by, now=now, reason=form.reason.data or "")


#: The last part of the address -> the act.
ACTS: Mapping[str, Act] = {
    "complete": Act(Move.COMPLETE, "Báo hoàn thành", "Đã báo hoàn thành", CompleteForm, _complete),
    "confirm": Act(Move.CONFIRM, "Xác nhận hoàn thành", "Đã xác nhận", NoForm, _confirm),
    "return": Act(Move.RETURN, "Trả lại", "Đã trả lại", ReturnForm, _return),
    "withdraw": Act(Move.WITHDRAW, "Rút báo cáo", "Đã rút báo cáo", NoForm, _withdraw),
    "reopen": Act(Move.REOPEN, "Mở lại", "Đã mở lại", ReasonForm, _reopen),
    "pause": Act(Move.PAUSE, "Tạm dừng", "Đã tạm dừng", ReasonForm, _pause),
    "resume": Act(Move.RESUME, "Tiếp tục", "Đã tiếp tục", NoForm, _resume),
    "cancel": Act(Move.CANCEL, "Hủy việc", "Đã hủy", ReasonForm, _cancel),
}
#: The one next action of each status.
MAIN_ACT = {
    TaskStatus.NOT_OPEN: "complete",
    TaskStatus.IN_PROGRESS: "complete",
    TaskStatus.SUBMITTED: "confirm",
    TaskStatus.PAUSED: "resume",
}
#: Acts that a page asks about first, in the order of their links.
ASKED_FIRST = ("return", "reopen", "pause", "cancel")


@bp.get("/tasks/<int:task_id>")
@guards.signed_in
def show_task(task_id: int) -> ResponseReturnValue:
    asked = request.args.get("do", "")
    return task_page(task_id, asked=asked if asked in ASKED_FIRST else "")


@bp.post("/tasks/<int:task_id>/<any(complete, confirm, return, withdraw, reopen, pause, resume, cancel):name>")
@guards.signed_in
def act(task_id: int, name: str) -> ResponseReturnValue:
    what = ACTS[name]
    form = what.form()
    before = _facts(task_id)
    if not form.validate_on_submit():
        return _page_again(task_id, name, form, status=422)
    by, now = guards.current_actor(), clock.now()
    try:
        with transaction() as session:
            refused = progress.refusal_to(session, task_id, what.move, by=by, now=now)
            if refused is None and _seen_version() not in (None, before.version):
                refused = refusal("changed_just_now")
            if refused is not None:
                raise refused
            outcome = what.run(session, task_id, by, now, form)
            said = _said(session, what, before, outcome)
    except Refused as found:
        return _page_again(task_id, name, form, problem=found.sentence, status=STATUS_OF_REFUSAL.get(found.key, 409))
    except StaleDataError:
        return _page_again(task_id, name, form, problem=refusal("changed_just_now").sentence, status=409)
    flash(escape(said) + _way_back(task_id, outcome.task.status), "ok")
    return redirect(url_for("tasks.show_task", task_id=task_id))


def _way_back(task_id: int, after: TaskStatus) -> Markup:
    """What undoes the click, where something does: a link to the page that says what it would shut again."""
    if after is not TaskStatus.DONE:
        return Markup("")
    return Markup(' <a href="{}">Mở lại nếu bấm nhầm</a>').format(url_for("tasks.show_task", task_id=task_id, do="reopen"))


def task_page(
    task_id: int,
    *,
    asked: str = "",
    form: Form | None = None,
    decision: DecisionForm | None = None,
    promise: PromiseForm | None = None,
    problem: str = "",
) -> str:
    """The page of one task; `asked` names the act whose form stands open; `form`, `decision` and `promise` bring back what
    was typed."""
    session = db.session()
    facts = _facts(task_id)
    by, now = guards.current_actor(), clock.now()
    today = now.date()
    calendars = catalogue.calendars_of_units(session, [facts.unit_id] if facts.unit_id else [], plans.days(session).calendar)
    calendar = calendars.of(facts.unit_id)
    standing = standing_of(
        facts.status,
        due_on=facts.due_on,
        aim_on=facts.aim_on,
        today=today,
        completed_on=facts.completed_on,
        submitted_on=facts.submitted_on,
    )
    left = calendar.between(today, facts.aim_on) if facts.aim_on else 0
    late = calendar.between(facts.due_on, today) if facts.due_on else None
    asked = asked if asked and (facts.status, ACTS[asked].move) in MOVES else ""
    name = asked or MAIN_ACT.get(facts.status, "")
    refused = progress.refusal_to(session, task_id, ACTS[name].move, by=by, now=now) if name else None
    if form is None and name:
        form = ACTS[name].form(formdata=None)
        if isinstance(form, CompleteForm):
            form.completed_on.data = today
    opens = tasks.stages_it_opens(session, facts.stage_id)
    may_run = by.role in RUNNERS
    beside = asked or ("return" if facts.status is TaskStatus.SUBMITTED else "")  # has its button already
    others = [n for n in ASKED_FIRST if may_run and n != beside and (facts.status, ACTS[n].move) in MOVES]
    return render_template(
        "tasks/show.html",
        task=facts,
        standing=standing,
        standing_text=standing_words(
            standing,
            today=today,
            due_on=facts.due_on,
            aim_on=facts.aim_on,
            completed_on=facts.completed_on,
            workdays_left=left,
            workdays_late=late,
        ),
        distance=relative(today, facts.aim_on, facts.due_on, left),
        act_name=name,
        act=ACTS.get(name),
        asked=asked,
        refused=refused,
        form=form,
        problem=problem,
        other_acts=[(n, ACTS[n].button) for n in others],
        reblocked=progress.reblocked_by_reopening(session, task_id) if asked == "reopen" else [],
        opens=opens,
        unfinished=tasks.unfinished_of_stage(session, facts.stage_id) if opens else 0,
        contacts=tasks.contacts_in_charge(session, facts.unit_id, day=today) if facts.unit_id else [],
        coordinator=people.coordinator_of_plan(session, facts.plan_id),
        history=story.of_one_task(session, task_id, opened_on=facts.opened_on, limit=HISTORY_SHOWN),
        more_time=panel(session, task_id, form=decision),
        promise=promise or (PromiseForm(formdata=None) if may_run and _can_say(facts, today, of_unit=False) == "chase" else None),
        files=files_of_tasks(session, [task_id]).get(task_id, []),
        file_address=lambda file_id: url_for("files.download", file_id=file_id),
        may_run=may_run,
        can_say=_can_say(facts, today) if may_run else "",
    )


def _can_say(facts: TaskFacts, today: date, *, of_unit: bool = True) -> str:
    """ "chase" for late work, "remind" for work whose due date is to come; "" where no letter would help."""
    if facts.status is not TaskStatus.IN_PROGRESS or facts.due_on is None or (of_unit and facts.unit_id is None):
        return ""
    return "chase" if facts.due_on < today else "remind"


def _page_again(task_id: int, name: str, form: Form, *, problem: str = "", status: int) -> ResponseReturnValue:
    """The page with what was refused, and with what had been typed."""
    db.session.rollback()
    reads_only.set(True)
    now_status = _facts(task_id).status
    fits = (now_status, ACTS[name].move) in MOVES
    kept = form if fits or MAIN_ACT.get(now_status) == name else None
    return task_page(task_id, asked=name if name in ASKED_FIRST else "", form=kept, problem=problem), status


def _facts(task_id: int) -> TaskFacts:
    found = tasks.task_facts(db.session(), task_id, office_id=guards.current_person().office_id)
    if found is None:
        raise NotFound
    return found


def _seen_version() -> int | None:
    given = request.form.get("version", "")
    return int(given) if given.isdigit() and len(given) < 10 else None


def _said(session: Session, what: Act, before: TaskFacts, outcome: Outcome) -> str:
    """Đã xác nhận “Điều tra khảo sát” của UBND xã Cam Bình. Thu phiếu, phúc tra đã mở."""
    said = f"{what.said} “{before.stage_name}” của {before.owner}."
    if outcome.task.status is TaskStatus.SUBMITTED:
        return f"{said} Việc chờ xác nhận."
    if outcome.opened:
        return f"{said} {', '.join(outcome.opened)} đã mở."
    if outcome.task.status is TaskStatus.DONE:
        waiting = [name for _, name, per_unit in tasks.stages_it_opens(session, before.stage_id) if not per_unit]
        missing = tasks.unfinished_of_stage(session, before.stage_id)
        if waiting and missing:
            return f"{said} {waiting[0]} còn chờ {missing} đơn vị."
    return said
