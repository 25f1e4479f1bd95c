"""Who leads and who coordinates: from the words of a cell, a label or a sentence to lists of owners.

Offices are parted at ";", ",", "và", line breaks and bullets, but a name that holds such a sign stays whole (names.py). In
prose ("Phòng Nội vụ chủ trì, phối hợp Sở Nội vụ") the owner is what stands before the first thing done.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tracker.rules.drafts.marks import has_bullet, is_blank, leading_number, starts_low, tidy, without_bullet
from tracker.rules.drafts.names import Names, distinct, split_names
from tracker.rules.drafts.offices import begins_new_owner, fold, head_of, is_common


@dataclass(frozen=True)
class Owners:
    """The offices of one piece of work, in the words of the plan."""

    lead: Names = ()
    coordinating: Names = ()

    def __or__(self, other: Owners) -> Owners:
        return Owners(distinct(self.lead + other.lead), distinct(self.coordinating + other.coordinating))


#: What an owner does. In small letters only: "Ban Tổ chức", "Tổ Giám sát" are names.
_DOES = (
    "chủ trì|chịu trách nhiệm|có trách nhiệm|tham mưu|phối hợp|giao|gửi|tổ chức|triển khai|thực hiện|tiến hành|hướng dẫn|cung "
    "cấp|tổng hợp|xây dựng|"
    "báo cáo|lập|ban hành|theo dõi|kiểm tra|giám sát|đôn đốc|công bố|phân công|chỉ đạo|cử|bố trí|làm đầu mối|là đầu mối|là cơ "
    "quan|là đơn vị|trình|đề xuất|"
    "rà soát|thu hồi|thu|phát|nhập|căn cứ|có nhiệm vụ|hoàn thành|chuẩn bị|phân tích|thẩm định|phê duyệt|in|thông báo|tuyên "
    "truyền|đăng tải|quản lý và|"
    "bảo đảm|đảm bảo|tiếp tục|chủ động|nghiên cứu|tự|hỗ trợ|xem xét|đánh giá kết quả|phổ biến|quán triệt|tạo điều kiện|lựa "
    "chọn|phụ trách chung|soạn thảo|"
    "dự thảo|ký ban hành|chấm|thẩm tra|thu thập|làm việc với|khảo sát tại|tham gia|cập nhật|kịp thời|trực tiếp|nghiêm túc|"
    "thường xuyên|định kỳ|khẩn trương|phúc tra"
)
_PREDICATE = re.compile(rf"(?<![\w-])(?:sẽ |cùng |có thể |phải |cần )?(?P<verb>{_DOES})(?!\w)")
#: "cán bộ theo dõi CCHC": a thing done right behind a bare word for people belongs to the name.
_BARE_NOUN = re.compile(
    r"(?:^|[\s,])(?:cán bộ|công chức|viên chức|nhân viên|chuyên viên|người|bộ phận|đơn vị|cơ quan|tổ|ban|hội đồng|nhóm|đoàn)$",
    re.IGNORECASE,
)
_RELATIVE = (
    "theo dõi",
    "thực hiện",
    "chủ trì",
    "phối hợp",
    "tham mưu",
    "giám sát",
    "kiểm tra",
    "tổng hợp",
    "phụ trách",
    "tổ chức",
    "soạn thảo",
    "thẩm định",
    "phúc tra",
)
_PASSIVE = re.compile(r"được(?: \w+)? $")
_ASSIGNED = re.compile(r"được (?:phân công|giao|chỉ định|ủy quyền)(?: nhiệm vụ)? $")

_COORDINATE = re.compile(r"[Pp]hối hợp(?: chặt chẽ| thường xuyên| tốt)?(?:,? (?:với|cùng|cùng với|và))?\s+(?P<who>.+)", re.DOTALL)
_HAND_OVER = re.compile(r"(?<!được )\b[Gg]iao(?: cho| nhiệm vụ cho)?\s+(?P<who>.+)", re.DOTALL)
_STOP = re.compile(
    r"[.;](?=\s|$)|\s(?:để|nhằm|trong việc|trong công tác|trong quá trình|theo|về việc|trước ngày|hoàn thành|khi|căn cứ|trên "
    r"cơ sở|thông qua|tại cuộc)\s|"
    r",\s(?=(?:hoàn thành|báo cáo|gửi|trình|tham mưu|xây dựng|tổ chức|tổng hợp|theo dõi|chịu trách nhiệm|đảm bảo|bảo đảm|thực "
    r"hiện|triển khai|hướng dẫn|rà soát)\s)"
)
_LABEL = re.compile(
    r"(?P<role>(?:(?:cơ quan|đơn vị|bộ phận|phòng|ban|người|cá nhân)(?:,? (?:đơn vị|cơ quan))?\s+)?"
    r"(?P<kind>chủ trì(?:(?:,| và|,? phối hợp| thực hiện|/phối hợp))*|phối hợp(?: thực hiện| với| cùng)?|thực hiện|chịu trách "
    r"nhiệm|đầu mối|tham mưu)"
    r"|(?<!\w)(?P<short>ct|ph))\s*[:：]\s*",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"^(?:giao(?: cho| nhiệm vụ cho)?|phân công|đề nghị|mời|yêu cầu|trân trọng đề nghị|trách nhiệm(?: thực hiện)? của|trách "
    r"nhiệm|nhiệm vụ của|đối với|về phía|do)\s+",
    re.IGNORECASE,
)
_NOBODY = re.compile(r"^(?:không(?: có)?|x|nt|-nt-|như trên|\"|''|”|“|\.+|0|n/a)\.?$", re.IGNORECASE)


def read_owners(text: str, *, coordinating: bool = False) -> Owners:
    """The owners that a cell or a label's value names. `coordinating`: the cell stands in the column of those who help.

    What holds no owner that can be told apart is kept whole, so that nothing signed is lost.
    """
    found = Owners()
    for item in _items(text):
        found |= _read_item(item, coordinating=coordinating)
    return found


def strip_opening(text: str) -> str:
    """An office's heading without the words that hand it its duties: "Giao Phòng Nội vụ" -> "Phòng Nội vụ"."""
    return _OPENING.sub("", text.strip())


