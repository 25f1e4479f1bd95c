"""Mã phiếu: the numbered ballots of a unit, registered in ranges once they are collected; discarded ones keep their number."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from tracker.models import Ballot, Entry, LedgerLine, Plan, Unit
from tracker.rules.access import Actor
from tracker.rules.ballot_numbers import as_printed, numbered, ranges
from tracker.rules.ledger import DayLine
from tracker.rules.states import BallotStatus, DiscardReason
from tracker.services import journal, openings
from tracker.services.fieldwork.leave import Field, open_field
from tracker.services.fieldwork.ledger import totals_of_unit, write_line
from tracker.wording import number, refusal

#: So many rows one statement inserts; SQLite counts its parameters.
_AT_ONCE = 2000


@dataclass(frozen=True)
class BallotRange:
    first: str
    last: str
    interviewer: str = ""  #: the unit's own code of who surveyed; "" for boxes and online


@dataclass(frozen=True)
class DiscardedBallot:
    number: str
    reason: DiscardReason
    note: str = ""


def valid_ballots(session: Session, plan_id: int, unit_id: int) -> list[Ballot]:
    """The unit's valid ballots in the order of their numbers, of every round."""
    query = (
        select(Ballot)
        .where(Ballot.plan_id == plan_id, Ballot.unit_id == unit_id, Ballot.status == BallotStatus.VALID)
        .order_by(Ballot.number)
    )
    return list(session.scalars(query))


def register_ballots(
    session: Session,
    plan_id: int,
    unit_id: int,
    collected: Sequence[BallotRange],
    discarded: Sequence[DiscardedBallot] = (),
    *,
    by: Actor,
    now: datetime,
) -> int:
    """Write the numbers of the ballots that a unit collected in its round; returns how many. A second call replaces the first,
    as long as nothing was drawn or entered of them.

    Valid and discarded must come to what the ledger says. Raises Refused, NotFound.
    """
    field = open_field(session, plan_id, unit_id, by=by, now=now)
    rows = _rows(field, collected, discarded, now)
    _check_nothing_keyed(session, field)
    _check_free(session, field, {row["number"] for row in rows})
    _check_sums(session, field, rows)
    session.execute(delete(Ballot).where(Ballot.plan_id == plan_id, Ballot.unit_id == unit_id, Ballot.round == field.round))
    for start in range(0, len(rows), _AT_ONCE):
        session.execute(insert(Ballot), rows[start : start + _AT_ONCE])
    valid = [row["number"] for row in rows if row["status"] is BallotStatus.VALID]
    what = f"mã phiếu của {field.unit.name}: {number(len(valid))} phiếu hợp lệ ({ranges(valid)})"
    if len(rows) > len(valid):
        what += f", loại bỏ {number(len(rows) - len(valid))}"
    details = {"unit": unit_id, "round": field.round, "ballots": len(rows)}
    journal.record(session, journal.Line("ghi", what, plan_id=plan_id, details=details), by=by, now=now)
    field.plan.changed_at = now
    session.flush()
    openings.after_change(session, plan_id, unit_id, now)
    return len(rows)


def discard_ballots(
    session: Session,
    plan_id: int,
    unit_id: int,
    numbers: Collection[str],
    reason: DiscardReason,
    note: str,
    *,
    by: Actor,
    now: datetime,
    round_: int | None = None,
    line_note: str = "",
) -> int:
    """Take valid ballots out of the count, with the reason; the ledger gets its correction, entries of them stay where they are.
    For verdicts of a recheck and for rounds: the caller has asked leave and holds the plan's row. `line_note`: what the ledger
    says where that is more than the ballots' note. Returns how many went."""
    query = (
        select(Ballot)
        .where(
            Ballot.plan_id == plan_id,
            Ballot.unit_id == unit_id,
            Ballot.status == BallotStatus.VALID,
            Ballot.number.in_(numbers),
        )
        .order_by(Ballot.number)
    )
    ballots = list(session.scalars(query))
    if not ballots:
        return 0
    for ballot in ballots:
        ballot.status, ballot.discard_reason, ballot.discard_note = BallotStatus.DISCARDED, reason, note
    session.flush()
    plan, unit = session.get_one(Plan, plan_id), session.get_one(Unit, unit_id)
    gone = len(ballots)
    first = ballots[0].number
    written = session.scalar(select(func.max(LedgerLine.id)).where(LedgerLine.plan_id == plan_id))
    line = DayLine(now.date(), valid=-gone, discarded=gone, reasons={reason: gone}, note=line_note or note, is_correction=True)
    last_round = max(ballot.round for ballot in ballots) if round_ is None else round_
    once = f"discard:{first}:{gone}:{written}"
    write_line(session, plan, unit, line, last_round, once=once, source="office", by=by, now=now)
    return gone


