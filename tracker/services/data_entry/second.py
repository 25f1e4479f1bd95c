"""Nhập lần hai: which ballots are keyed again, the second entry itself, and how well each clerk keys.

The list is laid down once (SecondEntryItem): the trial of a new clerk as it is keyed, the share of each clerk when a unit's first
entries are complete. Over a whole plan a clerk's share is exactly rules.second_entry.second_entry_size; within a unit the order
is SHA256(seed|public|entry|ballot), so that nobody chooses.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from tracker.models import Ballot, Entry, EntryDifference, EntryImport, Plan, RecheckSeed, SecondEntryItem
from tracker.rules.access import SYSTEM, Actor
from tracker.rules.entry_answers import entry_differences, stored
from tracker.rules.method import SecondEntryMethod, method_of_table
from tracker.rules.questionnaires import Questionnaire
from tracker.rules.sampling import entry_order
from tracker.rules.second_entry import TRIAL, EntryQuality, Settlement, entry_quality, first_was_wrong, second_entry_size
from tracker.rules.states import BallotStatus, SecondEntryReason
from tracker.services import journal
from tracker.services.data_entry.after import entries_changed
from tracker.services.data_entry.ballots import checked_answers, entry_of, find_ballot
from tracker.services.data_entry.counts import units_entries
from tracker.services.data_entry.once import Kept, Typed, kept_before
from tracker.services.data_entry.refusals import number_refused
from tracker.services.data_entry.rooms import enter
from tracker.services.questionnaires import Shelf, key_of
from tracker.wording import date_short, refusal


@dataclass(frozen=True)
class ClerkQuality:
    """One clerk of a plan: what was keyed, what was looked at again, how much of it was wrong."""

    key: str
    name: str
    entered: int
    required: int
    done: int
    open_differences: int
    quality: EntryQuality  #: of the drawn ballots that are done and settled
    is_batch: bool  #: over the limit: everything is keyed again


def plan_trial(session: Session, plan: Plan, entries: Sequence[Entry], *, now: datetime) -> None:
    """The first ballots of a clerk who never keyed in another plan of the office are a trial: each is keyed twice."""
    if not _is_asked(_terms(plan)) or not entries:
        return
    clerk = entries[0].by_key
    known = session.scalar(
        select(Entry.id)
        .join(Plan, Plan.id == Entry.plan_id)
        .where(Entry.by_key == clerk, Entry.plan_id != plan.id, Plan.office_id == plan.office_id)
        .limit(1)
    )
    keyed = session.scalar(select(func.count(Entry.id)).where(Entry.plan_id == plan.id, Entry.by_key == clerk, Entry.turn == 1))
    if known is None and (keyed or 0) <= TRIAL:
        session.add_all(_item(plan.id, entry, SecondEntryReason.TRIAL, now) for entry in entries)
        session.flush()


def plan_drawn(session: Session, plan: Plan, unit_ids: Sequence[int], *, now: datetime) -> None:
    """The share of each clerk in units whose first entries are complete. Asked twice it adds nothing."""
    terms = _terms(plan)
    if not _is_asked(terms):
        return
    complete = sorted(unit for unit, entries in units_entries(session, plan.id).items() if entries.left == 0)
    keyed = _first_entries(session, plan.id, complete)
    seeds = _seeds(session, plan.id)
    size: dict[str, int] = defaultdict(int)
    have: dict[str, int] = defaultdict(int)
    for row in keyed:
        size[row.clerk] += row.why is not SecondEntryReason.TRIAL
        have[row.clerk] += row.why in (SecondEntryReason.DRAWN, SecondEntryReason.BATCH)
    added = []
    for unit_id in unit_ids:
        seed, public = seeds.get(unit_id, (_own_seed(plan.id, unit_id), ""))
        by_clerk: dict[str, dict[str, _Row]] = defaultdict(dict)
        for row in keyed:
            if row.unit_id == unit_id and row.why is None:
                by_clerk[row.clerk][row.number] = row
        for clerk, rows in by_clerk.items():
            more = second_entry_size(size[clerk], terms.percent, terms.fewest) - have[clerk]
            chosen = entry_order(seed, public, rows)[: max(0, more)]
            have[clerk] += len(chosen)
            added += [rows[number].item(plan.id, SecondEntryReason.DRAWN, now) for number in chosen]
    session.add_all(added)
    session.flush()


def keep_second_entry(
    session: Session, plan_id: int, unit_id: int, typed: Typed, *, by: Actor, now: datetime, shelf: Shelf
) -> Kept:
    """Keep the second entry of a ballot by another person, and note each field on which the two differ.

    Raises BallotRefused, Refused, NotFound as keep_entry does.
    """
    room = enter(session, plan_id, unit_id, by=by, now=now, shelf=shelf, asked_gate=False)
    before = kept_before(session, room, typed, 2, by=by)
    if before is not None:
        return before
    enter(session, plan_id, unit_id, by=by, now=now, shelf=shelf)
    ballot = find_ballot(session, room, typed.number)
    first = entry_of(session, ballot, 1)
    if first is None:
        raise number_refused("second_before_first", ballot_no=ballot.number)
    if first.by_key == by.key:
        raise number_refused("same_person_second_entry", user=first.by_name)
    if session.scalar(select(SecondEntryItem.id).where(SecondEntryItem.ballot_id == ballot.id)) is None:
        raise number_refused("second_not_planned", ballot_no=ballot.number, unit=room.unit_name)
    known = entry_of(session, ballot, 2)
    if known is not None:
        raise number_refused("second_done", ballot_no=ballot.number, user=known.by_name, date=date_short(known.at.date()))
    questionnaire = shelf.get(first.questionnaire, room.questionnaire)
    if typed.questionnaire and typed.questionnaire != key_of(questionnaire):
        raise refusal("questionnaire_changed", date=date_short(now.date()))
    checked = checked_answers(questionnaire, ballot.number, dict(typed.answers), dict(typed.others))
    entry = Entry(
        plan_id=plan_id,
        unit_id=unit_id,
        ballot_id=ballot.id,
        turn=2,
        questionnaire=first.questionnaire,
        answers=stored(checked),
        once=typed.once or f"ballot-{ballot.id}-2",
        by_name=by.name,
        by_key=by.key,
        at=now,
    )
    session.add(entry)
    found = entry_differences(questionnaire, first.answers, entry.answers)
    session.add_all(
        EntryDifference(plan_id=plan_id, ballot_id=ballot.id, question=d.question, first=d.first, second=d.second) for d in found
    )
    session.flush()
    what = f"phiếu {ballot.number} của {room.unit_name}"
    details = {"ballot": ballot.id, "differences": [d.question for d in found]}
    journal.record(session, journal.Line("nhập lần hai", what, plan_id=plan_id, details=details), by=by, now=now)
    judge(session, room.plan, first.by_key, shelf, now=now)
    counts = units_entries(session, plan_id, unit_id=unit_id)[unit_id]
    if counts.complete or found:
        entries_changed(session, plan_id, unit_id, now=now)
    return Kept(entry.id, ballot.number, counts.second_required - counts.second_done, counts.second_done, counts.second_required)


def judge(session: Session, plan: Plan, clerk: str, shelf: Shelf, *, now: datetime) -> None:
    """When all that was drawn of a clerk is keyed again and settled: over the limit, the whole batch is keyed again."""
    terms = _terms(plan)
    quality = next((q for q in clerk_qualities(session, plan, shelf, clerk=clerk)), None)
    if quality is None or quality.done < quality.required or quality.open_differences or quality.quality.accepted:
        return
    complete = [unit for unit, entries in units_entries(session, plan.id).items() if entries.left == 0]
    rest = [row for row in _first_entries(session, plan.id, complete) if row.clerk == clerk and row.why is None]
    if not rest:
        return
    session.add_all(row.item(plan.id, SecondEntryReason.BATCH, now) for row in rest)
    session.flush()
    why = f"{quality.quality.errors}/{quality.quality.fields} ô sai, vượt {float(terms.limit_percent):g}%".replace(".", ",")
    line = journal.Line("yêu cầu nhập lần hai toàn bộ", f"{len(rest)} phiếu của {quality.name}", why=why, plan_id=plan.id)
    journal.record(session, line, by=SYSTEM, now=now)


def clerk_qualities(session: Session, plan: Plan, shelf: Shelf, *, clerk: str | None = None) -> list[ClerkQuality]:
    """Each clerk of the plan, or one, by the name under which he keyed last. Five statements.

    Counted in indexes alone, as units_entries does: what belongs to ballots that are discarded now is taken off again.
    """
    terms = _terms(plan)
    of_first = [Entry.turn == 1, *([Entry.by_key == clerk] if clerk else [])]
    of_items = [SecondEntryItem.plan_id == plan.id, *([SecondEntryItem.clerk_key == clerk] if clerk else [])]
    own = aliased(Entry)
    last_name = (
        select(own.by_name)
        .where(own.plan_id == plan.id, own.by_key == Entry.by_key, own.turn == 1)
        .order_by(own.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    totals = session.execute(
        select(Entry.by_key, last_name, func.count()).where(Entry.plan_id == plan.id, *of_first).group_by(Entry.by_key)
    ).all()
    items = session.execute(
        select(SecondEntryItem.clerk_key, SecondEntryItem.why, func.count())
        .where(*of_items)
        .group_by(SecondEntryItem.clerk_key, SecondEntryItem.why)
    ).all()
    in_vain = session.execute(
        select(Entry.by_key, SecondEntryItem.why, func.count())
        .join(Ballot, Ballot.id == Entry.ballot_id)
        .outerjoin(SecondEntryItem, SecondEntryItem.ballot_id == Ballot.id)
        .where(Ballot.plan_id == plan.id, Ballot.status == BallotStatus.DISCARDED, *of_first)
        .group_by(Entry.by_key, SecondEntryItem.why)
    ).all()
    entered = Counter({key: many for key, _, many in totals})
    asked = Counter({(key, why): many for key, why, many in items})
    for key, why, many in in_vain:
        entered[key] -= many
        asked[key, why] -= many
    twice = aliased(Entry)
    again = session.execute(
        select(SecondEntryItem.clerk_key, SecondEntryItem.why, twice.questionnaire, func.count())
        .select_from(twice)
        .join(SecondEntryItem, SecondEntryItem.ballot_id == twice.ballot_id)
        .join(Ballot, Ballot.id == twice.ballot_id)
        .where(twice.plan_id == plan.id, twice.turn == 2, Ballot.status == BallotStatus.VALID, *of_items)
        .group_by(SecondEntryItem.clerk_key, SecondEntryItem.why, twice.questionnaire)
    ).all()
    settled = session.execute(
        select(SecondEntryItem.clerk_key, SecondEntryItem.why, EntryDifference.settlement, func.count(EntryDifference.id))
        .join(SecondEntryItem, SecondEntryItem.ballot_id == EntryDifference.ballot_id)
        .join(Ballot, Ballot.id == EntryDifference.ballot_id)
        .where(EntryDifference.plan_id == plan.id, Ballot.status == BallotStatus.VALID)
        .group_by(SecondEntryItem.clerk_key, SecondEntryItem.why, EntryDifference.settlement)
    ).all()
    found = []
    for key, name, _ in totals:
        if not entered[key]:
            continue
        own_again = [row for row in again if row.clerk_key == key]
        fields = sum(
            row[3] * _fields_of(shelf.get(row.questionnaire)) for row in own_again if row.why is not SecondEntryReason.TRIAL
        )
        errors = sum(
            row[3]
            for row in settled
            if row.clerk_key == key
            and row.why is not SecondEntryReason.TRIAL
            and row.settlement
            and first_was_wrong(Settlement(row.settlement))
        )
        found.append(
            ClerkQuality(
                key=key,
                name=name,
                entered=entered[key],
                required=sum(asked[key, why] for why in SecondEntryReason),
                done=sum(row[3] for row in own_again),
                open_differences=sum(row[3] for row in settled if row.clerk_key == key and not row.settlement),
                quality=entry_quality(fields, min(errors, fields), terms.limit_percent),
                is_batch=asked[key, SecondEntryReason.BATCH] > 0,
            )
        )
    return sorted(found, key=lambda quality: quality.name)


@dataclass(frozen=True)
class _Row:
    """A first entry, and why it is keyed again, if it is."""

    unit_id: int
    ballot_id: int
    number: str
    clerk: str
    why: SecondEntryReason | None

    def item(self, plan_id: int, why: SecondEntryReason, now: datetime) -> SecondEntryItem:
        return SecondEntryItem(
            plan_id=plan_id, unit_id=self.unit_id, ballot_id=self.ballot_id, clerk_key=self.clerk, why=why, planned_at=now
        )


def _terms(plan: Plan) -> SecondEntryMethod:
    return method_of_table(plan.method).second_entry


def _is_asked(terms: SecondEntryMethod) -> bool:
    return terms.percent > 0 or terms.fewest > 0


def _first_entries(session: Session, plan_id: int, unit_ids: Sequence[int]) -> list[_Row]:
    """First entries of valid ballots of these units that have a paper, in the order of keying."""
    rows = session.execute(
        select(Ballot.unit_id, Ballot.id, Ballot.number, Entry.by_key, SecondEntryItem.why)
        .join(Entry, (Entry.ballot_id == Ballot.id) & (Entry.turn == 1))
        .outerjoin(SecondEntryItem, SecondEntryItem.ballot_id == Ballot.id)
        .outerjoin(EntryImport, EntryImport.id == Entry.import_id)
        .where(
            Ballot.plan_id == plan_id,
            Ballot.status == BallotStatus.VALID,
            Ballot.unit_id.in_(unit_ids),
            func.coalesce(EntryImport.paperless, False).is_(False),
        )
        .order_by(Entry.id)
    )
    return [_Row(*row) for row in rows]


def _seeds(session: Session, plan_id: int) -> dict[int, tuple[str, str]]:
    rows = session.execute(
        select(RecheckSeed.unit_id, RecheckSeed.seed, RecheckSeed.public_digits)
        .where(RecheckSeed.plan_id == plan_id)
        .order_by(RecheckSeed.round.desc())
    )
    return {unit: (seed, public) for unit, seed, public in rows}  # the first survey's seed is read last and stays


def _own_seed(plan_id: int, unit_id: int) -> str:
    """Where a plan has no recheck there is no seed that was promised before: any fixed text gives the order."""
    return sha256(f"second entry|{plan_id}|{unit_id}".encode()).hexdigest()


def _item(plan_id: int, entry: Entry, why: SecondEntryReason, now: datetime) -> SecondEntryItem:
    return SecondEntryItem(
        plan_id=plan_id, unit_id=entry.unit_id, ballot_id=entry.ballot_id, clerk_key=entry.by_key, why=why, planned_at=now
    )


def _fields_of(questionnaire: Questionnaire | None) -> int:
    return len(questionnaire.questions) if questionnaire else 0
