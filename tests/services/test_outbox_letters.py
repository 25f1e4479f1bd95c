"""The outbox on both databases: letters once, taken back, claimed by one, settled."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from tests.conftest import empty_tables
from tests.mail.cast import NOW, TODAY, World, make_world
from tests.mail.stores import committing
from tracker.models import Notice, OutboxMessage, OutboxTask, Plan, Task
from tracker.rules.letters import HELD_DAYS
from tracker.rules.states import LetterStatus, NoticeStatus, PlanStatus, TaskStatus
from tracker.services import outbox, planning

LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session, "UBND phường Cam Linh", "Trạm Y tế xã Cam Lập")


def statuses(session: Session) -> list[str]:
    session.expire_all()
    return [m.status.value for m in session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))]


def status_of(session: Session, message_id: int) -> OutboxMessage:
    session.expire_all()
    return session.get_one(OutboxMessage, message_id)


def notice(world: World, message: OutboxMessage, task: Task, status: NoticeStatus = NoticeStatus.QUEUED) -> Notice:
    row = Notice(
        task_id=task.id,
        due_on=TODAY,
        rung="due+0:contact",
        person=message.person,
        day=TODAY,
        status=status,
        message_id=message.id,
    )
    world.session.add(row)
    world.session.flush()
    return row


def test_a_letter_is_put_in_once_for_its_key(world: World, session: Session) -> None:
    first = world.digest(0)
    again = outbox.enqueue(
        session,
        kind="daily_digest",
        key=first.key,
        person="contact-9",
        to_name="",
        to_email="x@example.vn",
        facts={},
        day=TODAY,
        now=NOW,
    )
    assert again is None
    assert statuses(session) == ["queued"]
    assert first.facts["fired"] == [world.tasks[0].id]
    assert first.not_before == first.created_at == NOW


def test_many_letters_cost_the_same_few_statements(world: World, session: Session, engine: Engine) -> None:
    def letters(prefix: str, many: int) -> list[outbox.NewLetter]:
        facts = {"task_ids": [world.tasks[0].id]}
        return [
            outbox.NewLetter("unlocked", f"{prefix}-{n}", f"contact-{n}", "Tên", f"{n}@example.vn", facts, TODAY, world.plan.id)
            for n in range(many)
        ]

    counts = []
    for prefix, many in (("a", 2), ("b", 500)):
        seen: list[str] = []
        listener = lambda *args: seen.append(args[2])  # noqa: E731, B023
        event.listen(engine, "before_cursor_execute", listener)
        made = outbox.enqueue_many(session, letters(prefix, many), now=NOW)
        event.remove(engine, "before_cursor_execute", listener)
        assert len(made) == many
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert outbox.enqueue_many(session, letters("b", 501), now=NOW).keys() == {"b-500"}


def test_held_letters_name_who_must_release_them_and_go_after_the_release(world: World, session: Session) -> None:
    letter = world.digest(0, held=True)
    assert letter.status_reason == "Thư đang giữ lại chờ Trần Thu Hà duyệt; chưa gửi cho ai."
    assert outbox.claim(session, now=LATER, by="a", limit=5) == []
    assert outbox.release_held(session, world.plan.id, now=LATER) == 1
    assert outbox.release_held(session, world.plan.id, now=LATER) == 0
    assert outbox.claim(session, now=LATER, by="a", limit=5) == [letter.id]


def test_held_letters_are_void_when_nobody_clicks_for_a_week(world: World, session: Session) -> None:
    letter = world.digest(0, held=True)
    row = notice(world, letter, world.tasks[0])
    assert outbox.expire_held(session, TODAY + timedelta(days=HELD_DAYS)) == {}
    assert outbox.expire_held(session, TODAY + timedelta(days=HELD_DAYS + 1)) == {world.plan.id: 1}
    assert status_of(session, letter.id).status is LetterStatus.VOID
    assert row.status is NoticeStatus.VOID


@pytest.mark.parametrize("status", [TaskStatus.DONE, TaskStatus.SUBMITTED, TaskStatus.PAUSED, TaskStatus.CANCELLED])
def test_a_finished_task_takes_its_letters_back(world: World, session: Session, status: TaskStatus) -> None:
    letter = world.digest(0)
    other = world.digest(1)
    row = notice(world, letter, world.tasks[0])
    world.tasks[0].status = status
    assert outbox.void_for_task(session, world.tasks[0].id, reason="Thư không gửi nữa.") == 1
    assert status_of(session, letter.id).status_reason == "Thư không gửi nữa."
    assert statuses(session) == ["void", "queued"]
    assert row.status is NoticeStatus.VOID
    assert other.status_reason == ""


def test_a_digest_stays_while_another_task_of_it_is_open(world: World, session: Session) -> None:
    second = world.add_task(world.recheck, world.units[0])
    letter = world.letter(
        "daily_digest", "contact-1", {"task_ids": {"overdue": [world.tasks[0].id], "soon": [second.id]}, "fired": [second.id]}
    )
    rows = [notice(world, letter, world.tasks[0]), notice(world, letter, second)]
    world.tasks[0].status = TaskStatus.DONE
    assert outbox.void_for_task(session, world.tasks[0].id, reason="xong") == 0
    assert status_of(session, letter.id).status is LetterStatus.QUEUED
    assert [r.status for r in rows] == [NoticeStatus.VOID, NoticeStatus.QUEUED]
    second.status = TaskStatus.CANCELLED
    assert outbox.void_for_tasks(session, [world.tasks[0].id, second.id], reason="hủy") == 1


def test_an_opening_letter_lives_until_all_its_work_is_done(world: World, session: Session) -> None:
    locked = world.add_task(world.recheck, world.units[0], status=TaskStatus.NOT_OPEN)
    world.letter("plan_started", "contact-1", {"task_ids": [world.tasks[0].id, locked.id]})
    world.tasks[0].status = TaskStatus.DONE
    assert outbox.void_for_task(session, world.tasks[0].id, reason="xong") == 0


def test_a_letter_on_its_way_is_not_taken_back(world: World, session: Session) -> None:
    letter = world.digest(0)
    outbox.claim(session, now=NOW, by="a", limit=5)
    world.tasks[0].status = TaskStatus.DONE
    assert outbox.void_for_task(session, world.tasks[0].id, reason="xong") == 0
    assert status_of(session, letter.id).status is LetterStatus.SENDING


def test_a_paused_plan_takes_back_what_asks_for_work_and_nothing_else(world: World, session: Session) -> None:
    digest = world.digest(0)
    link = world.letter("personal_link", "contact-1", {"contact_id": world.contacts[0].id})
    row = notice(world, digest, world.tasks[0])
    world.plan.status = PlanStatus.PAUSED
    assert outbox.void_for_plan(session, world.plan.id, reason="Thư không gửi nữa vì kế hoạch tạm dừng.") == 1
    session.refresh(row)
    assert row.status is NoticeStatus.VOID
    assert status_of(session, link.id).status is LetterStatus.QUEUED


def test_a_digest_over_two_plans_survives_the_pause_of_one(world: World, session: Session) -> None:
    other = make_other_plan(world)
    task = world.add_task(world.fieldwork, None, plan_id=other.id)
    letter = world.letter("daily_digest", "user-1", {"task_ids": {"overdue": [world.tasks[0].id, task.id]}})
    world.plan.status = PlanStatus.PAUSED
    assert outbox.void_for_plan(session, world.plan.id, reason="tạm dừng") == 0
    assert status_of(session, letter.id).status is LetterStatus.QUEUED


def make_other_plan(world: World) -> Plan:
    plan = Plan(office_id=world.office.id, name="Khác", short_name="Khác", status=PlanStatus.RUNNING, ladder=[], changed_at=NOW)
    world.session.add(plan)
    world.session.flush()
    return plan


def test_a_new_digest_takes_over_what_an_older_one_still_waits_to_say(world: World, session: Session) -> None:
    old_task = world.add_task(world.recheck, world.units[0])
    old = world.letter("daily_digest", "contact-1", {"task_ids": {"opened": [old_task.id], "overdue": [world.tasks[0].id]}})
    row = notice(world, old, old_task)
    new = world.letter(
        "daily_digest", "contact-1", {"task_ids": {"overdue": [world.tasks[0].id]}}, key="next", day=TODAY + timedelta(days=1)
    )
    session.expire_all()
    assert new.facts["task_ids"] == {"overdue": [world.tasks[0].id], "carried": [old_task.id]}
    assert row.message_id == new.id
    assert (old.status, old.status_reason) == (LetterStatus.VOID, "Nội dung đã chuyển vào thư tổng hợp ngày 21/9/2021.")
    links = session.scalars(select(OutboxTask.task_id).where(OutboxTask.message_id == new.id))
    assert set(links) == {world.tasks[0].id, old_task.id}


def test_a_digest_that_has_gone_is_not_taken_over(world: World, session: Session) -> None:
    old = world.letter("daily_digest", "contact-1", {"task_ids": {"overdue": [world.tasks[0].id]}})
    outbox.mark_sent(session, old.id, now=NOW, subject="", text="", html="")
    new = world.letter("daily_digest", "contact-1", {"task_ids": {"soon": [world.tasks[1].id]}}, key="next")
    assert "carried" not in new.facts["task_ids"]
    assert status_of(session, old.id).status is LetterStatus.SENT


def test_a_claim_takes_what_may_go_now_in_order_and_names_it_for_good(world: World, session: Session) -> None:
    later = world.digest(0, not_before=NOW + timedelta(hours=1))
    first = world.digest(1)
    assert outbox.claim(session, now=NOW, by="a", limit=5, domain="khaosat.example.vn") == [first.id]
    assert outbox.claim(session, now=NOW, by="b", limit=5) == []
    claimed = status_of(session, first.id)
    name = claimed.message_id
    assert name.endswith("@khaosat.example.vn>")
    assert (claimed.status, claimed.claimed_by, claimed.dated_at) == (LetterStatus.SENDING, "a", NOW)
    assert outbox.give_back(session, [first.id], by="a") == 1
    assert outbox.claim(session, now=NOW + timedelta(hours=2), by="b", limit=5, domain="other.vn") == [first.id, later.id]
    again = status_of(session, first.id)
    assert (again.message_id, again.dated_at) == (name, NOW)


def test_waiting_letters_are_counted_no_further_than_asked(world: World, session: Session) -> None:
    world.digest(0)
    world.digest(1)
    world.letter("unlocked", "contact-1", {"task_ids": [world.tasks[0].id]}, not_before=NOW + timedelta(hours=1))
    assert [outbox.count_waiting(session, now=NOW, most=most) for most in (1, 2, 3)] == [1, 2, 2]


def test_a_claim_takes_no_more_than_its_limit(world: World, session: Session) -> None:
    world.digest(0)
    world.digest(1)
    assert len(outbox.claim(session, now=NOW, by="a", limit=1)) == 1
    assert len(outbox.claim(session, now=NOW, by="a", limit=1)) == 1
    assert outbox.claim(session, now=NOW, by="a", limit=1) == []


def test_a_claim_does_not_wait_for_whoever_moves_the_plan(postgres_engine: Engine) -> None:
    """A move holds the plan and then takes letters back; a claim that held letters and asked for the plan was a deadlock."""
    empty_tables(postgres_engine)
    with committing(postgres_engine) as session:
        world = make_world(session)
        plan_id, letter_id = world.plan.id, world.digest(0).id
    with Session(postgres_engine) as moving, Session(postgres_engine) as delivering:
        moving.execute(select(Plan.id).where(Plan.id == plan_id).with_for_update())
        delivering.execute(text("SET LOCAL lock_timeout = '1s'"))
        assert outbox.claim(delivering, now=NOW, by="a", limit=5) == [letter_id]


def test_a_letter_about_a_plan_is_queued_while_somebody_moves_the_plan(postgres_engine: Engine) -> None:
    """The morning's run holds tasks and then names their plan; a move holds the plan and then wants a task."""
    empty_tables(postgres_engine)
    with committing(postgres_engine) as session:
        plan_id = make_world(session).plan.id
    with Session(postgres_engine) as moving, Session(postgres_engine) as morning, Session(postgres_engine) as third:
        planning.get_plan(moving, plan_id, lock=True)
        for other in (morning, third):
            other.execute(text("SET LOCAL lock_timeout = '1s'"))
        letter = {"key": "k", "kind": "unlocked", "person": "contact-1", "to_name": "", "to_email": "a@example.vn", "facts": {}}
        assert outbox.enqueue(morning, **letter, day=TODAY, now=NOW, plan_id=plan_id) is not None
        with pytest.raises(OperationalError, match="lock timeout"):  # two who move it still take turns
            planning.get_plan(third, plan_id, lock=True)


