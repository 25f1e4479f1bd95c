"""The draft of a result: its figures frozen with their fingerprint, and the open data that go with them."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tracker.errors import Refused
from tracker.models import Plan, Publication, PublicationFile
from tracker.queries import publications, results
from tracker.queries.publications import Frozen
from tracker.queries.results import Sources
from tracker.rules.access import Actor
from tracker.rules.results import (
    OPEN_BALLOTS,
    Collected,
    MissingUnit,
    fingerprint_of,
    make_result,
    open_data,
    to_table,
)
from tracker.rules.states import PublicationStatus
from tracker.services import journal, openings
from tracker.services.publishing import rooms
from tracker.wording import list_names, number, refusal, search_key

OPEN_DICTIONARY = "tu-dien.csv"
CSV = "text/csv; charset=utf-8"
PENDING = (PublicationStatus.DRAFT, PublicationStatus.APPROVED)


@dataclass(frozen=True)
class NewFile:
    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Makers:
    """How the edge turns data into files."""

    table: Callable[[Sequence[str], Sequence[Sequence[str]]], bytes]  #: columns and rows as CSV for programs
    page: Callable[[Frozen], NewFile]  #: the public page
    documents: Callable[[Frozen], Sequence[NewFile]]  #: report, annex, data: the same before and after it is public


@dataclass(frozen=True)
class Current:
    """The result as the database has it now."""

    table: dict[str, Any]
    fingerprint: str
    open_files: tuple[NewFile, ...]


@dataclass(frozen=True)
class Ahead:
    """What takes seconds, made of one moment before the transaction that writes: it holds while the mark is the same."""

    mark: tuple[str, str]
    current: Current
    documents: tuple[NewFile, ...] = ()


def which_holds(session: Session, plan_id: int, ahead: Ahead | None) -> Ahead | None:
    """`ahead`, unless something was done since that may change it. Under the plan's lock."""
    return ahead if ahead is not None and ahead.mark == results.mark(session, plan_id) else None


def current_result(
    session: Session,
    plan_id: int,
    *,
    sources: Sources,
    makers: Makers,
    exceptions: Sequence[MissingUnit] = (),
    found: Collected | None = None,
) -> Current:
    """The figures and the open data, whole. `found`: what was collected already in this transaction."""
    found = found or results.collected(session, plan_id, sources)
    lines = open_data(
        sources.forms,
        results.ballots(session, plan_id, sorted(found.counts)),
        {unit.id: (unit.group, unit.name) for unit in found.units},
        named_from=found.survey.minimums.ranked,
    )
    words = [(line.column, line.meaning, line.values) for line in lines.dictionary]
    files = (
        NewFile(OPEN_BALLOTS, CSV, makers.table(lines.columns, lines.rows)),
        NewFile(OPEN_DICTIONARY, CSV, makers.table(("cot", "y_nghia", "gia_tri"), words)),
    )
    result = make_result(found, exceptions=exceptions, open_files={file.name: sha256(file.content) for file in files})
    table = to_table(result)
    return Current(table, fingerprint_of(table), files)


def draft_ahead(
    session: Session,
    plan_id: int,
    *,
    sources: Sources,
    makers: Makers,
    exceptions: Mapping[int, str],
    by: Actor,
    now: datetime,
) -> Ahead:
    """The figures of a draft, for `draft_result` with the same values. Raises Refused as that does."""
    _draftable(session, plan_id, by, now, lock=False)
    mark = results.mark(session, plan_id)
    return Ahead(mark, _figures(session, plan_id, exceptions, sources=sources, makers=makers))


