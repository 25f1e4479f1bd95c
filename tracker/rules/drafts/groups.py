"""The surveyed units and their quotas: groups, number of units, number of ballots, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from tracker.rules.drafts.facts_passages import Passage
from tracker.rules.drafts.groups_counts import BALLOTS_COUNT, EACH_AFTER, EACH_BEFORE, NUM, UNIT, UNITS_COUNT, products, whole
from tracker.rules.drafts.groups_tables import QuotaTable
from tracker.rules.parsed import ParsedGroup, Place
from tracker.wording import search_key

_CLAUSE = re.compile(r"[^;\n]+?(?:;|\n|(?<=[^\d\s])\.\s+(?=[A-ZĐÀ-Ỹ+-])|$)")
_HEADING = re.compile(r"^(?!\s*[-–+•*])\W*(?:[IVX]+\s*[.)]|\d+(?:\.\d+)*[.)]\s?|\d+\.\d+\s|[a-zđ]\s*[.)]|[A-Z]\.)\s*\S|:$")
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
    r"đối tượng.*|phạm vi.*)$",
    re.IGNORECASE,
)
#: The name at the end of a longer clause: "triển khai điều tra xã hội học cấp tỉnh" is "cấp tỉnh".
_LABEL_TAIL = re.compile(
    r"\b(?:cấp\s+(?:tỉnh|huyện|xã)|khối\s+\S.{2,40}|UBND\s+(?:cấp|xã|phường|huyện|các|thị|thành|quận|"
    r"tỉnh).{0,40}|sở, (?:ban, )?ngành.{0,20})$",
    re.I,
)
_LONG_LABEL = 30
#: Characters before a clause that may say what it counts.
_CONTEXT = 400
_LABEL_LIMIT = 100


@dataclass(frozen=True)
class Stated:
    """A figure that the plan states for the whole."""

    value: int
    place: Place
    strong: bool = False
    heading: str = ""


@dataclass(frozen=True)
class Quotas:
    groups: tuple[ParsedGroup, ...] = ()
    units: int | None = None
    ballots: int | None = None
    units_stated: Stated | None = None
    ballots_stated: Stated | None = None
    #: A product whose stated result is another: (group, computed, stated, place).
    wrong_products: tuple[tuple[str, int, int, Place], ...] = ()


def read_quotas(passages: Sequence[Passage], table: QuotaTable | None = None) -> Quotas:
    """Groups with units and ballots, and the totals. `table` stands in where no sentence gives a group its quota."""
    groups: list[ParsedGroup] = []
    totals: list[Stated] = []
    unit_totals: list[Stated] = []
    wrong: list[tuple[str, int, int, Place]] = []
    heading = section = ""
    for passage in passages:
        if _HEADING.search(passage.text) and len(passage.text) < 200 and not passage.in_table:
            section = passage.text if re.match(r"^[^\w+–-]*[IVX\d]", passage.text) else section
            heading = passage.text
        for clause in _CLAUSE.finditer(passage.text):
            text = clause.group()
            found = products(text)
            for product in found:
                label = _label(text[: product.start], product.noun, heading)
                place = passage.place(clause.start() + product.start, text[product.start : product.end].strip())
                if product.units is None and product.stated is None:
                    continue
                ballots = product.stated if product.stated is not None else product.total
                groups.append(ParsedGroup(label, product.units, product.each, ballots, product.services, place))
                if product.stated not in (None, product.total):
                    wrong.append((label, product.total, product.stated or 0, place))
            context = f"{section} {heading} {passage.text[max(clause.end() - _CONTEXT, 0) : clause.end()]}"
            if not found and not passage.in_table and not _BAND.search(text):
                _plain_counts(text, passage, clause.start(), heading, context, groups, totals, unit_totals)
    if table is not None and not any(group.ballots or group.ballots_each for group in groups):
        groups = list(table.groups)
        if table.ballots is not None:
            totals.append(Stated(table.ballots, table.place, strong=True))
        if table.units is not None:
            unit_totals.append(Stated(table.units, table.place, strong=True))
    return _settled(_merged(groups), unit_totals, totals, tuple(wrong))


def _plain_counts(
    text: str, passage: Passage, offset: int, heading: str, context: str,
    groups: list[ParsedGroup], totals: list[Stated], unit_totals: list[Stated],
) -> None:  # fmt: skip
    """Counts of one clause without a product; adds what it finds to the lists."""
    each = EACH_AFTER.search(text) or EACH_BEFORE.search(text)
    total = _TOTAL_UNITS.search(text)
    if total and (_OBJECTS.search(context) or "tổng" in total.group().lower()):
        unit_totals.append(
            Stated(
                whole(total["n"]), passage.place(offset + total.start(), total.group().strip()), "tổng" in total.group().lower()
            )
        )
    total_ballots = _TOTAL_BALLOTS.search(text)
    if total_ballots and (total_ballots["strong"] or total_ballots["what"].strip()) and (total_ballots["strong"] or not each):
        place = passage.place(offset + total_ballots.start(), total_ballots.group().strip())
        totals.append(Stated(whole(total_ballots["n"]), place, bool(total_ballots["strong"]), heading))
        return
    if not (_OBJECTS.search(context) or _QUOTA.search(context)) or total:
        return
    count = next((match for match in UNITS_COUNT.finditer(text) if not re.match(r"\d*\s*phiếu", match.group())), None)
    ballots = BALLOTS_COUNT.search(text)
    first = min((match.start() for match in (each, count, ballots) if match), default=None)
    if first is None or (each is None and ballots is None and not _is_list_item(text, count)):
        return
    label = _label(text[:first], count["noun"] if count else each["noun"] if each else "", heading)
    if not label or _GENERIC.match(label):
        if ballots and not each and not count and _SURVEYS.search(text):
            totals.append(Stated(whole(ballots["n"]), passage.place(offset + ballots.start(), ballots.group()), heading=heading))
        return
    place = passage.place(offset + first, text[first:].strip(" ;."))
    groups.append(
        ParsedGroup(
            label,
            whole(count["n"]) if count else None,
            whole(each["n"]) if each else None,
            whole(ballots["n"]) if ballots and not each else None,
            place=place,
        )
    )


def _is_list_item(text: str, count: re.Match[str] | None) -> bool:
    """Whether a clause that only counts units is a line of a list of them, not a sentence that mentions a number."""
    return (
        count is not None
        and len(text) < 110
        and (bool(re.match(r"^\s*[-–+•*]", text)) or ":" in text)
        and not re.search(r"\b(?:ngày|tháng|%)", text)
    )


def _label(before: str, noun: str, heading: str) -> str:
    """The name of a group: the words before its figures, else what is counted, else the heading above."""
    segments = [segment.strip(" ,.-–(:") for segment in before.split(":")]
    for segment in reversed(segments):
        name = _PREFIXES.sub("", segment).strip(" ,.-–(")
        at = _SERVICES_AT.match(name)
        name = at["where"] if at else name
        name = re.sub(r"\s*(?:có|gồm|là|bao gồm|khảo sát|chọn|với)$", "", name)
        if len(name) > _LONG_LABEL:
            tail = _LABEL_TAIL.search(name)
            name = tail.group().strip() if tail else name
        if name and len(name) <= _LABEL_LIMIT and not _GENERIC.match(name) and not re.fullmatch(rf"{NUM}", name):
            return name
    name = re.sub(r"^các\s+", "", noun.split("/")[0].strip(" ,.-–"))
    name = re.split(r",?\s+(?:mỗi|với|và mỗi|được|có|trên địa bàn)\b", name)[0].strip(" ,")
    if name and not _GENERIC.match(name) and re.match(UNIT, name, re.IGNORECASE):
        return name
    above = _PREFIXES.sub("", heading.strip(" :")).strip(" :")
    return above if above and len(above) <= _LABEL_LIMIT and not _GENERIC.match(above) else name


def _group_key(name: str) -> str:
    return re.sub(r"^(?:khoi|cac|cap|nhom)\s+|\W+", " ", search_key(name)).strip()


def _merged(groups: Iterable[ParsedGroup]) -> list[ParsedGroup]:
    """One group a name: units from one sentence, quota from another."""
    merged: dict[str, ParsedGroup] = {}
    for group in groups:
        key = _group_key(group.name)
        known = merged.get(key)
        if known is None:
            merged[key] = group
        elif known.ballots_each is None and known.ballots is None:
            merged[key] = replace(group, name=known.name, units=group.units if group.units is not None else known.units)
        else:
            merged[key] = replace(
                known,
                units=known.units if known.units is not None else group.units,
                ballots_each=known.ballots_each if known.ballots_each is not None else group.ballots_each,
                ballots=known.ballots if known.ballots is not None else group.ballots,
            )
    return [_completed(group) for group in merged.values()]


def _completed(group: ParsedGroup) -> ParsedGroup:
    if group.ballots is None and group.units is not None and group.ballots_each is not None:
        return replace(group, ballots=group.units * group.ballots_each)
    return group


def _settled(
    groups: list[ParsedGroup], unit_totals: list[Stated], totals: list[Stated], wrong: tuple[tuple[str, int, int, Place], ...]
) -> Quotas:
    strong = [total for total in totals if total.strong]
    ballots_stated = strong[0] if strong else None
    if ballots_stated is None and totals:
        values = {total.value for total in totals}
        if len(values) == 1 or groups:
            ballots_stated = totals[0]
        else:
            rest = sum(values) - max(values)
            biggest = max(totals, key=lambda total: total.value)
            if rest == biggest.value:
                ballots_stated = biggest
            else:
                groups = _merged(
                    [*groups, *(ParsedGroup(_label("", "", t.heading), ballots=t.value, place=t.place) for t in totals)]
                )
    units_stated = next((total for total in unit_totals if total.strong), unit_totals[0] if unit_totals else None)
    quota_groups = [group for group in groups if group.name and (group.ballots is not None or group.ballots_each is not None)]
    kept = quota_groups or [group for group in groups if group.name]
    counted = [group.units for group in kept]
    units = (
        units_stated.value
        if units_stated
        else sum(n for n in counted if n is not None)
        if counted and None not in counted
        else None
    )
    sums = [group.ballots for group in kept]
    ballots = (
        ballots_stated.value if ballots_stated else sum(n for n in sums if n is not None) if sums and None not in sums else None
    )
    return Quotas(tuple(kept), units, ballots, units_stated, ballots_stated, wrong)
