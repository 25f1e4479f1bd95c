"""A template as TOML or JSON, and back."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from tracker.errors import Refused
from tracker.rules.gates import OF_STAGES, Condition
from tracker.rules.method import method_of_table
from tracker.rules.reminders import DEFAULT_LADDER, ladder_from_json, ladder_to_json
from tracker.rules.sampling import rule_from_table, rule_to_table
from tracker.rules.states import ConditionKind, Scope, WorkKind
from tracker.rules.templates.model import PlanTemplate, SampleRule, TemplateStage

#: As wide as the column that keeps it.
SHORT_NAME_LENGTH = 60


def template_from_toml(text: str) -> PlanTemplate:
    """Read a template file. Raises Refused with a sentence that names the missing or wrong field."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Refused("template_toml", f"Tệp kế hoạch mẫu không đúng dạng TOML: {error}; sửa lại tệp.") from None
    return template_from_json(data)


def template_from_json(data: Mapping[str, Any]) -> PlanTemplate:
    """The template of a mapping (TOML or JSON). Raises Refused."""
    try:
        issued = data.get("issued_on")
        ladder = data.get("ladder")
        return PlanTemplate(
            key=str(data["key"]),
            name=str(data["name"]),
            short_name=str(data["short_name"]),
            year=int(data["year"]),
            issued_on=date.fromisoformat(issued) if isinstance(issued, str) else issued,
            roles={str(k): str(v) for k, v in data.get("roles", {}).items()},
            stages=_stages(data["stages"]),
            groups=tuple((str(g["name"]), g.get("ballots_each")) for g in data.get("groups", [])),
            ballots=data.get("ballots"),
            recheck_percent=data.get("recheck_percent"),
            before_is_strict=bool(data.get("before_is_strict", True)),
            questionnaire=str(data.get("questionnaire", "")),
            source=str(data.get("source", "")),
            issuer=str(data.get("issuer", "")),
            ladder=DEFAULT_LADDER if ladder is None else ladder_from_json(ladder),
            sample_rules=tuple(_sample_rule(row) for row in data.get("sample_rules", [])),
            method=None if data.get("method") is None else method_of_table(data["method"]),
            units_later=str(data.get("units_later", "")),
        )
    except KeyError as error:
        raise Refused("template_field", f"Kế hoạch mẫu thiếu mục {error}; bổ sung rồi thử lại.") from None
    except (TypeError, ValueError, AttributeError) as error:
        raise Refused("template_field", f"Kế hoạch mẫu có mục không đúng ({error}); sửa rồi thử lại.") from None


def template_to_json(template: PlanTemplate) -> dict[str, Any]:
    """The form that the database keeps; `template_from_json` reads it back equal."""
    return {
        "key": template.key,
        "name": template.name,
        "short_name": template.short_name,
        "year": template.year,
        "issued_on": template.issued_on.isoformat() if template.issued_on else None,
        "issuer": template.issuer,
        "roles": template.roles,
        "groups": [{"name": name, "ballots_each": each} for name, each in template.groups],
        "ballots": template.ballots,
        "recheck_percent": template.recheck_percent,
        "before_is_strict": template.before_is_strict,
        "questionnaire": template.questionnaire,
        "source": template.source,
        "ladder": ladder_to_json(template.ladder),
        "sample_rules": [_sample_rule_json(rule) for rule in template.sample_rules],
        "method": None if template.method is None else template.method.as_table(),
        "units_later": template.units_later,
        "stages": [
            {
                "no": s.no,
                "content": s.content,
                "short_name": s.short_name,
                "lead": s.lead,
                "coordinating": s.coordinating,
                "wording": s.wording,
                "scope": s.scope.value,
                "work": s.work_kind.value,
                "needs_confirmation": s.needs_confirmation,
                "waits_for": None if s.waits_for is None else list(s.waits_for),
                "gate": None if s.conditions is None else [_condition_json(c) for c in s.conditions],
                "ladder": None if s.ladder is None else ladder_to_json(s.ladder),
            }
            for s in template.stages
        ],
    }


def _stages(rows: Sequence[Mapping[str, Any]]) -> tuple[TemplateStage, ...]:
    """The stages; their gates must be able to open: each names stages that exist, and none waits for itself in the end."""
    stages = tuple(_stage(row) for row in rows)
    waiting = {n: _waits_for(stage) for n, stage in enumerate(stages, start=1)}
    for n, others in waiting.items():
        if not others <= waiting.keys():
            raise ValueError(f"giai đoạn {n} chờ một giai đoạn không có")
    while waiting:
        free = {n for n, others in waiting.items() if not others & waiting.keys()}
        if not free:
            raise ValueError(f"các giai đoạn {', '.join(map(str, waiting))} chờ lẫn nhau")
        waiting = {n: others for n, others in waiting.items() if n not in free}
    return stages


def _waits_for(stage: TemplateStage) -> set[int]:
    if stage.conditions is None:
        return set(stage.waits_for or ())
    return {c.earlier for c in stage.conditions if c.earlier is not None}


def _stage(row: Mapping[str, Any]) -> TemplateStage:
    return TemplateStage(
        no=str(row["no"]),
        content=str(row["content"]),
        short_name=str(row.get("short_name") or row["content"])[:SHORT_NAME_LENGTH],
        lead=str(row.get("lead", "")),
        coordinating=str(row.get("coordinating", "")),
        wording=str(row.get("wording", "")),
        scope=Scope(row.get("scope", Scope.ONCE.value)),
        work_kind=WorkKind(row.get("work", WorkKind.OTHER.value)),
        needs_confirmation=row.get("needs_confirmation"),
        waits_for=None if row.get("waits_for") is None else tuple(int(n) for n in row["waits_for"]),
        conditions=None if row.get("gate") is None else tuple(_condition(c) for c in row["gate"]),
        ladder=None if row.get("ladder") is None else ladder_from_json(row["ladder"]),
    )


def _condition(row: Mapping[str, Any]) -> Condition:
    kind = ConditionKind(row["kind"])
    return Condition(
        kind,
        earlier=int(row["earlier"]) if kind in OF_STAGES else None,
        share=int(row.get("share", 100)),
        per_unit=bool(row.get("per_unit", False)),
    )


def _condition_json(condition: Condition) -> dict[str, Any]:
    return {**asdict(condition), "kind": condition.kind.value}


def _sample_rule(row: Mapping[str, Any]) -> SampleRule:
    return SampleRule(str(row.get("group", "")), rule_from_table(row))


def _sample_rule_json(sample: SampleRule) -> dict[str, Any]:
    return {"group": sample.group, **rule_to_table(sample.rule)}
