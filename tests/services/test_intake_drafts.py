"""A draft from upload to plan: kept whole, corrected by two people, accepted once, laid over the chosen units."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.builders import START, Cast, cast
from tracker.errors import NotFound, Refused
from tracker.models import JournalEntry, Plan, PlanDraft, PlanUnit, Task
from tracker.rules.access import Actor
from tracker.rules.document import Cell, DocumentText, Line, Table
from tracker.rules.parsed import Doubt, ParsedPlan, ParsedStage, PlanFacts, Timeline, TimePhrase
from tracker.rules.review import FactFields, RowFields
from tracker.rules.states import DraftStatus, Role, Scope, TimeKind
from tracker.services import intake

DOCUMENT = DocumentText((Line(0, "KẾ HOẠCH"), Table(1, ((Cell("1"), Cell("Khảo sát")),))), ("Tệp có một ảnh.",))
ORIGINAL = "KẾ HOẠCH\n1\tKhảo sát".encode()
DUE = TimePhrase("Trước ngày 19/6/2021", TimeKind.DEADLINE, due_on=date(2021, 6, 18))
UNREAD = TimePhrase("giữa năm", TimeKind.UNPARSABLE)


def parsed(*, time: TimePhrase = DUE, number: str = "12/KH-UBND") -> ParsedPlan:
    stages = (
        ParsedStage(1, "1", "Xây dựng kế hoạch", ("Phòng Nội vụ",), (), DUE),
        ParsedStage(2, "2", "Khảo sát", ("Các đơn vị",), (), time, Scope.EACH_UNIT),
    )
    facts = PlanFacts("Khảo sát năm 2021", number, date(2021, 5, 28), "Cam Ranh", "UBND thành phố", year=2021)
    return ParsedPlan(facts, Timeline("table", stages))


@pytest.fixture
def people(session: Session) -> Cast:
    return cast(session)


def saved(session: Session, people: Cast, read: ParsedPlan | None = None) -> int:
    draft = intake.save_draft(
        session, office_id=people.office_id, file_name="ke-hoach.txt", original=ORIGINAL, document=DOCUMENT,
        parsed=read or parsed(), by=people.ha, now=START,
    )  # fmt: skip
    return draft.id


def fields_of(session: Session, draft_id: int, key: int, **changes: object) -> RowFields:
    row = intake.review_of_draft(session.get_one(PlanDraft, draft_id)).row(key)
    fields = RowFields(
        row.no, row.content, row.short_name, row.lead, row.coordinating, row.time.wording, row.time.start_on,
        row.time.due_on, row.scope, row.work_kind, row.needs_confirmation,
    )  # fmt: skip
    return replace(fields, **changes)  # type: ignore[arg-type]


def refusal_of(call: object) -> Refused:
    with pytest.raises(Refused) as caught:
        call()  # type: ignore[operator]
    return caught.value


def test_document_is_kept_whole_with_its_fingerprint(session: Session, people: Cast) -> None:
    draft_id = saved(session, people)
    session.expire_all()
    draft = session.get_one(PlanDraft, draft_id)
    assert (draft.original, draft.file_name, draft.status) == (ORIGINAL, "ke-hoach.txt", DraftStatus.OPEN)
    assert draft.sha256 == hashlib.sha256(ORIGINAL).hexdigest()
    assert intake.document_of_draft(session, draft_id) == DOCUMENT
    assert intake.plan_input(draft).stages[1].wording == "Trước ngày 19/6/2021"
    entry = session.scalars(select(JournalEntry)).one()
    assert (entry.verb, entry.what) == ("lập", "bản bóc tách ke-hoach.txt: 2 nội dung công việc")


def test_same_file_again_finds_the_open_draft_of_the_same_office(session: Session, people: Cast) -> None:
    draft_id = saved(session, people)
    assert intake.same_document(session, people.office_id, ORIGINAL) == draft_id
    assert intake.same_document(session, people.office_id + 1, ORIGINAL) is None
    assert intake.same_document(session, people.office_id, ORIGINAL + b" ") is None


def test_document_without_a_timeline_is_kept(session: Session, people: Cast) -> None:
    draft_id = saved(session, people, ParsedPlan(PlanFacts("Thông báo"), Timeline()))
    draft = session.get_one(PlanDraft, draft_id)
    assert intake.review_of_draft(draft).rows == ()
    refused = refusal_of(lambda: intake.accept_draft(session, draft_id, by=people.ha, now=START))
    assert refused.sentence == "Chưa duyệt được: bản bóc tách chưa có dòng nào; thêm ít nhất một dòng."


def test_corrections_stay_beside_the_reading(session: Session, people: Cast) -> None:
    draft_id = saved(session, people)
    intake.correct_row(
        session, draft_id, 1, fields_of(session, draft_id, 1, due_on=date(2021, 6, 17)), rev=1, by=people.ha, now=START
    )
    session.expire_all()
    draft = session.get_one(PlanDraft, draft_id)
    assert intake.plan_input(draft).stages[0].due_on == date(2021, 6, 17)
    assert draft.parsed["read"]["timeline"]["stages"][0]["time"]["due_on"] == "2021-06-18"
    touched = intake.review_of_draft(draft).row(1).touched
    assert touched is not None
    assert (touched.by, touched.at) == ("Trần Thu Hà", START)


def test_edit_of_a_row_that_somebody_changed_names_who_and_when(session: Session, people: Cast) -> None:
    draft_id = saved(session, people)
    lan = replace(people.ha, key="user-99", name="Lan")
    mine = fields_of(session, draft_id, 2, content="Khảo sát đợt 1")
    theirs = fields_of(session, draft_id, 2, content="Điều tra")
    intake.correct_row(session, draft_id, 2, theirs, rev=1, by=lan, now=START)
    refused = refusal_of(lambda: intake.correct_row(session, draft_id, 2, mine, rev=1, by=people.ha, now=START))
    assert refused.sentence == ("Chưa lưu: Lan đã sửa dòng 2 lúc 08:00, 01/6/2021; xem khác biệt rồi chọn giữ bản nào.")
    kept = intake.correct_row(session, draft_id, 2, mine, rev=2, by=people.ha, now=START)
    assert kept.row(2).content == "Khảo sát đợt 1"


def test_edits_of_different_rows_by_two_people_both_stay(engine: Engine) -> None:
    with Session(engine) as first:
        people = cast(first)
        draft_id = saved(first, people)
        first.commit()
        one = fields_of(first, draft_id, 1, content="Một")
        first.commit()
        with Session(engine) as second:
            two = fields_of(second, draft_id, 2, content="Hai")
            intake.correct_row(second, draft_id, 2, two, rev=1, by=people.ha, now=START)
            second.commit()
        review = intake.correct_row(first, draft_id, 1, one, rev=1, by=people.ha, now=START)
        first.commit()
    assert [r.content for r in review.rows] == ["Một", "Hai"]


def test_rows_are_added_moved_split_merged_removed_and_restored(session: Session, people: Cast) -> None:
    draft_id = saved(session, people)
    added = intake.add_row(session, draft_id, after=1, by=people.ha, now=START)
    fields = fields_of(session, draft_id, added, content="Tập huấn")
    intake.correct_row(session, draft_id, added, fields, rev=1, by=people.ha, now=START)
    intake.move_row(session, draft_id, added, steps=-1, by=people.ha, now=START)
    intake.split_row(session, draft_id, 2, ["Phát phiếu", "Thu phiếu"], rev=1, by=people.ha, now=START)
    intake.remove_row(session, draft_id, 1, by=people.ha, now=START)
    intake.restore_row(session, draft_id, 1, by=people.ha, now=START)
    review = intake.merge_with_above(session, draft_id, 1, by=people.ha, now=START)
    assert [r.content for r in review.rows] == ["Tập huấn", "Phát phiếu", "Thu phiếu; Xây dựng kế hoạch"]


def test_facts_are_corrected_and_stale_facts_are_refused(session: Session, people: Cast) -> None:
    draft_id = saved(session, people)
    fields: FactFields = intake.review_of_draft(session.get_one(PlanDraft, draft_id)).fields
    changed = replace(fields, number="13/KH-UBND", ballots=1650)
    intake.correct_facts(session, draft_id, changed, rev=1, by=people.ha, now=START)
    assert intake.plan_input(session.get_one(PlanDraft, draft_id)).ballots == 1650
    refused = refusal_of(lambda: intake.correct_facts(session, draft_id, fields, rev=1, by=people.ha, now=START))
    assert refused.key == "changed_meanwhile"
    assert "thông tin kế hoạch" in refused.sentence


def test_blocking_point_must_be_settled_before_the_draft_is_accepted(session: Session, people: Cast) -> None:
    draft_id = saved(session, people, parsed(time=UNREAD))
    draft = session.get_one(PlanDraft, draft_id)
    refused = refusal_of(lambda: intake.accept_draft(session, draft_id, by=people.ha, now=START))
    assert refused.sentence == "Chưa duyệt được: còn 1 điểm phải xử lý (dòng 2); sửa dòng, hoặc đánh dấu Đã xem."
    (unread,) = [p for p in intake.points_of_draft(session, draft) if p.blocks]
    intake.settle_doubt(session, draft_id, unread.key, settled=True, by=people.ha, now=START)
    intake.accept_draft(session, draft_id, by=people.ha, now=START)
    assert draft.status is DraftStatus.ACCEPTED


def test_unknown_owner_is_a_point_once_the_office_has_units(session: Session, people: Cast) -> None:
    doubtful = parsed()
    stages = (replace(doubtful.timeline.stages[0], lead=("Sở Lạ",)), doubtful.timeline.stages[1])
    draft_id = saved(session, people, replace(doubtful, timeline=Timeline("table", stages)))
    points = intake.points_of_draft(session, session.get_one(PlanDraft, draft_id))
    assert "“Sở Lạ” chưa có trong danh mục đơn vị; chọn đơn vị tương ứng hoặc thêm mới." in [p.sentence for p in points]
    assert not any("Phòng Nội vụ" in p.sentence for p in points)


def test_empty_row_cannot_be_accepted(session: Session, people: Cast) -> None:
    draft_id = saved(session, people)
    intake.add_row(session, draft_id, after=None, by=people.ha, now=START)
    refused = refusal_of(lambda: intake.accept_draft(session, draft_id, by=people.ha, now=START))
    assert refused.sentence.startswith("Chưa duyệt được: dòng 3 chưa có nội dung công việc")


def test_accepted_draft_is_changed_only_after_it_was_opened_again(session: Session, people: Cast) -> None:
    draft_id = saved(session, people)
    intake.accept_draft(session, draft_id, by=people.ha, now=START)
    refused = refusal_of(lambda: intake.remove_row(session, draft_id, 1, by=people.ha, now=START))
    assert refused.key == "draft_accepted"
    intake.reopen_draft(session, draft_id, by=people.ha, now=START)
    intake.remove_row(session, draft_id, 1, by=people.ha, now=START)
    verbs = list(session.scalars(select(JournalEntry.verb).order_by(JournalEntry.id)))
    assert verbs == ["lập", "duyệt", "mở lại"]


def accepted(session: Session, people: Cast) -> int:
    draft_id = saved(session, people)
    intake.accept_draft(session, draft_id, by=people.ha, now=START)
    return draft_id


def test_plan_is_made_once_over_the_chosen_units(session: Session, people: Cast) -> None:
    draft_id = accepted(session, people)
    chosen = [people.units[2].id, people.units[0].id]
    intake.choose_units(session, draft_id, [*chosen, 9999, chosen[0]], by=people.ha, now=START)
    plan = intake.create_plan_of_draft(session, draft_id, by=people.ha, now=START)
    again = intake.create_plan_of_draft(session, draft_id, by=people.ha, now=START + timedelta(days=1))
    assert again.id == plan.id
    units = session.scalars(select(PlanUnit.unit_id).where(PlanUnit.plan_id == plan.id).order_by(PlanUnit.position)).all()
    assert list(units) == chosen
    assert len(session.scalars(select(Task).where(Task.plan_id == plan.id)).all()) == 3
    draft = session.get_one(PlanDraft, draft_id)
    session.refresh(draft)
    assert (draft.status, draft.plan_id) == (DraftStatus.ACCEPTED, plan.id)
    refused = refusal_of(lambda: intake.reopen_draft(session, draft_id, by=people.ha, now=START))
    assert refused.sentence == "Bản bóc tách này đã thành kế hoạch; sửa trên trang kế hoạch."


def test_plan_without_units_or_acceptance_is_refused(session: Session, people: Cast) -> None:
    draft_id = saved(session, people)
    refused = refusal_of(lambda: intake.create_plan_of_draft(session, draft_id, by=people.ha, now=START))
    assert refused.key == "draft_not_accepted"
    intake.accept_draft(session, draft_id, by=people.ha, now=START)
    refused = refusal_of(lambda: intake.create_plan_of_draft(session, draft_id, by=people.ha, now=START))
    assert refused.key == "units_none"
    assert session.scalars(select(Plan)).all() == []


def test_document_that_is_a_plan_already_is_named(session: Session, people: Cast) -> None:
    units = [u.id for u in people.units]
    for _ in range(2):
        draft_id = accepted(session, people)
        intake.choose_units(session, draft_id, units, by=people.ha, now=START)
        if not session.scalars(select(Plan)).all():
            intake.create_plan_of_draft(session, draft_id, by=people.ha, now=START)
    refused = refusal_of(lambda: intake.create_plan_of_draft(session, draft_id, by=people.ha, now=START))
    assert refused.sentence == (
        "Văn bản 12/KH-UBND ngày 28/5/2021 của UBND thành phố đã có trong hệ thống; "
        "mở kế hoạch đó, hoặc ghi rõ đây là văn bản khác."
    )


def test_other_offices_do_not_find_the_draft_and_leaders_only_read(session: Session, people: Cast) -> None:
    draft_id = saved(session, people)
    stranger = Actor("user-77", "Người lạ", Role.COORDINATOR, people.office_id + 1)
    with pytest.raises(NotFound):
        intake.remove_row(session, draft_id, 1, by=stranger, now=START)
    with pytest.raises(NotFound):
        intake.get_draft(session, draft_id, office_id=stranger.office_id)
    refused = refusal_of(lambda: intake.remove_row(session, draft_id, 1, by=people.dung, now=START))
    assert refused.key == "leader_reads"


def test_doubt_of_the_facts_is_a_point(session: Session, people: Cast) -> None:
    read = parsed(number="/KH-UBND")
    facts = replace(read.facts, doubts=(Doubt("number_blank", "Văn bản chưa có số; bổ sung sau khi văn thư cấp số."),))
    draft_id = saved(session, people, replace(read, facts=facts))
    points = intake.points_of_draft(session, session.get_one(PlanDraft, draft_id))
    assert [p.kind for p in points if p.row is None] == ["number_blank"]
