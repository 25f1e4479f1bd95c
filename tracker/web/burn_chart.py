"""Geometry of the burn-up: ballots collected day by day beside an even pace and the quota. The table beside it says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tracker.rules.ledger import BurnPoint
from tracker.wording import day_month, number

WIDTH, HEIGHT = 640, 200
LEFT, RIGHT, TOP, BOTTOM = 64, 12, 28, 26


@dataclass(frozen=True)
class Tick:
    at: float
    label: str


@dataclass(frozen=True)
class Burn:
    actual: str  #: points of a polyline
    area: str
    plan: str
    goal: float | None  #: height of the quota's line
    goal_label: str
    last: tuple[float, float] | None
    levels: tuple[Tick, ...]
    days: tuple[Tick, ...]


def burn(points: Sequence[BurnPoint], *, quota: int | None, start_on: date | None, due_on: date | None) -> Burn | None:
    """None while there is nothing to draw."""
    if not points:
        return None
    first = min(p.day for p in points) if start_on is None else min(start_on, points[0].day)
    end = max(points[-1].day, due_on or points[-1].day)
    days = max(1, (end - first).days)
    top = max([quota or 0, *(p.collected for p in points), 1])
    step = _step(top)

    def x(day: date) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (day - first).days / days, 1)

    def y(value: int) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / (step * -(-top // step)), 1)

    drawn = [(x(p.day), y(p.collected)) for p in points]
    base = y(0)
    plan = ""
    if quota is not None and start_on is not None and due_on is not None:
        plan = f"{x(start_on)},{base} {x(due_on)},{y(quota)}"
    marks = sorted({first, end, *(d for d in (due_on,) if d is not None)})
    return Burn(
        actual=" ".join(f"{a},{b}" for a, b in drawn),
        area=" ".join([f"{drawn[0][0]},{base}", *(f"{a},{b}" for a, b in drawn), f"{drawn[-1][0]},{base}"]),
        plan=plan,
        goal=y(quota) if quota else None,
        goal_label=f"chỉ tiêu {number(quota)}" if quota else "",
        last=drawn[-1],
        levels=tuple(Tick(y(level), number(level)) for level in range(0, step * -(-top // step) + 1, step)),
        days=tuple(Tick(x(day), day_month(day)) for day in marks),
    )


def _step(top: int) -> int:
    """A round distance of grid lines: at most five of them."""
    size = 1
    while True:
        for factor in (1, 2, 5):
            if top <= 5 * size * factor:
                return size * factor
        size *= 10
