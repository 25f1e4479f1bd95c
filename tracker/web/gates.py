"""The gate of a stage: its conditions to see and to change, waivers, and what each does before it is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import Length

from tracker import clock
from tracker.db import db, reads_only, transaction
from tracker.errors import NotFound, Refused
from tracker.models import Plan, StoredFile, Unit, Waiver
from tracker.queries.boards import StageLine
from tracker.rules.access import RUNNERS, Actor
from tracker.rules.ballot_gates import BALLOT_CONDITIONS
from tracker.rules.evidence import ACCEPTED, Evidence
from tracker.rules.gates import NEVER_WAIVED, OF_STAGES, Condition
from tracker.rules.states import ConditionKind, Scope, TaskStatus
from tracker.services import gate_editing, waivers
from tracker.services.gate_editing import GateAsks
from tracker.web import guards
from tracker.web.errors import STATUS_OF_REFUSAL
from tracker.web.files import evidence_of, keep
from tracker.web.forms import Form, LongSelect
from tracker.web.plans import Loaded, load_plan
from tracker.wording import count
from tracker.wording.vocabulary import CONDITION_WORDS

bp = Blueprint("gates", __name__)


class WaiverForm(Form):
    unit = SelectField("Cho đơn vị", coerce=int, validate_choice=False, widget=LongSelect())
    responsible = StringField(
        "Người quyết định", [Length(max=120)], description="Họ tên và chức vụ", render_kw={"autocomplete": "off"}
    )
    reason = TextAreaField("Lý do", [Length(max=1000)], render_kw={"rows": 2})
    document = StringField("Văn bản", [Length(max=300)], description="Số, ngày, người ký", render_kw={"autocomplete": "off"})


@dataclass(frozen=True)
class WaiverRow:
    waiver: Waiver
    unit_name: str
    file_name: str


@bp.get("/plans/<int:plan_id>/stages/<int:position>/gate")
@guards.signed_in
def show(plan_id: int, position: int) -> ResponseReturnValue:
    return _page(plan_id, position)


@bp.post("/plans/<int:plan_id>/stages/<int:position>/gate")
@guards.roles(*RUNNERS)
def save(plan_id: int, position: int) -> ResponseReturnValue:
    """Add one condition, or take one away. What that opens or locks is shown first; the second click does it."""
    loaded = load_plan(plan_id, today=clock.today())
    line = _line(loaded, position)
    wanted, changed = _wanted(loaded.conditions.get(line.row.id, ()))
    if changed is None:
        return _page(plan_id, position, problem="Chưa chọn điều kiện; chọn loại điều kiện rồi bấm lại."), 422
    agreed = request.form.get("agreed") == "yes"
    try:
        with transaction() as session:
            gate_editing.set_conditions(session, line.row.id, wanted, by=guards.current_actor(), now=clock.now(), agreed=agreed)
    except GateAsks as asks:
        reads_only.set(True)
        return _page(plan_id, position, asks=asks), 409
    except Refused as refused:
        reads_only.set(True)
        return _page(plan_id, position, problem=refused.sentence), STATUS_OF_REFUSAL.get(refused.key, 409)
    flash("Đã lưu điều kiện.", "ok")
    return redirect(url_for("gates.show", plan_id=plan_id, position=position))


@bp.post("/plans/<int:plan_id>/stages/<int:position>/waive")
@guards.roles(*RUNNERS)
def waive(plan_id: int, position: int) -> ResponseReturnValue:
    line = _line(load_plan(plan_id, today=clock.today()), position)
    form = WaiverForm()
    form.unit.choices = []
    try:
        evidence = evidence_of(request.files.get("file"))
    except Refused as refused:
        form.validate()
        page = _page(plan_id, position, waiver=form, file_error=refused.sentence)
        return page, STATUS_OF_REFUSAL.get(refused.key, 422)
    if not form.validate_on_submit():
        return _page(plan_id, position, waiver=form), 422
    by, now = guards.current_actor(), clock.now()
    try:
        with transaction() as session:
            file = keep_for_plan(session, evidence, plan_id, by=by, now=now) if evidence else None
            done = waivers.waive(
                session,
                line.row.id,
                unit_id=form.unit.data or None,
                responsible=form.responsible.data or "",
                reason=form.reason.data or "",
                document=form.document.data or "",
                by=by,
                now=now,
                file_id=file.id if file else None,
            )
            if file is not None and done.waiver.file_id != file.id:
                session.delete(file)  # the waiver was there already: sent twice is kept once
    except Refused as refused:
        reads_only.set(True)
        return _page(plan_id, position, waiver=form, problem=refused.sentence), STATUS_OF_REFUSAL.get(refused.key, 409)
    opened = sum(len(stage.task_ids) for stage in done.opened)
    flash(f"Đã bỏ qua điều kiện; {count(opened, 'việc')} mở ra.", "ok")
    return redirect(url_for("gates.show", plan_id=plan_id, position=position))


@bp.post("/plans/<int:plan_id>/stages/<int:position>/waivers/<int:waiver_id>/withdraw")
@guards.roles(*RUNNERS)
def withdraw(plan_id: int, position: int, waiver_id: int) -> ResponseReturnValue:
    line = _line(load_plan(plan_id, today=clock.today()), position)
    try:
        with transaction() as session:
            if session.scalar(select(Waiver.stage_id).where(Waiver.id == waiver_id)) != line.row.id:
                raise NotFound
            locked = waivers.withdraw(session, waiver_id, by=guards.current_actor(), now=clock.now())
    except Refused as refused:
        flash(refused.sentence, "soon")
    else:
        flash(f"Đã rút; khóa lại {count(len(locked), 'việc')}." if locked else "Đã rút; không việc nào bị khóa lại.", "ok")
    return redirect(url_for("gates.show", plan_id=plan_id, position=position))


def _page(
    plan_id: int,
    position: int,
    *,
    waiver: WaiverForm | None = None,
    asks: GateAsks | None = None,
    problem: str = "",
    file_error: str = "",
) -> str:
    loaded = load_plan(plan_id, today=clock.today())
    line = _line(loaded, position)
    own = loaded.conditions.get(line.row.id, ())
    session = db.session()
    rows = session.execute(
        select(Waiver, Unit.name, StoredFile.file_name)
        .outerjoin(Unit, Unit.id == Waiver.unit_id)
        .outerjoin(StoredFile, StoredFile.id == Waiver.file_id)
        .where(Waiver.stage_id == line.row.id)
        .order_by(Waiver.id.desc())
    )
    form = waiver or WaiverForm(formdata=None)
    each = line.row.scope is Scope.EACH_UNIT
    form.unit.choices = [(0, "Tất cả đơn vị" if each else "Cả giai đoạn")]
    if each:
        form.unit.choices += [(unit.id, unit.name) for unit in loaded.units]
    stages = [s for s in loaded.board.stages if s.row.id != line.row.id]
    own_kinds = loaded.board.of_stage(line.row.id)
    return render_template(
        "plans/gate.html",
        plan=loaded.facts,
        line=line,
        conditions=[(place, c, _words(c, loaded.board.stages)) for place, c in enumerate(own)],
        kinds=CONDITION_WORDS,
        of_stages=OF_STAGES,
        of_ballots=BALLOT_CONDITIONS,
        never_waived=NEVER_WAIVED,
        stages=stages,
        waits=[s for s in loaded.board.stages if any(c.earlier == position for c in loaded.conditions.get(s.row.id, ()))],
        shut=sum(kind.row.tasks for kind in own_kinds if kind.status is TaskStatus.NOT_OPEN),
        waivers=[WaiverRow(found, name or "", file_name or "") for found, name, file_name in rows],
        accepted=ACCEPTED,
        file_error=file_error,
        form=form,
        asks=asks,
        typed=request.form if asks or problem else {},
        problem=problem,
        may_run=guards.current_person().role in RUNNERS,
    )


def keep_for_plan(session: Session, evidence: Evidence, plan_id: int, *, by: Actor, now: datetime) -> StoredFile:
    """The document of a waiver, kept as evidence of the plan: for the office, not for contacts."""
    office_id = session.get_one(Plan, plan_id).office_id
    return keep(session, evidence, office_id=office_id, purpose="waiver", by=by, now=now, plan_id=plan_id)


def _wanted(before: tuple[Condition, ...]) -> tuple[tuple[Condition, ...], str | None]:
    """The conditions after the click, and what the click was: "add", "remove", or None for neither."""
    gone = request.form.get("remove", "")
    if gone.isdigit() and int(gone) < len(before):
        return before[: int(gone)] + before[int(gone) + 1 :], "remove"
    kind = request.form.get("kind", "")
    if kind not in list(ConditionKind):
        return before, None
    chosen = ConditionKind(kind)
    earlier, share = request.form.get("earlier", ""), request.form.get("share", "")
    new = Condition(
        chosen,
        earlier=int(earlier) if chosen in OF_STAGES and earlier.isdigit() and len(earlier) < 5 else None,
        share=int(share) if chosen is ConditionKind.UNITS_SHARE and share.isdigit() and len(share) < 5 else 100,
        per_unit=chosen in BALLOT_CONDITIONS and request.form.get("per_unit") == "yes",
    )
    return (*before, new), "add"


def _words(condition: Condition, stages: tuple[StageLine, ...]) -> str:
    earlier = next((s for s in stages if s.row.position == condition.earlier), None)
    name = f"giai đoạn {earlier.row.position} ({earlier.row.short_name})" if earlier else ""
    each = earlier is not None and earlier.row.scope is Scope.EACH_UNIT
    if condition.kind is ConditionKind.STAGE_DONE:
        return f"Tất cả các đơn vị xong {name}" if each else f"Xong {name}"
    if condition.kind is ConditionKind.UNITS_SHARE:
        return f"Ít nhất {condition.share}% đơn vị xong {name}"
    if condition.kind is ConditionKind.OWN_TASK_DONE:
        return f"Từng đơn vị: xong {name}"
    words = CONDITION_WORDS[condition.kind]
    return f"{words}, từng đơn vị" if condition.per_unit else words


def _line(loaded: Loaded, position: int) -> StageLine:
    found = next((s for s in loaded.board.stages if s.row.position == position), None)
    if found is None:
        raise NotFound
    return found
