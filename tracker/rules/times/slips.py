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
    r"|(?P<month>[0-9ol|]{1,2}[/\-.]2[0-9o][0-9oil|]{2})"
    r"|(?P<day>[0-9ol|]{1,2}/[0-9ol|]{1,2})"
    r"|(?P<year>2[0o][0-9oil|]{2})"
    r")(?![\w/|]|\.[0-9])"
)
_AFTER_QUARTER = re.compile(r"(?:quý|quí|quy|q)\.?\s*$")


def unscanned(clean: str, repairs: list[tuple[str, str]]) -> str:
    """Letters that a scan made of digits, turned back: "l5/9/2o21" -> "15/9/2021". Length and places stay."""
    if clean.isdigit() or not any(char in clean for char in "oil|szb"):
        return clean

    def replaced(match: re.Match[str]) -> str:
        damaged = match.group()
        read = damaged.translate(_LIKE_DIGITS)
        digits = sum(char.isdigit() for char in damaged)
        if digits == len(damaged) - sum(char in "/.-" for char in damaged) or digits < 2 - (match.lastgroup == "day"):
            return damaged
        numbers = [int(part) for part in re.split(r"[/.\-]", read)]
        if match.group("full"):
            sound = 1 <= numbers[0] <= 31 and 1 <= numbers[1] <= 12
        elif match.group("month"):
            sound = 1 <= numbers[0] <= 12 and "." not in damaged
        elif match.group("day"):
            sound = 1 <= numbers[0] <= 31 and 1 <= numbers[1] <= 12 and not _AFTER_QUARTER.search(clean[: match.start()])
        else:
            sound = 2000 <= numbers[0] <= 2099
        if not sound or (match.group("month") and _AFTER_QUARTER.search(clean[: match.start()])):
            return damaged
        repairs.append((damaged, read))
        return read

    return _SCANNED.sub(replaced, clean)


#: Words that make no sense twice running.
_SINGLE = frozenset({
    Sign.DAY, Sign.MONTH, Sign.QUARTER, Sign.FROM, Sign.TO, Sign.END, Sign.BEFORE, Sign.LATEST, Sign.DONE,
    Sign.CONTINUOUS, Sign.IN, Sign.EVERY, Sign.WITHIN, Sign.PHASE, Sign.PERIODIC, Sign.AFTER_EVENT,
})  # fmt: skip


#: A colon behind these says nothing: "Trước ngày: 15/9/2021".
_OPENERS = frozenset({Sign.DAY, Sign.MONTH, Sign.QUARTER, Sign.YEAR, Sign.BEFORE, Sign.FROM, Sign.TO})


def without_doubles(tokens: list[Token], repairs: list[tuple[str, str]]) -> list[Token]:
    kept: list[Token] = []
    for token in tokens:
        before = kept[-1] if kept else None
        if token.sign is Sign.COLON and before is not None and before.sign in _OPENERS:
            continue
        if before is not None and not token.new_line and before.text == token.text:
            if token.sign in _SINGLE or (token.sign is Sign.YEAR and before.sign is Sign.YEAR and _year_doubled(kept)):
                repairs.append((f"{before.text} {token.text}", token.text))
                before.end = token.end
                continue
            if token.sign in (Sign.SLASH, Sign.DOT) and token.glued and before.sign is token.sign:
                before.end = token.end
                continue
        kept.append(token)
    return kept


def _year_doubled(kept: list[Token]) -> bool:
    """ "năm năm 2021" doubles the word; "tháng năm năm 2021" is May 2021."""
    return len(kept) < 2 or kept[-2].sign is not Sign.MONTH
