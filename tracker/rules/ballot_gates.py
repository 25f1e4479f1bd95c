"""What a gate asks of ballots: quota met, rechecked, entries complete. Counts of a unit -> what is missing, in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tracker.rules.states import ConditionKind, RecheckDecision
from tracker.wording import list_names, number, sentence


@dataclass(frozen=True)
class UnitBallots:
    """Counts of a unit that gates look at."""

    unit_id: int
    name: str
    group: str = ""
    quota: int | None = None
    collected: int = 0
    valid: int = 0  #: by the ledger
    registered: int = 0  #: valid ballots with a number
    recheck_required: int = 0
    rechecked: int = 0  #: matched or mismatched
    mismatches: int = 0
    decision: RecheckDecision | None = None  #: signed, of the newest draw
    resurvey: int = 0  #: ballots of a điều tra lại that is still going on
    entered: int = 0  #: of the valid ballots
    second_required: int = 0  #: ballots that another person keys again
    second_done: int = 0
    differences: int = 0  #: ballots with fields still open between two entries

    @property
    def to_enter(self) -> int:
        """Valid ballots: by their numbers once they have any."""
        return self.registered or self.valid

    @property
    def quota_missing(self) -> int:
        return max(0, (self.quota or 0) - self.valid)


@dataclass(frozen=True)
class BallotFacts:
    """What gates must know of a plan's ballots."""

    units: Mapping[int, UnitBallots]
    approved: bool = False
    recheck_percent: int = 10
    threshold: str = "10"  #: percent, in words


Missing = tuple[str, str]  #: key and sentence


def missing_of_unit(kind: ConditionKind, unit: UnitBallots, facts: BallotFacts) -> Missing | None:
    """Why one unit does not meet a condition on ballots; None where it does."""
    return _OF_UNIT[kind](unit, facts)


def missing_of_plan(kind: ConditionKind, stage: str, facts: BallotFacts) -> tuple[Missing, ...]:
    """Why the units together do not meet it: a sentence for each group short of its quota, one for recheck, one for entries."""
    lacking = [unit for unit in facts.units.values() if missing_of_unit(kind, unit, facts) is not None]
    if not lacking:
        return ()
    if len(facts.units) == 1:
        found = missing_of_unit(kind, lacking[0], facts)
        return (found,) if found else ()
    if kind is ConditionKind.QUOTA_MET:
        return tuple(_short_group(stage, group, lacking) for group in dict.fromkeys(unit.group for unit in lacking))
    names = _names(lacking)
    units = number(len(facts.units))
    if kind is ConditionKind.RECHECKED:
        return (("units_recheck", sentence("units_recheck", stage=stage, n=number(len(lacking)), units=units, names=names)),)
    missing = sum(max(0, unit.to_enter - unit.entered) for unit in lacking)
    if not missing:  # all that is there is keyed: differences are open, or ballots are not written down
        return (("units_entries", sentence("units_entries_open", stage=stage, n=number(len(lacking)), names=names)),)
    return (
        (
            "units_entries",
            sentence("units_entries", stage=stage, missing=number(missing), n=number(len(lacking)), names=names),
        ),
    )


def _quota(unit: UnitBallots, _facts: BallotFacts) -> Missing | None:
    if not unit.quota_missing:
        return None
    values = {"unit": unit.name, "quota": number(unit.quota or 0), "missing": number(unit.quota_missing)}
    if unit.valid == unit.collected:
        return "ballots_quota", sentence("ballots_quota", collected=number(unit.collected), **values)
    return "ballots_quota", sentence("ballots_quota_valid", valid=number(unit.valid), **values)


def _rechecked(unit: UnitBallots, facts: BallotFacts) -> Missing | None:
    if unit.resurvey:
        return "resurvey_open", sentence("resurvey_open", unit=unit.name, n=number(unit.resurvey))
    if not facts.recheck_percent or unit.decision is RecheckDecision.PASS:
        return None
    if not unit.recheck_required:
        return "ballots_none", sentence("ballots_none", unit=unit.name)
    rechecked, required = number(unit.rechecked), number(unit.recheck_required)
    if unit.decision is RecheckDecision.FAIL:
        values = {"unit": unit.name, "mismatch": number(unit.mismatches), "threshold": facts.threshold}
        return "recheck_over_threshold", sentence("recheck_over_threshold", **values)
    if unit.rechecked < unit.recheck_required:
        missing = number(unit.recheck_required - unit.rechecked)
        values = {"unit": unit.name, "rechecked": rechecked, "required": required, "missing": missing}
        return "recheck_share", sentence("recheck_share", recheck_percent=facts.recheck_percent, **values)
    if unit.mismatches:
        return "recheck_unsettled", sentence("recheck_unsettled", unit=unit.name, missing=number(unit.mismatches))
    return "recheck_unsigned", sentence("recheck_unsigned", unit=unit.name, rechecked=rechecked, required=required)


def _entries(unit: UnitBallots, _facts: BallotFacts) -> Missing | None:
    entered, valid = number(unit.entered), number(unit.to_enter)
    if not unit.to_enter and unit.quota:
        return "ballots_none", sentence("ballots_none", unit=unit.name)
    if unit.entered < unit.to_enter:
        values = {"entered": entered, "valid": valid, "missing": number(unit.to_enter - unit.entered)}
        return "entries_equal_valid", sentence("entries_equal_valid", unit=unit.name, **values)
    if unit.second_done < unit.second_required:
        done, required = number(unit.second_done), number(unit.second_required)
        values = {"done": done, "required": required, "missing": number(unit.second_required - unit.second_done)}
        return "second_entry_share", sentence("second_entry_share", unit=unit.name, **values)
    if unit.differences:
        return "second_entry_unsettled", sentence("second_entry_unsettled", unit=unit.name, missing=number(unit.differences))
    return None


_OF_UNIT: Mapping[ConditionKind, Callable[[UnitBallots, BallotFacts], Missing | None]] = {
    ConditionKind.QUOTA_MET: _quota,
    ConditionKind.RECHECKED: _rechecked,
    ConditionKind.ENTRIES_COMPLETE: _entries,
}
BALLOT_CONDITIONS = frozenset(_OF_UNIT)


def _short_group(stage: str, group: str, lacking: Sequence[UnitBallots]) -> Missing:
    own = [unit for unit in lacking if unit.group == group]
    values = {"stage": stage, "n": number(len(own)), "missing": number(sum(unit.quota_missing for unit in own))}
    if group:
        return "ballots_quota_group", sentence("ballots_quota_group", group=group, names=_names(own), **values)
    return "ballots_quota_group", sentence("ballots_quota_units", names=_names(own), **values)


def _names(units: Sequence[UnitBallots]) -> str:
    return list_names([unit.name for unit in units])
