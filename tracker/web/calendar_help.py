"""Đăng ký lịch: the address of a calendar, made by a click and shown once, how each program takes it in, and the addresses
that hold, each ended or renewed by a click."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from tracker import clock
from tracker.db import db, transaction
from tracker.errors import NotFound
from tracker.links import Links
from tracker.queries import personal, plans
from tracker.rules.access import RUNNERS
from tracker.rules.feed_lines import FeedChoices
from tracker.services import feeds
from tracker.services.feeds import FeedScope
from tracker.web import guards
from tracker.web.forms import Form
from tracker.wording import count

bp = Blueprint("calendar_help", __name__)


class ChoicesForm(Form):
    label = StringField(
        "Tên gọi (không bắt buộc)", [Length(max=60)], description="Để phân biệt khi có nhiều địa chỉ, như “Điện thoại của tôi”."
    )
    rows = RadioField(
        "Mỗi dòng trong lịch là",
        choices=[SelectChoice("tasks", "Một việc của một đơn vị"), SelectChoice("stages", "Một giai đoạn của kế hoạch")],
        default="tasks",
    )
    only_late = BooleanField("Chỉ hiện việc quá hạn")
    coordinating = BooleanField("Hiện cả giai đoạn đơn vị phối hợp")
    todos = BooleanField("Kèm danh sách việc cần làm, cho ứng dụng có mục này")
    alarm = SelectField(
        "Báo trước hạn",
        choices=[
            SelectChoice("0", "Không báo"),
            SelectChoice("1", "1 ngày, lúc 08:00"),
            SelectChoice("3", "3 ngày, lúc 08:00"),
            SelectChoice("7", "7 ngày, lúc 08:00"),
        ],
        default="0",
    )

    def chosen(self) -> FeedChoices:
        said = self.data  # of a box that a form leaves out, nothing
        return FeedChoices(
            only_late=said["only_late"],
            by_stage=said.get("rows") == "stages",
            coordinating=said.get("coordinating", False),
            alarm_days=int(said["alarm"]),
            todos=said["todos"],
        )


class ContactChoicesForm(ChoicesForm):
    """A unit has one task a stage: nothing to choose there."""

    rows = None


class OfficeChoicesForm(ChoicesForm):
    """Whoever sees all work sees that of the units that help, too."""

    coordinating = None


@bp.get("/v/<token>/calendar")
@guards.personal_link
def of_contact(token: str) -> ResponseReturnValue:
    return _contact_page(token, ContactChoicesForm())


@bp.post("/v/<token>/calendar")
@guards.personal_link
def make_for_contact(token: str) -> ResponseReturnValue:
    form = ContactChoicesForm()
    return _contact_page(token, form, _make(form, FeedScope.CONTACT, guards.current_contact().contact_id))


@bp.post("/v/<token>/calendar/revoke")
@guards.personal_link
def revoke_of_contact(token: str) -> ResponseReturnValue:
    _revoke(FeedScope.CONTACT, guards.current_contact().contact_id)
    return redirect(url_for("calendar_help.of_contact", token=token))


@bp.post("/v/<token>/calendar/<int:feed_id>/revoke")
@guards.personal_link
def revoke_one_of_contact(token: str, feed_id: int) -> ResponseReturnValue:
    _revoke_one(FeedScope.CONTACT, guards.current_contact().contact_id, feed_id)
    return redirect(url_for("calendar_help.of_contact", token=token))


@bp.post("/v/<token>/calendar/<int:feed_id>/renew")
@guards.personal_link
def renew_of_contact(token: str, feed_id: int) -> ResponseReturnValue:
    address = _renew(FeedScope.CONTACT, guards.current_contact().contact_id, feed_id)
    return _contact_page(token, ContactChoicesForm(formdata=None), address)


@bp.get("/plans/<int:plan_id>/calendar")
@guards.signed_in
def of_plan(plan_id: int) -> ResponseReturnValue:
    return _plan_page(plan_id, OfficeChoicesForm())


@bp.post("/plans/<int:plan_id>/calendar")
@guards.signed_in
def make_for_plan(plan_id: int) -> ResponseReturnValue:
    _plan_name(plan_id)
    form = OfficeChoicesForm()
    return _plan_page(plan_id, form, _make(form, FeedScope.PLAN, plan_id))


@bp.post("/plans/<int:plan_id>/calendar/revoke")
@guards.roles(*RUNNERS)
def revoke_of_plan(plan_id: int) -> ResponseReturnValue:
    _plan_name(plan_id)
    _revoke(FeedScope.PLAN, plan_id)
    return redirect(url_for("calendar_help.of_plan", plan_id=plan_id))


@bp.post("/plans/<int:plan_id>/calendar/<int:feed_id>/revoke")
@guards.roles(*RUNNERS)
def revoke_one_of_plan(plan_id: int, feed_id: int) -> ResponseReturnValue:
    _plan_name(plan_id)
    _revoke_one(FeedScope.PLAN, plan_id, feed_id)
    return redirect(url_for("calendar_help.of_plan", plan_id=plan_id))


@bp.post("/plans/<int:plan_id>/calendar/<int:feed_id>/renew")
@guards.roles(*RUNNERS)
def renew_of_plan(plan_id: int, feed_id: int) -> ResponseReturnValue:
    _plan_name(plan_id)
    return _plan_page(plan_id, OfficeChoicesForm(formdata=None), _renew(FeedScope.PLAN, plan_id, feed_id))


@bp.get("/office/calendar")
@guards.signed_in
def of_office() -> ResponseReturnValue:
    return _office_page(OfficeChoicesForm())


@bp.post("/office/calendar")
@guards.signed_in
def make_for_office() -> ResponseReturnValue:
    form = OfficeChoicesForm()
    return _office_page(form, _make(form, FeedScope.OFFICE, guards.current_person().office_id))


@bp.post("/office/calendar/revoke")
@guards.roles(*RUNNERS)
def revoke_of_office() -> ResponseReturnValue:
    _revoke(FeedScope.OFFICE, guards.current_person().office_id)
    return redirect(url_for("calendar_help.of_office"))


@bp.post("/office/calendar/<int:feed_id>/revoke")
@guards.roles(*RUNNERS)
def revoke_one_of_office(feed_id: int) -> ResponseReturnValue:
    _revoke_one(FeedScope.OFFICE, guards.current_person().office_id, feed_id)
    return redirect(url_for("calendar_help.of_office"))


@bp.post("/office/calendar/<int:feed_id>/renew")
@guards.roles(*RUNNERS)
def renew_of_office(feed_id: int) -> ResponseReturnValue:
    address = _renew(FeedScope.OFFICE, guards.current_person().office_id, feed_id)
    return _office_page(OfficeChoicesForm(formdata=None), address)


def _contact_page(token: str, form: ChoicesForm, address: str = "") -> str:
    holder = guards.current_contact()
    return render_template(
        "calendar/contact.html",
        token=token,
        holder=holder,
        form=form,
        address=address,
        found=personal.subscriptions(db.session(), FeedScope.CONTACT, holder.contact_id),
        base=url_for("calendar_help.of_contact", token=token),
        may_end=True,
    )


def _plan_page(plan_id: int, form: ChoicesForm, address: str = "") -> str:
    return render_template(
        "calendar/plan.html",
        plan_id=plan_id,
        plan_name=_plan_name(plan_id),
        form=form,
        address=address,
        found=personal.subscriptions(db.session(), FeedScope.PLAN, plan_id),
        base=url_for("calendar_help.of_plan", plan_id=plan_id),
        may_end=guards.current_person().role in RUNNERS,
    )


def _office_page(form: ChoicesForm, address: str = "") -> str:
    person = guards.current_person()
    return render_template(
        "calendar/office.html",
        form=form,
        address=address,
        found=personal.subscriptions(db.session(), FeedScope.OFFICE, person.office_id),
        base=url_for("calendar_help.of_office"),
        may_end=person.role in RUNNERS,
    )


def _plan_name(plan_id: int) -> str:
    facts = plans.plan_facts(db.session(), plan_id, office_id=guards.current_person().office_id)
    if facts is None:
        raise NotFound(f"plan {plan_id}")
    return facts.short_name


def _make(form: ChoicesForm, scope: FeedScope, subject_id: int) -> str:
    """A new address; shown in this answer and never again. Those made before go on. "" when the form says what is wrong."""
    if not form.validate():
        return ""
    with transaction() as session:
        token = feeds.issue(session, scope, subject_id, now=clock.now(), label=form.label.data or "", choices=form.chosen())
    return _address(token)


def _renew(scope: FeedScope, subject_id: int, feed_id: int) -> str:
    with transaction() as session:
        token = feeds.renew_one(session, scope, subject_id, feed_id, now=clock.now())
    if not token:
        flash("Địa chỉ lịch này đã ngừng từ trước; tạo địa chỉ mới bên dưới.", "over")
        return ""
    return _address(token)


def _revoke(scope: FeedScope, subject_id: int) -> None:
    with transaction() as session:
        ended = feeds.revoke(session, scope, subject_id, now=clock.now())
    flash(f"Đã thu hồi {count(ended, 'địa chỉ lịch')}; lịch đã đăng ký ngừng cập nhật.", "ok")


def _revoke_one(scope: FeedScope, subject_id: int, feed_id: int) -> None:
    with transaction() as session:
        feeds.revoke_one(session, scope, subject_id, feed_id, now=clock.now())
    flash(f"Đã thu hồi {count(1, 'địa chỉ lịch')}; lịch đã đăng ký ngừng cập nhật.", "ok")


def _address(token: str) -> str:
    base = current_app.config["PUBLIC_URL"] or request.host_url.rstrip("/")
    return Links(base).feed(token)
