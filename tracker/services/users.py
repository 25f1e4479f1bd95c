"""Users of an office: an administrator invites, changes, disables and re-enables them, and hands their plans over.

Nobody types a password for somebody else: an invitation is a link that sets one. Everything here ends in the journal.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tracker.errors import NotFound, Refused
from tracker.models import Deputy, Plan, User
from tracker.rules.access import Actor, refusal_to_administer
from tracker.rules.states import PlanStatus, Role
from tracker.rules.unit_rows import is_address
from tracker.services import accounts, journal, outbox
from tracker.wording import date_short, nfc, refusal
from tracker.wording.vocabulary import ROLE

#: An invitation serves for three days, a link for a forgotten password for one hour.
INVITATION_HOURS = 72
RESET_HOURS = 1
#: So many links are mailed to one account a day, however often somebody asks.
RESETS_A_DAY = 5
#: Plans that still need a coordinator.
_LIVE = (PlanStatus.NOT_STARTED, PlanStatus.RUNNING, PlanStatus.PAUSED)


@dataclass(frozen=True)
class UserFields:
    """What an administrator writes of a user."""

    name: str
    role: Role
    salutation: str = ""
    position: str = ""
    email: str = ""
    phone: str = ""


def invite_user(session: Session, office_id: int, username: str, fields: UserFields, *, by: Actor, now: datetime) -> User:
    """A new account without a password: it can sign in once its invitation has been used.

    Raises Refused: admin_only, username_repeated, email_invalid.
    """
    _check(session, by, office_id)
    check_address(fields.email)
    user = accounts.create_user(
        session, office_id=office_id, username=username, name=fields.name, role=fields.role, password_hash="", by=by, now=now,
        email=fields.email, phone=fields.phone, position=fields.position, must_change_password=False,
    )  # fmt: skip
    user.salutation = fields.salutation
    return user


def change_user(session: Session, user_id: int, fields: UserFields, *, by: Actor, now: datetime) -> None:
    """Raises NotFound, Refused: admin_only, email_invalid, last_admin (an office keeps an administrator)."""
    user = _user(session, user_id, by)
    check_address(fields.email)
    if user.role is Role.ADMIN and fields.role is not Role.ADMIN:
        _keep_an_administrator(session, user)
    changed = []
    if user.role is not fields.role:
        changed.append(f"vai trò {ROLE[user.role]} thành {ROLE[fields.role]}")
        user.session_nonce = secrets.token_hex(16)  # pages open under the old role end
    user.name, user.role, user.salutation = nfc(fields.name), fields.role, fields.salutation
    user.position, user.email, user.phone = fields.position, fields.email, fields.phone
    journal.record(session, journal.Line("sửa", f"tài khoản {user.username}", why="; ".join(changed)), by=by, now=now)


def disable_user(session: Session, user_id: int, *, reason: str, by: Actor, now: datetime) -> None:
    """The account ends at once, in every browser; plans it coordinates stay with it until they are handed over.

    Raises NotFound, Refused: admin_only, last_admin.
    """
    user = _user(session, user_id, by)
    if user.role is Role.ADMIN:
        _keep_an_administrator(session, user)
    if user.is_enabled:
        user.is_enabled = False
        user.session_nonce = secrets.token_hex(16)
        session.execute(
            update(Deputy).where(Deputy.deputy_id == user_id, Deputy.ended_at.is_(None)).values(ended_at=now)
        )  # nobody is represented by an account that has ended
        journal.record(session, journal.Line("khóa", f"tài khoản {user.username}", why=reason), by=by, now=now)


def enable_user(session: Session, user_id: int, *, by: Actor, now: datetime) -> None:
    """Raises NotFound, Refused admin_only."""
    user = _user(session, user_id, by)
    if not user.is_enabled:
        user.is_enabled = True
        journal.record(session, journal.Line("mở khóa", f"tài khoản {user.username}"), by=by, now=now)


def end_sessions(session: Session, user_id: int, *, by: Actor, now: datetime) -> None:
    """Sign an account out everywhere; also links that were to set its password end. A user may do it to his own account."""
    user = session.get(User, user_id)
    if user is None or (by.key != f"user-{user_id}" and by.office_id != user.office_id):
        raise NotFound(f"user {user_id}")
    if by.key != f"user-{user_id}":
        _check(session, by, user.office_id)
    user.session_nonce = secrets.token_hex(16)
    journal.record(session, journal.Line("kết thúc mọi phiên", f"tài khoản {user.username}"), by=by, now=now)


def nonce_for_link(session: Session, user_id: int, *, by: Actor, now: datetime) -> str:
    """What signs a link that an administrator hands over by himself; the link is shown once, on the page.

    Raises NotFound, Refused admin_only.
    """
    user = _user(session, user_id, by)
    journal.record(session, journal.Line("cấp liên kết đặt mật khẩu", f"tài khoản {user.username}"), by=by, now=now)
    return user.session_nonce


def drop_second_step(session: Session, user_id: int, *, by: Actor, now: datetime) -> None:
    """For somebody who lost both phone and recovery codes. Raises NotFound, Refused admin_only."""
    user = _user(session, user_id, by)
    user.totp_secret, user.totp_since, user.totp_last_step, user.recovery_hashes = "", None, 0, []
    user.session_nonce = secrets.token_hex(16)
    journal.record(session, journal.Line("bỏ bước xác nhận thứ hai", f"tài khoản {user.username}"), by=by, now=now)


@dataclass(frozen=True)
class Resettable:
    """An account whose holder forgot the password."""

    user_id: int
    username: str
    nonce: str


def account_to_reset(session: Session, name: str) -> Resettable | None:
    """The enabled account of that user name or address, when it has an address; None else, and the page must not tell."""
    key = accounts.account_key(name)
    found = session.execute(
        select(User.id, User.username, User.session_nonce)
        .where(User.is_enabled, User.email != "", (User.username == key) | (func.lower(User.email) == key))
        .limit(2)
    ).all()
    return Resettable(*found[0]) if len(found) == 1 else None


def mail_reset(session: Session, account: Resettable, *, token: str, now: datetime) -> bool:
    """Queue letter 17 to the account's address. False when it was asked for too often today."""
    user = session.get_one(User, account.user_id)
    sent = outbox.count_of_day(session, f"user-{user.id}", "password_reset", now.date())
    if sent >= RESETS_A_DAY:
        return False
    letter = outbox.enqueue(
        session,
        kind="password_reset",
        key=f"password_reset:user-{user.id}:{now.date().isoformat()}:{sent + 1}",
        person=f"user-{user.id}",
        to_name=user.name,
        to_email=user.email,
        facts={"token": token, "at": now.isoformat(), "minutes": RESET_HOURS * 60, "username": user.username},
        day=now.date(),
        now=now,
    )
    return letter is not None


