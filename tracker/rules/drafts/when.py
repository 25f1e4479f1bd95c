"""The one door to the reading of times: with the year, the signing day and the calendar of the plan at hand."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from tracker.rules.drafts.marks import one_line, unwrap
from tracker.rules.drafts.offices import fold
from tracker.rules.parsed import TimePhrase
from tracker.rules.states import TimeKind
from tracker.rules.times import find_times, read_time
from tracker.rules.workdays import WorkCalendar

#: "ngày 12/8/2014 của UBND tỉnh": the day of another document.
_CITED = re.compile(r"(?:số\s+[\w./-]*[/-][\w-]+)\s*,?\s*(?:ngày\s*)?$", re.IGNORECASE)


@dataclass(frozen=True)
class Found:
    """A time inside a longer text."""

    start: int
    end: int
    words: str
    kind: TimeKind


@dataclass(frozen=True)
class Clock:
    """What a plan's times are read with."""

    year: int | None = None
    issued_on: date | None = None
    strict: bool = True
    calendar: WorkCalendar | None = None

    def read(self, wording: str, *, prefix: str = "", year: int | None = None) -> TimePhrase:
        """The time that a cell or a label says; an empty one is UNDATED. `prefix` and `year` are what its heading adds."""
        shown = one_line(wording)
        if not shown:
            return TimePhrase("", TimeKind.UNDATED)
        # Lines that bullets begin are times of their own; other line breaks are the margin's.
        said = f"{prefix} {unwrap(wording)}".strip()
        phrase = read_time(said, year=year or self.year, issued_on=self.issued_on, strict=self.strict, calendar=self.calendar)
        return replace(phrase, wording=shown)

    def times_in(self, text: str) -> list[Found]:
        """The times named in a text, in order, each with its place in it."""
        found: list[Found] = []
        for start, end in find_times(text):
            phrase = self.read(text[start:end])
            if phrase.due_on is None and not any(char.isalpha() for char in text[start:end]):
                continue  # "15/15 đơn vị": no day
            found.append(Found(start, end, text[start:end], phrase.kind))
        return found

    def due_words(self, content: str) -> str:
        """The words of the last time in a piece of work that has no column for it."""
        found = [f for f in self.times_in(content) if f.kind not in (TimeKind.YEAR, TimeKind.UNDATED, TimeKind.UNPARSABLE)]
        return found[-1].words if found else ""


def deadline_in(text: str, clock: Clock) -> Found | None:
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


def stands_apart(text: str, found: Found) -> bool:
    """A time at the head of a phase or in brackets, not inside its sentence."""
    before, after = text[: found.start].strip(), text[found.end :].strip()
    return before.strip(" :,–-(") == "" or (before.endswith("(") and after.startswith(")"))


def dated_clauses(text: str, clock: Clock) -> list[str]:
    """The clauses of a sentence: more than one where each has a time of its own."""
    parts = [part for part in re.split(r"(?<=[^\W_]);\s+|(?<=\d)\.\s+(?=[A-ZĐÀ-Ỹ])", text) if part.strip()]
    if len(parts) > 1 and all(deadline_in(part, clock) is not None for part in parts):
        return parts
    return [text]
