"""Bỏ qua điều kiện: a stage, or one unit's part of it, opens though conditions miss. Somebody answers for it by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.errors import NotFound, Refused
from tracker.models import Plan, Stage, Unit, Waiver
from tracker.rules.access import Actor, refusal_to_run
from tracker.rules.gates import NEVER_WAIVED
from tracker.rules.states import ConditionKind
from tracker.services import journal, openings
from tracker.services.openings import Opened
from tracker.services.planning import check_running, coordinator_of, get_plan
from tracker.wording import date_short, refusal

#: What must be done where nobody's decision replaces it.
REQUIRED = {ConditionKind.ENTRIES_COMPLETE: "việc nhập đủ phiếu hợp lệ", ConditionKind.APPROVED: "việc phê duyệt kết quả"}


@dataclass(frozen=True)
class Waived:
    waiver: Waiver
    opened: tuple[Opened, ...] = ()


def waive(
    session: Session,
    stage_id: int,
    *,
    unit_id: int | None,
    responsible: str,
    reason: str,
    document: str,
    by: Actor,
    now: datetime,
    file_id: int | None = None,
) -> Waived:
    """Open a stage for all units (None) or for one, with the name and position of who decided, the reason and the document.

    A waiver that holds already is given back. Raises Refused (who may not, something not filled in, nothing missing, what may
    never be passed over), NotFound.
    """
    plan, stage = _stage(session, stage_id, by)
    unit = session.get(Unit, unit_id) if unit_id is not None else None
    if unit_id is not None and unit is None:
        raise NotFound(f"unit {unit_id}")
    fields = {"người quyết định": responsible, "lý do": reason, "văn bản": document}
    empty = [name for name, value in fields.items() if not value.strip()]
    if empty:
        raise refusal("waiver_incomplete", missing_fields=" và ".join(filter(None, (", ".join(empty[:-1]), empty[-1]))))
    same = (Waiver.unit_id == unit_id) if unit_id is not None else Waiver.unit_id.is_(None)
    known = session.scalar(select(Waiver).where(Waiver.stage_id == stage_id, same, Waiver.withdrawn_at.is_(None)))
    if known is not None:
        return Waived(known)
    state = openings.gate_reader(session, plan.id, [stage.position], today=now.date())(
        stage.position, unit_id, unit.name if unit else ""
    )
    label = f"giai đoạn {stage.position} ({stage.short_name})"
    if state.open:
        raise refusal("waiver_needless", stage=label)
    for blocked in state.blocked:
        if blocked.kind in NEVER_WAIVED:
            raise refusal("waiver_forbidden", required=REQUIRED[blocked.kind])
    waiver = Waiver(
        stage_id=stage_id,
        unit_id=unit_id,
        missing=[blocked.sentence for blocked in state.blocked],
        responsible=responsible.strip(),
        reason=reason.strip(),
        document=document.strip(),
        file_id=file_id,
        by_name=by.name,
        by_key=by.key,
        at=now,
    )
    session.add(waiver)
    plan.changed_at = now
    session.flush()
    details = {"waiver": waiver.id, "responsible": waiver.responsible, "document": waiver.document, "missing": waiver.missing}
    what = label + (f" cho {unit.name}" if unit else "")
    why = f"{waiver.responsible}, {waiver.document}: {waiver.reason}"
    journal.record(session, journal.Line("bỏ qua điều kiện", what, why=why, plan_id=plan.id, details=details), by=by, now=now)
    return Waived(waiver, tuple(openings.open_what_may_open(session, plan.id, now=now)))


def withdraw(session: Session, waiver_id: int, *, by: Actor, now: datetime) -> list[str]:
    """Take a waiver back; what it opened and nobody has reported is locked again. Returns the names of those tasks."""
    stage_id = session.scalar(select(Waiver.stage_id).where(Waiver.id == waiver_id))
    if stage_id is None:
        raise NotFound(f"waiver {waiver_id}")
    plan, stage = _stage(session, stage_id, by)
    waiver = session.get_one(Waiver, waiver_id, populate_existing=True)
    if waiver.withdrawn_at is not None:
        raise refusal("waiver_withdrawn", date=date_short(waiver.withdrawn_at.date()))
    waiver.withdrawn_at, waiver.withdrawn_by = now, by.name
    plan.changed_at = now
    session.flush()
    what = f"việc bỏ qua điều kiện của giai đoạn {stage.position} ({stage.short_name})"
    journal.record(session, journal.Line("rút", what, plan_id=plan.id, details={"waiver": waiver.id}), by=by, now=now)
    again = openings.blocked_again(session, plan.id, touched=stage.position)
    return openings.relock(session, plan.id, again, by=by, now=now)


def _stage(session: Session, stage_id: int, by: Actor) -> tuple[Plan, Stage]:
    stage = session.get(Stage, stage_id)
    if stage is None:
        raise NotFound(f"stage {stage_id}")
    plan = get_plan(session, stage.plan_id, lock=True)
    if by.office_id not in (None, plan.office_id):
        raise NotFound(f"stage {stage_id}")
    refused = refusal_to_run(by, "bỏ qua điều kiện", office_id=plan.office_id, coordinator=coordinator_of(session, plan))
    if refused:
        raise Refused(*refused)
    check_running(plan)
    return plan, stage
