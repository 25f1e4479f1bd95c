"""The foot of a plan: who receives it ("Nơi nhận") and who signed it.

Its two columns often arrive mixed ("- Sở Nội vụ; KT. CHỦ TỊCH"); the left one is bulleted, the right one in capitals.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tracker.rules.drafts.facts_names import LOWER, UPPER
from tracker.rules.drafts.facts_passages import Passage
from tracker.rules.parsed import Place

_HEADING = re.compile(r"^\W*Nơi\s+(?:nhận|gửi)\b\s*(?:\([^)]{0,20}\))?\s*[:.;]?\s*(?P<rest>.*)$", re.IGNORECASE)
_BULLET = re.compile(r"^\s*(?:[-–—+•*●▪]\s*|\d{1,2}[.)]\s+)")
_ON_BEHALF = r"(?:TM|TL|TUQ|T/M|T/L|KT|K/T|Q|PP)\s*\."
_RANK = (
    r"(?:PHÓ\s+)?(?:CHỦ TỊCH|GIÁM ĐỐC|TRƯỞNG PHÒNG|TRƯỞNG BAN|CỤC TRƯỞNG|CHI CỤC TRƯỞNG|BỘ TRƯỞNG|HIỆU TRƯỞNG|VIỆN TRƯỞNG|"
    r"CHÁNH VĂN PHÒNG|TRƯỞNG TRẠM|"
    r"BÍ THƯ|CHÁNH THANH TRA|TỔNG GIÁM ĐỐC|TRƯỞNG ĐOÀN|VỤ TRƯỞNG|TRƯỞNG CÔNG AN|TỔNG CỤC TRƯỞNG)|THỨ TRƯỞNG|THỦ TƯỚNG|"
    r"BỘ TRƯỞNG|PHÓ BÍ THƯ|"
    r"PHÓ THỦ TƯỚNG|PHÓ CHÁNH VĂN PHÒNG|TRƯỞNG|PHÓ TRƯỞNG PHÒNG"
)
_SIGNING = re.compile(rf"\b(?:{_ON_BEHALF}\s*[A-ZĐÀ-Ỹ]|(?:{_RANK})(?!\w))")
_POSITION_LINE = re.compile(rf"^\W*(?:{_ON_BEHALF}\s*)?(?P<rank>{_RANK})(?:\s+[A-ZĐÀ-Ỹ ,\-–]+)?\W*$")
_NAME = re.compile(
    rf"^(?:(?:ThS|TS|BS|BSCKI+|GS|PGS|KS|CN)\.?\s*)*(?P<name>[{UPPER}][{LOWER}]*(?:\s+[{UPPER}][{LOWER}]*){{1,4}})$"
)
#: "Lưu: VT, NV" is the last recipient by rule; what follows it is the other column or another part.
_LAST = re.compile(r"^\W*Lưu\b", re.IGNORECASE)
_NOT_A_NAME = re.compile(r"^(?:Như|Lưu|Phòng|Sở|Đã ký|Người|Nơi|Ủy|Uỷ|Chủ|Phó|Kế|Phụ|Bước|Điều|Nội|Độc|Ký|Cộng)\b")
#: The other column's name, run into the line of the last recipient.
_BEHIND_LAST = re.compile(rf"(?<=[.;\s])\s*(?:[{UPPER}][{LOWER}]+\s+){{1,4}}[{UPPER}][{LOWER}]+$")
_STOP_AFTER = 40


@dataclass(frozen=True)
class Foot:
    recipients: tuple[str, ...] = ()
    recipients_place: Place | None = None
    signatory: str = ""
    signatory_place: Place | None = None
    position: str = ""


def read_foot(pieces: Sequence[Passage]) -> Foot:
    """Recipients, signer and position. The first foot with a "Nơi nhận" counts; annexes have none."""
    start = next((index for index, piece in enumerate(pieces) if _HEADING.match(piece.text)), None)
    recipients = _recipients(pieces, start) if start is not None else []
    name, name_place, position = _signer(pieces, start)
    return Foot(
        tuple(recipients), pieces[start].place(0, pieces[start].text) if start is not None else None, name, name_place, position
    )


def _recipients(pieces: Sequence[Passage], start: int) -> list[str]:
    found: list[str] = []
    heading = _HEADING.match(pieces[start].text)
    rest = heading["rest"] if heading else ""
    if rest and not rest.startswith("(") and not _SIGNING.search(rest):
        found.extend(_tidy(part) for part in re.split(r"\s*;\s*-?\s*", rest))
    for index in range(start + 1, min(start + _STOP_AFTER, len(pieces))):
        piece = pieces[index]
        text = piece.text
        signing = _SIGNING.search(text)
        bulleted = _BULLET.match(text)
        if signing and not bulleted:
            continue
        if signing and signing.start() > 2:
            text = text[: signing.start()]
        if bulleted:
            parts = re.split(r";\s*[-–]\s+", _BULLET.sub("", text, count=1))
            if _LAST.match(parts[-1]):
                parts[-1] = _BEHIND_LAST.sub("", parts[-1])
            found.extend(_tidy(part) for part in parts)
            if _LAST.match(parts[-1]):
                break
        elif (
            found and (text[:1].islower() or pieces[index - 1].text.endswith(",")) and piece.block - pieces[index - 1].block <= 1
        ):
            comma = "," if pieces[index - 1].text.endswith(",") else ""
            found[-1] = f"{found[-1]}{comma} {_tidy(text)}"
        elif _LAST.match(text):
            found.append(_tidy(text))
            break
        elif piece.block - pieces[start].block > _STOP_AFTER:
            break
    return [recipient for recipient in found if recipient]


def _tidy(text: str) -> str:
    return " ".join(text.split()).strip(" ;,|-–").removesuffix(".").strip()


def _signer(pieces: Sequence[Passage], start: int | None) -> tuple[str, Place | None, str]:
    """The name under the last line of the position; without a position, a lone name after the recipients."""
    first = max((start or 0) - 12, 0) if start is not None else max(len(pieces) - 30, 0)
    position = ""
    may_be_name = False
    for index in range(first, min(first + 12 + _STOP_AFTER, len(pieces))):
        piece = pieces[index]
        signing = _SIGNING.search(piece.text)
        if signing and ((start is not None and index >= start) or _POSITION_LINE.match(piece.text)):
            line = _POSITION_LINE.match(piece.text[signing.start() :])
            position = line["rank"] if line else position
            may_be_name = True
            continue
        may_be_name = may_be_name or (
            start is not None and index > start and bool(_LAST.match(_BULLET.sub("", pieces[index - 1].text)))
        )
        # "- Lưu: VT. Nguyễn Văn A": the name may stand behind the last recipient.
        behind = _BEHIND_LAST.search(piece.text) if _LAST.match(_BULLET.sub("", piece.text)) else None
        text = _tidy(behind.group() if behind else re.sub(r"^\W*\(?[Đđ]ã ký\)?\s*:?\s*", "", piece.text))
        match = _NAME.match(text)
        if may_be_name and match and not _NOT_A_NAME.match(text) and (behind or not _BULLET.match(piece.text)):
            return match["name"], piece.place(piece.text.find(match["name"]), match["name"]), _sentence_case(position)
    return "", None, _sentence_case(position) if start is not None else ""


def _sentence_case(position: str) -> str:
    """PHÓ CHỦ TỊCH as Phó Chủ tịch."""
    words = position.lower()
    for rank in ("chủ tịch", "giám đốc", "trưởng", "cục trưởng", "bí thư", "chánh", "thủ tướng", "hiệu trưởng"):
        if words.startswith(f"phó {rank}"):
            return f"Phó {rank[0].upper()}{rank[1:]}{words[len(rank) + 4 :]}"
    return words[:1].upper() + words[1:]
