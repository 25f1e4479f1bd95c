"""Finding the words that time phrases are made of, and the slips of the hand that are still those words.

A phrase of several words counts as one sign ("chậm nhất", "trong vòng"), the longest first. Text typed wholly without
accents has its own table; a word that lost its accents beside words that kept them is taken only where no other word
of Vietnamese looks the same, or where a number stands beside it (`LOST_BEFORE_NUMBER`).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from tracker.rules.times.letters import without_accents
from tracker.rules.times.words import NUMBER_WORDS, PARTS, PHRASES, TEN_DAYS, WEEKDAYS, Sign

#: Two signs for one word: the second is meant where the grammar asks for it.
Entry = tuple[Sign, Any]
Trie = dict[str | None, Any]


def _entries() -> Iterable[tuple[str, Entry]]:
    for sign, phrases in PHRASES.items():
        for phrase in phrases.split("|"):
            yield phrase, (sign, None)
    for words, sign in ((NUMBER_WORDS, Sign.NUMBER_WORD), (WEEKDAYS, Sign.WEEKDAY), (TEN_DAYS, Sign.TEN_DAYS)):
        for phrase, value in words.items():
            yield phrase, (sign, value)
    for phrase, part in PARTS.items():
        yield phrase, (Sign.PART, part)
    yield "thứ", (Sign.ORDINAL, None)


def _trie(entries: Iterable[tuple[str, Entry]]) -> Trie:
    root: Trie = {}
    for phrase, entry in entries:
        node = root
        for word in phrase.split():
            node = node.setdefault(word, {})
        node.setdefault(None, entry)
    return root


ACCENTED = _trie(_entries())
#: Without accents "tới" and "tôi", "năm" and "nam" are one; the commoner in time phrases wins, which `PHRASES` orders.
PLAIN = _trie((without_accents(phrase), entry) for phrase, entry in _entries())
VOCABULARY = frozenset(word for phrase, _ in _entries() for word in phrase.split())

#: Slips that no rule below explains: a key struck twice, a letter read wrongly from a scan.
_SLIPS = {
    "trướcc": "trước", "trưước": "trước", "trươớc": "trước", "trướ": "trước", "trứớc": "trước", "đếnn": "đến", "ngàyy": "ngày",
    "ngàv": "ngày", "thánng": "tháng", "nãm": "năm", "giửa": "giữa", "hằnng": "hằng", "tháỉg": "tháng",
}  # fmt: skip
#: Words that stay sure when a hook or a hat is missing, as long as the tone is there; and, without even that, "truoc".
_SURE = ("trước", "thường", "hoàn", "đến", "ngày", "hết", "quý", "nhất", "hằng")
#: Beside a number these words are surely the time word.
LOST_BEFORE_NUMBER = {
    "ngay": "ngày", "thang": "tháng", "quy": "quý", "qui": "quý", "nam": "năm", "tu": "từ", "den": "đến", "het": "hết",
    "dau": "đầu", "cuoi": "cuối", "giua": "giữa",
}  # fmt: skip


def _marks(word: str) -> tuple[str, str]:
    """The bare letters of a word, and its marks wherever they sit: the same for "hòan" and "hoàn"."""
    decomposed = unicodedata.normalize("NFD", word)
    return without_accents(word), "".join(sorted(char for char in decomposed if char == "đ" or unicodedata.combining(char)))


def _tones(word: str) -> tuple[str, str]:
    bare, marks = _marks(word)
    return bare, "".join(mark for mark in marks if mark in _TONE_MARKS)


_TONE_MARKS = "\u0300\u0301\u0303\u0309\u0323"
_BY_MARKS = {_marks(word): word for word in VOCABULARY if not word.isascii()}
_BY_TONES = {_tones(word): word for word in _SURE}


@lru_cache(maxsize=4096)
def mended(word: str) -> tuple[str, ...]:
    """The words meant by a misspelt or glued one: "trứơc" -> trước; "trướcngày" -> trước, ngày; () when unknown."""
    if len(word) > 40:
        return ()
    known = _SLIPS.get(word) or ("trước" if without_accents(word) == "truoc" else None)
    if known is None and not word.isascii():
        known = _BY_MARKS.get(_marks(word)) or _BY_TONES.get(_tones(word))
    if known:
        return (known,)
    return _apart(word)


#: Words that are read out of glued ones: long enough, or sure enough, not to be syllables of something else.
_GLUED = frozenset({
    "ngày", "tháng", "quý", "quí", "năm", "từ", "kể", "đến", "tới", "hết", "trước", "chậm", "muộn", "nhất", "hạn", "chót",
    "trong", "vòng", "sau", "khi", "ngay", "hằng", "hàng", "mỗi", "thường", "xuyên", "định", "kỳ", "hoàn", "thành", "xong",
    "đầu", "giữa", "cuối", "tuần", "giai", "đoạn", "làm", "việc", "và", "dự", "kiến", "vào", "là", "liên", "tục", "lần",
})  # fmt: skip


def _apart(word: str) -> tuple[str, ...]:
    """`word` cut wholly into known words, or ()."""
    ways: list[tuple[str, ...] | None] = [()] + [None] * len(word)
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - 6), end):
            before = ways[start]
            piece = word[start:end]
            if before is not None and piece in _GLUED and (ways[end] is None or len(before) + 1 < len(ways[end] or ())):
                ways[end] = (*before, piece)
    found = ways[len(word)]
    return found if found and len(found) > 1 else ()
