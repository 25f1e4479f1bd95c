"""Ranks, changes on an earlier plan, targets: always on the published figures, so that anyone can check them on the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

from tracker.rules.satisfaction.formula import Formula
from tracker.rules.satisfaction.numbers import Figure, Publishable
from tracker.wording import sort_key

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Place(Generic[Key]):
    key: Key
    rank: int | None  #: None without a publishable figure
    tied: bool = False


@dataclass(frozen=True)
class Basis:
    """What a figure rests on; only figures of the same basis are compared."""

    questionnaire: str  #: code
    version: int
    formula: Formula
    same_unit: bool = True  #: False where the unit was merged, split or renamed since


@dataclass(frozen=True)
class Change:
    """`points` in percentage points, or None and in words why there is none."""

    points: Decimal | None
    reason: str = ""


def rank(units: Iterable[tuple[Key, str, Figure]]) -> tuple[Place[Key], ...]:
    """(key, name, figure) of one block -> places, best first: ties share the better rank, the next is skipped (1 2 2 4).

    Equal figures stand in order of their Vietnamese names. Units with too few ballots, or no figure, come last and have no rank.
    """
    ranked, unranked = [], []
    for key, name, figure in units:
        if figure.state is Publishable.PUBLISHED and figure.published is not None:
            ranked.append((-figure.published, sort_key(name), key))
        else:
            unranked.append((sort_key(name), key))
    ranked.sort(key=lambda row: row[:2])
    unranked.sort(key=lambda row: row[0])
    figures = [row[0] for row in ranked]
    first = {figure: place for place, figure in reversed(list(enumerate(figures, 1)))}
    times = Counter(figures)
    places = [Place(key, first[figure], times[figure] > 1) for figure, _, key in ranked]
    return tuple(places + [Place(key, None) for _, key in unranked])


def change_points(this: Decimal | None, last: Decimal | None) -> Decimal | None:
    """The difference of two published figures: 83.94 − 82.66 = 1.28, as the Ministry prints it."""
    return None if this is None or last is None else this - last


def change_on(this: Decimal | None, basis: Basis, last: Decimal | None, last_basis: Basis | None) -> Change:
    """The change on an earlier plan, or why it is not compared."""
    if last_basis is None or last is None:
        return Change(None, "Chưa có số liệu kỳ trước.")
    if this is None:
        return Change(None, "Kỳ này chưa có số liệu hoặc chưa đủ số phiếu.")
    if not last_basis.same_unit:
        return Change(None, "Đơn vị đã sáp nhập hoặc thay đổi so với kỳ trước nên không so sánh.")
    if (basis.questionnaire, basis.version) != (last_basis.questionnaire, last_basis.version):
        return Change(None, "Kỳ trước dùng mẫu phiếu khác nên không so sánh.")
    if not basis.formula.same_as(last_basis.formula):
        return Change(None, "Kỳ trước dùng cách tính khác nên không so sánh.")
    return Change(change_points(this, last))


def meets_target(figure: Figure, target: Decimal | None) -> bool | None:
    """Whether the published figure reaches the target (≥); None without a figure or a target."""
    return None if target is None or figure.published is None else figure.published >= target
