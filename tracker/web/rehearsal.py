"""Diễn tập: every letter and opening of a plan to come, by day and by person, beside what would be if. Changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, render_template, request, stream_template
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.db import db
from tracker.errors import NotFound, Refused
from tracker.queries import plans, units
from tracker.rules import rehearsal as rules
from tracker.rules.access import RUNNERS
from tracker.rules.events import Event
from tracker.rules.rehearsal import Diary, Pair
from tracker.rules.states import DraftStatus, PlanStatus
from tracker.services import intake, planning
from tracker.virtual import Rehearsed, rehearse_plan
from tracker.web import guards
from tracker.wording import capitalised, date_short
from tracker.wording.letters import LETTER_KIND

bp = Blueprint("rehearsal", __name__)

#: So long a page may work, both runs together; then it says how far it came.
SECONDS = 24.0
#: After the last due date a rehearsal goes on for what is late; in all never longer than this.
DAYS_AFTER = 45
MOST_DAYS = 3 * 366
MOST_LATE = 60
#: A plan that lies in the past altogether is rehearsed from so many days before its first date.
DAYS_BEFORE = 14


@dataclass(frozen=True)
class Question:
    """What is asked of a rehearsal; `problem` is a sentence when it cannot be answered."""

    what: str
    unit: str
    days: int
    day: date | None
    start: date
    problem: str = ""

    def events(self) -> list[Event]:
        if self.what == "late-unit":
            return rules.late_unit(self.unit, self.days)
        if self.what == "nobody":
            return rules.nobody_answers()
        if self.what == "late":
            return rules.everyone_late(self.days)
        if self.what == "holiday" and self.day:
            return rules.holiday_added(self.day, self.days)
        if self.what == "down" and self.day:
            return rules.server_down(self.day, self.days)
        return []

    @property
    def words(self) -> str:
        """The head of the second column."""
        days = f"{self.days} ngày"
        return {
            "late-unit": f"{self.unit} chậm {days} làm việc",
            "nobody": "Không ai trả lời",
            "late": f"Mọi việc chậm {days} làm việc",
            "holiday": f"Thêm {days} nghỉ từ {date_short(self.day)}" if self.day else "",
            "down": f"Máy chủ dừng {days} từ {date_short(self.day)}" if self.day else "",
        }.get(self.what, "")


WHAT_IFS = (
    ("", "Không đổi gì"),
    ("late-unit", "Một đơn vị chậm"),
    ("late", "Mọi việc chậm"),
    ("nobody", "Không ai trả lời"),
    ("holiday", "Thêm ngày nghỉ"),
    ("down", "Máy chủ dừng"),
)


@dataclass(frozen=True)
class Results:
    """Both diaries, as the page shows them."""

    base: Diary
    other: Diary | None
    pairs: list[Pair]
    names: dict[str, tuple[str, str]]
    stopped_on: date | None

    @property
    def different(self) -> int:
        return sum(pair.differs for pair in self.pairs)

    def people(self) -> list[tuple[str, list[Any], list[Any]]]:
        """(address, letters as planned, letters as they would be), whoever gets most first."""
        base, other = self.base.by_person(), self.other.by_person() if self.other else {}
        everyone = dict.fromkeys([*base, *other])
        rows = [(to, base.get(to, []), other.get(to, [])) for to in everyone]
        return sorted(rows, key=lambda row: (-max(len(row[1]), len(row[2])), self.names.get(row[0], (row[0], ""))))


@bp.get("/plans/<int:plan_id>/rehearsal")
@guards.roles(*RUNNERS)
def of_plan(plan_id: int) -> ResponseReturnValue:
    """A plan that runs or has not started."""
    session = db.session()
    office_id = guards.current_person().office_id
    facts = plans.plan_facts(session, plan_id, office_id=office_id)
    if facts is None:
        raise NotFound(f"plan {plan_id}")
    surveyed = [(unit.id, unit.name) for unit in plans.unit_rows(session, plan_id)]
    stages = plans.stage_rows(session, plan_id)
    dates = [day for stage in stages for day in (stage.start_on, stage.due_on) if day]
    name = facts.short_name
    if facts.status not in (PlanStatus.NOT_STARTED, PlanStatus.RUNNING):
        problem = "Kế hoạch không chạy nên không có thư nào sắp tới; tiếp tục kế hoạch rồi diễn tập."
        return render_template("plans/rehearsal.html", name=name, plan_id=plan_id, draft_id=None, asked=None, problem=problem)
    runs = facts.status is PlanStatus.RUNNING
    asked = _question(surveyed, dates, running=runs)
    labels = {stage.position: stage.short_name for stage in stages}
    return _page(asked, surveyed, dates, labels, name=name, plan_id=plan_id, draft_id=None, running=runs)


@bp.get("/intake/<int:draft_id>/rehearsal")
@guards.roles(*RUNNERS)
def of_draft(draft_id: int) -> ResponseReturnValue:
    """An accepted draft whose units are chosen, as the plan it would become."""
    session = db.session()
    office_id = guards.current_person().office_id
    draft = intake.get_draft(session, draft_id, office_id=office_id)
    if draft.status is not DraftStatus.ACCEPTED:
        raise NotFound(f"draft {draft_id} is not accepted")
    chosen = set(intake.review_of_draft(draft).unit_ids)
    surveyed = [(c.id, c.name) for c in units.choices(session, office_id, today=clock.today()) if c.id in chosen]
    layout = planning.preview(session, intake.plan_input(draft), office_id=office_id, unit_ids=sorted(chosen))
    dates = [day for stage in layout for day in (stage.start_on, stage.due_on) if day]
    asked = _question(surveyed, dates, running=False)
    name = intake.plan_input(draft).short_name
    labels = {stage.position: stage.source.short_name for stage in layout}
    return _page(asked, surveyed, dates, labels, name=name, plan_id=None, draft_id=draft_id, running=False)


def _page(
    asked: Question, surveyed: list[tuple[int, str]], dates: list[date], labels: dict[int, str], **values: Any
) -> ResponseReturnValue:
    """The form at once; the results follow on the same page as soon as they are there."""
    end = min(max([*dates, asked.start]) + timedelta(days=DAYS_AFTER), asked.start + timedelta(days=MOST_DAYS))
    asking = "go" in request.args and not asked.problem
    return stream_template(
        "plans/rehearsal.html",
        asked=asked,
        end=end,
        what_ifs=WHAT_IFS,
        labels=labels,
        surveyed=surveyed,
        asking=asking,
        run=_runner(asked, end, plan_id=values["plan_id"], draft_id=values["draft_id"]),
        kind_name=lambda kind: LETTER_KIND.get(kind, "thư khác"),
        capitalised=capitalised,
        problem=asked.problem,
        most_late=MOST_LATE,
        **values,
    )


def _runner(asked: Question, end: date, *, plan_id: int | None, draft_id: int | None) -> Callable[[], Results | str]:
    """Called by the template when everything above the results has gone to the reader."""
    office_id, by = guards.current_person().office_id, guards.current_actor()

    def one(events: list[Event], seconds: float) -> Rehearsed:
        return rehearse_plan(
            db.session(), office_id, plan_id=plan_id, draft_id=draft_id, start=asked.start, end=end, events=events, by=by,
            seconds=seconds,
        )  # fmt: skip

    def run() -> Results | str:
        try:
            events = asked.events()
            base = one([], SECONDS / 2)
            other = one(events, SECONDS / 2) if events else None
        except Refused as refused:
            return refused.sentence
        stops = [found.stopped_on for found in (base, other) if found and found.stopped_on]
        first, second = rules.diary_of(base.lines), rules.diary_of(other.lines) if other else None
        names = base.names | (other.names if other else {})
        return Results(first, second, rules.side_by_side(first, second), names, min(stops, default=None))

    return run


def _question(surveyed: list[tuple[int, str]], dates: list[date], *, running: bool) -> Question:
    today = clock.today()
    usual = today + timedelta(days=1) if running else today
    if not running and dates and max(dates) < today:
        usual = min(dates) - timedelta(days=DAYS_BEFORE)
    what = request.args.get("what", "")
    if what not in dict(WHAT_IFS):
        what = ""
    start = usual if running else _day("start") or usual
    given, unit_id = request.args.get("days", ""), request.args.get("unit", "")
    days = int(given) if given.isdigit() and len(given) < 4 else 5
    unit = next((name for number, name in surveyed if str(number) == unit_id), "")
    day = _day("day")
    problem = ""
    if not 1 <= days <= MOST_LATE:
        problem = f"Số ngày phải từ 1 đến {MOST_LATE}."
    elif what == "late-unit" and not unit:
        problem = "Chưa chọn đơn vị chậm; chọn một đơn vị của kế hoạch."
    elif what in ("holiday", "down") and day is None:
        problem = "Chưa có ngày bắt đầu; ghi ngày dạng ngày/tháng/năm."
    return Question(what, unit, days, day, start, problem if "go" in request.args else "")


def _day(name: str) -> date | None:
    text = request.args.get(name, "").strip()
    parts = text.split("/")
    try:
        return date(int(parts[2]), int(parts[1]), int(parts[0])) if len(parts) == 3 else date.fromisoformat(text)
    except ValueError:
        return None
