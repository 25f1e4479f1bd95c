"""The templates that come with the project: files of seeds/plan_templates, read once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tracker.errors import Refused
from tracker.rules.templates import PlanTemplate, template_from_toml

FOLDER = Path(__file__).resolve().parent.parent / "seeds" / "plan_templates"


@cache
def seed_templates() -> tuple[PlanTemplate, ...]:
    """All of them, by key."""
    return tuple(template_from_toml(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.toml")))


def find_template(key: str) -> PlanTemplate:
    """The template of that key. Raises Refused, naming those there are."""
    for template in seed_templates():
        if template.key == key:
            return template
    known = ", ".join(template.key for template in seed_templates())
    raise Refused("template_unknown", f"Không có kế hoạch mẫu “{key}”; chọn một trong: {known}.")
