"""The recheck room as pages, papers and strangers read it. A seed appears here only once its draw is made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any, NamedTuple

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, aliased

from tracker.models import Ballot, Entry, Plan, PlanUnit, RecheckDraw, RecheckItem, RecheckSeed, Stage, Task, Unit
from tracker.rules import sampling
from tracker.rules.questionnaires import Difference, Questionnaire, answered_differently
from tracker.rules.recheck import mismatch_rate
from tracker.rules.sampling import PublishedDraw
from tracker.rules.states import (
    FINISHED_STATUSES,
    OPEN_STATUSES,
    BallotStatus,
    MismatchKind,
    RecheckDecision,
    RecheckOutcome,
    TaskStatus,
    WorkKind,
)
from tracker.services.recheck.standing import UnitStanding, outcome_counts, recheck_method, standing_of_unit, standings


@dataclass(frozen=True)
class UnitRow:
    unit_id: int
    name: str
    group: str
    commitment: str
    is_open: bool  #: whether its gate is open
    standing: UnitStanding

    @property
    def mismatches(self) -> int:
        return sum(stage.mismatches for stage in self.standing.stages)

    @property
    def rate(self) -> Fraction | None:
        return mismatch_rate(self.mismatches, self.standing.settled)


@dataclass(frozen=True)
class RoomTotals:
    """Of the whole plan."""

    units: int
    done: int  #: units that may go on to data entry
    drawn: int
    settled: int
    mismatches: int
    unreachable: int
    refused: int

    @property
    def rate(self) -> Fraction | None:
        return mismatch_rate(self.mismatches, self.settled)


@dataclass(frozen=True)
class ItemRow:
    """One ballot of a unit's list."""

    id: int
    stage_no: int
    position: int
    number: str
    interviewer: str
    replaces: str
    tries: tuple[date, ...]
    outcome: RecheckOutcome | None
    kind: MismatchKind | None
    note: str
    by: str
    at: datetime | None
    answers: Mapping[str, str]  #: as said again; codes of the questionnaire, and what is asked beside it


@dataclass(frozen=True)
class Sheet:
    """Everything about the recheck of one unit."""

    unit_id: int
    unit: str
    standing: UnitStanding
    commitment: str
    committed_at: datetime | None
    seed: str  #: "" until the draw
    public_digits: str
    drawn_at: datetime | None
    drawn_by: str
    percent: int
    population: int
    reserve: tuple[str, ...]  #: not used yet, in order
    items: tuple[ItemRow, ...]
    decision: RecheckDecision | None
    decision_reason: str
    decided_by: str
    decided_at: datetime | None


def room(session: Session, plan_id: int, unit_ids: Collection[int]) -> tuple[list[UnitRow], RoomTotals]:
    """These units in the order of the plan, and the totals of all. A constant number of statements.

    Units that were surveyed once are added up by the database; those of later rounds count with their newest.
    """
    again = _surveyed_again(session, plan_id)
    found = standings(session, plan_id, [*unit_ids, *again])
    opened = _open_units(session, plan_id, unit_ids)
    seeds = select(RecheckSeed.unit_id, RecheckSeed.round, RecheckSeed.commitment)
    seeds = seeds.where(RecheckSeed.plan_id == plan_id, RecheckSeed.unit_id.in_(unit_ids))
    commitments = {(unit, round_no): text for unit, round_no, text in session.execute(seeds)}
    places = {unit: place for place, unit in enumerate(unit_ids)}
    names = session.execute(
        select(Unit.id, Unit.name, PlanUnit.group_name)
        .join(PlanUnit, PlanUnit.unit_id == Unit.id)
        .where(PlanUnit.plan_id == plan_id, Unit.id.in_(unit_ids))
    )
    rows = [
        UnitRow(unit, name, group, commitments.get((unit, found[unit].round), ""), unit in opened, found[unit])
        for unit, name, group in sorted(names, key=lambda row: places[row.id])
    ]
    return rows, _totals(session, plan_id, [found[unit] for unit in again if unit in found])


