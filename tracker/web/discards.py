"""Loại phiếu: one ballot of a unit by its number, with the reason; and back again."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from tracker import clock
from tracker.db import db, reads_only, transaction
from tracker.errors import NotFound, Refused
from tracker.queries import fieldwork as queries
from tracker.rules.access import RUNNERS
from tracker.rules.states import DiscardReason
from tracker.services import data_entry
from tracker.web import guards
from tracker.web.chasing import plan_of_office
from tracker.web.errors import STATUS_OF_REFUSAL
from tracker.web.filters import Pages
from tracker.web.forms import Form
from tracker.wording.fieldwork import DISCARD_REASON

bp = Blueprint("discards", __name__)
ROWS_A_PAGE = 100
#: Which box a refusal is about; all others stand above the form.
_BOXES = {"discard_note": "note", "discard_reason": "reason"}
_OF_NUMBER = ("ballot_", "restore_")


class DiscardForm(Form):
    number = StringField("Mã phiếu", [Length(max=20)], render_kw={"inputmode": "numeric", "autocomplete": "off"})
    reason = SelectField(
        "Lý do loại",
        choices=[SelectChoice("", "Chọn lý do"), *(SelectChoice(r.value, DISCARD_REASON[r]) for r in DiscardReason)],
        validate_choice=False,
    )
    note = StringField("Ghi rõ", [Length(max=500)], description="Bắt buộc với Lý do khác; không ghi tên, số điện thoại người dân")


class RestoreForm(Form):
    why = StringField("Lý do lấy lại", [Length(max=500)])


@bp.get("/plans/<int:plan_id>/ballots/units/<int:unit_id>/discards")
@guards.roles(*RUNNERS)
def show(plan_id: int, unit_id: int) -> ResponseReturnValue:
    return _page(plan_id, unit_id, DiscardForm(formdata=None))


@bp.post("/plans/<int:plan_id>/ballots/units/<int:unit_id>/discards")
@guards.roles(*RUNNERS)
def discard(plan_id: int, unit_id: int) -> ResponseReturnValue:
    plan_of_office(plan_id)
    form = DiscardForm()
    if not form.validate_on_submit():
        return _page(plan_id, unit_id, form, status=422)
    if form.reason.data not in set(DiscardReason):
        form.reason.errors = ["Chưa chọn lý do loại phiếu; chọn một lý do."]
        return _page(plan_id, unit_id, form, status=422)
    try:
        with transaction() as session:
            number, reason, note = form.number.data or "", DiscardReason(form.reason.data), form.note.data or ""
            by, now = guards.current_actor(), clock.now()
            number = data_entry.discard_by_number(session, plan_id, unit_id, number, reason, note, by=by, now=now).number
    except Refused as refused:
        if refused.key == "ballot_discarded_already":
            flash(refused.sentence, "run")
            return redirect(url_for("discards.show", plan_id=plan_id, unit_id=unit_id))
        if refused.key in _BOXES or refused.key.startswith(_OF_NUMBER):
            form[_BOXES.get(refused.key, "number")].errors = [refused.sentence]
            return _page(plan_id, unit_id, form, status=422)
        return _page(plan_id, unit_id, form, problem=refused.sentence, status=STATUS_OF_REFUSAL.get(refused.key, 409))
    flash(f"Đã loại phiếu {number}.", "ok")
    return redirect(url_for("discards.show", plan_id=plan_id, unit_id=unit_id))


@bp.post("/plans/<int:plan_id>/ballots/units/<int:unit_id>/discards/<int:ballot_id>/restore")
@guards.roles(*RUNNERS)
def restore(plan_id: int, unit_id: int, ballot_id: int) -> ResponseReturnValue:
    plan_of_office(plan_id)
    if not queries.is_ballot_of(db.session(), ballot_id, plan_id, unit_id):
        raise NotFound(f"ballot {ballot_id}")
    form = RestoreForm()
    form.validate()
    try:
        with transaction() as session:
            by, now = guards.current_actor(), clock.now()
            number = data_entry.restore_ballot(session, ballot_id, form.why.data or "", by=by, now=now).number
    except Refused as refused:
        if refused.key == "ballot_valid_already":
            flash(refused.sentence, "run")
            return redirect(url_for("discards.show", plan_id=plan_id, unit_id=unit_id))
        page = DiscardForm(formdata=None)
        return _page(plan_id, unit_id, page, problem=refused.sentence, status=STATUS_OF_REFUSAL.get(refused.key, 409))
    flash(f"Đã lấy lại phiếu {number}; phiếu được tính là hợp lệ.", "ok")
    return redirect(url_for("discards.show", plan_id=plan_id, unit_id=unit_id))


def _page(plan_id: int, unit_id: int, form: DiscardForm, *, problem: str = "", status: int = 200) -> ResponseReturnValue:
    reads_only.set(True)
    session, plan = db.session(), plan_of_office(plan_id)
    row = queries.unit_row(session, plan_id, unit_id)
    if row is None:
        raise NotFound(f"unit {unit_id} of plan {plan_id}")
    gone = queries.discarded_ballots(session, plan_id, unit_id)
    pages = Pages.of(len(gone), ROWS_A_PAGE)
    page = render_template(
        "fieldwork/discards.html",
        plan=plan,
        row=row,
        form=form,
        gone=pages.cut(gone),
        many=len(gone),
        pages=pages,
        reason_words=DISCARD_REASON,
        problem=problem,
    )
    return page, status
