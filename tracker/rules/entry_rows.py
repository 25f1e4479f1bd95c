"""A file of entries: its headings -> which questionnaire and which column is what; its rows -> ballots or faults."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tracker.errors import UnreadableRows
from tracker.rules.entry_answers import stored
from tracker.rules.questionnaires import Questionnaire, check_ballot, personal_heading
from tracker.wording import refusal, search_key, sentence

UNIT = "Đơn vị"
NUMBER = "Mã phiếu"
OTHER_MARK = "khác"
#: So many rows are taken at one time.
ROWS_LIMIT = 60_000
#: So many faults are told; the rest is counted.
FAULTS_SHOWN = 1_000
_MARKED_NUMBER = re.compile(r"^ma phieu(?:\s*\[\s*([a-z0-9-]+@\d+)\s*\])?$")
_OTHER = re.compile(r"^(.+?)\s*\(\s*khac\s*\)$")


@dataclass(frozen=True)
class Fault:
    """Where it is, what is wrong, how to mend it."""

    row: int
    column: str
    sentence: str


class RowsRefused(UnreadableRows):
    """A file with faults; nothing was taken in. `more`: faults beyond those that are told."""

    def __init__(self, faults: Sequence[Fault], rows: int, bad_rows: int, more: int = 0) -> None:
        super().__init__([fault.sentence for fault in faults])
        self.faults = list(faults)
        self.rows = rows
        self.bad_rows = bad_rows
        self.more = more


@dataclass(frozen=True)
class EntryRow:
    """A row that was read: its answers are checked, its unit and number are as typed."""

    no: int
    unit: str
    number: str
    answers: Mapping[str, str]
    to_discard: str = ""  #: why the ballot would have to be discarded


@dataclass
class Faults:
    """Collects what is wrong, and forgets the words of what nobody could read."""

    told: list[Fault] = field(default_factory=list)
    more: int = 0
    rows: set[int] = field(default_factory=set)
    read: int = 0  #: rows of the file

    def add(self, row: int, column: str, words: str) -> None:
        self.rows.add(row)
        if len(self.told) < FAULTS_SHOWN:
            self.told.append(Fault(row, column, words))
        else:
            self.more += 1


@dataclass(frozen=True)
class Columns:
    questionnaire: Questionnaire
    unit: int | None
    number: int
    answers: Mapping[int, str]
    others: Mapping[int, str]
    ignored: tuple[str, ...]


def template_headings(questionnaire: Questionnaire) -> list[str]:
    """The headings of the file to fill in."""
    found = [UNIT, f"{NUMBER} [{questionnaire.code}@{questionnaire.version}]"]
    for question in questionnaire.questions:
        found.append(question.code)
        if question.other:
            found.append(f"{question.code} ({OTHER_MARK})")
    return found


def columns_of(
    headings: Sequence[str], usable: Mapping[str, Questionnaire], shelf: Mapping[str, Questionnaire], *, one_unit: bool = False
) -> Columns:
    """Which column is what. `usable`: the questionnaires of the plan, by key; `shelf`: all that there are, to name a wrong one.

    Raises Refused: another questionnaire's file, columns missing, a column of personal data.
    """
    keys = [search_key(heading) for heading in headings]
    for heading in headings:
        if personal_heading(heading) and not _MARKED_NUMBER.match(search_key(heading)):
            raise refusal("personal_data_column", column=heading)
    number = next((at for at, key in enumerate(keys) if _MARKED_NUMBER.match(key)), None)
    marked = _MARKED_NUMBER.match(keys[number])[1] if number is not None else None  # type: ignore[index]
    questionnaire = _which(keys, marked, usable, shelf)
    unit = next((at for at, key in enumerate(keys) if key == search_key(UNIT)), None)
    by_key = {search_key(question.code): question for question in questionnaire.questions}
    answers, others, ignored = {}, {}, []
    for at, key in enumerate(keys):
        other = _OTHER.match(key)
        if at in (number, unit) or not key:
            continue
        if key in by_key:
            answers[at] = by_key[key].code
        elif other and other[1] in by_key and by_key[other[1]].other:
            others[at] = by_key[other[1]].code
        else:
            ignored.append(headings[at])
    missing = [] if number is not None else [NUMBER]
    missing += [] if unit is not None or one_unit else [UNIT]
    missing += [question.code for question in questionnaire.questions if question.code not in answers.values()]
    if missing or number is None:
        raise refusal("columns_missing", columns=", ".join(missing))
    return Columns(questionnaire, unit, number, answers, others, tuple(ignored))


def read_rows(
    columns: Columns, rows: Iterable[tuple[int, Sequence[str], Sequence[int]]], headings: Sequence[str]
) -> tuple[list[EntryRow], Faults]:
    """Every row whose answers can be taken, and what is wrong with the others. `rows`: (line, cells, places of formulas).
    Raises Refused for a file without rows, or with too many."""
    faults = Faults()
    found = []
    count = 0
    for no, cells, formulas in rows:
        count += 1
        if count > ROWS_LIMIT:
            raise refusal("import_too_many", limit=ROWS_LIMIT)
        for at in formulas:
            faults.add(no, _heading(headings, at), sentence("formula_cell", row=no, column=_heading(headings, at)))
        if formulas:
            continue
        row = _read_row(columns, no, cells, faults)
        if row is not None:
            found.append(row)
    if not count:
        raise refusal("file_no_rows")
    faults.read = count
    return found, faults


def refuse_faults(faults: Faults) -> None:
    """Raises RowsRefused when there is any, in the order of the file."""
    if faults.told:
        told = sorted(faults.told, key=lambda fault: fault.row)
        raise RowsRefused(told, faults.read, len(faults.rows), faults.more)


def _read_row(columns: Columns, no: int, cells: Sequence[str], faults: Faults) -> EntryRow | None:
    width = len(cells)
    number = cells[columns.number].strip() if columns.number < width else ""
    unit = cells[columns.unit].strip() if columns.unit is not None and columns.unit < width else ""
    if not number:
        faults.add(no, NUMBER, sentence("cell_required", row=no, column=NUMBER, expected="số ghi trên phiếu"))
    if not unit and columns.unit is not None:
        faults.add(no, UNIT, sentence("cell_required", row=no, column=UNIT, expected="tên đơn vị"))
    typed = {code: cells[at] if at < width else "" for at, code in columns.answers.items()}
    others = {code: cells[at] for at, code in columns.others.items() if at < width and cells[at]}
    checked = check_ballot(columns.questionnaire, typed, other_texts=others, row=no, blank_cells=True)
    for problem in checked.problems:
        faults.add(no, problem.question, problem.sentence)
    if checked.problems:
        return None
    return EntryRow(no, unit, number, stored(checked), checked.discard.note if checked.discard else "")


def _which(
    keys: Sequence[str], marked: str | None, usable: Mapping[str, Questionnaire], shelf: Mapping[str, Questionnaire]
) -> Questionnaire:
    wanted = ", ".join(questionnaire.title for questionnaire in usable.values())
    if marked is not None:
        if marked in usable:
            return usable[marked]
        known = shelf.get(marked)
        raise refusal("import_other_questionnaire", found=known.title if known else marked, wanted=wanted)
    there = set(keys)

    def share(questionnaire: Questionnaire) -> tuple[int, int]:
        codes = {search_key(question.code) for question in questionnaire.questions}
        return -len(codes - there), len(codes & there)

    best = max(shelf.values(), key=share, default=None)
    whole = [questionnaire for questionnaire in usable.values() if share(questionnaire)[0] == 0]
    if len(whole) == 1 or (whole and best in whole):
        return max(whole, key=share)
    if best is not None and share(best)[0] == 0:
        raise refusal("import_other_questionnaire", found=best.title, wanted=wanted)
    if len(usable) == 1 and share(next(iter(usable.values())))[1]:
        return next(iter(usable.values()))  # columns_of says which columns it lacks
    raise refusal("import_unknown_questionnaire")


def _heading(headings: Sequence[str], at: int) -> str:
    return headings[at] if at < len(headings) and headings[at] else str(at + 1)
