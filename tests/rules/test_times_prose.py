"""Times inside sentences, and the line of the command."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracker.rules.times import find_times, times_line

SENTENCES = [
    ("Phòng Nội vụ chủ trì, phối hợp với Phòng Tài chính - Kế hoạch, hoàn thành trước 30/6/2021.", ["trước 30/6/2021"]),
    (
        "Giai đoạn 1: từ ngày 15/6 đến 30/6/2021; Giai đoạn 2: từ 01/7/2021 đến hết ngày 15/9/2021.",
        ["từ ngày 15/6 đến 30/6/2021", "từ 01/7/2021 đến hết ngày 15/9/2021"],
    ),
    ("Báo cáo kết quả về UBND huyện trước ngày 15 hằng tháng để tổng hợp.", ["trước ngày 15 hằng tháng"]),
    (
        "Định kỳ hằng quý, báo cáo UBND tỉnh (qua Sở Nội vụ) trước ngày 20 của tháng cuối quý.",
        ["Định kỳ hằng quý", "trước ngày 20 của tháng cuối quý"],
    ),
    ("Gửi phiếu chậm nhất ngày 15/9/2021; quá thời hạn trên coi như không thực hiện.", ["chậm nhất ngày 15/9/2021"]),
    (
        "Trong vòng 05 ngày làm việc kể từ ngày nhận được phiếu, các đơn vị tổng hợp gửi về Phòng Nội vụ.",
        ["Trong vòng 05 ngày làm việc kể từ ngày nhận được phiếu"],
    ),
    ("Việc kiểm tra được tiến hành thường xuyên.", ["thường xuyên"]),
    ("Sau khi có kết quả, tổng hợp báo cáo trong tháng 10/2021.", ["trong tháng 10/2021"]),
    ("Tổ chức công bố kết quả vào ngày 30/11/2021 tại Hội trường.", ["vào ngày 30/11/2021"]),
    ("Các cơ quan báo cáo trước 17h00 ngày 25/6/2021.", ["trước 17h00 ngày 25/6/2021"]),
    ("Hoàn thành trong năm 2021.", ["trong năm 2021"]),
    ("Quý III/2021: triển khai khảo sát; Quý IV/2021: công bố kết quả.", ["Quý III/2021", "Quý IV/2021"]),
    ("Dự kiến tháng 11/2021 công bố Chỉ số.", ["tháng 11/2021"]),
    ("Thời gian thực hiện: Tháng 3/2015\nĐơn vị chủ trì: Sở Nội vụ", ["Tháng 3/2015"]),
    # The dates of papers, years that name something, shares and counts are no times of the work.
    ("Thực hiện Kế hoạch số 15/KH-UBND ngày 12/3/2021 của UBND tỉnh về cải cách hành chính giai đoạn 2021-2025;", []),
    ("Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;", []),
    ("theo Quyết định số 2499/QĐ-BNV ngày 18 tháng 12 năm 2019 của Bộ trưởng Bộ Nội vụ", []),
    ("Cam Ranh, ngày 15 tháng 6 năm 2021", []),
    ("Cam Ranh, ngày      tháng 6 năm 2021", []),
    ("Thường xuyên theo dõi, đôn đốc các đơn vị thực hiện.", []),
    ("Khảo sát 1.650 phiếu tại 15/15 xã, từ 100 đến dưới 1.000 hồ sơ, đạt 100% kế hoạch năm 2021.", []),
    ("Tổng số giao dịch đã thực hiện trong năm 2014 của đơn vị", []),
    ("", []),
]


@pytest.mark.parametrize(("text", "times"), SENTENCES, ids=[text[:40] for text, _ in SENTENCES])
def test_times_of_a_sentence_are_found_where_they_stand(text: str, times: list[str]) -> None:
    assert [text[start:end] for start, end in find_times(text)] == times


def test_places_hold_in_text_with_letters_and_marks_apart() -> None:
    text = "Ho\u0300an tha\u0300nh tru\u031bo\u031b\u0301c nga\u0300y 30/6/2021; ba\u0301o ca\u0301o qu\u00fd \u2162/2021."

    assert [text[start:end][-9:] for start, end in find_times(text)] == ["30/6/2021", "u\u00fd \u2162/2021"]


def test_sample_plan_of_months_gives_its_nine_months() -> None:
    text = (Path(__file__).parents[2] / "seeds" / "plans" / "ca-mau-2014.txt").read_text(encoding="utf-8")
    found = [text[start:end] for start, end in find_times(text)]

    assert found == [f"Tháng {month}/2015" for month in (3, 4, 4, 4, 5, 5, 6, 7, 9)]


LINES = [
    ("Trước ngày 20/6/2021", "deadline", None, "2021-06-19", 0),
    ("Trước ngày 20/6\t2021\t", "deadline", None, "2021-06-19", 1),
    ("Trước ngày 20/6\t\t2021-06-18\n", "deadline", None, "2021-06-19", 1),
    ("Trước ngày 20/6\t\t18/6/2021", "deadline", None, "2021-06-19", 1),
    ("Trước ngày 10/6/2021\t2021\t2021-06-18", "deadline", None, "2021-06-09", 1),
    ("Từ 02/7\tđến 15/9/2021\t2021\t", "window", "2021-07-02", "2021-09-15", 0),
    ("Thường xuyên\t2021\t2021-06-18\r\n", "continuous", None, None, 0),
    ("", "undated", None, None, 0),
    ("\t\t", "undated", None, None, 0),
    ("Tháng 3\tnăm nay\t", "month", None, None, 2),
    ("Tháng 3/2021\t2021\thôm qua", "month", "2021-03-01", "2021-03-31", 1),
    ("Tháng 3/2021\t99999\t2021-13-40", "month", "2021-03-01", "2021-03-31", 2),
    ("Tháng 3/2021\t²⁰²¹\t1/2/3/4", "month", "2021-03-01", "2021-03-31", 2),
]


@pytest.mark.parametrize(("line", "kind", "start", "due", "warnings"), LINES)
def test_line_of_the_command_becomes_an_object(line: str, kind: str, start: str | None, due: str | None, warnings: int) -> None:
    answer = times_line(line)

    assert (answer["kind"], answer["start"], answer["due"], len(answer["warnings"])) == (kind, start, due, warnings)


def test_object_of_a_line_names_only_what_there_is() -> None:
    assert times_line("Trước ngày 25 hằng tháng") == {
        "kind": "recurring",
        "start": None,
        "due": None,
        "warnings": [],
        "rule": "before_day_strict",
        "rrule": "FREQ=MONTHLY;BYMONTHDAY=24",
    }
    assert set(times_line("")) == {"kind", "start", "due", "warnings"}
    assert times_line("Sau khi có kết quả")["anchor"] == "có kết quả"


def test_unread_columns_are_warned_of_in_words() -> None:
    assert times_line("Tháng 3/2021\tnăm nay\thôm qua")["warnings"] == [
        "Năm “năm nay” không đọc được; ghi bốn chữ số, ví dụ 2021.",
        "Ngày ban hành “hôm qua” không đọc được; ghi theo năm-tháng-ngày, ví dụ 2021-06-18.",
    ]
