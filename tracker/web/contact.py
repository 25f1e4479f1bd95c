"""The page behind the link in a letter: the unit's work, one main button. Opening it changes nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import StringField, TextAreaField
from wtforms.validators import Length

from tracker import clock
from tracker.db import db, reads_only, transaction
from tracker.errors import NotFound, Refused
from tracker.queries import boxes, fieldwork, people, personal, plans
from tracker.queries.files import files_of_tasks
from tracker.queries.personal import PersonalTask
from tracker.rules.access import Actor, Coordinator
from tracker.rules.evidence import ACCEPTED, Evidence
from tracker.rules.states import Move, PlanStatus, TaskStatus
from tracker.services import catalogue, extensions, progress
from tracker.services.organisation.links import send_link
from tracker.services.progress import Outcome
from tracker.web import guards, tokens
from tracker.web.errors import STATUS_OF_REFUSAL
from tracker.web.files import FILE_NOT_KEPT, evidence_of, keep
from tracker.web.forms import DayField, Form
from tracker.wording import date_short, refusal, relative, sentence, sort_key, standing_words

bp = Blueprint("contact", __name__)
NEXT_SHOWN = 3
DONE_SHOWN = 10

#: What a second click on the same button meets: the work is done, nobody did anything wrong.
DONE_ALREADY = frozenset({"already_done", "awaiting_confirmation"})
WRONG_DAY = frozenset({"completed_in_future", "completed_before_start"})


class ReportForm(Form):
    completed_on = DayField(
        "Ngày hoàn thành",
        description="Ngày làm xong trên thực tế, không sau hôm nay",
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    note = TextAreaField(
        "Kết quả, sản phẩm (không bắt buộc)",
        [Length(max=2000)],
        description="Số văn bản, số phiếu hoặc ghi chú; điều phối viên và lãnh đạo đọc được",
        render_kw={"rows": 2},
    )


class AddressForm(Form):
    email = StringField(
        "Địa chỉ thư điện tử đã đăng ký",
        [Length(max=254)],
        render_kw={"inputmode": "email", "autocapitalize": "none", "spellcheck": "false", "autocomplete": "email"},
    )


@bp.app_context_processor
def _of_link_pages() -> dict[str, object]:
    """What the page of a link that does not open asks for (templates/errors/link.html)."""
    return {"link_coordinator": _link_coordinator}


@bp.get("/v/<token>")
@guards.personal_link
def my_work(token: str) -> ResponseReturnValue:
    return _page(token, None, ReportForm(formdata=None, completed_on=clock.today()))


@bp.get("/v/<token>/tasks/<int:task_id>")
@guards.personal_link
def my_task(token: str, task_id: int) -> ResponseReturnValue:
    return _page(token, own_task(task_id), ReportForm(formdata=None, completed_on=clock.today()))


@bp.post("/v/<token>/tasks/<int:task_id>/complete")
@guards.personal_link
def complete(token: str, task_id: int) -> ResponseReturnValue:
    task = own_task(task_id)
    form = ReportForm()
    try:
        evidence = evidence_of(request.files.get("file"))
    except Refused as refused:
        form.validate()
        return _page(token, task, form, STATUS_OF_REFUSAL.get(refused.key, 422), file_error=refused.sentence)
    if not form.validate_on_submit():
        return _page(token, task, form, 422)
    by, now = guards.current_actor(), clock.now()
    try:
        with transaction() as session:
            outcome = progress.complete_task(
                session, task_id, by=by, now=now, completed_on=form.completed_on.data, note=form.note.data or ""
            )
            if evidence is not None:
                keep_for_task(session, evidence, task, "result", by=by, now=now)
            said = _said(task, outcome)
    except Refused as refused:
        return _refused(token, task_id, form, refused)
    flash(said, "ok")
    return redirect(url_for("contact.my_work", token=token))


@bp.post("/v/<token>/tasks/<int:task_id>/withdraw")
@guards.personal_link
def withdraw(token: str, task_id: int) -> ResponseReturnValue:
    task = own_task(task_id)
    try:
        with transaction() as session:
            progress.withdraw_task(session, task_id, by=guards.current_actor(), now=clock.now())
    except Refused as refused:
        flash(refused.sentence, "soon")
    else:
        flash(f"Đã rút báo cáo “{task.stage_name}”; sửa rồi báo lại.", "ok")
    return redirect(url_for("contact.my_task", token=token, task_id=task_id))


@bp.post("/v/send-link")
@guards.public
def send_link_again() -> ResponseReturnValue:
    """A new link to the registered address: from an old link, or from an address. The answer is always the same."""
    form = AddressForm()
    form.validate()
    old = tokens.read_personal_token(current_app.secret_key or "", request.form.get("token", ""))
    with transaction() as session:
        if old is not None:
            send_link(session, contact_id=old.contact_id, now=clock.now())
        else:
            send_link(session, email=form.email.data or "", now=clock.now())
    return render_template("contact/sent.html", sentence=sentence("link_sent_same_answer"))


def _page(
    token: str, chosen: PersonalTask | None, form: ReportForm, status: int = 200, *, file_error: str = ""
) -> ResponseReturnValue:
    """The work of the holder's units; the chosen task, or the most pressing one, stands on top with its button."""
    session = db.session()
    holder = guards.current_contact()
    today = clock.today()
    work = personal.work_of_units(session, holder.unit_ids, today=today)
    every = (*work.open, *work.done, *(n.task for n in work.next))
    main = chosen or (work.open[0] if work.open else None)
    calendars = catalogue.calendars_of_units(session, holder.unit_ids, plans.days(session).calendar)

    def days_left(task: PersonalTask) -> int:
        return calendars.of(task.unit_id).between(today, task.aim_on or task.due_on or today)

    left = days_left(main) if main and main.due_on else 0
    in_field = fieldwork.unit_in_field(session, holder.unit_id)
    page = render_template(
        "contact/page.html",
        token=token,
        holder=holder,
        rank=personal.rank_of_contact(session, holder.contact_id),
        work=work,
        main=main,
        chosen=chosen is not None,
        form=form,
        standing=main.standing(today) if main else None,
        standing_text=_standing_text(main, left),
        distance=relative(today, main.aim_on, main.due_on, left) if main else "",
        refused=_refusal_to_report(main, {found.plan_id for found in in_field if found.has_lines}) if main else "",
        others=[t for t in work.open if main is None or t.id != main.id],
        standing_of=lambda task: task.standing(today),
        standing_words=lambda task: _standing_text(task, days_left(task)),
        next_tasks=[n for n in work.next if main is None or n.task.id != main.id][:NEXT_SHOWN],
        done_tasks=[t for t in work.done if main is None or t.id != main.id][:DONE_SHOWN],
        many_units=len(holder.unit_ids) > 1,
        unit_names=sorted({t.unit_name for t in every} | {holder.unit_name}, key=sort_key),
        files=files_of_tasks(session, [main.id]).get(main.id, []) if main else [],
        accepted=ACCEPTED,
        file_address=lambda file_id: url_for("files.download_of_contact", token=token, file_id=file_id),
        file_error=file_error,
        many_plans=len({t.plan_id for t in every}) > 1,
        coordinator=people.coordinator_of_plan(session, main.plan_id)
        if main
        else people.coordinator_of_office(session, holder.office_id),
        questions=extensions.history_of(session, main.id) if main else [],
        in_field=in_field,
        with_boxes=boxes.plans_with_boxes(session, holder.unit_id),
        valid_until=_valid_until(token),
    )
    return page, status


