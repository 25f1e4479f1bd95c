"""Kết quả: what the ballots say, for the office. Whole, groups, units, criteria, questions; a page for each unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock, method_seeds
from tracker.db import db, reads_only, transaction
from tracker.errors import NotFound, Refused
from tracker.queries import publications, results
from tracker.queries.results import Sources
from tracker.questionnaire_seeds import seed_questionnaires
from tracker.rules.access import RUNNERS
from tracker.rules.results import Block, Collected, unit_sheet
from tracker.rules.states import Role
from tracker.services import publishing, questionnaires
from tracker.services.publishing import EarlierInput
from tracker.web import guards, result_charts
from tracker.web.chasing import plan_of_office
from tracker.web.errors import STATUS_OF_REFUSAL
from tracker.web.filters import Pages
from tracker.web.forms import clean_text
from tracker.web.kept_results import kept_collected, kept_comments, kept_result
from tracker.wording import refusal

bp = Blueprint("results", __name__)
UNITS_A_BLOCK = 100
READERS = (Role.COORDINATOR, Role.ADMIN, Role.LEADER, Role.OBSERVER)


def sources_of(office_id: int) -> Sources:
    """The questionnaires and formulas that this office may use."""
    return Sources(questionnaires.shelf(db.session(), office_id, seed_questionnaires()), method_seeds.formulas())


@bp.get("/plans/<int:plan_id>/results")
@guards.roles(*READERS)
def show(plan_id: int) -> ResponseReturnValue:
    plan = plan_of_office(plan_id)
    kept = kept_result(db.session(), plan_id, sources_of(plan.office_id))
    found, result = kept.found, kept.result
    problem = publishing.drafts_refusal(found, {})
    if not any(unit.entered for unit in found.units):
        return render_template("results/empty.html", plan=plan, found=found, problem=problem)
    chosen = request.args.get("block", "")
    shown = [(n, block) for n, block in enumerate(result.blocks) if not chosen or str(n) == chosen]
    if not shown:
        raise NotFound
    pages = {n: Pages.of(len(block.units), UNITS_A_BLOCK) if chosen else _first(block) for n, block in shown}
    return render_template(
        "results/show.html",
        plan=plan,
        found=found,
        problem=problem,
        r=result,
        shown=shown,
        chosen=chosen,
        pages=pages,
        links=_links(plan_id, found, {row.name for n, block in shown for row in pages[n].cut(block.units)}),
        axes={n: result_charts.axis_of_block(block) for n, block in shown},
        pieces=result_charts.pieces,
        step=result_charts.step,
        may_run=guards.current_person().role in RUNNERS,
    )


@bp.get("/plans/<int:plan_id>/results/units/<int:unit_id>")
@guards.roles(*READERS)
def show_unit(plan_id: int, unit_id: int) -> ResponseReturnValue:
    plan = plan_of_office(plan_id)
    session, sources = db.session(), sources_of(plan.office_id)
    kept = kept_result(session, plan_id, sources)
    own = results.counts_of(session, plan_id, sources.forms, kept.found.survey.formula, unit_id=unit_id)
    sheet = unit_sheet(replace(kept.found, counts=own), kept.result, unit_id)
    if sheet is None:
        raise NotFound
    return render_template("results/unit.html", plan=plan, s=sheet, u=sheet.row, pieces=result_charts.pieces)


@bp.get("/plans/<int:plan_id>/results/comments")
@guards.roles(*READERS)
def comments(plan_id: int) -> ResponseReturnValue:
    """Free words, for the office only: they are never published as they stand."""
    plan = plan_of_office(plan_id)
    total, shown = kept_comments(db.session(), plan_id, sources_of(plan.office_id))
    return render_template("results/comments.html", plan=plan, total=total, comments=shown)


@bp.get("/plans/<int:plan_id>/results/earlier")
@guards.roles(*RUNNERS)
def earlier(plan_id: int) -> ResponseReturnValue:
    return _earlier_page(plan_id)


@bp.post("/plans/<int:plan_id>/results/earlier")
@guards.roles(*RUNNERS)
def keep_earlier(plan_id: int) -> ResponseReturnValue:
    plan_of_office(plan_id)
    try:
        figures = _typed()
        with transaction() as session:
            kept = publishing.keep_earlier(
                session,
                plan_id,
                figures,
                source=str(clean_text(request.form.get("source", "")))[:300],
                by=guards.current_actor(),
                now=clock.now(),
            )
    except Refused as refused:
        reads_only.set(True)
        return _earlier_page(plan_id, problem=refused.sentence, typed=request.form), STATUS_OF_REFUSAL.get(refused.key, 422)
    flash(f"Đã lưu {kept} số liệu kỳ trước.", "ok")
    return redirect(url_for("results.show", plan_id=plan_id))


@bp.post("/plans/<int:plan_id>/results/earlier/from")
@guards.roles(*RUNNERS)
def take_earlier(plan_id: int) -> ResponseReturnValue:
    plan = plan_of_office(plan_id)
    given = request.form.get("publication", "")
    if not given.isdigit() or len(given) > 9:
        raise NotFound
    try:
        with transaction() as session:
            kept = publishing.take_earlier_from(
                session, plan_id, int(given), sources=sources_of(plan.office_id), by=guards.current_actor(), now=clock.now()
            )
    except Refused as refused:
        reads_only.set(True)
        return _earlier_page(plan_id, problem=refused.sentence), STATUS_OF_REFUSAL.get(refused.key, 409)
    flash(f"Đã lấy {kept} số liệu kỳ trước; số không so sánh được có ghi lý do.", "ok")
    return redirect(url_for("results.earlier", plan_id=plan_id))


def _first(block: Block) -> Pages:
    return Pages(1, max(1, -(-len(block.units) // UNITS_A_BLOCK)), len(block.units), UNITS_A_BLOCK)


def _links(plan_id: int, found: Collected, names: set[str]) -> dict[str, str]:
    """name -> page of the units that are shown."""
    return {
        unit.name: url_for("results.show_unit", plan_id=plan_id, unit_id=unit.id) for unit in found.units if unit.name in names
    }


def _subjects(found: Collected) -> list[tuple[str, str, str]]:
    """(box, scope and subject, label) of everything that may have an earlier figure."""
    groups = [name for name in dict.fromkeys(unit.group for unit in found.units) if name]
    return [
        ("plan", "", "Toàn kế hoạch"),
        *(("group", name, f"Khối {name}") for name in groups),
        *(("unit", str(unit.id), unit.name) for unit in found.units),
    ]


def _typed() -> list[EarlierInput]:
    """Boxes are "value|scope|subject", "why|scope|subject"; an empty value is no figure."""
    found = []
    for name, raw in request.form.items():
        kind, _, rest = name.partition("|")
        scope, _, subject = rest.partition("|")
        text = str(clean_text(raw)).rstrip("%").strip()
        if kind != "value" or scope not in ("plan", "group", "unit") or not text:
            continue
        why = str(clean_text(request.form.get(f"why|{rest}", "")))[:300]
        try:
            value = Decimal(text.replace(",", "."))
        except InvalidOperation:
            raise refusal("earlier_value", value=text[:40]) from None
        if not value.is_finite():
            raise refusal("earlier_value", value=text[:40])
        found.append(EarlierInput(scope, subject, value, not why, why))
    return found


def _earlier_page(plan_id: int, *, problem: str = "", typed: Mapping[str, str] | None = None) -> str:
    session = db.session()
    plan = plan_of_office(plan_id)
    found = kept_collected(session, plan_id, sources_of(plan.office_id))
    rows = []
    for scope, subject, label in _subjects(found):
        figure = found.earlier.get((scope, subject))
        key = f"{scope}|{subject}"
        value = str(figure.value).replace(".", ",") if figure else ""
        why = figure.why_not if figure else ""
        rows.append((key, label, (typed or {}).get(f"value|{key}", value), (typed or {}).get(f"why|{key}", why)))
    source = next((figure.source for figure in found.earlier.values()), "")
    return render_template(
        "results/earlier.html",
        plan=plan,
        rows=rows,
        source=(typed or {}).get("source", source),
        problem=problem,
        others=publications.earlier_of_office(session, plan.office_id, before_plan=plan_id),
    )
