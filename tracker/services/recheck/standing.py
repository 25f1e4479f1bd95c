"""Where the recheck of each unit stands: counted from its draws and items, in a constant number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from tracker.models import Ballot, Plan, PlanUnit, RecheckDraw, RecheckItem
from tracker.rules.method import RecheckMethod, method_of_table
from tracker.rules.recheck import Stage, Verdict, decide
from tracker.rules.states import BallotStatus, MismatchKind, RecheckDecision, RecheckOutcome


@dataclass(frozen=True)
class UnitStanding:
    """The latest round of a unit."""

    unit_id: int
    round: int = 0
    valid: int = 0  #: ballots registered and valid now
    draw_ids: tuple[int, ...] = ()  #: first stage, second stage
    stages: tuple[Stage, ...] = ()
    verdict: Verdict | None = None  #: what the rule says now; None before the draw
    signed: RecheckDecision | None = None  #: of the last stage

    @property
    def drawn(self) -> int:
        return sum(stage.planned for stage in self.stages)

    @property
    def settled(self) -> int:
        return sum(stage.settled for stage in self.stages)

    @property
    def is_settled(self) -> bool:
        """Whether the unit may go on to data entry: a coordinator has signed that nothing is to be surveyed again."""
        return self.signed is RecheckDecision.PASS


def recheck_method(plan: Plan) -> RecheckMethod:
    return method_of_table(plan.method or {}).recheck


def standings(session: Session, plan_id: int, unit_ids: Collection[int] | None = None) -> dict[int, UnitStanding]:
    """unit id -> where its recheck stands, for every surveyed unit or for these. Five statements, however many units."""
    plan = session.get_one(Plan, plan_id)
    surveyed = select(PlanUnit.unit_id).where(PlanUnit.plan_id == plan_id).order_by(PlanUnit.position)
    if unit_ids is not None:
        surveyed = surveyed.where(PlanUnit.unit_id.in_(unit_ids))
    found = {unit: UnitStanding(unit) for unit in session.scalars(surveyed)}
    return found | _filled(session, plan, found, unit_ids)


def standing_of_unit(session: Session, plan_id: int, unit_id: int) -> UnitStanding:
    """The same of one unit."""
    plan = session.get_one(Plan, plan_id)
    start = UnitStanding(unit_id)
    return _filled(session, plan, {unit_id: start}, [unit_id]).get(unit_id, start)


def settled_units(session: Session, plan_id: int) -> frozenset[int]:
    """Units whose recheck is settled: what the gate of data entry asks."""
    return frozenset(unit for unit, standing in standings(session, plan_id).items() if standing.is_settled)


def _filled(
    session: Session, plan: Plan, units: Mapping[int, UnitStanding], only: Collection[int] | None
) -> dict[int, UnitStanding]:
    ballots = select(Ballot.unit_id, func.max(Ballot.round), func.count(Ballot.id)).where(
        Ballot.plan_id == plan.id, Ballot.status == BallotStatus.VALID
    )
    # Not the whole draw: it holds every ballot that it was made of.
    query = select(RecheckDraw.id, RecheckDraw.unit_id, RecheckDraw.round, RecheckDraw.planned, RecheckDraw.decision).where(
        RecheckDraw.plan_id == plan.id
    )
    if only is not None:
        ballots, query = ballots.where(Ballot.unit_id.in_(only)), query.where(RecheckDraw.unit_id.in_(only))
    counts = {unit: (round_no, valid) for unit, round_no, valid in session.execute(ballots.group_by(Ballot.unit_id))}
    draws: defaultdict[int, list[Any]] = defaultdict(list)
    for draw in session.execute(query.order_by(RecheckDraw.unit_id, RecheckDraw.round, RecheckDraw.stage_no)):
        draws[draw.unit_id].append(draw)
    outcomes = _outcomes(session, plan.id, only)
    threshold = recheck_method(plan).threshold_percent
    found = {}
    for unit in units:
        last_round, valid = counts.get(unit, (0, 0))
        rounds = [draw.round for draw in draws[unit]]
        latest = max([last_round, *rounds])
        own = [draw for draw in draws[unit] if draw.round == latest]
        stages = tuple(_stage(draw, outcomes.get(draw.id)) for draw in own)
        verdict = decide(stages, threshold) if stages else None
        signed = own[-1].decision if own else None
        found[unit] = UnitStanding(
            unit,
            round=latest,
            valid=valid,
            draw_ids=tuple(draw.id for draw in own),
            stages=stages,
            verdict=verdict,
            signed=signed if signed is not RecheckDecision.SECOND_STAGE else None,
        )
    return found


def outcome_counts() -> list[Any]:
    """Columns that count items by what came of them; `_stage` reads them."""

    def times(*where: Any) -> Any:
        return func.coalesce(func.sum(case((and_(*where), 1), else_=0)), 0)

    outcome, kind = RecheckItem.outcome, RecheckItem.mismatch_kind
    mismatch = outcome == RecheckOutcome.MISMATCH
    return [
        func.count().label("items_"),
        times(outcome.is_(None)).label("open"),
        times(outcome == RecheckOutcome.MATCH, kind.is_(None)).label("match"),
        times(mismatch, kind == MismatchKind.FACT).label("fact"),
        times(mismatch, kind == MismatchKind.SERIOUS).label("serious"),
        times(outcome == RecheckOutcome.UNREACHABLE).label("unreachable"),
        times(outcome == RecheckOutcome.REFUSED).label("refused"),
    ]


def _outcomes(session: Session, plan_id: int, only: Collection[int] | None) -> dict[int, Any]:
    """draw id -> how many of its items have which outcome."""
    query = (
        select(RecheckItem.draw_id, *outcome_counts())
        .join(RecheckDraw, RecheckDraw.id == RecheckItem.draw_id)
        .where(RecheckDraw.plan_id == plan_id)
        .group_by(RecheckItem.draw_id)
    )
    if only is not None:
        query = query.where(RecheckDraw.unit_id.in_(only))
    return {row.draw_id: row for row in session.execute(query)}


def _stage(draw: Any, counted: Any) -> Stage:
    if counted is None:  # nothing is drawn into it yet
        return Stage(planned=draw.planned, match=0, fact=0, serious=0, exhausted=draw.planned > 0, unreachable=0, refused=0)
    settled = counted.items_ - counted.open - counted.unreachable - counted.refused
    # Replacements join as they are needed, so a stage short of its number with nothing left to ask has spent its order.
    return Stage(
        planned=draw.planned,
        match=int(counted.match),
        fact=int(counted.fact),
        serious=int(counted.serious),
        exhausted=not counted.open and settled < draw.planned,
        unreachable=int(counted.unreachable),
        refused=int(counted.refused),
    )
