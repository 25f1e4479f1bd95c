"""Hòm phiếu of a plan for the office: all boxes, what asks for something first; one box with its openings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.db import db, reads_only
from tracker.errors import Refused
from tracker.queries import boxes as queries
from tracker.queries import fieldwork
from tracker.queries.boxes import BoxMark
from tracker.queries.plans import unit_rows
from tracker.rules.access import RUNNERS
from tracker.web import box_pages, guards
from tracker.web.box_forms import BoxForm
from tracker.web.box_pages import Desk
from tracker.web.chasing import plan_of_office
from tracker.web.errors import STATUS_OF_REFUSAL
from tracker.web.filters import Pages
from tracker.web.matrix import UNITS_A_PAGE
from tracker.wording.fieldwork import BOX_STATE

bp = Blueprint("boxes", __name__)


@bp.get("/plans/<int:plan_id>/boxes")
@guards.signed_in
def show_plan(plan_id: int) -> ResponseReturnValue:
    return _list(_desk(plan_id))


@bp.get("/plans/<int:plan_id>/boxes/new")
@guards.roles(*RUNNERS)
def new(plan_id: int) -> ResponseReturnValue:
    return _new(_desk(plan_id), None)


@bp.post("/plans/<int:plan_id>/boxes")
@guards.roles(*RUNNERS)
def add(plan_id: int) -> ResponseReturnValue:
    desk, form = _desk(plan_id), BoxForm()
    try:
        done = box_pages.add(desk, form)
    except Refused as refused:
        return _new(desk, form, problem=refused)
    return _new(desk, form, status=422) if isinstance(done, BoxForm) else done


@bp.get("/plans/<int:plan_id>/boxes/<int:box_id>")
@guards.signed_in
def show_box(plan_id: int, box_id: int) -> ResponseReturnValue:
    desk = _desk(plan_id)
    return box_pages.show(desk, box_pages.box_of(desk, box_id))


@bp.post("/plans/<int:plan_id>/boxes/<int:box_id>")
@guards.roles(*RUNNERS)
def change(plan_id: int, box_id: int) -> ResponseReturnValue:
    return box_pages.change(_desk(plan_id), box_id)


@bp.post("/plans/<int:plan_id>/boxes/<int:box_id>/remove")
@guards.roles(*RUNNERS)
def remove(plan_id: int, box_id: int) -> ResponseReturnValue:
    return box_pages.remove(_desk(plan_id), box_id)


@bp.get("/plans/<int:plan_id>/boxes/<int:box_id>/minutes.docx")
@guards.signed_in
def blank_minutes(plan_id: int, box_id: int) -> ResponseReturnValue:
    return box_pages.paper(_desk(plan_id), box_id, None)


@bp.post("/plans/<int:plan_id>/boxes/<int:box_id>/openings")
@guards.roles(*RUNNERS)
def record(plan_id: int, box_id: int) -> ResponseReturnValue:
    return box_pages.record(_desk(plan_id), box_id)


@bp.get("/plans/<int:plan_id>/boxes/<int:box_id>/openings/<int:opening_id>/minutes.docx")
@guards.signed_in
def minutes(plan_id: int, box_id: int, opening_id: int) -> ResponseReturnValue:
    return box_pages.paper(_desk(plan_id), box_id, opening_id)


@bp.post("/plans/<int:plan_id>/boxes/<int:box_id>/openings/<int:opening_id>/decision")
@guards.roles(*RUNNERS)
def decide(plan_id: int, box_id: int, opening_id: int) -> ResponseReturnValue:
    return box_pages.decide(_desk(plan_id), box_id, opening_id)


@bp.post("/plans/<int:plan_id>/boxes/<int:box_id>/openings/<int:opening_id>/correction")
@guards.roles(*RUNNERS)
def correct(plan_id: int, box_id: int, opening_id: int) -> ResponseReturnValue:
    return box_pages.correct(_desk(plan_id), box_id, opening_id)


def _desk(plan_id: int) -> Desk:
    return Desk(plan_id, plan_of_office(plan_id), may_write=guards.current_person().role in RUNNERS)


def wanted_boxes(plan_id: int) -> tuple[list[BoxMark], dict[str, list[BoxMark]], list[BoxMark]]:
    """Every box of a plan, those of each ready filter, and those that `?only=` leaves."""
    today = clock.today()
    marks = queries.box_marks(db.session(), plan_id)
    kinds = {
        "broken": [mark for mark in marks if mark.is_broken],
        "overdue": [mark for mark in marks if mark.is_overdue(today)],
        "never": [mark for mark in marks if mark.never_opened],
    }
    return marks, kinds, kinds.get(request.args.get("only", ""), marks)


def _list(desk: Desk) -> str:
    session, today = db.session(), clock.today()
    marks, kinds, found = wanted_boxes(desk.plan_id)
    only = request.args.get("only", "")
    pages = Pages.of(len(found), UNITS_A_PAGE)
    return render_template(
        "boxes/plan.html",
        desk=desk,
        plan=desk.plan,
        shown=queries.boxes_of_plan(session, desk.plan_id, box_ids=[mark.id for mark in pages.cut(found)]),
        pages=pages,
        only=only if only in kinds else "",
        boxes=len(marks),
        in_use=sum(mark.in_use for mark in marks),
        kinds={name: len(of_kind) for name, of_kind in kinds.items()},
        ballots=queries.counted_ballots(session, desk.plan_id),
        window=fieldwork.window(session, desk.plan_id),
        looks=BOX_STATE,
        today=today,
        soonest=_soonest(marks, today),
    )


def _soonest(marks: Sequence[BoxMark], today: date) -> BoxMark | None:
    """The box that is opened next of those with a day."""
    dated = [(mark.next_opening_on, mark.id, mark) for mark in marks if mark.in_use and mark.next_opening_on]
    return min((found for found in dated if found[0] >= today), default=(None, 0, None))[2]


def _new(desk: Desk, form: BoxForm | None, *, problem: Refused | None = None, status: int = 200) -> ResponseReturnValue:
    reads_only.set(True)
    form = form or BoxForm(formdata=None, sealed_on=clock.today())
    form.unit.choices = [(unit.id, unit.name) for unit in unit_rows(db.session(), desk.plan_id)]
    page = render_template(
        "boxes/new.html", desk=desk, frame=desk.frame, plan=desk.plan, form=form, problem=problem.sentence if problem else ""
    )
    return page, STATUS_OF_REFUSAL.get(problem.key, 409) if problem else status
