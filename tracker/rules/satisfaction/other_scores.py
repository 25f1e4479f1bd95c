"""Two computations that are no satisfaction index and are never mixed into one.

Points of dossiers: Nghị định 61/2018/NĐ-CP, điều 31; Thông tư 01/2018/TT-VPCP, điều 15 khoản 2 (the one basis that rounds below
the total). Share that did not complain: Quyết định 766/QĐ-TTg (23/6/2022).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from tracker.rules.satisfaction.numbers import percent, rounded

DOSSIER_POINTS = (0, 1, 2)


@dataclass(frozen=True)
class DossierScore:
    indicators: Mapping[str, Decimal]  #: number of the indicator -> points of all dossiers ÷ dossiers, one decimal
    total: Decimal | None  #: the sum of the rounded indicators
    dossiers: int


def dossier_score(dossiers: Sequence[Mapping[str, int]]) -> DossierScore:
    """Each dossier: indicator -> 0, 1 or 2 points. Raises ValueError where dossiers are not judged on the same indicators."""
    if not dossiers:
        return DossierScore({}, None, 0)
    indicators = list(dossiers[0])
    for dossier in dossiers:
        if set(dossier) != set(indicators):
            raise ValueError("dossiers are judged on different indicators")
        if any(points not in DOSSIER_POINTS for points in dossier.values()):
            raise ValueError(f"points are 0, 1 or 2: {dict(dossier)}")
    means = {key: rounded(Fraction(sum(dossier[key] for dossier in dossiers), len(dossiers)), 1) for key in indicators}
    return DossierScore(means, sum(means.values(), Decimal(0)), len(dossiers))


def share_not_complained(total: int, complained_or_late: int) -> Decimal | None:
    """(all − complained or late) ÷ all, in percent: who does not complain counts. None where there was nobody."""
    if not 0 <= complained_or_late <= total:
        raise ValueError(f"{complained_or_late} of {total}")
    exact = percent(total - complained_or_late, total)
    return None if exact is None else rounded(exact)
