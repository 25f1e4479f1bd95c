"""/metrics for Prometheus (text form 0.0.4): what /healthz says in numbers, and how requests are answered.

Closed unless METRICS_TOKEN is set, and then open to whoever sends it. Numbers only: no names, no addresses.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from flask import Blueprint, Response, abort, current_app, request
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.db import db
from tracker.request_times import BUCKETS, RequestTimes, Times
from tracker.rules.states import LetterStatus
from tracker.services import timekeeping
from tracker.services.timekeeping import Health
from tracker.web.guards import public
from tracker.web.health import found_at

bp = Blueprint("metrics", __name__)

Sample = tuple[Mapping[str, str], float]


@bp.get("/metrics")
@public
def metrics() -> ResponseReturnValue:
    token: str = current_app.config["METRICS_TOKEN"]
    given = request.headers.get("Authorization", "")
    if not token or not secrets.compare_digest(given.encode(), f"Bearer {token}".encode()):
        abort(404)  # as if there were none
    now = clock.now()
    found = found_at(now)
    today = timekeeping.letters_of_day(db.session(), now.date())
    times: RequestTimes = current_app.extensions["request_times"]
    lines = [*_of_health(found, now), *_of_letters(today), *_of_requests(times.read())]
    return Response("".join(f"{line}\n" for line in lines), content_type="text/plain; version=0.0.4; charset=utf-8")


def _of_health(found: Health, now: datetime) -> Iterator[str]:
    waiting = (now - found.oldest_waiting).total_seconds() if found.oldest_waiting else 0
    yield from _gauge("khaosat_problems", "Sentences that /healthz says now", [({}, len(found.problems))])
    yield from _gauge("khaosat_timetable_tick_timestamp_seconds", "The timetable's last sign of life", _moment(found.seen_at))
    states = {"waiting": found.waiting, "failed": found.failed, "bounced": found.bounced}
    yield from _gauge(
        "khaosat_letters",
        "Letters that wait (failed ones too), failed once, came back",
        [({"state": s}, n) for s, n in states.items()],
    )
    yield from _gauge("khaosat_oldest_letter_seconds", "How long the oldest letter that may go has waited", [({}, waiting)])
    yield from _gauge("khaosat_contacts_not_reached", "Contacts whose letters come back", [({}, found.unreached)])
    yield from _gauge(
        "khaosat_job_look_timestamp_seconds",
        "When the timetable last came by each line",
        [({"job": line.name}, line.seen_at.timestamp()) for line in found.lines],
    )
    yield from _gauge(
        "khaosat_job_ok",
        "1 when the last run of the job that did something went well",
        [({"job": run.name}, 1 if run.ended_at else 0) for run in found.jobs],
    )
    yield from _gauge(
        "khaosat_job_seconds",
        "How long that run took",
        [({"job": run.name}, (run.ended_at - run.started_at).total_seconds()) for run in found.jobs if run.ended_at],
    )


def _of_letters(today: Mapping[LetterStatus, int]) -> Iterator[str]:
    yield from _gauge(
        "khaosat_letters_of_today",
        "Letters written for today, by their state",
        [({"state": status.value}, today.get(status, 0)) for status in LetterStatus],
    )


def _of_requests(found: Iterable[Times]) -> Iterator[str]:
    name = "khaosat_http_request_duration_seconds"
    yield from _head(name, "Requests answered by the web processes of this machine", "histogram")
    for times in found:
        below = 0
        for end, count in zip((*map(str, BUCKETS), "+Inf"), times.counts, strict=True):
            below += count
            yield _line(f"{name}_bucket", {"code": times.kind, "le": end}, below)
        yield _line(f"{name}_sum", {"code": times.kind}, times.seconds)
        yield _line(f"{name}_count", {"code": times.kind}, times.answers)


def _moment(value: datetime | None) -> list[Sample]:
    return [({}, value.timestamp())] if value else []


def _gauge(name: str, about: str, samples: Iterable[Sample]) -> Iterator[str]:
    yield from _head(name, about, "gauge")
    for labels, value in samples:
        yield _line(name, labels, value)


def _head(name: str, about: str, kind: str) -> Iterator[str]:
    yield f"# HELP {name} {about}"
    yield f"# TYPE {name} {kind}"


def _line(name: str, labels: Mapping[str, str], value: float) -> str:
    said = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
    return f"{name}{{{said}}} {value}" if said else f"{name} {value}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
