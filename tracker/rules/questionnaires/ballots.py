"""One filled ballot: what was typed or imported -> answers, or the sentences that refuse it; and whether it counts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from tracker.rules.questionnaires.model import (
    BLANK,
    NO_ANSWERS,
    SKIPPED,
    TEXT_GIVEN,
    AnswerType,
    Question,
    Questionnaire,
)
from tracker.rules.questionnaires.personal import find_personal
from tracker.rules.states import DiscardReason
from tracker.wording import nfc, search_key, sentence
from tracker.wording.fieldwork import DISCARD_REASON

#: Words beside "Khác" are short.
OTHER_MAX_LENGTH = 200

#: A sentence quotes at most so much of a wrong cell.
SHOWN_LENGTH = 60

_SEVERAL = re.compile(r"[;,/+&]|\s+và\s+")
_WHOLE = re.compile(r"(\d+)[.,]0+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u2060\ufeff]")


@dataclass(frozen=True)
class Problem:
    question: str
    key: str  #: of wording.refusals
    sentence: str


@dataclass(frozen=True)
class Discard:
    """Why a ballot does not count, for the ledger."""

    reason: DiscardReason
    note: str


@dataclass(frozen=True)
class CheckedBallot:
    """`answers` has every question: a value, a code of "no answer" (blank, not_used, invalid, skipped) or a text, maybe empty."""

    answers: Mapping[str, str]
    other_texts: Mapping[str, str] = field(default_factory=dict)  #: question -> words beside "Khác"
    problems: tuple[Problem, ...] = ()
    unknown: tuple[str, ...] = ()  #: answered questions that this questionnaire does not have
    discard: Discard | None = None

    @property
    def accepted(self) -> bool:
        return not self.problems and not self.unknown


def check_ballot(
    questionnaire: Questionnaire,
    typed: Mapping[str, str],
    *,
    other_texts: Mapping[str, str] | None = None,
    row: int | None = None,
    blank_cells: bool = False,
) -> CheckedBallot:
    """Reads one ballot as it was typed on the entry page, or (with `row`) as it stands in a line of a file.

    Each answer may be a value, its label with or without accents, its place in the list, or a code of "no answer". An empty
    answer is refused, since blank is a key and not a skip; a file may say so by an empty cell (`blank_cells`). Problems carry the
    sentences of wording.refusals, with the line where `row` is given. A ballot that is accepted may still be one to discard.
    """
    answers: dict[str, str] = {}
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for question in questionnaire.questions:
        raw = _clean(typed.get(question.code, ""))
        cause = _skipping(questionnaire, question, answers)
        if cause is not None:
            answers[question.code] = SKIPPED
            if raw and raw not in NO_ANSWERS:
                problems.append(_problem(question, "answer_skipped_question", row, other=cause[0], value=cause[1]))
            continue
        if question.type is AnswerType.TEXT:
            text = "" if raw == BLANK else raw
            answers[question.code] = text
            problems += _of_text(question, text, question.max_length, row)
            continue
        value = read_answer(question, raw)
        if value is None and not raw and blank_cells:
            value = BLANK
        if value is None:
            problems.append(_unreadable(question, raw, row))
            continue
        answers[question.code] = value
        words = _clean((other_texts or {}).get(question.code, ""))
        if words and value == question.other:
            texts[question.code] = words
            problems += _of_text(question, words, OTHER_MAX_LENGTH, row)
    unknown = tuple(code for code, raw in typed.items() if code not in questionnaire.by_code and raw.strip())
    discard = None if problems else discard_of(questionnaire, answers)
    return CheckedBallot(answers, texts, tuple(problems), unknown, discard)


def read_answer(question: Question, raw: str) -> str | None:
    """The value that was meant, or None: by code, label, place in the list, or a code of "no answer"."""
    found = question.readings.get(raw.lower())
    if found is None and raw:
        whole = _WHOLE.fullmatch(raw)
        found = question.readings.get(whole[1] if whole else search_key(raw))
    return found


def discard_of(questionnaire: Questionnaire, answers: Mapping[str, str]) -> Discard | None:
    """Why such a ballot is not valid, or None: an answer that voids it, or fewer than half of the index questions answered."""
    for question in questionnaire.questions:
        why = question.discards.get(answers.get(question.code, ""))
        if why:
            return Discard(question.discard_reason, why)
    asked = [q for q in questionnaire.index_questions if answers.get(q.code) != SKIPPED]
    answered = sum(answers.get(q.code, "") in q.options for q in asked)
    if not enough_answered(len(asked), answered):
        words = f"{DISCARD_REASON[DiscardReason.BLANK]}: mới trả lời {answered}/{len(asked)} câu tính chỉ số"
        return Discard(DiscardReason.BLANK, words)
    return None


def enough_answered(index_questions: int, answered: int) -> bool:
    """At least half of the index questions are answered."""
    return 2 * answered >= index_questions


def counted_form(questionnaire: Questionnaire, answers: Mapping[str, str]) -> dict[str, str]:
    """The answers as counts take them: texts only by whether something was written."""
    found = dict(answers)
    for question in questionnaire.questions:
        if question.type is AnswerType.TEXT and question.code in found and found[question.code] not in NO_ANSWERS:
            found[question.code] = TEXT_GIVEN if found[question.code] else BLANK
    return found


def _skipping(questionnaire: Questionnaire, question: Question, answers: Mapping[str, str]) -> tuple[str, str] | None:
    """The earlier question and the label of its answer that skip this one."""
    for code, values in question.skip_if.items():
        if answers.get(code) in values:
            return code, questionnaire.by_code[code].word(answers[code])
    return None


def _of_text(question: Question, text: str, longest: int, row: int | None) -> list[Problem]:
    if len(text) > longest:  # and not looked through: a text without end would take time without end
        return [_problem(question, "text_too_long", row, length=len(text), max=longest)]
    if find_personal(text) is not None:
        return [_problem(question, "text_personal" if row is None else "personal_data_cell", row)]
    return []


def _unreadable(question: Question, raw: str, row: int | None) -> Problem:
    if raw and _holds_several(question, raw):
        return _problem(question, "answer_many", row)
    choices = ", ".join(question.options)
    if row is None:
        return _problem(question, "answer_required", row)
    if not raw:
        return _problem(question, "cell_required", row, column=question.code, expected=f"{choices} hoặc {BLANK}")
    return _problem(question, "cell_choice", row, value=raw[:SHOWN_LENGTH], choices=choices)


def _holds_several(question: Question, raw: str) -> bool:
    parts = [part.strip() for part in _SEVERAL.split(raw) if part.strip()]
    return len(parts) > 1 and all(read_answer(question, part) in question.options for part in parts)


def _problem(question: Question, key: str, row: int | None, **values: object) -> Problem:
    words = sentence(key, question=question.code, row=row, **values)
    if row is not None and not words.startswith("Dòng "):
        words = f"Dòng {row}: {words[0].lower()}{words[1:]}"
    return Problem(question.code, key, words)


def _clean(raw: str) -> str:
    """NFC, no control signs, no spaces round it; digits of full width become plain ones."""
    text = _CONTROL.sub("", nfc(raw)).strip()
    return unicodedata.normalize("NFKC", text) if len(text) <= 3 else text
