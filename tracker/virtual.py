"""Virtual time: the real services and the real letters on a database that is thrown away, or on the sample campaign."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from time import monotonic as time_passed
from typing import Any

from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from tracker import clock
from tracker.db import prepare_engine
from tracker.holidays_source import calendar_rows
from tracker.links import Links
from tracker.mail.messages import render_batch
from tracker.method_seeds import formulas
from tracker.models import Base, Contact, Office, OutboxMessage, Unit, User
from tracker.queries.results import Sources
from tracker.questionnaire_seeds import seed_questionnaires
from tracker.rules.access import SYSTEM, Actor
from tracker.rules.events import Event
from tracker.rules.gates import asks_of_ballots
from tracker.rules.letters import task_ids_of
from tracker.rules.parsed import ParsedPlan
from tracker.rules.schedule import plan_input_from
from tracker.rules.states import Role
from tracker.rules.unit_rows import UnitRow
from tracker.services import catalogue, intake, organisation, outbox, planning
from tracker.services.gate_facts import gates_of
from tracker.services.publishing import Makers, NewFile
from tracker.services.questionnaires import key_of
from tracker.services.rehearsal import Deliver, SentLetter, rehearse
from tracker.services.rehearsal_rooms import Desk, add_usual_gates
from tracker.virtual_copy import copy_in_memory


@dataclass(frozen=True)
class Rehearsed:
    """What came of a rehearsal on a copy."""

    lines: list[dict[str, Any]]
    names: dict[str, tuple[str, str]]  #: address -> name, and the unit or the role
    stopped_on: date | None  #: the day at which its time was up


def rehearse_plan(
    source: Session,
    office_id: int,
    *,
    plan_id: int | None = None,
    draft_id: int | None = None,
    start: date,
    end: date,
    events: Sequence[Event],
    by: Actor,
    seconds: float,
) -> Rehearsed:
    """Rehearse a plan, or the plan that an accepted draft would become, on a copy in memory; `source` is only read.

    Ends after `seconds` of work, wherever it has come to. Raises Refused.
    """
    began = time_passed()
    with copy_in_memory(source, office_id, plan_id=plan_id, draft_id=draft_id) as copy:
        if draft_id is not None:
            at = datetime.combine(start, time(6, 0), tzinfo=clock.ZONE)
            plan_id = intake.create_plan_of_draft(copy, draft_id, by=by, now=at).id
            copy.commit()
        assert plan_id is not None
        asks = any(asks_of_ballots(own) for own in gates_of(copy, plan_id).values())
        lines: list[dict[str, Any]] = []
        stopped_on = None
        for line in rehearse(
            copy,
            plan_id,
            start=start,
            end=end,
            events=events,
            deliver=virtual_delivery(copy, base_url="http://localhost"),
            by=by,
            zone=clock.ZONE,
            desk=_desk(weekly=False) if asks else None,
        ):
            lines.append(line)
            if time_passed() - began > seconds:
                stopped_on = date.fromisoformat(line["day"])
                break
        return Rehearsed(lines, _names(copy), stopped_on)


def _names(session: Session) -> dict[str, tuple[str, str]]:
    contacts = session.execute(select(Contact.email, Contact.name, Unit.name).join(Unit, Unit.id == Contact.unit_id))
    heads = session.execute(select(Unit.head_email, Unit.head_name, Unit.name).where(Unit.head_email != ""))
    users = session.execute(select(User.email, User.name, User.position).where(User.email != ""))
    found: dict[str, tuple[str, str]] = {}
    for email, name, role in (*users, *contacts, *heads):
        found.setdefault(email, (name, role))
    return found


#: How many letters are rendered at a time.
BATCH = 500


def virtual_plan(
    parsed: ParsedPlan, rows: Sequence[UnitRow], *, start: date, end: date, events: Sequence[Event], ballots: bool = False
) -> Iterator[dict[str, Any]]:
    """Rehearse a plan as it was read, over the given units, in a database in memory. `ballots`: with the usual conditions on
    ballots, which are then collected, rechecked, keyed and approved. Raises Refused."""
    with plan_in_memory(parsed, rows, start=start, end=end) as (session, plan_id, actor):
        if ballots:
            add_usual_gates(session, plan_id, by=actor, now=datetime.combine(start, time(6, 0), tzinfo=clock.ZONE))
            session.commit()
        yield from rehearse(
            session,
            plan_id,
            start=start,
            end=end,
            events=events,
            deliver=virtual_delivery(session, base_url="http://localhost"),
            by=actor,
            zone=clock.ZONE,
            desk=_desk() if ballots else None,
        )


def _desk(*, weekly: bool = True) -> Desk:
    """Questionnaires and formulas of the project. Nobody reads the result of a rehearsal: of its files only the open data are
    made, which its fingerprint covers."""
    from tracker.documents.writing.sheets import SheetColumn, csv_file  # loaded only where ballots are rehearsed

    def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
        return csv_file([SheetColumn(column) for column in columns], rows, kind="open")

    shelf = {key_of(form): form for form in seed_questionnaires()}
    makers = Makers(table=table, page=lambda _: NewFile("dien-tap.txt", "text/plain", b""), documents=lambda _: [])
    return Desk(shelf, Sources(shelf, formulas()), makers, weekly)


@contextmanager
def plan_in_memory(
    parsed: ParsedPlan, rows: Sequence[UnitRow], *, start: date, end: date
) -> Iterator[tuple[Session, int, Actor]]:
    """A database in memory with the plan as it was read, and its coordinator; thrown away at the end."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    prepare_engine(engine)
    Base.metadata.create_all(engine)
    try:
        with Session(engine, expire_on_commit=False) as session:
            plan_id, actor = _prepare(session, parsed, rows, start, end)
            yield session, plan_id, actor
    finally:
        engine.dispose()


