"""Reading the time of a piece of work as a Vietnamese plan words it: "Trước ngày 20/6", "Từ 02/7 - 15/9/2021", "Quý III".

A phrase is made of letters (letters.py), cut into tokens (tokens.py) whose words have meanings (lexicon.py); figures and
units make points (numerals.py, points.py, days.py, periods.py), bounds and points make clauses (clauses.py and the rooms
beside it); clauses are weighed (weighing.py) and read by the rules (reading.py, recurring.py) with a calendar (spans.py).
"""

from __future__ import annotations

from tracker.rules.times.line import times_line
from tracker.rules.times.prose import find_times
from tracker.rules.times.reader import read_time

__all__ = ["find_times", "read_time", "times_line"]
