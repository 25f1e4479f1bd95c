"""Every click of the review page that changes the draft. Each goes back to the page, at the place it came from."""

from __future__ import annotations

from dataclasses import replace

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.db import db, reads_only, transaction
from tracker.errors import NotFound, Refused
from tracker.rules.access import RUNNERS
from tracker.rules.review import Review
from tracker.rules.states import Scope
from tracker.services import intake
from tracker.web import guards
from tracker.web.errors import STATUS_OF_REFUSAL
from tracker.web.forms import read_day
from tracker.web.intake.blueprint import bp, card
from tracker.web.intake.forms import FactsForm, RowForm, row_form
from tracker.web.intake.review import page
from tracker.wording import nfc


@bp.post("/<int:draft_id>/rows/<int:row>")
@guards.roles(*RUNNERS)
def save_row(draft_id: int, row: int) -> ResponseReturnValue:
    """Save a row as typed; the button may ask for more: move it, split it, join it, add one below, take it out."""
    draft = card(draft_id)
    form = RowForm()
    what = request.form.get("do", "save")
    by, now = guards.current_actor(), clock.now()
    if what == "remove":
        with transaction() as session:
            intake.remove_row(session, draft_id, row, by=by, now=now)
        return _back(draft_id, "draft")
    if not form.validate_on_submit():
        return page(draft, editing=row, form=form, status=422)
    try:
        with transaction() as session:
            intake.correct_row(session, draft_id, row, form.fields(), rev=_rev(form), by=by, now=now)
            added = intake.add_row(session, draft_id, after=row, by=by, now=now) if what == "add" else None
            if what in ("up", "down"):
                intake.move_row(session, draft_id, row, steps=-1 if what == "up" else 1, by=by, now=now)
            if what == "merge":
                intake.merge_with_above(session, draft_id, row, by=by, now=now)
    except Refused as refused:
        return _row_refused(draft_id, row, form, refused)
    if what == "split":
        return redirect(url_for("intake.show_draft", draft_id=draft_id, split=row, _anchor=f"r{row}"))
    if added is not None:
        return redirect(url_for("intake.show_draft", draft_id=draft_id, edit=added, _anchor=f"r{added}"))
    return _back(draft_id, "draft" if what == "merge" else f"r{row}")


@bp.post("/<int:draft_id>/rows")
@guards.roles(*RUNNERS)
def add_row(draft_id: int) -> ResponseReturnValue:
    card(draft_id)
    with transaction() as session:
        key = intake.add_row(session, draft_id, after=None, by=guards.current_actor(), now=clock.now())
    return redirect(url_for("intake.show_draft", draft_id=draft_id, edit=key, _anchor=f"r{key}"))


@bp.post("/<int:draft_id>/rows/<int:row>/split")
@guards.roles(*RUNNERS)
def split_row(draft_id: int, row: int) -> ResponseReturnValue:
    card(draft_id)
    parts = nfc(request.form.get("parts", "")).splitlines()
    rev = request.form.get("rev", "")
    try:
        with transaction() as session:
            intake.split_row(session, draft_id, row, parts, rev=_number(rev), by=guards.current_actor(), now=clock.now())
    except Refused as refused:
        flash(refused.sentence, "over")
        return redirect(url_for("intake.show_draft", draft_id=draft_id, split=row, _anchor=f"r{row}"))
    return _back(draft_id, f"r{row}")


@bp.post("/<int:draft_id>/rows/<int:row>/restore")
@guards.roles(*RUNNERS)
def restore_row(draft_id: int, row: int) -> ResponseReturnValue:
    card(draft_id)
    with transaction() as session:
        intake.restore_row(session, draft_id, row, by=guards.current_actor(), now=clock.now())
    return _back(draft_id, f"r{row}")


@bp.post("/<int:draft_id>/rows/<int:row>/owner")
@guards.roles(*RUNNERS)
def name_owner(draft_id: int, row: int) -> ResponseReturnValue:
    """One of the suggested owners of a row, or each surveyed unit."""
    card(draft_id)
    review = _review(draft_id)
    fields = row_form(review.row(row)).fields()
    if request.form.get("each_unit"):
        fields = replace(fields, scope=Scope.EACH_UNIT)
    else:
        fields = replace(fields, lead=nfc(request.form.get("lead", ""))[:500])
    with transaction() as session:
        intake.correct_row(session, draft_id, row, fields, rev=review.row(row).rev, by=guards.current_actor(), now=clock.now())
    return _back(draft_id, "points")


