"""The journal: who, what, on what, when, why, in the transaction of the change.

Each line carries SHA-256 over the hash of the line before and its own canonical JSON, so that a changed, removed or
inserted line shows. One row holds the end of the chain; whoever writes locks it, so that there is one order.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.models import JournalEntry, JournalHead
from tracker.rules.access import Actor

#: What the first line is chained to.
GENESIS = "0" * 64


@dataclass(frozen=True)
class Line:
    """One thing done: `verb` of wording/interface §10, `what` and `why` in words."""

    verb: str
    what: str
    why: str = ""
    plan_id: int | None = None
    task_id: int | None = None
    details: dict[str, Any] = field(default_factory=dict)


def record(session: Session, line: Line, *, by: Actor, now: datetime) -> JournalEntry:
    """Write one line."""
    return record_many(session, [line], by=by, now=now)[0]


def record_many(session: Session, lines: list[Line], *, by: Actor, now: datetime) -> list[JournalEntry]:
    """Write several lines of one moment and one actor, in their order."""
    head = session.execute(select(JournalHead).with_for_update()).scalar_one_or_none()
    if head is None:
        head = JournalHead(id=1, hash=GENESIS)
        session.add(head)
    entries = []
    for line in lines:
        entry = JournalEntry(
            at=now,
            who=by.name,
            who_key=by.key,
            verb=line.verb,
            what=line.what,
            why=line.why,
            plan_id=line.plan_id,
            task_id=line.task_id,
            details=line.details,
            previous_hash=head.hash,
        )
        entry.hash = head.hash = fingerprint(entry)
        entries.append(entry)
    session.add_all(entries)
    session.flush()
    return entries


def fingerprint(entry: JournalEntry) -> str:
    """SHA-256 of the line before and this line's canonical JSON (sorted keys, UTF-8, UTC to the microsecond)."""
    content = {
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "who": entry.who,
        "who_key": entry.who_key,
        "verb": entry.verb,
        "what": entry.what,
        "why": entry.why,
        "plan_id": entry.plan_id,
        "task_id": entry.task_id,
        "details": entry.details,
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256((entry.previous_hash + "\n" + text).encode()).hexdigest()


@dataclass(frozen=True)
class Verdict:
    """What a check of the chain found."""

    lines: int
    first_at: datetime | None
    last_at: datetime | None
    broken_at: int | None  #: id of the first line that does not fit
    marked_at: int | None = None  #: id of the line with the hash that was looked for

    @property
    def whole(self) -> bool:
        return self.broken_at is None


def verify(session: Session, *, mark: str = "") -> Verdict:
    """Walk the whole chain; names the first line that does not fit the one before it, and the line whose hash is `mark`."""
    previous = GENESIS
    count = 0
    first = last = marked = None
    for entry in _all_lines(session):
        if entry.previous_hash != previous or fingerprint(entry) != entry.hash:
            return Verdict(count, first, last, entry.id)
        previous = entry.hash
        count += 1
        first = first or entry.at
        last = entry.at
        marked = entry.id if entry.hash == mark else marked
    head = session.execute(select(JournalHead.hash)).scalar_one_or_none()
    if head is not None and head != previous:  # the last lines were cut off
        return Verdict(count, first, last, count + 1)
    return Verdict(count, first, last, None, marked)


def _all_lines(session: Session) -> Iterator[JournalEntry]:
    yield from session.execute(select(JournalEntry).order_by(JournalEntry.id).execution_options(yield_per=1000)).scalars()
