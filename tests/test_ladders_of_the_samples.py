"""All five samples, lived through from their first day to their last under four kinds of trouble: of every piece of work each
rung of its ladder happens exactly once, on the first working day on which it can, and none after the work is done.

What is expected is counted here day by day, not by the rules under test.
"""

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from tracker import clock, documents
from tracker.holidays_source import calendar_rows
from tracker.models import Extension, Notice, OutboxMessage, Stage, Task, Unit
from tracker.rules.drafts import parse
from tracker.rules.events import Action, Event
from tracker.rules.reminders import CONFIRM_KEY, DEFAULT_LADDER
from tracker.rules.states import DayKind, LetterStatus, NoticeStatus
from tracker.services.organisation import read_units_csv
from tracker.services.rehearsal import rehearse
from tracker.virtual import plan_in_memory, virtual_delivery

SEEDS = Path(__file__).parent.parent / "seeds"
ONE_DAY = timedelta(days=1)

#: plan -> units, first and last day of its span
SAMPLES = {
    "cam-ranh-2021": ("cam-ranh", date(2021, 6, 1), date(2021, 12, 20)),
    "ha-dong-2020": ("cam-ranh", date(2020, 7, 1), date(2020, 12, 31)),
    "quang-thanh-2024": ("van-thang", date(2024, 3, 1), date(2024, 12, 31)),
    "van-thang-2023": ("van-thang", date(2023, 9, 18), date(2023, 11, 10)),
    "ca-mau-2014": ("cam-ranh", date(2015, 3, 4), date(2015, 10, 30)),
}


def half(units: list[str]) -> list[str]:
    return units[::2] or [""]


def nobody_answers(units, start, end):
    return [Event(None, None, "", Action.NONE)]


def everyone_a_week_late(units, start, end):
    return [Event(None, None, "", Action.LATE, "5")]


def half_late_then_more_time(units, start, end):
    """Half the units finish nine working days late; in the middle of each month they get six working days more."""
    late = [Event(None, None, unit, Action.LATE, "9") for unit in half(units)]
    months = [day for day in days(start, end) if day.day in (2, 16)]
    return late + [Event(day, None, unit, Action.EXTEND, "6") for day in months for unit in half(units)]


def server_down_four_days(units, start, end):
    """Everyone finishes eight working days late, and the server is down for four days, again and again."""
    falls = [start + timedelta(days=n) for n in range(6, (end - start).days, 17)]
    return [Event(None, None, "", Action.LATE, "8"), *(Event(day, None, "", Action.DOWN, "4") for day in falls)]


def days(start, end):
    return [start + timedelta(days=n) for n in range((end - start).days + 1)]


class Lived:
    """Delivers, and sees on which day the morning's round first finds each piece of work open: what opens in the afternoon is
    looked at on the next day."""

    def __init__(self, session, deliver):
        self.session, self.send, self.first_round = session, deliver, {}

    def deliver(self, now):
        fresh = select(Task.id).where(Task.opened_on.is_not(None), Task.id.not_in(self.first_round))
        day = now.date() + (ONE_DAY if now.hour >= 12 else timedelta())
        self.first_round |= dict.fromkeys(self.session.scalars(fresh), day)
        return self.send(now)


class Counted:
    """Working days, counted one by one."""

    def __init__(self, start, end, down):
        rows = calendar_rows(range(start.year - 1, end.year + 2))
        self.make_up = {row.day for row in rows if row.kind is DayKind.MAKE_UP}
        self.off = {row.day for row in rows} - self.make_up
        self.down = down

    def works(self, day):
        return day in self.make_up or (day.weekday() < 5 and day not in self.off)

    def day_of(self, workdays, due_on):
        day = due_on
        if workdays <= 0:
            while not self.works(day):
                day -= ONE_DAY
        left = abs(workdays)
        while left:
            day += ONE_DAY if workdays > 0 else -ONE_DAY
            left -= self.works(day)
        return day

    def said_on(self, day):
        """The first working day from `day` on with a server."""
        while not self.works(day) or day in self.down:
            day += ONE_DAY
        return day


#: Steps that are looked at beside the ladder.
BESIDE = ("ask", "silent", "field", "chased")


