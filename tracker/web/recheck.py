"""Phúc tra: the plan's units, one unit's list, one ballot asked again, the verdict; papers and what a stranger needs."""

from __future__ import annotations

import json

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from tracker import clock
from tracker.db import db, reads_only, transaction
from tracker.errors import NotFound, Refused
from tracker.models import Plan, Unit
from tracker.queries import recheck as queries
from tracker.queries.recheck import ItemRow, Sheet
from tracker.rules.access import RUNNERS
from tracker.rules.recheck import may_give_up
from tracker.rules.rounds import RESURVEY, ROUND_WORDS
from tracker.rules.satisfaction import rounded, wilson
from tracker.rules.states import MismatchKind, RecheckDecision, RecheckOutcome, Role
from tracker.services import recheck
from tracker.services.recheck.items import unsettle_item
from tracker.services.recheck.leave import blocked_because
from tracker.services.recheck.standing import recheck_method
from tracker.services.recheck.verdicts import SIGNABLE, open_resurvey, open_supplement, short_of_quota, to_survey_again
from tracker.web import guards
from tracker.web.chasing import plan_of_office
from tracker.web.errors import STATUS_OF_REFUSAL
from tracker.web.forms import DayField, Form
from tracker.wording import count, date_short
from tracker.wording.fieldwork import MISMATCH_KIND, RECHECK_DECISION, RECHECK_OUTCOME
from tracker.wording.figures import exact_words, interval_words, share_words

bp = Blueprint("recheck", __name__)
CHECKERS = (*RUNNERS, Role.RECHECKER)
READERS = (*CHECKERS, Role.LEADER, Role.OBSERVER)
#: What the radio buttons of a ballot say; a mismatch says of which kind.
OUTCOMES = {
    "match": (RecheckOutcome.MATCH, None),
    "fact": (RecheckOutcome.MISMATCH, MismatchKind.FACT),
    "serious": (RecheckOutcome.MISMATCH, MismatchKind.SERIOUS),
    "unreachable": (RecheckOutcome.UNREACHABLE, None),
    "refused": (RecheckOutcome.REFUSED, None),
}
HINTS = {
    "match": "người trả lời có thật, tự trả lời; nhiều nhất một câu về sự việc khác với phiếu",
    "fact": "từ hai câu về sự việc trở lên khác với phiếu, hoặc khác ở câu quyết định",
    "serious": "chưa từng được khảo sát, không có giao dịch, người khác ghi hộ hoặc gợi ý trả lời",
    "unreachable": "đã liên hệ đủ số ngày mà không gặp",
    "refused": "người trả lời từ chối",
}


class DrawForm(Form):
    digits = StringField(
        "Chữ số do người giám sát gieo",
        [Length(max=40)],
        description="Gieo xúc xắc trước mặt các bên, ghi lần lượt các chữ số",
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )


class TryForm(Form):
    day = DayField("Ngày đã liên hệ, không gặp", render_kw={"autocomplete": "off"})


class OutcomeForm(Form):
    outcome = RadioField(
        "Kết quả",
        choices=[
            SelectChoice(key, f"{RECHECK_OUTCOME[o].word if k is None else MISMATCH_KIND[k]}: {HINTS[key]}")
            for key, (o, k) in OUTCOMES.items()
        ],
        validate_choice=False,
    )
    note = TextAreaField(
        "Nội dung khác nhau",
        [Length(max=1000)],
        description="Với phiếu sai lệch: câu hỏi, trên phiếu ghi gì, phúc tra trả lời gì. Không ghi tên, số điện thoại người dân",
        render_kw={"rows": 3},
    )


class RoundForm(Form):
    due_on = DayField("Hạn hoàn thành", render_kw={"placeholder": "ngày/tháng/năm", "autocomplete": "off"})
    reason = TextAreaField("Lý do", [Length(max=1000)], description="Đơn vị nhận nguyên văn câu này", render_kw={"rows": 2})


class VerdictForm(Form):
    decision = RadioField("Kết luận", choices=[SelectChoice(d.value, RECHECK_DECISION[d]) for d in SIGNABLE])
    reason = TextAreaField("Lý do (ghi vào nhật ký)", [Length(max=1000)], render_kw={"rows": 2})


@bp.get("/plans/<int:plan_id>/recheck")
@guards.roles(*READERS)
def show_plan(plan_id: int) -> ResponseReturnValue:
    plan = plan_of_office(plan_id)
    rows = queries.unit_rows(db.session(), plan_id)
    method = recheck_method(db.session().get_one(Plan, plan_id))
    totals = queries.totals(rows)
    return render_template(
        "recheck/plan.html",
        plan=plan,
        rows=rows,
        totals=totals,
        method=method,
        state=state_of,
        interval=wilson(totals.rate, totals.settled) if totals.rate is not None else None,
        interval_words=interval_words,
        figure=lambda exact: share_words(rounded(exact)),
        exact=exact_words,
    )


