"""Hòm phiếu as pages: what the office and a unit's personal link share. Each page is asked for with its desk: whose boxes these
are, and where its links lead."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.db import db, reads_only, transaction
from tracker.errors import NotFound, Refused
from tracker.models import Office, Plan
from tracker.queries import boxes as queries
from tracker.queries.boxes import BoxRow, OpeningRow
from tracker.queries.plans import PlanFacts
from tracker.rules.evidence import ACCEPTED
from tracker.rules.states import BoxState
from tracker.services.fieldwork import box_openings
from tracker.services.fieldwork import boxes as services
from tracker.services.fieldwork.ledger import LineRefused
from tracker.web import box_forms, files, guards
from tracker.web.box_forms import BoxForm, CorrectionForm, DecisionForm, MinutesForm, RemovalForm
from tracker.web.chase_letters import docx_answer
from tracker.web.errors import STATUS_OF_REFUSAL
from tracker.wording import count, sentence
from tracker.wording.fieldwork import BOX_STATE, DISCARD_REASON, LEDGER

MINUTES_FILE = "bien-ban-mo-hom"


@dataclass(frozen=True)
class Desk:
    """Where one stands: the office at a plan, or a contact with the boxes of his units."""

    plan_id: int
    plan: PlanFacts | None = None  #: of the office's pages
    unit_ids: Collection[int] | None = None  #: None: all
    unit_id: int | None = None  #: where a new box would stand
    token: str = ""
    may_write: bool = True

    def url(self, name: str, **values: Any) -> str:
        if self.token:
            return url_for(f"box_link.{name}", token=self.token, plan_id=self.plan_id, **values)
        return url_for(f"boxes.{name}", plan_id=self.plan_id, **values)

    def file_url(self, file_id: int) -> str:
        if self.token:
            return url_for("files.download_of_contact", token=self.token, file_id=file_id)
        return url_for("files.download", file_id=file_id)

    @property
    def frame(self) -> str:
        return "personal.html" if self.token else "base.html"


def add(desk: Desk, page: BoxForm) -> ResponseReturnValue | BoxForm:
    """Put up a box; the form with its sentences where it was refused."""
    unit_id = desk.unit_id if desk.unit_id is not None else page.unit.data
    if not page.validate_on_submit():
        return page
    try:
        with transaction() as session:
            typed = box_forms.box_input(page)
            box_id = services.add_box(session, desk.plan_id, unit_id or 0, typed, by=guards.current_actor(), now=clock.now()).id
    except LineRefused as refused:
        box_forms.show_problems(page, refused.problems)
        return page
    flash(f"Đã thêm hòm {page.code.data}.", "ok")
    return redirect(desk.url("show_box", box_id=box_id))


def change(desk: Desk, box_id: int) -> ResponseReturnValue:
    row, form = box_of(desk, box_id), BoxForm()
    if not form.validate_on_submit():
        return show(desk, row, change=form, status=422)
    try:
        with transaction() as session:
            typed = box_forms.box_input(form)
            services.change_box(session, box_id, typed, form.reason.data or "", by=guards.current_actor(), now=clock.now())
    except LineRefused as refused:
        box_forms.show_problems(form, refused.problems)
        return show(desk, row, change=form, status=422)
    except Refused as refused:
        return show(desk, row, change=form, problem=refused)
    flash("Đã lưu.", "ok")
    return redirect(desk.url("show_box", box_id=box_id))


def record(desk: Desk, box_id: int) -> ResponseReturnValue:
    """The minutes of an opening, or the report of a broken seal with its photograph."""
    row, form = box_of(desk, box_id), MinutesForm()
    try:
        evidence = files.evidence_of(request.files.get("file"))
    except Refused as refused:
        form.validate()
        return show(desk, row, minutes=form, file_error=refused.sentence, status=STATUS_OF_REFUSAL.get(refused.key, 422))
    if not form.validate_on_submit():
        return show(desk, row, minutes=form, status=422)
    try:
        minutes = box_forms.minutes_of(form, zone=clock.ZONE)
    except ValueError as error:
        form.opened_time.errors = [str(error)]
        return show(desk, row, minutes=form, status=422)
    by, now = guards.current_actor(), clock.now()
    try:
        with transaction() as session:
            photo = None
            if evidence is not None:
                plan = session.get_one(Plan, desk.plan_id)
                photo = files.keep(
                    session, evidence, office_id=plan.office_id, purpose="seal", by=by, now=now,
                    plan_id=plan.id, unit_id=row.unit_id,
                )  # fmt: skip
            done = box_openings.record_opening(session, box_id, minutes, once=form.once.data or "", by=by, now=now, photo=photo)
            found = done.line.totals if done.line else None
    except LineRefused as refused:
        box_forms.show_problems(form, refused.problems)
        return show(desk, row, minutes=form, status=422)
    except Refused as refused:
        return show(desk, row, minutes=form, problem=refused)
    if done.again:
        flash("Biên bản này đã ghi; không ghi lần hai.", "ok")
    elif found is None:
        flash(_alarm(row, done.head_told), "over")
    else:
        flash(
            f"Đã ghi biên bản: {count(minutes.count.ballots or 0, 'phiếu')}. Lũy kế của đơn vị: thu về {found.collected}.", "ok"
        )
    return redirect(desk.url("show_box", box_id=box_id))


def decide(desk: Desk, box_id: int, opening_id: int) -> ResponseReturnValue:
    row, form = box_of(desk, box_id), DecisionForm()
    opening_of(row, opening_id)
    if not form.validate_on_submit():
        return show(desk, row, decision=form, status=422)
    try:
        with transaction() as session:
            said, who = form.decision.data or "", form.decided_by.data or ""
            box_openings.decide_broken(session, opening_id, said, who, by=guards.current_actor(), now=clock.now())
    except LineRefused as refused:
        box_forms.show_problems(form, refused.problems)
        return show(desk, row, decision=form, status=422)
    except Refused as refused:
        if refused.key != "opening_decided":
            return show(desk, row, decision=form, problem=refused)
        flash(refused.sentence, "run")
        return redirect(desk.url("show_box", box_id=box_id))
    flash("Đã ghi ý kiến chỉ đạo; hòm được mở theo ý kiến này.", "ok")
    return redirect(desk.url("show_box", box_id=box_id))


def correct(desk: Desk, box_id: int, opening_id: int) -> ResponseReturnValue:
    row, form = box_of(desk, box_id), CorrectionForm()
    opening_of(row, opening_id)
    if not form.validate_on_submit():
        return show(desk, row, correction=(opening_id, form), status=422)
    try:
        with transaction() as session:
            by, now, reason = guards.current_actor(), clock.now(), form.reason.data or ""
            done = box_openings.correct_opening(session, opening_id, form.figures, reason, by=by, now=now)
            written = done is not None
    except LineRefused as refused:
        box_forms.show_problems(form, refused.problems)
        return show(desk, row, correction=(opening_id, form), status=422)
    except Refused as refused:
        return show(desk, row, correction=(opening_id, form), problem=refused)
    flash("Đã ghi dòng đính chính vào sổ phiếu." if written else "Không có thay đổi để lưu.", "ok")
    return redirect(desk.url("show_box", box_id=box_id))


def remove(desk: Desk, box_id: int) -> ResponseReturnValue:
    row, form = box_of(desk, box_id), RemovalForm()
    if not form.validate_on_submit():
        return show(desk, row, removal=form, status=422)
    try:
        with transaction() as session:
            services.remove_box(session, box_id, form.reason.data or "", by=guards.current_actor(), now=clock.now())
    except LineRefused as refused:
        box_forms.show_problems(form, refused.problems)
        return show(desk, row, removal=form, status=422)
    except Refused as refused:
        return show(desk, row, removal=form, problem=refused)
    flash(f"Đã thu hồi hòm {row.code}.", "ok")
    return redirect(desk.url("show_box", box_id=box_id))


def paper(desk: Desk, box_id: int, opening_id: int | None) -> Response:
    """The minutes as a Word file: of an opening, or with blanks to be filled in by hand."""
    from tracker.documents.papers.box_minutes import box_minutes  # python-docx is loaded when it is needed

    row = box_of(desk, box_id)
    opening = opening_of(row, opening_id) if opening_id is not None else None
    plan = db.session().get_one(Plan, desk.plan_id)
    office = db.session().get_one(Office, plan.office_id)
    content = box_minutes(row, opening, superior=office.place, year=plan.year)
    return docx_answer(content, f"{MINUTES_FILE}-{box_id}" + (f"-{opening_id}" if opening_id else "") + ".docx")


def show(
    desk: Desk,
    row: BoxRow,
    *,
    change: BoxForm | None = None,
    minutes: MinutesForm | None = None,
    decision: DecisionForm | None = None,
    correction: tuple[int, CorrectionForm] | None = None,
    removal: RemovalForm | None = None,
    problem: Refused | None = None,
    file_error: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    """The page of one box."""
    reads_only.set(True)
    now = clock.now()
    place = BoxForm(formdata=None, obj=row)
    corrections = {opening.id: box_forms.correction_of(opening) for opening in row.counted}
    if correction:
        corrections[correction[0]] = correction[1]
    page = render_template(
        "boxes/box.html",
        desk=desk,
        frame=desk.frame,
        plan=desk.plan,
        box=row,
        look=BOX_STATE[row.state],
        state=row.state,
        BoxState=BoxState,
        is_overdue=row.is_overdue(now.date()),
        change=box_forms.told_apart(change or place, "box"),
        minutes=minutes or box_forms.new_minutes(row, now),
        decision=decision or DecisionForm(formdata=None),
        corrections={number: box_forms.told_apart(form, f"fix-{number}") for number, form in corrections.items()},
        correcting=correction[0] if correction else 0,
        removal=box_forms.told_apart(removal or RemovalForm(formdata=None), "gone"),
        problem=problem.sentence if problem else "",
        file_error=file_error,
        accepted=ACCEPTED,
        words=LEDGER,
        reason_words=DISCARD_REASON,
    )
    return page, STATUS_OF_REFUSAL.get(problem.key, 409) if problem else status


def box_of(desk: Desk, box_id: int) -> BoxRow:
    """A box of this desk. Raises NotFound for all others."""
    row = queries.box(db.session(), box_id)
    if row is None or row.plan_id != desk.plan_id or (desk.unit_ids is not None and row.unit_id not in desk.unit_ids):
        raise NotFound(f"box {box_id}")
    return row


def opening_of(row: BoxRow, opening_id: int) -> OpeningRow:
    found = next((opening for opening in row.openings if opening.id == opening_id), None)
    if found is None:
        raise NotFound(f"opening {opening_id}")
    return found


def _alarm(row: BoxRow, head_told: bool) -> str:
    said = sentence("opening_seal_broken", box=row.code, unit=row.unit)
    if not head_told:
        said += f" {row.unit} chưa có địa chỉ thư của thủ trưởng nên thư chỉ tới điều phối viên; báo thủ trưởng qua điện thoại."
    return said
