"""What a column of a table is for: by the words of its heading, else by what stands in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache

from tracker.rules.drafts.cells import looks_like_time
from tracker.rules.drafts.marks import is_blank, key_of, leading_number, tidy


class Role(StrEnum):
    NO = "no"
    CONTENT = "content"
    LEAD = "lead"
    HELP = "coordinating"
    TIME = "time"
    START = "start"
    END = "end"
    RESULT = "result"
    MONEY = "money"
    LEADER = "leader"
    NOTE = "note"
    BASIS = "basis"
    PLACE = "place"
    COUNT = "count"
    PERSON = "person"
    OTHER = "other"


#: Accent-free headings, looked for in this order; the first that fits decides. A heading such as "Thời gian thực hiện" holds
#: words of two roles: the more telling one stands first.
_HEADINGS: tuple[tuple[Role, str], ...] = (
    (Role.NO, r"^(?:tt|stt|s\.?t\.?t\.?|so tt|s tt|so thu tu|thu tu|no\.?|#|so|muc|buoc|ma)$"),
    (Role.PERSON, r"^(?:ho va ten|ho ten|chuc vu|so dien thoai|dien thoai|email|nam sinh|don vi cong tac)\b"),
    (Role.START, r"\b(?:ngay|thoi gian|thoi diem)? ?bat dau\b|^tu ngay$|^tu thang$|^tu$"),
    (Role.END, r"\b(?:ngay|thoi gian|thoi diem)? ?ket thuc\b|^den ngay$|^den het ngay$|^den thang$|^den$"),
    (Role.LEADER, r"\b(?:lanh dao|dong chi)\b.*\b(?:phu trach|chi dao|theo doi|ky)\b|^lanh dao\b|"
        r"\bnguoi (?:chi dao|ky|duyet)\b|^chi dao\b"),
    (Role.RESULT, r"^(?:du kien )?(?:ket qua|san pham|dau ra|muc tieu|chi tieu|yeu cau)\b|\bsan pham\b|\bket qua (?:dau ra|"
        r"dat duoc|thuc hien)\b"),
    (Role.MONEY, r"\bkinh phi\b|\bdu toan\b|\bnguon von\b|\bnguon luc\b|\bngan sach\b|\bthanh tien\b|\bdon gia\b|\bchi phi\b|"
        r"\bso tien\b"),
    (Role.NOTE, r"^ghi chu\b|^chu thich\b|^luu y\b"),
    (Role.BASIS, r"\bcan cu\b|\bvan ban (?:chi dao|giao)\b|^co so phap ly\b|^nguon giao\b"),
    (Role.TIME, r"\bthoi (?:gian|han|diem|ky)\b|\btien do\b|\bhan (?:hoan thanh|thuc hien|cuoi|bao cao|nop|xu ly)\b|^han$|"
        r"\blo trinh\b|\bngay (?:hoan thanh|thuc hien|nop|gui)\b"
     r"|^ngay$|^thang$|^ngay,? thang|\bhoan thanh (?:truoc|ngay|trong)\b|\bky han\b|\bmoc\b|\bthang thuc hien\b|^lich\b|^quy$|"
     r"^nam$|^thoi luong\b"),
    (Role.PLACE, r"^dia (?:diem|ban)\b|^noi (?:thuc hien|to chuc)\b"),
    (Role.COUNT, r"^so (?:luong|phieu|mau|don vi|luot)\b|^(?:don vi tinh|dvt)$|^cong$|^tong (?:so|cong)\b|^ty le\b|^diem\b"),
    (Role.CONTENT, r"\bnoi dung\b|\bnhiem vu\b|\bcong viec\b|\bhoat dong\b|\bdau viec\b|\bhang muc\b|\bcac buoc\b|\bcong "
        r"doan\b|\bgiai phap\b|^viec\b|\bten (?:cong viec|nhiem vu|hoat dong|viec)\b"
     r"|^(?:cac )?(?:buoc|giai doan)\b|^cong tac$|^chu de\b|^tieu chi\b"),
    (Role.HELP, r"^(?!.*\bchu tri\b).*\bphoi hop\b|\bho tro\b|\btham gia\b|\bcung thuc hien\b"),
    (Role.LEAD, r"\bchu tri\b|\bthuc hien\b|\btrach nhiem\b|\bphan cong\b|^(?:co quan|don vi|bo phan|phong,? ban|nguoi)\b|"
        r"\bdau moi\b|\btham muu\b|\bphu trach\b|\bchiu trach nhiem\b|^to chuc thuc hien$|^don vi to chuc"),
    (Role.PLACE, r"^thanh phan\b|^doi tuong\b"),
)  # fmt: skip
_COMPILED = tuple((role, re.compile(pattern)) for role, pattern in _HEADINGS)
#: Headings that stand over two others ("Phân công" over "Chủ trì | Phối hợp").
_GROUP = re.compile(r"^(?:phan cong|to chuc thuc hien|trach nhiem|(?:co quan|don vi)(?:,? (?:don vi|co quan))?(?: thuc hien)?|"
    r"thoi gian|tien do|thuc hien|phan cong thuc hien|don vi thuc hien)\b")  # fmt: skip
#: A task that only begins like a heading: "Nội dung phiếu khảo sát do Sở …".
_MAX_HEADING_WORDS = 14


#: Words of headings, to which a word that a scan damaged by one letter is put right.
_HEADING_WORDS = frozenset(
    word
    for line in (
        "noi dung nhiem vu cong viec thoi gian tien thuc hien hoan thanh chu tri phoi hop",
        "trach phan don vi quan ket san pham ghi",
    )
    for word in line.split()
)


@lru_cache(maxsize=4096)
def _mended(word: str) -> str:
    """A heading's word with one letter put right ("n0i" -> "noi", "thuc hlen" -> "thuc hien"); others as they are."""
    plain = word.replace("0", "o").replace("1", "i") if not word.isdigit() else word
    if (
        plain in _HEADING_WORDS
        or len(plain) < 4
        or plain in {"quan", "phong", "danh", "chung", "trinh", "thang", "nganh", "hang", "cong"}
    ):
        return plain
    for known in _HEADING_WORDS:
        if len(known) == len(plain) >= 4 and sum(a != b for a, b in zip(known, plain, strict=True)) == 1:
            return known
    return plain


