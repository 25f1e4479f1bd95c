"""The draw of a unit: once, out of the registered valid ballots, by the seed that was fixed before them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.errors import NotFound, Refused
from tracker.models import Ballot, LedgerLine, Plan, PlanUnit, RecheckDraw, RecheckItem, RecheckSeed, Unit
from tracker.rules import sampling
from tracker.rules.access import Actor
from tracker.rules.sampling import Draw
from tracker.rules.states import BallotStatus, RecheckDecision
from tracker.services import journal
from tracker.services.recheck.leave import require_open
from tracker.services.recheck.standing import recheck_method, standing_of_unit
from tracker.wording import count, date_short, number, refusal

_DIGITS = re.compile(r"[0-9]{1,40}")


@dataclass(frozen=True)
class Drawn:
    """A draw with what it was made of."""

    row: RecheckDraw
    seed: RecheckSeed
    draw: Draw


def draw_unit(session: Session, plan_id: int, unit_id: int, *, public_digits: str = "", by: Actor, now: datetime) -> RecheckDraw:
    """Draw the plan's percent of a unit's valid ballots. The seed is shown from now on.

    Raises NotFound; Refused: the gate's sentence, seed_missing, seed_mismatch, draw_once, draw_no_numbers, public_digits.
    """
    plan, unit = require_open(session, plan_id, unit_id, by=by, today=now.date(), lock=True)
    before = standing_of_unit(session, plan_id, unit_id)
    if before.draw_ids:
        first = session.get_one(RecheckDraw, before.draw_ids[0])
        raise refusal("draw_once", unit=unit.name, date=date_short(first.drawn_at.date()))
    round_no = before.round
    seed = session.get(RecheckSeed, (plan_id, unit_id, round_no))
    if seed is None:
        raise refusal("seed_missing")
    if sampling.commitment(seed.seed) != seed.commitment:
        raise refusal("seed_mismatch", date=date_short(seed.committed_at.date()), coordinator=by.name)
    method = recheck_method(plan)
    digits = public_digits.strip()
    if method.public_digits and not _DIGITS.fullmatch(digits):
        raise Refused("public_digits", "Kế hoạch yêu cầu chữ số do người giám sát gieo; ghi các chữ số đã gieo, chỉ gồm 0–9.")
    ballots = _valid_ballots(session, plan_id, unit_id, round_no)
    _check_all_are_numbered(session, plan_id, unit, round_no, len(ballots))
    seed.public_digits = digits if method.public_digits else ""
    seed.revealed_at = now
    made = sampling.draw(
        seed.seed, seed.public_digits, ballots, method.percent, interviewers={n: b.interviewer for n, b in ballots.items()}
    )
    row = RecheckDraw(
        plan_id=plan_id,
        unit_id=unit_id,
        round=round_no,
        stage_no=1,
        percent=method.percent,
        population=len(ballots),
        planned=len(made.drawn),
        ballots=[[n, ballots[n].interviewer] for n in sorted(ballots)],
        drawn_at=now,
        by_name=by.name,
        by_key=by.key,
    )
    session.add(row)
    session.flush()
    _add_items(session, row, [ballots[n].id for n in made.drawn], after=0)
    plan.changed_at = now
    _record(
        session,
        plan,
        unit,
        f"{count(len(made.drawn), 'phiếu')} phúc tra và {count(len(made.reserve), 'phiếu')} dự phòng",
        by,
        now,
    )
    return row


def draw_second_stage(session: Session, plan_id: int, unit_id: int, *, by: Actor, now: datetime) -> RecheckDraw:
    """As many ballots again of the same order, when the first stage asks for it.

    Raises NotFound; Refused: the gate's sentence, second_stage_not_due.
    """
    plan, unit = require_open(session, plan_id, unit_id, by=by, today=now.date(), lock=True)
    before = standing_of_unit(session, plan_id, unit_id)
    if len(before.draw_ids) != 1 or before.verdict is None or before.verdict.decision is not RecheckDecision.SECOND_STAGE:
        reason = before.verdict.reason if before.verdict else "chưa chọn mẫu lần một"
        raise Refused("second_stage_not_due", f"Chưa chọn mẫu lần hai của {unit.name}: {reason}")
    first = drawn_again(session, before.draw_ids[0])
    used = numbers_out(session, before.draw_ids)
    chosen = sampling.second_stage(first.draw, used)
    ids = _ids(session, plan_id, unit_id, chosen)
    first.row.decision = RecheckDecision.SECOND_STAGE
    first.row.decision_reason = before.verdict.reason
    first.row.decided_by, first.row.decided_at = by.name, now
    row = RecheckDraw(
        plan_id=plan_id,
        unit_id=unit_id,
        round=before.round,
        stage_no=2,
        percent=first.row.percent,
        population=first.row.population,
        planned=len(chosen),
        ballots=first.row.ballots,
        drawn_at=now,
        by_name=by.name,
        by_key=by.key,
    )
    session.add(row)
    session.flush()
    _add_items(session, row, [ids[n] for n in chosen], after=0)
    plan.changed_at = now
    _record(session, plan, unit, f"{count(len(chosen), 'phiếu')} phúc tra lần hai", by, now, why=before.verdict.reason)
    return row


def drawn_again(session: Session, draw_id: int) -> Drawn:
    """A first draw with its order, made again from what is kept: nothing of the order needs to be kept."""
    row = session.get(RecheckDraw, draw_id)
    if row is None:
        raise NotFound(f"draw {draw_id}")
    seed = session.get_one(RecheckSeed, (row.plan_id, row.unit_id, row.round))
    ballots = [str(ballot) for ballot, _ in row.ballots]
    who = {str(ballot): str(interviewer) for ballot, interviewer in row.ballots}
    return Drawn(row, seed, sampling.draw(seed.seed, seed.public_digits, ballots, row.percent, interviewers=who))


def numbers_out(session: Session, draw_ids: tuple[int, ...]) -> list[str]:
    """The ballots of a unit that are out already: drawn, and taken as replacements."""
    query = select(Ballot.number).join(RecheckItem, RecheckItem.ballot_id == Ballot.id).where(RecheckItem.draw_id.in_(draw_ids))
    return list(session.scalars(query.order_by(RecheckItem.draw_id, RecheckItem.position)))


def add_item(session: Session, row: RecheckDraw, ballot_id: int, *, replaces: RecheckItem) -> RecheckItem:
    """A ballot that stands in for another, at the end of the list."""
    last = session.scalar(select(func.max(RecheckItem.position)).where(RecheckItem.draw_id == row.id)) or 0
    item = RecheckItem(draw_id=row.id, ballot_id=ballot_id, position=last + 1, replaces_id=replaces.id, tries=[], answers={})
    session.add(item)
    session.flush()
    return item


def ballot_id(session: Session, plan_id: int, unit_id: int, number_: str) -> int:
    return _ids(session, plan_id, unit_id, (number_,))[number_]


def _add_items(session: Session, row: RecheckDraw, ballot_ids: list[int], *, after: int) -> None:
    session.add_all(
        RecheckItem(draw_id=row.id, ballot_id=ballot, position=after + place, tries=[], answers={})
        for place, ballot in enumerate(ballot_ids, 1)
    )
    session.flush()


def _valid_ballots(session: Session, plan_id: int, unit_id: int, round_no: int) -> dict[str, Ballot]:
    query = select(Ballot).where(
        Ballot.plan_id == plan_id, Ballot.unit_id == unit_id, Ballot.round == round_no, Ballot.status == BallotStatus.VALID
    )
    return {ballot.number: ballot for ballot in session.scalars(query.order_by(Ballot.number))}


def _ids(session: Session, plan_id: int, unit_id: int, numbers: tuple[str, ...]) -> dict[str, int]:
    query = select(Ballot.number, Ballot.id).where(
        Ballot.plan_id == plan_id, Ballot.unit_id == unit_id, Ballot.number.in_(numbers)
    )
    return {row.number: row.id for row in session.execute(query)}


def _check_all_are_numbered(session: Session, plan_id: int, unit: Unit, round_no: int, numbered: int) -> None:
    """Every ballot that the ledger calls valid has its number: else some could be kept out of the draw."""
    valid = session.scalar(
        select(func.coalesce(func.sum(LedgerLine.valid), 0)).where(
            LedgerLine.plan_id == plan_id, LedgerLine.unit_id == unit.id, LedgerLine.round == round_no
        )
    )
    if not numbered or (valid or 0) > numbered:
        missing = (valid or 0) - numbered
        raise refusal("draw_no_numbers", missing=number(missing) if missing > 0 else "các", unit=unit.name)


def _record(session: Session, plan: Plan, unit: Unit, what: str, by: Actor, now: datetime, why: str = "") -> None:
    line = journal.Line("chọn mẫu", f"{what} của {unit.name}", why=why, plan_id=plan.id, details={"unit": unit.id})
    journal.record(session, line, by=by, now=now)


def surveyed_unit(session: Session, plan_id: int, unit_id: int) -> Unit:
    """Raises NotFound for a unit that the plan does not survey."""
    if session.get(PlanUnit, (plan_id, unit_id)) is None:
        raise NotFound(f"unit {unit_id}")
    return session.get_one(Unit, unit_id)
