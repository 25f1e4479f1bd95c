"""How many ballots: the quota rules of the plans, each with its arithmetic in words.

Sources: flat, product and bands are wordings of signed plans; n = N ÷ (1 + N·e²) stands in the Ministry of Home Affairs' guide of
2013 (Yamane); the formula with finite population correction is the textbook's (Cochran). Integers and fractions only: a float
makes 8 of "7 % of 100". Everything rounds up, and nothing exceeds the number there is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

from tracker.rules.parsed import SampleTier
from tracker.rules.states import QuotaKind
from tracker.wording import number
from tracker.wording.figures import exact_words

Z_95 = Fraction(196, 100)


@dataclass(frozen=True)
class Size:
    """`ballots` is None where a plan sets no quota; `arithmetic` is one Vietnamese sentence."""

    ballots: int | None
    arithmetic: str


@dataclass(frozen=True)
class Band:
    """Files a year below `below` (None: without limit) ask for `ballots`; None asks for all of them."""

    below: int | None
    ballots: int | None


@dataclass(frozen=True)
class QuotaRule:
    """The rule of a plan or a group; only the numbers of its kind are read."""

    kind: QuotaKind
    each: int = 0  #: FLAT: ballots a unit; PRODUCT: ballots a service of a unit
    services: int = 0  #: PRODUCT
    bands: tuple[Band, ...] = ()  #: BANDS, rising
    error_percent: Fraction = Fraction(5)  #: YAMANE, COCHRAN


def quota_of_unit(rule: QuotaRule, *, files: int | None = None) -> Size:
    """The quota of one unit; `files`: files, dealings or customers of the period. Raises ValueError where the rule needs them."""
    if rule.kind is QuotaKind.FLAT:
        _not_negative(each=rule.each)
        return Size(rule.each, f"{number(rule.each)} phiếu mỗi đơn vị.")
    if rule.kind is QuotaKind.PRODUCT:
        _not_negative(services=rule.services, each=rule.each)
        ballots = rule.services * rule.each
        return Size(ballots, f"{number(rule.services)} dịch vụ × {number(rule.each)} phiếu = {number(ballots)} phiếu.")
    if rule.kind is QuotaKind.OPEN:
        return Size(None, "Không đặt chỉ tiêu: mở hòm được bao nhiêu phiếu thì tính bấy nhiêu.")
    if files is None:
        raise ValueError(f"a quota of kind {rule.kind} needs the number of files")
    if rule.kind is QuotaKind.BANDS:
        return by_bands(files, rule.bands)
    if rule.kind is QuotaKind.YAMANE:
        return yamane(files, rule.error_percent)
    if rule.kind is QuotaKind.COCHRAN:
        return cochran(files, rule.error_percent)
    _not_negative(files=files)
    return Size(files, f"Khảo sát toàn bộ: {number(files)} phiếu.")


def quota_without_basis(rule: QuotaRule) -> int | None:
    """The quota of a unit of which nothing is known yet; None where none is set, or where it hangs on the number of files."""
    return quota_of_unit(rule).ballots if rule.kind in (QuotaKind.FLAT, QuotaKind.PRODUCT) else None


def quota_in_words(rule: QuotaRule) -> str:
    """The rule before any unit's number of files is known, as a sentence."""
    if rule.kind is QuotaKind.BANDS:
        lower, said = 0, []
        for band in rule.bands:
            asked = "lấy toàn bộ" if band.ballots is None else f"ít nhất {number(band.ballots)} phiếu"
            said.append(f"{_band_words(lower, band.below)}: {asked}")
            lower = band.below or lower
        return f"Theo số hồ sơ một năm của đơn vị: {'; '.join(said)}."
    if rule.kind is QuotaKind.YAMANE:
        return f"n = N ÷ (1 + N × e²), e = {exact_words(rule.error_percent)}%, N là số hồ sơ của đơn vị."
    if rule.kind is QuotaKind.COCHRAN:
        return f"Công thức có hiệu chỉnh tổng thể hữu hạn, sai số {exact_words(rule.error_percent)}%."
    if rule.kind is QuotaKind.CENSUS:
        return "Khảo sát toàn bộ."
    return quota_of_unit(rule).arithmetic


def flat(units: int, each: int) -> Size:
    """Units × ballots each: 15 × 60 = 900."""
    _not_negative(units=units, each=each)
    return Size(units * each, f"{number(units)} đơn vị × {number(each)} phiếu = {number(units * each)} phiếu.")


def product(units: int, services: int, each: int) -> Size:
    """Units × services × ballots for each service: 3 × 3 × 70 = 630."""
    _not_negative(units=units, services=services, each=each)
    ballots = units * services * each
    return Size(
        ballots,
        f"{number(units)} đơn vị × {number(services)} dịch vụ × {number(each)} phiếu = {number(ballots)} phiếu.",
    )


def by_bands(files: int, bands: Sequence[Band]) -> Size:
    """The minimum for so many files a year, never more than there are. Raises ValueError for bands that do not cover `files`."""
    _not_negative(files=files)
    check_bands(bands)
    lower = 0
    for band in bands:
        if band.below is None or files < band.below:
            break
        lower = band.below
    else:
        raise ValueError(f"no band covers {files} files")
    found = _band_words(lower, band.below)
    if band.ballots is None or band.ballots >= files:
        return Size(files, f"{number(files)} hồ sơ một năm thuộc bậc {found}: lấy toàn bộ {number(files)} phiếu.")
    return Size(band.ballots, f"{number(files)} hồ sơ một năm thuộc bậc {found}: ít nhất {number(band.ballots)} phiếu.")


