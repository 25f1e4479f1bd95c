"""The letters of a phrase made alike: one normal form, one dash, one slash, one space, small letters.

What the office typed is kept; this is only what the reader looks at. Where letters join or fall away, `offsets` leads
from each letter here back to its place in the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from tracker.wording import nfc

_ALIKE = {
    "-": "‐‑‒–—―−﹣－~～∼÷→➔➝\uf02d",
    "/": "⁄∕／\\",
    "'": "’‘′´`",
    '"': "“”″„«»",
    " ": "\t\r\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000",
    "\n": "\x0b\x0c\x85\u2028\u2029",
    "•": "·▪●◦*■□○‣∙♦\uf0b7\uf0a7\uf0d8\uf076\uf0fc",
    "(": "[{",
    ")": "]}",
}
_ONE_TO_ONE = {ord(old): new for new, olds in _ALIKE.items() for old in olds}
#: Letters that stand apart from their marks, take no room, or are one sign for several.
_ODD = re.compile("[\u0300-\u036f\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff\u2150-\u218f\uff00-\uffef½¼¾²³¹İ…]")
#: Word files turned into text keep a dash between figures as a hyphen that takes no room.
_LOST_DASH = re.compile("(?<=[0-9])\u00ad(?=[0-9])")
_NO_ROOM = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")


@dataclass(frozen=True, slots=True)
class Letters:
    clean: str
    offsets: Sequence[int]  #: offsets[i] is the place in the text of clean[i]; one more at the end

    def place(self, start: int, end: int) -> tuple[int, int]:
        """The span of the text that clean[start:end] came from."""
        if end <= start:
            return self.offsets[start], self.offsets[start]
        return self.offsets[start], self.offsets[end]


def alike(text: str) -> Letters:
    """`text` as the reader looks at it."""
    if not _ODD.search(text):
        clean = text.translate(_ONE_TO_ONE).lower()
        if len(clean) == len(text):
            return Letters(clean, range(len(text) + 1))
    text = _LOST_DASH.sub("-", text)
    letters: list[str] = []
    offsets: list[int] = []
    for start, cluster in _clusters(text):
        for letter in unicodedata.normalize("NFKC", nfc(cluster)).translate(_ONE_TO_ONE).lower():
            letters.append(letter)
            offsets.append(start)
    offsets.append(len(text))
    return Letters("".join(letters), offsets)


def _clusters(text: str) -> list[tuple[int, str]]:
    """A letter with the marks that follow it, and where it starts; what takes no room is left out."""
    found: list[tuple[int, str]] = []
    for place, char in enumerate(text):
        if _NO_ROOM.match(char):
            continue
        if unicodedata.combining(char) and found:
            start, before = found[-1]
            found[-1] = (start, before + char)
        else:
            found.append((place, char))
    return found


def without_accents(word: str) -> str:
    """trước -> truoc, quý -> quy, đến -> den."""
    decomposed = unicodedata.normalize("NFD", word.replace("đ", "d"))
    return "".join(char for char in decomposed if not unicodedata.combining(char))
