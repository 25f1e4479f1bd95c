"""A whole campaign driven through the real services: people with their own roles do what the plan asks, day by day.

What is answered on paper is known to the test (`Campaign.papers`), so that results can be worked out without the program.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from hashlib import sha256

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import survey
from tests.builders import moment
from tracker.db import db, transaction
from tracker.documents.tables import read_table
from tracker.models import (
    Ballot,
    Contact,
    EntryDifference,
    Office,
    Plan,
    PlanUnit,
    RecheckDraw,
    RecheckItem,
    SecondEntryItem,
    Stage,
    Task,
    Unit,
    User,
)
from tracker.rules.access import Actor
from tracker.rules.entry_rows import EntryRow, Faults, columns_of, read_rows, template_headings
from tracker.rules.gates import Condition
from tracker.rules.questionnaires import Questionnaire
from tracker.rules.schedule import PlanInput
from tracker.rules.second_entry import Settlement
from tracker.rules.states import ConditionKind, DiscardReason, MismatchKind, RecheckDecision, RecheckOutcome, Role, TaskStatus
from tracker.rules.unit_rows import UnitRow
from tracker.services import data_entry, fieldwork, gate_editing, joining, organisation, planning, progress, publishing, recheck
from tracker.services.fieldwork import BallotRange, DiscardedBallot, LineInput
from tracker.services.gate_facts import gates_of
from tracker.services.publishing import Approval
from tracker.services.questionnaires import key_of, of_group
from tracker.services.recheck.verdicts import open_resurvey
from tracker.web import publication_files

SHELF = survey.FORMS


class Campaign:
    """An office with its people and one plan. Each step is a transaction of its own, at its own moment."""

    def __init__(self, app: Flask, draft: PlanInput, rows: Sequence[UnitRow], *, start: datetime, group: str = "") -> None:
        """`group`: only its units are in the plan from the beginning."""
        self.app = app
        self.papers: dict[int, dict[str, dict[str, str]]] = {}  #: unit -> number of a valid ballot -> what is written on it
        with self.step() as session:
            office = Office(name="Phòng Nội vụ", place="UBND thành phố")
            session.add(office)
            session.flush()
            self.office_id = office.id
            self.ha = self._user(session, "ha", "Trần Thu Hà", Role.COORDINATOR)
            self.checker = self._user(session, "phuctra", "Người Phúc Tra", Role.RECHECKER)
            self.clerks = [
                self._user(session, "lan", "Vũ Thị Lan", Role.CLERK),
                self._user(session, "minh", "Đỗ Văn Minh", Role.CLERK),
                self._user(session, "an", "Lý Thị An", Role.CLERK),
            ]
            organisation.import_units(session, office.id, rows, by=self.ha, now=start)
            unit_ids = organisation.unit_ids_of(session, office.id, [row.name for row in rows if group in ("", row.group)])
            plan = planning.create_plan(session, office_id=office.id, draft=draft, unit_ids=unit_ids, by=self.ha, now=start)
            self.plan_id = plan.id
        with self.step() as session:
            planning.activate_plan(session, self.plan_id, by=self.ha, now=start)
            planning.release_letters(session, self.plan_id, by=self.ha, now=start)
            self.look(session)
            self.contacts: dict[int, Actor] = {}
            for contact in session.scalars(select(Contact).where(Contact.rank == 1)):
                self.contacts[contact.unit_id] = Actor(
                    f"contact-{contact.id}", contact.name, None, self.office_id, frozenset({contact.unit_id})
                )

    def look(self, session: Session) -> None:
        """Who is in the plan, and what each owes."""
        self.names = {unit.id: unit.name for unit in session.scalars(select(Unit))}
        rows = session.execute(
            select(PlanUnit.unit_id, PlanUnit.ballots_each).where(PlanUnit.plan_id == self.plan_id).order_by(PlanUnit.position)
        ).all()
        self.units = [row.unit_id for row in rows]
        self.quota = {row.unit_id: row.ballots_each or 0 for row in rows}

    def join(self, names: Sequence[str], *, now: datetime) -> list[int]:
        """Units that are chosen while the plan runs."""
        with self.step() as session:
            unit_ids = organisation.unit_ids_of(session, self.office_id, names)
            joining.add_units(session, self.plan_id, unit_ids, by=self.ha, now=now)
            session.flush()
            self.look(session)
        return unit_ids

    def _user(self, session: Session, username: str, name: str, role: Role) -> Actor:
        user = User(office_id=self.office_id, username=username, name=name, email=f"{username}@example.vn", role=role)
        session.add(user)
        session.flush()
        return Actor(f"user-{user.id}", name, role, self.office_id)

    @contextmanager
    def step(self) -> Iterator[Session]:
        with self.app.test_request_context(), transaction() as session:
            yield session

    # What every plan needs --------------------------------------------------------------------------------------------

    def gates(self, conditions: Mapping[int, Sequence[Condition]], *, now: datetime) -> None:
        """Conditions more for some stages, beside those that they have."""
        with self.step() as session:
            for position, more in conditions.items():
                stage = self._stage(session, position)
                own = gates_of(session, self.plan_id)[position]
                gate_editing.set_conditions(session, stage.id, [*own, *more], by=self.ha, now=now, agreed=True)

    def _stage(self, session: Session, position: int) -> Stage:
        return session.scalars(select(Stage).where(Stage.plan_id == self.plan_id, Stage.position == position)).one()

    def tasks(self, position: int) -> dict[int | None, TaskStatus]:
        """unit -> status of its (last) task of a stage."""
        with self.app.app_context():
            rows = db.session.execute(
                select(Task.unit_id, Task.status)
                .join(Stage, Stage.id == Task.stage_id)
                .where(Task.plan_id == self.plan_id, Stage.position == position)
                .order_by(Task.round)
            )
            return {row.unit_id: row.status for row in rows}

    def statuses(self, position: int) -> set[TaskStatus]:
        return set(self.tasks(position).values())

    def finish(self, position: int, *, now: datetime, units: Sequence[int] | None = None) -> None:
        """The units (or the office) report the stage; what must be confirmed is confirmed."""
        with self.app.app_context():
            rows = db.session.execute(
                select(Task.id, Task.unit_id)
                .join(Stage, Stage.id == Task.stage_id)
                .where(Task.plan_id == self.plan_id, Stage.position == position, Task.status == TaskStatus.IN_PROGRESS)
                .order_by(Task.id)
            ).all()
        for task_id, unit_id in rows:
            if units is not None and unit_id not in units:
                continue
            with self.step() as session:
                by = self.contacts.get(unit_id, self.ha) if unit_id is not None else self.ha
                progress.complete_task(session, task_id, by=by, now=now)
                if session.get_one(Task, task_id).status is TaskStatus.SUBMITTED:
                    progress.confirm_task(session, task_id, by=self.ha, now=now)

    # Fieldwork -----------------------------------------------------------------------------------------------------------

    def collect(self, unit_id: int, days: Sequence[date], *, valid: int, discarded: int = 0, first: int = 1) -> None:
        """Ledger lines over the days, written by the unit, and the numbers of what was collected."""
        shares = [valid // len(days)] * len(days)
        shares[-1] += valid - sum(shares)
        by = self.contacts.get(unit_id, self.ha)
        for place, (day, share) in enumerate(zip(days, shares, strict=True)):
            last = place == len(days) - 1
            out = discarded if last else 0
            line = LineInput(
                day, handed_out=share + out, collected=share + out, valid=share, discarded=out,
                reasons={DiscardReason.ANSWERED_BY_OFFICIAL: out} if out else {},
                note="Thu thêm thay phiếu cán bộ trả lời hộ" if out else "",
            )  # fmt: skip
            with self.step() as session:
                fieldwork.record_line(
                    session,
                    self.plan_id,
                    unit_id,
                    line,
                    once=f"{unit_id}-{first}-{day}",
                    by=by,
                    now=moment(*day.timetuple()[:3], 16),
                )
        numbers = [f"{n:04d}" for n in range(first, first + valid + discarded)]
        with self.step() as session:
            fieldwork.register_ballots(
                session,
                self.plan_id,
                unit_id,
                [BallotRange(numbers[0], numbers[-1])],
                [DiscardedBallot(number, DiscardReason.ANSWERED_BY_OFFICIAL) for number in numbers[valid:]],
                by=by,
                now=moment(days[-1].year, days[-1].month, days[-1].day, 17),
            )
        form = self.form_of(unit_id)
        self.papers[unit_id] = {number: paper(form, unit_id, int(number)) for number in numbers[:valid]}

    def form_of(self, unit_id: int) -> Questionnaire:
        with self.app.app_context():
            plan = db.session.get_one(Plan, self.plan_id)
            group = db.session.get_one(PlanUnit, (self.plan_id, unit_id)).group_name
            return of_group(plan, group, SHELF)

    # Recheck -------------------------------------------------------------------------------------------------------------

    def draw(self, unit_id: int, *, now: datetime) -> int:
        """How many ballots were drawn."""
        with self.step() as session:
            return recheck.draw_unit(session, self.plan_id, unit_id, by=self.checker, now=now).planned

    def settle(self, unit_id: int, *, stage_no: int = 1, mismatches: int = 0, now: datetime) -> None:
        """Every drawn ballot of the unit's latest round is asked about; the first `mismatches` differ."""
        with self.app.app_context():
            items = db.session.scalars(
                select(RecheckItem.id)
                .join(RecheckDraw, RecheckDraw.id == RecheckItem.draw_id)
                .where(
                    RecheckDraw.plan_id == self.plan_id,
                    RecheckDraw.unit_id == unit_id,
                    RecheckDraw.stage_no == stage_no,
                    RecheckItem.outcome.is_(None),
                )
                .order_by(RecheckItem.position)
            ).all()
        for place, item in enumerate(items):
            wrong = place < mismatches
            with self.step() as session:
                recheck.settle_item(
                    session,
                    item,
                    RecheckOutcome.MISMATCH if wrong else RecheckOutcome.MATCH,
                    kind=MismatchKind.FACT if wrong else None,
                    note="Số lần đi lại khác phiếu" if wrong else "",
                    by=self.checker,
                    now=now,
                )

    def pass_recheck(self, unit_id: int, *, now: datetime) -> int:
        drawn = self.draw(unit_id, now=now)
        self.settle(unit_id, now=now)
        self.sign(unit_id, RecheckDecision.PASS, now=now)
        return drawn

    def sign(self, unit_id: int, decision: RecheckDecision, *, now: datetime) -> None:
        with self.step() as session:
            recheck.sign_verdict(session, self.plan_id, unit_id, decision, by=self.ha, now=now)

    def fail_recheck(self, unit_id: int, *, due_on: date, now: datetime) -> int:
        """Two ballots of either draw differ: the unit is to be surveyed again. Gives the size of the first draw."""
        drawn = self.draw(unit_id, now=now)
        self.settle(unit_id, mismatches=2, now=now)
        with self.step() as session:
            recheck.draw_second_stage(session, self.plan_id, unit_id, by=self.checker, now=now)
        self.settle(unit_id, stage_no=2, mismatches=2, now=now)
        self.sign(unit_id, RecheckDecision.FAIL, now=now)
        with self.step() as session:
            open_resurvey(
                session,
                self.plan_id,
                unit_id,
                due_on=due_on,
                reason="Sai lệch vượt ngưỡng sau hai lần phúc tra",
                by=self.ha,
                now=now,
            )
        return drawn

    # Data entry --------------------------------------------------------------------------------------------------------

    def key(self, unit_id: int, *, by: Actor, now: datetime) -> None:
        """Every ballot of a unit, one by one."""
        form = self.form_of(unit_id)
        for number, answers in self.papers[unit_id].items():
            with self.step() as session:
                data_entry.keep_entry(
                    session,
                    self.plan_id,
                    unit_id,
                    data_entry.Typed(number, answers, questionnaire=key_of(form), once=f"{unit_id}-{number}"),
                    by=by,
                    now=now,
                    shelf=SHELF,
                )

    def import_file(self, unit_ids: Sequence[int], name: str, *, by: Actor, now: datetime) -> int:
        """The ballots of units of one questionnaire as a CSV file; how many rows were taken in."""
        sent, questionnaire, rows, faults = self.read_file(unit_ids, name)
        with self.step() as session:
            return data_entry.import_entries(
                session, self.plan_id, sent, questionnaire, rows, faults, by=by, now=now, shelf=SHELF
            ).rows

    def read_file(self, unit_ids: Sequence[int], name: str) -> tuple[data_entry.SentFile, Questionnaire, list[EntryRow], Faults]:
        form = self.form_of(unit_ids[0])
        lines = [template_headings(form)]
        for unit_id in unit_ids:
            for number, answers in self.papers[unit_id].items():
                cells = [self.names[unit_id], number]
                for question in form.questions:
                    cells += [answers.get(question.code, ""), *([""] if question.other else [])]
                lines.append(cells)
        content = ("\ufeff" + "\r\n".join(";".join(cells) for cells in lines)).encode()
        table = read_table(content, name)
        columns = columns_of(table.headings, {key_of(form): form}, SHELF)
        rows, faults = read_rows(columns, ((r.no, r.cells, r.formulas) for r in table.rows), table.headings)
        return data_entry.SentFile(name, sha256(content).hexdigest()), columns.questionnaire, rows, faults

    def second_entries(self, *, wrong: int, now: datetime) -> tuple[int, int]:
        """What was drawn for a second entry is keyed by another clerk, `wrong` ballots with a slip; a third person settles
        them by the paper. Gives (second entries, differences)."""
        keyed = slips = last = 0
        while True:  # a clerk over the limit is keyed again whole: more may be asked for meanwhile
            with self.app.app_context():
                rows = db.session.execute(
                    select(Ballot.id, Ballot.unit_id, Ballot.number, SecondEntryItem.id)
                    .join(SecondEntryItem, SecondEntryItem.ballot_id == Ballot.id)
                    .where(SecondEntryItem.plan_id == self.plan_id, SecondEntryItem.id > last)
                    .order_by(SecondEntryItem.id)
                ).all()
            if not rows:
                return keyed, slips
            for ballot_id, unit_id, number, item_id in rows:
                last = item_id
                form = self.form_of(unit_id)
                answers = dict(self.papers[unit_id][number])
                if slips < wrong:
                    answers["B1"] = "1" if answers["B1"] != "1" else "2"
                with self.step() as session:
                    data_entry.keep_second_entry(
                        session,
                        self.plan_id,
                        unit_id,
                        data_entry.Typed(number, answers, questionnaire=key_of(form), once=f"second-{ballot_id}"),
                        by=self.clerks[1],
                        now=now,
                        shelf=SHELF,
                    )
                keyed += 1
                if slips < wrong:
                    slips += 1
                    with self.step() as session:
                        questions = session.scalars(
                            select(EntryDifference.question).where(EntryDifference.ballot_id == ballot_id)
                        )
                        choices = {question: data_entry.Choice(Settlement.FIRST_RIGHT) for question in questions}
                        data_entry.settle(session, self.plan_id, ballot_id, choices, by=self.clerks[2], now=now, shelf=SHELF)

    # Publication -------------------------------------------------------------------------------------------------------

    def publish(self, paper_: Approval, *, now: datetime, exceptions: Mapping[int, str] | None = None) -> str:
        """Draft, approval, release; gives the public address's last part."""
        makers = publication_files.makers
        with self.step() as session:
            row = publishing.draft_result(
                session,
                self.plan_id,
                sources=survey.SOURCES,
                makers=makers(),
                exceptions=exceptions or {},
                reason="",
                by=self.ha,
                now=now,
            )
            number = row.id
        with self.step() as session:
            publishing.approve(session, number, paper_, sources=survey.SOURCES, makers=makers(), by=self.ha, now=now)
        with self.step() as session:
            return publishing.publish(session, number, sources=survey.SOURCES, makers=makers(), by=self.ha, now=now).slug


