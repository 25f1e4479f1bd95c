"""Whatever changes a result moves its mark, which says when a web process may show again what it has computed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from sqlalchemy.orm import Session

from tests.builders import running_plan
from tests.entries import NOW, SHELF, hall, typed
from tests.services.test_discarding import ballot_of
from tests.services.test_fieldwork import NOW as FIELD_DAY
from tests.services.test_fieldwork import collect_sixty, in_fieldwork
from tests.services.test_recheck_room import MATCH, Room
from tests.services.test_second_entry import again, right
from tests.survey import SOURCES
from tracker.models import Plan
from tracker.queries import results
from tracker.rules.method import SecondEntryMethod, method_of_table
from tracker.rules.states import DiscardReason
from tracker.services import data_entry, organisation, publishing
from tracker.services.fieldwork.method import set_method
from tracker.services.organisation import UnitFields
from tracker.services.publishing import EarlierInput


def moved(session: Session, plan_id: int, act: Callable[[], object]) -> None:
    """Do it, and see that figures and mark are others than before."""
    before, mark = results.collected(session, plan_id, SOURCES), results.mark(session, plan_id)
    act()
    session.flush()
    assert results.collected(session, plan_id, SOURCES) != before
    assert results.mark(session, plan_id) != mark


def test_keying_taking_back_and_settling(session: Session) -> None:
    room = hall(session, second=SecondEntryMethod())
    ha, unit = room.people.ha, room.unit()

    def key(number: str, **differing: str) -> data_entry.Kept:
        what = typed(number, **differing)
        return data_entry.keep_entry(session, room.plan_id, unit, what, by=room.lan, now=NOW, shelf=SHELF)

    moved(session, room.plan_id, lambda: key("0001"))
    kept = key("0002", A1="1")
    moved(session, room.plan_id, lambda: data_entry.take_back(session, room.plan_id, kept.entry_id, by=ha, now=NOW, shelf=SHELF))
    moved(session, room.plan_id, lambda: key("0002", A1="5"))
    moved(session, room.plan_id, lambda: again(session, room, "0001", A1="5"))
    moved(session, room.plan_id, lambda: right(session, room, "0001", "A1"))


def test_the_ledger_and_a_ballot_out_and_back(session: Session) -> None:
    people, plan = in_fieldwork(session)
    unit, ha = people.units[0].id, people.ha

    def discard() -> None:
        data_entry.discard_by_number(session, plan.id, unit, "46", DiscardReason.BLANK, "", by=ha, now=FIELD_DAY)

    moved(session, plan.id, lambda: collect_sixty(session, people, plan, 0))
    moved(session, plan.id, discard)
    back = ballot_of(session, "0046").id
    moved(session, plan.id, lambda: data_entry.restore_ballot(session, back, "loại nhầm", by=ha, now=FIELD_DAY))


def test_method_earlier_figures_and_names(session: Session) -> None:
    room = hall(session)
    ha = room.people.ha
    plan = session.get_one(Plan, room.plan_id)

    def aim_at(hundredths: int) -> None:
        method = replace(method_of_table(plan.method), target_hundredths=hundredths)
        set_method(session, plan.id, method, questionnaires=method.questionnaires, formulas=[method.formula], by=ha, now=NOW)

    def rename() -> None:
        fields = UnitFields("UBND xã Tên Mới", "")
        organisation.save_unit(session, room.unit(), fields, version=None, by=ha, now=NOW)

    def earlier() -> None:
        figures = [EarlierInput("plan", "", Decimal("83.25"))]
        publishing.keep_earlier(session, plan.id, figures, source="Thông báo 4", by=ha, now=NOW)

    moved(session, plan.id, lambda: aim_at(8500))
    moved(session, plan.id, rename)
    moved(session, plan.id, earlier)


def test_a_recheck(session: Session) -> None:
    room = Room(session)
    moved(session, room.plan.id, room.draw)
    moved(session, room.plan.id, lambda: room.settle(room.items()[0], MATCH))


def test_another_plans_work_leaves_the_mark(session: Session) -> None:
    room = hall(session)
    other = running_plan(session, room.people)
    mark = results.mark(session, room.plan_id)
    figures = [EarlierInput("plan", "", Decimal("83.25"))]
    publishing.keep_earlier(session, other.id, figures, source="Thông báo 4", by=room.people.ha, now=NOW)
    assert results.mark(session, room.plan_id) == mark
