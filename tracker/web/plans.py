"""Plans to look at: the list, one plan, one stage. Nothing here writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from tracker import clock
from tracker.db import db
from tracker.errors import NotFound
from tracker.queries import boards, offices, people, plans, story
from tracker.queries.boards import Board, StageLine
from tracker.queries.plans import Days, PlanFacts, PlanLine, UnitRow
from tracker.rules.access import RUNNERS
from tracker.rules.gates import Condition
from tracker.rules.states import PlanStatus, Scope, WorkKind
from tracker.services import gate_facts
from tracker.web import guards, timeline
from tracker.web.burn_up import BurnUp, kept_burn_up
from tracker.web.filters import Pages
from tracker.web.matrix import UNITS_A_PAGE, Matrix, matrix, task_cell
from tracker.web.plan_forecast import Outlook, outlook
from tracker.wording import date_short, number, search_key

bp = Blueprint("plans", __name__)
LATE_SHOWN = 20
HAPPENED_SHOWN = 8
FILTERS = ("q", "group", "stage", "only", "sort")
SORT_LABELS = {"": "Thứ tự kế hoạch", "late": "Quá hạn lâu nhất", "left": "Còn nhiều việc nhất", "name": "Theo tên"}
CHIP_LABELS = {
    "late": ("Quá hạn", "exclamation-triangle-fill", "over"),
    "waiting": ("Chờ xác nhận", "hourglass-split", "wait"),
    "soon": ("Sắp đến hạn", "alarm", "soon"),
    "paused": ("Tạm dừng", "pause-circle", "idle"),
}


@dataclass(frozen=True)
class Filters:
    """The filter bar of the table of units."""

    search: str
    group: str
    stage: int | None  #: position
    only: str
    sort: str = ""

    @property
    def is_set(self) -> bool:
        return self.leaves_out or bool(self.sort)

    @property
    def leaves_out(self) -> bool:
        """Whether some units are not in the table."""
        return bool(self.search or self.group or self.stage or self.only)


@dataclass(frozen=True)
class Loaded:
    """What every page of one plan needs, in seven statements, and a few more where a gate looks at ballots: sums and gates, not
    its tasks."""

    facts: PlanFacts
    board: Board
    units: list[UnitRow]
    conditions: dict[int, tuple[Condition, ...]]
    days: Days


def load_plan(plan_id: int, *, today: date) -> Loaded:
    """The plan as it stands today. Raises NotFound for a plan of another office."""
    session = db.session()
    facts = plans.plan_facts(session, plan_id, office_id=guards.current_person().office_id)
    if facts is None:
        raise NotFound
    stages = plans.stage_rows(session, plan_id)
    kinds = plans.kind_rows(session, plan_id)
    units = plans.unit_rows(session, plan_id)
    conditions = gate_facts.conditions_of(session, plan_id)
    names = {u.id: u.name for u in units}
    asked = {c.kind for own in conditions.values() for c in own}
    board = boards.board(
        stages,
        kinds,
        names,
        conditions,
        today=today,
        waivers=gate_facts.waivers_of(session, plan_id),
        ballots=gate_facts.ballot_facts(session, plan_id, asked),
    )
    return Loaded(facts, board, units, conditions, plans.days(session))


@bp.get("/plans")
@guards.signed_in
def list_plans() -> ResponseReturnValue:
    return render_template(
        "plans/list.html",
        lines=plans_found(),
        search=request.args.get("q", "").strip(),
        has_below=offices.has_below(db.session(), guards.current_person().office_id),
    )


def plans_found() -> list[PlanLine]:
    """Plans whose name, number or issuer holds every word of `?q=`, accents or not."""
    lines = plans.plan_lines(db.session(), guards.current_person().office_id, today=clock.today())
    words = search_key(request.args.get("q", "")).split()
    keys = [search_key(f"{line.name} {line.short_name} {line.number} {line.issuer}") for line in lines]
    return [line for line, key in zip(lines, keys, strict=True) if all(word in key for word in words)]


def matching(loaded: Loaded, values: MultiDict[str, str]) -> tuple[list[UnitRow], Filters]:
    """The units that the filter bar leaves, and what it asks."""
    chosen = _filters(values)
    stage_id = next((s.row.id for s in loaded.board.stages if s.row.position == chosen.stage), None)
    found = boards.matching_units(
        loaded.units, loaded.board, search=chosen.search, group=chosen.group, stage_id=stage_id, only=chosen.only
    )
    return boards.sorted_units(found, loaded.board, chosen.sort, stage_id=stage_id), chosen


def units_filtered(plan_id: int, query: str) -> frozenset[int]:
    """The units that a filter bar with this query leaves, over all of its pages."""
    loaded = load_plan(plan_id, today=clock.today())
    found, _chosen = matching(loaded, MultiDict(parse_qsl(query)))
    return frozenset(unit.id for unit in found)


def table_of(loaded: Loaded, shown: Sequence[UnitRow], *, address: Callable[[int], str], is_grouped: bool = True) -> Matrix:
    """The table of some units by stages, with the office's own work."""
    session, plan_id, today = db.session(), loaded.facts.id, loaded.board.today
    stages = [stage.row for stage in loaded.board.stages]
    rows = plans.tasks_of_units(session, [stage.id for stage in stages], [unit.id for unit in shown])
    rows += plans.tasks_of_stages(session, [stage.id for stage in stages if stage.scope is Scope.ONCE])
    again = plans.earlier_rounds(session, plan_id) if any(k.row.has_rounds for k in loaded.board.kinds) else []
    return matrix(
        loaded.board,
        loaded.units,
        shown,
        (boards.on_day(row, today) for row in rows),
        loaded.conditions,
        loaded.days.calendar,
        earlier_rounds=[boards.on_day(row, today) for row in again],
        address=address,
        is_grouped=is_grouped,
    )