def paper(form: Questionnaire, unit_id: int, number: int) -> dict[str, str]:
    """What is written on a ballot: the same every time; "Việc khác" is not chosen, so that no words are needed beside it."""
    answers = survey.answers(form, unit_id, number)
    for question in form.questions:
        if question.other and answers[question.code] == question.other:
            answers[question.code] = next(value for value in question.options if value != question.other)
    return answers


# By hand: plain fractions over what was written, nothing of the program but the list of questions ------------------------------


def index_of(papers: Sequence[Mapping[str, str]], codes: Sequence[str]) -> Fraction:
    """The mean over the questions of the share of levels 4 and 5 among those who answered, in percent."""
    shares = []
    for code in codes:
        given = [answers[code] for answers in papers if answers.get(code) in {"1", "2", "3", "4", "5"}]
        shares.append(Fraction(100 * sum(level in {"4", "5"} for level in given), len(given)))
    return sum(shares, Fraction(0)) / len(shares)


def two_places(value: Fraction) -> Decimal:
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def ballot_gates(entry: int, analysis: int, publication: int | None = None) -> dict[int, list[Condition]]:
    """Entry waits for the quota and the recheck, analysis for the entries, publication for the approval."""
    found = {
        entry: [Condition(ConditionKind.QUOTA_MET), Condition(ConditionKind.RECHECKED)],
        analysis: [Condition(ConditionKind.ENTRIES_COMPLETE)],
    }
    if publication is not None:
        found[publication] = [Condition(ConditionKind.APPROVED)]
    return found
