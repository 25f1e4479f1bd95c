"""Hòm phiếu: what the minutes of an opening must say, and how a box stands. Form: Hà Đông's plan, II.3.

Where lock or seal are not whole nobody goes on: only what was found is written down, until the head of the unit has decided.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from tracker.rules.questionnaires import Problem
from tracker.rules.states import DiscardReason
from tracker.wording import date_short, list_names, moment, number, search_key, sentence


class Part(StrEnum):
    """In which part somebody was there."""

    CHAIR = "chair"
    SECRETARY = "secretary"
    TEAM = "team"
    OBSERVER = "observer"
    OTHER = "other"


PART_WORDS = {
    Part.CHAIR: "Chủ trì",
    Part.SECRETARY: "Thư ký",
    Part.TEAM: "Đại diện Tổ công tác",
    Part.OBSERVER: "Giám sát",
    Part.OTHER: "Thành phần khác",
}
#: Without these there is no opening; an observer is asked in where the plan names one.
NEEDED = (Part.CHAIR, Part.SECRETARY, Part.TEAM)


@dataclass(frozen=True)
class Present:
    part: Part
    name: str
    position: str = ""

    def as_table(self) -> dict[str, str]:
        return {"role": self.part.value, "name": self.name, "position": self.position}


@dataclass(frozen=True)
class Count:
    """The ballots of a box. Without valid and discarded they are sorted later."""

    ballots: int | None
    valid: int = 0
    reasons: Mapping[DiscardReason, int] = field(default_factory=dict)
    handed_out: int | None = None  #: None: nobody counted; as many as were found

    @property
    def discarded(self) -> int:
        return sum(self.reasons.values())


@dataclass(frozen=True)
class Minutes:
    """What somebody writes down at a box."""

    opened_at: datetime | None
    seal_number: str = ""
    lock_whole: bool = True
    seal_whole: bool = True
    description: str = ""
    people: Sequence[Present] = ()
    count: Count = Count(None)
    numbers: str = ""
    bag_number: str = ""
    receiver: str = ""
    key_to: str = ""
    new_seal_number: str = ""
    removes: bool = False
    next_opening_on: date | None = None
    remarks: str = ""

    @property
    def is_whole(self) -> bool:
        return self.lock_whole and self.seal_whole


@dataclass(frozen=True)
class BoxFacts:
    """The box as it stands when somebody comes to it."""

    code: str
    seal_number: str
    sealed_on: date
    last_opened_at: datetime | None = None


def present_of(part: Part, text: str) -> Present | None:
    """ "Nguyễn Văn A, Trưởng bộ phận Một cửa" as somebody who was there; None for nobody."""
    name, _, position = text.partition(",")
    return Present(part, name.strip(), position.strip()) if name.strip() else None


def check_finding(box: BoxFacts, minutes: Minutes, *, now: datetime) -> tuple[Problem, ...]:
    """Why the report of a broken lock or seal may not be written down."""
    problems = _of_moment(box, minutes, now)
    if not minutes.description.strip():
        problems.append(Problem("description", "opening_description", sentence("opening_description", box=box.code)))
    return tuple(problems)


def check_opening(box: BoxFacts, minutes: Minutes, *, was_broken: bool, now: datetime) -> tuple[Problem, ...]:
    """Why these minutes of a count may not be kept; `question` of each problem names the field."""
    problems = _of_moment(box, minutes, now)
    if not was_broken and search_key(minutes.seal_number) != search_key(box.seal_number):
        values = {"found": minutes.seal_number.strip() or "–", "box": box.code, "seal": box.seal_number}
        problems.append(Problem("seal_number", "opening_seal_number", sentence("opening_seal_number", **values)))
    there = {person.part for person in minutes.people}
    missing = [PART_WORDS[part].lower().replace("tổ", "Tổ") for part in NEEDED if part not in there]
    if missing:
        said = sentence("opening_witness", box=box.code, missing=", ".join(missing))
        problems.append(Problem(next(part for part in NEEDED if part not in there).value, "opening_witness", said))
    problems += check_count(minutes.count)
    if not minutes.key_to.strip():
        problems.append(Problem("key_to", "opening_key", sentence("opening_key", box=box.code)))
    new = minutes.new_seal_number.strip()
    if not new and not minutes.removes:
        problems.append(Problem("new_seal_number", "opening_new_seal", sentence("opening_new_seal", box=box.code)))
    elif new and minutes.removes:
        problems.append(Problem("new_seal_number", "opening_seal_or_gone", sentence("opening_seal_or_gone", box=box.code)))
    elif new and search_key(new) == search_key(box.seal_number):
        problems.append(Problem("new_seal_number", "box_seal_same", sentence("box_seal_same", seal=new)))
    return tuple(problems)


def check_count(count: Count) -> list[Problem]:
    if count.ballots is None:
        return [Problem("ballots", "opening_uncounted", sentence("opening_uncounted"))]
    figures = {"ballots": count.ballots, "valid": count.valid, "handed_out": count.handed_out or 0}
    below = [name for name, n in figures.items() if n < 0]
    if below or any(n < 0 for n in count.reasons.values()):
        return [Problem(below[0] if below else "reasons", "count_negative", sentence("count_negative"))]
    groups = count.valid + count.discarded
    if groups and groups != count.ballots:
        values = {"counted": number(count.ballots), "sum": number(groups)}
        return [Problem("valid", "opening_count_differs", sentence("opening_count_differs", **values))]
    return []


def is_overdue(next_opening_on: date | None, today: date) -> bool:
    return next_opening_on is not None and next_opening_on < today


def names_of(codes: Sequence[str]) -> str:
    """Hòm 1, hòm 2 và 3 hòm khác."""
    return list_names([f"hòm {code}" for code in codes], "hòm")


def _of_moment(box: BoxFacts, minutes: Minutes, now: datetime) -> list[Problem]:
    at = minutes.opened_at
    if at is None:
        return [Problem("opened_on", "opening_when", sentence("opening_when"))]
    if at > now:
        return [Problem("opened_on", "opening_future", sentence("opening_future", time=moment(at)))]
    if at.date() < box.sealed_on:
        values = {"time": moment(at), "sealed_at": date_short(box.sealed_on)}
        return [Problem("opened_on", "opening_before_seal", sentence("opening_before_seal", **values))]
    if box.last_opened_at is not None and at <= box.last_opened_at:
        values = {"time": moment(at), "sealed_at": moment(box.last_opened_at)}
        return [Problem("opened_on", "opening_before_seal", sentence("opening_before_seal", **values))]
    return []