def set_password(session: Session, user_id: int, *, nonce: str, new_hash: str, now: datetime) -> None:
    """What a link sets. Raises Refused reset_used when the link was used, or the account changed since."""
    user = session.execute(select(User).where(User.id == user_id).with_for_update(of=User)).scalar_one_or_none()
    if user is None or not user.is_enabled or not secrets.compare_digest(user.session_nonce, nonce):
        raise refusal("reset_used")
    accounts.change_password(session, user_id, new_hash=new_hash, by=Actor(f"user-{user.id}", user.name), now=now)


def hand_over_plans(session: Session, from_id: int, to_id: int, *, by: Actor, now: datetime) -> int:
    """Every live plan that one user coordinates or leads goes to another of the office. Returns how many.

    Raises NotFound, Refused admin_only; Refused user_cannot_coordinate when the other may not.
    """
    leaver, taker = _user(session, from_id, by), _user(session, to_id, by)
    if not taker.is_enabled or leaver.office_id != taker.office_id:
        raise NotFound(f"user {to_id}")
    plans = session.scalars(
        select(Plan).where(Plan.status.in_(_LIVE), (Plan.coordinator_id == from_id) | (Plan.leader_id == from_id))
    ).all()
    coordinates = any(plan.coordinator_id == from_id for plan in plans)
    if coordinates and taker.role not in (Role.COORDINATOR, Role.ADMIN):
        raise Refused("user_cannot_coordinate", f"{taker.name} là {ROLE[taker.role]}, không điều phối được; chọn điều phối viên.")
    for plan in plans:
        if plan.coordinator_id == from_id:
            plan.coordinator_id = to_id
        if plan.leader_id == from_id:
            plan.leader_id = to_id
        plan.changed_at = now
    lines = [journal.Line("bàn giao", f"kế hoạch {p.short_name} từ {leaver.name} cho {taker.name}", plan_id=p.id) for p in plans]
    if lines:
        journal.record_many(session, lines, by=by, now=now)
    return len(plans)


