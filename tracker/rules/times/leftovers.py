"""What is left over beside a date: figures and strokes that belong to it by their place, but that no rule could read.

"15l9/2021" would else pass for all of September: a reading that leaves a piece of its own date out is doubted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from tracker.rules.times.items import At, Item, Stretch, points_of
from tracker.rules.times.points import Level, Point
from tracker.rules.times.token import Token
from tracker.rules.times.words import Sign

#: A piece without spaces, quotation marks, brackets and stops.
_PIECE = re.compile(r"[^\s()\[\]{}\"',;:…]+")
#: What counts as left over: figures, the strokes that a scan makes of them, a letter alone.
_FIGURE = re.compile(r"[0-9|!?_$]|(?<![^\W\d_])[^\W\d_](?![^\W\d_])")
#: A piece that is shaped like a day, whether or not its signs are figures; the second is no number of a document.
_LIKE_A_DAY = re.compile(r"(?=\S*[0-9])[0-9a-z|!?]{1,2}/[0-9a-z|!?]{1,2}(?:/[0-9]{4})?")
_LETTER_FOR_A_MONTH = re.compile(r"[0-9]{1,2}/[^\W\d_]/[0-9]{4}")
_UNREAD = frozenset({Sign.NUMBER, Sign.WORD, Sign.MARK})
_LEADS_TO_A_DAY = frozenset({Sign.FROM, Sign.TO, Sign.BEFORE, Sign.DAY, Sign.LATEST})


def left_over(clean: str, tokens: Sequence[Token], items: Iterable[Item]) -> tuple[int, int] | None:
    """The piece of `clean` (start, end) that should have been part of a date and is in none; None where all is read."""
    items = list(items)
    points = sorted((point for item in items for point in points_of(item)), key=lambda point: point.start)
    if not points:
        return None
    dated, known = _covered(len(clean), tokens, items, points)
    for match in _PIECE.finditer(clean):
        start, end = match.span()
        piece = match.group().strip(".-")
        shaped = _LETTER_FOR_A_MONTH.fullmatch(piece) or (_LIKE_A_DAY.fullmatch(piece) and not any(known[start:end]))
        if not any(dated[start:end]):
            if shaped:
                return start, end
        elif any(_FIGURE.match(clean, at) and not known[at] for at in range(start, end)):
            return start, end
    for day, month in pairwise(points):
        if _are_one_day(day, month) and clean[month.start].isdigit() and not clean[day.end : month.start].strip():
            return day.start, month.end
    for before, token, behind in zip(tokens, tokens[1:], [*tokens[2:], None], strict=False):
        lone = token.sign is Sign.NUMBER and not known[token.start] and before.sign in _LEADS_TO_A_DAY
        if lone and (behind is None or behind.sign is not Sign.HOUR):
            return token.start, token.end
    return None


def _are_one_day(day: Point, month: Point) -> bool:
    """ "15 9/2021": a day and a month that lost the slash between them."""
    return day.level is Level.DAY and day.month is None and month.level is Level.MONTH


def _covered(length: int, tokens: Sequence[Token], items: Iterable[Item], points: Iterable[Point]) -> tuple[bytearray, bytearray]:
    """Which letters are part of a date, and which are understood at all."""
    dated, known = bytearray(length), bytearray(length)
    for point in points:
        dated[point.start : point.end] = known[point.start : point.end] = b"\1" * (point.end - point.start)
    for item in items:
        if not isinstance(item, At | Stretch) and item.where.after > item.where.first:
            start, end = tokens[item.where.first].start, tokens[item.where.after - 1].end
            known[start:end] = b"\1" * (end - start)
    for token in tokens:
        if token.sign not in _UNREAD:
            known[token.start : token.end] = b"\1" * (token.end - token.start)
        elif token.sign is Sign.MARK:
            known[token.start : token.end] = b"\0" * (token.end - token.start)
    return dated, known
