"""Phiếu giao việc: a sheet for each unit to print or to paste, with the personal link of its contact. For those who run plans."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from io import BytesIO

from flask import Blueprint, current_app, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from tracker import clock
from tracker.db import db
from tracker.errors import NotFound
from tracker.links import Links
from tracker.queries import briefs as queries
from tracker.queries import plans
from tracker.queries.briefs import Brief
from tracker.rules.access import RUNNERS
from tracker.rules.workdays import WorkCalendar
from tracker.services import catalogue
from tracker.tokens import personal_token
from tracker.web import guards
from tracker.web.chase_letters import docx_answer
from tracker.web.chasing import choice_from, plan_of_office, table_of_units
from tracker.wording import briefs as words
from tracker.wording import relative

bp = Blueprint("briefs", __name__)
MOST_AT_ONCE = 100
#: White modules round the code, without which readers do not find it.
BORDER = 4


@dataclass(frozen=True)
class Sheet:
    brief: Brief
    address: str  #: of the contact's page; "" without a contact
    qr: Markup
    to_paste: str


@bp.get("/plans/<int:plan_id>/briefs")
@guards.roles(*RUNNERS)
def show(plan_id: int) -> ResponseReturnValue:
    """The sheets of the ticked units (or of one piece of work), each on a page of its own when printed."""
    plan, choice, today = plan_of_office(plan_id), choice_from(request.args, plan_id), clock.today()
    if not choice.unit_ids or len(choice.unit_ids) > MOST_AT_ONCE:
        flash(f"Chọn từ 1 đến {MOST_AT_ONCE} đơn vị để in phiếu giao việc.", "soon")
        return redirect(guards.page_before(table_of_units(plan_id)))
    session = db.session()
    task_id = next(iter(choice.task_ids), None)
    found = queries.briefs(session, plan_id, choice.unit_ids, task_id=task_id, today=today)
    calendars = catalogue.calendars_of_units(session, choice.unit_ids, plans.days(session).calendar)
    return render_template(
        "plans/briefs.html",
        plan=plan,
        sheets=[_sheet(brief, calendars.of(brief.unit_id), today) for brief in found],
        task_id=task_id,
        words=words,
        office_place=found[0].head.superior if found else "",
    )


@bp.get("/plans/<int:plan_id>/units/<int:unit_id>/brief.docx")
@guards.roles(*RUNNERS)
def document(plan_id: int, unit_id: int) -> ResponseReturnValue:
    plan_of_office(plan_id)
    task_id = next(iter(choice_from(request.args).task_ids), None)
    found = queries.briefs(db.session(), plan_id, [unit_id], task_id=task_id, today=clock.today())
    if not found:
        raise NotFound(f"unit {unit_id} of plan {plan_id}")
    import segno  # loaded when it is needed

    from tracker.documents.papers.brief import brief_document  # python-docx is loaded when it is needed

    address = _address(found[0])
    png = BytesIO()
    if address:
        segno.make(address, error="m").save(png, kind="png", scale=8, border=BORDER)
    content = brief_document(found[0], code=code_of(plan_id, unit_id, task_id), qr_png=png.getvalue() or None)
    return docx_answer(content, f"phieu-giao-viec-{code_of(plan_id, unit_id, task_id)}.docx")


def code_of(plan_id: int, unit_id: int, task_id: int | None) -> str:
    """Our own number of a sheet: plan, unit, and the piece of work where it is about one."""
    return f"{plan_id}-{unit_id}" + (f"-{task_id}" if task_id else "")


def _sheet(brief: Brief, calendar: WorkCalendar, today: date) -> Sheet:
    import segno  # loaded when it is needed

    address = _address(brief)
    lines = []
    for task in (work.task for work in brief.works if work.is_open and address):
        left = calendar.between(today, task.aim_on or task.due_on or today)
        distance = relative(today, task.aim_on, task.due_on, left)
        lines.append(words.to_paste(brief.unit, task.stage_name, task.due_on, distance, address))
    qr = segno.make(address, error="m").svg_inline(border=BORDER, omitsize=True) if address else ""
    return Sheet(brief, address, Markup(qr), "\n".join(lines))  # noqa: S704 - made by segno of our own address


def _address(brief: Brief) -> str:
    if brief.contact is None:
        return ""
    links = Links(current_app.config["PUBLIC_URL"])
    token = personal_token(current_app.secret_key or "", brief.contact.id, brief.contact.link_nonce)
    only = brief.works[0].task.id if len(brief.works) == 1 else None
    return links.personal_task(token, only) if only else links.personal(token)
