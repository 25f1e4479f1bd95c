"""Letters are counted in indexes: what is said is what a count of every single letter says, however many have gone."""

from __future__ import annotations

import random
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, event, text
from sqlalchemy.orm import Session

from tests.builders import START, Cast, cast, running_plan
from tracker.models import JournalEntry, OutboxMessage
from tracker.queries import letters, story
from tracker.queries.letters import LetterFilter, UnderWay
from tracker.rules.states import LetterStatus
from tracker.wording import count

KINDS = ("daily_digest", "unlocked", "password", "weekly_summary")


def office(session: Session) -> tuple[Cast, list[int]]:
    """Two plans; letters are those of `fill` alone, and nothing else was done."""
    people = cast(session, 4)
    plans = [running_plan(session, people), running_plan(session, people)]
    session.execute(delete(OutboxMessage))
    session.execute(delete(JournalEntry))
    return people, [plan.id for plan in plans]


def fill(
    session: Session, people: Cast, plan_ids: list[int], chance: random.Random, many: int, key: str = "k"
) -> list[OutboxMessage]:
    made = []
    for n in range(many):
        at = START - timedelta(days=chance.randint(0, 12), minutes=chance.randint(0, 600))
        person = chance.choice([f"contact-{people.units[n % 4].contact_id}", f"user-{people.coordinator_id}", "contact-999"])
        status = chance.choice(list(LetterStatus))
        made.append(
            OutboxMessage(
                key=f"{key}{n}", kind=chance.choice(KINDS), plan_id=chance.choice([*plan_ids, None]), person=person,
                to_email="a@b.vn", day=at.date(), facts={}, status=status, not_before=at, created_at=at,
                sent_at=at if status is LetterStatus.SENT and chance.random() < 0.8 else None,
            )
        )  # fmt: skip
    session.add_all(made)
    session.flush()
    return made


@pytest.mark.parametrize("seed", range(5))
def test_sums_are_those_of_every_single_letter(session: Session, seed: int) -> None:
    chance = random.Random(seed)
    people, plan_ids = office(session)
    own = [x for x in fill(session, people, plan_ids, chance, 150) if x.plan_id or x.person != "contact-999"]
    now = START - timedelta(days=3)
    for wanted in (LetterFilter(), LetterFilter(kind="password"), LetterFilter(plan_id=plan_ids[1])):
        fits = [x for x in own if wanted.kind in ("", x.kind) and wanted.plan_id in (None, x.plan_id)]
        assert letters.counts(session, people.office_id, wanted) == Counter(x.status for x in fits)
        due = [x.not_before for x in fits if x.status in ("queued", "failed", "sending") and x.not_before <= now]
        gone = sum(x.status is LetterStatus.SENT and x.sent_at is not None and x.sent_at >= min(due) for x in fits)
        assert letters.under_way(session, people.office_id, wanted, now=now) == UnderWay(gone, len(due))
    assert letters.kinds(session, people.office_id) == sorted({x.kind for x in own})


@pytest.mark.parametrize("limit", [1, 4, 30])
def test_the_system_tells_of_the_last_days_on_which_letters_went(session: Session, limit: int) -> None:
    people, plan_ids = office(session)
    sent = [x for x in fill(session, people, plan_ids, random.Random(limit), 90) if x.plan_id and x.status is LetterStatus.SENT]
    expected = []
    for day in sorted({x.day for x in sent}, reverse=True)[:limit]:
        own = [x for x in sent if x.day == day]
        last: datetime | None = max((x.sent_at for x in own if x.sent_at), default=None)
        expected.append((last or day, f"Gửi {count(len(own), 'thư')}"))
    told = story.done_by_the_system(session, people.office_id, limit=limit)
    assert [tuple(t) for t in told if t.sentence.startswith("Gửi")] == expected
    assert expected


def test_nothing_is_told_of_letters_while_none_has_gone(session: Session) -> None:
    people, _ = office(session)
    assert not any(t.sentence.startswith("Gửi") for t in story.done_by_the_system(session, people.office_id, limit=3))


def asked(session: Session, people: Cast) -> list[tuple[str, Any]]:
    said: list[tuple[str, Any]] = []
    connection = session.connection()
    listener = lambda *args: said.append((args[2], args[3]))  # noqa: E731
    event.listen(connection, "before_cursor_execute", listener)
    letters.counts(session, people.office_id, LetterFilter())
    letters.kinds(session, people.office_id)
    letters.under_way(session, people.office_id, LetterFilter(), now=START)
    story.done_by_the_system(session, people.office_id, limit=6)
    event.remove(connection, "before_cursor_execute", listener)
    return said


@pytest.mark.parametrize("analyzed", [False, True])
def test_they_are_counted_in_indexes_alone(sqlite_session: Session, analyzed: bool) -> None:
    people, plan_ids = office(sqlite_session)
    fill(sqlite_session, people, plan_ids, random.Random(1), 40)
    if analyzed:  # either way: SQLite counts rows only now and then
        sqlite_session.execute(text("ANALYZE"))
    few = asked(sqlite_session, people)
    fill(sqlite_session, people, plan_ids, random.Random(2), 120, "more")
    many = asked(sqlite_session, people)
    assert len(few) == len(many) == 6
    connection = sqlite_session.connection()
    steps = [row[-1] for q, values in many for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {q}", values)]
    of_letters = [step for step in steps if "outbox_message" in step]
    assert len(of_letters) == 10
    for step in of_letters:  # those of no plan are few, whether all are read or a person's
        assert "ix_outbox_message_waiting" in step or "_sums (plan_id=?" in step or "_of_none (plan_id=?" in step, step
