"""Counts of an online survey by unit and day: what a row of the file says, and what differs from the ledger.

The file says how the other system stands; the ledger takes the difference. A ballot answered by an official on behalf of a
citizen was collected and does not count.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tracker.rules.ledger import DayLine
from tracker.rules.states import DiscardReason
from tracker.wording import refusal, search_key

UNIT, DAY, COLLECTED, BY_OFFICIAL = "Đơn vị", "Ngày", "Thu về", "Cán bộ trả lời hộ"
ROWS_LIMIT = 20_000
_MARKED = re.compile(r"^thu ve(?:\s*\[\s*([a-z0-9-]+@\d+)\s*\])?$")


@dataclass(frozen=True)
class Figures:
    collected: int = 0
    by_official: int = 0


@dataclass(frozen=True)
class OnlineRow:
    no: int  #: the line of the file
    unit: str  #: as written
    day: date
    figures: Figures


@dataclass(frozen=True)
class Places:
    """Which column is what, and for which questionnaire."""

    unit: int
    day: int
    collected: int
    by_official: int
    questionnaire: str


def headings(questionnaire: str) -> list[str]:
    """Of the file to fill in; the questionnaire is named so that another survey's file is seen."""
    return [UNIT, DAY, f"{COLLECTED} [{questionnaire}]", BY_OFFICIAL]


def places_of(given: Sequence[str], titles: dict[str, str], *, wanted: Sequence[str]) -> Places:
    """`titles`: key -> title of all questionnaires, `wanted`: keys of the plan's. Raises Refused for columns that are missing and
    for another questionnaire's file."""
    keys = [search_key(heading) for heading in given]
    where = {name: keys.index(search_key(name)) if search_key(name) in keys else None for name in (UNIT, DAY, BY_OFFICIAL)}
    collected = next((at for at, key in enumerate(keys) if _MARKED.match(key)), None)
    missing = [name for name in (UNIT, DAY) if where[name] is None] + ([COLLECTED] if collected is None else [])
    missing += [BY_OFFICIAL] if where[BY_OFFICIAL] is None else []
    if missing or collected is None:
        raise refusal("columns_missing", columns=", ".join(missing))
    found = _MARKED.match(keys[collected])
    marked = found[1] if found else None
    if marked is None:
        raise refusal("import_unknown_questionnaire")
    if marked not in wanted:
        raise refusal(
            "import_other_questionnaire",
            found=titles.get(marked, marked),
            wanted=", ".join(titles.get(key, key) for key in wanted),
        )
    return Places(where[UNIT] or 0, where[DAY] or 0, collected, where[BY_OFFICIAL] or 0, marked)


def difference(day: date, was: Figures | None, now: Figures, note: str) -> DayLine | None:
    """The line that brings the ledger from `was` (None: nothing was taken in for that day) to `now`; None where they agree."""
    before = was or Figures()
    more, on_behalf = now.collected - before.collected, now.by_official - before.by_official
    if not more and not on_behalf:
        return None
    reasons = {DiscardReason.ANSWERED_BY_OFFICIAL: on_behalf} if on_behalf else {}
    return DayLine(day, more, more, more - on_behalf, on_behalf, reasons, note, is_correction=was is not None)
