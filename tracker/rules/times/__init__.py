"""Reading the time of a piece of work as a Vietnamese plan words it: "Trước ngày 20/6", "Từ 02/7 - 15/9/2021", "Quý III".

A phrase is made of letters (letters.py), cut into tokens (tokens.py; slips.py and romans.py mend them) whose words have
meanings (words.py, lexicon.py). Figures and units make points (numerals.py, points.py, periods.py, years.py, days.py) and
lists of them (lists.py); bounds, stretches, durations, events and rhythms make clauses (clauses.py, bounds.py, stretches.py,
lapses.py, events.py, rhythm.py), which are items (items.py). The items are weighed (weighing.py, several.py, rounds.py) and
read by the rules (reading.py, counting.py, recurring.py) in the calendar (spans.py).
"""

from __future__ import annotations

from tracker.rules.times.line import times_line
from tracker.rules.times.prose import find_times
from tracker.rules.times.reader import read_time

__all__ = ["find_times", "read_time", "times_line"]
