"""Đăng ký lịch: the address of a calendar, made by a click and shown once, and how each program takes it in."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.db import db, transaction
from tracker.errors import NotFound
from tracker.links import Links
from tracker.queries import personal, plans
from tracker.rules.access import RUNNERS
from tracker.services import feeds
from tracker.services.feeds import FeedScope
from tracker.web import guards
from tracker.wording import count

bp = Blueprint("calendar_help", __name__)


@bp.get("/v/<token>/calendar")
@guards.personal_link
def of_contact(token: str) -> ResponseReturnValue:
    return _contact_page(token)


@bp.post("/v/<token>/calendar")
@guards.personal_link
def make_for_contact(token: str) -> ResponseReturnValue:
    address = _make(FeedScope.CONTACT, guards.current_contact().contact_id)
    return _contact_page(token, address)


@bp.post("/v/<token>/calendar/revoke")
@guards.personal_link
def revoke_of_contact(token: str) -> ResponseReturnValue:
    _revoke(FeedScope.CONTACT, guards.current_contact().contact_id)
    return redirect(url_for("calendar_help.of_contact", token=token))


@bp.get("/plans/<int:plan_id>/calendar")
@guards.signed_in
def of_plan(plan_id: int) -> ResponseReturnValue:
    return _plan_page(plan_id)


@bp.post("/plans/<int:plan_id>/calendar")
@guards.signed_in
def make_for_plan(plan_id: int) -> ResponseReturnValue:
    _plan_name(plan_id)
    return _plan_page(plan_id, _make(FeedScope.PLAN, plan_id))


@bp.post("/plans/<int:plan_id>/calendar/revoke")
@guards.roles(*RUNNERS)
def revoke_of_plan(plan_id: int) -> ResponseReturnValue:
    _plan_name(plan_id)
    _revoke(FeedScope.PLAN, plan_id)
    return redirect(url_for("calendar_help.of_plan", plan_id=plan_id))


def _contact_page(token: str, address: str = "") -> str:
    holder = guards.current_contact()
    return render_template(
        "calendar/contact.html",
        token=token,
        holder=holder,
        address=address,
        found=personal.subscriptions(db.session(), FeedScope.CONTACT, holder.contact_id),
        make=url_for("calendar_help.make_for_contact", token=token),
        revoke=url_for("calendar_help.revoke_of_contact", token=token),
    )


def _plan_page(plan_id: int, address: str = "") -> str:
    return render_template(
        "calendar/plan.html",
        plan_id=plan_id,
        plan_name=_plan_name(plan_id),
        address=address,
        found=personal.subscriptions(db.session(), FeedScope.PLAN, plan_id),
        make=url_for("calendar_help.make_for_plan", plan_id=plan_id),
        revoke=url_for("calendar_help.revoke_of_plan", plan_id=plan_id) if guards.current_person().role in RUNNERS else "",
    )


def _plan_name(plan_id: int) -> str:
    facts = plans.plan_facts(db.session(), plan_id, office_id=guards.current_person().office_id)
    if facts is None:
        raise NotFound(f"plan {plan_id}")
    return facts.short_name


def _make(scope: FeedScope, subject_id: int) -> str:
    """A new address; shown in this answer and never again. Those made before go on."""
    with transaction() as session:
        token = feeds.issue(session, scope, subject_id, now=clock.now())
    base = current_app.config["PUBLIC_URL"] or request.host_url.rstrip("/")
    return Links(base).feed(token)


def _revoke(scope: FeedScope, subject_id: int) -> None:
    with transaction() as session:
        ended = feeds.revoke(session, scope, subject_id, now=clock.now())
    flash(f"Đã thu hồi {count(ended, 'địa chỉ lịch')}; lịch đã đăng ký ngừng cập nhật.", "ok")
