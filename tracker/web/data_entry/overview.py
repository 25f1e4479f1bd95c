"""Nhập liệu of a plan: units with what is left, clerks with how well they key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tracker import clock
from tracker.db import db
from tracker.models import Plan
from tracker.queries import entries
from tracker.queries.entries import EntryUnit
from tracker.rules.access import RUNNERS
from tracker.rules.entry_progress import UnitEntries
from tracker.rules.states import Role
from tracker.services import data_entry
from tracker.services.data_entry import Doors
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


@dataclass(frozen=True)
class Looked:
    """All units of a plan, how far each is, and those that the filter shows."""

    units: Sequence[EntryUnit]
    counts: Mapping[int, UnitEntries]
    looks: Mapping[int, Look]
    doors: Doors
    shut: frozenset[int]
    found: Sequence[EntryUnit]

    def lines(self, session: Session, plan_id: int, shown: Sequence[EntryUnit]) -> list[Line]:
        ids = [unit.id for unit in shown]
        refusals = self.doors.refusals([unit_id for unit_id in ids if unit_id in self.shut])
        clerks = entries.clerks_of_units(session, plan_id, ids)
        return [
            Line(
                unit,
                self.counts.get(unit.id, NO_ENTRIES),
                self.looks[unit.id],
                str(refusals.get(unit.id, "")),
                list_names(clerks[unit.id], "người") if unit.id in clerks else "–",
            )
            for unit in shown
        ]


def look_over(session: Session, plan: Plan, wanted: Mapping[str, str]) -> Looked:
    """`wanted`: the filter of the page, by its names."""
    units = entries.units(session, plan.id)
    counts = data_entry.units_entries(session, plan.id)
    doors = data_entry.doors_of(session, plan, {unit.id: unit.name for unit in units}, now=clock.now())
    shut = doors.shut()
    looks = {unit.id: _look(counts.get(unit.id, NO_ENTRIES), unit.id in shut) for unit in units}
    name, only = search_key(wanted.get("q", "")), wanted.get("only", "")
    found = [unit for unit in units if name in search_key(unit.name)] if name else units
    if only in CHIPS:
        found = [unit for unit in found if looks[unit.id] in CHIPS[only][1]]
    return Looked(units, counts, looks, doors, shut, found)


@bp.get("/plans/<int:plan_id>/entry")
@guards.signed_in
def overview(plan_id: int) -> ResponseReturnValue:
    plan, session = plan_of(plan_id), db.session()
    full = get_plan(session, plan_id)
    seen = look_over(session, full, request.args)
    units, doors, shut = seen.units, seen.doors, seen.shut
    pages = Pages.of(len(seen.found), UNITS_A_PAGE)
    of_look = Counter(seen.looks.values())
    qualities = data_entry.clerk_qualities(session, full, shelf())
    me = guards.current_actor().key
    sees_all = guards.current_person().role is not Role.CLERK
    return render_template(
        "entry/overview.html",
        plan=plan,
        lines=seen.lines(session, plan_id, pages.cut(seen.found)),
        total=_total(seen.counts[unit.id] for unit in units if unit.id in seen.counts),
        units=len(units),
        complete=of_look[COMPLETE],
        chips=[(k, label, n) for k, (label, kinds) in CHIPS.items() if (n := sum(of_look[look] for look in kinds))],
        only=request.args.get("only", ""),
        search=request.args.get("q", ""),
        pages=pages,
        gate=str(doors.refusal_of_all() or doors.refusals([units[0].id])[units[0].id])
        if units and len(shut) == len(units)
        else "",
        qualities=[q for q in qualities if sees_all or q.key == me],
        me=me,
        may_enter=may_enter(),
        may_run=guards.current_person().role in RUNNERS,
        asks_second=bool(sum(c.second_required for c in seen.counts.values())),
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
