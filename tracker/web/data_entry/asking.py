"""A questionnaire as the keyboard page shows it: each question with its keys, what was typed, what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tracker.rules.questionnaires import BLANK, INVALID, NOT_USED, AnswerType, Question, Questionnaire

#: The key of each code of "no answer": all of them lie on a number pad.
KEYS = {BLANK: "0", INVALID: "*", NOT_USED: "-"}
SHORT = {BLANK: "Không trả lời", INVALID: "Chọn nhiều", NOT_USED: "Không sử dụng"}
#: More options than digits are chosen by the arrows.
DIGITS = 9


@dataclass(frozen=True)
class Option:
    value: str
    key: str
    label: str
    is_none: bool = False


@dataclass(frozen=True)
class Ask:
    """One question of the page."""

    no: int
    question: Question
    options: tuple[Option, ...]
    value: str = ""
    other_text: str = ""
    error: str = ""

    @property
    def is_text(self) -> bool:
        return self.question.type is AnswerType.TEXT

    @property
    def is_row(self) -> bool:
        """Levels stand in the columns of the table's head."""
        return self.question.has_levels


@dataclass(frozen=True)
class Part:
    title: str
    asks: tuple[Ask, ...]

    @property
    def has_rows(self) -> bool:
        return any(ask.is_row for ask in self.asks)


@dataclass(frozen=True)
class Sheet:
    """The whole page's questions, and the head over levels."""

    questionnaire: Questionnaire
    parts: tuple[Part, ...]
    head: tuple[Option, ...]
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return len(self.questionnaire.questions)


def sheet(
    questionnaire: Questionnaire,
    values: Mapping[str, str] | None = None,
    others: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> Sheet:
    values, others, errors = values or {}, others or {}, errors or {}
    asks = {
        question.code: Ask(
            no,
            question,
            options_of(question),
            values.get(question.code, ""),
            others.get(question.code, ""),
            errors.get(question.code, ""),
        )
        for no, question in enumerate(questionnaire.questions, 1)
    }
    parts = tuple(
        Part(group.title, tuple(asks[question.code] for question in questionnaire.questions_of(group.code)))
        for group in questionnaire.groups
    )
    levels = tuple(Option(str(level), str(level), words) for level, words in questionnaire.scale.items())
    head = (*levels, *(Option(code, KEYS[code], SHORT[code], True) for code in (BLANK, INVALID, NOT_USED)))
    return Sheet(questionnaire, parts, head, values)


def options_of(question: Question) -> tuple[Option, ...]:
    """What may be keyed, with the key of each."""
    given = tuple(
        Option(value, value if question.has_levels else str(place) if place <= DIGITS else "", label)
        for place, (value, label) in enumerate(question.options.items(), 1)
    )
    if question.type is AnswerType.TEXT:
        return ()
    order = [code for code in (BLANK, INVALID, NOT_USED) if code in question.no_answers]
    return (*given, *(Option(code, KEYS[code], SHORT[code], True) for code in order))
