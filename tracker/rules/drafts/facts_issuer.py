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
_NO_OFFICE = re.compile(r"^(?:SỐ|DỰ THẢO|HỎA TỐC|KHẨN|MẬT)\b|^\W*$|^(?:(?:XÃ )?HỘI )?(?:CHỦ )?(?:NGHĨA )?VIỆT NAM$")


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
    body = [passage.text for passage in paragraphs]
    lines: list[Passage] = []
    for piece in head:
        text = piece.text
        if text.startswith("QUYẾT ĐỊNH"):
            break  # under it stands who decides, not whose paper it is
        if not text.isupper() or _NATION.search(text) or len(text) > 90 or _NO_OFFICE.match(text):
            continue
        if OFFICE.match(text) or (lines and not OFFICE.match(text)):
            lines.append(piece)
    offices: list[tuple[str, Place]] = []
    for piece in lines:
        if OFFICE.match(piece.text) or not offices:
            offices.append((piece.text, piece.place(0, piece.text)))
        else:
            offices[-1] = (f"{offices[-1][0]} {piece.text}", offices[-1][1])
    if offices and offices[-1][0] not in {"UBND", "ỦY BAN NHÂN DÂN", "UỶ BAN NHÂN DÂN"}:
        return _full_name([name for name, _ in offices], body), offices[-1][1]
    return _issuer_in_prose(paragraphs, place)


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
        r"(?:xây dựng|ban hành|lập|triển khai|đề ra)\s+(?:và\s+(?:ban hành|triển khai)\s+)?kế hoạch",
        re.IGNORECASE,
    )
    for passage in paragraphs[:60]:
        match = pattern.search(passage.text)
        if match:
            name = short_committee(match["office"]).strip()
            where = passage.place(match.start("office"), match["office"])
            if place and name.lower().split()[-1] in {"xã", "phường", "huyện", "quận", "tỉnh", "phố", "trấn"}:
                name = f"{name} {place}"
            return name[0].upper() + name[1:], where
    return "", None
