"""Thang nhắc việc: the ladder of a plan or of one stage, to see day by day and to change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.db import db, reads_only, transaction
from tracker.errors import NotFound, Refused
from tracker.queries.plans import stage_rows
from tracker.rules.access import RUNNERS
from tracker.rules.reminders import FURTHEST_WORKDAYS, MOST_RUNGS, Recipient, Rung, refusal_of_ladder, rung_of
from tracker.services import ladders, looks
from tracker.services.planning import get_plan
from tracker.web import guards
from tracker.web.chasing import plan_of_office
from tracker.web.errors import STATUS_OF_REFUSAL
from tracker.wording import refusal
from tracker.wording.vocabulary import RECIPIENT, RUNG_KIND

bp = Blueprint("ladder", __name__)
SIDES = {"before": "trước hạn", "on": "đúng ngày đến hạn", "after": "sau hạn"}
DROPPED = "drop"
_FREE_ROWS = 2


@dataclass(frozen=True)
class Row:
    """One rung as the form shows it; `side` is empty on a free row."""

    side: str = ""
    days: str = ""
    who: str = Recipient.CONTACT.value
    error: str = ""
    wrong: str = ""  #: the box that it speaks of

    @classmethod
    def of(cls, rung: Rung) -> Row:
        side = "on" if rung.workdays == 0 else ("before" if rung.workdays < 0 else "after")
        return cls(side, str(abs(rung.workdays)) if rung.workdays else "", rung.recipient.value)


@bp.get("/plans/<int:plan_id>/ladder")
@guards.signed_in
def show(plan_id: int) -> ResponseReturnValue:
    return _page(plan_id, _position(request.args.get("stage", "")))


@bp.post("/plans/<int:plan_id>/ladder")
@guards.roles(*RUNNERS)
def save(plan_id: int) -> ResponseReturnValue:
    """Save the ladder, show its days without saving ("preview"), or give a stage the plan's back ("reset")."""
    position = _position(request.form.get("stage", ""))
    do = request.form.get("do", "save")
    reads_only.set(do == "preview")
    rows, rungs = (_typed(), None) if do == "reset" and position is not None else _read(_typed())
    if any(row.error for row in rows):
        return _page(plan_id, position, rows=rows), 422
    if do == "preview":
        return _page(plan_id, position, rows=rows, rungs=rungs)
    try:
        with transaction() as session:
            ladders.change_ladder(session, plan_id, position, rungs, by=guards.current_actor(), now=clock.now())
    except Refused as refused:
        reads_only.set(True)
        return _page(plan_id, position, rows=rows, problem=refused.sentence), STATUS_OF_REFUSAL.get(refused.key, 422)
    flash("Đã lưu thang nhắc việc; việc đang làm theo thang mới từ hôm nay.", "ok")
    return redirect(url_for("ladder.show", plan_id=plan_id, stage=position))


@bp.post("/plans/<int:plan_id>/ladder/settings")
@guards.roles(*RUNNERS)
def save_settings(plan_id: int) -> ResponseReturnValue:
    """What is set beside the rungs: the chase of which the leader is told, the early warning, the months of silence."""
    months = {key.removeprefix("months-"): _number(value) for key, value in request.form.items() if key.startswith("months-")}
    try:
        with transaction() as session:
            is_new = ladders.change_settings(
                session,
                plan_id,
                chases_before_leader=_number(request.form.get("chases", "")),
                field_lag=_number(request.form.get("lag", "")),
                ask_months={position: n for key, n in months.items() if (position := _position(key)) is not None},
                by=guards.current_actor(),
                now=clock.now(),
            )
    except Refused as refused:
        reads_only.set(True)
        far = (key for key, n in months.items() if n is None or not 1 <= n <= ladders.MOST_MONTHS)
        box = {"chases_before_leader": "chases", "field_lag": "lag", "ask_months": f"months-{next(far, '')}"}.get(refused.key, "")
        return _page(plan_id, None, problem=refused.sentence, wrong_setting=box), STATUS_OF_REFUSAL.get(refused.key, 422)
    flash("Đã lưu mức báo cáo và cảnh báo." if is_new else "Không có gì thay đổi.", "ok" if is_new else "run")
    return redirect(url_for("ladder.show", plan_id=plan_id))


