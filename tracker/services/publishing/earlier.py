"""Figures of an earlier year: typed in from a published document, or taken from a result published here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from tracker.errors import NotFound
from tracker.models import EarlierResult, Plan, PlanUnit, Publication, Unit
from tracker.queries import publications, results
from tracker.queries.results import Sources
from tracker.rules.access import Actor
from tracker.rules.results import ResultData, formula_texts
from tracker.rules.satisfaction import Formula
from tracker.rules.states import PublicationStatus
from tracker.services import journal
from tracker.services.publishing import rooms
from tracker.wording import count, refusal

OTHER_FORM = "Kỳ trước dùng mẫu phiếu khác nên không so sánh."
OTHER_FORMULA = "Kỳ trước dùng cách tính khác nên không so sánh."
MERGED = "Đơn vị đã sáp nhập hoặc thay đổi so với kỳ trước nên không so sánh."
#: What two formulas must share for their figures to be compared.
PARAMETERS = ("question_value", "satisfied", "points", "missing", "aggregate", "weights", "across_units", "decimals")


@dataclass(frozen=True)
class EarlierInput:
    scope: str  #: plan, group, unit
    subject: str  #: "" for the plan, the group's name, the unit's id
    value: Decimal
    comparable: bool = True
    why_not: str = ""


def keep_earlier(
    session: Session, plan_id: int, figures: Sequence[EarlierInput], *, source: str, by: Actor, now: datetime
) -> int:
    """These figures in place of those there were. Raises Refused without the source, outside 0–100, or where one is said not to
    be comparable without why."""
    plan = rooms.plan_for(session, plan_id, by, "nhập số liệu kỳ trước")
    if figures and not source.strip():
        raise refusal("earlier_source")
    for figure in figures:
        if not 0 <= figure.value <= 100 or figure.value != round(figure.value, 2):
            raise refusal("earlier_value", value=str(figure.value).replace(".", ","))
        if not figure.comparable and not figure.why_not.strip():
            raise refusal("earlier_why_not")
    _replace(session, plan_id, figures, source.strip())
    line = journal.Line("nhập", f"số liệu kỳ trước: {count(len(figures), 'số')}", source.strip(), plan_id=plan_id)
    journal.record(session, line, by=by, now=now)
    plan.changed_at = now
    return len(figures)


def take_earlier_from(session: Session, plan_id: int, publication_id: int, *, sources: Sources, by: Actor, now: datetime) -> int:
    """The figures of a result published here. What is not comparable is kept with its reason: another questionnaire, another
    formula, units that were merged since."""
    plan = rooms.plan_for(session, plan_id, by, "lấy số liệu kỳ trước")
    office_id, status = session.execute(
        select(Plan.office_id, Publication.status)
        .join(Plan, Plan.id == Publication.plan_id)
        .where(Publication.id == publication_id)
    ).one_or_none() or (None, None)
    if office_id != plan.office_id or status not in (PublicationStatus.PUBLISHED, PublicationStatus.CORRECTED):
        raise NotFound
    earlier = publications.frozen(session, publication_id)
    survey = results.survey_of(plan.method, sources)
    used = {**survey.group_forms, **results.forms_of_groups(session, plan_id)}
    figures = _figures(session, plan_id, earlier.result, survey.formula, used)
    year = earlier.result.plan.year
    source = f"Kết quả năm {year}" if year else earlier.result.plan.name
    source += f", {earlier.line.document_kind} số {earlier.line.number}"
    return keep_earlier(session, plan_id, figures, source=source, by=by, now=now)


def _figures(session: Session, plan_id: int, earlier: ResultData, formula: Formula, used: dict[str, str]) -> list[EarlierInput]:
    own = formula_texts(formula)
    same_formula = all(earlier.formula.get(key, "") == own[key] for key in PARAMETERS)
    why_all = "" if same_formula else OTHER_FORMULA
    figures = []
    if earlier.whole.value is not None:
        same_forms = set(used.values()) <= {block.questionnaire for block in earlier.blocks}
        why = why_all or ("" if same_forms else OTHER_FORM)
        figures.append(EarlierInput("plan", "", earlier.whole.value, not why, why))
    units = {
        name: (unit_id, group)
        for unit_id, name, group in session.execute(
            select(Unit.id, Unit.name, PlanUnit.group_name)
            .join(PlanUnit, PlanUnit.unit_id == Unit.id)
            .where(PlanUnit.plan_id == plan_id)
        )
    }
    merged = set(session.scalars(select(Unit.successor_id).where(Unit.successor_id.is_not(None))))
    for block in earlier.blocks:
        why = why_all or ("" if used.get(block.name, block.questionnaire) == block.questionnaire else OTHER_FORM)
        if block.index.value is not None:
            figures.append(EarlierInput("group", block.name, block.index.value, not why, why))
        for row in block.units:
            if row.name in units and row.index.value is not None:
                unit_id, group = units[row.name]
                own_why = MERGED if unit_id in merged else why
                own_why = own_why or ("" if used.get(group, block.questionnaire) == block.questionnaire else OTHER_FORM)
                figures.append(EarlierInput("unit", str(unit_id), row.index.value, not own_why, own_why))
    return figures


def _replace(session: Session, plan_id: int, figures: Sequence[EarlierInput], source: str) -> None:
    session.execute(delete(EarlierResult).where(EarlierResult.plan_id == plan_id))
    rows = [
        {
            "plan_id": plan_id,
            "scope": figure.scope,
            "subject": figure.subject,
            "hundredths": int(figure.value * 100),
            "source": source,
            "comparable": figure.comparable,
            "why_not": figure.why_not.strip(),
        }
        for figure in figures
    ]
    if rows:
        session.execute(insert(EarlierResult), rows)
