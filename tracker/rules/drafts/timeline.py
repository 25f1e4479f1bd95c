"""The staged work of a plan, in whatever form it stands: the best table, else a labelled list, else running text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.rules.document import DocumentText, Line
from tracker.rules.drafts.cells import looks_like_time
from tracker.rules.drafts.columns import Role
from tracker.rules.drafts.found import Work
from tracker.rules.drafts.lists import works_from_labels
from tracker.rules.drafts.marked_periods import fold_marked_periods
from tracker.rules.drafts.marks import is_blank, key_of, one_line
from tracker.rules.drafts.outline import body_of, paragraphs
from tracker.rules.drafts.owners import Owners, read_owners
from tracker.rules.drafts.pasted import grids_in
from tracker.rules.drafts.prose import dated_works, undated_duties
from tracker.rules.drafts.rows import works_in
from tracker.rules.drafts.scope import scope_of
from tracker.rules.drafts.tables import Grid, grid_from_table, join_cut_tables
from tracker.rules.drafts.when import Clock
from tracker.rules.drafts.work import kind_of, short_name
from tracker.rules.parsed import Doubt, ParsedStage, Place, PlanFacts, Timeline
from tracker.rules.workdays import WorkCalendar
from tracker.wording import sentence

#: A table that says who and when for each piece of work; one that only says when, or only who.
_WHO_AND_WHEN, _WHEN, _WHO, _NOT = 3, 2, 1, 0
_TIME_ROLES = frozenset({Role.TIME, Role.START, Role.END})


@dataclass(frozen=True)
class _Candidate:
    grid: Grid
    works: list[Work]
    strength: int


def read_timeline(
    document: DocumentText,
    *,
    year: int | None = None,
    issued_on: date | None = None,
    strict: bool = True,
    calendar: WorkCalendar | None = None,
    facts: PlanFacts | None = None,
) -> Timeline:
    """The stages of a plan with owners, times, scope and kind, each with its place; nothing is invented, an unreadable time
    keeps its words and a doubt.

    `year` and `issued_on` stand in for what a time leaves out; `strict` is the plan's reading of "trước ngày"; `facts` tell which
    groups of units are surveyed. Forms: "table", "one cell a line", "list", "prose" (also for undated `duties`), "none".
    """
    clock = Clock(year, issued_on, strict, calendar)
    grids = _grids(document)
    candidates = [_Candidate(grid, works, _strength(grid, works)) for grid in grids for works in [works_in(grid)]]
    best = max((candidate.strength for candidate in candidates), default=_NOT)
    chosen = _without_doubles([c for c in candidates if c.strength == best]) if best > _NOT else []
    if best < _WHO_AND_WHEN:
        rows = sum(len(candidate.works) for candidate in chosen)
        timeline = _from_text(document, grids, clock, facts, at_least=rows, only_lists=best == _WHEN)
        if timeline is not None:
            return timeline
    builder = _Builder(clock, facts)
    for candidate in chosen:
        both = any(_names_both(heading) for heading in candidate.grid.headings)
        for work in candidate.works:
            builder.add(work, time_in_content=not _TIME_ROLES & set(candidate.grid.roles), one_column=both)
    taken = {id(candidate.grid) for candidate in chosen}
    others = tuple((grid.place, grid.first_row) for grid in grids if id(grid) not in taken and grid.first_row)
    form = chosen[0].grid.form if chosen else "none"
    return Timeline(form=form, stages=tuple(builder.stages), other_tables=others, doubts=tuple(builder.doubts))


def _grids(document: DocumentText) -> list[Grid]:
    """Every table of the document, typed or real, in reading order; those that a page cut in two joined."""
    grids: list[Grid] = []
    run: list[Line] = []
    for block in document.blocks:
        if isinstance(block, Line):
            run.append(block)
            continue
        grids.extend(grids_in(run))
        run = []
        grids.append(grid_from_table(block))
    grids.extend(grids_in(run))
    return [fold_marked_periods(grid) for grid in join_cut_tables(grids)]


def _strength(grid: Grid, works: Sequence[Work]) -> int:
    """How surely a table is the timeline."""
    roles = set(grid.roles)
    if Role.CONTENT not in roles or not works or Role.PERSON in roles:
        return _NOT
    timed = sum(1 for work in works if looks_like_time(one_line(work.time)))
    owned = sum(1 for work in works if not is_blank(work.lead))
    has_time = bool(roles & _TIME_ROLES)
    if has_time and (timed >= 0.3 * len(works) if grid.headings else len(works) >= 2 and timed >= 0.6 * len(works)):
        return _WHO_AND_WHEN if owned >= 0.3 * len(works) else _WHEN
    if grid.headings and has_time and Role.LEAD in roles and owned >= 0.5 * len(works):
        return _WHEN
    if grid.headings and Role.LEAD in roles and owned >= 0.5 * len(works) and Role.MONEY not in roles and Role.COUNT not in roles:
        return _WHO
    return _NOT


def _without_doubles(candidates: Iterable[_Candidate]) -> list[_Candidate]:
    """The same table said twice (in the plan and again in its annex) counts once."""
    seen: set[tuple[str, ...]] = set()
    out: list[_Candidate] = []
    for candidate in candidates:
        key = tuple(key_of(f"{work.content} {work.time}") for work in candidate.works)
        if key not in seen:
            seen.add(key)
            out.append(candidate)
    return out


def _from_text(
    document: DocumentText, grids: Sequence[Grid], clock: Clock, facts: PlanFacts | None, *, at_least: int, only_lists: bool
) -> Timeline | None:
    """The timeline of a plan whose tables do not say who and when; None when the text tells less than they do.

    `only_lists`: a table gives times, and only a longer list with owners and times stands above it.
    """
    taken = {place for grid in grids for place in range(grid.place.block, grid.last_block + 1)}
    found = paragraphs(document, without=taken)
    body = body_of(found)
    builder = _Builder(clock, facts)
    others = tuple((grid.place, grid.first_row) for grid in grids if grid.first_row)
    listed = works_from_labels(body)
    if only_lists and sum(1 for work in listed if work.lead and work.time) <= at_least:
        return None
    if listed and len(listed) >= at_least:
        for work in listed:
            builder.add(work, time_in_content=True)
        return Timeline(form="list", stages=tuple(builder.stages), other_tables=others, doubts=tuple(builder.doubts))
    works, form = dated_works(body, clock)
    if works and len(works) >= at_least:
        for work in works:
            builder.add(work)
        return Timeline(form=form, stages=tuple(builder.stages), other_tables=others, doubts=tuple(builder.doubts))
    if at_least:
        return None
    for work in undated_duties(body, clock):
        builder.add(work)
    if builder.stages:
        return Timeline(form="prose", duties=tuple(builder.stages), other_tables=others, doubts=tuple(builder.doubts))
    return Timeline(other_tables=others)


def _names_both(heading: str) -> bool:
    key = key_of(heading)
    return "chu tri" in key and "phoi hop" in key


class _Builder:
    """Works to stages, numbered in reading order."""

    def __init__(self, clock: Clock, facts: PlanFacts | None) -> None:
        self.clock = clock
        self.facts = facts
        self.stages: list[ParsedStage] = []
        self.doubts: list[Doubt] = []

    def add(self, work: Work, *, time_in_content: bool = False, one_column: bool = False) -> None:
        position = len(self.stages) + 1
        owners = self._owners(work, one_column=one_column)
        wording, time_place = work.time, work.time_place
        if not wording and time_in_content:
            wording = self.clock.due_words(work.content)
            time_place = Place(work.place.block, work.place.row, work.place.column, wording) if work.place and wording else None
        kind = kind_of(work.content)
        self.stages.append(
            ParsedStage(
                position=position,
                no=work.no,
                content=work.content.strip(),
                lead=owners.lead,
                coordinating=owners.coordinating,
                time=self.clock.read(wording, prefix=work.time_prefix, year=work.year),
                scope=scope_of(owners.lead, work.content, kind, self.facts),
                work_kind=kind,
                short_name=short_name(work.content),
                section=work.section,
                extra=work.extra,
                place=work.place,
                time_place=time_place,
                lead_place=work.lead_place,
            )
        )
        if work.lead_supposed and owners.lead:
            text = sentence("owner_missing", no=work.no or position)
            self.doubts.append(Doubt("owner_missing", text, work.lead_place or work.place, position))

    def _owners(self, work: Work, *, one_column: bool) -> Owners:
        if work.leads_known is not None:
            return Owners(work.leads_known, work.helpers_known or ())
        lead = read_owners(work.lead)
        if one_column and not lead.coordinating and len(lead.lead) > 1:
            # "Chủ trì, phối hợp" in one column: the office that leads is named first.
            lead = Owners(lead.lead[:1], lead.lead[1:])
        return lead | read_owners(work.helping, coordinating=True)