def commitments(session: Session, plan_id: int) -> list[tuple[str, str]]:
    """(unit, commitment of its newest round or "") of every surveyed unit in the order of the plan. Four statements."""
    newest: dict[int, int] = {}
    again = _surveyed_again(session, plan_id)
    for table, valid in ((Ballot, [Ballot.status == BallotStatus.VALID]), (RecheckDraw, [])):
        rounds = select(table.unit_id, func.max(table.round)).where(table.plan_id == plan_id, table.unit_id.in_(again), *valid)
        for unit, round_no in session.execute(rounds.group_by(table.unit_id)):
            newest[unit] = max(newest.get(unit, 0), round_no)
    rows = session.connection().execute(  # as values: the session would look at each
        select(Unit.id, Unit.name, RecheckSeed.round, RecheckSeed.commitment)
        .join(PlanUnit, PlanUnit.unit_id == Unit.id)
        .outerjoin(RecheckSeed, (RecheckSeed.plan_id == PlanUnit.plan_id) & (RecheckSeed.unit_id == PlanUnit.unit_id))
        .where(PlanUnit.plan_id == plan_id)
        .order_by(PlanUnit.position, Unit.id)
    )
    found: dict[int, tuple[str, str]] = {}
    for unit, name, round_no, text in rows:
        if round_no == newest.get(unit, 0):
            found[unit] = (name, text)
        else:
            found.setdefault(unit, (name, ""))
    return list(found.values())


def _surveyed_again(session: Session, plan_id: int) -> list[int]:
    """Units with a round after the first: each has a seed of its own."""
    query = select(RecheckSeed.unit_id).where(RecheckSeed.plan_id == plan_id, RecheckSeed.round > 0).distinct()
    return list(session.scalars(query))


def _totals(session: Session, plan_id: int, again: Sequence[UnitStanding]) -> RoomTotals:
    """Of all units; `again`: where those of later rounds stand."""
    once = [RecheckDraw.plan_id == plan_id, RecheckDraw.unit_id.not_in([standing.unit_id for standing in again])]
    later = aliased(RecheckDraw)
    second = (
        select(later.id)
        .where(later.plan_id == RecheckDraw.plan_id, later.unit_id == RecheckDraw.unit_id, later.stage_no > RecheckDraw.stage_no)
        .exists()
    )
    passed = func.sum(case(((RecheckDraw.decision == RecheckDecision.PASS) & ~second, 1), else_=0))
    planned, done = session.execute(select(func.sum(RecheckDraw.planned), passed).where(*once)).one()
    items: Any = session.execute(
        select(*outcome_counts()).join(RecheckDraw, RecheckDraw.id == RecheckItem.draw_id).where(*once)
    ).one()
    stages = [stage for standing in again for stage in standing.stages]
    mismatches = int(items.fact + items.serious)
    return RoomTotals(
        units=session.scalar(select(func.count()).where(PlanUnit.plan_id == plan_id)) or 0,
        done=int(done or 0) + sum(standing.is_settled for standing in again),
        drawn=int(planned or 0) + sum(stage.planned for stage in stages),
        settled=int(items.match) + mismatches + sum(stage.settled for stage in stages),
        mismatches=mismatches + sum(stage.mismatches for stage in stages),
        unreachable=int(items.unreachable) + sum(stage.unreachable for stage in stages),
        refused=int(items.refused) + sum(stage.refused for stage in stages),
    )


def sheet(session: Session, plan_id: int, unit_id: int) -> Sheet | None:
    """The list of one unit; None for a unit that the plan does not survey."""
    name = session.scalar(
        select(Unit.name).join(PlanUnit, PlanUnit.unit_id == Unit.id).where(PlanUnit.plan_id == plan_id, Unit.id == unit_id)
    )
    if name is None:
        return None
    standing = standing_of_unit(session, plan_id, unit_id)
    seed = session.get(RecheckSeed, (plan_id, unit_id, standing.round))
    draws = session.scalars(select(RecheckDraw).where(RecheckDraw.id.in_(standing.draw_ids)).order_by(RecheckDraw.stage_no)).all()
    first, last = (draws[0], draws[-1]) if draws else (None, None)
    items = _items(session, standing.draw_ids)
    percent = first.percent if first else recheck_method(session.get_one(Plan, plan_id)).percent
    return Sheet(
        unit_id=unit_id,
        unit=name,
        standing=standing,
        commitment=seed.commitment if seed else "",
        committed_at=seed.committed_at if seed else None,
        seed=seed.seed if seed and first else "",
        public_digits=seed.public_digits if seed and first else "",
        drawn_at=first.drawn_at if first else None,
        drawn_by=first.by_name if first else "",
        percent=percent,
        population=first.population if first else standing.valid,
        reserve=_reserve(first, seed, items) if first and seed else (),
        items=items,
        decision=last.decision if last else None,
        decision_reason=last.decision_reason if last else "",
        decided_by=last.decided_by if last else "",
        decided_at=last.decided_at if last else None,
    )


