"""One filled ballot: what is read, what is refused with which sentence, and what counts."""

from __future__ import annotations

from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.forms import COMMUNE, FILLED, FORM, NINE, STATION
from tests.vectors import VECTORS
from tracker.rules.questionnaires import (
    NO_ANSWERS,
    AnswerType,
    check_ballot,
    counted_form,
    discard_of,
    enough_answered,
    read_answer,
)
from tracker.rules.states import DiscardReason


@pytest.mark.parametrize(
    ("code", "raw", "value"),
    [
        ("A1", "4", "4"),
        ("A1", "4.0", "4"),
        ("A1", "４", "4"),
        ("A1", "hai long", "4"),
        ("A1", "Rất  hài lòng", "5"),
        ("A1", "blank", "blank"),
        ("A1", "Không trả lời", "blank"),
        ("A1", "not_used", "not_used"),
        ("A1", "invalid", "invalid"),
        ("A2", "Có", "yes"),
        ("A2", "khong", "no"),
        ("A2", "1", "yes"),
        ("A2", "2", "no"),
        ("T", "ONE", "one"),
        ("T", "2", "one"),
        ("T", "1 lần", "one"),
        ("T", "Khác", "other"),
        ("A1", "6", None),
        ("A1", "0", None),
        ("A1", "4.5", None),
        ("A1", "-4", None),
        ("A2", "not_used", None),
        ("T", "4", None),
        ("T", "skipped", None),
        ("A1", "", None),
    ],
)
def test_an_answer_is_read_by_code_label_or_place(code, raw, value):
    assert read_answer(FORM.by_code[code], normalize("NFKC", raw)) == value


@pytest.mark.parametrize("form", [COMMUNE, STATION, NINE], ids=lambda f: f.code)
def test_every_choice_of_the_seeds_can_be_typed_by_one_number_key(form):
    for question in form.questions:
        for place, value in enumerate(question.options, 1):
            assert place <= 9
            assert read_answer(question, str(place)) == value


def test_a_full_ballot_is_accepted():
    found = check_ballot(FORM, FILLED)
    assert (found.accepted, found.answers, found.discard) == (True, FILLED, None)


def problems(typed, **options):
    return [(p.question, p.key, p.sentence) for p in check_ballot(FORM, FILLED | typed, **options).problems]


@pytest.mark.parametrize(
    ("typed", "row", "expected"),
    [
        (
            {"A1": ""},
            None,
            ("A1", "answer_required", "Câu A1 chưa có câu trả lời; chọn một phương án, hoặc Không trả lời nếu phiếu để trống."),
        ),
        (
            {"A1": "7"},
            None,
            ("A1", "answer_required", "Câu A1 chưa có câu trả lời; chọn một phương án, hoặc Không trả lời nếu phiếu để trống."),
        ),
        (
            {"A1": "3;4"},
            None,
            ("A1", "answer_many", "Câu A1 chỉ chọn một phương án; phiếu chọn nhiều thì loại bỏ với lý do tương ứng."),
        ),
        (
            {"A2": "có và không"},
            None,
            ("A2", "answer_many", "Câu A2 chỉ chọn một phương án; phiếu chọn nhiều thì loại bỏ với lý do tương ứng."),
        ),
        (
            {"T": "zero"},
            None,
            ("A1", "answer_skipped_question", "Câu A1 phải bỏ qua vì câu T trả lời “Không phải đi”; xóa câu trả lời này."),
        ),
        ({"G2": "x" * 61}, None, ("G2", "text_too_long", "Ý kiến dài 61 ký tự, tối đa 60; rút gọn, giữ nguyên ý.")),
        (
            {"G2": "gọi 0912 345 678"},
            None,
            ("G2", "text_personal", "Ý kiến có vẻ ghi họ tên hoặc số điện thoại của người dân; bỏ phần đó."),
        ),
        (
            {"G2": "gọi 0912 345 678"},
            5,
            ("G2", "personal_data_cell", "Dòng 5, câu G2: câu trả lời có vẻ chứa số điện thoại hoặc số định danh; xóa phần đó."),
        ),
        ({"A1": "7"}, 5, ("A1", "cell_choice", "Dòng 5, câu A1: “7” không thuộc các phương án 1, 2, 3, 4, 5.")),
        ({"A1": ""}, 5, ("A1", "cell_required", "Dòng 5, cột A1: để trống; điền 1, 2, 3, 4, 5 hoặc blank.")),
        (
            {"A1": "3;4"},
            5,
            ("A1", "answer_many", "Dòng 5: câu A1 chỉ chọn một phương án; phiếu chọn nhiều thì loại bỏ với lý do tương ứng."),
        ),
    ],
)
def test_a_wrong_answer_is_refused_with_its_sentence(typed, row, expected):
    assert problems(typed, row=row) == [expected]


