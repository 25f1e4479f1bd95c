"""The review page: the source with the used words marked, beside the draft and what must be looked at."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.db import db
from tracker.queries import drafts, units
from tracker.queries.drafts import DraftCard
from tracker.rules.access import RUNNERS
from tracker.rules.parsed import ParsedPlan, Place
from tracker.rules.review import Point, Review, Row, open_points
from tracker.rules.schedule import aim_day
from tracker.rules.states import DraftStatus, TimeKind
from tracker.rules.workdays import WorkCalendar
from tracker.services import catalogue, intake
from tracker.web import guards
from tracker.web.intake.blueprint import bp, card
from tracker.web.intake.forms import FactsForm, RowForm, facts_form, row_form
from tracker.web.intake.paper import Mark, paper
from tracker.wording import WORK_KIND, date_short, date_weekday_inline, search_key

#: Facts that are shown, with their places in PlanFacts.places.
FACT_PLACES = ("number", "issued_on", "place", "issuer", "title", "units", "ballots", "recheck_percent", "signatory", "parent")


@dataclass(frozen=True)
class RowLine:
    """A row of the draft as the table shows it."""

    row: Row
    position: int
    days: str  #: how its time is understood
    aim: str
    points: tuple[Point, ...]  #: open ones
    first_point: int  #: number of the first of them in the list of points; 0 without any

    @property
    def owners(self) -> str:
        parts = [self.row.lead or "chưa có đơn vị chủ trì"]
        if self.row.coordinating:
            parts.append(f"phối hợp: {self.row.coordinating}")
        return "; ".join(parts)


@dataclass(frozen=True)
class PointLine:
    """A point with its number and where it stands in the source."""

    number: int
    point: Point
    has_place: bool
    suggestions: tuple[str, ...] = ()  #: names for an owner that nobody knows

    @property
    def needs_look(self) -> bool:
        return self.point.settled is None and not self.point.informs


@bp.get("/<int:draft_id>")
@guards.roles(*RUNNERS)
def show_draft(draft_id: int) -> ResponseReturnValue:
    draft = card(draft_id)
    if draft.plan_id is not None:
        return redirect(url_for("plans.show_plan", plan_id=draft.plan_id))
    if draft.status is DraftStatus.ACCEPTED:
        return redirect(url_for("intake.choose_units", draft_id=draft_id))
    return page(draft)


def page(
    draft: DraftCard,
    *,
    editing: int | None = None,
    form: RowForm | None = None,
    facts: FactsForm | None = None,
    problem: str = "",
    theirs: Row | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    """The review page; `editing` opens a row, `form` brings back what was typed, `theirs` is what somebody else saved."""
    session = db.session()
    stored = intake.get_draft(session, draft.id, office_id=guards.current_person().office_id)
    review = intake.review_of_draft(stored)
    read = intake.reading_of_draft(stored)
    points = intake.points_of_draft(session, stored, review, read=read)
    calendar = catalogue.work_calendar(session)
    editing = editing if editing is not None else _asked("edit", review)
    splitting = _asked("split", review)
    if editing is not None and form is None:
        form = row_form(review.row(editing))
    if request.args.get("facts") and facts is None:
        facts = facts_form(review.fields, review.fields_rev)
    known = intake.known_owners(session, stored.office_id)
    numbered = [
        PointLine(n, point, point.place is not None, _suggestions(point, review, known))
        for n, point in enumerate(points, start=1)
    ]
    lines = [_line(n, row, numbered, calendar) for n, row in enumerate(review.rows, start=1)]
    refused = intake.refusal_to_accept(review, points)
    document = intake.document_of_draft(session, draft.id)
    rendered = render_template(
        "intake/review.html",
        draft=draft,
        review=review,
        lines=lines,
        open_points=[p for p in numbered if p.needs_look],
        settled_points=[p for p in numbered if p.point.settled is not None],
        notes=[p for p in numbered if p.point.informs and p.point.settled is None],
        to_look_at=sum(not p.informs for p in points),
        left=len(open_points(points)),
        read=read,
        paper=paper(document, _marks(review, read, numbered)),
        remarks=document.remarks,
        fact_marks=_fact_marks(read),
        editing=editing,
        splitting=splitting,
        form=form,
        facts=facts,
        problem=problem,
        theirs=theirs,
        owners=units.unit_names(session, stored.office_id) if editing is not None else [],
        refused=refused.sentence if refused else "",
        twin=_twin(review),
        work_kinds=WORK_KIND,
        split_suggestion=split_suggestion,
    )
    return rendered, status


def split_suggestion(content: str) -> str:
    """Where a row would be cut: at semicolons, else at full stops."""
    parts = re.split(r";\s+", content)
    if len(parts) < 2:
        parts = re.split(r"(?<=[^\W\d_]\.)\s+(?=[^\W\d_])", content)
    return "\n".join(part.strip() for part in parts if part.strip())


def _asked(name: str, review: Review) -> int | None:
    """The row that the address asks for, when it is still there."""
    text = request.args.get(name, "")
    key = int(text) if text.isdigit() and len(text) < 9 else None
    return key if key in {row.key for row in review.rows} else None


def _line(position: int, row: Row, points: Sequence[PointLine], calendar: WorkCalendar) -> RowLine:
    time = row.time
    own = [p for p in points if p.point.row == row.key and p.needs_look]
    aim = aim_day(time.start_on, time.due_on, calendar)
    return RowLine(
        row,
        position,
        _understood(row),
        f"ngày làm việc cuối: {date_weekday_inline(aim).replace(', ngày', ',')}" if aim and aim != time.due_on else "",
        tuple(p.point for p in own),
        own[0].number if own else 0,
    )


def _understood(row: Row) -> str:
    """hạn thứ Bảy, 19/6/2021 · 02/7/2021 – 15/9/2021 · không có hạn …"""
    time = row.time
    if time.start_on and time.due_on:
        return f"{date_short(time.start_on)} – {date_short(time.due_on)}"
    if time.due_on:
        return f"hạn {date_weekday_inline(time.due_on).replace(', ngày', ',')}"
    if time.start_on:
        return f"từ {date_short(time.start_on)}"
    words = {
        TimeKind.CONTINUOUS: "không có hạn, xác nhận hằng tháng",
        TimeKind.RECURRING: "định kỳ, không có hạn cuối",
        TimeKind.UNPARSABLE: "chưa rõ thời gian",
        TimeKind.RELATIVE: "chưa có ngày: tính từ một ngày khác",
        TimeKind.EVENT_RELATIVE: "chưa có ngày: tính từ một sự kiện",
    }
    return words.get(time.kind, "không có hạn")


def _marks(review: Review, read: ParsedPlan, points: Sequence[PointLine]) -> list[Mark]:
    marks = []
    for n, row in enumerate(review.rows, start=1):
        place = row.time_place or row.place
        if place is not None:
            marks.append(Mark(f"m{row.key}", place, str(n), f"#r{row.key}", "run"))
    for line in points:
        place = line.point.place
        if place is not None:
            tone = "soon" if line.needs_look else "run"
            marks.append(Mark(f"q{line.number}", place, f"?{line.number}", f"#n{line.number}", tone))
    for name, (letter, fact_place) in _fact_marks(read).items():
        marks.append(Mark(f"f-{name}-mark", fact_place, letter, f"#f-{name}", "run"))
    return marks


def _fact_marks(read: ParsedPlan) -> dict[str, tuple[str, Place]]:
    """Fact -> the letter of its mark and its place."""
    found = [(name, read.facts.places[name]) for name in FACT_PLACES if name in read.facts.places]
    return {name: (_letter(n), place) for n, (name, place) in enumerate(found)}


def _letter(n: int) -> str:
    return "abcdefghijklmnopqrstuvwxyz"[n]


def _suggestions(point: Point, review: Review, known: Iterable[str]) -> tuple[str, ...]:
    """For an owner that is in no list: the office itself, and the names nearest to it. Never taken silently."""
    if point.kind != "owner_unknown" or point.row is None or point.settled is not None:
        return ()
    names = {search_key(name): name for name in known}
    row = review.row(point.row)
    near = []
    for owner in row.lead.split(";"):
        near += [names[key] for key in difflib.get_close_matches(search_key(owner), names, n=2, cutoff=0.6)]
    return tuple(dict.fromkeys([guards.current_person().office_name, *near]))


def _twin(review: Review) -> drafts.Twin | None:
    plan = intake.same_signed_plan(db.session(), guards.current_person().office_id, review.fields)
    return drafts.Twin(plan.id, plan.short_name) if plan else None
