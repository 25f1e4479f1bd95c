"""The facts of a ballot as they are said again, kept before anybody looks at the paper; then compared with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.models import Entry, Plan, PlanUnit
from tracker.rules import recheck as rules
from tracker.rules.access import Actor
from tracker.rules.questionnaires import Questionnaire
from tracker.rules.recheck import Comparison
from tracker.services import journal
from tracker.services.questionnaires import Shelf, of_group
from tracker.services.recheck.items import open_item
from tracker.wording import refusal

#: What is asked beside the questionnaire; kept among the answers under these names.
ASKED = ("surveyed", "had_dealing", "filled_in_freely")


def keep_facts(
    session: Session,
    item_id: int,
    again: Mapping[str, str],
    asked: Mapping[str, bool],
    *,
    by: Actor,
    now: datetime,
    shelf: Shelf,
) -> None:
    """Keep what was said (or read off the paper anew) when a ballot was asked again: question code -> value. Writing it again
    replaces it while the ballot has no outcome. Raises NotFound; Refused: facts_none, facts_choice, as `open_item`."""
    item, draw, ballot, *_ = open_item(session, item_id, by, now)
    form = questionnaire_of_unit(session, draw.plan_id, draw.unit_id, shelf)
    known = {question.code: question for question in (*form.facts, *form.opinions)}
    given = {code: value for code, value in again.items() if value}
    wrong = next((code for code, value in given.items() if code not in known or value not in known[code].options), None)
    if wrong is not None:
        raise refusal("facts_choice", question=wrong)
    if not given:
        raise refusal("facts_none", ballot_no=ballot.number)
    item.answers = given | {name: "yes" if asked.get(name, True) else "no" for name in ASKED}
    item.by_name, item.by_key = by.name, by.key
    session.flush()
    what = f"câu trả lời phúc tra của phiếu {ballot.number}"
    details = {"unit": draw.unit_id, "item": item.id}
    journal.record(session, journal.Line("ghi", what, plan_id=draw.plan_id, details=details), by=by, now=now)


def compare_facts(
    session: Session, item_id: int, paper: Mapping[str, str], *, by: Actor, now: datetime, shelf: Shelf
) -> Comparison:
    """What differs between the paper (its first entry where it is keyed already) and what was said again, and what follows from
    it. Writes nothing. Raises NotFound; Refused: facts_first while nothing is kept, so that nobody copies the paper."""
    item, draw, ballot, *_ = open_item(session, item_id, by, now)
    if not item.answers:
        raise refusal("facts_first", ballot_no=ballot.number)
    form = questionnaire_of_unit(session, draw.plan_id, draw.unit_id, shelf)
    keyed = session.scalar(select(Entry.answers).where(Entry.ballot_id == ballot.id, Entry.turn == 1))
    asked = {name: item.answers.get(name, "yes") == "yes" for name in ASKED}
    return rules.compare(form, keyed or paper, item.answers, **asked)


def questionnaire_of_unit(session: Session, plan_id: int, unit_id: int, shelf: Shelf) -> Questionnaire:
    plan = session.get_one(Plan, plan_id)
    row = session.get_one(PlanUnit, (plan_id, unit_id))
    return of_group(plan, row.group_name, shelf)
