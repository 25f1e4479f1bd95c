"""From a plan back to a pattern: next year's template."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from tracker.errors import Refused
from tracker.rules.reminders import DEFAULT_LADDER, Rung
from tracker.rules.sampling.sizes import QuotaRule
from tracker.rules.schedule import PlanInput
from tracker.rules.states import QuotaKind
from tracker.rules.templates.model import PlanTemplate, SampleRule, TemplateStage


def template_from_plan(
    plan: PlanInput, *, key: str, roles: Mapping[str, str], source: str = "", ladder: Sequence[Rung] = DEFAULT_LADDER
) -> PlanTemplate:
    """A plan as next year's pattern: its year becomes `{year}`, the years beside it `{next_year}` and `{last_year}`,
    offices become roles. Raises Refused for a plan without a year."""
    year = plan.year or max((s.due_on.year for s in plan.stages if s.due_on), default=0)
    if not year:
        raise Refused("template_year", "Chưa lưu làm kế hoạch mẫu: kế hoạch không có năm; ghi năm của kế hoạch trước.")
    longest_first = sorted(roles.items(), key=lambda item: -len(item[1]))

    def by_role(text: str) -> str:
        for role, office in longest_first:
            text = text.replace(office, f"{{{role}}}") if office else text
        return text

    def pattern(text: str) -> str:
        for value, name in ((year, "year"), (year + 1, "next_year"), (year - 1, "last_year")):
            text = re.sub(rf"(?<!\d){value}(?!\d)", f"{{{name}}}", text)
        return by_role(text)

    return PlanTemplate(
        key=key,
        name=pattern(plan.name),
        short_name=pattern(plan.short_name),
        year=year,
        issued_on=plan.issued_on,
        issuer=by_role(plan.issuer),
        roles={role: office for role, office in roles.items() if office},
        groups=plan.groups,
        ballots=plan.ballots,
        recheck_percent=plan.recheck_percent,
        before_is_strict=plan.before_is_strict,
        source=source or plan.number,
        ladder=tuple(ladder),
        questionnaire=plan.questionnaire,
        method=plan.method,
        sample_rules=tuple(SampleRule(name, rule) for name, rule in plan.quotas)
        or tuple(SampleRule(name, QuotaRule(QuotaKind.FLAT, each=each)) for name, each in plan.groups if each),
        stages=tuple(
            TemplateStage(
                no=s.no,
                content=pattern(s.content),
                short_name=s.short_name,
                lead=by_role(s.lead),
                coordinating=by_role(s.coordinating),
                wording=pattern(s.wording),
                scope=s.scope,
                work_kind=s.work_kind,
                needs_confirmation=s.needs_confirmation,
                waits_for=s.waits_for,
                conditions=s.conditions,
                ladder=s.ladder,
            )
            for s in plan.stages
        ),
    )
