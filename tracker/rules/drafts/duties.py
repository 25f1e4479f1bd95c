"""Duties as bullets or sentences under the heading of an office: the heading is the lead (layout 7)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tracker.rules.drafts.cells import is_only_time, looks_like_owner
from tracker.rules.drafts.found import Work
from tracker.rules.drafts.labels import find_labels
from tracker.rules.drafts.marks import NumberKind, key_of, one_line
from tracker.rules.drafts.names import split_names
from tracker.rules.drafts.outline import PLUS_RANK, Paragraph, is_closing
from tracker.rules.drafts.owners import helpers_in, owner_before_work, strip_opening
from tracker.rules.drafts.when import Clock, dated_clauses, deadline_in
from tracker.rules.parsed import Place

#: Sections that hold no work: aims, objects, money.
NO_WORK = re.compile(r"\b(?:muc dich|muc tieu|yeu cau|y nghia|quan diem|can cu|doi tuong|pham vi|kinh phi|che do bao cao)\b")
_DUTIES = re.compile(r"\b(?:to chuc thuc hien|phan cong|trach nhiem|nhiem vu|to chuc trien khai)\b")
_MAX_OFFICE = 170


@dataclass(frozen=True)
class _Office:
    """The heading of an office's duties."""

    names: str
    place: Place
    rank: int
    number: str
    numbered: bool
    kind: NumberKind | None = None


@dataclass(frozen=True)
class Duty:
    work: Work
    timed: bool
    in_sentence: bool


def duties_in(body: Sequence[Paragraph], clock: Clock, *, everywhere: bool) -> list[Duty]:
    has_section = any(p.is_section and _DUTIES.search(key_of(p.text)) for p in body)
    inside = everywhere or not has_section
    allowed = True
    office: _Office | None = None
    section = ""
    duties: list[Duty] = []
    inline = False
    for paragraph in body:
        if paragraph.is_section and not _heading_of_office(paragraph, None):
            key = key_of(paragraph.text)
            allowed = not NO_WORK.search(key) or _DUTIES.search(key) is not None
            inside = everywhere or not has_section or _DUTIES.search(key) is not None
            office, section = None, paragraph.text
            continue
        if not inside or not allowed:
            continue
        if paragraph.number is None and is_closing(paragraph.text):
            office = None
            continue
        found = _heading_of_office(paragraph, office)
        if found is not None:
            heading, rest = found
            if rest:
                duties.extend(
                    _duty(paragraph, part, heading, section, clock, in_sentence=True) for part in dated_clauses(rest, clock)
                )
            if not paragraph.bullet or not rest:
                office, inline = heading, bool(rest)
            continue
        if office is None:
            continue
        if paragraph.rank <= office.rank and paragraph.number is not None and paragraph.rank < PLUS_RANK:
            office = None
            continue
        if _adds_time(paragraph, duties):
            duties[-1] = _with_time(duties[-1], paragraph, clock)
        elif paragraph.rank == PLUS_RANK and duties and not duties[-1].in_sentence and office.rank < PLUS_RANK:
            before = duties[-1].work
            duties[-1] = replace(duties[-1], work=replace(before, content=f"{before.content}\n+ {paragraph.text}"))
        elif paragraph.number is not None or paragraph.bullet or not inline:
            duties.append(_duty(paragraph, paragraph.text, office, section, clock, in_sentence=False))
    return duties


#: What announces the bullets below and is no work itself.
_LEAD_IN = re.compile(
    r"(?:nhiệm vụ|công việc|nội dung|việc|hoạt động|công tác|yêu cầu|phần việc)\s+(?:sau|cụ thể|sau đây|như sau)$|trách nhiệm$|"
    r"^(?:có trách nhiệm|chịu trách nhiệm|chủ trì)$"
)


def _heading_of_office(paragraph: Paragraph, current: _Office | None) -> tuple[_Office, str] | None:
    """The office that a paragraph is the heading of, and the duty that follows in the same paragraph ("" when none)."""
    if (
        paragraph.is_section
        and paragraph.number is not None
        and paragraph.number.kind is NumberKind.ROMAN
        and len(paragraph.text) > 120
    ):
        return None
    text = one_line(paragraph.text)
    stripped = strip_opening(text)
    left, colon, right = stripped.partition(":")
    heading = paragraph.number is not None or paragraph.bullet or colon == ":" or len(stripped) <= 80

    def office(names: str) -> _Office:
        words = names.strip(" .,:;-–")
        number = paragraph.number
        return _Office(
            words,
            Place(paragraph.block, words=words),
            paragraph.rank,
            number.text if number else "",
            number is not None,
            number.kind if number else None,
        )

    if not heading or not looks_like_owner(stripped):
        return None
    if paragraph.bullet and current is not None and not (colon and len(left) <= _MAX_OFFICE and right.strip()):
        # A bullet under an office is a duty, though it may begin with another office's name.
        return None
    if colon and len(left) <= _MAX_OFFICE:
        subject, rest = owner_before_work(left)
        if not subject and (paragraph.number is not None or paragraph.bullet or len(left) <= 80):
            return office(left), right.strip()
        if subject and paragraph.number is not None and not right.strip():
            # "1. Bộ phận Văn phòng tham mưu UBND xã …; thực hiện các nhiệm vụ sau:"
            lead_in = _LEAD_IN.search(left.strip())
            return office(subject), "" if lead_in else rest
        if subject and re.match(r"(?:có trách nhiệm|chịu trách nhiệm|chủ trì|là cơ quan|là đơn vị|thực hiện)\W*$", rest):
            return office(subject), right.strip()
    subject, rest = owner_before_work(stripped)
    if not subject:
        whole = stripped.rstrip(" .:")
        if len(whole) <= _MAX_OFFICE and (paragraph.number is not None or colon) and not re.search(r"\s(?:là|đã|sẽ|bị)\s", whole):
            return office(whole), ""
        return None
    if (
        looks_like_owner(subject)
        and len(subject) <= _MAX_OFFICE
        and (paragraph.number is not None or text != stripped or paragraph.bullet)
    ):
        return office(subject), rest
    return None


def _duty(paragraph: Paragraph, text: str, office: _Office, section: str, clock: Clock, *, in_sentence: bool) -> Duty:
    found = deadline_in(text, clock)
    helpers = helpers_in(text)
    number = office.number if in_sentence and office.numbered else paragraph.number.text if paragraph.number else ""
    work = Work(
        no=number,
        content=text.strip(" ;"),
        lead=office.names,
        leads_known=split_names(office.names),
        helpers_known=tuple(name for name in helpers if name not in split_names(office.names)),
        time=found.words if found else "",
        section=office.names,
        place=Place(paragraph.block, words=text[:200]),
        time_place=Place(paragraph.block, words=found.words) if found else None,
        lead_place=office.place,
    )
    return Duty(work, found is not None, in_sentence)


def _adds_time(paragraph: Paragraph, duties: Sequence[Duty]) -> bool:
    """A line that only says when the duty above is due."""
    if not duties or duties[-1].timed or paragraph.number is not None:
        return False
    bare = paragraph.text.strip(" ().;[]")
    labels = find_labels(bare)
    if labels and labels[0].field == "time" and labels[0].start == 0:
        return True
    return is_only_time(bare)


def _with_time(duty: Duty, paragraph: Paragraph, clock: Clock) -> Duty:
    bare = paragraph.text.strip(" ().;[]")
    labels = find_labels(bare)
    words = bare[labels[0].end :].strip(" .;") if labels else bare
    return replace(duty, timed=True, work=replace(duty.work, time=words, time_place=Place(paragraph.block, words=words)))
