"""Corrections of a draft, one click each.

Every correction locks the draft, so that two people's edits of different rows both stay; an edit of a row that somebody
else changed meanwhile is refused, naming who and when.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from tracker.errors import Refused
from tracker.rules import review as edits
from tracker.rules.access import Actor
from tracker.rules.parsed import TimePhrase
from tracker.rules.review import FactFields, Review, RowFields, Touch
from tracker.services.intake.drafts import open_draft, points_of_draft, review_of_draft, write_review
from tracker.wording import moment, refusal

Edit = Callable[[Review, Touch], Review]


def correct_row(session: Session, draft_id: int, row: int, fields: RowFields, *, rev: int, by: Actor, now: datetime) -> Review:
    """Write a row as typed; `rev` is the correction the person saw. Raises Refused `changed_meanwhile` when somebody
    changed the row since, and for a row that cannot be (no content, end before start)."""

    def edit(review: Review, touch: Touch) -> Review:
        _require_unchanged(review, row, rev)
        return edits.correct_row(review, row, fields, read_time=reader(review), touch=touch)

    return _edit(session, draft_id, edit, by=by, now=now)


def correct_facts(session: Session, draft_id: int, fields: FactFields, *, rev: int, by: Actor, now: datetime) -> Review:
    """Write the facts of the plan as typed; a new year or day of issue is read into the times."""

    def edit(review: Review, touch: Touch) -> Review:
        if review.fields_rev != rev:
            raise _changed_meanwhile(review.fields_touched, "thông tin kế hoạch")
        after = replace(review, fields=fields)
        return edits.correct_facts(review, fields, read_time=reader(after), touch=touch)

    return _edit(session, draft_id, edit, by=by, now=now)


def switch_before(session: Session, draft_id: int, *, strict: bool, by: Actor, now: datetime) -> Review:
    """Read "Trước ngày" strictly (the day before) or as that day, in every row that no person has fixed."""

    def edit(review: Review, touch: Touch) -> Review:
        read_time = reader(replace(review, before_is_strict=strict))
        return edits.switch_before(review, strict=strict, read_time=read_time, touch=touch)

    return _edit(session, draft_id, edit, by=by, now=now)


def add_row(session: Session, draft_id: int, *, after: int | None, by: Actor, now: datetime) -> int:
    """A new empty row after the row `after`, or at the end; its key."""
    added = 0

    def edit(review: Review, touch: Touch) -> Review:
        nonlocal added
        review, added = edits.add_row(review, after=after, touch=touch)
        return review

    _edit(session, draft_id, edit, by=by, now=now)
    return added


def remove_row(session: Session, draft_id: int, row: int, *, by: Actor, now: datetime) -> Review:
    return _edit(session, draft_id, lambda review, touch: edits.remove_row(review, row, touch=touch), by=by, now=now)


def restore_row(session: Session, draft_id: int, row: int, *, by: Actor, now: datetime) -> Review:
    return _edit(session, draft_id, lambda review, touch: edits.restore_row(review, row, touch=touch), by=by, now=now)


def split_row(session: Session, draft_id: int, row: int, parts: Sequence[str], *, rev: int, by: Actor, now: datetime) -> Review:
    def edit(review: Review, touch: Touch) -> Review:
        _require_unchanged(review, row, rev)
        return edits.split_row(review, row, parts, touch=touch)

    return _edit(session, draft_id, edit, by=by, now=now)


def merge_with_above(session: Session, draft_id: int, row: int, *, by: Actor, now: datetime) -> Review:
    return _edit(session, draft_id, lambda review, touch: edits.merge_with_above(review, row, touch=touch), by=by, now=now)


def move_row(session: Session, draft_id: int, row: int, *, steps: int, by: Actor, now: datetime) -> Review:
    return _edit(session, draft_id, lambda review, touch: edits.move_row(review, row, steps), by=by, now=now)


def settle_doubt(session: Session, draft_id: int, point: str, *, settled: bool, by: Actor, now: datetime) -> Review:
    """Tick a point off as looked at, or open it again."""
    draft = open_draft(session, draft_id, by)
    review = review_of_draft(draft)
    points = points_of_draft(session, draft, review)
    return write_review(session, draft, edits.settle(review, points, point, touch=Touch(by.name, now) if settled else None))


def reader(review: Review) -> Callable[[str], TimePhrase]:
    """How a wording is read for this draft: with its year, its day of issue, its reading of "Trước ngày"."""

    def read(wording: str) -> TimePhrase:
        from tracker.rules.times import read_time  # the reader is large: loaded when a time is typed

        fields = review.fields
        return read_time(wording, year=fields.year, issued_on=fields.issued_on, strict=review.before_is_strict)

    return read


def _edit(session: Session, draft_id: int, edit: Edit, *, by: Actor, now: datetime) -> Review:
    draft = open_draft(session, draft_id, by)
    review = review_of_draft(draft)
    changed = edit(review, Touch(by.name, now))
    return review if changed is review else write_review(session, draft, changed)


def _require_unchanged(review: Review, key: int, rev: int) -> None:
    row = review.row(key)
    if row.rev != rev:
        raise _changed_meanwhile(row.touched, f"dòng {review.position(key) + 1}")


def _changed_meanwhile(touched: Touch | None, what: str) -> Refused:
    who = touched.by if touched else "người khác"
    at = moment(touched.at) if touched else "vừa rồi"
    return refusal("changed_meanwhile", other_user=who, what=what, time=at)
