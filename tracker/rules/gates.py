"""Gates: conditions and facts -> open, or blocked by these, in words.

One function answers for the greyed button, the refused request and the command alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice

from tracker.rules.ballot_gates import BALLOT_CONDITIONS, BallotFacts, missing_of_plan, missing_of_unit
from tracker.rules.states import ConditionKind, Scope
from tracker.wording import capitalised, date_short, list_names, number, sentence


@dataclass(frozen=True)
class Condition:
    kind: ConditionKind
    earlier: int | None = None  #: position of the stage it waits for
    share: int = 100  #: percent of units, for UNITS_SHARE
    per_unit: bool = False  #: a condition on ballots that is asked of each unit for itself

    @property
    def of_each_unit(self) -> bool:
        """Whether a unit may meet it while others do not."""
        return self.kind is ConditionKind.OWN_TASK_DONE or self.per_unit


#: Conditions that wait for another stage.
OF_STAGES = frozenset({ConditionKind.STAGE_DONE, ConditionKind.UNITS_SHARE, ConditionKind.OWN_TASK_DONE})

#: No decision of an office replaces these: they guard what the figures are made of.
NEVER_WAIVED = frozenset({ConditionKind.ENTRIES_COMPLETE, ConditionKind.APPROVED})


@dataclass(frozen=True)
class StageFacts:
    """What a gate must know of a stage. Cancelled tasks count neither as work nor as missing."""

    position: int
    short_name: str
    scope: Scope
    tasks: int
    done: int
    start_on: date | None = None
    missing_names: tuple[str, ...] = ()  #: units that have not finished, for the sentence
    done_unit_ids: frozenset[int] = frozenset()  #: needed where a later gate is per unit
    held_by: Mapping[int, int] = field(default_factory=dict)  #: unit that is done here -> earlier stage that it has not finished

    @property
    def label(self) -> str:
        """giai đoạn 5 (Nhập liệu)"""
        return f"giai đoạn {self.position} ({self.short_name})"

    @property
    def head(self) -> str:
        return capitalised(self.label)


@dataclass(frozen=True)
class Blocked:
    key: str
    sentence: str
    kind: ConditionKind | None = None


@dataclass(frozen=True)
class GateState:
    blocked: tuple[Blocked, ...] = ()
    waived: tuple[Blocked, ...] = ()  #: missing, and passed over by a waiver

    @property
    def open(self) -> bool:
        return not self.blocked

    @property
    def sentence(self) -> str:
        """The first missing condition; the rest stand as a list under it."""
        return self.blocked[0].sentence if self.blocked else ""

    @property
    def others(self) -> tuple[str, ...]:
        return tuple(b.sentence for b in self.blocked[1:])


def evaluate(
    stage: StageFacts,
    conditions: Sequence[Condition],
    facts: Mapping[int, StageFacts],
    *,
    today: date,
    unit_id: int | None = None,
    unit_name: str = "",
    ballots: BallotFacts | None = None,
    waived: bool = False,
) -> GateState:
    """Whether `stage` is open on `today`, for one unit where conditions are per unit.

    `facts` holds every earlier stage by position; `ballots` is needed where a condition is on ballots or on the approval.
    `waived`: somebody answers for opening it all the same; what no waiver may pass over still blocks. Raises KeyError when a
    condition names a stage that is not there.
    """
    missing = []
    for condition in conditions:
        missing += _missing(stage, condition, facts, ballots, today=today, unit_id=unit_id, unit_name=unit_name)
    passed = [b for b in missing if waived and b.kind not in NEVER_WAIVED]
    return GateState(tuple(b for b in missing if b not in passed), tuple(passed))


@dataclass(frozen=True)
class Waivers:
    """Which stages were opened though conditions miss, by position: for all units (None) or for some."""

    by_stage: Mapping[int, frozenset[int | None]] = field(default_factory=dict)

    def cover(self, position: int, unit_id: int | None) -> bool:
        units = self.by_stage.get(position, frozenset())
        return None in units or (unit_id is not None and unit_id in units)

    def units(self, position: int) -> frozenset[int | None]:
        return self.by_stage.get(position, frozenset())


Gates = Mapping[int, Sequence[Condition]]  #: position -> its conditions


def chain(position: int, gates: Gates) -> tuple[tuple[int, frozenset[int]], ...]:
    """The stages that a unit must have finished for its work in `position` to count: what it waits for unit by unit, and what
    that waits for. Each comes with the stages whose waiver makes up for it."""
    found: dict[int, frozenset[int]] = {}
    own = (c.earlier for c in gates.get(position, ()) if c.kind is ConditionKind.OWN_TASK_DONE)
    direct = [earlier for earlier in own if earlier is not None]
    for earlier in direct:
        found[earlier] = frozenset({position})
    for earlier in direct:
        for stage, waivers in chain(earlier, gates):
            found.setdefault(stage, waivers | {position})
    return tuple(found.items())


def waits_for(position: int, gates: Gates) -> frozenset[int]:
    """All stages that `position` waits for, at first or at second hand. Raises RecursionError for gates that go in a circle."""
    direct = {c.earlier for c in gates.get(position, ()) if c.earlier is not None}
    return frozenset(direct.union(*(waits_for(earlier, gates) for earlier in direct)))


def goes_in_a_circle(gates: Gates) -> bool:
    try:
        for position in gates:
            waits_for(position, gates)
    except RecursionError:
        return True
    return False


@dataclass(frozen=True)
class Work:
    """One task, as far as gates look at it."""

    position: int
    unit_id: int | None
    done: bool
    unit_name: str = ""


@dataclass(frozen=True)
class UnitWork:
    """Who has finished a stage and who has not; None stands for the office's own work."""

    done: frozenset[int | None] = frozenset()
    missing: frozenset[int | None] = frozenset()


