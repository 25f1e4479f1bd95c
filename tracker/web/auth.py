"""Signing in and out, the account page, how pages look."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import PasswordField, StringField
from wtforms.validators import Length

from tracker import clock, passwords
from tracker.db import db, transaction
from tracker.errors import Refused
from tracker.queries import people
from tracker.services import accounts, users
from tracker.web import guards, second_step, sessions
from tracker.web.errors import STATUS_OF_REFUSAL
from tracker.web.filters import THEME_COOKIE, THEMES
from tracker.web.forms import Form, Needed
from tracker.web.own_settings import rhythm_form_of_user
from tracker.wording import sentence

bp = Blueprint("auth", __name__)
THEME_COOKIE_SECONDS = 365 * 24 * 3600


class SignInForm(Form):
    username = StringField(
        "Tên đăng nhập",
        [Needed("tên đăng nhập"), Length(max=80)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        "Mật khẩu",
        [Needed("mật khẩu"), Length(max=accounts.PASSWORD_MAX_LENGTH)],
        render_kw={"autocomplete": "current-password"},
    )


class PasswordForm(Form):
    now = PasswordField("Mật khẩu hiện tại", [Needed("mật khẩu hiện tại")], render_kw={"autocomplete": "current-password"})
    new = PasswordField(
        "Mật khẩu mới",
        [Needed("mật khẩu mới")],
        description=f"Từ {accounts.PASSWORD_MIN_LENGTH} ký tự; nên dùng một câu dễ nhớ",
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField("Nhập lại mật khẩu mới", [Needed("mật khẩu mới lần hai")], render_kw={"autocomplete": "new-password"})


class PersonForm(Form):
    name = StringField("Họ và tên", [Needed("họ và tên"), Length(max=120)], render_kw={"autocomplete": "name"})
    position = StringField("Chức vụ", [Length(max=120)])
    email = StringField(
        "Địa chỉ thư điện tử",
        [Length(max=254)],
        description="Thư nhắc việc, thư giữ lại chờ duyệt và thư của đơn vị trả lời đến địa chỉ này",
        render_kw={"autocomplete": "email", "inputmode": "email"},
    )
    phone = StringField("Số điện thoại", [Length(max=40)], render_kw={"autocomplete": "tel"})


@bp.get("/sign-in")
@guards.public
def sign_in() -> ResponseReturnValue:
    if sessions.person() is not None:
        return redirect(_next())
    return render_template("auth/sign_in.html", form=SignInForm())


@bp.post("/sign-in")
@guards.public
def do_sign_in() -> ResponseReturnValue:
    form = SignInForm()
    if not form.validate_on_submit():
        return render_template("auth/sign_in.html", form=form), 422
    try:
        user_id = _check_password(form.username.data, form.password.data)
    except Refused as refused:
        form.password.errors = [refused.sentence]
        return render_template("auth/sign_in.html", form=form), STATUS_OF_REFUSAL.get(refused.key, 422)
    facts = people.signed_in(db.session(), user_id, today=clock.today())
    if facts is None:
        return redirect(url_for("auth.sign_in"))
    if facts.has_second_step:
        return second_step.ask(user_id, _next())
    sessions.begin(facts)
    return redirect(guards.first_page(facts, _next()))


@bp.post("/sign-out")
@guards.public
def sign_out() -> ResponseReturnValue:
    sessions.end()
    flash("Đã đăng xuất.", "ok")
    return redirect(url_for("auth.sign_in"))


@bp.get("/account")
@guards.signed_in
def account() -> ResponseReturnValue:
    return _account(PasswordForm(formdata=None), _person_form())


@bp.post("/account/person")
@guards.signed_in
def describe_person() -> ResponseReturnValue:
    form = PersonForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                accounts.describe_person(
                    session,
                    guards.current_person().user_id,
                    name=form.name.data,
                    position=form.position.data or "",
                    email=form.email.data or "",
                    phone=form.phone.data or "",
                    by=guards.current_actor(),
                    now=clock.now(),
                )
        except Refused as refused:
            form.email.errors = [refused.sentence]
        else:
            flash("Đã lưu thông tin liên hệ.", "ok")
            return redirect(url_for("auth.account"))
    return _account(PasswordForm(formdata=None), form), 422


@bp.post("/account/sessions/end")
@guards.signed_in
def end_other_sessions() -> ResponseReturnValue:
    person = guards.current_person()
    with transaction() as session:
        users.end_sessions(session, person.user_id, by=guards.current_actor(), now=clock.now())
    facts = people.signed_in(db.session(), person.user_id, today=clock.today())
    if facts is not None:
        sessions.begin(facts)
    flash("Đã kết thúc các phiên đăng nhập khác của tài khoản này.", "ok")
    return redirect(url_for("auth.account"))


@bp.post("/account/password")
@guards.signed_in
def change_password() -> ResponseReturnValue:
    form = PasswordForm()
    person = guards.current_person()
    if form.validate_on_submit():
        if form.new.data != form.again.data:
            form.again.errors = [sentence("passwords_differ")]
        elif refused := accounts.refusal_of_password(person.username, form.new.data):
            form.new.errors = [refused.sentence]
        elif not _is_own_password(person.username, form.now.data):
            form.now.errors = [sentence("password_now_wrong")]
        else:
            new_hash = passwords.hash_password(form.new.data)
            with transaction() as session:
                accounts.change_password(session, person.user_id, new_hash=new_hash, by=guards.current_actor(), now=clock.now())
            facts = people.signed_in(db.session(), person.user_id, today=clock.today())
            if facts is not None:
                sessions.begin(facts)
            flash("Đã đổi mật khẩu; các phiên đăng nhập khác của tài khoản này đã kết thúc.", "ok")
            return redirect("/")
    return _account(form, _person_form()), 422


def _account(form: PasswordForm, person_form: PersonForm) -> str:
    rhythm = rhythm_form_of_user(guards.current_person().user_id)
    return render_template("auth/account.html", form=form, person_form=person_form, rhythm_form=rhythm)


def _person_form() -> PersonForm:
    """The form as the database has it."""
    user = people.contact_details(db.session(), guards.current_person().user_id)
    return PersonForm(formdata=None, data=user)


@bp.post("/look")
@guards.public
def choose_theme() -> ResponseReturnValue:
    theme = request.form.get("theme", "")
    theme = theme if theme in THEMES else ""
    person = sessions.person()
    if person is not None:
        with transaction() as session:
            accounts.choose_theme(session, person.user_id, theme)
    response = redirect(_next())
    if theme:
        response.set_cookie(THEME_COOKIE, theme, max_age=THEME_COOKIE_SECONDS, httponly=True, samesite="Lax")
    else:
        response.delete_cookie(THEME_COOKIE)
    return response


def _check_password(username: str, password: str) -> int:
    """Two short transactions round the slow comparison; see services.accounts."""
    address, now = request.remote_addr or "", clock.now()
    with transaction() as session:
        start = accounts.begin_sign_in(session, username, address=address, now=now)
    is_right = passwords.is_right(start.password_hash, password)
    new_hash = passwords.hash_password(password) if is_right and passwords.needs_rehash(start.password_hash) else ""
    with transaction() as session:
        return accounts.finish_sign_in(session, start, password_is_right=is_right, address=address, now=now, new_hash=new_hash)


def _is_own_password(username: str, password: str) -> bool:
    """The throttle counts here too: an open session must not be a place to guess at."""
    try:
        _check_password(username, password)
    except Refused:
        return False
    return True


def _next() -> str:
    return guards.local_path(request.values.get("next"))
