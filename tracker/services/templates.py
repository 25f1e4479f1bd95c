"""Kế hoạch mẫu of an office: those that come with the project, and the plans it saved for next year.

The project's templates are files that the edge reads and hands in as `seeds`; an office's own rows come before them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.errors import NotFound, Refused
from tracker.models import Office, Plan, PlanDraft, PlanTemplateRow, PlanUnit, Stage
from tracker.rules.access import Actor, Coordinator, refusal_to_run
from tracker.rules.method import method_of_table
from tracker.rules.reminders import ladder_from_json
from tracker.rules.schedule import PlanInput, StageInput
from tracker.rules.states import DraftStatus
from tracker.rules.templates import PlanTemplate, template_from_json, template_from_plan, template_to_json
from tracker.services import gate_facts, intake, journal, planning
from tracker.wording import date_short, refusal

#: What a template's name may leave open.
_PLACES = re.compile(r"\{(year|office|committee)\}")


@dataclass(frozen=True)
class Listed:
    """A template of the list; `saved_on` is None for those of the project."""

    template: PlanTemplate
    saved_on: date | None = None


def list_templates(session: Session, office_id: int, seeds: Sequence[PlanTemplate]) -> list[Listed]:
    """The office's own templates, newest first, then the project's. One query."""
    rows = session.scalars(
        select(PlanTemplateRow)
        .where(PlanTemplateRow.office_id.is_(None) | (PlanTemplateRow.office_id == office_id))
        .order_by(PlanTemplateRow.created_at.desc(), PlanTemplateRow.id.desc())
    )
    return [Listed(template_from_json(row.body), row.created_at.date()) for row in rows] + [Listed(seed) for seed in seeds]


def get_template(session: Session, office_id: int, key: str, seeds: Sequence[PlanTemplate]) -> PlanTemplate:
    """Raises NotFound, also for a template of another office."""
    for listed in list_templates(session, office_id, seeds):
        if listed.template.key == key:
            return listed.template
    raise NotFound(f"template {key}")


def save_from_plan(session: Session, plan_id: int, *, by: Actor, now: datetime) -> PlanTemplateRow:
    """Keep a plan as a template: its year open, its office a role. Saving it again replaces what was kept before.

    Raises Refused when the plan has neither a year nor a day, or when `by` may not run plans here; NotFound.
    """
    plan = planning.get_plan(session, plan_id)
    _require_runner(by, plan.office_id)
    template = template_from_plan(
        _plan_input(session, plan),
        key=f"ke-hoach-{plan.id}",
        roles=_roles(session, plan.office_id, plan.issuer),
        source=_source(plan.number, plan.issued_on, plan.issuer, plan.name),
        ladder=ladder_from_json(plan.ladder),
    )
    return _keep(session, plan.office_id, template, by=by, now=now, plan_id=plan.id)


def save_from_draft(session: Session, draft_id: int, *, by: Actor, now: datetime) -> PlanTemplateRow:
    """Keep an accepted draft as a template, whether or not a plan is made of it. Raises Refused, NotFound."""
    draft: PlanDraft = intake.get_draft(session, draft_id, office_id=by.office_id)
    _require_runner(by, draft.office_id)
    if draft.status is not DraftStatus.ACCEPTED:
        raise refusal("template_draft_open")
    plan = intake.plan_input(draft)
    template = template_from_plan(
        plan,
        key=f"van-ban-{draft.id}",
        roles=_roles(session, draft.office_id, plan.issuer),
        source=_source(plan.number, plan.issued_on, plan.issuer, plan.name),
    )
    return _keep(session, draft.office_id, template, by=by, now=now)


def own_template(session: Session, key: str, *, by: Actor) -> PlanTemplateRow:
    """The row of a template that the office of `by` saved itself. Raises NotFound for the project's and for another office's."""
    row = session.scalar(select(PlanTemplateRow).where(PlanTemplateRow.office_id == by.office_id, PlanTemplateRow.key == key))
    if row is None or by.office_id is None:
        raise NotFound(f"template {key}")
    return row


def rename(session: Session, key: str, name: str, *, by: Actor, now: datetime) -> None:
    """Give an own template another name, which the plans made of it will have; "{year}" stands for their year. Raises Refused
    for a name that is none, NotFound."""
    row = own_template(session, key, by=by)
    _require_runner(by, by.office_id or 0, "sửa kế hoạch mẫu")
    name = " ".join(name.split())
    if not name:
        raise refusal("template_name_missing")
    if set("{}") & set(_PLACES.sub("", name)):
        raise refusal("template_name_braces")
    old, row.name, row.body = row.name, name, {**row.body, "name": name}
    line = journal.Line("sửa", f"tên kế hoạch mẫu “{old}” thành “{name}”")
    journal.record(session, line, by=by, now=now)


def remove(session: Session, key: str, *, by: Actor, now: datetime) -> None:
    """Take an own template off the list; plans made of it stay as they are. Raises Refused, NotFound."""
    row = own_template(session, key, by=by)
    _require_runner(by, by.office_id or 0, "xóa kế hoạch mẫu")
    session.delete(row)
    journal.record(session, journal.Line("xóa", f"kế hoạch mẫu “{row.name}”", details={"template": row.body}), by=by, now=now)


def create_plan(
    session: Session,
    template: PlanTemplate,
    plan: PlanInput,
    *,
    office_id: int,
    unit_ids: Sequence[int],
    by: Actor,
    now: datetime,
) -> Plan:
    """The plan of a filled-in template, not started, with the template's ladder. Raises Refused."""
    return planning.create_plan(
        session, office_id=office_id, draft=plan, unit_ids=unit_ids, by=by, now=now, ladder=template.ladder
    )


