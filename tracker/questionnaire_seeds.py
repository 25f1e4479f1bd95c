"""The questionnaires that come with the project: files of seeds/questionnaires, read once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tracker.rules.questionnaires import Questionnaire, read_questionnaire

FOLDER = Path(__file__).resolve().parent.parent / "seeds" / "questionnaires"


@cache
def seed_questionnaires() -> tuple[Questionnaire, ...]:
    """All of them, by code."""
    return tuple(read_questionnaire(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.toml")))
