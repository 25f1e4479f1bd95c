"""Numbers, shares, counts and lists of names in Vietnamese form."""

from __future__ import annotations

from collections.abc import Sequence

NBSP = "\u00a0"


def number(value: int) -> str:
    """1.650: a dot from four digits on. Never for years, document numbers or ballot numbers."""
    return f"{value:,}".replace(",", ".")


def count(value: int, noun: str) -> str:
    """1.650 phiếu, with a no-break space; Vietnamese nouns do not change."""
    return f"{number(value)}{NBSP}{noun}"


def padded(value: int) -> str:
    """03, 15: counts in the running text of an office's papers, not in tables."""
    return f"{value:02d}" if 0 < value < 10 else number(value)


def share(value: float) -> str:
    """86,36%: a result, two decimals."""
    return f"{value:.2f}".replace(".", ",") + "%"


def percent(done: int, total: int) -> str:
    """Progress without decimals: 100% only when nothing is missing, 0% only when nothing is done."""
    if total <= 0:
        return "–"
    if done >= total:
        return "100%"
    if done <= 0:
        return "0%"
    return f"{min(99, max(1, round(100 * done / total)))}%"


def list_names(names: Sequence[str], noun: str = "đơn vị") -> str:
    """Two names, then the rest as a number: A, B và 3 đơn vị khác."""
    if len(names) <= 2:
        return " và ".join(names)
    return f"{', '.join(names[:2])} và {count(len(names) - 2, noun)} khác"


_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_GROUPS = ((1_000_000_000, "tỷ"), (1_000_000, "triệu"), (1_000, "nghìn"))


def in_words(value: int) -> str:
    """một trăm linh năm: the count beside its digits in papers that are signed."""
    if value == 0:
        return _DIGITS[0]
    said: list[str] = []
    rest, begun = value, False
    for size, name in _GROUPS:
        part, rest = divmod(rest, size)
        if part:
            said += [*_three(part, full=begun), name]
            begun = True
    if rest:
        said += _three(rest, full=begun)
    return " ".join(said)


def _three(value: int, *, full: bool) -> list[str]:
    """A group of three digits; `full`: another stands before it, so that its hundreds are said even when there are none."""
    hundreds, rest = divmod(value, 100)
    tens, ones = divmod(rest, 10)
    said = [_DIGITS[hundreds], "trăm"] if hundreds or full else []
    if tens == 0:
        return said + ([*(["linh"] if said else []), _DIGITS[ones]] if ones else [])
    said += ["mười"] if tens == 1 else [_DIGITS[tens], "mươi"]
    if ones:
        after_tens = {1: "mốt", 4: "tư"} if tens > 1 else {}
        said.append("lăm" if ones == 5 else after_tens.get(ones, _DIGITS[ones]))
    return said
