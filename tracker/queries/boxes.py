"""Ballot boxes for their pages and minutes: all of a plan or of a unit, one with its openings. A fixed number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.models import BallotBox, BoxOpening, LedgerLine, Plan, PlanUnit, StoredFile, Unit
from tracker.rules.boxes import Part, Present, is_overdue
from tracker.rules.ledger import Totals, totals_of
from tracker.rules.states import BoxState, PlanStatus
from tracker.services.fieldwork.ledger import day_line

#: Plans whose boxes stand somewhere.
AT_WORK = (PlanStatus.RUNNING, PlanStatus.PAUSED)
_ORDER = (PlanUnit.position, BallotBox.removed_on.is_not(None), BallotBox.id)


@dataclass(frozen=True)
class OpeningRow:
    """The minutes of an opening, with what the ledger says of it now."""

    id: int
    opened_at: datetime
    place: str
    seal_number: str
    sealed_on: date
    lock_whole: bool
    seal_whole: bool
    description: str
    people: tuple[Present, ...]
    ballots: int | None
    numbers: str
    bag_number: str
    receiver: str
    key_to: str
    new_seal_number: str
    remarks: str
    decision: str
    decided_by: str
    decided_at: datetime | None
    by_name: str
    at: datetime
    file_id: int | None
    file_name: str
    lines: tuple[LedgerLine, ...]  #: the count, then its corrections

    @property
    def is_whole(self) -> bool:
        return self.lock_whole and self.seal_whole

    @property
    def now(self) -> Totals:
        """With its corrections."""
        return totals_of(day_line(line) for line in self.lines)

    @property
    def then(self) -> Totals:
        """As counted."""
        return totals_of(day_line(line) for line in self.lines[:1])

    def of(self, part: Part) -> list[Present]:
        return [person for person in self.people if person.part is part]


@dataclass(frozen=True)
class BoxRow:
    """A box of a unit with its openings, the newest first."""

    id: int
    plan_id: int
    unit_id: int
    unit: str
    head_position: str
    has_head: bool  #: letters reach the head
    code: str
    place: str
    seal_number: str
    sealed_on: date
    next_opening_on: date | None
    removed_on: date | None
    openings: tuple[OpeningRow, ...]

    @property
    def waiting(self) -> OpeningRow | None:
        """What was found broken and is not counted yet."""
        return next((opening for opening in self.openings if opening.ballots is None), None)

    @property
    def counted(self) -> tuple[OpeningRow, ...]:
        return tuple(opening for opening in self.openings if opening.ballots is not None)

    @property
    def state(self) -> BoxState:
        if self.removed_on is not None:
            return BoxState.REMOVED
        if self.waiting is None:
            return BoxState.SEALED
        return BoxState.BROKEN if self.waiting.decided_at is None else BoxState.DECIDED

    @property
    def ballots(self) -> int:
        return sum(opening.now.collected for opening in self.openings)

    def is_overdue(self, today: date) -> bool:
        return self.removed_on is None and is_overdue(self.next_opening_on, today)


class BoxMark(NamedTuple):
    """What sums and filters of the list look at, of a box."""

    id: int
    code: str
    removed_on: date | None
    next_opening_on: date | None
    counted: int  #: openings with a count
    waiting: int  #: found broken, not counted yet

    @property
    def in_use(self) -> bool:
        return self.removed_on is None

    @property
    def never_opened(self) -> bool:
        return self.in_use and not self.counted

    @property
    def is_broken(self) -> bool:
        return self.in_use and self.waiting > 0

    def is_overdue(self, today: date) -> bool:
        return self.in_use and is_overdue(self.next_opening_on, today)


def box_marks(session: Session, plan_id: int) -> list[BoxMark]:
    """Every box of a plan, in the order of `boxes_of_plan`. Two statements."""
    counts = session.execute(
        select(BoxOpening.box_id, func.count(BoxOpening.ballots), func.count() - func.count(BoxOpening.ballots))
        .join(BallotBox, BallotBox.id == BoxOpening.box_id)
        .where(BallotBox.plan_id == plan_id)
        .group_by(BoxOpening.box_id)
    )
    opened: dict[int, tuple[int, int]] = {row[0]: (row[1], row[2]) for row in counts}
    rows = session.connection().execute(  # as values: the session would look at each
        select(BallotBox.id, BallotBox.code, BallotBox.removed_on, BallotBox.next_opening_on)
        .join(PlanUnit, (PlanUnit.plan_id == BallotBox.plan_id) & (PlanUnit.unit_id == BallotBox.unit_id))
        .where(BallotBox.plan_id == plan_id)
        .order_by(*_ORDER)
    )
    return [BoxMark(*row, *opened.get(row[0], (0, 0))) for row in rows]


def counted_ballots(session: Session, plan_id: int) -> int:
    """Of all boxes of a plan, with corrections."""
    lines = select(func.sum(LedgerLine.collected)).where(LedgerLine.plan_id == plan_id, LedgerLine.opening_id.is_not(None))
    return int(session.scalar(lines) or 0)


def boxes_of_plan(
    session: Session, plan_id: int, *, unit_ids: Collection[int] | None = None, box_ids: Collection[int] | None = None
) -> list[BoxRow]:
    """All of a plan, of these units or these boxes, in the order of the plan's units, within a unit those taken away last.
    Three statements."""
    query = (
        select(BallotBox, Unit.name, Unit.head_position, Unit.head_email)
        .join(Unit, Unit.id == BallotBox.unit_id)
        .join(PlanUnit, (PlanUnit.plan_id == BallotBox.plan_id) & (PlanUnit.unit_id == BallotBox.unit_id))
        .where(BallotBox.plan_id == plan_id)
        .order_by(*_ORDER)
    )
    if unit_ids is not None:
        query = query.where(BallotBox.unit_id.in_(unit_ids))
    if box_ids is not None:
        query = query.where(BallotBox.id.in_(box_ids))
    found = session.execute(query).all()
    openings = _openings(session, plan_id, [box.id for box, *_ in found]) if found else {}
    return [_row(box, name, position, email, openings.get(box.id, ())) for box, name, position, email in found]


def box(session: Session, box_id: int) -> BoxRow | None:
    found = session.execute(
        select(BallotBox, Unit.name, Unit.head_position, Unit.head_email)
        .join(Unit, Unit.id == BallotBox.unit_id)
        .where(BallotBox.id == box_id)
    ).one_or_none()
    if found is None:
        return None
    return _row(*found, _openings(session, found[0].plan_id, [box_id]).get(box_id, ()))


def is_unit_of_plan(session: Session, plan_id: int, unit_id: int) -> bool:
    query = select(PlanUnit.unit_id).where(PlanUnit.plan_id == plan_id, PlanUnit.unit_id == unit_id)
    return session.scalar(query) is not None


def plans_with_boxes(session: Session, unit_id: int) -> list[tuple[int, str]]:
    """(plan id, its short name) of the running plans in which this unit has boxes in use."""
    rows = session.execute(
        select(Plan.id, Plan.short_name)
        .join(BallotBox, BallotBox.plan_id == Plan.id)
        .where(Plan.status.in_(AT_WORK), BallotBox.unit_id == unit_id, BallotBox.removed_on.is_(None))
        .distinct()
        .order_by(Plan.id)
    )
    return [(plan_id, name) for plan_id, name in rows]


def _row(box: BallotBox, name: str, position: str, email: str, openings: Sequence[OpeningRow]) -> BoxRow:
    return BoxRow(
        box.id,
        box.plan_id,
        box.unit_id,
        name,
        position,
        bool(email),
        box.code,
        box.place,
        box.seal_number,
        box.sealed_on,
        box.next_opening_on,
        box.removed_on,
        tuple(openings),
    )


def _openings(session: Session, plan_id: int, box_ids: Collection[int]) -> Mapping[int, list[OpeningRow]]:
    lines: defaultdict[int, list[LedgerLine]] = defaultdict(list)
    mine = select(BoxOpening.id).where(BoxOpening.box_id.in_(box_ids))
    of_boxes = select(LedgerLine).where(LedgerLine.plan_id == plan_id, LedgerLine.opening_id.in_(mine))
    for line in session.scalars(of_boxes.order_by(LedgerLine.id)):
        lines[line.opening_id or 0].append(line)
    found: defaultdict[int, list[OpeningRow]] = defaultdict(list)
    rows = session.execute(
        select(BoxOpening, StoredFile.file_name)
        .outerjoin(StoredFile, StoredFile.id == BoxOpening.file_id)
        .where(BoxOpening.box_id.in_(box_ids))
        .order_by(BoxOpening.opened_at.desc(), BoxOpening.id.desc())
    )
    for row, file_name in rows:
        people = tuple(Present(Part(p["role"]), p["name"], p["position"]) for p in row.people)
        found[row.box_id].append(
            OpeningRow(
                id=row.id,
                opened_at=row.opened_at,
                place=row.place,
                seal_number=row.seal_number,
                sealed_on=row.sealed_on,
                lock_whole=row.lock_whole,
                seal_whole=row.seal_whole,
                description=row.description,
                people=people,
                ballots=row.ballots,
                numbers=row.numbers,
                bag_number=row.bag_number,
                receiver=row.receiver,
                key_to=row.key_to,
                new_seal_number=row.new_seal_number,
                remarks=row.remarks,
                decision=row.decision,
                decided_by=row.decided_by,
                decided_at=row.decided_at,
                by_name=row.by_name,
                at=row.at,
                file_id=row.file_id,
                file_name=file_name or "",
                lines=tuple(lines.get(row.id, ())),
            )
        )
    return found
