"""A quota rule as plain values (TOML, JSON), and back."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from tracker.rules.sampling.sizes import Band, QuotaRule
from tracker.rules.states import QuotaKind


def rule_from_table(row: Mapping[str, Any]) -> QuotaRule:
    """Raises KeyError, TypeError or ValueError for what is no rule."""
    return QuotaRule(
        kind=QuotaKind(row["kind"]),
        each=int(row.get("each", 0)),
        services=int(row.get("services", 0)),
        bands=tuple(Band(band.get("below"), band.get("ballots")) for band in row.get("bands", [])),
        error_percent=Fraction(str(row.get("error_percent", 5))),
    )


def rule_to_table(rule: QuotaRule) -> dict[str, Any]:
    return {
        "kind": rule.kind.value,
        "each": rule.each,
        "services": rule.services,
        "bands": [{"below": band.below, "ballots": band.ballots} for band in rule.bands],
        "error_percent": str(rule.error_percent),
    }
