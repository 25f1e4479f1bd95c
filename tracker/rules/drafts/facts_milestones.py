"""Dates that stand only in prose: milestones ("… trước ngày 15/10/2024"), and the time of the survey itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from tracker.rules.drafts.facts_passages import Passage
from tracker.rules.drafts.references import NUMBER
from tracker.rules.parsed import Milestone, Place, PlanFacts, Timeline, TimePhrase
from tracker.rules.states import TimeKind
from tracker.rules.times import find_times, read_time

_SENTENCE = re.compile(r"[^.;]+(?:\.(?=\S)[^.;]*|\.(?=\s+[a-zđà-ỹ])[^.;]*)*[.;]?")
#: Paragraphs that name other documents, the foot, annex heads.
_NOT_WORK = re.compile(
    r"^\W*(?:căn cứ|thực hiện (?:kế hoạch|quyết định|công văn|chỉ thị)\s+số|xét |theo đề nghị|"
    r"ban hành kèm|kèm theo|nơi nhận|lưu:|số:)",
    re.I,
)
_BOUND = re.compile(
    r"\b(?:trước|chậm nhất|muộn nhất|hạn chót|thời hạn|đến hết|hết ngày|xong|hoàn thành|chậm|trễ nhất|"
    r"vào ngày|đến ngày)\b",
    re.IGNORECASE,
)
_DUTY = re.compile(
    r"\b(?:hoàn thành|báo cáo|gửi|công bố|tổng hợp|nộp|tổ chức|kết thúc|triển khai|bàn giao|trình|"
    r"cung cấp)\b",
    re.IGNORECASE,
)
#: The days of which files are surveyed are no dates of work.
_OF_THE_DATA = re.compile(
    r"(?:phát sinh|đã (?:giao dịch|giải quyết|sử dụng|nhận|thực hiện)|hồ sơ|số liệu|"
    r"tính)\b[^,;]{0,60}$",
    re.IGNORECASE,
)
_WINDOW_LABEL = re.compile(
    r"(?:thời gian|thời điểm|thời hạn|tiến độ)\s+(?:(?:tiến hành|thực hiện|triển khai|tổ chức|bắt đầu)\s+)?(?:việc\s+)?"
    r"(?:khảo sát|điều tra|lấy ý kiến|thu thập|đo lường|đánh giá|phát phiếu|phỏng vấn)\b",
    re.IGNORECASE,
)
_WINDOW_SENTENCE = re.compile(
    r"(?:việc\s+)?(?:khảo sát|điều tra|lấy ý kiến)\b[^.;:]{0,80}?(?:được\s+)?(?:thực hiện|tiến hành|triển khai|"
    r"diễn ra)\b[^.;:]{0,40}$",
    re.IGNORECASE,
)
_LONGEST_QUOTE = 140
#: No sentence of a plan is longer; what is longer is no prose.
_LONGEST_SENTENCE = 1500


def read_milestones(
    passages: Sequence[Passage], *, year: int | None, issued_on: date | None, strict: bool
) -> tuple[tuple[Milestone, ...], tuple[TimePhrase, Place] | None]:
    """The milestones in reading order, and the survey's own time with its place.

    Which of them a timeline already holds is only known when it has been read: see `outside_timeline`.
    """
    found: list[Milestone] = []
    window: tuple[TimePhrase, Place] | None = None
    label_before = False
    for passage in passages:
        if passage.in_table or _NOT_WORK.match(passage.text):
            continue
        for start, text in _sentences(passage.text):
            if not any(char.isdigit() for char in text):
                continue  # a date has figures; most sentences have none
            labelled = _WINDOW_LABEL.search(text)
            for begin, end in find_times(text):
                phrase = read_time(text[begin:end], year=year, issued_on=issued_on, strict=strict)
                place = passage.place(start + begin, text[begin:end])
                is_window = phrase.start_on is not None and phrase.due_on is not None and phrase.kind is not TimeKind.YEAR
                of_survey = label_before or (labelled and labelled.start() < begin) or _WINDOW_SENTENCE.search(text[:begin])
                if of_survey and is_window:
                    window = window or (phrase, place)
                elif _is_milestone(text, begin, end, phrase):
                    content = _content(text, begin, end)
                    if content and not any((known.wording, known.content) == (text[begin:end], content) for known in found):
                        found.append(Milestone(text[begin:end], phrase.due_on, content, place))
        label_before = bool(_WINDOW_LABEL.search(passage.text)) and window is None and len(passage.text) < 120
    return tuple(found), window


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    for match in _SENTENCE.finditer(text):
        if match.group().strip():
            yield match.start(), match.group()[:_LONGEST_SENTENCE]


def _is_milestone(text: str, begin: int, end: int, phrase: TimePhrase) -> bool:
    before, words = text[:begin], text[begin:end]
    if phrase.due_on is None or _OF_THE_DATA.search(before) or re.search(rf"(?:{NUMBER})\s*,?\s*$", before):
        return False
    if phrase.kind is TimeKind.DEADLINE:
        return bool(_BOUND.search(words) or _BOUND.search(before[-40:]))
    if phrase.kind in {TimeKind.WINDOW, TimeKind.MONTH, TimeKind.QUARTER}:
        named = bool(re.search(r"\d\s*/\s*\d|tháng|quý", words, re.IGNORECASE))
        return named and bool(_DUTY.search(before) or _BOUND.search(f"{before[-40:]} {words}"))
    return False


def _content(text: str, begin: int, end: int) -> str:
    """What is to be done by then: the sentence without its time, its bullet and "Năm 2024,"."""
    before = text[:begin].rstrip(" (,–-")
    before = re.sub(r"\s+(?:vào|trong|là|xong|thời gian|hoàn thành)$", "", before)
    content = before if len(before.strip(" -+•")) >= 12 else f"{before} {text[end:]}"
    content = re.sub(r"^\W*(?:\(?(?:\d{1,2}(?:\.\d+)*|[a-zđ]|[IVX]+)[.)]\s*)?(?:[Nn]ăm\s+20\d\d,\s*)?", "", content)
    content = re.sub(r"\s+sẽ\s+", " ", " ".join(content.split())).strip(" ,.;:()–-")
    return content[:1].upper() + content[1:] if sum(char.isalpha() for char in content) >= 8 else ""


def outside_timeline(facts: PlanFacts, timeline: Timeline) -> PlanFacts:
    """The facts without the milestones that are stages of the timeline already."""
    blocks = {
        place.block
        for stage in (*timeline.stages, *timeline.duties)
        if stage.time.kind is not TimeKind.UNDATED
        for place in (stage.place, stage.time_place)
        if place is not None
    }
    kept = tuple(milestone for milestone in facts.milestones if milestone.place is None or milestone.place.block not in blocks)
    return replace(facts, milestones=kept)


def quoted(milestone: Milestone) -> str:
    """The words of a milestone, short enough for a sentence about it."""
    room = _LONGEST_QUOTE - len(milestone.wording)
    content = milestone.content
    if len(content) > room:
        content = f"{content[:room].rsplit(' ', 1)[0]}…"
    return f"{content} {milestone.wording}"
