"""Kế hoạch mẫu: a plan without its year and offices, as data. Dates stay wordings; reading them again for a year is the rule.

A wording holds `{year}` (and `{next_year}`) where the signed plan named its year; owners hold roles (`{office}`,
`{superior}`) where it named an office. Another office or another year fills them in.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from tracker.errors import Refused
from tracker.rules.schedule import PlanInput, StageInput
from tracker.rules.states import Scope, WorkKind
from tracker.rules.times import read_time
from tracker.rules.workdays import WorkCalendar
from tracker.wording import date_short

_DAY = re.compile(r"(?<!\d)(\d{1,2})/(\d{1,2})/(\d{4})(?!\d)")
_MONTH = re.compile(r"(?<![\d/])(\d{1,2})/(\d{4})(?!\d)")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class TemplateStage:
    no: str
    content: str
    short_name: str
    lead: str
    coordinating: str
    wording: str
    scope: Scope
    work_kind: WorkKind
    needs_confirmation: bool | None = None


@dataclass(frozen=True)
class PlanTemplate:
    """A whole plan as a pattern; `year` is the one its wordings were signed for."""

    key: str
    name: str
    short_name: str
    year: int
    issued_on: date | None
    roles: dict[str, str]  #: role -> the office that held it
    stages: tuple[TemplateStage, ...]
    groups: tuple[tuple[str, int | None], ...] = ()
    ballots: int | None = None
    recheck_percent: int | None = None
    before_is_strict: bool = True
    questionnaire: str = ""
    source: str = ""  #: the signed document it was taken from


@dataclass(frozen=True)
class Anchor:
    """What a new plan's dates hang on: the year of its wordings, its signing day, or its last day backwards."""

    year: int
    signed_on: date | None = None
    last_on: date | None = None


@dataclass(frozen=True)
class DatedRow:
    """A stage as it would be created, for the preview."""

    stage: StageInput
    rule: str  #: how its time was read
    doubts: tuple[str, ...]


@dataclass(frozen=True)
class Instance:
    plan: PlanInput
    rows: tuple[DatedRow, ...] = field(default=())


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
        return PlanTemplate(
            key=str(data["key"]),
            name=str(data["name"]),
            short_name=str(data["short_name"]),
            year=int(data["year"]),
            issued_on=date.fromisoformat(issued) if isinstance(issued, str) else issued,
            roles={str(k): str(v) for k, v in data.get("roles", {}).items()},
            stages=tuple(_stage(row) for row in data["stages"]),
            groups=tuple((str(g["name"]), g.get("ballots_each")) for g in data.get("groups", [])),
            ballots=data.get("ballots"),
            recheck_percent=data.get("recheck_percent"),
            before_is_strict=bool(data.get("before_is_strict", True)),
            questionnaire=str(data.get("questionnaire", "")),
            source=str(data.get("source", "")),
        )
    except KeyError as error:
        raise Refused("template_field", f"Kế hoạch mẫu thiếu mục {error}; bổ sung rồi thử lại.") from None
    except (TypeError, ValueError) as error:
        raise Refused("template_field", f"Kế hoạch mẫu có mục không đúng ({error}); sửa rồi thử lại.") from None


def template_to_json(template: PlanTemplate) -> dict[str, Any]:
    """The form that the database keeps; `template_from_json` reads it back equal."""
    return {
        "key": template.key,
        "name": template.name,
        "short_name": template.short_name,
        "year": template.year,
        "issued_on": template.issued_on.isoformat() if template.issued_on else None,
        "roles": template.roles,
        "groups": [{"name": name, "ballots_each": each} for name, each in template.groups],
        "ballots": template.ballots,
        "recheck_percent": template.recheck_percent,
        "before_is_strict": template.before_is_strict,
        "questionnaire": template.questionnaire,
        "source": template.source,
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
            }
            for s in template.stages
        ],
    }


def template_from_plan(plan: PlanInput, *, key: str, roles: Mapping[str, str], source: str = "") -> PlanTemplate:
    """A plan as next year's pattern: its year becomes `{year}`, the year after `{next_year}`, offices become roles."""
    year = plan.year or max((s.due_on.year for s in plan.stages if s.due_on), default=0)
    if not year:
        raise Refused("template_year", "Chưa lưu làm kế hoạch mẫu: kế hoạch không có năm; ghi năm của kế hoạch trước.")

    def pattern(text: str) -> str:
        for value, name in ((year, "year"), (year + 1, "next_year"), (year - 1, "last_year")):
            text = re.sub(rf"(?<!\d){value}(?!\d)", f"{{{name}}}", text)
        return text

    def by_role(text: str) -> str:
        for role, office in sorted(roles.items(), key=lambda item: -len(item[1])):
            text = text.replace(office, f"{{{role}}}") if office else text
        return text

    return PlanTemplate(
        key=key,
        name=pattern(plan.name),
        short_name=pattern(plan.short_name),
        year=year,
        issued_on=plan.issued_on,
        roles=dict(roles),
        groups=plan.groups,
        ballots=plan.ballots,
        recheck_percent=plan.recheck_percent,
        before_is_strict=plan.before_is_strict,
        source=source or plan.number,
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
            )
            for s in plan.stages
        ),
    )


