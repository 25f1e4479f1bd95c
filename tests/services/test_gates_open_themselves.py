"""What opens or shuts a stage does so in its own transaction: nobody has to press anything after the verdict or the approval."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.builders import cast, moment, running_plan, statuses
from tests.services.test_fieldwork import NOW, OPEN, SHUT, add_condition, finished
from tests.survey import MAKERS, SOURCES, all_units, collect
from tracker.models import Entry, GateCondition, RecheckItem
from tracker.rules.access import Actor
from tracker.rules.states import ConditionKind, RecheckDecision, RecheckOutcome, Role
from tracker.services import openings, publishing, recheck
from tracker.services.publishing import Approval

DAY = moment(2021, 10, 20)


def test_the_last_verdict_opens_what_waits_for_the_recheck(session: Session) -> None:
    people, plan = finished(session)
    add_condition(session, plan, 4, ConditionKind.RECHECKED)
    openings.after_change(session, plan.id, None, NOW)
    checker = Actor("user-9", "Người Phúc Tra", Role.RECHECKER, people.office_id)
    seen = []
    for unit in people.units:
        recheck.draw_unit(session, plan.id, unit.id, by=checker, now=NOW)
        for item in session.scalars(select(RecheckItem).where(RecheckItem.outcome.is_(None))).all():
            recheck.settle_item(session, item.id, RecheckOutcome.MATCH, by=checker, now=NOW)
        seen.append(statuses(session, plan, 4))
        recheck.sign_verdict(session, plan.id, unit.id, RecheckDecision.PASS, by=people.ha, now=NOW)
        seen.append(statuses(session, plan, 4))
    assert seen == [[SHUT], [SHUT], [SHUT], [OPEN]]


def test_an_approval_opens_and_shuts_again_when_it_falls_and_a_publication_keeps_it_open(session: Session) -> None:
    people = cast(session)
    plan = running_plan(session, people)
    collect(session, plan, all_units(people))
    session.execute(GateCondition.__table__.delete().where(GateCondition.earlier_stage_id.is_not(None)))
    add_condition(session, plan, 4, ConditionKind.APPROVED)
    paper = Approval("Thông báo", "49/TB-UBND", date(2021, 10, 20), "UBND thành phố Cam Ranh", "Nguyễn Văn Hòa")

    def draft() -> int:
        return publishing.draft_result(
            session, plan.id, sources=SOURCES, makers=MAKERS, exceptions={}, reason="", by=people.ha, now=DAY
        ).id

    def approve(number: int) -> None:
        publishing.approve(session, number, paper, sources=SOURCES, makers=MAKERS, by=people.ha, now=DAY)

    number = draft()
    assert statuses(session, plan, 4) == [SHUT]
    approve(number)
    assert statuses(session, plan, 4) == [OPEN]
    entry = session.scalars(select(Entry).order_by(Entry.id).limit(1)).one()
    entry.answers = {**entry.answers, "A1": "1" if entry.answers["A1"] != "1" else "2"}
    session.flush()
    assert draft() == number  # other figures: the approval falls
    assert statuses(session, plan, 4) == [SHUT]
    approve(number)
    publishing.publish(session, number, sources=SOURCES, makers=MAKERS, by=people.ha, now=DAY)
    openings.after_change(session, plan.id, None, DAY)
    assert statuses(session, plan, 4) == [OPEN]
