"""Open sets that an administrator edits: the calendar of days, templates of plans, questionnaires."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
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


class GroupDay(Base):
    """A day on which a group of units works or rests otherwise than the office, with the document that says so."""

    __tablename__ = "group_day"
    group_id: Mapped[int] = mapped_column(ForeignKey("unit_group.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[dt.date] = mapped_column(primary_key=True)
    is_off: Mapped[bool]
    name: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(String(300), default="")


class PlanTemplateRow(Base):
    """Kế hoạch mẫu that an office saved from a plan of its own; the templates of the project are files, not rows."""

    __tablename__ = "plan_template"
    __table_args__ = (UniqueConstraint("office_id", "key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id", ondelete="CASCADE"))  #: NULL: for every office
    key: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(500))
    body: Mapped[dict[str, Any]]  #: rules.templates.PlanTemplate as JSON
    created_at: Mapped[dt.datetime]


class QuestionnaireRow(Base):
    """Mẫu phiếu that an office took in; those of the project are files. Never altered: a change is a new version."""

    __tablename__ = "questionnaire"
    __table_args__ = (UniqueConstraint("office_id", "code", "version"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(String(80))
    version: Mapped[int]
    source: Mapped[str] = mapped_column(Text)  #: the TOML as it was handed in
    basis: Mapped[str] = mapped_column(String(300), default="")  #: the document that prescribes it; "" while unverified
    by_name: Mapped[str] = mapped_column(String(120))
    by_key: Mapped[str] = mapped_column(String(40))
    at: Mapped[dt.datetime]
