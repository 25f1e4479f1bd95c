"""/healthz: what a monitor asks. 200 when all is well, 503 with the reasons when not; counts only, no names."""

from __future__ import annotations

import logging
from datetime import datetime

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from tracker import clock
from tracker.db import db
from tracker.services import timekeeping
from tracker.web.guards import public

bp = Blueprint("health", __name__)
log = logging.getLogger(__name__)


@bp.get("/healthz")
@public
def health() -> ResponseReturnValue:
    """The timetable's last sign of life, the oldest letter waiting, and what failed."""
    try:
        found = timekeeping.health(db.session(), now=clock.now())
    except SQLAlchemyError:
        log.exception("the database does not answer")
        return {"status": "down", "problems": ["Cơ sở dữ liệu không trả lời."]}, 503
    answer = {
        "status": "attention" if found.problems else "ok",
        "problems": list(found.problems),
        "last_tick": _moment(found.seen_at),
        "oldest_waiting_letter": _moment(found.oldest_waiting),
        "letters": {"waiting": found.waiting, "failed": found.failed, "bounced": found.bounced},
        "jobs": {run.name: {"day": run.day.isoformat(), "ended_at": _moment(run.ended_at)} for run in found.jobs},
    }
    return answer, 503 if found.problems else 200


def _moment(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat(timespec="seconds")
