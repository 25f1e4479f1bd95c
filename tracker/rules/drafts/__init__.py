"""From the text of a signed plan to what it says: facts, staged work, and every doubt.

The text comes as a DocumentText (lines and tables with places); of it is made a ParsedPlan in which each value knows
its place. Facts and doubts have rooms of their own (facts*.py, doubts*.py). Staged work: timeline.py chooses among
- tables: tables.py (of the file), pasted.py with typed_rows.py, drawn.py, cell_lines.py and streams.py (typed); columns.py,
  fits.py and rows.py say what their columns and rows are;
- labelled lists: lists.py, labels.py;
- running text: prose.py with duties.py and steps.py over outline.py.
"""

from __future__ import annotations

from datetime import date

from tracker.rules.document import DocumentText
from tracker.rules.drafts.as_json import to_expected_json
from tracker.rules.drafts.doubts import find_doubts
from tracker.rules.drafts.facts import outside_timeline, read_facts
from tracker.rules.drafts.timeline import read_timeline
from tracker.rules.parsed import ParsedPlan
from tracker.rules.workdays import WorkCalendar

__all__ = ["parse", "read_timeline", "to_expected_json"]


def parse(
    document: DocumentText,
    *,
    year: int | None = None,
    issued_on: date | None = None,
    strict: bool = True,
    calendar: WorkCalendar | None = None,
) -> ParsedPlan:
    """A document as a plan. `year` and `issued_on` win over what the text says; `strict` reads "trước ngày X" as the day before.

    Facts come first: the timeline's times are read with the year and the signing day that they give. Milestones that turn out
    to be stages are taken out of them again.
    """
    facts = read_facts(document, year=year, issued_on=issued_on, strict=strict)
    timeline = read_timeline(
        document,
        year=year or facts.year,
        issued_on=issued_on or facts.issued_on,
        strict=strict,
        calendar=calendar,
        facts=facts,
    )
    facts = outside_timeline(facts, timeline)
    return ParsedPlan(facts, timeline, find_doubts(facts, timeline, strict=strict, calendar=calendar))
