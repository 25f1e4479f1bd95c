"""Labelled words in running text: "Đơn vị chủ trì: …", "Phối hợp: …", "Thời gian hoàn thành: …"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Field(StrEnum):
    LEAD = "lead"
    HELP = "coordinating"
    TIME = "time"
    CONTENT = "content"
    OTHER = "other"


@dataclass(frozen=True)
class Label:
    field: Field
    words: str
    start: int
    end: int


_WHO = r"(?:cơ quan|đơn vị|bộ phận|phòng|ban|người|cá nhân|địa phương|lãnh đạo)"
_WHOM = rf"(?:{_WHO}(?:(?:,|/| và|, )\s*{_WHO})*\s+)"
_LEAD = (
    rf"{_WHOM}?(?:được giao |được phân công )?(?:chủ trì(?:(?:,|/| và)?\s*(?:thực hiện|tham mưu|soạn thảo|triển khai|phối hợp))*|"
    r"chịu trách nhiệm(?: chính| thực hiện)*|đầu mối(?: thực hiện)?|tham mưu(?: thực hiện)?|trách nhiệm(?: thực hiện)?)"
    rf"|{_WHOM}(?:thực hiện|phụ trách|triển khai|tổ chức(?: thực hiện)?)|(?<!tổ chức )thực hiện|phân công(?: thực hiện| nhiệm "
    rf"vụ)?|giao(?: nhiệm vụ)?"
)
_HELP = rf"{_WHOM}?(?:phối hợp(?: thực hiện| triển khai| cùng| với)*|tham gia(?: phối hợp| thực hiện)?|hỗ trợ)"
_TIME = (
    r"(?:dự kiến )?(?:thời gian|thời hạn|thời điểm|tiến độ|hạn|lộ trình|kỳ hạn)"
    r"(?:(?:,|/| và)?\s*(?:dự kiến|bắt đầu|thực hiện|hoàn thành|triển khai|tổ chức|tiến hành|báo cáo|gửi|nộp|trình|xong|chót|"
    r"cuối|kết thúc|tiến độ|địa điểm|công việc|cuối cùng))*"
    r"|(?:ngày|thời gian) hoàn thành|hoàn thành(?: trước| trong| xong)?"
)
_CONTENT = (
    r"(?:nội dung|nhiệm vụ|công việc|hoạt động|tên (?:nhiệm vụ|công việc|hoạt động))"
    r"(?:\s*(?:công việc|thực hiện|nhiệm vụ|cụ thể|chính|hoạt động))*"
)
_OTHER = (
    r"(?:dự kiến )?(?:kết quả|sản phẩm)(?:,? (?:sản phẩm|kết quả|đầu ra|dự kiến|thực hiện|đạt được|hoàn thành))*|kinh phí(?: "
    r"thực hiện| dự kiến)*|nguồn (?:kinh phí|lực|vốn)|địa điểm(?: thực hiện)?|"
    r"đối tượng(?: thực hiện| khảo sát| tham gia)?|thành phần(?: tham dự| tham gia)?|số lượng(?: phiếu| mẫu)?|hình thức(?: "
    r"thực hiện)?|ghi chú|căn cứ|mục tiêu|mục đích|yêu cầu|"
    r"lãnh đạo (?:phụ trách|chỉ đạo)|người (?:chỉ đạo|theo dõi)|phương pháp|cách thức(?: thực hiện)?|phạm vi|giải pháp|báo cáo"
)
_LABEL = re.compile(
    r"(?:^|(?<=[.;,(\[|/])|(?<=[–-]\s)|(?<=\n))\s*(?:[-–+•*]\s*)?"
    rf"(?P<words>(?P<other>{_OTHER})|(?P<time>{_TIME})|(?P<help>{_HELP})|(?P<lead>{_LEAD})|(?P<content>{_CONTENT}))"
    r"\s*(?:\([^()]{0,40}\)\s*)?(?P<colon>[:：]|\slà:?\s)\s*",
    re.IGNORECASE,
)


def opens_with_label(text: str) -> bool:
    """Whether a line begins with a label and its colon, so that it is no rest of the line above."""
    match = _LABEL.match(text)
    return match is not None and text[match.start() : match.start("words")].strip() == "" and ":" in match["colon"]


def find_labels(text: str) -> list[Label]:
    """The labels in a paragraph, in order. A label begins the paragraph or a clause, and a colon (or "là") closes it."""
    found: list[Label] = []
    for match in _LABEL.finditer(text):
        field = next(
            Field(name if name != "help" else "coordinating")
            for name in ("other", "time", "help", "lead", "content")
            if match[name]
        )
        words = match["words"]
        if not match["colon"].strip().startswith((":", "：")) and (
            field in (Field.OTHER, Field.CONTENT) or " " not in words.strip()
        ):
            continue
        if field in (Field.OTHER, Field.CONTENT) and text[: match.start()].strip(" -–+•*(") and not found:
            # In the middle of a sentence these are common words.
            continue
        found.append(Label(field, words.strip(), match.start("words"), match.end()))
    return found