@pytest.mark.parametrize(
    "trouble", [nobody_answers, everyone_a_week_late, half_late_then_more_time, server_down_four_days], ids=lambda f: f.__name__
)
@pytest.mark.parametrize("sample", SAMPLES)
def test_each_rung_happens_exactly_once_when_it_should(sample, trouble):
    units_file, start, end = SAMPLES[sample]
    parsed = parse(documents.read_text((SEEDS / "plans" / f"{sample}.txt").read_text(encoding="utf-8")))
    rows = read_units_csv((SEEDS / "units" / f"{units_file}.csv").read_bytes())
    with plan_in_memory(parsed, rows, start=start, end=end) as (session, plan_id, actor):
        events = trouble(list(session.scalars(select(Unit.name).order_by(Unit.id))), start, end)
        live = Lived(session, virtual_delivery(session, base_url="http://localhost"))
        for _ in rehearse(
            session, plan_id, start=start, end=end, events=events, deliver=live.deliver, by=actor, zone=clock.ZONE
        ):  # fmt: skip
            pass
        session.expire_all()
        down = {e.day + timedelta(days=n) for e in events if e.action is Action.DOWN for n in range(e.days)}
        calendar = Counted(start, end, down)
        expected = {}
        for task in session.scalars(select(Task)):
            expected |= ladder_of(task, laid_for(session, task, live.first_round), calendar, end)
        assert said(session) == expected
        beside = session.scalars(select(Notice).where(Notice.status != NoticeStatus.VOID)).all()
        beside = [n for n in beside if n.rung.startswith(BESIDE)]
        assert all(calendar.works(n.day) and n.day not in down for n in beside)
        assert len({(n.task_id, n.due_on, n.rung) for n in beside}) == len(beside)
        undelivered = select(OutboxMessage.key).where(OutboxMessage.status != LetterStatus.SENT)
        assert [key for key in session.scalars(undelivered) if key.startswith(("digest", "escalate"))] == []
        dated = session.scalar(select(Stage.id).where(Stage.due_on.is_not(None)))
        assert bool(expected) is bool(dated)


def laid_for(session, task, first_round):
    """(due date, first day of its ladder, its first round, last day of its ladder) for each due date that the task has had."""
    opened, looked_at, laid = task.opened_on, first_round.get(task.id), []
    for extension in session.scalars(select(Extension).where(Extension.task_id == task.id).order_by(Extension.id)):
        granted_on = extension.decided_at.astimezone(clock.ZONE).date()
        laid.append((extension.old_due_on, opened, looked_at, granted_on))
        opened = looked_at = granted_on + ONE_DAY
    return [*laid, (task.due_on, opened, looked_at, task.submitted_on or date.max)]


def ladder_of(task, laid, calendar, end):
    """(task, due date, rung) -> the day on which it was said, or None for one that was past when the ladder was laid."""
    found = {}
    for due_on, opened, looked_at, last in laid:
        if due_on is None or opened is None:
            continue
        here = {}
        if due_on < opened:
            here["born-late"] = calendar.said_on(looked_at)
        skipped = []
        for rung in DEFAULT_LADDER:
            day = calendar.day_of(rung.workdays, due_on)
            if day < opened:
                skipped.append(rung.key)
            else:
                here[rung.key] = calendar.said_on(max(day, looked_at))
        here = {key: day for key, day in here.items() if day <= min(last, end)}
        if here:  # past rungs are written down at the first look, and there is none where nothing is left to say
            here |= dict.fromkeys(skipped)
        found |= {(task.id, due_on, key): day for key, day in here.items()}
    return found


def said(session):
    """What was said or settled, each rung once; where nobody holds a rung a second line says so beside the one that was said."""
    rows = session.execute(select(Notice).where(Notice.rung != CONFIRM_KEY, Notice.status != NoticeStatus.VOID)).scalars().all()
    rows = [n for n in rows if not n.rung.startswith(BESIDE)]
    spoke = {(n.task_id, n.due_on) for n in rows if n.status is not NoticeStatus.SKIPPED}
    # Where a look beside the ladder finds nothing left to say, rungs that are past are written down all the same.
    rows = [n for n in rows if (n.task_id, n.due_on) in spoke]
    said_to_someone = [n for n in rows if n.status is not NoticeStatus.EMPTY]
    found = {
        (n.task_id, n.due_on, n.rung): None if n.status is NoticeStatus.SKIPPED else n.day for n in said_to_someone
    }  # fmt: skip
    assert len(found) == len(said_to_someone)
    empty = {(n.task_id, n.due_on, n.rung): n.day for n in rows if n.status is NoticeStatus.EMPTY}
    return empty | found