@bp.get("/plans/<int:plan_id>")
@guards.signed_in
def show_plan(plan_id: int) -> ResponseReturnValue:
    today = clock.today()
    loaded = load_plan(plan_id, today=today)
    board = loaded.board
    fitting, chosen = matching(loaded, request.args)
    pages = Pages.of(len(fitting), UNITS_A_PAGE)
    late_units = boards.units_that(board, "late")
    names = {unit.id: unit.name for unit in loaded.units}
    ahead = Outlook()
    if loaded.facts.status is PlanStatus.RUNNING:
        ahead = outlook(board, loaded.days.calendar)
    return render_template(
        "plans/show.html",
        plan=loaded.facts,
        board=board,
        units=loaded.units,
        groups=_groups(loaded.units),
        quota=_quota(loaded.units),
        chart=timeline.chart([_chart_row(s, ahead, names) for s in board.stages], loaded.days.named, today=today),
        table=table_of(loaded, pages.cut(fitting), address=_task_address(), is_grouped=not chosen.sort),
        outlook=ahead.sentence,
        burn_up=_burn_up(loaded),
        happened=story.of_one_plan(db.session(), plan_id, limit=HAPPENED_SHOWN),
        pages=pages,
        bounced=people.bounced_contacts(db.session(), guards.current_person().office_id, plan_id=plan_id),
        filters=chosen,
        sorts=SORT_LABELS,
        chips=[(key, *CHIP_LABELS[key], n) for key in boards.ONLY if (n := len(boards.units_that(board, key)))],
        late=plans.late_tasks(db.session(), plan_id, today=today, limit=LATE_SHOWN),
        late_total=board.progress.overdue,
        address=_task_address(),
        stage_names={s.row.id: s.row.short_name for s in board.stages},
        may_run=_may_run(),
        can_chase=_may_run() and loaded.facts.status is PlanStatus.RUNNING,
        late_units=len(late_units),
        picked=late_units if request.args.get("pick") == "late" else frozenset(),
        picks_all=_picks_all(chosen) and pages.pages > 1,
        filter_query=urlencode({name: request.args[name] for name in FILTERS if request.args.get(name)}),
    )


@bp.get("/plans/<int:plan_id>/stages/<int:position>")
@guards.signed_in
def show_stage(plan_id: int, position: int) -> ResponseReturnValue:
    today = clock.today()
    loaded = load_plan(plan_id, today=today)
    board = loaded.board
    line = next((s for s in board.stages if s.row.position == position), None)
    if line is None:
        raise NotFound
    only = request.args.get("only", "")
    own = board.of_stage(line.row.id)
    counts = {key: sum(kind.row.tasks for kind in own if fits(kind)) for key, fits in boards.ONLY.items()}
    total = sum(kind.row.tasks for kind in own)
    pages = Pages.of(counts.get(only, total), UNITS_A_PAGE)
    rows = plans.tasks_of_stage(
        db.session(), line.row.id, only if only in counts else "", today=today, offset=pages.offset, limit=pages.size
    )
    return render_template(
        "plans/stage.html",
        plan=loaded.facts,
        line=line,
        opens=[s for s in board.stages if any(c.earlier == position for c in loaded.conditions.get(s.row.id, ()))],
        rows=[(t, name, task_cell(boards.on_day(t, today), loaded.days.calendar, today, "")) for t, name in rows],
        address=_task_address(),
        total=total,
        pages=pages,
        chips=[(key, *CHIP_LABELS[key], n) for key, n in counts.items() if n],
        only=only,
        may_run=_may_run(),
    )


