"""Báo cáo tiến độ: where a plan stood on a day, against the plan's own dates and the moved ones; a past day told as it was."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from tests import builders
from tests.builders import Cast, cast, moment, running_plan
from tests.survey import all_units, collect
from tracker.models import Plan, Stage, Waiver
from tracker.queries.progress_reports import progress_report
from tracker.rules.states import ExtensionStatus, Standing
from tracker.services import extensions, progress


@pytest.fixture
def people(session: Session) -> Cast:
    return cast(session)


@pytest.fixture
def plan(session: Session, people: Cast) -> Plan:
    """Stage 1 was done on 15/6; unit 1 finished stage 2 (due 30/6) on 28/6, unit 2 on 05/7; unit 3 has not, but asked for
    15/7 and got it on 02/7."""
    made = running_plan(session, people)
    first = builders.task(session, made, 1)
    progress.complete_task(session, first.id, by=people.ha, now=moment(2021, 6, 15))
    tasks = [builders.task(session, made, 2, unit) for unit in people.units]
    progress.complete_task(session, tasks[0].id, by=people.contact(0), now=moment(2021, 6, 28))
    asked = extensions.request_extension(
        session, tasks[2].id, by=people.contact(2), now=moment(2021, 7, 1), new_due_on=date(2021, 7, 15), reason="Mưa lũ"
    )
    extensions.approve_extension(session, asked.id, by=people.ha, now=moment(2021, 7, 2))
    progress.complete_task(session, tasks[1].id, by=people.contact(1), now=moment(2021, 7, 5))
    session.flush()
    return made


def second_stage(session: Session, plan: Plan, day: date) -> tuple[int, int, int, date | None]:
    stage = progress_report(session, plan.id, as_of=day).stages[1]
    return stage.done, stage.total, stage.late, stage.due_on


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2021, 6, 20), (0, 3, 0, date(2021, 6, 30))),
        (date(2021, 6, 28), (1, 3, 0, date(2021, 6, 30))),
        (date(2021, 7, 1), (1, 3, 2, date(2021, 6, 30))),  # before the extension was granted
        (date(2021, 7, 2), (1, 3, 1, date(2021, 7, 15))),
        (date(2021, 7, 5), (2, 3, 0, date(2021, 7, 15))),
        (date(2021, 7, 16), (2, 3, 1, date(2021, 7, 15))),
    ],
)
def test_a_day_is_told_as_it_was(session: Session, plan: Plan, day: date, expected: tuple[int, int, int, date | None]) -> None:
    assert second_stage(session, plan, day) == expected


def test_who_is_late_is_told_against_both_dates(session: Session, plan: Plan, people: Cast) -> None:
    report = progress_report(session, plan.id, as_of=date(2021, 7, 20))
    late = [(w.unit, w.original_due_on, w.due_on, w.days, w.days_of_plan) for w in report.late]
    assert late == [(people.units[2].name, date(2021, 6, 30), date(2021, 7, 15), 5, 20)]


def test_finished_work_is_counted_by_how_it_was_finished(session: Session, plan: Plan) -> None:
    report = progress_report(session, plan.id, as_of=date(2021, 7, 20))
    counted = {standing: n for standing, n in report.standings.items() if n}
    assert counted[Standing.EARLY] == 2  # stage 1 and the first unit
    assert counted[Standing.LATE] == 1
    assert (report.tasks, report.done, report.units) == (8, 3, 3)


@pytest.mark.parametrize(
    ("day", "statuses"),
    [
        (date(2021, 6, 30), []),
        (date(2021, 7, 1), [ExtensionStatus.PENDING]),
        (date(2021, 7, 2), [ExtensionStatus.APPROVED]),
    ],
)
def test_extensions_stand_as_they_were_decided_by_then(
    session: Session, plan: Plan, day: date, statuses: list[ExtensionStatus]
) -> None:
    report = progress_report(session, plan.id, as_of=day)
    assert [asked.status for asked in report.extensions] == statuses


def test_ballots_and_entries_are_summed_by_group_up_to_the_day(session: Session, plan: Plan, people: Cast) -> None:
    collect(session, plan, all_units(people, 20), discarded=2)
    before, after = (progress_report(session, plan.id, as_of=day).groups[0] for day in (date(2021, 7, 9), date(2021, 7, 10)))
    assert (before.handed_out, before.collected, before.valid) == (0, 0, 0)
    assert (after.name, after.units, after.quota) == ("UBND xã, phường", 3, 180)
    assert (after.handed_out, after.collected, after.valid, after.discarded, after.entered) == (69, 66, 60, 6, 60)


def test_a_waiver_is_named_until_it_is_withdrawn(session: Session, plan: Plan) -> None:
    stage = session.scalars(select(Stage).where(Stage.plan_id == plan.id, Stage.position == 3)).one()
    session.add(
        Waiver(
            stage_id=stage.id, missing=["Còn thiếu"], responsible="Ông Lê Văn Dũng", reason="Bão", document="Công văn 5/UBND",
            by_name="Hà", by_key="user-1", at=moment(2021, 7, 3), withdrawn_at=moment(2021, 7, 8),
        )
    )  # fmt: skip
    session.flush()
    counted = [len(progress_report(session, plan.id, as_of=date(2021, 7, day)).waivers) for day in (2, 3, 7, 8)]
    assert counted == [0, 1, 1, 0]


def test_it_takes_the_same_statements_for_many_units(session: Session) -> None:
    counted = []
    for units in (1, 5):
        people = cast(session, units, name=f"Phòng {units}")
        made = running_plan(session, people)
        said: list[str] = []

        def note(_c: object, _cursor: object, statement: str, *_rest: object, said: list[str] = said) -> None:
            said.append(statement)

        engine = session.get_bind()
        event.listen(engine, "before_cursor_execute", note)
        progress_report(session, made.id, as_of=date(2021, 7, 1))
        event.remove(engine, "before_cursor_execute", note)
        counted.append(len(said))
    assert counted[0] == counted[1]
