"""Sharing a sample out: over services, units or interviewers; and choosing lines of a list at even steps."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256


def allocate(strata: Mapping[str, int], total: int, *, minimum: int = 0) -> dict[str, int]:
    """`total` shared over strata by size: largest remainder; ties to the larger stratum, then to the smaller code.

    Afterwards each stratum is raised to `minimum`, never above its own size: the sum may exceed `total`. A `total` beyond all
    strata together takes everything. Raises ValueError for negative numbers.
    """
    if total < 0 or minimum < 0 or any(size < 0 for size in strata.values()):
        raise ValueError("sizes and totals are not negative")
    everything = sum(strata.values())
    if everything == 0:
        return dict.fromkeys(strata, 0)
    total = min(total, everything)
    shares = {code: size * total // everything for code, size in strata.items()}
    left = total - sum(shares.values())
    by_remainder = sorted(strata, key=lambda code: (-(strata[code] * total % everything), -strata[code], code))
    for code in by_remainder[:left]:
        shares[code] += 1
    return {code: max(share, min(minimum, strata[code])) for code, share in shares.items()}


def systematic(lines: int, wanted: int, start: int) -> tuple[int, ...]:
    """`wanted` different line numbers (1 … lines) at even steps: ⌊(start + i·lines) ÷ wanted⌋ + 1 for i = 0 … wanted − 1.

    Raises ValueError unless 0 ≤ start < lines and wanted ≤ lines.
    """
    if wanted < 0 or wanted > lines:
        raise ValueError(f"{wanted} of {lines} lines")
    if wanted == 0:
        return ()
    if not 0 <= start < lines:
        raise ValueError(f"the start lies between 0 and {lines - 1}: {start}")
    return tuple((start + i * lines) // wanted + 1 for i in range(wanted))


def systematic_reserve(lines: int, wanted: int, start: int) -> tuple[int, ...]:
    """A second pass over the lines left, a third of `wanted` rounded up: used strictly in order, each use with its reason."""
    chosen = set(systematic(lines, wanted, start))
    left = [line for line in range(1, lines + 1) if line not in chosen]
    if not left:
        return ()
    size = min(len(left), -(-wanted // 3))
    return tuple(left[place - 1] for place in systematic(len(left), size, start % len(left)))


def start_of_list(unit_seed: str, public: str, lines: int) -> int:
    """The start of a systematic choice out of the unit's seed: SHA256(unit_seed|public|start) mod lines."""
    if lines <= 0:
        raise ValueError("an empty list")
    return int(sha256(f"{unit_seed}|{public}|start".encode()).hexdigest(), 16) % lines
