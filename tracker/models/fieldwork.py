"""Fieldwork: files kept as evidence, the ledger of ballots by day, ballot boxes and their openings, the ballots themselves."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, Versioned, enum_column
from tracker.rules.states import BallotStatus, DiscardReason


class StoredFile(Base):
    """A file that somebody handed in. Its bytes lie outside the database and the web root, under `stored_as`."""

    __tablename__ = "stored_file"
    __table_args__ = (
        Index("ix_stored_file_plan", "plan_id", "id"),
        Index("ix_stored_file_task", "task_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id", ondelete="CASCADE"))
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))  #: NULL: the office's own
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id", ondelete="CASCADE"))
    purpose: Mapped[str] = mapped_column(String(24))  #: result, extension, seal, minutes, waiver, import, document
    file_name: Mapped[str] = mapped_column(String(250))  #: as the sender called it, cleaned
    media_type: Mapped[str] = mapped_column(String(120))  #: as its bytes say, not as its name says
    size_bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    stored_as: Mapped[str] = mapped_column(String(200))
    uploaded_by: Mapped[str] = mapped_column(String(120))
    uploaded_by_key: Mapped[str] = mapped_column(String(40))
    uploaded_at: Mapped[datetime]


class LedgerLine(Base):
    """What changed on a day in the ballots of a unit. Never altered: a correction is a line of its own."""

    __tablename__ = "ledger_line"
    __table_args__ = (
        UniqueConstraint("plan_id", "unit_id", "once"),
        Index("ix_ledger_line_plan", "plan_id", "unit_id", "day"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    round: Mapped[int] = mapped_column(default=0)  #: 0 the first survey; 1, 2 … điều tra lại, điều tra bổ sung
    day: Mapped[date]
    handed_out: Mapped[int] = mapped_column(default=0)
    collected: Mapped[int] = mapped_column(default=0)
    valid: Mapped[int] = mapped_column(default=0)
    discarded: Mapped[int] = mapped_column(default=0)
    reasons: Mapped[dict[str, Any]]  #: DiscardReason -> number, of the discarded
    note: Mapped[str] = mapped_column(Text, default="")
    is_correction: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str] = mapped_column(String(16), default="unit")  #: unit, office, box, online
    opening_id: Mapped[int | None] = mapped_column(ForeignKey("box_opening.id"))  #: of a box: its count, and what corrects it
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))  #: the file of online counts that it came from
    once: Mapped[str] = mapped_column(String(64))  #: of the form or the file's row: sent twice is written once
    by_name: Mapped[str] = mapped_column(String(120))
    by_key: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]


class BallotBox(Versioned, Base):
    """Hòm phiếu: where it stands and under which seal."""

    __tablename__ = "ballot_box"
    __table_args__ = (UniqueConstraint("plan_id", "unit_id", "code"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    code: Mapped[str] = mapped_column(String(40))
    place: Mapped[str] = mapped_column(String(250))
    seal_number: Mapped[str] = mapped_column(String(80), default="")  #: the seal that is on it now
    sealed_on: Mapped[date]
    next_opening_on: Mapped[date | None]
    removed_on: Mapped[date | None]


class BoxOpening(Base):
    """Biên bản: what was found at a box. Where lock or seal were broken, the box stays shut and `ballots` is NULL until the head
    of the unit has decided and the box is opened; the count then stands in the same minutes."""

    __tablename__ = "box_opening"
    __table_args__ = (UniqueConstraint("box_id", "once"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    box_id: Mapped[int] = mapped_column(ForeignKey("ballot_box.id", ondelete="CASCADE"))
    opened_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(String(250))  #: of the box then
    seal_number: Mapped[str] = mapped_column(String(80), default="")  #: as found
    sealed_on: Mapped[date]
    lock_whole: Mapped[bool] = mapped_column(default=True)
    seal_whole: Mapped[bool]
    description: Mapped[str] = mapped_column(Text, default="")  #: of what was not whole
    people: Mapped[list[Any]]  #: {"role", "name", "position"} of everybody who was there
    ballots: Mapped[int | None]  #: as counted then; corrections are lines of the ledger
    numbers: Mapped[str] = mapped_column(String(250), default="")  #: mã phiếu từ – đến, as written
    bag_number: Mapped[str] = mapped_column(String(80), default="")
    receiver: Mapped[str] = mapped_column(String(250), default="")  #: who keeps the ballots
    key_to: Mapped[str] = mapped_column(String(250), default="")
    new_seal_number: Mapped[str] = mapped_column(String(80), default="")  #: "": the box was taken away
    remarks: Mapped[str] = mapped_column(Text, default="")
    decision: Mapped[str] = mapped_column(Text, default="")  #: what the head said about a broken seal
    decided_by: Mapped[str] = mapped_column(String(120), default="")
    decided_at: Mapped[datetime | None]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))  #: a photograph of a broken seal
    once: Mapped[str] = mapped_column(String(64))  #: of the form that reported it
    count_once: Mapped[str] = mapped_column(String(64), default="")  #: of the form that counted a box whose seal was broken
    by_name: Mapped[str] = mapped_column(String(120))
    by_key: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]


class Ballot(Base):
    """One collected ballot: its printed number and who surveyed. Nothing about who answered."""

    __tablename__ = "ballot"
    __table_args__ = (
        UniqueConstraint("plan_id", "unit_id", "number"),
        Index("ix_ballot_status_unit", "plan_id", "status", "unit_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    round: Mapped[int] = mapped_column(default=0)
    number: Mapped[str] = mapped_column(String(12))  #: as printed, "0046"
    interviewer: Mapped[str] = mapped_column(String(40), default="")  #: a code of the unit's, "" for boxes and online
    status: Mapped[BallotStatus] = mapped_column(enum_column(BallotStatus), default=BallotStatus.VALID)
    discard_reason: Mapped[DiscardReason | None] = mapped_column(enum_column(DiscardReason))
    discard_note: Mapped[str] = mapped_column(Text, default="")
    registered_at: Mapped[datetime]
