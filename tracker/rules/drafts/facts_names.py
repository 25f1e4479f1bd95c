"""Names of offices: from the capitals of a letterhead to running text."""

from __future__ import annotations

import re
from collections.abc import Sequence

#: The letters of Vietnamese, for character classes.
UPPER = "A-ZĐÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴ"
LOWER = "a-zđàáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ"
LEVELS = ("thành phố", "thị trấn", "thị xã", "đặc khu", "phường", "huyện", "quận", "tỉnh", "xã", "tp.")
_LEVEL = "|".join(re.escape(level) for level in LEVELS)
LOCALITY = re.compile(rf"(?<!\w)(?P<level>{_LEVEL})(?:\s+|(?<=\.))(?!hội\b)(?P<name>\S.*)$", re.IGNORECASE)
#: "Y BAN NHÂN DÂN": copies lose a letter that their font has not.
_COMMITTEE = re.compile(r"\b[ủu]?[yỷỳ]\s+ban\s+nhân\s+dân\b", re.IGNORECASE)
_ABBREVIATION = re.compile(r"^[BCDĐGHKLMNPQRSTVX]{2,}$")
#: Words that an office's kind consists of; the words after them are its field.
_KINDS = (
    "Ủy ban", "Hội đồng", "Văn phòng", "Chi cục", "Tổng cục", "Trung tâm", "Bệnh viện", "Trường", "Đại học",
    "Bảo hiểm", "Kho bạc", "Công an",
    "Ban Quản lý", "Ban Chỉ đạo", "Liên đoàn", "Trạm", "Phòng", "Sở", "Bộ", "Ban", "Cục", "Hội", "Viện", "Đài", "Tòa án",
)  # fmt: skip
OFFICE = re.compile(
    r"^(?:UBND|HĐND|[ỦU]?[YỶỲ]\s+BAN|HỘI|HỘI ĐỒNG|VĂN PHÒNG|CHI CỤC|TỔNG CỤC|CỤC|TRUNG TÂM|BỆNH VIỆN|TRƯỜNG|ĐẠI HỌC|BẢO HIỂM|"
    r"KHO BẠC|CÔNG AN|BAN|LIÊN ĐOÀN|"
    r"TRẠM|PHÒNG|SỞ|BỘ|VIỆN|ĐÀI|TÒA ÁN|CHÍNH PHỦ|THỦ TƯỚNG|(?:TỈNH|HUYỆN|QUẬN|THÀNH|THỊ|ĐẢNG)\s+[ỦU][YỶ]|ĐẢNG BỘ|KHU)\b"
)


def short_committee(name: str) -> str:
    """Write "Ủy ban nhân dân" as offices write it inside a sentence: UBND."""
    return _COMMITTEE.sub("UBND", name)


def running_case(capitals: str, body: Sequence[str] = ()) -> str:
    """Write "UBND XÃ QUẢNG THÀNH" as "UBND xã Quảng Thành": as `body` writes the same name, else by rule."""
    capitals = short_committee(" ".join(capitals.split()))
    wanted = re.compile(rf"(?<!\w){re.escape(capitals)}(?!\w)", re.IGNORECASE)
    for text in body:
        for match in wanted.finditer(short_committee(text)):
            if not match.group().isupper():
                return match.group()[0].upper() + match.group()[1:]
    return _by_rule(capitals)


_PARTY = re.compile(r"^(?P<level>TỈNH|HUYỆN|QUẬN|THÀNH|THỊ|ĐẢNG)\s+[ỦU][YỶ]\b\s*(?P<rest>.*)$", re.IGNORECASE)


def _by_rule(name: str) -> str:
    party = _PARTY.match(name)
    if party:
        return f"{party['level'].capitalize()} ủy {_title(party['rest'])}".strip()
    locality = LOCALITY.search(name)
    office = name[: locality.start()].strip() if locality else name
    parts = [_office(office)] if office else []
    if locality:
        level = locality["level"].lower()
        # Districts and wards with a number are written with a capital: Quận 5.
        level = level.upper() if level == "tp." else level.capitalize() if locality["name"].isdigit() else level
        parts.append(f"{level} {_title(locality['name'])}")
    return " ".join(parts)


def _office(name: str) -> str:
    if name in {"UBND", "HĐND"}:
        return name
    kind = next((kind for kind in _KINDS if name.lower().startswith(f"{kind.lower()} ")), "")
    if kind == "Trường":
        return f"{kind} {_title(name[len(kind) :].strip())}"
    rest = name[len(kind) :].strip().lower()
    rest = re.sub(r"(^|[-–,]\s*|\bvà\s+)(\w)", lambda match: match[1] + match[2].upper(), rest)
    return f"{kind} {rest}".strip()


def _title(name: str) -> str:
    """Each word with a capital; letters without a vowel are an abbreviation (THPT) and stay."""
    return re.sub(r"\w+", lambda word: word.group() if _ABBREVIATION.match(word.group()) else word.group().capitalize(), name)
