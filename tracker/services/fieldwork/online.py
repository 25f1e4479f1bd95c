"""Số liệu trực tuyến: a file of another system's counts is compared with the ledger, shown, and taken in whole or not at all."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.errors import NotFound, Refused, UnreadableRows
from tracker.models import LedgerLine, Plan, PlanUnit, StoredFile
from tracker.rules.access import Actor
from tracker.rules.ledger import DayLine, Totals, add_up, check_line, totals_of
from tracker.rules.method import method_of_table
from tracker.rules.online_counts import Figures, OnlineRow, difference
from tracker.rules.states import DiscardReason
from tracker.services import journal, openings
from tracker.services.fieldwork.leave import Field, fields_of_plan, require_runner
from tracker.services.fieldwork.ledger import day_line
from tracker.services.planning import check_running, get_plan
from tracker.wording import count, date_short, number, refusal, search_key, sentence

SOURCE = "online"


@dataclass(frozen=True)
class OnlineChange:
    """What the ledger would take in for a unit and day."""

    unit_id: int
    unit: str
    day: date
    was: Figures | None
    now: Figures
    line: DayLine
    round: int
    once: str


@dataclass(frozen=True)
class Comparison:
    changes: tuple[OnlineChange, ...]
    same: int  #: rows that agree with the ledger

    @property
    def digest(self) -> str:
        """Of the changes: what somebody has seen and agrees to."""
        return hashlib.sha256("|".join(change.once for change in self.changes).encode()).hexdigest()


def compare_online(
    session: Session,
    plan_id: int,
    rows: Sequence[OnlineRow],
    questionnaire: str,
    *,
    by: Actor,
    now: datetime,
    lock: bool = False,
) -> Comparison:
    """What the file would change. Raises UnreadableRows with a sentence for each row that cannot be taken, Refused, NotFound.
    A fixed number of statements."""
    plan = get_plan(session, plan_id, lock=lock)
    if by.office_id not in (None, plan.office_id):
        raise NotFound(f"plan {plan_id}")
    require_runner(session, plan, by, "nhập số liệu trực tuyến")
    check_running(plan)
    if not rows:
        raise UnreadableRows([sentence("file_no_rows")])
    fields = fields_of_plan(session, plan)
    taken, sums = _ledger(session, plan_id)
    placed = session.execute(select(PlanUnit.unit_id, PlanUnit.group_name).where(PlanUnit.plan_id == plan_id))
    groups: dict[int, str] = {row[0]: row[1] for row in placed}
    method = method_of_table(plan.method)
    by_name: defaultdict[str, list[Field]] = defaultdict(list)
    for known, _ in fields.values():
        by_name[search_key(known.unit.name)].append(known)
    wrong: list[str] = []
    seen: dict[tuple[int, date], int] = {}
    changes = []
    for row in rows:
        field = _field_of(row, by_name, wrong)
        if field is None:
            continue
        unit_id = field.unit.id
        fault = _fault(row, field, fields[unit_id][1], seen, now.date())
        if not fault and method.of_group(groups[unit_id]).questionnaire != questionnaire:
            fault = sentence("online_other_form", row=row.no, unit=field.unit.name)
        if fault:
            wrong.append(fault)
            continue
        seen[unit_id, row.day] = row.no
        was, last = taken.get((unit_id, row.day), (None, 0))
        line = difference(row.day, was, row.figures, "Số liệu trực tuyến")
        if line is None:
            continue
        problems = check_line(sums.get(unit_id, Totals()), line, unit=field.unit.name)
        if problems:
            wrong.append(sentence("import_unit_shut", row=row.no, sentence=problems[0].sentence))
            continue
        sums[unit_id] = add_up([sums.get(unit_id, Totals()), totals_of([line])])
        text = f"online|{row.day.isoformat()}|{row.figures.collected}|{row.figures.by_official}|{last}"
        once = hashlib.sha256(text.encode()).hexdigest()
        changes.append(OnlineChange(unit_id, field.unit.name, row.day, was, row.figures, line, field.round, once))
    if wrong:
        raise UnreadableRows(wrong)
    return Comparison(tuple(changes), len(rows) - len(changes))


def take_in_online(
    session: Session,
    plan_id: int,
    rows: Sequence[OnlineRow],
    questionnaire: str,
    file: StoredFile | None,
    *,
    seen: str,
    by: Actor,
    now: datetime,
) -> Comparison:
    """Write what differs, under the plan's lock; `seen`: the digest of what was shown. A file that is taken in already changes
    nothing. Raises as `compare_online`, and Refused where the ledger has moved since it was shown."""
    found = compare_online(session, plan_id, rows, questionnaire, by=by, now=now, lock=True)
    if not found.changes:
        return found
    if found.digest != seen:
        raise refusal("online_moved")
    plan = session.get_one(Plan, plan_id)
    session.add_all(_line(change, plan_id, file, by, now) for change in found.changes)
    plan.changed_at = now
    session.flush()
    journal.record_many(session, _said(plan_id, found.changes, file), by=by, now=now)
    openings.after_change(session, plan_id, None, now)
    return found


def _line(change: OnlineChange, plan_id: int, file: StoredFile | None, by: Actor, now: datetime) -> LedgerLine:
    line = change.line
    return LedgerLine(
        plan_id=plan_id,
        unit_id=change.unit_id,
        round=change.round,
        day=line.day,
        handed_out=line.handed_out,
        collected=line.collected,
        valid=line.valid,
        discarded=line.discarded,
        reasons={reason.value: n for reason, n in line.reasons.items()},
        note=line.note + (f", tệp “{file.file_name}”" if file else ""),
        is_correction=line.is_correction,
        source=SOURCE,
        file_id=file.id if file else None,
        once=change.once,
        by_name=by.name,
        by_key=by.key,
        at=now,
    )


def _said(plan_id: int, changes: Sequence[OnlineChange], file: StoredFile | None) -> list[journal.Line]:
    """A line of the journal for each unit."""
    lines = []
    for unit_id in dict.fromkeys(change.unit_id for change in changes):
        own = [change for change in changes if change.unit_id == unit_id]
        sums = totals_of(change.line for change in own)
        signed = f"{'−' if sums.collected < 0 else ''}{number(abs(sums.collected))}"
        what = (
            f"số liệu trực tuyến của {own[0].unit}: {count(len(own), 'ngày')}, thu về {signed}, loại bỏ {number(sums.discarded)}"
        )
        details = {"unit": unit_id, "days": len(own)} | ({"file": file.id, "sha256": file.sha256} if file else {})
        lines.append(journal.Line("nhập", what, plan_id=plan_id, details=details))
    return lines


def _ledger(session: Session, plan_id: int) -> tuple[dict[tuple[int, date], tuple[Figures, int]], dict[int, Totals]]:
    """(unit, day) -> what was taken in from online, with the last line's id; unit -> sums of its whole ledger."""
    taken: dict[tuple[int, date], tuple[Figures, int]] = {}
    lines: defaultdict[int, list[DayLine]] = defaultdict(list)
    for row in session.scalars(select(LedgerLine).where(LedgerLine.plan_id == plan_id).order_by(LedgerLine.id)):
        lines[row.unit_id].append(day_line(row))
        if row.source == SOURCE:
            before, _ = taken.get((row.unit_id, row.day), (Figures(), 0))
            on_behalf = int(row.reasons.get(DiscardReason.ANSWERED_BY_OFFICIAL.value, 0))
            now = Figures(before.collected + row.collected, before.by_official + on_behalf)
            taken[row.unit_id, row.day] = now, row.id
    return taken, {unit_id: totals_of(own) for unit_id, own in lines.items()}


