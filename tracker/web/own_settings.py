"""What a contact and a user choose for themselves: how often letters come; and a contact's "tôi không còn phụ trách"."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Email, Length

from tracker import clock
from tracker.db import db, reads_only, transaction
from tracker.errors import Refused
from tracker.queries import people
from tracker.services import handovers, letter_settings
from tracker.services.handovers import Successor
from tracker.web import guards
from tracker.web.errors import STATUS_OF_REFUSAL
from tracker.web.forms import Form, Needed

bp = Blueprint("own_settings", __name__)
#: The body of RFC 8058: what a mail client posts when its own "unsubscribe" is pressed.
ONE_CLICK = ("List-Unsubscribe", "One-Click")
SAVED = {
    True: "Từ nay thư tổng hợp gửi mỗi tuần một lần; thư về từng việc vẫn gửi ngay.",
    False: "Từ nay thư tổng hợp gửi vào ngày làm việc có việc cần nhắc.",
}


class RhythmForm(Form):
    rhythm = RadioField(
        "Thư tổng hợp",
        choices=[
            SelectChoice("daily", "Hằng ngày: mỗi ngày làm việc có việc cần nhắc, một thư"),
            SelectChoice("weekly", "Hằng tuần: mỗi tuần một thư, ngày làm việc đầu tiên có việc cần nhắc"),
        ],
    )


class SuccessorForm(Form):
    name = StringField("Họ tên người thay", [Needed("họ tên người thay"), Length(max=120)], render_kw={"autocomplete": "off"})
    position = StringField("Chức vụ (không bắt buộc)", [Length(max=120)])
    email = StringField(
        "Thư điện tử",
        [Needed("địa chỉ thư điện tử"), Length(max=254), Email()],
        render_kw={"inputmode": "email", "autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"},
    )
    phone = StringField("Điện thoại (không bắt buộc)", [Length(max=40)], render_kw={"inputmode": "tel", "autocomplete": "off"})


@bp.get("/v/<token>/letters")
@guards.personal_link
def letters(token: str) -> ResponseReturnValue:
    return _letters_page(token, RhythmForm(formdata=None, rhythm=_rhythm_of_contact()))


@bp.post("/v/<token>/letters")
@guards.personal_link
def choose_letters(token: str) -> ResponseReturnValue:
    form = RhythmForm()
    if not form.validate_on_submit():
        return _letters_page(token, form), 422
    _choose(form.rhythm.data == "weekly")
    flash(SAVED[form.rhythm.data == "weekly"], "ok")
    return redirect(url_for("own_settings.letters", token=token))


@bp.get("/v/<token>/letters/weekly")
@guards.personal_link
def before_one_click(token: str) -> ResponseReturnValue:
    """The address that letters give to mail clients, opened by a person or a scanner: the page, and nothing changes."""
    return letters(token)


@bp.post("/v/<token>/letters/weekly")
@guards.personal_link
def one_click(token: str) -> ResponseReturnValue:
    """RFC 8058: a mail client's button. It makes letters fewer, one a week; nobody can be silenced by it.

    Carries no token against forgery: no sign-in stands behind it, the secret is the address itself.
    """
    if request.form.get(ONE_CLICK[0]) != ONE_CLICK[1]:
        return _letters_page(token, RhythmForm(formdata=None, rhythm=_rhythm_of_contact())), 400
    _choose(weekly=True)
    return _letters_page(token, RhythmForm(formdata=None, rhythm="weekly"))


@bp.post("/account/letters")
@guards.signed_in
def choose_own_letters() -> ResponseReturnValue:
    form = RhythmForm()
    if form.validate_on_submit():
        weekly = form.rhythm.data == "weekly"
        with transaction() as session:
            letter_settings.choose_for_user(
                session, guards.current_person().user_id, weekly=weekly, by=guards.current_actor(), now=clock.now()
            )
        flash(SAVED[weekly], "ok")
    return redirect(url_for("auth.account", _anchor="letters"))


@bp.get("/v/<token>/handover")
@guards.personal_link
def handover(token: str) -> ResponseReturnValue:
    return _handover_page(token, SuccessorForm(formdata=None))


@bp.post("/v/<token>/handover")
@guards.personal_link
def propose_handover(token: str) -> ResponseReturnValue:
    form = SuccessorForm()
    if not form.validate_on_submit():
        return _handover_page(token, form), 422
    successor = Successor(form.name.data, form.email.data, form.position.data or "", form.phone.data or "")
    try:
        with transaction() as session:
            contact_id = guards.current_contact().contact_id
            handovers.propose(session, contact_id, successor, by=guards.current_actor(), now=clock.now())
    except Refused as refused:
        reads_only.set(True)
        form.email.errors = [refused.sentence]
        return _handover_page(token, form), STATUS_OF_REFUSAL.get(refused.key, 409)
    flash(f"Đã gửi đề nghị bàn giao cho {successor.name}; điều phối viên sẽ xác nhận.", "ok")
    return redirect(url_for("own_settings.handover", token=token))


@bp.post("/v/<token>/handover/withdraw")
@guards.personal_link
def withdraw_handover(token: str) -> ResponseReturnValue:
    with transaction() as session:
        handovers.withdraw(session, guards.current_contact().contact_id, by=guards.current_actor(), now=clock.now())
    flash("Đã rút đề nghị bàn giao.", "ok")
    return redirect(url_for("own_settings.handover", token=token))


def rhythm_form_of_user(user_id: int) -> RhythmForm:
    return RhythmForm(formdata=None, rhythm="weekly" if people.gets_weekly_letters(db.session(), user_id) else "daily")


def _rhythm_of_contact() -> str:
    weekly = letter_settings.contact_is_weekly(db.session(), guards.current_contact().contact_id)
    return "weekly" if weekly else "daily"


def _choose(weekly: bool) -> None:
    with transaction() as session:
        letter_settings.choose_for_contact(
            session, guards.current_contact().contact_id, weekly=weekly, by=guards.current_actor(), now=clock.now()
        )


def _letters_page(token: str, form: RhythmForm) -> str:
    return render_template("contact/letters.html", token=token, holder=guards.current_contact(), form=form)


def _handover_page(token: str, form: SuccessorForm) -> str:
    holder = guards.current_contact()
    return render_template(
        "contact/handover.html",
        token=token,
        holder=holder,
        form=form,
        last=handovers.last_of(db.session(), holder.contact_id),
        coordinator=people.coordinator_of_office(db.session(), holder.office_id),
    )