def _link_coordinator() -> Coordinator | None:
    """Whom the holder of a link that is ours, but does not open any more, can call."""
    old = tokens.read_personal_token(current_app.secret_key or "", str((request.view_args or {}).get("token", "")))
    holder = people.link_holder(db.session(), old.contact_id, today=clock.today()) if old else None
    return people.coordinator_of_office(db.session(), holder.office_id) if holder else None


def own_task(task_id: int) -> PersonalTask:
    """The task, when it is of a unit that the link's holder answers for.

    Raises Refused `own_unit_only` for another unit's, NotFound for none.
    """
    holder = guards.current_contact()
    task = personal.task_of_office(db.session(), task_id, office_id=holder.office_id)
    if task is None:
        raise NotFound(f"task {task_id}")
    if task.unit_id not in holder.unit_ids:
        raise refusal("own_unit_only", owner_unit=task.unit_name, unit=holder.unit_name)
    return task


def keep_for_task(
    session: Session, evidence: Evidence, task: PersonalTask, purpose: str, *, by: Actor, now: datetime
) -> None:  # fmt: skip
    """A file that goes with what a contact does to a task of his."""
    office_id = guards.current_contact().office_id
    keep(
        session,
        evidence,
        office_id=office_id,
        purpose=purpose,
        by=by,
        now=now,
        plan_id=task.plan_id,
        unit_id=task.unit_id,
        task_id=task.id,
    )


