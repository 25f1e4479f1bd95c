"""Hòm phiếu: put up, moved, taken away. What is found and counted at an opening: box_openings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.errors import NotFound
from tracker.models import BallotBox, BoxOpening, Plan, Unit
from tracker.rules.access import Actor
from tracker.rules.questionnaires import Problem
from tracker.services import journal
from tracker.services.fieldwork.leave import require_runner, unit_of_plan
from tracker.services.fieldwork.ledger import LineRefused
from tracker.services.planning import check_running
from tracker.wording import date_short, refusal, sentence


@dataclass(frozen=True)
class BoxInput:
    code: str
    place: str
    seal_number: str
    sealed_on: date | None
    next_opening_on: date | None = None


@dataclass(frozen=True)
class HeldBox:
    """A box with its plan, whose row is locked."""

    box: BallotBox
    plan: Plan
    unit: Unit


def add_box(session: Session, plan_id: int, unit_id: int, typed: BoxInput, *, by: Actor, now: datetime) -> BallotBox:
    """Put up a box of a unit under its first seal. Raises LineRefused with a sentence for each field, Refused, NotFound."""
    plan, unit, _ = unit_of_plan(session, plan_id, unit_id, by=by, verb="thêm hòm phiếu")
    check_running(plan)
    problems = _problems(typed, now)
    same = session.scalar(
        select(BallotBox.place).where(
            BallotBox.plan_id == plan_id, BallotBox.unit_id == unit_id, func.lower(BallotBox.code) == typed.code.strip().lower()
        )
    )
    if same is not None:
        said = sentence("box_no_repeated", box=typed.code.strip(), place=same)
        problems.append(Problem("code", "box_no_repeated", said))
    if problems or typed.sealed_on is None:
        raise LineRefused(problems)
    box = BallotBox(
        plan_id=plan_id,
        unit_id=unit_id,
        code=typed.code.strip(),
        place=typed.place.strip(),
        seal_number=typed.seal_number.strip(),
        sealed_on=typed.sealed_on,
        next_opening_on=typed.next_opening_on,
    )
    session.add(box)
    plan.changed_at = now
    session.flush()
    what = f"{name_of_box(box, unit)}: đặt tại {box.place}, niêm phong số {box.seal_number} ngày {date_short(box.sealed_on)}"
    journal.record(session, journal.Line("thêm", what, plan_id=plan_id, details={"box": box.id}), by=by, now=now)
    return box


def change_box(session: Session, box_id: int, typed: BoxInput, reason: str, *, by: Actor, now: datetime) -> BallotBox:
    """Set place, seal, or the day of the next opening right. A seal that was replaced without an opening is not set right here:
    that is a broken seal. Raises LineRefused, Refused, NotFound."""
    held = held_box(session, box_id, by=by, verb="sửa hòm phiếu")
    check_running(held.plan)
    box = held.box
    check_there(box)
    problems = [p for p in _problems(typed, now) if p.question != "code"]
    new = {
        "nơi đặt": (box.place, typed.place.strip()),
        "số niêm phong": (box.seal_number, typed.seal_number.strip()),
        "ngày niêm phong": (date_short(box.sealed_on), date_short(typed.sealed_on) if typed.sealed_on else ""),
    }
    changed = [f"{label} {before} → {after}" for label, (before, after) in new.items() if before != after]
    if changed and not reason.strip():
        problems.append(Problem("reason", "box_change_reason", sentence("box_change_reason")))
    if problems or typed.sealed_on is None:
        raise LineRefused(problems)
    if box.next_opening_on != typed.next_opening_on:
        changed.append(f"lần mở tới {date_short(typed.next_opening_on)}" if typed.next_opening_on else "bỏ ngày mở tới")
    if not changed:
        return box
    box.place, box.seal_number = typed.place.strip(), typed.seal_number.strip()
    box.sealed_on, box.next_opening_on = typed.sealed_on, typed.next_opening_on
    what = f"{name_of_box(box, held.unit)}: {'; '.join(changed)}"
    _written(session, held, "sửa", what, reason.strip(), by, now)
    return box


def remove_box(session: Session, box_id: int, reason: str, *, by: Actor, now: datetime) -> None:
    """Take a box away without an opening: it was put up by mistake, or nobody could use it. Only who runs the plan may, since
    nobody counts what is in it."""
    held = held_box(session, box_id, by=by, verb="thu hồi hòm phiếu không mở")
    require_runner(session, held.plan, by, "thu hồi hòm phiếu không mở")
    check_running(held.plan)
    box = held.box
    check_there(box)
    if not reason.strip():
        raise LineRefused([Problem("reason", "box_change_reason", sentence("box_change_reason"))])
    waits = waiting_opening(session, box_id)
    if waits is not None and waits.decided_at is None:
        raise undecided(held, waits)
    box.removed_on, box.next_opening_on = now.date(), None
    _written(session, held, "thu hồi", name_of_box(box, held.unit), reason.strip(), by, now)


def held_box(session: Session, box_id: int, *, by: Actor, verb: str, lock: bool = True) -> HeldBox:
    """A box for who may write of its unit. Raises NotFound, Refused."""
    place = session.execute(select(BallotBox.plan_id, BallotBox.unit_id).where(BallotBox.id == box_id)).one_or_none()
    if place is None:
        raise NotFound(f"box {box_id}")
    plan, unit, _ = unit_of_plan(session, place.plan_id, place.unit_id, by=by, verb=verb, lock=lock)
    return HeldBox(session.get_one(BallotBox, box_id, populate_existing=True), plan, unit)


def waiting_opening(session: Session, box_id: int) -> BoxOpening | None:
    """What was found broken and is not counted yet."""
    return session.scalar(select(BoxOpening).where(BoxOpening.box_id == box_id, BoxOpening.ballots.is_(None)))


def check_there(box: BallotBox) -> None:
    if box.removed_on is not None:
        raise refusal("box_removed", box=box.code, date=date_short(box.removed_on))


def undecided(held: HeldBox, opening: BoxOpening) -> Exception:
    day = date_short(opening.at.date())
    return refusal("opening_undecided", box=held.box.code, date=day, unit=held.unit.name)


def name_of_box(box: BallotBox, unit: Unit) -> str:
    return f"hòm phiếu {box.code} của {unit.name}"


def _problems(typed: BoxInput, now: datetime) -> list[Problem]:
    code = typed.code.strip()
    problems = []
    if not code:
        problems.append(Problem("code", "box_code", sentence("box_code")))
    if not typed.place.strip():
        problems.append(Problem("place", "box_place", sentence("box_place")))
    if not typed.seal_number.strip():
        problems.append(Problem("seal_number", "box_seal_missing", sentence("box_seal_missing", box=code)))
    if typed.sealed_on is None:
        problems.append(Problem("sealed_on", "box_sealed_on", sentence("box_sealed_on")))
    elif typed.sealed_on > now.date():
        said = sentence("box_sealed_later", date=date_short(typed.sealed_on))
        problems.append(Problem("sealed_on", "box_sealed_later", said))
    return problems


def _written(session: Session, held: HeldBox, verb: str, what: str, why: str, by: Actor, now: datetime) -> None:
    held.plan.changed_at = now
    session.flush()
    line = journal.Line(verb, what, why=why, plan_id=held.plan.id, details={"box": held.box.id})
    journal.record(session, line, by=by, now=now)
