"""Mở hòm phiếu: what was found, what was counted, what the head said. Each count is one line of the unit's ledger, each
correction another; a broken seal is told at once, on any day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tracker.errors import NotFound
from tracker.models import BoxOpening, LedgerLine, StoredFile, User
from tracker.rules.access import Actor
from tracker.rules.boxes import BoxFacts, Count, Minutes, check_count, check_finding, check_opening
from tracker.rules.ledger import DayLine, Totals, totals_of
from tracker.rules.questionnaires import Problem
from tracker.rules.states import PlanStatus, Role
from tracker.services import journal, outbox, people
from tracker.services.fieldwork.boxes import HeldBox, check_there, held_box, name_of_box, undecided, waiting_opening
from tracker.services.fieldwork.leave import open_field
from tracker.services.fieldwork.ledger import LineRefused, Recorded, day_line, problems_of_line, totals_of_unit, write_line
from tracker.services.people import Person
from tracker.services.planning import check_running
from tracker.wording import count, date_short, moment, refusal, sentence


@dataclass(frozen=True)
class Opened:
    opening_id: int
    again: bool = False  #: the form was sent twice
    line: Recorded | None = None  #: None: nothing was counted
    head_told: bool = False  #: of a broken seal: the head has an address


def record_opening(
    session: Session,
    box_id: int,
    minutes: Minutes,
    *,
    once: str,
    by: Actor,
    now: datetime,
    photo: StoredFile | None = None,
) -> Opened:
    """Keep the minutes of an opening, with its line in the ledger. Where lock or seal are not whole only that is kept, and told
    to the head of the unit, the coordinator and the observers; the count follows once the head has decided.

    The same `once` is kept once. Raises LineRefused with a sentence for each field, Refused, NotFound.
    """
    held = held_box(session, box_id, by=by, verb="ghi biên bản mở hòm phiếu")
    known = session.scalar(
        select(BoxOpening.id).where(BoxOpening.box_id == box_id, or_(BoxOpening.once == once, BoxOpening.count_once == once))
    )
    if known is not None:
        return Opened(known, again=True)
    check_there(held.box)
    waits = waiting_opening(session, box_id)
    if waits is not None and waits.decided_at is None:
        raise undecided(held, waits)
    if waits is None and not minutes.is_whole:
        return _keep_finding(session, held, minutes, once=once, by=by, now=now, photo=photo)
    return _keep_count(session, held, minutes, waits, once=once, by=by, now=now)


def decide_broken(session: Session, opening_id: int, decision: str, decided_by: str, *, by: Actor, now: datetime) -> None:
    """Write down what the head of the unit said about a broken seal; from then on the box may be opened."""
    opening, held = _opening(session, opening_id, by)
    if opening.decided_at is not None or opening.ballots is not None:
        day = date_short((opening.decided_at or opening.at).date())
        raise refusal("opening_decided", box=held.box.code, date=day)
    if not decision.strip() or not decided_by.strip():
        field = "decision" if not decision.strip() else "decided_by"
        raise LineRefused([Problem(field, "opening_decision", sentence("opening_decision"))])
    opening.decision, opening.decided_by, opening.decided_at = decision.strip(), decided_by.strip(), now
    what = f"ý kiến của {opening.decided_by} về {name_of_box(held.box, held.unit)} niêm phong không nguyên vẹn"
    _journal(session, held, opening, "ghi", what, opening.decision, by, now)


def correct_opening(
    session: Session, opening_id: int, figures: Count, reason: str, *, by: Actor, now: datetime
) -> Recorded | None:
    """Set the count of an opening right: a line more with the difference and the reason, the minutes stay as they were signed.
    None when nothing differs, so that the form sent twice writes once."""
    opening, held = _opening(session, opening_id, by)
    if opening.ballots is None:
        raise refusal("minutes_missing", box=held.box.code)
    field = open_field(session, held.plan.id, held.unit.id, by=by, now=now)
    rows = lines_of_opening(session, opening_id)
    was = totals_of(day_line(row) for row in rows)
    problems = check_count(figures)
    if problems:
        raise LineRefused(problems)
    note = f"{reason.strip()} (đính chính biên bản mở hòm {held.box.code} ngày {date_short(opening.opened_at.date())})"
    reasons = {r: n for r in {*figures.reasons, *was.reasons} if (n := figures.reasons.get(r, 0) - was.reasons.get(r, 0))}
    line = DayLine(
        now.date(),
        handed_out=(was.handed_out if figures.handed_out is None else figures.handed_out) - was.handed_out,
        collected=(figures.ballots or 0) - was.collected,
        valid=figures.valid - was.valid,
        discarded=figures.discarded - was.discarded,
        reasons=reasons,
        note=note,
        is_correction=True,
    )
    if line == DayLine(line.day, note=note, is_correction=True):
        return None
    if not reason.strip():
        raise LineRefused([Problem("reason", "ledger_append_only", sentence("ledger_append_only"))])
    wrong = problems_of_line(field, totals_of_unit(session, held.plan.id, held.unit.id), line, today=now.date())
    if wrong:
        raise LineRefused(wrong)
    return write_line(
        session,
        field.plan,
        field.unit,
        line,
        rows[0].round,
        once=f"box:{opening_id}:{rows[-1].id}",
        source="box",
        by=by,
        now=now,
        opening_id=opening_id,
    )


def lines_of_opening(session: Session, opening_id: int) -> list[LedgerLine]:
    """The count of an opening and what corrected it, in the order in which they were written."""
    return list(session.scalars(select(LedgerLine).where(LedgerLine.opening_id == opening_id).order_by(LedgerLine.id)))


def _keep_finding(
    session: Session, held: HeldBox, minutes: Minutes, *, once: str, by: Actor, now: datetime, photo: StoredFile | None
) -> Opened:
    """A broken seal is written down also while fieldwork is shut or the plan pauses."""
    if held.plan.status is not PlanStatus.PAUSED:
        check_running(held.plan)
    problems = check_finding(_facts(session, held), minutes, now=now)
    if problems:
        raise LineRefused(problems)
    opening = _new_opening(held, minutes, once=once, by=by, now=now)
    opening.file_id = photo.id if photo else None
    session.add(opening)
    held.plan.changed_at = now
    session.flush()
    what = f"{name_of_box(held.box, held.unit)}: niêm phong không nguyên vẹn, dừng mở hòm"
    _journal(session, held, opening, "báo", what, opening.description, by, now)
    return Opened(opening.id, head_told=_tell(session, held, opening, now))


def _keep_count(
    session: Session,
    held: HeldBox,
    minutes: Minutes,
    waits: BoxOpening | None,
    *,
    once: str,
    by: Actor,
    now: datetime,
) -> Opened:
    field = open_field(session, held.plan.id, held.unit.id, by=by, now=now)
    problems = list(check_opening(_facts(session, held), minutes, was_broken=waits is not None, now=now))
    if problems or minutes.opened_at is None:
        raise LineRefused(problems)
    before = totals_of_unit(session, held.plan.id, held.unit.id)
    line = _line(held, minutes, before)
    wrong = problems_of_line(field, before, line, today=now.date())
    if wrong:
        raise LineRefused(wrong)
    opening = _new_opening(held, minutes, once=once, by=by, now=now)
    if waits is not None:  # the same minutes go on: what was found and decided stays
        opening = waits
        opening.opened_at, opening.count_once = minutes.opened_at, once
        _fill_in(opening, minutes)
    session.add(opening)
    session.flush()
    box, day = held.box, minutes.opened_at.date()
    if minutes.removes:
        box.removed_on, box.next_opening_on = day, None
    else:
        box.seal_number, box.sealed_on, box.next_opening_on = minutes.new_seal_number.strip(), day, minutes.next_opening_on
    after = "thu hồi hòm" if minutes.removes else f"niêm phong mới {box.seal_number}"
    found = count(minutes.count.ballots or 0, "phiếu")
    what = f"{name_of_box(box, held.unit)} lúc {moment(minutes.opened_at)}: {found}, {after}, chìa khóa giao {opening.key_to}"
    _journal(session, held, opening, "mở", what, "", by, now)
    written = write_line(
        session,
        field.plan,
        field.unit,
        line,
        field.round,
        once=f"box:{opening.id}",
        source="box",
        by=by,
        now=now,
        opening_id=opening.id,
    )
    return Opened(opening.id, line=written)


def _line(held: HeldBox, minutes: Minutes, before: Totals) -> DayLine:
    """The ledger's line of a count. Where nobody counted what was handed out, at least as many were as came back."""
    counted = minutes.count
    found, out = counted.ballots or 0, counted.handed_out
    at = minutes.opened_at
    assert at is not None
    note = f"Biên bản mở hòm {held.box.code} ngày {date_short(at.date())}"
    if out is None:
        out = max(0, before.collected + found - before.handed_out)
        note += "; số phát ra lấy theo số phiếu trong hòm" if out else ""
    if minutes.remarks.strip():
        note += f"; {minutes.remarks.strip()}"
    reasons = {reason: n for reason, n in counted.reasons.items() if n}
    return DayLine(at.date(), out, found, counted.valid, counted.discarded, reasons, note)


