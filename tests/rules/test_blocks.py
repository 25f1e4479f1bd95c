"""Blocks of units: who leads, who rose, who met the target, and what stays out of a mean."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.forms import COMMUNE
from tests.results import TWO_GROUPS, form_of
from tests.vectors import VECTORS
from tracker.rules.satisfaction import (
    AcrossUnits,
    Basis,
    Figure,
    Formula,
    Minimums,
    SurveyedUnit,
    UnitCounts,
    UnitValue,
    across,
    block_of,
    count_ballots,
)
from tracker.wording.figures import share_words


def decimal(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def published(value: str | None, base: int = 60) -> Figure:
    return Figure(None if value is None else Fraction(value), base, Minimums().state(base))


def test_figures_across_units_agree_with_the_vectors():
    case = VECTORS["across_units"]
    form = form_of({"A": ["A1"]})
    counts = {
        unit["unit"]: UnitCounts(unit["answered"], {"A1": {"5": unit["satisfied"], "1": unit["answered"] - unit["satisfied"]}})
        for unit in case["units"]
    }
    units = [SurveyedUnit(key, key, files=case["files"][key]) for key in counts]
    for how in AcrossUnits:
        block = block_of("Khối", form, Formula(across_units=how), units, counts)
        assert str(block.index.published) == case[how.value]
        assert str(block.by_files.published) == case["weighted_by_files"]


def test_weighing_by_files_that_nobody_knows_is_refused():
    pooled = published("80")
    values = [UnitValue(published("80"), 100), UnitValue(published("90"))]
    with pytest.raises(ValueError):
        across(values, AcrossUnits.WEIGHTED_BY_FILES, pooled=pooled, minimums=Minimums())


def ballots_of(unit, satisfied, answered):
    yield from ((unit, {"A1": "4", "A2": "5"}) for _ in range(satisfied))
    yield from ((unit, {"A1": "2", "A2": "1"}) for _ in range(answered - satisfied))


def block(**options):
    form = form_of({"A": ["A1", "A2"]})
    sizes = [(1, 51, 60), (2, 57, 60), (3, 5, 9), (4, 51, 60)]
    counted = count_ballots(form, Formula(), [ballot for size in sizes for ballot in ballots_of(*size)])
    basis = Basis("vectors", 1, Formula())
    units = [
        SurveyedUnit(1, "UBND xã Cam Lập", last=Decimal("84.00"), last_basis=basis),
        SurveyedUnit(2, "UBND phường Ba Ngòi", last=Decimal("96.00"), last_basis=basis),
        SurveyedUnit(3, "UBND xã Cam Bình"),
        SurveyedUnit(4, "UBND phường Cam Linh", last=Decimal("85.00"), last_basis=basis),
        SurveyedUnit(5, "UBND phường Cam Phú"),
    ]
    return block_of("Xã, phường", form, Formula(), units, counted, target=Decimal("90"), **options)


def test_a_block_tells_who_leads_who_rose_and_who_met_the_target():
    found = block()
    assert [(row.unit.key, row.rank, row.tied) for row in found.rows] == [
        (2, 1, False),
        (4, 2, True),
        (1, 2, True),
        (5, None, False),
        (3, None, False),
    ]
    assert [row.unit.name for row in found.highest] == ["UBND phường Ba Ngòi"]
    assert [row.unit.key for row in found.lowest] == [4, 1]
    assert (found.ranked, found.met, found.judged, found.rose, found.fell) == (3, 1, 3, 1, 1)
    # 95, 85 and 85: the unit of nine ballots and the one without any stay out of the mean
    assert (str(found.index.published), found.index.base) == ("88.33", 180)
    assert found.left_out == ("UBND xã Cam Bình", "UBND phường Cam Phú")
    assert (str(found.pooled.index.published), found.pooled.ballots) == ("86.77", 189)
    assert found.by_files is None


def test_a_census_of_a_block_has_no_interval_anywhere():
    found = block(census=True)
    assert [row.result.index.interval for row in found.rows] == [None] * 5
    assert (found.index.interval, found.pooled.index.interval) == (None, None)


def test_a_block_without_ballots_has_no_figure():
    found = block_of("Khối", TWO_GROUPS, Formula(), [SurveyedUnit(1, "A")], {})
    assert (found.index.published, found.ranked, found.highest, found.lowest) == (None, 0, (), ())


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=8))
def test_the_mean_of_units_lies_between_the_lowest_and_the_highest(sizes):
    form = form_of({"A": ["A1"]})
    counts = {n: UnitCounts(a + b, {"A1": {"5": a, "1": b}}) for n, (a, b) in enumerate(sizes)}
    found = block_of("Khối", form, Formula(), [SurveyedUnit(n, str(n), files=1 + n) for n in counts], counts)
    entering = [row.result.index.exact for row in found.rows if row.result.ballots >= 10]
    assert (found.index.exact is None) is (not entering)
    if entering:
        assert min(entering) <= found.index.exact <= max(entering)
        assert min(entering) <= found.by_files.exact <= max(entering)
        assert len(found.left_out) == len(sizes) - len(entering)


def test_the_questionnaire_of_communes_gives_five_criteria():
    ballots = ((1, {question.code: "4" for question in COMMUNE.index_questions}) for _ in range(60))
    found = block_of("Xã", COMMUNE, Formula(), [SurveyedUnit(1, "A")], count_ballots(COMMUNE, Formula(), ballots))
    assert [(g.group.code, share_words(g.figure.published)) for g in found.pooled.groups] == [(c, "100,00%") for c in "ABCDE"]
