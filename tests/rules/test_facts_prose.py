"""Sample bands, formulas, recheck, milestones, the survey's time and observers in the forms in which plans word them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.documents import read_text
from tracker.rules.drafts.facts import read_facts
from tracker.rules.parsed import PlanFacts

HEAD = (
    "ỦY BAN NHÂN DÂN\nHUYỆN TÂN PHÚ\nSố: 9/KH-UBND\nTân Phú, ngày 4 tháng 3 năm 2024\nKẾ HOẠCH\n"
    "Khảo sát sự hài lòng của người dân năm 2024\nI. MỤC ĐÍCH\nII. NỘI DUNG\n"
)


def facts(text: str) -> PlanFacts:
    return read_facts(read_text(HEAD + text))


TIERS = {
    "cells": (
        "Dưới 100 hồ sơ\t100% số phiếu\nTừ 100 đến dưới 1.000 hồ sơ\tTừ 100 phiếu trở lên\nTừ 1.000 hồ sơ trở lên\t200 phiếu",
        [(0, 99, "100%"), (100, 999, 100), (1000, None, 200)],
    ),
    "one cell a line": (
        "Dưới 100 hồ sơ\n100%\nTừ 100 đến 500 hồ sơ\n100 phiếu\nTrên 500 hồ sơ\n200 phiếu",
        [(0, 99, "100%"), (100, 500, 100), (501, None, 200)],
    ),
    "a sentence": (
        "Cỡ mẫu: dịch vụ có dưới 50 hồ sơ khảo sát 100%; từ 50 đến 200 hồ sơ khảo sát 50 phiếu; trên 200 hồ sơ khảo sát "
        "100 phiếu.",
        [(0, 49, "100%"), (50, 200, 50), (201, None, 100)],
    ),
    "points": (
        "- Từ 1 - 99 giao dịch: khảo sát 100% số giao dịch;\n- Từ 100 - 499 giao dịch: 100 phiếu;\n"
        "- Từ 500 giao dịch trở lên: 200 phiếu.",
        [(1, 99, "100%"), (100, 499, 100), (500, None, 200)],
    ),
    "signs": (
        "< 100 hồ sơ\t100%\n100 - 300 hồ sơ\t80 phiếu\n> 300 hồ sơ\t150 phiếu",
        [(0, 99, "100%"), (100, 300, 80), (301, None, 150)],
    ),
    "one band is no rule": ("Từ 100 hồ sơ trở lên: 50 phiếu", []),
}


@pytest.mark.parametrize(("text", "tiers"), TIERS.values(), ids=TIERS)
def test_sample_bands(text: str, tiers: list[object]) -> None:
    assert [(tier.min, tier.max, tier.ballots) for tier in facts(text).sample_tiers] == tiers


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("Cỡ mẫu tính theo công thức: n = N/(1+N·e²), trong đó e = 5%.", "n = N/(1+N·e²)"),
        ("Công thức n = N / (1 + N * e^2), với N là tổng thể", "n = N / (1 + N * e^2)"),
        ("n=N/1+N(e)2 = 86.933", "n=N/1+N(e)2"),
        ("Công thức:\nN\nn =\n1 + N (e)2\nTrong đó:", "n = N/(1 + N (e)2)"),
        ("n = N\n1 + N.e²", "n = N/(1 + N.e²)"),
        ("Số n người dân", ""),
    ],
)
def test_sample_formulas(text: str, formula: str) -> None:
    assert facts(text).sample_formula == formula


@pytest.mark.parametrize(
    ("text", "percent", "doubts"),
    [
        ("Tiến hành phúc tra 10% số phiếu điều tra.", 10, []),
        ("Phúc tra ngẫu nhiên tối thiểu 5 % số phiếu thu về.", 5, []),
        ("Chọn 15% số phiếu để phúc tra.", 15, []),
        ("Tỷ lệ phúc tra: 20 phần trăm", 20, []),
        ("Phúc tra nếu cần. Thu đủ 100% số phiếu.", None, []),
        (
            "Phúc tra 10% số phiếu.\nPhúc tra 15% phiếu tại xã.",
            10,
            ["Hai quy định về tỷ lệ phúc tra khác nhau: “Phúc tra 10%” và “Phúc tra 15%”; chọn một."],
        ),
    ],
)
def test_the_share_that_is_rechecked(text: str, percent: int | None, doubts: list[str]) -> None:
    found = facts(text)
    assert (found.recheck_percent, [doubt.sentence for doubt in found.doubts]) == (percent, doubts)


@pytest.mark.parametrize(
    ("text", "milestones"),
    [
        (
            "- Báo cáo kết quả về UBND tỉnh chậm nhất ngày 15/6/2024.",
            [("chậm nhất ngày 15/6/2024", "2024-06-15", "Báo cáo kết quả về UBND tỉnh")],
        ),
        (
            "Hoàn thành trước ngày 30/11/2024 việc công bố kết quả.",
            [("trước ngày 30/11/2024", "2024-11-29", "Hoàn thành việc công bố kết quả")],
        ),
        ("Công bố kết quả trong tháng 7/2024 (dự kiến).", [("trong tháng 7/2024", "2024-07-31", "Công bố kết quả")]),
        ("- Hồ sơ phát sinh từ ngày 01/01/2024 đến ngày 31/5/2024.", []),
        ("- Theo Quyết định số 4/QĐ-UBND ngày 05/01/2024 của UBND xã.", []),
        ("Căn cứ Luật A ngày 19/6/2015;", []),
        ("Nâng cao chỉ số trong năm 2024 và các năm tiếp theo.", []),
    ],
)
def test_dates_in_prose_that_ask_for_work_are_milestones(text: str, milestones: list[tuple[str, str, str]]) -> None:
    found = [(milestone.wording, str(milestone.due_on), milestone.content) for milestone in facts(text).milestones]
    assert [(wording, due) for wording, due, _ in found] == [(wording, due) for wording, due, _ in milestones]
    assert all(wanted in content for (_, _, content), (_, _, wanted) in zip(found, milestones, strict=True))


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("- Thời gian khảo sát: từ tháng 7/2024 đến tháng 12/2024.", ("2024-07-01", "2024-12-31")),
        ("3. Thời gian khảo sát\nTừ ngày 01/3/2024 đến hết ngày 31/5/2024.", ("2024-03-01", "2024-05-31")),
        ("Việc khảo sát được thực hiện từ ngày 01/6/2024 đến 31/8/2024.", ("2024-06-01", "2024-08-31")),
        ("Thời gian thực hiện khảo sát: Quý III/2024.", ("2024-07-01", "2024-09-30")),
        ("Giải quyết hồ sơ từ ngày 01/6/2024 đến 31/8/2024.", None),
    ],
)
def test_the_time_of_the_survey_in_prose(text: str, window: tuple[str, str] | None) -> None:
    found = facts(text).survey_window
    assert (found and (str(found.start_on), str(found.due_on))) == window


@pytest.mark.parametrize(
    ("text", "observers"),
    [
        (
            "5. Đề nghị Ủy ban Mặt trận Tổ quốc Việt Nam huyện và các tổ chức phối hợp tuyên truyền, giám sát việc khảo sát.",
            ("Ủy ban Mặt trận Tổ quốc Việt Nam huyện",),
        ),
        (
            "Đề nghị Hội Cựu chiến binh huyện, Hội Nông dân huyện tham gia giám sát.",
            ("Hội Cựu chiến binh huyện", "Hội Nông dân huyện"),
        ),
        ("Chịu sự giám sát của Ban Thanh tra nhân dân.", ("Ban Thanh tra nhân dân",)),
        ("- Mời MTTQ xã giám sát.\n- Ủy ban MTTQ xã Tân Lập cử người giám sát.", ("Ủy ban MTTQ xã Tân Lập",)),
        (
            "6. Ủy ban MTTQ Việt Nam huyện Tân Phú:\n- Tham gia giám sát việc mở hòm phiếu.",
            ("Ủy ban MTTQ Việt Nam huyện Tân Phú",),
        ),
        ("Tạo điều kiện để người dân phát huy vai trò giám sát. Hội Nông dân tuyên truyền.", ()),
        ("Phòng Nội vụ kiểm tra, giám sát tiến độ.", ()),
    ],
)
def test_those_who_watch_over_the_survey(text: str, observers: tuple[str, ...]) -> None:
    assert facts(text).observers == observers


@pytest.mark.parametrize(
    ("sections", "numbers"),
    [
        (["I. MỤC ĐÍCH", "II. NỘI DUNG", "III. TỔ CHỨC"], None),
        (["I. MỤC ĐÍCH", "II. NỘI DUNG", "II. TỔ CHỨC"], "I, II, II"),
        (["I. MỤC ĐÍCH", "III. NỘI DUNG"], "I, III"),
        (["I. MỤC ĐÍCH", "II. NỘI DUNG", "Phần thứ hai", "I. MỤC TIÊU", "II. TỔ CHỨC"], None),
        (["I. MỤC ĐÍCH", "II. NỘI DUNG", "PHỤ LỤC", "II. MẪU PHIẾU"], None),
    ],
)
def test_sections_whose_numbers_jump_or_come_twice_are_doubted(sections: list[str], numbers: str | None) -> None:
    found = read_facts(read_text("Số: 1/KH\nHà Nội, ngày 1/2/2024\nKẾ HOẠCH\nKhảo sát năm 2024\n" + "\n".join(sections))).doubts
    wanted = f"Số thứ tự dòng không liên tục (mục {numbers}); kiểm tra có thiếu dòng."
    assert [doubt.sentence for doubt in found if doubt.key == "number_restarts"] == ([wanted] if numbers else [])


FRAGMENTS = [
    *(
        "KẾ HOẠCH",
        "Số: ",
        "/KH-UBND",
        "12",
        "1.650",
        "ngày ",
        "05/6/2024",
        "31/02/2024",
        "tháng ",
        "năm 2024",
        " phiếu",
        " đơn vị",
    ),
    *(" x ", " = ", "Căn cứ ", "Quyết định số 4/QĐ-UBND", " của UBND xã", "\n", "\t", " | ", ";", ":", ".", "- ", "Nơi nhận:"),
    *("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "Nguyễn Văn A", "Dưới 100 hồ sơ", "100%", "phúc tra ", "giám sát", "Hội Nông dân"),
    *("(Kèm theo Kế hoạch số 9/KH-UBND)", "III. ", "n = N", "1 + N", "trước ", "từ ", "Ủy"),
]


@settings(max_examples=250, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=60).map("".join))
def test_no_text_crashes_the_reading_of_facts_and_places_stay_inside(text: str) -> None:
    document = read_text(f"a\n{text}")
    found = read_facts(document)
    places = [*found.places.values(), *(doubt.place for doubt in found.doubts)]
    assert all(place is None or 0 <= place.block < len(document.blocks) for place in places)
    assert all(doubt.sentence.endswith(".") for doubt in found.doubts)
