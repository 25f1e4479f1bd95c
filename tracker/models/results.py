"""What is made of the ballots: recheck, entries, the earlier figures, and what is published."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, Versioned, enum_column
from tracker.rules.states import MismatchKind, PublicationStatus, RecheckDecision, RecheckOutcome, SecondEntryReason


class RecheckSeed(Base):
    """The seed of a unit: its commitment is public before the first ballot, itself only with the draw."""

    __tablename__ = "recheck_seed"
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True, default=0, autoincrement=False)
    seed: Mapped[str] = mapped_column(String(64))
    commitment: Mapped[str] = mapped_column(String(64))
    committed_at: Mapped[datetime]
    public_digits: Mapped[str] = mapped_column(String(40), default="")  #: thrown by observers at the draw
    revealed_at: Mapped[datetime | None]


class RecheckDraw(Versioned, Base):
    """One draw of a unit (first or second stage), and what was decided on it."""

    __tablename__ = "recheck_draw"
    __table_args__ = (UniqueConstraint("plan_id", "unit_id", "round", "stage_no"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    round: Mapped[int] = mapped_column(default=0)
    stage_no: Mapped[int] = mapped_column(default=1)
    percent: Mapped[int]
    population: Mapped[int]  #: valid ballots at the draw
    planned: Mapped[int]
    ballots: Mapped[list[Any]]  #: every valid ballot at the draw, [number, interviewer]: the draw can be repeated from it
    drawn_at: Mapped[datetime]
    by_name: Mapped[str] = mapped_column(String(120))
    by_key: Mapped[str] = mapped_column(String(40))
    decision: Mapped[RecheckDecision | None] = mapped_column(enum_column(RecheckDecision))  #: signed, not only proposed
    decision_reason: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[str] = mapped_column(String(120), default="")
    decided_at: Mapped[datetime | None]


class RecheckItem(Versioned, Base):
    """A ballot to be asked again, in the order of the draw; replacements join with the ballot they stand for."""

    __tablename__ = "recheck_item"
    __table_args__ = (UniqueConstraint("draw_id", "ballot_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    draw_id: Mapped[int] = mapped_column(ForeignKey("recheck_draw.id", ondelete="CASCADE"))
    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballot.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("recheck_item.id", ondelete="CASCADE"))
    tries: Mapped[list[Any]]  #: ISO days on which nobody was met
    outcome: Mapped[RecheckOutcome | None] = mapped_column(enum_column(RecheckOutcome))
    mismatch_kind: Mapped[MismatchKind | None] = mapped_column(enum_column(MismatchKind))
    answers: Mapped[dict[str, Any]]  #: the facts as said again, question code -> value
    note: Mapped[str] = mapped_column(Text, default="")
    by_name: Mapped[str] = mapped_column(String(120), default="")
    by_key: Mapped[str] = mapped_column(String(40), default="")
    at: Mapped[datetime | None]


class Entry(Base):
    """A ballot keyed once: the first entry, or the second by another person. Answers only; nothing about who answered."""

    __tablename__ = "entry"
    __table_args__ = (
        UniqueConstraint("ballot_id", "turn"),
        UniqueConstraint("once"),
        Index("ix_entry_plan", "plan_id", "turn", "unit_id", "at"),
        Index("ix_entry_clerk", "plan_id", "by_key", "turn"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballot.id", ondelete="CASCADE"))
    turn: Mapped[int] = mapped_column(default=1)  #: 1 first entry, 2 second entry
    questionnaire: Mapped[str] = mapped_column(String(80))  #: "commune@1"
    answers: Mapped[dict[str, Any]]  #: question code -> value; settled values replace wrong first ones, the journal keeps both
    once: Mapped[str] = mapped_column(String(64))  #: made by the browser or the file's row: sent twice is kept once
    by_name: Mapped[str] = mapped_column(String(120))
    by_key: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
    import_id: Mapped[int | None] = mapped_column(ForeignKey("entry_import.id"))


class SecondEntryItem(Base):
    """A ballot that another person must key again. Laid down once, so that what is asked of a unit does not move."""

    __tablename__ = "second_entry_item"
    __table_args__ = (
        UniqueConstraint("ballot_id"),
        Index("ix_second_entry_item_unit", "plan_id", "unit_id"),
        Index("ix_second_entry_item_clerk", "plan_id", "clerk_key", "why"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballot.id", ondelete="CASCADE"))
    clerk_key: Mapped[str] = mapped_column(String(40))  #: who keyed it first
    why: Mapped[SecondEntryReason] = mapped_column(enum_column(SecondEntryReason))
    planned_at: Mapped[datetime]


class EntryDifference(Base):
    """A field on which two entries of a ballot differ, until a third look at the paper settles it."""

    __tablename__ = "entry_difference"
    __table_args__ = (UniqueConstraint("ballot_id", "question"), Index("ix_entry_difference_plan", "plan_id", "settlement"))
    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballot.id", ondelete="CASCADE"))
    question: Mapped[str] = mapped_column(String(24))
    first: Mapped[str] = mapped_column(Text)
    second: Mapped[str] = mapped_column(Text)
    settlement: Mapped[str] = mapped_column(String(16), default="")  #: rules.second_entry.Settlement; "" while open
    settled: Mapped[str] = mapped_column(Text, default="")
    by_name: Mapped[str] = mapped_column(String(120), default="")
    by_key: Mapped[str] = mapped_column(String(40), default="")
    at: Mapped[datetime | None]


class EntryImport(Base):
    """A file of entries that was taken in whole. The same bytes are taken in once."""

    __tablename__ = "entry_import"
    __table_args__ = (UniqueConstraint("plan_id", "sha256"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    file_name: Mapped[str] = mapped_column(String(250))
    sha256: Mapped[str] = mapped_column(String(64))
    rows: Mapped[int]
    paperless: Mapped[bool] = mapped_column(default=False)  #: collected online: there is no paper to key again
    by_name: Mapped[str] = mapped_column(String(120))
    by_key: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]


class EarlierResult(Base):
    """A figure of an earlier year, typed in from its published document, or of an earlier plan here."""

    __tablename__ = "earlier_result"
    __table_args__ = (UniqueConstraint("plan_id", "scope", "subject"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    scope: Mapped[str] = mapped_column(String(16))  #: plan, group, unit
    subject: Mapped[str] = mapped_column(String(250), default="")  #: name of the group, id of the unit, "" for the plan
    hundredths: Mapped[int]  #: 8636 for 86,36 %
    source: Mapped[str] = mapped_column(String(300))
    comparable: Mapped[bool] = mapped_column(default=True)
    why_not: Mapped[str] = mapped_column(String(300), default="")


class Publication(Versioned, Base):
    """A version of the result. Once approved its data are frozen; once published anybody may read them."""

    __tablename__ = "publication"
    __table_args__ = (UniqueConstraint("plan_id", "version_no"), UniqueConstraint("slug"))
    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    version_no: Mapped[int]
    slug: Mapped[str] = mapped_column(String(120))  #: in the public address
    status: Mapped[PublicationStatus] = mapped_column(enum_column(PublicationStatus), default=PublicationStatus.DRAFT)
    data: Mapped[dict[str, Any]] = mapped_column(deferred=True)  #: the frozen result
    fingerprint: Mapped[str] = mapped_column(String(64), default="")  #: SHA-256 of the canonical data
    document_kind: Mapped[str] = mapped_column(String(80), default="")  #: Quyết định, Thông báo
    number: Mapped[str] = mapped_column(String(80), default="")
    issued_on: Mapped[date | None]
    issuer: Mapped[str] = mapped_column(String(250), default="")
    signatory: Mapped[str] = mapped_column(String(120), default="")
    reason: Mapped[str] = mapped_column(Text, default="")  #: of a correction
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(120))
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[str] = mapped_column(String(120), default="")
    published_at: Mapped[datetime | None]
    published_by: Mapped[str] = mapped_column(String(120), default="")


class PublicationFile(Base):
    """A file of a published version, frozen with it: the public page and its downloads are served from here."""

    __tablename__ = "publication_file"
    __table_args__ = (UniqueConstraint("publication_id", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(120))  #: page.html, bao-cao.docx, phu-luc.xlsx, du-lieu.csv, …
    media_type: Mapped[str] = mapped_column(String(120))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    sha256: Mapped[str] = mapped_column(String(64))
