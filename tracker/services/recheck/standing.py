"""Where the recheck of each unit stands: counted from its draws and items, in a constant number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import func, select
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


def standings(session: Session, plan_id: int) -> dict[int, UnitStanding]:
    """unit id -> where its recheck stands, for every surveyed unit. Five statements, however many units."""
    plan = session.get_one(Plan, plan_id)
    units = session.scalars(select(PlanUnit.unit_id).where(PlanUnit.plan_id == plan_id).order_by(PlanUnit.position))
    found = {unit: UnitStanding(unit) for unit in units}
    return found | _filled(session, plan, found, None)


def standing_of_unit(session: Session, plan_id: int, unit_id: int) -> UnitStanding:
    """The same of one unit."""
    plan = session.get_one(Plan, plan_id)
    start = UnitStanding(unit_id)
    return _filled(session, plan, {unit_id: start}, unit_id).get(unit_id, start)


def settled_units(session: Session, plan_id: int) -> frozenset[int]:
    """Units whose recheck is settled: what the gate of data entry asks."""
    return frozenset(unit for unit, standing in standings(session, plan_id).items() if standing.is_settled)


def _filled(session: Session, plan: Plan, units: Mapping[int, UnitStanding], only: int | None) -> dict[int, UnitStanding]:
    ballots = select(Ballot.unit_id, func.max(Ballot.round), func.count(Ballot.id)).where(
        Ballot.plan_id == plan.id, Ballot.status == BallotStatus.VALID
    )
    query = select(RecheckDraw).where(RecheckDraw.plan_id == plan.id)
    if only is not None:
        ballots, query = ballots.where(Ballot.unit_id == only), query.where(RecheckDraw.unit_id == only)
    counts = {unit: (round_no, valid) for unit, round_no, valid in session.execute(ballots.group_by(Ballot.unit_id))}
    draws: defaultdict[int, list[RecheckDraw]] = defaultdict(list)
    for draw in session.scalars(query.order_by(RecheckDraw.unit_id, RecheckDraw.round, RecheckDraw.stage_no)):
        draws[draw.unit_id].append(draw)
    outcomes = _outcomes(session, plan.id, only)
    threshold = recheck_method(plan).threshold_percent
    found = {}
    for unit, start in units.items():
        last_round, valid = counts.get(unit, (0, 0))
        rounds = [draw.round for draw in draws[unit]]
        latest = max([last_round, *rounds])
        own = [draw for draw in draws[unit] if draw.round == latest]
        stages = tuple(_stage(draw, outcomes[draw.id]) for draw in own)
        verdict = decide(stages, threshold) if stages else None
        signed = own[-1].decision if own else None
        found[unit] = replace(
            start,
            round=latest,
            valid=valid,
            draw_ids=tuple(draw.id for draw in own),
            stages=stages,
            verdict=verdict,
            signed=signed if signed is not RecheckDecision.SECOND_STAGE else None,
        )
    return found


Counts = dict[tuple[RecheckOutcome | None, MismatchKind | None], int]


def _outcomes(session: Session, plan_id: int, only: int | None) -> defaultdict[int, Counts]:
    found: defaultdict[int, Counts] = defaultdict(dict)
    query = (
        select(RecheckItem.draw_id, RecheckItem.outcome, RecheckItem.mismatch_kind, func.count())
        .join(RecheckDraw, RecheckDraw.id == RecheckItem.draw_id)
        .where(RecheckDraw.plan_id == plan_id)
        .group_by(RecheckItem.draw_id, RecheckItem.outcome, RecheckItem.mismatch_kind)
    )
    if only is not None:
        query = query.where(RecheckDraw.unit_id == only)
    for draw_id, outcome, kind, times in session.execute(query):
        found[draw_id][outcome, kind] = times
    return found


def _stage(draw: RecheckDraw, counted: Counts) -> Stage:
    def times(outcome: RecheckOutcome | None, kind: MismatchKind | None = None) -> int:
        return counted.get((outcome, kind), 0)

    open_items = times(None)
    items = sum(counted.values())
    lost = times(RecheckOutcome.UNREACHABLE) + times(RecheckOutcome.REFUSED)
    settled = items - open_items - lost
    # Replacements join as they are needed, so a stage short of its number with nothing left to ask has spent its order.
    spent = not open_items and settled < draw.planned
    return Stage(
        planned=draw.planned,
        match=times(RecheckOutcome.MATCH),
        fact=times(RecheckOutcome.MISMATCH, MismatchKind.FACT),
        serious=times(RecheckOutcome.MISMATCH, MismatchKind.SERIOUS),
        exhausted=spent,
        unreachable=times(RecheckOutcome.UNREACHABLE),
        refused=times(RecheckOutcome.REFUSED),
    )
