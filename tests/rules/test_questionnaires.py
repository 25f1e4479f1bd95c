"""Questionnaires as data, and every mistake in one named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.forms import COMMUNE, NINE, SEEDS, SMALL, STATION
from tracker.rules.questionnaires import (
    UnreadableQuestionnaire,
    questionnaire_of_table,
    read_questionnaire,
)
from tracker.rules.states import DiscardReason


def changed(old: str, new: str) -> str:
    assert old in SMALL
    return SMALL.replace(old, new, 1)


# The seeds


@pytest.mark.parametrize(
    ("form", "questions", "index", "facts"),
    [
        (COMMUNE, 23, {"A": 3, "B": 3, "C": 4, "D": 3, "E": 2}, 5),
        (STATION, 23, {"A": 2, "B": 3, "C": 3, "D": 4, "E": 3}, 4),
        (NINE, 9, {"A": 1, "B": 1, "C": 1, "D": 1, "E": 1}, 4),
    ],
    ids=lambda value: getattr(value, "code", None),
)
def test_a_seeded_questionnaire_holds_what_the_method_says(form, questions, index, facts):
    assert len(form.questions) == questions
    per_group = {g.code: sum(q.in_index for q in form.questions_of(g.code)) for g in form.index_groups}
    assert per_group == index
    assert len(form.facts) == facts
    assert [q.discard_reason for q in form.questions if q.discards] == [DiscardReason.ANSWERED_BY_OFFICIAL]


def test_every_seed_is_read():
    assert sorted(path.stem for path in SEEDS.glob("*.toml")) == ["commune", "health-station", "online-nine"]


def test_only_one_question_asks_for_all_in_all():
    assert (COMMUNE.overall.code, STATION.overall.code, NINE.overall) == ("G1", "G1", None)


def test_the_levels_of_a_question_are_the_scale_in_order():
    assert list(COMMUNE.by_code["A1"].options.items()) == [
        ("1", "Rất không hài lòng"),
        ("2", "Không hài lòng"),
        ("3", "Bình thường"),
        ("4", "Hài lòng"),
        ("5", "Rất hài lòng"),
    ]


# Reading


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("a = ", "Tệp mẫu phiếu sai cú pháp TOML ở cuối tệp; sửa chỗ đó rồi tải lại."),
        ('title = "x"\nversion 1', "Tệp mẫu phiếu sai cú pháp TOML ở dòng 2, cột 9; sửa chỗ đó rồi tải lại."),
        (changed('title = "Phiếu thử"', ""), "Mẫu phiếu: thiếu mục “title”."),
        (changed("version = 1", 'version = "1"'), "Mẫu phiếu: mục “version” phải là số nguyên."),
        (changed("version = 1", "version = 0"), "Mẫu phiếu: phiên bản 0 phải từ 1 trở lên."),
        (
            changed('code = "small"', 'code = "Mẫu 1"'),
            "Mẫu phiếu: mã “Mẫu 1” chỉ gồm chữ thường không dấu, chữ số và dấu gạch nối.",
        ),
        (changed('title = "Phiếu thử"', 'title = "x"\nlegal = "y"'), "Mẫu phiếu: không có mục “legal”; kiểm tra chính tả."),
        (changed("in_index = true", "in_idx = true"), "Câu A1: không có mục “in_idx”; kiểm tra chính tả."),
        (changed("in_index = true", 'in_index = "có"'), "Câu A1: mục “in_index” phải là true hoặc false."),
        (
            changed('type = "yes_no"', 'type = "stars"'),
            "Câu A2: mục “type” phải là một trong các giá trị five_levels, levels, yes_no, choice, text.",
        ),
        (changed('type = "yes_no"\n', ""), "Câu A2: thiếu mục “type”."),
        (changed('code = "A2"', 'code = "A1"'), "Câu A1 ghi hai lần; mỗi câu một mã."),
        (changed('code = "G"', 'code = "A"'), "Nhóm A ghi hai lần; mỗi nhóm một mã."),
        (changed('group = "G"', 'group = "H"'), "Câu G1: nhóm “H” không có trong danh sách nhóm."),
        (
            changed('title = "Chung"', 'title = "Chung"\n[[groups]]\ncode = "Z"\ntitle = "Thừa"'),
            "Nhóm Z không có câu hỏi nào; bỏ nhóm hoặc thêm câu.",
        ),
        (changed("weight = 3", "weight = 0"), "Nhóm A: trọng số 0 phải từ 1 trở lên."),
        (changed('5 = "Rất hài lòng"\n', ""), "Câu A1: năm mức, nhưng thang đo có 4 mức; ghi đủ thang hoặc dùng kiểu levels."),
        (changed('5 = "Rất hài lòng"', '6 = "Rất hài lòng"'), "Thang đo: các mức phải là 1, 2, 3 … liền nhau, từ 2 đến 10 mức."),
        (changed("zero = ", "blank = "), "Câu T: mã phương án “blank” không dùng được; đặt mã khác, chữ không dấu."),
        (changed('one = "1 lần"', 'one = "khác"'), "Câu T: hai phương án cùng tên “khac”."),
        (changed('other = "other"', 'other = "else"'), "Câu T: mục “other” nêu phương án “else” không có trong câu này."),
        (
            changed("decides = 2", "decides = true"),
            "Câu T: mục “decides” phải là “any”, một số từ 1, hoặc các danh sách phương án.",
        ),
        (
            changed("decides = 2", 'decides = [["zero"], ["two"]]'),
            "Câu T: mục “decides” nêu phương án “two” không có trong câu này.",
        ),
        (changed('recheck = "fact"\n', ""), "Câu T: mục “decides” chỉ dùng với câu phúc tra về sự việc (recheck = fact)."),
        (
            changed('skip_if = { T = ["zero"] }', 'skip_if = { G1 = ["1"] }'),
            "Câu A1: bỏ qua theo câu G1, nhưng câu ấy không đứng trước.",
        ),
        (changed('T = ["zero"]', 'T = ["never"]'), "Câu A1: bỏ qua theo câu T, nhưng câu ấy không có phương án “never”."),
        (
            changed("overall = true", "overall = true\nin_index = true"),
            "Câu G1: câu đánh giá chung không nằm trong chỉ số; bỏ in_index hoặc overall.",
        ),
        (changed("max_length = 60", "in_index = true"), "Câu G2: câu ghi ý kiến không tính được vào chỉ số."),
        (
            changed("decides = 2", "decides = 2\nin_index = true"),
            "Câu T: câu chọn phương án muốn tính vào chỉ số phải ghi các phương án hài lòng (satisfied).",
        ),
        (
            changed('text = "Ý kiến khác"', 'text = "Số điện thoại liên hệ"'),
            "Câu G2: hỏi thông tin cá nhân của người dân; bỏ câu này, phiếu chỉ có mã phiếu.",
        ),
    ],
)
def test_a_mistake_in_the_file_is_named(source, sentence):
    with pytest.raises(UnreadableQuestionnaire) as refused:
        read_questionnaire(source)
    assert sentence in refused.value.sentences


def test_all_mistakes_are_told_at_once():
    with pytest.raises(UnreadableQuestionnaire) as refused:
        read_questionnaire(
            changed('group = "G"', 'group = "H"').replace('skip_if = { T = ["zero"] }', 'skip_if = { G9 = ["1"] }')
        )
    assert len(refused.value.sentences) == 2


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@given(anything)
def test_any_value_in_any_field_is_refused_and_never_crashes(value):
    for key in ("code", "version", "title", "scale", "groups", "questions"):
        table = {"code": "a", "version": 1, "title": "b", "scale": {}, "groups": [{"code": "A", "title": "t"}], "questions": [{}]}
        table[key] = value
        with pytest.raises(UnreadableQuestionnaire):
            questionnaire_of_table(table)


def test_a_questionnaire_without_any_figure_is_refused():
    source = SMALL.replace("in_index = true\n", "").replace("overall = true\n", "")
    with pytest.raises(UnreadableQuestionnaire) as refused:
        read_questionnaire(source)
    assert refused.value.sentences == ["Không có câu nào dùng để tính kết quả; đánh dấu in_index hoặc overall."]
