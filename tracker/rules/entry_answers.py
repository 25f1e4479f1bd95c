"""Answers as an entry keeps them: a value for each question, and the words beside "Khác" under `question:other`."""

from __future__ import annotations

from collections.abc import Mapping

from tracker.rules.questionnaires import NO_ANSWERS, CheckedBallot, Difference, Questionnaire, differences
from tracker.wording import search_key

OTHER = ":other"


def stored(checked: CheckedBallot) -> dict[str, str]:
    return {**checked.answers, **{f"{code}{OTHER}": words for code, words in checked.other_texts.items()}}


def parted(answers: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """(values, words beside "Khác") of what is stored: what check_ballot takes."""
    others = {key.removesuffix(OTHER): words for key, words in answers.items() if key.endswith(OTHER)}
    return {key: value for key, value in answers.items() if not key.endswith(OTHER)}, others


def entry_differences(
    questionnaire: Questionnaire, first: Mapping[str, str], second: Mapping[str, str]
) -> tuple[Difference, ...]:
    """Every field on which two entries differ, words beside "Khác" by their letters only."""
    keys = [f"{question.code}{OTHER}" for question in questionnaire.questions if question.other]
    words = (
        Difference(key, first.get(key, ""), second.get(key, ""))
        for key in keys
        if search_key(first.get(key, "")) != search_key(second.get(key, ""))
    )
    return (*differences(questionnaire, first, second), *words)


def answered(questionnaire: Questionnaire, answers: Mapping[str, str]) -> int:
    """How many questions hold an answer, for the list of what was just keyed."""
    return sum(bool(answers.get(q.code)) and answers[q.code] not in NO_ANSWERS for q in questionnaire.questions)
