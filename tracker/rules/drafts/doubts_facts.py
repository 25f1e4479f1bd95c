"""Doubts about the facts round the timeline: number, date, sums, sections, rules that contradict each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from tracker.rules.drafts.facts_header import Head, blank_number, same_series
from tracker.rules.drafts.facts_milestones import quoted
from tracker.rules.drafts.facts_passages import Passage
from tracker.rules.drafts.facts_samples import Samples
from tracker.rules.drafts.groups import Quotas
from tracker.rules.parsed import DocumentRef, Doubt, Milestone
from tracker.wording import date_short, number, sentence

#: More doubts of one kind than these are read by nobody one by one.
_LISTED = 8
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50}
_SECTION = re.compile(r"^(?:PHẦN\s+|MỤC\s+)?(?P<no>[IVXL]{1,6})\s*[.)/:-]?\s+(?P<name>\S.*)$")
_ANNEX = re.compile(r"^\W*PHỤ LỤC\b")
_NEW_PART = re.compile(r"^\W*(?:PHẦN|CHƯƠNG|Phần|Chương)\s+(?:thứ\s+)?\S+", re.UNICODE)


def fact_doubts(
    head: Head, quotas: Quotas, samples: Samples, references: Sequence[DocumentRef],
    pieces: Sequence[Passage],
    *, issued_on: date | None, year: int | None,
) -> tuple[Doubt, ...]:  # fmt: skip
    """Doubts of one document's facts. `issued_on` and `year` are those finally taken."""
    return (
        *_identity(head, issued_on, year),
        *_other_documents(head, references),
        *_sums(quotas),
        *_rules(samples),
        *_sections(pieces),
    )


def _identity(head: Head, issued_on: date | None, year: int | None) -> Iterator[Doubt]:
    if blank_number(head.number):
        yield Doubt("number_blank", sentence("number_blank"), head.number_place)
    if issued_on is None and head.impossible_date:
        yield Doubt("impossible_date", sentence("impossible_date", value=head.impossible_date), head.date_place)
    elif issued_on is None and year is not None:
        yield Doubt("date_blank", sentence("date_blank", year=year), head.date_place)
    elif issued_on is None:
        yield Doubt("date_and_year_blank", sentence("date_and_year_blank"), head.date_place)


def _other_documents(head: Head, references: Sequence[DocumentRef]) -> Iterator[Doubt]:
    for note in head.issued_with:
        if not blank_number(head.number) and same_series(head.number, note.number) and head.number != note.number:
            yield Doubt("number_conflict", sentence("number_conflict", head=head.number, annex=note.number), note.place)
            break
    for reference in references:
        if reference.role == "parent" and reference.number == head.number:
            yield Doubt("parent_same_number", sentence("parent_same_number", number=head.number), reference.place)


def _sums(quotas: Quotas) -> Iterator[Doubt]:
    for group, computed, stated, place in quotas.wrong_products:
        yield Doubt(
            "product_differs", sentence("product_differs", group=group, sum=number(computed), stated=number(stated)), place
        )
    ballots = [group.ballots for group in quotas.groups if group.ballots is not None]
    if quotas.ballots_stated and ballots and len(ballots) == len(quotas.groups) and sum(ballots) != quotas.ballots_stated.value:
        words = sentence("sum_differs", sum=number(sum(ballots)), stated=number(quotas.ballots_stated.value))
        yield Doubt("sum_differs", words, quotas.ballots_stated.place)
    units = [group.units for group in quotas.groups if group.units is not None]
    if quotas.units_stated and units and len(units) == len(quotas.groups) and sum(units) != quotas.units_stated.value:
        words = sentence("units_sum_differs", sum=number(sum(units)), stated=number(quotas.units_stated.value))
        yield Doubt("units_sum_differs", words, quotas.units_stated.place)


def _rules(samples: Samples) -> Iterator[Doubt]:
    if samples.recheck_conflict is not None:
        a, b = samples.recheck_conflict
        yield Doubt("rule_conflict", sentence("rule_conflict", what="tỷ lệ phúc tra", a=a, b=b), samples.recheck_place)


def _sections(pieces: Sequence[Passage]) -> Iterator[Doubt]:
    """Sections numbered twice or with a number left out: I, II, III, III."""
    numbers: list[str] = []
    last = 0
    bad: Passage | None = None
    for piece in pieces:
        if _ANNEX.match(piece.text):
            break
        if _NEW_PART.match(piece.text):
            last = 0
        match = _SECTION.match(piece.text)
        if match is None or piece.in_table or not _is_heading(match["name"]):
            continue
        rank = _roman(match["no"])
        if rank is None:
            continue
        if rank == 1 and last != 1:
            if bad is not None:
                break
            numbers, last = ["I"], 1
            continue
        if last and rank != last + 1 and bad is None:
            bad = piece
        numbers.append(match["no"])
        last = rank
    if bad is not None:
        yield Doubt("number_restarts", sentence("number_restarts", list=f"mục {', '.join(numbers)}"), bad.place(0, bad.text))


def milestone_doubts(milestones: Sequence[Milestone]) -> Iterator[Doubt]:
    """Dates that stand only in prose: a person decides whether the plan keeps them as milestones."""
    dated = [(milestone, milestone.due_on) for milestone in milestones if milestone.due_on is not None]
    if len(dated) > _LISTED:
        dates = ", ".join(date_short(due_on) for _, due_on in dated)
        yield Doubt("milestones_in_prose", sentence("milestones_in_prose", n=len(dated), dates=dates), dated[0][0].place)
        return
    for milestone, due_on in dated:
        words = sentence("milestone_in_prose", date=date_short(due_on), sentence=quoted(milestone))
        yield Doubt("milestone_in_prose", words, milestone.place)


def _is_heading(name: str) -> bool:
    return len(name) < 160 and (name.isupper() or name[:1].isupper()) and not name.endswith(";")


def _roman(text: str) -> int | None:
    """The value of a roman number in its regular form; None for other letters ("IIX")."""
    total = 0
    for char, following in zip(text, [*text[1:], ""], strict=True):
        value = _ROMAN[char]
        total += -value if following and _ROMAN[following] > value else value
    return total if text == _as_roman(total) else None


def _as_roman(number: int) -> str:
    parts = ((50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
    written = ""
    for value, sign in parts:
        while number >= value:
            written += sign
            number -= value
    return written
