"""The rooms behind the gates in a rehearsal: ballots are collected week by week, rechecked, keyed twice, and the result approved.

The real services do all of it; only what is written on the papers is made up, the same each time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.models import Ballot, Plan, PlanUnit, RecheckItem, SecondEntryItem, Stage, Task, Unit
from tracker.queries.results import Sources
from tracker.rules.access import Actor
from tracker.rules.entry_rows import EntryRow, Faults
from tracker.rules.questionnaires import Questionnaire
from tracker.rules.states import FINISHED_STATUSES, ConditionKind, MismatchKind, RecheckDecision, RecheckOutcome, Role, WorkKind
from tracker.rules.usual_gates import usual_gates
from tracker.services import catalogue, data_entry, fieldwork, gate_editing, publishing, questionnaires, recheck
from tracker.services.data_entry import SentFile, Typed
from tracker.services.fieldwork import BallotRange, LineInput
from tracker.services.gate_facts import gates_of
from tracker.services.publishing import Approval, Makers
from tracker.services.publishing.rooms import COMPUTING
from tracker.services.questionnaires import Shelf, key_of
from tracker.services.recheck.verdicts import open_resurvey

#: A box without a quota brings so many.
FROM_A_BOX = 50
#: So many of the drawn ballots differ where an event asks for điều tra lại.
MISMATCHES = 2
WORKDAYS_FOR_RESURVEY = 5
FRIDAY = 4


@dataclass(frozen=True)
class Desk:
    """What the edge hands in: questionnaires, formulas, makers of files."""

    shelf: Shelf
    sources: Sources
    makers: Makers
    weekly: bool = True  #: ballots come in week by week; else all on the last day, which is quicker


@dataclass(frozen=True)
class Done:
    """Something that was done in a room."""

    did: str  #: collected, drawn, failed, keyed, approved, published
    unit: str | None
    count: int


@dataclass(frozen=True)
class Work:
    """A task as the rooms look at it."""

    kind: WorkKind
    unit_id: int | None
    round: int
    start_on: date | None
    aim_on: date | None


def add_usual_gates(session: Session, plan_id: int, *, by: Actor, now: datetime) -> None:
    """Conditions on ballots beside those that the stages have. Raises Refused."""
    stages = session.scalars(select(Stage).where(Stage.plan_id == plan_id).order_by(Stage.position)).all()
    quotas = session.scalars(select(PlanUnit.ballots_each).where(PlanUnit.plan_id == plan_id)).all()
    more = usual_gates([stage.work_kind for stage in stages], has_quota=any(quotas))
    own = gates_of(session, plan_id)
    for stage in stages:
        if stage.position in more:
            wanted = (*own[stage.position], *more[stage.position])
            gate_editing.set_conditions(session, stage.id, wanted, by=by, now=now, agreed=True)


@dataclass
class Rooms:
    """The rooms of one plan; `contact_of` says who answers for a unit."""

    session: Session
    plan_id: int
    desk: Desk
    by: Actor
    contact_of: Callable[[int], Actor]
    keyed: set[int] = field(default_factory=set)
    approved: int | None = None  #: the publication

    def __post_init__(self) -> None:
        office = self.by.office_id
        self.first, self.second = (Actor(f"user-rehearsal-{n}", f"Người nhập {n}", Role.CLERK, office) for n in (1, 2))
        rows = self.session.execute(
            select(PlanUnit.unit_id, Unit.name).join(Unit, Unit.id == PlanUnit.unit_id).where(PlanUnit.plan_id == self.plan_id)
        )
        self.names: dict[int, str] = {row.unit_id: row.name for row in rows}

    def on_the_way(self, work: Work, now: datetime) -> Iterator[Done]:
        """What happens on each Friday of fieldwork: the share of the window that has passed is collected."""
        if work.kind is not WorkKind.FIELDWORK or work.round or work.start_on is None:
            return
        if not self.desk.weekly or now.weekday() != FRIDAY:
            return
        whole = ((work.aim_on or now.date()) - work.start_on).days + 1
        passed = (now.date() - work.start_on).days + 1
        for unit_id in self._units(work):
            yield from self._collect(unit_id, self._wanted(unit_id) * min(passed, whole) // whole, now)

    def before_done(self, work: Work, now: datetime, *, fails: Callable[[str], bool]) -> Iterator[Done]:
        """What must be done before the task can be reported. `fails` says of which units the first recheck fails."""
        if work.kind is WorkKind.FIELDWORK:
            for unit_id in self._units(work):
                yield from self._collect(unit_id, self._wanted(unit_id), now)
                self._number(unit_id, now)
        elif work.kind is WorkKind.RECHECK:
            for unit_id in self._units(work):
                yield from self._recheck(unit_id, now, fails=fails(self.names[unit_id]))
        elif work.kind is WorkKind.DATA_ENTRY or (work.kind in (WorkKind.ANALYSIS, WorkKind.REPORT) and not self.keyed):
            yield from self._key([unit for unit in self._units(work) if unit not in self.keyed], now)
        elif work.kind is WorkKind.PUBLICATION and self.approved is not None:
            self._publish(now)
            yield Done("published", None, 1)

    def after_done(self, now: datetime) -> Iterator[Done]:
        """Once all is keyed and computed, and a stage waits for the approval, the result is drafted and approved."""
        asked = any(c.kind is ConditionKind.APPROVED for own in gates_of(self.session, self.plan_id).values() for c in own)
        if self.approved is not None or not self.keyed or not asked:
            return
        computing = select(Task.id).join(Stage, Stage.id == Task.stage_id).where(
            Task.plan_id == self.plan_id, Stage.work_kind.in_(COMPUTING), Task.status.not_in(FINISHED_STATUSES)
        )  # fmt: skip
        if self.session.scalar(computing.limit(1)) is None:
            self._approve(now)
            yield Done("approved", None, 1)

    def _units(self, work: Work) -> Sequence[int]:
        return [work.unit_id] if work.unit_id is not None else list(self.names)

    def _wanted(self, unit_id: int) -> int:
        return self.session.get_one(PlanUnit, (self.plan_id, unit_id)).ballots_each or FROM_A_BOX

    def _collect(self, unit_id: int, target: int, now: datetime) -> Iterator[Done]:
        round_ = fieldwork.round_of_unit(self.session, self.plan_id, unit_id)
        more = target - fieldwork.totals_of_unit(self.session, self.plan_id, unit_id, round_=round_ or None).valid
        if more <= 0:
            return
        line = LineInput(now.date(), handed_out=more, collected=more, valid=more)
        once = f"rehearsal-{round_}-{now.date().isoformat()}"
        fieldwork.record_line(self.session, self.plan_id, unit_id, line, once=once, by=self.contact_of(unit_id), now=now)
        yield Done("collected", self.names[unit_id], more)

    def _number(self, unit_id: int, now: datetime) -> None:
        round_ = fieldwork.round_of_unit(self.session, self.plan_id, unit_id)
        totals = fieldwork.totals_of_unit(self.session, self.plan_id, unit_id, round_=round_)
        if not totals.collected:
            return
        first = 1000 * round_ + 1
        numbers = BallotRange(f"{first:04d}", f"{first + totals.collected - 1:04d}")
        by = self.contact_of(unit_id)
        fieldwork.register_ballots(self.session, self.plan_id, unit_id, [numbers], by=by, now=now)

    def _recheck(self, unit_id: int, now: datetime, *, fails: bool) -> Iterator[Done]:
        standing = recheck.standing_of_unit(self.session, self.plan_id, unit_id)
        if standing.draw_ids:
            return
        fails = fails and standing.round == 0
        drawn = recheck.draw_unit(self.session, self.plan_id, unit_id, by=self.by, now=now)
        yield Done("drawn", self.names[unit_id], drawn.planned)
        self._settle(drawn.id, now, MISMATCHES if fails else 0)
        if not fails:
            recheck.sign_verdict(self.session, self.plan_id, unit_id, RecheckDecision.PASS, by=self.by, now=now)
            return
        again = recheck.draw_second_stage(self.session, self.plan_id, unit_id, by=self.by, now=now)
        self._settle(again.id, now, MISMATCHES)
        recheck.sign_verdict(self.session, self.plan_id, unit_id, RecheckDecision.FAIL, by=self.by, now=now)
        due_on = catalogue.calendars(self.session).of(unit_id).shift(now.date(), WORKDAYS_FOR_RESURVEY)
        open_resurvey(self.session, self.plan_id, unit_id, due_on=due_on, reason="diễn tập", by=self.by, now=now)
        yield Done("failed", self.names[unit_id], drawn.population)

    def _settle(self, draw_id: int, now: datetime, mismatches: int) -> None:
        query = select(RecheckItem.id).where(RecheckItem.draw_id == draw_id).order_by(RecheckItem.position)
        for place, item_id in enumerate(self.session.scalars(query).all()):
            wrong = place < mismatches
            recheck.settle_item(
                self.session,
                item_id,
                RecheckOutcome.MISMATCH if wrong else RecheckOutcome.MATCH,
                kind=MismatchKind.FACT if wrong else None,
                note="diễn tập" if wrong else "",
                by=self.by,
                now=now,
            )

    def _key(self, unit_ids: Sequence[int], now: datetime) -> Iterator[Done]:
        """Every ballot out of a file for each questionnaire, then what is asked for a second time."""
        plan = self.session.get_one(Plan, self.plan_id)
        by_form: defaultdict[str, list[EntryRow]] = defaultdict(list)
        counts: dict[int, int] = {}
        for unit_id in unit_ids:
            group = self.session.get_one(PlanUnit, (self.plan_id, unit_id)).group_name
            form = questionnaires.of_group(plan, group, self.desk.shelf)
            ballots = fieldwork.valid_ballots(self.session, self.plan_id, unit_id)
            rows = by_form[key_of(form)]
            for ballot in ballots:
                answers = written_on(form, unit_id, ballot.number)
                rows.append(EntryRow(len(rows) + 2, self.names[unit_id], ballot.number, answers))
            counts[unit_id] = len(ballots)
        for key, rows in by_form.items():
            if rows:
                file = SentFile("dien-tap.csv", sha256(f"{key}{sorted(counts)}".encode()).hexdigest())
                data_entry.import_entries(
                    self.session, self.plan_id, file, self.desk.shelf[key], rows, Faults(), by=self.first, now=now,
                    shelf=self.desk.shelf,
                )  # fmt: skip
        self._key_again(now)
        self.keyed.update(unit_ids)
        for unit_id, count in counts.items():
            yield Done("keyed", self.names[unit_id], count)

    def _key_again(self, now: datetime) -> None:
        rows = self.session.execute(
            select(Ballot.unit_id, Ballot.number, PlanUnit.group_name)
            .join(SecondEntryItem, SecondEntryItem.ballot_id == Ballot.id)
            .join(PlanUnit, (PlanUnit.plan_id == Ballot.plan_id) & (PlanUnit.unit_id == Ballot.unit_id))
            .where(SecondEntryItem.plan_id == self.plan_id)
            .order_by(SecondEntryItem.id)
        ).all()
        plan = self.session.get_one(Plan, self.plan_id)
        for unit_id, number, group in rows:
            form = questionnaires.of_group(plan, group, self.desk.shelf)
            typed = Typed(number, written_on(form, unit_id, number), questionnaire=key_of(form))
            data_entry.keep_second_entry(
                self.session, self.plan_id, unit_id, typed, by=self.second, now=now, shelf=self.desk.shelf
            )

    def _approve(self, now: datetime) -> None:
        row = publishing.draft_result(
            self.session, self.plan_id, sources=self.desk.sources, makers=self.desk.makers, exceptions={}, reason="", by=self.by,
            now=now,
        )  # fmt: skip
        paper = Approval("Thông báo", "diễn tập", now.date(), "diễn tập", "diễn tập")
        publishing.approve(self.session, row.id, paper, sources=self.desk.sources, makers=self.desk.makers, by=self.by, now=now)
        self.approved = row.id

    def _publish(self, now: datetime) -> None:
        assert self.approved is not None
        publishing.publish(self.session, self.approved, sources=self.desk.sources, makers=self.desk.makers, by=self.by, now=now)


def written_on(form: Questionnaire, unit_id: int, number: str) -> dict[str, str]:
    """What a ballot of a rehearsal says: mostly satisfied, the same each time, no words."""
    found = {}
    for question in form.questions:
        at = sha256(f"{unit_id}|{number}|{question.code}".encode()).digest()[0]
        if question.has_levels:
            found[question.code] = "123444455"[at % 9]
        elif question.type == "text":
            found[question.code] = ""
        else:
            values = [value for value in question.options if value not in question.discards and value != question.other]
            found[question.code] = values[at % len(values)]
    return found