@dataclass(frozen=True)
class Keyed:
    """A ballot of a draw with its key: what the minutes print, so that any phone can check one."""

    number: str
    interviewer: str
    key: str
    what: str  #: "phúc tra", "dự phòng", ""


def keys_of(session: Session, draw_id: int) -> list[Keyed]:
    """The whole order of a first draw."""
    row = session.get_one(RecheckDraw, draw_id)
    seed = session.get_one(RecheckSeed, (row.plan_id, row.unit_id, row.round))
    made = _draw_again(row, seed)
    words = dict.fromkeys(made.reserve, "dự phòng") | dict.fromkeys(made.drawn, "phúc tra")
    return [Keyed(n, made.interviewers[n], made.keys[n], words.get(n, "")) for n in made.order]


def published(session: Session, plan_id: int) -> list[PublishedDraw]:
    """Every draw of a plan as a stranger repeats it, by unit and round."""
    seeds = {(s.unit_id, s.round): s for s in session.scalars(select(RecheckSeed).where(RecheckSeed.plan_id == plan_id))}
    units = select(Unit.id, Unit.name).join(PlanUnit, PlanUnit.unit_id == Unit.id).where(PlanUnit.plan_id == plan_id)
    names = {row.id: row.name for row in session.execute(units)}
    draws: defaultdict[tuple[int, int], list[RecheckDraw]] = defaultdict(list)
    for row in session.scalars(
        select(RecheckDraw)
        .where(RecheckDraw.plan_id == plan_id)
        .order_by(RecheckDraw.unit_id, RecheckDraw.round, RecheckDraw.stage_no)
    ):
        draws[row.unit_id, row.round].append(row)
    numbers: defaultdict[int, list[tuple[str, bool]]] = defaultdict(list)
    for draw_id, number, replaces in session.execute(
        select(RecheckItem.draw_id, Ballot.number, RecheckItem.replaces_id)
        .join(Ballot, Ballot.id == RecheckItem.ballot_id)
        .join(RecheckDraw, RecheckDraw.id == RecheckItem.draw_id)
        .where(RecheckDraw.plan_id == plan_id)
        .order_by(RecheckItem.draw_id, RecheckItem.position)
    ):
        numbers[draw_id].append((number, replaces is not None))
    found = []
    for (unit, round_no), rows in draws.items():
        seed, first = seeds[unit, round_no], rows[0]
        drawn = tuple(n for n, stands_in in numbers[first.id] if not stands_in)
        used = tuple(n for n, stands_in in numbers[first.id] if stands_in)
        left = [n for n in _draw_again(first, seed).order if n not in set(drawn)]
        found.append(
            PublishedDraw(
                unit=names[unit] + (f" (điều tra lại lần {round_no})" if round_no else ""),
                unit_seed=seed.seed,
                commitment=seed.commitment,
                public=seed.public_digits,
                percent=first.percent,
                ballots=tuple(str(n) for n, _ in first.ballots),
                drawn=drawn,
                reserve=tuple(left[: sampling.reserve_size(len(drawn), len(left))]),
                interviewers={str(n): str(who) for n, who in first.ballots},
                second=tuple(n for n, stands_in in numbers[rows[1].id] if not stands_in) if len(rows) > 1 else None,
                used_before_second=used,
            )
        )
    return found


def item_place(session: Session, item_id: int) -> tuple[int, int] | None:
    """(plan, unit) of an item, or None."""
    row = session.execute(
        select(RecheckDraw.plan_id, RecheckDraw.unit_id)
        .join(RecheckItem, RecheckItem.draw_id == RecheckDraw.id)
        .where(RecheckItem.id == item_id)
    ).first()
    return (row.plan_id, row.unit_id) if row else None


