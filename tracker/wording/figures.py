"""Published figures in Vietnamese form. They come in as rounded decimals: nothing is rounded here."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from tracker.wording.numbers import number

NO_FIGURE = "–"


def decimal_words(value: Decimal | None) -> str:
    """4,27 · 1.234,50 · –: a comma, dots from four digits on, as many decimals as the value has."""
    if value is None:
        return NO_FIGURE
    whole, _, decimals = f"{abs(value):f}".partition(".")
    return ("-" if value < 0 else "") + number(int(whole)) + (f",{decimals}" if decimals else "")


def share_words(value: Decimal | None) -> str:
    """86,36%"""
    return NO_FIGURE if value is None else f"{decimal_words(value)}%"


def mean_words(value: Decimal | None, highest: int = 5) -> str:
    """4,27/5 điểm"""
    return NO_FIGURE if value is None else f"{decimal_words(value)}/{highest} điểm"


def change_words(points: Decimal | None) -> str:
    """tăng 3,60 điểm phần trăm · giảm 0,40 điểm phần trăm · không đổi: never "tăng 3,60%"."""
    if points is None:
        return NO_FIGURE
    if points == 0:
        return "không đổi"
    return f"{'tăng' if points > 0 else 'giảm'} {decimal_words(abs(points))} điểm phần trăm"


def rank_words(rank: int | None, units: int, *, tied: bool = False) -> str:
    """hạng 4/15 · đồng hạng 4/15"""
    return NO_FIGURE if rank is None else f"{'đồng hạng' if tied else 'hạng'} {rank}/{units}"


def interval_words(low: Decimal | None, high: Decimal | None) -> str:
    """73,89 – 91,90%"""
    if low is None or high is None:
        return NO_FIGURE
    return f"{decimal_words(low)} – {decimal_words(high)}%"


def exact_words(value: Fraction | int, decimals: int = 2) -> str:
    """A value of an arithmetic sentence: whole numbers as such, others to at most so many decimals, half up (5,8 · 285,71)."""
    scaled = Fraction(value) * 10**decimals
    whole = (2 * abs(scaled.numerator) + scaled.denominator) // (2 * scaled.denominator)
    text = f"{Decimal(whole).scaleb(-decimals):f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return ("-" if value < 0 else "") + decimal_words(Decimal(text))
