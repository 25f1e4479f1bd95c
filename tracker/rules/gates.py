"""Gates: conditions and facts -> open, or blocked by these, in words.

One function answers for the greyed button, the refused request and the command alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.rules.states import ConditionKind, Scope
from tracker.wording import capitalised, date_short, list_names, number, sentence


@dataclass(frozen=True)
class Condition:
    kind: ConditionKind
    earlier: int | None = None  #: position of the stage it waits for
    share: int = 100  #: percent of units, for UNITS_SHARE


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


@dataclass(frozen=True)
class GateState:
    blocked: tuple[Blocked, ...] = ()

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
) -> GateState:
    """Whether `stage` is open on `today`, for one unit where conditions are per unit.

    `facts` holds every earlier stage by position. Raises KeyError when a condition names a stage that is not there.
    """
    blocked = []
    for condition in conditions:
        found = _missing(stage, condition, facts, today=today, unit_id=unit_id, unit_name=unit_name)
        if found is not None:
            blocked.append(found)
    return GateState(tuple(blocked))


def is_per_unit(conditions: Sequence[Condition]) -> bool:
    return any(c.kind is ConditionKind.OWN_TASK_DONE for c in conditions)


def _missing(
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
        return Blocked(
            "units_one",
            sentence("units_one", unit=unit_name, stage=stage.label, previous=earlier.label),
        )
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
    return Blocked("stages_done", sentence("stages_done", stage=stage.head, missing=1, stages=earlier.label))


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
