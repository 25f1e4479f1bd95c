"""A ballot that was not taken, with the sentence of each field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tracker.errors import Refused
from tracker.rules.questionnaires import Problem
from tracker.wording import sentence

#: The box of the ballot's number, among the questions' codes.
NUMBER = "number"


class BallotRefused(Refused):
    """`fields`: question code (or NUMBER) -> what is wrong with it."""

    def __init__(self, key: str, said: str, fields: Mapping[str, str]) -> None:
        super().__init__(key, said)
        self.fields = dict(fields)


def number_refused(key: str, **values: object) -> BallotRefused:
    said = sentence(key, **values)
    return BallotRefused(key, said, {NUMBER: said})


def answers_refused(problems: Sequence[Problem]) -> BallotRefused:
    first: dict[str, str] = {}
    for problem in problems:
        first.setdefault(problem.question, problem.sentence)
    return BallotRefused(problems[0].key, problems[0].sentence, first)
