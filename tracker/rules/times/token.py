"""A piece of a phrase."""

from __future__ import annotations

from typing import Any

from tracker.rules.times.words import Sign


class Token:
    """A piece of the phrase. `start`, `end` are places in the clean letters."""

    __slots__ = ("end", "glued", "new_line", "sign", "start", "text", "value")

    def __init__(self, sign: Sign, text: str, start: int, end: int, value: Any = None) -> None:
        self.sign = sign
        self.text = text
        self.start = start
        self.end = end
        self.value = value
        self.glued = True  #: nothing stands between this and the token before
        self.new_line = False  #: the first of its line

    def __repr__(self) -> str:
        return f"{self.sign.name}({self.text})"
