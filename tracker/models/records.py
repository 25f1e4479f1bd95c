"""What is said and what was done: notices, letters, the journal, feed tokens, the lease of the timetable."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, enum_column
from tracker.rules.states import LetterStatus, NoticeStatus


class OutboxMessage(Base):
    """A letter to come or gone. It holds facts; the words are made at delivery and then kept on the row."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        # "Only once" is decided here and nowhere else: `digest:contact-5:2026-03-02` can exist once.
        UniqueConstraint("key"),
        # The delivery job's question, over the few rows still waiting.
        Index(
            "ix_outbox_message_waiting",
            "not_before",
            "id",
            sqlite_where=text("status IN ('queued', 'failed', 'sending')"),
            postgresql_where=text("status IN ('queued', 'failed', 'sending')"),
        ),
        Index("ix_outbox_message_plan", "plan_id", "id"),
        # The morning's question, beside all letters of other days: what is written today, who has heard this week?
        Index("ix_outbox_message_day", "day", "person"),
        # A new digest takes over what still waits for the same person.
        Index(
            "ix_outbox_message_unsent_person",
            "person",
            sqlite_where=text("status IN ('held', 'queued', 'failed')"),
            postgresql_where=text("status IN ('held', 'queued', 'failed')"),
        ),
        # How many letters of a plan there are of each status and kind, and when the last of a day went: counted here alone. Every
        # page of a coordinator asks how many are held.
        Index("ix_outbox_message_sums", "plan_id", "status", "day", "kind", "sent_at"),
        # Links and passwords are of no plan: few among all letters.
        Index(
            "ix_outbox_message_of_none",
            "plan_id",  # always the same: beside other indexes SQLite would else take any
            "person",
            "status",
            "kind",
            sqlite_where=text("plan_id IS NULL"),
            postgresql_where=text("plan_id IS NULL"),
        ),
        # Each night: whose words have been kept for long enough? Those that are forgotten are not in it.
        Index(
            "ix_outbox_message_words",
            "day",
            sqlite_where=text("body_text != ''"),
            postgresql_where=text("body_text != ''"),
        ),
        # A report about an undelivered letter names it.
        Index("ix_outbox_message_message_id", "message_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(160))
    kind: Mapped[str] = mapped_column(String(40))  #: the letter's key in wording: daily_digest, unlocked, …
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    person: Mapped[str] = mapped_column(String(40))  #: "contact-5", "user-1", "head-12"
    to_name: Mapped[str] = mapped_column(String(120), default="")
    to_email: Mapped[str] = mapped_column(String(254))
    day: Mapped[date]  #: the day it is for
    facts: Mapped[dict[str, Any]]
    is_sample: Mapped[bool] = mapped_column(default=False, server_default=false())  #: speaks of the sample campaign alone
    status: Mapped[LetterStatus] = mapped_column(enum_column(LetterStatus), default=LetterStatus.QUEUED)
    status_reason: Mapped[str] = mapped_column(Text, default="")  #: why it is held, void or failed: a sentence
    not_before: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    claimed_by: Mapped[str] = mapped_column(String(80), default="")
    sent_at: Mapped[datetime | None]
    message_id: Mapped[str] = mapped_column(String(250), default="")  #: stable over retries, made at the first claim
    dated_at: Mapped[datetime | None]  #: the Date header, stable over retries like the Message-ID
    subject: Mapped[str] = mapped_column(String(400), default="")
    body_text: Mapped[str] = mapped_column(Text, default="", deferred=True)
    body_html: Mapped[str] = mapped_column(Text, default="", deferred=True)


class OutboxTask(Base):
    """Which tasks a letter speaks of: how a finished task finds the letters that wait."""

    __tablename__ = "outbox_task"
    __table_args__ = (Index("ix_outbox_task_task", "task_id"),)
    message_id: Mapped[int] = mapped_column(ForeignKey("outbox_message.id", ondelete="CASCADE"), primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id", ondelete="CASCADE"), primary_key=True)


class BounceReport(Base):
    """What a mail server reported about a letter that had gone; the same report is taken in once."""

    __tablename__ = "bounce_report"
    __table_args__ = (UniqueConstraint("fingerprint"), Index("ix_bounce_report_letter", "letter_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("outbox_message.id", ondelete="CASCADE"))
    fingerprint: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    verdict: Mapped[str] = mapped_column(String(10))  #: rules.bounces.Verdict
    code: Mapped[str] = mapped_column(String(20), default="")  #: "5.1.1"
    reason: Mapped[str] = mapped_column(String(80), default="")
    said: Mapped[str] = mapped_column(Text, default="")  #: the other server's words


class MailboxPlace(Base):
    """How far a mailbox has been read."""

    __tablename__ = "mailbox_place"
    name: Mapped[str] = mapped_column(String(250), primary_key=True)  #: "bounce@mail.example.vn/INBOX"
    uid_validity: Mapped[int] = mapped_column(BigInteger)  #: another one: the server has numbered its mails anew
    last_uid: Mapped[int] = mapped_column(BigInteger)


class Notice(Base):
    """One rung of the ladder, for one task and one person: said once, ever, for that due date."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("task_id", "due_on", "rung", "person"),
        Index("ix_notice_message", "message_id"),
        # A report of progress counts chases among all that was ever said (queries.progress_reports).
        Index(
            "ix_notice_chases",
            *("task_id", "due_on", "rung", "day", "status"),
            sqlite_where=text("status = 'sent' AND substr(rung, 1, 4) IN ('chas', 'due+')"),
            postgresql_where=text("status = 'sent' AND substr(rung, 1, 4) IN ('chas', 'due+')"),
        ),
        # The morning's question: which rungs were passed over for want of a holder, and nobody has heard of it?
        Index(
            "ix_notice_untold",
            "message_id",
            "day",
            sqlite_where=text("status = 'empty'"),
            postgresql_where=text("status = 'empty'"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id", ondelete="CASCADE"))
    due_on: Mapped[date]  #: the due date the ladder was laid for; an extension lays a new one
    rung: Mapped[str] = mapped_column(String(40))  #: rules.reminders.Rung.key, e.g. "due-3:contact"
    person: Mapped[str] = mapped_column(String(40))
    day: Mapped[date]
    status: Mapped[NoticeStatus] = mapped_column(enum_column(NoticeStatus))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("outbox_message.id", ondelete="SET NULL"))


class JournalEntry(Base):
    """Who, what, on what, when, why: written in the transaction of the change, chained to the line before, never altered."""

    __tablename__ = "journal_entry"
    __table_args__ = (Index("ix_journal_entry_plan", "plan_id", "id"), Index("ix_journal_entry_task", "task_id", "id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    who: Mapped[str] = mapped_column(String(120))  #: a person's name, or "Hệ thống"
    who_key: Mapped[str] = mapped_column(String(40))  #: "user-1", "contact-5", "system"
    verb: Mapped[str] = mapped_column(String(40))  #: of wording: báo hoàn thành, xác nhận, …
    what: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text, default="")
    plan_id: Mapped[int | None]  # no foreign key: a line outlives what it speaks of
    task_id: Mapped[int | None]
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class JournalHead(Base):
    """The end of the chain, one row: writers lock it, so that the journal has one order and no forks."""

    __tablename__ = "journal_head"
    id: Mapped[int] = mapped_column(primary_key=True)
    hash: Mapped[str] = mapped_column(String(64))


class FeedToken(Base):
    """A calendar subscription: the token itself is shown once and kept as its SHA-256 only."""

    __tablename__ = "feed_token"
    __table_args__ = (Index("ix_feed_token_subject", "scope", "subject_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scope: Mapped[str] = mapped_column(String(20))  #: "contact", "user", "unit", "plan" or "office"
    subject_id: Mapped[int]
    nonce: Mapped[str] = mapped_column(String(32), default="")  #: the contact's link_nonce then: a new one ends it too
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    last_read_at: Mapped[datetime | None]
    label: Mapped[str] = mapped_column(String(60), default="", server_default="")  #: by which a person tells it from others
    choices: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")  #: rules.feed_lines.FeedChoices


class Lease(Base):
    """Which process keeps the timetable now."""

    __tablename__ = "lease"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(String(80))
    until: Mapped[datetime]


class JobLook(Base):
    """When the timetable last came by each of its lines: a line that hangs is seen, also one that has nothing to do."""

    __tablename__ = "job_look"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    seen_at: Mapped[datetime]
    every_seconds: Mapped[int]
    why: Mapped[str] = mapped_column(String(200), default="")  #: what it is for, in words
    position: Mapped[int] = mapped_column(default=0)  #: its place in the timetable


class JobRun(Base):
    """The last run of each job and each day's daily runs: how a missed day is found and caught up."""

    __tablename__ = "job_run"
    __table_args__ = (UniqueConstraint("name", "day"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    day: Mapped[date]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(Text, default="")
