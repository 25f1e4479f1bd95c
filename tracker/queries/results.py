"""From entries to counts, and everything else that a result is made of: a constant number of statements a plan.

Answers are read raw, in chunks, without ORM objects: 100,000 ballots are counted in about a second and few megabytes, so the
database keeps no counts beside the answers and none can go stale there. `mark` says when what a web process computed is still so.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Select, Text, and_, cast, func, select
from sqlalchemy.orm import Session

from tracker.models import (
    Ballot,
    EarlierResult,
    Entry,
    EntryDifference,
    JournalEntry,
    LedgerLine,
    Office,
    Plan,
    PlanUnit,
    RecheckItem,
    Stage,
    Task,
    Unit,
)
from tracker.rules.method import method_of_table, unverified
from tracker.rules.questionnaires import NO_ANSWERS, AnswerType, Questionnaire
from tracker.rules.results import Collected, CollectedUnit, EarlierFigure, PlanHead, Recheck, Survey
from tracker.rules.satisfaction import Formula, UnitCounts, count_ballots
from tracker.rules.states import BallotStatus, QuotaKind, RecheckOutcome, WorkKind
from tracker.wording import refusal


@dataclass(frozen=True)
class Sources:
    """The questionnaires and formulas that there are, handed in by the edge."""

    forms: Mapping[str, Questionnaire]  #: "commune@1" -> questionnaire
    formulas: Mapping[str, Formula]


#: Ballots read at a time.
CHUNK = 2_000

_OF_PLAN = and_(Entry.turn == 1, Ballot.status == BallotStatus.VALID)


class Comment(NamedTuple):
    """What somebody wrote on a ballot: for the office to read, never published."""

    unit: str
    question: str
    text: str


def collected(session: Session, plan_id: int, sources: Sources, *, answers: bool = True) -> Collected:
    """Everything that the result of a plan is made of. The caller knows that the plan may be read. Without `answers` no ballot is
    read: units, their numbers and what is missing are told alike, figures are not."""
    plan = session.execute(
        select(Plan, Office.name, Office.place).join(Office, Office.id == Plan.office_id).where(Plan.id == plan_id)
    ).one()
    row: Plan = plan[0]
    survey = survey_of(row.method, sources)
    span = session.execute(
        select(func.min(Stage.start_on), func.max(Stage.due_on)).where(
            Stage.plan_id == plan_id, Stage.work_kind == WorkKind.FIELDWORK
        )
    ).one()
    return Collected(
        plan=PlanHead(
            name=row.name,
            number=row.number,
            issued_on=row.issued_on,
            issuer=row.issuer,
            place=row.place,
            year=row.year,
            office=plan[1],
            starts_on=span[0],
            ends_on=span[1],
            is_sample=row.is_sample,
        ),
        survey=survey,
        units=_units(session, plan_id),
        counts=counts_of(session, plan_id, sources.forms, survey.formula) if answers else {},
        forms=sources.forms,
        reasons=_reasons(session, plan_id),
        recheck=_recheck(session, plan_id, row.recheck_percent),
        second=session.scalar(
            select(func.count(Entry.id)).where(Entry.plan_id == plan_id, Entry.turn == 2)
        ) or 0,
        earlier=earlier_figures(session, plan_id),
        **_differences(session, plan_id),
    )  # fmt: skip


def survey_of(table: Mapping[str, Any], sources: Sources) -> Survey:
    """By which rules a plan is computed, from its method. Raises Refused where its formula is not known."""
    method = method_of_table(table)
    if method.formula not in sources.formulas:
        raise refusal("formula_missing")
    formula = sources.formulas[method.formula]
    return Survey(
        formula=formula,
        unverified=unverified(method, formula),
        target=_percent(method.target_hundredths),
        group_targets={group.name: _percent(method.target_of(group.name)) for group in method.groups},
        minimums=method.minimums,
        census_groups=frozenset(group.name for group in method.groups if group.quota.kind is QuotaKind.CENSUS),
        group_forms={group.name: group.questionnaire for group in method.groups},
    )


def _percent(hundredths: int | None) -> Decimal | None:
    return None if hundredths is None else Decimal(hundredths).scaleb(-2)


def mark(session: Session, plan_id: int) -> tuple[str, str]:
    """Changes with whatever may change a plan's result: the hashes of the journal's last line of the plan and of its last line
    of no plan (units, offices, questionnaires). Each act writes its line in its own transaction, in one order for all."""
    own, common = (
        select(JournalEntry.hash).where(of_whom).order_by(JournalEntry.id.desc()).limit(1).scalar_subquery()
        for of_whom in (JournalEntry.plan_id == plan_id, JournalEntry.plan_id.is_(None))
    )
    of_plan, of_none = session.execute(select(own, common)).one()
    return of_plan or "", of_none or ""


def counts_of(
    session: Session, plan_id: int, forms: Mapping[str, Questionnaire], formula: Formula, *, unit_id: int | None = None
) -> dict[str, dict[int, UnitCounts]]:
    """questionnaire -> unit -> counts of its valid ballots, from their first entries (settled values stand there). With
    `unit_id` of this unit alone."""
    asked = (
        select(Entry.questionnaire)
        .join(Ballot, Ballot.id == Entry.ballot_id)
        .where(Entry.plan_id == plan_id, _OF_PLAN)
        .distinct()
    )
    used = session.scalars(asked if unit_id is None else asked.where(Entry.unit_id == unit_id)).all()
    found = {}
    for code in sorted(used):  # as many statements as questionnaires: one, or one for each kind of unit
        form = forms[code]
        known = frozenset(form.by_code)
        found[code] = count_ballots(
            form, formula, ((unit, _known(given, known)) for unit, given in _answers(session, plan_id, code, unit_id))
        )
    return found


def forms_of_groups(session: Session, plan_id: int) -> dict[str, str]:
    """group -> questionnaire with which its valid ballots were keyed."""
    rows = session.execute(
        select(PlanUnit.group_name, Entry.questionnaire)
        .join(Entry, and_(Entry.plan_id == PlanUnit.plan_id, Entry.unit_id == PlanUnit.unit_id))
        .join(Ballot, Ballot.id == Entry.ballot_id)
        .where(PlanUnit.plan_id == plan_id, _OF_PLAN)
        .distinct()
        .order_by(Entry.questionnaire)
    )
    return {group: code for group, code in rows}  # noqa: C416 - rows, not pairs


def ballots(session: Session, plan_id: int, codes: Sequence[str]) -> Iterator[tuple[int, str, dict[str, str]]]:
    """(unit, questionnaire, answers) of every valid ballot."""
    for code in codes:
        for unit, given in _answers(session, plan_id, code):
            yield unit, code, given


def comments(session: Session, plan_id: int, forms: Mapping[str, Questionnaire], *, limit: int) -> tuple[int, list[Comment]]:
    """How many words there are on ballots, and the first of them, unit by unit."""
    used = session.scalars(select(Entry.questionnaire).where(Entry.plan_id == plan_id, Entry.turn == 1).distinct()).all()
    rows = session.execute(
        select(Unit.id, Unit.name).join(PlanUnit, PlanUnit.unit_id == Unit.id).where(PlanUnit.plan_id == plan_id)
    )
    names = {unit_id: name for unit_id, name in rows}  # noqa: C416 - rows, not pairs
    total = 0
    found: list[Comment] = []
    for code in sorted(used):
        texts = [question for question in forms[code].questions if question.type is AnswerType.TEXT]
        for unit, given in _answers(session, plan_id, code):
            for question in texts:
                words = given.get(question.code, "")
                if words and words not in NO_ANSWERS:
                    total += 1
                    if len(found) < limit:
                        found.append(Comment(names[unit], question.text, words))
    return total, found


def earlier_figures(session: Session, plan_id: int) -> dict[tuple[str, str], EarlierFigure]:
    """(scope, subject) -> the figure of an earlier plan."""
    rows = session.execute(
        select(
            EarlierResult.scope,
            EarlierResult.subject,
            EarlierResult.hundredths,
            EarlierResult.source,
            EarlierResult.comparable,
            EarlierResult.why_not,
        ).where(EarlierResult.plan_id == plan_id)
    )
    return {
        (scope, subject): EarlierFigure(Decimal(hundredths).scaleb(-2), source, comparable, why_not)
        for scope, subject, hundredths, source, comparable, why_not in rows
    }


def _answers(session: Session, plan_id: int, code: str, unit_id: int | None = None) -> Iterator[tuple[int, dict[str, str]]]:
    discarded = select(Ballot.id).where(Ballot.plan_id == plan_id, Ballot.status == BallotStatus.DISCARDED)
    query: Select[int, str] = (
        select(Entry.unit_id, cast(Entry.answers, Text))
        .where(Entry.plan_id == plan_id, Entry.turn == 1, Entry.questionnaire == code, Entry.ballot_id.not_in(discarded))
        .order_by(Entry.unit_id)
    )
    if unit_id is not None:
        query = query.where(Entry.unit_id == unit_id)
    for chunk in session.execute(query, execution_options={"yield_per": CHUNK}).partitions():
        # One call for many ballots: the decoder keeps each question's code once.
        decoded = json.loads(f"[{','.join(row[1] for row in chunk)}]")
        yield from zip((row[0] for row in chunk), decoded, strict=True)


def _known(given: dict[str, str], known: frozenset[str]) -> dict[str, str]:
    """Without what is kept beside the answers: words written next to "Khác"."""
    return given if given.keys() <= known else {code: value for code, value in given.items() if code in known}


def _units(session: Session, plan_id: int) -> tuple[CollectedUnit, ...]:
    sums = {
        row.unit_id: row
        for row in session.execute(
            select(
                LedgerLine.unit_id,
                func.sum(LedgerLine.handed_out).label("handed_out"),
                func.sum(LedgerLine.collected).label("collected"),
                func.sum(LedgerLine.discarded).label("discarded"),
            )
            .where(LedgerLine.plan_id == plan_id)
            .group_by(LedgerLine.unit_id)
        )
    }
    valid = _by_unit(session, select(Ballot.unit_id, func.count()).where(
        Ballot.plan_id == plan_id, Ballot.status == BallotStatus.VALID
    ).group_by(Ballot.unit_id))  # fmt: skip
    entered = _by_unit(session, select(Entry.unit_id, func.count()).join(Ballot, Ballot.id == Entry.ballot_id).where(
        Entry.plan_id == plan_id, _OF_PLAN
    ).group_by(Entry.unit_id))  # fmt: skip
    rows = session.execute(
        select(Unit.id, Unit.name, PlanUnit.group_name, PlanUnit.ballots_each, PlanUnit.quota_basis)
        .join(Unit, Unit.id == PlanUnit.unit_id)
        .where(PlanUnit.plan_id == plan_id)
        .order_by(PlanUnit.position)
    )
    return tuple(
        CollectedUnit(
            id=unit_id,
            name=name,
            group=group,
            quota=quota,
            files=basis.get("files"),
            handed_out=int(sums[unit_id].handed_out) if unit_id in sums else 0,
            collected=int(sums[unit_id].collected) if unit_id in sums else 0,
            discarded=int(sums[unit_id].discarded) if unit_id in sums else 0,
            valid=valid.get(unit_id, 0),
            entered=entered.get(unit_id, 0),
        )
        for unit_id, name, group, quota, basis in rows
    )


def _by_unit(session: Session, query: Select[int, int]) -> dict[int, int]:
    return {unit_id: n for unit_id, n in session.execute(query)}  # noqa: C416 - rows, not pairs


def _reasons(session: Session, plan_id: int) -> dict[str, int]:
    found: Counter[str] = Counter()
    for reasons in session.scalars(select(LedgerLine.reasons).where(LedgerLine.plan_id == plan_id, LedgerLine.discarded != 0)):
        found.update({str(reason): int(n) for reason, n in reasons.items()})
    return {reason: n for reason, n in sorted(found.items()) if n}


def _recheck(session: Session, plan_id: int, percent: int | None) -> Recheck:
    rows = session.execute(
        select(RecheckItem.outcome, func.count())
        .join(Ballot, Ballot.id == RecheckItem.ballot_id)
        .where(Ballot.plan_id == plan_id)
        .group_by(RecheckItem.outcome)
    )
    outcomes = {outcome: n for outcome, n in rows}  # noqa: C416 - rows, not pairs
    resurveyed = session.scalar(
        select(func.count(func.distinct(Task.unit_id))).where(Task.plan_id == plan_id, Task.round_kind == "resurvey")
    )
    return Recheck(
        percent=percent,
        drawn=sum(outcomes.values()),
        match=outcomes.get(RecheckOutcome.MATCH, 0),
        mismatch=outcomes.get(RecheckOutcome.MISMATCH, 0),
        unreachable=outcomes.get(RecheckOutcome.UNREACHABLE, 0),
        refused=outcomes.get(RecheckOutcome.REFUSED, 0),
        resurveyed_units=resurveyed or 0,
    )


def _differences(session: Session, plan_id: int) -> dict[str, int]:
    rows = session.execute(
        select(EntryDifference.settlement, func.count())
        .join(Ballot, Ballot.id == EntryDifference.ballot_id)
        .where(EntryDifference.plan_id == plan_id, Ballot.status == BallotStatus.VALID)
        .group_by(EntryDifference.settlement)
    )
    found = {settlement: n for settlement, n in rows}  # noqa: C416 - rows, not pairs
    return {"differences": sum(found.values()), "open_differences": found.get("", 0)}
