"""The Vietnamese words that pages, letters, documents and refusals share. Pure: values in, text out."""

from tracker.wording.dates import (
    WEEKDAYS,
    date_formal,
    date_range,
    date_short,
    date_weekday,
    date_weekday_inline,
    day_month,
    moment,
    moment_inline,
    month_year,
    promise_words,
    relative,
    week_words,
)
from tracker.wording.numbers import count, list_names, number, percent, share
from tracker.wording.sentences import refusal, sentence
from tracker.wording.standings import standing_words
from tracker.wording.text import capitalised, fold_tone_marks, nfc, search_key, sort_key
from tracker.wording.vocabulary import PLAN_STATUS, SCOPE, STANDING, TASK_STATUS, TIME_KIND, WORK_KIND, Look

__all__ = [
    "PLAN_STATUS",
    "SCOPE",
    "STANDING",
    "TASK_STATUS",
    "TIME_KIND",
    "WEEKDAYS",
    "WORK_KIND",
    "Look",
    "capitalised",
    "count",
    "date_formal",
    "date_range",
    "date_short",
    "date_weekday",
    "date_weekday_inline",
    "day_month",
    "fold_tone_marks",
    "list_names",
    "moment",
    "moment_inline",
    "month_year",
    "nfc",
    "number",
    "percent",
    "promise_words",
    "refusal",
    "relative",
    "search_key",
    "sentence",
    "share",
    "sort_key",
    "standing_words",
    "week_words",
]
