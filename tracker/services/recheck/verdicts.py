"""What follows from a recheck: the rule proposes, a coordinator signs, the journal keeps both."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.errors import Refused
from tracker.models import Ballot, Plan, PlanUnit, RecheckDraw, RecheckItem, Task, Unit
from tracker.rules.access import Actor, refusal_to_run
from tracker.rules.recheck import Resurvey, resurvey_of, supplement_of
from tracker.rules.rounds import RESURVEY, SUPPLEMENT
from tracker.rules.states import BallotStatus, DiscardReason, MismatchKind, RecheckDecision, RecheckOutcome
from tracker.services import journal, openings
from tracker.services.fieldwork.ballots import discard_ballots
from tracker.services.fieldwork.rounds import open_round
from tracker.services.planning import coordinator_of
from tracker.services.recheck.leave import require_open
from tracker.services.recheck.standing import UnitStanding, standing_of_unit
from tracker.wording import count
from tracker.wording.fieldwork import RECHECK_DECISION

SIGNABLE = (RecheckDecision.PASS, RecheckDecision.FAIL)


def sign_verdict(
    session: Session, plan_id: int, unit_id: int, decision: RecheckDecision, *, reason: str = "", by: Actor, now: datetime
) -> UnitStanding:
    """Sign what is decided for a unit: it goes on to data entry (PASS), or is surveyed again (FAIL).

    Ballots found seriously wrong are discarded either way. Raises NotFound; Refused: coordinator_only, the gate's sentence,
    verdict_early (ballots are still to be asked, or a second stage is due), verdict_reason (another decision than the rule
    proposes, or the rule proposes none, without a reason), verdict_signed.
    """
    plan, unit = require_open(session, plan_id, unit_id, by=by, today=now.date(), lock=True)
    refused = refusal_to_run(by, "kết luận phúc tra", office_id=plan.office_id, coordinator=coordinator_of(session, plan))
    if refused:
        raise Refused(*refused)
    standing = standing_of_unit(session, plan_id, unit_id)
    verdict = standing.verdict
    if verdict is None or decision not in SIGNABLE:
        raise Refused("verdict_early", f"Chưa kết luận được: {unit.name} chưa chọn mẫu phúc tra.")
    if verdict.decision in (RecheckDecision.CONTINUE, RecheckDecision.SECOND_STAGE):
        raise Refused("verdict_early", f"Chưa kết luận được về {unit.name}: {verdict.reason}")
    last = session.get_one(RecheckDraw, standing.draw_ids[-1])
    if last.decision is not None:
        raise Refused("verdict_signed", f"Phúc tra của {unit.name} đã kết luận: {RECHECK_DECISION[last.decision].lower()}.")
    if verdict.decision is not decision and not reason.strip():
        raise Refused(
            "verdict_reason",
            f"Đề xuất là “{RECHECK_DECISION[verdict.decision]}”; kết luận khác đề xuất thì ghi lý do.",
        )
    last.decision = decision
    last.decision_reason = reason.strip() or verdict.reason
    last.decided_by, last.decided_at = by.name, now
    line = journal.Line(
        "kết luận",
        f"phúc tra của {unit.name}: {RECHECK_DECISION[decision].lower()}",
        why=last.decision_reason,
        plan_id=plan.id,
        details={"unit": unit.id, "proposed": verdict.decision.value, "proposed_because": verdict.reason},
    )
    journal.record(session, line, by=by, now=now)
    _discard_serious(session, plan, unit, standing, by=by, now=now)
    plan.changed_at = now
    session.flush()
    openings.after_change(session, plan_id, unit_id, now)
    return standing_of_unit(session, plan_id, unit_id)


def open_resurvey(session: Session, plan_id: int, unit_id: int, *, due_on: date, reason: str, by: Actor, now: datetime) -> Task:
    """After a signed FAIL: điều tra lại of the ballots concerned, one interviewer's or the unit's, as a task with its date.

    Raises Refused: verdict_not_failed, and what `fieldwork.open_round` refuses.
    """
    standing = standing_of_unit(session, plan_id, unit_id)
    if standing.signed is not RecheckDecision.FAIL:
        raise Refused("verdict_not_failed", "Chỉ mở điều tra lại sau khi đã kết luận phải điều tra lại.")
    ballots = to_survey_again(session, plan_id, unit_id).ballots
    return open_round(session, plan_id, unit_id, RESURVEY, ballots, due_on, reason, by=by, now=now)


def open_supplement(session: Session, plan_id: int, unit_id: int, *, due_on: date, reason: str, by: Actor, now: datetime) -> Task:
    """Điều tra bổ sung of as many ballots as the unit is short of its quota. Raises Refused: quota_full, as `open_round`."""
    missing = short_of_quota(session, plan_id, unit_id)
    if not missing:
        raise Refused("quota_full", "Đơn vị đã đủ chỉ tiêu phiếu; không cần điều tra bổ sung.")
    return open_round(session, plan_id, unit_id, SUPPLEMENT, missing, due_on, reason, by=by, now=now)


def to_survey_again(session: Session, plan_id: int, unit_id: int) -> Resurvey:
    """Of a unit that failed: whose ballots are surveyed again, one interviewer's or the unit's."""
    standing = standing_of_unit(session, plan_id, unit_id)
    rows = session.execute(
        select(Ballot.number, Ballot.interviewer, Ballot.status, RecheckItem.outcome)
        .outerjoin(RecheckItem, (RecheckItem.ballot_id == Ballot.id) & RecheckItem.draw_id.in_(standing.draw_ids))
        .where(Ballot.plan_id == plan_id, Ballot.unit_id == unit_id, Ballot.round == standing.round)
    ).all()
    valid = {r.number: r.interviewer for r in rows if r.status is BallotStatus.VALID}
    mismatched = [r.number for r in rows if r.outcome is RecheckOutcome.MISMATCH]
    if not mismatched:  # the coordinator decided so for a reason of his own
        return Resurvey(None, tuple(sorted(valid)))
    # Ballots that the verdict discarded are surveyed again like the rest.
    return resurvey_of(mismatched, valid | {r.number: r.interviewer for r in rows if r.number in mismatched})


def short_of_quota(session: Session, plan_id: int, unit_id: int) -> int:
    """How many ballots điều tra bổ sung must bring a unit; 0 where it has its quota, or none is set."""
    quota = session.scalar(select(PlanUnit.ballots_each).where(PlanUnit.plan_id == plan_id, PlanUnit.unit_id == unit_id))
    return supplement_of(quota, standing_of_unit(session, plan_id, unit_id).valid)


def _discard_serious(session: Session, plan: Plan, unit: Unit, standing: UnitStanding, *, by: Actor, now: datetime) -> None:
    """Ballots that nobody should have handed in leave the valid ones, and the ledger says so."""
    numbers = session.scalars(
        select(Ballot.number)
        .join(RecheckItem, RecheckItem.ballot_id == Ballot.id)
        .where(RecheckItem.draw_id.in_(standing.draw_ids), RecheckItem.mismatch_kind == MismatchKind.SERIOUS)
    ).all()
    note = "Loại sau phúc tra: sai lệch nghiêm trọng"
    gone = discard_ballots(session, plan.id, unit.id, numbers, DiscardReason.OTHER, note, by=by, now=now)
    if gone:
        line = journal.Line("loại", f"{count(gone, 'phiếu')} của {unit.name} sau phúc tra", plan_id=plan.id)
        journal.record(session, line, by=by, now=now)
