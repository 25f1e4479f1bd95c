"""Running one job: is it due, do it, keep what came of it."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime, timedelta

from flask import Flask, current_app

from jobs.timetable import TIMETABLE, Entry, hour_has_come
from tracker import clock, logs
from tracker.db import db, transaction
from tracker.services import timekeeping

log = logging.getLogger("tracker.jobs")

NOTED_EVERY = timedelta(seconds=55)
_NEVER = datetime.min.replace(tzinfo=UTC)
#: When each line last said that it was come by.
_NOTED: dict[str, datetime] = {}


def look(app: Flask, line: Entry) -> None:
    """What the scheduler calls: run the job if it is due. A failure is kept and logged, and never ends the timetable."""
    with app.app_context(), logs.about(job=line.name, run=logs.new_id()):
        now = clock.now()
        try:
            if is_due(line, now):
                run(line, now.date(), now)
            _note_look(line)
        except Exception:
            log.exception("job %s failed", line.name)
        finally:
            db.session.remove()


def is_due(line: Entry, now: datetime) -> bool:
    """A job of every look always is; one of once a day when its hour has come and today's run has not ended well."""
    if not hour_has_come(line, now, current_app.config["REMINDERS_AT"]):
        return False
    if line.once_a_day_from is None:
        return True
    with transaction() as session:
        if line.after and not timekeeping.was_tried(session, line.after, now.date()):
            return False
        return not timekeeping.has_run(session, line.name, now.date())


def run(line: Entry, day: date, now: datetime, *, recorded: bool = True) -> str | None:
    """Run a job for `day` and record it: what it did, or the error, which is raised again."""
    started_at = clock.now()
    try:
        outcome = line.run(day, now)
    except Exception as error:
        db.session.rollback()
        if recorded:
            _record(line, day, started_at, None, f"{type(error).__name__}: {error}"[:500])
        raise
    if recorded and (outcome is not None or line.once_a_day_from is not None):
        did = outcome or "không có gì phải làm"
        _record(line, day, started_at, clock.now(), did)
        log.info("%s: %s", line.name, did)
    return outcome


def _note_look(line: Entry) -> None:
    """The line was come by and did not fail. Lines of every half minute say so once a minute."""
    now = clock.now()
    if abs(now - _NOTED.get(line.name, _NEVER)) < NOTED_EVERY:
        return
    position = next((n for n, known in enumerate(TIMETABLE) if known.name == line.name), 0)
    with transaction() as session:
        timekeeping.note_look(session, line.name, at=now, every=line.every, why=line.why, position=position)
        if line.once_a_day_from is None:
            timekeeping.end_failure(session, line.name, at=now)
    _NOTED[line.name] = now


def _record(line: Entry, day: date, started_at: datetime, ended_at: datetime | None, outcome: str) -> None:
    with transaction() as session:
        timekeeping.record_run(session, line.name, day, started_at=started_at, ended_at=ended_at, outcome=outcome)