def is_keyed(session: Session, item_id: int) -> bool:
    """Whether the paper of an item is entered already: it is then compared with that."""
    query = select(Entry.id).join(RecheckItem, RecheckItem.ballot_id == Entry.ballot_id)
    return session.scalar(query.where(RecheckItem.id == item_id, Entry.turn == 1)) is not None


class LaterDifference(NamedTuple):
    """A ballot that matched, until its paper was keyed."""

    number: str
    differing: tuple[Difference, ...]


def differences_since(session: Session, sheet: Sheet, form: Questionnaire) -> list[LaterDifference]:
    """Ballots whose facts, said again, differ from what was keyed since. One statement."""
    rows = session.execute(
        select(Ballot.number, RecheckItem.answers, Entry.answers)
        .join(RecheckItem, RecheckItem.ballot_id == Ballot.id)
        .join(Entry, (Entry.ballot_id == Ballot.id) & (Entry.turn == 1))
        .where(RecheckItem.draw_id.in_(sheet.standing.draw_ids))
        .order_by(Ballot.number)
    )
    found = [LaterDifference(number, answered_differently(form.facts, keyed, again)) for number, again, keyed in rows]
    return [line for line in found if line.differing]


def _items(session: Session, draw_ids: tuple[int, ...]) -> tuple[ItemRow, ...]:
    rows = session.execute(
        select(RecheckItem, Ballot.number, Ballot.interviewer, RecheckDraw.stage_no)
        .join(Ballot, Ballot.id == RecheckItem.ballot_id)
        .join(RecheckDraw, RecheckDraw.id == RecheckItem.draw_id)
        .where(RecheckItem.draw_id.in_(draw_ids))
        .order_by(RecheckDraw.stage_no, RecheckItem.position)
    ).all()
    numbers = {item.id: number for item, number, _, _ in rows}
    return tuple(
        ItemRow(
            id=item.id,
            stage_no=stage_no,
            position=item.position,
            number=number,
            interviewer=interviewer,
            replaces=numbers.get(item.replaces_id or 0, ""),
            tries=tuple(date.fromisoformat(day) for day in item.tries),
            outcome=item.outcome,
            kind=item.mismatch_kind,
            note=item.note,
            by=item.by_name,
            at=item.at,
            answers=item.answers,
        )
        for item, number, interviewer, stage_no in rows
    )


def _draw_again(row: RecheckDraw, seed: RecheckSeed) -> sampling.Draw:
    who = {str(n): str(interviewer) for n, interviewer in row.ballots}
    return sampling.draw(seed.seed, seed.public_digits, list(who), row.percent, interviewers=who)


def _reserve(first: RecheckDraw, seed: RecheckSeed, items: tuple[ItemRow, ...]) -> tuple[str, ...]:
    made, out = _draw_again(first, seed), {item.number for item in items}
    left = [number for number in made.order if number not in out]
    return tuple(left[: sampling.reserve_size(len(made.drawn), len(left))])


def _open_units(session: Session, plan_id: int, unit_ids: Collection[int]) -> frozenset[int]:
    """Those of these units whose recheck may begin; see services.recheck.leave for the sentence of the others."""
    rows = session.execute(
        select(Stage.work_kind, Task.unit_id, Task.status, func.count())
        .join(Stage, Stage.id == Task.stage_id)
        .where(
            Task.plan_id == plan_id,
            Stage.work_kind.in_((WorkKind.RECHECK, WorkKind.FIELDWORK)),
            Task.unit_id.in_(unit_ids) | Task.unit_id.is_(None),
        )
        .group_by(Stage.work_kind, Task.unit_id, Task.status)
    ).all()
    units = frozenset(unit_ids)
    of_recheck = [r for r in rows if r.work_kind is WorkKind.RECHECK and r.status is not TaskStatus.CANCELLED]
    if of_recheck:
        open_now = {r.unit_id for r in of_recheck if r.status in (*OPEN_STATUSES, TaskStatus.DONE)}
        return units if None in open_now else frozenset(u for u in open_now if u is not None)
    busy = {r.unit_id for r in rows if r.status not in (TaskStatus.SUBMITTED, *FINISHED_STATUSES)}
    return frozenset() if None in busy or not rows else units - busy
