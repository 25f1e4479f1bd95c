"""The result of a plan: figures checked against plain arithmetic on the raw answers; what is hidden, frozen, open."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest

from tests.survey import FORMS, answers
from tracker.rules.results import (
    Collected,
    CollectedUnit,
    EarlierFigure,
    PlanHead,
    Survey,
    canonical,
    fingerprint_of,
    from_table,
    make_result,
    open_data,
    to_table,
    unit_sheet,
)
from tracker.rules.satisfaction import AcrossUnits, Formula, Publishable, count_ballots

COMMUNE, STATION = "commune@1", "health-station@1"
HEAD = PlanHead("Kế hoạch", "12/KH-UBND", None, "UBND thành phố Cam Ranh", "Cam Ranh", 2021, "Phòng Nội vụ")
#: unit -> (group, questionnaire, ballots)
UNITS = {
    1: ("UBND xã, phường", COMMUNE, 60),
    2: ("UBND xã, phường", COMMUNE, 45),
    3: ("UBND xã, phường", COMMUNE, 29),
    4: ("UBND xã, phường", COMMUNE, 9),
    5: ("Trạm Y tế", STATION, 50),
    6: ("Trạm Y tế", STATION, 31),
}


def raw(unit):
    _, code, ballots = UNITS[unit]
    return [answers(FORMS[code], unit, ballot) for ballot in range(ballots)]


def collected(earlier=None, **survey):
    chosen = Survey(target=Decimal(84), **survey)
    counts = {
        code: count_ballots(FORMS[code], chosen.formula, ((u, ballot) for u in UNITS if UNITS[u][1] == code for ballot in raw(u)))
        for code in (COMMUNE, STATION)
    }
    units = tuple(
        CollectedUnit(u, f"Đơn vị {u}", group, quota=60, files=100 * u, handed_out=n + 3, collected=n + 2, valid=n, entered=n)
        for u, (group, _, n) in UNITS.items()
    )  # fmt: skip
    return Collected(HEAD, chosen, units, counts, FORMS, earlier=earlier or {})


def by_hand(unit):
    """The index of a unit by plain arithmetic: the mean over index questions of satisfied ÷ answered."""
    form, ballots = FORMS[UNITS[unit][1]], raw(unit)
    shares = []
    for question in form.index_questions:
        given = [b[question.code] for b in ballots if b[question.code].isdigit()]
        shares.append(Fraction(100 * sum(v in "45" for v in given), len(given)))
    return sum(shares) / len(shares)


def printed(value):
    return (Decimal(value.numerator) / value.denominator).quantize(Decimal("0.01"), ROUND_HALF_UP)


def test_each_unit_block_and_the_whole_are_what_plain_arithmetic_gives() -> None:
    result = make_result(collected())
    shown = {row.name: row.index.value for block in result.blocks for row in block.units}
    assert shown == {f"Đơn vị {u}": printed(by_hand(u)) if UNITS[u][2] >= 10 else None for u in UNITS}
    assert [block.index.value for block in result.blocks] == [
        printed(sum(by_hand(u) for u in (1, 2, 3)) / 3),
        printed(sum(by_hand(u) for u in (5, 6)) / 2),
    ]
    assert result.whole.value == printed(sum(by_hand(u) for u in (1, 2, 3, 5, 6)) / 5)
    assert (result.ballots, result.whole.base) == (224, 215)


def test_five_counts_share_and_mean_of_a_question_are_those_of_the_raw_answers() -> None:
    block = make_result(collected()).blocks[0]
    for question in block.levels:
        given = [b[question.code] for u in (1, 2, 3, 4) for b in raw(u)]
        levels = [v for v in given if v.isdigit()]
        assert {a.value: a.count for a in question.answers} == {str(n): levels.count(str(n)) for n in range(1, 6)}
        assert question.missing["blank"] == given.count("blank")
        assert question.share.value == printed(Fraction(100 * sum(v in "45" for v in levels), len(levels)))
        assert question.mean == printed(Fraction(sum(map(int, levels)), len(levels)))


@pytest.mark.parametrize(
    ("unit", "state", "is_ranked"),
    [
        (1, Publishable.PUBLISHED, True),
        (3, Publishable.REFERENCE_ONLY, False),
        (4, Publishable.SUPPRESSED, False),
    ],
)
def test_few_ballots_have_no_rank_and_very_few_no_figure(unit: int, state: Publishable, is_ranked: bool) -> None:
    row = next(r for r in make_result(collected()).blocks[0].units if r.name == f"Đơn vị {unit}")
    assert (row.index.state, row.rank is not None) == (state, is_ranked)
    assert (row.index.value is None, row.mean is None) == (state is Publishable.SUPPRESSED,) * 2


def test_a_suppressed_unit_stays_out_of_the_mean_and_is_named() -> None:
    block = make_result(collected()).blocks[0]
    assert (block.left_out, block.judged, block.index.base) == (("Đơn vị 4",), 3, 134)


def test_pooling_across_blocks_weighs_them_by_their_ballots() -> None:
    result = make_result(collected(formula=Formula(across_units=AcrossUnits.POOLED)))
    assert result.whole.base == 224
    assert result.blocks[0].index.base == 143


def test_a_change_is_the_difference_of_published_figures_or_says_why_there_is_none() -> None:
    earlier = {
        ("plan", ""): EarlierFigure(Decimal("80.00"), "Thông báo 4/TB-UBND"),
        ("unit", "1"): EarlierFigure(Decimal("81.50"), "Thông báo 4/TB-UBND"),
        ("unit", "2"): EarlierFigure(Decimal("79.00"), "Thông báo 4/TB-UBND", False, "Đơn vị đã sáp nhập."),
    }
    result = make_result(collected(earlier))
    rows = {row.name: row for row in result.blocks[0].units}
    assert result.change == result.whole.value - Decimal("80.00")  # type: ignore[operator]
    assert rows["Đơn vị 1"].change == rows["Đơn vị 1"].index.value - Decimal("81.50")  # type: ignore[operator]
    assert (rows["Đơn vị 2"].change, rows["Đơn vị 2"].change_note) == (None, "Đơn vị đã sáp nhập.")
    assert (rows["Đơn vị 3"].change, rows["Đơn vị 3"].change_note) == (None, "Chưa có số liệu kỳ trước.")


def test_a_census_has_no_interval() -> None:
    result = make_result(collected(census_groups=frozenset({"Trạm Y tế"})))
    assert [block.index.low is None for block in result.blocks] == [False, True]


def test_what_is_frozen_comes_back_the_same_and_its_fingerprint_is_that_of_its_bytes() -> None:
    result = make_result(collected({("plan", ""): EarlierFigure(Decimal("80.00"), "nguồn")}))
    table = to_table(result)
    assert from_table(table) == result
    assert fingerprint_of(table) == hashlib.sha256(canonical(table)).hexdigest()


def test_a_units_sheet_needs_no_other_units_counts() -> None:
    found = collected()
    result = make_result(found)
    for unit in found.units:
        own = {code: {u: counts for u, counts in of_form.items() if u == unit.id} for code, of_form in found.counts.items()}
        sheet = unit_sheet(replace(found, counts=own), result, unit.id)
        assert sheet == unit_sheet(found, result, unit.id)
        assert sheet is not None
        assert sheet.row.name == unit.name
        assert tuple(row.figure for row in sheet.criteria) == sheet.row.criteria
    assert unit_sheet(found, result, 999) is None


def test_counts_of_traits_below_five_are_hidden_with_a_second_one() -> None:
    sheet = unit_sheet(collected(), make_result(collected()), 2)
    assert sheet is not None
    for question in sheet.questions:
        if question.kind == "choice":
            hidden = [a for a in question.answers if a.count is None]
            assert all(a.count is None or a.count == 0 or a.count >= 5 for a in question.answers)
            assert len(hidden) != 1


def test_open_data_hold_opinions_only_and_name_only_units_with_enough_ballots() -> None:
    units = {u: (group, f"Đơn vị {u}") for u, (group, _, _) in UNITS.items()}
    lines = [(u, UNITS[u][1], ballot) for u in UNITS for ballot in raw(u)]
    found = open_data(FORMS, lines, units, named_from=30)
    assert found.columns[:4] == ("khoi", "don_vi", "mau_phieu", "commune.A1")
    assert not [c for c in found.columns if c.partition(".")[2] in {"F1", "F2", "F3", "F4", "F5", "G2", "G3"}]
    assert {row[1] for row in found.rows} == {"", "Đơn vị 1", "Đơn vị 2", "Đơn vị 5", "Đơn vị 6"}
    assert len(found.rows) == 224
    assert list(found.rows) == sorted(found.rows)
    assert [line.column for line in found.dictionary] == list(found.columns)
    assert not any("Ý kiến" in cell for row in found.rows for cell in row)


def test_a_single_small_unit_takes_the_name_of_the_next_smallest_with_it() -> None:
    units = {u: (group, f"Đơn vị {u}") for u, (group, _, _) in UNITS.items()}
    lines = [(u, COMMUNE, ballot) for u in (1, 2, 4) for ballot in raw(u)]
    found = open_data(FORMS, lines, units, named_from=30)
    assert {row[1] for row in found.rows} == {"", "Đơn vị 1"}
