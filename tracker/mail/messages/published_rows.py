"""What letters about a publication speak of."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.mail.messages.rows import PublishedRow
from tracker.models import OutboxMessage, Unit
from tracker.queries import publications


def published_rows(session: Session, messages: Iterable[OutboxMessage]) -> dict[int, PublishedRow]:
    """The published versions that these letters tell of, with the names of the units they are sent to."""
    wanted: dict[int, set[int]] = {}
    for message in messages:
        if message.kind == "published":
            wanted.setdefault(int(message.facts["publication_id"]), set()).update(message.facts["unit_ids"])
    ids = set().union(*wanted.values()) if wanted else set()
    names = {row.id: row.name for row in session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(ids)))} if ids else {}
    return {
        publication_id: PublishedRow(publications.frozen(session, publication_id), {i: names[i] for i in units if i in names})
        for publication_id, units in wanted.items()
    }
