"""Short signs and Roman numerals: T8, Q3, QIII, quýIII, and the numerals of a list of quarters."""

from __future__ import annotations

import re

from tracker.rules.times.token import Token
from tracker.rules.times.words import Sign

_SHORT_MONTH = frozenset({"t", "th", "thg", "tg"})
_SHORT_QUARTER = re.compile(r"q(?P<roman>i{1,3}|iv|v)?$|(?:quý|quí|quy|qúy)(?P<glued>[ivl]{1,3})$")


def letter_sign(token: Token, words: list[Token], place: int, signed: list[Token]) -> Token:
    """T8, Th.8, Q3, QIII, quýIII."""
    after = words[place + 1] if place + 1 < len(words) else None
    if after is not None and after.sign is Sign.DOT and after.glued and place + 2 < len(words):
        after = words[place + 2]
    if token.text in _SHORT_MONTH:
        if after is not None and after.sign is Sign.NUMBER and after.glued and after.value <= 12:
            token.sign = Sign.MONTH
        return token
    short = _SHORT_QUARTER.match(token.text)
    if short is None:
        return token
    numeral = short.group("roman") or short.group("glued")
    if numeral is None:
        if after is not None and after.glued and (after.sign is Sign.NUMBER or re.fullmatch("i{1,3}|iv", after.text)):
            token.sign = Sign.QUARTER
        return token
    cut = token.end - len(numeral)
    head = Token(Sign.QUARTER, token.text[: -len(numeral)], token.start, cut)
    head.glued, head.new_line = token.glued, token.new_line
    signed.append(head)
    return Token(Sign.WORD, numeral, cut, token.end)


_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8}
_ROMAN_SCANNED = {
    "l": 1, "ll": 2, "lll": 3, "lv": 4, "il": 2, "li": 2, "iil": 3, "ill": 3, "lii": 3, "lli": 3, "ili": 3, "lil": 3, "iiii": 4,
}  # fmt: skip
_NUMERALS = ("", "I", "II", "III", "IV")
_IN_A_LIST = frozenset({
    Sign.COMMA, Sign.DASH, Sign.SLASH, Sign.AND, Sign.TO, Sign.PLUS, Sign.DOT, Sign.NUMBER, Sign.ORDINAL, Sign.BREAK,
})  # fmt: skip


def quarters(tokens: list[Token], repairs: list[tuple[str, str]]) -> list[Token]:
    """Roman numerals after "quý", also in a list: quý I, II và III; "III/2021" alone is a quarter too."""
    kept: list[Token] = []
    in_a_list = False
    for place, token in enumerate(tokens):
        before = kept[-1] if kept else None
        if token.sign is Sign.QUARTER:
            in_a_list = True
        elif not in_a_list:
            if _quarter_alone(tokens, place):
                kept.append(Token(Sign.QUARTER, "", token.start, token.start))
                token.sign, token.value = Sign.NUMBER, _ROMAN[token.text]
                in_a_list = True
        elif before is not None and token.text == "v" and token.glued and before.text == "1":  # 1V
            before.value, before.end = 4, token.end
            repairs.append(("1v", "IV"))
            continue
        elif token.sign in (Sign.WORD, Sign.MARK):
            in_a_list = _as_numeral(token, repairs)
        elif token.sign is Sign.NUMBER:
            if token.text in ("11", "111") and before is not None and before.sign is Sign.QUARTER:
                token.value = len(token.text)
                repairs.append((token.text, _NUMERALS[token.value]))
        elif token.sign not in _IN_A_LIST:
            in_a_list = False
        kept.append(token)
    return kept


def _as_numeral(token: Token, repairs: list[tuple[str, str]]) -> bool:
    value = _ROMAN.get(token.text) or _ROMAN_SCANNED.get(token.text)
    if value is None:
        return False
    if token.text in _ROMAN_SCANNED:
        repairs.append((token.text, _NUMERALS[value]))
    token.sign, token.value = Sign.NUMBER, value
    return True


def _quarter_alone(tokens: list[Token], place: int) -> bool:
    """ "III/2021" in a column of quarters."""
    if tokens[place].sign is not Sign.WORD or _ROMAN.get(tokens[place].text, 9) > 4 or place + 2 >= len(tokens):
        return False
    after, year = tokens[place + 1], tokens[place + 2]
    opens = place == 0 or tokens[place - 1].sign not in (Sign.WORD, Sign.NUMBER)
    return opens and after.sign in (Sign.SLASH, Sign.DASH) and year.sign is Sign.NUMBER and len(year.text) == 4
