"""Quản trị: everything an administrator looks after, from one page; the office's own data; a test letter."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import HiddenField, StringField
from wtforms.validators import Length

from tracker import clock
from tracker.backup import rotation
from tracker.db import db, transaction
from tracker.mail.test_letter import send_test_letter
from tracker.queries import administration, first_day, users
from tracker.rules.states import Role
from tracker.services import offices, timekeeping
from tracker.web import guards
from tracker.web.forms import Form, Needed
from tracker.wording import sentence

bp = Blueprint("admin", __name__, url_prefix="/admin")


class OfficeForm(Form):
    name = StringField("Tên cơ quan", [Needed("tên cơ quan"), Length(max=200)], description="Ví dụ: Phòng Văn hóa - Xã hội")
    place = StringField("Cơ quan cấp trên", [Length(max=200)], description="Ví dụ: UBND thành phố Cam Ranh; ghi ở đầu văn bản")
    phone = StringField(
        "Số điện thoại", [Length(max=40)], description="Đầu mối gọi khi vướng; in trong mọi thư", render_kw={"inputmode": "tel"}
    )
    version = HiddenField()


@bp.get("")
@guards.roles(Role.ADMIN)
def overview() -> ResponseReturnValue:
    person = guards.current_person()
    session = db.session()
    now = clock.now()
    backups = rotation.kept(Path(current_app.config["BACKUP_DIR"]))
    return render_template(
        "admin/overview.html",
        sums=administration.sums(session, person.office_id, today=now.date()),
        health=timekeeping.health(session, now=now, lease_lasts=timedelta(seconds=current_app.config["LEASE_SECONDS"])),
        first=first_day.first_day(session, person.office_id),
        mail_server=current_app.config["MAIL_SERVER"],
        backups=[(path.name, size, datetime.fromtimestamp(at, clock.ZONE)) for path, size, at in backups],
        is_sealed=bool(current_app.config["BACKUP_KEY"]),
        email=_own_address(),
    )


@bp.get("/office")
@guards.roles(Role.ADMIN)
def edit_office() -> ResponseReturnValue:
    office = administration.office_card(db.session(), guards.current_person().office_id)
    return render_template("admin/office.html", form=OfficeForm(formdata=None, data=office._asdict()))


@bp.post("/office")
@guards.roles(Role.ADMIN)
def save_office() -> ResponseReturnValue:
    form = OfficeForm()
    if not form.validate_on_submit():
        return render_template("admin/office.html", form=form), 422
    version = str(form.version.data or "")
    with transaction() as session:
        changed = offices.change_office(
            session,
            guards.current_person().office_id,
            name=form.name.data,
            place=form.place.data or "",
            phone=form.phone.data or "",
            version=int(version) if version.isdigit() else None,
            by=guards.current_actor(),
            now=clock.now(),
        )
    flash("Đã lưu thông tin cơ quan." if changed else "Không có thay đổi để lưu.", "ok" if changed else "run")
    return redirect(url_for("admin.overview"))


@bp.post("/test-letter")
@guards.roles(Role.ADMIN)
def test_letter() -> ResponseReturnValue:
    """The server's answer is shown and kept in the journal; one letter a click, to nobody but the reader."""
    person, email = guards.current_person(), _own_address()
    if not email:
        flash(sentence("own_address_missing"), "soon")
        return redirect(url_for("auth.account"))
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    now = clock.now()
    failure = send_test_letter(app, (person.name, email), office=person.office_name, now=now)
    with transaction() as session:
        if failure is None:
            offices.record_test_letter(session, person.office_id, answer="", by=guards.current_actor(), now=now)
    if failure is not None:
        flash(sentence("test_letter_failed", reason=failure.reason), "over")
    elif current_app.config["MAIL_SERVER"]:
        flash(f"Máy chủ thư đã nhận thư thử gửi {email}; không thấy thư sau vài phút thì xem cả hộp thư rác.", "ok")
    else:
        flash(sentence("mail_not_configured"), "soon")
    return redirect(url_for("admin.overview"))


def _own_address() -> str:
    person = guards.current_person()
    user = users.user_of_office(db.session(), person.office_id, person.user_id)
    return user.email if user else ""
