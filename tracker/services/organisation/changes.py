"""Units that merge, split, take another name or end: shown first, then done, all or nothing.

The old units end the day before; what they did stays under their names. Their work in running plans goes on under the
people of the unit that follows: its contacts are entered at the old units too, and one person has one letter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from difflib import get_close_matches

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, selectinload

from tracker.errors import UnreadableRows
from tracker.models import Contact, OutboxMessage, Plan, Task, Unit, UnitGroup
from tracker.rules.access import Actor
from tracker.rules.states import FINISHED_STATUSES, LetterStatus, PlanStatus
from tracker.rules.unit_changes import UnitChange, kind_of
from tracker.rules.unit_rows import unit_key
from tracker.services import journal
from tracker.services.organisation.people import CONTACTS_AT_ONCE, in_charge, new_nonce, office_of_runner
from tracker.wording import date_short, search_key, sentence

_WAITING = (LetterStatus.HELD, LetterStatus.QUEUED, LetterStatus.FAILED)


@dataclass(frozen=True)
class OldUnit:
    id: int
    name: str
    open_tasks: int  #: in plans under way


@dataclass(frozen=True)
class Arrangement:
    """One unit that follows, and those it follows; `new` is empty where units only end."""

    kind: str  #: sáp nhập, chia tách, đổi tên, ngừng hoạt động
    new: str
    on: date
    document: str
    olds: tuple[OldUnit, ...]  #: those that end
    exists: bool  #: the unit that follows is there already
    group: str = ""
    contacts: tuple[str, ...] = ()  #: who is in charge of it from that day on

    @property
    def open_tasks(self) -> int:
        return sum(old.open_tasks for old in self.olds)


@dataclass
class _Plan:
    """An arrangement on its way to the database."""

    rows: list[UnitChange]
    olds: list[Unit]  #: all that are named, in the order of the file
    going: list[Unit]  #: those that end
    new: Unit | None
    splits: set[int] = field(default_factory=set)  #: ids of old units that become several

    @property
    def first(self) -> UnitChange:
        return self.rows[0]

    @property
    def contacts(self) -> list[Contact]:
        """Who is in charge of the unit that follows: its own people, else the main contacts of those it follows, in order."""
        day = self.first.on
        own = [c for c in self.new.contacts if in_charge(c, day)] if self.new is not None else []
        if own:
            return own
        serving = [c for old in self.olds for c in old.contacts if in_charge(c, day - timedelta(days=1))]
        by_address: dict[str, Contact] = {}
        for contact in sorted(serving, key=lambda c: c.rank):
            by_address.setdefault(contact.email.lower(), contact)
        return list(by_address.values())[:CONTACTS_AT_ONCE]


def preview_changes(session: Session, rows: Sequence[UnitChange], *, by: Actor) -> list[Arrangement]:
    """What `apply_changes` would do; writes nothing. Raises UnreadableRows with a sentence for each row that cannot be done,
    Refused."""
    plans = _plans(session, rows, by)
    open_tasks = _open_tasks(session, {old.id for plan in plans for old in plan.going})
    return [_shown(plan, open_tasks) for plan in plans]


def apply_changes(session: Session, rows: Sequence[UnitChange], *, by: Actor, now: datetime) -> list[Arrangement]:
    """Do it: new units, the last day of old ones, who follows whom, contacts. Raises as `preview_changes`."""
    plans = _plans(session, rows, by)
    open_tasks = _open_tasks(session, {old.id for plan in plans for old in plan.going})
    done = [_shown(plan, open_tasks) for plan in plans]
    for plan, shown in zip(plans, done, strict=True):
        if plan.first.new and plan.new is None:
            plan.new = _new_unit(session, plan, by)
        for old in plan.going:
            _end(session, old, plan, now)
        session.flush()
        names = ", ".join(old.name for old in shown.olds)
        what = f"{names} thành {shown.new} từ {date_short(shown.on)}" if shown.new else f"{names} từ {date_short(shown.on)}"
        details = {"units": [old.id for old in shown.olds], "new": plan.new.id if plan.new else None}
        journal.record(session, journal.Line(shown.kind, what, why=shown.document, details=details), by=by, now=now)
    return done


def _plans(session: Session, rows: Sequence[UnitChange], by: Actor) -> list[_Plan]:
    office_id = office_of_runner(by, "sắp xếp đơn vị")
    query = select(Unit).where(Unit.office_id == office_id).options(selectinload(Unit.contacts), selectinload(Unit.group))
    units = {unit_key(unit.name): unit for unit in session.scalars(query)}
    plans: dict[str, _Plan] = {}
    faults = []
    for row in rows:
        old, new = units.get(unit_key(row.old)), units.get(unit_key(row.new))
        if old is None:
            near = get_close_matches(unit_key(row.old), units, 1, 0.3)
            faults.append(sentence("unit_unknown", row=row.row, value=row.old, nearest=units[near[0]].name if near else "–"))
        elif ended := next((unit for unit in (old, new) if unit is not None and unit.valid_to is not None), None):
            assert ended.valid_to is not None
            day = date_short(ended.valid_to + timedelta(days=1))
            faults.append(sentence("unit_ended", row=row.row, name=ended.name, date=day))
        else:
            key = unit_key(row.new) or f"\0{row.row}"
            plan = plans.setdefault(key, _Plan([], [], [], new))
            plan.rows.append(row)
            plan.olds.append(old)
            if not row.keeps_name:
                plan.going.append(old)
    followers: dict[int, int] = {}
    for plan in plans.values():
        for old in plan.going:
            followers[old.id] = followers.get(old.id, 0) + 1
    for plan in plans.values():
        plan.splits = {old.id for old in plan.going if followers[old.id] > 1}
    left = _open_tasks(session, {old.id for plan in plans.values() if not plan.first.new for old in plan.going})
    for plan in plans.values():
        for old in plan.going:
            if not plan.first.new and left.get(old.id):
                faults.append(sentence("unit_successor", unit=old.name, date=date_short(plan.first.on), n=left[old.id]))
    if faults:
        raise UnreadableRows(faults)
    return list(plans.values())


def _shown(plan: _Plan, open_tasks: dict[int, int]) -> Arrangement:
    news = 0 if not plan.first.new else 2 if plan.splits else 1
    group = plan.new.group if plan.new is not None else plan.olds[0].group
    return Arrangement(
        kind=kind_of(max(len(plan.olds), 2 if plan.new is not None else 1), news),
        new=plan.first.new,
        on=plan.first.on,
        document=next((row.document for row in plan.rows if row.document), ""),
        olds=tuple(OldUnit(old.id, old.name, open_tasks.get(old.id, 0)) for old in plan.going),
        exists=plan.new is not None,
        group=next((row.group for row in plan.rows if row.group), group.name if group else ""),
        contacts=tuple(c.name for c in plan.contacts) if plan.first.new else (),
    )


def _open_tasks(session: Session, unit_ids: set[int]) -> dict[int, int]:
    """Unit -> its unfinished tasks in plans under way."""
    rows = session.execute(
        select(Task.unit_id, func.count(Task.id))
        .join(Plan, Plan.id == Task.plan_id)
        .where(
            Task.unit_id.in_(unit_ids),
            Task.status.not_in(FINISHED_STATUSES),
            Plan.status.in_((PlanStatus.RUNNING, PlanStatus.PAUSED, PlanStatus.NOT_STARTED)),
        )
        .group_by(Task.unit_id)
    )
    return {unit_id: n for unit_id, n in rows if unit_id is not None} if unit_ids else {}


def _new_unit(session: Session, plan: _Plan, by: Actor) -> Unit:
    """With the head of the first unit that it follows, until somebody writes another."""
    before, row = plan.olds[0], plan.first
    name = next((r.group for r in plan.rows if r.group), "")
    unit = Unit(
        office_id=before.office_id,
        group_id=_group_id(session, before.office_id, name) if name else before.group_id,
        name=row.new,
        search_key=search_key(row.new),
        head_name=before.head_name,
        head_position=before.head_position,
        head_email=before.head_email,
        valid_from=row.on,
        contacts=[],
    )
    session.add(unit)
    for rank, contact in enumerate(plan.contacts, start=1):
        unit.contacts.append(_copied(contact, rank, row.on))
    session.flush()
    return unit


def _group_id(session: Session, office_id: int, name: str) -> int:
    groups = session.scalars(select(UnitGroup).where(UnitGroup.office_id == office_id)).all()
    found = next((group for group in groups if unit_key(group.name) == unit_key(name)), None)
    if found is None:
        found = UnitGroup(office_id=office_id, name=name, position=max((g.position for g in groups), default=0) + 1)
        session.add(found)
        session.flush()
    return found.id


def _copied(contact: Contact, rank: int, day: date) -> Contact:
    return Contact(
        name=contact.name,
        salutation=contact.salutation,
        position=contact.position,
        email=contact.email,
        phone=contact.phone,
        rank=rank,
        valid_from=day,
        weekly_letters=contact.weekly_letters,
        link_nonce=new_nonce(),
    )


def _end(session: Session, old: Unit, plan: _Plan, now: datetime) -> None:
    """The old unit ends; the people of the unit that follows go on with what it has to do."""
    day = plan.first.on
    last = day - timedelta(days=1)
    follows_already = old.successor_id is not None  # of a split: the first unit named goes on with the work
    old.valid_to = last
    if follows_already:
        return
    old.successor_id = plan.new.id if plan.new is not None else None
    followers = [c for c in plan.new.contacts if in_charge(c, day)] if plan.new is not None else []
    here = {c.email.lower(): c for c in old.contacts}
    stay = {c.email.lower() for c in followers}
    for contact in old.contacts:
        if in_charge(contact, last) and contact.email.lower() not in stay:
            contact.valid_to = last
            if contact.valid_from is not None and contact.valid_from > last:
                contact.valid_from = last
            if last < now.date():
                contact.link_nonce = new_nonce()
    for contact in followers:
        known = here.get(contact.email.lower())
        if known is None:
            old.contacts.append(_copied(contact, contact.rank, day))
        elif in_charge(known, day):
            known.rank = contact.rank
        else:
            known.valid_from, known.valid_to, known.rank = day, None, contact.rank
    session.flush()
    if day <= now.date() and followers:
        _pass_letters_on(session, old, followers[0], now.date())


def _pass_letters_on(session: Session, old: Unit, follower: Contact, today: date) -> None:
    """What waits for people who are in charge of nothing any more goes to whoever follows them."""
    gone = [c for c in old.contacts if not in_charge(c, today)]
    if not gone:
        return
    others = session.scalars(
        select(Contact).join(Unit, Unit.id == Contact.unit_id).where(
            Unit.office_id == old.office_id, func.lower(Contact.email).in_({c.email.lower() for c in gone})
        )
    )  # fmt: skip
    busy = {c.email.lower() for c in others if in_charge(c, today)}
    keys = [f"contact-{c.id}" for c in gone if c.email.lower() not in busy]
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.person.in_(keys), OutboxMessage.status.in_(_WAITING))
        .values(person=f"contact-{follower.id}", to_name=follower.name, to_email=follower.email)
    )
