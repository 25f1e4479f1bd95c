"""A list of names parted into owners: at signs and "và", where the next words are an owner of their own (offices.py)."""

from __future__ import annotations

import re

from tracker.rules.drafts.marks import is_blank
from tracker.rules.drafts.offices import begins_new_owner, fold, head_of, is_common, leading_field

Names = tuple[str, ...]

#: Names whose inner "và", "," or "-" part nothing: the offices of two bodies.
_BODY = r"(?:HĐND|Hội đồng nhân dân|ĐBQH|Đoàn đại biểu Quốc hội|Đoàn ĐBQH|Đảng ủy|Tỉnh ủy|Huyện ủy|Thành ủy|UBND|Ủy ban nhân dân)"
_JOINT = re.compile(rf"{_BODY}(?:\s*,\s*{_BODY})*\s*(?:và|&|-|/)\s*{_BODY}", re.IGNORECASE)
_OFFICE_OF = re.compile(r"(?:văn phòng|vp|chánh văn phòng|lãnh đạo|thường trực|đoàn đbqh và)\.?\s*$", re.IGNORECASE)
_SEPARATOR = re.compile(
    r"\s*(?P<sep>;|,(?!\d)|\n|\s(?:và|&|cùng với|cùng)\s|\s-\s(?=(?:sở|phòng|trung tâm|công an|trạm|trường|chi cục|ubnd|văn "
    r"phòng)\s)|/(?=\s?(?:sở|phòng|ubnd|ban|trung tâm)\s)|\+)\s*",
    re.IGNORECASE,
)
#: "Đ/c Hùng, Trưởng phòng": a person and the post held are one.
_PERSON = re.compile(r"(?:đ/c|đồng chí|ông|bà|anh|chị)\s", re.IGNORECASE)
_POSITION = re.compile(
    r"(?:quyền |phó )?(?:trưởng|giám đốc|chủ tịch|chánh|bí thư|hiệu trưởng|tổ trưởng|"
    r"trạm trưởng|chuyên viên|công chức)\b",
    re.IGNORECASE,
)
_HIDDEN = {"(": ")", "[": "]", "“": "”"}
_RESTRICTION = re.compile(r"(?:\bđược\s|\bliên quan\b|\bnêu trên\b|\btại mục\b|\btại điểm\b|\btrên địa bàn\b)", re.IGNORECASE)
_LIST_OF = re.compile(
    r"^(?:(?:(?:thủ trưởng|giám đốc|lãnh đạo|trưởng|chủ tịch|đại diện)\s+)?(?:các|những)\s+(?P<kind>sở, ban, ngành|sở, ngành|"
    r"cơ quan, đơn vị|phòng, ban|ban, ngành|sở|phòng|ban|hội|trường|trạm y tế|trung tâm|xã|phường|huyện|công chức|cơ quan|đơn vị|"
    r"tổ chức)|(?P<alone>công chức|sở|phòng)(?=:))\s*(?::|(?:bao )?gồm:?\s|như:|là:)\s*(?P<list>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
_PLACES_OF = re.compile(
    r"^(?P<head>.*?(?:UBND|Ủy ban nhân dân|Trạm y tế|Công an|Đảng ủy|HĐND))\s+các\s+(?P<kind>xã|phường|huyện|thị trấn|"
    r"quận)\s*:\s*(?P<list>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)


def split_names(text: str) -> Names:
    """The owners in a list of names: parted at signs and "và" where the next words are an owner of their own."""
    text = text.strip(" .;,:-")
    if not text or is_blank(text):
        return ()
    spread = _spread_list(text)
    if spread is not None:
        return spread
    hidden, stored = _hide(text)
    names: list[str] = []
    seps: list[str] = []
    start = 0
    parts: list[tuple[str, str]] = []
    sep = ""
    for match in _SEPARATOR.finditer(hidden):
        parts.append((sep, hidden[start : match.start()]))
        sep, start = match[0], match.end()
    parts.append((sep, hidden[start:]))
    for sep, part in parts:
        if not part.strip():
            continue
        shown = _show(part, stored)
        person = bool(names) and _PERSON.match(_show(names[-1], stored).strip()) and _POSITION.match(shown.strip())
        own = (not person and begins_new_owner(shown)) or _is_apart(sep.strip(), shown, _show(names[-1], stored) if names else "")
        if names and not own:
            names[-1] += f"{sep}{part}" if sep.strip() != "\n" else f" {part}"
        else:
            names.append(part)
            seps.append(sep)
    shown_names = [_show(name, stored).strip(" .;,:-") for name in names]
    shown_names = _share_restriction(shown_names, seps)
    shown_names = [name for whole in shown_names for name in _same_head_list(whole)]
    return distinct(tuple(name for name in shown_names if name))


def _is_apart(sign: str, shown: str, before: str) -> bool:
    """Whether common words after a sign are an owner of their own.

    After ";" they are, unless a single word goes on with a group. After "," only beside a named office: "Sở Nội vụ, đơn vị tư
    vấn"; behind other common words they go on with those ("Các cơ quan, đơn vị liên quan").
    """
    words = shown.split()
    if sign in {";", "\n"}:
        return shown[:1].isupper() or not is_common(shown) or len(words) > 2
    bare = re.sub(r"^(?:các|những|toàn thể|tất cả)\s+", "", before, flags=re.IGNORECASE)
    named = bool(before) and not all(is_common(part) for part in re.split(r",\s*|\svà\s", bare))
    return named and len(words) >= 3 and re.match(r"(?:đơn vị|cơ quan|tổ chức|doanh nghiệp)\s", shown) is not None


def _spread_list(text: str) -> Names | None:
    """ "Các Sở: Nội vụ, Tài chính" -> Sở Nội vụ, Sở Tài chính; "UBND các xã: A, B" -> UBND xã A, UBND xã B."""
    hidden_text = fold(text)
    places = _PLACES_OF.match(hidden_text)
    if places:
        tail = text[places.start("list") :]
        head = text[: places.end("head")].strip()
        kind = places["kind"].lower()
        names = []
        for part in re.split(r"\s*(?:[;,]|\svà\s)\s*", tail):
            part = part.strip(" .")
            if not part:
                continue
            own_kind = re.match(r"(?:xã|phường|thị trấn|huyện|quận|thị xã|thành phố|TP|đặc khu)\b", part, re.IGNORECASE)
            names.append(part if head_of(part) and not own_kind else f"{head} {part}" if own_kind else f"{head} {kind} {part}")
        return distinct(tuple(names))
    listed = _LIST_OF.match(hidden_text)
    if not listed:
        bare = re.match(r"^(?:các|những)\s+(?P<kind>sở|phòng|ban)\s+(?=\S)", hidden_text, re.IGNORECASE)
        if not bare or leading_field(text[bare.end() :]) is None:
            return None
        return _fields(text[bare.end() :], text[bare.start("kind") : bare.end("kind")].capitalize())
    kind = listed["kind"] or listed["alone"]
    tail = text[listed.start("list") :]
    if kind.lower() == "công chức":
        return _fields(tail, "Công chức", people=True)
    if head_of(tail) or "," in kind or kind.lower() in {"cơ quan", "đơn vị", "tổ chức"}:
        return split_names(tail)
    return _fields(tail, kind[0].upper() + kind[1:])


def _fields(text: str, head: str, *, people: bool = False) -> Names:
    """A list of fields of work, each under the same head; `people`: "Văn phòng - Thống kê" is a field, no office."""
    names: list[str] = []
    rest = text.strip(" .;,")
    while rest:
        field = leading_field(rest)
        if field is None:
            stop = re.search(r"\s*(?:[;,]|\svà\s(?=các\s|ubnd|ủy ban))\s*", rest, re.IGNORECASE)
            field = rest[: stop.start()] if stop else rest
        name = field.strip(" .;,")
        if name:
            names.extend(split_names(name) if head_of(name) and not people else [f"{head} {name}"])
        if not field:
            break
        rest = rest[len(field) :]
        rest = re.sub(r"^\s*(?:[;,]\s*)?(?:và\s+)?", "", rest).strip(" .;,") if rest.strip() else ""
    return distinct(tuple(names))


def _same_head_list(name: str) -> list[str]:
    """ "Sở Nội vụ, Tài chính, Y tế" -> three offices, when every part is a field of work; else the name as it is."""
    head = head_of(name)
    if head not in {"sở", "phòng"} or "," not in name:
        return [name]
    body = name[len(head) :].strip()
    first = leading_field(body)
    if first is None or len(first) == len(body):
        return [name]
    parts: list[str] = []
    rest = body
    while rest:
        field = leading_field(rest)
        if field is None:
            return [name]
        parts.append(field)
        rest = rest[len(field) :]
        gap = re.match(r"^\s*(?:,|;|và)\s*", rest)
        if rest and not gap:
            return [name]
        rest = rest[gap.end() :] if gap else ""
    return [f"{name[: len(head)]} {part}" for part in parts]


def _share_restriction(names: list[str], seps: list[str]) -> list[str]:
    """Groups of the same kind that share one restriction at the end stay one owner: "UBND các huyện, thành phố, UBND các xã,
    phường, thị trấn được chọn điều tra" would else say that all districts are meant."""
    if len(names) < 2:
        return names
    out = [names[0]]
    for name, sep in zip(names[1:], seps[1:], strict=True):
        before = out[-1]
        alike = head_of(name) == head_of(before) and re.search(r"\bcác\b", name) and re.search(r"\bcác\b", before)
        if sep.strip() == "," and alike and _RESTRICTION.search(name) and not _RESTRICTION.search(before):
            out[-1] = f"{before}, {name}"
        else:
            out.append(name)
    return out


def _hide(text: str) -> tuple[str, list[str]]:
    """Brackets and joint offices ("Văn phòng HĐND và UBND") replaced by marks that hold no separator."""
    stored: list[str] = []

    def keep(found: str) -> str:
        stored.append(found)
        return f"\x01{len(stored) - 1}\x02"

    out: list[str] = []
    depth_open = ""
    buffer = ""
    for char in text:
        if depth_open:
            buffer += char
            if char == _HIDDEN[depth_open]:
                out.append(keep(buffer))
                depth_open = buffer = ""
        elif char in _HIDDEN:
            depth_open, buffer = char, char
        else:
            out.append(char)
    hidden = "".join(out) + buffer
    return _JOINT.sub(
        lambda m: keep(m[0]) if _OFFICE_OF.search(hidden[: m.start()]) or "-" in m[0] or "&" in m[0] else m[0], hidden
    ), stored


def _show(text: str, stored: list[str]) -> str:
    for _ in range(2):
        text = re.sub("\x01(\\d+)\x02", lambda m: stored[int(m[1])], text)
    return text


def distinct(names: Names) -> Names:
    return tuple(dict.fromkeys(names))
