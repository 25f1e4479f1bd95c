"""Chênh lệch: two entries side by side, and what the paper says, by a third person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.db import db, reads_only, transaction
from tracker.errors import NotFound, Refused
from tracker.queries import entries
from tracker.queries.entries import DifferingBallot
from tracker.rules.entry_answers import OTHER
from tracker.rules.questionnaires import Questionnaire
from tracker.rules.second_entry import Settlement
from tracker.services import data_entry
from tracker.services.data_entry import BallotRefused, Choice
from tracker.web import guards
from tracker.web.data_entry.asking import Option, options_of
from tracker.web.data_entry.blueprint import bp, may_enter, plan_of, shelf
from tracker.web.errors import STATUS_OF_REFUSAL
from tracker.wording import refusal


@dataclass(frozen=True)
class FieldLine:
    """One field on which the entries differ, in words."""

    code: str
    name: str
    text: str
    first: str
    second: str
    options: tuple[Option, ...]
    chosen: str
    value: str
    error: str


@bp.get("/plans/<int:plan_id>/entry/differences")
@guards.signed_in
def differences(plan_id: int) -> ResponseReturnValue:
    plan = plan_of(plan_id)
    waiting = entries.to_settle(db.session(), plan_id)
    return render_template(
        "entry/differences.html", plan=plan, waiting=waiting, me=guards.current_actor().key, may_enter=may_enter()
    )


@bp.get("/plans/<int:plan_id>/entry/differences/<int:ballot_id>")
@guards.signed_in
def difference(plan_id: int, ballot_id: int) -> ResponseReturnValue:
    return _page(plan_id, ballot_id)


@bp.post("/plans/<int:plan_id>/entry/differences/<int:ballot_id>")
@guards.signed_in
def settle(plan_id: int, ballot_id: int) -> ResponseReturnValue:
    plan_of(plan_id)
    choices = {
        name.removeprefix("s-"): Choice(Settlement(value), request.form.get(f"v-{name.removeprefix('s-')}", ""))
        for name, value in request.form.items()
        if name.startswith("s-") and value in set(Settlement)
    }
    try:
        with transaction() as session:
            number = data_entry.settle(
                session, plan_id, ballot_id, choices, by=guards.current_actor(), now=clock.now(), shelf=shelf()
            )
    except Refused as refused:
        reads_only.set(True)
        if refused.key == "difference_gone":
            flash(refused.sentence, "run")
            return redirect(url_for("entry.differences", plan_id=plan_id))
        errors = refused.fields if isinstance(refused, BallotRefused) else {}
        status = STATUS_OF_REFUSAL.get(refused.key, 422 if errors else 409)
        return _page(plan_id, ballot_id, choices, errors, refused.sentence), status
    flash(f"Đã thống nhất phiếu {number}.", "ok")
    following = next(iter(entries.to_settle(db.session(), plan_id)), None)
    if following is None:
        return redirect(url_for("entry.differences", plan_id=plan_id))
    return redirect(url_for("entry.difference", plan_id=plan_id, ballot_id=following.ballot_id))


def _page(
    plan_id: int,
    ballot_id: int,
    choices: Mapping[str, Choice] | None = None,
    errors: Mapping[str, str] | None = None,
    problem: str = "",
) -> str:
    plan = plan_of(plan_id)
    found = entries.differing_ballot(db.session(), plan_id, ballot_id)
    if found is None:
        raise NotFound
    refused = "" if problem else _refusal(plan_id, found)
    questionnaire = shelf()[found.questionnaire]
    return render_template(
        "entry/difference.html",
        plan=plan,
        ballot=found,
        fields=[_line(questionnaire, field, choices or {}, errors or {}) for field in found.fields],
        problem=problem,
        refused=refused,
        left=len(entries.to_settle(db.session(), plan_id)),
    )


def _refusal(plan_id: int, found: DifferingBallot) -> str:
    """Why this reader may not settle, said under the button before it is pressed."""
    by = guards.current_actor()
    try:
        data_entry.enter(db.session(), plan_id, found.unit_id, by=by, now=clock.now(), shelf=shelf(), lock=False)
        if by.key in found.keys:
            raise refusal("same_person_settles", names=f"{found.first_by}, {found.second_by}")
    except Refused as refused:
        return refused.sentence
    return ""


def _line(
    questionnaire: Questionnaire, field: tuple[str, str, str], choices: Mapping[str, Choice], errors: Mapping[str, str]
) -> FieldLine:
    code, first, second = field
    question = questionnaire.by_code[code.removesuffix(OTHER)]
    is_words = code.endswith(OTHER) or not question.options
    chosen = choices.get(code)
    return FieldLine(
        code=code,
        name=question.code,
        text=f"{question.text} (ghi rõ)" if code.endswith(OTHER) else question.text,
        first=first if is_words else question.word(first),
        second=second if is_words else question.word(second),
        options=() if is_words else options_of(question),
        chosen=chosen.settlement.value if chosen else "",
        value=chosen.value if chosen else "",
        error=errors.get(code, ""),
    )