def owner_before_work(sentence: str) -> tuple[str, str]:
    """The words before the first thing done, and the rest: ("Phòng Nội vụ", "chủ trì, phối hợp …"). ("", sentence) when none."""
    body = _OPENING.sub("", sentence.strip())
    at = _predicate_at(fold(body))
    if at is None:
        return "", sentence
    return body[:at].strip(" ,:-"), body[at:]


def helpers_in(rest: str) -> Names:
    """Those named after "phối hợp với …" and "giao … " in what an owner does."""
    return _named_after(_COORDINATE, rest) + _named_after(_HAND_OVER, rest)


def _items(text: str) -> list[str]:
    """The bullets and paragraphs of a cell; lines broken by the margin are joined."""
    items: list[str] = []
    for raw in tidy(text).split("\n"):
        line = raw.strip()
        if is_blank(line):
            continue
        number, rest = leading_number(line)
        own = has_bullet(line) or (number is not None and begins_new_owner(rest))
        line = without_bullet(rest if own and number is not None else line)
        if items and not own and _goes_on(items[-1], line):
            items[-1] = f"{items[-1]} {line}"
        else:
            items.append(line)
    return items


def _goes_on(before: str, line: str) -> bool:
    """Whether a line is the rest of the one above, broken by the margin."""
    if before.endswith((";", ".")):
        return False
    if starts_low(line) or before.endswith((",", "-", ":", "(")) or re.search(r"\s(?:và|với|của|các|phối hợp)$", before):
        return not (before.endswith(",") and begins_new_owner(line) and False)
    return not begins_new_owner(line) and not _LABEL.match(line)


def _read_item(item: str, *, coordinating: bool) -> Owners:
    labels = list(_LABEL.finditer(item))
    if labels:
        found = _read_plain(item[: labels[0].start()].strip(" ,.;-(/"), coordinating=coordinating)
        for label, after in zip(labels, [*labels[1:], None], strict=True):
            value = item[label.end() : after.start() if after else len(item)].strip(" ,.;-()/")
            word = (label["kind"] or label["short"]).lower()
            found |= _read_plain(value, coordinating=word.startswith(("phối", "ph")))
        return found
    return _read_plain(item, coordinating=coordinating)


def _read_plain(item: str, *, coordinating: bool) -> Owners:
    item = item.strip(" .;,")
    if not item or _NOBODY.match(item):
        return Owners()
    body = _OPENING.sub("", item)
    at = _predicate_at(fold(body))
    if at is None:
        return _by_bracketed_role(split_names(body), coordinating=coordinating)
    subject, rest = body[:at].strip(" ,:-"), body[at:]
    helpers = helpers_in(rest)
    if not subject:
        if helpers:
            return Owners(coordinating=helpers)
        whole = (item,)
        return Owners(coordinating=whole) if coordinating else Owners(lead=whole)
    names = split_names(subject)
    if coordinating:
        return Owners(coordinating=distinct(names + helpers))
    if re.match(r"phối hợp\W*$", fold(rest)):
        # "Phòng Tài chính phối hợp." after "Phòng Nội vụ chủ trì;": helps, and names nobody to help.
        return Owners(coordinating=names)
    return Owners(lead=names, coordinating=helpers) | _later_clauses(rest)


