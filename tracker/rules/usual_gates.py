"""The conditions on ballots that a plan usually wants: nothing is keyed before the recheck, nothing computed before all is keyed,
nothing made public before it is approved (product rule "Gates")."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.rules.gates import Condition
from tracker.rules.states import ConditionKind, WorkKind


def usual_gates(kinds: Sequence[WorkKind], *, has_quota: bool) -> dict[int, tuple[Condition, ...]]:
    """Position (from 1) of a stage -> the conditions on ballots to add to its gate. `kinds` are the stages' kinds of work in
    their order; `has_quota`: some unit owes a number of ballots. A plan without fieldwork gets none."""
    if WorkKind.FIELDWORK not in kinds:
        return {}
    found: dict[int, tuple[Condition, ...]] = {}
    collected = [Condition(ConditionKind.QUOTA_MET)] if has_quota else []
    if WorkKind.RECHECK in kinds:
        collected.append(Condition(ConditionKind.RECHECKED))
    first = {kind: kinds.index(kind) + 1 for kind in dict.fromkeys(kinds)}
    entry = first.get(WorkKind.DATA_ENTRY)
    if entry is not None and collected:
        found[entry] = tuple(collected)
    computing = first.get(WorkKind.ANALYSIS) or first.get(WorkKind.REPORT)
    if computing is not None:
        found[computing] = (Condition(ConditionKind.ENTRIES_COMPLETE),)
    if WorkKind.PUBLICATION in first:
        found[first[WorkKind.PUBLICATION]] = (Condition(ConditionKind.APPROVED),)
    return found
