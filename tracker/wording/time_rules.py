"""Why a wording gives the day it gives: the reading rules of rules/times, in words."""

from __future__ import annotations

RULES: dict[str, str] = {
    "before_day": "“trước ngày”: tính đến hết ngày liền trước",
    "before_day_strict": "“trước ngày”: tính đến hết ngày liền trước",
    "before_day_inclusive": "“trước ngày”: cơ quan tính cả ngày được nêu",
    "until_before_day": "“đến trước ngày”: tính đến hết ngày liền trước",
    "before_hour": "“trước … giờ”: trong ngày được nêu",
    "before_midnight": "“trước 24 giờ”: tính đến hết ngày được nêu",
    "before_week": "“trước tuần”: tính đến hết tuần liền trước",
    "before_month": "“trước tháng”: tính đến hết tháng liền trước",
    "before_quarter": "“trước quý”: tính đến hết quý liền trước",
    "before_year": "“trước năm”: tính đến hết năm liền trước",
    "inclusive": "tính cả ngày được nêu",
    "bare_day": "đúng ngày được nêu",
    "range": "từ ngày đầu đến hết ngày cuối",
    "list": "từ mốc đầu đến hết mốc cuối",
    "week": "từ đầu tuần đến hết tuần",
    "month": "từ đầu tháng đến hết tháng",
    "quarter": "từ đầu quý đến hết quý",
    "year": "từ đầu năm đến hết năm",
    "part_of_week": "phần được nêu của tuần",
    "part_of_month": "phần được nêu của tháng",
    "part_of_quarter": "phần được nêu của quý",
    "part_of_year": "phần được nêu của năm",
    "continuous": "thường xuyên, không có hạn",
    "from_on": "từ ngày được nêu trở đi, không có hạn",
    "recurring": "định kỳ",
    "days_after": "số ngày sau mốc",
    "days_before": "số ngày trước mốc",
    "same_day": "cùng thời gian với dòng trước",
    "after_event": "sau một sự kiện, chờ ngày của sự kiện",
    "before_event": "trước một sự kiện, chờ ngày của sự kiện",
    "until_event": "đến khi có sự kiện, chờ ngày của sự kiện",
    "while_event": "trong thời gian của một sự kiện, chờ ngày của sự kiện",
    "by_others": "do cơ quan khác ấn định",
}


def rule_words(rule: str, wording: str) -> str:
    """The reason for a reading, as the preview shows it beside the date."""
    if not wording:
        return "văn bản không ghi thời gian"
    return RULES.get(rule) or "chưa hiểu câu này, chọn ngày"
