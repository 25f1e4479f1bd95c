"""Dated steps in running text: "Giai đoạn 1: từ … đến …", "Từ ngày … đến …: khảo sát", "Giao A chủ trì … trước …" (layout 8)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from tracker.rules.drafts.cells import is_only_time, looks_like_owner
from tracker.rules.drafts.duties import NO_WORK
from tracker.rules.drafts.found import Work
from tracker.rules.drafts.labels import find_labels
from tracker.rules.drafts.marks import NumberKind, key_of, one_line
from tracker.rules.drafts.names import split_names
from tracker.rules.drafts.outline import Paragraph, is_closing
from tracker.rules.drafts.owners import Owners, helpers_in, owner_before_work, read_owners
from tracker.rules.drafts.when import Clock, Found, dated_clauses, deadline_in, stands_apart
from tracker.rules.parsed import Place

_STEPS = re.compile(
    r"\b(?:tien do|thoi gian|lo trinh|cac buoc|giai doan|trien khai|thuc hien|noi dung|ke hoach|nhiem vu|cong viec|phan cong)\b"
)
_PHASE = re.compile(
    r"(?:^|(?<=[.;:,+(–-])|(?<=[.;:,+–-]\s)|(?<=\n))\s*(?P<label>(?:Giai đoạn|Đợt|Bước)\s+(?:thứ\s+)?(?:\d{1,2}|[IVX]{1,4}|"
    r"một|hai|ba|bốn|năm|nhất|nhì)\b(?!\s*[/.]\s*\d))",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[^\W\d_][.;])\s+(?=[A-ZĐÀ-Ỹ“\-–])|(?<=\d[.;])\s+(?=[A-ZĐÀ-Ỹ])|(?<=\))[.;]\s+")


def phases_in(body: Sequence[Paragraph], clock: Clock) -> list[Work]:
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
    times = clock.times_in(rest)
    found = times[0] if times else None
    content = rest
    if found is not None and stands_apart(rest, found):
        content = f"{rest[: found.start]} {rest[found.end :]}"
    content = re.sub(r"\(\s*\)|\[\s*\]", " ", content)
    content = re.sub(r"\s+(?=[.;:,])", "", one_line(content)).strip(" .;:,–-()")
    lead, helping = _owners_in_phase(content)
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
    found = deadline_in(paragraph.text, clock) if not last.time else None
    works[-1] = replace(
        last,
        content=f"{last.content}\n- {paragraph.text}",
        time=found.words if found else last.time,
        time_place=Place(paragraph.block, words=found.words) if found else last.time_place,
    )
    return works[-1]


def steps_in(body: Sequence[Paragraph], clock: Clock) -> list[tuple[bool, Work]]:
    """Dated bullets and numbers without an office ("- Xây dựng kế hoạch: trước ngày 20/6", "Từ ngày … đến …: khảo sát"), and
    sentences that give an office its work with a date. Each with whether a bullet or a number marks it."""
    works: list[tuple[bool, Work]] = []
    allowed = True
    over: Paragraph | None = None  # "1. Tháng 3/2024:" over the work of that month
    for paragraph in body:
        if paragraph.is_section:
            key = key_of(paragraph.text)
            allowed = not NO_WORK.search(key) or _STEPS.search(re.sub(r"\byeu cau\b|\bmuc dich\b", "", key)) is not None
            over = None
            continue
        if not allowed or (paragraph.number is None and is_closing(paragraph.text)):
            continue
        if is_only_time(paragraph.text.strip(" :.")):
            over = paragraph
            continue
        if over is not None and paragraph.rank <= over.rank and not paragraph.bullet:
            over = None
        for sentence in _SENTENCE.split(paragraph.text):
            found = deadline_in(sentence, clock)
            labels = find_labels(sentence)
            if labels and labels[0].start == 0:
                continue
            if found is None and over is not None and (paragraph.bullet or paragraph.number is not None):
                works.append((True, _step(paragraph, sentence, None, over)))
            elif found is not None:
                is_marked = paragraph.bullet or paragraph.number is not None
                first: Work | None = None
                for clause in dated_clauses(sentence, clock):
                    work = _step(paragraph, clause, deadline_in(clause, clock), None)
                    if first is not None and first.leads_known and not work.leads_known:
                        # "…; tổng hợp, báo cáo trước ngày …": the same office goes on.
                        work = replace(work, leads_known=first.leads_known, lead_place=first.lead_place)
                    first = first or work
                    if (work.leads_known or is_marked) and not _ABOUT.match(work.content):
                        works.append((is_marked, work))
    return [(is_marked, work) for is_marked, work in works if len(work.content) >= 8]


_ABOUT = re.compile(r"thời gian\b|thời điểm\b|đối tượng|phạm vi|số lượng|quy mô", re.IGNORECASE)


def _step(paragraph: Paragraph, sentence: str, found: Found | None, over: Paragraph | None) -> Work:
    """One dated step, with its owner where the sentence names one first (after the time, if that stands first)."""
    content = sentence
    bracket = _bracket_round(sentence, found) if found is not None else None
    if bracket is not None:
        # "(Phòng Nội vụ chủ trì, tháng 3/2024)": who and when stand beside the work.
        owners, content = bracket
        content = one_line(content).strip(" .;:,–-")
        return Work(
            no=paragraph.number.text if paragraph.number else "",
            content=content,
            leads_known=owners.lead,
            helpers_known=owners.coordinating,
            time=found.words if found else "",
            place=Place(paragraph.block, words=sentence[:200]),
            time_place=Place(paragraph.block, words=found.words if found else ""),
            lead_place=Place(paragraph.block, words=owners.lead[0]) if owners.lead else None,
        )
    if found is not None and stands_apart(sentence, found):
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


def _bracket_round(sentence: str, found: Found) -> tuple[Owners, str] | None:
    """The owners in the bracket that holds a time, and the sentence without that bracket; None when it names nobody."""
    start, end = sentence.rfind("(", 0, found.start), sentence.find(")", found.end)
    if start < 0 or end < 0 or ")" in sentence[start : found.start]:
        return None
    inner = re.sub(r"[,;:]?\s*(?:hoàn thành|thời gian|xong)?[\s:]*$", "", sentence[start + 1 : found.start]).strip(" ,;:.–-")
    if not looks_like_owner(inner):
        return None
    return read_owners(inner), f"{sentence[:start]} {sentence[end + 1 :]}"


#: Where a phase's title ends and the sentence begins that says who does it: "Chuẩn bị: Sở Y tế chủ trì …".
_AFTER_TITLE = re.compile(r"(?<=[.:;])\s+(?=[A-ZĐÀ-Ỹ])")


def _owners_in_phase(content: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The owners of the first of the phase's sentences that names some."""
    for sentence in _AFTER_TITLE.split(content):
        lead, helping = _owners_in(sentence)
        if lead:
            return lead, helping
    return (), ()


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
