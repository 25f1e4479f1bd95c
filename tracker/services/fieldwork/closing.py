"""Whether fieldwork of a unit may be reported as done: its boxes are opened, its ballots sorted, as many as were asked for."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.errors import Refused
from tracker.models import BallotBox, BoxOpening, LedgerLine, Plan, PlanUnit, Task
from tracker.rules.access import RUNNERS, Actor
from tracker.rules.boxes import names_of
from tracker.rules.ledger import check_closing, totals_of
from tracker.rules.rounds import ROUND_WORDS
from tracker.rules.states import WorkKind
from tracker.services.fieldwork.ledger import day_line
from tracker.services.planning import coordinator_of
from tracker.wording import number, refusal


def refusal_to_close(session: Session, plan: Plan, task: Task, *, note: str | None, by: Actor) -> Refused | None:
    """Why this fieldwork may not be reported as done, or None. A plan that keeps no ledger is not asked for one.

    A coordinator may report it short of its quota with a reason (`note`); None asks whether anybody with a note could.
    """
    if task.stage.work_kind is not WorkKind.FIELDWORK or task.unit_id is None:
        return None
    shut = _unopened_boxes(session, plan.id, task)
    if shut:
        values = {"unit": task.unit.name if task.unit else "", "missing": number(len(shut)), "names": names_of(shut)}
        return refusal("boxes_closed", **values)
    rows = session.scalars(
        select(LedgerLine).where(LedgerLine.plan_id == plan.id, LedgerLine.unit_id == task.unit_id).order_by(LedgerLine.id)
    ).all()
    if not rows and not task.round_kind:
        return None
    unsorted = check_closing(totals_of(day_line(row) for row in rows))
    if unsorted:
        return Refused(unsorted[0].key, unsorted[0].sentence)
    if by.role in RUNNERS and (note is None or note.strip()):
        return None
    unit = task.unit.name if task.unit else ""
    if task.round_kind:
        valid = totals_of(day_line(row) for row in rows if row.round == task.round).valid
        asked = task.ballots_asked or 0
        values = {"unit": unit, "round": ROUND_WORDS[task.round_kind], "valid": number(valid), "asked": number(asked)}
        return refusal("round_unfinished", missing=number(asked - valid), **values) if valid < asked else None
    quota = session.scalar(select(PlanUnit.ballots_each).where(PlanUnit.plan_id == plan.id, PlanUnit.unit_id == task.unit_id))
    totals = totals_of(day_line(row) for row in rows)
    missing = totals.missing(quota)
    if not missing:
        return None
    values = {"unit": unit, "valid": number(totals.valid), "quota": number(quota or 0)}
    if by.role in RUNNERS:
        return refusal("quota_note", **values)
    return refusal("quota_unit", missing=number(missing), coordinator=coordinator_of(session, plan).name, **values)


def _unopened_boxes(session: Session, plan_id: int, task: Task) -> list[str]:
    """Boxes of the unit that are still in use and were never counted, or wait for the head's word."""
    counted = select(BoxOpening.id).where(BoxOpening.box_id == BallotBox.id, BoxOpening.ballots.is_not(None)).exists()
    waits = select(BoxOpening.id).where(BoxOpening.box_id == BallotBox.id, BoxOpening.ballots.is_(None)).exists()
    query = select(BallotBox.code).where(
        BallotBox.plan_id == plan_id,
        BallotBox.unit_id == task.unit_id,
        BallotBox.removed_on.is_(None),
        ~counted | waits,
    )
    return list(session.scalars(query.order_by(BallotBox.id)))
