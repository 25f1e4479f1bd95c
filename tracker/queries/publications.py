"""Published versions: for the office's page, for the public, for gates and letters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased, undefer

from tracker.errors import NotFound
from tracker.models import Office, Plan, Publication, PublicationFile
from tracker.rules.results import ResultData, from_table
from tracker.rules.states import PublicationStatus

PUBLIC = (PublicationStatus.PUBLISHED, PublicationStatus.CORRECTED)


class VersionLine(NamedTuple):
    """A version in the list of a plan."""

    id: int
    version_no: int
    slug: str
    status: PublicationStatus
    fingerprint: str
    document_kind: str
    number: str
    issued_on: date | None
    issuer: str
    signatory: str
    reason: str
    created_at: datetime
    created_by: str
    approved_at: datetime | None
    approved_by: str
    published_at: datetime | None
    published_by: str


class PlanRef(NamedTuple):
    """A plan and the office it belongs to."""

    id: int
    office_id: int


class PublicLine(NamedTuple):
    """A published result in the public list."""

    slug: str
    version_no: int
    plan: str
    year: int | None
    office: str
    place: str
    published_at: datetime | None


class StoredPage(NamedTuple):
    media_type: str
    content: bytes
    sha256: str
    published_at: datetime | None


@dataclass(frozen=True)
class Neighbour:
    """Another version of the same result."""

    version_no: int
    slug: str
    published_on: date | None
    reason: str


@dataclass(frozen=True)
class Frozen:
    """A version with everything that its files say."""

    line: VersionLine
    plan_id: int
    table: dict[str, Any]
    result: ResultData
    published_on: date | None
    replaces: Neighbour | None = None
    replaced_by: Neighbour | None = None


def versions(session: Session, plan_id: int) -> list[VersionLine]:
    """All versions of a plan, the newest first."""
    rows = session.execute(_LINE.where(Publication.plan_id == plan_id).order_by(Publication.version_no.desc()))
    return [VersionLine(*row) for row in rows]


def frozen(session: Session, publication_id: int) -> Frozen:
    """Raises NotFound."""
    row = session.scalar(
        select(Publication)
        .where(Publication.id == publication_id)
        .options(undefer(Publication.data))
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound
    others = versions(session, row.plan_id)
    line = next(v for v in others if v.id == row.id)
    earlier = [v for v in others if v.version_no < row.version_no and v.status in PUBLIC]
    later = [v for v in others if v.version_no > row.version_no and v.status in PUBLIC]
    return Frozen(
        line=line,
        plan_id=row.plan_id,
        table=row.data,
        result=from_table(row.data),
        published_on=row.published_at.date() if row.published_at else None,
        replaces=_neighbour(earlier[0]) if earlier else None,
        replaced_by=_neighbour(later[-1]) if later else None,
    )


def stored_page(session: Session, slug: str, name: str) -> StoredPage | None:
    """One file of a published version; None for what is not (or not yet) public. One row, nothing computed."""
    row = session.execute(
        select(PublicationFile.media_type, PublicationFile.content, PublicationFile.sha256, Publication.published_at)
        .join(Publication, Publication.id == PublicationFile.publication_id)
        .where(Publication.slug == slug, PublicationFile.name == name, Publication.status.in_(PUBLIC))
    ).first()
    return StoredPage(*row) if row else None


def public_lines(session: Session) -> list[PublicLine]:
    """What anybody may read, the newest first; a version that was corrected is reached from the one that took its place."""
    rows = session.execute(
        select(
            Publication.slug,
            Publication.version_no,
            Plan.name,
            Plan.year,
            Office.name,
            Office.place,
            Publication.published_at,
        )
        .join(Plan, Plan.id == Publication.plan_id)
        .join(Office, Office.id == Plan.office_id)
        .where(Publication.status == PublicationStatus.PUBLISHED, Plan.is_sample.is_(False))
        .order_by(Publication.published_at.desc(), Publication.id.desc())
    )
    return [PublicLine(*row) for row in rows]


def with_fingerprint(session: Session, fingerprint: str) -> list[VersionLine]:
    """Published versions whose data have this fingerprint."""
    rows = session.execute(_LINE.where(Publication.fingerprint == fingerprint, Publication.status.in_(PUBLIC)))
    return [VersionLine(*row) for row in rows]


def earlier_of_office(session: Session, office_id: int, *, before_plan: int) -> list[tuple[int, str]]:
    """(publication, name) of results of the office's other plans, which a change may be computed from."""
    other = aliased(Plan)
    rows = session.execute(
        select(Publication.id, other.name, other.year)
        .join(other, other.id == Publication.plan_id)
        .where(other.office_id == office_id, other.id != before_plan, Publication.status == PublicationStatus.PUBLISHED)
        .order_by(Publication.published_at.desc())
    )
    return [(row.id, row.name) for row in rows]


def waiting_for_approval(session: Session, office_id: int) -> list[tuple[int, str]]:
    """(plan, short name) of results that are drafted and not approved yet."""
    rows = session.execute(
        select(Plan.id, Plan.short_name)
        .join(Publication, Publication.plan_id == Plan.id)
        .where(Plan.office_id == office_id, Publication.status == PublicationStatus.DRAFT)
        .order_by(Plan.id)
    )
    return [(row.id, row.short_name) for row in rows]


def _neighbour(line: VersionLine) -> Neighbour:
    return Neighbour(line.version_no, line.slug, line.published_at.date() if line.published_at else None, line.reason)


_LINE = select(*(getattr(Publication, name) for name in VersionLine._fields))
