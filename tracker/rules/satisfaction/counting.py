"""From answers to counts. All figures come from counts, so a database may do the counting and hand in the sums."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from tracker.rules.questionnaires.ballots import counted_form
from tracker.rules.questionnaires.model import NO_ANSWERS, SKIPPED, AnswerType, Questionnaire
from tracker.rules.satisfaction.formula import Formula, scoring

Unit = TypeVar("Unit", bound=Hashable)

#: Of one ballot, over the index questions: how many it was asked, it answered, it is satisfied with, and the sum of their scores.
Profile = tuple[int, int, int, int]


@dataclass(frozen=True)
class UnitCounts:
    """The valid ballots of one unit, counted."""

    ballots: int = 0
    answers: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  #: question -> value or code of "no answer" -> ballots
    profiles: Mapping[Profile, int] | None = None  #: profile -> ballots; needed only for figures that look at whole ballots


def count_ballots(
    questionnaire: Questionnaire,
    formula: Formula,
    ballots: Iterable[tuple[Unit, Mapping[str, str]]],
) -> dict[Unit, UnitCounts]:
    """Counts valid ballots: (unit, question -> value, code of "no answer", or text). It streams: no ballot is kept."""
    texts = [question.code for question in questionnaire.questions if question.type is AnswerType.TEXT]
    worth = _worth(questionnaire, formula)
    asked_of_all = len(worth)
    answers: dict[Unit, Counter[tuple[str, str]]] = {}
    profiles: dict[Unit, Counter[Profile]] = {}
    for unit, given in ballots:
        if unit not in answers:
            answers[unit], profiles[unit] = Counter(), Counter()
        if any(code in given for code in texts):
            given = counted_form(questionnaire, given)
        answers[unit].update(given.items())
        asked, answered, satisfied, score = asked_of_all, 0, 0, 0
        for code, table in worth:
            value = given.get(code)
            found = table.get(value) if value is not None else None
            if found is not None:
                answered += 1
                satisfied += found[0]
                score += found[1]
            elif value == SKIPPED:
                asked -= 1
        profiles[unit][asked, answered, satisfied, score] += 1
    return {
        unit: UnitCounts(sum(profiles[unit].values()), _by_question(questionnaire, answers[unit]), dict(profiles[unit]))
        for unit in answers
    }


def counts_of_rows(
    questionnaire: Questionnaire,
    ballots: Mapping[Unit, int],
    rows: Iterable[tuple[Unit, str, str, int]],
    profiles: Iterable[tuple[Unit, Profile, int]] | None = None,
) -> dict[Unit, UnitCounts]:
    """Counts that a database has made: ballots of each unit, (unit, question, value, ballots), profiles where needed.

    A ballot without a row for a question counts as blank. Raises ValueError for a question or value that the questionnaire does
    not have, and for more answers than ballots.
    """
    answers: dict[Unit, Counter[tuple[str, str]]] = {unit: Counter() for unit in ballots}
    for unit, question, value, count in rows:
        answers[unit][question, value] += count
    by_unit: dict[Unit, Counter[Profile]] = {unit: Counter() for unit in ballots}
    for unit, profile, count in profiles or ():
        by_unit[unit][profile] += count
    return {
        unit: _checked(
            UnitCounts(
                count,
                _by_question(questionnaire, answers[unit]),
                None if profiles is None else dict(by_unit[unit]),
            )
        )
        for unit, count in ballots.items()
    }


def add_up(counts: Iterable[UnitCounts]) -> UnitCounts:
    """The counts of several units as those of one. Profiles survive only where every unit has them."""
    ballots = 0
    answers: dict[str, Counter[str]] = {}
    profiles: Counter[Profile] | None = Counter()
    for unit in counts:
        ballots += unit.ballots
        for question, values in unit.answers.items():
            answers.setdefault(question, Counter()).update(values)
        if unit.profiles is None:
            profiles = None
        elif profiles is not None:
            profiles.update(unit.profiles)
    return UnitCounts(ballots, answers, profiles)


def _worth(questionnaire: Questionnaire, formula: Formula) -> list[tuple[str, dict[str, tuple[bool, int]]]]:
    found = []
    for question in questionnaire.index_questions:
        rule = scoring(formula, question)
        found.append((question.code, {value: (value in rule.satisfied, rule.score[value]) for value in question.options}))
    return found


def _by_question(questionnaire: Questionnaire, flat: Mapping[tuple[str, str], int]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {question.code: {} for question in questionnaire.questions}
    for (code, value), count in flat.items():
        question = questionnaire.by_code.get(code)
        if question is None:
            raise ValueError(f"the questionnaire has no question {code}")
        if value not in question.options and value not in NO_ANSWERS and question.type is not AnswerType.TEXT:
            raise ValueError(f"question {code} has no answer {value!r}")
        found[code][value] = count
    return found


def _checked(unit: UnitCounts) -> UnitCounts:
    for code, values in unit.answers.items():
        if sum(values.values()) > unit.ballots:
            raise ValueError(f"question {code} has more answers than there are ballots")
    if unit.profiles is not None and sum(unit.profiles.values()) != unit.ballots:
        raise ValueError("the profiles are not as many as the ballots")
    return unit
