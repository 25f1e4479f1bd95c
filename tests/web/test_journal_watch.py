"""The watch over what requests write: it sees a write without a line, and it watches all that a result reads."""

from __future__ import annotations

import re

from sqlalchemy import update

from tests import journal_watch
from tests.survey import SOURCES
from tests.web.conftest import World, statements
from tracker import clock
from tracker.db import db, transaction
from tracker.models import Unit
from tracker.queries import results
from tracker.rules.access import SYSTEM
from tracker.services import journal


def test_a_write_without_a_line_is_seen_and_one_with_a_line_is_not(world: World) -> None:
    rename = update(Unit).where(Unit.id == world.people.units[0].id).values(name="UBND xã Khác")
    with world.app.test_request_context("/units"), transaction() as session:
        session.execute(rename)
        journal.record(session, journal.Line("sửa", "tên đơn vị"), by=SYSTEM, now=clock.now())
    assert journal_watch.missed == []
    with world.app.test_request_context("/units"), transaction() as session:
        session.execute(rename)
    assert [said.partition(" SET ")[0] for said in journal_watch.missed] == ["GET units.list_units: UPDATE unit"]
    journal_watch.missed.clear()


def test_every_table_that_a_result_reads_is_watched(world: World) -> None:
    with statements(world.app) as said, world.app.app_context():
        results.collected(db.session(), world.plan_id, SOURCES)
        results.comments(db.session(), world.plan_id, SOURCES.forms, limit=1)
    read = {name for statement in said for name in re.findall(r'(?:FROM|JOIN) "?([a-z_]+)"?', statement)}
    assert read, "results were asked for"
    assert read <= journal_watch.OF_RESULTS