@bp.get("/plans/<int:plan_id>/recheck/commitments")
@guards.roles(*READERS)
def commitments(plan_id: int) -> ResponseReturnValue:
    """The page that is printed and pinned up before the first ballot."""
    return render_template(
        "recheck/commitments.html", plan=plan_of_office(plan_id), rows=queries.unit_rows(db.session(), plan_id)
    )


@bp.get("/plans/<int:plan_id>/recheck/published.json")
@guards.roles(*READERS)
def published(plan_id: int) -> ResponseReturnValue:
    """What a stranger needs to repeat every draw that was made."""
    plan_of_office(plan_id)
    rows = queries.published(db.session(), plan_id)
    text = json.dumps([draw.__dict__ for draw in rows], ensure_ascii=False, indent=1, default=list)
    return Response(
        text, mimetype="application/json", headers={"Content-Disposition": f"attachment; filename=phuc-tra-{plan_id}.json"}
    )


@bp.get("/plans/<int:plan_id>/recheck/<int:unit_id>")
@guards.roles(*READERS)
def show_unit(plan_id: int, unit_id: int) -> ResponseReturnValue:
    return _unit_page(plan_id, unit_id)


@bp.get("/plans/<int:plan_id>/recheck/<int:unit_id>/print")
@guards.roles(*CHECKERS)
def print_list(plan_id: int, unit_id: int) -> ResponseReturnValue:
    """The list that a rechecker takes along: numbers and empty boxes, no answers."""
    return render_template("recheck/list.html", plan=plan_of_office(plan_id), sheet=_sheet(plan_id, unit_id))


@bp.get("/plans/<int:plan_id>/recheck/<int:unit_id>/minutes.docx")
@guards.roles(*READERS)
def minutes(plan_id: int, unit_id: int) -> ResponseReturnValue:
    from tracker.documents.papers.recheck_minutes import recheck_minutes  # python-docx is loaded when it is needed
    from tracker.queries.chase_papers import paper_head

    plan_of_office(plan_id)
    sheet = _sheet(plan_id, unit_id)
    if not sheet.standing.draw_ids:
        raise NotFound(f"minutes of {unit_id}")
    session = db.session()
    year = session.get_one(Plan, plan_id).year
    content = recheck_minutes(paper_head(session, plan_id), sheet, queries.keys_of(session, sheet.standing.draw_ids[0]), year)
    return Response(
        content,
        mimetype="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        headers={"Content-Disposition": f"attachment; filename=bien-ban-phuc-tra-{unit_id}.docx"},
    )


@bp.post("/plans/<int:plan_id>/recheck/<int:unit_id>/draw")
@guards.roles(*CHECKERS)
def draw(plan_id: int, unit_id: int) -> ResponseReturnValue:
    plan_of_office(plan_id)
    form = DrawForm()
    form.validate()
    try:
        with transaction() as session:
            row = recheck.draw_unit(
                session, plan_id, unit_id, public_digits=form.digits.data or "", by=guards.current_actor(), now=clock.now()
            )
            planned = row.planned
    except Refused as refused:
        if refused.key == "draw_once":
            flash(refused.sentence, "run")
            return redirect(url_for("recheck.show_unit", plan_id=plan_id, unit_id=unit_id))
        if refused.key == "public_digits":
            form.digits.errors = [refused.sentence]
            return _unit_page(plan_id, unit_id, draw=form, status=422)
        return _unit_page(plan_id, unit_id, draw=form, problem=refused, status=STATUS_OF_REFUSAL.get(refused.key, 409))
    flash(f"Đã chọn {count(planned, 'phiếu')} phúc tra.", "ok")
    return redirect(url_for("recheck.show_unit", plan_id=plan_id, unit_id=unit_id))


@bp.post("/plans/<int:plan_id>/recheck/<int:unit_id>/second")
@guards.roles(*CHECKERS)
def second(plan_id: int, unit_id: int) -> ResponseReturnValue:
    plan_of_office(plan_id)
    try:
        with transaction() as session:
            row = recheck.draw_second_stage(session, plan_id, unit_id, by=guards.current_actor(), now=clock.now())
            planned = row.planned
    except Refused as refused:
        return _unit_page(plan_id, unit_id, problem=refused, status=STATUS_OF_REFUSAL.get(refused.key, 409))
    flash(f"Đã chọn thêm {count(planned, 'phiếu')} phúc tra lần hai.", "ok")
    return redirect(url_for("recheck.show_unit", plan_id=plan_id, unit_id=unit_id))


