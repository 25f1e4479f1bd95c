"""The one door to the reading of times: with the year, the signing day and the calendar of the plan at hand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from tracker.rules.drafts.cells import one_line, unwrap
from tracker.rules.parsed import TimePhrase
from tracker.rules.states import TimeKind
from tracker.rules.times import find_times, read_time
from tracker.rules.workdays import WorkCalendar


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

    def read(self, wording: str) -> TimePhrase:
        """The time that a cell or a label says; an empty one is UNDATED."""
        shown = one_line(wording)
        if not shown:
            return TimePhrase("", TimeKind.UNDATED)
        # Lines that bullets begin are times of their own; other line breaks are the margin's.
        phrase = read_time(unwrap(wording), year=self.year, issued_on=self.issued_on, strict=self.strict, calendar=self.calendar)
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
