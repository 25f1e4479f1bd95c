"""Words and small marks for templates: dates, numbers, icons, statuses. Plain functions, so that big tables stay cheap."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from flask import Flask, g, request, url_for
from markupsafe import Markup, escape

from tracker import clock, wording
from tracker.db import db
from tracker.queries import today as today_queries
from tracker.queries.people import SignedIn
from tracker.rules.states import LetterStatus, PlanStatus, Role, Standing, TaskStatus
from tracker.web import sessions
from tracker.wording.vocabulary import LETTER_STATUS, ROLE, Look

_LOOKS: Mapping[type, Mapping[Any, Look]] = {
    TaskStatus: wording.TASK_STATUS,
    PlanStatus: wording.PLAN_STATUS,
    LetterStatus: LETTER_STATUS,
    Standing: wording.STANDING,
}
THEMES = ("light", "dark")
THEME_COOKIE = "theme"


def register(app: Flask) -> None:
    env = app.jinja_env
    env.trim_blocks = env.lstrip_blocks = True
    env.filters.update(
        date=wording.date_short,
        date_weekday=wording.date_weekday,
        date_inline=wording.date_weekday_inline,
        date_formal=wording.date_formal,
        day_month=wording.day_month,
        moment=wording.moment,
        number=wording.number,
    )
    env.globals.update(
        count=wording.count,
        percent=wording.percent,
        date_range=wording.date_range,
        list_names=wording.list_names,
        icon=icon,
        look=look,
        status=status,
        pill=pill,
        page_address=page_address,
        role_name=ROLE.__getitem__,
        TaskStatus=TaskStatus,
        PlanStatus=PlanStatus,
        Standing=Standing,
        Role=Role,
    )

    @app.context_processor
    def _of_every_page() -> dict[str, object]:
        return {
            "person": reader,
            "theme": theme,
            "office_place": app.config["OFFICE_PLACE"] or app.config["OFFICE_NAME"],
            "today": clock.today,
            "waiting_count": waiting_count,
            "page_endpoints": app.view_functions,
        }


def icon(name: str, tone: str = "") -> Markup:
    """An icon of our sprite, hidden from screen readers: a word always stands beside it."""
    return _icon(url_for("static", filename="icons.svg"), name, tone)


@cache
def _icon(sprite: str, name: str, tone: str) -> Markup:
    classes = f"icon tone-{tone}" if tone else "icon"
    return Markup('<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>').format(classes, sprite, name)


def look(value: TaskStatus | PlanStatus | LetterStatus | Standing) -> Look:
    """Word, icon and tone of a status or standing."""
    return _LOOKS[type(value)][value]


def status(value: TaskStatus | PlanStatus | LetterStatus, text: str = "") -> Markup:
    """What people have set: icon and word, no ground."""
    found = look(value)
    return Markup('<span class="status tone-{}">{}{}</span>').format(found.tone, icon(found.icon), escape(text or found.word))


def pill(value: Standing, text: str = "") -> Markup:
    """What the day says: icon and word on a tinted ground."""
    found = look(value)
    return Markup('<span class="pill tone-{}">{}{}</span>').format(found.tone, icon(found.icon), escape(text or found.word))


def reader() -> SignedIn | None:
    """The signed-in person, or None; on a bare error page nobody is asked for (the database may be what failed)."""
    return None if g.get("bare") else sessions.person()


def theme() -> str:
    """ "light", "dark", or "" for the machine's own: of the account, else of this browser."""
    person = reader()
    chosen = person.theme if person else request.cookies.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else ""


def page_address(page: int) -> str:
    """This page's address with another page number; its filters stay."""
    values = {**(request.view_args or {}), **request.args.to_dict(flat=False), "page": page}
    return url_for(str(request.endpoint), **values)


def waiting_count() -> int:
    """How many things wait on the signed-in person's office: the figure beside "Hôm nay"."""
    person = reader()
    return today_queries.waiting_count(db.session(), person.office_id) if person else 0