def _field_of(row: OnlineRow, by_name: Mapping[str, Sequence[Field]], wrong: list[str]) -> Field | None:
    found = by_name.get(search_key(row.unit), ())
    if len(found) == 1:
        return found[0]
    if found:
        wrong.append(sentence("unit_ambiguous", row=row.no, value=row.unit[:60], n=len(found)))
        return None
    near = get_close_matches(search_key(row.unit), by_name, n=1, cutoff=0.3)
    wrong.append(
        sentence("unit_unknown", row=row.no, value=row.unit[:60], nearest=by_name[near[0]][0].unit.name if near else "–")
    )
    return None


def _fault(row: OnlineRow, field: Field, shut: Refused | None, seen: Mapping[tuple[int, date], int], today: date) -> str:
    """What is wrong with a row of a known unit; "" when nothing is."""
    if (field.unit.id, row.day) in seen:
        values = {"unit": field.unit.name, "date": date_short(row.day), "other": seen[field.unit.id, row.day]}
        return sentence("online_repeated", row=row.no, **values)
    if shut is not None:
        return sentence("import_unit_shut", row=row.no, sentence=shut.sentence)
    if row.figures.by_official > row.figures.collected:
        values = {"value": number(row.figures.by_official), "min": 0, "max": number(row.figures.collected)}
        return sentence("cell_range", row=row.no, column="Cán bộ trả lời hộ", **values)
    if row.day > today or (field.start_on is not None and row.day < field.start_on):
        start = date_short(field.start_on) if field.start_on else "…"
        return sentence("cell_date_outside", row=row.no, date=date_short(row.day), start_on=start, due_on=date_short(today))
    return ""
