"""What the letter `held` counts: the letters of a plan that wait for a click."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.mail.messages.rows import HeldLetters
from tracker.models import Contact, Notice, OutboxMessage, Task, Unit
from tracker.rules.states import LetterStatus, NoticeStatus


def held_letters(session: Session, plan_ids: Collection[int]) -> dict[int, HeldLetters]:
    """plan id -> what is held of it. Four queries, however many letters."""
    letters: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    for plan_id, kind, person in session.execute(
        select(OutboxMessage.plan_id, OutboxMessage.kind, OutboxMessage.person)
        .where(OutboxMessage.plan_id.in_(plan_ids), OutboxMessage.status == LetterStatus.HELD)
        .order_by(OutboxMessage.id)
    ):
        letters[plan_id or 0].append((kind, person))
    contacts = {int(p.removeprefix("contact-")) for found in letters.values() for _, p in found if p.startswith("contact-")}
    unit_of: dict[int, int] = {}
    if contacts:
        owners = session.execute(select(Contact.id, Contact.unit_id).where(Contact.id.in_(contacts)))
        unit_of = {row.id: row.unit_id for row in owners}
    counts = session.execute(
        select(Task.plan_id, func.count().label("many"))
        .join(Notice, Notice.task_id == Task.id)
        .where(Task.plan_id.in_(plan_ids), Notice.status == NoticeStatus.SKIPPED)
        .group_by(Task.plan_id)
    )
    skipped: dict[int, int] = {row.plan_id: row.many for row in counts}
    alone: defaultdict[int, list[str]] = defaultdict(list)
    for plan_id, name in session.execute(
        select(Task.plan_id, Unit.name)
        .join(Unit, Unit.id == Task.unit_id)
        .where(Task.plan_id.in_(plan_ids), ~select(Contact.id).where(Contact.unit_id == Unit.id).exists())
        .group_by(Task.plan_id, Unit.name)
        .order_by(Unit.name)
    ):
        alone[plan_id].append(name)
    found: dict[int, HeldLetters] = {}
    for plan_id in plan_ids:
        people = {person for _, person in letters[plan_id]}
        units = {unit_of.get(int(p.removeprefix("contact-"))) for p in people if p.startswith("contact-")}
        kinds = tuple(dict.fromkeys(kind for kind, _ in letters[plan_id]))
        found[plan_id] = HeldLetters(
            len(letters[plan_id]), len(people), len(units), kinds, skipped.get(plan_id, 0), tuple(alone[plan_id])
        )
    return found
