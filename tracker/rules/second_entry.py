"""Nhập lần hai: which ballots of a clerk are keyed again by another person, and whether the first entries are good enough.

Ours: a tenth of each clerk's ballots, at least twenty, and 0.5 % of wrong fields at most. Independent second keying, compared by
machine and settled on the paper, is common practice. Share and limits are parameters of a plan (docs/cach-tinh.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from tracker.rules.sampling import entry_order, share_rounded_up
from tracker.rules.satisfaction import percent, rounded

PERCENT = 10
FEWEST = 20
TRIAL = 10
LIMIT_PERCENT = Fraction(1, 2)


class Settlement(StrEnum):
    """What the paper says of a field on which two entries differ."""

    FIRST_RIGHT = "first_right"
    SECOND_RIGHT = "second_right"
    BOTH_WRONG = "both_wrong"


@dataclass(frozen=True)
class SecondEntryPlan:
    trial: tuple[str, ...]  #: of a new clerk: keyed twice, looked at together, not counted in the rate
    drawn: tuple[str, ...]  #: keyed again by another person, in this order


@dataclass(frozen=True)
class EntryQuality:
    fields: int
    errors: int
    percent: Decimal | None  #: two decimals; None where nothing was compared
    accepted: bool


def second_entry_size(ballots: int, percent: int = PERCENT, fewest: int = FEWEST) -> int:
    """A share of the clerk's ballots, rounded up, at least `fewest`, never more than there are."""
    return min(ballots, max(fewest, share_rounded_up(ballots, percent).ballots or 0))


def plan_second_entry(
    keyed: Sequence[str],
    seed: str,
    public: str,
    *,
    new_clerk: bool = False,
    percent: int = PERCENT,
    fewest: int = FEWEST,
) -> SecondEntryPlan:
    """Which ballots of one clerk are keyed again. `keyed`: the clerk's ballots of one unit in the order of keying."""
    trial = tuple(keyed[:TRIAL]) if new_clerk else ()
    counted = keyed[len(trial) :]
    size = second_entry_size(len(counted), percent, fewest)
    return SecondEntryPlan(trial, entry_order(seed, public, counted)[:size])


def first_was_wrong(settlement: Settlement) -> bool:
    return settlement is not Settlement.FIRST_RIGHT


def entry_quality(fields: int, errors: int, limit_percent: Fraction = LIMIT_PERCENT) -> EntryQuality:
    """Fields in which the first entry was wrong ÷ fields compared. Not accepted: the clerk's whole batch is keyed a second time.

    Raises ValueError for more errors than fields.
    """
    if not 0 <= errors <= fields:
        raise ValueError(f"{errors} errors in {fields} fields")
    exact = percent(errors, fields)
    return EntryQuality(fields, errors, None if exact is None else rounded(exact), exact is None or exact <= limit_percent)