def facts_of(stages: Iterable[StageFacts], work: Iterable[Work], gates: Gates, waivers: Waivers) -> dict[int, StageFacts]:
    """Facts of every stage by position, out of its tasks that are not cancelled. Rounds of a unit count as one: done when all
    are. A unit that must do an earlier stage again is not done with the later ones either, until that is finished."""
    done: dict[int, set[int | None]] = {}
    missing: dict[int, set[int | None]] = {}
    names: dict[int, str] = {}
    for task in work:
        (done if task.done else missing).setdefault(task.position, set()).add(task.unit_id)
        if task.unit_id is not None:
            names.setdefault(task.unit_id, task.unit_name)
    units = {
        position: UnitWork(frozenset(done.get(position, set()) - own), frozenset(own))
        for position in done.keys() | missing.keys()
        for own in [missing.get(position, set())]
    }
    return facts_of_units(stages, units, names, gates, waivers)


def facts_of_units(
    stages: Iterable[StageFacts], work: Mapping[int, UnitWork], names: Mapping[int, str], gates: Gates, waivers: Waivers
) -> dict[int, StageFacts]:
    """The same out of the units of each stage, by position; who is missing is named in the order of `names`."""
    found = {}
    for stage in stages:
        own = work.get(stage.position, UnitWork())
        held = _held_by(stage.position, own, work, gates, waivers)
        missing = own.missing | held.keys()
        found[stage.position] = replace(
            stage,
            tasks=len(own.done) + len(own.missing),
            done=len(own.done) - len(held),
            missing_names=tuple(islice((name for unit, name in names.items() if unit in missing), 3)),
            done_unit_ids=frozenset(unit for unit in own.done if unit is not None and unit not in held),
            held_by=held,
        )
    return found


def _held_by(position: int, own: UnitWork, work: Mapping[int, UnitWork], gates: Gates, waivers: Waivers) -> dict[int, int]:
    held: dict[int, int] = {}
    for earlier, cut_by in chain(position, gates):
        for unit in own.done & work.get(earlier, UnitWork()).missing:
            if unit is not None and not any(waivers.cover(stage, unit) for stage in cut_by):
                held[unit] = min(held.get(unit, earlier), earlier)
    return held


def is_per_unit(conditions: Sequence[Condition]) -> bool:
    return any(c.of_each_unit for c in conditions)


