"""Who is signed in: a signed cookie that ends by idleness, by age, and when the account's nonce changes."""

from __future__ import annotations

import time
from dataclasses import replace

from flask import Flask, current_app, g, session
from flask.sessions import SecureCookieSessionInterface
from flask_login import LoginManager, current_user, login_user, logout_user
from itsdangerous import URLSafeTimedSerializer

from tracker import clock
from tracker.db import db
from tracker.queries import offices, people
from tracker.queries.people import SignedIn
from tracker.rules.states import Role

#: A session left alone this long is over, whatever its age.
IDLE_SECONDS = 2 * 3600
#: The cookie is written again at most this often, so that most answers carry none.
SEEN_STEP_SECONDS = 120

#: The key under which the session remembers which office below is looked at.
READING = "reading"

login_manager = LoginManager()


class _Sessions(SecureCookieSessionInterface):
    """Flask's, which makes the signer of cookies anew twice a request; here it is made once."""

    _signer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        if self._signer is None:
            self._signer = super().get_signing_serializer(app)
        return self._signer


class Person:
    """The signed-in user as Flask-Login wants it: a read-only view of one row, no ORM object behind it."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, facts: SignedIn) -> None:
        self.facts = facts

    def get_id(self) -> str:
        return f"{self.facts.user_id}.{self.facts.session_nonce}"


def register(app: Flask) -> None:
    app.session_interface = _Sessions()
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    login_manager.session_protection = None  # addresses of laptops change; idleness, age and nonce end a session
    # Its context processor asks who is there for every page, the error page of a database that is away too.
    login_manager.init_app(app, add_context_processor=False)


@login_manager.user_loader  # type: ignore[untyped-decorator]  # flask_login has no types
def _load(session_id: str) -> Person | None:
    if _has_ended():
        session.clear()
        return None
    user_id, _, nonce = session_id.partition(".")
    facts = people.signed_in(db.session(), int(user_id), today=clock.today()) if user_id.isdigit() else None
    if facts is None or facts.session_nonce != nonce:
        session.clear()
        return None
    _mark_seen()
    return Person(_as_reader(facts))


def _as_reader(facts: SignedIn) -> SignedIn:
    """An observer of the office below that is looked at; the own role where none is, or it stands below no more."""
    chosen = session.get(READING)
    if not isinstance(chosen, int):
        return facts
    office = offices.office_below(db.session(), facts.office_id, chosen)
    if office is None:
        session.pop(READING, None)
        return facts
    own = facts.office_place or facts.office_name
    return replace(
        facts, role=Role.OBSERVER, office_id=office.id, office_name=office.name, office_place=office.place, reads_for=own
    )


def begin(facts: SignedIn) -> None:
    """Start a new session: nothing of the one before is kept (a planted cookie must not become a signed-in one)."""
    session.clear()
    session.permanent = True
    session["since"] = session["seen"] = int(time.time())
    login_user(Person(facts))


def end() -> None:
    logout_user()
    session.clear()


def person() -> SignedIn | None:
    """The signed-in user's facts, or None; None too while an error page that asks nothing of the database is made."""
    if g.get("bare"):
        return None
    return current_user.facts if current_user and current_user.is_authenticated else None


def _has_ended() -> bool:
    now = time.time()
    age_limit = current_app.permanent_session_lifetime.total_seconds()
    return bool(now - session.get("seen", 0) > IDLE_SECONDS or now - session.get("since", 0) > age_limit)


def _mark_seen() -> None:
    now = int(time.time())
    if now - session.get("seen", 0) > SEEN_STEP_SECONDS:
        session["seen"] = now
