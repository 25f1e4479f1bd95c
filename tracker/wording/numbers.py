"""Numbers, shares, counts and lists of names in Vietnamese form."""

from __future__ import annotations

from collections.abc import Sequence

NBSP = "\u00a0"


def number(value: int) -> str:
    """1.650: a dot from four digits on. Never for years, document numbers or ballot numbers."""
    return f"{value:,}".replace(",", ".")


def count(value: int, noun: str) -> str:
    """1.650 phiếu, with a no-break space; Vietnamese nouns do not change."""
    return f"{number(value)}{NBSP}{noun}"


def padded(value: int) -> str:
    """03, 15: counts in the running text of an office's papers, not in tables."""
    return f"{value:02d}" if 0 < value < 10 else number(value)


def share(value: float) -> str:
    """86,36%: a result, two decimals."""
    return f"{value:.2f}".replace(".", ",") + "%"


def percent(done: int, total: int) -> str:
    """Progress without decimals: 100% only when nothing is missing, 0% only when nothing is done."""
    if total <= 0:
        return "–"
    if done >= total:
        return "100%"
    if done <= 0:
        return "0%"
    return f"{min(99, max(1, round(100 * done / total)))}%"


def list_names(names: Sequence[str], noun: str = "đơn vị") -> str:
    """Two names, then the rest as a number: A, B và 3 đơn vị khác."""
    if len(names) <= 2:
        return " và ".join(names)
    return f"{', '.join(names[:2])} và {count(len(names) - 2, noun)} khác"
