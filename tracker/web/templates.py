"""Kế hoạch mẫu: the list, then a template filled in for another year or office, every date looked at before it exists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import IntegerField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange

from tracker import clock
from tracker.db import db, reads_only, transaction
from tracker.errors import Refused
from tracker.queries import plans, units
from tracker.queries.units import Choice
from tracker.questionnaire_seeds import seed_questionnaires
from tracker.rules.access import RUNNERS
from tracker.rules.sampling import quota_in_words
from tracker.rules.states import Scope
from tracker.rules.templates import ROLE_NAMES, Anchor, DatedRow, Instance, PlanTemplate
from tracker.services import catalogue, planning, questionnaires, templates
from tracker.template_seeds import seed_templates
from tracker.web import guards
from tracker.web.errors import STATUS_OF_REFUSAL
from tracker.web.forms import DayField, Form, NeededChoice, clean_text
from tracker.web.stage_lines import StageLine, stage_lines
from tracker.wording import search_key
from tracker.wording.time_rules import rule_words

bp = Blueprint("templates", __name__)

BY_YEAR, BY_SIGNING, BY_LAST = "year", "signed", "last"
#: As wide as the column of a stage's lead allows.
OFFICE_LENGTH = 200


class AnchorForm(Form):
    """What the new plan's dates hang on."""

    year = IntegerField(
        "Năm của kế hoạch",
        [NeededChoice("năm của kế hoạch"), NumberRange(2000, 2099)],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    anchor = RadioField(
        "Cách tính ngày",
        choices=[
            SelectChoice(BY_YEAR, "Theo năm: giữ ngày, tháng của kế hoạch mẫu"),
            SelectChoice(BY_SIGNING, "Theo ngày ký: các ngày dời theo ngày ký mới"),
            SelectChoice(BY_LAST, "Theo ngày cuối: các ngày tính lùi từ ngày cuối"),
        ],
        default=BY_YEAR,
    )
    signed_on = DayField("Ngày ký", description="Bắt buộc khi tính theo ngày ký; cách khác thì ghi nếu đã biết")
    last_on = DayField("Ngày cuối cùng của kế hoạch", description="Chỉ dùng khi tính theo ngày cuối")

    def validate(self, extra_validators: object = None) -> bool:
        fine: bool = super().validate(extra_validators)
        for anchor, field, what in ((BY_SIGNING, self.signed_on, "ngày ký"), (BY_LAST, self.last_on, "ngày cuối cùng")):
            if self.anchor.data == anchor and field.data is None and not field.errors:
                field.errors = [f"Chưa ghi {what}."]
                fine = False
        return fine

    def to_anchor(self) -> Anchor:
        last_on = self.last_on.data if self.anchor.data == BY_LAST else None
        return Anchor(self.year.data, signed_on=self.signed_on.data, last_on=last_on)


@dataclass(frozen=True)
class Asked:
    """What the form carries besides its own fields, from page to page."""

    roles: dict[str, str]
    unit_ids: tuple[int, ...]


@dataclass(frozen=True)
class PreviewLine:
    """A stage of the plan to come beside the reason for its days."""

    line: StageLine
    reason: str
    doubts: tuple[str, ...]


@dataclass(frozen=True)
class MethodLine:
    """How a group will be surveyed."""

    group: str
    quota: str
    questionnaire: str  #: "" when the office has none of that name: one is chosen before ballots come


@bp.get("/templates")
@guards.signed_in
def list_templates() -> ResponseReturnValue:
    listed = templates.list_templates(db.session(), guards.current_person().office_id, seed_templates())
    return render_template("templates/list.html", listed=listed, may_run=guards.current_person().role in RUNNERS)


@bp.get("/templates/<key>/new")
@guards.roles(*RUNNERS)
def new_plan(key: str) -> ResponseReturnValue:
    template = _template(key)
    form = AnchorForm(formdata=None, year=_next_year(template))
    return _form_page(template, form, Asked(template.roles, ()), first=True)


@bp.post("/templates/<key>/new")
@guards.roles(*RUNNERS)
def fill_in(key: str) -> ResponseReturnValue:
    """The three buttons of the two pages: look at the dates, correct the choices, create."""
    template = _template(key)
    form, asked = AnchorForm(), _asked(template)
    step = request.form.get("step", "preview")
    if not form.validate_on_submit():
        return _form_page(template, form, asked), 422
    if step == "edit":
        return _form_page(template, form, asked)
    try:
        instance = _instance(template, form, asked)
        if not asked.unit_ids and any(s.scope is Scope.EACH_UNIT for s in instance.plan.stages):
            return _form_page(template, form, asked, problem=_NO_UNITS), 422
        if step != "create":
            return _preview_page(template, form, asked, instance)
        with transaction() as session:
            plan = templates.create_plan(
                session,
                template,
                instance.plan,
                office_id=guards.current_person().office_id,
                unit_ids=asked.unit_ids,
                by=guards.current_actor(),
                now=clock.now(),
            )
            plan_id, name = plan.id, plan.short_name
    except Refused as refused:
        reads_only.set(True)
        return _form_page(template, form, asked, problem=refused.sentence), STATUS_OF_REFUSAL.get(refused.key, 409)
    flash(f"Đã tạo kế hoạch {name}; kế hoạch chưa triển khai, chưa có thư nào được gửi.", "ok")
    return redirect(url_for("plans.show_plan", plan_id=plan_id))


_NO_UNITS = "Chưa chọn đơn vị nào; kế hoạch có việc của từng đơn vị, chọn ít nhất một đơn vị."


@bp.post("/plans/<int:plan_id>/template")
@guards.roles(*RUNNERS)
def keep_plan(plan_id: int) -> ResponseReturnValue:
    """Lưu làm kế hoạch mẫu."""
    with transaction() as session:
        row = templates.save_from_plan(session, plan_id, by=guards.current_actor(), now=clock.now())
        key = row.key
    flash("Đã lưu làm kế hoạch mẫu; năm sau lập kế hoạch từ đây.", "ok")
    return redirect(url_for("templates.list_templates", _anchor=key))


@bp.post("/intake/<int:draft_id>/template")
@guards.roles(*RUNNERS)
def keep_draft(draft_id: int) -> ResponseReturnValue:
    with transaction() as session:
        row = templates.save_from_draft(session, draft_id, by=guards.current_actor(), now=clock.now())
        key = row.key
    flash("Đã lưu bản bóc tách làm kế hoạch mẫu.", "ok")
    return redirect(url_for("templates.list_templates", _anchor=key))


@bp.get("/templates/<key>/edit")
@guards.roles(*RUNNERS)
def edit(key: str) -> ResponseReturnValue:
    return _edit_page(key)


@bp.post("/templates/<key>/edit")
@guards.roles(*RUNNERS)
def rename(key: str) -> ResponseReturnValue:
    name = request.form.get("name", "")[:500]
    try:
        with transaction() as session:
            templates.rename(session, key, name, by=guards.current_actor(), now=clock.now())
    except Refused as refused:
        reads_only.set(True)
        return _edit_page(key, name=name, problem=refused.sentence), STATUS_OF_REFUSAL.get(refused.key, 422)
    flash("Đã đổi tên kế hoạch mẫu.", "ok")
    return redirect(url_for("templates.list_templates", _anchor=key))


@bp.post("/templates/<key>/remove")
@guards.roles(*RUNNERS)
def remove(key: str) -> ResponseReturnValue:
    """The first click asks, the second removes."""
    if request.form.get("agreed") != "yes":
        return _edit_page(key, asks=True)
    with transaction() as session:
        templates.remove(session, key, by=guards.current_actor(), now=clock.now())
    flash("Đã xóa kế hoạch mẫu; các kế hoạch đã lập từ mẫu vẫn còn.", "ok")
    return redirect(url_for("templates.list_templates"))


def _edit_page(key: str, *, name: str | None = None, problem: str = "", asks: bool = False) -> str:
    row = templates.own_template(db.session(), key, by=guards.current_actor())
    return render_template(
        "templates/edit.html",
        key=key,
        name=row.name if name is None else name,
        source=row.body.get("source", ""),
        saved_on=row.created_at.date(),
        problem=problem,
        asks=asks,
        stages=len(row.body["stages"]),
    )


def _template(key: str) -> PlanTemplate:
    return templates.get_template(db.session(), guards.current_person().office_id, key, seed_templates())


def _next_year(template: PlanTemplate) -> int:
    """The year whose first date is still to come, as far as the template's own months tell."""
    today = clock.today()
    return max(today.year, template.year + 1) if today.month <= 6 else max(today.year + 1, template.year + 1)


def _asked(template: PlanTemplate) -> Asked:
    given = {role: str(clean_text(request.form.get(f"role-{role}", ""))) for role in template.roles}
    picked = dict.fromkeys(int(v) for v in request.form.getlist("unit") if v.isdigit() and len(v) < 19)
    own = {choice.id for choice in _choices()}
    return Asked({role: given[role][:OFFICE_LENGTH] for role in template.roles}, tuple(u for u in picked if u in own))


def _instance(template: PlanTemplate, form: AnchorForm, asked: Asked) -> Instance:
    from tracker.rules.templates.instance import instantiate  # the reader of dates: only who needs it waits for it

    return instantiate(template, form.to_anchor(), roles=asked.roles, calendar=catalogue.work_calendar(db.session()))


def _choices() -> Sequence[Choice]:
    return units.choices(db.session(), guards.current_person().office_id, today=clock.today())


def _form_page(template: PlanTemplate, form: AnchorForm, asked: Asked, *, problem: str = "", first: bool = False) -> str:
    found = _choices()
    groups: dict[str, list[Choice]] = {}
    for choice in found:
        groups.setdefault(choice.group, []).append(choice)
    return render_template(
        "templates/new.html",
        template=template,
        form=form,
        asked=asked,
        role_names=ROLE_NAMES,
        groups=groups,
        total=len(found),
        ticked=_suggested(template, found) if first else frozenset(asked.unit_ids),
        each_unit=sum(s.scope is Scope.EACH_UNIT for s in template.stages),
        search_key=search_key,
        problem=problem,
    )


def _suggested(template: PlanTemplate, found: Sequence[Choice]) -> frozenset[int]:
    """Units of the groups that the template names; all units when no name fits. Those who join later wait."""
    named = {search_key(name) for name, _ in template.groups if name != template.units_later}
    fitting = frozenset(c.id for c in found if search_key(c.group) in named)
    return fitting or frozenset(c.id for c in found)


def _preview_page(template: PlanTemplate, form: AnchorForm, asked: Asked, instance: Instance) -> str:
    session = db.session()
    office_id = guards.current_person().office_id
    layout = planning.preview(session, instance.plan, office_id=office_id, unit_ids=asked.unit_ids)
    lines = stage_lines(layout, plans.days(session).calendar, clock.today(), units_total=len(asked.unit_ids))
    rows = [_preview_line(line, row) for line, row in zip(lines, instance.rows, strict=True)]
    return render_template(
        "templates/preview.html",
        template=template,
        plan=instance.plan,
        form=form,
        asked=asked,
        rows=rows,
        tasks=sum(line.tasks for line in lines),
        past=[line for line in lines if line.past],
        undated=sum(line.layout.due_on is None for line in lines),
        method=_method_lines(instance, asked),
        years=_years_unknown((instance.plan.stages and [s.due_on for s in instance.plan.stages if s.due_on]) or []),
    )


def _method_lines(instance: Instance, asked: Asked) -> list[MethodLine]:
    session = db.session()
    method = planning.method_to_come(session, instance.plan, unit_ids=asked.unit_ids)
    shelf = questionnaires.shelf(session, guards.current_person().office_id, seed_questionnaires())
    return [
        MethodLine(
            group.name,
            quota_in_words(group.quota),
            shelf[group.questionnaire].title if group.questionnaire in shelf else "",
        )
        for group in method.groups
    ]


def _preview_line(line: StageLine, row: DatedRow) -> PreviewLine:
    return PreviewLine(line, rule_words(row.rule, row.stage.wording), row.doubts)


def _years_unknown(days: Sequence[date]) -> list[int]:
    """Years of the plan whose days off nobody has entered: their marks would be weekends only."""
    if not days:
        return []
    return catalogue.years_without_calendar(db.session(), range(min(days).year, max(days).year + 1))
