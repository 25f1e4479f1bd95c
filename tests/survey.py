"""Ballots as a survey brings them: registered, collected, keyed. Values are worked out from numbers, never by chance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from hashlib import sha256

from sqlalchemy import insert
from sqlalchemy.orm import Session

from tests.builders import START, Cast, UnitRef
from tracker.method_seeds import formulas
from tracker.models import Ballot, Entry, LedgerLine, Plan, PlanUnit
from tracker.queries.results import Sources
from tracker.questionnaire_seeds import seed_questionnaires
from tracker.rules.questionnaires import Questionnaire
from tracker.rules.states import BallotStatus, DiscardReason
from tracker.services.publishing import Makers, NewFile
from tracker.services.questionnaires import key_of

FORMS = {key_of(form): form for form in seed_questionnaires()}
SOURCES = Sources(FORMS, formulas())
COMMUNE = "commune@1"
#: Of a hundred answers so many on each level.
_LEVELS = "1" * 1 + "2" * 4 + "3" * 9 + "4" * 51 + "5" * 35


def answers(form: Questionnaire, unit: int, ballot: int) -> dict[str, str]:
    """What ballot `ballot` of unit number `unit` says: mostly 4 and 5, some blank, facts in turn; the same every time."""
    found = {}
    for question in form.questions:
        at = sha256(f"{unit}|{ballot}|{question.code}".encode()).digest()
        if question.has_levels:
            found[question.code] = "blank" if at[1] % 40 == 0 else _LEVELS[at[0] * 100 // (256 - 3 * unit % 40) % 100]
        elif question.type == "text":
            found[question.code] = f"Ý kiến {ballot}" if ballot % 20 == 0 else ""
        else:
            values = [value for value in question.options if value not in question.discards]
            found[question.code] = values[min(at[0] % 7, at[2] % len(values), len(values) - 1)]
    return found


def collect(
    session: Session,
    plan: Plan,
    units: Mapping[int, int],
    *,
    code: str = COMMUNE,
    entered: bool = True,
    discarded: int = 0,
    says: Callable[[Questionnaire, int, int], dict[str, str]] = answers,
) -> None:
    """`units`: unit id -> valid ballots. `discarded` further ballots a unit do not count."""
    form = FORMS[code]
    for place, (unit_id, valid) in enumerate(units.items()):
        session.add(
            LedgerLine(
                plan_id=plan.id, unit_id=unit_id, day=date(2021, 7, 10), handed_out=valid + discarded + 1,
                collected=valid + discarded, valid=valid, discarded=discarded,
                reasons={str(DiscardReason.ANSWERED_BY_OFFICIAL): discarded} if discarded else {},
                once=f"line-{unit_id}-{code}", by_name="Hà", by_key="user-1", at=START,
            )
        )  # fmt: skip
        ballots = [
            Ballot(
                plan_id=plan.id, unit_id=unit_id, number=f"{number:04d}", registered_at=START,
                status=BallotStatus.VALID if number <= valid else BallotStatus.DISCARDED,
                discard_reason=None if number <= valid else DiscardReason.ANSWERED_BY_OFFICIAL,
            )
            for number in range(1, valid + discarded + 1)
        ]  # fmt: skip
        session.add_all(ballots)
        session.flush()
        common = {
            "plan_id": plan.id, "unit_id": unit_id, "turn": 1, "questionnaire": code, "by_name": "Nhập", "by_key": "user-9",
            "at": START,
        }  # fmt: skip
        rows = [
            common | {"ballot_id": b.id, "answers": says(form, place, n), "once": f"{plan.id}-{unit_id}-{code}-{n}"}
            for n, b in enumerate(ballots, 1)
        ]
        if entered and rows:
            session.execute(insert(Entry), rows)
    session.flush()


def quotas(session: Session, plan: Plan, each: Mapping[int, int]) -> None:
    for unit_id, quota in each.items():
        session.get_one(PlanUnit, (plan.id, unit_id)).ballots_each = quota
    session.flush()


def all_units(people: Cast, valid: int = 40) -> dict[int, int]:
    return {unit.id: valid for unit in people.units}


def only(unit: UnitRef, valid: int) -> dict[int, int]:
    return {unit.id: valid}


def table(columns, rows) -> bytes:  # type: ignore[no-untyped-def]
    return "\n".join(",".join(row) for row in (columns, *rows)).encode()


#: Files that are enough for services.
MAKERS = Makers(
    table=table,
    page=lambda frozen: NewFile(
        "page.html",
        "text/html; charset=utf-8",
        f"bản {frozen.line.version_no}, thay bằng {frozen.replaced_by.version_no if frozen.replaced_by else None}".encode(),
    ),
    documents=lambda frozen: [NewFile("bao-cao.docx", "application/x", frozen.line.number.encode())],
)
