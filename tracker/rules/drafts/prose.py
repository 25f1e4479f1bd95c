"""Work in running text: bullets under an office's heading, "Giai đoạn n: từ … đến …", "Giao A chủ trì, phối hợp với B …" (layouts 7, 8)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tracker.rules.drafts.cells import NumberKind, is_only_time, looks_like_owner, one_line
from tracker.rules.drafts.labels import find_labels
from tracker.rules.drafts.offices import fold
from tracker.rules.drafts.outline import PLUS_RANK, Paragraph, is_closing
from tracker.rules.drafts.owners import helpers_in, owner_before_work, split_names, strip_opening
from tracker.rules.drafts.rows import Work
from tracker.rules.drafts.when import Clock, Found
from tracker.rules.parsed import Place
from tracker.rules.states import TimeKind
from tracker.wording import search_key

#: Sections that hold no work: aims, objects, money.
_NO_WORK = re.compile(r"\b(?:muc dich|muc tieu|yeu cau|y nghia|quan diem|can cu|doi tuong|pham vi|kinh phi|che do bao cao)\b")
_DUTIES = re.compile(r"\b(?:to chuc thuc hien|phan cong|trach nhiem|nhiem vu|to chuc trien khai)\b")
_STEPS = re.compile(
    r"\b(?:tien do|thoi gian|lo trinh|cac buoc|giai doan|trien khai|thuc hien|noi dung|ke hoach|nhiem vu|cong viec|phan cong)\b"
)
_PHASE = re.compile(
    r"(?:^|(?<=[.;:,+(–-])|(?<=[.;:,+–-]\s)|(?<=\n))\s*(?P<label>(?:Giai đoạn|Đợt|Bước)\s+(?:thứ\s+)?(?:\d{1,2}|[IVX]{1,4}|"
    r"một|hai|ba|bốn|năm|nhất|nhì)\b(?!\s*[/.]\s*\d))",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[^\W\d_][.;])\s+(?=[A-ZĐÀ-Ỹ“\-–])|(?<=\d[.;])\s+(?=[A-ZĐÀ-Ỹ])|(?<=\))[.;]\s+")
#: "ngày 12/8/2014 của UBND tỉnh": the day of another document.
_CITED = re.compile(r"(?:số\s+[\w./-]*[/-][\w-]+)\s*,?\s*(?:ngày\s*)?$", re.IGNORECASE)
_STANDING = (
    TimeKind.DEADLINE,
    TimeKind.WINDOW,
    TimeKind.MONTH,
    TimeKind.QUARTER,
    TimeKind.CONTINUOUS,
    TimeKind.RECURRING,
    TimeKind.RELATIVE,
    TimeKind.EVENT_RELATIVE,
)
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
class _Duty:
    work: Work
    timed: bool
    in_sentence: bool


def dated_works(body: Sequence[Paragraph], clock: Clock) -> tuple[list[Work], str]:
    """Dated work in running text with the form it has ("list" for bullets and numbers, "prose" for sentences); ([], "none") if none."""
    phases = _phases(body, clock)
    duties = _duties(body, clock, everywhere=True)
    timed = [duty for duty in duties if duty.timed]
    marked = _steps(body, clock)
    steps = [work for _, work in marked]
    if len(phases) >= 2 and len(phases) >= len(timed):
        return phases, "prose"
    if timed and len(timed) >= len(steps):
        keep_all = len(timed) * 2 >= len(duties)
        chosen = [duty for duty in duties if duty.timed or keep_all]
        in_sentence = sum(1 for duty in chosen if duty.in_sentence)
        return [duty.work for duty in chosen], "prose" if in_sentence * 2 > len(chosen) else "list"
    if len(steps) >= 2:
        in_sentences = sum(1 for paragraph, _ in marked if not paragraph)
        return steps, "prose" if in_sentences * 2 > len(steps) else "list"
    return (phases, "prose") if phases else ([], "none")


def undated_duties(body: Sequence[Paragraph], clock: Clock) -> list[Work]:
    """One piece of work for each duty under an office's heading in the sections that share out the work."""
    return [duty.work for duty in _duties(body, clock, everywhere=False)]


# Duties under offices ------------------------------------------------------------------------------------------------------------


