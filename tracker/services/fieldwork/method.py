"""Cách khảo sát of a plan: set before the first ballot is recorded, frozen from then on. And the basis of each unit's quota."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.errors import Refused, UnreadableRows
from tracker.models import LedgerLine, Plan, PlanUnit, Unit
from tracker.rules.access import Actor
from tracker.rules.method import Method, method_of_table, problems_of
from tracker.rules.questionnaires import Problem
from tracker.rules.quotas import UnitQuota, quota_of
from tracker.services import journal, openings
from tracker.services.fieldwork.leave import require_runner
from tracker.services.planning import get_plan
from tracker.wording import date_short, number, refusal, search_key, sentence


class MethodRefused(Refused):
    """A method that may not be kept: a sentence for each field."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems[0].key, problems[0].sentence)
        self.problems = tuple(problems)


def first_ballot_on(session: Session, plan_id: int) -> date | None:
    """The day of the first recorded ballot; from then on the method stays as it is."""
    return session.scalar(select(func.min(LedgerLine.day)).where(LedgerLine.plan_id == plan_id))


def set_method(
    session: Session,
    plan_id: int,
    method: Method,
    *,
    questionnaires: Collection[str],
    formulas: Collection[str],
    by: Actor,
    now: datetime,
) -> Plan:
    """Keep how the plan is surveyed and work out each unit's quota anew. Raises MethodRefused, Refused, NotFound."""
    plan = _open_method(session, plan_id, by)
    problems = problems_of(method, questionnaires=questionnaires, formulas=formulas)
    if problems:
        raise MethodRefused(problems)
    before, after = plan.method, method.as_table()
    if before == after:
        return plan
    plan.method = after
    plan.recheck_percent = method.recheck.percent
    _work_out(session, plan, method)
    plan.changed_at = now
    changed = sorted(key for key in after if before.get(key) != after[key])
    details = {"changed": {key: [before.get(key), after[key]] for key in changed}}
    journal.record(session, journal.Line("sửa", "cách khảo sát", plan_id=plan_id, details=details), by=by, now=now)
    session.flush()
    openings.after_change(session, plan_id, None, now)
    return plan


def set_basis(session: Session, plan_id: int, basis: Mapping[int, Mapping[str, int]], *, by: Actor, now: datetime) -> int:
    """Keep what the quotas of some units are made of (unit id -> {"files": 1200} or {"services": 4}); returns how many quotas
    changed. Raises Refused once a ballot is recorded, for a negative number; units of other plans are passed over."""
    plan = _open_method(session, plan_id, by)
    rows = _plan_units(session, plan_id)
    changed = []
    method = method_of_table(plan.method)
    for row, name in rows:
        if row.unit_id not in basis:
            continue
        row.quota_basis = {**row.quota_basis, **_checked(basis[row.unit_id])}
        before = row.ballots_each
        row.ballots_each = quota_of(method, _as_unit(row)).ballots
        if before != row.ballots_each:
            changed.append(f"{name} {number(row.ballots_each or 0)}")
    if changed:
        plan.changed_at = now
        what = f"chỉ tiêu phiếu của {number(len(changed))} đơn vị: {', '.join(changed[:5])}"
        journal.record(session, journal.Line("sửa", what, plan_id=plan_id, details={"changed": changed}), by=by, now=now)
        session.flush()
        openings.after_change(session, plan_id, None, now)
    return len(changed)


def import_files(session: Session, plan_id: int, rows: Sequence[tuple[int, str, int]], *, by: Actor, now: datetime) -> int:
    """Take in the number of files of each unit (row number, name as written, files), all or none; returns how many quotas
    changed. Raises UnreadableRows with a sentence for each row that names no unit of the plan, or names one twice."""
    units = _plan_units(session, plan_id)
    known = {search_key(name): row.unit_id for row, name in units}
    names = {search_key(name): name for _, name in units}
    found: dict[int, Mapping[str, int]] = {}
    seen: dict[int, int] = {}
    wrong = []
    for place, name, files in rows:
        unit_id = known.get(search_key(name))
        if unit_id is None:
            nearest = get_close_matches(search_key(name), known, 1, 0.3)
            wrong.append(sentence("unit_unknown", row=place, value=name, nearest=names[nearest[0]] if nearest else "–"))
        elif unit_id in seen:
            wrong.append(sentence("unit_repeated", row=place, name=name, other=seen[unit_id]))
        else:
            seen[unit_id] = place
            found[unit_id] = {"files": files}
    if wrong:
        raise UnreadableRows(wrong)
    return set_basis(session, plan_id, found, by=by, now=now)


def _open_method(session: Session, plan_id: int, by: Actor) -> Plan:
    plan = get_plan(session, plan_id, lock=True)
    require_runner(session, plan, by, "sửa cách khảo sát")
    began = first_ballot_on(session, plan_id)
    if began is not None:
        raise refusal("method_frozen", date=date_short(began))
    return plan


def _work_out(session: Session, plan: Plan, method: Method) -> None:
    for row, _ in _plan_units(session, plan.id):
        row.ballots_each = quota_of(method, _as_unit(row)).ballots


def _plan_units(session: Session, plan_id: int) -> list[tuple[PlanUnit, str]]:
    query = (
        select(PlanUnit, Unit.name)
        .join(Unit, Unit.id == PlanUnit.unit_id)
        .where(PlanUnit.plan_id == plan_id)
        .order_by(PlanUnit.position)
    )
    return [(row, name) for row, name in session.execute(query)]


def _as_unit(row: PlanUnit) -> UnitQuota:
    return UnitQuota(row.group_name, row.quota_basis.get("files"), row.quota_basis.get("services"))


def _checked(basis: Mapping[str, int]) -> dict[str, Any]:
    if any(not 0 <= value <= 10_000_000 for value in basis.values()):
        raise refusal("method_range", label="Số hồ sơ, số dịch vụ", min=0, max="10.000.000")
    return dict(basis)
