"""One unit at a time: who is in charge, who is not any more, and that nobody overwrites a colleague unseen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.builders import START, Cast, cast
from tracker.errors import NotFound, Refused
from tracker.models import Contact, JournalEntry, Unit
from tracker.services import organisation
from tracker.services.organisation import ContactFields, UnitFields, get_unit, in_charge

NEW = ContactFields("Cao Chi", "chi@example.vn", "Bà", "Công chức", "0258 3000 001", 2)


@pytest.fixture
def people(session: Session) -> Cast:
    return cast(session)


def save_contact(session: Session, people: Cast, contact_id: int | None, fields: ContactFields) -> Contact:
    return organisation.save_contact(session, people.units[0].id, contact_id, fields, version=None, by=people.ha, now=START)


def names_in_charge(session: Session, people: Cast, day: date = START.date()) -> list[tuple[int, str]]:  # noqa: B008
    unit = get_unit(session, people.units[0].id, office_id=people.office_id)
    return sorted((c.rank, c.name) for c in unit.contacts if in_charge(c, day))


def last_line(session: Session) -> str:
    entry = session.scalars(select(JournalEntry).order_by(JournalEntry.id.desc()).limit(1)).one()
    return f"{entry.who} {entry.verb} {entry.what}"


def test_new_unit_makes_its_group(session: Session, people: Cast) -> None:
    unit = organisation.save_unit(
        session, None, UnitFields("Trạm Y tế xã Cam Lập", "Trạm Y tế"), version=None, by=people.ha, now=START
    )
    found = get_unit(session, unit.id, office_id=people.office_id)
    assert found.group is not None
    assert (found.group.name, found.group.position, found.search_key) == ("Trạm Y tế", 2, "tram y te xa cam lap")
    assert last_line(session) == "Trần Thu Hà thêm đơn vị Trạm Y tế xã Cam Lập"


def test_name_of_another_unit_is_refused_but_its_own_is_not(session: Session, people: Cast) -> None:
    first, second = people.units[:2]
    fields = UnitFields(first.name.upper(), "UBND xã, phường")
    with pytest.raises(Refused) as caught:
        organisation.save_unit(session, second.id, fields, version=None, by=people.ha, now=START)
    assert caught.value.sentence == f"Đã có đơn vị tên “{first.name.upper()}” trong thời gian này; kiểm tra danh mục."
    organisation.save_unit(session, first.id, fields, version=None, by=people.ha, now=START)


def test_stale_edit_of_a_unit_is_refused(session: Session, people: Cast) -> None:
    unit = session.get_one(Unit, people.units[0].id)
    with pytest.raises(Refused) as caught:
        organisation.save_unit(session, unit.id, UnitFields(unit.name, ""), version=unit.version - 1, by=people.ha, now=START)
    assert caught.value.key == "changed_just_now"


def test_second_contact_is_added_and_a_third_is_refused(session: Session, people: Cast) -> None:
    save_contact(session, people, None, NEW)
    assert names_in_charge(session, people) == [(1, "Đầu Mối 1"), (2, "Cao Chi")]
    with pytest.raises(Refused) as caught:
        save_contact(session, people, None, replace(NEW, name="Lê An", email="an@example.vn"))
    assert caught.value.sentence == (
        "Thời gian phụ trách của Lê An trùng với Đầu Mối 1 và Cao Chi; mỗi đơn vị có tối đa hai đầu mối cùng lúc."
    )


def test_new_main_contact_puts_the_other_second(session: Session, people: Cast) -> None:
    save_contact(session, people, None, replace(NEW, rank=1))
    assert names_in_charge(session, people) == [(1, "Cao Chi"), (2, "Đầu Mối 1")]


def test_address_of_the_other_contact_is_refused(session: Session, people: Cast) -> None:
    with pytest.raises(Refused) as caught:
        save_contact(session, people, None, replace(NEW, email=people.units[0].email.upper()))
    assert caught.value.key == "contact_email_taken"


def test_corrected_address_is_tried_again(session: Session, people: Cast) -> None:
    contact = session.get_one(Contact, people.units[0].contact_id)
    contact.bounced_on = START.date()
    session.flush()
    save_contact(session, people, contact.id, ContactFields("Đầu Mối 1", "dung@example.vn"))
    assert contact.bounced_on is None


def test_ended_contact_is_out_today_and_the_other_becomes_the_main_one(session: Session, people: Cast) -> None:
    save_contact(session, people, None, NEW)
    contact_id = people.units[0].contact_id
    for _ in range(2):
        organisation.end_contact(session, contact_id, by=people.ha, now=START)
    assert names_in_charge(session, people) == [(1, "Cao Chi")]
    assert (1, "Đầu Mối 1") in names_in_charge(session, people, START.date() - timedelta(days=1))
    assert last_line(session) == f"Trần Thu Hà sửa đầu mối Đầu Mối 1 của {people.units[0].name}: thôi phụ trách từ 01/6/2021"


def test_contact_named_and_ended_on_one_day_was_never_in_charge_after(session: Session, people: Cast) -> None:
    contact = save_contact(session, people, None, NEW)
    organisation.end_contact(session, contact.id, by=people.ha, now=START)
    assert not in_charge(contact, START.date())
    assert contact.valid_from is not None
    assert contact.valid_to is not None
    assert contact.valid_from <= contact.valid_to


def test_renewed_link_ends_the_ones_before(session: Session, people: Cast) -> None:
    contact = session.get_one(Contact, people.units[0].contact_id)
    before = contact.link_nonce
    organisation.renew_link(session, contact.id, by=people.ha, now=START)
    assert contact.link_nonce not in ("", before)


def test_other_offices_and_roles_may_not(session: Session, people: Cast) -> None:
    stranger = cast(session, 1, name="Phòng Văn hóa - Xã hội")
    unit_id, contact_id = people.units[0].id, people.units[0].contact_id
    with pytest.raises(NotFound):
        get_unit(session, unit_id, office_id=stranger.office_id)
    with pytest.raises(NotFound):
        organisation.end_contact(session, contact_id, by=stranger.ha, now=START)
    with pytest.raises(NotFound):
        organisation.save_contact(session, people.units[1].id, contact_id, NEW, version=None, by=people.ha, now=START)
    with pytest.raises(Refused) as caught:
        organisation.save_unit(session, unit_id, UnitFields("X", ""), version=None, by=people.dung, now=START)
    assert caught.value.key == "leader_reads"