def test_two_claims_at_once_share_the_letters_without_overlap(engine: Engine) -> None:
    with committing(engine) as session:
        world = make_world(session, *(f"Đơn vị {n}" for n in range(40)))
        for n in range(40):
            world.digest(n)
    start = threading.Barrier(4)
    taken: list[list[int]] = []

    def take(name: str) -> None:
        start.wait()
        while True:
            with committing(engine) as session:
                ids = outbox.claim(session, now=NOW, by=name, limit=3)
            if not ids:
                return
            taken.append(ids)

    threads = [threading.Thread(target=take, args=(f"p{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    flat = [message_id for ids in taken for message_id in ids]
    assert len(flat) == len(set(flat)) == 40


def test_a_sent_letter_keeps_what_it_said_and_settles_its_notices(world: World, session: Session) -> None:
    letter = world.digest(0)
    said, withdrawn = notice(world, letter, world.tasks[0]), notice(world, letter, world.tasks[1], NoticeStatus.VOID)
    outbox.claim(session, now=NOW, by="a", limit=5)
    outbox.mark_sent(session, letter.id, now=LATER, subject="Tiêu đề", text="Nội dung", html="<p>Nội dung</p>")
    row = status_of(session, letter.id)
    assert (row.status, row.sent_at, row.subject, row.body_text, row.attempts) == (
        LetterStatus.SENT,
        LATER,
        "Tiêu đề",
        "Nội dung",
        1,
    )
    assert (said.status, withdrawn.status) == (NoticeStatus.SENT, NoticeStatus.VOID)


def test_a_failed_letter_is_tried_again_when_its_time_has_come(world: World, session: Session) -> None:
    letter = world.digest(0)
    outbox.claim(session, now=NOW, by="a", limit=5)
    assert outbox.mark_failed(session, letter.id, by="a", reason="bận", retry_at=NOW + timedelta(minutes=5))
    assert status_of(session, letter.id).status is LetterStatus.FAILED
    assert outbox.claim(session, now=NOW + timedelta(minutes=4), by="a", limit=5) == []
    assert outbox.claim(session, now=NOW + timedelta(minutes=5), by="a", limit=5) == [letter.id]
    assert status_of(session, letter.id).attempts == 1


def test_a_claim_of_a_clock_that_was_put_back_is_swept(world: World, session: Session) -> None:
    letter = world.digest(0)
    outbox.claim(session, now=NOW + timedelta(days=1), by="ahead", limit=5)
    assert outbox.sweep_stuck(session, now=NOW) == [letter.id]


def test_a_process_whose_claim_was_swept_settles_nothing_but_a_letter_that_went(world: World, session: Session) -> None:
    letter = world.digest(0)
    outbox.claim(session, now=NOW, by="dead", limit=5)
    assert outbox.sweep_stuck(session, now=NOW + timedelta(minutes=9)) == []
    assert outbox.sweep_stuck(session, now=NOW - timedelta(minutes=9)) == []
    assert outbox.sweep_stuck(session, now=NOW + timedelta(minutes=11)) == [letter.id]
    row = status_of(session, letter.id)
    assert row.status is LetterStatus.QUEUED
    assert row.status_reason.startswith("Thư gửi Lê Thị Kim Oanh chưa rõ đã đi hay chưa (từ 07:30, 20/9/2021)")
    outbox.claim(session, now=NOW + timedelta(minutes=12), by="alive", limit=5)
    assert not outbox.mark_failed(session, letter.id, by="dead", reason="", retry_at=NOW)
    assert not outbox.mark_bounced(session, letter.id, by="dead", reason="")
    assert outbox.mark_void(session, [letter.id], by="dead", reason="") == 0
    assert outbox.give_back(session, [letter.id], by="dead") == 0
    assert status_of(session, letter.id).status is LetterStatus.SENDING
    outbox.mark_sent(session, letter.id, now=LATER, subject="", text="", html="")
    assert status_of(session, letter.id).status is LetterStatus.SENT


def test_a_claimed_letter_with_nothing_left_to_say_is_void_with_its_notices(world: World, session: Session) -> None:
    letter = world.digest(0)
    row = notice(world, letter, world.tasks[0])
    outbox.claim(session, now=NOW, by="a", limit=5)
    assert outbox.mark_void(session, [letter.id], by="a", reason="xong") == 1
    assert (status_of(session, letter.id).status, row.status) == (LetterStatus.VOID, NoticeStatus.VOID)


def test_delivery_looks_only_at_letters_that_wait(world: World, session: Session, engine: Engine) -> None:
    if engine.dialect.name == "postgresql":
        session.execute(text("SET LOCAL enable_seqscan = off"))
    for n in range(60):  # else the table is too small for a planner to care
        world.digest(0, key=f"gone-{n}").status = LetterStatus.SENT
    session.flush()
    session.execute(text("ANALYZE outbox_message"))
    world.digest(0)
    seen: list[str] = []
    listener = lambda *args: seen.append(args[2])  # noqa: E731
    event.listen(engine, "before_cursor_execute", listener)
    outbox.claim(session, now=NOW, by="a", limit=5)
    event.remove(engine, "before_cursor_execute", listener)
    condition = "outbox_message.status IN ('queued', 'failed', 'sending')"
    assert condition in seen[0]
    explain = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN"
    plan = session.execute(text(f"{explain} SELECT id FROM outbox_message WHERE {condition} AND not_before <= CURRENT_TIMESTAMP"))
    assert "ix_outbox_message_waiting" in str(plan.all())


def test_a_corrected_address_moves_what_waits_and_the_last_of_what_bounced_lately(world: World, session: Session) -> None:
    def of(days_ago: int, status: LetterStatus) -> OutboxMessage:
        day = TODAY - timedelta(days=days_ago)
        letter = world.digest(0, key=f"digest:contact-1:{day}", day=day, now=NOW - timedelta(days=days_ago))
        letter.status = status
        session.flush()
        return letter

    long_ago = of(15, LetterStatus.BOUNCED)
    before, bounced, waiting = of(4, LetterStatus.BOUNCED), of(3, LetterStatus.BOUNCED), of(0, LetterStatus.QUEUED)
    old = waiting.to_email
    assert outbox.readdress(session, waiting.person, old=old.upper(), new="moi@example.vn", not_before=LATER) == 2
    assert [letter.to_email for letter in (waiting, bounced, long_ago)] == ["moi@example.vn", "moi@example.vn", old]
    assert (bounced.status, bounced.not_before) == (LetterStatus.QUEUED, LATER)
    assert (before.status, long_ago.status) == (LetterStatus.BOUNCED, LetterStatus.BOUNCED)


def test_a_corrected_address_does_not_read_every_letter_ever_sent(sqlite_session: Session) -> None:
    world = make_world(sqlite_session)
    letter = world.digest(0)
    said: list[tuple[str, tuple[object, ...]]] = []
    engine = sqlite_session.get_bind()
    listener = lambda *args: said.append((args[2], args[3]))  # noqa: E731
    event.listen(engine, "before_cursor_execute", listener)
    outbox.readdress(sqlite_session, letter.person, old="x@example.vn", new="y@example.vn", not_before=NOW)
    event.remove(engine, "before_cursor_execute", listener)
    steps = [
        row[3]
        for statement, values in said
        for row in sqlite_session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
    ]
    assert [step.split(" (")[0] for step in steps] == [
        "SEARCH outbox_message USING INDEX ix_outbox_message_unsent_person",
        "SEARCH outbox_message USING INDEX ix_outbox_message_day",
    ]
    assert steps[1].endswith("(day=? AND person=?)")
