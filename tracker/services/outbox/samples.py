"""Which letters speak of the sample campaign and of nothing else: those never leave the machine."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.models import Contact, Plan, Task, Unit, User
from tracker.rules.letters import task_ids_of
from tracker.services.outbox.new_letter import NewLetter


def sample_letters(session: Session, letters: Collection[NewLetter]) -> frozenset[str]:
    """Keys of the letters whose plan and tasks are all the sample's, and of those of no plan to the sample's people.

    A letter that also speaks of real work goes out. One query while there is no sample, at most four while there is one.
    """
    plans = set(session.scalars(select(Plan.id).where(Plan.is_sample)))
    if not plans:
        return frozenset()
    tasks = set(session.scalars(select(Task.id).where(Task.plan_id.in_(plans))))
    people = _people(session) if any(letter.plan_id is None for letter in letters) else frozenset()
    return frozenset(
        letter.key
        for letter in letters
        if (letter.plan_id in plans and tasks.issuperset(task_ids_of(letter.facts)))
        or (letter.plan_id is None and letter.person in people)
    )


def _people(session: Session) -> frozenset[str]:
    contacts = session.scalars(select(Contact.id).join(Unit, Unit.id == Contact.unit_id).where(Unit.is_sample))
    users = session.scalars(select(User.id).where(User.is_sample))
    return frozenset([f"contact-{number}" for number in contacts] + [f"user-{number}" for number in users])
