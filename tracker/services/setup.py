"""The first run: an office and somebody who can sign in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.models import Office, User
from tracker.rules.access import SYSTEM
from tracker.rules.states import Role
from tracker.services import accounts
from tracker.wording import nfc

FIRST_USERNAME = "quantri"


def first_office(session: Session, *, name: str, place: str) -> int:
    """The id of the office this installation was made for; it is made when there is none yet."""
    found = session.scalar(select(func.min(Office.id)).where(~Office.is_sample))
    if found is not None:
        return found
    office = Office(name=nfc(name), place=nfc(place))
    session.add(office)
    session.flush()
    return office.id


def has_accounts(session: Session) -> bool:
    """Whether anybody real can sign in."""
    return session.scalar(select(User.id).where(~User.is_sample).limit(1)) is not None


def first_administrator(session: Session, office_id: int, *, password_hash: str, now: datetime) -> str:
    """The account of the first administrator; returns its user name. Its password was made by chance, so it may stay."""
    user = accounts.create_user(
        session,
        office_id=office_id,
        username=FIRST_USERNAME,
        name="Quản trị",
        role=Role.ADMIN,
        password_hash=password_hash,
        by=SYSTEM,
        now=now,
        must_change_password=False,
    )
    return user.username


def account_id(session: Session, username: str) -> int | None:
    """The id of the account of that name, or None."""
    return session.scalar(select(User.id).where(User.username == accounts.account_key(username)))