@lru_cache(maxsize=4096)
def heading_role(text: str) -> Role | None:
    """The role a heading names, or None where the words are no heading."""
    if len(text) > 120 or re.search(r":\s*\S", text) or leading_number(tidy(text))[0] is not None:
        return None
    key = re.sub(r"\([^()]*\)|\bnam (?:19|20)\d\d\b|[*:.]", " ", key_of(tidy(text)))
    words = key.split()
    if not words or len(words) > _MAX_HEADING_WORDS or len(key) > 90 or re.search(r"\d{2,}", key):
        return None
    key = " ".join(_mended(word) for word in words)
    if (key.startswith("nhiem vu") and "phan cong" in key) or key.startswith("noi dung"):
        return Role.CONTENT
    for role, pattern in _COMPILED:
        if pattern.search(key):
            return role
    return None


def is_group_heading(text: str) -> bool:
    return _GROUP.match(key_of(tidy(text))) is not None and heading_role(text) in (Role.LEAD, Role.TIME)


#: A heading that names a period, and how many of them make a table a calendar (marked_periods.py).
PERIOD = re.compile(r"^(?P<kind>thang|th|t|quy|q|tuan)\.?\s*(?P<no>\d{1,2}|[ivx]{1,4})(?:\s*[/-]\s*(?P<year>20\d\d))?$")
FEWEST_PERIODS = 3
_PERIODS_OVER = re.compile(r"\b(?P<kind>thang|quy|tuan)\b")


def is_heading_row(cells: Sequence[str]) -> bool:
    """A row of headings: what is done beside who or when, and hardly a word that is no heading."""
    filled = [cell for cell in cells if not is_blank(cell)]
    periods = [cell for cell in filled if PERIOD.match(key_of(cell))]
    if len(periods) >= FEWEST_PERIODS:
        # A column a month: such headings tell when, as "Thời gian" does.
        filled = [cell for cell in filled if cell not in periods] + ["Thời gian"]
    roles = [heading_role(cell) for cell in filled]
    known = {role for role in roles if role is not None}
    if len(filled) < 2 or len(known) < 2:
        return False
    if any(looks_like_time(cell) and heading_role(cell) is None for cell in filled):
        return False
    strange = sum(1 for role, cell in zip(roles, filled, strict=True) if role is None and len(cell) > 3)
    work = Role.CONTENT in known
    when_or_who = known & {Role.TIME, Role.START, Role.END, Role.LEAD, Role.HELP}
    numbered = Role.NO in known and len(known) >= 3
    if any(len(cell) > 70 for cell in filled):
        return False
    return ((work and bool(when_or_who)) or (numbered and bool(when_or_who)) or (Role.LEAD in known and Role.TIME in known)) and (
        strange <= len(filled) // 3
    )


