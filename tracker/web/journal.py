"""Nhật ký xử lý: who did what, to what, when and why; filtered by plan, act and days."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.db import db
from tracker.queries import journal, plans
from tracker.queries.journal import JournalFilter
from tracker.rules.access import RUNNERS
from tracker.web import guards
from tracker.web.filters import Pages
from tracker.web.forms import read_day
from tracker.wording import nfc

bp = Blueprint("journal", __name__)
LINES_A_PAGE = 50


@bp.get("/journal")
@guards.signed_in
def list_lines() -> ResponseReturnValue:
    session = db.session()
    person = guards.current_person()
    wanted, problems = wanted_lines()
    with_accounts = person.role in RUNNERS
    pages = Pages.of(journal.count(session, person.office_id, wanted, with_accounts=with_accounts), LINES_A_PAGE)
    return render_template(
        "journal/list.html",
        lines=journal.lines(
            session, person.office_id, wanted, with_accounts=with_accounts, offset=pages.offset, limit=pages.size
        ),
        pages=pages,
        wanted=wanted,
        verbs=journal.verbs(session),
        mark=journal.mark(session),
        plans=plans.plan_names(session, person.office_id),
        problems=problems,
        searched=journal.SEARCHED,
    )


def wanted_lines() -> tuple[JournalFilter, list[str]]:
    """What the filter bar asks for, and what is wrong with it."""
    since, wrong_since = _day("from")
    until, wrong_until = _day("to")
    plan = request.args.get("plan", "")
    wanted = JournalFilter(
        plan_id=int(plan) if plan.isdigit() and len(plan) < 10 else None,
        verb=request.args.get("verb", ""),
        since=since,
        until=until + timedelta(days=1) if until else None,
        search=nfc(request.args.get("q", "")).strip()[:100],
    )
    return wanted, [text for text in (wrong_since, wrong_until) if text]


def _day(name: str) -> tuple[datetime | None, str]:
    """The moment a day begins, and what is wrong with what was typed."""
    text = request.args.get(name, "").strip()
    if not text:
        return None, ""
    try:
        return datetime.combine(read_day(text), time(), tzinfo=clock.ZONE), ""
    except ValueError as error:
        return None, str(error)