def name_deputy(
    session: Session, absent_id: int, deputy_id: int, *, from_on: date, until_on: date, reason: str, by: Actor, now: datetime
) -> Deputy:
    """From day to day `deputy` acts for `absent`. An administrator may name it, or the absent person.

    Raises NotFound, Refused: admin_only, deputy_days, deputy_self.
    """
    absent = session.get(User, absent_id)
    deputy = session.get(User, deputy_id)
    if absent is None or deputy is None or by.office_id not in (absent.office_id, None) or absent.office_id != deputy.office_id:
        raise NotFound(f"user {absent_id}")
    if by.key != f"user-{absent_id}":
        _check(session, by, absent.office_id)
    if absent_id == deputy_id:
        raise Refused("deputy_self", "Người thay phải là người khác; chọn một người trong cơ quan.")
    if until_on < from_on or until_on < now.date():
        raise Refused("deputy_days", "Ngày cuối phải từ ngày đầu trở đi và chưa qua; sửa lại ngày.")
    row = Deputy(absent_id=absent_id, deputy_id=deputy_id, from_on=from_on, until_on=until_on, reason=nfc(reason))
    session.add(row)
    session.flush()
    days = f"từ {date_short(from_on)} đến hết {date_short(until_on)}"
    journal.record(session, journal.Line("ủy quyền", f"{deputy.name} thay {absent.name} {days}", why=reason), by=by, now=now)
    return row


def end_deputy(session: Session, row_id: int, *, by: Actor, now: datetime) -> None:
    """Raises NotFound, Refused admin_only."""
    row = session.get(Deputy, row_id)
    if row is None:
        raise NotFound(f"deputy {row_id}")
    absent = session.get_one(User, row.absent_id)
    if by.office_id not in (absent.office_id, None):
        raise NotFound(f"deputy {row_id}")
    if by.key != f"user-{row.absent_id}":
        _check(session, by, absent.office_id)
    if row.ended_at is None:
        row.ended_at = now
        deputy = session.get_one(User, row.deputy_id)
        journal.record(session, journal.Line("thôi ủy quyền", f"{deputy.name} thay {absent.name}"), by=by, now=now)


def administrator_name(session: Session, office_id: int) -> str:
    """Whom a refusal names; "quản trị" when there is none."""
    query = select(User.name).where(User.office_id == office_id, User.role == Role.ADMIN, User.is_enabled).order_by(User.id)
    return session.scalar(query.limit(1)) or "quản trị"


def _user(session: Session, user_id: int, by: Actor) -> User:
    """A user of the actor's own office; that others exist elsewhere is not told."""
    user = session.get(User, user_id)
    if user is None or by.office_id not in (user.office_id, None):
        raise NotFound(f"user {user_id}")
    _check(session, by, user.office_id)
    return user


def _check(session: Session, by: Actor, office_id: int) -> None:
    refused = refusal_to_administer(by, "tài khoản", office_id=office_id, admin=administrator_name(session, office_id))
    if refused:
        raise Refused(*refused)


def check_address(email: str) -> None:
    """Raises Refused for what is written but is no address."""
    if email and not is_address(email):
        raise Refused("email_invalid", f"“{email}” không phải địa chỉ thư điện tử; ghi dạng ten@coquan.vn, không dấu.")


def _keep_an_administrator(session: Session, user: User) -> None:
    others = select(func.count(User.id)).where(
        User.office_id == user.office_id, User.role == Role.ADMIN, User.is_enabled, User.id != user.id
    )
    if user.is_enabled and not session.scalar(others):
        raise refusal("last_admin")