def draft_result(
    session: Session,
    plan_id: int,
    *,
    sources: Sources,
    makers: Makers,
    exceptions: Mapping[int, str],
    reason: str,
    by: Actor,
    now: datetime,
    ahead: Ahead | None = None,
) -> Publication:
    """Compute the result and keep it as the draft of the next version; an unpublished one is computed again.

    `exceptions`: units without a valid ballot that the result goes without, and why. `reason` is needed for a correction, that is
    when a version is published already. An approval falls when the figures differ from those that were approved.
    Raises Refused when entries are missing, a unit has no ballots and no exception, or the gate is shut.
    """
    plan = _draftable(session, plan_id, by, now)
    held = which_holds(session, plan_id, ahead)
    current = held.current if held else _figures(session, plan_id, exceptions, sources=sources, makers=makers)
    versions = publications.versions(session, plan_id)
    is_correction = any(version.status in publications.PUBLIC for version in versions)
    if is_correction and not reason.strip():
        raise refusal("correction_reason")
    draft = session.scalar(
        select(Publication)
        .where(Publication.plan_id == plan_id, Publication.status.in_(PENDING))
        .execution_options(populate_existing=True)
    )
    if draft is None:
        draft = _new_draft(session, plan, max((v.version_no for v in versions), default=0) + 1)
    elif draft.fingerprint == current.fingerprint and draft.reason == reason.strip():
        return draft
    _fill(session, draft, current, reason=reason.strip(), by=by, now=now)
    verb = "lập bản đính chính" if is_correction else "lập dự thảo kết quả"
    what = f"bản {draft.version_no}, mã kiểm chứng {current.fingerprint}"
    journal.record(session, journal.Line(verb, what, reason.strip(), plan_id=plan_id), by=by, now=now)
    plan.changed_at = now
    openings.after_change(session, plan_id, None, now, by=by)  # an approval that fell shuts what it had opened
    return draft


def _draftable(session: Session, plan_id: int, by: Actor, now: datetime, *, lock: bool = True) -> Plan:
    plan = rooms.plan_for(session, plan_id, by, "lập dự thảo kết quả", lock=lock)
    rooms.require_open(session, plan, rooms.COMPUTING, today=now.date())
    return plan


def _figures(session: Session, plan_id: int, exceptions: Mapping[int, str], *, sources: Sources, makers: Makers) -> Current:
    found = results.collected(session, plan_id, sources)
    if refused := drafts_refusal(found, exceptions):
        raise refused
    named = [MissingUnit(unit.name, exceptions[unit.id].strip()) for unit in found.without_ballots]
    return current_result(session, plan_id, sources=sources, makers=makers, exceptions=named, found=found)


def drafts_refusal(found: Collected, exceptions: Mapping[int, str]) -> Refused | None:
    """Why no draft can be made of what is there; the page's grey button says the same."""
    valid = sum(unit.valid for unit in found.units)
    if not valid:
        return refusal("result_nothing")
    if found.missing_entries:
        return refusal(
            "result_incomplete",
            missing=number(found.missing_entries),
            valid=number(valid),
            units=number(found.units_missing_entries),
        )
    if found.open_differences:
        return refusal("result_differences", n=number(found.open_differences))
    left = [unit.name for unit in found.without_ballots if not exceptions.get(unit.id, "").strip()]
    if left:
        return refusal("result_unit_missing", names=list_names(left))
    return None


def figures_again(session: Session, row: Publication, *, sources: Sources, makers: Makers) -> Current:
    """What the database gives now of what the draft was made of."""
    exceptions = publications.frozen(session, row.id).result.exceptions
    return current_result(session, row.plan_id, sources=sources, makers=makers, exceptions=exceptions)


def keep_files(session: Session, publication_id: int, files: Sequence[NewFile]) -> None:
    """These files in place of those of the same names."""
    names = [file.name for file in files]
    session.execute(
        delete(PublicationFile).where(PublicationFile.publication_id == publication_id, PublicationFile.name.in_(names))
    )
    session.add_all(
        PublicationFile(
            publication_id=publication_id,
            name=file.name,
            media_type=file.media_type,
            content=file.content,
            sha256=sha256(file.content),
        )
        for file in files
    )
    session.flush()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _new_draft(session: Session, plan: Plan, version_no: int) -> Publication:
    draft = Publication(plan_id=plan.id, version_no=version_no, slug=_slug(plan, version_no))
    session.add(draft)
    return draft


def _slug(plan: Plan, version_no: int) -> str:
    plain = unicodedata.normalize("NFKD", search_key(plan.short_name)).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "ket-qua"
    return f"{words[:60]}-{plan.id}" + (f"-ban-{version_no}" if version_no > 1 else "")


def _fill(session: Session, draft: Publication, current: Current, *, reason: str, by: Actor, now: datetime) -> None:
    draft.status = PublicationStatus.DRAFT
    draft.data, draft.fingerprint, draft.reason = current.table, current.fingerprint, reason
    draft.created_at, draft.created_by = now, by.name
    draft.approved_at, draft.approved_by = None, ""
    draft.document_kind = draft.number = draft.issuer = draft.signatory = ""
    draft.issued_on = None
    session.flush()
    keep_files(session, draft.id, current.open_files)


def result_on(row: Publication) -> date:
    """The day of its figures."""
    return row.created_at.date()
