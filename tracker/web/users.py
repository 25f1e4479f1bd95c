"""Users of the office: list, invite, change, disable, hand plans over, name a deputy. Administrators only."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from tracker import clock, tokens
from tracker.db import db, transaction
from tracker.errors import NotFound, Refused
from tracker.links import Links
from tracker.queries import users as queries
from tracker.queries.users import UserRow
from tracker.rules.states import Role
from tracker.services import users
from tracker.services.users import UserFields
from tracker.web import guards
from tracker.web.forms import DayField, Form, Needed
from tracker.wording import count, refusal
from tracker.wording.vocabulary import ROLE

bp = Blueprint("users", __name__)

#: What each role is for, beside its name.
ROLE_HINTS = {
    Role.ADMIN: "người dùng, đơn vị, lịch, thư; cũng làm được việc của điều phối viên",
    Role.COORDINATOR: "đưa kế hoạch vào, xác nhận, đôn đốc, gia hạn, báo cáo",
    Role.LEADER: "xem toàn bộ, phê duyệt kết quả, nhận thư báo cáo",
    Role.CLERK: "nhập phiếu khi giai đoạn nhập liệu đã mở",
    Role.RECHECKER: "phúc tra các phiếu đã chọn",
    Role.OBSERVER: "xem toàn bộ, ghi nhận giám sát, không sửa số liệu",
}


class UserForm(Form):
    salutation = SelectField("Danh xưng", choices=[SelectChoice("", "Ông/Bà"), *map(SelectChoice, ("Ông", "Bà", "Đồng chí"))])
    name = StringField("Họ và tên", [Needed("họ và tên"), Length(max=120)], render_kw={"autocomplete": "off"})
    position = StringField("Chức vụ", [Length(max=120)])
    role = SelectField(
        "Vai trò", choices=[SelectChoice(r.value, f"{ROLE[r]} – {ROLE_HINTS[r]}") for r in Role], default=Role.COORDINATOR.value
    )
    email = StringField(
        "Địa chỉ thư điện tử",
        [Length(max=254)],
        description="Để nhận thư của hệ thống và liên kết đặt mật khẩu",
        render_kw={"inputmode": "email", "autocapitalize": "none", "spellcheck": "false"},
    )
    phone = StringField("Số điện thoại", [Length(max=40)], render_kw={"inputmode": "tel"})

    def fields(self) -> UserFields:
        return UserFields(
            name=self.name.data,
            role=Role(self.role.data),
            salutation=self.salutation.data or "",
            position=self.position.data or "",
            email=self.email.data or "",
            phone=self.phone.data or "",
        )


class InviteForm(UserForm):
    username = StringField(
        "Tên đăng nhập",
        [Needed("tên đăng nhập"), Length(max=80)],
        description="Chữ thường, không dấu cách; dùng để đăng nhập, không đổi được về sau",
        render_kw={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"},
    )


class DisableForm(Form):
    reason = StringField("Lý do (ghi vào nhật ký)", [Needed("lý do"), Length(max=300)])


class HandOverForm(Form):
    taker = SelectField("Giao cho", coerce=int)


class DeputyForm(Form):
    deputy = SelectField("Người thay", coerce=int)
    from_on = DayField("Từ ngày", [Needed("ngày đầu")])
    until_on = DayField("Đến hết ngày", [Needed("ngày cuối")])
    reason = StringField("Lý do", [Length(max=300)], description="Ví dụ: nghỉ phép, đi công tác")


@bp.get("/users")
@guards.roles(Role.ADMIN)
def list_users() -> ResponseReturnValue:
    office_id = guards.current_person().office_id
    rows = queries.users_of_office(db.session(), office_id)
    return render_template(
        "users/list.html", users=rows, deputies=queries.deputies(db.session(), office_id, today=clock.today()), hints=ROLE_HINTS
    )


@bp.get("/users/new")
@guards.roles(Role.ADMIN)
def new_user() -> ResponseReturnValue:
    return render_template("users/new.html", form=InviteForm())


@bp.post("/users/new")
@guards.roles(Role.ADMIN)
def invite() -> ResponseReturnValue:
    form = InviteForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                office_id = guards.current_person().office_id
                user = users.invite_user(
                    session, office_id, form.username.data, form.fields(), by=guards.current_actor(), now=clock.now()
                )
                user_id, name, nonce = user.id, user.name, user.session_nonce
        except IntegrityError:  # two administrators at once
            form.username.errors = [refusal("username_repeated", username=form.username.data).sentence]
        except Refused as refused:
            box = form.email if refused.key == "email_invalid" else form.username
            box.errors = [refused.sentence]
        else:
            flash(f"Đã lập tài khoản của {name}.", "ok")
            return show_link(user_id, nonce)
    return render_template("users/new.html", form=form), 422


@bp.get("/users/<int:user_id>")
@guards.roles(Role.ADMIN)
def edit_user(user_id: int) -> ResponseReturnValue:
    return _user_page(user_id)


@bp.post("/users/<int:user_id>")
@guards.roles(Role.ADMIN)
def save_user(user_id: int) -> ResponseReturnValue:
    form = UserForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                users.change_user(session, user_id, form.fields(), by=guards.current_actor(), now=clock.now())
        except Refused as refused:
            box = form.role if refused.key == "last_admin" else form.email
            box.errors = [refused.sentence]
        else:
            flash("Đã lưu thay đổi.", "ok")
            return redirect(url_for("users.list_users"))
    return _user_page(user_id, form=form), 422


@bp.post("/users/<int:user_id>/disable")
@guards.roles(Role.ADMIN)
def disable(user_id: int) -> ResponseReturnValue:
    form = DisableForm()
    if not form.validate_on_submit():
        return _user_page(user_id, disable=form), 422
    with transaction() as session:
        users.disable_user(session, user_id, reason=form.reason.data, by=guards.current_actor(), now=clock.now())
    flash("Đã khóa tài khoản; mọi phiên đăng nhập của tài khoản này đã kết thúc.", "ok")
    return redirect(url_for("users.edit_user", user_id=user_id))


@bp.post("/users/<int:user_id>/enable")
@guards.roles(Role.ADMIN)
def enable(user_id: int) -> ResponseReturnValue:
    with transaction() as session:
        users.enable_user(session, user_id, by=guards.current_actor(), now=clock.now())
    flash("Đã mở khóa tài khoản.", "ok")
    return redirect(url_for("users.edit_user", user_id=user_id))


@bp.post("/users/<int:user_id>/sign-out")
@guards.roles(Role.ADMIN)
def sign_out_everywhere(user_id: int) -> ResponseReturnValue:
    with transaction() as session:
        users.end_sessions(session, user_id, by=guards.current_actor(), now=clock.now())
    flash("Đã kết thúc mọi phiên đăng nhập của tài khoản này.", "ok")
    return redirect(url_for("users.edit_user", user_id=user_id))


@bp.post("/users/<int:user_id>/link")
@guards.roles(Role.ADMIN)
def password_link(user_id: int) -> ResponseReturnValue:
    with transaction() as session:
        nonce = users.nonce_for_link(session, user_id, by=guards.current_actor(), now=clock.now())
    return show_link(user_id, nonce)


@bp.post("/users/<int:user_id>/second-step")
@guards.roles(Role.ADMIN)
def drop_second_step(user_id: int) -> ResponseReturnValue:
    with transaction() as session:
        users.drop_second_step(session, user_id, by=guards.current_actor(), now=clock.now())
    flash("Đã bỏ bước xác nhận thứ hai của tài khoản này.", "ok")
    return redirect(url_for("users.edit_user", user_id=user_id))


@bp.post("/users/<int:user_id>/hand-over")
@guards.roles(Role.ADMIN)
def hand_over(user_id: int) -> ResponseReturnValue:
    form = HandOverForm()
    form.taker.choices = _colleagues(user_id)
    if not form.validate_on_submit():
        return _user_page(user_id, hand_over=form), 422
    try:
        with transaction() as session:
            plans = users.hand_over_plans(session, user_id, form.taker.data, by=guards.current_actor(), now=clock.now())
    except Refused as refused:
        form.taker.errors = [refused.sentence]
        return _user_page(user_id, hand_over=form), 422
    flash(f"Đã bàn giao {count(plans, 'kế hoạch')}.", "ok")
    return redirect(url_for("users.edit_user", user_id=user_id))


@bp.post("/users/<int:user_id>/deputy")
@guards.roles(Role.ADMIN)
def name_deputy(user_id: int) -> ResponseReturnValue:
    form = DeputyForm()
    form.deputy.choices = _colleagues(user_id)
    if not form.validate_on_submit() or form.from_on.data is None or form.until_on.data is None:
        return _user_page(user_id, deputy=form), 422
    try:
        with transaction() as session:
            users.name_deputy(
                session,
                user_id,
                form.deputy.data,
                from_on=form.from_on.data,
                until_on=form.until_on.data,
                reason=form.reason.data or "",
                by=guards.current_actor(),
                now=clock.now(),
            )
    except Refused as refused:
        box = form.deputy if refused.key == "deputy_self" else form.until_on
        box.errors = [refused.sentence]
        return _user_page(user_id, deputy=form), 422
    flash("Đã ghi người thay.", "ok")
    return redirect(url_for("users.edit_user", user_id=user_id))


@bp.post("/users/<int:user_id>/deputy/<int:row_id>/end")
@guards.roles(Role.ADMIN)
def end_deputy(user_id: int, row_id: int) -> ResponseReturnValue:
    with transaction() as session:
        users.end_deputy(session, row_id, by=guards.current_actor(), now=clock.now())
    flash("Đã thôi ủy quyền.", "ok")
    return redirect(url_for("users.edit_user", user_id=user_id))


def _user_page(
    user_id: int,
    form: UserForm | None = None,
    disable: DisableForm | None = None,
    hand_over: HandOverForm | None = None,
    deputy: DeputyForm | None = None,
) -> str:
    office_id = guards.current_person().office_id
    user = queries.user_of_office(db.session(), office_id, user_id)
    if user is None:
        raise NotFound(f"user {user_id}")
    if hand_over is None:
        hand_over = HandOverForm(formdata=None)
        hand_over.taker.choices = _colleagues(user_id)
    if deputy is None:
        deputy = DeputyForm(formdata=None, from_on=clock.today())
        deputy.deputy.choices = _colleagues(user_id)
    return render_template(
        "users/user.html",
        user=user,
        form=form or UserForm(formdata=None, data={**user.__dict__, "role": user.role.value}),
        disable=disable or DisableForm(formdata=None),
        hand_over=hand_over,
        deputy=deputy,
        deputies=queries.deputies(db.session(), office_id, today=clock.today(), user_id=user_id),
        is_me=user_id == guards.current_person().user_id,
    )


def _colleagues(user_id: int) -> list[SelectChoice]:
    rows: list[UserRow] = queries.users_of_office(db.session(), guards.current_person().office_id)
    return [
        SelectChoice(row.id, f"{row.name} ({ROLE[row.role].lower()})") for row in rows if row.is_enabled and row.id != user_id
    ]


def show_link(user_id: int, nonce: str, *, office_id: int | None = None) -> ResponseReturnValue:
    """The link that sets a password, shown this once: it is kept nowhere. `office_id`: of an office just founded below."""
    user = queries.user_of_office(db.session(), office_id or guards.current_person().office_id, user_id)
    if user is None:
        raise NotFound(f"user {user_id}")
    token = tokens.password_token(current_app.secret_key or "", user_id, nonce, hours=users.INVITATION_HOURS)
    link = Links(current_app.config["PUBLIC_URL"] or request.host_url.rstrip("/")).password_reset(token)
    response = current_app.make_response(render_template("users/link.html", user=user, link=link, hours=users.INVITATION_HOURS))
    response.headers["Cache-Control"] = "no-store"
    return response
