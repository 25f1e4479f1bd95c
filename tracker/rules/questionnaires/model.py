"""A questionnaire (mẫu phiếu) as data: what is asked, what may be answered, and what each answer is for.

One in use is never edited, only followed by a new version: `code` and `version` together say what was asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from tracker.rules.states import DiscardReason
from tracker.wording import search_key
from tracker.wording.fieldwork import NO_ANSWER, YES_NO

BLANK = "blank"
NOT_USED = "not_used"
INVALID = "invalid"  #: two ticks
SKIPPED = "skipped"  #: not asked, after the answer to an earlier question
NO_ANSWERS = tuple(NO_ANSWER)

#: Stands in counts for any text: what people wrote is never counted by its words.
TEXT_GIVEN = "text"


class AnswerType(StrEnum):
    FIVE_LEVELS = "five_levels"
    LEVELS = "levels"  # of the questionnaire's own scale, where that has not five
    YES_NO = "yes_no"
    CHOICE = "choice"
    TEXT = "text"


class RecheckUse(StrEnum):
    FACT = "fact"  # must not change when asked again
    OPINION = "opinion"  # may be asked again, never counts as a mismatch


@dataclass(frozen=True)
class Decides:
    """When a differing fact settles by itself that a ballot mismatches (docs/phuc-tra.md, 6)."""

    any_difference: bool = False
    places_apart: int | None = None  #: choices at least so far apart in their order
    classes: tuple[frozenset[str], ...] = ()  #: answers of different classes


@dataclass(frozen=True)
class Question:
    code: str
    group: str
    type: AnswerType
    text: str
    options: Mapping[str, str] = field(default_factory=dict)  #: value -> label, in order; empty for text
    in_index: bool = False
    overall: bool = False
    not_used: bool = False  #: "không có ý kiến / không sử dụng" may be ticked
    other: str = ""  #: the value beside which words may stand ("Việc khác: …")
    recheck: RecheckUse | None = None
    decides: Decides | None = None
    discards: Mapping[str, str] = field(default_factory=dict)  #: value -> why it voids the ballot
    discard_reason: DiscardReason = DiscardReason.NOT_ELIGIBLE
    percent: Mapping[str, int] = field(default_factory=dict)  #: value -> percent of the expectation met
    satisfied: frozenset[str] | None = None  #: values that count as satisfied, where not the formula's own
    skip_if: Mapping[str, frozenset[str]] = field(
        default_factory=dict
    )  #: earlier question -> answers after which this is not asked
    max_length: int = 1000  #: of a text

    @cached_property
    def has_levels(self) -> bool:
        return self.type in (AnswerType.FIVE_LEVELS, AnswerType.LEVELS)

    @cached_property
    def no_answers(self) -> tuple[str, ...]:
        """The codes of "no answer" that a clerk may key here."""
        if self.type is AnswerType.TEXT:
            return (BLANK,)
        return (BLANK, NOT_USED, INVALID) if self.not_used else (BLANK, INVALID)

    @cached_property
    def readings(self) -> Mapping[str, str]:
        """Typed form -> value: codes, labels without accents, and the place in the list where no code is a number itself."""
        found = {search_key(label): value for value, label in self.options.items()}
        if not any(value.isdigit() for value in self.options):
            found |= {str(place): value for place, value in enumerate(self.options, 1)}
        found |= {search_key(NO_ANSWER[code]): code for code in self.no_answers} | {code: code for code in self.no_answers}
        return found | {value.lower(): value for value in self.options}

    def word(self, value: str) -> str:
        """The label of a value, or the words for "no answer"; a text stays as it is."""
        return self.options.get(value) or NO_ANSWER.get(value) or value


@dataclass(frozen=True)
class Group:
    """Tiêu chí: questions that are reported together."""

    code: str
    title: str
    weight: int = 1  #: read by formulas that weigh groups


@dataclass(frozen=True)
class Questionnaire:
    code: str
    version: int
    title: str
    groups: tuple[Group, ...]
    questions: tuple[Question, ...]
    scale: Mapping[int, str] = field(default_factory=dict)  #: 1 -> "Rất không hài lòng" …
    audience: str = ""
    intro: str = ""

    @cached_property
    def by_code(self) -> Mapping[str, Question]:
        return {question.code: question for question in self.questions}

    @cached_property
    def index_questions(self) -> tuple[Question, ...]:
        return tuple(question for question in self.questions if question.in_index)

    @cached_property
    def index_groups(self) -> tuple[Group, ...]:
        """Groups with a question in the index, in order."""
        used = {question.group for question in self.index_questions}
        return tuple(group for group in self.groups if group.code in used)

    @cached_property
    def overall(self) -> Question | None:
        return next((question for question in self.questions if question.overall), None)

    def questions_of(self, group: str) -> tuple[Question, ...]:
        return tuple(question for question in self.questions if question.group == group)

    @cached_property
    def facts(self) -> tuple[Question, ...]:
        return tuple(question for question in self.questions if question.recheck is RecheckUse.FACT)

    @cached_property
    def opinions(self) -> tuple[Question, ...]:
        return tuple(question for question in self.questions if question.recheck is RecheckUse.OPINION)


def options_of(kind: AnswerType, scale: Mapping[int, str], choices: Mapping[str, str]) -> Mapping[str, str]:
    """What may be answered to a question of this type, value -> label, in the order of the paper."""
    if kind in (AnswerType.FIVE_LEVELS, AnswerType.LEVELS):
        return {str(level): words for level, words in scale.items()}
    if kind is AnswerType.YES_NO:
        return dict(YES_NO)
    return dict(choices)
