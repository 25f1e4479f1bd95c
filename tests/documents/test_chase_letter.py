"""Công văn đôn đốc, word for word: one unit in the text, several in a Phụ lục."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.documents.papers import lines_of, pages_of
from tracker.documents.papers.chase_letter import ChaseLetter, chase_letter
from tracker.queries.chase_papers import LateWork, PaperHead

HEAD = PaperHead(
    plan_name="Kế hoạch khảo sát, đánh giá mức độ hài lòng của người dân năm 2021",
    plan_number="54/KH-UBND",
    issued_on=date(2021, 6, 18),
    issuer="UBND thành phố Cam Ranh",
    place="Cam Ranh",
    office="Phòng Nội vụ",
    superior="UBND thành phố Cam Ranh",
    symbol="PNV",
    signing_lines=("Trưởng phòng",),
    signer="Ngô Hữu Hiền",
    coordinator="Trần Thu Hà",
    coordinator_position="Chuyên viên",
    phone="0258 3000 000",
    email="ha@example.vn",
    leader_position="Trưởng phòng",
)


def work(number: int = 1, unit: str = "UBND phường Ba Ngòi", **values) -> LateWork:
    given = {
        "task_id": number,
        "stage_position": 2,
        "stage_name": "Cung cấp số liệu",
        "content": "Cung cấp thông tin, số liệu phục vụ điều tra",
        "wording": "Trước ngày 01/7/2021",
        "unit": unit,
        "due_on": date(2021, 6, 30),
        "original_due_on": date(2021, 6, 30),
        "chase_count": 0,
        "chase_days": (),
    } | values
    return LateWork(**given)


def letter(works: list[LateWork], number: int = 1, **values) -> ChaseLetter:
    given = {
        "head": HEAD,
        "works": works,
        "as_of": date(2021, 7, 5),
        "reply_by": date(2021, 7, 12),
        "chase_number": number,
        "symbol": "PNV-CCHC",
        "signing_lines": ["Trưởng phòng"],
        "signer": "Ngô Hữu Hiền",
    } | values
    return ChaseLetter(**given)


def test_the_first_letter_to_one_unit_says_everything_on_its_page() -> None:
    assert lines_of(chase_letter(letter([work()]))) == [
        "UBND THÀNH PHỐ CAM RANH / PHÒNG NỘI VỤ | CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM / Độc lập - Tự do - Hạnh phúc",
        "Số: _/PNV-CCHC / V/v đôn đốc cung cấp số liệu | Cam Ranh, ngày _ tháng 7 năm 2021",
        "Kính gửi: UBND phường Ba Ngòi",
        "Thực hiện Kế hoạch số 54/KH-UBND ngày 18/6/2021 của UBND thành phố Cam Ranh về khảo sát, đánh giá mức độ hài lòng của "
        "người dân năm 2021, Phòng Nội vụ được giao theo dõi tiến độ thực hiện của các đơn vị.",
        "Theo Kế hoạch, thời gian thực hiện nội dung “Cung cấp thông tin, số liệu phục vụ điều tra” là “Trước ngày 01/7/2021”. "
        "Đến hết ngày 05/7/2021, còn 01 đơn vị chưa hoàn thành: UBND phường Ba Ngòi, quá hạn 5\u00a0ngày.",
        "Để bảo đảm tiến độ chung, Phòng Nội vụ đề nghị:",
        "1. UBND phường Ba Ngòi hoàn thành nội dung trên, báo cáo kết quả về Phòng Nội vụ chậm nhất ngày 12/7/2021.",
        "2. Trường hợp có khó khăn, vướng mắc, báo cáo rõ nguyên nhân, phần việc còn lại và đề xuất thời hạn hoàn thành, gửi về "
        "Phòng Nội vụ chậm nhất ngày 12/7/2021.",
        "Đầu mối liên hệ: Trần Thu Hà, Chuyên viên, điện thoại 0258\u00a03000\u00a0000, thư điện tử ha@example.vn.",
        "Đề nghị UBND phường Ba Ngòi quan tâm, thực hiện./.",
        "Nơi nhận: / - Như trên; / - Trưởng phòng (để b/c); / - Lưu: VT, PNV. | TRƯỞNG PHÒNG / Ngô Hữu Hiền",
    ]


def test_the_third_letter_to_several_units_lists_them_in_an_annex() -> None:
    days = (date(2021, 7, 1), date(2021, 7, 2))
    works = [
        work(1, "Trạm Y tế xã Cam Lập", chase_count=2, chase_days=days),
        work(2, due_on=date(2021, 7, 2), chase_count=1, chase_days=days[:1]),
    ]
    made = lines_of(chase_letter(letter(works, 3, previous_letter="số 77/PNV ngày 02/7/2021")))
    assert made[1] == "Số: _/PNV-CCHC / V/v đôn đốc cung cấp số liệu (lần 3) | Cam Ranh, ngày _ tháng 7 năm 2021"
    assert made[2:5] == ["Kính gửi:", "- Trạm Y tế xã Cam Lập;", "- UBND phường Ba Ngòi."]
    assert made[6].endswith(
        "Đến hết ngày 05/7/2021, còn 02 đơn vị chưa hoàn thành (chi tiết tại Phụ lục kèm theo). Phòng Nội vụ đã đôn đốc 02 lần "
        "qua thư điện tử (ngày 01/7/2021, 02/7/2021) và tại Công văn số 77/PNV ngày 02/7/2021."
    )
    assert made[8].startswith("1. Các đơn vị nêu trên khẩn trương hoàn thành nội dung trên, báo cáo")
    assert made[10] == "3. Sau thời hạn trên, Phòng Nội vụ tổng hợp, báo cáo Trưởng phòng xem xét, chỉ đạo."
    assert made[-6:] == [
        "Phụ lục",
        "DANH SÁCH ĐƠN VỊ CHƯA HOÀN THÀNH",
        "(Kèm theo Công văn số _/PNV-CCHC ngày _ tháng _ năm 2021 của Phòng Nội vụ)",
        "TT | Đơn vị | Nội dung công việc | Hạn theo kế hoạch | Hạn đã gia hạn | Số ngày quá hạn | Số lần đã đôn đốc | Ghi chú",
        "1 | Trạm Y tế xã Cam Lập | Cung cấp số liệu | 30/6/2021 |  | 5 | 2 | ",
        "2 | UBND phường Ba Ngòi | Cung cấp số liệu | 30/6/2021 | 02/7/2021 | 3 | 1 | ",
    ]


def test_one_unit_late_with_several_things_has_them_in_an_annex() -> None:
    other = work(2, stage_name="Điều tra khảo sát", content="Triển khai điều tra", due_on=date(2021, 7, 1))
    made = lines_of(chase_letter(letter([work(), other])))
    assert "V/v đôn đốc thực hiện các nội dung đã quá hạn" in made[1]
    assert made[4] == (
        "Đến hết ngày 05/7/2021, UBND phường Ba Ngòi còn 02 nội dung quá hạn (chi tiết tại Phụ lục kèm theo), "
        "nhiều nhất 5\u00a0ngày."
    )
    assert "PHÒNG NỘI VỤ" in made[0]
    assert "DANH SÁCH ĐƠN VỊ CHƯA HOÀN THÀNH" in made


def test_many_units_are_addressed_by_the_annex() -> None:
    made = lines_of(chase_letter(letter([work(n, f"UBND xã Số {n}") for n in range(1, 12)])))
    assert made[2] == "Kính gửi: Các đơn vị có tên tại Phụ lục"
    assert made[-1].startswith("11 | UBND xã Số 11 | ")


def test_what_is_not_known_is_left_out() -> None:
    from dataclasses import replace

    head = replace(
        HEAD, plan_number="/KH-UBND", issued_on=None, coordinator="", leader_position="", superior="Phòng Nội vụ", place=""
    )
    made = lines_of(chase_letter(letter([work()], head=head, symbol="", signer="")))
    assert made[0].startswith("PHÒNG NỘI VỤ | ")
    assert made[1] == "Số: _/_ / V/v đôn đốc cung cấp số liệu | _, ngày _ tháng 7 năm 2021"
    assert made[3].startswith("Thực hiện Kế hoạch của UBND thành phố Cam Ranh về khảo sát")
    assert not any("Đầu mối liên hệ" in line for line in made)
    assert made[-1] == "Nơi nhận: / - Như trên; / - Lưu: VT. | TRƯỞNG PHÒNG"


@pytest.mark.office
def test_a_letter_to_one_unit_fits_one_page(tmp_path: Path) -> None:
    """Whatever face stands in for Times New Roman on this machine, and however much wider it is."""
    assert len(pages_of(chase_letter(letter([work()])), tmp_path)) == 1
