"""Geometry of the charts of a result: dots with their interval on one axis, bars of five levels, steps of a heat table.

Templates draw from these numbers; every chart stands beside the table that says the same in figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from tracker.rules.results import Answer, Block, Shown
from tracker.wording.figures import exact_words

WIDTH, EDGE = 240, 4
BAR_WIDTH, GAP = 420, 1
_STEPS = (60, 70, 80, 90)


@dataclass(frozen=True)
class Axis:
    """From `start` percent to 100: an axis of dots need not begin at nought, its head says where it begins."""

    start: int
    target: Decimal | None

    def x(self, value: Decimal) -> float:
        inner = WIDTH - 2 * EDGE
        share = (float(value) - self.start) / (100 - self.start)
        return EDGE + inner * min(1.0, max(0.0, share))

    @property
    def words(self) -> str:
        whole = f"Từ {self.start} đến 100%"
        if self.target is None:
            return whole
        return f"{whole}; gạch đứng: {exact_words(Fraction(self.target))}%"


@dataclass(frozen=True)
class Piece:
    """One part of a stacked bar."""

    tone: int  #: 1 to 5
    x: float
    width: float


def axis_of(figures: Iterable[Shown], target: Decimal | None) -> Axis:
    lows = [figure.low if figure.low is not None else figure.value for figure in figures if figure.value is not None]
    lowest = min([low for low in lows if low is not None] + ([target] if target is not None else []), default=Decimal(0))
    return Axis(min(90, int(lowest) // 10 * 10), target)


def axis_of_block(block: Block) -> Axis:
    return axis_of((unit.index for unit in block.units), block.target)


def pieces(answers: Sequence[Answer]) -> list[Piece]:
    """A bar of the answers, from the worst level to the best; hidden counts have no bar."""
    counts = [answer.count or 0 for answer in answers]
    whole = sum(counts)
    if not whole or any(answer.count is None for answer in answers):
        return []
    room = BAR_WIDTH - GAP * (sum(count > 0 for count in counts) - 1)
    made, x = [], 0.0
    for place, count in enumerate(counts):
        if count:
            width = room * count / whole
            made.append(Piece(1 + round(4 * place / max(1, len(counts) - 1)), x, width))
            x += width + GAP
    return made


def step(value: Decimal | None) -> int:
    """0 without a figure, then 1 (under 60) to 5 (90 and more)."""
    return 0 if value is None else 1 + sum(value >= edge for edge in _STEPS)
