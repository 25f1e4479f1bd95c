"""Đăng ký lịch: the address of a calendar, made by a click and shown once, how each program takes it in, and the addresses
that hold, each ended or renewed by a click."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

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
from tracker.rules.feed_lines import MOST_TASKS, FeedChoices
from tracker.services import feeds, organisation
from tracker.services.feeds import FeedScope
from tracker.web import guards
from tracker.web.forms import Form
from tracker.wording import count, number

bp = Blueprint("calendar_help", __name__)
View = Callable[..., Any]


class ChoicesForm(Form):
    label = StringField(
        "Tên gọi (không bắt buộc)", [Length(max=60)], description="Để phân biệt khi có nhiều địa chỉ, như “Điện thoại của tôi”."
    )
    rows = RadioField(
        "Mỗi dòng trong lịch là",
        choices=[SelectChoice("tasks", "Một việc của một đơn vị"), SelectChoice("stages", "Một giai đoạn của kế hoạch")],
        default="tasks",
        description=f"Kế hoạch, cơ quan có trên {number(MOST_TASKS)} việc thì lịch chỉ hiện các giai đoạn.",
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


class UnitChoicesForm(ChoicesForm):
    """A unit has one task a stage: nothing to choose there."""

    rows = None


class OfficeChoicesForm(ChoicesForm):
    """Whoever sees all work sees that of the units that help, too."""

    coordinating = None


class OwnChoicesForm(OfficeChoicesForm):
    """The office's own work is one task a stage, too."""

    rows = None


@dataclass(frozen=True)
class Shown:
    """Whose calendar a page is about: the row, and what the page calls it."""

    subject_id: int
    name: str


@dataclass(frozen=True)
class Kind:
    """A kind of calendar with the pages that make, end and renew its addresses."""

    scope: FeedScope
    where: str
    whose: Callable[..., Shown]  #: of the parts of the address; raises NotFound for what the reader may not see
    form: type[ChoicesForm]
    guard: Callable[[View], View]
    guard_of_ending: Callable[[View], View]  #: what several people use is ended by those who run plans

    def open(self) -> None:
        def show(**parts: Any) -> ResponseReturnValue:
            return self._page(parts, self.form())

        def make(**parts: Any) -> ResponseReturnValue:
            whose, form = self.whose(**parts), self.form()
            return self._page(parts, form, _make(form, self.scope, whose.subject_id))

        def revoke(**parts: Any) -> ResponseReturnValue:
            _revoke(self.scope, self.whose(**parts).subject_id)
            return redirect(self._address(parts))

        def revoke_one(feed_id: int, **parts: Any) -> ResponseReturnValue:
            _revoke_one(self.scope, self.whose(**parts).subject_id, feed_id)
            return redirect(self._address(parts))

        def renew(feed_id: int, **parts: Any) -> ResponseReturnValue:
            address = _renew(self.scope, self.whose(**parts).subject_id, feed_id)
            return self._page(parts, self.form(formdata=None), address)

        for name, rule, method, guard, view in (
            ("of", "", "GET", self.guard, show),
            ("make_for", "", "POST", self.guard, make),
            ("revoke_of", "/revoke", "POST", self.guard_of_ending, revoke),
            ("revoke_one_of", "/<int:feed_id>/revoke", "POST", self.guard_of_ending, revoke_one),
            ("renew_of", "/<int:feed_id>/renew", "POST", self.guard_of_ending, renew),
        ):
            bp.add_url_rule(self.where + rule, f"{name}_{self.scope}", guard(view), methods=[method])

    def _address(self, parts: Mapping[str, Any]) -> str:
        return url_for(f"calendar_help.of_{self.scope}", **parts)

    def _page(self, parts: Mapping[str, Any], form: ChoicesForm, address: str = "") -> str:
        whose = self.whose(**parts)
        return render_template(
            f"calendar/{self.scope}.html",
            **parts,
            name=whose.name,
            form=form,
            address=address,
            found=personal.subscriptions(db.session(), self.scope, whose.subject_id),
            base=self._address(parts),
            may_end=self.guard_of_ending is self.guard or guards.current_person().role in RUNNERS,
        )


def _contact(token: str) -> Shown:
    holder = guards.current_contact()
    many = len(holder.unit_ids)
    return Shown(holder.contact_id, count(many, "đơn vị") if many > 1 else holder.unit_name)


def _plan(plan_id: int) -> Shown:
    facts = plans.plan_facts(db.session(), plan_id, office_id=guards.current_person().office_id)
    if facts is None:
        raise NotFound(f"plan {plan_id}")
    return Shown(plan_id, facts.short_name)


def _unit(unit_id: int) -> Shown:
    return Shown(unit_id, organisation.get_unit(db.session(), unit_id, office_id=guards.current_person().office_id).name)


def _office() -> Shown:
    return Shown(guards.current_person().office_id, guards.current_person().office_name)


def _user() -> Shown:
    return Shown(guards.current_person().user_id, guards.current_person().name)


_RUNNERS = guards.roles(*RUNNERS)
for _kind in (
    Kind(FeedScope.CONTACT, "/v/<token>/calendar", _contact, UnitChoicesForm, guards.personal_link, guards.personal_link),
    Kind(FeedScope.UNIT, "/units/<int:unit_id>/calendar", _unit, UnitChoicesForm, guards.signed_in, _RUNNERS),
    Kind(FeedScope.PLAN, "/plans/<int:plan_id>/calendar", _plan, OfficeChoicesForm, guards.signed_in, _RUNNERS),
    Kind(FeedScope.OFFICE, "/office/calendar", _office, OfficeChoicesForm, guards.signed_in, _RUNNERS),
    Kind(FeedScope.USER, "/account/calendar", _user, OwnChoicesForm, guards.signed_in, guards.signed_in),
):
    _kind.open()


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