def _rows(
    field: Field, collected: Sequence[BallotRange], discarded: Sequence[DiscardedBallot], now: datetime
) -> list[dict[str, Any]]:
    who: dict[str, str] = {}
    for part in collected:
        for ballot in numbered(part.first, part.last):
            if ballot in who:
                raise refusal("ballot_range_twice", ballot_no=ballot)
            who[ballot] = part.interviewer.strip()
    out: dict[str, DiscardedBallot] = {}
    for one in discarded:
        ballot = as_printed(one.number)
        if one.reason is DiscardReason.OTHER and not one.note.strip():
            raise refusal("discard_reason", missing=1)
        if one.reason is DiscardReason.NUMBER_REPEATED and ballot in who:
            copies = sum(name.startswith(f"{ballot}-") for name in out)
            out[f"{ballot}-{copies + 2}"] = one  # the second paper with a number that is valid once
            continue
        if ballot in out or ballot not in who:
            raise refusal("ballot_discard_unknown", ballot_no=ballot)
        out[ballot] = one
    second_papers = {name: who[name.partition("-")[0]] for name in out if name not in who}
    return [
        {
            "plan_id": field.plan.id,
            "unit_id": field.unit.id,
            "round": field.round,
            "number": ballot,
            "interviewer": interviewer,
            "status": BallotStatus.DISCARDED if ballot in out else BallotStatus.VALID,
            "discard_reason": out[ballot].reason if ballot in out else None,
            "discard_note": out[ballot].note.strip() if ballot in out else "",
            "registered_at": now,
        }
        for ballot, interviewer in sorted({**who, **second_papers}.items())
    ]


def _check_nothing_keyed(session: Session, field: Field) -> None:
    keyed = session.scalar(
        select(func.count(Entry.id))
        .join(Ballot, Ballot.id == Entry.ballot_id)
        .where(Ballot.plan_id == field.plan.id, Ballot.unit_id == field.unit.id, Ballot.round == field.round)
    )
    if keyed:
        raise refusal("ballots_keyed", unit=field.unit.name, n=number(keyed))


def _check_free(session: Session, field: Field, numbers: Collection[str]) -> None:
    """Numbers of earlier rounds are taken: a paper has one number."""
    taken = session.scalars(
        select(Ballot.number)
        .where(Ballot.plan_id == field.plan.id, Ballot.unit_id == field.unit.id, Ballot.round != field.round)
        .order_by(Ballot.number)
    )
    both = [ballot for ballot in taken if ballot in numbers]
    if both:
        raise refusal("ballot_range_taken", ballots=ranges(both))


def _check_sums(session: Session, field: Field, rows: Sequence[dict[str, Any]]) -> None:
    others = session.execute(
        select(Ballot.status, func.count(Ballot.id))
        .where(Ballot.plan_id == field.plan.id, Ballot.unit_id == field.unit.id, Ballot.round != field.round)
        .group_by(Ballot.status)
    )
    sums = {BallotStatus.VALID: 0, BallotStatus.DISCARDED: 0}
    for status, n in others:
        sums[status] += n
    for row in rows:
        sums[row["status"]] += 1
    totals = totals_of_unit(session, field.plan.id, field.unit.id)
    if (sums[BallotStatus.VALID], sums[BallotStatus.DISCARDED]) != (totals.valid, totals.discarded):
        raise refusal(
            "ballots_sum",
            valid=number(sums[BallotStatus.VALID]),
            discarded=number(sums[BallotStatus.DISCARDED]),
            ledger_valid=number(totals.valid),
            ledger_discarded=number(totals.discarded),
        )
