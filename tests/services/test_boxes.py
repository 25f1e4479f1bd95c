"""Ballot boxes: put up, opened with minutes, found broken, corrected; what they add to the ledger, and who is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select

from tests.builders import moment, task
from tests.services.test_fieldwork import in_fieldwork
from tests.web.pages import squeezed
from tracker.errors import NotFound, Refused
from tracker.links import Links
from tracker.mail.messages import render_batch
from tracker.models import BallotBox, BoxOpening, JournalEntry, LedgerLine, OutboxMessage, Unit, User
from tracker.queries import boxes as queries
from tracker.rules.boxes import Count, Minutes, Part, Present
from tracker.rules.ledger import Totals
from tracker.rules.states import BoxState, DiscardReason, LetterStatus, Role
from tracker.services import planning, progress
from tracker.services.fieldwork import box_openings, boxes
from tracker.services.fieldwork.boxes import BoxInput
from tracker.services.fieldwork.ledger import LineRefused, totals_of_unit

NOW = moment(2021, 8, 2, 9)
BLANK = DiscardReason.BLANK
SET_UP = BoxInput("1", "Bộ phận Một cửa", "NP-01", date(2021, 7, 5))
PEOPLE = (
    Present(Part.CHAIR, "Nguyễn Văn An", "Trưởng bộ phận Một cửa"),
    Present(Part.SECRETARY, "Lê Thị Bé"),
    Present(Part.TEAM, "Trần Thu Hà"),
)
OPENED = Minutes(
    moment(2021, 8, 2, 8),
    seal_number="np-01",
    people=PEOPLE,
    count=Count(40, 38, {BLANK: 2}),
    key_to="Lê Thị Bé, Văn phòng",
    new_seal_number="NP-02",
)
BROKEN = Minutes(moment(2021, 8, 2, 8), seal_number="NP-01", seal_whole=False, description="giấy niêm phong bị rách")


@pytest.fixture
def world(session):
    people, plan = in_fieldwork(session)
    box = boxes.add_box(session, plan.id, people.units[0].id, SET_UP, by=people.contact(0), now=moment(2021, 7, 5))
    return people, plan, box


def open_box(session, world, minutes=OPENED, once="a", now=NOW, by=None):
    people, _, box = world
    return box_openings.record_opening(session, box.id, minutes, once=once, by=by or people.contact(0), now=now)


def totals(session, world) -> Totals:
    people, plan, _ = world
    return totals_of_unit(session, plan.id, people.units[0].id)


def seen(session, world):
    return queries.box(session, world[2].id)


def refused(minutes, session, world) -> list[tuple[str, str]]:
    with pytest.raises(LineRefused) as caught:
        open_box(session, world, minutes, "another form")
    return [(problem.question, problem.sentence) for problem in caught.value.problems]


def test_an_opening_is_one_line_of_the_ledger_however_often_it_is_sent(session, world):
    first, second = open_box(session, world), open_box(session, world)
    assert (first.again, second.again, first.opening_id) == (False, True, second.opening_id)
    assert totals(session, world) == Totals(40, 40, 38, 2, {BLANK: 2})
    line = session.scalars(select(LedgerLine)).one()
    assert (line.source, line.opening_id, line.day) == ("box", first.opening_id, date(2021, 8, 2))
    assert line.note == "Biên bản mở hòm 1 ngày 02/8/2021; số phát ra lấy theo số phiếu trong hòm"
    box = session.get_one(BallotBox, world[2].id)
    assert (box.seal_number, box.sealed_on) == ("NP-02", date(2021, 8, 2))
    said = session.scalars(select(JournalEntry.what).where(JournalEntry.verb == "mở", JournalEntry.who_key.like("contact-%")))
    assert said.all() == [
        "hòm phiếu 1 của UBND xã Số 0001 lúc 08:00, 02/8/2021: 40\u00a0phiếu, niêm phong mới NP-02, "
        "chìa khóa giao Lê Thị Bé, Văn phòng"
    ]


def test_the_same_opening_written_up_by_two_people_is_refused_by_its_seal(session, world):
    open_box(session, world)
    later = replace(OPENED, opened_at=moment(2021, 8, 2, 8, 30))
    assert refused(later, session, world)[0][0] == "seal_number"
    assert totals(session, world).collected == 40


def test_what_was_handed_out_is_taken_as_typed_and_never_below_what_came_back(session, world):
    open_box(session, world, replace(OPENED, count=replace(OPENED.count, handed_out=55)))
    assert totals(session, world).handed_out == 55
    again = replace(OPENED, opened_at=moment(2021, 8, 9), seal_number="NP-02", new_seal_number="NP-03", count=Count(20))
    open_box(session, world, again, "b", moment(2021, 8, 9))
    assert totals(session, world) == Totals(60, 60, 38, 2, {BLANK: 2})


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"people": PEOPLE[1:2]}, "chair", "thiếu chủ trì, đại diện Tổ công tác; bổ sung người chứng kiến."),
        ({"key_to": " "}, "key_to", "Chưa ghi người nhận chìa khóa hòm 1; ghi họ tên và bộ phận nhận."),
        ({"count": Count(40, 37, {BLANK: 2})}, "valid", "Biên bản ghi 40 phiếu, các nhóm cộng lại 39; đếm lại trước khi ký."),
        ({"count": Count(None)}, "ballots", "Chưa ghi tổng số phiếu trong hòm; hòm không có phiếu thì ghi 0."),
        ({"count": Count(-1)}, "ballots", "Số phiếu không thể âm; dùng Đính chính số đã ghi để giảm."),
        ({"new_seal_number": ""}, "new_seal_number", "ghi số niêm phong mới, hoặc chọn thu hồi."),
        ({"new_seal_number": "NP-01"}, "new_seal_number", "Số niêm phong mới NP-01 trùng số cũ;"),
        ({"removes": True}, "new_seal_number", "Hòm 1 vừa có số niêm phong mới vừa chọn thu hồi; bỏ một trong hai."),
        ({"opened_at": moment(2021, 7, 4)}, "opened_on", "mở hòm 08:00, 04/7/2021 trước khi niêm phong 05/7/2021"),
        ({"opened_at": moment(2021, 8, 2, 10)}, "opened_on", "Thời điểm mở hòm 10:00, 02/8/2021 sau hiện tại"),
        ({"count": Count(40, handed_out=30)}, "collected", "Thu về lũy kế 40 phiếu, nhiều hơn 30 phiếu đã phát;"),
    ],
)
def test_minutes_that_do_not_hold_are_refused_with_a_sentence_at_their_field(session, world, change, field, said):
    assert any(at == field and said in whole for at, whole in refused(replace(OPENED, **change), session, world))
    assert session.scalar(select(func.count(BoxOpening.id))) == 0
    assert totals(session, world) == Totals()


def test_a_second_opening_is_after_the_first(session, world):
    open_box(session, world)
    early = replace(OPENED, opened_at=moment(2021, 8, 2, 7), seal_number="NP-02", new_seal_number="NP-03")
    assert refused(early, session, world) == [
        ("opened_on", "Thời điểm mở hòm 07:00, 02/8/2021 trước khi niêm phong 08:00, 02/8/2021; kiểm tra lại giờ.")
    ]


def test_a_box_that_is_taken_away_takes_no_more_minutes(session, world):
    open_box(session, world, replace(OPENED, new_seal_number="", removes=True))
    assert seen(session, world).state is BoxState.REMOVED
    with pytest.raises(Refused, match="Hòm 1 đã thu hồi ngày 02/8/2021; không ghi thêm"):
        open_box(session, world, replace(OPENED, opened_at=moment(2021, 8, 3)), "b", moment(2021, 8, 3, 9))


def test_a_correction_is_a_line_more_the_minutes_stay_and_twice_is_once(session, world):
    people, _, _ = world
    done = open_box(session, world)
    right = Count(41, 38, {BLANK: 3}, handed_out=41)
    for _ in range(2):
        box_openings.correct_opening(session, done.opening_id, right, "đếm sót một phiếu", by=people.ha, now=NOW)
    assert totals(session, world) == Totals(41, 41, 38, 3, {BLANK: 3})
    lines = [(line.collected, line.is_correction) for line in session.scalars(select(LedgerLine).order_by(LedgerLine.id))]
    assert lines == [(40, False), (1, True)]
    opening = seen(session, world).openings[0]
    assert (opening.ballots, opening.then.collected, opening.now.collected) == (40, 40, 41)


def test_a_correction_says_why_and_never_goes_below_nothing(session, world):
    people, _, _ = world
    done = open_box(session, world)
    with pytest.raises(LineRefused, match="ghi dòng đính chính kèm lý do"):
        box_openings.correct_opening(session, done.opening_id, Count(39, 37, {BLANK: 2}), " ", by=people.ha, now=NOW)
    with pytest.raises(LineRefused, match="đếm lại"):
        box_openings.correct_opening(session, done.opening_id, Count(39, 38, {BLANK: 2}), "nhầm", by=people.ha, now=NOW)
    assert totals(session, world).collected == 40


def test_a_broken_seal_is_told_at_once_to_the_head_the_coordinator_and_observers(session, world):
    people, plan, _ = world
    sat = User(office_id=people.office_id, username="sat", name="Sát", role=Role.OBSERVER, email="sat@example.vn")
    session.add(sat)
    plan.letters_released_at = None  # the first mass mail still waits: this is none
    session.flush()
    done = open_box(session, world, BROKEN, now=moment(2021, 8, 8, 21))  # a Sunday, late
    again = open_box(session, world, BROKEN, now=moment(2021, 8, 8, 21))
    assert (done.line, done.head_told, again.again) == (None, True, True)
    letters = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "seal_broken").order_by(OutboxMessage.id)).all()
    assert [(x.to_email, x.status, x.not_before) for x in letters] == [
        (email, LetterStatus.QUEUED, moment(2021, 8, 8, 21))
        for email in (people.units[0].head_email, people.ha_email, "sat@example.vn")
    ]
    made = render_batch(session, letters, links=Links("https://x"), personal_token=lambda i, n: "t", today=date(2021, 8, 8))
    assert "ghi nhận niêm phong hòm phiếu 1 đặt tại Bộ phận Một cửa" in squeezed(made[letters[0].id].text)
    assert totals(session, world) == Totals()
    assert seen(session, world).state is BoxState.BROKEN


def test_without_an_address_of_the_head_that_is_said(session, world):
    people, _, _ = world
    session.get_one(Unit, people.units[0].id).head_email = ""
    session.flush()
    assert open_box(session, world, BROKEN).head_told is False


def test_a_broken_box_is_opened_only_after_the_heads_word_and_counts_once_in_the_same_minutes(session, world):
    people, _, _ = world
    found = open_box(session, world, BROKEN)
    with pytest.raises(Refused, match="chờ và ghi ý kiến của thủ trưởng UBND xã Số 0001 trước"):
        open_box(session, world, replace(OPENED, opened_at=moment(2021, 8, 2, 9)), "b")
    with pytest.raises(LineRefused, match="ghi nguyên văn ý kiến"):
        box_openings.decide_broken(session, found.opening_id, "mở hòm", "", by=people.contact(0), now=NOW)
    box_openings.decide_broken(
        session, found.opening_id, "Mở hòm, lập biên bản", "Thủ Trưởng 1, Chủ tịch", by=people.contact(0), now=NOW
    )
    with pytest.raises(Refused, match="đã ghi ngày 02/8/2021; không ghi lần hai"):
        box_openings.decide_broken(session, found.opening_id, "Khác", "Ai đó", by=people.ha, now=NOW)
    assert seen(session, world).state is BoxState.DECIDED
    later = replace(OPENED, opened_at=moment(2021, 8, 2, 11), seal_number="")
    for _ in range(2):
        done = open_box(session, world, later, "b", moment(2021, 8, 2, 12))
    opening = session.scalars(select(BoxOpening)).one()
    assert (done.opening_id, opening.ballots, opening.seal_whole, opening.seal_number) == (opening.id, 40, False, "NP-01")
    assert opening.decision == "Mở hòm, lập biên bản"
    assert totals(session, world).collected == 40
    # The report sent again by the browser does not find a second broken seal.
    assert open_box(session, world, BROKEN).again


def test_a_broken_seal_needs_its_description_and_counts_nothing_before(session, world):
    people, _, _ = world
    assert refused(replace(BROKEN, description=" "), session, world) == [
        ("description", "Chưa mô tả tình trạng hòm 1; ghi chỗ không nguyên vẹn và ai phát hiện.")
    ]
    found = open_box(session, world, BROKEN)
    with pytest.raises(Refused, match="thiếu biên bản mở hòm"):
        box_openings.correct_opening(session, found.opening_id, Count(1), "x", by=people.ha, now=NOW)


def test_a_broken_seal_is_written_down_while_the_plan_pauses_a_count_is_not(session, world):
    people, plan, _ = world
    planning.pause_plan(session, plan.id, reason="lũ", by=people.ha, now=NOW)
    with pytest.raises(Refused, match="tạm dừng"):
        open_box(session, world)
    assert open_box(session, world, BROKEN, "b").opening_id


def test_a_unit_does_not_finish_with_a_box_that_nobody_opened(session, world):
    people, plan, _ = world
    work = task(session, plan, 3, people.units[0])
    boxes.add_box(session, plan.id, people.units[0].id, replace(SET_UP, code="2"), by=people.ha, now=NOW)
    with pytest.raises(Refused, match="còn 2 hòm phiếu chưa mở \\(hòm 1 và hòm 2\\); mở hòm và ghi biên bản"):
        progress.complete_task(session, work.id, by=people.contact(0), now=NOW)
    open_box(session, world, replace(OPENED, count=Count(60, 60)))
    second = session.scalars(select(BallotBox).where(BallotBox.code == "2")).one()
    with pytest.raises(Refused, match="Chỉ điều phối viên"):
        boxes.remove_box(session, second.id, "nhầm", by=people.contact(0), now=NOW)
    boxes.remove_box(session, second.id, "khai báo nhầm", by=people.ha, now=NOW)
    progress.complete_task(session, work.id, by=people.contact(0), now=NOW)


def test_a_box_has_a_number_a_place_and_a_seal_of_its_own(session, world):
    people, plan, _ = world
    with pytest.raises(LineRefused) as caught:
        boxes.add_box(session, plan.id, people.units[0].id, BoxInput("1", "", "", None), by=people.ha, now=NOW)
    assert [p.sentence for p in caught.value.problems] == [
        "Chưa ghi nơi đặt hòm; ghi bộ phận, tầng, trụ sở.",
        "Chưa ghi số niêm phong của hòm 1; ghi trước khi đưa hòm vào sử dụng.",
        "Chưa ghi ngày niêm phong; ghi theo ngày/tháng/năm.",
        "Hòm số 1 đã có ở Bộ phận Một cửa; đặt số khác.",
    ]
    assert boxes.add_box(session, plan.id, people.units[1].id, SET_UP, by=people.ha, now=NOW).id  # another unit's own number


def test_a_change_of_place_or_seal_says_why_the_next_day_needs_no_reason(session, world):
    people, _, box = world
    moved = replace(SET_UP, place="Tầng 2")
    with pytest.raises(LineRefused, match="Chưa ghi lý do sửa"):
        boxes.change_box(session, box.id, moved, "", by=people.contact(0), now=NOW)
    boxes.change_box(session, box.id, moved, "sửa trụ sở", by=people.contact(0), now=NOW)
    boxes.change_box(session, box.id, replace(moved, next_opening_on=date(2021, 8, 1)), "", by=people.ha, now=NOW)
    lines = session.execute(select(JournalEntry.what, JournalEntry.why).where(JournalEntry.what.like("hòm phiếu 1%"))).all()
    assert [tuple(line) for line in lines][1:] == [
        ("hòm phiếu 1 của UBND xã Số 0001: nơi đặt Bộ phận Một cửa → Tầng 2", "sửa trụ sở"),
        ("hòm phiếu 1 của UBND xã Số 0001: lần mở tới 01/8/2021", ""),
    ]
    (mark,) = queries.box_marks(session, world[1].id)
    assert (mark.never_opened, mark.is_overdue(date(2021, 8, 2)), mark.is_broken) == (True, True, False)


def test_another_unit_and_another_office_find_no_box(session, world):
    people, _, box = world
    for stranger in (people.contact(1), replace(people.ha, office_id=people.office_id + 99)):
        with pytest.raises(NotFound):
            open_box(session, world, by=stranger)
        with pytest.raises(NotFound):
            boxes.change_box(session, box.id, SET_UP, "x", by=stranger, now=NOW)
    with pytest.raises(Refused, match="chỉ xem"):
        open_box(session, world, by=people.dung)


def test_all_boxes_of_a_plan_are_read_in_three_statements_however_many(session, world):
    from sqlalchemy import event

    people, plan, _ = world
    open_box(session, world)
    for number in range(2, 12):
        boxes.add_box(session, plan.id, people.units[1].id, replace(SET_UP, code=str(number)), by=people.ha, now=NOW)
    session.flush()
    said: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda _c, _u, statement, *_: said.append(statement))
    assert len(queries.boxes_of_plan(session, plan.id)) == 11
    assert len(said) == 3
