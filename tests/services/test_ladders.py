"""The ladder of a plan and of a stage: changed by hand, followed from then on, nothing said twice and nothing late."""

import random
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.builders import cast, moment, running_plan, task
from tests.services.test_chasing import days_with, live_through, round_of
from tracker.errors import NotFound, Refused
from tracker.models import Contact, JournalEntry, Notice, OutboxMessage, Stage, Unit
from tracker.rules.access import Actor
from tracker.rules.reminders import DEFAULT_LADDER, Recipient, RungKind, ladder_from_json, rung_of
from tracker.rules.states import NoticeStatus, Role
from tracker.services import ladders
from tracker.services.people import directory, units_alone

NOW = moment(2021, 6, 16, 9)
CONTACT, HEAD, LEADER = Recipient.CONTACT, Recipient.HEAD, Recipient.LEADER


def rungs(*steps):
    return tuple(rung_of(days, who) for days, who in steps)


@pytest.mark.parametrize(
    ("workdays", "who", "kind"),
    [(-3, CONTACT, RungKind.REMIND), (0, CONTACT, RungKind.REMIND), (1, CONTACT, RungKind.CHASE), (2, HEAD, RungKind.ESCALATE)],
)
def test_what_a_rung_does_follows_from_its_day_and_role(workdays, who, kind):
    assert rung_of(workdays, who).kind is kind


@pytest.mark.parametrize(
    ("steps", "key"),
    [
        ([(-61, CONTACT)], "ladder_days"),
        ([(0, HEAD)], "ladder_upward_early"),
        ([(-1, LEADER)], "ladder_upward_early"),
        ([(1, CONTACT), (1, CONTACT)], "ladder_twice"),
        ([(n, CONTACT) for n in range(1, 22)], "ladder_too_long"),
    ],
)
def test_what_is_no_ladder_is_refused_and_nothing_changes(session, steps, key):
    people = cast(session)
    plan = running_plan(session, people)
    with pytest.raises(Refused) as refused:
        ladders.change_ladder(session, plan.id, None, rungs(*steps), by=people.ha, now=NOW)
    assert refused.value.key == key
    assert ladder_from_json(plan.ladder) == DEFAULT_LADDER


def test_open_work_follows_the_new_ladder_and_days_that_are_past_are_not_made_up(session):
    """Due Saturday 19/6, aim Friday 18/6; changed on Wednesday 16/6: a rung of 14/6 comes too late and is skipped."""
    people = cast(session)
    plan = running_plan(session, people)
    live_through(session, plan, date(2021, 6, 2), date(2021, 6, 16))
    said = days_with(session, "daily_digest", people.ha_email)
    ladders.change_ladder(session, plan.id, None, rungs((-4, CONTACT), (-1, CONTACT), (2, CONTACT)), by=people.ha, now=NOW)
    assert task(session, plan, 1).next_look_on == date(2021, 6, 17)
    live_through(session, plan, date(2021, 6, 17), date(2021, 7, 9))
    assert days_with(session, "daily_digest", people.ha_email) == [*said, "2021-06-17", "2021-06-22"]
    assert days_with(session, "escalate_leader") == []
    skipped = select(Notice.rung).where(Notice.task_id == task(session, plan, 1).id, Notice.status == NoticeStatus.SKIPPED)
    assert "due-4:contact" in session.scalars(skipped).all()


def test_a_stage_with_its_own_ladder_leaves_the_others_alone_and_can_go_back(session):
    people = cast(session)
    plan = running_plan(session, people)
    ladders.change_ladder(session, plan.id, 1, rungs((-2, CONTACT)), by=people.ha, now=moment(2021, 6, 2, 9))
    assert task(session, plan, 1).next_look_on == date(2021, 6, 16)
    stage = session.scalar(select(Stage).where(Stage.plan_id == plan.id, Stage.position == 1))
    assert [r.key for r in ladder_from_json(stage.ladder)] == ["due-2:contact"]
    ladders.change_ladder(session, plan.id, 1, None, by=people.ha, now=moment(2021, 6, 2, 10))
    assert stage.ladder is None
    assert task(session, plan, 1).next_look_on == date(2021, 6, 9)
    whats = session.scalars(select(JournalEntry.what).where(JournalEntry.verb == "sửa")).all()
    assert len([w for w in whats if w.startswith("thang nhắc việc của giai đoạn 1")]) == 2


def test_only_those_who_run_the_plan_change_its_ladder(session):
    people = cast(session)
    plan = running_plan(session, people)
    for by in (people.contact(0), Actor("user-9", "Sát", role=Role.OBSERVER, office_id=people.office_id)):
        with pytest.raises(Refused):
            ladders.change_ladder(session, plan.id, None, (), by=by, now=NOW)
    stranger = Actor("user-8", "Mai", role=Role.COORDINATOR, office_id=people.office_id + 99)
    with pytest.raises(NotFound):
        ladders.change_ladder(session, plan.id, None, (), by=stranger, now=NOW)


