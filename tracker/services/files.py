"""Evidence: what is known of a file that somebody handed in, and who may have it back."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.errors import NotFound
from tracker.models import StoredFile
from tracker.rules.access import Actor
from tracker.rules.evidence import Evidence


def keep_file(
    session: Session,
    evidence: Evidence,
    *,
    stored_as: str,
    office_id: int,
    purpose: str,
    by: Actor,
    now: datetime,
    plan_id: int | None = None,
    unit_id: int | None = None,
    task_id: int | None = None,
) -> StoredFile:
    """The row of a file whose bytes are kept under `stored_as`. The act it belongs to writes the journal."""
    row = StoredFile(
        office_id=office_id,
        plan_id=plan_id,
        unit_id=unit_id,
        task_id=task_id,
        purpose=purpose,
        file_name=evidence.file_name,
        media_type=evidence.media_type,
        size_bytes=len(evidence.content),
        sha256=hashlib.sha256(evidence.content).hexdigest(),
        stored_as=stored_as,
        uploaded_by=by.name,
        uploaded_by_key=by.key,
        uploaded_at=now,
    )
    session.add(row)
    session.flush()
    return row


def file_for(session: Session, file_id: int, *, by: Actor) -> StoredFile:
    """A file that `by` may have: users those of their office, contacts those of their own units.

    Raises NotFound for all others: that a file exists is not told.
    """
    row = session.get(StoredFile, file_id)
    if row is None or row.office_id != by.office_id or (by.is_contact and row.unit_id not in by.unit_ids):
        raise NotFound(f"file {file_id}")
    return row


def known_names(session: Session, names: Collection[str]) -> frozenset[str]:
    """Of these stored names those that a row speaks of."""
    return frozenset(session.scalars(select(StoredFile.stored_as).where(StoredFile.stored_as.in_(names))))
