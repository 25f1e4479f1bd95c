"""Contacts of a unit: one at a time, who comes after one, what is kept of one."""

from __future__ import annotations

import json

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.db import db, reads_only, transaction
from tracker.errors import Refused
from tracker.queries.units import ContactCard, UnitCard
from tracker.services import handovers, organisation
from tracker.services.organisation import ContactFields
from tracker.web import guards
from tracker.web.unit_forms import ContactForm, DeclineForm, status_of, version_of
from tracker.web.units import RUNNERS, one_unit
from tracker.web.units import bp as bp


@bp.get("/units/<int:unit_id>/contacts/new")
@guards.roles(*RUNNERS)
def new_contact(unit_id: int) -> ResponseReturnValue:
    unit = one_unit(unit_id)
    has_one = any(c.serves(clock.today()) for c in unit.contacts)
    return _contact_page(ContactForm(rank="2" if has_one else "1"), unit, None)


@bp.post("/units/<int:unit_id>/contacts/new")
@guards.roles(*RUNNERS)
def add_contact(unit_id: int) -> ResponseReturnValue:
    return _save_contact(unit_id, None)


@bp.get("/units/<int:unit_id>/contacts/<int:contact_id>")
@guards.roles(*RUNNERS)
def edit_contact(unit_id: int, contact_id: int) -> ResponseReturnValue:
    unit, contact = _contact(unit_id, contact_id)
    form = ContactForm(obj=contact, rank=str(contact.rank))
    return _contact_page(form, unit, contact)


@bp.post("/units/<int:unit_id>/contacts/<int:contact_id>")
@guards.roles(*RUNNERS)
def save_contact(unit_id: int, contact_id: int) -> ResponseReturnValue:
    return _save_contact(unit_id, contact_id)


@bp.post("/units/<int:unit_id>/contacts/<int:contact_id>/end")
@guards.roles(*RUNNERS)
def end_contact(unit_id: int, contact_id: int) -> ResponseReturnValue:
    with transaction() as session:
        contact = organisation.end_contact(session, contact_id, by=guards.current_actor(), now=clock.now())
        name = contact.name
    flash(f"{name} thôi phụ trách từ hôm nay; thư và liên kết riêng đã dừng.", "ok")
    return redirect(url_for("units.edit_unit", unit_id=unit_id))


@bp.post("/units/<int:unit_id>/handovers/<int:handover_id>/confirm")
@guards.roles(*RUNNERS)
def confirm_handover(unit_id: int, handover_id: int) -> ResponseReturnValue:
    """The successor a contact named is in charge from today on."""
    try:
        with transaction() as session:
            done = handovers.confirm(session, handover_id, by=guards.current_actor(), now=clock.now())
            name = done.name
    except Refused as refused:
        flash(refused.sentence, "run")
    else:
        flash(f"{name} làm đầu mối từ hôm nay; liên kết cũ đã dừng, thư bàn giao đã vào hàng chờ gửi.", "ok")
    return redirect(url_for("units.edit_unit", unit_id=unit_id))


@bp.post("/units/<int:unit_id>/handovers/<int:handover_id>/decline")
@guards.roles(*RUNNERS)
def decline_handover(unit_id: int, handover_id: int) -> ResponseReturnValue:
    try:
        with transaction() as session:
            note = DeclineForm().note.data or ""
            handovers.decline(session, handover_id, by=guards.current_actor(), now=clock.now(), note=note)
    except Refused as refused:
        flash(refused.sentence, "run")
    else:
        flash("Đã trả lời đề nghị bàn giao; người cũ tiếp tục phụ trách.", "ok")
    return redirect(url_for("units.edit_unit", unit_id=unit_id))


@bp.get("/units/<int:unit_id>/contacts/<int:contact_id>/data.json")
@guards.roles(*RUNNERS)
def contact_data(unit_id: int, contact_id: int) -> ResponseReturnValue:
    """Everything that is kept of the person, for whoever asks what is kept of him."""
    _contact(unit_id, contact_id)
    found = organisation.data_of_contact(db.session(), contact_id, by=guards.current_actor())
    response = Response(json.dumps(found, ensure_ascii=False, indent=2), mimetype="application/json")
    response.headers["Content-Disposition"] = f"attachment; filename=dau-moi-{contact_id}.json"
    return response


@bp.post("/units/<int:unit_id>/contacts/<int:contact_id>/erase")
@guards.roles(*RUNNERS)
def erase_contact(unit_id: int, contact_id: int) -> ResponseReturnValue:
    """The first click asks, the second erases."""
    unit, contact = _contact(unit_id, contact_id)
    form = ContactForm(obj=contact, rank=str(contact.rank), formdata=None)
    if request.form.get("agreed") != "yes":
        return _contact_page(form, unit, contact, asks=True)
    try:
        with transaction() as session:
            organisation.erase_contact(session, contact_id, by=guards.current_actor(), now=clock.now())
    except Refused as refused:
        reads_only.set(True)
        return _contact_page(form, unit, contact, status_of(refused), refused.sentence)
    flash("Đã xóa dữ liệu cá nhân của đầu mối.", "ok")
    return redirect(url_for("units.edit_unit", unit_id=unit_id))


@bp.post("/units/<int:unit_id>/contacts/<int:contact_id>/link")
@guards.roles(*RUNNERS)
def renew_link(unit_id: int, contact_id: int) -> ResponseReturnValue:
    with transaction() as session:
        contact = organisation.renew_link(session, contact_id, by=guards.current_actor(), now=clock.now())
        name = contact.name
    flash(f"Đã thu hồi liên kết của {name}; thư sau sẽ có liên kết mới.", "ok")
    return redirect(url_for("units.edit_contact", unit_id=unit_id, contact_id=contact_id))


def _save_contact(unit_id: int, contact_id: int | None) -> ResponseReturnValue:
    form = ContactForm()
    unit, contact = _contact(unit_id, contact_id) if contact_id is not None else (one_unit(unit_id), None)
    if not form.validate_on_submit():
        return _contact_page(form, unit, contact, 422)
    fields = ContactFields(
        name=form.name.data,
        email=form.email.data,
        salutation=form.salutation.data or "",
        position=form.position.data or "",
        phone=form.phone.data or "",
        rank=int(form.rank.data),
    )
    try:
        with transaction() as session:
            organisation.save_contact(
                session, unit_id, contact_id, fields, version=version_of(form), by=guards.current_actor(), now=clock.now()
            )
    except Refused as refused:
        unit, contact = _contact(unit_id, contact_id) if contact_id is not None else (one_unit(unit_id), None)
        return _contact_page(form, unit, contact, status_of(refused), refused.sentence)
    flash(f"Đã lưu đầu mối {fields.name}.", "ok")
    return redirect(url_for("units.edit_unit", unit_id=unit_id))


def _contact_page(
    form: ContactForm, unit: UnitCard, contact: ContactCard | None, status: int = 200, refused: str = "", *, asks: bool = False
) -> ResponseReturnValue:
    serving = contact is not None and contact.serves(clock.today())
    page = render_template(
        "units/contact.html", form=form, unit=unit, contact=contact, serving=serving, refused=refused, asks=asks
    )
    return page, status


def _contact(unit_id: int, contact_id: int) -> tuple[UnitCard, ContactCard]:
    unit = one_unit(unit_id)
    return unit, unit.contact(contact_id)
