"""Keying ballots: what is open, what is kept, what is refused and beside which field, two clerks at once, a broken network."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from sqlalchemy import Engine, event, func, select
from sqlalchemy.orm import Session

from tests.builders import SMALL_PLAN, cast, running_plan, task
from tests.entries import NOW, SHELF, Hall, answers, complete, discarded, finish, hall, typed, without_stages
from tracker.errors import NotFound, Refused
from tracker.models import Ballot, Entry, GateCondition, JournalEntry, LedgerLine, Plan, Publication, RecheckDraw, Stage, Task
from tracker.questionnaire_seeds import FOLDER, seed_questionnaires
from tracker.rules.access import Actor
from tracker.rules.entry_progress import UnitEntries, missing
from tracker.rules.method import GroupMethod, Method
from tracker.rules.states import (
    BallotStatus,
    ConditionKind,
    DiscardReason,
    PublicationStatus,
    RecheckDecision,
    Role,
    Scope,
    TaskStatus,
    WorkKind,
)
from tracker.services import planning, progress, questionnaires
from tracker.services.data_entry import (
    BallotRefused,
    Kept,
    Typed,
    complete_units,
    discard_ballot,
    doors_of,
    keep_entry,
    refusals_to_enter,
    take_back,
    units_entries,
)


def keep(session: Session, room: Hall, what: Typed, *, unit: int = 0, by: Actor | None = None) -> Kept:
    return keep_entry(session, room.plan_id, room.unit(unit), what, by=by or room.lan, now=NOW, shelf=SHELF)


def refused(session: Session, room: Hall, what: Typed, *, unit: int = 0, by: Actor | None = None) -> Refused:
    with pytest.raises(Refused) as caught:
        keep(session, room, what, unit=unit, by=by)
    return caught.value


def test_a_ballot_is_kept_with_its_answers_and_the_counter_goes_down(session: Session) -> None:
    room = hall(session)
    kept = keep(session, room, typed("1", F2="2", A1="5", E1="not_used"))
    assert (kept.number, kept.left, kept.entered, kept.valid, kept.again) == ("0001", 2, 1, 3, False)
    entry = session.scalars(select(Entry)).one()
    assert entry.answers == answers(F2="certification", A1="5", E1="not_used")
    assert (entry.turn, entry.questionnaire, entry.by_key) == (1, "commune@1", room.lan.key)
    line = session.scalars(select(JournalEntry).order_by(JournalEntry.id.desc())).first()
    assert line is not None
    assert (line.who, line.verb, line.what) == ("Vũ Thị Lan", "nhập liệu", f"phiếu 0001 của {room.name()}")


def test_words_beside_other_are_kept_with_the_answer(session: Session) -> None:
    room = hall(session)
    keep(session, room, replace(typed(F2="other"), others={"F2": "Xác nhận nơi cư trú"}))
    assert session.scalars(select(Entry.answers)).one()["F2:other"] == "Xác nhận nơi cư trú"


NUMBERS = [
    ("", "ballot_missing", "Chưa có mã phiếu; ghi số trên phiếu."),
    ("12a", "ballot_no_format", "Mã phiếu “12a” không đúng dạng 0001; xem số ghi trên phiếu."),
    (
        "0009",
        "ballot_not_registered",
        "Mã phiếu 0009 không có trong các phiếu thu về của UBND xã Số 0001; xem số ghi trên phiếu.",
    ),
    ("0003", "ballot_discarded", "Phiếu 0003 đã loại bỏ (Rách, không đọc được); không nhập."),
    ("0001", "ballot_done", "Phiếu 0001 đã được Vũ Thị Lan nhập ngày 04/10/2021; nhập phiếu khác hoặc dùng Nhập lần hai."),
]


@pytest.mark.parametrize(("number", "key", "said"), NUMBERS, ids=[key for _, key, _ in NUMBERS])
def test_a_number_that_cannot_be_keyed_is_refused_beside_its_box(session: Session, number: str, key: str, said: str) -> None:
    room = hall(session)
    keep(session, room, typed("0001"))
    discarded(session, room.plan_id, room.unit(), "0003")
    found = refused(session, room, typed(number), by=room.minh)
    assert isinstance(found, BallotRefused)
    assert (found.key, found.fields) == (key, {"number": said})


def test_another_units_ballot_is_named_with_its_unit(session: Session) -> None:
    room = hall(session)
    plan = session.get_one(Plan, room.plan_id)
    session.add(Ballot(plan_id=plan.id, unit_id=room.unit(1), number="0777", registered_at=NOW))
    session.flush()
    assert refused(session, room, typed("0777")).sentence == (
        f"Mã phiếu 0777 thuộc {room.name(1)}, không thuộc {room.name()}; xem số ghi trên phiếu hoặc chuyển sang đơn vị đó."
    )


def test_every_wrong_answer_is_refused_beside_its_field(session: Session) -> None:
    room = hall(session)
    found = refused(session, room, typed(A1="6", A2="", B1="3,4", G3="gọi tôi số 0905 123 456"))
    assert isinstance(found, BallotRefused)
    assert found.fields == {
        "A1": "Câu A1 chưa có câu trả lời; chọn một phương án, hoặc Không trả lời nếu phiếu để trống.",
        "A2": "Câu A2 chưa có câu trả lời; chọn một phương án, hoặc Không trả lời nếu phiếu để trống.",
        "B1": "Câu B1 chỉ chọn một phương án; phiếu chọn nhiều thì loại bỏ với lý do tương ứng.",
        "G3": "Ý kiến có vẻ ghi họ tên hoặc số điện thoại của người dân; bỏ phần đó.",
    }
    assert session.scalar(select(func.count(Entry.id))) == 0


def test_a_ballot_that_voids_itself_is_not_kept_and_can_be_discarded(session: Session) -> None:
    room = hall(session)
    found = refused(session, room, typed("0002", F1="official"))
    assert (found.key, found.sentence) == (
        "ballot_to_discard",
        "Chưa lưu phiếu 0002: cán bộ, công chức trả lời thay người dân; bấm Loại phiếu, hoặc sửa câu trả lời nếu nhập nhầm.",
    )
    discard_ballot(
        session, room.plan_id, room.unit(), "2", DiscardReason.ANSWERED_BY_OFFICIAL, "", by=room.lan, now=NOW, shelf=SHELF
    )
    assert units_entries(session, room.plan_id)[room.unit()] == UnitEntries(valid=2)
    line = session.scalars(select(LedgerLine)).one()
    assert (line.valid, line.discarded, line.reasons, line.is_correction) == (-1, 1, {"answered_by_official": 1}, True)
    assert refused(session, room, typed("0002")).key == "ballot_discarded"


def test_discarding_asks_for_words_where_no_reason_fits(session: Session) -> None:
    room = hall(session)
    with pytest.raises(Refused) as caught:
        discard_ballot(session, room.plan_id, room.unit(), "2", DiscardReason.OTHER, " ", by=room.lan, now=NOW, shelf=SHELF)
    assert caught.value.key == "discard_note"


def test_what_is_sent_again_is_kept_once(session: Session) -> None:
    room = hall(session)
    first = keep(session, room, typed(once="abc"))
    again = keep(session, room, typed(once="abc"))
    assert again == replace(first, again=True)
    assert session.scalar(select(func.count(Entry.id))) == 1
    assert session.scalar(select(func.count(JournalEntry.id)).where(JournalEntry.verb == "nhập liệu")) == 1


def test_what_is_sent_again_after_the_gate_has_shut_was_kept_all_the_same(session: Session) -> None:
    room = hall(session)
    first = keep(session, room, typed(once="abc"))
    session.execute(Task.__table__.update().values(status=TaskStatus.DONE))  # type: ignore[attr-defined]
    session.expire_all()
    assert keep(session, room, typed(once="abc")) == replace(first, again=True)
    assert refused(session, room, typed("0002", once="abd")).key == "already_done"


def test_a_key_that_kept_other_answers_does_not_say_that_these_are_kept(session: Session) -> None:
    room = hall(session)
    keep(session, room, typed(once="abc"))
    assert refused(session, room, typed(once="abc", A1="1")).key == "same_key_repeated"
    assert refused(session, room, typed("0002", once="abc")).key == "same_key_repeated"
    assert refused(session, room, typed(once="abc"), by=room.minh).key == "same_key_repeated"


def test_a_clerk_takes_the_last_ballot_back_and_keys_it_anew(session: Session) -> None:
    room = hall(session)
    kept = keep(session, room, typed(A1="1"))
    back = take_back(session, room.plan_id, kept.entry_id, by=room.lan, now=NOW, shelf=SHELF)
    assert (back.number, back.answers["A1"], back.left) == ("0001", "1", 3)
    line = session.scalars(select(JournalEntry).order_by(JournalEntry.id.desc())).first()
    assert line is not None
    assert (line.verb, line.details["answers"]["A1"]) == ("lấy lại phiếu đã nhập", "1")
    with pytest.raises(NotFound):
        take_back(session, room.plan_id, kept.entry_id, by=room.lan, now=NOW, shelf=SHELF)
    assert keep(session, room, typed(A1="5")).left == 2


def test_only_the_clerk_of_the_same_day_or_the_coordinator_takes_back(session: Session) -> None:
    room = hall(session)
    kept = keep(session, room, typed())
    tomorrow = NOW.replace(day=5)
    for by, now, key in ((room.minh, NOW, "take_back_other"), (room.lan, tomorrow, "take_back_late")):
        with pytest.raises(Refused) as caught:
            take_back(session, room.plan_id, kept.entry_id, by=by, now=now, shelf=SHELF)
        assert caught.value.key == key
    take_back(session, room.plan_id, kept.entry_id, by=room.people.ha, now=tomorrow, shelf=SHELF)


def test_entries_are_complete_when_every_valid_ballot_is_keyed(session: Session) -> None:
    room = hall(session, ballots=2)
    keep(session, room, typed("0001"))
    assert complete_units(session, room.plan_id) == frozenset()
    assert missing(room.name(), units_entries(session, room.plan_id)[room.unit()]) == (
        "entries_equal_valid",
        f"{room.name()} chưa nhập xong: đã nhập 1/2 phiếu hợp lệ; nhập thêm 1 phiếu.",
    )
    keep(session, room, typed("0002"))
    assert complete_units(session, room.plan_id) == {room.unit()}


def test_a_unit_without_ballots_is_not_complete() -> None:
    assert not UnitEntries().complete


ROLES = [
    (Role.CLERK, None),
    (Role.COORDINATOR, None),
    (Role.ADMIN, None),
    (Role.LEADER, "leader_reads"),
    (Role.OBSERVER, "observer_reads"),
    (Role.RECHECKER, "entry_roles"),
    (None, "entry_roles"),
]


@pytest.mark.parametrize(("role", "key"), ROLES)
def test_who_may_key(session: Session, role: Role | None, key: str | None) -> None:
    room = hall(session)
    by = Actor("user-900", "Ai đó", role, room.people.office_id)
    if key is None:
        assert keep(session, room, typed(), by=by).left == 2
    else:
        assert refused(session, room, typed(), by=by).key == key


def test_another_office_finds_nothing(session: Session) -> None:
    room = hall(session)
    other = cast(session, 1, name="Phòng Văn hóa - Xã hội")
    with pytest.raises(NotFound):
        keep(session, room, typed(), by=other.ha)
    with pytest.raises(NotFound):
        keep_entry(session, room.plan_id, other.units[0].id, typed(), by=room.lan, now=NOW, shelf=SHELF)


# ---- gates ------------------------------------------------------------------------------------------------------------


def test_nothing_is_keyed_before_the_stage_opens_and_the_gate_says_why(session: Session) -> None:
    room = hall(session, opened=False)
    found = refused(session, room, typed())
    assert found.key == "entry_blocked"
    assert found.sentence.startswith(f"Chưa nhập được phiếu của {room.name()}. Giai đoạn 4 (Nhập liệu) chưa mở: ")
    names = {unit.id: unit.name for unit in room.people.units}
    of_all = doors_of(session, session.get_one(Plan, room.plan_id), names, now=NOW).refusal_of_all()
    assert found.sentence.endswith(f". {of_all}")


def test_nothing_is_keyed_once_it_shuts_again_and_nothing_is_lost(session: Session) -> None:
    room = hall(session)
    keep(session, room, typed())
    plan = session.get_one(Plan, room.plan_id)
    progress.reopen_task(session, task(session, plan, 3, room.people.units[0]).id, by=room.people.ha, now=NOW, agreed=True)
    assert refused(session, room, typed("0002")).key == "entry_blocked"
    assert session.scalar(select(func.count(Entry.id))) == 1
    finish(session, plan, room.people, 3)
    assert keep(session, room, typed("0002")).left == 1


STATES = [
    (TaskStatus.DONE, "already_done"),
    (TaskStatus.SUBMITTED, "awaiting_confirmation"),
    (TaskStatus.PAUSED, "status_moved"),
    (TaskStatus.CANCELLED, "task_cancelled"),
    (TaskStatus.NOT_OPEN, "entry_blocked"),
]


@pytest.mark.parametrize(("status", "key"), STATES)
def test_a_stage_that_is_not_under_way_takes_no_ballot(session: Session, status: TaskStatus, key: str) -> None:
    room = hall(session)
    task(session, session.get_one(Plan, room.plan_id), 4).status = status
    session.flush()
    assert refused(session, room, typed()).key == key


def test_a_paused_plan_takes_no_ballot(session: Session) -> None:
    room = hall(session)
    planning.pause_plan(session, room.plan_id, by=room.people.ha, reason="bão", now=NOW)
    assert refused(session, room, typed()).key == "plan_paused"


def test_a_published_result_takes_no_ballot(session: Session) -> None:
    room = hall(session)
    session.add(
        Publication(
            plan_id=room.plan_id, version_no=1, slug="a", status=PublicationStatus.PUBLISHED, data={}, created_at=NOW,
            created_by="Hà", published_at=NOW,
        )
    )  # fmt: skip
    session.flush()
    assert refused(session, room, typed()).key == "entry_published"


def test_where_the_gate_asks_for_the_recheck_each_unit_waits_for_its_own(session: Session) -> None:
    room = hall(session)
    stage = session.scalars(select(Stage).where(Stage.work_kind == WorkKind.DATA_ENTRY)).one()
    session.add(GateCondition(stage_id=stage.id, kind=ConditionKind.RECHECKED, per_unit=True))
    draw = RecheckDraw(
        plan_id=room.plan_id, unit_id=room.unit(), percent=10, population=3, planned=1, ballots=[], drawn_at=NOW, by_name="Hà",
        by_key="user-1", decision=RecheckDecision.PASS,
    )  # fmt: skip
    session.add(draw)
    session.flush()
    assert keep(session, room, typed()).left == 2
    assert refused(session, room, typed(), unit=1).sentence == (
        f"{room.name(1)} chưa phúc tra đủ: 0/1 phiếu (10% số phiếu thu về); phúc tra thêm 1 phiếu."
    )
    draw.decision = RecheckDecision.FAIL
    session.flush()
    assert refused(session, room, typed("0002")).key == "recheck_over_threshold"


def test_a_unit_that_is_surveyed_again_takes_no_ballot(session: Session) -> None:
    room = hall(session)
    first = task(session, session.get_one(Plan, room.plan_id), 3, room.people.units[0])
    session.add(
        Task(
            plan_id=room.plan_id, stage_id=first.stage_id, unit_id=room.unit(), round=1, round_kind="resurvey",
            ballots_asked=60, status=TaskStatus.IN_PROGRESS, changed_at=NOW,
        )
    )  # fmt: skip
    session.flush()
    assert refused(session, room, typed()).sentence == (
        f"{room.name()} chưa được nhập liệu: đang điều tra lại 60 phiếu; hoàn thành và phúc tra lại số phiếu này trước."
    )
    assert keep(session, room, typed(), unit=1).left == 2


def test_a_plan_without_a_stage_of_data_entry_waits_for_the_units_own_fieldwork(session: Session) -> None:
    room = hall(session, draft=without_stages(WorkKind.DATA_ENTRY), opened=False)
    plan = session.get_one(Plan, room.plan_id)
    finish(session, plan, room.people, 2)
    assert refused(session, room, typed()).sentence == (
        f"{room.name()} chưa vào nhập liệu: đơn vị chưa hoàn thành giai đoạn 3 (Điều tra khảo sát); "
        "báo hoàn thành giai đoạn 3 (Điều tra khảo sát) trước."
    )
    complete(session, task(session, plan, 3, room.people.units[0]).id, room.people)
    assert keep(session, room, typed()).left == 2
    assert refused(session, room, typed(), unit=1).key == "entry_after"


# ---- questionnaires ---------------------------------------------------------------------------------------------------


def test_a_page_of_another_version_is_not_taken(session: Session) -> None:
    room = hall(session)
    found = refused(session, room, replace(typed(), questionnaire="commune@2"))
    assert found.sentence == "Mẫu phiếu đã đổi ngày 04/10/2021; tải lại trang để nhập theo mẫu mới."


GROUPS = [("Trạm Y tế", "health-station@1"), ("UBND xã, phường", "commune@1"), ("", "commune@1")]


@pytest.mark.parametrize(("group", "key"), GROUPS)
def test_a_group_that_the_plan_says_nothing_of_has_the_questionnaire_of_its_name(group: str, key: str) -> None:
    assert questionnaires.key_of(questionnaires.of_group(Plan(method={}), group, SHELF)) == key


def test_a_plan_says_which_questionnaire_a_group_has() -> None:
    plan = Plan(method=Method(groups=(GroupMethod("Trạm Y tế", questionnaire="online-nine@1"),)).as_table())
    assert questionnaires.of_group(plan, "Trạm Y tế", SHELF).code == "online-nine"


def test_an_office_takes_in_a_new_version_and_never_edits_one(session: Session) -> None:
    people = cast(session, 1)
    source = (FOLDER / "commune.toml").read_text()

    def take(text: str, by: Actor = people.ha) -> str:
        row = questionnaires.take_in(
            session, people.office_id, text, basis="Quyết định 12/QĐ-UBND", seeds=seed_questionnaires(), by=by, now=NOW
        )
        return f"{row.code}@{row.version}"

    with pytest.raises(Refused) as caught:
        take(source)
    assert caught.value.sentence == "Mẫu phiếu commune@1 đã có; mẫu đang dùng không sửa được, tăng phiên bản lên 2 rồi tải lại."
    second = source.replace("version = 1", "version = 2")
    assert take(second) == take(second) == "commune@2"
    with pytest.raises(Refused) as caught:
        take(source.replace("version = 1", "version = 9"))
    assert caught.value.key == "questionnaire_version_back"
    with pytest.raises(Refused) as caught:
        take(source.replace("version = 1", "version = 3"), people.dung)
    assert caught.value.key == "leader_reads"
    shelf = questionnaires.shelf(session, people.office_id, seed_questionnaires())
    assert list(shelf) == ["commune@1", "commune@2", "health-station@1", "online-nine@1"]
    other = cast(session, 1, name="Phòng khác")
    assert "commune@2" not in questionnaires.shelf(session, other.office_id, seed_questionnaires())


# ---- races ------------------------------------------------------------------------------------------------------------


def test_two_clerks_key_one_ballot_at_once_and_one_reads_who_has_it(engine: Engine) -> None:
    with Session(engine) as session:
        room = hall(session)
        session.commit()
    said: list[str] = []
    ready = threading.Barrier(2)

    def key_it(by: Actor, once: str) -> None:
        ready.wait()
        with Session(engine) as own:
            try:
                keep_entry(own, room.plan_id, room.unit(), typed(once=once), by=by, now=NOW, shelf=SHELF)
                own.commit()
                said.append("kept")
            except Refused as refused_:
                said.append(refused_.key)

    clerks = [threading.Thread(target=key_it, args=(by, by.key)) for by in (room.lan, room.minh)]
    for thread in clerks:
        thread.start()
    for thread in clerks:
        thread.join()
    assert sorted(said) == ["ballot_done", "kept"]
    with Session(engine) as session:
        assert session.scalar(select(func.count(Entry.id))) == 1


def test_no_ballot_slips_in_while_the_gate_shuts(engine: Engine) -> None:
    """The gate shuts in a transaction that is not yet over: the clerk waits, then reads that it is shut."""
    with Session(engine) as session:
        room = hall(session)
        plan = session.get_one(Plan, room.plan_id)
        third = task(session, plan, 3, room.people.units[0]).id
        session.commit()
    said: list[str] = []
    with Session(engine) as shutting:
        progress.reopen_task(shutting, third, by=room.people.ha, now=NOW, agreed=True)

        def key_it() -> None:
            with Session(engine) as own:
                try:
                    keep_entry(own, room.plan_id, room.unit(), typed(), by=room.lan, now=NOW, shelf=SHELF)
                    own.commit()
                    said.append("kept")
                except Refused as refused_:
                    said.append(refused_.key)

        clerk = threading.Thread(target=key_it)
        clerk.start()
        clerk.join(0.3)
        assert said == []  # it waits for the plan's row
        shutting.commit()
        clerk.join()
    assert said == ["entry_blocked"]


def test_a_ballot_that_is_discarded_counts_no_more(session: Session) -> None:
    room = hall(session)
    keep(session, room, typed("0001"))
    ballot = session.scalars(select(Ballot).where(Ballot.unit_id == room.unit(), Ballot.number == "0001")).one()
    ballot.status = BallotStatus.DISCARDED
    session.flush()
    assert units_entries(session, room.plan_id)[room.unit()] == UnitEntries(valid=2, entered=0)


def test_shut_gates_of_many_units_are_asked_in_as_many_statements_as_of_few(session: Session) -> None:
    """Where each unit keys its own ballots, every unit has a gate of its own."""
    stages = tuple(
        replace(stage, scope=Scope.EACH_UNIT) if stage.work_kind is WorkKind.DATA_ENTRY else stage for stage in SMALL_PLAN.stages
    )
    asked = []
    for units in (2, 9):
        people = cast(session, units, name=f"Cơ quan {units}")
        plan = running_plan(session, people, replace(SMALL_PLAN, stages=stages))
        names = {unit.id: unit.name for unit in people.units}
        said: list[str] = []
        event.listen(session.get_bind(), "before_cursor_execute", note := lambda *args, said=said: said.append(args[2]))
        shut = refusals_to_enter(session, plan, names, now=NOW)
        event.remove(session.get_bind(), "before_cursor_execute", note)
        assert shut.keys() == names.keys()
        assert all(name in shut[unit_id].sentence for unit_id, name in names.items())
        asked.append(len(said))
    assert asked[0] == asked[1]
