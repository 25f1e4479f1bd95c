"""Letters of the sample campaign never leave the machine; letters that also speak of real work do."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine

from jobs.deliveries import deliver_waiting
from jobs.sending import SAMPLE_NOTE, Counts
from tests.jobs.test_deliveries import UNITS, post, queue, rows, statuses
from tests.mail.cast import NOW, make_world
from tests.mail.sink import Sink, running
from tests.mail.stores import committing
from tracker.models import Plan

__all__ = ["post"]  # a fixture


def test_letters_of_the_sample_become_files_although_a_server_is_set(engine: Engine, post: Any) -> None:
    with committing(engine) as session:
        world = make_world(session, *(f"UBND phường số {n}" for n in range(1, UNITS + 1)))
        world.plan.is_sample = True
        for n in range(UNITS):
            queue(world, n)
    with running(Sink()) as sink:
        app = post(sink.port)
        assert deliver_waiting(app, now=NOW, by="a").sent == UNITS
    assert (sink.received, sink.connections) == ({}, 0)
    assert statuses(engine) == ["sent"] * UNITS
    assert {row.status_reason for row in rows(engine)} == {SAMPLE_NOTE}
    assert len(list(app.config["MAIL_SPOOL_DIR"].glob("*.eml"))) == UNITS


def test_a_letter_that_also_speaks_of_real_work_is_none_of_the_sample(engine: Engine, post: Any) -> None:
    with committing(engine) as session:
        world = make_world(session, "UBND phường số 1")
        person = f"contact-{world.contacts[0].id}"
        sample = Plan(office_id=world.office.id, name="Mẫu", short_name="Mẫu", is_sample=True, ladder=[], changed_at=NOW)
        session.add(sample)
        session.flush()
        world.letter("personal_link", person, {}, plan_id=sample.id, key="sample")
        facts = {"task_ids": {"overdue": [world.tasks[0].id]}, "fired": [world.tasks[0].id]}
        world.letter("daily_digest", person, facts, plan_id=sample.id, key="mixed")
    with running(Sink()) as sink:
        assert deliver_waiting(post(sink.port), now=NOW, by="a") == Counts(sent=2)
    assert {row.key: row.is_sample for row in rows(engine)} == {"sample": True, "mixed": False}
    assert sink.received == {"oanh@example.vn": 1}