def _keep(
    session: Session, office_id: int, template: PlanTemplate, *, by: Actor, now: datetime, plan_id: int | None = None
) -> PlanTemplateRow:
    row = session.scalar(
        select(PlanTemplateRow).where(PlanTemplateRow.office_id == office_id, PlanTemplateRow.key == template.key)
    )
    if row is None:
        row = PlanTemplateRow(office_id=office_id, key=template.key)
        session.add(row)
    row.name, row.body, row.created_at = template.name, template_to_json(template), now
    session.flush()
    journal.record(session, journal.Line("lập", f"kế hoạch mẫu từ {template.source}", plan_id=plan_id), by=by, now=now)
    return row


def _require_runner(by: Actor, office_id: int, verb: str = "lưu kế hoạch mẫu") -> None:
    refused = refusal_to_run(by, verb, office_id=office_id, coordinator=Coordinator("điều phối viên", "–"))
    if refused:
        raise Refused(*refused)


def _roles(session: Session, office_id: int, issuer: str) -> Mapping[str, str]:
    office = session.scalar(select(Office.name).where(Office.id == office_id)) or ""
    return {role: name for role, name in (("office", office), ("committee", issuer)) if name}


def _source(number: str, issued_on: date | None, issuer: str, name: str) -> str:
    """The signed document in a line: "12/KH-UBND ngày 28/5/2021 của UBND thành phố Cam Ranh"."""
    parts = [number or name, f"ngày {date_short(issued_on)}" if issued_on else "", f"của {issuer}" if issuer else ""]
    return " ".join(part for part in parts if part)


def _plan_input(session: Session, plan: Plan) -> PlanInput:
    stages = session.scalars(select(Stage).where(Stage.plan_id == plan.id).order_by(Stage.position)).all()
    gates = gate_facts.conditions_of(session, plan.id)
    method = method_of_table(plan.method)
    groups: dict[str, int | None] = {}
    for name, each in session.execute(
        select(PlanUnit.group_name, PlanUnit.ballots_each).where(PlanUnit.plan_id == plan.id).order_by(PlanUnit.position)
    ):
        if name and groups.get(name) is None:
            groups[name] = each
    return PlanInput(
        name=plan.name,
        short_name=plan.short_name,
        number=plan.number,
        issued_on=plan.issued_on,
        issuer=plan.issuer,
        place=plan.place,
        signatory=plan.signatory,
        parent=plan.parent,
        year=plan.year,
        ballots=plan.ballots,
        recheck_percent=plan.recheck_percent,
        before_is_strict=plan.before_is_strict,
        groups=tuple(groups.items()),
        quotas=tuple((group.name, group.quota) for group in method.groups if plan.method),
        questionnaire=method.questionnaires[0].partition("@")[0] if plan.method else "",
        method=method if plan.method else None,
        stages=tuple(
            StageInput(
                no=s.no,
                content=s.content,
                short_name=s.short_name,
                lead=s.lead,
                coordinating=s.coordinating,
                wording=s.wording,
                time_kind=s.time_kind,
                start_on=s.start_on,
                due_on=s.due_on,
                scope=s.scope,
                work_kind=s.work_kind,
                needs_confirmation=s.needs_confirmation,
                conditions=tuple(gates.get(s.id, ())),
                ladder=None if s.ladder is None else ladder_from_json(s.ladder),
            )
            for s in stages
        ),
    )
