"""Slips of scanning and typing that are mended before the grammar looks: letters for digits, doubled words, stray colons."""

from __future__ import annotations

import re

from tracker.rules.times.token import Token
from tracker.rules.times.words import Sign

# What a scan makes of digits, only inside what can be nothing but a date.
_LIKE_DIGITS = str.maketrans("oil|szb", "0111528")
_SCANNED = re.compile(
    r"(?<![\w/.-])(?:"
    r"(?P<full>[0-9oil|szb]{1,2}(?P<sep>[/.\-])[0-9oil|szb]{1,2}(?P=sep)[0-9oil|szb]{4})"
    r"|(?P<month>[0-9ol|]{1,2}[/\-]2[0-9o][0-9oil|]{2})"
    r"|(?P<day>[0-9ol|]{1,2}/[0-9ol|]{1,2})"
    r"|(?P<year>2[0o][0-9oil|]{2})"
    r")(?![\w/|]|\.[0-9])"
)
_AFTER_QUARTER = re.compile(r"(?:quý|quí|quy|q)\.?\s*$")
#: Strokes and commas where slashes belong: 20|6|2021, 20_6_2021, 20,6,2021.
_WRONG_SLASHES = re.compile(r"(?<![0-9,.])([0-9]{1,2})([|_,])([0-9]{1,2})\2(2[0-9]{3})(?![0-9,.]*[0-9])")


def unscanned(clean: str, repairs: list[tuple[str, str]]) -> str:
    """Letters that a scan made of digits, turned back: "l5/9/2o21" -> "15/9/2021". Length and places stay."""
    if any(mark in clean for mark in "|_,"):
        clean = _WRONG_SLASHES.sub(lambda match: _slashed(match, repairs), clean)
    if not any(char in clean for char in "oil|szb") or not any(char.isdigit() for char in clean):
        return clean
    return _SCANNED.sub(lambda match: _digits(match, clean, repairs), clean)


def _slashed(match: re.Match[str], repairs: list[tuple[str, str]]) -> str:
    day, _, month, year = match.groups()
    if not (1 <= int(day) <= 31 and 1 <= int(month) <= 12):
        return match.group()
    read = f"{day}/{month}/{year}"
    repairs.append((match.group(), read))
    return read


def _digits(match: re.Match[str], clean: str, repairs: list[tuple[str, str]]) -> str:
    damaged, kind = match.group(), match.lastgroup
    if not any(char.isalpha() or char == "|" for char in damaged):
        return damaged
    if sum(char.isdigit() for char in damaged) < (1 if kind == "day" else 2):
        return damaged
    if kind in ("month", "day") and _AFTER_QUARTER.search(clean[max(0, match.start() - 6) : match.start()]):
        return damaged  # quý I/2021
    read = damaged.translate(_LIKE_DIGITS)
    if not _sound(kind or "", [int(part) for part in re.split(r"[/.\-]", read)]):
        return damaged
    repairs.append((damaged, read))
    return read


def _sound(kind: str, numbers: list[int]) -> bool:
    if kind in ("full", "day"):
        return 1 <= numbers[0] <= 31 and 1 <= numbers[1] <= 12
    return 1 <= numbers[0] <= 12 if kind == "month" else 2000 <= numbers[0] <= 2099


#: Words that make no sense twice running.
_SINGLE = frozenset({
    Sign.DAY, Sign.MONTH, Sign.QUARTER, Sign.FROM, Sign.TO, Sign.END, Sign.BEFORE, Sign.LATEST, Sign.DONE,
    Sign.CONTINUOUS, Sign.IN, Sign.EVERY, Sign.WITHIN, Sign.PHASE, Sign.PERIODIC, Sign.AFTER_EVENT,
})  # fmt: skip


#: A colon behind these says nothing: "Trước ngày: 15/9/2021".
_OPENERS = frozenset({Sign.DAY, Sign.MONTH, Sign.QUARTER, Sign.YEAR, Sign.BEFORE, Sign.FROM, Sign.TO})


def _number_at(tokens: list[Token], place: int) -> bool:
    return place < len(tokens) and tokens[place].sign is Sign.NUMBER


def without_doubles(tokens: list[Token], repairs: list[tuple[str, str]]) -> list[Token]:
    kept: list[Token] = []
    for place, token in enumerate(tokens):
        before = kept[-1] if kept else None
        if token.sign is Sign.COLON and before is not None and before.sign in _OPENERS and _number_at(tokens, place + 1):
            continue
        if before is not None and not token.new_line and before.text == token.text:
            if token.sign in _SINGLE or (token.sign is Sign.YEAR and before.sign is Sign.YEAR and _year_doubled(kept)):
                repairs.append((f"{before.text} {token.text}", token.text))
                before.end = token.end
                continue
            if token.sign in (Sign.SLASH, Sign.DOT) and token.glued and before.sign is token.sign:
                if token.sign is Sign.SLASH and before.end - before.start > 1:  # a figure may be gone: "02///2021"
                    repairs.append(("///", "/"))
                before.end = token.end
                continue
        kept.append(token)
    return kept


def _year_doubled(kept: list[Token]) -> bool:
    """ "năm năm 2021" doubles the word; "tháng năm năm 2021" is May 2021."""
    return len(kept) < 2 or kept[-2].sign is not Sign.MONTH
