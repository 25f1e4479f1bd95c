"""Vietnamese text: one normal form, search without accents, the order of names."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

#: Both places of the tone mark are written ("hoà", "hòa"); ours is the traditional one, search folds both.
_MODERN_TO_TRADITIONAL = {
    "oà": "òa", "oá": "óa", "oả": "ỏa", "oã": "õa", "oạ": "ọa",
    "oè": "òe", "oé": "óe", "oẻ": "ỏe", "oẽ": "õe", "oẹ": "ọe",
    "uỳ": "ùy", "uý": "úy", "uỷ": "ủy", "uỹ": "ũy", "uỵ": "ụy",
}  # fmt: skip
_TONE_PATTERN = re.compile("(?<![qQ])(" + "|".join(_MODERN_TO_TRADITIONAL) + r")(?!\w)", re.IGNORECASE)

_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}


def nfc(text: str) -> str:
    """NFC: some Vietnamese keyboards send letters and marks apart."""
    return unicodedata.normalize("NFC", text)


def capitalised(text: str) -> str:
    """The first letter large, the rest as it is: for the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def fold_tone_marks(text: str) -> str:
    """The traditional spelling of tone marks: hủy for huỷ, hòa for hoà."""

    def replaced(match: re.Match[str]) -> str:
        found = match.group(1)
        folded = _MODERN_TO_TRADITIONAL[found.lower()]
        return "".join(new.upper() if old.isupper() else new for old, new in zip(found, folded, strict=True))

    return _TONE_PATTERN.sub(replaced, nfc(text))


#: The same names of units and people are compared and sorted again and again; an accent costs more to take off than to remember.
_REMEMBERED = 32_768


@lru_cache(_REMEMBERED)
def search_key(text: str) -> str:
    """What search and comparison look at: lower case, no accents, đ as d, single spaces ("cam linh" finds "Cam Linh")."""
    decomposed = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(plain.split())


@lru_cache(_REMEMBERED)
def sort_key(text: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The order of a Vietnamese list: a ă â b c d đ …, tones (ngang huyền hỏi ngã sắc nặng) only to part equals."""
    letters: list[int] = []
    tones: list[int] = []
    for char in nfc(text).lower():
        tone = 0
        base = ""
        for part in unicodedata.normalize("NFD", char):
            if part in _TONES:
                tone = _TONES[part]
            else:
                base += part
        base = nfc(base)
        place = _LETTERS.find(base) if base else -1
        letters.append(1000 + place if place >= 0 else ord(base[0]) if base else 0)
        tones.append(tone)
    return tuple(letters), tuple(tones)