def _duties(body: Sequence[Paragraph], clock: Clock, *, everywhere: bool) -> list[_Duty]:
    has_section = any(p.is_section and _DUTIES.search(search_key(p.text)) for p in body)
    inside = everywhere or not has_section
    allowed = True
    office: _Office | None = None
    section = ""
    duties: list[_Duty] = []
    inline = False
    for paragraph in body:
        if paragraph.is_section and not _heading_of_office(paragraph, None):
            key = search_key(paragraph.text)
            allowed = not _NO_WORK.search(key) or _DUTIES.search(key) is not None
            inside = everywhere or not has_section or _DUTIES.search(key) is not None
            office, section = None, paragraph.text
            continue
        if not inside or not allowed:
            continue
        if is_closing(paragraph.text):
            office = None
            continue
        found = _heading_of_office(paragraph, office)
        if found is not None:
            heading, rest = found
            if rest:
                duties.append(_duty(paragraph, rest, heading, section, clock, in_sentence=True))
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
            lead_in = re.search(
                r"(?:nhiệm vụ|công việc|nội dung|việc)\s+(?:sau|cụ thể|sau đây|như sau)$|trách nhiệm$|^(?:có trách nhiệm|chịu "
                r"trách nhiệm|chủ trì)$",
                left.strip(),
            )
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


def _duty(paragraph: Paragraph, text: str, office: _Office, section: str, clock: Clock, *, in_sentence: bool) -> _Duty:
    found = _deadline_in(text, clock)
    helpers = helpers_in(text)
    number = paragraph.number.text if paragraph.number and (not in_sentence or not office.numbered) else ""
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
    return _Duty(work, found is not None, in_sentence)


def _adds_time(paragraph: Paragraph, duties: Sequence[_Duty]) -> bool:
    """A line that only says when the duty above is due."""
    if not duties or duties[-1].timed or paragraph.number is not None:
        return False
    bare = paragraph.text.strip(" ().;[]")
    labels = find_labels(bare)
    if labels and labels[0].field == "time" and labels[0].start == 0:
        return True
    return is_only_time(bare)


def _with_time(duty: _Duty, paragraph: Paragraph, clock: Clock) -> _Duty:
    bare = paragraph.text.strip(" ().;[]")
    labels = find_labels(bare)
    words = bare[labels[0].end :].strip(" .;") if labels else bare
    return replace(duty, timed=True, work=replace(duty.work, time=words, time_place=Place(paragraph.block, words=words)))


def _deadline_in(text: str, clock: Clock) -> Found | None:
    """The time of a duty inside its own sentence: the last one that is not the date of another document or a bare year."""
    usable = [found for found in clock.times_in(text) if _is_due(text, found)]
    return usable[-1] if usable else None


def _is_due(text: str, found: Found) -> bool:
    before = text[: found.start]
    if _CITED.search(before):
        return False
    after = text[found.end :]
    if found.kind is TimeKind.YEAR:
        return re.match(r"(?:trong|hoàn thành)\s", fold(found.words).lower()) is not None and not after.strip(" .;)")
    if found.kind is TimeKind.CONTINUOUS:
        return not after.strip(" .;)") or bool(re.search(r"[,(;–-]\s*$", before))
    if found.kind in (TimeKind.MONTH, TimeKind.QUARTER, TimeKind.WINDOW, TimeKind.DEADLINE, TimeKind.RECURRING):
        return True
    if found.kind in (TimeKind.RELATIVE, TimeKind.EVENT_RELATIVE):
        return not after.strip(" .;)") or bool(re.search(r"[,(;–-]\s*$", before))
    return False


# Phases and dated steps -------------------------------------------------------------------------------------------------------------


def _phases(body: Sequence[Paragraph], clock: Clock) -> list[Work]:
    """ "Giai đoạn 1: từ … đến …: làm gì", in one sentence after the other or each in its own paragraph."""
    works: list[Work] = []
    open_work: Work | None = None
    for paragraph in body:
        worded = paragraph.number is not None and paragraph.number.kind is NumberKind.WORD
        text = paragraph.text
        starts = [match.start("label") for match in _PHASE.finditer(text)]
        if worded and paragraph.number is not None:
            text = f"{paragraph.number.text}: {text}"
            starts = [match.start("label") for match in _PHASE.finditer(text)] or [0]
        if not starts:
            if open_work is not None and paragraph.bullet and not paragraph.is_section:
                open_work = _with_detail(works, paragraph, clock)
            elif paragraph.number is not None or paragraph.is_section:
                open_work = None
            continue
        for start, after in zip(starts, [*starts[1:], None], strict=True):
            work = _phase(text[start:after], paragraph, clock)
            works.append(work)
            open_work = work
    return [work for work in works if work.time]


