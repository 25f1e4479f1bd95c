"""One ballot of a sample: what is said again is kept first, then compared with the paper; then its outcome.

Where the ballots are anonymous nobody is asked: the papers are compared, and no ballot is replaced.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from tracker import clock
from tracker.db import db, reads_only, transaction
from tracker.errors import NotFound, Refused
from tracker.models import Plan
from tracker.queries import recheck as queries
from tracker.queries.recheck import ItemRow
from tracker.questionnaire_seeds import seed_questionnaires
from tracker.rules.method import RecheckMode
from tracker.rules.recheck import Comparison, may_give_up
from tracker.rules.states import MismatchKind, RecheckOutcome
from tracker.services import questionnaires, recheck
from tracker.services.recheck import facts
from tracker.services.recheck.items import unsettle_item
from tracker.services.recheck.standing import recheck_method
from tracker.web import guards
from tracker.web.chasing import plan_of_office
from tracker.web.errors import STATUS_OF_REFUSAL
from tracker.web.forms import DayField, Form
from tracker.web.recheck import CHECKERS, blocked_words, difference_words, sheet_of
from tracker.web.recheck import bp as bp
from tracker.wording.fieldwork import MISMATCH_KIND, RECHECK_OUTCOME

#: Beside the facts: ten minutes, no more.
OPINIONS_ASKED = 2
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
#: The same where papers are compared (docs/phuc-tra.md, 10).
PAPER_HINTS = {
    "match": "số thứ tự, dấu đúng; số phiếu trong ngày không vượt số hồ sơ đã trả; nét chữ không lặp; nhập lại ra như cũ",
    "fact": "nhập lại khác với phiếu từ hai câu về sự việc trở lên, hoặc khác ở câu quyết định",
    "serious": "thiếu số thứ tự hoặc dấu, nhiều phiếu hơn số hồ sơ đã trả trong ngày, cùng một nét chữ trên nhiều phiếu",
}
#: What is asked beside the questionnaire, by how the plan rechecks.
ASKED = {
    RecheckMode.ASK: {
        "surveyed": "Người này đã được khảo sát",
        "had_dealing": "Có giao dịch ghi trên phiếu",
        "filled_in_freely": "Tự điền phiếu, không ai ghi hộ hoặc gợi ý",
    },
    RecheckMode.DOCUMENT: {
        "surveyed": "Phiếu có số thứ tự và dấu đúng",
        "had_dealing": "Số phiếu trong ngày không nhiều hơn số hồ sơ đã trả",
        "filled_in_freely": "Không có nhiều phiếu cùng một nét chữ",
    },
}


class TryForm(Form):
    day = DayField("Ngày đã liên hệ, không gặp", render_kw={"autocomplete": "off"})


class OutcomeForm(Form):
    outcome = RadioField("Kết quả", choices=[], validate_choice=False)
    note = TextAreaField(
        "Nội dung khác nhau",
        [Length(max=1000)],
        description="Với phiếu sai lệch: câu hỏi, trên phiếu ghi gì, phúc tra trả lời gì. Không ghi tên, số điện thoại người dân",
        render_kw={"rows": 3},
    )


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


@bp.post("/recheck/items/<int:item_id>/facts")
@guards.roles(*CHECKERS)
def keep_facts(item_id: int) -> ResponseReturnValue:
    """What is said again, before the paper is looked at."""
    _place(item_id)
    again = {name.removeprefix("again-"): value for name, value in request.form.items() if name.startswith("again-")}
    asked = {name: request.form.get(name) == "yes" for name in facts.ASKED}
    try:
        with transaction() as session:
            facts.keep_facts(session, item_id, again, asked, by=guards.current_actor(), now=clock.now(), shelf=_shelf())
    except Refused as refused:
        status = STATUS_OF_REFUSAL.get(refused.key, 422)
        return _item_page(item_id, problem=refused.sentence, typed=again | {n: "yes" for n, yes in asked.items() if yes}), status
    flash("Đã ghi câu trả lời; so với phiếu rồi ghi kết quả.", "ok")
    return redirect(url_for("recheck.show_item", item_id=item_id))


@bp.post("/recheck/items/<int:item_id>/compare")
@guards.roles(*CHECKERS)
def compare(item_id: int) -> ResponseReturnValue:
    """What differs from the paper, and the outcome that follows: a proposal in the form below. Writes nothing."""
    plan_id, unit_id = _place(item_id)
    reads_only.set(True)
    paper = {name.removeprefix("paper-"): value for name, value in request.form.items() if name.startswith("paper-") and value}
    try:
        session, by, now = db.session(), guards.current_actor(), clock.now()
        found = facts.compare_facts(session, item_id, paper, by=by, now=now, shelf=_shelf())
    except Refused as refused:
        return _item_page(item_id, problem=refused.sentence), STATUS_OF_REFUSAL.get(refused.key, 422)
    form = facts.questionnaire_of_unit(session, plan_id, unit_id, _shelf())
    key = next(name for name, (outcome, kind) in OUTCOMES.items() if (outcome, kind) == (found.suggested, found.kind))
    said = [*(difference_words(form, difference) for difference in found.facts), *([found.voiding] if found.voiding else [])]
    proposed = OutcomeForm(formdata=None, outcome=key, note="; ".join(said))
    return _item_page(item_id, outcome=proposed, compared=found, paper=paper)


def _item_page(
    item_id: int,
    *,
    tried: TryForm | None = None,
    outcome: OutcomeForm | None = None,
    compared: Comparison | None = None,
    paper: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
    problem: str = "",
) -> str:
    reads_only.set(True)
    plan_id, unit_id = _place(item_id)
    session, sheet = db.session(), sheet_of(plan_id, unit_id)
    item: ItemRow = next(row for row in sheet.items if row.id == item_id)
    row = session.get_one(Plan, plan_id)
    method = recheck_method(row)
    form = facts.questionnaire_of_unit(session, plan_id, unit_id, _shelf())
    page = outcome or OutcomeForm(formdata=None)
    hints = PAPER_HINTS if method.mode is RecheckMode.DOCUMENT else HINTS
    page.outcome.choices = [
        SelectChoice(key, f"{RECHECK_OUTCOME[o].word if k is None else MISMATCH_KIND[k]}: {hints[key]}")
        for key, (o, k) in OUTCOMES.items()
        if key in hints
    ]
    return render_template(
        "recheck/item.html",
        blocked=blocked_words(row, unit_id),
        plan=plan_of_office(plan_id),
        sheet=sheet,
        item=item,
        asks_people=method.mode is RecheckMode.ASK,
        asked=ASKED[method.mode],
        questions=[*form.facts, *form.opinions[:OPINIONS_ASKED]],
        answers=item.answers if typed is None else typed,
        is_kept=bool(item.answers),
        is_keyed=queries.is_keyed(session, item_id),
        compared=compared,
        differing=[difference_words(form, difference) for difference in compared.facts] if compared else [],
        opinions=[difference_words(form, difference) for difference in compared.opinions] if compared else [],
        paper=paper or {},
        facts=form.facts,
        problem=problem,
        tries_needed=method.tries,
        may_give_up=may_give_up(item.tries, needed=method.tries),
        try_form=tried or TryForm(formdata=None, day=clock.today()),
        form=page,
        outcome_looks=RECHECK_OUTCOME,
        kind_words=MISMATCH_KIND,
    )


def _shelf() -> dict[str, Any]:
    return questionnaires.shelf(db.session(), guards.current_person().office_id, seed_questionnaires())


def _place(item_id: int) -> tuple[int, int]:
    """Plan and unit of an item of the reader's own office."""
    place = queries.item_place(db.session(), item_id)
    if place is None:
        raise NotFound(f"recheck item {item_id}")
    plan_of_office(place[0])
    return place