def is_numbering_row(cells: Sequence[str]) -> bool:
    """The row under some headings that numbers the columns: 1, 2, 3 or (1), (2), (3) or A, B, 1, 2."""
    filled = [cell.strip(" ()") for cell in cells if not is_blank(cell)]
    if len(filled) < 3 or any(len(cell) > 3 for cell in filled):
        return False
    digits = [int(cell) for cell in filled if cell.isdigit()]
    letters = [cell for cell in filled if not cell.isdigit()]
    return (
        len(digits) + len(letters) == len(filled)
        and len(digits) >= 2
        and digits == list(range(digits[0], digits[0] + len(digits)))
        and (digits[0] == 1 and all(len(letter) == 1 for letter in letters))
    )


def roles_of(headings: Sequence[str]) -> list[Role]:
    """One role for each heading of a row; what is not known is OTHER, and doubled roles are told apart."""
    return _settle([heading_role(text) or Role.OTHER for text in headings], headings)


def _settle(roles: list[Role], headings: Sequence[str]) -> list[Role]:
    roles = list(roles)
    if Role.START in roles and Role.END not in roles:
        later = [i for i, role in enumerate(roles) if role is Role.TIME and i != roles.index(Role.START)]
        roles[later[0] if later else roles.index(Role.START)] = Role.END if later else Role.TIME
    if Role.END in roles and Role.START not in roles:
        earlier = [i for i, role in enumerate(roles) if role is Role.TIME]
        roles[earlier[0] if earlier else roles.index(Role.END)] = Role.START if earlier else Role.TIME
    if not {Role.LEAD, Role.HELP} & set(roles) and Role.LEADER in roles:
        roles[roles.index(Role.LEADER)] = Role.LEAD
    leads = [i for i, role in enumerate(roles) if role is Role.LEAD]
    if len(leads) > 1:
        keys = [key_of(headings[i]) for i in leads]
        best = next((i for i, key in zip(leads, keys, strict=True) if "chu tri" in key), None)
        best = (
            best
            if best is not None
            else next((i for i, key in zip(leads, keys, strict=True) if "thuc hien" in key or "phan cong" in key), leads[0])
        )
        for i in leads:
            if i != best:
                roles[i] = Role.HELP if Role.HELP not in roles and "thuc hien" in key_of(headings[i]) else Role.OTHER
    times = [i for i, role in enumerate(roles) if role is Role.TIME]
    if len(times) > 1:
        keys = [key_of(headings[i]) for i in times]
        best = next((i for i, key in zip(times, keys, strict=True) if "hoan thanh" in key or key.startswith("han")), times[0])
        for i in times:
            if i != best:
                roles[i] = Role.OTHER
    for role in (Role.NO, Role.HELP):
        for i in [i for i, found in enumerate(roles) if found is role][1:]:
            roles[i] = Role.OTHER
    return roles


def two_rows(upper: Sequence[str], lower: Sequence[str]) -> list[str] | None:
    """One row of headings from two, or None when the second is no second row of headings.

    Either row has its own cell for each column, or the lower one holds only the parts of a group heading.
    """
    filled = [cell for cell in lower if not is_blank(cell)]
    calendar = _calendar_rows(upper, lower)
    if calendar is not None:
        return calendar
    if not filled or any(heading_role(cell) is None or len(cell) > 60 for cell in filled):
        return None
    if len(lower) == len(upper) and len(filled) < len(lower):
        return [own if not is_blank(own) else above for above, own in zip(upper, lower, strict=True)]
    groups = [i for i, cell in enumerate(upper) if is_group_heading(cell)]
    parts = {heading_role(cell) for cell in filled}
    if len(filled) < 2 or not groups:
        return None
    for i in groups:
        wanted = {Role.LEAD, Role.HELP, Role.LEADER} if heading_role(upper[i]) is Role.LEAD else {Role.TIME, Role.START, Role.END}
        if parts <= wanted:
            after = i + 1
            while after < len(upper) and is_blank(upper[after]):
                after += 1
            return [*upper[:i], *filled, *upper[after:]]
    return None


def _calendar_rows(upper: Sequence[str], lower: Sequence[str]) -> list[str] | None:
    """ "Tháng" over 1, 2, 3 …: the headings with "Tháng 1", "Tháng 2" …; None when the second row holds other words too."""
    if len(upper) != len(lower):
        return None
    headings = list(upper)
    kind, periods = "", 0
    for column, (above, own) in enumerate(zip(upper, lower, strict=True)):
        over = _PERIODS_OVER.search(key_of(above))
        kind = over["kind"] if over else kind if is_blank(above) else ""
        if is_blank(own) or key_of(own) == key_of(above):
            continue
        if not kind or PERIOD.match(f"{kind} {key_of(own).removeprefix(kind).strip()}") is None:
            return None
        headings[column] = own if not own.strip().isalnum() or len(own) > 4 else f"{kind} {own}"
        periods += 1
    return headings if periods >= FEWEST_PERIODS else None