def virtual_delivery(session: Session, *, base_url: str) -> Deliver:
    """A `deliver` that claims, renders and settles as the delivery job does, but hands nothing to a mail server."""
    links = Links(base_url, with_extensions=True)

    def deliver(now: datetime) -> list[SentLetter]:
        gone: list[SentLetter] = []
        while ids := outbox.claim(session, now=now, by="virtual", limit=BATCH):
            messages = list(session.scalars(select(OutboxMessage).where(OutboxMessage.id.in_(ids)).order_by(OutboxMessage.id)))
            rendered = render_batch(
                session,
                messages,
                links=links,
                personal_token=lambda contact_id, _nonce: f"contact-{contact_id}",
                today=now.date(),
            )
            for message in messages:
                letter = rendered.get(message.id)
                if letter is None:
                    outbox.mark_void(session, [message.id], by="virtual", reason="Không còn việc nào để báo.")
                    continue
                outbox.mark_sent(session, message.id, now=now, subject=letter.subject, text=letter.text, html=letter.html)
                listed = tuple(task_ids_of(message.facts))
                fired = tuple(message.facts.get("fired", listed))
                gone.append(SentLetter(message.to_email, message.kind, letter.subject, fired, listed))
            session.commit()
        return gone

    return deliver


def _prepare(session: Session, parsed: ParsedPlan, rows: Sequence[UnitRow], start: date, end: date) -> tuple[int, Actor]:
    """The calendar, an office with its people, the units and the plan."""
    now = datetime.combine(start, time(6, 0), tzinfo=clock.ZONE)
    catalogue.seed_calendar(session, calendar_rows(range(start.year - 1, end.year + 2)))
    office = Office(name="Phòng Nội vụ", place=parsed.facts.issuer)
    session.add(office)
    session.flush()
    coordinator = User(
        office_id=office.id, username="dieu-phoi", name="Điều phối viên", email="dieu-phoi@example.vn", role=Role.COORDINATOR
    )
    leader = User(office_id=office.id, username="lanh-dao", name="Lãnh đạo", email="lanh-dao@example.vn", role=Role.LEADER)
    session.add_all([coordinator, leader])
    session.flush()
    actor = Actor(f"user-{coordinator.id}", coordinator.name, Role.COORDINATOR, office.id)
    organisation.import_units(session, office.id, rows, by=SYSTEM, now=now)
    plan = planning.create_plan(
        session,
        office_id=office.id,
        draft=plan_input_from(parsed),
        unit_ids=list(session.scalars(select(Unit.id).order_by(Unit.id))),
        by=actor,
        now=now,
        leader_id=leader.id,
    )
    session.commit()
    return plan.id, actor
