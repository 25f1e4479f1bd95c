"""Users of an office: invited, changed, disabled, represented, relieved of their plans."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.builders import START, cast, running_plan
from tracker.errors import NotFound, Refused
from tracker.models import JournalEntry, OutboxMessage, User
from tracker.queries import people as who_is_in
from tracker.queries import users as queries
from tracker.rules.access import Actor
from tracker.rules.reminders import Recipient
from tracker.rules.states import Role
from tracker.services import people, users
from tracker.services.users import UserFields

CLERK = UserFields(name="Nguyễn Thị Nhập", role=Role.CLERK, salutation="Bà", email="nhap@example.vn")


def administrator(session, office_id):
    user = User(
        office_id=office_id, username=f"admin{office_id}", name="Quản Trị", role=Role.ADMIN, password_hash="x", session_nonce="n"
    )
    session.add(user)
    session.flush()
    return Actor(f"user-{user.id}", user.name, Role.ADMIN, office_id)


def refusal_of(call):
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.key


def test_an_invited_user_cannot_sign_in_before_the_link_was_used(session):
    office = cast(session, 1).office_id
    admin = administrator(session, office)
    user = users.invite_user(session, office, " Nhap.Lieu ", CLERK, by=admin, now=START)
    assert (user.username, user.password_hash, user.salutation, user.is_enabled) == ("nhap.lieu", "", "Bà", True)
    users.set_password(session, user.id, nonce=user.session_nonce, new_hash="hash", now=START)
    assert user.password_hash == "hash"
    lines = [(line.who, line.verb, line.what) for line in session.scalars(select(JournalEntry).order_by(JournalEntry.id))]
    assert lines == [
        ("Quản Trị", "lập", "tài khoản nhap.lieu (Nguyễn Thị Nhập)"),
        ("Nguyễn Thị Nhập", "đổi mật khẩu", "tài khoản nhap.lieu"),
    ]


def test_a_link_sets_a_password_once(session):
    office = cast(session, 1).office_id
    user = users.invite_user(session, office, "nhap", CLERK, by=administrator(session, office), now=START)
    nonce = user.session_nonce
    users.set_password(session, user.id, nonce=nonce, new_hash="one", now=START)
    assert refusal_of(lambda: users.set_password(session, user.id, nonce=nonce, new_hash="two", now=START)) == "reset_used"
    assert user.password_hash == "one"


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.LEADER, Role.CLERK, Role.RECHECKER, Role.OBSERVER])
def test_only_an_administrator_of_the_office_keeps_its_users(session, role):
    here, elsewhere = cast(session, 1), cast(session, 1)
    actor = Actor("user-999", "Ai đó", role, here.office_id)
    assert refusal_of(lambda: users.invite_user(session, here.office_id, "x", CLERK, by=actor, now=START)) == "admin_only"
    assert refusal_of(lambda: users.disable_user(session, here.leader_id, reason="", by=actor, now=START)) == "admin_only"
    stranger = administrator(session, elsewhere.office_id)
    with pytest.raises(NotFound):
        users.change_user(session, here.leader_id, CLERK, by=stranger, now=START)


def test_an_office_keeps_an_administrator(session):
    office = cast(session, 1).office_id
    admin = administrator(session, office)
    admin_id = int(admin.key.removeprefix("user-"))
    assert refusal_of(lambda: users.disable_user(session, admin_id, reason="", by=admin, now=START)) == "last_admin"
    assert refusal_of(lambda: users.change_user(session, admin_id, CLERK, by=admin, now=START)) == "last_admin"
    users.invite_user(session, office, "hai", UserFields("Người Hai", Role.ADMIN), by=admin, now=START)
    users.disable_user(session, admin_id, reason="chuyển công tác", by=admin, now=START)
    assert not session.get_one(User, admin_id).is_enabled


def test_disabling_ends_every_session_and_is_undone_by_enabling(session):
    here = cast(session, 1)
    admin = administrator(session, here.office_id)
    user = session.get_one(User, here.leader_id)
    nonce = user.session_nonce
    users.disable_user(session, user.id, reason="nghỉ hưu", by=admin, now=START)
    assert (user.is_enabled, user.session_nonce == nonce) == (False, False)
    assert who_is_in.signed_in(session, user.id, today=START.date()) is None
    users.enable_user(session, user.id, by=admin, now=START)
    assert who_is_in.signed_in(session, user.id, today=START.date()) is not None


def test_a_changed_role_ends_the_pages_open_under_the_old_one(session):
    here = cast(session, 1)
    user = session.get_one(User, here.leader_id)
    nonce = user.session_nonce
    users.change_user(
        session, user.id, UserFields(user.name, Role.OBSERVER), by=administrator(session, here.office_id), now=START
    )
    assert (user.role, user.session_nonce == nonce) == (Role.OBSERVER, False)
    last = session.scalars(select(JournalEntry).order_by(JournalEntry.id.desc())).first()
    assert last.why == "vai trò Lãnh đạo thành Giám sát"


@pytest.mark.parametrize("typed", ["HA1 ", "ha1@example.vn", "Ha1@Example.VN"])
def test_a_forgotten_password_is_mailed_to_the_address_of_the_account(session, typed):
    here = cast(session, 1)
    session.get_one(User, here.coordinator_id).username = "ha1"
    session.get_one(User, here.coordinator_id).email = "ha1@example.vn"
    session.flush()
    account = users.account_to_reset(session, typed)
    assert account is not None
    assert users.mail_reset(session, account, token="t", now=START)
    letter = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "password_reset")).one()
    assert (letter.to_email, letter.facts["minutes"]) == ("ha1@example.vn", 60)


def test_links_for_a_password_are_mailed_five_times_a_day_at_most(session):
    here = cast(session, 1)
    session.get_one(User, here.coordinator_id).username = "ha1"
    session.flush()
    account = users.account_to_reset(session, "ha1")
    assert account is not None
    assert [users.mail_reset(session, account, token="t", now=START) for _ in range(6)] == [True] * 5 + [False]
    assert users.mail_reset(session, account, token="t", now=START + timedelta(days=1))


def test_a_stranger_or_a_disabled_account_gets_no_link(session):
    here = cast(session, 1)
    user = session.get_one(User, here.coordinator_id)
    user.is_enabled = False
    session.flush()
    assert users.account_to_reset(session, user.username) is None
    assert users.account_to_reset(session, "không có") is None


def test_plans_are_handed_over_to_somebody_who_may_run_them(session):
    here = cast(session, 1)
    admin = administrator(session, here.office_id)
    plan = running_plan(session, here)
    clerk = users.invite_user(session, here.office_id, "nhap", CLERK, by=admin, now=START)
    other = users.invite_user(session, here.office_id, "khac", UserFields("Lý Thị Khác", Role.COORDINATOR), by=admin, now=START)
    hand_over = users.hand_over_plans
    assert refusal_of(lambda: hand_over(session, here.coordinator_id, clerk.id, by=admin, now=START)) == "user_cannot_coordinate"
    assert hand_over(session, here.coordinator_id, other.id, by=admin, now=START) == 1
    assert (plan.coordinator_id, plan.leader_id) == (other.id, here.leader_id)


def test_a_deputy_has_the_role_and_the_letters_of_the_absent_on_those_days_only(session):
    here = cast(session, 1)
    admin = administrator(session, here.office_id)
    plan = running_plan(session, here)
    clerk = users.invite_user(session, here.office_id, "nhap", CLERK, by=admin, now=START)
    first, last = date(2021, 6, 7), date(2021, 6, 11)
    row = users.name_deputy(
        session, here.coordinator_id, clerk.id, from_on=first, until_on=last, reason="nghỉ phép", by=admin, now=START
    )

    def on(day):
        facts = who_is_in.signed_in(session, clerk.id, today=day)
        who = people.directory(session, plan_ids=[plan.id], unit_ids=[], day=day)
        return facts.role, facts.acting_for, who.holder(Recipient.COORDINATOR, plan_id=plan.id, unit_id=None).email

    before = (Role.CLERK, "", here.ha_email)
    during = (Role.COORDINATOR, "Trần Thu Hà", "nhap@example.vn")
    days = [date(2021, 6, 6), first, last, date(2021, 6, 12)]
    assert [on(day) for day in days] == [before, during, during, before]
    assert [d.deputy for d in queries.deputies(session, here.office_id, today=first)] == ["Nguyễn Thị Nhập"]
    users.end_deputy(session, row.id, by=admin, now=START)
    assert on(first) == before


def test_a_deputyship_names_two_people_and_days_to_come(session):
    here = cast(session, 1)
    admin = administrator(session, here.office_id)

    def name(absent, deputy, first, last):
        return refusal_of(
            lambda: users.name_deputy(session, absent, deputy, from_on=first, until_on=last, reason="", by=admin, now=START)
        )

    day = START.date()
    assert name(here.leader_id, here.leader_id, day, day) == "deputy_self"
    assert name(here.leader_id, here.coordinator_id, day, day - timedelta(days=1)) == "deputy_days"
    elsewhere = cast(session, 1)
    with pytest.raises(NotFound):
        users.name_deputy(session, here.leader_id, elsewhere.leader_id, from_on=day, until_on=day, reason="", by=admin, now=START)
