"""What is kept of a contact: handed out, erased when he serves no more, forgotten in time; archives keep who did what."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session, undefer

from tests.builders import START, Cast, cast, moment, running_plan, task
from tracker.errors import NotFound, Refused
from tracker.models import Contact, FeedToken, JournalEntry, OutboxMessage
from tracker.rules.states import LetterStatus
from tracker.services import journal, organisation, progress
from tracker.services.organisation import data_of_contact, erase_contact, erase_old_contacts, forget_letters
from tracker.services.organisation.personal_data import ERASED_NAME

NOW = moment(2021, 7, 5)


@pytest.fixture
def people(session: Session) -> Cast:
    """The first contact has reported something, has been written to, and serves no more."""
    made = cast(session)
    plan = running_plan(session, made)
    progress.complete_task(session, task(session, plan, 1).id, by=made.ha, now=START)
    progress.complete_task(session, task(session, plan, 2, made.units[0]).id, by=made.contact(0), now=START)
    for letter in session.scalars(select(OutboxMessage)):
        letter.status, letter.body_text, letter.body_html, letter.subject = LetterStatus.SENT, "Kính gửi", "<p>", "Bắt đầu"
    session.add(FeedToken(token_hash="h", scope="contact", subject_id=made.units[0].contact_id, created_at=START))
    session.flush()
    return made


def letters_of(session: Session, contact_id: int) -> list[OutboxMessage]:
    query = select(OutboxMessage).where(OutboxMessage.person == f"contact-{contact_id}").options(undefer(OutboxMessage.body_text))
    return list(session.scalars(query.execution_options(populate_existing=True)))


def ended(session: Session, people: Cast) -> int:
    contact_id = people.units[0].contact_id
    organisation.end_contact(session, contact_id, by=people.ha, now=NOW)
    return contact_id


def test_all_that_is_kept_is_handed_out(session: Session, people: Cast) -> None:
    unit = people.units[0]
    found = data_of_contact(session, unit.contact_id, by=people.ha)
    assert [(row["don_vi"], row["ho_ten"], row["thu_dien_tu"]) for row in found["dau_moi"]] == [
        (unit.name, unit.contact_name, unit.email)
    ]
    assert {row["tieu_de"] for row in found["thu"]} == {"Bắt đầu"}
    assert any("Cung cấp số liệu" in row["viec"] for row in found["nhat_ky"])
    assert len(found["lich_dang_ky"]) == 1


def test_who_serves_is_not_erased(session: Session, people: Cast) -> None:
    unit = people.units[0]
    with pytest.raises(Refused) as refused:
        erase_contact(session, unit.contact_id, by=people.ha, now=NOW)
    assert refused.value.sentence == f"Chưa xóa: {unit.contact_name} còn phụ trách {unit.name}; ghi Hết phụ trách trước."


def test_erasing_leaves_no_name_and_no_address_but_in_the_archives(session: Session, people: Cast) -> None:
    unit = people.units[0]
    contact_id = ended(session, people)
    assert erase_contact(session, contact_id, by=people.ha, now=NOW) == 1
    contact = session.get_one(Contact, contact_id, populate_existing=True)
    assert (contact.name, contact.phone, contact.position) == (ERASED_NAME, "", "")
    assert contact.email.endswith("@da-xoa.invalid")
    for letter in letters_of(session, contact_id):
        assert (letter.to_name, letter.body_text, unit.email in letter.to_email) == (ERASED_NAME, "", False)
        assert letter.subject == "Bắt đầu"
    assert session.scalars(select(FeedToken)).all() == []
    assert erase_contact(session, contact_id, by=people.ha, now=NOW) == 0  # twice is once
    assert unit.contact_name in set(session.scalars(select(JournalEntry.who)))
    assert journal.verify(session).whole


def test_only_the_office_itself_hands_out_and_erases(session: Session, people: Cast) -> None:
    others = cast(session, name="Phòng khác")
    contact_id = ended(session, people)
    for act in (
        lambda by: data_of_contact(session, contact_id, by=by),
        lambda by: erase_contact(session, contact_id, by=by, now=NOW),
    ):
        with pytest.raises(NotFound):
            act(others.ha)
        with pytest.raises(Refused):
            act(people.dung)


def test_old_contacts_and_old_letters_are_forgotten_after_their_time_and_not_before(session: Session, people: Cast) -> None:
    contact_id = ended(session, people)  # the last day was 4 July
    assert erase_old_contacts(session, ended_before=date(2021, 7, 4), now=NOW) == 0
    assert erase_old_contacts(session, ended_before=date(2021, 7, 5), now=NOW) == 1
    assert session.get_one(Contact, contact_id, populate_existing=True).name == ERASED_NAME
    assert session.get_one(Contact, people.units[1].contact_id).name == people.units[1].contact_name
    assert erase_old_contacts(session, ended_before=date(2021, 7, 5), now=NOW) == 0
    other = people.units[1].contact_id
    assert forget_letters(session, sent_before=START.date()) == 0
    assert forget_letters(session, sent_before=START.date() + timedelta(days=1)) > 0
    assert {letter.body_text for letter in letters_of(session, other)} == {""}
    assert {letter.to_email for letter in letters_of(session, other)} == {people.units[1].email}


def test_forgetting_letters_looks_only_at_those_whose_words_are_kept(sqlite_session: Session) -> None:
    said: list[tuple[str, tuple[object, ...]]] = []
    engine = sqlite_session.get_bind()
    listener = lambda *args: said.append((args[2], args[3]))  # noqa: E731
    event.listen(engine, "before_cursor_execute", listener)
    forget_letters(sqlite_session, sent_before=START.date())
    event.remove(engine, "before_cursor_execute", listener)
    [(statement, values)] = [one for one in said if one[0].startswith("UPDATE")]
    steps = sqlite_session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
    assert [row[3] for row in steps] == ["SEARCH outbox_message USING INDEX ix_outbox_message_words (day<?)"]
