"""Who issued a plan: from the letterhead, from the preamble, or from the note that names what the plan was issued with."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tracker.rules.drafts.facts_names import LOCALITY, OFFICE, running_case, short_committee
from tracker.rules.drafts.facts_passages import Passage
from tracker.rules.drafts.references import DAY, NUMBER, read_day, tidy_number
from tracker.rules.parsed import Place

_ISSUED_WITH = re.compile(
    rf"(?P<word>(?:ban hành\s+)?(?:kèm|đính kèm)\s+theo)\s+(?P<kind>Quyết định|Kế hoạch|Công văn|Thông báo|Văn bản|Phương án|"
    rf"Tờ trình)\s*(?:số)?\s*[:.]?\s*"
    rf"(?P<number>{NUMBER})(?:\s*,?\s*{DAY})?(?:\s*,?\s*của\s+(?P<issuer>[^()]{{3,120}}))?",
    re.IGNORECASE,
)
_NATION = re.compile(r"CỘNG\s+H(?:ÒA|OÀ)|ĐỘC LẬP|CHỦ NGHĨA VIỆT NAM|ĐẢNG CỘNG SẢN|XÃ HỘI CHỦ NGHĨA", re.IGNORECASE)
#: Capitals of a letterhead that name no office.
_NO_OFFICE = re.compile(r"^(?:SỐ|DỰ THẢO|HỎA TỐC|KHẨN|MẬT)\b|^\W*$|^CỘNG$|^(?:(?:XÃ )?HỘI )?(?:CHỦ )?(?:NGHĨA )?VIỆT NAM$")


#: "CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH …" above a decision: the person who decides, in the name of the office.
_AUTHORITY = re.compile(r"^(?:CHỦ TỊCH|GIÁM ĐỐC|BỘ TRƯỞNG|CỤC TRƯỞNG|TRƯỞNG PHÒNG|TRƯỞNG BAN)\s+")
_LEVEL_ENDS = frozenset({"xã", "phường", "huyện", "quận", "tỉnh", "phố", "trấn", "khu"})
_LONGEST_NAME = 90


@dataclass(frozen=True)
class IssuedWith:
    """The note "(Ban hành kèm theo Quyết định số …)" or "(Kèm theo Kế hoạch số …)"."""

    number: str
    issued_on: date | None
    issuer: str
    place: Place


def read_notes(paragraphs: Sequence[Passage]) -> list[IssuedWith]:
    found: list[IssuedWith] = []
    for passage in paragraphs:
        match = _ISSUED_WITH.search(passage.text)
        # The note stands by itself, in brackets as a rule; in a sentence the words speak of another document.
        if match and (
            passage.text.lstrip("( ").lower().startswith(match["word"].lower()[:3]) or passage.text[: match.start()].endswith("(")
        ):
            if len(passage.text) - match.end() > 120:
                continue
            issuer = " ".join((match["issuer"] or "").split()).strip(" .;")
            found.append(
                IssuedWith(
                    tidy_number(match["number"]), read_day(match), issuer, passage.place(match.start(), match.group().strip())
                )
            )
    return found


def seat(issuer: str, title: str, paragraphs: Sequence[Passage]) -> str | None:
    """The locality whose office issued the decision: where it was signed, when no place is written."""
    named = LOCALITY.search(issuer)
    if named and named["name"][:1].isupper():
        return named["name"].strip()
    level = issuer.split()[-1].lower() if issuer else ""
    if not level:
        return None
    pattern = re.compile(rf"\b{re.escape(level)}\s+(?P<name>(?:[A-ZĐÀ-Ỹ]\w*(?:\s|$|(?=[,;.]))){{1,4}})", re.UNICODE)
    in_title = re.search(rf"\b{re.escape(level)}\s+(?P<name>.+?)(?:\s+(?:năm|giai đoạn)\b|$)", title, re.IGNORECASE)
    if in_title:
        name = in_title["name"].strip()
        return " ".join(word.capitalize() for word in name.split()) if name.isupper() else name
    for passage in paragraphs[:40]:
        match = pattern.search(passage.text)
        if match:
            return match["name"].strip()
    return None


def read_issuer(head: Sequence[Passage], paragraphs: Sequence[Passage], place: str | None) -> tuple[str, Place | None]:
    """The issuing office in running case, with its locality, and where it stands: letterhead, preamble, or a site's data."""
    body = [passage.text for passage in paragraphs]
    offices: list[tuple[str, Place]] = []
    for piece in head:
        text = piece.text
        if text.startswith("QUYẾT ĐỊNH"):
            break  # under it stands who decides, not whose paper it is
        if not text.isupper() or _NATION.search(text) or len(text) > _LONGEST_NAME or _NO_OFFICE.match(text):
            continue
        who = _AUTHORITY.match(text)
        if who:
            if offices and _is_bare(offices[-1][0]):
                offices[-1] = (text[who.end() :], piece.place(who.end(), text[who.end() :]))
            break
        if OFFICE.match(text):
            offices.append((text, piece.place(0, text)))
        elif offices:
            offices[-1] = (f"{offices[-1][0]} {text}", offices[-1][1])
    if offices and not _is_bare(offices[-1][0]):
        return _with_place(_full_name([name for name, _ in offices], body), place), offices[-1][1]
    name, where = _issuer_in_prose(paragraphs, place)
    return (name, where) if name else _issuer_in_data(paragraphs)