def test_an_empty_cell_may_mean_that_the_paper_is_blank():
    found = check_ballot(FORM, FILLED | {"A1": ""}, row=2, blank_cells=True)
    assert (found.accepted, found.answers["A1"]) == (True, "blank")


def test_a_skipped_question_needs_no_key():
    found = check_ballot(FORM, {**FILLED, "T": "zero", "A1": ""})
    assert (found.accepted, found.answers["A1"]) == (True, "skipped")


def test_words_beside_other_are_kept_and_looked_through():
    found = check_ballot(FORM, FILLED | {"T": "other"}, other_texts={"T": "nhờ con đi", "A1": "never kept"})
    assert (found.accepted, dict(found.other_texts)) == (True, {"T": "nhờ con đi"})
    refused = check_ballot(FORM, FILLED | {"T": "other"}, other_texts={"T": "hỏi 0912345678"})
    assert [p.key for p in refused.problems] == ["text_personal"]
    assert not check_ballot(FORM, FILLED, other_texts={"T": "no longer shown"}).other_texts


def test_answers_to_another_questionnaire_are_named():
    found = check_ballot(FORM, FILLED | {"B7": "4", "B8": " "})
    assert (found.accepted, found.unknown) == (False, ("B7",))


def test_texts_are_counted_by_presence_only():
    assert counted_form(FORM, FILLED | {"G2": "Ghế ít"})["G2"] == "text"
    assert counted_form(FORM, FILLED | {"G2": ""})["G2"] == "blank"


answers = st.fixed_dictionaries(
    {
        "T": st.sampled_from(["zero", "one", "other"]),
        "A1": st.sampled_from(["1", "2", "3", "4", "5", "blank", "not_used", "invalid"]),
        "A2": st.sampled_from(["yes", "no", "blank", "invalid"]),
        "G1": st.sampled_from(["1", "5", "blank", "invalid"]),
        "G2": st.sampled_from(["", "Chờ lâu"]),
    }
)


@given(answers)
def test_what_was_accepted_is_accepted_again_and_stays_the_same(typed):
    first = check_ballot(FORM, typed if typed["T"] != "zero" else typed | {"A1": ""})
    assert first.accepted
    again = check_ballot(FORM, first.answers)
    assert (again.accepted, again.answers) == (True, first.answers)


@given(st.dictionaries(st.sampled_from([*FORM.by_code, "X"]), st.text(max_size=12)))
def test_any_typing_ends_in_answers_or_sentences(typed):
    found = check_ballot(FORM, typed, row=9)
    refused = {problem.question for problem in found.problems}
    for question in FORM.questions:
        if question.type is AnswerType.TEXT:
            continue
        allowed = {*question.options, *NO_ANSWERS}
        assert question.code in refused or found.answers[question.code] in allowed
    assert all(problem.sentence.startswith("Dòng 9") for problem in found.problems if problem.key != "text_too_long")


# Which ballots count


@pytest.mark.parametrize("case", VECTORS["ballot_valid"]["cases"], ids=str)
def test_half_of_the_index_questions_make_a_ballot_valid(case):
    assert enough_answered(case["index_questions"], case["answered"]) is case["valid"]
    given_answers = {q.code: "3" if n < case["answered"] else "blank" for n, q in enumerate(COMMUNE.index_questions)}
    assert (discard_of(COMMUNE, given_answers) is None) is case["valid"]


def test_a_ballot_answered_by_an_official_is_discarded_with_its_reason():
    full = {q.code: "5" for q in COMMUNE.index_questions}
    found = discard_of(COMMUNE, full | {"F1": "official"})
    assert (found.reason, found.note) == (DiscardReason.ANSWERED_BY_OFFICIAL, "cán bộ, công chức trả lời thay người dân")


def test_an_empty_ballot_says_how_much_is_missing():
    found = discard_of(COMMUNE, {"A1": "5"})
    assert (found.reason, found.note) == (DiscardReason.BLANK, "Phiếu bỏ trống: mới trả lời 1/15 câu tính chỉ số")


def test_questions_that_were_not_asked_are_not_missing():
    assert discard_of(FORM, {"T": "zero", "A1": "skipped", "A2": "yes"}) is None
    assert discard_of(FORM, {"T": "zero", "A1": "skipped", "A2": "blank"}).reason is DiscardReason.BLANK
