"""Corrections of a draft. Each takes a Review and gives the next one; nothing is lost: removed rows can come back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tracker.errors import NotFound, Refused
from tracker.rules.parsed import TimePhrase
from tracker.rules.review.model import FactFields, Review, Row, Touch, short_name_of
from tracker.rules.states import Scope, TimeKind, WorkKind
from tracker.wording import date_short, search_key, sentence

#: wording -> how it is read for this plan (its year, its day of issue, its reading of "Trước ngày").
ReadTime = Callable[[str], TimePhrase]

#: Kinds of time that have days: what a person types becomes one of the first two.
_UNDATED_BY_NATURE = frozenset({TimeKind.CONTINUOUS, TimeKind.RECURRING, TimeKind.RELATIVE, TimeKind.EVENT_RELATIVE})


@dataclass(frozen=True)
class RowFields:
    """One row as the form gives it."""

    no: str
    content: str
    short_name: str
    lead: str
    coordinating: str
    wording: str
    start_on: date | None
    due_on: date | None
    scope: Scope
    work_kind: WorkKind
    needs_confirmation: bool | None


def correct_row(review: Review, key: int, fields: RowFields, *, read_time: ReadTime, touch: Touch) -> Review:
    """The row as typed. A changed wording is read anew; days typed by a person stand above any reading.

    Raises Refused for a row without content and for an end before its start.
    """
    row = review.row(key)
    _check(fields)
    time, by_hand = _time(row, fields, read_time)
    changed = replace(
        row,
        no=fields.no,
        content=fields.content,
        short_name=fields.short_name or short_name_of(fields.content),
        lead=owners(fields.lead),
        coordinating=owners(fields.coordinating),
        scope=fields.scope,
        work_kind=fields.work_kind,
        needs_confirmation=fields.needs_confirmation,
        time=time,
        days_by_hand=by_hand,
    )
    if changed == row:
        return review
    changed = replace(changed, rev=row.rev + 1, touched=touch)
    return replace(review, rows=tuple(changed if r.key == key else r for r in review.rows))


def add_row(review: Review, *, after: int | None, touch: Touch) -> tuple[Review, int]:
    """A new empty row after the row `after` (None: at the end); also gives its key."""
    key = review.next_key
    row = Row(key=key, no="", content="", time=TimePhrase("", TimeKind.UNDATED), touched=touch)
    at = len(review.rows) if after is None else review.position(after) + 1
    rows = (*review.rows[:at], row, *review.rows[at:])
    return replace(review, rows=rows, next_key=key + 1), key


def remove_row(review: Review, key: int, *, touch: Touch) -> Review:
    """Take a row out; it is kept aside. A row that never held anything just goes."""
    row = review.row(key)
    rows = tuple(r for r in review.rows if r.key != key)
    removed = (*review.removed, replace(row, touched=touch)) if row.content else review.removed
    return replace(review, rows=rows, removed=removed)


def restore_row(review: Review, key: int, *, touch: Touch) -> Review:
    """Put a removed row back at the end; raises NotFound when it is not aside."""
    row = next((r for r in review.removed if r.key == key), None)
    if row is None:
        raise NotFound(f"removed row {key}")
    back = replace(row, rev=row.rev + 1, touched=touch)
    return replace(review, rows=(*review.rows, back), removed=tuple(r for r in review.removed if r.key != key))


def split_row(review: Review, key: int, parts: Sequence[str], *, touch: Touch) -> Review:
    """One row into several with the same owners, time and kind; the first keeps its number and its place in the document.

    Raises Refused for fewer than two parts.
    """
    row = review.row(key)
    texts = [" ".join(p.split()) for p in parts if p.strip()]
    if len(texts) < 2:
        raise Refused("split_parts", sentence("split_parts"))
    first = replace(row, content=texts[0], short_name=short_name_of(texts[0]), rev=row.rev + 1, touched=touch)
    others = [
        replace(row, key=review.next_key + n, no="", content=text, short_name=short_name_of(text), rev=1, touched=touch)
        for n, text in enumerate(texts[1:])
    ]
    at = review.position(key)
    rows = (*review.rows[:at], first, *others, *review.rows[at + 1 :])
    return replace(review, rows=rows, next_key=review.next_key + len(others))


def merge_with_above(review: Review, key: int, *, touch: Touch) -> Review:
    """Join a row to the one above it: contents and owners of both, from the earlier start to the later due date.

    Raises Refused for the first row.
    """
    at = review.position(key)
    if at == 0:
        raise Refused("merge_first", sentence("merge_first"))
    above, row = review.rows[at - 1], review.rows[at]
    time, by_hand = _joined_time(above, row)
    joined = replace(
        above,
        content="; ".join(part for part in (above.content, row.content) if part),
        lead=owners(f"{above.lead}; {row.lead}"),
        coordinating=owners(f"{above.coordinating}; {row.coordinating}"),
        time=time,
        days_by_hand=by_hand,
        rev=above.rev + 1,
        touched=touch,
    )
    return replace(review, rows=(*review.rows[: at - 1], joined, *review.rows[at + 1 :]))


def move_row(review: Review, key: int, steps: int) -> Review:
    """Move a row `steps` places down (up when negative); the ends hold it."""
    at = review.position(key)
    to = min(max(at + steps, 0), len(review.rows) - 1)
    rows = list(review.rows)
    rows.insert(to, rows.pop(at))
    return replace(review, rows=tuple(rows))


def correct_facts(review: Review, fields: FactFields, *, read_time: ReadTime, touch: Touch) -> Review:
    """The facts as typed. A new year or day of issue is read into every time that no person has fixed."""
    old = review.fields
    if fields == old:
        return review
    review = replace(review, fields=fields, fields_rev=review.fields_rev + 1, fields_touched=touch)
    if (fields.year, fields.issued_on) != (old.year, old.issued_on):
        review = _read_again(review, read_time, touch)
    return review


def switch_before(review: Review, *, strict: bool, read_time: ReadTime, touch: Touch) -> Review:
    """Read "Trước ngày" as the day before (strict) or as that day; `read_time` reads the new way."""
    return _read_again(replace(review, before_is_strict=strict), read_time, touch)


def owners(text: str) -> str:
    """Owners parted by ";": trimmed, none twice."""
    found: dict[str, str] = {}
    for part in text.replace("\n", ";").split(";"):
        name = " ".join(part.split())
        if name:
            found.setdefault(search_key(name), name)
    return "; ".join(found.values())


def _check(fields: RowFields) -> None:
    if not fields.content.strip():
        raise Refused("row_content", sentence("row_content"))
    if fields.start_on and fields.due_on and fields.due_on < fields.start_on:
        start, due = date_short(fields.start_on), date_short(fields.due_on)
        raise Refused("end_before_start", sentence("end_before_start", start_on=start, due_on=due))


def _time(row: Row, fields: RowFields, read_time: ReadTime) -> tuple[TimePhrase, bool]:
    """The row's time, and whether its days are a person's."""
    typed = (fields.start_on, fields.due_on)
    days_changed = typed != (row.time.start_on, row.time.due_on)
    wording = " ".join(fields.wording.split())
    if wording == row.time.wording:
        return (_with_days(row.time, *typed), True) if days_changed else (row.time, row.days_by_hand)
    reading = read_time(wording) if wording else TimePhrase("", TimeKind.UNDATED)
    return (_with_days(reading, *typed), True) if days_changed else (reading, False)


def _with_days(time: TimePhrase, start: date | None, due: date | None) -> TimePhrase:
    kind = time.kind
    if start and due:
        kind = kind if kind in (TimeKind.MONTH, TimeKind.QUARTER, TimeKind.YEAR) else TimeKind.WINDOW
    elif due or start:
        kind = TimeKind.DEADLINE
    elif kind not in _UNDATED_BY_NATURE:
        kind = TimeKind.UNDATED
    return replace(time, kind=kind, start_on=start, due_on=due, doubts=())  # a person has said it


def _read_again(review: Review, read_time: ReadTime, touch: Touch) -> Review:
    """Read every time anew that no person has fixed."""
    rows = []
    for row in review.rows:
        reading = row.time if row.days_by_hand or not row.time.wording else read_time(row.time.wording)
        rows.append(row if reading == row.time else replace(row, time=reading, rev=row.rev + 1, touched=touch))
    return replace(review, rows=tuple(rows))


def _joined_time(above: Row, row: Row) -> tuple[TimePhrase, bool]:
    if above.time == row.time or (not row.time.wording and row.time.due_on is None):
        return above.time, above.days_by_hand
    if not above.time.wording and above.time.due_on is None:
        return row.time, row.days_by_hand
    starts = [d for d in (above.time.start_on, row.time.start_on) if d]
    dues = [d for d in (above.time.due_on, row.time.due_on) if d]
    wording = "; ".join(dict.fromkeys(w for w in (above.time.wording, row.time.wording) if w))
    start = min(starts) if starts else None
    return _with_days(replace(above.time, wording=wording), start, max(dues) if dues else None), True
