"""Ghi số phiếu behind a contact's link: the day's figures in three taps, and the ballot numbers at the end."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.db import db, reads_only, transaction
from tracker.errors import NotFound, Refused
from tracker.queries import fieldwork as queries
from tracker.services import fieldwork
from tracker.services.fieldwork.ledger import LineRefused
from tracker.web import ballot_forms, guards
from tracker.web.ballot_forms import LineForm, NumbersForm
from tracker.web.errors import STATUS_OF_REFUSAL
from tracker.web.fieldwork import refusal_to_write
from tracker.wording import count, number
from tracker.wording.fieldwork import DISCARD_REASON, LEDGER

bp = Blueprint("field_link", __name__)
LINES_SHOWN = 10


@bp.get("/v/<token>/ballots/<int:plan_id>")
@guards.personal_link
def show(token: str, plan_id: int) -> ResponseReturnValue:
    return _page(token, plan_id)


@bp.post("/v/<token>/ballots/<int:plan_id>/lines")
@guards.personal_link
def add_line(token: str, plan_id: int) -> ResponseReturnValue:
    form = LineForm()
    if not form.validate_on_submit():
        return _page(token, plan_id, line=form), 422
    unit_id = guards.current_contact().unit_id
    try:
        with transaction() as session:
            done = fieldwork.record_line(
                session,
                plan_id,
                unit_id,
                ballot_forms.line_of(form, source="unit"),
                once=form.once.data or "",
                by=guards.current_actor(),
                now=clock.now(),
            )
    except LineRefused as refused:
        reads_only.set(True)
        ballot_forms.show_problems(form, refused.problems)
        return _page(token, plan_id, line=form), 422
    except Refused as refused:
        reads_only.set(True)
        return _page(token, plan_id, line=form, problem=refused.sentence), STATUS_OF_REFUSAL.get(refused.key, 409)
    totals = done.totals
    again = "Dòng này đã ghi; không ghi lần hai." if done.again else "Đã ghi."
    flash(f"{again} Thu về {count(totals.collected, 'phiếu')}, hợp lệ {number(totals.valid)}.", "ok")
    return redirect(url_for("field_link.show", token=token, plan_id=plan_id))


@bp.post("/v/<token>/ballots/<int:plan_id>/numbers")
@guards.personal_link
def register(token: str, plan_id: int) -> ResponseReturnValue:
    form = NumbersForm()
    if not form.validate_on_submit():
        return _page(token, plan_id, numbers=form), 422
    unit_id = guards.current_contact().unit_id
    try:
        parts, gone = ballot_forms.numbers_of(form)
        with transaction() as session:
            n = fieldwork.register_ballots(session, plan_id, unit_id, parts, gone, by=guards.current_actor(), now=clock.now())
    except Refused as refused:
        reads_only.set(True)
        form.ranges.errors = [*form.ranges.errors, refused.sentence]
        return _page(token, plan_id, numbers=form), STATUS_OF_REFUSAL.get(refused.key, 409)
    flash(f"Đã ghi mã của {count(n, 'phiếu')}.", "ok")
    return redirect(url_for("field_link.show", token=token, plan_id=plan_id))


def _page(
    token: str, plan_id: int, *, line: LineForm | None = None, numbers: NumbersForm | None = None, problem: str = ""
) -> str:
    session, holder = db.session(), guards.current_contact()
    row = queries.unit_row(session, plan_id, holder.unit_id)
    if row is None:
        raise NotFound
    refused, round_ = refusal_to_write(plan_id, holder.unit_id)
    known = queries.numbered_ballots(session, plan_id, holder.unit_id, round_)
    discarded = queries.discard_sums(session, plan_id, unit_id=holder.unit_id)
    numbers = numbers or ballot_forms.numbers_form(known, quota=row.quota, totals=row.totals)
    return render_template(
        "fieldwork/link.html",
        token=token,
        plan_id=plan_id,
        holder=holder,
        row=row,
        share=ballot_forms.share_of(row),
        lines=queries.unit_lines(session, plan_id, holder.unit_id)[:LINES_SHOWN],
        words=LEDGER,
        reason_words=DISCARD_REASON,
        discarded=discarded,
        line=line or ballot_forms.new_line_form(clock.today()),
        numbers=numbers,
        gone=ballot_forms.gone_fields(numbers, discarded),
        known=known,
        refused=refused,
        problem=problem,
    )