def _is_bare(name: str) -> bool:
    """Whether a committee is named without its locality."""
    return short_committee(name).upper() == "UBND"


def _with_place(name: str, place: str | None) -> str:
    """An office named "UBND tỉnh" and signed at Huế is named so."""
    ends_with_level = name.lower().split()[-1:] and name.lower().split()[-1] in _LEVEL_ENDS
    return f"{name} {place}" if place and ends_with_level else name


def _issuer_in_data(paragraphs: Sequence[Passage]) -> tuple[str, Place | None]:
    """The issuer among the data that legal sites print above a text: "Nơi ban hành: Bộ Y tế Người ký: …"."""
    for passage in paragraphs[:20]:
        match = re.search(r"\bNơi ban hành\s*:\s*(?P<name>[^:|]{3,80}?)(?=\s+Người ký|\s*[|:]|$)", passage.text)
        if match and OFFICE.match(match["name"].upper()):
            return match["name"], passage.place(match.start("name"), match["name"])
    return "", None


def _full_name(offices: Sequence[str], body: Sequence[str]) -> str:
    """The lowest office of a letterhead, with the locality of the one above it when it names none itself."""
    name = running_case(offices[-1], body)
    above = LOCALITY.search(running_case(offices[-2], body)) if len(offices) > 1 else None
    if above and not LOCALITY.search(name):
        name = f"{name} {above.group()}"
    return name


def _issuer_in_prose(paragraphs: Sequence[Passage], place: str | None) -> tuple[str, Place | None]:
    pattern = re.compile(
        r"(?:^|[,;.]\s*|\)\s*)(?P<office>(?:(?:UBND|[ỦUủu][yỷỳ] ban nhân dân)\s|Sở\s|Phòng\s|Bộ\s|Ban\s|Văn phòng\s|"
        r"Bệnh viện\s|Trung tâm\s|Trường\s)[^,;:.]{0,70}?)\s+"
        r"(?:xây dựng|ban hành|lập|triển khai|đề ra)\s+(?:và\s+(?:ban hành|triển khai)\s+)?kế\s*hoạch",
        re.IGNORECASE,
    )
    for passage in paragraphs[:60]:
        match = pattern.search(passage.text)
        if match:
            name = short_committee(match["office"]).strip()
            where = passage.place(match.start("office"), match["office"])
            return _with_place(name[0].upper() + name[1:], place), where
    return "", None
