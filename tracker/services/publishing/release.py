"""Publication: the approved version is frozen with its files, the one before is marked as corrected, everybody is told."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.models import Plan, PlanUnit, Publication, User
from tracker.queries import publications, results
from tracker.queries.results import Sources
from tracker.rules.access import Actor
from tracker.rules.states import PublicationStatus, Role
from tracker.services import catalogue, journal, openings, outbox, people
from tracker.services.people import Person
from tracker.services.publishing import rooms
from tracker.services.publishing.drafting import Ahead, Makers, figures_again, keep_files, which_holds
from tracker.wording import date_short, refusal


def publication_ahead(
    session: Session, publication_id: int, *, sources: Sources, makers: Makers, by: Actor, now: datetime
) -> Ahead | None:
    """The figures that `publish` compares with the approved ones, and the documents, for it with the same values; None where
    it has nothing to do. Raises Refused as that does."""
    plan, row = rooms.publication_for(session, publication_id, by, "công bố kết quả", lock=False)
    if row.status is PublicationStatus.PUBLISHED:
        return None
    _require_approved(session, plan, row, now)
    mark = results.mark(session, plan.id)
    documents = makers.documents(publications.frozen(session, row.id))
    return Ahead(mark, figures_again(session, row, sources=sources, makers=makers), tuple(documents))


def publish(
    session: Session,
    publication_id: int,
    *,
    sources: Sources,
    makers: Makers,
    by: Actor,
    now: datetime,
    ahead: Ahead | None = None,
) -> Publication:
    """Freeze the approved version and let anybody read it; letters go to the units, the leader and the observers.

    A version published before becomes "corrected" and carries a note that leads here. Published twice is once. Raises
    Refused when it is not approved, the gate is shut, or the figures changed since the approval.
    """
    plan, row = rooms.publication_for(session, publication_id, by, "công bố kết quả")
    if row.status is PublicationStatus.PUBLISHED:
        return row
    approved_on = _require_approved(session, plan, row, now)
    held = which_holds(session, plan.id, ahead)
    current = held.current if held else figures_again(session, row, sources=sources, makers=makers)
    if current.fingerprint != row.fingerprint:
        raise refusal("figures_changed", date=date_short(approved_on))
    before = session.scalars(
        select(Publication).where(Publication.plan_id == plan.id, Publication.status == PublicationStatus.PUBLISHED)
    ).all()
    for old in before:
        old.status = PublicationStatus.CORRECTED
    row.status, row.published_at, row.published_by = PublicationStatus.PUBLISHED, now, by.name
    plan.changed_at = now
    session.flush()
    frozen = publications.frozen(session, row.id)
    keep_files(session, row.id, [makers.page(frozen), *(held.documents if held else makers.documents(frozen))])
    for old in before:
        keep_files(session, old.id, [makers.page(publications.frozen(session, old.id))])
    verb = "công bố bản đính chính" if before else "công bố"
    what = f"kết quả, bản {row.version_no}, mã kiểm chứng {row.fingerprint}"
    journal.record(session, journal.Line(verb, what, row.reason, plan_id=plan.id), by=by, now=now)
    _tell(session, plan, row, now=now)
    return row


def _require_approved(session: Session, plan: Plan, row: Publication, now: datetime) -> date:
    """The day of its approval, where nothing but its figures may stand against the publication."""
    if row.status is PublicationStatus.CORRECTED:
        raise refusal("published_frozen")
    if row.status is not PublicationStatus.APPROVED or row.approved_at is None:
        raise refusal("approval_document", missing_fields="số, ngày, người ký")
    rooms.require_open(session, plan, rooms.PUBLISHING, today=now.date())
    return row.approved_at.date()


def _tell(session: Session, plan: Plan, row: Publication, *, now: datetime) -> None:
    """`published` to each contact (one letter a person, however many units), the leader and the observers of the office."""
    unit_ids = session.scalars(select(PlanUnit.unit_id).where(PlanUnit.plan_id == plan.id).order_by(PlanUnit.position)).all()
    who = people.directory(session, plan_ids=[plan.id], unit_ids=unit_ids, day=now.date())
    units_of: dict[Person, list[int]] = {}
    for unit_id in unit_ids:
        for contact in who.contacts.get(unit_id, ()):
            units_of.setdefault(contact, []).append(unit_id)
    above = [who.leaders[plan.id]] if plan.id in who.leaders else []
    observers = session.execute(
        select(User.id, User.name, User.email).where(
            User.office_id == plan.office_id, User.role == Role.OBSERVER, User.is_enabled, User.email != ""
        )
    )
    above += [Person(f"user-{user_id}", name, email) for user_id, name, email in observers]
    held = plan.letters_released_at is None
    not_before = None if held else openings.letter_time(catalogue.work_calendar(session), now)
    outbox.enqueue_many(
        session,
        [
            outbox.NewLetter(
                kind="published",
                key=f"published:{row.id}:{person.key}",
                person=person.key,
                to_name=person.name,
                to_email=person.email,
                facts={"publication_id": row.id, "unit_ids": own},
                day=not_before.date() if not_before else now.date(),
                plan_id=plan.id,
                not_before=not_before,
                held=held,
            )
            for person, own in [*units_of.items(), *((person, []) for person in above)]
        ],
        now=now,
    )
