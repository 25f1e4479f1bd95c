"""What a result says, figure by figure. Every figure is rounded once, stands beside its ballots, and may be hidden."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from tracker.rules.satisfaction import Figure, Publishable


@dataclass(frozen=True)
class Shown:
    """A published figure: `value` is None where nobody answered or too few did; `state` tells which."""

    value: Decimal | None
    base: int
    state: Publishable = Publishable.PUBLISHED
    low: Decimal | None = None
    high: Decimal | None = None

    @classmethod
    def of(cls, figure: Figure) -> Shown:
        interval = figure.interval
        return cls(
            figure.published,
            figure.base,
            figure.state,
            interval.low if interval else None,
            interval.high if interval else None,
        )


@dataclass(frozen=True)
class Answer:
    """One answer that could be given; count and percent are None where they are hidden."""

    value: str
    label: str
    count: int | None
    percent: Decimal | None


@dataclass(frozen=True)
class QuestionRow:
    code: str
    criterion: str
    text: str
    kind: str  #: rules.questionnaires.AnswerType
    in_index: bool
    is_fact: bool  #: what happened (trips, lateness, extra money), not what was felt
    answered: int
    missing: Mapping[str, int]  #: blank, not_used, invalid, skipped
    answers: tuple[Answer, ...]
    share: Shown
    mean: Decimal | None
    expectation: Shown | None = None


@dataclass(frozen=True)
class CriterionRow:
    code: str
    title: str
    figure: Shown
    answers: tuple[Answer, ...]  #: all answers to its questions in one heap, for the five-level bar
    mean: Decimal | None


@dataclass(frozen=True)
class UnitRow:
    name: str
    quota: int | None
    handed_out: int
    collected: int
    valid: int
    discarded: int
    index: Shown
    mean: Decimal | None
    rank: int | None
    tied: bool
    last: Decimal | None
    change: Decimal | None
    change_note: str  #: why there is no change
    target_met: bool | None
    criteria: tuple[Shown, ...]  #: in the order of the block's criteria


@dataclass(frozen=True)
class Block:
    """Khối: units of one group that were asked by one questionnaire; units stand in order of rank."""

    name: str
    questionnaire: str  #: "commune@1"
    questionnaire_title: str
    formula_words: tuple[str, ...]
    ballots: int
    index: Shown
    by_files: Shown | None
    mean: Decimal | None
    all_satisfied: Shown | None
    last: Decimal | None
    change: Decimal | None
    change_note: str
    target: Decimal | None
    target_met: bool | None
    ranked: int
    judged: int
    met: int
    rose: int
    fell: int
    highest: tuple[str, ...]
    lowest: tuple[str, ...]
    left_out: tuple[str, ...]
    criteria: tuple[CriterionRow, ...]
    questions: tuple[QuestionRow, ...]
    units: tuple[UnitRow, ...]

    @property
    def facts(self) -> tuple[QuestionRow, ...]:
        return tuple(q for q in self.questions if q.is_fact and q.answers)

    @property
    def expectations(self) -> tuple[QuestionRow, ...]:
        """Questions with choices that are neither fact nor opinion: what people wish for."""
        return tuple(q for q in self.questions if q.kind == "choice" and not q.is_fact)

    @property
    def levels(self) -> tuple[QuestionRow, ...]:
        """Questions answered on the scale, and those of the index."""
        return tuple(q for q in self.questions if q.in_index or q.kind in ("five_levels", "levels"))


@dataclass(frozen=True)
class Fieldwork:
    quota: int | None
    handed_out: int
    collected: int
    valid: int
    discarded: int
    reasons: Mapping[str, int] = field(default_factory=dict)  #: DiscardReason -> ballots


@dataclass(frozen=True)
class Recheck:
    percent: int | None
    drawn: int
    match: int
    mismatch: int
    unreachable: int
    refused: int
    resurveyed_units: int

    @property
    def settled(self) -> int:
        return self.match + self.mismatch


@dataclass(frozen=True)
class EntryWork:
    entered: int
    second: int
    differences: int


@dataclass(frozen=True)
class PlanHead:
    name: str
    number: str
    issued_on: date | None
    issuer: str
    place: str
    year: int | None
    office: str
    starts_on: date | None = None  #: of fieldwork
    ends_on: date | None = None
    is_sample: bool = False


@dataclass(frozen=True)
class MissingUnit:
    """A unit without ballots that the result goes without, and why."""

    unit: str
    reason: str


@dataclass(frozen=True)
class ResultData:
    form: int  #: of this shape, for programs that read the file
    plan: PlanHead
    whole: Shown
    mean: Decimal | None
    ballots: int
    target: Decimal | None
    target_met: bool | None
    last: Decimal | None
    last_source: str
    change: Decimal | None
    change_note: str
    formula: Mapping[str, str]
    unverified: tuple[str, ...]  #: what of the method no text confirms
    shown_from: int  #: ballots: below, no figure
    ranked_from: int
    blocks: tuple[Block, ...]
    fieldwork: Fieldwork
    recheck: Recheck
    entry: EntryWork
    exceptions: tuple[MissingUnit, ...] = ()
    open_files: Mapping[str, str] = field(default_factory=dict)  #: name -> SHA-256 of the open data that go with it

    @property
    def units(self) -> int:
        return sum(len(block.units) for block in self.blocks)


@dataclass(frozen=True)
class UnitSheet:
    """One unit in full, for the office: never part of what is published."""

    row: UnitRow
    block: str
    criteria: tuple[CriterionRow, ...]
    questions: tuple[QuestionRow, ...]
