"""One ballot asked again: tries on different days, an outcome, and who stands in when nobody could be asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.errors import NotFound, Refused
from tracker.models import Ballot, Plan, RecheckDraw, RecheckItem, Unit
from tracker.rules import recheck as rules
from tracker.rules import sampling
from tracker.rules.access import Actor
from tracker.rules.method import RecheckMode
from tracker.rules.states import MismatchKind, RecheckOutcome
from tracker.services import journal
from tracker.services.recheck.draws import add_item, ballot_id, drawn_again, numbers_out
from tracker.services.recheck.leave import require_open
from tracker.services.recheck.standing import recheck_method, standing_of_unit
from tracker.wording import date_short, refusal
from tracker.wording.fieldwork import MISMATCH_KIND, RECHECK_OUTCOME

_Loaded = tuple[RecheckItem, RecheckDraw, Ballot, Plan, Unit]
#: Outcomes of a ballot whose person was not asked; another stands in.
NOBODY_MET = frozenset({RecheckOutcome.UNREACHABLE, RecheckOutcome.REFUSED})


def note_try(session: Session, item_id: int, *, day: date, by: Actor, now: datetime) -> RecheckItem:
    """Nobody was met on a day; the same day twice counts once. Raises NotFound, Refused: item_settled, try_in_future, …"""
    item, _draw, ballot, plan, _unit = open_item(session, item_id, by, now)
    if recheck_method(plan).mode is RecheckMode.DOCUMENT:
        raise refusal("recheck_nobody", ballot_no=ballot.number)
    if day > now.date():
        raise Refused("try_in_future", f"Ngày {date_short(day)} sau hôm nay; ghi ngày đã liên hệ.")
    if day.isoformat() not in item.tries:
        item.tries = sorted([*item.tries, day.isoformat()])
        item.by_name, item.by_key = by.name, by.key
    return item


def settle_item(
    session: Session,
    item_id: int,
    outcome: RecheckOutcome,
    *,
    kind: MismatchKind | None = None,
    answers: Mapping[str, str] | None = None,
    note: str = "",
    by: Actor,
    now: datetime,
) -> RecheckItem | None:
    """Write what came of a ballot. Returns the ballot that stands in for one that nobody could be asked about, if there is one.

    Raises NotFound; Refused: the gate's sentence, item_settled, outcome_note, tries_missing, rechecker_was_interviewer.
    """
    item, draw, ballot, plan, unit = open_item(session, item_id, by, now)
    refused = rules.refusal_to_settle(ballot.number, outcome, kind, note)
    if refused:
        raise Refused("outcome_note", refused)
    method = recheck_method(plan)
    if method.mode is RecheckMode.DOCUMENT and outcome in NOBODY_MET:
        raise refusal("recheck_nobody", ballot_no=ballot.number)
    needed = method.tries
    tries = [date.fromisoformat(day) for day in item.tries]
    if outcome is RecheckOutcome.UNREACHABLE and not rules.may_give_up(tries, needed=needed):
        raise Refused(
            "tries_missing",
            f"Phiếu {ballot.number} mới liên hệ {len(set(tries))}/{needed} ngày khác nhau; liên hệ thêm trước khi ghi "
            "Không liên hệ được.",
        )
    item.outcome = outcome
    item.mismatch_kind = kind if outcome is RecheckOutcome.MISMATCH else None
    if answers is not None:
        item.answers = dict(answers)
    item.note = note.strip()
    item.by_name, item.by_key, item.at = by.name, by.key, now
    session.flush()
    words = RECHECK_OUTCOME[outcome].word + (f" ({MISMATCH_KIND[kind].lower()})" if item.mismatch_kind and kind else "")
    line = journal.Line(
        "phúc tra",
        f"phiếu {ballot.number} của {unit.name}: {words.lower()}",
        why=item.note,
        plan_id=plan.id,
        details={"unit": unit.id},
    )
    journal.record(session, line, by=by, now=now)
    stand_in = _replacement(session, item, draw, ballot) if outcome in NOBODY_MET else None
    plan.changed_at = now
    return stand_in


def unsettle_item(session: Session, item_id: int, *, by: Actor, now: datetime) -> None:
    """Take an outcome back that was keyed wrongly, while the unit's verdict is not signed and no ballot stands in for it.

    Raises NotFound; Refused: item_not_settled, item_replaced, verdict_signed.
    """
    item, draw, ballot, _plan, _unit = _loaded(session, item_id, by, now)
    if item.outcome is None:
        raise Refused("item_not_settled", f"Phiếu {ballot.number} chưa có kết quả để sửa.")
    if session.scalar(select(RecheckItem.id).where(RecheckItem.replaces_id == item.id)):
        raise Refused("item_replaced", f"Phiếu {ballot.number} đã có phiếu dự phòng thay; không đổi kết quả được.")
    was = RECHECK_OUTCOME[item.outcome].word.lower()
    item.outcome = item.mismatch_kind = None
    item.at = None
    line = journal.Line("sửa", f"kết quả phúc tra phiếu {ballot.number}, trước đó là {was}", plan_id=draw.plan_id)
    journal.record(session, line, by=by, now=now)


def _replacement(session: Session, item: RecheckItem, draw: RecheckDraw, ballot: Ballot) -> RecheckItem | None:
    """The next in order, of the same interviewer first; None when the order is spent."""
    standing = standing_of_unit(session, draw.plan_id, draw.unit_id)
    first = drawn_again(session, standing.draw_ids[0])
    next_number = sampling.next_replacement(first.draw, ballot.number, numbers_out(session, standing.draw_ids))
    if next_number is None:
        return None
    return add_item(session, draw, ballot_id(session, draw.plan_id, draw.unit_id, next_number), replaces=item)


def open_item(session: Session, item_id: int, by: Actor, now: datetime) -> _Loaded:
    """An item without an outcome, where `by` may recheck now. Raises NotFound; Refused: item_settled, verdict_signed, …"""
    item, draw, ballot, plan, unit = _loaded(session, item_id, by, now)
    if item.outcome is not None:
        raise Refused("item_settled", f"Phiếu {ballot.number} đã có kết quả do {item.by_name} ghi; muốn sửa thì xóa kết quả cũ.")
    return item, draw, ballot, plan, unit


def _loaded(session: Session, item_id: int, by: Actor, now: datetime) -> _Loaded:
    """The plan is locked before the item is read: what another rechecker wrote meanwhile is seen."""
    place = session.execute(
        select(RecheckDraw.plan_id, RecheckDraw.unit_id)
        .join(RecheckItem, RecheckItem.draw_id == RecheckDraw.id)
        .where(RecheckItem.id == item_id)
    ).one_or_none()
    if place is None:
        raise NotFound(f"recheck item {item_id}")
    plan, unit = require_open(session, place.plan_id, place.unit_id, by=by, today=now.date(), lock=True)
    item, draw, ballot = session.execute(
        select(RecheckItem, RecheckDraw, Ballot)
        .join(RecheckDraw, RecheckDraw.id == RecheckItem.draw_id)
        .join(Ballot, Ballot.id == RecheckItem.ballot_id)
        .where(RecheckItem.id == item_id)
        .execution_options(populate_existing=True)
    ).one()
    if draw.decision is not None:
        raise Refused(
            "verdict_signed", f"Phúc tra của {unit.name} đã kết luận ngày {date_short((draw.decided_at or now).date())}."
        )
    return item, draw, ballot, plan, unit
