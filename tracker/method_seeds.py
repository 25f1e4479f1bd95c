"""The questionnaires and formulas that come with the project: files of seeds/, read once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from tracker.rules.questionnaires import Questionnaire, read_questionnaire
from tracker.rules.satisfaction import Formula, read_formulas

SEEDS = Path(__file__).resolve().parent.parent / "seeds"


@cache
def questionnaires() -> Mapping[str, Questionnaire]:
    """By "code@version", as plans and entries name them."""
    read = [read_questionnaire(path.read_text(encoding="utf-8")) for path in sorted((SEEDS / "questionnaires").glob("*.toml"))]
    return MappingProxyType({f"{form.code}@{form.version}": form for form in read})


@cache
def formulas() -> Mapping[str, Formula]:
    """By code, in the order of the file."""
    return MappingProxyType({f.code: f for f in read_formulas((SEEDS / "formulas.toml").read_text(encoding="utf-8"))})
