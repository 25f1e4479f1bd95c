"""Two sets of answers to one ballot, side by side: second entry, and the recheck."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tracker.rules.questionnaires.model import AnswerType, Question, Questionnaire
from tracker.wording import search_key


@dataclass(frozen=True)
class Difference:
    question: str
    first: str
    second: str


def differences(
    questionnaire: Questionnaire,
    first: Mapping[str, str],
    second: Mapping[str, str],
) -> tuple[Difference, ...]:
    """Every question on which two entries of one ballot disagree, blank against answered too; texts by their letters only."""
    return tuple(
        Difference(question.code, first.get(question.code, ""), second.get(question.code, ""))
        for question in questionnaire.questions
        if _seen(question, first) != _seen(question, second)
    )


def answered_differently(
    questions: Iterable[Question],
    first: Mapping[str, str],
    second: Mapping[str, str],
) -> tuple[Difference, ...]:
    """Questions that both sets answer, and answer differently: nobody contradicts a blank."""
    return tuple(
        Difference(question.code, first[question.code], second[question.code])
        for question in questions
        if first.get(question.code) in question.options
        and second.get(question.code) in question.options
        and first[question.code] != second[question.code]
    )


def settles_a_mismatch(question: Question, difference: Difference) -> bool:
    """Whether a differing fact decides by itself that the ballot mismatches (`decides` of the questionnaire)."""
    rule = question.decides
    if rule is None:
        return False
    if rule.any_difference:
        return True
    if rule.places_apart is not None:
        places = list(question.options)
        return abs(places.index(difference.first) - places.index(difference.second)) >= rule.places_apart
    return not any({difference.first, difference.second} <= part for part in rule.classes)


def _seen(question: Question, answers: Mapping[str, str]) -> str:
    value = answers.get(question.code, "")
    return search_key(value) if question.type is AnswerType.TEXT else value
