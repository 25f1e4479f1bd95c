"""Online counts on both databases: only what differs is written, under the plan's lock, and only what was seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from tests.builders import moment
from tests.services.test_fieldwork import in_fieldwork
from tracker.errors import NotFound, Refused, UnreadableRows
from tracker.models import LedgerLine, StoredFile
from tracker.queries import fieldwork as queries
from tracker.rules.evidence import Evidence
from tracker.rules.ledger import Totals
from tracker.rules.online_counts import Figures, OnlineRow
from tracker.rules.states import DiscardReason
from tracker.services.fieldwork import online
from tracker.services.fieldwork.ledger import totals_of_unit
from tracker.services.files import keep_file

NOW = moment(2021, 8, 2, 9)
FORM = "commune@1"


def rows(people, *figures: tuple[int, int]) -> list[OnlineRow]:
    return [OnlineRow(n + 2, people.units[0].name, date(2021, 7, 5 + n), Figures(*found)) for n, found in enumerate(figures)]


def kept(session, people, plan) -> StoredFile:
    evidence = Evidence("a.csv", "text/csv", b"x")
    return keep_file(
        session, evidence, stored_as="x", office_id=people.office_id, purpose="import", by=people.ha, now=NOW, plan_id=plan.id
    )


def take(session, people, plan, given, file=None):
    seen = online.compare_online(session, plan.id, given, FORM, by=people.ha, now=NOW).digest
    return online.take_in_online(session, plan.id, given, FORM, file, seen=seen, by=people.ha, now=NOW)


def test_a_file_is_taken_in_once_and_a_correction_there_and_back_is_three_lines(session):
    people, plan = in_fieldwork(session)
    file = kept(session, people, plan)
    for given in (rows(people, (40, 2), (10, 0)), rows(people, (40, 2), (10, 0)), rows(people, (37, 3)), rows(people, (40, 2))):
        take(session, people, plan, given, file)
    found = [
        (x.collected, x.valid, x.discarded, x.is_correction) for x in session.scalars(select(LedgerLine).order_by(LedgerLine.id))
    ]
    assert found == [(40, 38, 2, False), (10, 10, 0, False), (-3, -4, 1, True), (3, 4, -1, True)]
    totals = totals_of_unit(session, plan.id, people.units[0].id)
    assert totals == Totals(50, 50, 48, 2, {DiscardReason.ANSWERED_BY_OFFICIAL: 2})
    (listed,) = queries.online_files(session, plan.id)
    assert (listed.file_name, listed.lines, listed.collected, listed.discarded) == ("a.csv", 4, 50, 2)


def test_what_somebody_did_not_see_is_not_written(session):
    people, plan = in_fieldwork(session)
    with pytest.raises(Refused, match="sổ phiếu vừa thay đổi"):
        online.take_in_online(session, plan.id, rows(people, (1, 0)), FORM, None, seen="another", by=people.ha, now=NOW)
    assert session.scalars(select(LedgerLine)).all() == []


def test_only_who_runs_the_plan_takes_counts_in(session):
    people, plan = in_fieldwork(session)
    for who in (people.dung, people.contact(0)):
        with pytest.raises(Refused):
            online.compare_online(session, plan.id, rows(people, (1, 0)), FORM, by=who, now=NOW)
    stranger = replace(people.ha, office_id=people.office_id + 9)
    with pytest.raises(NotFound):
        online.compare_online(session, plan.id, rows(people, (1, 0)), FORM, by=stranger, now=NOW)


def test_a_correction_below_what_others_have_sorted_is_refused(session):
    people, plan = in_fieldwork(session)
    take(session, people, plan, rows(people, (40, 0)))
    unit = people.units[0]
    line = session.scalars(select(LedgerLine)).one()
    session.add(
        LedgerLine(
            plan_id=plan.id, unit_id=unit.id, day=line.day, valid=-5, discarded=5, reasons={"blank": 5}, note="x",
            is_correction=True, source="office", once="z", by_name="x", by_key="user-1", at=NOW,
        )
    )  # fmt: skip
    session.flush()
    with pytest.raises(UnreadableRows, match="Dòng 2: "):
        take(session, people, plan, rows(people, (3, 0)))
