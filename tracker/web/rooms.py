"""The rooms of a plan, one row of links on each of its pages: what the reader may open, with the one he stands in."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, request, url_for

from tracker.web import guards, sessions

#: Page, its name, the key of the plan in its address.
ROOMS: tuple[tuple[str, str, str], ...] = (
    ("plans.show_plan", "Tiến độ", "plan_id"),
    ("method.show", "Cách khảo sát", "plan_id"),
    ("fieldwork.show_plan", "Phiếu", "plan_id"),
    ("boxes.show_plan", "Hòm phiếu", "plan_id"),
    ("recheck.show_plan", "Phúc tra", "plan_id"),
    ("entry.overview", "Nhập liệu", "plan_id"),
    ("results.show", "Kết quả", "plan_id"),
    ("publications.room", "Công bố", "plan_id"),
    ("progress_reports.show", "Báo cáo tiến độ", "plan_id"),
    ("ladder.show", "Thang nhắc việc", "plan_id"),
    ("rehearsal.of_plan", "Diễn tập", "plan_id"),
    ("outbox.list_letters", "Thư", "plan"),
    ("journal.list_lines", "Nhật ký", "plan"),
)

#: Pages of one room whose code lies elsewhere: their place in the row of links is the one their path of crumbs names.
_INSIDE = {"discards": "fieldwork", "online": "fieldwork", "method.quotas": "fieldwork"}

#: Pages that are worked at with both hands: no row of links above them.
_BARE = frozenset({"entry.key", "entry.key_again"})


@dataclass(frozen=True)
class Room:
    label: str
    href: str
    is_here: bool


def rooms_of_plan() -> list[Room]:
    """The rooms to show on this page; none where it is no page of a plan, the reader is not signed in, or a personal link leads
    here."""
    given = request.view_args or {}
    plan_id = None if "token" in given else given.get("plan_id")
    person = sessions.person()
    if plan_id is None or person is None or request.endpoint in _BARE:
        return []
    views = current_app.view_functions
    here = _INSIDE.get(request.endpoint or "") or _INSIDE.get(request.blueprint or "") or request.blueprint
    found = []
    for endpoint, label, key in ROOMS:
        access = guards.access_of(views[endpoint]) if endpoint in views else None
        if access is None or (access.roles and person.role not in access.roles):
            continue
        found.append(Room(label, url_for(endpoint, **{key: plan_id}), endpoint.partition(".")[0] == here))
    return found
