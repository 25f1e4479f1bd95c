"""Each request has an id, which its lines in the log and its answer carry; its time is counted where METRICS_TOKEN is set."""

from __future__ import annotations

import logging
import re
import time
from pathlib import Path

from flask import Flask, Response, g, request

from tracker import logs
from tracker.request_times import RequestTimes

log = logging.getLogger("tracker.requests")

HEADER = "X-Request-ID"
_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


def register(app: Flask) -> None:
    """To be called first: what runs before a page is timed too."""
    times = RequestTimes(Path(app.instance_path) / "metrics") if app.config["METRICS_TOKEN"] else None
    app.extensions["request_times"] = times
    writes_lines = app.config["LOG_FORMAT"] == "json"  # one who writes text has those of the proxy
    behind_proxy = app.config["TRUSTED_PROXIES"] > 0

    @app.before_request
    def _begin() -> None:
        given = request.headers.get(HEADER, "") if behind_proxy else ""
        g.began = time.perf_counter()
        g.request_id = given if _ID.fullmatch(given) else logs.new_id()
        logs.now_about(request=g.request_id)

    @app.after_request
    def _answered(response: Response) -> Response:
        seconds = time.perf_counter() - g.began
        response.headers[HEADER] = g.request_id
        if times is not None:
            times.note(response.status_code, seconds)
        if writes_lines:
            said = {"method": request.method, "path": request.path, "status": response.status_code}
            log.info("%(method)s %(path)s %(status)s", said, extra={**said, "ms": round(seconds * 1000, 1)})
        return response

    @app.teardown_request
    def _end(_error: BaseException | None) -> None:
        logs.now_about()
