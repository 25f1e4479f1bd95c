"""One line of the command `read-times`: a phrase, the plan's year and its issue date, parted by tabs; a JSON object back."""

from __future__ import annotations

from datetime import date
from typing import Any

from tracker.rules.times.doubts import doubt
from tracker.rules.times.reader import read_time
from tracker.wording import date_short, sentence


def times_line(line: str) -> dict[str, Any]:
    """kind, start, due (ISO dates or None) and warnings (sentences) of `phrase<TAB>year or empty<TAB>issue date or empty`;
    rule, rrule and anchor where there is something to say. A column that cannot be read is warned of and left out; the
    line never fails.
    """
    phrase, year_text, issued_text = _columns(line)
    warnings: list[str] = []
    year = _year(year_text)
    if year_text and year is None:
        warnings.append(doubt("year_column", value=year_text).sentence)
    issued_on = _day(issued_text)
    if issued_text and issued_on is None:
        warnings.append(doubt("issued_column", value=issued_text).sentence)
    time = read_time(phrase, year=year, issued_on=issued_on)
    warnings += [found.sentence for found in time.doubts]
    if time.due_on is not None and issued_on is not None and time.due_on < issued_on:
        warnings.append(sentence("due_before_issue", due_on=date_short(time.due_on), issued_on=date_short(issued_on)))
    answer: dict[str, Any] = {
        "kind": time.kind.value,
        "start": time.start_on.isoformat() if time.start_on else None,
        "due": time.due_on.isoformat() if time.due_on else None,
        "warnings": warnings,
    }
    extra = {"rule": time.rule, "rrule": time.rrule, "anchor": time.anchor}
    return answer | {name: value for name, value in extra.items() if value}


def _columns(line: str) -> tuple[str, str, str]:
    """The last two of three or more columns are the year and the date: a phrase may hold tabs of its own."""
    cells = line.rstrip("\r\n").split("\t")
    if len(cells) < 3:
        cells += [""] * (3 - len(cells))
    return "\t".join(cells[:-2]), cells[-2].strip(), cells[-1].strip()


def _year(text: str) -> int | None:
    return int(text) if len(text) == 4 and text.isascii() and text.isdigit() and text >= "1900" else None


def _day(text: str) -> date | None:
    """2021-06-18; also 18/6/2021."""
    try:
        if "/" in text:
            day, month, year = (int(part) for part in text.split("/"))
            return date(year, month, day)
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
