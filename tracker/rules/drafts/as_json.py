"""A read plan in the form of `read-plan --json`: the keys of the expected readings."""

from __future__ import annotations

import re
from typing import Any

from tracker.rules.parsed import ParsedPlan, ParsedStage, TimePhrase
from tracker.rules.states import Scope
from tracker.wording import sentence


def to_expected_json(plan: ParsedPlan) -> dict[str, Any]:
    """The whole reading as plain values: dates as ISO text, numbers of rows as numbers where they are numbers, `warnings` as
    the sentences of the doubts. Keys that only some plans have (parent, sample_tiers, …) stand where there is something."""
    facts, timeline = plan.facts, plan.timeline
    out: dict[str, Any] = {
        "number": facts.number,
        "issued_on": facts.issued_on.isoformat() if facts.issued_on else None,
        "place": facts.place,
        "year": facts.year,
        "groups": [
            _present(name=g.name, units=g.units, services=g.services, ballots_each=g.ballots_each, ballots=g.ballots)
            for g in facts.groups
        ],
        "units": facts.units,
        "ballots": facts.ballots,
        "recheck_percent": facts.recheck_percent,
        "form": timeline.form,
    }
    parent = next((str(ref) for ref in facts.references if ref.role == "parent"), None)
    if parent:
        out["parent"] = parent
    if facts.sample_tiers:
        out["sample_tiers"] = [{"min": t.min, "max": t.max, "ballots": t.ballots} for t in facts.sample_tiers]
    if facts.milestones:
        out["milestones"] = [{"time": m.wording, "due": _day(m.due_on), "content": m.content} for m in facts.milestones]
    if facts.observers:
        out["observers"] = list(facts.observers)
    if facts.survey_window is not None:
        window: TimePhrase = facts.survey_window
        out["survey_window"] = {"time": window.wording, "start": _day(window.start_on), "due": _day(window.due_on)}
    if timeline.duties:
        out["duties"] = _duties(timeline.duties)
    out["warnings"] = [doubt.sentence for doubt in plan.doubts]
    if not timeline.stages and not timeline.duties:
        out["warnings"].append(sentence("document_no_plan"))
    out["stages"] = [_stage(stage) for stage in timeline.stages]
    return out


def _stage(stage: ParsedStage) -> dict[str, Any]:
    return {
        "no": _number(stage.no),
        "content": stage.content,
        "lead": _with_tail(stage.lead),
        "coordinating": _with_tail(stage.coordinating),
        "time": stage.time.wording,
        "kind": stage.time.kind.value,
        "start": _day(stage.time.start_on),
        "due": _day(stage.time.due_on),
        "scope": stage.scope.value,
    }


def _duties(duties: tuple[ParsedStage, ...]) -> list[dict[str, Any]]:
    """How many duties stand under each office's heading, in order; the heading's words are kept whole."""
    out: list[dict[str, Any]] = []
    for duty in duties:
        lead = duty.section or ", ".join(duty.lead)
        if out and out[-1]["lead"] == lead:
            out[-1]["count"] += 1
            continue
        entry: dict[str, Any] = {"lead": lead, "count": 1}
        if duty.scope is Scope.EACH_UNIT:
            entry["scope"] = duty.scope.value
        out.append(entry)
    return out


def _number(no: str) -> int | str | None:
    """A row's number: a number where it is one ("01" is 1, "Bước 2" is 2), else as signed; None where the row has none."""
    match = re.fullmatch(r"(?:\D*\s)?0*(\d{1,4})", no.strip())
    return int(match[1]) if match else no or None


def _day(day: object) -> str | None:
    return day.isoformat() if day is not None and hasattr(day, "isoformat") else None


def _present(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _with_tail(names: tuple[str, ...]) -> list[str]:
    """A tail that names nobody ("các cơ quan, đơn vị có liên quan") stays with the office before it, as the plan words it."""
    out: list[str] = []
    for name in names:
        if out and name[:1].islower():
            out[-1] = f"{out[-1]}, {name}"
        else:
            out.append(name)
    return out
