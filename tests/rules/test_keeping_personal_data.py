"""Personal data must not slip into free text or into the columns of a file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.rules.questionnaires import PersonalKind, find_personal, personal_heading


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("gọi cho tôi 0912345678", PersonalKind.NUMBER),
        ("0912 345 678", PersonalKind.NUMBER),
        ("0912.345.678", PersonalKind.NUMBER),
        ("0912 - 345 - 678", PersonalKind.NUMBER),
        ("+84 912-345-678", PersonalKind.NUMBER),
        ("(0258) 3.822.229", PersonalKind.NUMBER),
        ("CCCD 056090001234", PersonalKind.NUMBER),
        ("chứng minh 225 123 456", PersonalKind.NUMBER),
        ("thẻ GD4797912345678", PersonalKind.NUMBER),
        ("hồ sơ H39.12.3-230415-0012", PersonalKind.NUMBER),
        ("０９１２３４５６７８", PersonalKind.NUMBER),
        ("09\u200b12345678", PersonalKind.NUMBER),
        ("nguyenvana@gmail.com", PersonalKind.EMAIL),
        ("Tôi là Nguyễn Văn An, thôn 2", PersonalKind.NAME),
        ("toi la ai, tôi tên Vũ Thị Bình", PersonalKind.NAME),
        ("họ tên: trần thị b", PersonalKind.NAME),
        ("phí 100.000.000 đồng", None),
        ("giá 250000000đ", None),
        ("nộp 1.500.000.000 cho dự án", None),
        ("ngày 12/8/2014, 15/8/2014", None),
        ("các năm 2021 2022 2023", None),
        ("từ 8 - 11 giờ, 12-5-2021", None),
        ("chờ 3 lần, mỗi lần 2 giờ", None),
        ("tôi là người cao tuổi", None),
        ("tôi là văn thư của trường", None),
        ("đường Trần Phú hay ngập", None),
        ("", None),
    ],
)
def test_signs_of_a_person_are_found_in_words(text, kind):
    assert find_personal(text) is kind


@given(st.from_regex(r"0[35789]\d{8}", fullmatch=True), st.sampled_from(["", " ", ".", "-"]), st.integers(2, 4))
def test_a_mobile_number_is_found_however_it_is_grouped(number, separator, size):
    grouped = separator.join(number[i : i + size] for i in range(0, 10, size))
    assert find_personal(f"gọi {grouped} nhé") is PersonalKind.NUMBER


@pytest.mark.parametrize(
    ("heading", "personal"),
    [
        ("Họ và tên", True),
        ("HO TEN", True),
        ("Số điện thoại", True),
        ("SĐT", True),
        ("Số CCCD", True),
        ("Ngày sinh", True),
        ("Địa chỉ", True),
        ("E-mail", True),
        ("Số định danh cá nhân", True),
        ("Tên người nộp hồ sơ", True),
        ("Mã phiếu", False),
        ("A1", False),
        ("Đơn vị", False),
        ("Ngày nhập", False),
        ("Tên dịch vụ", False),
        ("Ý kiến khác", False),
    ],
)
def test_headings_of_personal_data_are_known(heading, personal):
    assert personal_heading(heading) is personal
