"""The public holidays of Viet Nam as a library knows them, with the announcements it missed. They only seed the table.

The library knows the lunar calendar and most swapped days; swaps announced late, and each coming year's Tết, are for an
administrator to enter or to check. `seeds/calendar/viet-nam.csv` holds what is known to be missing and wins over the library.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date
from importlib.metadata import version
from pathlib import Path

from sqlalchemy.orm import Session

from tracker.rules.states import DayKind
from tracker.rules.workdays import CalendarRow
from tracker.services import catalogue
from tracker.wording import date_weekday_inline

#: How the source of a day begins that no announcement is known of.
COMPUTED = "Tính sẵn theo thư viện"
ANNOUNCED = Path(__file__).resolve().parent.parent / "seeds" / "calendar" / "viet-nam.csv"
#: How the library words a day off in exchange for a Saturday.
_SWAPPED = "thay cho ngày"
_SUBSTITUTE = "nghỉ bù"


def fill_calendar(session: Session, today: date) -> int:
    """Add last year to the year after next where the table has nothing yet; returns how many days."""
    missing = catalogue.years_without_calendar(session, range(today.year - 1, today.year + 3))
    return catalogue.seed_calendar(session, calendar_rows(missing)) if missing else 0


def calendar_rows(years: Iterable[int]) -> list[CalendarRow]:
    """Days off and make-up days of these years, in order."""
    wanted = set(years)
    rows = {row.day: row for row in _of_library(wanted)}
    rows |= {row.day: row for row in _announced() if row.day.year in wanted}
    return [rows[day] for day in sorted(rows)]


def _of_library(years: set[int]) -> list[CalendarRow]:
    import holidays  # 70 ms and 19 MB that only seeding needs

    source = f"{COMPUTED} holidays {version('holidays')}; đối chiếu với thông báo hằng năm"
    known = holidays.country_holidays("VN", years=years, language="vi")
    rows = [CalendarRow(day, _kind(name), name, source) for day, name in known.items()]
    rows.extend(
        CalendarRow(day, DayKind.MAKE_UP, f"Làm bù ({date_weekday_inline(day)})", source)
        for day in known.weekend_workdays
        if day.year in years
    )
    return rows


def _kind(name: str) -> DayKind:
    if _SWAPPED in name:
        return DayKind.SWAPPED_OFF
    return DayKind.SUBSTITUTE if _SUBSTITUTE in name else DayKind.HOLIDAY


def _announced() -> list[CalendarRow]:
    with ANNOUNCED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))
    return [CalendarRow(date.fromisoformat(day), DayKind(kind), name, source) for day, kind, name, source in rows[1:]]
