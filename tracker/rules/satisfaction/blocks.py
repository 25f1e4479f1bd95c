"""A block of units (communes, health stations) and the plan: figures across units, ranks, changes, who reached the target."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Generic, TypeVar

from tracker.rules.questionnaires.model import Questionnaire
from tracker.rules.satisfaction.comparing import Basis, Change, change_on, meets_target, rank
from tracker.rules.satisfaction.counting import UnitCounts, add_up
from tracker.rules.satisfaction.formula import AcrossUnits, Formula
from tracker.rules.satisfaction.index import Result, results_of
from tracker.rules.satisfaction.numbers import Figure, Minimums

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class SurveyedUnit(Generic[Key]):
    """A unit as the plan knows it."""

    key: Key
    name: str
    files: int | None = None  #: of the year, for weights
    last: Decimal | None = None  #: published figure of the earlier plan
    last_basis: Basis | None = None


@dataclass(frozen=True)
class UnitRow(Generic[Key]):
    unit: SurveyedUnit[Key]
    result: Result
    rank: int | None
    tied: bool
    change: Change
    target_met: bool | None


@dataclass(frozen=True)
class Block(Generic[Key]):
    """A block's figures; rows stand in order of rank."""

    name: str
    rows: tuple[UnitRow[Key], ...]
    index: Figure  #: across units by the formula's own rule
    by_files: Figure | None  #: second line: weighted by files; None unless the files of every counted unit are known
    pooled: Result  #: all ballots of the block in one heap: its criteria and questions
    left_out: tuple[str, ...]  #: names of units whose figure is too small or missing to enter a mean of units

    @property
    def ranked(self) -> int:
        return sum(row.rank is not None for row in self.rows)

    @property
    def met(self) -> int:
        return sum(row.target_met is True for row in self.rows)

    @property
    def judged(self) -> int:
        """Units that have a figure and a target."""
        return sum(row.target_met is not None for row in self.rows)

    @property
    def rose(self) -> int:
        return sum(row.change.points is not None and row.change.points > 0 for row in self.rows)

    @property
    def fell(self) -> int:
        return sum(row.change.points is not None and row.change.points < 0 for row in self.rows)

    @property
    def highest(self) -> tuple[UnitRow[Key], ...]:
        """All units of the best rank."""
        return tuple(row for row in self.rows if row.rank == 1)

    @property
    def lowest(self) -> tuple[UnitRow[Key], ...]:
        """All units of the last rank; none where everybody is best."""
        worst = max((row.rank for row in self.rows if row.rank is not None), default=1)
        return tuple(row for row in self.rows if row.rank == worst and worst > 1)


def block_of(
    name: str,
    questionnaire: Questionnaire,
    formula: Formula,
    units: Sequence[SurveyedUnit[Key]],
    counts: Mapping[Key, UnitCounts],
    *,
    minimums: Minimums | None = None,
    target: Decimal | None = None,
    census: bool = False,
) -> Block[Key]:
    """All figures of a block; a unit that is not in `counts` has no ballots. Raises as result_of does."""
    least = minimums or Minimums()
    basis = Basis(questionnaire.code, questionnaire.version, formula)
    none = UnitCounts(profiles={})
    heap = add_up(counts[unit.key] for unit in units if unit.key in counts)
    pooled, *each = results_of(
        questionnaire, formula, [heap, *(counts.get(unit.key, none) for unit in units)], minimums=least, census=census
    )
    results = {unit.key: result for unit, result in zip(units, each, strict=True)}
    by_key = {unit.key: unit for unit in units}
    rows = []
    for place in rank((unit.key, unit.name, results[unit.key].index) for unit in units):
        unit, result = by_key[place.key], results[place.key]
        change = change_on(result.index.published, basis, unit.last, unit.last_basis)
        rows.append(UnitRow(unit, result, place.rank, place.tied, change, meets_target(result.index, target)))
    values = [UnitValue(results[unit.key].index, unit.files) for unit in units]
    return Block(
        name=name,
        rows=tuple(rows),
        index=across(values, formula.across_units, pooled=pooled.index, minimums=least),
        by_files=_by_files(values, pooled.index, least),
        pooled=pooled,
        left_out=tuple(unit.name for unit in units if not _enters(results[unit.key].index)),
    )


@dataclass(frozen=True)
class UnitValue:
    figure: Figure
    files: int | None = None


def across(values: Iterable[UnitValue], how: AcrossUnits, *, pooled: Figure, minimums: Minimums) -> Figure:
    """One figure for several units. `pooled` is the figure of all their ballots in one heap.

    Units under the smallest base stay out of means: were they in, their hidden figure could be worked out from the others. Raises
    ValueError for WEIGHTED_BY_FILES when the files of a unit that enters are not known.
    """
    if how is AcrossUnits.POOLED:
        return pooled
    entering = [value for value in values if _enters(value.figure)]
    weighted = []
    for value in entering:
        if how is AcrossUnits.WEIGHTED_BY_FILES and value.files is None:
            raise ValueError("the files of a unit are not known")
        weight = value.files if how is AcrossUnits.WEIGHTED_BY_FILES else 1
        weighted.append((value.figure.exact or Fraction(0), weight or 0))
    whole = sum(weight for _, weight in weighted)
    exact = sum((value * weight for value, weight in weighted), Fraction(0)) / whole if whole else None
    base = sum(value.figure.base for value in entering)
    return Figure(exact, base, minimums.state(base), pooled.decimals, pooled.with_interval)


def _by_files(values: Sequence[UnitValue], pooled: Figure, minimums: Minimums) -> Figure | None:
    entering = [value for value in values if _enters(value.figure)]
    if not entering or any(not value.files for value in entering):
        return None
    return across(entering, AcrossUnits.WEIGHTED_BY_FILES, pooled=pooled, minimums=minimums)


def _enters(figure: Figure) -> bool:
    return figure.exact is not None and not figure.suppressed
