"""The recheck room: seeds before ballots, one draw, outcomes with replacements, a verdict that is signed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.builders import START, cast, moment, running_plan, task
from tests.entries import SHELF
from tracker.errors import NotFound, Refused
from tracker.models import Ballot, Entry, JournalEntry, LedgerLine, Plan, RecheckDraw, RecheckItem, RecheckSeed
from tracker.queries import recheck as queries
from tracker.rules import sampling
from tracker.rules.access import Actor
from tracker.rules.method import Method, RecheckMethod, RecheckMode
from tracker.rules.states import BallotStatus, MismatchKind, RecheckDecision, RecheckOutcome, Role
from tracker.services import progress, recheck
from tracker.services.recheck import facts, verdicts
from tracker.services.recheck.items import unsettle_item

NOW = moment(2021, 9, 20)
MATCH, MISMATCH = RecheckOutcome.MATCH, RecheckOutcome.MISMATCH
UNREACHABLE, REFUSED = RecheckOutcome.UNREACHABLE, RecheckOutcome.REFUSED
FACT, SERIOUS = MismatchKind.FACT, MismatchKind.SERIOUS


class Room:
    """A plan whose first unit has collected 60 ballots."""

    def __init__(self, session, ballots=60, interviewers=("",), **method):
        self.session = session
        self.people = cast(session, 2)
        self.plan = running_plan(session, self.people)
        self.plan.method = Method(recheck=RecheckMethod(**method)).as_table()
        self.unit = self.people.units[0]
        self.checker = Actor("user-9", "Người Phúc Tra", Role.RECHECKER, self.people.office_id)
        for position in (1, 2, 3):
            unit = None if position == 1 else self.unit
            progress.complete_task(session, task(session, self.plan, position, unit).id, by=self.people.ha, now=NOW)
            for other in self.people.units[1:] if position == 2 else ():
                progress.complete_task(session, task(session, self.plan, position, other).id, by=self.people.ha, now=NOW)
        session.add_all(
            Ballot(
                plan_id=self.plan.id, unit_id=self.unit.id, number=f"{n:04d}", registered_at=NOW,
                interviewer=interviewers[n % len(interviewers)],
            )
            for n in range(1, ballots + 1)
        )  # fmt: skip
        session.flush()

    def draw(self, **options):
        return recheck.draw_unit(self.session, self.plan.id, self.unit.id, by=self.checker, now=NOW, **options)

    def items(self, stage_no=1):
        query = (
            select(RecheckItem).join(RecheckDraw, RecheckDraw.id == RecheckItem.draw_id).where(RecheckDraw.stage_no == stage_no)
        )
        return list(self.session.scalars(query.order_by(RecheckItem.position)))

    def settle(self, item, outcome, kind=None, note="", now=NOW):
        return recheck.settle_item(self.session, item.id, outcome, kind=kind, note=note, by=self.checker, now=now)

    def sign(self, decision, reason="", by=None):
        return recheck.sign_verdict(
            self.session, self.plan.id, self.unit.id, decision, reason=reason, by=by or self.people.ha, now=NOW
        )

    @property
    def standing(self):
        return recheck.standing_of_unit(self.session, self.plan.id, self.unit.id)


@pytest.fixture
def room(session):
    return Room(session)


def refusal_of(call):
    with pytest.raises(Refused) as refused:
        call()
    return refused.value


def test_seeds_are_fixed_when_the_plan_starts_and_only_their_commitments_are_told(session):
    people = cast(session, 3)
    plan = running_plan(session, people)
    seeds = session.scalars(select(RecheckSeed).order_by(RecheckSeed.unit_id)).all()
    assert [seed.unit_id for seed in seeds] == [unit.id for unit in people.units]
    assert all(sampling.commitment(seed.seed) == seed.commitment for seed in seeds)
    assert seeds[0].seed == sampling.unit_seed(plan.recheck_master, str(plan.id), str(people.units[0].id))
    told = " ".join(str((line.what, line.why, line.details)) for line in session.scalars(select(JournalEntry)))
    assert all(seed.commitment in told and seed.seed not in told for seed in seeds)
    assert plan.recheck_master not in told


def test_a_unit_that_has_collected_already_gets_no_seed(session):
    people = cast(session, 2)
    plan = running_plan(session, people)
    session.query(RecheckSeed).delete()
    session.add(Ballot(plan_id=plan.id, unit_id=people.units[0].id, number="0001", registered_at=START))
    session.flush()
    assert recheck.commit_seeds(session, plan, now=NOW) == 1
    assert [seed.unit_id for seed in session.scalars(select(RecheckSeed))] == [people.units[1].id]


def test_a_draw_is_the_one_that_anybody_can_repeat(room):
    row = room.draw()
    seed = room.session.get_one(RecheckSeed, (room.plan.id, room.unit.id, 0))
    expected = sampling.draw(seed.seed, "", [f"{n:04d}" for n in range(1, 61)], 10)
    numbers = [room.session.get_one(Ballot, item.ballot_id).number for item in room.items()]
    assert (tuple(numbers), row.planned, row.population) == (expected.drawn, 6, 60)
    assert seed.revealed_at == NOW


def test_the_vector_of_the_method_comes_out_of_the_room(session):
    room = Room(session)
    seed = session.get_one(RecheckSeed, (room.plan.id, room.unit.id, 0))
    seed.seed = "9a038047071444b5c47d322094ca3a4f3ee5a146a29f62b58bc86ffbe665371a"
    seed.commitment = "bd226fbbc5c19e70b3c02454cc34601777737a89c9d77ea2cd392c11ce1d887d"
    room.plan.method = Method(recheck=RecheckMethod(public_digits=True)).as_table()
    room.draw(public_digits=" 361425 ")
    numbers = [session.get_one(Ballot, item.ballot_id).number for item in room.items()]
    assert numbers == ["0046", "0003", "0029", "0042", "0023", "0032"]


def test_every_interviewer_is_looked_at(session):
    room = Room(session, ballots=40, interviewers=("A",) * 37 + ("B", "B", "C"))
    room.draw()
    who = {session.get_one(Ballot, item.ballot_id).interviewer for item in room.items()}
    assert who == {"A", "B", "C"}


def test_a_draw_happens_once(room):
    room.draw()
    refused = refusal_of(room.draw)
    assert refused.sentence == f"Mẫu phúc tra của {room.unit.name} đã chọn ngày 20/9/2021; lấy phiếu dự phòng nếu thiếu."


def test_nobody_draws_before_the_unit_has_finished_its_fieldwork(session):
    people = cast(session, 1)
    plan = running_plan(session, people)
    session.add(Ballot(plan_id=plan.id, unit_id=people.units[0].id, number="0001", registered_at=START))
    session.flush()
    refused = refusal_of(lambda: recheck.draw_unit(session, plan.id, people.units[0].id, by=people.ha, now=NOW))
    assert refused.key == "recheck_shut"
    assert session.scalars(select(RecheckDraw)).all() == []


def test_a_draw_waits_until_every_valid_ballot_has_its_number(room):
    line = LedgerLine(
        plan_id=room.plan.id, unit_id=room.unit.id, day=NOW.date(), handed_out=62, collected=62, valid=62, reasons={}, once="x",
        by_name="Đầu Mối 1", by_key="contact-1", at=NOW,
    )  # fmt: skip
    room.session.add(line)
    room.session.flush()
    refused = refusal_of(room.draw)
    assert refused.sentence == f"Chưa chọn được mẫu: 2 phiếu của {room.unit.name} chưa có mã phiếu; nhập mã phiếu trước."


def test_a_seed_that_was_exchanged_is_not_drawn_with(room):
    room.session.get_one(RecheckSeed, (room.plan.id, room.unit.id, 0)).seed = "f" * 64
    room.session.flush()
    assert refusal_of(room.draw).key == "seed_mismatch"


@pytest.mark.parametrize("digits", ["", "12a", "一二"])
def test_a_plan_that_asks_for_dice_does_not_draw_without(session, digits):
    room = Room(session, public_digits=True)
    assert refusal_of(lambda: room.draw(public_digits=digits)).key == "public_digits"


def test_neither_a_unit_nor_another_office_rechecks(room, session):
    other = cast(session, 1)
    contact = room.people.contact(0)
    assert (
        refusal_of(lambda: recheck.draw_unit(session, room.plan.id, room.unit.id, by=contact, now=NOW)).key == "coordinator_only"
    )
    with pytest.raises(NotFound):
        recheck.draw_unit(session, room.plan.id, room.unit.id, by=other.ha, now=NOW)
    clerk = Actor("user-8", "Nhập", Role.CLERK, room.people.office_id)
    assert refusal_of(lambda: recheck.draw_unit(session, room.plan.id, room.unit.id, by=clerk, now=NOW)).key == "coordinator_only"


def test_somebody_who_was_not_met_three_days_is_replaced_by_the_next_in_order(room):
    room.draw()
    item = room.items()[1]
    refused = refusal_of(lambda: room.settle(item, UNREACHABLE))
    assert refused.key == "tries_missing"
    for days_ago in (3, 2, 2, 1):
        recheck.note_try(room.session, item.id, day=NOW.date() - timedelta(days=days_ago), by=room.checker, now=NOW)
    assert len(item.tries) == 3
    stand_in = room.settle(item, UNREACHABLE)
    seed = room.session.get_one(RecheckSeed, (room.plan.id, room.unit.id, 0))
    expected = sampling.draw(seed.seed, "", [f"{n:04d}" for n in range(1, 61)], 10)
    assert room.session.get_one(Ballot, stand_in.ballot_id).number == expected.reserve[0]
    assert (stand_in.position, stand_in.replaces_id) == (7, item.id)
    again = room.settle(stand_in, REFUSED)
    assert room.session.get_one(Ballot, again.ballot_id).number == expected.reserve[1]


def test_a_mismatch_says_what_differed(room):
    room.draw()
    refused = refusal_of(lambda: room.settle(room.items()[0], MISMATCH, FACT))
    assert refused.key == "outcome_note"


def test_a_unit_without_mismatch_passes_when_the_coordinator_signs(room):
    room.draw()
    assert refusal_of(lambda: room.sign(RecheckDecision.PASS)).key == "verdict_early"
    for item in room.items():
        room.settle(item, MATCH)
    assert room.standing.verdict.decision is RecheckDecision.PASS
    assert recheck.settled_units(room.session, room.plan.id) == frozenset()
    assert refusal_of(lambda: room.sign(RecheckDecision.PASS, by=room.checker)).key == "coordinator_only"
    room.sign(RecheckDecision.PASS)
    assert recheck.settled_units(room.session, room.plan.id) == {room.unit.id}
    assert refusal_of(lambda: room.sign(RecheckDecision.FAIL)).key == "verdict_signed"
    assert refusal_of(lambda: room.settle(room.items()[0], MATCH)).key == "verdict_signed"


def test_one_mismatch_in_six_opens_a_second_draw_and_condemns_nobody(room):
    room.draw()
    first, *others = room.items()
    room.settle(first, MISMATCH, FACT, "A1: 1 lần; phúc tra: 3 lần")
    for item in others:
        room.settle(item, MATCH)
    assert refusal_of(lambda: room.sign(RecheckDecision.FAIL, "sai")).key == "verdict_early"
    row = recheck.draw_second_stage(room.session, room.plan.id, room.unit.id, by=room.checker, now=NOW)
    seed = room.session.get_one(RecheckSeed, (room.plan.id, room.unit.id, 0))
    expected = sampling.second_stage(sampling.draw(seed.seed, "", [f"{n:04d}" for n in range(1, 61)], 10), [])
    numbers = tuple(room.session.get_one(Ballot, item.ballot_id).number for item in room.items(2))
    assert (row.planned, numbers) == (6, expected)
    for item in room.items(2):
        room.settle(item, MATCH)
    assert room.standing.verdict.decision is RecheckDecision.PASS  # 1 of 12 is 8.33 %
    room.sign(RecheckDecision.PASS)
    assert room.standing.is_settled


def test_two_serious_mismatches_fail_the_unit_and_leave_the_valid_ballots(room):
    room.draw()
    for n, item in enumerate(room.items()):
        room.settle(item, *((MISMATCH, SERIOUS, "chưa từng được khảo sát") if n == 0 else (MATCH,)))
    recheck.draw_second_stage(room.session, room.plan.id, room.unit.id, by=room.checker, now=NOW)
    for n, item in enumerate(room.items(2)):
        room.settle(item, *((MISMATCH, SERIOUS, "cán bộ ghi hộ") if n == 0 else (MATCH,)))
    assert room.standing.verdict.decision is RecheckDecision.FAIL
    room.sign(RecheckDecision.FAIL)
    statuses = room.session.scalars(select(Ballot.status).where(Ballot.unit_id == room.unit.id)).all()
    assert statuses.count(BallotStatus.DISCARDED) == 2
    line = room.session.scalars(select(LedgerLine)).one()
    assert (line.valid, line.discarded, line.is_correction) == (-2, 2, True)
    again = verdicts.to_survey_again(room.session, room.plan.id, room.unit.id)
    assert (again.interviewer, len(again.ballots)) == (None, 60)
    assert recheck.settled_units(room.session, room.plan.id) == frozenset()


def test_a_decision_against_the_proposal_needs_its_reason_and_the_journal_keeps_both(room):
    room.draw()
    for item in room.items():
        room.settle(item, MATCH)
    assert refusal_of(lambda: room.sign(RecheckDecision.FAIL)).key == "verdict_reason"
    room.sign(RecheckDecision.FAIL, "có đơn phản ánh của người dân")
    last = room.session.scalars(select(JournalEntry).where(JournalEntry.verb == "kết luận")).one()
    assert (last.why, last.details["proposed"]) == ("có đơn phản ánh của người dân", "pass")


def test_a_wrongly_keyed_outcome_is_taken_back_while_nobody_stands_in(room):
    room.draw()
    item = room.items()[0]
    room.settle(item, MATCH)
    unsettle_item(room.session, item.id, by=room.checker, now=NOW)
    assert item.outcome is None
    room.settle(item, REFUSED)
    assert refusal_of(lambda: unsettle_item(room.session, item.id, by=room.checker, now=NOW)).key == "item_replaced"


def test_a_spent_order_is_decided_by_the_coordinator(session):
    room = Room(session, ballots=3, percent=50)
    room.draw()
    queue = room.items()
    while queue:
        stand_in = room.settle(queue.pop(0), REFUSED)
        queue += [stand_in] if stand_in else []
    assert room.standing.verdict.decision is RecheckDecision.UNDECIDED
    assert refusal_of(lambda: room.sign(RecheckDecision.PASS)).key == "verdict_reason"
    room.sign(RecheckDecision.PASS, "đã xem phiếu gốc")
    assert room.standing.is_settled


def test_standings_cost_the_same_for_two_units_and_for_many(session):
    from sqlalchemy import event

    said = []
    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note := lambda *args: said.append(args[2]))
    try:
        counts = []
        for units in (2, 12):
            people = cast(session, units)
            plan = running_plan(session, people)
            session.flush()
            said.clear()
            recheck.standings(session, plan.id)
            counts.append(len(said))
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert counts[0] == counts[1] <= 6
    assert session.get(Plan, plan.id) is not None


def first_seed(room):
    return room.session.get_one(RecheckSeed, (room.plan.id, room.unit.id, 0)).commitment


def shown_of(room):
    """(commitment of the first unit, totals of all): what the pages of the room show, which must agree with each other."""
    ids = [unit.id for unit in room.people.units]
    rows, totals = queries.room(room.session, room.plan.id, ids)
    assert [(row.name, row.commitment) for row in rows] == queries.commitments(room.session, room.plan.id)
    assert queries.room(room.session, room.plan.id, ids[1:])[1] == totals
    return rows[0].commitment, totals


def test_a_unit_that_passed_counts_as_done(room):
    room.draw()
    for item in room.items():
        room.settle(item, MATCH)
    room.sign(RecheckDecision.PASS)
    assert shown_of(room) == (first_seed(room), queries.RoomTotals(2, 1, 6, 6, 0, 0, 0))


def test_a_signed_failure_opens_a_resurvey_that_is_drawn_anew_by_a_seed_of_its_own(session):
    room = Room(session)
    room.draw()
    for item in room.items():
        room.settle(item, MATCH)
    with pytest.raises(Refused) as early:
        verdicts.open_resurvey(session, room.plan.id, room.unit.id, due_on=NOW.date(), reason="x", by=room.people.ha, now=NOW)
    assert early.value.key == "verdict_not_failed"
    room.sign(RecheckDecision.FAIL, "có đơn phản ánh")
    assert shown_of(room) == (first_seed(room), queries.RoomTotals(2, 0, 6, 6, 0, 0, 0))
    due = NOW.date() + timedelta(days=20)
    again = verdicts.open_resurvey(session, room.plan.id, room.unit.id, due_on=due, reason="sai", by=room.people.ha, now=NOW)
    assert (again.round, again.round_kind, again.ballots_asked, again.due_on) == (1, "resurvey", 60, due)
    assert session.scalars(select(Ballot).where(Ballot.status == BallotStatus.VALID)).all() == []
    first, second = (session.get_one(RecheckSeed, (room.plan.id, room.unit.id, n)) for n in (0, 1))
    assert first.commitment != second.commitment
    session.add_all(
        Ballot(plan_id=room.plan.id, unit_id=room.unit.id, round=1, number=f"{n:04d}", registered_at=NOW) for n in range(101, 161)
    )
    session.flush()
    assert shown_of(room) == (second.commitment, queries.RoomTotals(2, 0, 0, 0, 0, 0, 0))
    progress.complete_task(session, again.id, by=room.people.ha, now=NOW, note="đã khảo sát lại")
    room.draw()
    assert shown_of(room) == (second.commitment, queries.RoomTotals(2, 0, 6, 0, 0, 0, 0))
    drawn = session.scalars(select(RecheckDraw).where(RecheckDraw.round == 1)).one()
    assert (drawn.planned, drawn.population) == (6, 60)
    assert not room.standing.is_settled


def test_what_is_said_again_is_kept_first_and_compared_with_what_is_keyed(room):
    room.draw()
    item = room.items()[0]
    with pytest.raises(Refused, match="ghi câu trả lời khi hỏi lại trước"):
        facts.compare_facts(room.session, item.id, {"F3": "two"}, by=room.checker, now=NOW, shelf=SHELF)
    again = {"F2": "land", "F3": "one", "F5": ""}
    facts.keep_facts(room.session, item.id, again, {"surveyed": True}, by=room.checker, now=NOW, shelf=SHELF)
    assert item.answers == {"F2": "land", "F3": "one", "surveyed": "yes", "had_dealing": "yes", "filled_in_freely": "yes"}
    found = facts.compare_facts(room.session, item.id, {"F3": "more"}, by=room.checker, now=NOW, shelf=SHELF)
    assert (found.suggested, found.kind, found.settling) == (MISMATCH, FACT, ("F3",))
    room.settle(item, MATCH)
    assert item.answers["F3"] == "one"
    with pytest.raises(Refused, match="đã có kết quả"):
        facts.keep_facts(room.session, item.id, again, {}, by=room.checker, now=NOW, shelf=SHELF)
    entry = Entry(
        plan_id=room.plan.id, unit_id=room.unit.id, ballot_id=item.ballot_id, turn=1, questionnaire="commune@1",
        answers={"F3": "two"}, once="a", by_name="x", by_key="user-9", at=NOW,
    )  # fmt: skip
    room.session.add(entry)
    room.session.flush()
    sheet = queries.sheet(room.session, room.plan.id, room.unit.id)
    (later,) = queries.differences_since(room.session, sheet, SHELF["commune@1"])
    assert [(d.question, d.first, d.second) for d in later.differing] == [("F3", "two", "one")]
    assert queries.is_keyed(room.session, item.id)


def test_anonymous_ballots_have_no_outcome_of_nobody_met(session):
    room = Room(session, mode=RecheckMode.DOCUMENT)
    room.draw()
    item = room.items()[0]
    for outcome in (UNREACHABLE, REFUSED):
        assert refusal_of(lambda outcome=outcome: room.settle(item, outcome)).key == "recheck_nobody"
    room.settle(item, MATCH)
