"""Accounts: signing in with a throttle, changing a password, making a user.

Hashing a password takes a fifth of a second and is no business of a transaction, so it is done between two short ones:
`begin_sign_in` counts the attempt and gives the hash to compare with; the caller compares; `finish_sign_in` ends it.
An attempt is counted before its password is looked at: many at once cannot slip under the limit.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from tracker.errors import Refused
from tracker.models import SignInAttempt, User
from tracker.rules.access import Actor
from tracker.rules.states import Role
from tracker.rules.unit_rows import is_address
from tracker.services import journal
from tracker.wording import moment, nfc, refusal

#: Failures are counted over this span.
WINDOW = timedelta(minutes=15)
#: From one address for one account; a stranger elsewhere does not lock a person out so soon.
MOST_FOR_ACCOUNT_AT_ADDRESS = 5
MOST_FOR_ACCOUNT = 25
MOST_FROM_ADDRESS = 50
#: Attempts older than this are removed.
KEPT = timedelta(days=1)
PASSWORD_MIN_LENGTH = 10
PASSWORD_MAX_LENGTH = 200


@dataclass(frozen=True)
class SignInStart:
    """An attempt that was counted: `password_hash` is empty when there is no such account."""

    attempt_id: int
    account: str
    user_id: int | None
    password_hash: str
    is_enabled: bool
    left: int  #: attempts that remain after this one


def begin_sign_in(session: Session, username: str, *, address: str, now: datetime) -> SignInStart:
    """Count one attempt. Raises Refused `sign_in_locked` when there were too many within WINDOW."""
    account = account_key(username)
    recent = session.execute(
        select(SignInAttempt.account, SignInAttempt.address, SignInAttempt.at)
        .where(SignInAttempt.at > now - WINDOW, or_(SignInAttempt.account == account, SignInAttempt.address == address))
        .order_by(SignInAttempt.at)
    ).all()
    here = [row.at for row in recent if row.account == account and row.address == address]
    of_account = [row.at for row in recent if row.account == account]
    from_address = [row.at for row in recent if row.address == address]
    for times, most in (
        (here, MOST_FOR_ACCOUNT_AT_ADDRESS),
        (of_account, MOST_FOR_ACCOUNT),
        (from_address, MOST_FROM_ADDRESS),
    ):
        if len(times) >= most:
            raise refusal("sign_in_locked", time=moment(times[-most] + WINDOW))
    attempt = SignInAttempt(account=account, address=address, at=now)
    session.add(attempt)
    session.flush()
    user = session.execute(select(User.id, User.password_hash, User.is_enabled).where(User.username == account)).first()
    return SignInStart(
        attempt_id=attempt.id,
        account=account,
        user_id=user.id if user else None,
        password_hash=user.password_hash if user else "",
        is_enabled=bool(user and user.is_enabled),
        left=MOST_FOR_ACCOUNT_AT_ADDRESS - len(here) - 1,
    )


def finish_sign_in(
    session: Session, start: SignInStart, *, password_is_right: bool, address: str, now: datetime, new_hash: str = ""
) -> int:
    """The id of the user who is now signed in. Raises Refused `sign_in_wrong` or `account_disabled`.

    A right password clears the account's failures from this address; `new_hash` replaces a hash of old parameters.
    """
    if not password_is_right or start.user_id is None:
        if start.left <= 0:
            raise refusal("sign_in_locked", time=moment(now + WINDOW))
        raise refusal("sign_in_wrong", left=start.left)
    clear_attempts(session, start, address=address)
    session.execute(delete(SignInAttempt).where(SignInAttempt.at < now - KEPT))
    if not start.is_enabled:
        raise refusal("account_disabled", admin="quản trị")
    user = session.get_one(User, start.user_id)
    user.last_sign_in_at = now
    if new_hash:
        user.password_hash = new_hash
    return start.user_id


def clear_attempts(session: Session, start: SignInStart, *, address: str) -> None:
    """Somebody proved who he is: what failed before from this address counts no more."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.account == start.account, SignInAttempt.address == address))


def account_of(session: Session, user_id: int) -> str:
    """The user name of an account."""
    return session.execute(select(User.username).where(User.id == user_id)).scalar_one()


def refusal_of_password(username: str, password: str) -> Refused | None:
    """Why a new password is not good enough, or None."""
    text = nfc(password)
    if not PASSWORD_MIN_LENGTH <= len(text) <= PASSWORD_MAX_LENGTH or account_key(text) == account_key(username):
        return refusal("password_weak", min_length=PASSWORD_MIN_LENGTH)
    return None


def change_password(session: Session, user_id: int, *, new_hash: str, by: Actor, now: datetime) -> None:
    """Keep a new password and end every session of the account (the caller begins a new one)."""
    user = session.get_one(User, user_id)
    user.password_hash = new_hash
    user.must_change_password = False
    user.session_nonce = secrets.token_hex(16)
    journal.record(session, journal.Line("đổi mật khẩu", f"tài khoản {user.username}"), by=by, now=now)


def describe_person(
    session: Session, user_id: int, *, name: str, position: str, email: str, phone: str, by: Actor, now: datetime
) -> None:
    """How a user is named in letters and where letters reach him. Raises Refused for an address that is none."""
    if email and not is_address(email):
        raise Refused("email_invalid", f"“{email}” không phải địa chỉ thư điện tử.")
    user = session.get_one(User, user_id)
    user.name, user.position, user.email, user.phone = name, position, email, phone
    journal.record(session, journal.Line("sửa", f"thông tin liên hệ của tài khoản {user.username}"), by=by, now=now)


def create_user(
    session: Session,
    *,
    office_id: int,
    username: str,
    name: str,
    role: Role,
    password_hash: str,
    by: Actor,
    now: datetime,
    email: str = "",
    phone: str = "",
    position: str = "",
    must_change_password: bool = True,
    is_sample: bool = False,
) -> User:
    """A new account; its first password is changed at the first sign-in unless `must_change_password` is False.

    Raises Refused `username_repeated`.
    """
    account = account_key(username)
    if session.execute(select(User.id).where(User.username == account)).first():
        raise refusal("username_repeated", username=account)
    user = User(
        office_id=office_id,
        username=account,
        name=nfc(name),
        role=role,
        password_hash=password_hash,
        email=email,
        phone=phone,
        position=position,
        must_change_password=must_change_password,
        session_nonce=secrets.token_hex(16),
        is_sample=is_sample,
    )
    session.add(user)
    session.flush()
    journal.record(session, journal.Line("lập", f"tài khoản {account} ({user.name})"), by=by, now=now)
    return user


def choose_theme(session: Session, user_id: int, theme: str) -> None:
    """Keep how this person wants pages to look: "light", "dark" or "" (as the machine)."""
    session.get_one(User, user_id).theme = theme


def account_key(username: str) -> str:
    """One way of writing a name for signing in: NFC, lower case, no spaces at the ends."""
    return nfc(username).strip().casefold()[:80]
