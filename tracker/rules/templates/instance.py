"""A template for another year or office: every date read anew from its wording."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta

from tracker.errors import Refused
from tracker.rules.schedule import PlanInput, StageInput
from tracker.rules.templates.model import Anchor, DatedRow, Instance, PlanTemplate
from tracker.rules.times import read_time
from tracker.rules.workdays import WorkCalendar
from tracker.wording import date_short

_DAY = re.compile(r"(?<!\d)(\d{1,2})/(\d{1,2})/(\d{4})(?!\d)")
_MONTH = re.compile(r"(?<![\d/])(\d{1,2})/(\d{4})(?!\d)")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_DAYS_A_MONTH = 30.44


def instantiate(
    template: PlanTemplate, anchor: Anchor, *, roles: Mapping[str, str] | None = None, calendar: WorkCalendar | None = None
) -> Instance:
    """The template for another year or office, every date read anew from its wording.

    By year: `{year}` becomes `anchor.year`. By signing day or last day: the wordings of the year are moved by the days
    between the template's own signing (or last) day and the new one; months move by whole months. A template whose own
    signing day is unknown keeps the days of the year. Raises Refused when it has no day to count back from.
    """
    filled = {**template.roles, **{role: office for role, office in (roles or {}).items() if office}}
    first = _rows(template, anchor.year, filled, 0, anchor.signed_on, calendar)
    days = _days_to_move(template, anchor, first)
    rows = _rows(template, anchor.year, filled, days, anchor.signed_on, calendar) if days else first
    plan = PlanInput(
        name=_fill(template.name, anchor.year, filled),
        short_name=_fill(template.short_name, anchor.year, filled),
        stages=tuple(row.stage for row in rows),
        issued_on=anchor.signed_on,
        issuer=_fill(template.issuer, anchor.year, filled),
        year=anchor.year,
        ballots=template.ballots,
        recheck_percent=template.recheck_percent,
        before_is_strict=template.before_is_strict,
        groups=template.groups,
        quotas=tuple((sample.group, sample.rule) for sample in template.sample_rules),
        questionnaire=template.questionnaire,
        method=template.method,
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
                    waits_for=stage.waits_for,
                    conditions=stage.conditions,
                    ladder=stage.ladder,
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
        months = int(match[2]) * 12 + int(match[1]) - 1 + round(days / _DAYS_A_MONTH)
        return f"{months % 12 + 1}/{months // 12}"

    if _DAY.search(wording):
        return _DAY.sub(day, wording)
    return _MONTH.sub(month, wording)


def _fill(text: str, year: int, roles: Mapping[str, str]) -> str:
    values = {**roles, "year": str(year), "next_year": str(year + 1), "last_year": str(year - 1)}
    return _PLACEHOLDER.sub(lambda m: values.get(m[1], m[0]), text)