def _new_opening(held: HeldBox, minutes: Minutes, *, once: str, by: Actor, now: datetime) -> BoxOpening:
    opening = BoxOpening(
        box_id=held.box.id,
        opened_at=minutes.opened_at or now,
        place=held.box.place,
        seal_number=minutes.seal_number.strip(),
        sealed_on=held.box.sealed_on,
        lock_whole=minutes.lock_whole,
        seal_whole=minutes.seal_whole,
        description="" if minutes.is_whole else minutes.description.strip(),
        ballots=None,
        once=once,
        by_name=by.name,
        by_key=by.key,
        at=now,
        people=[person.as_table() for person in minutes.people],
    )
    if minutes.is_whole:
        _fill_in(opening, minutes)
    return opening


def _fill_in(opening: BoxOpening, minutes: Minutes) -> None:
    opening.people = [person.as_table() for person in minutes.people]
    opening.ballots = minutes.count.ballots
    opening.numbers = minutes.numbers.strip()
    opening.bag_number = minutes.bag_number.strip()
    opening.receiver = minutes.receiver.strip()
    opening.key_to = minutes.key_to.strip()
    opening.new_seal_number = minutes.new_seal_number.strip()
    opening.remarks = minutes.remarks.strip()


def _facts(session: Session, held: HeldBox) -> BoxFacts:
    query = select(BoxOpening.opened_at).where(BoxOpening.box_id == held.box.id, BoxOpening.ballots.is_not(None))
    last = session.scalar(query.order_by(BoxOpening.opened_at.desc()).limit(1))
    return BoxFacts(held.box.code, held.box.seal_number, held.box.sealed_on, last)


