"""The formulas that come with the project: a file of seeds/, read once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from tracker.rules.satisfaction import Formula, read_formulas

SEEDS = Path(__file__).resolve().parent.parent / "seeds"


@cache
def formulas() -> Mapping[str, Formula]:
    """By code, in the order of the file."""
    return MappingProxyType({f.code: f for f in read_formulas((SEEDS / "formulas.toml").read_text(encoding="utf-8"))})
