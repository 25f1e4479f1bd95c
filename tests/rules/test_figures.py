"""Rounding, intervals, small cells, ranks, changes, targets: always what people can check on the page."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vectors import VECTORS
from tracker.rules.satisfaction import (
    Aggregate,
    Basis,
    Figure,
    Formula,
    Minimums,
    Publishable,
    change_on,
    change_points,
    dossier_score,
    meets_target,
    percent,
    rank,
    rounded,
    share_not_complained,
    small_cells,
    wilson,
)
from tracker.wording.figures import change_words, decimal_words, exact_words, interval_words, mean_words, rank_words, share_words
from tracker.wording.numbers import in_words


def decimal(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def published(value: str | None, base: int = 60) -> Figure:
    return Figure(None if value is None else Fraction(value), base, Minimums().state(base))


# Rounding and intervals


@pytest.mark.parametrize("case", VECTORS["rounding"], ids=str)
def test_percentages_round_half_up_once(case):
    assert str(rounded(percent(case["numerator"], case["denominator"]))) == case["percent"]


@pytest.mark.parametrize(("value", "printed"), [("-1/800", "0.00"), ("-0.125", "-0.13"), ("0.005", "0.01"), ("12.565", "12.57")])
def test_halves_go_away_from_nought(value, printed):
    assert str(abs(rounded(Fraction(value)))) == printed.lstrip("-")
    assert (rounded(Fraction(value)) < 0) is printed.startswith("-")


@given(st.fractions(-1000, 1000), st.integers(0, 4))
def test_rounding_is_never_further_off_than_half_a_unit(value, decimals):
    found = rounded(value, decimals)
    assert abs(Fraction(found) - value) <= Fraction(1, 2 * 10**decimals)
    assert -found.as_tuple().exponent == decimals


@pytest.mark.parametrize("case", VECTORS["wilson"]["cases"], ids=str)
def test_the_interval_agrees_with_the_vectors(case):
    share = Fraction(100 * case["k"], case["n"])
    found = wilson(share, case["n"])
    assert (str(rounded(share)), str(found.low), str(found.high)) == (case["percent"], case["low"], case["high"])


def test_the_interval_of_an_index_stands_on_its_ballots():
    case = VECTORS["wilson"]["of_an_index"]
    found = wilson(Fraction(case["index"]), case["ballots"])
    assert (str(found.low), str(found.high)) == (case["low"], case["high"])


@given(st.integers(1, 10**6), st.data())
def test_the_interval_agrees_with_floating_point_and_holds_the_share(n, data):
    k = data.draw(st.integers(0, n))
    found, p, z2 = wilson(Fraction(100 * k, n), n), k / n, 1.96**2
    spread = 1.96 * sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    for limit, expected in ((found.low, p + z2 / (2 * n) - spread), (found.high, p + z2 / (2 * n) + spread)):
        assert abs(float(limit) - 100 * expected / (1 + z2 / n)) < 0.0051
    assert 0 <= found.low <= rounded(Fraction(100 * k, n)) <= found.high <= 100


def test_no_interval_without_ballots_and_none_for_what_is_no_share():
    assert wilson(Fraction(50), 0) is None
    with pytest.raises(ValueError):
        wilson(Fraction(101), 10)


# Small cells


@pytest.mark.parametrize("case", VECTORS["small_cells"]["cases"], ids=str)
def test_small_cells_agree_with_the_vectors(case):
    assert list(small_cells(case["row"])) == case["shown"]


@given(st.lists(st.integers(0, 20), min_size=2, max_size=8))
def test_one_hidden_cell_is_never_alone(row):
    shown = small_cells(row)
    assert sum(cell is None for cell in shown) != 1
    assert all(cell in (None, count) for cell, count in zip(shown, row, strict=True))
    assert all(cell is None for cell, count in zip(shown, row, strict=True) if 0 < count < 5)


# Ranks, changes, targets


def test_ranks_agree_with_the_vectors():
    case = VECTORS["rank"]
    figures = {key: published(value) for key, value in case["exact"].items()}
    assert {key: None if f.published is None else str(f.published) for key, f in figures.items()} == case["published"]
    assert {place.key: place.rank for place in rank((k, k, f) for k, f in figures.items())} == case["rank"]


def test_ties_stand_in_order_of_vietnamese_names_and_small_bases_last():
    units = [
        (1, "Trạm Đ", published("80", 29)),
        (2, "Trạm Ơ", published("85")),
        (3, "Trạm Đ", published("85")),
        (4, "Trạm D", published("85.004")),
        (5, "Trạm A", published("90", 9)),
    ]
    assert [(place.key, place.rank, place.tied) for place in rank(units)] == [
        (4, 1, True),
        (3, 1, True),
        (2, 1, True),
        (5, None, False),
        (1, None, False),
    ]


@given(st.lists(st.integers(8000, 8010).map(lambda n: Fraction(n, 100)), max_size=20))
def test_a_rank_is_one_more_than_the_number_of_better_units(values):
    figures = [Figure(value, 60, Publishable.PUBLISHED) for value in values]
    for place in rank((n, str(n), figure) for n, figure in enumerate(figures)):
        better = sum(other.published > figures[place.key].published for other in figures)
        assert place.rank == better + 1
        assert place.tied is (sum(other.published == figures[place.key].published for other in figures) > 1)


@pytest.mark.parametrize("case", VECTORS["change"], ids=str)
def test_a_change_is_the_difference_of_two_published_figures(case):
    assert change_points(decimal(case["this"]), decimal(case["last"])) == decimal(case["points"])


BASIS = Basis("commune", 1, Formula())


@pytest.mark.parametrize(
    ("this", "last", "last_basis", "points", "reason"),
    [
        ("86.36", "82.76", BASIS, "3.60", ""),
        ("86.36", None, None, None, "Chưa có số liệu kỳ trước."),
        (None, "82.76", BASIS, None, "Kỳ này chưa có số liệu hoặc chưa đủ số phiếu."),
        ("86.36", "82.76", Basis("commune", 2, Formula()), None, "Kỳ trước dùng mẫu phiếu khác nên không so sánh."),
        (
            "86.36",
            "82.76",
            Basis("commune", 1, Formula(aggregate=Aggregate.GROUPS)),
            None,
            "Kỳ trước dùng cách tính khác nên không so sánh.",
        ),
        ("86.36", "82.76", Basis("commune", 1, Formula(title="Tên khác", note="x")), "3.60", ""),
        (
            "86.36",
            "82.76",
            Basis("commune", 1, Formula(), same_unit=False),
            None,
            "Đơn vị đã sáp nhập hoặc thay đổi so với kỳ trước nên không so sánh.",
        ),
    ],
)
def test_only_figures_of_the_same_basis_are_compared(this, last, last_basis, points, reason):
    found = change_on(decimal(this), BASIS, decimal(last), last_basis)
    assert (found.points, found.reason) == (decimal(points), reason)


@pytest.mark.parametrize(
    ("value", "base", "target", "met"),
    [
        ("84", 60, "84", True),
        ("83.995", 60, "84", True),
        ("83.99", 60, "84", False),
        ("90", 9, "84", None),
        ("90", 60, None, None),
        (None, 60, "84", None),
    ],
)
def test_the_target_is_met_by_the_published_figure(value, base, target, met):
    assert meets_target(published(value, base), decimal(target)) is met


# What is no satisfaction index


def test_points_of_dossiers_round_below_the_total():
    case = VECTORS["dossier_points"]
    found = dossier_score(case["dossiers"])
    assert {key: str(value) for key, value in found.indicators.items()} == case["indices"]
    assert (str(found.total), found.dossiers) == (case["total"], 3)
    assert str(found.total) != case["total_if_wrongly_rounded_last"]


@pytest.mark.parametrize("dossiers", [[{"1": 3}], [{"1": 2}, {"2": 2}], [{"1": -1}]])
def test_dossiers_that_cannot_be_scored_are_refused(dossiers):
    with pytest.raises(ValueError):
        dossier_score(dossiers)


def test_no_dossier_has_no_total():
    assert dossier_score([]).total is None


@pytest.mark.parametrize("case", VECTORS["share_not_complained"], ids=str)
def test_who_does_not_complain_counts(case):
    assert share_not_complained(case["total"], case["complained_or_late"]) == decimal(case["percent"])


def test_more_complaints_than_dossiers_are_refused():
    with pytest.raises(ValueError):
        share_not_complained(5, 6)


# Words


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (share_words(Decimal("86.36")), "86,36%"),
        (share_words(None), "–"),
        (mean_words(Decimal("4.27")), "4,27/5 điểm"),
        (change_words(Decimal("3.60")), "tăng 3,60 điểm phần trăm"),
        (change_words(Decimal("-0.40")), "giảm 0,40 điểm phần trăm"),
        (change_words(Decimal("0.00")), "không đổi"),
        (change_words(None), "–"),
        (rank_words(4, 15), "hạng 4/15"),
        (rank_words(4, 15, tied=True), "đồng hạng 4/15"),
        (rank_words(None, 15), "–"),
        (interval_words(Decimal("73.89"), Decimal("91.90")), "73,89 – 91,90%"),
        (interval_words(None, None), "–"),
        (decimal_words(Decimal("-1234.50")), "-1.234,50"),
        (exact_words(Fraction(58, 10)), "5,8"),
        (exact_words(Fraction(2, 3)), "0,67"),
        (exact_words(1000), "1.000"),
        (exact_words(Fraction(-1, 8)), "-0,13"),
    ],
)
def test_figures_are_printed_in_vietnamese_form(words, expected):
    assert words == expected


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0, "không"),
        (5, "năm"),
        (10, "mười"),
        (15, "mười lăm"),
        (21, "hai mươi mốt"),
        (24, "hai mươi tư"),
        (25, "hai mươi lăm"),
        (105, "một trăm linh năm"),
        (110, "một trăm mười"),
        (1000, "một nghìn"),
        (1005, "một nghìn không trăm linh năm"),
        (1650, "một nghìn sáu trăm năm mươi"),
        (24_670, "hai mươi tư nghìn sáu trăm bảy mươi"),
        (1_000_015, "một triệu không trăm mười lăm"),
    ],
)
def test_a_count_in_words(value: int, said: str) -> None:
    assert in_words(value) == said
