"""Kế hoạch mẫu: a plan without its year and offices, as data. Dates stay wordings; reading them again for a year is the rule.

A wording holds `{year}` (and `{next_year}`, `{last_year}`) where the signed plan named its year; owners hold roles
(`{office}`, `{superior}`) where it named an office. Another office or another year fills them in (`instance.instantiate`,
imported by its own name: it needs the reader of dates, which a server that only lists templates does without).
"""

from __future__ import annotations

from tracker.rules.templates.form import template_from_json, template_from_toml, template_to_json
from tracker.rules.templates.model import ROLE_NAMES, Anchor, DatedRow, Instance, PlanTemplate, SampleRule, TemplateStage
from tracker.rules.templates.pattern import template_from_plan

__all__ = [
    "ROLE_NAMES",
    "Anchor",
    "DatedRow",
    "Instance",
    "PlanTemplate",
    "SampleRule",
    "TemplateStage",
    "template_from_json",
    "template_from_plan",
    "template_from_toml",
    "template_to_json",
]
