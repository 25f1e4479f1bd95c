"""docs/cach-tinh.md says what the rules do: its figures, its parameters and its keys are read back from the page."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest

from tests.forms import COMMUNE
from tests.vectors import VECTORS
from tracker.rules.questionnaires import AnswerType, reading
from tracker.rules.sampling import yamane
from tracker.rules.satisfaction import AcrossUnits, Aggregate, Formula, Missing, QuestionValue, describe, wilson

PAGE = (Path(__file__).parents[2] / "docs" / "cach-tinh.md").read_text(encoding="utf-8")
COLUMNS = ("questions", "groups", "weighted_groups", "pooled", "ballots", "all_satisfied")


def comma(value):
    return value.replace(".", ",")


def rows_of_the_example():
    for line in PAGE.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        first = cells[0].split(" ")[0].rstrip(",")
        if len(cells) == len(COLUMNS) + 1 and first in list(QuestionValue):
            missing = "as_unsatisfied" if "as_unsatisfied" in cells[0] else "exclude"
            yield (first, missing), dict(zip(COLUMNS, cells[1:], strict=True))


def test_the_worked_example_is_the_one_of_the_vectors():
    shown = {(*key, aggregate): value for key, row in rows_of_the_example() for aggregate, value in row.items() if value}
    cases = {(c["question_value"], c["missing"], c["aggregate"]): comma(c["index"]) for c in VECTORS["index"]["cases"]}
    assert shown == cases


@pytest.mark.parametrize("kind", [QuestionValue, Missing, Aggregate, AcrossUnits, AnswerType])
def test_every_parameter_has_its_line(kind):
    assert [value for value in kind if f"`{value}`" not in PAGE] == []


def test_every_key_of_a_questionnaire_is_explained():
    section = PAGE[PAGE.index("## 7.") : PAGE.index("## 8.")]
    named = set(re.findall(r"`(?:\[*)([a-z_]+)(?:\]*)`", section))
    assert named >= reading.KEYS


def test_the_sizes_on_the_page_are_those_of_the_rule():
    line = re.search(r"Yamane 5 %: (.*)\.\n", PAGE)[1]
    pairs = [[int(part.replace(".", "")) for part in pair.split(" → ")] for pair in line.split(", ")]
    assert len(pairs) == 6
    assert [(n, yamane(n).ballots) for n, _ in pairs] == [tuple(pair) for pair in pairs]


@pytest.mark.parametrize(("share", "base"), [("85", 60), ("86.36", 60)])
def test_the_intervals_on_the_page_are_those_of_the_rule(share, base):
    found = wilson(Fraction(share), base)
    assert f"{comma(str(found.low))}–{comma(str(found.high))}" in PAGE


def test_the_mark_of_an_unchecked_formula_is_quoted():
    assert describe(Formula(), COMMUNE)[-1] in PAGE
