"""One ballot discarded by its number from the office's desk, and taken back: the ledger gets a line each time, entries stay."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.errors import NotFound
from tracker.models import Ballot, LedgerLine, Plan, RecheckDraw, RecheckItem, Task, Unit
from tracker.rules.access import Actor
from tracker.rules.ledger import DayLine
from tracker.rules.rounds import RESURVEY
from tracker.rules.states import BallotStatus, DiscardReason, MismatchKind, TaskStatus
from tracker.services import journal
from tracker.services.data_entry import second
from tracker.services.data_entry.after import entries_changed
from tracker.services.data_entry.ballots import discard_words, registered_ballot
from tracker.services.data_entry.counts import units_entries
from tracker.services.fieldwork.ballots import discard_ballots
from tracker.services.fieldwork.leave import require_runner, unit_of_plan
from tracker.services.fieldwork.ledger import write_line
from tracker.services.planning import check_running
from tracker.wording import refusal
from tracker.wording.fieldwork import DISCARD_REASON


def discard_by_number(
    session: Session, plan_id: int, unit_id: int, typed: str, reason: DiscardReason, note: str, *, by: Actor, now: datetime
) -> Ballot:
    """Take a ballot out of the count. What was keyed of it stays where it is and counts nowhere. Raises BallotRefused, Refused
    (who may not, no note for another reason, a recheck of it still open, discarded already), NotFound."""
    plan, unit = _leave(session, plan_id, unit_id, "loại phiếu", by)
    if reason is DiscardReason.OTHER and not note.strip():
        raise refusal("discard_note")
    ballot = registered_ballot(session, plan_id, unit_id, unit.name, typed)
    if ballot.status is BallotStatus.DISCARDED:
        raise refusal("ballot_discarded_already", ballot_no=ballot.number, reason=discard_words(ballot))
    asked = select(RecheckItem.id).join(RecheckDraw, RecheckDraw.id == RecheckItem.draw_id)
    if session.scalar(asked.where(RecheckItem.ballot_id == ballot.id, RecheckDraw.decision.is_(None)).limit(1)):
        raise refusal("ballot_in_recheck", ballot_no=ballot.number)
    words = f"Phiếu {ballot.number}: {DISCARD_REASON[reason]}{f' ({note.strip()})' if note.strip() else ''}"
    discard_ballots(session, plan_id, unit_id, [ballot.number], reason, note.strip(), by=by, now=now, line_note=words)
    _record(session, "loại phiếu", ballot, unit, words, by, now)
    _entries_may_be_complete(session, plan, unit_id, now)
    return ballot


def restore_ballot(session: Session, ballot_id: int, reason: str, *, by: Actor, now: datetime) -> Ballot:
    """Count a ballot again that was discarded by mistake; the ledger gets the line that undoes the discarding. Ballots of a
    verdict stay out. Raises Refused, NotFound."""
    place = session.execute(select(Ballot.plan_id, Ballot.unit_id).where(Ballot.id == ballot_id)).one_or_none()
    if place is None:
        raise NotFound(f"ballot {ballot_id}")
    plan, unit = _leave(session, place.plan_id, place.unit_id, "lấy lại phiếu đã loại", by)
    ballot = session.get_one(Ballot, ballot_id, populate_existing=True)
    _check_restorable(session, ballot)
    if not reason.strip():
        raise refusal("restore_reason")
    was = ballot.discard_reason or DiscardReason.OTHER
    ballot.status, ballot.discard_reason, ballot.discard_note = BallotStatus.VALID, None, ""
    session.flush()
    note = f"Lấy lại phiếu {ballot.number}: {reason.strip()}"
    line = DayLine(now.date(), valid=1, discarded=-1, reasons={was: -1}, note=note, is_correction=True)
    written = session.scalar(select(func.max(LedgerLine.id)).where(LedgerLine.plan_id == plan.id))
    once = f"restore:{ballot.id}:{written}"
    write_line(session, plan, unit, line, ballot.round, once=once, source="office", by=by, now=now)
    _record(session, "lấy lại phiếu", ballot, unit, reason.strip(), by, now)
    return ballot


def _leave(session: Session, plan_id: int, unit_id: int, verb: str, by: Actor) -> tuple[Plan, Unit]:
    plan, unit, _ = unit_of_plan(session, plan_id, unit_id, by=by, verb=verb)
    require_runner(session, plan, by, verb)
    check_running(plan)
    return plan, unit


def _check_restorable(session: Session, ballot: Ballot) -> None:
    if ballot.status is BallotStatus.VALID:
        raise refusal("ballot_valid_already", ballot_no=ballot.number)
    if not ballot.number.isdigit():
        raise refusal("ballot_second_paper", ballot_no=ballot.number)
    later = select(Task.id).where(
        Task.plan_id == ballot.plan_id,
        Task.unit_id == ballot.unit_id,
        Task.round_kind == RESURVEY,
        Task.round > ballot.round,
        Task.status != TaskStatus.CANCELLED,
    )
    if session.scalar(later.limit(1)):
        raise refusal("ballot_of_resurvey", ballot_no=ballot.number)
    serious = select(RecheckItem.id).where(RecheckItem.ballot_id == ballot.id, RecheckItem.mismatch_kind == MismatchKind.SERIOUS)
    if session.scalar(serious.limit(1)):
        raise refusal("ballot_serious", ballot_no=ballot.number)


def _record(session: Session, verb: str, ballot: Ballot, unit: Unit, why: str, by: Actor, now: datetime) -> None:
    what = f"phiếu {ballot.number} của {unit.name}"
    line = journal.Line(verb, what, why=why, plan_id=ballot.plan_id, details={"ballot": ballot.id})
    journal.record(session, line, by=by, now=now)


def _entries_may_be_complete(session: Session, plan: Plan, unit_id: int, now: datetime) -> None:
    """The last ballot that was not keyed is gone: the second entries of the unit are drawn, as after its last entry."""
    counts = units_entries(session, plan.id, unit_id=unit_id).get(unit_id)
    if counts is None or counts.left == 0:
        second.plan_drawn(session, plan, [unit_id], now=now)
        entries_changed(session, plan.id, unit_id, now=now)
