"""A week and days of its own for a group of units: health stations that work on Saturdays."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from tests.builders import cast, moment, running_plan, task
from tracker.errors import NotFound, Refused
from tracker.models import JournalEntry, Notice, OutboxMessage, Stage, Unit, UnitGroup
from tracker.services import calendar_changes, catalogue, chasing, date_changes, extensions, progress
from tracker.services.calendar_changes import GroupDayChange, WeekChange
from tracker.wording import week_words

NOW = moment(2021, 6, 10)
#: Due date of the small plan's second stage is moved to a Saturday here.
SATURDAY, FRIDAY = date(2021, 6, 26), date(2021, 6, 25)


@pytest.fixture
def town(session):
    """Two communes and one station; stage 2 is due on a Saturday."""
    people = cast(session, 3)
    stations = UnitGroup(office_id=people.office_id, name="Trạm Y tế", position=2)
    session.add(stations)
    session.flush()
    session.get_one(Unit, people.units[2].id).group_id = stations.id
    plan = running_plan(session, people)
    progress.complete_task(session, task(session, plan, 1).id, by=people.ha, now=NOW)
    date_changes.apply(session, plan.id, 2, start_on=None, due_on=SATURDAY, reason="đổi", by=people.ha, now=NOW)
    return people, plan, stations.id


def apply(session, people, change, now=NOW):
    return calendar_changes.apply(session, [change], by=people.ha, now=now)


def aims(session, plan, people):
    return [task(session, plan, 2, unit).aim_on for unit in people.units]


def test_the_week_of_a_group_moves_the_aim_days_of_its_units_only(session, town):
    people, plan, stations = town
    assert aims(session, plan, people) == [FRIDAY] * 3
    change = WeekChange(stations, "123456", "Thông báo 12/TB-TYT")
    proposal = calendar_changes.propose(session, [change], by=people.ha, today=NOW.date())
    assert [(t.unit, t.old_aim_on, t.new_aim_on) for t in proposal.tasks] == [("UBND xã Số 0003", FRIDAY, SATURDAY)]
    assert aims(session, plan, people) == [FRIDAY] * 3, "a proposal writes nothing"
    apply(session, people, change)
    assert aims(session, plan, people) == [FRIDAY, FRIDAY, SATURDAY]
    assert session.scalar(select(Stage.aim_on).where(Stage.plan_id == plan.id, Stage.position == 2)) == FRIDAY
    last = session.scalars(select(JournalEntry).order_by(JournalEntry.id.desc())).first()
    assert last.what == "lịch làm việc: khối Trạm Y tế làm việc từ thứ Hai đến thứ Bảy"


def test_letters_of_a_group_that_works_on_saturday_still_go_on_the_offices_days(session, town):
    people, plan, stations = town
    apply(session, people, WeekChange(stations, "123456", "TB"))
    said = {}
    for day in range(11, 31):
        now = moment(2021, 6, day)
        before = set(session.scalars(select(Notice.id)))
        chasing.queue_due_reminders(session, now.date(), now=now)
        for notice in session.scalars(select(Notice).where(Notice.id.not_in(before), Notice.person != "-")):
            said.setdefault((notice.task_id, notice.rung), []).append(notice.day)
    station = task(session, plan, 2, people.units[2]).id
    commune = task(session, plan, 2, people.units[0]).id
    assert said[station, "due-1:contact"] == [date(2021, 6, 25)]  # a working day before Saturday
    assert said[commune, "due-1:contact"] == [date(2021, 6, 24)]
    assert said[station, "due+0:contact"] == [FRIDAY]  # Saturday itself is no day of letters: pulled earlier
    assert all(days[0].weekday() < 5 and len(days) == 1 for days in said.values())
    assert all(m.day.weekday() < 5 for m in session.scalars(select(OutboxMessage)))


def test_a_day_of_its_own_is_off_for_the_group_alone(session, town):
    people, plan, stations = town
    apply(session, people, GroupDayChange(stations, FRIDAY, True, "Ngày hội của trạm", "TB 3"))
    assert aims(session, plan, people) == [FRIDAY, FRIDAY, date(2021, 6, 24)]
    apply(session, people, GroupDayChange(stations, SATURDAY, False, "Trực tiêm chủng", "TB 4"))
    assert aims(session, plan, people) == [FRIDAY, FRIDAY, SATURDAY]
    apply(session, people, GroupDayChange(stations, SATURDAY, None, "", "TB 5"))
    apply(session, people, GroupDayChange(stations, FRIDAY, None, "", "TB 5"))
    assert aims(session, plan, people) == [FRIDAY] * 3
    assert catalogue.calendars(session).by_group == {}


def test_new_work_and_more_time_follow_the_units_own_week(session, town):
    people, plan, stations = town
    apply(session, people, WeekChange(stations, "123456", "TB"))
    station = task(session, plan, 2, people.units[2])
    asked = extensions.request_extension(
        session, station.id, by=people.contact(2), now=NOW, new_due_on=date(2021, 7, 3), reason="thiếu số liệu"
    )
    extensions.approve_extension(session, asked.id, by=people.ha, now=NOW)
    assert (station.due_on, station.aim_on) == (date(2021, 7, 3), date(2021, 7, 3))
    other = running_plan(session, people)
    days = {unit.id: task(session, other, 1 + 1, unit).aim_on for unit in people.units}
    assert set(days.values()) == {date(2021, 6, 30)}  # a Wednesday: all alike


def test_nonsense_is_refused_with_its_sentence(session, town):
    people, _plan, stations = town
    for change, key in (
        (WeekChange(stations, "8"), "week_days"),
        (WeekChange(stations, "21"), "week_days"),
        (GroupDayChange(stations, FRIDAY, True, "", "TB"), "calendar_name"),
        (GroupDayChange(stations, FRIDAY, True, "x", ""), "calendar_source"),
        (GroupDayChange(stations, FRIDAY, None), "calendar_no_day"),
    ):
        with pytest.raises(Refused) as refused:
            apply(session, people, change)
        assert refused.value.key == key
    with pytest.raises(NotFound):
        calendar_changes.apply(session, [WeekChange(stations, "12345")], by=cast(session, 1).ha, now=NOW)


WEEKS = (
    ("", "theo lịch của cơ quan"),
    ("123456", "làm việc từ thứ Hai đến thứ Bảy"),
    ("1234567", "làm việc từ thứ Hai đến Chủ nhật"),
    ("135", "làm việc thứ Hai, thứ Tư, thứ Sáu"),
)


@pytest.mark.parametrize(("works_on", "words"), WEEKS)
def test_a_week_in_words(works_on, words):
    assert week_words(works_on) == words
