"""The facts round a timeline: what document this is, whom it surveys, how many ballots, what else it says with a date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from tracker.rules.document import DocumentText
from tracker.rules.drafts.doubts_facts import fact_doubts
from tracker.rules.drafts.facts_header import Head, read_head
from tracker.rules.drafts.facts_milestones import outside_timeline, read_milestones
from tracker.rules.drafts.facts_observers import read_observers
from tracker.rules.drafts.facts_passages import Passage, paragraphs, pieces
from tracker.rules.drafts.facts_samples import read_samples
from tracker.rules.drafts.groups import Quotas, read_quotas
from tracker.rules.drafts.groups_tables import read_quota_table
from tracker.rules.drafts.recipients import read_foot
from tracker.rules.drafts.references import read_references
from tracker.rules.parsed import ParsedGroup, Place, PlanFacts
from tracker.wording import search_key

__all__ = ["outside_timeline", "read_facts"]

_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
#: "Thực hiện Chỉ thị số 37-CT/TW ngày 03/9/2019": years of the document that a title names.
_OF_ANOTHER_DOCUMENT = re.compile(
    r"\bngày\s+\d{1,2}(?:\s*[/.-]\s*\d{1,2}\s*[/.-]\s*|\s+tháng\s+\d{1,2}\s+năm\s+)\d{4}|"
    r"\d+/\d{4}/",
    re.I,
)
_SURVEY = ("khao sat", "do luong", "hai long", "dieu tra", "lay y kien")


def read_facts(
    document: DocumentText, *, year: int | None = None, issued_on: date | None = None, strict: bool = True
) -> PlanFacts:
    """The facts of a signed plan, each with its place (`PlanFacts.places`), and the doubts about them.

    `year` and `issued_on` are what a person says; they win over the text. `strict` is the plan's reading of "trước ngày".
    What is not written stays None. Milestones may still be rows of the timeline: `outside_timeline` parts them.
    """
    parts, passages = pieces(document), paragraphs(document)
    head = read_head(parts, passages)
    about_survey = any(words in search_key(head.title) for words in _SURVEY)
    references = read_references(passages, own_number=head.number, own_issuer=head.issuer, about_survey=about_survey)
    samples = read_samples(parts, passages)
    quotas = read_quotas(passages, read_quota_table(document))
    observers, observers_place = read_observers(passages)
    foot = read_foot(parts)
    issued = issued_on or head.issued_on
    plan_year = year or _plan_year(head, issued, passages)
    units, units_place = _units(quotas, head)
    milestones, window = read_milestones(passages, year=plan_year, issued_on=issued, strict=strict)
    places = {
        "title": head.title_place,
        "number": head.number_place,
        "issued_on": head.date_place,
        "place": head.date_place if head.place else None,
        "issuer": head.issuer_place,
        "signatory": foot.signatory_place,
        "recipients": foot.recipients_place,
        "observers": observers_place,
        "recheck_percent": samples.recheck_place,
        "sample_tiers": samples.tiers_place,
        "sample_formula": samples.formula_place,
        "units": units_place,
        "survey_window": window[1] if window else None,
        "ballots": quotas.ballots_stated.place if quotas.ballots_stated else _first_place(quotas.groups),
    }
    return PlanFacts(
        title=head.title,
        number=head.number,
        issued_on=issued,
        place=head.place,
        issuer=head.issuer,
        signatory=foot.signatory,
        signatory_position=foot.position,
        year=plan_year,
        groups=quotas.groups,
        units=units,
        ballots=quotas.ballots,
        recheck_percent=samples.recheck_percent,
        sample_tiers=samples.tiers,
        sample_formula=samples.formula,
        milestones=milestones,
        references=references,
        recipients=foot.recipients,
        observers=observers,
        survey_window=window[0] if window else None,
        places={name: place for name, place in places.items() if place is not None},
        doubts=fact_doubts(head, quotas, samples, references, parts, issued_on=issued, year=plan_year),
    )


def _first_place(groups: Sequence[ParsedGroup]) -> Place | None:
    return groups[0].place if groups else None


def _plan_year(head: Head, issued_on: date | None, passages: Sequence[Passage]) -> int | None:
    """The year the plan is for: the title's own, else that of the signing, else the one most of its dates name.

    The title comes first: a survey of 2014 may be run, and signed, in 2015.
    """
    title = _OF_ANOTHER_DOCUMENT.sub(" ", head.title)
    named = re.findall(r"\bnăm\s+(20\d\d)(?!\s*[-–]\s*20\d\d)(?!\d)", title, re.IGNORECASE)
    if named:
        return int(named[-1])
    in_title = [int(found) for found in _YEAR.findall(title)]
    signed = issued_on.year if issued_on else head.year_of_date
    if in_title and (signed is None or len(in_title) == 1):
        return in_title[-1] if len(in_title) == 1 else in_title[0]
    if signed is not None:
        return signed
    in_number = re.search(r"/(20\d\d)/", head.number or "")
    if in_number:
        return int(in_number[1])
    counts: dict[int, int] = {}
    for passage in passages:
        if re.match(r"^\W*(?:căn cứ|thực hiện|xét)\b", passage.text, re.IGNORECASE):
            continue
        for found in re.findall(r"(?:/|năm\s+)(20\d\d)(?!\d)", passage.text):
            counts[int(found)] = counts.get(int(found), 0) + 1
    return max(counts, key=lambda found: (counts[found], found)) if counts else None


#: "đối với sự phục vụ của UBND xã Quảng Thành": one office, named, and no other beside it.
_ONE_OFFICE = re.compile(
    r"(?:sự phục vụ|sự hài lòng|hài lòng|chất lượng (?:phục vụ|dịch vụ))\b.{0,80}?\b(?:của|tại)\s+(?:UBND|"
    r"[ủu][yỷỳ] ban nhân dân|bộ phận [^,]{3,60}?|trung tâm|bệnh viện|trạm y tế|sở|phòng|trường|"
    r"chi cục|cục)\b(?P<name>(?:(?!\bnăm\b|\bgiai đoạn\b|\btrên địa bàn\b).){0,80})",
    re.IGNORECASE,
)


def _units(quotas: Quotas, head: Head) -> tuple[int | None, Place | None]:
    """How many units are surveyed: stated or summed; one where the title names the single office it is about."""
    if quotas.units is not None:
        return quotas.units, quotas.units_stated.place if quotas.units_stated else _first_place(quotas.groups)
    matches = list(_ONE_OFFICE.finditer(head.title))
    if matches and not quotas.groups:
        name = matches[-1]["name"].strip()
        if name and not re.search(r"\bcác\b|[,;]|\bvà\b.*\b(?:UBND|xã|phường|huyện)\b|trực thuộc|thuộc", name, re.IGNORECASE):
            return 1, head.title_place
    return None, None
