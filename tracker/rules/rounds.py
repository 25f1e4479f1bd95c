"""Rounds of fieldwork after the first: điều tra lại takes the place of what was collected, điều tra bổ sung adds to it."""

from __future__ import annotations

RESURVEY = "resurvey"
SUPPLEMENT = "supplement"

ROUND_WORDS = {RESURVEY: "điều tra lại", SUPPLEMENT: "điều tra bổ sung"}
