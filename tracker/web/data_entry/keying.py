"""The keyboard page: a ballot after the other. Plain forms; static/entry.js makes it quick and keeps what the network drops."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.db import db, reads_only, transaction
from tracker.errors import NotFound, Refused
from tracker.queries import entries
from tracker.rules.entry_answers import answered, parted
from tracker.rules.entry_progress import UnitEntries
from tracker.rules.questionnaires import Questionnaire
from tracker.rules.states import DiscardReason
from tracker.services import data_entry
from tracker.services.data_entry import BallotRefused, Kept, Typed
from tracker.services.questionnaires import Shelf, key_of
from tracker.web import guards
from tracker.web.data_entry.asking import sheet
from tracker.web.data_entry.blueprint import bp, plan_of, shelf, wants_json
from tracker.web.errors import STATUS_OF_REFUSAL
from tracker.wording import count, number
from tracker.wording.fieldwork import DISCARD_REASON

FIRST, SECOND = 1, 2
_ANSWER, _OTHER = "a-", "o-"


@dataclass(frozen=True)
class Shown:
    """What stands in the boxes, and what is wrong with it."""

    number: str = ""
    answers: Mapping[str, str] | None = None
    others: Mapping[str, str] | None = None
    errors: Mapping[str, str] | None = None
    problem: str = ""
    key: str = ""


@bp.get("/plans/<int:plan_id>/entry/<int:unit_id>")
@guards.signed_in
def key(plan_id: int, unit_id: int) -> ResponseReturnValue:
    return _page(plan_id, unit_id, FIRST)


@bp.post("/plans/<int:plan_id>/entry/<int:unit_id>")
@guards.signed_in
def keep(plan_id: int, unit_id: int) -> ResponseReturnValue:
    return _keep(plan_id, unit_id, FIRST)


@bp.get("/plans/<int:plan_id>/entry/<int:unit_id>/second")
@guards.signed_in
def key_again(plan_id: int, unit_id: int) -> ResponseReturnValue:
    return _page(plan_id, unit_id, SECOND)


@bp.post("/plans/<int:plan_id>/entry/<int:unit_id>/second")
@guards.signed_in
def keep_again(plan_id: int, unit_id: int) -> ResponseReturnValue:
    return _keep(plan_id, unit_id, SECOND)


@bp.post("/plans/<int:plan_id>/entry/<int:unit_id>/discard")
@guards.signed_in
def discard(plan_id: int, unit_id: int) -> ResponseReturnValue:
    """Loại phiếu: its number and why."""
    typed = request.form.get("number", "")
    reason = request.form.get("reason", "")
    try:
        if reason not in set(DiscardReason):
            raise Refused("discard_reason", "Chưa chọn lý do loại phiếu; chọn một lý do.")
        with transaction() as session:
            ballot = data_entry.discard_ballot(
                session,
                plan_id,
                unit_id,
                typed,
                DiscardReason(reason),
                request.form.get("note", ""),
                by=guards.current_actor(),
                now=clock.now(),
                shelf=shelf(),
            )
            done = ballot.number
    except Refused as refused:
        return _refused(plan_id, unit_id, FIRST, refused, Shown(number=typed))
    flash(f"Đã loại phiếu {done}.", "ok")
    return redirect(url_for("entry.key", plan_id=plan_id, unit_id=unit_id, after=done))


@bp.post("/plans/<int:plan_id>/entry/ballots/<int:entry_id>/take-back")
@guards.signed_in
def take_back(plan_id: int, entry_id: int) -> ResponseReturnValue:
    """Sửa phiếu vừa nhập: the entry goes, its answers come back into the boxes."""
    plan_of(plan_id)
    try:
        with transaction() as session:
            back = data_entry.take_back(session, plan_id, entry_id, by=guards.current_actor(), now=clock.now(), shelf=shelf())
    except Refused as refused:
        if wants_json():
            return _refusal_json(refused)
        raise
    except NotFound:
        if wants_json():
            return jsonify(refused={"key": "gone", "sentence": "Phiếu này đã được lấy lại.", "fields": {}}), 409
        flash("Phiếu này đã được lấy lại.", "run")
        return redirect(url_for("entry.overview", plan_id=plan_id))
    answers, others = parted(back.answers)
    if wants_json():
        return jsonify(number=back.number, answers=answers, others=others, left=back.left)
    reads_only.set(True)
    problem = f"Đã lấy lại phiếu {back.number}; sửa rồi lưu lại."
    return _page(plan_id, back.unit_id, FIRST, Shown(back.number, answers, others, problem=problem, key="taken_back"))


def _keep(plan_id: int, unit_id: int, turn: int) -> ResponseReturnValue:
    plan_of(plan_id)
    typed = _typed()
    keep_it = data_entry.keep_entry if turn == FIRST else data_entry.keep_second_entry
    try:
        with transaction() as session:
            kept = keep_it(session, plan_id, unit_id, typed, by=guards.current_actor(), now=clock.now(), shelf=shelf())
    except Refused as refused:
        return _refused(plan_id, unit_id, turn, refused, Shown(typed.number, typed.answers, typed.others))
    if wants_json():
        return jsonify(_kept_json(plan_id, turn, kept))
    flash(_said(kept), "ok")
    view = "entry.key" if turn == FIRST else "entry.key_again"
    return redirect(url_for(view, plan_id=plan_id, unit_id=unit_id, after=kept.number))


def _said(kept: Kept) -> str:
    left = f"còn {count(kept.left, 'phiếu')}" if kept.left else "đã đủ phiếu"
    return f"Đã lưu phiếu {kept.number}; {left}."


def _kept_json(plan_id: int, turn: int, kept: Kept) -> dict[str, object]:
    return {
        "number": kept.number,
        "left": kept.left,
        "entered": kept.entered,
        "valid": kept.valid,
        "said": _said(kept),
        "take_back": url_for("entry.take_back", plan_id=plan_id, entry_id=kept.entry_id) if turn == FIRST else "",
    }


def _typed() -> Typed:
    form = request.form
    return Typed(
        number=form.get("number", "")[:20],
        answers={name.removeprefix(_ANSWER): value for name, value in form.items() if name.startswith(_ANSWER)},
        others={name.removeprefix(_OTHER): value for name, value in form.items() if name.startswith(_OTHER) and value},
        questionnaire=form.get("questionnaire", ""),
        once=form.get("once", "")[:64],
    )


def _refused(plan_id: int, unit_id: int, turn: int, refused: Refused, shown: Shown) -> ResponseReturnValue:
    if wants_json():
        return _refusal_json(refused)
    reads_only.set(True)
    fields = refused.fields if isinstance(refused, BallotRefused) else {}
    status = STATUS_OF_REFUSAL.get(refused.key, 422 if fields else 409)
    again = Shown(shown.number, shown.answers, shown.others, fields, refused.sentence, refused.key)
    return _page(plan_id, unit_id, turn, again), status


def _refusal_json(refused: Refused) -> ResponseReturnValue:
    fields = refused.fields if isinstance(refused, BallotRefused) else {}
    status = STATUS_OF_REFUSAL.get(refused.key, 422 if fields else 409)
    return jsonify(refused={"key": refused.key, "sentence": refused.sentence, "fields": fields}), status


def _page(plan_id: int, unit_id: int, turn: int, shown: Shown | None = None) -> str:
    """The page in its state: the keyboard, or the gate's sentence where the room is shut."""
    shown = shown or Shown()
    plan, found_shelf, session = plan_of(plan_id), shelf(), db.session()
    by, now = guards.current_actor(), clock.now()
    gate = ""
    try:
        room = data_entry.enter(session, plan_id, unit_id, by=by, now=now, shelf=found_shelf, lock=False)
    except Refused as refused:
        gate = refused.sentence
        room = data_entry.look_in(session, plan_id, unit_id, by=by, shelf=found_shelf)
    counts = data_entry.units_entries(session, plan_id, unit_id=unit_id)
    ahead = _ahead(plan_id, unit_id, turn) if not gate else []
    next_number = shown.number or _next_number(ahead, request.args.get("number", ""), request.args.get("after", ""))
    return render_template(
        "entry/key.html",
        plan=plan,
        room=room,
        gate=gate,
        turn=turn,
        counts=counts.get(unit_id, UnitEntries()),
        whole=entries.plan_totals(session, plan_id),
        ahead=ahead,
        number_now=next_number,
        sheet=sheet(room.questionnaire, shown.answers, shown.others, shown.errors),
        key_of=key_of(room.questionnaire),
        shown=shown,
        once=secrets.token_hex(16),
        recent=_recent(plan_id, unit_id, turn, found_shelf, room.questionnaire),
        reasons=DISCARD_REASON,
        by_key=by.key,
    )


def _ahead(plan_id: int, unit_id: int, turn: int) -> list[str]:
    if turn == FIRST:
        return entries.numbers_left(db.session(), plan_id, unit_id)
    return entries.numbers_to_key_again(db.session(), plan_id, unit_id, by_key=guards.current_actor().key)


def _next_number(ahead: Sequence[str], asked: str, after: str) -> str:
    if asked.isdigit() and len(asked) <= 12:
        return asked
    return next((n for n in ahead if n > after), ahead[0] if ahead else "")


def _recent(
    plan_id: int, unit_id: int, turn: int, found_shelf: Shelf, usual: Questionnaire
) -> list[tuple[entries.KeyedLine, str]]:
    lines = entries.last_keyed(db.session(), plan_id, by_key=guards.current_actor().key, turn=turn, unit_id=unit_id)
    found = []
    for line in lines:
        asked = found_shelf.get(line.questionnaire, usual)
        found.append((line, f"{number(answered(asked, line.answers))}/{len(asked.questions)} câu, {line.at:%H:%M}"))
    return found
