"""What is done to a whole plan: start it, let its letters go, pause, resume, remove the sample; confirm many tasks.

Each is asked about on a page of its own that says in numbers what will happen; the button there posts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import TextAreaField
from wtforms.validators import Length

from tracker import clock
from tracker.db import db, reads_only, transaction
from tracker.errors import NotFound, Refused
from tracker.queries import plan_acts as reach
from tracker.queries import plans
from tracker.queries.plans import PlanFacts
from tracker.rules.access import RUNNERS, Actor
from tracker.services import open_progress, planning, progress
from tracker.web import guards
from tracker.web.chasing import choice_from, nothing_picked, table_of_units
from tracker.web.errors import STATUS_OF_REFUSAL
from tracker.web.forms import Form
from tracker.wording import count, number

bp = Blueprint("plan_acts", __name__)


class ReasonForm(Form):
    reason = TextAreaField("Lý do (ghi vào nhật ký)", [Length(max=1000)], render_kw={"rows": 2})


def _start(session: Session, plan_id: int, by: Actor, now: datetime, _reason: str) -> str:
    planning.activate_plan(session, plan_id, by=by, now=now)
    letters = reach.held_letters(session, plan_id)
    tasks, units = reach.size(session, plan_id)
    what = f"{count(tasks, 'việc')}, {count(units, 'đơn vị')}"
    return f"Đã bắt đầu triển khai: {what}; {count(letters.letters, 'thư')} đang chờ duyệt."


def _release(session: Session, plan_id: int, by: Actor, now: datetime, _reason: str) -> str:
    released = planning.release_letters(session, plan_id, by=by, now=now)
    return f"Đã chuyển {count(released, 'thư')} vào hàng chờ gửi."


def _pause(session: Session, plan_id: int, by: Actor, now: datetime, reason: str) -> str:
    planning.pause_plan(session, plan_id, by=by, reason=reason, now=now)
    return "Đã tạm dừng kế hoạch; không nhắc việc nào."


def _resume(session: Session, plan_id: int, by: Actor, now: datetime, _reason: str) -> str:
    planning.resume_plan(session, plan_id, by=by, now=now)
    return "Đã tiếp tục kế hoạch; lời nhắc tính lại từ hôm nay."


def _remove_sample(session: Session, _plan_id: int, by: Actor, now: datetime, _reason: str) -> str:
    planning.remove_sample(session, by=by, now=now)
    return "Đã xóa dữ liệu mẫu; nhật ký được giữ nguyên."


def _show_progress(session: Session, plan_id: int, by: Actor, now: datetime, _reason: str) -> str:
    open_progress.show_progress(session, plan_id, by=by, now=now)
    return "Đã công khai tiến độ; địa chỉ trang ở cuối trang kế hoạch."


def _hide_progress(session: Session, plan_id: int, by: Actor, now: datetime, _reason: str) -> str:
    open_progress.hide_progress(session, plan_id, by=by, now=now)
    return "Đã thôi công khai tiến độ; trang đó không mở được nữa."


@dataclass(frozen=True)
class PlanAct:
    title: str
    button: str
    run: Callable[[Session, int, Actor, datetime, str], str]
    asks_reason: bool = False


ACTS: Mapping[str, PlanAct] = {
    "start": PlanAct("Bắt đầu triển khai", "Bắt đầu triển khai", _start),
    "release": PlanAct("Duyệt và gửi thư", "Gửi thư", _release),
    "pause": PlanAct("Tạm dừng kế hoạch", "Tạm dừng", _pause, asks_reason=True),
    "resume": PlanAct("Tiếp tục kế hoạch", "Tiếp tục", _resume),
    "show-progress": PlanAct("Công khai tiến độ", "Công khai", _show_progress),
    "hide-progress": PlanAct("Thôi công khai tiến độ", "Thôi công khai", _hide_progress),
    "remove-sample": PlanAct("Xóa dữ liệu mẫu", "Xóa dữ liệu mẫu", _remove_sample),
}
_NAMES = "any(start, release, pause, resume, 'show-progress', 'hide-progress', 'remove-sample')"


@bp.get(f"/plans/<int:plan_id>/ask/<{_NAMES}:act>")
@guards.roles(*RUNNERS)
def ask(plan_id: int, act: str) -> ResponseReturnValue:
    return _ask_page(plan_id, act, ReasonForm(formdata=None))


@bp.post(f"/plans/<int:plan_id>/<{_NAMES}:act>")
@guards.roles(*RUNNERS)
def do(plan_id: int, act: str) -> ResponseReturnValue:
    plan = _plan(plan_id)
    if act == "remove-sample" and not plan.is_sample:
        raise NotFound
    form = ReasonForm()
    if not form.validate_on_submit():
        return _ask_page(plan_id, act, form), 422
    try:
        with transaction() as session:
            said = ACTS[act].run(session, plan_id, guards.current_actor(), clock.now(), form.reason.data or "")
    except Refused as refused:
        reads_only.set(True)
        return _ask_page(plan_id, act, form, problem=refused.sentence), STATUS_OF_REFUSAL.get(refused.key, 409)
    flash(said, "ok")
    if act == "remove-sample":
        return redirect(url_for("plans.list_plans"))
    if act == "release":  # where they are seen to go
        return redirect(url_for("outbox.list_letters", plan=plan_id))
    return redirect(url_for("plans.show_plan", plan_id=plan_id))


@bp.get("/plans/<int:plan_id>/confirm")
@guards.roles(*RUNNERS)
def ask_to_confirm(plan_id: int) -> ResponseReturnValue:
    """The reports ticked on the page of a stage; or those of the units ticked in the table, of the stage that its filter names
    or of all."""
    plan, choice = _plan(plan_id), choice_from(request.args, plan_id)
    if not choice.unit_ids and not choice.task_ids:
        return nothing_picked(plan_id)
    units, tasks = choice.unit_ids or None, choice.task_ids or None
    return _confirm_page(plan, reach.reports(db.session(), plan_id, position=_stage(), unit_ids=units, task_ids=tasks))


@bp.post("/plans/<int:plan_id>/confirm")
@guards.roles(*RUNNERS)
def confirm(plan_id: int) -> ResponseReturnValue:
    """Confirm the reports that the page before has shown, all or none."""
    plan = _plan(plan_id)
    chosen = reach.reports(db.session(), plan_id, task_ids=choice_from(request.form).task_ids)
    try:
        said = _confirm(plan_id, chosen)
    except Refused as refused:
        reads_only.set(True)
        return _confirm_page(plan, chosen, refused.sentence), STATUS_OF_REFUSAL.get(refused.key, 409)
    flash(said, "ok" if chosen else "run")
    return redirect(_list_before(plan_id))


def _stage() -> int | None:
    """The position of the one stage whose reports were asked for."""
    return request.values.get("at", type=int)


def _list_before(plan_id: int) -> str:
    position = _stage()
    own = table_of_units(plan_id) if position is None else url_for("plans.show_stage", plan_id=plan_id, position=position)
    return guards.page_before(own)


def _confirm(plan_id: int, chosen: Sequence[reach.Report]) -> str:
    """Confirm all of them; what to say then."""
    if not chosen:
        return "Các việc đã chọn không còn chờ xác nhận."
    ids = [report.task_id for report in chosen]
    with transaction() as session:
        opened = progress.confirm_tasks(session, plan_id, ids, by=guards.current_actor(), now=clock.now())
    names = ", ".join(opened)
    return f"Đã xác nhận {count(len(chosen), 'việc')}.{f' {names} đã mở.' if names else ''}"


def _confirm_page(plan: PlanFacts, chosen: Sequence[reach.Report], problem: str = "") -> str:
    back, position = _list_before(plan.id), _stage()
    return render_template("plans/confirm_tasks.html", plan=plan, position=position, chosen=chosen, problem=problem, back=back)


def _ask_page(plan_id: int, act: str, form: Form, *, problem: str = "") -> str:
    plan = _plan(plan_id)
    if act == "remove-sample" and not plan.is_sample:
        raise NotFound
    return render_template(
        "plans/ask.html",
        plan=plan,
        act_name=act,
        act=ACTS[act],
        button=f"Gửi {count(plan.held_letters, 'thư')}" if act == "release" else ACTS[act].button,
        sentences=_what_will_happen(plan, act),
        form=form,
        problem=problem,
    )


def _what_will_happen(plan: PlanFacts, act: str) -> list[str]:
    session = db.session()
    if act == "start":
        tasks, units = reach.size(session, plan.id)
        silent = reach.units_without_contact(session, plan.id, today=clock.today())
        said = [
            f"Kế hoạch gồm {count(tasks, 'việc')} cho {count(units, 'đơn vị')}; việc nào đủ điều kiện thì mở ngay.",
            "Lời nhắc có ngày đã qua sẽ không gửi. Đợt thư đầu tiên được giữ lại chờ duyệt, chưa gửi cho ai.",
        ]
        if silent:
            said.append(f"{number(silent)} đơn vị chưa có đầu mối nên chưa nhận được thư; thêm đầu mối cho các đơn vị này.")
        return said
    if act == "release":
        held = reach.held_letters(session, plan.id)
        return [
            f"Gửi {count(held.letters, 'thư')} tới {count(held.people, 'người')}. Thư đã gửi không rút lại được.",
            "Từ lúc này, thư nhắc việc của kế hoạch tự gửi vào các ngày làm việc.",
        ]
    if act == "pause":
        waiting = reach.waiting_letters(session, plan.id)
        return [f"Dừng mọi lời nhắc từ hôm nay; {count(waiting, 'thư')} chờ gửi không còn hiệu lực."]
    if act == "resume":
        return ["Tính lại lời nhắc từ hôm nay; ngày đã qua không nhắc bù."]
    if act == "show-progress":
        return [
            "Ai có địa chỉ trang cũng xem được: tên, số văn bản, các giai đoạn với thời gian, số đơn vị đã xong.",
            "Không nêu tên đơn vị, tên người, số ngày quá hạn của từng đơn vị. Thôi công khai lúc nào cũng được.",
        ]
    if act == "hide-progress":
        return ["Trang tiến độ không mở được nữa và không còn trong danh sách công khai; ai vừa mở thì còn thấy bản cũ vài phút."]
    return [
        "Kế hoạch mẫu bị xóa hẳn cùng các việc, thư, đơn vị và tài khoản giả định của nó. Nhật ký được giữ.",
        "Kế hoạch thật, nếu có, không bị ảnh hưởng.",
    ]


def _plan(plan_id: int) -> PlanFacts:
    found = plans.plan_facts(db.session(), plan_id, office_id=guards.current_person().office_id)
    if found is None:
        raise NotFound
    return found
