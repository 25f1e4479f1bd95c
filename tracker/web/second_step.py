"""The second step of signing in: the code page, and joining an authenticator app to one's account."""

from __future__ import annotations

import time

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from wtforms import StringField
from wtforms.validators import Length

from tracker import clock, one_time_codes
from tracker.db import db, transaction
from tracker.errors import Refused
from tracker.queries import people
from tracker.services import accounts, second_step
from tracker.web import guards, sessions
from tracker.web.errors import STATUS_OF_REFUSAL
from tracker.web.forms import Form, Needed

bp = Blueprint("second_step", __name__)

#: Between password and code; then the password is asked for again.
HALF_SECONDS = 5 * 60
_HALF, _NEXT, _NEW = "half", "half_next", "new_secret"


class CodeForm(Form):
    code = StringField(
        "Mã xác nhận",
        [Needed("mã xác nhận"), Length(max=40)],
        description="Sáu chữ số đang hiện trên ứng dụng, hoặc một mã dự phòng",
        render_kw={"autocomplete": "one-time-code", "inputmode": "text", "autocapitalize": "none", "spellcheck": "false"},
    )


def ask(user_id: int, target: str) -> ResponseReturnValue:
    """After a right password: remember that, and go on to the code. Nothing is signed in yet."""
    session.clear()
    session[_HALF] = [user_id, int(time.time())]
    session[_NEXT] = target
    return redirect(url_for("second_step.code"))


@bp.get("/sign-in/code")
@guards.public
def code() -> ResponseReturnValue:
    if _half() is None:
        return redirect(url_for("auth.sign_in"))
    return render_template("auth/code.html", form=CodeForm())


@bp.post("/sign-in/code")
@guards.public
def check_code() -> ResponseReturnValue:
    user_id = _half()
    if user_id is None:
        return redirect(url_for("auth.sign_in"))
    form = CodeForm()
    if not form.validate_on_submit():
        return render_template("auth/code.html", form=form), 422
    try:
        left = _spend(user_id, form.code.data)
    except Refused as refused:
        form.code.errors = [refused.sentence]
        return render_template("auth/code.html", form=form), STATUS_OF_REFUSAL.get(refused.key, 422)
    facts = people.signed_in(db.session(), user_id, today=clock.today())
    if facts is None:
        return redirect(url_for("auth.sign_in"))
    target = guards.local_path(session.get(_NEXT))
    sessions.begin(facts)
    if left is not None:
        flash(f"Đã dùng một mã dự phòng; còn {left} mã.", "soon")
    return redirect(guards.first_page(facts, target))


@bp.get("/account/second-step")
@guards.signed_in
def show() -> ResponseReturnValue:
    return _page(CodeForm(formdata=None))


@bp.post("/account/second-step")
@guards.signed_in
def join() -> ResponseReturnValue:
    """The first code of a new app proves that it was joined."""
    form = CodeForm()
    person = guards.current_person()
    secret = str(session.get(_NEW, ""))
    step = (
        one_time_codes.step_of(secret, form.code.data or "", now=clock.now(), after_step=0) if form.validate_on_submit() else None
    )
    if step is None:
        if not form.code.errors:
            form.code.errors = [second_step.wrong_code().sentence]
        return _page(form), 422
    codes = one_time_codes.new_recovery_codes()
    with transaction() as db_session:
        second_step.switch_on(
            db_session,
            person.user_id,
            secret=secret,
            step=step,
            recovery_hashes=[one_time_codes.recovery_hash(c) for c in codes],
            by=guards.current_actor(),
            now=clock.now(),
        )
    _sign_in_again(person.user_id)
    return _codes_page(codes)


@bp.post("/account/second-step/codes")
@guards.signed_in
def renew_codes() -> ResponseReturnValue:
    codes = one_time_codes.new_recovery_codes()
    with transaction() as db_session:
        second_step.new_recovery_codes(
            db_session,
            guards.current_person().user_id,
            [one_time_codes.recovery_hash(c) for c in codes],
            by=guards.current_actor(),
            now=clock.now(),
        )
    return _codes_page(codes)


@bp.post("/account/second-step/off")
@guards.signed_in
def switch_off() -> ResponseReturnValue:
    """A code of the app (or a recovery code) is asked for: an open session is not enough."""
    form = CodeForm()
    person = guards.current_person()
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        _spend(person.user_id, form.code.data)
    except Refused as refused:
        form.code.errors = [refused.sentence]
        return _page(form), STATUS_OF_REFUSAL.get(refused.key, 422)
    with transaction() as db_session:
        second_step.switch_off(db_session, person.user_id, by=guards.current_actor(), now=clock.now())
    flash("Đã bỏ bước xác nhận thứ hai.", "ok")
    return redirect(url_for("auth.account"))


def _spend(user_id: int, code: str) -> int | None:
    """Count the try, then spend the code; how many recovery codes are left when it was one of those.

    Raises Refused: code_wrong, sign_in_locked. The throttle is that of passwords, under the account's name.
    """
    now = clock.now()
    address = request.remote_addr or ""
    with transaction() as db_session:
        known = second_step.second_step(db_session, user_id)
        account = accounts.account_of(db_session, user_id)
        start = accounts.begin_sign_in(db_session, f"{account}#code", address=address, now=now)
    step = one_time_codes.step_of(known.secret, code, now=now, after_step=known.last_step)
    with transaction() as db_session:
        if step is not None:
            second_step.use_step(db_session, user_id, step)
            left = None
        else:
            left = second_step.use_recovery_code(db_session, user_id, one_time_codes.recovery_hash(code), now=now)
        accounts.clear_attempts(db_session, start, address=address)
    return left


def _half() -> int | None:
    """Whose password was right a moment ago."""
    half = session.get(_HALF)
    if not isinstance(half, list) or len(half) != 2 or time.time() - half[1] > HALF_SECONDS:
        return None
    return int(half[0])


def _page(form: CodeForm) -> str:
    person = guards.current_person()
    known = second_step.second_step(db.session(), person.user_id)
    if known.is_on:
        return render_template("auth/second_step.html", form=form, known=known, picture="", secret="")
    secret = session.get(_NEW)
    if not isinstance(secret, str):
        secret = session[_NEW] = one_time_codes.new_secret()
    address = one_time_codes.address(secret, account=person.username, issuer=f"Khảo sát hài lòng ({person.office_name})")
    picture = Markup(one_time_codes.qr_code(address))  # noqa: S704 - markup of our own making
    return render_template("auth/second_step.html", form=form, known=known, picture=picture, secret=secret)


def _codes_page(codes: list[str]) -> ResponseReturnValue:
    response = current_app.make_response(render_template("auth/recovery_codes.html", codes=codes))
    response.headers["Cache-Control"] = "no-store"
    return response


def _sign_in_again(user_id: int) -> None:
    """The nonce has changed: this browser goes on, the others end."""
    facts = people.signed_in(db.session(), user_id, today=clock.today())
    if facts is not None:
        sessions.begin(facts)
