"""A forgotten password: a link to the account's address, and the page behind it. The answer never tells who has an account."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import PasswordField, StringField
from wtforms.validators import Length

from tracker import clock, passwords, tokens
from tracker.db import db, transaction
from tracker.queries import people
from tracker.services import accounts, users
from tracker.tokens import PasswordToken
from tracker.web import guards, sessions
from tracker.web.forms import Form, Needed
from tracker.wording import refusal, sentence

bp = Blueprint("reset", __name__)


class ForgottenForm(Form):
    account = StringField(
        "Tên đăng nhập hoặc địa chỉ thư",
        [Needed("tên đăng nhập hoặc địa chỉ thư"), Length(max=254)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )


class NewPasswordForm(Form):
    new = PasswordField(
        "Mật khẩu mới",
        [Needed("mật khẩu mới"), Length(max=accounts.PASSWORD_MAX_LENGTH)],
        description=f"Từ {accounts.PASSWORD_MIN_LENGTH} ký tự; nên dùng một câu dễ nhớ",
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField("Nhập lại mật khẩu mới", [Needed("mật khẩu mới lần hai")], render_kw={"autocomplete": "new-password"})


@bp.get("/forgotten")
@guards.public
def forgotten() -> ResponseReturnValue:
    return render_template("auth/forgotten.html", form=ForgottenForm(), sent=False)


@bp.post("/forgotten")
@guards.public
def send_link() -> ResponseReturnValue:
    form = ForgottenForm()
    if not form.validate_on_submit():
        return render_template("auth/forgotten.html", form=form, sent=False), 422
    with transaction() as session:
        account = users.account_to_reset(session, form.account.data)
        if account is not None:
            token = tokens.password_token(current_app.secret_key or "", account.user_id, account.nonce, hours=users.RESET_HOURS)
            users.mail_reset(session, account, token=token, now=clock.now())
    return render_template("auth/forgotten.html", form=form, sent=True)


@bp.get("/reset/<token>")
@guards.public
def choose_password(token: str) -> ResponseReturnValue:
    read = _read(token)
    return render_template("auth/reset.html", form=NewPasswordForm(), username=_username(read), token=token)


@bp.post("/reset/<token>")
@guards.public
def set_password(token: str) -> ResponseReturnValue:
    read = _read(token)
    form = NewPasswordForm()
    username = _username(read)
    if form.validate_on_submit():
        if form.new.data != form.again.data:
            form.again.errors = [sentence("passwords_differ")]
        elif refused := accounts.refusal_of_password(username, form.new.data):
            form.new.errors = [refused.sentence]
        else:
            new_hash = passwords.hash_password(form.new.data)
            with transaction() as session:
                users.set_password(session, read.user_id, nonce=read.nonce, new_hash=new_hash, now=clock.now())
            sessions.end()
            flash("Đã đặt mật khẩu mới; đăng nhập bằng mật khẩu này.", "ok")
            return redirect(url_for("auth.sign_in"))
    return render_template("auth/reset.html", form=form, username=username, token=token), 422


def _read(token: str) -> PasswordToken:
    """What a link says while it serves. Raises Refused reset_used."""
    read = tokens.read_password_token(current_app.secret_key or "", token)
    if read is None or clock.now() > read.expires_at:
        raise refusal("reset_used")
    return read


def _username(read: PasswordToken) -> str:
    """Raises Refused reset_used when the account has changed since the link was made."""
    account = people.signed_in(db.session(), read.user_id, today=clock.today())
    if account is None or account.session_nonce != read.nonce:
        raise refusal("reset_used")
    return account.username