def asks_of_ballots(conditions: Iterable[Condition]) -> bool:
    return any(c.kind in BALLOT_CONDITIONS or c.kind is ConditionKind.APPROVED for c in conditions)


def _missing(
    stage: StageFacts,
    condition: Condition,
    facts: Mapping[int, StageFacts],
    ballots: BallotFacts | None,
    *,
    today: date,
    unit_id: int | None,
    unit_name: str,
) -> list[Blocked]:
    kind = condition.kind
    if kind is ConditionKind.APPROVED or kind in BALLOT_CONDITIONS:
        return [Blocked(*found, kind) for found in _missing_of_ballots(stage, condition, ballots, unit_id)]
    found = _missing_of_stages(stage, condition, facts, today=today, unit_id=unit_id, unit_name=unit_name)
    return [] if found is None else [replace(found, kind=kind)]


def _missing_of_ballots(
    stage: StageFacts, condition: Condition, ballots: BallotFacts | None, unit_id: int | None
) -> Sequence[tuple[str, str]]:
    if ballots is None:
        raise ValueError(f"condition {condition.kind} of stage {stage.position} needs the counts of ballots")
    if condition.kind is ConditionKind.APPROVED:
        return () if ballots.approved else (("approval", sentence("approval", stage=stage.head)),)
    if not condition.per_unit:
        return missing_of_plan(condition.kind, stage.head, ballots)
    if unit_id is None:  # asked for the stage as a whole: open as soon as one unit may go on
        every = [missing_of_unit(condition.kind, unit, ballots) for unit in ballots.units.values()]
        return missing_of_plan(condition.kind, stage.head, ballots) if every and all(every) else ()
    found = missing_of_unit(condition.kind, ballots.units[unit_id], ballots) if unit_id in ballots.units else None
    return () if found is None else (found,)


def _missing_of_stages(
    stage: StageFacts,
    condition: Condition,
    facts: Mapping[int, StageFacts],
    *,
    today: date,
    unit_id: int | None,
    unit_name: str,
) -> Blocked | None:
    if condition.kind is ConditionKind.START_DATE:
        if stage.start_on is None or today >= stage.start_on:
            return None
        return Blocked("start_date", sentence("start_date", stage=stage.head, start_on=date_short(stage.start_on)))
    if condition.earlier is None:
        raise ValueError(f"condition {condition.kind} of stage {stage.position} names no earlier stage")
    earlier = facts[condition.earlier]
    if condition.kind is ConditionKind.OWN_TASK_DONE:
        if unit_id is not None and unit_id in earlier.done_unit_ids:
            return None
        if unit_id is None:  # asked for the stage as a whole: open as soon as one unit may go on
            return None if earlier.done else _units_missing(stage, earlier)
        held_by = facts[earlier.held_by.get(unit_id, earlier.position)]
        return Blocked("units_one", sentence("units_one", unit=unit_name, stage=stage.label, previous=held_by.label))
    if condition.kind is ConditionKind.UNITS_SHARE:
        quorum = -(-earlier.tasks * condition.share // 100)
        if earlier.done >= quorum:
            return None
        return Blocked(
            "units_quorum",
            sentence(
                "units_quorum",
                stage=stage.head,
                done=number(earlier.done),
                units=number(earlier.tasks),
                previous=earlier.label,
                quorum=number(quorum),
                missing=number(quorum - earlier.done),
            ),
        )
    if earlier.done >= earlier.tasks:
        return None
    if earlier.scope is Scope.EACH_UNIT and earlier.tasks > 1:
        return _units_missing(stage, earlier)
    return Blocked("stages_done", sentence("stages_done", stage=stage.head, previous=earlier.label))


def _units_missing(stage: StageFacts, earlier: StageFacts) -> Blocked:
    missing = earlier.tasks - earlier.done
    names = list(earlier.missing_names)
    names += [""] * (missing - len(names))  # names beyond the loaded ones only count
    return Blocked(
        "units_all",
        sentence(
            "units_all",
            stage=stage.head,
            missing=number(missing),
            units=number(earlier.tasks),
            previous=earlier.label,
            names=list_names(names),
        ),
    )
