"""Addresses that failed are few: how many there are is counted in the index of those alone."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from tests.builders import START, cast
from tracker.models import Contact
from tracker.queries import today
from tracker.services import timekeeping


@pytest.mark.parametrize("analyzed", [False, True])
@pytest.mark.parametrize("asked", ["badge", "health"])
def test_failed_addresses_are_found_in_their_own_index(sqlite_session: Session, asked: str, analyzed: bool) -> None:
    office = cast(sqlite_session, 12)
    sqlite_session.scalars(select(Contact)).first().bounced_on = START.date()  # type: ignore[union-attr]
    sqlite_session.flush()
    if analyzed:
        sqlite_session.execute(text("ANALYZE"))
    said: list[tuple[str, Any]] = []
    connection = sqlite_session.connection()
    listener = lambda *args: said.append((args[2], args[3]))  # noqa: E731
    event.listen(connection, "before_cursor_execute", listener)
    if asked == "badge":
        today.waiting_count(sqlite_session, office.office_id)
    else:
        timekeeping.health(sqlite_session, now=START)
    event.remove(connection, "before_cursor_execute", listener)
    steps = [row[-1] for q, values in said for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {q}", values)]
    of_contacts = [step for step in steps if " contact " in step]
    assert of_contacts
    assert all("ix_contact_bounced" in step for step in of_contacts), of_contacts
