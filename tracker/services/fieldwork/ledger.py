"""The ledger of a unit: a day's line is written once and never changed, a correction is a line of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.errors import Refused
from tracker.models import LedgerLine, Plan, Task, Unit
from tracker.rules.access import Actor
from tracker.rules.ledger import DayLine, Totals, check_line, totals_of
from tracker.rules.questionnaires import Problem
from tracker.rules.rounds import RESURVEY
from tracker.rules.states import DiscardReason, TaskStatus
from tracker.services import journal, openings
from tracker.services.fieldwork.leave import Field, open_field
from tracker.wording import date_short, number, sentence


@dataclass(frozen=True)
class LineInput:
    """What somebody typed for a day."""

    day: date
    handed_out: int = 0
    collected: int = 0
    valid: int = 0
    discarded: int = 0
    reasons: Mapping[DiscardReason, int] = field(default_factory=dict)
    note: str = ""
    is_correction: bool = False
    source: str = "unit"  #: unit, office, box, online


@dataclass(frozen=True)
class Recorded:
    line_id: int
    totals: Totals
    again: bool  #: it was there already: the form was sent twice
    change: openings.Change = field(default_factory=openings.Change)


class LineRefused(Refused):
    """A line that may not be written: a sentence for each field."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems[0].key, problems[0].sentence)
        self.problems = tuple(problems)


def record_line(
    session: Session, plan_id: int, unit_id: int, typed: LineInput, *, once: str, by: Actor, now: datetime
) -> Recorded:
    """Write what changed on a day in the ballots of a unit. The same `once` is written once.

    Raises LineRefused with a sentence for each field, Refused while fieldwork is not open, NotFound.
    """
    field_ = open_field(session, plan_id, unit_id, by=by, now=now)
    before = totals_of_unit(session, plan_id, unit_id)
    known = session.scalar(
        select(LedgerLine.id).where(LedgerLine.plan_id == plan_id, LedgerLine.unit_id == unit_id, LedgerLine.once == once)
    )
    if known is not None:
        return Recorded(known, before, again=True)
    line = DayLine(
        typed.day,
        typed.handed_out,
        typed.collected,
        typed.valid,
        typed.discarded,
        {reason: n for reason, n in typed.reasons.items() if n},
        typed.note.strip(),
        typed.is_correction,
    )
    problems = problems_of_line(field_, before, line, today=now.date())
    if line == DayLine(typed.day, note=line.note, is_correction=line.is_correction):
        problems.append(Problem("handed_out", "ledger_empty", sentence("ledger_empty")))
    if problems:
        raise LineRefused(problems)
    return write_line(session, field_.plan, field_.unit, line, field_.round, once=once, source=typed.source, by=by, now=now)


def problems_of_line(field_: Field, before: Totals, line: DayLine, *, today: date) -> list[Problem]:
    """Why a line may not be written now: its day, and what `before` makes of it."""
    quota = field_.quota if field_.round == 0 else None  # a later round exceeds it by what it replaces
    return [*_of_day(line.day, today, field_.start_on), *check_line(before, line, unit=field_.unit.name, quota=quota)]


def write_line(
    session: Session,
    plan: Plan,
    unit: Unit,
    line: DayLine,
    round_: int,
    *,
    once: str,
    source: str,
    by: Actor,
    now: datetime,
    why: str = "",
    opening_id: int | None = None,
) -> Recorded:
    """Write a line that was checked, and let gates look."""
    row = LedgerLine(
        plan_id=plan.id,
        unit_id=unit.id,
        round=round_,
        day=line.day,
        handed_out=line.handed_out,
        collected=line.collected,
        valid=line.valid,
        discarded=line.discarded,
        reasons={reason.value: n for reason, n in line.reasons.items()},
        note=line.note,
        is_correction=line.is_correction,
        source=source,
        opening_id=opening_id,
        once=once,
        by_name=by.name,
        by_key=by.key,
        at=now,
    )
    session.add(row)
    plan.changed_at = now
    session.flush()
    verb = "đính chính" if line.is_correction else "ghi"
    what = f"số phiếu ngày {date_short(line.day)} của {unit.name}: {_figures(line)}"
    details = {"ledger_line": row.id, "unit": unit.id}
    journal.record(session, journal.Line(verb, what, why=why or line.note, plan_id=plan.id, details=details), by=by, now=now)
    totals = totals_of_unit(session, plan.id, unit.id)
    return Recorded(row.id, totals, again=False, change=openings.after_change(session, plan.id, unit.id, now))


def lines_of_unit(session: Session, plan_id: int, unit_id: int) -> list[LedgerLine]:
    """The unit's lines, in the order in which they were written."""
    query = select(LedgerLine).where(LedgerLine.plan_id == plan_id, LedgerLine.unit_id == unit_id).order_by(LedgerLine.id)
    return list(session.scalars(query))


def totals_of_unit(session: Session, plan_id: int, unit_id: int, *, round_: int | None = None) -> Totals:
    """Of all rounds, or of one."""
    lines = lines_of_unit(session, plan_id, unit_id)
    return totals_of(day_line(line) for line in lines if round_ is None or line.round == round_)


def day_line(row: LedgerLine) -> DayLine:
    reasons = {DiscardReason(reason): int(n) for reason, n in row.reasons.items()}
    return DayLine(row.day, row.handed_out, row.collected, row.valid, row.discarded, reasons, row.note, row.is_correction)


def round_of_unit(session: Session, plan_id: int, unit_id: int) -> int:
    """The round whose ballots are drawn and rechecked: the newest điều tra lại, 0 before there is one. A điều tra bổ sung joins
    the round that it fills up."""
    query = select(func.max(Task.round)).where(
        Task.plan_id == plan_id,
        Task.unit_id == unit_id,
        Task.round_kind == RESURVEY,
        Task.status != TaskStatus.CANCELLED,
    )
    return session.scalar(query) or 0


def _of_day(day: date, today: date, start_on: date | None) -> list[Problem]:
    if day > today:
        return [Problem("day", "ledger_future", sentence("ledger_future", date=date_short(day)))]
    if start_on is not None and day < start_on:
        values = {"date": date_short(day), "start_on": date_short(start_on)}
        return [Problem("day", "ledger_before_start", sentence("ledger_before_start", **values))]
    return []


def _figures(line: DayLine) -> str:
    words = (("phát ra", line.handed_out), ("thu về", line.collected), ("hợp lệ", line.valid), ("loại bỏ", line.discarded))
    return ", ".join(f"{word} {'−' if n < 0 else ''}{number(abs(n))}" for word, n in words if n)
