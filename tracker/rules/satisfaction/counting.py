"""From answers to counts: all figures come from counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import getitem
from typing import TypeVar

from tracker.rules.questionnaires.model import NO_ANSWERS, SKIPPED, TEXT_GIVEN, AnswerType, Questionnaire
from tracker.rules.satisfaction.formula import Formula, scoring

Unit = TypeVar("Unit", bound=Hashable)

#: Of one ballot, over the index questions: how many it was asked, it answered, it is satisfied with, and the sum of their scores.
Profile = tuple[int, int, int, int]

#: Ballots held before they are counted: enough for columns, little enough for memory.
_HELD_AT_ONCE = 20_000


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
    """Counts valid ballots: (unit, question -> value, code of "no answer", or text). It streams: few ballots are held at a time.

    Raises ValueError for a question or a value that the questionnaire does not have.
    """
    index = [question.code for question in questionnaire.index_questions]
    codes = [*index, *(question.code for question in questionnaire.questions if not question.in_index)]
    texts = frozenset(question.code for question in questionnaire.questions if question.type is AnswerType.TEXT)
    tallies: dict[Unit, _Tally] = {}
    held: dict[Unit, list[tuple[str | None, ...]]] = {}
    worth = _worth(questionnaire, formula)
    for number, (unit, given) in enumerate(ballots, 1):
        row = tuple(map(given.get, codes))
        if len(given) != len(codes) - row.count(None):
            raise ValueError(f"the questionnaire has no question {', '.join(sorted(set(given) - set(codes)))}")
        held.setdefault(unit, []).append(row)
        if number % _HELD_AT_ONCE == 0:
            _take(tallies, held, codes, texts, worth)
    _take(tallies, held, codes, texts, worth)
    known = {code: frozenset(questionnaire.by_code[code].options).union(NO_ANSWERS) for code in codes}
    known |= {code: known[code] | {TEXT_GIVEN} for code in texts}
    return {unit: tally.counts(known) for unit, tally in tallies.items()}


def add_up(counts: Iterable[UnitCounts]) -> UnitCounts:
    """The counts of several units as those of one. Profiles survive only where every unit has them."""
    ballots = 0
    answers: dict[str, dict[str, int]] = {}
    profiles: Counter[Profile] | None = Counter()
    for unit in counts:
        ballots += unit.ballots
        for question, values in unit.answers.items():
            total = answers.setdefault(question, {})
            for value, count in values.items():
                total[value] = total.get(value, 0) + count
        if unit.profiles is None:
            profiles = None
        elif profiles is not None:
            profiles.update(unit.profiles)
    return UnitCounts(ballots, answers, profiles)


class _Tally:
    """What is known of one unit so far."""

    def __init__(self, codes: Sequence[str]) -> None:
        self.ballots = 0
        self.columns: list[Counter[str | None]] = [Counter() for _ in codes]
        self.profiles: Counter[int] = Counter()

    def counts(self, known: Mapping[str, frozenset[str]]) -> UnitCounts:
        answers = {}
        for (code, values), column in zip(known.items(), self.columns, strict=True):
            answers[code] = found = {value: n for value, n in column.items() if value}
            if not found.keys() <= values:
                raise ValueError(f"question {code} has no answer {', '.join(sorted(found.keys() - values))}")
        return UnitCounts(self.ballots, answers, {_unpacked(packed): n for packed, n in self.profiles.items()})


def _take(
    tallies: dict[Unit, _Tally],
    held: dict[Unit, list[tuple[str | None, ...]]],
    codes: Sequence[str],
    texts: frozenset[str],
    worth: Sequence[Mapping[str | None, int]],
) -> None:
    """Counts the held rows column by column, which is several times faster than answer by answer, and lets them go."""
    for unit, rows in held.items():
        tally = tallies.get(unit)
        if tally is None:
            tally = tallies[unit] = _Tally(codes)
        tally.ballots += len(rows)
        for code, counter, column in zip(codes, tally.columns, zip(*rows, strict=True), strict=True):
            counter.update([TEXT_GIVEN if v and v not in NO_ANSWERS else v for v in column] if code in texts else column)
        try:
            # The index questions come first in a row, and map stops with them.
            tally.profiles.update([sum(map(getitem, worth, row)) for row in rows])
        except KeyError as unknown:
            raise ValueError(f"a question of the index has no answer {unknown}") from unknown
    held.clear()


#: A profile packed into one integer, sixteen bits each: asked, answered, satisfied, score. A sum over questions adds all four.
_ASKED, _ANSWERED, _SATISFIED, _SCORE = 1 << 48, 1 << 32, 1 << 16, 1


def _worth(questionnaire: Questionnaire, formula: Formula) -> list[dict[str | None, int]]:
    """For each index question: what every answer, and every lack of one, adds to a packed profile."""
    found = []
    for question in questionnaire.index_questions:
        rule = scoring(formula, question)
        table: dict[str | None, int] = {None: _ASKED, **dict.fromkeys(NO_ANSWERS, _ASKED), SKIPPED: 0}
        for value in question.options:
            table[value] = _ASKED + _ANSWERED + _SATISFIED * (value in rule.satisfied) + _SCORE * rule.score[value]
        found.append(table)
    return found


def _unpacked(packed: int) -> Profile:
    return packed // _ASKED, packed // _ANSWERED % 65536, packed // _SATISFIED % 65536, packed % 65536
