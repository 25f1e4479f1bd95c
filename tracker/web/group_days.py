"""Lịch riêng của khối: a week and days of its own for a group of units (health stations that work on Saturdays)."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length
from wtforms.widgets import CheckboxInput, ListWidget

from tracker import clock
from tracker.db import db, reads_only, transaction
from tracker.errors import NotFound, Refused
from tracker.queries import calendar as queries
from tracker.queries.calendar import GroupCalendar
from tracker.rules.access import RUNNERS
from tracker.services import calendar_changes
from tracker.services.calendar_changes import Change, GroupDayChange, WeekChange
from tracker.web import guards
from tracker.web.days import SOURCE_HINT, TASKS_SHOWN, moved_words
from tracker.web.errors import STATUS_OF_REFUSAL
from tracker.web.forms import DayField, Form
from tracker.wording import WEEKDAYS, date_short, date_weekday, week_words
from tracker.wording.vocabulary import DAY_KIND

bp = Blueprint("group_days", __name__)


class WeekForm(Form):
    works_on = SelectMultipleField(
        "Ngày làm việc trong tuần",
        choices=[SelectChoice(str(n), name) for n, name in enumerate(WEEKDAYS, 1)],
        description="Không chọn ngày nào là theo tuần của cơ quan",
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    source = StringField("Văn bản căn cứ", [Length(max=300)], description="Ví dụ: Thông báo 12/TB-TYT ngày 05/01/2026")


class OwnDayForm(Form):
    day = DayField("Ngày", render_kw={"inputmode": "numeric", "placeholder": "ngày/tháng/năm", "autocomplete": "off"})
    is_off = SelectField("Ngày này khối", choices=[SelectChoice("yes", "Nghỉ"), SelectChoice("no", "Làm việc")])
    name = StringField("Tên ngày", [Length(max=200)], description="Ví dụ: Trực tiêm chủng")
    source = StringField("Văn bản căn cứ", [Length(max=300)], description=SOURCE_HINT)


@bp.get("/calendar/groups/<int:group_id>")
@guards.roles(*RUNNERS)
def edit(group_id: int) -> ResponseReturnValue:
    return _page(_group(group_id))


@bp.post("/calendar/groups/<int:group_id>/week")
@guards.roles(*RUNNERS)
def change_week(group_id: int) -> ResponseReturnValue:
    group, form = _group(group_id), WeekForm()
    if not form.validate_on_submit():
        return _page(group, week=form), 422
    wanted = WeekChange(group_id, "".join(sorted(form.works_on.data or ())), form.source.data or "")
    hidden = [("works_on", day) for day in wanted.works_on] + [("source", wanted.source)]
    return _propose(group, wanted, f"Khối {group.name}: {week_words(wanted.works_on)}", hidden, week=form)


@bp.post("/calendar/groups/<int:group_id>/days")
@guards.roles(*RUNNERS)
def change_day(group_id: int) -> ResponseReturnValue:
    """Add a day of the group's own, or take one out (`remove`)."""
    group, form = _group(group_id), OwnDayForm()
    valid, day = form.validate_on_submit(), form.day.data
    if not valid or day is None:
        form.day.errors = form.day.errors or ["Chưa ghi ngày; ghi theo ngày/tháng/năm, ví dụ 02/9/2026."]
        return _page(group, own=form), 422
    removes = request.form.get("action") == "remove"
    is_off = None if removes else form.is_off.data == "yes"
    wanted = GroupDayChange(group_id, day, is_off, form.name.data or "", form.source.data or "")
    words = "bỏ ngày riêng" if removes else "nghỉ" if is_off else "làm việc"
    hidden = [("day", date_short(day)), ("is_off", form.is_off.data), ("name", wanted.name), ("source", wanted.source)]
    hidden += [("action", "remove")] if removes else []
    return _propose(group, wanted, f"Khối {group.name} {words}: {date_weekday(day)}", hidden, own=form)


def _propose(
    group: GroupCalendar,
    wanted: Change,
    title: str,
    hidden: list[tuple[str, str]],
    *,
    week: WeekForm | None = None,
    own: OwnDayForm | None = None,
) -> ResponseReturnValue:
    """The first click shows what moves, `agreed` applies it."""
    try:
        if request.form.get("agreed") != "yes":
            proposal = calendar_changes.propose(db.session(), [wanted], by=guards.current_actor(), today=clock.today())
            return render_template(
                "days/group_proposal.html",
                proposal=proposal,
                shown=proposal.tasks[:TASKS_SHOWN],
                title=title,
                hidden=hidden,
                group=group,
                kinds=DAY_KIND,
                action=request.path,
            )
        with transaction() as session:
            done = calendar_changes.apply(session, [wanted], by=guards.current_actor(), now=clock.now())
    except Refused as refused:
        reads_only.set(True)
        box = {"calendar_name": own.name, "calendar_source": own.source}.get(refused.key) if own else None
        if box is not None:
            box.errors = [refused.sentence]
        return _page(group, week=week, own=own, problem="" if box else refused.sentence), STATUS_OF_REFUSAL.get(refused.key, 422)
    flash(f"Đã sửa lịch của khối {group.name}; {moved_words(done)}.", "ok")
    return redirect(url_for("group_days.edit", group_id=group.id))


def _group(group_id: int) -> GroupCalendar:
    found = queries.group_calendars(db.session(), guards.current_person().office_id)
    group = next((g for g in found if g.id == group_id), None)
    if group is None:
        raise NotFound(f"group {group_id}")
    return group


def _page(group: GroupCalendar, week: WeekForm | None = None, own: OwnDayForm | None = None, problem: str = "") -> str:
    return render_template(
        "days/group.html",
        group=group,
        week=week or WeekForm(formdata=None, works_on=list(group.works_on)),
        own=own or OwnDayForm(formdata=None),
        problem=problem,
        today=clock.today(),
        upcoming=[day for day in group.days if day.day >= date(clock.today().year, 1, 1)],
    )
