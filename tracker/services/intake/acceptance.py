"""From a reviewed draft to a plan: accepted by a person, units chosen, created once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.errors import Refused
from tracker.models import Plan, PlanDraft, Unit
from tracker.rules import review as edits
from tracker.rules.access import Actor
from tracker.rules.review import Point, Review
from tracker.rules.states import DraftStatus
from tracker.services import journal, planning
from tracker.services.intake.drafts import (
    get_draft,
    open_draft,
    plan_input,
    points_of_draft,
    require_runner,
    review_of_draft,
    same_signed_plan,
    write_review,
)
from tracker.wording import date_short, refusal


def refusal_to_accept(review: Review, points: Sequence[Point]) -> Refused | None:
    """Why the draft cannot be accepted yet: the sentence under the greyed button and the service's answer."""
    if not review.rows:
        return refusal("draft_no_rows")
    empty = [str(n) for n, row in enumerate(review.rows, start=1) if not row.content]
    if empty:
        return refusal("draft_row_empty", rows=", ".join(empty))
    blocking = edits.blocking_points(points)
    if blocking:
        positions = {row.key: n for n, row in enumerate(review.rows, start=1)}
        numbers = sorted({positions[p.row] for p in blocking if p.row in positions})
        rows = f"dòng {', '.join(map(str, numbers))}" if numbers else "xem danh sách"
        return refusal("draft_blocked", n=len(blocking), rows=rows)
    return None


def accept_draft(session: Session, draft_id: int, *, by: Actor, now: datetime) -> PlanDraft:
    """A person stands for the reading: from here on it is laid over units. Raises Refused while points block."""
    draft = open_draft(session, draft_id, by)
    review = review_of_draft(draft)
    refused = refusal_to_accept(review, points_of_draft(session, draft, review))
    if refused:
        raise refused
    draft.status = DraftStatus.ACCEPTED
    session.flush()
    what = f"bản bóc tách {review.fields.name}: {len(review.rows)} giai đoạn"
    journal.record(session, journal.Line("duyệt", what, details={"draft": draft.id, "sha256": draft.sha256}), by=by, now=now)
    return draft


def reopen_draft(session: Session, draft_id: int, *, by: Actor, now: datetime) -> PlanDraft:
    """Back to review, as long as no plan was made of it."""
    draft = get_draft(session, draft_id, office_id=by.office_id, lock=True)
    require_runner(by, draft.office_id)
    if draft.plan_id is not None:
        raise refusal("draft_has_plan")
    if draft.status is not DraftStatus.OPEN:
        draft.status = DraftStatus.OPEN
        session.flush()
        what = f"bản bóc tách {draft.file_name or 'văn bản dán'} để rà soát"
        journal.record(session, journal.Line("mở lại", what, details={"draft": draft.id}), by=by, now=now)
    return draft


def choose_units(session: Session, draft_id: int, unit_ids: Sequence[int], *, by: Actor, now: datetime) -> PlanDraft:
    """Keep which units the plan is for, in the order of the list. Units of another office are passed over."""
    draft = get_draft(session, draft_id, office_id=by.office_id, lock=True)
    require_runner(by, draft.office_id)
    if draft.plan_id is not None:
        raise refusal("draft_has_plan")
    own = set(session.scalars(select(Unit.id).where(Unit.office_id == draft.office_id)))
    chosen = tuple(dict.fromkeys(u for u in unit_ids if u in own))
    write_review(session, draft, replace(review_of_draft(draft), unit_ids=chosen))
    return draft


def create_plan_of_draft(session: Session, draft_id: int, *, by: Actor, now: datetime) -> Plan:
    """The plan of an accepted draft over its chosen units; a second call gives the plan that is already there."""
    draft = get_draft(session, draft_id, office_id=by.office_id, lock=True)
    if draft.plan_id is not None:
        return planning.get_plan(session, draft.plan_id)
    if draft.status is not DraftStatus.ACCEPTED:
        raise refusal("draft_not_accepted")
    review = review_of_draft(draft)
    existing = same_signed_plan(session, draft.office_id, review.fields)
    if existing is not None and existing.issued_on is not None:
        issued_on = date_short(existing.issued_on)
        raise refusal("document_exists", number=existing.number, issued_on=issued_on, issuer=existing.issuer)
    return planning.create_plan(
        session,
        office_id=draft.office_id,
        draft=plan_input(draft),
        unit_ids=review.unit_ids,
        by=by,
        now=now,
        draft_id=draft.id,
    )
