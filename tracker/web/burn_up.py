"""Phiếu thu về theo ngày: the burn-up of a plan or of one unit, as its chart and in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from flask import current_app
from sqlalchemy.orm import Session

from tracker import clock
from tracker.queries import fieldwork as queries
from tracker.queries.fieldwork import Window
from tracker.rules.ledger import DayLine, burn_up, forecast_on
from tracker.web.burn_chart import Burn, burn
from tracker.web.kept_results import Kept
from tracker.wording import date_short

Days = tuple[Window, Sequence[DayLine]]


class BurnUp(NamedTuple):
    chart: Burn | None  #: None while nothing was handed out
    forecast: str = ""
    collected: int = 0


def burn_up_of(session: Session, plan_id: int, quota: int | None, *, unit_id: int | None = None) -> BurnUp:
    """All units together, or one. Two statements."""
    return _drawn(_days(session, plan_id, unit_id), quota)


def kept_burn_up(session: Session, plan_id: int, quota: int | None) -> BurnUp:
    """All units together, out of the sums of days that this process has made; they are made anew when the journal tells of
    something. The caller knows that the plan may be read."""
    kept: Kept[Days] = current_app.extensions["kept_days"]
    return _drawn(kept.of_plan(session, plan_id, lambda: _days(session, plan_id)), quota)


def _days(session: Session, plan_id: int, unit_id: int | None = None) -> Days:
    return queries.window(session, plan_id), queries.day_sums(session, plan_id, unit_id=unit_id)


def _drawn(days: Days, quota: int | None) -> BurnUp:
    window, lines = days
    if not lines:
        return BurnUp(None)
    today = clock.today()
    until = max(today if window.due_on is None else min(today, window.due_on), lines[-1].day)
    points = burn_up(lines, until=until, quota=quota, start_on=window.start_on, due_on=window.due_on)
    enough_on = forecast_on(points, quota) if quota else None
    said = ""
    if enough_on is not None and enough_on <= points[-1].day:
        said = f"Đã thu đủ chỉ tiêu ngày {date_short(enough_on)}."
    elif enough_on is not None:
        said = f"Với nhịp hai tuần gần nhất, đủ chỉ tiêu vào ngày {date_short(enough_on)}."
    chart = burn(points, quota=quota, start_on=window.start_on, due_on=window.due_on)
    return BurnUp(chart, said, points[-1].collected)
