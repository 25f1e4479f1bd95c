"""Held letters are counted for every page of a coordinator: in an index that has them together, however many have gone."""

from __future__ import annotations

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests.builders import cast, running_plan
from tracker.queries import letters, plan_acts, plans, today


@pytest.mark.parametrize("asked", ["badge", "plan", "letters", "act"])
def test_held_letters_are_counted_without_those_that_have_gone(sqlite_session: Session, asked: str) -> None:
    people = cast(sqlite_session, 2)
    plan = running_plan(sqlite_session, people)
    sqlite_session.flush()
    office_id, plan_id, connection = people.office_id, plan.id, sqlite_session.connection()
    said = []

    def keep(_connection: object, _cursor: object, statement: str, parameters: object, *_more: object) -> None:
        said.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", keep)
    if asked == "badge":
        today.waiting_count(sqlite_session, office_id)
    elif asked == "plan":
        plans.plan_facts(sqlite_session, plan_id, office_id=office_id)
    elif asked == "letters":
        letters.held_plans(sqlite_session, office_id)
    else:
        plan_acts.held_letters(sqlite_session, plan_id)
    event.remove(connection, "before_cursor_execute", keep)
    [(statement, values)] = said
    steps = [row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
    of_letters = [step for step in steps if "outbox_message" in step]
    assert of_letters
    assert all("ix_outbox_message_sums (plan_id=? AND status=?" in step for step in of_letters), of_letters
