"""Figures of results against the vectors of the method, and what stands beside each figure."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.forms import COMMUNE, FORM, STATION
from tests.results import INDEX, NO_MINIMUM, form_of, formula_of, result_for, text, values_of
from tests.vectors import VECTORS
from tracker.rules.satisfaction import (
    Formula,
    Minimums,
    Missing,
    Publishable,
    count_ballots,
    result_of,
)

# The vectors


@pytest.mark.parametrize("case", INDEX["cases"], ids=lambda c: f"{c['question_value']}-{c['missing']}-{c['aggregate']}")
def test_the_index_agrees_with_the_vectors(case):
    form = form_of(INDEX["groups"])
    result = result_for(form, formula_of(case), INDEX["ballots"])
    assert (text(result.index), result.index.exact) == (case["index"], Fraction(case["index_exact"]))
    if "questions" in case:
        assert values_of(result) == case["questions"]
        assert {g.group.code: text(g.figure) for g in result.groups} == case["groups"]


def test_the_mean_of_the_levels_stands_beside_every_index():
    result = result_for(form_of(INDEX["groups"]), Formula(), INDEX["ballots"])
    assert {r.question.code: str(r.mean) for r in result.questions} == INDEX["mean_raw"]


@pytest.mark.parametrize("case", VECTORS["index_edges"], ids=lambda c: c["why"])
def test_edges_agree_with_the_vectors(case):
    result = result_for(form_of(case["groups"]), formula_of(case), case["ballots"])
    assert values_of(result) == case["expected"]["questions"]
    assert {g.group.code: text(g.figure) for g in result.groups} == case["expected"]["groups"]
    assert text(result.index) == case["expected"]["index"]


def test_the_expectation_is_the_mean_of_the_percentages_given():
    by_percent = {percent: value for value, percent in STATION.by_code["G2"].percent.items()}
    case = VECTORS["expectation"]
    ballots = [(1, {"G2": by_percent.get(percent, "blank")}) for percent in case["answers"]]
    result = result_of(STATION, Formula(), count_ballots(STATION, Formula(), ballots)[1], minimums=NO_MINIMUM)
    found = result.question("G2").expectation
    assert (text(found), found.base, found.interval) == (case["mean"], 4, None)


# What stands beside each figure


def test_every_question_shows_its_counts_and_its_missing_answers():
    ballots = [("u", {"T": "one", "A1": value, "A2": "yes", "G1": "4", "G2": "Ghế ít"}) for value in ("5", "5", "4", "2")]
    ballots += [("u", {"T": "other", "A1": value, "A2": "no", "G1": "3", "G2": ""}) for value in ("blank", "not_used", "invalid")]
    ballots += [("u", {"T": "zero", "A1": "skipped", "A2": "blank"})]
    result = result_of(FORM, Formula(), count_ballots(FORM, Formula(), ballots)["u"], minimums=NO_MINIMUM)
    seats = result.question("A1")
    assert (seats.asked, seats.answered) == (7, 4)
    assert seats.counts == {"1": 0, "2": 1, "3": 0, "4": 1, "5": 2}
    assert seats.missing == {"blank": 1, "not_used": 1, "invalid": 1, "skipped": 1}
    assert (text(seats.share), seats.share.base, str(seats.mean)) == ("75.00", 4, "4.00")
    assert [str(seats.percent_of(value)) for value in seats.counts] == ["0.00", "25.00", "0.00", "25.00", "50.00"]
    assert (text(result.question("A2").share), result.question("A2").mean) == ("57.14", None)
    assert (text(result.overall), result.overall.base) == ("57.14", 7)
    remarks = result.question("G2")
    assert (remarks.answered, remarks.missing["blank"], remarks.share.exact) == (4, 4, None)
    # 5, 5, 4 were satisfied and so with A2; "other" said no; "zero" answered nothing
    assert (text(result.all_satisfied), result.all_satisfied.base) == ("42.86", 8)


def test_a_fact_asked_by_yes_or_no_is_no_satisfaction():
    counts = count_ballots(COMMUNE, Formula(), [(1, {"F5": "yes"})] * 40)[1]
    extra_money = result_of(COMMUNE, Formula(), counts).question("F5")
    assert (extra_money.share.exact, extra_money.value, str(extra_money.percent_of("yes"))) == (None, None, "100.00")


def test_a_skipped_question_is_not_unsatisfied():
    formula = Formula(missing=Missing.AS_UNSATISFIED)
    ballots = [("u", {"T": "one", "A1": "4", "A2": "yes"}), ("u", {"T": "zero", "A1": "skipped", "A2": "blank"})]
    result = result_of(FORM, formula, count_ballots(FORM, formula, ballots)["u"], minimums=NO_MINIMUM)
    assert (result.question("A1").value, result.question("A2").value, result.index.exact) == (100, 50, 75)


@pytest.mark.parametrize("case", VECTORS["publishable"], ids=str)
def test_a_small_base_gives_no_figure_and_no_rank(case):
    form = form_of({"A": ["A1"]})
    result = result_for(form, Formula(), [{"A1": 5}] * case["ballots"], Minimums())
    assert result.index.state is Publishable[case["state"]]
    hidden = result.index.state is Publishable.SUPPRESSED
    question = result.question("A1")
    assert (result.index.published is None, result.index.interval is None) == (hidden, hidden)
    assert (question.mean is None, question.percent_of("5") is None) == (hidden, hidden)
    assert result.index.exact == (100 if case["ballots"] else None)


def test_a_question_that_few_answered_is_hidden_within_a_large_unit():
    form = form_of({"D": ["D1"], "E": ["E2"]})
    ballots = [{"D1": 4, "E2": 5 if n < 8 else None} for n in range(60)]
    result = result_for(form, Formula(), ballots, Minimums())
    assert (text(result.question("D1").share), result.question("E2").share.published) == ("100.00", None)
    assert [text(g.figure) for g in result.groups] == ["100.00", None]
    assert text(result.index) == "100.00"


def test_a_census_has_no_interval():
    form = form_of({"A": ["A1"]})
    counts = count_ballots(form, Formula(), [("u", {"A1": "5"})] * 40)["u"]
    sampled, whole = result_of(form, Formula(), counts), result_of(form, Formula(), counts, census=True)
    assert (str(sampled.index.interval.low), whole.index.interval) == ("91.24", None)