@bp.post("/<int:draft_id>/points/<point>")
@guards.roles(*RUNNERS)
def settle(draft_id: int, point: str) -> ResponseReturnValue:
    card(draft_id)
    settled = request.form.get("settled") == "yes"
    try:
        with transaction() as session:
            intake.settle_doubt(session, draft_id, point, settled=settled, by=guards.current_actor(), now=clock.now())
    except NotFound:
        flash("Điểm này đã được xử lý.", "run")
    except Refused as refused:
        flash(refused.sentence, "over")
    return _back(draft_id, "points")


@bp.post("/<int:draft_id>/facts")
@guards.roles(*RUNNERS)
def save_facts(draft_id: int) -> ResponseReturnValue:
    draft = card(draft_id)
    form = FactsForm()
    if not form.validate_on_submit():
        return page(draft, facts=form, status=422)
    try:
        with transaction() as session:
            intake.correct_facts(
                session, draft_id, form.fields(), rev=_number(form.rev.data), by=guards.current_actor(), now=clock.now()
            )
    except Refused as refused:
        reads_only.set(True)
        form.rev.data = str(_review(draft_id).fields_rev)  # saving again is a choice now
        form.rev.raw_data = None
        return page(draft, facts=form, problem=refused.sentence, status=409)
    return _back(draft_id, "facts")


@bp.post("/<int:draft_id>/facts/<any(number, issued_on):name>")
@guards.roles(*RUNNERS)
def fill_in(draft_id: int, name: str) -> ResponseReturnValue:
    """The number or the day that the document left blank, typed beside its point."""
    card(draft_id)
    text = nfc(request.form.get("value", "")).strip()
    review = _review(draft_id)
    if not text:
        return _back(draft_id, "points")
    if name == "issued_on":
        try:
            fields = replace(review.fields, issued_on=read_day(text))
        except ValueError as wrong:
            flash(str(wrong), "over")
            return _back(draft_id, "points")
    else:
        blank = review.fields.number
        fields = replace(review.fields, number=f"{text}{blank}"[:80] if blank.startswith("/") and "/" not in text else text[:80])
    with transaction() as session:
        intake.correct_facts(session, draft_id, fields, rev=review.fields_rev, by=guards.current_actor(), now=clock.now())
    return _back(draft_id, "points")


@bp.post("/<int:draft_id>/before")
@guards.roles(*RUNNERS)
def switch_before(draft_id: int) -> ResponseReturnValue:
    card(draft_id)
    with transaction() as session:
        strict = request.form.get("strict") == "yes"
        intake.switch_before(session, draft_id, strict=strict, by=guards.current_actor(), now=clock.now())
    return _back(draft_id, "draft")


@bp.post("/<int:draft_id>/accept")
@guards.roles(*RUNNERS)
def accept(draft_id: int) -> ResponseReturnValue:
    card(draft_id)
    try:
        with transaction() as session:
            intake.accept_draft(session, draft_id, by=guards.current_actor(), now=clock.now())
    except Refused as refused:
        flash(refused.sentence, "over")
        return _back(draft_id, "points")
    flash("Đã duyệt bản bóc tách; kế hoạch chưa triển khai.", "ok")
    return redirect(url_for("intake.choose_units", draft_id=draft_id))


@bp.post("/<int:draft_id>/reopen")
@guards.roles(*RUNNERS)
def reopen(draft_id: int) -> ResponseReturnValue:
    card(draft_id)
    with transaction() as session:
        intake.reopen_draft(session, draft_id, by=guards.current_actor(), now=clock.now())
    return _back(draft_id, "draft")


def _row_refused(draft_id: int, row: int, form: RowForm, refused: Refused) -> ResponseReturnValue:
    """Back to the open row with what was typed; after a collision also what the other person saved."""
    reads_only.set(True)
    theirs = None
    if refused.key == "changed_meanwhile":
        theirs = _review(draft_id).row(row)
        form.rev.data = str(theirs.rev)  # saving again is a choice now
        form.rev.raw_data = None
    elif refused.key == "end_before_start":
        form.due_on.errors = [refused.sentence]
    status = STATUS_OF_REFUSAL.get(refused.key, 409)
    return page(card(draft_id), editing=row, form=form, problem=refused.sentence, theirs=theirs, status=status)


def _review(draft_id: int) -> Review:
    draft = intake.get_draft(db.session(), draft_id, office_id=guards.current_person().office_id)
    return intake.review_of_draft(draft)


def _rev(form: RowForm) -> int:
    return _number(form.rev.data)


def _number(text: str | None) -> int:
    return int(text) if text and text.isdigit() and len(text) < 9 else 0


def _back(draft_id: int, anchor: str) -> ResponseReturnValue:
    return redirect(url_for("intake.show_draft", draft_id=draft_id, _anchor=anchor))
