"""The ballots ledger (sổ phiếu) of a unit: lines by day, never changed, only followed by corrections; totals and refusals.

A correction is a line that may go down and says why. What is collected may be sorted (valid, discarded) on the same day or later,
and is sorted altogether when fieldwork closes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from tracker.rules.questionnaires import Problem
from tracker.rules.states import DiscardReason
from tracker.wording import number, sentence


@dataclass(frozen=True)
class DayLine:
    """What changed on a day."""

    day: date
    handed_out: int = 0
    collected: int = 0
    valid: int = 0
    discarded: int = 0
    reasons: Mapping[DiscardReason, int] = field(default_factory=dict)  #: of the discarded
    note: str = ""  #: needed for the reason OTHER, for a correction, and to exceed a quota
    is_correction: bool = False


@dataclass(frozen=True)
class Totals:
    handed_out: int = 0
    collected: int = 0
    valid: int = 0
    discarded: int = 0
    reasons: Mapping[DiscardReason, int] = field(default_factory=dict)

    @property
    def outstanding(self) -> int:
        """Còn ngoài hiện trường."""
        return self.handed_out - self.collected

    @property
    def unsorted(self) -> int:
        """Collected, and neither valid nor discarded yet."""
        return self.collected - self.valid - self.discarded

    def missing(self, quota: int | None) -> int:
        """Valid ballots short of the quota."""
        return max(0, (quota or 0) - self.valid)


@dataclass(frozen=True)
class BurnPoint:
    """The state at the end of a day, beside what an even pace would have reached."""

    day: date
    handed_out: int
    collected: int
    valid: int
    expected: int | None  #: None without a quota or a window


def totals_of(lines: Iterable[DayLine]) -> Totals:
    """The sum of all lines; the order does not matter."""
    handed_out = collected = valid = discarded = 0
    reasons: Counter[DiscardReason] = Counter()
    for line in lines:
        handed_out += line.handed_out
        collected += line.collected
        valid += line.valid
        discarded += line.discarded
        reasons.update(line.reasons)
    return Totals(handed_out, collected, valid, discarded, {reason: n for reason, n in reasons.items() if n})


def add_up(totals: Iterable[Totals]) -> Totals:
    """Totals of a group or a plan."""
    return totals_of(DayLine(date.min, t.handed_out, t.collected, t.valid, t.discarded, t.reasons) for t in totals)


def check_line(before: Totals, line: DayLine, *, unit: str, quota: int | None = None) -> tuple[Problem, ...]:
    """Why this line may not be written after `before`; empty when it may. `question` of each problem names the field."""
    problems = []
    changes = {"handed_out": line.handed_out, "collected": line.collected, "valid": line.valid, "discarded": line.discarded}
    after = totals_of([_as_line(before), line])
    sums = {"handed_out": after.handed_out, "collected": after.collected, "valid": after.valid, "discarded": after.discarded}
    for name, change in changes.items():
        if sums[name] < 0 or (change < 0 and not line.is_correction):
            problems.append(Problem(name, "count_negative", sentence("count_negative")))
    if line.is_correction and not line.note.strip():
        problems.append(Problem("note", "ledger_append_only", sentence("ledger_append_only")))
    if problems:
        return tuple(problems)
    if after.collected > after.handed_out:
        values = {"collected": number(after.collected), "handed_out": number(after.handed_out)}
        problems.append(Problem("collected", "collected_over_handed", sentence("collected_over_handed", **values)))
    if not _is_sorted_soundly(line, after):
        problems.append(_unbalanced(after))
    problems += _of_reasons(before, line, after)
    if quota is not None and after.collected > quota and line.collected > 0 and not line.note.strip():
        values = {"unit": unit, "collected": number(after.collected), "quota": number(quota)}
        problems.append(Problem("collected", "quota_over", sentence("quota_over", **values)))
    return tuple(problems)


def check_closing(totals: Totals) -> tuple[Problem, ...]:
    """Why fieldwork of a unit may not close: everything collected is valid or discarded, everything discarded has its reason."""
    problems = []
    if totals.unsorted:
        problems.append(_unbalanced(totals))
    missing = totals.discarded - sum(totals.reasons.values())
    if missing > 0:
        problems.append(Problem("reasons", "discard_reason", sentence("discard_reason", missing=number(missing))))
    return tuple(problems)


def burn_up(
    lines: Iterable[DayLine],
    *,
    until: date,
    quota: int | None = None,
    start_on: date | None = None,
    due_on: date | None = None,
) -> tuple[BurnPoint, ...]:
    """One point a day, from the start of the window or the first line to `until`; lines of many units simply add up.

    An even pace brings the quota in equal parts over the days of the window, its last day included; then the whole is expected.
    """
    by_day: dict[date, list[DayLine]] = {}
    for line in lines:
        by_day.setdefault(line.day, []).append(line)
    days = [day for day in (start_on, *by_day) if day is not None and day <= until]
    if not days:
        return ()
    points = []
    so_far = Totals()
    day = min(days)
    while day <= until:
        so_far = totals_of([_as_line(so_far), *by_day.get(day, ())])
        expected = _even_pace(day, quota, start_on, due_on)
        points.append(BurnPoint(day, so_far.handed_out, so_far.collected, so_far.valid, expected))
        day += timedelta(days=1)
    return tuple(points)


def forecast_on(points: Iterable[BurnPoint], quota: int, *, days: int = 14) -> date | None:
    """The day on which the quota is reached if the pace of the last `days` holds; None where nothing comes in.

    A quota that is reached already gives the day on which it was.
    """
    known = list(points)
    for point in known:
        if point.collected >= quota:
            return point.day
    if not known:
        return None
    window = known[-days:]
    first = known[-days - 1].collected if len(known) > days else 0
    gained = window[-1].collected - first
    if gained <= 0:
        return None
    left = quota - window[-1].collected
    return window[-1].day + timedelta(days=-(-left * len(window) // gained))


def _as_line(totals: Totals) -> DayLine:
    return DayLine(date.min, totals.handed_out, totals.collected, totals.valid, totals.discarded, totals.reasons)


def _is_sorted_soundly(line: DayLine, after: Totals) -> bool:
    """A line that collects sorts all of that or leaves all for later; a line that only sorts takes from what is there."""
    if after.unsorted < 0:
        return False
    if line.is_correction or line.collected <= 0 or after.unsorted == 0:
        return True
    sorted_now = line.valid + line.discarded
    return sorted_now in (0, line.collected)


def _unbalanced(totals: Totals) -> Problem:
    values = {"valid": number(totals.valid), "discarded": number(totals.discarded), "collected": number(totals.collected)}
    return Problem("valid", "valid_plus_discarded", sentence("valid_plus_discarded", **values))


def _of_reasons(before: Totals, line: DayLine, after: Totals) -> list[Problem]:
    if any(after.reasons.get(reason, 0) < 0 for reason in line.reasons):
        return [Problem("reasons", "count_negative", sentence("count_negative"))]
    missing = line.discarded - sum(line.reasons.values())
    if not missing and line.reasons.get(DiscardReason.OTHER) and not line.note.strip():
        missing = abs(line.reasons[DiscardReason.OTHER])
    if missing:
        return [Problem("reasons", "discard_reason", sentence("discard_reason", missing=number(abs(missing))))]
    return []


def _even_pace(day: date, quota: int | None, start_on: date | None, due_on: date | None) -> int | None:
    if quota is None or start_on is None or due_on is None or due_on < start_on:
        return None
    if day < start_on:
        return 0
    if day >= due_on:
        return quota
    return -(-quota * ((day - start_on).days + 1) // ((due_on - start_on).days + 1))
