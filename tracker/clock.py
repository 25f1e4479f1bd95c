"""The one clock. Only edges (pages, jobs, commands) ask it; rules, models and services are told the day."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

#: Viet Nam has one time zone and no daylight saving time.
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> datetime:
    """This moment in Viet Nam, with its time zone."""
    return datetime.now(ZONE)


def today() -> date:
    """The calendar day in Viet Nam."""
    return now().date()
