"""Formulas as data: mistakes are named, misfits are refused, and each is told in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.forms import COMMUNE, FORM
from tests.results import NO_MINIMUM, TWO_GROUPS
from tracker.rules.satisfaction import (
    Aggregate,
    Formula,
    QuestionValue,
    UnitCounts,
    UnreadableFormula,
    count_ballots,
    describe,
    formula_of_table,
    misfits,
    read_formulas,
    result_of,
)


def test_every_seeded_formula_fits_the_seeded_questionnaires():
    formulas = read_formulas((Path(__file__).parents[2] / "seeds" / "formulas.toml").read_text(encoding="utf-8"))
    assert formulas[0].same_as(Formula())
    assert len({formula.code for formula in formulas}) == len(formulas) == 6
    for formula in formulas:
        assert misfits(formula, COMMUNE) == []
        assert not formula.checked
        assert formula_of_table(formula.as_table()) == formula


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"code": ""}, "Công thức: thiếu mục “code”."),
        (
            {"aggregate": "median"},
            f"Công thức x: mục “aggregate” phải là một trong các giá trị {', '.join(Aggregate)}.",
        ),
        (
            {"missing": "as_unsatisfied", "question_value": "mean5"},
            "Công thức x: tính câu không trả lời là không hài lòng chỉ dùng với tỷ lệ hài lòng (share).",
        ),
        (
            {"aggregate": "all_satisfied", "question_value": "mean5"},
            "Công thức x: hài lòng toàn diện chỉ dùng với tỷ lệ hài lòng (share).",
        ),
        ({"question_value": "points"}, "Công thức x: cách tính theo điểm cần bảng điểm có điểm cao nhất lớn hơn 0."),
        ({"question_value": "points", "points": {"1": -1, "5": 2}}, "Công thức x: điểm không được âm."),
        ({"satisfied": []}, "Công thức x: chưa ghi mức nào là hài lòng."),
        ({"weights": {"A": 0}}, "Công thức x: trọng số phải lớn hơn 0."),
        ({"decimals": 9}, "Công thức x: số chữ số thập phân từ 0 đến 4."),
        ({"formula": "n"}, "Công thức x: không có mục “formula”; kiểm tra chính tả."),
    ],
    ids=str,
)
def test_a_formula_with_a_mistake_is_refused(changes, sentence):
    with pytest.raises(UnreadableFormula) as refused:
        formula_of_table({"code": "x", "title": "x"} | changes)
    assert sentence in refused.value.sentences


@pytest.mark.parametrize(
    ("formula", "form", "sentence"),
    [
        (Formula(satisfied=frozenset({"9"})), COMMUNE, "Thang đo của mẫu phiếu không có mức 9."),
        (Formula(question_value=QuestionValue.POINTS, points={"5": 2}), COMMUNE, "Bảng điểm thiếu mức 1, 2, 3, 4."),
        (Formula(question_value=QuestionValue.MEAN5), FORM, "Câu A2 không theo thang đo nên không tính được điểm trung bình."),
        (Formula(aggregate=Aggregate.OVERALL_QUESTION), TWO_GROUPS, "Mẫu phiếu không có câu đánh giá chung."),
        (
            Formula(aggregate=Aggregate.WEIGHTED_GROUPS, weights={"A": 1}),
            COMMUNE,
            "Trọng số không đúng với các tiêu chí của mẫu phiếu.",
        ),
    ],
)
def test_a_formula_that_does_not_fit_its_questionnaire_says_why(formula, form, sentence):
    assert misfits(formula, form) == [sentence]
    with pytest.raises(UnreadableFormula):
        result_of(form, formula, UnitCounts())


def test_a_table_without_weights_takes_those_of_the_questionnaire():
    formula = Formula(aggregate=Aggregate.WEIGHTED_GROUPS)
    ballots = [("u", {"T": "one", "A1": "5", "A2": "no", "G1": "5"})]
    result = result_of(FORM, formula, count_ballots(FORM, formula, ballots)["u"], minimums=NO_MINIMUM)
    assert result.index.exact == 50  # one group in the index: its weight alone


def test_the_formula_is_told_in_words():
    words = describe(Formula(legal_basis="Quyết định 2640/QĐ-BNV"), COMMUNE)
    assert words == (
        "Căn cứ: Quyết định 2640/QĐ-BNV.",
        "Giá trị của mỗi câu là tỷ lệ phiếu trả lời “Hài lòng” và “Rất hài lòng” trên số phiếu có trả lời câu đó.",
        "Chỉ số là trung bình cộng của 15 câu tính chỉ số.",
        "Chỉ số chung của nhiều đơn vị là trung bình cộng chỉ số các đơn vị.",
        "Số liệu làm tròn một lần khi in, 2 chữ số thập phân.",
        "Cách tính chưa đối chiếu văn bản.",
    )


@pytest.mark.parametrize("value", QuestionValue)
@pytest.mark.parametrize("aggregate", Aggregate)
def test_every_formula_has_words(value, aggregate):
    formula = Formula(question_value=value, aggregate=aggregate, points={"1": 0, "5": 2}, checked=True)
    words = describe(formula, COMMUNE)
    assert len(words) == 4
    assert all(sentence.endswith(".") and "{" not in sentence for sentence in words)
