"""A phrase cut into tokens: numbers, words and marks, with the slips of typing and scanning mended and remembered."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from tracker.rules.times.letters import Letters, alike, without_accents
from tracker.rules.times.lexicon import ACCENTED, LOST_BEFORE_NUMBER, PLAIN, VOCABULARY, Trie, mended
from tracker.rules.times.romans import letter_sign, quarters
from tracker.rules.times.slips import unscanned, without_doubles
from tracker.rules.times.token import Token
from tracker.rules.times.words import Sign


@dataclass(slots=True)
class Tokens:
    letters: Letters
    all: list[Token]
    repairs: list[tuple[str, str]] = field(default_factory=list)  #: (as typed, as read)


_MARKS = {
    ",": Sign.COMMA, ":": Sign.COLON, "(": Sign.OPEN, ")": Sign.CLOSE, "/": Sign.SLASH, "-": Sign.DASH, ".":
    Sign.DOT, "+": Sign.PLUS, "&": Sign.AND, ";": Sign.BREAK, "…": Sign.MARK,
}  # fmt: skip
#: "15/KH-UBND", "45/2021/NĐ-CP": the number of a document, never a date. "2/năm" and "01/quý" are rates.
_NOT_OF_A_DOCUMENT = (
    r"(?:năm|quý|quí|tháng|tuần|ngày|lần|nam|quy|thang|tuan|ngay|lan|một|mot|kỳ|đợt|người|phiếu|đơn|giờ|hằng|hàng|q|t)"
)
#: Behind two figures this makes them a day, no minutes: "17h 15/9"; "7h30 - 11h30" stays a clock.
_A_DATE = r"\s?[/.]\s?[0-9]|\s?-\s?[0-9]{1,2}(?![0-9]|\s?(?:h|g|:|giờ|gio))"
_PIECE = re.compile(
    r"(?P<space>[^\S\n]+)"
    r"|(?P<line>\s*\n\s*)"
    rf"|(?P<document>[0-9]+[a-z]?\s?(?:/[0-9]{{4}})?/(?!{_NOT_OF_A_DOCUMENT}(?![^\W\d_]))[^\W\d_][^\W_]*(?:[-.&/][^\W\d_][^\W_]*)*)"
    r"|(?P<decimal>[0-9]+[.,][0-9]+(?=\s*(?:ngày|giờ|buổi|ngay|gio)(?![^\W\d_])))"
    r"|(?P<clock>[0-9]{1,2}\s?(?:"
    rf":[0-9]{{2}}(?![0-9]|{_A_DATE})"
    rf"|(?:h|g|giờ|gio)\s?[0-9]{{2}}(?![0-9]|{_A_DATE})\s?(?:'|p|ph|phút|phut)?(?![^\W\d_])"
    r"|(?:h|g)\s?(?:'|(?![^\W\d_]))"
    r"))"
    r"|(?P<number>[0-9]+)"
    r"|(?P<word>[^\W\d_]+)"
    r"|(?P<mark>.)",
    re.DOTALL,
)
_HAS_ACCENT = re.compile("[à-ỹđ]")


def tokenise(text: str) -> Tokens:
    letters = alike(text)
    repairs: list[tuple[str, str]] = []
    clean = unscanned(letters.clean, repairs)
    pieces = _pieces(clean)
    plain = not _HAS_ACCENT.search(clean)
    tokens = _signed(pieces, PLAIN if plain else ACCENTED, plain, repairs)
    tokens = without_doubles(_lists(tokens), repairs)
    return Tokens(Letters(clean, letters.offsets), _lines(tokens), repairs)


def _pieces(clean: str) -> list[Token]:
    pieces: list[Token] = []
    glued = True
    new_line = True
    for match in _PIECE.finditer(clean):
        kind = match.lastgroup
        if kind == "space":
            glued = False
            continue
        if kind == "line":
            glued, new_line = False, True
            continue
        start, end = match.span()
        text = match.group()
        if kind == "number":
            token = Token(Sign.NUMBER, text, start, end, int(text) if len(text) <= 9 else 10**9)
        elif kind == "word":
            token = Token(Sign.WORD, text, start, end)
        elif kind == "mark":
            token = Token(_MARKS.get(text, Sign.MARK), text, start, end)
        elif kind == "document":
            token = Token(Sign.DOCUMENT, text, start, end)
        elif kind == "decimal":
            token = Token(Sign.DECIMAL, text, start, end, float(text.replace(",", ".")))
        else:
            token = Token(Sign.CLOCK, text, start, end, int(re.match(r"[0-9]+", text).group()))  # type: ignore[union-attr]
        token.glued, token.new_line = glued, new_line
        pieces.append(token)
        glued, new_line = True, False
    return pieces


def _signed(pieces: list[Token], trie: Trie, plain: bool, repairs: list[tuple[str, str]]) -> list[Token]:
    """Words become signs, the longest phrase first."""
    words = _mended_words(pieces, plain, repairs)
    signed: list[Token] = []
    place = 0
    while place < len(words):
        token = words[place]
        if token.sign is not Sign.WORD:
            signed.append(token)
            place += 1
            continue
        node = trie.get(token.text)
        best: tuple[int, Any] | None = None
        ahead = place
        while node is not None:
            if None in node:
                best = (ahead, node[None])
            ahead += 1
            if ahead >= len(words) or words[ahead].sign is not Sign.WORD:
                break
            node = node.get(words[ahead].text)
        if best is None:
            signed.append(letter_sign(token, words, place, signed))
            place += 1
            continue
        last, (sign, value) = best
        merged = Token(sign, " ".join(word.text for word in words[place : last + 1]), token.start, words[last].end, value)
        merged.glued, merged.new_line = token.glued, token.new_line
        signed.append(merged)
        place = last + 1
    return quarters(signed, repairs)


def _mended_words(pieces: list[Token], plain: bool, repairs: list[tuple[str, str]]) -> list[Token]:
    words: list[Token] = []
    for place, token in enumerate(pieces):
        text = token.text
        if token.sign is not Sign.WORD or text in VOCABULARY:
            words.append(token)
            continue
        after = pieces[place + 1] if place + 1 < len(pieces) else None
        if plain:
            words.append(token)
            continue
        lost = _lost(text, after)
        read = (lost,) if lost is not None else mended(text)
        if not read:
            words.append(token)
            continue
        repairs.append((text, " ".join(read)))
        start = token.start
        for number, word in enumerate(read):
            end = token.end if number == len(read) - 1 else start + len(word)
            piece = Token(Sign.WORD, word, start, end)
            piece.glued, piece.new_line = token.glued if number == 0 else False, token.new_line and number == 0
            words.append(piece)
            start = end
    return words


def _lost(text: str, after: Token | None) -> str | None:
    """The unit or bound that a word is with its accents lost or wrong, which only the number behind it shows: "thàng 6"."""
    if after is None:
        return None
    bare = without_accents(text)
    if bare in ("ngay", "thang", "nam") and after.sign is Sign.NUMBER:
        return LOST_BEFORE_NUMBER[bare] if bare != "nam" or len(after.text) == 4 else None
    if bare in ("quy", "qui"):
        roman = re.fullmatch("i{1,3}|iv", after.text) is not None
        return "quý" if roman or (text == bare and after.sign is Sign.NUMBER) else None
    found = LOST_BEFORE_NUMBER.get(text)
    if found is None or after.sign is Sign.NUMBER:
        return found
    return found if text in ("den", "tu", "het") and after.text in _UNIT_WORDS else None


_UNIT_WORDS = frozenset({"ngày", "ngay", "tháng", "thang", "quý", "hết", "năm"})


_BEHIND_A_DATE = frozenset({
    Sign.SLASH, Sign.DASH, Sign.DOT, Sign.EVERY, Sign.BREAK, Sign.COMMA, Sign.CLOSE, Sign.MONTH, Sign.AND,
})  # fmt: skip


def _lists(tokens: list[Token]) -> list[Token]:
    """A semicolon between figures parts a list: "trước 15/6; 15/12 hằng năm"."""
    for place in range(1, len(tokens) - 1):
        token = tokens[place]
        after = tokens[place + 1]
        figures = tokens[place - 1].sign is Sign.NUMBER and after.sign is Sign.NUMBER and len(after.text) in (1, 2, 4)
        counts = place + 2 < len(tokens) and tokens[place + 2].sign not in _BEHIND_A_DATE
        if token.sign is Sign.BREAK and figures and not after.new_line and not counts:
            token.sign = Sign.COMMA
    return tokens


_LINE_HEADS = frozenset({Sign.DASH, Sign.PLUS})


def _lines(tokens: list[Token]) -> list[Token]:
    """A new line is a break only where a bullet opens it: cells wrap anywhere. "a\\n- b" with one bare date on each
    line is a range, so a dash stays one there."""
    if not any(token.new_line for token in tokens[1:]):
        if tokens and (tokens[0].sign in _LINE_HEADS or tokens[0].text == "•"):
            return tokens[1:]
        return tokens
    heads = [place for place, token in enumerate(tokens) if token.new_line and (token.sign in _LINE_HEADS or token.text == "•")]
    range_dash = (
        len(heads) == 1
        and 0 < heads[0] < len(tokens) - 1
        and tokens[heads[0]].sign is Sign.DASH
        and tokens[heads[0] - 1].sign is Sign.NUMBER
        and tokens[heads[0] + 1].sign in (Sign.NUMBER, Sign.DAY, Sign.MONTH, Sign.QUARTER)
    )
    kept: list[Token] = []
    for token in tokens:
        bullet = token.new_line and (token.sign in _LINE_HEADS or token.text == "•") and not range_dash
        if not bullet:
            kept.append(token)
        elif kept:
            stop = Token(Sign.BREAK, "\n", token.start, token.end)
            kept.append(stop)
    return kept
