"""A file of entries taken in whole or not at all; the same file twice is taken in once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tracker.errors import NotFound, Refused
from tracker.models import Ballot, Entry, EntryImport, Plan, PlanUnit, Unit
from tracker.rules.access import Actor, refusal_to_enter
from tracker.rules.ballot_numbers import as_printed
from tracker.rules.entry_rows import NUMBER, UNIT, EntryRow, Faults, refuse_faults
from tracker.rules.questionnaires import Questionnaire
from tracker.rules.states import BallotStatus
from tracker.services import journal, questionnaires
from tracker.services.data_entry import second
from tracker.services.data_entry.after import entries_changed
from tracker.services.data_entry.ballots import USUAL_WIDTH, discard_words
from tracker.services.data_entry.counts import units_entries
from tracker.services.data_entry.rooms import refusals_to_enter
from tracker.services.planning import coordinator_of, get_plan
from tracker.services.questionnaires import Shelf, key_of
from tracker.wording import count, date_short, search_key, sentence

#: Rows a statement.
_PIECE = 500


@dataclass(frozen=True)
class SentFile:
    name: str
    sha256: str
    paperless: bool = False  #: collected online: nothing to key a second time


@dataclass(frozen=True)
class Imported:
    rows: int
    units: int
    again_on: datetime | None = None  #: the same file had been taken in then; nothing was written now


def plan_questionnaires(session: Session, plan: Plan, shelf: Shelf) -> dict[str, Questionnaire]:
    """The questionnaires of a plan's groups, by key."""
    groups = session.scalars(
        select(PlanUnit.group_name).where(PlanUnit.plan_id == plan.id).distinct().order_by(PlanUnit.group_name)
    )
    found = [questionnaires.of_group(plan, group, shelf) for group in groups]
    return {key_of(questionnaire): questionnaire for questionnaire in found}


def known_import(session: Session, plan_id: int, sha256: str) -> EntryImport | None:
    return session.scalar(select(EntryImport).where(EntryImport.plan_id == plan_id, EntryImport.sha256 == sha256))


def import_entries(
    session: Session,
    plan_id: int,
    file: SentFile,
    questionnaire: Questionnaire,
    rows: Sequence[EntryRow],
    faults: Faults,
    *,
    by: Actor,
    now: datetime,
    shelf: Shelf,
    write: bool = True,
) -> Imported:
    """Take in every row, or none. `faults`: what reading the rows has found already. With `write` False the file is only looked
    through.

    Raises RowsRefused with every fault (unit, number, keyed before, discarded, a unit whose gate is shut), Refused, NotFound.
    """
    plan = get_plan(session, plan_id, lock=write)
    if plan.office_id != by.office_id:
        raise NotFound(f"plan {plan_id}")
    refused = refusal_to_enter(by, coordinator_of(session, plan))
    if refused:
        raise Refused(*refused)
    known = known_import(session, plan_id, file.sha256)
    if known is not None:
        return Imported(known.rows, 0, known.at)
    placed = _place(session, plan, questionnaire, rows, faults, shelf=shelf, now=now)
    units = {ballot.unit_id for ballot in placed.values()}
    if not write:
        return Imported(len(rows), len(units))
    taken = EntryImport(
        plan_id=plan_id,
        file_name=file.name[:250],
        sha256=file.sha256,
        rows=len(rows),
        paperless=file.paperless,
        by_name=by.name,
        by_key=by.key,
        at=now,
    )
    session.add(taken)
    session.flush()
    _write(session, plan, questionnaire, rows, placed, taken, by=by, now=now)
    what = f"{count(len(rows), 'phiếu')} của {count(len(units), 'đơn vị')} từ tệp “{taken.file_name}”"
    details = {"sha256": file.sha256, "rows": len(rows), "questionnaire": key_of(questionnaire)}
    journal.record(session, journal.Line("nhập liệu", what, plan_id=plan_id, details=details), by=by, now=now)
    full = [unit for unit, entries in units_entries(session, plan_id).items() if unit in units and entries.left == 0]
    if full:
        second.plan_drawn(session, plan, sorted(full), now=now)
        entries_changed(session, plan_id, None, now=now)
    return Imported(len(rows), len(units))


@dataclass(frozen=True)
class _Ballot:
    id: int
    unit_id: int


