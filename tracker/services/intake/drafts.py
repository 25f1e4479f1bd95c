"""Drafts as they are kept: the original whole, the reading as JSON, the corrections beside it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from tracker.errors import NotFound, Refused
from tracker.models import Office, Plan, PlanDraft, Unit
from tracker.rules import review as edits
from tracker.rules.access import Actor, Coordinator, refusal_to_run
from tracker.rules.document import DocumentText
from tracker.rules.draft_json import document_from_json, document_to_json, parsed_from_json, parsed_to_json
from tracker.rules.method import quotas_of
from tracker.rules.parsed import ParsedPlan
from tracker.rules.review import FactFields, Point, Review
from tracker.rules.schedule import PlanInput
from tracker.rules.states import DraftStatus
from tracker.services import catalogue, journal
from tracker.wording import refusal


def save_draft(
    session: Session,
    *,
    office_id: int,
    file_name: str,
    original: bytes,
    document: DocumentText,
    parsed: ParsedPlan,
    by: Actor,
    now: datetime,
) -> PlanDraft:
    """Keep a document with what was read of it: the original whole with its SHA-256, the reading as JSON.

    A document without any timeline is kept too; its rows can be typed. Raises Refused when `by` may not run plans here.
    """
    require_runner(by, office_id)
    draft = PlanDraft(
        office_id=office_id,
        created_by_id=_user_id(by),
        created_at=now,
        file_name=file_name[:250],
        sha256=fingerprint(original),
        original=original,
        source=document_to_json(document),
        parsed={"read": parsed_to_json(parsed), "review": edits.review_to_json(edits.review_of(parsed))},
    )
    session.add(draft)
    session.flush()
    what = f"bản bóc tách {file_name or 'văn bản dán'}: {len(parsed.timeline.stages)} nội dung công việc"
    journal.record(session, journal.Line("lập", what, details={"draft": draft.id, "sha256": draft.sha256}), by=by, now=now)
    return draft


def fingerprint(original: bytes) -> str:
    return hashlib.sha256(original).hexdigest()


def same_document(session: Session, office_id: int, original: bytes) -> int | None:
    """The office's open draft of the very same file: work on it goes on instead of beginning anew."""
    return session.scalar(
        select(PlanDraft.id)
        .where(PlanDraft.office_id == office_id, PlanDraft.sha256 == fingerprint(original), PlanDraft.status == DraftStatus.OPEN)
        .order_by(PlanDraft.id.desc())
        .limit(1)
    )


def same_signed_plan(session: Session, office_id: int, fields: FactFields) -> Plan | None:
    """A plan that carries the same issuer, number and date: documents are keyed on these three."""
    if fields.issued_on is None or not fields.number or fields.number.startswith("/"):
        return None
    return session.scalar(
        select(Plan)
        .where(
            Plan.office_id == office_id,
            Plan.number == fields.number,
            Plan.issued_on == fields.issued_on,
            Plan.issuer == fields.issuer,
        )
        .limit(1)
    )


def get_draft(session: Session, draft_id: int, *, office_id: int | None, lock: bool = False) -> PlanDraft:
    """The draft of that office; with `lock`, its row is held to the end of the transaction. Raises NotFound."""
    query = select(PlanDraft).where(PlanDraft.id == draft_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    draft = session.execute(query).scalar_one_or_none()
    if draft is None or draft.office_id != office_id:
        raise NotFound(f"draft {draft_id}")
    return draft


def review_of_draft(draft: PlanDraft) -> Review:
    return edits.review_from_json(draft.parsed["review"])


def reading_of_draft(draft: PlanDraft) -> ParsedPlan:
    """What was read of the document, before any correction."""
    return parsed_from_json(draft.parsed["read"])


def document_of_draft(session: Session, draft_id: int) -> DocumentText:
    """The document as lines and tables, for the left side of the review page."""
    source = session.execute(select(PlanDraft).where(PlanDraft.id == draft_id).options(undefer(PlanDraft.source))).scalar_one()
    return document_from_json(source.source)


def points_of_draft(
    session: Session, draft: PlanDraft, review: Review | None = None, *, read: ParsedPlan | None = None
) -> tuple[Point, ...]:
    """What a person must look at in the draft as it stands, ticked off or not, in reading order.

    Owners are compared with the directory only once the office has units. `review` and `read` save reading them again.
    """
    known = known_owners(session, draft.office_id)
    return edits.points_of(
        review or review_of_draft(draft),
        read or reading_of_draft(draft),
        calendar=catalogue.work_calendar(session),
        known_units=known or None,
    )


def known_owners(session: Session, office_id: int) -> list[str]:
    """Names that an owner may have: the office's units, the office itself and what it belongs to; empty without units."""
    units = list(session.scalars(select(Unit.name).where(Unit.office_id == office_id)))
    if not units:
        return []
    office = session.execute(select(Office.name, Office.place).where(Office.id == office_id)).one()
    return [*units, *(name for name in office if name)]


def plan_input(draft: PlanDraft) -> PlanInput:
    """The plan of a draft as corrected: what `planning.preview` and `planning.create_plan` take."""
    review = review_of_draft(draft)
    return replace(edits.plan_input(review), quotas=quotas_of(reading_of_draft(draft).facts, review.fields.groups))


def write_review(session: Session, draft: PlanDraft, review: Review) -> Review:
    draft.parsed = {**draft.parsed, "review": edits.review_to_json(review)}
    session.flush()
    return review


def open_draft(session: Session, draft_id: int, by: Actor) -> PlanDraft:
    draft = get_draft(session, draft_id, office_id=by.office_id, lock=True)
    require_runner(by, draft.office_id)
    if draft.plan_id is not None:
        raise refusal("draft_has_plan")
    if draft.status is not DraftStatus.OPEN:
        raise refusal("draft_accepted")
    return draft


def require_runner(by: Actor, office_id: int) -> None:
    refused = refusal_to_run(by, "rà soát bản bóc tách", office_id=office_id, coordinator=Coordinator("điều phối viên", "–"))
    if refused:
        raise Refused(*refused)


def _user_id(by: Actor) -> int | None:
    return int(by.key.removeprefix("user-")) if by.key.startswith("user-") else None
