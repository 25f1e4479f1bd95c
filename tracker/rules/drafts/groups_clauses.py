"""One clause of a plan about units and ballots: what it says of groups and of totals."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tracker.rules.drafts.facts_passages import Passage
from tracker.rules.drafts.groups_counts import BALLOTS_COUNT, EACH_AFTER, EACH_BEFORE, NUM, UNITS_COUNT, products, whole
from tracker.rules.drafts.groups_labels import counted, is_generic, label
from tracker.rules.parsed import ParsedGroup, Place

#: A clause of a sample band ("từ 100 đến 500 hồ sơ …: 50 phiếu") gives no group its quota.
_BAND = re.compile(r"\b(?:từ|dưới|trên|đến|có)\s+\d[\d.]*[^.;:]{0,30}?(?:hồ sơ|giao dịch|lượt|TTHC|thủ tục)", re.IGNORECASE)
_OBJECTS = re.compile(
    r"(?:cơ quan|đơn vị|đối tượng|phạm vi|địa bàn|địa điểm)[^.;]{0,60}(?:khảo sát|điều tra|đo lường|đánh giá|lấy ý kiến|lấy mẫu)"
    r"|(?:khảo sát|điều tra|lấy ý kiến)[^.;]{0,30}(?:tại|gồm|đối với)\b[^.;]{0,30}(?:đơn vị|cơ quan)",
    re.IGNORECASE,
)
_QUOTA = re.compile(
    r"số\s+(?:lượng\s+)?(?:phiếu|mẫu)|cỡ\s+mẫu|quy mô|chọn mẫu|phân bổ|chỉ tiêu|lượng phiếu|kích thước mẫu|số lượng",
    re.IGNORECASE,
)
_TOTAL_UNITS = re.compile(
    rf"(?:(?:được|tham gia|thực hiện|tiến hành|đối tượng|phạm vi)[^:;]{{0,25}}(?:khảo sát|điều tra|đo lường|"
    rf"đánh giá)[^:;]{{0,25}}|tổng(?: số)?[^:;\d]{{0,40}})"
    rf"(?::|là|gồm|có|\s)\s*(?:có\s+|gồm\s+|tất cả\s+|tổng số\s+)?(?P<n>{NUM})\s*(?:đơn vị|cơ quan)\b",
    re.IGNORECASE,
)
_TOTAL_BALLOTS = re.compile(
    rf"(?P<strong>tổng\s*(?:số|cộng)?\s*)?(?P<what>(?:số\s+lượng\s+|số\s+|lượng\s+|cỡ\s+|quy mô\s+|kích thước\s+)?(?:phiếu|"
    rf"mẫu)?\s*)(?:(?:khảo sát|điều tra|dự kiến|"
    rf"phát ra|thu về|cần|phát hành|toàn \w+|tối thiểu|lấy ý kiến|xã hội học|năm \d{{4}}|của \w+|"
    rf"trên địa bàn[^:;\d]{{0,30}})\s*)*"
    rf"(?::|là|khoảng|gồm|\s)\s*(?:là\s+|khoảng\s+|dự kiến\s+|ít nhất\s+|"
    rf"tối thiểu\s+)*(?P<n>{NUM})\s*(?:\([^()]{{1,40}}\)\s*)?(?:phiếu|mẫu)\b"
    rf"(?!\s*(?:khảo sát|điều tra)?\s*(?:/|mỗi|[x×*]))",
    re.IGNORECASE,
)
_SURVEYS = re.compile(r"khảo sát|điều tra|lấy ý kiến|thu (?:về|thập)", re.IGNORECASE)
#: "19 đơn vị cấp tỉnh, 11 đơn vị cấp huyện"; "800 mẫu cấp huyện, 1.200 mẫu cấp xã".
_LISTED = re.compile(
    rf"(?P<n>{NUM})\s*(?P<what>đơn vị|cơ quan|phiếu|mẫu)\s+(?:khảo sát\s+)?(?:tại\s+|ở\s+|cho\s+|của\s+|đối với\s+|thuộc\s+)?"
    r"(?P<name>(?:cấp\s+(?:tỉnh|huyện|xã)|khối\s+[^\d,;.()]{2,40}|UBND\s+[^\d,;.()]{2,40}|các\s+(?:sở|xã|phường|"
    r"huyện)[^\d;.()]{0,40}))",
    re.IGNORECASE,
)
#: Between a quota and a further figure: another office, which the figure belongs to.
_ANOTHER_OFFICE = re.compile(
    r"\b(?:và|,|riêng)\s+(?:tại\s+|ở\s+)?(?:các\s+)?(?:Bộ phận|Trung tâm|Phòng|Sở|Ban|UBND|Văn phòng|Trạm|Chi \w+)\b"
)
_ITEM = re.compile(r"^\s*(?:[-–+•*]|[a-zđ]\)|\d{1,2}\))")
_ITEM_LENGTH = 120


@dataclass(frozen=True)
class Stated:
    """A figure that the plan states for the whole."""

    value: int
    place: Place
    strong: bool = False
    heading: str = ""


@dataclass
class Findings:
    """What the clauses read so far have said."""

    groups: list[ParsedGroup] = field(default_factory=list)
    ballots: list[Stated] = field(default_factory=list)
    units: list[Stated] = field(default_factory=list)
    #: A product whose stated result is another: (group, computed, stated, place).
    wrong_products: list[tuple[str, int, int, Place]] = field(default_factory=list)


def read_clause(text: str, passage: Passage, offset: int, heading: str, context: str, found: Findings) -> None:
    """Adds what one clause says to `found`. `offset`: where it begins in the passage; `context`: the headings above and the
    words before, which say whether its figures are of the survey at all."""
    worked_out = products(text)
    for product in worked_out:
        if product.units is None and product.stated is None:
            continue
        name = label(text[: product.start], product.noun, heading)
        place = passage.place(offset + product.start, text[product.start : product.end].strip())
        ballots = product.stated if product.stated is not None else product.total
        found.groups.append(ParsedGroup(name, product.units, product.each, ballots, product.services, place))
        if ballots != product.total:
            found.wrong_products.append((name, product.total, ballots, place))
    if not worked_out and not passage.in_table and not _BAND.search(text):
        _plain_counts(text, passage, offset, heading, context, found)


def _plain_counts(text: str, passage: Passage, offset: int, heading: str, context: str, found: Findings) -> None:
    """Counts without a product."""
    of_survey = bool(_OBJECTS.search(context) or _QUOTA.search(context))
    listed = list(_LISTED.finditer(text))
    if of_survey and len({match["name"].lower() for match in listed}) > 1:
        _listed_groups(text, listed, passage, offset, heading, found)
        return
    each = EACH_AFTER.search(text) or EACH_BEFORE.search(text)
    count = next((match for match in UNITS_COUNT.finditer(text) if not re.match(r"\d*\s*phiếu", match.group())), None)
    ballots = next((match for match in BALLOTS_COUNT.finditer(text) if not each or _of_the_same_group(match, each, text)), None)
    first = min((match.start() for match in (each, count, ballots) if match), default=None)
    name = "" if first is None else label(text[:first], count["noun"] if count else each["noun"] if each else "", heading)
    of_one_group = bool(each and count and name and not is_generic(name) and not re.match(r"tổng", name, re.IGNORECASE))
    if not of_one_group and _totals(text, passage, offset, heading, context, bool(each), found):
        return
    if not (of_survey or of_one_group) or first is None or (each is None and ballots is None and not _is_item(text, count)):
        return
    if is_generic(name):
        if ballots and not each and not count and _SURVEYS.search(text):
            place = passage.place(offset + ballots.start(), ballots.group())
            found.ballots.append(Stated(whole(ballots["n"]), place, heading=heading))
        return
    place = passage.place(offset + first, text[first:].strip(" ;."))
    units = whole(count["n"]) if count else None
    quota = whole(each["n"]) if each else None
    total = whole(ballots["n"]) if ballots and (not each or of_one_group) else None
    found.groups.append(ParsedGroup(name, units, quota, total, place=place))


def _of_the_same_group(ballots: re.Match[str], each: re.Match[str], text: str) -> bool:
    """Whether a number of ballots is the group's total beside its quota; after "và Bộ phận Một cửa" it is somebody else's."""
    if ballots.start() < each.end() and ballots.end() > each.start():
        return False
    return ballots.end() <= each.start() or not _ANOTHER_OFFICE.search(text[each.end() : ballots.start()])


def _totals(text: str, passage: Passage, offset: int, heading: str, context: str, has_each: bool, found: Findings) -> bool:
    """Totals of units and of ballots; whether the clause is wholly about one."""
    units = _TOTAL_UNITS.search(text)
    if units and (_OBJECTS.search(context) or "tổng" in units.group().lower()):
        place = passage.place(offset + units.start(), units.group().strip())
        found.units.append(Stated(whole(units["n"]), place, "tổng" in units.group().lower()))
    ballots = _TOTAL_BALLOTS.search(text)
    if ballots and (ballots["strong"] or (ballots["what"].strip() and not has_each)):
        place = passage.place(offset + ballots.start(), ballots.group().strip())
        found.ballots.append(Stated(whole(ballots["n"]), place, bool(ballots["strong"]), heading))
        return True
    return units is not None


def _listed_groups(text: str, listed: list[re.Match[str]], passage: Passage, offset: int, heading: str, found: Findings) -> None:
    """Several groups named behind their figures, with the total that may stand before them."""
    for match in listed:
        name = counted(match["name"])
        place = passage.place(offset + match.start(), match.group())
        is_ballots = match["what"].lower() in {"phiếu", "mẫu"}
        value = whole(match["n"])
        found.groups.append(ParsedGroup(name, None if is_ballots else value, None, value if is_ballots else None, place=place))
    before = text[: listed[0].start()]
    total = _TOTAL_BALLOTS.search(before)
    if total:
        place = passage.place(offset + total.start(), total.group().strip())
        found.ballots.append(Stated(whole(total["n"]), place, strong=True, heading=heading))


def _is_item(text: str, count: re.Match[str] | None) -> bool:
    """Whether a clause that only counts units is a line of a list of them, not a sentence that mentions a number."""
    if count is None or len(text) > _ITEM_LENGTH or re.search(r"\b(?:ngày|tháng)\b|%", text):
        return False
    return bool(_ITEM.match(text)) or ":" in text