def _phase(segment: str, paragraph: Paragraph, clock: Clock) -> Work:
    label = _PHASE.match(segment) or _PHASE.search(segment)
    no = one_line(label["label"]) if label else ""
    rest = segment[label.end() :] if label else segment
    times = [found for found in clock.times_in(rest) if not _CITED.search(rest[: found.start])]
    found = times[0] if times else None
    content = rest
    if found is not None and _stands_apart(rest, found):
        content = f"{rest[: found.start]} {rest[found.end :]}"
    content = re.sub(r"\(\s*\)|\[\s*\]", " ", content)
    content = one_line(content).strip(" .;:,–-()")
    lead, helping = _owners_in(content)
    return Work(
        no=no,
        content=content or one_line(segment).strip(" .;"),
        leads_known=lead,
        helpers_known=helping,
        time=found.words if found else "",
        place=Place(paragraph.block, words=segment.strip()[:200]),
        time_place=Place(paragraph.block, words=found.words) if found else None,
    )


def _with_detail(works: list[Work], paragraph: Paragraph, clock: Clock) -> Work:
    last = works[-1]
    found = _deadline_in(paragraph.text, clock) if not last.time else None
    works[-1] = replace(
        last,
        content=f"{last.content}\n- {paragraph.text}",
        time=found.words if found else last.time,
        time_place=Place(paragraph.block, words=found.words) if found else last.time_place,
    )
    return works[-1]


def _stands_apart(text: str, found: Found) -> bool:
    """A time at the head of a phase or in brackets, not inside its sentence."""
    before, after = text[: found.start].strip(), text[found.end :].strip()
    return before.strip(" :,–-(") == "" or (before.endswith("(") and after.startswith(")"))


def _steps(body: Sequence[Paragraph], clock: Clock) -> list[tuple[bool, Work]]:
    """Dated bullets and numbers without an office: "- Xây dựng kế hoạch: trước ngày 20/6", "Từ ngày … đến …: khảo sát", and sentences
    that give an office its work with a date. Each with whether a bullet or a number marks it."""
    works: list[tuple[bool, Work]] = []
    allowed = True
    over: Paragraph | None = None  # "1. Tháng 3/2024:" over the work of that month
    for paragraph in body:
        if paragraph.is_section:
            key = search_key(paragraph.text)
            allowed = not _NO_WORK.search(key) or _STEPS.search(re.sub(r"\byeu cau\b|\bmuc dich\b", "", key)) is not None
            over = None
            continue
        if not allowed or is_closing(paragraph.text):
            continue
        if is_only_time(paragraph.text.strip(" :.")):
            over = paragraph
            continue
        if over is not None and paragraph.rank <= over.rank and not paragraph.bullet:
            over = None
        for sentence in _SENTENCE.split(paragraph.text):
            found = _deadline_in(sentence, clock)
            labels = find_labels(sentence)
            if labels and labels[0].start == 0:
                continue
            if found is None and over is not None and (paragraph.bullet or paragraph.number is not None):
                works.append((True, _step(paragraph, sentence, None, over)))
            elif found is not None:
                work = _step(paragraph, sentence, found, None)
                is_marked = paragraph.bullet or paragraph.number is not None
                if (work.leads_known or is_marked) and not _ABOUT.match(work.content):
                    works.append((is_marked, work))
    return [(is_marked, work) for is_marked, work in works if len(work.content) >= 8]


_ABOUT = re.compile(r"thời gian\b|thời điểm\b|đối tượng|phạm vi|số lượng|quy mô", re.IGNORECASE)


def _step(paragraph: Paragraph, sentence: str, found: Found | None, over: Paragraph | None) -> Work:
    """One dated step, with its owner where the sentence names one first (after the time, if that stands first)."""
    content = sentence
    if found is not None and _stands_apart(sentence, found):
        content = f"{sentence[: found.start]} {sentence[found.end :]}"
    content = one_line(re.sub(r"\(\s*\)", " ", content)).strip(" .;:,–-")
    subject, rest = owner_before_work(content)
    owned = bool(subject) and looks_like_owner(subject)
    words = found.words if found is not None else over.text.strip(" :.") if over is not None else ""
    block = over.block if found is None and over is not None else paragraph.block
    return Work(
        no=paragraph.number.text if paragraph.number else "",
        content=rest.strip(" .;") if owned else content,
        leads_known=split_names(subject) if owned else (),
        helpers_known=helpers_in(rest) if owned else (),
        time=words,
        place=Place(paragraph.block, words=sentence[:200]),
        time_place=Place(block, words=words),
        lead_place=Place(paragraph.block, words=subject) if owned else None,
    )


def _owners_in(content: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    subject, rest = owner_before_work(content)
    if subject and looks_like_owner(subject):
        return split_names(subject), helpers_in(rest)
    given = re.search(r"(?:^|[\s,;(])[Gg]iao\s+(?P<who>\S.*)", content)
    if given:
        subject, rest = owner_before_work(given["who"])
        if subject:
            return split_names(subject), helpers_in(rest)
    return (), ()