def _number(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else None


def _page(
    plan_id: int,
    position: int | None,
    *,
    rows: Sequence[Row] | None = None,
    rungs: Sequence[Rung] | None = None,
    problem: str = "",
    wrong_setting: str = "",
) -> str:
    today = clock.today()
    plan, session = plan_of_office(plan_id), db.session()
    stages = stage_rows(session, plan_id)
    line = next((stage for stage in stages if stage.position == position), None)
    if position is not None and line is None:
        raise NotFound
    kept_plan = get_plan(session, plan_id)
    known = looks.ladders(session, [kept_plan.id])
    kept = known.of_plan[plan_id] if line is None else known.of(plan_id, line.id)
    shown = list(rows) if rows is not None else [Row.of(r) for r in kept]
    return render_template(
        "plans/ladder.html",
        plan=plan,
        stages=[stage for stage in stages if stage.due_on],
        line=line,
        has_own=line is not None and line.id in known.of_stage,
        rows=(shown + [Row()] * _FREE_ROWS)[:MOST_RUNGS],
        steps=ladders.preview(session, plan_id, kept if rungs is None else rungs, position, today=today),
        settings=_settings(kept_plan.chases_before_leader, kept_plan.field_lag),
        endless=[
            (s, request.form.get(f"months-{s.position}", s.ask_months or 1)) for s in ladders.endless_stages(session, plan_id)
        ],
        is_preview=rungs is not None,
        sides=SIDES,
        recipients=RECIPIENT,
        kinds=RUNG_KIND,
        dropped=DROPPED,
        problem=problem,
        wrong_setting=wrong_setting,
        may_run=guards.current_person().role in RUNNERS,
    )


def _settings(chases: int, lag: int) -> dict[str, object]:
    """As they are kept, or as they were typed where that was refused."""
    return {"chases": request.form.get("chases", chases), "lag": request.form.get("lag", lag)}


def _position(given: str) -> int | None:
    if not given:
        return None
    if not given.isdigit() or len(given) > 6:
        raise NotFound
    return int(given)


def _typed() -> list[Row]:
    found = zip(request.form.getlist("side"), request.form.getlist("days"), request.form.getlist("who"), strict=False)
    return [Row(side, days.strip(), who) for side, days, who in found if side != DROPPED and (side or days.strip())]


def _read(rows: Sequence[Row]) -> tuple[list[Row], tuple[Rung, ...]]:
    """The ladder that was typed, and its rows with what is wrong in them."""
    said: list[Row] = []
    rungs: list[Rung] = []
    for row in rows:
        try:
            rung = _rung(row)
            if fault := refusal_of_ladder([*rungs, rung]):
                raise refusal(fault[0], **fault[1])
            rungs.append(rung)
            said.append(row)
        except Refused as refused:
            box = "days" if refused.key == "ladder_days" or (refused.key == "ladder_twice" and row.side != "on") else "side"
            said.append(replace(row, error=refused.sentence, wrong=box))
    return said, tuple(rungs)


def _rung(row: Row) -> Rung:
    """Raises Refused for a number of days that is none, and where no side was chosen."""
    if row.side not in ("", *SIDES) or row.who not in {r.value for r in Recipient}:
        raise NotFound
    if not row.side:
        raise refusal("ladder_side")
    if row.side == "on":
        return rung_of(0, Recipient(row.who))
    if not row.days.isdecimal() or len(row.days) > 3 or int(row.days) == 0:
        raise refusal("ladder_days", n=FURTHEST_WORKDAYS)
    days = int(row.days)
    return rung_of(-days if row.side == "before" else days, Recipient(row.who))