def test_the_preview_says_days_people_and_who_is_missing(session):
    people = cast(session, units=2)
    plan = running_plan(session, people)
    from tracker.models import Unit

    session.get_one(Unit, people.units[1].id).head_email = ""
    session.flush()
    steps = rungs((-1, CONTACT), (1, HEAD))
    found = ladders.preview(session, plan.id, steps, 2, today=date(2021, 6, 2))
    assert [(s.position, s.due_on.isoformat()) for s in found] == [(2, "2021-06-30")]
    assert [(s.day.isoformat(), s.people, s.empty) for s in found[0].steps] == [
        ("2021-06-29", 2, ()),
        ("2021-07-01", 1, (people.units[1].name,)),
    ]


def some_ladder(chance):
    steps = {(chance.randint(-12, 12), chance.choice([CONTACT, HEAD, LEADER])) for _ in range(chance.randint(0, 8))}
    return tuple(r for r in rungs(*sorted(steps)) if r.workdays > 0 or r.recipient is CONTACT)


@pytest.mark.parametrize("seed", range(15))
def test_whatever_the_ladders_and_the_day_of_change_no_rung_is_said_twice_early_or_on_a_day_off(session, seed):
    chance = random.Random(seed)
    legal = some_ladder(chance), some_ladder(chance)
    changed, down = chance.randint(0, 30), {chance.randint(0, 45) for _ in range(chance.randint(0, 6))}
    people = cast(session, units=2)
    plan = running_plan(session, people)
    start = date(2021, 6, 2)
    ladders.change_ladder(session, plan.id, None, legal[0], by=people.ha, now=moment(2021, 6, 2, 6))
    for n in range(45):
        day = start + timedelta(days=n)
        if n == changed:
            ladders.change_ladder(session, plan.id, None, legal[1], by=people.ha, now=moment(day.year, day.month, day.day, 6))
        if n not in down:
            round_of(session, day)
    work = task(session, plan, 1)
    notices = session.execute(
        select(Notice.rung, Notice.day, Notice.person).where(Notice.task_id == work.id, Notice.status == NoticeStatus.QUEUED)
    ).all()
    assert len({(n.rung, n.person) for n in notices}) == len(notices)
    assert all(n.day.weekday() < 5 for n in notices)
    days = {r.key: d.isoformat() for ladder in legal for r in ladder for d in [_day(session, work, r)]}
    assert all(n.day.isoformat() >= days[n.rung] for n in notices if n.rung in days)
    letters = session.execute(select(OutboxMessage.person, OutboxMessage.kind, OutboxMessage.day)).all()
    assert len(letters) == len(set(letters))


def _day(session, work, rung):
    from tracker.rules.reminders import rung_day
    from tracker.services import catalogue

    return rung_day(rung, due_on=work.due_on, aim_on=work.aim_on, calendar=catalogue.work_calendar(session))


def test_who_has_nobody_in_a_role_is_counted_as_letters_find_them(session):
    """The preview counts what the morning's directory would find, without reading everybody."""
    people = cast(session, 6)
    plan = running_plan(session, people)
    day = NOW.date()
    none, second, headless, gone, merged, into = (session.get_one(Unit, unit.id) for unit in people.units)
    session.delete(session.get_one(Contact, people.units[0].contact_id))
    session.add(Contact(unit_id=second.id, name="Người Thứ Hai", email="two@example.vn", link_nonce="x"))
    headless.head_email = ""
    session.get_one(Contact, people.units[3].contact_id).valid_to = day - timedelta(days=1)
    into.head_email = ""
    merged.valid_to, merged.successor_id = day - timedelta(days=1), into.id
    session.flush()
    ids = [unit.id for unit in people.units]
    who = directory(session, plan_ids=[plan.id], unit_ids=ids, day=day)
    alone = units_alone(session, plan.id, day)
    for role in (CONTACT, Recipient.SECOND_CONTACT, HEAD):
        assert alone[role] == {unit for unit in ids if who.holder(role, plan_id=plan.id, unit_id=unit) is None}, role
    assert alone[CONTACT] == {none.id, gone.id}
    assert alone[HEAD] == {headless.id, merged.id, into.id}


def test_who_helps_is_counted_without_the_work_of_the_own_unit(session):
    people = cast(session, 2)
    plan = running_plan(session, people)
    stage = session.scalars(select(Stage).where(Stage.plan_id == plan.id, Stage.position == 2)).one()
    stage.coordinating = people.units[0].name
    session.flush()
    steps = rungs((-1, Recipient.COORDINATING))

    def counted():
        (shown,) = ladders.preview(session, plan.id, steps, 2, today=NOW.date())
        return [(step.people, step.empty) for step in shown.steps]

    assert counted() == [(1, ())]
    session.get_one(Contact, people.units[1].contact_id).email = people.units[0].email
    session.flush()
    assert counted() == [(0, ())], "the same person answers for both units"
