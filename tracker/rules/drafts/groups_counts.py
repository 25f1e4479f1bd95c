"""Counts in the words of a plan: "15 đơn vị x 60 phiếu = 900 phiếu", "15/15 đơn vị", "60 phiếu/đơn vị"."""

from __future__ import annotations

import re
from dataclasses import dataclass

NUM = r"(?<![\d/.,])\d{1,3}(?:[.\s]\d{3})+(?![\d/])|(?<![\d/.,])\d+(?![\d/]*\d)"
BALLOT = r"(?:phiếu|mẫu|người|khách hàng|hộ|ý kiến|lượt)"
SERVICE = r"(?:dịch vụ|thủ tục|TTHC|lĩnh vực|nhóm|loại)"
UNIT = (
    r"(?:đơn vị|cơ quan|địa phương|địa bàn|UBND|sở|ban|ngành|xã|phường|thị trấn|huyện|quận|thị xã|thành phố|tỉnh|trạm|trường|"
    r"phòng|cơ sở|bệnh viện|"
    r"trung tâm|bộ phận|điểm|khối|thôn|tổ dân phố|khu phố|khu dân cư|khóm|ấp|buôn|đặc khu|chi nhánh|chi cục)"
)
_TIMES = r"\s*(?:[x×X*✕]|nhân(?:\s+với)?)\s*"
_FACTOR = (
    r"(?P<n{i}>\d{{1,3}}(?:[.\s]\d{{3}})+|\d+)\s*"
    r"(?P<u{i}>(?:(?![x×X*✕]\s*\d|nhân)[^\d=;:\n()]){{0,60}}?(?:/\s*(?:0?1\s+)?(?:(?![x×X*✕]\s*\d)[^\d=;:\n()]){{1,40}}?)?)"
)
PRODUCT = re.compile(
    rf"(?<![\d/.,])\(?{_FACTOR.format(i=1)}\)?{_TIMES}\(?{_FACTOR.format(i=2)}\)?(?:{_TIMES}\(?{_FACTOR.format(i=3)}\)?)?"
    rf"(?:\s*(?:=|là|bằng)\s*(?P<total>\d{{1,3}}(?:[.\s]\d{{3}})+|\d+)\s*(?P<tu>{BALLOT})?|(?=[;,.:()](?![^;.\n]{{0,60}}=)|"
    rf"\s*$))",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Product:
    """A quota worked out in the text: units × services × ballots = total."""

    units: int | None
    services: int | None
    each: int
    total: int
    stated: int | None
    noun: str
    start: int
    end: int


def whole(text: str) -> int:
    """1.650 or 1 650 as a number."""
    return int(re.sub(r"[.\s]", "", text))


def products(text: str) -> list[Product]:
    """Every product of units and ballots in `text`; products of other things (money, hours) are left out."""
    return [product for match in PRODUCT.finditer(text) if (product := _product(match)) is not None]


def _product(match: re.Match[str]) -> Product | None:
    factors = [(whole(match[f"n{i}"]), " ".join((match[f"u{i}"] or "").split())) for i in (1, 2, 3) if match[f"n{i}"]]
    units = services = each = None
    noun = ""
    unnamed: list[int] = []
    for value, words in factors:
        if re.match(rf"{BALLOT}\b", words, re.IGNORECASE):
            each = value if each is None else each * value
        elif re.match(rf"{SERVICE}\b", words, re.IGNORECASE):
            services = value if services is None else services * value
        elif re.match(rf"(?:các\s+)?{UNIT}\b", words, re.IGNORECASE):
            units = value if units is None else units * value
            noun = noun or words
        elif not words:
            unnamed.append(value)
        else:
            return None
    named_total = bool(match["tu"]) and bool(match["total"])
    if each is None and unnamed and (named_total or units is not None):
        each = unnamed.pop()
    if units is None and unnamed and each is not None:
        units = unnamed.pop(0)
    if each is None or (units is None and services is None) or unnamed:
        return None
    each *= services or 1
    total = each * (units if units is not None else 1)
    stated = whole(match["total"]) if match["total"] else None
    return Product(units, services, each, total, stated, noun, match.start(), match.end())


#: "15/15 đơn vị", "15 đơn vị", "15 UBND xã, phường".
UNITS_COUNT = re.compile(
    rf"(?P<n>{NUM}|"
    rf"(?<!\d)\d+(?=/\d+))\s*(?:/\s*\d+\s*)?(?:\([^()]{{1,30}}\)\s*)?(?P<noun>(?:các\s+)?{UNIT}\b[^\d;:.()=]{{0,60}})",
    re.IGNORECASE,
)
#: "60 phiếu/đơn vị", "60 phiếu mỗi đơn vị".
EACH_AFTER = re.compile(
    rf"(?P<n>{NUM})\s*{BALLOT}\s*(?:khảo sát|điều tra)?\s*(?:/|trên|mỗi|một|cho mỗi)\s*(?:0?1\s+|một\s+|"
    rf"mỗi\s+)?(?P<noun>{UNIT})\b",
    re.IGNORECASE,
)
#: "mỗi đơn vị khảo sát tối thiểu 60 phiếu".
EACH_BEFORE = re.compile(
    rf"\bmỗi\s+(?P<noun>{UNIT}\b[^\d;.]{{0,60}}?)(?:chọn|khảo sát|ít nhất|tối thiểu|khoảng|dự kiến|là|:)?"
    rf"\s*(?P<n>{NUM})\s*(?:phiếu|mẫu|người|khách hàng|hộ)\b",
    re.IGNORECASE,
)
BALLOTS_COUNT = re.compile(
    rf"(?P<n>{NUM})\s*(?:\([^()]{{1,40}}\)\s*)?(?:phiếu|mẫu)\b(?!\s*(?:khảo sát|điều tra)?\s*(?:/|mỗi))", re.IGNORECASE
)
