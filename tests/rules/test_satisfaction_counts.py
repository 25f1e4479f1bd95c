"""Every formula against a plain count of the raw answers, and the ways in which answers become counts."""

from __future__ import annotations

import tracemalloc
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.forms import FORM
from tests.results import GROUPS, NO_MINIMUM, TWO_GROUPS, answered, formula_of, result_for
from tracker.rules.satisfaction import (
    Aggregate,
    Formula,
    UnitCounts,
    add_up,
    count_ballots,
    counting,
    result_of,
    results_of,
)

CODES = [code for codes in GROUPS.values() for code in codes]
ballot_lists = st.lists(st.fixed_dictionaries({code: st.sampled_from([1, 2, 3, 4, 5, None]) for code in CODES}), max_size=30)


def plain_mean(values):
    there = [value for value in values if value is not None]
    return sum(there, Fraction(0)) / len(there) if there else None


def plain_value(kind, levels, *, missing="exclude"):
    there = [level for level in levels if level is not None]
    if missing == "as_unsatisfied":
        return Fraction(100 * sum(level >= 4 for level in there), len(levels)) if levels else None
    if not there:
        return None
    if kind == "share":
        return Fraction(100 * sum(level >= 4 for level in there), len(there))
    mean = Fraction(sum(there), len(there))
    if kind == "mean5":
        return 20 * mean
    if kind == "mean_rescaled":
        return 25 * (mean - 1)
    return Fraction(100 * sum((0, 0, 0, 1, 2, 2)[level] for level in there), 2 * len(there))


def plain_index(kind, aggregate, ballots, *, missing="exclude"):
    columns = {code: [ballot[code] for ballot in ballots] for code in CODES}
    values = {code: plain_value(kind, column, missing=missing) for code, column in columns.items()}
    if aggregate == "questions":
        return plain_mean(values.values())
    if aggregate == "groups":
        return plain_mean(plain_mean(values[code] for code in codes) for codes in GROUPS.values())
    if aggregate == "pooled":
        return plain_value(kind, [level for column in columns.values() for level in column], missing=missing)
    return plain_mean(plain_value(kind, list(ballot.values()), missing=missing) for ballot in ballots)


PARAMETERS = [
    (kind, missing, aggregate)
    for kind, missing in [
        ("share", "exclude"),
        ("share", "as_unsatisfied"),
        ("mean5", "exclude"),
        ("mean_rescaled", "exclude"),
        ("points", "exclude"),
    ]
    for aggregate in ("questions", "groups", "pooled", "ballots")
]


@pytest.mark.parametrize(("kind", "missing", "aggregate"), PARAMETERS)
@settings(max_examples=20)
@given(ballots=ballot_lists)
def test_every_formula_agrees_with_a_plain_count(kind, missing, aggregate, ballots):
    formula = formula_of({"question_value": kind, "missing": missing, "aggregate": aggregate})
    found = result_for(TWO_GROUPS, formula, ballots).index.exact
    assert found == plain_index(kind, aggregate, ballots, missing=missing)
    assert found is None or 0 <= found <= 100


@given(ballot_lists, st.integers(0, 30))
def test_counts_of_parts_add_up_to_the_counts_of_the_whole(ballots, cut):
    whole = result_for(TWO_GROUPS, Formula(), ballots)
    parts = count_ballots(TWO_GROUPS, Formula(), ((n < cut, answered(ballot)) for n, ballot in enumerate(ballots)))
    assert result_of(TWO_GROUPS, Formula(), add_up(parts.values()), minimums=NO_MINIMUM) == whole


@given(ballot_lists, st.integers(0, 5))
def test_units_reckoned_one_after_the_other_are_what_each_is_alone(ballots, none):
    formula = Formula(aggregate=Aggregate.BALLOTS)
    counts = list(count_ballots(TWO_GROUPS, formula, ((n % 3, answered(b)) for n, b in enumerate(ballots))).values())
    counts += [UnitCounts(profiles={})] * none
    together = list(results_of(TWO_GROUPS, formula, counts, minimums=NO_MINIMUM))
    assert together == [result_of(TWO_GROUPS, formula, own, minimums=NO_MINIMUM) for own in counts]


def test_absent_answers_are_blank():
    result = result_of(TWO_GROUPS, Formula(), UnitCounts(40, {"A1": {"5": 30}}))
    assert (result.question("A1").missing["blank"], result.question("B1").missing["blank"]) == (10, 40)
    assert result.all_satisfied is None


@pytest.mark.parametrize("ballot", [{"Z9": "5"}, {"A1": "6"}, {"T": "seven"}, {"A2": "no"}, {"G1": "text"}], ids=str)
def test_answers_that_cannot_be_are_not_counted(ballot):
    form = FORM if ballot.keys() & {"T", "G1"} else TWO_GROUPS
    with pytest.raises(ValueError):
        count_ballots(form, Formula(), [("u", {"A1": "5"}), ("u", ballot)])


@pytest.mark.parametrize("aggregate", [Aggregate.BALLOTS, Aggregate.ALL_SATISFIED])
def test_whole_ballots_cannot_be_guessed_from_counts_of_answers(aggregate):
    with pytest.raises(ValueError):
        result_of(TWO_GROUPS, Formula(aggregate=aggregate), UnitCounts(40, {"A1": {"5": 40}}))


def peak_of(ballots):
    tracemalloc.start()
    count_ballots(TWO_GROUPS, Formula(), ((n % 30, dict.fromkeys(CODES, "5" if n % 3 else "2")) for n in range(ballots)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def test_counting_holds_few_ballots_at_a_time(monkeypatch):
    monkeypatch.setattr(counting, "_HELD_AT_ONCE", 300)
    few = max(peak_of(600), peak_of(600))  # the first run also fills caches
    assert peak_of(6_000) < few + 50_000
