"""Phúc tra: the plan's units, one unit's list, the verdict; papers and what a stranger needs. One ballot: recheck_items."""

from __future__ import annotations

import json
from itertools import groupby

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from tracker import clock
from tracker.db import db, reads_only, transaction
from tracker.documents.writing.sheets import SheetColumn, csv_file
from tracker.errors import NotFound, Refused
from tracker.models import Plan, Unit
from tracker.queries import fieldwork
from tracker.queries import recheck as queries
from tracker.queries.recheck import Sheet
from tracker.questionnaire_seeds import seed_questionnaires
from tracker.rules.access import RUNNERS
from tracker.rules.method import RecheckMode
from tracker.rules.questionnaires import Difference, Questionnaire
from tracker.rules.rounds import RESURVEY, ROUND_WORDS
from tracker.rules.satisfaction import rounded, wilson
from tracker.rules.states import RecheckDecision, Role
from tracker.services import questionnaires, recheck
from tracker.services.recheck.facts import questionnaire_of_unit
from tracker.services.recheck.leave import blocked_because
from tracker.services.recheck.standing import recheck_method
from tracker.services.recheck.verdicts import SIGNABLE, open_resurvey, open_supplement, short_of_quota, to_survey_again
from tracker.web import guards
from tracker.web.chasing import plan_of_office
from tracker.web.errors import STATUS_OF_REFUSAL
from tracker.web.filters import Pages
from tracker.web.forms import DayField, Form
from tracker.web.matrix import UNITS_A_PAGE
from tracker.wording import count, date_short
from tracker.wording.fieldwork import MISMATCH_KIND, RECHECK_DECISION, RECHECK_OUTCOME
from tracker.wording.figures import exact_words, interval_words, share_words

bp = Blueprint("recheck", __name__)
CHECKERS = (*RUNNERS, Role.RECHECKER)
READERS = (*CHECKERS, Role.LEADER, Role.OBSERVER)
#: What stands behind the figures of a recheck.
MODE_WORDS = {
    RecheckMode.ASK: "hỏi lại người đã trả lời",
    RecheckMode.DOCUMENT: "đối chiếu giấy tờ, phiếu không ghi ai trả lời",
}
LIST_COLUMNS = [
    SheetColumn(title, width)
    for title, width in (
        ("Thứ tự", 8), ("Mã phiếu", 10), ("Điều tra viên", 14), ("Mẫu", 12), ("Khóa SHA-256", 66), ("Lần phúc tra", 12),
        ("Thay cho phiếu", 14), ("Kết quả", 20),
    )
]  # fmt: skip


class DrawForm(Form):
    digits = StringField(
        "Chữ số do người giám sát gieo",
        [Length(max=40)],
        description="Gieo xúc xắc trước mặt các bên, ghi lần lượt các chữ số",
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
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
    session = db.session()
    of_groups = fieldwork.unit_ids_by_group(session, plan_id)
    unit_ids = [unit_id for own in of_groups.values() for unit_id in own]
    pages = Pages.of(len(unit_ids), UNITS_A_PAGE)
    rows, totals = queries.room(session, plan_id, pages.cut(unit_ids))
    method = recheck_method(session.get_one(Plan, plan_id))
    return render_template(
        "recheck/plan.html",
        plan=plan,
        groups=[(name, len(of_groups[name]), list(own)) for name, own in groupby(rows, key=lambda row: row.group)],
        pages=pages,
        totals=totals,
        method=method,
        mode_words=MODE_WORDS[method.mode],
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
        "recheck/commitments.html", plan=plan_of_office(plan_id), rows=queries.commitments(db.session(), plan_id)
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
    return render_template("recheck/list.html", plan=plan_of_office(plan_id), sheet=sheet_of(plan_id, unit_id))


@bp.get("/plans/<int:plan_id>/recheck/<int:unit_id>/list.csv")
@guards.roles(*READERS)
def list_file(plan_id: int, unit_id: int) -> ResponseReturnValue:
    """The first draw as a table: the whole order with each key, and what became of each ballot."""
    plan_of_office(plan_id)
    sheet = sheet_of(plan_id, unit_id)
    if not sheet.standing.draw_ids:
        raise NotFound(f"list of {unit_id}")
    found = {item.number: item for item in sheet.items}
    rows = []
    for n, keyed in enumerate(queries.keys_of(db.session(), sheet.standing.draw_ids[0]), 1):
        item = found.get(keyed.number)
        outcome = ("" if item.outcome is None else RECHECK_OUTCOME[item.outcome].word) if item else ""
        turn = str(item.stage_no) if item else ""
        rows.append((n, keyed.number, keyed.interviewer, keyed.what, keyed.key, turn, item.replaces if item else "", outcome))
    response = Response(csv_file(LIST_COLUMNS, rows), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=f"danh-sach-phuc-tra-{unit_id}.csv")
    return response


@bp.get("/plans/<int:plan_id>/recheck/<int:unit_id>/minutes.docx")
@guards.roles(*READERS)
def minutes(plan_id: int, unit_id: int) -> ResponseReturnValue:
    from tracker.documents.papers.recheck_minutes import recheck_minutes  # python-docx is loaded when it is needed
    from tracker.queries.chase_papers import paper_head

    plan_of_office(plan_id)
    sheet = sheet_of(plan_id, unit_id)
    if not sheet.standing.draw_ids:
        raise NotFound(f"minutes of {unit_id}")
    session = db.session()
    year = session.get_one(Plan, plan_id).year
    mode = MODE_WORDS[recheck_method(session.get_one(Plan, plan_id)).mode]
    keys = queries.keys_of(session, sheet.standing.draw_ids[0])
    content = recheck_minutes(paper_head(session, plan_id), sheet, keys, year, mode=mode)
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
    plan, sheet, session = plan_of_office(plan_id), sheet_of(plan_id, unit_id), db.session()
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
        blocked=blocked_words(row, unit_id),
        mode_words=MODE_WORDS[recheck_method(row).mode],
        since=_since(sheet, row, unit_id),
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


def blocked_words(plan: Plan, unit_id: int) -> str:
    """The sentence of a shut room."""
    session = db.session()
    blocked = blocked_because(session, plan, session.get_one(Unit, unit_id), today=clock.today())
    return blocked.sentence if blocked else ""


def _since(sheet: Sheet, plan: Plan, unit_id: int) -> list[tuple[str, str]]:
    """(ballot, what differs) of those whose paper was keyed after they had been asked again."""
    if not any(item.answers for item in sheet.items):
        return []
    session = db.session()
    shelf = questionnaires.shelf(session, plan.office_id, seed_questionnaires())
    form = questionnaire_of_unit(session, plan.id, unit_id, shelf)
    found = queries.differences_since(session, sheet, form)
    return [(line.number, "; ".join(difference_words(form, one) for one in line.differing)) for line in found]


def difference_words(form: Questionnaire, difference: Difference) -> str:
    """B1: phiếu ghi “1 lần”, phúc tra trả lời “3 lần”"""
    options = form.by_code[difference.question].options
    first, again = options[difference.first], options[difference.second]
    return f"{difference.question}: phiếu ghi “{first}”, phúc tra trả lời “{again}”"


def sheet_of(plan_id: int, unit_id: int) -> Sheet:
    found = queries.sheet(db.session(), plan_id, unit_id)
    if found is None:
        raise NotFound(f"plan {plan_id}, unit {unit_id}")
    return found