@bp.post("/plans/<int:plan_id>/recheck/<int:unit_id>/verdict")
@guards.roles(*CHECKERS)
def sign(plan_id: int, unit_id: int) -> ResponseReturnValue:
    plan_of_office(plan_id)
    form = VerdictForm()
    if not form.validate_on_submit():
        return _unit_page(plan_id, unit_id, verdict=form, status=422)
    decision = RecheckDecision(form.decision.data)
    try:
        with transaction() as session:
            recheck.sign_verdict(
                session, plan_id, unit_id, decision, reason=form.reason.data or "", by=guards.current_actor(), now=clock.now()
            )
    except Refused as refused:
        if refused.key == "verdict_reason":
            form.reason.errors = [refused.sentence]
            return _unit_page(plan_id, unit_id, verdict=form, status=422)
        return _unit_page(plan_id, unit_id, verdict=form, problem=refused, status=STATUS_OF_REFUSAL.get(refused.key, 409))
    flash(f"Đã kết luận: {RECHECK_DECISION[decision].lower()}.", "ok")
    return redirect(url_for("recheck.show_unit", plan_id=plan_id, unit_id=unit_id))


@bp.post("/plans/<int:plan_id>/recheck/<int:unit_id>/<any(resurvey, supplement):kind>")
@guards.roles(*RUNNERS)
def open_again(plan_id: int, unit_id: int, kind: str) -> ResponseReturnValue:
    """Điều tra lại after a signed failure, điều tra bổ sung for a quota that is short: a task with its date."""
    plan_of_office(plan_id)
    form = RoundForm()
    valid, due_on = form.validate_on_submit(), form.due_on.data
    if not valid or due_on is None:
        form.due_on.errors = form.due_on.errors or ["Chưa ghi hạn."]
        return _unit_page(plan_id, unit_id, again=form, status=422)
    opener = open_resurvey if kind == RESURVEY else open_supplement
    try:
        by, now, reason = guards.current_actor(), clock.now(), form.reason.data or ""
        with transaction() as session:
            task = opener(session, plan_id, unit_id, due_on=due_on, reason=reason, by=by, now=now)
            asked = task.ballots_asked or 0
    except Refused as refused:
        box = form.reason if refused.key == "round_reason" else form.due_on
        box.errors = [refused.sentence]
        return _unit_page(plan_id, unit_id, again=form, status=STATUS_OF_REFUSAL.get(refused.key, 422))
    flash(f"Đã mở {ROUND_WORDS[kind]} {count(asked, 'phiếu')}, hạn {date_short(due_on)}; đầu mối được báo bằng thư.", "ok")
    return redirect(url_for("recheck.show_unit", plan_id=plan_id, unit_id=unit_id))


@bp.get("/recheck/items/<int:item_id>")
@guards.roles(*CHECKERS)
def show_item(item_id: int) -> ResponseReturnValue:
    return _item_page(item_id)


@bp.post("/recheck/items/<int:item_id>/try")
@guards.roles(*CHECKERS)
def note_try(item_id: int) -> ResponseReturnValue:
    form = TryForm()
    place = _place(item_id)
    day = form.day.data if form.validate_on_submit() else None
    if day is None:
        form.day.errors = form.day.errors or ["Chưa ghi ngày đã liên hệ."]
        return _item_page(item_id, tried=form), 422
    try:
        with transaction() as session:
            recheck.note_try(session, item_id, day=day, by=guards.current_actor(), now=clock.now())
    except Refused as refused:
        form.day.errors = [refused.sentence]
        return _item_page(item_id, tried=form), STATUS_OF_REFUSAL.get(refused.key, 422)
    flash("Đã ghi một lần liên hệ.", "ok")
    return redirect(url_for("recheck.show_unit", plan_id=place[0], unit_id=place[1]))


@bp.post("/recheck/items/<int:item_id>")
@guards.roles(*CHECKERS)
def settle(item_id: int) -> ResponseReturnValue:
    form = OutcomeForm()
    place = _place(item_id)
    form.validate()
    if form.outcome.data not in OUTCOMES:
        form.outcome.errors = ["Chưa chọn kết quả."]
        return _item_page(item_id, outcome=form), 422
    outcome, kind = OUTCOMES[form.outcome.data]
    try:
        with transaction() as session:
            stand_in = recheck.settle_item(
                session, item_id, outcome, kind=kind, note=form.note.data or "", by=guards.current_actor(), now=clock.now()
            )
            replaced = stand_in is not None
    except Refused as refused:
        box = form.note if refused.key == "outcome_note" else form.outcome
        box.errors = [refused.sentence]
        return _item_page(item_id, outcome=form), STATUS_OF_REFUSAL.get(refused.key, 422)
    flash("Đã ghi kết quả; phiếu dự phòng kế tiếp đã vào danh sách." if replaced else "Đã ghi kết quả phúc tra.", "ok")
    return redirect(url_for("recheck.show_unit", plan_id=place[0], unit_id=place[1]))


