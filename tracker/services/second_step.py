"""The second step of signing in: an authenticator app's code, or a recovery code, each of which serves once.

Codes are made and compared by an adapter at the edge (tracker/one_time_codes.py); here is what is kept and who may sign in.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.errors import Refused
from tracker.models import User
from tracker.rules.access import Actor
from tracker.services import journal


@dataclass(frozen=True)
class SecondStep:
    """What a page must know to ask for a code."""

    secret: str  #: "" while no app is joined
    is_on: bool
    last_step: int
    recovery_left: int
    since: datetime | None


def second_step(session: Session, user_id: int) -> SecondStep:
    row = session.execute(
        select(User.totp_secret, User.totp_since, User.totp_last_step, User.recovery_hashes).where(User.id == user_id)
    ).one()
    return SecondStep(row.totp_secret, row.totp_since is not None, row.totp_last_step, len(row.recovery_hashes), row.totp_since)


def switch_on(
    session: Session, user_id: int, *, secret: str, step: int, recovery_hashes: list[str], by: Actor, now: datetime
) -> None:
    """Keep the secret whose first code was right. Every other session of the account ends."""
    user = session.get_one(User, user_id)
    user.totp_secret, user.totp_since, user.totp_last_step = secret, now, step
    user.recovery_hashes = recovery_hashes
    user.session_nonce = secrets.token_hex(16)
    journal.record(session, journal.Line("bật bước xác nhận thứ hai", f"tài khoản {user.username}"), by=by, now=now)


def switch_off(session: Session, user_id: int, *, by: Actor, now: datetime) -> None:
    user = session.get_one(User, user_id)
    user.totp_secret, user.totp_since, user.totp_last_step, user.recovery_hashes = "", None, 0, []
    journal.record(session, journal.Line("bỏ bước xác nhận thứ hai", f"tài khoản {user.username}"), by=by, now=now)


def new_recovery_codes(session: Session, user_id: int, hashes: list[str], *, by: Actor, now: datetime) -> None:
    """The codes before end."""
    user = session.get_one(User, user_id)
    user.recovery_hashes = hashes
    journal.record(session, journal.Line("lập mã dự phòng mới", f"tài khoản {user.username}"), by=by, now=now)


def use_step(session: Session, user_id: int, step: int) -> None:
    """A code's time step is spent. Raises Refused code_wrong when somebody was quicker with the same code."""
    user = session.execute(select(User).where(User.id == user_id).with_for_update(of=User)).scalar_one()
    if step <= user.totp_last_step:
        raise wrong_code()
    user.totp_last_step = step


def use_recovery_code(session: Session, user_id: int, code_hash: str, *, now: datetime) -> int:
    """A recovery code is spent; how many are left. Raises Refused code_wrong."""
    user = session.execute(select(User).where(User.id == user_id).with_for_update(of=User)).scalar_one()
    if code_hash not in user.recovery_hashes:
        raise wrong_code()
    user.recovery_hashes = [kept for kept in user.recovery_hashes if kept != code_hash]
    who = Actor(f"user-{user.id}", user.name)
    journal.record(session, journal.Line("dùng mã dự phòng", f"tài khoản {user.username}"), by=who, now=now)
    return len(user.recovery_hashes)


def wrong_code() -> Refused:
    return Refused("code_wrong", "Mã không đúng hoặc đã dùng; nhập mã đang hiện trên ứng dụng, hoặc một mã dự phòng.")
