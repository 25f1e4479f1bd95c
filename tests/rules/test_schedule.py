"""Laying out: what becomes of an accepted draft."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import SMALL_PLAN
from tracker.rules.schedule import PlanInput, StageInput, aim_day, lay_out
from tracker.rules.states import ConditionKind, Scope, TimeKind, WorkKind
from tracker.rules.workdays import WorkCalendar
from tracker.wording import search_key

CALENDAR = WorkCalendar()
days = st.dates(date(2020, 1, 1), date(2027, 12, 31))

stages = st.builds(
    StageInput,
    no=st.text("0123456789", max_size=2),
    content=st.text(max_size=40),
    short_name=st.text(max_size=20),
    lead=st.sampled_from(["", "Phòng Nội vụ", "UBND xã Cam Bình; Phòng Nội vụ"]),
    wording=st.text(max_size=20),
    time_kind=st.sampled_from(TimeKind),
    start_on=st.none() | days,
    due_on=st.none() | days,
    scope=st.sampled_from(Scope),
    work_kind=st.sampled_from(WorkKind),
)


def conditions(layout):
    return [[(c.kind, c.earlier) for c in s.conditions] for s in layout]


def test_each_stage_waits_for_the_one_before():
    layout = lay_out(SMALL_PLAN, CALENDAR, surveyed=[1, 2, 3])
    assert conditions(layout) == [
        [],
        [(ConditionKind.STAGE_DONE, 1)],
        [(ConditionKind.OWN_TASK_DONE, 2), (ConditionKind.START_DATE, None)],
        [(ConditionKind.STAGE_DONE, 3)],
    ]
    assert [s.unit_ids for s in layout] == [(None,), (1, 2, 3), (1, 2, 3), (None,)]


def test_only_what_the_office_builds_on_is_confirmed():
    assert [s.needs_confirmation for s in lay_out(SMALL_PLAN, CALENDAR, surveyed=[1, 2])] == [False, False, True, False]


def test_a_person_decides_about_confirmation():
    draft = replace(SMALL_PLAN, stages=tuple(replace(s, needs_confirmation=s.no == "2") for s in SMALL_PLAN.stages))
    assert [s.needs_confirmation for s in lay_out(draft, CALENDAR, surveyed=[1, 2])] == [False, True, False, False]


def test_in_a_plan_of_one_unit_that_unit_does_everything():
    assert {s.unit_ids for s in lay_out(SMALL_PLAN, CALENDAR, surveyed=[7])} == {(7,)}


def test_a_stage_done_once_belongs_to_the_unit_its_lead_names():
    draft = replace(SMALL_PLAN, stages=(replace(SMALL_PLAN.stages[0], lead="Sở Nội vụ; UBND  xã Cam Bình"),))
    names = {search_key("UBND xã Cam Bình"): 4}
    assert lay_out(draft, CALENDAR, surveyed=[1, 2], unit_by_search_key=names)[0].unit_ids == (4,)


def test_what_runs_for_ever_neither_waits_nor_holds_anything_up():
    watching = StageInput("2", "Giám sát", "Giám sát", time_kind=TimeKind.CONTINUOUS, work_kind=WorkKind.MONITORING)
    draft = replace(SMALL_PLAN, stages=(SMALL_PLAN.stages[0], watching, SMALL_PLAN.stages[3]))
    assert conditions(lay_out(draft, CALENDAR, surveyed=[1])) == [[], [], [(ConditionKind.STAGE_DONE, 1)]]


def test_the_aim_is_the_last_working_day_in_time():
    assert aim_day(None, date(2021, 6, 19), CALENDAR) == date(2021, 6, 18)
    assert aim_day(date(2021, 6, 19), date(2021, 6, 20), CALENDAR) == date(2021, 6, 20)  # a window of one weekend
    assert aim_day(None, None, CALENDAR) is None


@pytest.mark.slow
@given(draft=st.lists(stages, min_size=1, max_size=8), units=st.lists(st.integers(1, 99), unique=True, min_size=1, max_size=6))
def test_laying_out_then_reading_back_loses_nothing(draft, units):
    plan = PlanInput("Kế hoạch", "Kế hoạch", tuple(draft))
    layout = lay_out(plan, CALENDAR, surveyed=units)
    assert tuple(s.source for s in layout) == plan.stages
    assert [(s.start_on, s.due_on) for s in layout] == [(s.start_on, s.due_on) for s in plan.stages]
    for stage in layout:
        expected = len(units) if stage.source.scope is Scope.EACH_UNIT else 1
        assert len(stage.unit_ids) == expected
        assert all(c.earlier is None or c.earlier < stage.position for c in stage.conditions)