@bp.post("/recheck/items/<int:item_id>/undo")
@guards.roles(*CHECKERS)
def undo(item_id: int) -> ResponseReturnValue:
    place = _place(item_id)
    with transaction() as session:
        unsettle_item(session, item_id, by=guards.current_actor(), now=clock.now())
    flash("Đã xóa kết quả; ghi lại.", "ok")
    return redirect(url_for("recheck.show_unit", plan_id=place[0], unit_id=place[1]))


def state_of(row: queries.UnitRow) -> tuple[str, str, str]:
    """Where a unit stands, in a word: (words, icon, tone)."""
    standing = row.standing
    if standing.signed is RecheckDecision.PASS:
        return "Xong phúc tra", "check-circle-fill", "ok"
    if standing.signed is RecheckDecision.FAIL:
        return "Điều tra lại", "arrow-repeat", "over"
    if standing.verdict is None:
        return ("Chờ chọn mẫu", "play-circle", "run") if row.is_open else ("Chưa vào phúc tra", "lock", "idle")
    if standing.verdict.decision is RecheckDecision.CONTINUE:
        return f"Đang phúc tra {standing.settled}/{standing.drawn}", "play-circle", "run"
    return RECHECK_DECISION[standing.verdict.decision] if standing.verdict.decision in (
        RecheckDecision.SECOND_STAGE, RecheckDecision.UNDECIDED
    ) else f"Chờ kết luận: {RECHECK_DECISION[standing.verdict.decision].lower()}", "hourglass-split", "wait"  # fmt: skip


def _unit_page(
    plan_id: int,
    unit_id: int,
    *,
    draw: DrawForm | None = None,
    verdict: VerdictForm | None = None,
    again: RoundForm | None = None,
    problem: Refused | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    reads_only.set(True)
    plan, sheet, session = plan_of_office(plan_id), _sheet(plan_id, unit_id), db.session()
    row = session.get_one(Plan, plan_id)
    proposed = sheet.standing.verdict.decision if sheet.standing.verdict else None
    if verdict is None:
        verdict = VerdictForm(formdata=None, decision=proposed.value if proposed in SIGNABLE else None)
    role = guards.current_person().role
    page = render_template(
        "recheck/unit.html",
        plan=plan,
        sheet=sheet,
        method=recheck_method(row),
        blocked=_blocked(row, unit_id),
        draw_form=draw or DrawForm(formdata=None),
        verdict_form=verdict,
        again_form=again or RoundForm(formdata=None),
        to_survey=len(to_survey_again(session, plan_id, unit_id).ballots) if sheet.decision is RecheckDecision.FAIL else 0,
        problem=problem.sentence if problem else "",
        may_check=role in CHECKERS,
        may_sign=role in RUNNERS,
        signable=proposed is not None and proposed not in (RecheckDecision.CONTINUE, RecheckDecision.SECOND_STAGE),
        proposed=proposed,
        short=short_of_quota(session, plan_id, unit_id),
        outcome_looks=RECHECK_OUTCOME,
        kind_words=MISMATCH_KIND,
        decision_words=RECHECK_DECISION,
        RecheckDecision=RecheckDecision,
    )
    return page, status


def _item_page(item_id: int, *, tried: TryForm | None = None, outcome: OutcomeForm | None = None) -> str:
    reads_only.set(True)
    plan_id, unit_id = _place(item_id)
    sheet = _sheet(plan_id, unit_id)
    item: ItemRow = next(row for row in sheet.items if row.id == item_id)
    plan = db.session().get_one(Plan, plan_id)
    method = recheck_method(plan)
    return render_template(
        "recheck/item.html",
        blocked=_blocked(plan, unit_id),
        plan=plan_of_office(plan_id),
        sheet=sheet,
        item=item,
        tries_needed=method.tries,
        may_give_up=may_give_up(item.tries, needed=method.tries),
        try_form=tried or TryForm(formdata=None, day=clock.today()),
        form=outcome or OutcomeForm(formdata=None),
        outcome_looks=RECHECK_OUTCOME,
        kind_words=MISMATCH_KIND,
    )


def _blocked(plan: Plan, unit_id: int) -> str:
    """The sentence of a shut room."""
    session = db.session()
    blocked = blocked_because(session, plan, session.get_one(Unit, unit_id), today=clock.today())
    return blocked.sentence if blocked else ""


def _sheet(plan_id: int, unit_id: int) -> Sheet:
    found = queries.sheet(db.session(), plan_id, unit_id)
    if found is None:
        raise NotFound(f"plan {plan_id}, unit {unit_id}")
    return found


def _place(item_id: int) -> tuple[int, int]:
    """Plan and unit of an item of the reader's own office."""
    place = queries.item_place(db.session(), item_id)
    if place is None:
        raise NotFound(f"recheck item {item_id}")
    plan_of_office(place[0])
    return place