def _refusal_to_report(task: PersonalTask, counting: set[int]) -> str:
    """Why the main button is greyed: the sentence that the service would answer with; "" when it may be clicked."""
    if task.plan_status is PlanStatus.PAUSED:
        return sentence("plan_paused", date=date_short(task.plan_changed_at.date()))
    if task.plan_status is PlanStatus.CLOSED:
        return sentence("plan_closed", date=date_short(task.plan_changed_at.date()))
    if task.status is TaskStatus.NOT_OPEN:
        return personal.gate_sentence(db.session(), task, today=clock.today())
    if task.status is TaskStatus.PAUSED:
        return f"Việc này đang tạm dừng{': ' + task.stop_reason if task.stop_reason else ''}."
    if task.status is TaskStatus.IN_PROGRESS and task.plan_id in counting:  # its ballots may be too few
        refused = progress.refusal_to(db.session(), task.id, Move.COMPLETE, by=guards.current_actor(), now=clock.now())
        return refused.sentence if refused else ""
    return ""


def _refused(token: str, task_id: int, form: ReportForm, refused: Refused) -> ResponseReturnValue:
    if refused.key in DONE_ALREADY:  # the second of two clicks, or the other contact was first
        flash(refused.sentence, "run")
        return redirect(url_for("contact.my_task", token=token, task_id=task_id))
    reads_only.set(True)
    if refused.key in FILE_NOT_KEPT:
        return _page(token, own_task(task_id), form, 503, file_error=refused.sentence)
    target = form.completed_on if refused.key in WRONG_DAY else form.note
    target.errors = [refused.sentence]
    wrong_box = 422 if refused.key in WRONG_DAY else 409
    return _page(token, own_task(task_id), form, STATUS_OF_REFUSAL.get(refused.key, wrong_box))


def _said(task: PersonalTask, outcome: Outcome) -> str:
    if outcome.task.status is TaskStatus.SUBMITTED:
        return f"Đã báo hoàn thành “{task.stage_name}”; điều phối viên sẽ xác nhận."
    if outcome.opened:
        return f"Đã báo hoàn thành “{task.stage_name}”. {', '.join(outcome.opened)} đã mở."
    return f"Đã báo hoàn thành “{task.stage_name}”."


def _standing_text(task: PersonalTask | None, workdays_left: int) -> str:
    if task is None:
        return ""
    today = clock.today()
    return standing_words(
        task.standing(today),
        today=today,
        due_on=task.due_on,
        aim_on=task.aim_on,
        completed_on=task.completed_on,
        workdays_left=workdays_left,
    )


def _valid_until(token: str) -> str:
    read = tokens.read_personal_token(current_app.secret_key or "", token)
    if read is None:
        return ""
    return date_short((read.issued_at + timedelta(days=current_app.config["PERSONAL_LINK_DAYS"])).date())