def _burn_up(loaded: Loaded) -> BurnUp | None:
    """Of the plan's ballots, once its fieldwork has begun."""
    if not any(s.is_open for s in loaded.board.stages if s.row.work_kind is WorkKind.FIELDWORK):
        return None
    found = kept_burn_up(db.session(), loaded.facts.id, _quota(loaded.units))
    return found if found.chart else None


def _quota(units: list[UnitRow]) -> int | None:
    """Of all units together; None where each takes what comes."""
    each = [unit.ballots_each for unit in units if unit.ballots_each is not None]
    return sum(each) if each else None


def _picks_all(chosen: Filters) -> bool:
    """Whether every unit of the filter is picked, those on other pages too."""
    pick = request.args.get("pick")
    return pick == "all" or (pick == "late" and chosen.only == "late")


def _filters(values: MultiDict[str, str]) -> Filters:
    stage = values.get("stage", "")
    only = values.get("only", "")
    return Filters(
        search=search_key(values.get("q", "")),
        group=values.get("group", ""),
        stage=int(stage) if stage.isdigit() and len(stage) < 4 else None,
        only=only if only in boards.ONLY else "",
        sort=sort if (sort := values.get("sort", "")) in boards.SORTS else "",
    )


def _groups(units: list[UnitRow]) -> list[tuple[str, int, int | None]]:
    """(khối, how many units, ballots each) in the order of the plan."""
    found: dict[tuple[str, int | None], int] = {}
    for unit in units:
        key = (unit.group_name, unit.ballots_each)
        found[key] = found.get(key, 0) + 1
    return [(name, n, each) for (name, each), n in found.items()]


def _task_address() -> Callable[[int], str]:
    """Links of many tasks without building each address anew."""
    head, tail = url_for("tasks.show_task", task_id=0).rsplit("0", 1)
    return lambda task_id: f"{head}{task_id}{tail}"


def _may_run() -> bool:
    return guards.current_person().role in RUNNERS


def _chart_row(stage: StageLine, ahead: Outlook, names: Mapping[int, str]) -> timeline.Row:
    p = stage.progress
    extended_to, extended_text = ahead.extended(stage.row.id, names)
    return timeline.Row(
        label=stage.label,
        start_on=stage.row.start_on,
        due_on=stage.row.due_on,
        aim_on=stage.row.aim_on,
        tone=stage.tone,
        share_done=p.done / p.tasks if p.tasks else 0.0,
        is_done=stage.is_done,
        overdue=p.overdue,
        late_done_on=stage.last_done_on if stage.late_done else None,
        gate=_gate_mark(stage),
        gate_text=_gate_text(stage),
        note=_chart_note(stage),
        loud_note=_loud_note(stage),
        extended_to=extended_to,
        extended_text=extended_text,
        ends_on=ahead.ends_on(stage.row.position),
    )


def _gate_mark(stage: StageLine) -> timeline.Gate:
    if not stage.has_gate:
        return ""
    return "open" if stage.is_open else "closed"


def _gate_text(stage: StageLine) -> str:
    if not stage.has_gate:
        return ""
    if not stage.is_open:
        return stage.gate.sentence or "Chưa mở"
    if stage.is_per_unit and stage.open_units < stage.progress.tasks:
        return f"Mở cho từng đơn vị: {boards.of(stage.open_units, stage.progress.tasks)}"
    return f"Đã mở ngày {date_short(stage.row.opened_on)}" if stage.row.opened_on else "Đã mở"


def _loud_note(stage: StageLine) -> str:
    if not stage.progress.overdue:
        return ""
    if stage.row.scope is Scope.EACH_UNIT:
        return f"Quá hạn {number(stage.progress.overdue)} đơn vị"
    return f"Quá hạn {number(stage.latest_late_days)} ngày"


def _chart_note(stage: StageLine) -> str:
    if stage.is_done:
        late = f" · {stage.late_done} đơn vị xong quá hạn" if stage.late_done and stage.progress.tasks > 1 else ""
        return f"{stage.done_words[:1].upper()}{stage.done_words[1:]}{late}"
    if stage.progress.submitted:
        return f"{number(stage.progress.submitted)} việc chờ xác nhận"
    if stage.is_open and stage.row.scope is Scope.EACH_UNIT:
        return f"{boards.of(stage.progress.done, stage.progress.tasks)} đơn vị xong"
    if stage.row.due_on is None:
        return "không có hạn"
    return ""
