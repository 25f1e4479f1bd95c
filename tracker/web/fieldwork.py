"""Phiếu: the ballots of a plan, unit by unit; a unit's ledger, its ballot numbers, a round more."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import IntegerField, TextAreaField
from wtforms.validators import Length, Optional

from tracker import clock
from tracker.db import db, reads_only, transaction
from tracker.errors import NotFound, Refused
from tracker.queries import fieldwork as queries
from tracker.queries.fieldwork import UnitBallotsRow
from tracker.queries.plans import PlanFacts
from tracker.rules.access import RUNNERS
from tracker.rules.rounds import ROUND_WORDS, SUPPLEMENT
from tracker.services import fieldwork
from tracker.services.fieldwork.leave import fieldwork_tasks, open_field
from tracker.services.fieldwork.ledger import LineRefused
from tracker.web import ballot_forms, guards
from tracker.web.ballot_forms import LineForm, NumbersForm
from tracker.web.burn_up import burn_up_of
from tracker.web.chasing import plan_of_office
from tracker.web.errors import STATUS_OF_REFUSAL
from tracker.web.filters import Pages
from tracker.web.forms import DayField, Form
from tracker.web.matrix import UNITS_A_PAGE
from tracker.wording import count
from tracker.wording.fieldwork import DISCARD_REASON, LEDGER

bp = Blueprint("fieldwork", __name__)


class RoundForm(Form):
    ballots = IntegerField("Số phiếu thu thêm", [Optional()], render_kw={"inputmode": "numeric", "autocomplete": "off"})
    due_on = DayField("Hạn hoàn thành", render_kw={"inputmode": "numeric", "autocomplete": "off"})
    reason = TextAreaField("Lý do", [Length(max=500)], description="Đơn vị đọc được", render_kw={"rows": 2})


@bp.get("/plans/<int:plan_id>/ballots")
@guards.signed_in
def show_plan(plan_id: int) -> ResponseReturnValue:
    plan = plan_of_office(plan_id)
    session = db.session()
    unit_ids = [unit_id for own in queries.unit_ids_by_group(session, plan_id).values() for unit_id in own]
    pages = Pages.of(len(unit_ids), UNITS_A_PAGE)
    shown = _by_group(queries.unit_rows(session, plan_id, pages.cut(unit_ids)))
    sums = queries.group_sums(session, plan_id)
    total = queries.add_groups(sums.values())
    burn_up = burn_up_of(session, plan_id, total.quota)
    return render_template(
        "fieldwork/plan.html",
        plan=plan,
        total=total,
        shown=shown,
        sums=sums,
        pages=pages,
        chart=burn_up.chart,
        forecast=burn_up.forecast,
        window=queries.window(session, plan_id),
        reasons=queries.discard_sums(session, plan_id),
        reason_words=DISCARD_REASON,
        words=LEDGER,
        share=ballot_forms.share_of,
        may_run=guards.current_person().role in RUNNERS,
    )


@bp.get("/plans/<int:plan_id>/ballots/units/<int:unit_id>")
@guards.signed_in
def show_unit(plan_id: int, unit_id: int) -> ResponseReturnValue:
    return _unit_page(plan_id, unit_id)


@bp.post("/plans/<int:plan_id>/ballots/units/<int:unit_id>/lines")
@guards.roles(*RUNNERS)
def add_line(plan_id: int, unit_id: int) -> ResponseReturnValue:
    form = LineForm()
    if not form.validate_on_submit():
        return _unit_page(plan_id, unit_id, line=form), 422
    try:
        with transaction() as session:
            done = fieldwork.record_line(
                session,
                plan_id,
                unit_id,
                ballot_forms.line_of(form, source="office"),
                once=form.once.data or "",
                by=guards.current_actor(),
                now=clock.now(),
            )
    except LineRefused as refused:
        reads_only.set(True)
        ballot_forms.show_problems(form, refused.problems)
        return _unit_page(plan_id, unit_id, line=form), 422
    except Refused as refused:
        reads_only.set(True)
        return _unit_page(plan_id, unit_id, line=form, problem=refused.sentence), STATUS_OF_REFUSAL.get(refused.key, 409)
    flash("Dòng này đã ghi; không ghi lần hai." if done.again else _said(done), "ok")
    return redirect(url_for("fieldwork.show_unit", plan_id=plan_id, unit_id=unit_id))


@bp.post("/plans/<int:plan_id>/ballots/units/<int:unit_id>/numbers")
@guards.roles(*RUNNERS)
def register(plan_id: int, unit_id: int) -> ResponseReturnValue:
    form = NumbersForm()
    if not form.validate_on_submit():
        return _unit_page(plan_id, unit_id, numbers=form), 422
    try:
        parts, gone = ballot_forms.numbers_of(form)
        with transaction() as session:
            n = fieldwork.register_ballots(session, plan_id, unit_id, parts, gone, by=guards.current_actor(), now=clock.now())
    except Refused as refused:
        reads_only.set(True)
        form.ranges.errors = [*form.ranges.errors, refused.sentence]
        return _unit_page(plan_id, unit_id, numbers=form), STATUS_OF_REFUSAL.get(refused.key, 409)
    flash(f"Đã ghi mã của {count(n, 'phiếu')}.", "ok")
    return redirect(url_for("fieldwork.show_unit", plan_id=plan_id, unit_id=unit_id, _anchor="ma-phieu"))


@bp.post("/plans/<int:plan_id>/ballots/units/<int:unit_id>/rounds")
@guards.roles(*RUNNERS)
def open_round(plan_id: int, unit_id: int) -> ResponseReturnValue:
    """Điều tra bổ sung; điều tra lại opens with the verdict of a recheck."""
    form = RoundForm()
    if not form.validate_on_submit():
        return _unit_page(plan_id, unit_id, more=form), 422
    if form.due_on.data is None:
        form.due_on.errors = ["Chưa ghi hạn hoàn thành."]
        return _unit_page(plan_id, unit_id, more=form), 422
    try:
        with transaction() as session:
            fieldwork.open_round(
                session,
                plan_id,
                unit_id,
                SUPPLEMENT,
                form.ballots.data or 0,
                form.due_on.data,
                form.reason.data or "",
                by=guards.current_actor(),
                now=clock.now(),
            )
    except Refused as refused:
        reads_only.set(True)
        return _unit_page(plan_id, unit_id, more=form, problem=refused.sentence), STATUS_OF_REFUSAL.get(refused.key, 409)
    flash("Đã mở điều tra bổ sung; đầu mối nhận thư.", "ok")
    return redirect(url_for("fieldwork.show_unit", plan_id=plan_id, unit_id=unit_id))


def _unit_page(
    plan_id: int,
    unit_id: int,
    *,
    line: LineForm | None = None,
    numbers: NumbersForm | None = None,
    more: RoundForm | None = None,
    problem: str = "",
) -> str:
    plan: PlanFacts = plan_of_office(plan_id)
    session, now = db.session(), clock.now()
    row = queries.unit_row(session, plan_id, unit_id)
    if row is None:
        raise NotFound
    refused, round_ = refusal_to_write(plan_id, unit_id)
    tasks = fieldwork_tasks(session, plan_id, unit_id)
    discarded = queries.discard_sums(session, plan_id, unit_id=unit_id)
    known = queries.numbered_ballots(session, plan_id, unit_id, round_)
    numbers = numbers or ballot_forms.numbers_form(known, quota=row.quota, totals=row.totals)
    burn_up = burn_up_of(session, plan_id, row.quota, unit_id=unit_id)
    may_run = guards.current_person().role in RUNNERS
    return render_template(
        "fieldwork/unit.html",
        plan=plan,
        row=row,
        share=ballot_forms.share_of(row),
        lines=queries.unit_lines(session, plan_id, unit_id),
        rounds=[task for task in tasks if task.round_kind],
        round_words=ROUND_WORDS,
        words=LEDGER,
        reason_words=DISCARD_REASON,
        discarded=discarded,
        line=line or ballot_forms.new_line_form(now.date()),
        numbers=numbers,
        gone=ballot_forms.gone_fields(numbers, discarded),
        known=known,
        more=more or RoundForm(formdata=None, ballots=row.totals.missing(row.quota) or None),
        refused=refused,
        problem=problem,
        chart=burn_up.chart,
        forecast=burn_up.forecast,
        may_run=may_run,
    )


def refusal_to_write(plan_id: int, unit_id: int) -> tuple[str, int]:
    """The sentence that a line would be refused with now ("" when it would be taken), and the round it would belong to."""
    try:
        field = open_field(db.session(), plan_id, unit_id, by=guards.current_actor(), now=clock.now(), lock=False)
    except Refused as refused:
        newest = max((task.round for task in fieldwork_tasks(db.session(), plan_id, unit_id)), default=0)
        return refused.sentence, newest
    return "", field.round


def _by_group(rows: list[UnitBallotsRow]) -> list[tuple[str, list[UnitBallotsRow]]]:
    names = dict.fromkeys(row.group for row in rows)
    return [(name, [row for row in rows if row.group == name]) for name in names]


def _said(done: fieldwork.Recorded) -> str:
    said = f"Đã ghi. Lũy kế: thu về {count(done.totals.collected, 'phiếu')}, hợp lệ {count(done.totals.valid, 'phiếu')}."
    if done.change.opened:
        said += f" {', '.join(stage.short_name for stage in done.change.opened)} đã mở."
    if done.change.locked:
        said += f" Khóa lại: {', '.join(done.change.locked)}."
    return said
