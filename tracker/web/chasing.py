"""Đôn đốc ngay, nhắc ngay: a page that says whom it reaches and what it leaves out; the button there sends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from tracker import clock
from tracker.db import db, reads_only, transaction
from tracker.errors import NotFound, Refused
from tracker.queries import plans
from tracker.queries.plans import PlanFacts
from tracker.rules.access import RUNNERS
from tracker.services import chase_now, chase_reach
from tracker.services.chase_reach import VERBS, Choice, Kind, LeftOut, Why
from tracker.web import guards
from tracker.web.errors import STATUS_OF_REFUSAL
from tracker.web.plans import units_filtered
from tracker.wording import count, date_short, list_names, moment, number

bp = Blueprint("chasing", __name__)
#: A second click meets these: it was said, nobody did anything wrong.
SAID_ALREADY = frozenset({"chase_too_soon", "remind_twice", "said_waits"})


@bp.get("/plans/<int:plan_id>/<any(chase, remind):name>")
@guards.roles(*RUNNERS)
def ask(plan_id: int, name: str) -> ResponseReturnValue:
    choice = choice_from(request.args, plan_id)
    if request.args.get("picked") and not choice.unit_ids:
        return nothing_picked(plan_id)
    return _page(plan_id, Kind(name), choice)


@bp.post("/plans/<int:plan_id>/<any(chase, remind):name>")
@guards.roles(*RUNNERS)
def say(plan_id: int, name: str) -> ResponseReturnValue:
    plan = plan_of_office(plan_id)
    kind, choice = Kind(name), choice_from(request.form)
    try:
        with transaction() as session:
            said = chase_now.say_now(session, plan_id, kind, choice, by=guards.current_actor(), now=clock.now())
    except Refused as refused:
        if refused.key in SAID_ALREADY:
            flash(refused.sentence, "run")
            return redirect(guards.page_before(_back(plan, choice)))
        reads_only.set(True)
        return _page(plan_id, kind, choice, problem=refused.sentence), STATUS_OF_REFUSAL.get(refused.key, 409)
    verb = VERBS[kind]
    later = f", gửi lúc {moment(said.goes_at)}" if said.goes_at > clock.now() else ""
    if said.goes_at.date() > clock.today():
        later += f", tính là lần {verb} của ngày làm việc đó"
    left = _left_words(kind, said.unreached, said.goes_at, plan)
    flash(f"Đã {verb} {count(said.works, 'việc')}: {count(said.letters, 'thư')} vào hàng chờ gửi{later}.{left}", "ok")
    return redirect(guards.page_before(_back(plan, choice)))


def choice_from(values: MultiDict[str, str], plan_id: int | None = None) -> Choice:
    """What was ticked, out of the address or the form; anything that is no number is left out. Of a plan that is named, `all`
    stands for every unit of a filter, those on other pages too."""

    def numbers(name: str) -> frozenset[int]:
        return frozenset(int(value) for value in values.getlist(name) if value.isdigit() and len(value) < 10)

    everyone = values.get("all")
    if plan_id is not None and everyone is not None:
        return Choice(units_filtered(plan_id, everyone), with_promised=values.get("promised") == "1")
    return Choice(numbers("unit"), next(iter(numbers("stage")), None), numbers("task"), values.get("promised") == "1")


def nothing_picked(plan_id: int) -> ResponseReturnValue:
    """Back to the table of units, to tick some."""
    flash("Chưa chọn đơn vị nào; đánh dấu ít nhất một đơn vị rồi bấm lại.", "soon")
    return redirect(guards.page_before(table_of_units(plan_of_office(plan_id).id)))


def table_of_units(plan_id: int) -> str:
    return url_for("plans.show_plan", plan_id=plan_id, _anchor="don-vi")


def plan_of_office(plan_id: int) -> PlanFacts:
    found = plans.plan_facts(db.session(), plan_id, office_id=guards.current_person().office_id)
    if found is None:
        raise NotFound
    return found


def _reasons(kind: Kind, goes_at: datetime) -> dict[Why, str]:
    """Why a unit gets no letter, as the page and the word after the click say it."""
    verb, is_off = VERBS[kind], goes_at.date() > clock.today()
    return {
        Why.NO_CONTACT: "chưa có đầu mối",
        Why.BOUNCED: "có thư gửi đầu mối bị trả về",
        Why.SAID: f"đã {verb} {'cho ngày ' + date_short(goes_at.date()) if is_off else 'hôm nay'}",
        Why.PROMISED: "đã hẹn ngày xong",
        Why.NOT_CONFIRMED: "đã báo hoàn thành, chờ điều phối viên xác nhận",
        Why.OTHER_TIME: "không có việc quá hạn" if kind is Kind.CHASE else "không có việc đang làm chưa đến hạn",
        Why.PAUSED: "có việc đang tạm dừng",
        Why.NOT_OPEN: "chưa được mở việc, còn chờ bước trước",
        Why.FINISHED: "không còn việc phải làm",
    }


def _left_words(kind: Kind, unreached: Sequence[LeftOut], goes_at: datetime, plan: PlanFacts) -> str:
    """ " Không gửi cho 3 đơn vị: 2 đã đôn đốc hôm nay (A và B); 1 chưa có đầu mối (C)." or nothing."""
    if not unreached:
        return ""
    reasons = _reasons(kind, goes_at)
    names = {
        reasons[why]: [left.unit_name or plan.office_name for left in lines]
        for why, lines in groupby(unreached, key=lambda left: left.why)
    }
    units = count(len({left.unit_id for left in unreached}), "đơn vị")
    if len(names) == 1:
        [(reason, own)] = names.items()
        return f" Không gửi cho {units} {reason} ({list_names(own)})."
    parts = [f"{number(len(own))} {reason} ({list_names(own)})" for reason, own in names.items()]
    return f" Không gửi cho {units}: {'; '.join(parts)}."


def _page(plan_id: int, kind: Kind, choice: Choice, *, problem: str = "") -> str:
    session, now = db.session(), clock.now()
    plan = plan_of_office(plan_id)
    reached = chase_reach.reach(session, plan_id, kind, choice, now=now)
    goes_at = reached.goes_at
    return render_template(
        "plans/chase.html",
        plan=plan,
        kind=kind,
        choice=choice,
        reached=reached,
        left=[(why, tuple(lines)) for why, lines in groupby(reached.left_out, key=lambda left: left.why)],
        unreached=len({left.unit_id for left in reached.unreached}),
        reached_units={work.unit_id for work in reached.works},
        reasons=_reasons(kind, goes_at),
        Why=Why,
        back=guards.page_before(_back(plan, choice)),
        later=moment(goes_at) if goes_at > now else "",
        is_off=goes_at.date() > now.date(),
        late_days=lambda due_on: (goes_at.date() - due_on).days,
        problem=problem,
    )


def _back(plan: PlanFacts, choice: Choice) -> str:
    """Where the click came from: one piece of work, a stage, or the table of units."""
    if len(choice.task_ids) == 1:
        return url_for("tasks.show_task", task_id=next(iter(choice.task_ids)))
    if choice.position is not None:
        return url_for("plans.show_stage", plan_id=plan.id, position=choice.position)
    return table_of_units(plan.id)
