"""The text of a calendar, line by line, whatever people write: read back by a reader of the tests' own, and by the library."""

from __future__ import annotations

from datetime import date, datetime
from itertools import pairwise

import icalendar
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import rfc5545
from tracker import feeds
from tracker.clock import ZONE
from tracker.rules.feed_lines import FeedChoices, FeedLine, description, title
from tracker.rules.states import TaskStatus

LINK = "https://ks.example.vn/tasks/1"
#: What the form of a calendar lives on, beside all letters that can be written.
WORDS = st.text(st.one_of(st.sampled_from('\\;,:"\nNnữỹ🙂 '), st.characters(exclude_categories=("C",))), max_size=200)


def line_of(task: str, unit: str) -> FeedLine:
    changed = datetime(2021, 6, 1, 8, 30, tzinfo=ZONE)
    due = date(2021, 6, 30)
    return FeedLine(1, "Kế hoạch, " + unit, task, unit, TaskStatus.IN_PROGRESS, "Trước ngày 01/7/2021", due, due, changed, 4)


@settings(max_examples=200)
@given(WORDS, WORDS)
def test_any_words_come_back_from_the_calendar_as_they_were(task: str, unit: str) -> None:
    line = line_of(task, unit)
    text = feeds.calendar([line], name=unit, host="h", link=lambda _: LINK, choices=FeedChoices(alarm_days=1, todos=True))

    calendar = rfc5545.read(text)
    event, todo = calendar.children
    assert (event.text("SUMMARY"), todo.text("SUMMARY")) == (title(line), title(line))
    assert event.text("DESCRIPTION") == description(line, LINK)
    assert calendar.text("X-WR-CALNAME") == unit
    theirs = icalendar.Calendar.from_ical(text).walk("VEVENT")[0]
    assert (theirs["DTSTART"].dt, theirs["DTEND"].dt) == (date(2021, 6, 30), date(2021, 7, 1))
    assert theirs["DTSTAMP"].dt == line.changed_at
    assert theirs.subcomponents[0]["TRIGGER"].to_ical() == b"-PT16H"


@settings(max_examples=200)
@given(WORDS)
def test_no_line_is_parted_within_a_letter_or_between_a_backslash_and_what_it_escapes(words: str) -> None:
    text = feeds.calendar([line_of(words, "")], name="", host="h", link=lambda _: LINK)
    pieces = text.split(b"\r\n")
    assert max(map(len, pieces)) <= 75
    for piece, after in pairwise(pieces):
        piece.decode()  # fails within a letter
        if after.startswith(b" "):
            assert (len(piece) - len(piece.rstrip(b"\\"))) % 2 == 0


@given(WORDS.filter(str.strip))
def test_organizer_of_a_letter_keeps_the_name_whatever_is_in_it(name: str) -> None:
    text = feeds.published([line_of("Việc", "")], organizer=(name, "ks@example.vn"), host="h", link=lambda _: LINK)
    organizer = icalendar.Calendar.from_ical(text).walk("VEVENT")[0]["ORGANIZER"]
    assert organizer == "mailto:ks@example.vn"
    assert rfc5545.read(text).raw("METHOD") == "PUBLISH"
