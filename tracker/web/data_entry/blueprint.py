"""What the pages of data entry share: the plan, the shelf of questionnaires, answers for the script."""

from __future__ import annotations

from flask import Blueprint, request

from tracker.db import db
from tracker.errors import NotFound
from tracker.queries import entries
from tracker.queries.entries import PlanLine
from tracker.questionnaire_seeds import seed_questionnaires
from tracker.rules.access import ENTERERS
from tracker.rules.questionnaires import Questionnaire
from tracker.services import questionnaires
from tracker.web import guards

bp = Blueprint("entry", __name__)


def plan_of(plan_id: int) -> PlanLine:
    """Raises NotFound for a plan of another office."""
    found = entries.plan_line(db.session(), plan_id, office_id=guards.current_person().office_id)
    if found is None:
        raise NotFound
    return found


def shelf() -> dict[str, Questionnaire]:
    return questionnaires.shelf(db.session(), guards.current_person().office_id, seed_questionnaires())


def may_enter() -> bool:
    return guards.current_person().role in ENTERERS


def wants_json() -> bool:
    """Whether the page's own script asks: it puts the answer in place."""
    return request.accept_mimetypes.best == "application/json"
