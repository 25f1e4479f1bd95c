"""Open sets that an administrator edits: the calendar of days; later templates and questionnaires."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, enum_column
from tracker.rules.states import DayKind


class CalendarDay(Base):
    """A day that is not what its weekday says. The table is the authority; a library only seeds it."""

    __tablename__ = "calendar_day"
    day: Mapped[dt.date] = mapped_column(primary_key=True)
    kind: Mapped[DayKind] = mapped_column(enum_column(DayKind))
    name: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(String(300), default="")  #: the document that says so
