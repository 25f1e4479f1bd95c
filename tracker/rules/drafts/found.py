"""A piece of work as it is found in a plan, before its owners and its time are read."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.rules.parsed import Place


@dataclass(frozen=True)
class Work:
    """The words of one row, bullet or sentence, each with its place."""

    no: str = ""
    content: str = ""
    lead: str = ""
    helping: str = ""
    time: str = ""
    #: What the column's heading says of the time: "trước ngày" over "20/6", "Tháng" over "3", "năm 2024" over "Quý I".
    time_prefix: str = ""
    year: int | None = None
    section: str = ""
    extra: tuple[tuple[str, str], ...] = ()
    place: Place | None = None
    time_place: Place | None = None
    lead_place: Place | None = None
    #: The owner stands in a row above, and nothing but its own empty cell says so.
    lead_supposed: bool = False
    leads_known: tuple[str, ...] | None = None  #: already parted (lists and prose); then `lead` is not read again
    helpers_known: tuple[str, ...] | None = None
