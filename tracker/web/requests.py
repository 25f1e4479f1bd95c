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


class Requests:
    """How requests are called and told of, by pages and by whatever answers before them."""

    def __init__(self, app: Flask) -> None:
        self.times = RequestTimes(Path(app.instance_path) / "metrics") if app.config["METRICS_TOKEN"] else None
        self._writes_lines = app.config["LOG_FORMAT"] == "json"  # one who writes text has those of the proxy
        self._behind_proxy = app.config["TRUSTED_PROXIES"] > 0

    def begin(self, given: str) -> str:
        """The id of a request, from here on in the log: the one that a trusted proxy gave it, or a new one."""
        request_id = given if self._behind_proxy and _ID.fullmatch(given) else logs.new_id()
        logs.now_about(request=request_id)
        return request_id

    def answered(self, method: str, path: str, status: int, seconds: float) -> None:
        if self.times is not None:
            self.times.note(status, seconds)
        if self._writes_lines:
            said = {"method": method, "path": path, "status": status}
            log.info("%(method)s %(path)s %(status)s", said, extra={**said, "ms": round(seconds * 1000, 1)})


def register(app: Flask) -> Requests:
    """To be called first: what runs before a page is timed too."""
    requests = Requests(app)
    app.extensions["request_times"] = requests.times

    @app.before_request
    def _begin() -> None:
        g.began = time.perf_counter()
        g.request_id = requests.begin(request.headers.get(HEADER, ""))

    @app.after_request
    def _answered(response: Response) -> Response:
        response.headers[HEADER] = g.request_id
        requests.answered(request.method, request.path, response.status_code, time.perf_counter() - g.began)
        return response

    @app.teardown_request
    def _end(_error: BaseException | None) -> None:
        logs.now_about()

    return requests
