"""Nhập liệu of a plan: units with what is left, clerks with how well they key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.db import db
from tracker.queries import entries
from tracker.queries.entries import EntryUnit
from tracker.rules.access import RUNNERS
from tracker.rules.entry_progress import UnitEntries
from tracker.rules.states import Role
from tracker.services import data_entry
from tracker.services.planning import get_plan
from tracker.web import guards
from tracker.web.data_entry.blueprint import bp, may_enter, plan_of, shelf
from tracker.web.filters import Pages
from tracker.web.matrix import UNITS_A_PAGE
from tracker.wording import list_names, search_key
from tracker.wording.vocabulary import Look

NOTHING = Look("Chưa có phiếu", "circle", "idle")
SHUT = Look("Chưa mở", "lock", "idle")
TO_ENTER = Look("Chưa nhập", "circle", "idle")
ENTERING = Look("Đang nhập", "play-circle", "run")
DIFFERING = Look("Có chênh lệch", "exclamation-circle", "over")
TO_KEY_AGAIN = Look("Chờ nhập lần hai", "hourglass-split", "wait")
COMPLETE = Look("Đã nhập đủ", "check-circle-fill", "ok")
NO_ENTRIES = UnitEntries()
#: Chips over the table: address -> label and the looks it shows.
CHIPS = {
    "left": ("Còn phải nhập", {TO_ENTER, ENTERING}),
    "again": ("Chờ nhập lần hai", {TO_KEY_AGAIN}),
    "differing": ("Có chênh lệch", {DIFFERING}),
    "shut": ("Chưa mở", {SHUT}),
    "complete": ("Đã nhập đủ", {COMPLETE}),
}


@dataclass(frozen=True)
class Line:
    unit: EntryUnit
    counts: UnitEntries
    look: Look
    gate: str
    clerks: str


@bp.get("/plans/<int:plan_id>/entry")
@guards.signed_in
def overview(plan_id: int) -> ResponseReturnValue:
    plan, session, now = plan_of(plan_id), db.session(), clock.now()
    units = entries.units(session, plan_id)
    counts = data_entry.units_entries(session, plan_id)
    full = get_plan(session, plan_id)
    doors = data_entry.doors_of(session, full, {unit.id: unit.name for unit in units}, now=now)
    shut = doors.shut()
    looks = {unit.id: _look(counts.get(unit.id, NO_ENTRIES), unit.id in shut) for unit in units}
    wanted, only = search_key(request.args.get("q", "")), request.args.get("only", "")
    found = [unit for unit in units if wanted in search_key(unit.name)] if wanted else units
    if only in CHIPS:
        found = [unit for unit in found if looks[unit.id] in CHIPS[only][1]]
    pages = Pages.of(len(found), UNITS_A_PAGE)
    shown = pages.cut(found)
    refusals = doors.refusals([unit.id for unit in shown if unit.id in shut])
    clerks = entries.clerks_of_units(session, plan_id, [unit.id for unit in shown])
    lines = [
        Line(
            unit,
            counts.get(unit.id, NO_ENTRIES),
            looks[unit.id],
            str(refusals.get(unit.id, "")),
            list_names(clerks[unit.id], "người") if unit.id in clerks else "–",
        )
        for unit in shown
    ]
    of_look = Counter(looks.values())
    qualities = data_entry.clerk_qualities(session, full, shelf())
    me = guards.current_actor().key
    sees_all = guards.current_person().role is not Role.CLERK
    return render_template(
        "entry/overview.html",
        plan=plan,
        lines=lines,
        total=_total(counts[unit.id] for unit in units if unit.id in counts),
        units=len(units),
        complete=of_look[COMPLETE],
        chips=[(k, label, n) for k, (label, kinds) in CHIPS.items() if (n := sum(of_look[look] for look in kinds))],
        only=only,
        search=request.args.get("q", ""),
        pages=pages,
        gate=str(doors.refusal_of_all() or doors.refusals([units[0].id])[units[0].id])
        if units and len(shut) == len(units)
        else "",
        qualities=[q for q in qualities if sees_all or q.key == me],
        me=me,
        may_enter=may_enter(),
        may_run=guards.current_person().role in RUNNERS,
        asks_second=bool(sum(c.second_required for c in counts.values())),
    )


def _look(counts: UnitEntries, is_shut: bool) -> Look:
    if counts.complete:
        return COMPLETE
    if is_shut:
        return SHUT
    if not counts.valid:
        return NOTHING
    if counts.differences:
        return DIFFERING
    if counts.left:
        return ENTERING if counts.entered else TO_ENTER
    return TO_KEY_AGAIN


def _total(counts: Iterable[UnitEntries]) -> UnitEntries:
    return UnitEntries(*map(sum, zip(*counts, strict=True)))
