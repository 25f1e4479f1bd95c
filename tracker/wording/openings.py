"""What a line of the journal says of a stage that opened, and how a story shortens it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tracker.wording.numbers import count

#: So many units a line names; the others it counts.
NAMED = 20
_OPENED = re.compile(r"(?P<stage>giai đoạn \d+ \(.*\))(?: của (?P<unit>.+)| cho (?P<units>[^,]+).*)?")


def opened_words(position: int, stage: str, units: Sequence[str]) -> str:
    """giai đoạn 3 (Điều tra) của A · giai đoạn 3 (Điều tra) cho 3 đơn vị, gồm A, B, C; no units: the office's own work."""
    words = f"giai đoạn {position} ({stage})"
    if len(units) < 2:
        return f"{words} của {units[0]}" if units else words
    rest = f" và {count(len(units) - NAMED, 'đơn vị')} khác" if len(units) > NAMED else ""
    return f"{words} cho {count(len(units), 'đơn vị')}, gồm {', '.join(units[:NAMED])}{rest}"


def opened_briefly(what: str) -> str:
    """The same without names: lines about one unit each read alike, one about many keeps its number. Other words stay."""
    found = _OPENED.fullmatch(what)
    if found is None:
        return what
    return f"{found['stage']} cho {found['units']}" if found["units"] else found["stage"]
