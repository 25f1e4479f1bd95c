"""Lịch làm việc: days off and make-up days of a year; each change is shown with what it moves before it is applied."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import Field, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from tracker import clock
from tracker.db import db, reads_only, transaction
from tracker.errors import NotFound, Refused
from tracker.holidays_source import COMPUTED
from tracker.queries import calendar as queries
from tracker.rules.access import RUNNERS
from tracker.rules.states import DayKind
from tracker.services import calendar_changes
from tracker.services.calendar_changes import DayChange, Proposal
from tracker.web import guards
from tracker.web.errors import STATUS_OF_REFUSAL
from tracker.web.forms import DayField, Form
from tracker.wording import count, date_short
from tracker.wording.vocabulary import DAY_KIND

bp = Blueprint("days", __name__)
TASKS_SHOWN = 50

SOURCE_HINT = "Số và ngày của thông báo; ví dụ Thông báo 6150/TB-BLĐTBXH ngày 03/12/2024"


class DayForm(Form):
    """One day; the service says what is missing, with the day in its sentence."""

    day = DayField("Ngày", render_kw={"inputmode": "numeric", "placeholder": "ngày/tháng/năm", "autocomplete": "off"})
    kind = SelectField("Loại ngày", choices=[SelectChoice(kind.value, word) for kind, word in DAY_KIND.items()])
    name = StringField("Tên ngày", [Length(max=200)], description="Ví dụ: Quốc khánh; Nghỉ hoán đổi")
    source = StringField("Văn bản căn cứ", [Length(max=300)], description=SOURCE_HINT)


class SwapForm(Form):
    off_on = DayField("Ngày nghỉ", render_kw={"inputmode": "numeric", "placeholder": "ngày/tháng/năm", "autocomplete": "off"})
    make_up_on = DayField(
        "Ngày làm bù", render_kw={"inputmode": "numeric", "placeholder": "ngày/tháng/năm", "autocomplete": "off"}
    )
    source = StringField("Văn bản căn cứ", [Length(max=300)], description=SOURCE_HINT)


@bp.get("/calendar")
@guards.signed_in
def show_year() -> ResponseReturnValue:
    today = clock.today()
    year = request.args.get("year", today.year, type=int)
    if not 2000 <= year <= 2099:
        raise NotFound
    months = queries.months(db.session(), year)
    may_edit = guards.current_person().role in RUNNERS
    groups = queries.group_calendars(db.session(), guards.current_person().office_id)
    computed = [row.day for days in months.values() for row in days if row.source.startswith(COMPUTED)]
    return render_template(
        "days/year.html",
        year=year,
        months=months,
        computed=computed,
        this_year=today.year,
        may_edit=may_edit,
        kinds=DAY_KIND,
        groups=groups,
    )


@bp.get("/calendar/new")
@guards.roles(*RUNNERS)
def new_day() -> ResponseReturnValue:
    form = DayForm(formdata=None, kind=request.args.get("kind", DayKind.HOLIDAY.value))
    return _day_page(form)


@bp.get("/calendar/swap")
@guards.roles(*RUNNERS)
def new_swap() -> ResponseReturnValue:
    return render_template("days/swap.html", form=SwapForm(formdata=None), problem="")


@bp.get("/calendar/<day>")
@guards.roles(*RUNNERS)
def edit_day(day: str) -> ResponseReturnValue:
    row = queries.day(db.session(), _iso(day))
    if row is None:
        raise NotFound
    return _day_page(DayForm(formdata=None, day=row.day, kind=row.kind.value, name=row.name, source=row.source), editing=True)


@bp.post("/calendar/change")
@guards.roles(*RUNNERS)
def change() -> ResponseReturnValue:
    """Add, edit or remove a day, or swap two: the first click shows what moves, `agreed` applies it."""
    action = request.form.get("action", "")
    if action not in ("add", "edit", "remove", "swap"):
        abort(400)
    form = SwapForm() if action == "swap" else DayForm()
    if not form.validate_on_submit():
        return _again(form, action), 422
    try:
        wanted = _changes(form, action)
        if request.form.get("agreed") != "yes":
            proposal = calendar_changes.propose(db.session(), wanted, by=guards.current_actor(), today=clock.today())
            return render_template(
                "days/proposal.html",
                proposal=proposal,
                shown=proposal.tasks[:TASKS_SHOWN],
                action=action,
                form=form,
                hidden=_hidden(form),
                kinds=DAY_KIND,
                back=_back(form, action),
            )
        with transaction() as session:
            done = calendar_changes.apply(session, wanted, by=guards.current_actor(), now=clock.now())
    except Refused as refused:
        reads_only.set(True)
        box = _box(form, refused.key)
        if box is not None:
            box.errors = [refused.sentence]
        return _again(form, action, problem="" if box else refused.sentence), STATUS_OF_REFUSAL.get(refused.key, 409)
    flash(f"Đã sửa lịch làm việc; {moved_words(done)}.", "ok")
    return redirect(url_for("days.show_year", year=wanted[0].day.year))


def moved_words(done: Proposal) -> str:
    return f"{count(len(done.tasks), 'việc') if done.tasks else 'không việc nào'} đổi hạn nhắc"


def _box(form: DayForm | SwapForm, key: str) -> Field | None:
    """The box that a refusal speaks of."""
    if isinstance(form, SwapForm):
        missing = form.off_on if form.off_on.data is None else form.make_up_on
        return {
            "swap_incomplete": missing,
            "calendar_source": form.source,
            "calendar_weekend": form.off_on,
            "calendar_workday": form.make_up_on,
        }.get(key)
    return {
        "calendar_day_missing": form.day,
        "day_already_off": form.day,
        "calendar_weekend": form.kind,
        "calendar_workday": form.kind,
        "calendar_name": form.name,
        "calendar_source": form.source,
    }.get(key)


def _changes(form: DayForm | SwapForm, action: str) -> list[DayChange]:
    """What the form asks for. Raises Refused for half a swap or a day that was left empty."""
    source = form.source.data or ""
    if isinstance(form, SwapForm):
        return calendar_changes.swap(form.off_on.data, form.make_up_on.data, source)
    if form.day.data is None:
        raise Refused("calendar_day_missing", "Chưa ghi ngày; ghi theo ngày/tháng/năm, ví dụ 02/9/2026.")
    if action == "remove":
        return [DayChange(form.day.data, None, source=source)]
    return [DayChange(form.day.data, DayKind(form.kind.data), form.name.data or "", source, replaces=action == "edit")]


def _again(form: DayForm | SwapForm, action: str, problem: str = "") -> str:
    if isinstance(form, SwapForm):
        return render_template("days/swap.html", form=form, problem=problem)
    return _day_page(form, editing=action != "add", problem=problem)


def _day_page(form: DayForm, *, editing: bool = False, problem: str = "") -> str:
    title = f"Sửa ngày {date_short(form.day.data)}" if editing and form.day.data else "Thêm ngày nghỉ, ngày làm bù"
    return render_template("days/day.html", form=form, editing=editing, problem=problem, title=title)


def _hidden(form: Form) -> Sequence[tuple[str, str]]:
    """The fields of a form as the next click must send them again."""
    values = ((f.name, f.data) for f in form if f.name != "csrf_token")
    return [(name, date_short(value) if isinstance(value, date) else str(value or "")) for name, value in values]


def _back(form: DayForm | SwapForm, action: str) -> str:
    if action == "swap":
        return url_for("days.new_swap")
    if action == "add" or not isinstance(form, DayForm) or form.day.data is None:
        return url_for("days.new_day")
    return url_for("days.edit_day", day=form.day.data.isoformat())


def _iso(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotFound from None
