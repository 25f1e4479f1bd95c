"""/healthz: what a monitor asks. 200 when all is well, 503 with the reasons when not; counts only, no names.

/health is the same for people who run plans, with the timetable line by line.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from tracker import clock, workers
from tracker.db import db, is_held_by_another
from tracker.rules.access import RUNNERS
from tracker.rules.states import Role
from tracker.services import timekeeping, users
from tracker.services.timekeeping import Health
from tracker.web.guards import current_person, public, roles
from tracker.web.readiness import folder_problem
from tracker.wording import capitalised, moment

bp = Blueprint("health", __name__)
log = logging.getLogger(__name__)

#: No act of a page writes for so long.
HELD_SECONDS = 2


@bp.get("/healthz")
@public
def health() -> ResponseReturnValue:
    """The timetable's last sign of life, the oldest letter waiting, and what failed."""
    try:
        found = found_at(clock.now())
    except SQLAlchemyError:
        log.exception("the database does not answer")
        return {"status": "down", "problems": ["Cơ sở dữ liệu không trả lời.", *_folder()]}, 503
    answer = {
        "status": "attention" if found.problems else "ok",
        "problems": list(found.problems),
        "last_tick": _moment(found.seen_at),
        "oldest_waiting_letter": _moment(found.oldest_waiting),
        "letters": {"waiting": found.waiting, "failed": found.failed, "bounced": found.bounced},
        "contacts_not_reached": found.unreached,
        "timetable": {line.name: _moment(line.seen_at) for line in found.lines},
        "jobs": {run.name: {"day": run.day.isoformat(), "ended_at": _moment(run.ended_at)} for run in found.jobs},
    }
    return answer, 503 if found.problems else 200


@bp.get("/health")
@roles(*RUNNERS)
def show_health() -> ResponseReturnValue:
    """The timetable, the outbox and what is wrong, for people."""
    now, person = clock.now(), current_person()
    return render_template(
        "health.html",
        found=found_at(now),
        administrator=users.administrator_name(db.session(), person.office_id),
        now=now,
        reads_bounces=bool(current_app.config["MAIL_IMAP_SERVER"]),
        sends=bool(current_app.config["MAIL_SERVER"]),
        capitalised=capitalised,
        is_admin=person.role is Role.ADMIN,
    )


def found_at(now: datetime) -> Health:
    """What the database tells, whether this machine can write, and how its web processes ended."""
    found = timekeeping.health(db.session(), now=now, lease_lasts=timedelta(seconds=current_app.config["LEASE_SECONDS"]))
    return replace(found, problems=(*_folder(), *_database(), *_workers(now), *found.problems))


def _folder() -> list[str]:
    problem = folder_problem()
    return [problem] if problem else []


def _database() -> list[str]:
    if not is_held_by_another(seconds=HELD_SECONDS):
        return []
    return [
        f"Một chương trình giữ quyền ghi cơ sở dữ liệu quá {HELD_SECONDS} giây nên chưa ai ghi được gì; "
        "còn mãi thì tắt chương trình khác đang mở tệp cơ sở dữ liệu."
    ]


def _workers(now: datetime) -> list[str]:
    memory, killed = workers.bad_ends(Path(current_app.instance_path), now=now)
    said = []
    if memory:
        said.append(
            f"Một tiến trình web hết bộ nhớ lúc {moment(memory)} và đã được thay; thêm bộ nhớ cho máy, "
            "hoặc giảm UPLOAD_LIMIT_MEGABYTES, WEB_THREADS."
        )
    if killed:
        said.append(
            f"Một tiến trình web bị dừng đột ngột, phát hiện lúc {moment(killed)}, và đã được thay; thường do máy hết bộ nhớ: "
            "xem nhật ký hệ thống."
        )
    return said


def _moment(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat(timespec="seconds")
