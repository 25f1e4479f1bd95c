"""Offices below an office: founded by its administrator, read by its people, at any depth and in no circle."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.builders import START, cast, running_plan
from tracker.errors import Refused
from tracker.models import JournalEntry, Office, User
from tracker.queries.offices import has_below, office_below, offices_below
from tracker.rules.access import Actor
from tracker.rules.states import Role
from tracker.services import offices
from tracker.services.offices import NewOffice

WANTED = NewOffice("Phòng Nội vụ", "UBND huyện Cam Lâm", "", "cam-lam", "Nguyễn Văn Quản", "quan@example.vn")


def admin(office_id: int) -> Actor:
    return Actor("user-1", "Quản trị", Role.ADMIN, office_id)


def test_an_administrator_founds_an_office_below_with_an_administrator_of_its_own(session: Session) -> None:
    people = cast(session)
    user = offices.found_office(session, WANTED, by=admin(people.office_id), now=START)
    office = session.get_one(Office, user.office_id)
    assert (office.parent_id, office.place, user.role, user.password_hash) == (
        people.office_id, "UBND huyện Cam Lâm", Role.ADMIN, "",
    )  # fmt: skip
    assert has_below(session, people.office_id)
    line = session.scalars(select(JournalEntry).order_by(JournalEntry.id.desc())).first()
    assert line is not None
    assert line.what == "cơ quan cấp dưới Phòng Nội vụ, UBND huyện Cam Lâm"


@pytest.mark.parametrize(
    ("change", "key"),
    [({"admin_email": "không phải"}, "email_invalid"), ({"username": "ha1"}, "username_repeated"), ({}, "office_repeated")],
)
def test_what_cannot_be_is_refused(session: Session, change: dict[str, str], key: str) -> None:
    people = cast(session)
    session.add(User(office_id=people.office_id, username="HA1".lower() + "x", name="X", role=Role.CLERK))
    wanted = replace(WANTED, **change)
    if key == "office_repeated":
        offices.found_office(session, WANTED, by=admin(people.office_id), now=START)
        wanted = replace(WANTED, name="phòng  nội vụ", username="khac")
    with pytest.raises(Refused) as refused:
        offices.found_office(session, wanted, by=admin(people.office_id), now=START)
    assert refused.value.key == key


def test_only_an_administrator_founds(session: Session) -> None:
    people = cast(session)
    for by in (people.ha, people.dung):
        with pytest.raises(Refused) as refused:
            offices.found_office(session, WANTED, by=by, now=START)
        assert refused.value.key == "admin_only"


def test_offices_stand_under_the_one_they_belong_to_and_nobody_above_himself(session: Session) -> None:
    top, middle, low, apart = (cast(session, 1, name=name) for name in ("Sở", "Huyện", "Xã", "Khác"))
    for child, parent in ((middle, top), (low, middle)):
        session.get_one(Office, child.office_id).parent_id = parent.office_id
    running_plan(session, low)
    session.flush()
    found = offices_below(session, top.office_id, today=date(2021, 7, 5))
    assert [(o.id, o.depth, o.running, o.late) for o in found] == [
        (middle.office_id, 1, 0, 0), (low.office_id, 2, 1, 1),
    ]  # fmt: skip
    assert office_below(session, top.office_id, low.office_id) is not None
    for above, wanted in ((low, top), (top, apart), (top, top), (middle, top)):
        assert office_below(session, above.office_id, wanted.office_id) is None
    session.get_one(Office, top.office_id).parent_id = low.office_id  # a circle that somebody wrote by hand
    session.flush()
    assert [o.id for o in offices_below(session, top.office_id, today=START.date())] == [middle.office_id, low.office_id]
    assert office_below(session, top.office_id, top.office_id) is None
