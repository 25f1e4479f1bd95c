"""Who watches over the survey (Mặt trận Tổ quốc, Hội Cựu chiến binh, …): read from sentences that speak of "giám sát"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tracker.rules.drafts.facts_passages import Passage
from tracker.rules.parsed import Place
from tracker.wording import search_key

_LEVEL = r"(?:tỉnh|thành phố|quận|huyện|thị xã|xã|phường|thị trấn|đặc khu|các cấp|cấp \w+)"
_AREA = rf"(?:\s+(?:các\s+)?{_LEVEL}(?:\s+[A-ZĐÀ-Ỹ][\wÀ-ỹ]*)*(?:,\s*(?:xã|phường|thị trấn|thị xã|thành phố)\b)*)?"
#: Bodies that watch over offices by law (Luật Mặt trận Tổ quốc Việt Nam 2015, Luật Thực hiện dân chủ ở cơ sở 2022).
_BODY = re.compile(
    r"(?:(?:Ban\s+)?(?:Thường trực\s+)?(?:[ỦU][yỷỳ]\s+ban\s+|UB\s?)?(?:MTTQ|Mặt\s+trận\s+[Tt]ổ\s+[Qq]uốc)(?:\s*(?:Việt\s+Nam|"
    r"VN))?"
    r"|(?:Hội|Liên hiệp Hội|Liên đoàn)\s+(?:[Cc]ựu\s+[Cc]hiến\s+[Bb]inh|CCB|[Ll]iên\s+hiệp\s+[Pp]hụ\s+[Nn]ữ|LHPN|"
    r"[Nn]ông\s+[Dd]ân|[Ll]ao\s+động)(?:\s+Việt\s+Nam)?"
    r"|(?:Ban\s+)?[Tt]hanh tra nhân dân|Ban giám sát đầu tư của cộng đồng|Đoàn\s+(?:Thanh niên|TNCS)[^,;.]{0,30}?(?=\s|,|;|\.|$)"
    rf"|(?:Thường trực\s+|Ban\s+[\w\s-]{{2,20}})?(?:HĐND|Hội đồng nhân dân))(?P<area>{_AREA})"
)
_WATCHES = re.compile(r"giám sát", re.IGNORECASE)
#: "phát huy vai trò giám sát của người dân" asks nobody to watch.
_ROLE_ONLY = re.compile(r"vai trò giám sát|quyền giám sát", re.IGNORECASE)


def read_observers(paragraphs: Sequence[Passage]) -> tuple[tuple[str, ...], Place | None]:
    """The watching bodies in reading order, each once and in its fullest name, and where the first stands."""
    found: list[tuple[str, Place]] = []
    heading: Passage | None = None
    for passage in paragraphs:
        text = passage.text
        watches = _WATCHES.search(_ROLE_ONLY.sub(lambda match: "-" * len(match.group()), text))
        if watches:
            named = list(_BODY.finditer(text))
            if not named and heading is not None and passage.block - heading.block <= 6:
                found.extend(_named(heading))
            # The one who is asked to watch is named before the word, or right after "giám sát của".
            for match in named:
                if match.start() < watches.start() or re.match(
                    r"giám sát của\s+$", text[watches.start() : match.start()], re.IGNORECASE
                ):
                    found.append((_tidy(match.group()), passage.place(match.start(), match.group())))
        elif re.match(r"^\W*(?:\d+|[IVX]+|[a-zđ])\s*[.)]", text) and len(text) < 200:
            heading = passage if _BODY.search(text) else None
    kept: list[tuple[str, Place]] = []
    for name, place in found:
        _add(kept, name, place)
    return tuple(name for name, _ in kept), kept[0][1] if kept else None


def _named(passage: Passage) -> list[tuple[str, Place]]:
    return [(_tidy(match.group()), passage.place(match.start(), match.group())) for match in _BODY.finditer(passage.text)]


def _tidy(name: str) -> str:
    return " ".join(name.split()).strip(" ,")


def _add(kept: list[tuple[str, Place]], name: str, place: Place) -> None:
    """Add `name`, or let the fuller of two names of one body stay."""
    key = _key(name)
    for index, (known, known_place) in enumerate(kept):
        known_key = _key(known)
        if key == known_key or known_key.startswith(f"{key} "):
            return
        if key.startswith(f"{known_key} "):
            kept[index] = (name, known_place if known_place.words == name else place)
            return
    kept.append((name, place))


def _key(name: str) -> str:
    key = search_key(name).replace("mttq", "mat tran to quoc").replace("ccb", "cuu chien binh").replace("vn", "viet nam")
    return re.sub(r"^(?:ban |thuong truc |uy ban |ub ?)+", "", key)
