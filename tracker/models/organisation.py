"""Offices, their units and groups, contacts and users."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.models.base import Base, Versioned, enum_column
from tracker.rules.states import HandoverStatus, Role


class Office(Versioned, Base):
    """The office that runs plans (Phòng Nội vụ; since mid-2025 often Phòng Văn hóa - Xã hội): its name is data."""

    __tablename__ = "office"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    place: Mapped[str] = mapped_column(String(200), default="")  # "UBND thành phố Cam Ranh", shown beside the brand
    phone: Mapped[str] = mapped_column(String(40), default="")
    #: The office above, which reads the plans of this one.
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("office.id", ondelete="SET NULL"), index=True)
    #: What the office's papers carry, kept from the last one that was made: "PNV", "TL. CHỦ TỊCH\nTRƯỞNG PHÒNG", the signer.
    paper_symbol: Mapped[str] = mapped_column(String(40), default="")
    signing_lines: Mapped[str] = mapped_column(String(300), default="")
    signer_name: Mapped[str] = mapped_column(String(120), default="")
    is_sample: Mapped[bool] = mapped_column(default=False)


class UnitGroup(Base):
    """Khối đơn vị: UBND xã, phường; Trạm Y tế."""

    __tablename__ = "unit_group"
    __table_args__ = (UniqueConstraint("office_id", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    position: Mapped[int] = mapped_column(default=0)
    works_on: Mapped[str] = mapped_column(String(7), default="")  #: ISO weekdays, "123456"; "": the office's week


class Unit(Versioned, Base):
    __tablename__ = "unit"
    __table_args__ = (UniqueConstraint("office_id", "name"), Index("ix_unit_search", "office_id", "search_key"))
    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id", ondelete="CASCADE"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("unit_group.id", ondelete="SET NULL"), index=True)
    name: Mapped[str] = mapped_column(String(250))
    search_key: Mapped[str] = mapped_column(String(250))  #: wording.search_key(name): no accents, đ as d
    head_name: Mapped[str] = mapped_column(String(120), default="")
    head_position: Mapped[str] = mapped_column(String(120), default="")
    head_email: Mapped[str] = mapped_column(String(254), default="")
    head_nonce: Mapped[str] = mapped_column(String(32), default="", server_default="")  #: a new one ends the head's links
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    is_sample: Mapped[bool] = mapped_column(default=False)
    group: Mapped[UnitGroup | None] = relationship(lazy="raise_on_sql")
    contacts: Mapped[list[Contact]] = relationship(back_populates="unit", order_by="Contact.rank", lazy="raise_on_sql")


class Contact(Versioned, Base):
    """Đầu mối: has mail and a calendar, no account and no password. At most two a unit at one time."""

    __tablename__ = "contact"
    __table_args__ = (
        UniqueConstraint("unit_id", "email"),
        # The morning's question: who has chosen one letter a week?
        Index("ix_contact_weekly", "unit_id", sqlite_where=text("weekly_letters"), postgresql_where=text("weekly_letters")),
        # Every page asks how many there are: few. By unit alone SQLite would rather take the index of all contacts.
        Index(
            "ix_contact_bounced",
            "unit_id",
            "valid_to",
            sqlite_where=text("bounced_on IS NOT NULL"),
            postgresql_where=text("bounced_on IS NOT NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    salutation: Mapped[str] = mapped_column(String(20), default="")
    position: Mapped[str] = mapped_column(String(120), default="")
    email: Mapped[str] = mapped_column(String(254), index=True)
    phone: Mapped[str] = mapped_column(String(40), default="")
    rank: Mapped[int] = mapped_column(default=1)  #: 1 đầu mối chính, 2 đầu mối thứ hai
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    bounced_on: Mapped[date | None]
    link_nonce: Mapped[str] = mapped_column(String(32), default="")  #: a new one revokes every personal link
    weekly_letters: Mapped[bool] = mapped_column(default=False)  #: one digest a week instead of one a day; never none
    unit: Mapped[Unit] = relationship(back_populates="contacts", lazy="raise_on_sql")


class Handover(Base):
    """A contact says who takes over; nothing changes until a coordinator has confirmed it."""

    __tablename__ = "handover"
    __table_args__ = (
        Index("ix_handover_unit", "unit_id", "id"),
        # One proposal at a time for each contact: the constraint decides, whoever presses first.
        Index(
            "uq_handover_pending",
            "contact_id",
            unique=True,
            sqlite_where=text("status = 'pending'"),
            postgresql_where=text("status = 'pending'"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id", ondelete="CASCADE"))
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(120))
    position: Mapped[str] = mapped_column(String(120), default="")
    email: Mapped[str] = mapped_column(String(254))
    phone: Mapped[str] = mapped_column(String(40), default="")
    status: Mapped[HandoverStatus] = mapped_column(enum_column(HandoverStatus), default=HandoverStatus.PENDING)
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(String(120), default="")
    note: Mapped[str] = mapped_column(Text, default="")  #: why it was declined


class User(Versioned, Base):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), index=True)
    username: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    salutation: Mapped[str] = mapped_column(String(20), default="")
    position: Mapped[str] = mapped_column(String(120), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    role: Mapped[Role] = mapped_column(enum_column(Role))
    password_hash: Mapped[str] = mapped_column(String(200), default="")
    is_enabled: Mapped[bool] = mapped_column(default=True)
    must_change_password: Mapped[bool] = mapped_column(default=False)
    session_nonce: Mapped[str] = mapped_column(String(32), default="")  #: a new one ends every session
    theme: Mapped[str] = mapped_column(String(8), default="")  #: "", "light" or "dark"
    weekly_letters: Mapped[bool] = mapped_column(default=False)  #: one digest a week instead of one a day; never none
    kept_filters: Mapped[list[Any]] = mapped_column(default=list)  #: [path of the page, name, query] of each
    last_sign_in_at: Mapped[datetime | None]
    #: The second step of signing in (RFC 6238): the shared secret, since when it is asked for, the last code's time step (a
    #: code serves once), and SHA-256 of the recovery codes that are left.
    totp_secret: Mapped[str] = mapped_column(String(64), default="")
    totp_since: Mapped[datetime | None]
    totp_last_step: Mapped[int] = mapped_column(default=0)
    recovery_hashes: Mapped[list[Any]] = mapped_column(default=list)
    is_sample: Mapped[bool] = mapped_column(default=False)
    office: Mapped[Office] = relationship(lazy="joined")


class Deputy(Base):
    """Thay mặt: from day to day somebody acts for another user, and hears what that one would hear."""

    __tablename__ = "deputy"
    __table_args__ = (Index("ix_deputy_absent", "absent_id", "until_on"), Index("ix_deputy_deputy", "deputy_id", "until_on"))
    id: Mapped[int] = mapped_column(primary_key=True)
    absent_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    deputy_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    from_on: Mapped[date]
    until_on: Mapped[date]  #: the last day
    reason: Mapped[str] = mapped_column(String(300), default="")
    ended_at: Mapped[datetime | None]


class SignInAttempt(Base):
    """A failed sign-in: the throttle counts these by account and by address (rows older than a day are swept)."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (Index("ix_sign_in_attempt_account", "account", "at"), Index("ix_sign_in_attempt_address", "address", "at"))
    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(String(80))
    address: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
