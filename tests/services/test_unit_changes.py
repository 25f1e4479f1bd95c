"""Units that merge, split, take another name or end: their work goes on, their past stays theirs."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from tests.builders import START, Cast, cast, moment, running_plan, task
from tracker.errors import Refused, UnreadableRows
from tracker.models import Contact, JournalEntry, OutboxMessage, Unit
from tracker.queries.units import choices
from tracker.rules.states import LetterStatus
from tracker.rules.unit_changes import UnitChange, kind_of, read_changes
from tracker.services import people, planning
from tracker.services.organisation import apply_changes, preview_changes

HEAD = ("Đơn vị cũ", "Đơn vị mới", "Khối", "Từ ngày", "Văn bản")
ON = date(2021, 7, 1)
LATER = moment(2021, 7, 2)


def change(old: str, new: str, *, row: int = 2, on: date = ON, group: str = "", document: str = "") -> UnitChange:
    return UnitChange(row, old, new, on, group, document)


def merged(people_: Cast) -> list[UnitChange]:
    a, b, _ = people_.units
    return [change(a.name, "UBND xã Mới", document="NQ 12"), change(b.name, "UBND xã Mới", row=3)]


def unit(session, name: str) -> Unit:
    return session.scalars(select(Unit).where(Unit.name == name)).one()


def test_rows_are_read_by_their_headings_in_any_order_and_form():
    rows = read_changes(
        ("Văn bản", "Từ ngày", "Tên mới", "Tên cũ"),
        [(2, ["NQ 12", "01/7/2021", "B", "A "]), (3, ["", "2021-07-01", "", "C"]), (4, ["", "", "", ""])],
    )
    assert rows == (UnitChange(2, "A", "B", ON, "", "NQ 12"), UnitChange(3, "C", "", ON))


@pytest.mark.parametrize(
    ("rows", "sentences"),
    [
        ([["", "B", "", "01/7/2021", ""]], ["Dòng 2, cột đơn vị cũ: để trống; điền tên đơn vị hiện nay."]),
        (
            [["A", "B", "", "31/6/2021", ""]],
            ["Dòng 2, cột từ ngày: “31/6/2021” không đọc được là ngày; ghi theo ngày/tháng/năm."],
        ),
        ([["A", "=B", "", "01/7/2021", ""]], ["Dòng 2, cột đơn vị mới: ô chứa công thức; dán giá trị thay công thức."]),
        (
            [["A", "B", "", "01/7/2021", ""], ["A", "B", "", "01/7/2021", ""]],
            ["Dòng 3: đơn vị “A” đã có ở dòng 2; giữ một dòng."],
        ),
        (
            [["A", "B", "", "01/7/2021", ""], ["C", "B", "", "02/7/2021", ""]],
            ["Dòng 3: ngày 02/7/2021 khác ngày ghi ở dòng 2 cho cùng đơn vị; ghi một ngày."],
        ),
        (
            [["A", "A", "", "01/7/2021", ""]],
            ["Dòng 2: “A” vừa là đơn vị cũ vừa là đơn vị mới; chỉ ghi như vậy khi có đơn vị khác sáp nhập vào."],
        ),
        (
            [["A", "B", "", "01/7/2021", ""], ["B", "C", "", "01/7/2021", ""]],
            ["Dòng 3: “B” vừa ngừng hoạt động vừa là đơn vị mới trong cùng tệp; ghi thẳng đơn vị cuối cùng."],
        ),
        ([], ["Tệp chỉ có dòng tiêu đề; thêm dữ liệu rồi nhập lại."]),
    ],
)
def test_what_cannot_be_read_or_held_together_is_named_row_by_row(rows, sentences):
    with pytest.raises(UnreadableRows) as refused:
        read_changes(HEAD, enumerate(rows, start=2))
    assert refused.value.sentences == sentences


def test_a_file_without_a_needed_column_is_refused():
    with pytest.raises(UnreadableRows) as refused:
        read_changes(("Đơn vị cũ", "Khối"), [])
    assert refused.value.sentences == ["Tệp thiếu cột “đơn vị mới”, “từ ngày”; tải tệp mẫu và chép dữ liệu vào đó."]


@pytest.mark.parametrize(
    ("olds", "news", "kind"), [(2, 1, "sáp nhập"), (1, 1, "đổi tên"), (1, 2, "chia tách"), (1, 0, "ngừng hoạt động")]
)
def test_the_kind_follows_from_the_rows(olds, news, kind):
    assert kind_of(olds, news) == kind


def test_a_merger_is_shown_before_anything_is_written(session):
    people_ = cast(session)
    running_plan(session, people_)
    before = session.scalar(select(func.count(Unit.id)))
    (shown,) = preview_changes(session, merged(people_), by=people_.ha)
    assert (shown.kind, shown.new, shown.exists, shown.document) == ("sáp nhập", "UBND xã Mới", False, "NQ 12")
    assert [(old.name, old.open_tasks) for old in shown.olds] == [(u.name, 2) for u in people_.units[:2]]
    assert shown.contacts == (people_.units[0].contact_name, people_.units[1].contact_name)
    session.flush()
    assert session.scalar(select(func.count(Unit.id))) == before


def test_a_merger_ends_the_old_units_and_hands_their_work_to_the_new_ones_people(session):
    people_ = cast(session)
    plan = running_plan(session, people_)
    a, b, c = people_.units
    apply_changes(session, merged(people_), by=people_.ha, now=LATER)
    new = unit(session, "UBND xã Mới")
    assert (new.valid_from, new.head_email) == (ON, a.head_email)
    old = [session.get(Unit, u.id) for u in (a, b)]
    assert [(u.valid_to, u.successor_id) for u in old] == [(date(2021, 6, 30), new.id)] * 2
    # Their tasks stay under their names; both contacts of the new unit answer for both.
    assert task(session, plan, 2, a).unit_id == a.id
    who = people.directory(session, plan_ids=[plan.id], unit_ids=[a.id, b.id, c.id, new.id], day=LATER.date())
    both = {a.email, b.email}
    assert [{p.email for p in who.contacts[u]} for u in (a.id, b.id, new.id)] == [both] * 3
    assert who.contacts[a.id][0].key == who.contacts[b.id][0].key  # one person, one letter
    assert who.heads[b.id].email == a.head_email
    assert {p.email for p in who.contacts[c.id]} == {c.email}
    assert [choice.name for choice in choices(session, people_.office_id, today=LATER.date())] == [c.name, "UBND xã Mới"]
    line = session.scalars(select(JournalEntry).order_by(JournalEntry.id.desc())).first()
    assert (line.verb, line.why) == ("sáp nhập", "NQ 12")
    assert line.what == f"{a.name}, {b.name} thành UBND xã Mới từ 01/7/2021"


def test_before_its_day_everything_is_as_it_was(session):
    people_ = cast(session)
    plan = running_plan(session, people_)
    a, b, _ = people_.units
    apply_changes(session, merged(people_), by=people_.ha, now=START)
    who = people.directory(session, plan_ids=[plan.id], unit_ids=[a.id, b.id], day=date(2021, 6, 30))
    assert [{p.email for p in who.contacts[u]} for u in (a.id, b.id)] == [{a.email}, {b.email}]
    assert who.heads[b.id].email == b.head_email


def test_a_unit_that_takes_others_in_keeps_its_name_and_its_people(session):
    people_ = cast(session)
    plan = running_plan(session, people_)
    a, b, _ = people_.units
    rows = [change(a.name, a.name), change(b.name, a.name, row=3)]
    (done,) = apply_changes(session, rows, by=people_.ha, now=LATER)
    assert (done.kind, done.exists, [old.name for old in done.olds]) == ("sáp nhập", True, [b.name])
    who = people.directory(session, plan_ids=[plan.id], unit_ids=[a.id, b.id], day=LATER.date())
    assert [{p.email for p in who.contacts[u]} for u in (a.id, b.id)] == [{a.email}] * 2
    assert session.get(Unit, a.id).valid_to is None


def test_letters_that_wait_for_people_who_leave_go_to_those_who_follow(session):
    people_ = cast(session)
    plan = running_plan(session, people_)
    a, b, _ = people_.units
    session.add(
        OutboxMessage(
            kind="digest", key="waits", person=f"contact-{b.contact_id}", to_name=b.contact_name, to_email=b.email,
            day=LATER.date(), plan_id=plan.id, facts={}, status=LetterStatus.QUEUED, created_at=START,
            not_before=START,
        )
    )  # fmt: skip
    session.flush()
    apply_changes(session, [change(a.name, a.name), change(b.name, a.name, row=3)], by=people_.ha, now=LATER)
    waits = session.scalars(select(OutboxMessage).where(OutboxMessage.key == "waits")).one()
    assert (waits.to_email, waits.person) == (a.email, f"contact-{a.contact_id}")
    left = session.get(Contact, b.contact_id)
    assert left.valid_to == date(2021, 6, 30)


def test_the_first_of_a_split_goes_on_with_the_work(session):
    people_ = cast(session)
    plan = running_plan(session, people_)
    a = people_.units[0]
    rows = [change(a.name, "UBND xã Đông", group="Khối mới"), change(a.name, "UBND xã Tây", row=3)]
    done = apply_changes(session, rows, by=people_.ha, now=LATER)
    assert [d.kind for d in done] == ["chia tách", "chia tách"]
    east, west = unit(session, "UBND xã Đông"), unit(session, "UBND xã Tây")
    assert session.get(Unit, a.id).successor_id == east.id
    assert east.group_id != west.group_id
    who = people.directory(session, plan_ids=[plan.id], unit_ids=[a.id, east.id, west.id], day=LATER.date())
    assert [{p.email for p in who.contacts[u]} for u in (a.id, east.id, west.id)] == [{a.email}] * 3


def test_a_unit_with_work_does_not_end_without_one_that_follows(session):
    people_ = cast(session)
    running_plan(session, people_)
    a = people_.units[0]
    with pytest.raises(UnreadableRows) as refused:
        apply_changes(session, [change(a.name, "")], by=people_.ha, now=LATER)
    assert refused.value.sentences == [
        f"{a.name} ngừng hoạt động từ 01/7/2021 nhưng chưa có đơn vị kế thừa cho 2 việc; chọn đơn vị kế thừa."
    ]


def test_a_unit_without_work_ends_with_its_people(session):
    people_ = cast(session)
    a = people_.units[0]
    (done,) = apply_changes(session, [change(a.name, "")], by=people_.ha, now=LATER)
    assert (done.kind, session.get(Unit, a.id).valid_to) == ("ngừng hoạt động", date(2021, 6, 30))
    assert not people.directory(session, plan_ids=[], unit_ids=[a.id], day=LATER.date()).contacts


def test_twice_is_refused_with_the_day_and_an_unknown_name_with_the_nearest(session):
    people_ = cast(session)
    apply_changes(session, merged(people_), by=people_.ha, now=LATER)
    with pytest.raises(UnreadableRows) as refused:
        apply_changes(session, [*merged(people_), change("UBND xã Sô 0003", "X", row=4)], by=people_.ha, now=LATER)
    a, b, c = (u.name for u in people_.units)
    assert refused.value.sentences == [
        f"Dòng 2: {a} đã ngừng hoạt động từ 01/7/2021; bỏ dòng này.",
        f"Dòng 3: {b} đã ngừng hoạt động từ 01/7/2021; bỏ dòng này.",
        f"Dòng 4: “UBND xã Sô 0003” không khớp đơn vị nào; gần nhất là “{c}”.",
    ]


def test_only_who_runs_plans_here_may(session):
    people_, others = cast(session), cast(session, name="Phòng khác")
    with pytest.raises(Refused):
        apply_changes(session, merged(people_), by=people_.dung, now=LATER)
    others_unit = Unit(office_id=others.office_id, name="UBND xã Riêng", search_key="ubnd xa rieng", contacts=[])
    session.add(others_unit)
    session.flush()
    with pytest.raises(UnreadableRows):
        apply_changes(session, [change("UBND xã Riêng", "X")], by=people_.ha, now=LATER)
    assert planning.units_without_contact(session, 0, day=ON) == []
