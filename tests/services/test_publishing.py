"""From counts to a published version: drafts, approval, the frozen version, corrections, and every step that comes too early."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from tests.builders import SMALL_PLAN, Cast, cast, moment, running_plan
from tests.survey import MAKERS, SOURCES, all_units, collect
from tracker.errors import NotFound, Refused
from tracker.models import (
    Ballot,
    Entry,
    JournalEntry,
    OutboxMessage,
    Plan,
    Publication,
    PublicationFile,
    Stage,
    Task,
    Unit,
    User,
)
from tracker.queries import publications, results
from tracker.rules.access import Actor
from tracker.rules.results import canonical
from tracker.rules.schedule import PlanInput, StageInput
from tracker.rules.states import BallotStatus, PlanStatus, PublicationStatus, Role, Scope, TaskStatus, TimeKind, WorkKind
from tracker.services import publishing
from tracker.services.publishing import Approval, EarlierInput

DAY = moment(2021, 10, 20)
LATER = moment(2021, 10, 25)
PAPER = Approval("Thông báo", "49/TB-UBND", date(2021, 10, 22), "UBND thành phố Cam Ranh", "Nguyễn Văn Hòa")


@pytest.fixture
def people(session: Session) -> Cast:
    return cast(session)


@pytest.fixture
def plan(session: Session, people: Cast) -> Plan:
    """A running plan with forty keyed ballots in each of three units."""
    made = running_plan(session, people)
    collect(session, made, all_units(people), discarded=1)
    return made


def draft(session: Session, plan: Plan, by: Actor, **values: Any) -> Publication:
    given: dict[str, Any] = {"exceptions": {}, "reason": "", "now": DAY} | values
    return publishing.draft_result(session, plan.id, sources=SOURCES, makers=MAKERS, by=by, **given)


def approve(session: Session, row: Publication, by: Actor, paper: Approval = PAPER) -> Publication:
    return publishing.approve(session, row.id, paper, sources=SOURCES, makers=MAKERS, by=by, now=LATER)


def publish(session: Session, row: Publication, by: Actor) -> Publication:
    return publishing.publish(session, row.id, sources=SOURCES, makers=MAKERS, by=by, now=LATER)


def published(session: Session, plan: Plan, people: Cast, **values: Any) -> Publication:
    row = draft(session, plan, people.ha, **values)
    return publish(session, approve(session, row, people.ha), people.ha)


def refused_key(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.key


def change_an_answer(session: Session) -> None:
    entry = session.scalars(select(Entry).order_by(Entry.id).limit(1)).one()
    entry.answers = {**entry.answers, "A1": "1" if entry.answers["A1"] != "1" else "2"}
    session.flush()


def test_a_result_goes_from_draft_to_a_frozen_version_that_anybody_may_read(session: Session, plan: Plan, people: Cast) -> None:
    row = published(session, plan, people)
    assert (row.status, row.version_no, row.slug) == (PublicationStatus.PUBLISHED, 1, f"khao-sat-2021-{plan.id}")
    assert row.fingerprint == hashlib.sha256(canonical(row.data)).hexdigest()
    names = set(session.scalars(select(PublicationFile.name)))
    assert names == {"du-lieu.csv", "tu-dien.csv", "page.html", "bao-cao.docx"}
    page = publications.stored_page(session, row.slug, "page.html")
    assert page is not None
    assert page.content.decode() == "bản 1, thay bằng None"


def test_the_fingerprint_covers_the_open_data(session: Session, plan: Plan, people: Cast) -> None:
    row = published(session, plan, people)
    stored = publications.stored_page(session, row.slug, "du-lieu.csv")
    assert stored is not None
    assert row.data["open_files"]["du-lieu.csv"] == hashlib.sha256(stored.content).hexdigest()


def test_nothing_is_public_before_it_is_published(session: Session, plan: Plan, people: Cast) -> None:
    row = draft(session, plan, people.ha)
    assert publications.stored_page(session, row.slug, "du-lieu.csv") is None
    approve(session, row, people.ha)
    assert publications.stored_page(session, row.slug, "du-lieu.csv") is None
    assert publications.public_lines(session) == []


def test_the_units_the_leader_and_the_observer_are_told_once(session: Session, plan: Plan, people: Cast) -> None:
    sat = User(office_id=people.office_id, username="sat", name="Sát", email="sat@example.vn", role=Role.OBSERVER)
    session.add(sat)
    session.flush()
    row = published(session, plan, people)
    publish(session, row, people.ha)
    told = session.scalars(select(OutboxMessage.to_email).where(OutboxMessage.kind == "published"))
    assert sorted(told) == sorted([*(unit.email for unit in people.units), people.dung_email, "sat@example.vn"])


def test_the_journal_tells_who_drafted_approved_and_published(session: Session, plan: Plan, people: Cast) -> None:
    row = published(session, plan, people)
    lines = session.execute(select(JournalEntry.verb, JournalEntry.who, JournalEntry.what).order_by(JournalEntry.id)).all()
    told = [(verb, who) for verb, who, what in lines if "bản 1" in what]
    assert told == [("lập dự thảo kết quả", "Trần Thu Hà"), ("phê duyệt", "Trần Thu Hà"), ("công bố", "Trần Thu Hà")]
    assert row.fingerprint in lines[-1].what or any(row.fingerprint in line.what for line in lines)


# What comes too early or from the wrong hand


@pytest.mark.parametrize(
    ("missing", "paper"),
    [
        ("số", Approval("Thông báo", " ", date(2021, 10, 22), "UBND", "Hòa")),
        ("ngày", Approval("Thông báo", "1/TB", None, "UBND", "Hòa")),
        ("người ký", Approval("Thông báo", "1/TB", date(2021, 10, 22), "UBND", "")),
        ("loại văn bản, số, ngày, cơ quan ban hành, người ký", Approval("", "", None, "", "")),
    ],
)
def test_an_approval_needs_all_marks_of_the_paper(
    session: Session, plan: Plan, people: Cast, missing: str, paper: Approval
) -> None:
    row = draft(session, plan, people.ha)
    with pytest.raises(Refused) as refused:
        approve(session, row, people.ha, paper)
    words = f"Chưa công bố được: thiếu {missing} của quyết định hoặc thông báo; ghi như văn bản đã ký."
    assert refused.value.sentence == words


@pytest.mark.parametrize(
    ("day", "key"), [(date(2021, 10, 19), "approval_date_before"), (date(2021, 10, 26), "approval_date_future")]
)
def test_the_day_of_an_approval_lies_between_the_figures_and_today(
    session: Session, plan: Plan, people: Cast, day: date, key: str
) -> None:
    row = draft(session, plan, people.ha)
    assert refused_key(lambda: approve(session, row, people.ha, Approval("Quyết định", "1/QĐ", day, "UBND", "Hòa"))) == key


def test_ballots_that_are_not_keyed_stop_the_draft_with_their_number(session: Session, people: Cast) -> None:
    plan = running_plan(session, people)
    collect(session, plan, {people.units[0].id: 12})
    collect(session, plan, {people.units[1].id: 5}, entered=False)
    with pytest.raises(Refused) as refused:
        draft(session, plan, people.ha)
    assert refused.value.sentence == "Chưa tính được kết quả: còn 5/17 phiếu hợp lệ chưa nhập ở 1 đơn vị."


def test_a_unit_without_ballots_stops_the_draft_unless_it_is_named_with_a_reason(session: Session, people: Cast) -> None:
    plan = running_plan(session, people)
    collect(session, plan, {people.units[0].id: 12, people.units[1].id: 12})
    assert refused_key(lambda: draft(session, plan, people.ha)) == "result_unit_missing"
    missing = people.units[2]
    assert refused_key(lambda: draft(session, plan, people.ha, exceptions={missing.id: "  "})) == "result_unit_missing"
    row = draft(session, plan, people.ha, exceptions={missing.id: "sáp nhập từ 01/7/2021"})
    assert row.data["exceptions"] == [{"unit": missing.name, "reason": "sáp nhập từ 01/7/2021"}]
    publish(session, approve(session, row, people.ha), people.ha)


def test_a_plan_without_any_ballot_has_no_result(session: Session, people: Cast) -> None:
    plan = running_plan(session, people)
    assert refused_key(lambda: draft(session, plan, people.ha)) == "result_nothing"


def test_a_draft_is_not_published_without_approval(session: Session, plan: Plan, people: Cast) -> None:
    row = draft(session, plan, people.ha)
    assert refused_key(lambda: publish(session, row, people.ha)) == "approval_document"


def test_figures_that_changed_since_the_draft_are_not_approved(session: Session, plan: Plan, people: Cast) -> None:
    row = draft(session, plan, people.ha)
    change_an_answer(session)
    assert refused_key(lambda: approve(session, row, people.ha)) == "figures_changed_draft"


def test_figures_that_changed_since_the_approval_are_not_published(session: Session, plan: Plan, people: Cast) -> None:
    row = approve(session, draft(session, plan, people.ha), people.ha)
    change_an_answer(session)
    assert refused_key(lambda: publish(session, row, people.ha)) == "figures_changed"
    again = draft(session, plan, people.ha, now=LATER)
    assert (again.id, again.status, again.number) == (row.id, PublicationStatus.DRAFT, "")


def test_computing_the_same_figures_again_keeps_the_approval(session: Session, plan: Plan, people: Cast) -> None:
    row = approve(session, draft(session, plan, people.ha), people.ha)
    assert draft(session, plan, people.ha, now=LATER).status is PublicationStatus.APPROVED
    assert row.number == "49/TB-UBND"


WITH_PUBLICATION: PlanInput = PlanInput(
    **{
        **{name: getattr(SMALL_PLAN, name) for name in SMALL_PLAN.__dataclass_fields__},
        "stages": (
            SMALL_PLAN.stages[2],
            StageInput(
                "2", "Tổng hợp, phân tích", "Tổng hợp", "Phòng Nội vụ", "", "", TimeKind.DEADLINE, None, date(2021, 11, 5),
                Scope.ONCE, WorkKind.ANALYSIS,
            ),
            StageInput(
                "3", "Công bố", "Công bố", "Phòng Nội vụ", "", "", TimeKind.DEADLINE, None, date(2021, 11, 15), Scope.ONCE,
                WorkKind.PUBLICATION,
            ),
        ),
    }
)  # fmt: skip


def set_status(session: Session, plan: Plan, kind: WorkKind, status: TaskStatus) -> None:
    stages = select(Stage.id).where(Stage.plan_id == plan.id, Stage.work_kind == kind)
    session.execute(update(Task).where(Task.stage_id.in_(stages)).values(status=status))
    session.expire_all()


def test_no_step_is_taken_while_the_gate_of_its_stage_is_shut(session: Session, people: Cast) -> None:
    plan = running_plan(session, people, WITH_PUBLICATION, now=moment(2021, 7, 2))
    collect(session, plan, all_units(people))
    with pytest.raises(Refused) as refused:
        draft(session, plan, people.ha)
    assert refused.value.sentence.startswith("Giai đoạn 2 (Tổng hợp) chưa mở: còn 3/3 đơn vị chưa hoàn thành giai đoạn 1")
    set_status(session, plan, WorkKind.FIELDWORK, TaskStatus.DONE)
    set_status(session, plan, WorkKind.ANALYSIS, TaskStatus.IN_PROGRESS)
    row = approve(session, draft(session, plan, people.ha), people.ha)
    set_status(session, plan, WorkKind.PUBLICATION, TaskStatus.NOT_OPEN)
    set_status(session, plan, WorkKind.ANALYSIS, TaskStatus.IN_PROGRESS)
    with pytest.raises(Refused) as shut:
        publish(session, row, people.ha)
    assert shut.value.sentence.startswith("Giai đoạn 3 (Công bố) chưa mở")


def test_no_step_is_taken_while_its_stage_pauses(session: Session, people: Cast) -> None:
    plan = running_plan(session, people, WITH_PUBLICATION, now=moment(2021, 7, 2))
    collect(session, plan, all_units(people))
    set_status(session, plan, WorkKind.FIELDWORK, TaskStatus.DONE)
    set_status(session, plan, WorkKind.ANALYSIS, TaskStatus.PAUSED)
    with pytest.raises(Refused) as refused:
        draft(session, plan, people.ha)
    assert "“Tổng hợp” đã chuyển sang Tạm dừng" in refused.value.sentence


@pytest.mark.parametrize(
    ("role", "may_draft", "may_approve"),
    [
        (Role.COORDINATOR, True, True),
        (Role.ADMIN, True, True),
        (Role.LEADER, False, True),
        (Role.CLERK, False, False),
        (Role.RECHECKER, False, False),
        (Role.OBSERVER, False, False),
    ],
)
def test_who_may_draft_approve_and_publish(
    session: Session, plan: Plan, people: Cast, role: Role, may_draft: bool, may_approve: bool
) -> None:
    actor = Actor("user-99", "Ai đó", role, people.office_id)
    keys = {"coordinator_only", "observer_reads", "leader_reads"}
    if not may_draft:
        assert refused_key(lambda: draft(session, plan, actor)) in keys
    row = draft(session, plan, people.ha)
    if not may_approve:
        assert refused_key(lambda: approve(session, row, actor)) in keys
    approve(session, row, actor if may_approve else people.ha)
    if not may_draft:
        assert refused_key(lambda: publish(session, row, actor)) in keys
    else:
        assert publish(session, row, actor).status is PublicationStatus.PUBLISHED


def test_another_offices_result_does_not_exist(session: Session, plan: Plan, people: Cast) -> None:
    other = Actor("user-50", "Mai", Role.COORDINATOR, people.office_id + 1)
    with pytest.raises(NotFound):
        draft(session, plan, other)
    row = draft(session, plan, people.ha)
    for act in (lambda: approve(session, row, other), lambda: publish(session, row, other)):
        with pytest.raises(NotFound):
            act()


@pytest.mark.parametrize(
    ("status", "key"),
    [
        (PlanStatus.NOT_STARTED, "plan_not_started"),
        (PlanStatus.PAUSED, "plan_paused"),
        (PlanStatus.CANCELLED, "plan_closed"),
    ],
)
def test_a_plan_that_does_not_run_publishes_nothing(
    session: Session, plan: Plan, people: Cast, status: PlanStatus, key: str
) -> None:
    plan.status = status
    session.flush()
    assert refused_key(lambda: draft(session, plan, people.ha)) == key


# Corrections


def test_a_correction_is_a_new_version_with_its_reason_and_the_old_one_leads_to_it(
    session: Session, plan: Plan, people: Cast
) -> None:
    first = published(session, plan, people)
    change_an_answer(session)
    assert refused_key(lambda: draft(session, plan, people.ha, now=LATER)) == "correction_reason"
    row = draft(session, plan, people.ha, now=LATER, reason="Nhập nhầm một phiếu.")
    assert (row.version_no, row.slug) == (2, f"khao-sat-2021-{plan.id}-ban-2")
    paper = Approval("Thông báo", "52/TB-UBND", LATER.date(), "UBND", "Hòa")
    publish(session, approve(session, row, people.ha, paper), people.ha)
    session.refresh(first)
    assert first.status is PublicationStatus.CORRECTED
    old, new = (publications.stored_page(session, slug, "page.html") for slug in (first.slug, row.slug))
    assert old is not None
    assert new is not None
    assert (old.content.decode(), new.content.decode()) == ("bản 1, thay bằng 2", "bản 2, thay bằng None")
    assert [line.version_no for line in publications.public_lines(session)] == [2]


def test_a_published_version_is_neither_approved_nor_published_again(session: Session, plan: Plan, people: Cast) -> None:
    row = published(session, plan, people)
    assert refused_key(lambda: approve(session, row, people.ha)) == "published_frozen"
    before = (row.published_at, row.fingerprint)
    assert (publish(session, row, people.ha).published_at, row.fingerprint) == before


def test_what_was_frozen_stays_when_ballots_change_later(session: Session, plan: Plan, people: Cast) -> None:
    row = published(session, plan, people)
    kept = canonical(row.data)
    session.execute(update(Ballot).values(status=BallotStatus.DISCARDED))
    session.expire_all()
    assert canonical(session.get_one(Publication, row.id).data) == kept


# Figures of an earlier year


def test_earlier_figures_are_kept_with_their_source_and_compared(session: Session, plan: Plan, people: Cast) -> None:
    unit = people.units[0]
    figures = [
        EarlierInput("plan", "", Decimal("80.00")),
        EarlierInput("unit", str(unit.id), Decimal("79.5"), False, "Đơn vị đã sáp nhập."),
    ]
    publishing.keep_earlier(session, plan.id, figures, source="Thông báo 4/TB-UBND", by=people.ha, now=DAY)
    row = draft(session, plan, people.ha)
    result = publications.frozen(session, row.id).result
    assert (result.last, result.last_source) == (Decimal("80.00"), "Thông báo 4/TB-UBND")
    notes = {u.name: u.change_note for u in result.blocks[0].units}
    assert notes[unit.name] == "Đơn vị đã sáp nhập."


@pytest.mark.parametrize(
    ("figure", "source", "key"),
    [
        (EarlierInput("plan", "", Decimal(80)), " ", "earlier_source"),
        (EarlierInput("plan", "", Decimal("100.01")), "x", "earlier_value"),
        (EarlierInput("plan", "", Decimal("80.001")), "x", "earlier_value"),
        (EarlierInput("plan", "", Decimal(-1)), "x", "earlier_value"),
        (EarlierInput("plan", "", Decimal(80), False, " "), "x", "earlier_why_not"),
    ],
)
def test_earlier_figures_that_cannot_be_are_refused(
    session: Session, plan: Plan, people: Cast, figure: EarlierInput, source: str, key: str
) -> None:
    act = lambda: publishing.keep_earlier(session, plan.id, [figure], source=source, by=people.ha, now=DAY)  # noqa: E731
    assert refused_key(act) == key


def test_figures_of_a_result_published_here_are_taken_over_merged_units_with_their_reason(
    session: Session, plan: Plan, people: Cast
) -> None:
    first = published(session, plan, people)
    merged = Unit(office_id=people.office_id, name="UBND xã Cũ", search_key="cu", successor_id=people.units[1].id)
    session.add(merged)
    session.flush()
    following = running_plan(session, people, now=moment(2021, 11, 1))
    collect(session, following, all_units(people, 35))
    taken = publishing.take_earlier_from(session, following.id, first.id, sources=SOURCES, by=people.ha, now=LATER)
    assert taken == 5
    kept = results.earlier_figures(session, following.id)
    assert kept["unit", str(people.units[0].id)].comparable
    assert (kept["unit", str(people.units[1].id)].comparable, kept["unit", str(people.units[1].id)].why_not) == (
        False,
        "Đơn vị đã sáp nhập hoặc thay đổi so với kỳ trước nên không so sánh.",
    )


def test_figures_of_another_office_are_not_taken(session: Session, plan: Plan, people: Cast) -> None:
    first = published(session, plan, people)
    mai = cast(session, name="Phòng Văn hóa - Xã hội")
    theirs = running_plan(session, mai)
    with pytest.raises(NotFound):
        publishing.take_earlier_from(session, theirs.id, first.id, sources=SOURCES, by=mai.ha, now=LATER)


def test_the_result_takes_a_constant_number_of_statements(session: Session, people: Cast) -> None:
    from sqlalchemy import event

    plan = running_plan(session, people)
    counted = []
    for units in (people.units[:1], people.units[1:]):
        collect(session, plan, {unit.id: 12 for unit in units})
        said: list[str] = []
        note = lambda *args: said.append(args[2])  # noqa: B023, E731
        engine = session.get_bind()
        event.listen(engine, "before_cursor_execute", note)
        survey_of = results.collected(session, plan.id, SOURCES)
        event.remove(engine, "before_cursor_execute", note)
        assert survey_of.missing_entries == 0
        counted.append(len(said))
    assert counted[0] == counted[1]


def test_two_who_publish_at_once_publish_one_version_and_tell_everybody_once(engine: Engine) -> None:
    with Session(engine) as session:
        people = cast(session)
        plan = running_plan(session, people)
        collect(session, plan, all_units(people))
        row_id = approve(session, draft(session, plan, people.ha), people.ha).id
        session.commit()

    def press(_: int) -> PublicationStatus:
        with Session(engine) as own, own.begin():
            return publishing.publish(own, row_id, sources=SOURCES, makers=MAKERS, by=people.ha, now=LATER).status

    with ThreadPoolExecutor(2) as both:
        assert list(both.map(press, range(2))) == [PublicationStatus.PUBLISHED] * 2
    with Session(engine) as session:
        told = session.scalars(select(OutboxMessage.person).where(OutboxMessage.kind == "published")).all()
        assert sorted(told) == sorted(set(told))
        assert len(told) == 4  # three contacts and the leader
        lines = session.scalars(select(JournalEntry.what).where(JournalEntry.verb == "công bố")).all()
        assert len([line for line in lines if line.startswith("kết quả, bản 1")]) == 1
