"""The days off that offices kept, against the announcements of each year."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.holidays_source import calendar_rows
from tracker.models import CalendarDay
from tracker.rules.states import DayKind
from tracker.rules.workdays import CalendarRow
from tracker.services import catalogue


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2021, 2, 10), False),  # Tết Tân Sửu: 10-16/02/2021
        (date(2021, 2, 16), False),
        (date(2021, 2, 17), True),
        (date(2021, 4, 21), False),  # Giỗ Tổ
        (date(2021, 5, 3), False),  # bù cho 01/5 vào thứ Bảy
        (date(2021, 9, 3), False),  # Quốc khánh, ngày thứ hai
        (date(2025, 5, 2), False),  # hoán đổi với thứ Bảy, 26/4
        (date(2025, 4, 26), True),
        (date(2026, 1, 2), False),  # hoán đổi với thứ Bảy, 10/01
        (date(2026, 1, 10), True),
        (date(2026, 8, 31), False),  # hoán đổi với thứ Bảy, 22/8
        (date(2026, 8, 22), True),
        (date(2026, 11, 24), False),  # Ngày Văn hóa Việt Nam
        (date(2026, 11, 25), True),
    ],
)
def test_seeded_calendar_knows_the_day(sqlite_session: Session, day: date, works: bool) -> None:
    catalogue.seed_calendar(sqlite_session, calendar_rows([2021, 2025, 2026]))
    assert catalogue.work_calendar(sqlite_session).is_workday(day) is works


def test_every_row_has_a_vietnamese_name_and_a_source() -> None:
    rows = calendar_rows(range(2020, 2029))
    assert {row.kind for row in rows} == set(DayKind)
    assert not [row for row in rows if not row.source or row.name.isascii()]
    assert [row.day for row in rows] == sorted({row.day for row in rows})


def test_announced_swap_names_its_document() -> None:
    swapped = {row.day: row for row in calendar_rows([2026])}[date(2026, 1, 2)]
    assert swapped.kind is DayKind.SWAPPED_OFF
    assert "25/12/2025" in swapped.source


def test_seeding_keeps_what_a_person_entered(session: Session) -> None:
    own = CalendarRow(date(2026, 1, 1), DayKind.MAKE_UP, "Trực", "Công văn 5")
    assert catalogue.seed_calendar(session, [own]) == 1
    catalogue.seed_calendar(session, calendar_rows([2026]))
    assert catalogue.seed_calendar(session, calendar_rows([2026])) == 0
    kept = session.scalars(select(CalendarDay).where(CalendarDay.day == own.day)).one()
    assert (kept.kind, kept.name, kept.source) == (own.kind, own.name, own.source)
