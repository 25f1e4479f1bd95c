"""How far the entries of a unit are: counts -> complete, or the one sentence that says what is missing."""

from __future__ import annotations

from typing import NamedTuple

from tracker.wording import number, sentence


class UnitEntries(NamedTuple):
    valid: int = 0  #: ballots that count
    entered: int = 0  #: of them, keyed once
    second_required: int = 0
    second_done: int = 0
    differences: int = 0  #: ballots with a field that is still open

    @property
    def left(self) -> int:
        return self.valid - self.entered

    @property
    def complete(self) -> bool:
        """Entries = valid ballots, keyed again as far as asked, no difference open. A unit without ballots is not complete."""
        return self.valid > 0 and self.left == 0 and self.second_done >= self.second_required and not self.differences


def missing(unit: str, entries: UnitEntries) -> tuple[str, str] | None:
    """(key, sentence) of the first thing that a unit's entries lack, or None."""
    if entries.complete:
        return None
    if entries.left or not entries.valid:
        counts = {"entered": number(entries.entered), "valid": number(entries.valid), "missing": number(entries.left)}
        return "entries_equal_valid", sentence("entries_equal_valid", unit=unit, **counts)
    if entries.second_done < entries.second_required:
        short = entries.second_required - entries.second_done
        counts = {"done": number(entries.second_done), "required": number(entries.second_required), "missing": number(short)}
        return "second_entry_share", sentence("second_entry_share", unit=unit, **counts)
    return "second_entry_unsettled", sentence("second_entry_unsettled", unit=unit, missing=number(entries.differences))
