"""The marks of a line: bullets, numbers (1, 01, 1.1, a), (1), I, A, Bước 2), capitals, and lines that a margin broke."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from tracker.wording import search_key

_MARKUP = re.compile(r"\*{2,3}|_{2,}|</?(?:p|b|i|u|strong|em|span|div|center)\b[^<>]{0,80}>", re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>|</p>\s*<p>", re.IGNORECASE)
_BULLET = re.compile(r"^\s*(?:[-–—+•●▪◦*·]+\s*|o\s+)(?=\S)")
_RULE_LINE = re.compile(r"^[\s\-–—_=.…|+:~*/]*$")


def tidy(text: str) -> str:
    """The words of a cell: no Markdown or HTML marks, single spaces, its lines kept."""
    text = _MARKUP.sub("", _BREAK.sub("\n", text)) if "*" in text or "<" in text or "_" in text else text
    lines = [" ".join(line.split()) for line in text.split("\n")]
    return "\n".join(line for line in lines if line)


@lru_cache(maxsize=16384)
def key_of(text: str) -> str:
    """The accent-free key of a cell or line; kept, since each is looked at from many sides."""
    return search_key(text)


def is_blank(text: str) -> bool:
    """Nothing but spaces, dashes, dots and bars."""
    return _RULE_LINE.match(text) is not None


_SAME = re.compile(r"^(?:-?\s*nt\s*-?|như trên|\"+|''|”|“)\.?$", re.IGNORECASE)


def says_same(text: str) -> bool:
    """True for the marks of "as above": nt, -nt-, a pair of quotes."""
    return _SAME.match(text.strip()) is not None


def without_bullet(text: str) -> str:
    return _BULLET.sub("", text)


def has_bullet(text: str) -> bool:
    return _BULLET.match(text) is not None


def one_line(text: str) -> str:
    return " ".join(text.split())


def is_shouted(text: str) -> bool:
    """Written in capitals, as headings are."""
    letters = [char for char in text if char.isalpha()]
    return len(letters) >= 4 and sum(char.isupper() for char in letters) >= 0.8 * len(letters)


def starts_low(text: str) -> bool:
    """Begins in the middle of a sentence."""
    first = next((char for char in text if not char.isspace()), "")
    return first.islower() or first in ",;)"


class NumberKind(StrEnum):
    ROMAN = "roman"
    UPPER = "upper"
    WORD = "word"  #: "Bước 1", "Giai đoạn 2"
    ARABIC = "arabic"
    SUB = "sub"  #: 1.1, 2.3.1
    LOWER = "lower"  #: a), b.
    PAREN = "paren"  #: (1)


#: The order in which kinds stand under one another; only used to compare two kinds in one table.
_RANK = {
    NumberKind.UPPER: 0,
    NumberKind.ROMAN: 1,
    NumberKind.WORD: 2,
    NumberKind.ARABIC: 2,
    NumberKind.SUB: 3,
    NumberKind.PAREN: 4,
    NumberKind.LOWER: 5,
}


@dataclass(frozen=True)
class Number:
    """A row's number as signed, without its full stop or bracket."""

    text: str
    kind: NumberKind
    value: int

    @property
    def rank(self) -> int:
        """Lower is nearer to the top; 1.1.1 stands under 1.1."""
        return _RANK[self.kind] * 10 + self.text.count(".")


_WORDS = r"(?:bước|giai đoạn|đợt|nhiệm vụ|nội dung|công việc|việc|mục)"
_NUMBER = re.compile(
    r"^\s*(?:"
    rf"(?P<word>{_WORDS}\s*(?:thứ\s*)?(?P<wordno>\d{{1,2}}|[ivx]{{1,4}}))\s*[.):]?"
    r"|\((?P<paren>\d{1,3}|[a-zđ])\)"
    r"|(?P<sub>\d{1,3}(?:[.,]\d{1,3}){1,3})\s*[.):]?"
    r"|(?P<arabic>\d{1,3})\s*[./):\-]*"
    r"|(?P<roman>[IVXL]{1,6})\s*[./):\-]*"
    r"|(?P<upper>[A-HK-N])\s*[./):\-]*"
    r"|(?P<lower>[a-hk-nđ])\s*[./):\-]*"
    r")\s*$",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"^\s*(?P<no>"
    rf"{_WORDS}\s*(?:thứ\s*)?(?:\d{{1,2}}|[ivxIVX]{{1,4}})(?=\s*[.):,\-–(]|\s*$)"
    r"|\((?:\d{1,3}|[a-zđ])\)"
    r"|\d{1,3}(?:\.\d{1,3}){1,3}(?=[.):]|\s)"
    r"|\d{1,3}(?=\s*[.)]\s|\s*[.)][^\W\d]|\s*[/:\-–]\s)"
    r"|[IVXL]{1,6}(?=\s*[.)/:\-–])"
    r"|[A-HK-N](?=\s*[.)/])"
    r"|[a-zđ](?=\s*[.)])"
    r")\s*[.)/:,\-–]*\s*",
    re.IGNORECASE,
)
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50}


def _roman(text: str) -> int:
    values = [_ROMAN[char] for char in text.upper()]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return sum(-value if value < after else value for value, after in pairs)


@lru_cache(maxsize=8192)
def read_number(text: str) -> Number | None:
    """A cell that holds a row's number and nothing else, or None."""
    text = tidy(text) if len(text) < 40 else ""
    match = _NUMBER.match(text) if text else None
    if match is None:
        return None
    if match["word"]:
        value = int(match["wordno"]) if match["wordno"].isdigit() else _roman(match["wordno"])
        return Number(match["word"], NumberKind.WORD, value)
    if match["paren"]:
        inner = match["paren"]
        return Number(inner, NumberKind.PAREN, int(inner) if inner.isdigit() else ord(inner.lower()) - 96)
    if match["sub"]:
        clean = match["sub"].replace(",", ".")
        return Number(clean, NumberKind.SUB, int(clean.rsplit(".", 1)[1]))
    if match["arabic"]:
        return Number(match["arabic"], NumberKind.ARABIC, int(match["arabic"]))
    if match["roman"] and match["roman"].isupper():
        return Number(match["roman"], NumberKind.ROMAN, _roman(match["roman"]))
    letter = match["upper"] or match["lower"] or match["roman"]
    if letter is None or len(letter) > 1:
        return None
    kind = NumberKind.UPPER if letter.isupper() else NumberKind.LOWER
    return Number(letter, kind, ord(letter.lower()) - 96)


def leading_number(text: str) -> tuple[Number | None, str]:
    """The number at the head of a line and the words after it: "1.2. Tập huấn" -> (1.2, "Tập huấn")."""
    match = _LEADING.match(text)
    if match is None:
        return None, text
    number = read_number(match["no"])
    rest = text[match.end() :]
    if number is None or not rest:
        return None, text
    if number.kind is NumberKind.LOWER and not match[0].rstrip().endswith((")", ".")):
        return None, text
    return number, rest


def unwrap(text: str) -> str:
    """A cell whose lines were broken by its margin, as paragraphs again: a new line only where a bullet or a number begins."""
    lines = [line for line in tidy(text).split("\n") if line]
    out: list[str] = []
    for line in lines:
        own = has_bullet(line) or leading_number(line)[0] is not None
        if out and not own and not (out[-1].endswith((".", ";", ":")) and not starts_low(line)):
            out[-1] = f"{out[-1]} {line}"
        else:
            out.append(line)
    return "\n".join(out)