def check_bands(bands: Sequence[Band]) -> None:
    """Raises ValueError where the limits do not rise, or a band without limit is not the last."""
    limits = [band.below for band in bands]
    if not limits:
        raise ValueError("no bands")
    if None in limits[:-1]:
        raise ValueError("only the last band may be without limit")
    rising = [limit for limit in limits if limit is not None]
    if any(a >= b for a, b in pairwise(rising)) or any(limit <= 0 for limit in rising):
        raise ValueError(f"the limits of the bands must rise: {rising}")
    if any(band.ballots is not None and band.ballots < 0 for band in bands):
        raise ValueError("a band asks for a negative number of ballots")


def bands_of_tiers(tiers: Sequence[SampleTier]) -> tuple[Band, ...]:
    """Bands of a plan as it was read. Raises ValueError where tiers leave a gap, overlap, or name a share other than 100 %."""
    bands = []
    expected = 0
    for tier in sorted(tiers, key=lambda t: t.min):
        if tier.min != expected and not (expected == 0 and tier.min == 1):
            raise ValueError(f"the bands leave a gap or overlap at {tier.min} files")
        if isinstance(tier.ballots, str) and tier.ballots != "100%":
            raise ValueError(f"a band asks for {tier.ballots}")
        bands.append(Band(None if tier.max is None else tier.max + 1, None if isinstance(tier.ballots, str) else tier.ballots))
        expected = -1 if tier.max is None else tier.max + 1
    check_bands(bands)
    return tuple(bands)


def yamane(population: int, error_percent: Fraction | int = 5) -> Size:
    """n = N ÷ (1 + N·e²), rounded up; N = dealings of the period."""
    _not_negative(population=population)
    e = _error(error_percent)
    exact = population / (1 + population * e * e)
    n = ceil(exact)
    words = f"n = N ÷ (1 + N × e²) = {number(population)} ÷ (1 + {number(population)} × {exact_words(e, 4)}²)"
    return Size(n, f"{words} = {_rounded_up(exact, n)}.")


def cochran(population: int | None, error_percent: Fraction | int = 5, *, share: Fraction = Fraction(1, 2)) -> Size:
    """n₀ = z²·p·(1 − p) ÷ e² at 95 %, corrected for a finite population: n = n₀ ÷ (1 + (n₀ − 1) ÷ N), rounded up, at most N.

    Without a population (None) it is n₀ itself, rounded up.
    """
    e = _error(error_percent)
    if not 0 < share < 1:
        raise ValueError(f"the expected share must lie between 0 and 1: {share}")
    first = Z_95 * Z_95 * share * (1 - share) / (e * e)
    start = f"n₀ = 1,96² × {exact_words(share)} × {exact_words(1 - share)} ÷ {exact_words(e, 4)}² = {exact_words(first)}"
    if population is None:
        n = ceil(first)
        return Size(n, f"{start}, làm tròn lên {number(n)} phiếu.")
    _not_negative(population=population)
    if population == 0:
        return Size(0, "Không có hồ sơ nào trong kỳ: 0 phiếu.")
    exact = first / (1 + (first - 1) / population)
    n = min(ceil(exact), population)
    words = f"n = {exact_words(first)} ÷ (1 + {exact_words(first - 1)} ÷ {number(population)})"
    return Size(n, f"{start}; {words} = {_rounded_up(exact, n)}.")


def share_rounded_up(ballots: int, percent: Fraction | int) -> Size:
    """A percent of the ballots, rounded up (10 % of 58 is 6): the size of a recheck or of a second entry."""
    _not_negative(ballots=ballots)
    if not 0 <= percent <= 100:
        raise ValueError(f"a share lies between 0 and 100 percent: {percent}")
    exact = ballots * Fraction(percent) / 100
    n = ceil(exact)
    return Size(n, f"{exact_words(Fraction(percent))}% của {number(ballots)} phiếu = {_rounded_up(exact, n)}.")


def total(sizes: Sequence[Size]) -> Size:
    """The sum over units. Units without a quota add nothing; where none has one, neither has the whole."""
    counted = [size.ballots for size in sizes if size.ballots is not None]
    if not counted:
        return Size(None, "Không đặt chỉ tiêu.")
    ballots = sum(counted)
    if len(set(counted)) == 1:
        return flat(len(counted), counted[0])
    return Size(ballots, f"Cộng {number(len(counted))} đơn vị: {number(ballots)} phiếu.")


def _rounded_up(exact: Fraction, n: int) -> str:
    if exact == n:
        return f"{number(n)} phiếu"
    shown = exact_words(exact)
    if shown == exact_words(floor(exact)):
        shown = f"hơn {shown}"
    elif shown == exact_words(n):
        shown = f"gần {shown}"
    return f"{shown}, làm tròn lên {number(n)} phiếu"


def _band_words(lower: int, below: int | None) -> str:
    if below is None:
        return f"từ {number(lower)} trở lên"
    return f"dưới {number(below)}" if lower == 0 else f"từ {number(lower)} đến dưới {number(below)}"


def _error(error_percent: Fraction | int) -> Fraction:
    if not 0 < error_percent < 100:
        raise ValueError(f"the error lies between 0 and 100 percent: {error_percent}")
    return Fraction(error_percent) / 100


def _not_negative(**values: int) -> None:
    for name, value in values.items():
        if value < 0:
            raise ValueError(f"{name} is negative: {value}")
