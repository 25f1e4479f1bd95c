"""Bộ lọc đã lưu: a reader gives a filter a name, and finds it as a link over the same list on any machine."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Blueprint, flash, redirect, request
from flask.typing import ResponseReturnValue

from tracker.db import transaction
from tracker.services import kept_filters
from tracker.web import guards, sessions

bp = Blueprint("kept_filters", __name__)
#: Parts of an address that are no filter.
PASSING = frozenset({"page", "pick", "back"})


class Kept(NamedTuple):
    name: str
    href: str
    is_here: bool  #: the list shows what it asks for now


def filters_here() -> list[Kept] | None:
    """Those of this page, in the order in which they were kept; None for whoever may keep none."""
    person = sessions.person()
    if person is None or person.reads_for:
        return None
    now = asked(request.query_string.decode())
    own = [(name, query) for page, name, query in person.kept_filters if page == request.path]
    return [Kept(name, f"{request.path}?{query}", query == now) for name, query in own]


def asked(query: str) -> str:
    """What a filter asks for, always written the same way."""
    return urlencode(sorted((key, value.strip()) for key, value in parse_qsl(query) if key not in PASSING and value.strip()))


@bp.post("/filters/keep")
@guards.signed_in
def keep() -> ResponseReturnValue:
    back = urlsplit(guards.local_path(request.form.get("next")))
    query = asked(back.query)
    if query:
        with transaction() as session:
            user_id = guards.current_person().user_id
            name = kept_filters.keep_filter(session, user_id, back.path, request.form.get("name", ""), query)
        flash(f"Đã lưu bộ lọc “{name}”.", "ok")
    return redirect(_address(back.path, query))


@bp.post("/filters/drop")
@guards.signed_in
def drop() -> ResponseReturnValue:
    back = urlsplit(guards.local_path(request.form.get("next")))
    name = request.form.get("name", "")
    with transaction() as session:
        kept_filters.drop_filter(session, guards.current_person().user_id, back.path, name)
    flash(f"Đã bỏ bộ lọc “{name[: kept_filters.LONGEST_NAME]}”.", "ok")
    return redirect(_address(back.path, asked(back.query)))


def _address(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path