_BRACKETED = re.compile(r"\s*[(\[]\s*(?P<role>chủ trì|phối hợp)[^()\[\]]{0,20}[)\]]\s*$", re.IGNORECASE)


def _by_bracketed_role(names: Names, *, coordinating: bool) -> Owners:
    """ "Phòng Nội vụ (chủ trì), Phòng Tài chính (phối hợp)"."""
    lead: list[str] = []
    helping: list[str] = []
    for name in names:
        role = _BRACKETED.search(name)
        word = role["role"].lower() if role else "phối hợp" if coordinating else "chủ trì"
        (lead if word == "chủ trì" else helping).append(_BRACKETED.sub("", name))
    return Owners(tuple(lead), tuple(helping))


def _later_clauses(rest: str) -> Owners:
    """Further owners in the same sentence: "… chủ trì; Phòng Tài chính phối hợp"."""
    found = Owners()
    for clause in re.split(r"[;.]\s+|,\s+(?=các\s)", rest)[1:]:
        folded = fold(clause)
        at = _predicate_at(folded)
        if at and begins_new_owner(clause):
            verb = folded[at:]
            names = split_names(clause[:at])
            if verb.startswith("phối hợp"):
                found |= Owners(coordinating=names)
            elif verb.startswith("chủ trì"):
                found |= Owners(lead=names, coordinating=helpers_in(clause[at:]))
    return found


def _predicate_at(folded: str) -> int | None:
    """Where the first thing done begins; None when the words are only names."""
    skipped_until = 0
    for match in _PREDICATE.finditer(folded):
        before = folded[: match.start()]
        if match.start() < skipped_until or _is_part_of_a_word(match["verb"], before, folded[match.end() :]):
            continue
        if before.count("(") > before.count(")"):
            continue
        if _PASSIVE.search(before) and not before.endswith(", "):
            if _ASSIGNED.search(before + match[0] + " "):
                # "được phân công chủ trì khảo sát, đánh giá": the duty handed out belongs to the name.
                duty = re.match(r"\s*(?:chủ trì|thực hiện|phụ trách|tổ chức|phối hợp)", folded[match.end() :])
                skipped_until = match.end() + (duty.end() if duty else 0)
            continue
        if match["verb"] in _RELATIVE and _BARE_NOUN.search(before.rstrip()):
            if match["verb"] in ("chủ trì", "phối hợp", "thực hiện") and not folded[match.end() :].strip(" .;"):
                return match.start()
            continue
        return match.start()
    return None


#: Words of two syllables of which one looks like a thing done: "công lập", "chương trình", "giao thông".
_AFTER_PART = {
    "lập": ("công", "thành", "độc", "xác", "thiết"),
    "trình": ("chương", "quá", "công", "quy", "lộ"),
    "cử": ("bầu",),
    "giao": ("bàn", "chuyển"),
    "thu": ("doanh", "nguồn"),
    "tổ chức": ("các", "những", "mọi", "nhiều", "từng", "ban"),
}
_BEFORE_PART = {
    "phát": ("triển", "thanh", "hành"),
    "giao": ("thông", "dịch", "ban"),
    "trình": ("độ",),
    "tự": ("nhiên",),
    "thu": ("hút", "nhập"),
    "tổ chức": ("chính trị", "đoàn thể", "hội", "đảng", "tín dụng", ", cá nhân", "và cá nhân"),
}


def _is_part_of_a_word(verb: str, before: str, after: str) -> bool:
    last = before.rsplit(None, 1)[-1].lower() if before.split() else ""
    return last in _AFTER_PART.get(verb, ()) or after.lstrip().startswith(_BEFORE_PART.get(verb, ("\0",)))


def _named_after(pattern: re.Pattern[str], rest: str) -> Names:
    names: Names = ()
    for match in pattern.finditer(rest):
        who = match["who"]
        stop = _STOP.search(who)
        who = who[: stop.start()] if stop else who
        at = _predicate_at(fold(who))
        if at == 0:
            continue
        who = who[:at] if at is not None else who
        who = who.strip(" ,.;:-")
        if who and (begins_new_owner(who) or is_common(who) or head_of(who)):
            names += split_names(who)
    return names
