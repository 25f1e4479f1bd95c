"""What gates look at, read from the database: conditions, waivers, what is done, how many ballots there are."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace
from heapq import nsmallest
from typing import Any

from sqlalchemy import Select, bindparam, case, func, select
from sqlalchemy.orm import Session, aliased

from tracker.models import (
    Ballot,
    Entry,
    EntryDifference,
    GateCondition,
    LedgerLine,
    Plan,
    PlanUnit,
    Publication,
    RecheckDraw,
    RecheckItem,
    SecondEntryItem,
    Stage,
    Task,
    Unit,
    Waiver,
)
from tracker.queries import plans
from tracker.rules.ballot_gates import BALLOT_CONDITIONS, BallotFacts, UnitBallots
from tracker.rules.gates import Condition, Gates, StageFacts, UnitWork, Waivers, Work, chain, facts_of, facts_of_units
from tracker.rules.method import method_of_table
from tracker.rules.rounds import RESURVEY
from tracker.rules.sampling import share_rounded_up
from tracker.rules.states import (
    FINISHED_STATUSES,
    BallotStatus,
    ConditionKind,
    PublicationStatus,
    RecheckDecision,
    RecheckOutcome,
    TaskStatus,
)
from tracker.wording.figures import exact_words

# Named once: a new name makes every column anew, which costs more than the statement.
_earlier, _later, _again = aliased(Stage), aliased(Task), aliased(Task)
# Every page of a plan asks these; building a statement costs as much as running it.
_WAIVERS = (
    select(Stage.position, Waiver.unit_id)
    .join(Waiver, Waiver.stage_id == Stage.id)
    .where(Stage.plan_id == bindparam("plan"), Waiver.withdrawn_at.is_(None))
)
_CONDITIONS = (
    select(GateCondition.stage_id, GateCondition.kind, _earlier.position, GateCondition.share, GateCondition.per_unit)
    .join(Stage, Stage.id == GateCondition.stage_id)
    .outerjoin(_earlier, _earlier.id == GateCondition.earlier_stage_id)
    .where(Stage.plan_id == bindparam("plan"))
    .order_by(GateCondition.id)
)


def conditions_of(session: Session, plan_id: int) -> dict[int, tuple[Condition, ...]]:
    """stage id -> its conditions."""
    found: defaultdict[int, list[Condition]] = defaultdict(list)
    for stage_id, kind, position, share, per_unit in session.connection().execute(_CONDITIONS, {"plan": plan_id}):
        found[stage_id].append(Condition(kind, position, share, per_unit))
    return {stage_id: tuple(c) for stage_id, c in found.items()}


def gates_of(session: Session, plan_id: int) -> dict[int, tuple[Condition, ...]]:
    """position -> its conditions."""
    by_id = conditions_of(session, plan_id)
    rows = session.execute(select(Stage.id, Stage.position).where(Stage.plan_id == plan_id))
    return {position: by_id.get(stage_id, ()) for stage_id, position in rows}


def waivers_of(session: Session, plan_id: int) -> Waivers:
    """Waivers that hold."""
    found: defaultdict[int, set[int | None]] = defaultdict(set)
    for position, unit_id in session.connection().execute(_WAIVERS, {"plan": plan_id}):
        found[position].add(unit_id)
    return Waivers({position: frozenset(units) for position, units in found.items()})


def gate_facts(
    session: Session,
    plan_id: int,
    *,
    gates: Gates | None = None,
    waivers: Waivers | None = None,
    units: Collection[int] | None = None,
    positions: Collection[int] | None = None,
    as_if_open: Collection[int] = (),
) -> dict[int, StageFacts]:
    """Facts of every stage by position, with names of units that are missing: what pages show beside a lock.

    With `units` only their tasks and the common ones are counted; with `positions` at least what the gates of these stages look
    at. Tasks of `as_if_open` count as not done: what would be if they were opened again.
    """
    gates = gates_of(session, plan_id) if gates is None else gates
    waivers = waivers_of(session, plan_id) if waivers is None else waivers
    stages = session.execute(
        select(Stage.id, Stage.position, Stage.short_name, Stage.scope, Stage.start_on).where(Stage.plan_id == plan_id)
    ).all()
    found = [StageFacts(row.position, row.short_name, row.scope, 0, 0, row.start_on) for row in stages]
    ids = {row.position: row.id for row in stages}
    if units is None and not as_if_open:
        work = _work(session, plan_id, ids, ids) if positions is None else _looked_at(session, plan_id, ids, gates, positions)
        return _with_names(session, work, facts_of_units(found, work, {}, gates, waivers))
    query = (
        select(Stage.position, Task.id, Task.unit_id, Task.status, func.coalesce(Unit.name, ""))
        .select_from(Task)
        .join(Stage, Stage.id == Task.stage_id)
        .outerjoin(Unit, Unit.id == Task.unit_id)
        .where(Task.status != TaskStatus.CANCELLED)
        .order_by(Stage.position, Task.id)
    )
    if units is None:
        query = query.where(Task.plan_id == plan_id)
    else:  # each part names stages and units, as the index does that keeps them apart: SQLite would read the whole plan
        asked = ids.keys() if positions is None else _asked(gates, positions)
        chains = {stage for position in asked for stage, _ in chain(position, gates)}
        of_stages = Task.stage_id.in_([ids[position] for position in chains.union(asked)])
        query = query.where((of_stages & Task.unit_id.in_(units)) | (of_stages & Task.unit_id.is_(None)))
    tasks = [
        Work(position, unit, status is TaskStatus.DONE and task_id not in as_if_open, name)
        for position, task_id, unit, status, name in session.execute(query)
    ]
    return facts_of(found, tasks, gates, waivers)


def _asked(gates: Gates, positions: Collection[int]) -> set[int]:
    """The stages that conditions of these name."""
    return {c.earlier for position in positions for c in gates.get(position, ()) if c.earlier is not None}


def _looked_at(
    session: Session, plan_id: int, ids: Mapping[int, int], gates: Gates, positions: Collection[int]
) -> dict[int, UnitWork]:
    """Who has finished the stages that the gates of these look at; and, where somebody has, those before in his chain."""
    asked = _asked(gates, positions)
    work = _work(session, plan_id, ids, asked)
    before = {stage for position in asked if work[position].done for stage, _ in chain(position, gates)} - asked
    return work | _work(session, plan_id, ids, before)


def _work(session: Session, plan_id: int, ids: Mapping[int, int], positions: Collection[int]) -> dict[int, UnitWork]:
    if not positions:
        return {}
    kinds = plans.kind_rows(session, plan_id, stage_ids=[ids[position] for position in positions])
    return {position: plans.unit_work(kind for kind in kinds if kind.stage_id == ids[position]) for position in positions}


def _with_names(session: Session, work: Mapping[int, UnitWork], facts: Mapping[int, StageFacts]) -> dict[int, StageFacts]:
    """The facts with the names of who is missing: of the first three that joined, as a sentence names no more."""
    missing = {position: own.missing | facts[position].held_by.keys() for position, own in work.items()}
    first = {position: nsmallest(3, (unit for unit in units if unit is not None)) for position, units in missing.items()}
    rows = session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(set().union(*first.values()))))
    names = {row.id: row.name for row in rows}
    return {
        position: replace(fact, missing_names=tuple(names[unit] for unit in first.get(position, ())))
        for position, fact in facts.items()
    }


def stage_counts(session: Session, plan_id: int, gates: Gates, waivers: Waivers) -> dict[int, StageFacts]:
    """Facts of every stage without the units behind them: as many statements and rows for 3,000 units as for 30."""
    of_unit = (
        select(
            Task.stage_id,
            Task.unit_id,
            func.min(case((Task.status == TaskStatus.DONE, 1), else_=0)).label("done"),
        )
        .where(Task.plan_id == plan_id, Task.status != TaskStatus.CANCELLED)
        .group_by(Task.stage_id, Task.unit_id)
        .subquery()
    )
    rows = session.execute(
        select(
            Stage.position,
            Stage.short_name,
            Stage.scope,
            Stage.start_on,
            func.count(of_unit.c.stage_id),
            func.coalesce(func.sum(of_unit.c.done), 0),
        )
        .outerjoin(of_unit, of_unit.c.stage_id == Stage.id)
        .where(Stage.plan_id == plan_id)
        .group_by(Stage.id, Stage.position, Stage.short_name, Stage.scope, Stage.start_on)
    ).all()
    held = _held(session, plan_id, gates, waivers)
    return {
        position: StageFacts(position, short_name, scope, units, int(done) - held[position], start_on)
        for position, short_name, scope, start_on, units, done in rows
    }


def ballot_facts(
    session: Session, plan_id: int, kinds: Collection[ConditionKind], *, unit_id: int | None = None
) -> BallotFacts | None:
    """The counts that conditions of these kinds look at, of one unit or of all; None where none of them is on ballots."""
    asked = {kind for kind in kinds if kind in BALLOT_CONDITIONS or kind is ConditionKind.APPROVED}
    if not asked:
        return None
    table = session.scalar(select(Plan.method).where(Plan.id == plan_id))
    recheck = method_of_table(table or {}).recheck
    units = _units(session, plan_id, unit_id) if asked & BALLOT_CONDITIONS else []
    counts: dict[str, dict[int, Any]] = {}
    if units:
        counts["ledger"] = _by_unit(
            session,
            select(LedgerLine.unit_id, func.sum(LedgerLine.collected), func.sum(LedgerLine.valid))
            .where(LedgerLine.plan_id == plan_id)
            .group_by(LedgerLine.unit_id),
            LedgerLine.unit_id,
            unit_id,
        )
    if units and asked - {ConditionKind.QUOTA_MET}:
        counts["registered"] = _by_unit(
            session,
            select(Ballot.unit_id, func.count(Ballot.id))
            .where(Ballot.plan_id == plan_id, Ballot.status == BallotStatus.VALID)
            .group_by(Ballot.unit_id),
            Ballot.unit_id,
            unit_id,
        )
    if units and ConditionKind.ENTRIES_COMPLETE in asked:
        counts["entered"] = _by_unit(session, _entries(plan_id), Entry.unit_id, unit_id)
        counts["second"] = _by_unit(session, _second_entries(plan_id), Ballot.unit_id, unit_id)
        counts["differences"] = _by_unit(session, _differences(plan_id), Ballot.unit_id, unit_id)
    rechecks = _rechecks(session, plan_id, unit_id) if units and ConditionKind.RECHECKED in asked else {}
    found = {}
    for unit, name, group, quota in units:
        collected, valid = counts["ledger"].get(unit, (0, 0))
        (registered,) = counts.get("registered", {}).get(unit, (0,))
        done = rechecks.get(unit, _Recheck())
        planned = done.planned or share_rounded_up(int(registered or valid), recheck.percent).ballots or 0
        found[unit] = UnitBallots(
            unit_id=unit,
            name=name,
            group=group,
            quota=quota,
            collected=int(collected),
            valid=int(valid),
            registered=registered,
            recheck_required=planned,
            rechecked=done.settled,
            mismatches=done.mismatches,
            decision=done.decision,
            resurvey=done.resurvey,
            entered=counts.get("entered", {}).get(unit, (0,))[0],
            second_required=counts.get("second", {}).get(unit, (0, 0))[0],
            second_done=counts.get("second", {}).get(unit, (0, 0))[1],
            differences=counts.get("differences", {}).get(unit, (0,))[0],
        )
    approved = ConditionKind.APPROVED in asked and _is_approved(session, plan_id)
    return BallotFacts(found, approved, recheck.percent, exact_words(recheck.threshold_percent))


def _held(session: Session, plan_id: int, gates: Gates, waivers: Waivers) -> Counter[int]:
    """How many units count as not done with a stage because they do an earlier one again."""
    of_all = (ConditionKind.STAGE_DONE, ConditionKind.UNITS_SHARE)
    counted = {c.earlier for own in gates.values() for c in own if c.kind in of_all}
    pairs = {(stage, earlier): cut for stage in counted if stage for earlier, cut in chain(stage, gates)}
    if not pairs:
        return Counter()
    stages = session.execute(select(Stage.id, Stage.position).where(Stage.plan_id == plan_id))
    positions: dict[int, int] = {row[0]: row[1] for row in stages}
    ids = {position: id_ for id_, position in positions.items()}
    found = session.execute(
        select(_later.stage_id, _again.stage_id, _later.unit_id)
        .select_from(_again)
        .join(_later, _later.unit_id == _again.unit_id)
        .where(
            _again.stage_id.in_({ids[earlier] for _, earlier in pairs}),
            _again.status.not_in(FINISHED_STATUSES),
            _later.stage_id.in_({ids[stage] for stage, _ in pairs}),
            _later.status == TaskStatus.DONE,
        )
        .distinct()
    )
    rows = [(positions[stage], positions[earlier], unit) for stage, earlier, unit in found]
    held = {
        (stage, unit)
        for stage, earlier, unit in rows
        if (stage, earlier) in pairs and not any(waivers.cover(cut, unit) for cut in pairs[stage, earlier])
    }
    return Counter(stage for stage, _ in held)


def _units(session: Session, plan_id: int, unit_id: int | None) -> list[tuple[int, str, str, int | None]]:
    query = (
        select(Unit.id, Unit.name, PlanUnit.group_name, PlanUnit.ballots_each)
        .join(PlanUnit, PlanUnit.unit_id == Unit.id)
        .where(PlanUnit.plan_id == plan_id)
        .order_by(PlanUnit.position)
    )
    if unit_id is not None:
        query = query.where(Unit.id == unit_id)
    return [(row.id, row.name, row.group_name, row.ballots_each) for row in session.execute(query)]


def _by_unit(session: Session, query: Any, column: Any, unit_id: int | None) -> dict[int, Any]:
    rows = session.execute(query.where(column == unit_id) if unit_id is not None else query)
    return {row[0]: tuple(row[1:]) for row in rows}


def _entries(plan_id: int) -> Select[int, int]:
    return (
        select(Entry.unit_id, func.count(Entry.id))
        .join(Ballot, Ballot.id == Entry.ballot_id)
        .where(Entry.plan_id == plan_id, Entry.turn == 1, Ballot.status == BallotStatus.VALID)
        .group_by(Entry.unit_id)
    )


def _second_entries(plan_id: int) -> Select[int, int, int]:
    return (
        select(Ballot.unit_id, func.count(SecondEntryItem.id), func.count(Entry.id))
        .join(SecondEntryItem, SecondEntryItem.ballot_id == Ballot.id)
        .outerjoin(Entry, (Entry.ballot_id == Ballot.id) & (Entry.turn == 2))
        .where(Ballot.plan_id == plan_id, Ballot.status == BallotStatus.VALID)
        .group_by(Ballot.unit_id)
    )


def _differences(plan_id: int) -> Select[int, int]:
    return (
        select(Ballot.unit_id, func.count(func.distinct(Ballot.id)))
        .join(EntryDifference, EntryDifference.ballot_id == Ballot.id)
        .where(EntryDifference.plan_id == plan_id, EntryDifference.settlement == "", Ballot.status == BallotStatus.VALID)
        .group_by(Ballot.unit_id)
    )


class _Recheck:
    """Of a unit: its newest draw with both stages, unless a điều tra lại came after it."""

    def __init__(self) -> None:
        self.round = -1
        self.planned = self.settled = self.mismatches = self.resurvey = 0
        self.decision: RecheckDecision | None = None


def _rechecks(session: Session, plan_id: int, unit_id: int | None) -> dict[int, _Recheck]:
    found: defaultdict[int, _Recheck] = defaultdict(_Recheck)
    settled = func.sum(case((RecheckItem.outcome.in_((RecheckOutcome.MATCH, RecheckOutcome.MISMATCH)), 1), else_=0))
    mismatched = func.sum(case((RecheckItem.outcome == RecheckOutcome.MISMATCH, 1), else_=0))
    draws = (
        select(
            RecheckDraw.unit_id,
            RecheckDraw.round,
            RecheckDraw.planned,
            RecheckDraw.decision,
            func.coalesce(settled, 0),
            func.coalesce(mismatched, 0),
        )
        .outerjoin(RecheckItem, RecheckItem.draw_id == RecheckDraw.id)
        .where(RecheckDraw.plan_id == plan_id)
        .group_by(RecheckDraw.id)
        .order_by(RecheckDraw.round, RecheckDraw.stage_no)
    )
    asked = case((Task.status.not_in(FINISHED_STATUSES), func.coalesce(Task.ballots_asked, 0)), else_=0)
    rounds = (
        select(Task.unit_id, func.max(Task.round), func.coalesce(func.sum(asked), 0))
        .where(Task.plan_id == plan_id, Task.round_kind == RESURVEY, Task.status != TaskStatus.CANCELLED)
        .group_by(Task.unit_id)
    )
    if unit_id is not None:
        draws, rounds = draws.where(RecheckDraw.unit_id == unit_id), rounds.where(Task.unit_id == unit_id)
    newest = {unit: (number, int(still_out)) for unit, number, still_out in session.execute(rounds)}
    for unit, (_, still_out) in newest.items():
        found[unit].resurvey = still_out
    for unit, number, planned, decision, n_settled, n_mismatched in session.execute(draws):
        if unit in newest and number < newest[unit][0]:
            continue
        one = found[unit]
        if number > one.round:
            one.round, one.planned, one.settled, one.mismatches = number, 0, 0, 0
        one.planned += planned
        one.settled += int(n_settled)
        one.mismatches += int(n_mismatched)
        one.decision = decision
    return found


def _is_approved(session: Session, plan_id: int) -> bool:
    approved = (PublicationStatus.APPROVED, PublicationStatus.PUBLISHED, PublicationStatus.CORRECTED)
    query = select(Publication.id).where(Publication.plan_id == plan_id, Publication.status.in_(approved)).limit(1)
    return session.scalar(query) is not None
