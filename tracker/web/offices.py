"""Cơ quan cấp dưới: the list, reading one of them as an observer would, and founding one.

Reading is an observer's: the session remembers which office is looked at, every page then shows that office, and nothing can be
changed until the reader is back in his own.
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError
from wtforms import StringField
from wtforms.validators import Length

from tracker import clock
from tracker.db import db, transaction
from tracker.errors import NotFound, Refused
from tracker.queries import offices as queries
from tracker.rules.states import Role
from tracker.services import offices
from tracker.services.offices import NewOffice
from tracker.web import guards, sessions
from tracker.web.forms import Form, Needed
from tracker.web.users import show_link

bp = Blueprint("offices", __name__)


class OfficeForm(Form):
    name = StringField("Tên cơ quan", [Needed("tên cơ quan"), Length(max=200)], description="Ví dụ: Phòng Nội vụ")
    place = StringField(
        "Thuộc", [Needed("cơ quan cấp trên trực tiếp"), Length(max=200)], description="Ví dụ: UBND thành phố Cam Ranh"
    )
    phone = StringField("Số điện thoại", [Length(max=40)], render_kw={"inputmode": "tel"})
    admin_name = StringField(
        "Họ và tên quản trị", [Needed("họ và tên quản trị"), Length(max=120)], render_kw={"autocomplete": "off"}
    )
    username = StringField(
        "Tên đăng nhập",
        [Needed("tên đăng nhập"), Length(max=80)],
        description="Chữ thường, không dấu cách",
        render_kw={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"},
    )
    admin_email = StringField(
        "Địa chỉ thư điện tử của quản trị",
        [Needed("địa chỉ thư điện tử"), Length(max=254)],
        render_kw={"inputmode": "email", "autocapitalize": "none", "spellcheck": "false"},
    )


@bp.get("/offices")
@guards.signed_in
def list_offices() -> ResponseReturnValue:
    person = guards.current_person()
    found = queries.offices_below(db.session(), person.office_id, today=clock.today())
    may_found = person.role is Role.ADMIN
    return render_template("offices/list.html", offices=found, may_found=may_found)


@bp.post("/offices/<int:office_id>/read")
@guards.signed_in
def read(office_id: int) -> ResponseReturnValue:
    """Look at an office below as its observers do."""
    found = queries.office_below(db.session(), guards.current_person().office_id, office_id)
    if found is None:
        raise NotFound(f"office {office_id}")
    session[sessions.READING] = office_id
    return redirect(url_for("plans.list_plans"))


@bp.post("/offices/leave")
@guards.signed_in
def leave() -> ResponseReturnValue:
    session.pop(sessions.READING, None)
    return redirect(url_for("offices.list_offices"))


@bp.get("/offices/new")
@guards.roles(Role.ADMIN)
def new_office() -> ResponseReturnValue:
    return render_template("offices/new.html", form=OfficeForm())


@bp.post("/offices/new")
@guards.roles(Role.ADMIN)
def found() -> ResponseReturnValue:
    form = OfficeForm()
    if form.validate_on_submit():
        wanted = NewOffice(
            name=form.name.data,
            place=form.place.data,
            phone=form.phone.data or "",
            username=form.username.data,
            admin_name=form.admin_name.data,
            admin_email=form.admin_email.data,
        )
        try:
            with transaction() as database:
                user = offices.found_office(database, wanted, by=guards.current_actor(), now=clock.now())
                user_id, nonce, office_id = user.id, user.session_nonce, user.office_id
        except IntegrityError:  # two administrators at once
            form.username.errors = ["Tên đăng nhập này vừa có người dùng; chọn tên khác."]
        except Refused as refused:
            boxes = {"email_invalid": form.admin_email, "office_repeated": form.name}
            boxes.get(refused.key, form.username).errors = [refused.sentence]
        else:
            flash(f"Đã lập cơ quan {wanted.name}; gửi liên kết dưới đây cho {wanted.admin_name}.", "ok")
            return show_link(user_id, nonce, office_id=office_id)
    return render_template("offices/new.html", form=form), 422
