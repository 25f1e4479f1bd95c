"""Hòm phiếu behind a contact's link: the boxes of his own units, and no others."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.db import db, reads_only
from tracker.errors import NotFound, Refused
from tracker.queries import boxes as queries
from tracker.web import box_pages, guards
from tracker.web.box_forms import BoxForm
from tracker.web.box_pages import Desk
from tracker.web.errors import STATUS_OF_REFUSAL
from tracker.wording.fieldwork import BOX_STATE

bp = Blueprint("box_link", __name__)


@bp.get("/v/<token>/boxes/<int:plan_id>")
@guards.personal_link
def show_plan(token: str, plan_id: int) -> ResponseReturnValue:
    return _list(_desk(token, plan_id))


@bp.post("/v/<token>/boxes/<int:plan_id>")
@guards.personal_link
def add(token: str, plan_id: int) -> ResponseReturnValue:
    desk, form = _desk(token, plan_id), BoxForm()
    try:
        done = box_pages.add(desk, form)
    except Refused as refused:
        return _list(desk, form, problem=refused)
    return _list(desk, form, status=422) if isinstance(done, BoxForm) else done


@bp.get("/v/<token>/boxes/<int:plan_id>/<int:box_id>")
@guards.personal_link
def show_box(token: str, plan_id: int, box_id: int) -> ResponseReturnValue:
    desk = _desk(token, plan_id)
    return box_pages.show(desk, box_pages.box_of(desk, box_id))


@bp.post("/v/<token>/boxes/<int:plan_id>/<int:box_id>")
@guards.personal_link
def change(token: str, plan_id: int, box_id: int) -> ResponseReturnValue:
    return box_pages.change(_desk(token, plan_id), box_id)


@bp.get("/v/<token>/boxes/<int:plan_id>/<int:box_id>/minutes.docx")
@guards.personal_link
def blank_minutes(token: str, plan_id: int, box_id: int) -> ResponseReturnValue:
    return box_pages.paper(_desk(token, plan_id), box_id, None)


@bp.post("/v/<token>/boxes/<int:plan_id>/<int:box_id>/openings")
@guards.personal_link
def record(token: str, plan_id: int, box_id: int) -> ResponseReturnValue:
    return box_pages.record(_desk(token, plan_id), box_id)


@bp.get("/v/<token>/boxes/<int:plan_id>/<int:box_id>/openings/<int:opening_id>/minutes.docx")
@guards.personal_link
def minutes(token: str, plan_id: int, box_id: int, opening_id: int) -> ResponseReturnValue:
    return box_pages.paper(_desk(token, plan_id), box_id, opening_id)


@bp.post("/v/<token>/boxes/<int:plan_id>/<int:box_id>/openings/<int:opening_id>/decision")
@guards.personal_link
def decide(token: str, plan_id: int, box_id: int, opening_id: int) -> ResponseReturnValue:
    return box_pages.decide(_desk(token, plan_id), box_id, opening_id)


@bp.post("/v/<token>/boxes/<int:plan_id>/<int:box_id>/openings/<int:opening_id>/correction")
@guards.personal_link
def correct(token: str, plan_id: int, box_id: int, opening_id: int) -> ResponseReturnValue:
    return box_pages.correct(_desk(token, plan_id), box_id, opening_id)


def _desk(token: str, plan_id: int) -> Desk:
    holder = guards.current_contact()
    if not queries.is_unit_of_plan(db.session(), plan_id, holder.unit_id):
        raise NotFound(f"unit {holder.unit_id} of plan {plan_id}")
    return Desk(plan_id, unit_ids=(holder.unit_id,), unit_id=holder.unit_id, token=token)


def _list(desk: Desk, form: BoxForm | None = None, *, problem: Refused | None = None, status: int = 200) -> ResponseReturnValue:
    reads_only.set(True)
    page = render_template(
        "boxes/link.html",
        desk=desk,
        holder=guards.current_contact(),
        rows=queries.boxes_of_plan(db.session(), desk.plan_id, unit_ids=desk.unit_ids),
        form=form or BoxForm(formdata=None, sealed_on=clock.today()),
        problem=problem.sentence if problem else "",
        looks=BOX_STATE,
        today=clock.today(),
    )
    return page, STATUS_OF_REFUSAL.get(problem.key, 409) if problem else status
