"""Mẫu phiếu of an office: those that come with the project and its own; which of them the ballots of a group use.

The project's questionnaires are files that the edge reads and hands in as `seeds`. One in use is never edited, only followed by
a new version; a plan's method names code and version, so that what is taken in later changes no plan.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.errors import NotFound, Refused
from tracker.models import Plan, QuestionnaireRow
from tracker.rules.access import Actor, Coordinator, refusal_to_run
from tracker.rules.method import default_method, method_of_table
from tracker.rules.questionnaires import Questionnaire, read_questionnaire
from tracker.services import journal
from tracker.wording import refusal

#: "commune@1" -> what was asked, in the order of codes and versions.
Shelf = Mapping[str, Questionnaire]


@dataclass(frozen=True)
class Listed:
    """One line of the list; `row` is None for those of the project."""

    key: str
    questionnaire: Questionnaire
    row: QuestionnaireRow | None
    plans: int  #: that use it

    @property
    def verified(self) -> bool:
        """Whether somebody named the document that prescribes it."""
        return self.row is not None and bool(self.row.basis)


def key_of(questionnaire: Questionnaire) -> str:
    return f"{questionnaire.code}@{questionnaire.version}"


def shelf(session: Session, office_id: int, seeds: Sequence[Questionnaire]) -> dict[str, Questionnaire]:
    """Every questionnaire that the office may use. One query."""
    rows = session.scalars(select(QuestionnaireRow.source).where(QuestionnaireRow.office_id == office_id))
    own = [_read(source) for source in rows]
    return {key_of(q): q for q in sorted([*seeds, *own], key=lambda q: (q.code, q.version))}


def latest(found: Shelf, code: str) -> Questionnaire | None:
    return max((q for q in found.values() if q.code == code), key=lambda q: q.version, default=None)


def of_group(plan: Plan, group_name: str, found: Shelf) -> Questionnaire:
    """The questionnaire that the ballots of a group use, by the plan's method. Raises NotFound for one that is not there."""
    method = method_of_table(plan.method) if plan.method else default_method(group_names=[group_name])
    key = method.of_group(group_name).questionnaire
    if key not in found:
        raise NotFound(f"questionnaire {key}")
    return found[key]


def list_questionnaires(session: Session, office_id: int, seeds: Sequence[Questionnaire]) -> list[Listed]:
    """The whole shelf, the office's own first, newest first. Two queries."""
    rows = session.scalars(
        select(QuestionnaireRow).where(QuestionnaireRow.office_id == office_id).order_by(QuestionnaireRow.id.desc())
    ).all()
    used = _plans_by_key(session, office_id)
    own = [(_read(row.source), row) for row in rows]
    found: Iterable[tuple[Questionnaire, QuestionnaireRow | None]] = [*own, *((seed, None) for seed in seeds)]
    return [Listed(key_of(q), q, row, used[key_of(q)]) for q, row in found]


def get_listed(session: Session, office_id: int, key: str, seeds: Sequence[Questionnaire]) -> Listed:
    """Raises NotFound, also for a questionnaire of another office."""
    for listed in list_questionnaires(session, office_id, seeds):
        if listed.key == key:
            return listed
    raise NotFound(f"questionnaire {key}")


def take_in(
    session: Session, office_id: int, source: str, *, basis: str, seeds: Sequence[Questionnaire], by: Actor, now: datetime
) -> QuestionnaireRow:
    """Keep a questionnaire file: a new code, or the version after the newest of its code. The same file twice is kept once.

    Raises UnreadableQuestionnaire with every mistake in it, Refused for a version that is there or out of line.
    """
    refused = refusal_to_run(by, "thêm mẫu phiếu", office_id=office_id, coordinator=Coordinator("điều phối viên", "–"))
    if refused:
        raise Refused(*refused)
    found = read_questionnaire(source)
    same = session.scalar(
        select(QuestionnaireRow).where(
            QuestionnaireRow.office_id == office_id,
            QuestionnaireRow.code == found.code,
            QuestionnaireRow.version == found.version,
        )
    )
    if same is not None and same.source == source:
        return same
    there = shelf(session, office_id, seeds)
    newest = latest(there, found.code)
    if key_of(found) in there and newest is not None:
        raise refusal("questionnaire_version_known", name=key_of(found), next=newest.version + 1)
    if newest is not None and found.version != newest.version + 1:
        raise refusal(
            "questionnaire_version_back",
            version=found.version,
            latest=newest.version,
            code=found.code,
            next=newest.version + 1,
        )
    row = QuestionnaireRow(
        office_id=office_id,
        code=found.code,
        version=found.version,
        source=source,
        basis=basis.strip(),
        by_name=by.name,
        by_key=by.key,
        at=now,
    )
    session.add(row)
    session.flush()
    what = f"mẫu phiếu {key_of(found)} ({found.title})"
    journal.record(
        session, journal.Line("thêm", what, why=basis.strip(), details={"questions": len(found.questions)}), by=by, now=now
    )
    return row


def _plans_by_key(session: Session, office_id: int) -> Counter[str]:
    methods = session.scalars(select(Plan.method).where(Plan.office_id == office_id))
    return Counter(key for method in methods for key in method_of_table(method).questionnaires)


@lru_cache(maxsize=64)
def _read(source: str) -> Questionnaire:
    return read_questionnaire(source)
