"""Exact arithmetic of results: one rounding, at the end; the interval; the smallest bases; small cells.

Wilson's interval at 95 % (E. B. Wilson, 1927). The limits of 10 and 30 ballots and of cells from 1 to 4 are parameters of a plan;
the first and the last are those of England's GP Patient Survey.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from math import isqrt

#: z of a 95 % interval is 1.96.
_Z_HUNDREDTHS = 196

#: Square roots are taken to so many decimals: far beyond what any printed figure shows.
_ROOT_SCALE = 10**25


class Publishable(StrEnum):
    SUPPRESSED = "suppressed"  # no figure at all
    REFERENCE_ONLY = "reference_only"  # shown in grey, without rank
    PUBLISHED = "published"


@dataclass(frozen=True)
class Minimums:
    """Smallest bases: under `shown` ballots no figure, under `ranked` no rank."""

    shown: int = 10
    ranked: int = 30

    def state(self, ballots: int) -> Publishable:
        if ballots < self.shown:
            return Publishable.SUPPRESSED
        return Publishable.REFERENCE_ONLY if ballots < self.ranked else Publishable.PUBLISHED


@dataclass(frozen=True)
class Interval:
    """A 95 % interval in percent, rounded for print."""

    low: Decimal
    high: Decimal


@dataclass(frozen=True)
class Figure:
    """A value with the ballots behind it: `exact` is for further arithmetic, `published` is what people see.

    Rounding and interval are worked out when they are asked for: most figures of a large plan are never printed.
    """

    exact: Fraction | None
    base: int  #: ballots behind it
    state: Publishable
    decimals: int = 2
    with_interval: bool = True

    @property
    def suppressed(self) -> bool:
        return self.state is Publishable.SUPPRESSED

    @cached_property
    def published(self) -> Decimal | None:
        """None where nobody answered or the base is too small; `state` tells which."""
        return None if self.exact is None or self.suppressed else rounded(self.exact, self.decimals)

    @cached_property
    def interval(self) -> Interval | None:
        """Wilson's; None for a census, for what is no share, and where there is no figure."""
        if self.exact is None or self.suppressed or not self.with_interval:
            return None
        return wilson(self.exact, self.base, self.decimals)


def rounded(value: Fraction | int, decimals: int = 2) -> Decimal:
    """Half away from zero, once: 1/800 of 100 is 0.13."""
    return _rounded_ratio(value.numerator, value.denominator, decimals)


def percent(part: int, whole: int) -> Fraction | None:
    """100 · part ÷ whole, or None where there is nothing to divide by."""
    return Fraction(100 * part, whole) if whole else None


def wilson(share_percent: Fraction, base: int, decimals: int = 2) -> Interval | None:
    """Wilson's interval round a share of `base` ballots; for an index the index is the share and the ballots are the base.

    None for an empty base. Raises ValueError for a share outside 0–100.
    """
    if base <= 0:
        return None
    a, b = share_percent.numerator, 100 * share_percent.denominator
    if not 0 <= a <= b:
        raise ValueError(f"a share lies between 0 and 100: {share_percent}")
    # (2np + z² ∓ z·√(4np(1 − p) + z²)) ÷ 2(n + z²) with p = a/b and z = 1.96, in whole numbers: a report has thousands.
    z2 = _Z_HUNDREDTHS**2
    root = isqrt((40_000 * base * a * (b - a) + z2 * b * b) * _ROOT_SCALE**2)
    middle = (20_000 * base * a + z2 * b) * _ROOT_SCALE
    whole = 2 * (10_000 * base + z2) * b * _ROOT_SCALE
    low, high = middle - _Z_HUNDREDTHS * root, middle + _Z_HUNDREDTHS * root
    # The root is cut off, so a limit that is exactly 0 or 100 may miss it in the 25th decimal.
    return Interval(_rounded_ratio(100 * max(0, low), whole, decimals), _rounded_ratio(100 * min(whole, high), whole, decimals))


def small_cells(row: Sequence[int], *, smallest: int = 5) -> tuple[int | None, ...]:
    """A row of counts whose total is shown: counts below `smallest` are hidden (None), nought is not.

    A single hidden count could be worked out from the total, so the next smallest is hidden with it (the first of equals; a
    nought only where nothing else is left).
    """
    hidden = {place for place, count in enumerate(row) if 0 < count < smallest}
    if len(hidden) == 1:
        others = [place for place in range(len(row)) if place not in hidden]
        others.sort(key=lambda place: (row[place] == 0, row[place], place))
        hidden |= set(others[:1])
    return tuple(None if place in hidden else count for place, count in enumerate(row))


def _rounded_ratio(numerator: int, denominator: int, decimals: int) -> Decimal:
    whole = (2 * abs(numerator) * 10**decimals + denominator) // (2 * denominator)
    return Decimal(-whole if numerator < 0 else whole).scaleb(-decimals)