def _opening(session: Session, opening_id: int, by: Actor) -> tuple[BoxOpening, HeldBox]:
    box_id = session.scalar(select(BoxOpening.box_id).where(BoxOpening.id == opening_id))
    if box_id is None:
        raise NotFound(f"opening {opening_id}")
    held = held_box(session, box_id, by=by, verb="ghi biên bản mở hòm phiếu")
    return session.get_one(BoxOpening, opening_id, populate_existing=True), held


def _tell(session: Session, held: HeldBox, opening: BoxOpening, now: datetime) -> bool:
    """The letter `seal_broken`, not held back and on any day; whether the head of the unit is among its readers."""
    plan, unit = held.plan, held.unit
    who = people.directory(session, plan_ids=[plan.id], unit_ids=[unit.id], day=now.date())
    observers = session.execute(
        select(User.id, User.name, User.email).where(
            User.office_id == plan.office_id, User.role == Role.OBSERVER, User.is_enabled, User.email != ""
        )
    )
    told = [who.heads.get(unit.id), who.coordinators.get(plan.id)]
    told += [Person(f"user-{user_id}", name, email) for user_id, name, email in observers]
    letters = [
        outbox.NewLetter(
            kind="seal_broken",
            key=f"seal_broken:{opening.id}:{person.key}",
            person=person.key,
            to_name=person.name,
            to_email=person.email,
            facts={"opening_id": opening.id},
            day=now.date(),
            plan_id=plan.id,
            not_before=now,
        )
        for person in told
        if person is not None
    ]
    outbox.enqueue_many(session, letters, now=now)
    return unit.id in who.heads


def _journal(
    session: Session, held: HeldBox, opening: BoxOpening, verb: str, what: str, why: str, by: Actor, now: datetime
) -> None:
    held.plan.changed_at = now
    session.flush()
    details = {"box": held.box.id, "opening": opening.id}
    journal.record(session, journal.Line(verb, what, why=why, plan_id=held.plan.id, details=details), by=by, now=now)