def _place(
    session: Session,
    plan: Plan,
    questionnaire: Questionnaire,
    rows: Sequence[EntryRow],
    faults: Faults,
    *,
    shelf: Shelf,
    now: datetime,
) -> dict[int, _Ballot]:
    """line -> its ballot. A constant number of statements however many rows."""
    units = session.execute(
        select(Unit.id, Unit.name, PlanUnit.group_name)
        .join(PlanUnit, PlanUnit.unit_id == Unit.id)
        .where(PlanUnit.plan_id == plan.id)
        .order_by(PlanUnit.position)
    ).all()
    names = {unit.id: unit.name for unit in units}
    by_name: dict[str, list[int]] = defaultdict(list)
    for unit in units:
        by_name[search_key(unit.name)].append(unit.id)
    fitting = {unit.id for unit in units if questionnaires.of_group(plan, unit.group_name, shelf) == questionnaire}
    shut = refusals_to_enter(session, plan, names, now=now)
    ballots = _ballots(session, plan.id)
    width = max((len(number) for _, number in ballots if number.isdigit()), default=USUAL_WIDTH)
    owners: dict[str, int] = {number: unit for unit, number in ballots}
    placed: dict[int, _Ballot] = {}
    seen: dict[tuple[int, str], int] = {}
    shut_said: set[int] = set()
    for row in rows:
        unit_id = _unit_of(row, by_name, names, faults)
        if unit_id is None:
            continue
        if unit_id in shut or unit_id not in fitting:
            if unit_id not in shut_said:  # once a unit, not once a row
                said = shut[unit_id].sentence if unit_id in shut else _other_form(questionnaire, names[unit_id])
                faults.add(row.no, UNIT, sentence("import_unit_shut", row=row.no, sentence=said))
                shut_said.add(unit_id)
            continue
        try:
            number = as_printed(row.number, width=width)
        except Refused:
            pattern = "0" * (width - 1) + "1"
            faults.add(
                row.no, NUMBER, sentence("ballot_format_row", row=row.no, column=NUMBER, value=row.number[:60], pattern=pattern)
            )
            continue
        place = (unit_id, number)
        fault = _fault_of(row, place, ballots, owners, names, seen)
        if fault:
            faults.add(row.no, NUMBER, fault)
            continue
        seen[place] = row.no
        placed[row.no] = _Ballot(ballots[place].id, unit_id)
    refuse_faults(faults)
    return placed


@dataclass(frozen=True)
class _Known:
    id: int
    reason: str  #: why it is discarded, or ""
    entered_on: str


def _ballots(session: Session, plan_id: int) -> dict[tuple[int, str], _Known]:
    rows = session.execute(
        select(Ballot.id, Ballot.unit_id, Ballot.number, Ballot.status, Ballot.discard_reason, Ballot.discard_note, Entry.at)
        .outerjoin(Entry, (Entry.ballot_id == Ballot.id) & (Entry.turn == 1))
        .where(Ballot.plan_id == plan_id)
    )
    return {
        (row.unit_id, row.number): _Known(
            row.id,
            discard_words(row) if row.status is BallotStatus.DISCARDED else "",  # type: ignore[arg-type]  # the two columns
            date_short(row.at.date()) if row.at else "",
        )
        for row in rows
    }


def _unit_of(row: EntryRow, by_name: Mapping[str, Sequence[int]], names: Mapping[int, str], faults: Faults) -> int | None:
    found = by_name.get(search_key(row.unit), ())
    if len(found) == 1:
        return found[0]
    if found:
        faults.add(row.no, UNIT, sentence("unit_ambiguous", row=row.no, value=row.unit[:60], n=len(found)))
        return None
    near = get_close_matches(search_key(row.unit), by_name, n=1, cutoff=0.0) if len(faults.told) < 20 else []
    nearest = names[by_name[near[0]][0]] if near else next(iter(names.values()), "–")
    faults.add(row.no, UNIT, sentence("unit_unknown", row=row.no, value=row.unit[:60], nearest=nearest))
    return None


def _fault_of(
    row: EntryRow,
    place: tuple[int, str],
    ballots: Mapping[tuple[int, str], _Known],
    owners: Mapping[str, int],
    names: Mapping[int, str],
    seen: Mapping[tuple[int, str], int],
) -> str:
    unit_id, number = place
    if place in seen:
        return sentence("ballot_no_repeated", row=row.no, ballot_no=number, other=seen[place])
    known = ballots.get(place)
    if known is None:
        owner = owners.get(number)
        if owner is not None:
            return sentence(
                "ballot_other_unit_row", row=row.no, ballot_no=number, owner=names.get(owner, "–"), unit=names[unit_id]
            )
        return sentence("ballot_no_not_issued", row=row.no, ballot_no=number, unit=names[unit_id])
    if known.reason:
        return sentence("ballot_discarded_row", row=row.no, ballot_no=number, reason=known.reason)
    if known.entered_on:
        return sentence("ballot_no_known", row=row.no, ballot_no=number, date=known.entered_on)
    if row.to_discard:
        return sentence("ballot_to_discard_row", row=row.no, ballot_no=number, note=row.to_discard)
    return ""


def _other_form(questionnaire: Questionnaire, unit: str) -> str:
    return f"{unit} không dùng mẫu phiếu “{questionnaire.title}”; bỏ các dòng của đơn vị này."


def _write(
    session: Session,
    plan: Plan,
    questionnaire: Questionnaire,
    rows: Sequence[EntryRow],
    placed: Mapping[int, _Ballot],
    taken: EntryImport,
    *,
    by: Actor,
    now: datetime,
) -> None:
    values = [
        {
            "plan_id": plan.id,
            "unit_id": placed[row.no].unit_id,
            "ballot_id": placed[row.no].id,
            "turn": 1,
            "questionnaire": key_of(questionnaire),
            "answers": dict(row.answers),
            "once": f"import-{taken.id}-{row.no}",
            "by_name": by.name,
            "by_key": by.key,
            "at": now,
            "import_id": taken.id,
        }
        for row in rows
    ]
    for at in range(0, len(values), _PIECE):
        session.execute(insert(Entry), values[at : at + _PIECE])
    session.flush()
