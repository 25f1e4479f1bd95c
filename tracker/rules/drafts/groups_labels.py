"""What a group of units is called: the words before its figures, what is counted, or the heading above."""

from __future__ import annotations

import re

from tracker.rules.drafts.groups_counts import NUM, UNIT
from tracker.wording import search_key

_PREFIXES = re.compile(
    r"^(?:[-–—+•*●▪]\s*|\(?(?:\d{1,2}(?:\.\d+)*|[a-zđ]|[IVX]+)[.)]\s*|đối với\s+|tại\s+|ở\s+|(?:gồm|bao gồm|"
    r"trong đó)[:,]?\s+|(?:số\s+(?:lượng\s+)?|cỡ\s+|tổng\s+(?:số\s+)?)"
    r"(?:phiếu|mẫu)\s*(?:khảo sát|điều tra)?\s*(?:dự kiến)?\s*(?:tại|đối với|của|cho|ở)?\s*|các\s+(?=UBND\b))+",
    re.IGNORECASE,
)
_SERVICES_AT = re.compile(r"^\d+\s*(?:dịch vụ|thủ tục|TTHC|lĩnh vực)[^:;]{0,40}?\b(?:tại|ở|của)\s+(?P<where>.+)$", re.IGNORECASE)
_GENERIC = re.compile(
    r"^(?:(?:các\s+)?(?:đơn vị|cơ quan)|số\s.*|tổng.*|cỡ mẫu.*|quy mô.*|trong đó|cụ thể|như sau|(?:tiến hành |"
    r"thực hiện )?khảo sát.*|điều tra|phiếu.*|"
    r"mẫu.*|dự kiến|gồm|bao gồm|phân bổ.*|"
    r"(?:từ|dưới|trên|đến|<|>)\W*\d.*|chọn mẫu.*|(?:cơ quan|đơn vị)?.*được (?:khảo sát|điều tra|chọn).*|mỗi.*|với|là|và|"
    r"đối tượng.*|phạm vi.*|nội dung.*|tổ chức thực hiện|mục (?:đích|tiêu).*)$",
    re.IGNORECASE,
)
#: The name at the end of a longer clause: "triển khai điều tra xã hội học cấp tỉnh" is "cấp tỉnh".
_LABEL_TAIL = re.compile(
    r"(?<!thuộc )\b(?:cấp\s+(?:tỉnh|huyện|xã)|khối\s+\S.{2,40}|UBND\s+(?:cấp|xã|phường|huyện|các|thị|thành|quận|"
    r"tỉnh).{0,40}|sở, (?:ban, )?ngành.{0,20})$",
    re.I,
)
_LONG_LABEL = 30
_LABEL_LIMIT = 100


def is_generic(name: str) -> bool:
    """Whether the words name no group: "đơn vị", "số phiếu khảo sát", "trong đó"."""
    return not name or _GENERIC.match(name) is not None


def label(before: str, noun: str, heading: str) -> str:
    """The name of a group, "" when there is none. `before`: the clause up to its figures; `noun`: what is counted."""
    for segment in reversed(before.split(":")):
        name = _PREFIXES.sub("", segment.strip(" ,.-–(:")).strip(" ,.-–(")
        at = _SERVICES_AT.match(name)
        name = at["where"] if at else name
        name = re.sub(r"\s*(?:có|gồm|là|bao gồm|khảo sát|chọn|với)$", "", name)
        if len(name) > _LONG_LABEL:
            tail = _LABEL_TAIL.search(name)
            name = tail.group().strip() if tail else name
        if len(name) <= _LABEL_LIMIT and not is_generic(name) and not re.fullmatch(NUM, name):
            return name
    name = counted(noun)
    if not is_generic(name) and re.match(UNIT, name, re.IGNORECASE):
        return name
    above = _PREFIXES.sub("", heading.strip(" :")).strip(" :")
    # A heading with figures is the clause itself.
    return name if len(above) > _LABEL_LIMIT or is_generic(above) or re.search(r"\d", above) else above


def counted(noun: str) -> str:
    """What is counted, as a name: "các xã, phường, mỗi xã" is "xã, phường"."""
    name = re.sub(r"^các\s+", "", noun.split("/")[0].strip(" ,.-–"))
    return re.split(r",?\s+(?:mỗi|với|và mỗi|được|có|chọn|trên địa bàn)\b", name)[0].strip(" ,")


def group_key(name: str) -> str:
    """Equal for two ways of writing one group: "Khối UBND các xã" and "UBND xã"."""
    return re.sub(r"^(?:khoi|cac|cap|nhom)\s+|\W+", " ", search_key(name)).strip()
