"""Mã phiếu: the numbers printed on ballots, as text ("0046"). Zeros belong to the number: the draw hashes what is printed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from tracker.wording import refusal

#: The most numbers that one range may hold: a slip ("0001–9999999") must not fill the memory.
RANGE_LIMIT = 100_000


def as_printed(typed: str, *, width: int = 4) -> str:
    """What stands on the paper for what was typed: "46" is "0046". Raises Refused (ballot_no_format) for anything else."""
    value = unicodedata.normalize("NFKC", typed).strip()
    if not value.isascii() or not value.isdigit() or len(value.lstrip("0")) > width or int(value) == 0:
        raise refusal("ballot_no_format", value=typed, pattern="0" * (width - 1) + "1")
    return value.lstrip("0").zfill(width)


def numbered(first: str, last: str, *, width: int = 4) -> tuple[str, ...]:
    """All numbers from first to last. Raises Refused (ballot_no_format) for a wrong number, or a range backwards or too long."""
    low, high = as_printed(first, width=width), as_printed(last, width=width)
    if int(low) > int(high) or int(high) - int(low) >= RANGE_LIMIT:
        raise refusal("ballot_no_format", value=f"{first}–{last}", pattern=f"{'0' * (width - 1)}1–{'60'.zfill(width)}")
    return tuple(str(number).zfill(width) for number in range(int(low), int(high) + 1))


def ranges(ballots: Iterable[str]) -> str:
    """0001–0060, 0062: numbers in a row as a range, for minutes and lists. Numbers that are not digits stand by themselves."""
    runs: list[list[str]] = []
    for ballot in sorted(set(ballots), key=lambda b: (not b.isdigit(), len(b), b)):
        last = runs[-1][-1] if runs else ""
        follows = ballot.isdigit() and last.isdigit() and len(ballot) == len(last) and int(ballot) == int(last) + 1
        if follows:
            runs[-1].append(ballot)
        else:
            runs.append([ballot])
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def read_ranges(text: str) -> tuple[tuple[str, str, str], ...]:
    """(first, last, interviewer) of each line typed: "0001–0060 NV1", "61-75", "0080". Raises Refused naming the line."""
    found = []
    for place, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        read = _RANGE.fullmatch(unicodedata.normalize("NFKC", line).strip())
        if read is None:
            raise refusal("ballot_range_line", row=place, value=line.strip())
        found.append((read["first"], read["last"] or read["first"], (read["who"] or "").strip()))
    return tuple(found)


def read_list(text: str) -> tuple[str, ...]:
    """Single numbers parted by commas, spaces or lines; a range stands for all in it."""
    numbers: list[str] = []
    for part in re.split(r"[,;\s]+", re.sub(r"\s*[-–—]\s*", "-", text.strip())):
        first, dash, last = part.partition("-")
        numbers += numbered(first, last) if dash else ([as_printed(part)] if part else [])
    return tuple(numbers)


_RANGE = re.compile(r"(?P<first>\d+)(?:\s*(?:-|–|—|đến)\s*(?P<last>\d+))?(?:[\s,;:]+(?P<who>\S.*))?")
