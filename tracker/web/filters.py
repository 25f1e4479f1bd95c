"""Words and small marks for templates: dates, numbers, icons, statuses. Plain functions, so that big tables stay cheap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any, TypeVar

from flask import Flask, g, request, url_for
from markupsafe import Markup, escape

from tracker import clock, wording
from tracker.db import db
from tracker.queries import today as today_queries
from tracker.rules.states import LetterStatus, PlanStatus, Role, Standing, TaskStatus
from tracker.web import guide, sessions, shortcuts
from tracker.web.kept_filters import filters_here
from tracker.web.matrix import Cell
from tracker.web.rooms import rooms_of_plan
from tracker.wording import figures
from tracker.wording.vocabulary import LETTER_STATUS, ROLE, Look

T = TypeVar("T")
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
        share=figures.share_words,
        decimal=figures.decimal_words,
        change=figures.change_words,
        trimmed=trimmed,
        px=px,
        told_at=told_at,
        lower_first=lower_first,
    )
    env.globals.update(
        count=wording.count,
        week_words=wording.week_words,
        percent=wording.percent,
        date_range=wording.date_range,
        list_names=wording.list_names,
        promise_words=wording.promise_words,
        icon=icon,
        matrix_cell=matrix_cell,
        look=look,
        status=status,
        pill=pill,
        page_address=page_address,
        this_page=this_page,
        filters_here=filters_here,
        export_address=export_address,
        go_keys=shortcuts.GO,
        role_name=ROLE.__getitem__,
        TaskStatus=TaskStatus,
        PlanStatus=PlanStatus,
        Standing=Standing,
        Role=Role,
    )

    @app.context_processor
    def _of_every_page() -> dict[str, object]:
        return {
            "person": sessions.person,
            "theme": theme,
            "office_place": app.config["OFFICE_PLACE"] or app.config["OFFICE_NAME"],
            "today": clock.today,
            "printed_on": clock.today,  # some pages have a `today` of their own
            "waiting_count": waiting_count,
            "page_endpoints": app.view_functions,
            "rooms_of_plan": rooms_of_plan,
            "help_address": guide.help_address,
        }


@dataclass(frozen=True)
class Pages:
    """Which part of a long list a page shows."""

    page: int
    pages: int
    total: int
    size: int

    @classmethod
    def of(cls, total: int, size: int) -> Pages:
        """The page asked for by `?page=`, kept within what there is."""
        asked = request.args.get("page", "1")
        pages = max(1, -(-total // size))
        page = min(int(asked), pages) if asked.isdigit() and len(asked) < 9 else 1
        return cls(max(1, page), pages, total, size)

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.size

    @property
    def shown(self) -> int:
        """How many of them are on this page."""
        return min(self.size, self.total - self.offset)

    def cut(self, rows: Sequence[T]) -> Sequence[T]:
        return rows[self.offset : self.offset + self.size]


def icon(name: str, tone: str = "") -> Markup:
    """An icon of our sprite, hidden from screen readers: a word always stands beside it."""
    sprite = g.get("sprite")
    if sprite is None:  # once a request: big tables draw hundreds
        sprite = g.sprite = url_for("static", filename="icons.svg")
    return _icon(sprite, name, tone)


@cache
def _icon(sprite: str, name: str, tone: str) -> Markup:
    classes = f"icon tone-{tone}" if tone else "icon"
    return Markup('<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>').format(classes, sprite, name)


def matrix_cell(cell: Cell, quiet: bool) -> Markup:
    """One cell of the table of units: made here, since a page has hundreds."""
    if not cell.text:
        return _EMPTY_CELLS[quiet]
    sprite = g.get("sprite") or url_for("static", filename="icons.svg")
    before, after = _cell_shell(sprite, cell[1:], bool(cell.href), quiet)
    return Markup(f"{before}{cell.href}{after}")  # noqa: S704  # parts are escaped, the address is ours


_EMPTY_CELLS = {
    quiet: Markup(f'<td{mark}><span class="cell is-none" aria-hidden="true">·</span></td>')  # noqa: S704
    for quiet, mark in ((False, ""), (True, ' class="m-quiet"'))
}


@lru_cache(maxsize=4096)
def _cell_shell(sprite: str, shown: tuple[str, str, str, bool, str], is_link: bool, quiet: bool) -> tuple[str, str]:
    """What stands before and after a cell's address; `shown` is all of the cell but that."""
    icon_name, tone, text, is_loud, detail = shown
    mark = ' class="m-quiet"' if quiet else ""
    inner = f"{_icon(sprite, icon_name, tone)}{escape(text)}"
    if not is_link:
        return f'<td{mark}><span class="cell">{inner}</span></td>', ""
    loud = f" is-loud tone-{tone}" if is_loud else ""
    title = f' title="{escape(detail)}"' if detail else ""
    return f'<td{mark}><a class="cell{loud}"{title} href="', f'">{inner}</a></td>'


def told_at(at: datetime | date) -> Markup:
    """The time of a line in a story, for people and for machines."""
    words = wording.moment(at) if isinstance(at, datetime) else wording.date_short(at)
    return Markup('<time datetime="{}">{}</time>').format(at.isoformat(), words)


def px(value: float) -> str:
    """A coordinate of a drawing: one decimal at most."""
    return f"{value:.1f}".removesuffix(".0")


def trimmed(value: Decimal) -> str:
    """85 · 82,5: a target, which is no measured figure, without noughts at its end."""
    return figures.exact_words(Fraction(value))


def lower_first(text: str) -> str:
    """A name of a stage inside a sentence: "điều tra khảo sát"; an abbreviation keeps its capitals."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


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


def theme() -> str:
    """ "light", "dark", or "" for the machine's own: of the account, else of this browser."""
    person = sessions.person()
    chosen = person.theme if person else request.cookies.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else ""


def page_address(page: int) -> str:
    """This page's address with another page number; its filters stay."""
    values = {**(request.view_args or {}), **request.args.to_dict(flat=False), "page": page}
    return url_for(str(request.endpoint), **values)


def this_page(anchor: str = "") -> str:
    """This page as it stands, to come back to (`guards.page_before`): filters, order and page, not what is ticked."""
    values = {**(request.view_args or {}), **request.args.to_dict(flat=False)}
    values.pop("pick", None)
    return url_for(str(request.endpoint), _anchor=anchor or None, **values)


def export_address(endpoint: str, form: str) -> str:
    """The address of this list as a file: the filters stay, the page does not."""
    values = {**(request.view_args or {}), **request.args.to_dict(flat=False), "form": form}
    values.pop("page", None)
    return url_for(endpoint, **values)


def waiting_count() -> int:
    """How many things wait on the signed-in person's office: the figure beside "Hôm nay"."""
    person = sessions.person()
    return today_queries.waiting_count(db.session(), person.office_id) if person else 0
