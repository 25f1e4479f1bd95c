"""The end of the journal is kept elsewhere: a chain that was written anew is whole, but no longer holds the mark."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tests.builders import Cast, cast, moment
from tracker.models import JournalEntry, JournalHead, OutboxMessage
from tracker.queries import journal as lines
from tracker.queries.journal import JournalFilter
from tracker.rules.access import SYSTEM
from tracker.services import journal
from tracker.services.journal_marks import queue_marks

FRIDAY = moment(2021, 7, 2, 7)


@pytest.fixture
def people(session: Session) -> Cast:
    made = cast(session)
    write(session, made, "UBND xã Số 0001", FRIDAY - timedelta(days=1))
    return made


def write(session: Session, people: Cast, what: str, now: datetime) -> None:
    journal.record(session, journal.Line("sửa", what), by=people.ha, now=now)


def marked(session: Session, now: datetime) -> int:
    return queue_marks(session, now.date(), now=now)


def test_a_working_day_sends_the_end_of_the_chain_to_the_leader_once(session: Session, people: Cast) -> None:
    assert (marked(session, FRIDAY), marked(session, FRIDAY)) == (1, 0)
    letter = session.scalars(select(OutboxMessage)).one()
    end = lines.mark(session)
    assert end is not None
    assert (letter.kind, letter.person, letter.to_email) == ("journal_mark", f"user-{people.leader_id}", people.dung_email)
    assert letter.facts == {"line": end.line, "at": end.at.isoformat(), "hash": end.hash}


def test_days_off_and_days_without_a_new_line_are_silent(session: Session, people: Cast) -> None:
    assert marked(session, FRIDAY) == 1
    assert marked(session, FRIDAY + timedelta(days=1)) == 0
    assert marked(session, FRIDAY + timedelta(days=3)) == 0
    write(session, people, "UBND xã Số 0002", FRIDAY + timedelta(days=3))
    assert marked(session, FRIDAY + timedelta(days=4)) == 1


def test_an_empty_journal_has_no_mark(session: Session) -> None:
    cast(session)
    assert lines.mark(session) is None
    assert marked(session, FRIDAY) == 0


def test_a_journal_written_anew_is_whole_but_has_lost_its_mark(session: Session, people: Cast) -> None:
    kept = lines.mark(session)
    assert kept is not None
    write(session, people, "UBND xã Số 0002", FRIDAY)
    found = journal.verify(session, mark=kept.hash)
    assert (found.whole, found.marked_at) == (True, kept.line)
    session.execute(delete(JournalEntry))  # the tables of tests have no triggers: this is whoever owns the database
    session.execute(delete(JournalHead))
    session.expire_all()
    write(session, people, "UBND xã Số 0009", FRIDAY)
    found = journal.verify(session, mark=kept.hash)
    assert (found.whole, found.marked_at) == (True, None)


def test_lines_of_no_plan_are_read_by_the_office_they_are_for(session: Session, people: Cast) -> None:
    """By whoever did it; the system says for whom."""
    other = cast(session, name="Phòng Văn hóa - Xã hội")
    wrote = [
        (people.contact(0), journal.Line("đề nghị bàn giao", "cho Bo Thị Xuân")),
        (SYSTEM, journal.Line("sửa", "đầu mối của mình", details={"office_id": people.office_id})),
        (SYSTEM, journal.Line("sửa", "đầu mối của phòng khác", details={"office_id": other.office_id})),
        (other.ha, journal.Line("sửa", "đơn vị của phòng khác")),
        (other.ha, journal.Line("xóa", "kế hoạch đã gỡ", plan_id=999)),
    ]
    for by, line in wrote:
        journal.record(session, line, by=by, now=FRIDAY)

    def read(office_id: int) -> list[str]:
        found = lines.lines(session, office_id, JournalFilter(), with_accounts=True, offset=0, limit=50)
        return [line.what for line in reversed(found)]

    assert read(people.office_id) == ["UBND xã Số 0001", "cho Bo Thị Xuân", "đầu mối của mình"]
    assert read(other.office_id) == ["đầu mối của phòng khác", "đơn vị của phòng khác", "kế hoạch đã gỡ"]