def instantiate(
    template: PlanTemplate, anchor: Anchor, *, roles: Mapping[str, str] | None = None, calendar: WorkCalendar | None = None
) -> Instance:
    """The template for another year or office, every date read anew from its wording.

    By year: `{year}` becomes `anchor.year`. By signing day or last day: the wordings of the year are moved by the days
    between the template's own signing (or last) day and the new one; months move by whole months. Raises Refused when the
    template has no such day to hang on.
    """
    filled = {**template.roles, **(roles or {})}
    first = _rows(template, anchor.year, filled, 0, anchor.signed_on, calendar)
    days = _days_to_move(template, anchor, first)
    rows = _rows(template, anchor.year, filled, days, anchor.signed_on, calendar) if days else first
    plan = PlanInput(
        name=_fill(template.name, anchor.year, filled),
        short_name=_fill(template.short_name, anchor.year, filled),
        stages=tuple(row.stage for row in rows),
        issued_on=anchor.signed_on,
        year=anchor.year,
        ballots=template.ballots,
        recheck_percent=template.recheck_percent,
        before_is_strict=template.before_is_strict,
        groups=template.groups,
    )
    return Instance(plan, tuple(rows))


def _rows(
    template: PlanTemplate, year: int, roles: Mapping[str, str], days: int, signed_on: date | None, calendar: WorkCalendar | None
) -> list[DatedRow]:
    made = []
    for stage in template.stages:
        wording = _moved(_fill(stage.wording, year, roles), days)
        time = read_time(wording, year=year, issued_on=signed_on, strict=template.before_is_strict, calendar=calendar)
        made.append(
            DatedRow(
                StageInput(
                    no=stage.no,
                    content=_fill(stage.content, year, roles),
                    short_name=stage.short_name,
                    lead=_fill(stage.lead, year, roles),
                    coordinating=_fill(stage.coordinating, year, roles),
                    wording=wording,
                    time_kind=time.kind,
                    start_on=time.start_on,
                    due_on=time.due_on,
                    scope=stage.scope,
                    work_kind=stage.work_kind,
                    needs_confirmation=stage.needs_confirmation,
                    place_in_document=f"kế hoạch mẫu, dòng {stage.no}",
                ),
                time.rule,
                tuple(d.sentence for d in time.doubts if d.key != "continuous"),
            )
        )
    return made


def _days_to_move(template: PlanTemplate, anchor: Anchor, rows: list[DatedRow]) -> int:
    if anchor.last_on is not None:
        last = max((r.stage.due_on for r in rows if r.stage.due_on), default=None)
        if last is None:
            raise Refused(
                "template_no_dates", "Kế hoạch mẫu không có ngày nào để tính lùi từ ngày cuối; chọn cách tính theo năm."
            )
        return (anchor.last_on - last).days
    if anchor.signed_on is not None and template.issued_on is not None:
        signed = template.issued_on
        offset = signed.year - template.year  # some plans are signed the year before or after the one they name
        try:
            in_its_year = signed.replace(year=anchor.year + offset)
        except ValueError:  # 29 February
            in_its_year = signed.replace(year=anchor.year + offset, day=28)
        return (anchor.signed_on - in_its_year).days
    return 0


def _moved(wording: str, days: int) -> str:
    """The wording with its days moved; months move by as many whole months."""
    if not days:
        return wording

    def day(match: re.Match[str]) -> str:
        try:
            return date_short(date(int(match[3]), int(match[2]), int(match[1])) + timedelta(days=days))
        except (ValueError, OverflowError):
            return match[0]

    def month(match: re.Match[str]) -> str:
        months = int(match[2]) * 12 + int(match[1]) - 1 + round(days / 30.44)
        return f"{months % 12 + 1}/{months // 12}"

    if _DAY.search(wording):
        return _DAY.sub(day, wording)
    return _MONTH.sub(month, wording)


def _fill(text: str, year: int, roles: Mapping[str, str]) -> str:
    values = {**roles, "year": str(year), "next_year": str(year + 1), "last_year": str(year - 1)}
    return _PLACEHOLDER.sub(lambda m: values.get(m[1], m[0]), text)


def _stage(row: Mapping[str, Any]) -> TemplateStage:
    return TemplateStage(
        no=str(row["no"]),
        content=str(row["content"]),
        short_name=str(row.get("short_name") or row["content"])[:60],
        lead=str(row.get("lead", "")),
        coordinating=str(row.get("coordinating", "")),
        wording=str(row.get("wording", "")),
        scope=Scope(row.get("scope", Scope.ONCE.value)),
        work_kind=WorkKind(row.get("work", WorkKind.OTHER.value)),
        needs_confirmation=row.get("needs_confirmation"),
    )
