"""A calendar that its program has already (304), answered before Flask: what calendars ask all day long, at a third of the cost.

A short cut and nothing else. The page of feeds gives the same answer, and every other one; whatever is not plainly
unchanged (a new reader, an ended subscription, a visit to write down, a database that is away) goes on to it.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from tracker import clock, logs
from tracker.db import StraightQuestion, db, reading_at_once, reads_only
from tracker.errors import NotFound, Refused
from tracker.links import Links
from tracker.services import feeds as subscriptions
from tracker.services.feeds import Question
from tracker.web.feeds import CACHE_CONTROL, noted_until, tag_of
from tracker.web.requests import HEADER, Requests

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_PATH = re.compile(r"/feeds/([^/]+)\.ics")
#: So many are remembered by a process: some 6 MB.
MOST_KNOWN = 10_000


@dataclass(frozen=True, slots=True)
class _Known:
    """How a feed stood when it was last looked at whole: while its rows are the same on the same day, its tag is."""

    question: StraightQuestion
    values: dict[str, Any]
    rows: bytes
    tag: str
    today: date
    until: datetime  #: then a visit is to be written down again

    def has_not_changed(self, now: datetime) -> bool:
        return now.date() == self.today and now < self.until and _digest(self.question.ask(**self.values)) == self.rows


class UnchangedFeeds:
    """Stands before the application's pages."""

    def __init__(self, app: Flask, requests: Requests) -> None:
        self._pages = app.wsgi_app
        self._requests = requests
        self._links = Links(app.config["PUBLIC_URL"])
        self._known: dict[str, _Known] = {}
        with app.app_context():
            self._engine = db.engine
        self._straight = cache(self._made_straight)
        self._failures = (SQLAlchemyError, self._engine.dialect.loaded_dbapi.Error)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        has, path = environ.get("HTTP_IF_NONE_MATCH"), environ["PATH_INFO"]
        if has and environ["REQUEST_METHOD"] == "GET" and (asked := _PATH.fullmatch(path)):
            began = time.perf_counter()
            tag = self._tag(asked[1])
            if tag and tag in has:
                return self._unchanged(tag, path, began, environ.get("HTTP_X_REQUEST_ID", ""), start_response)
        return self._pages(environ, start_response)

    def _tag(self, token: str) -> str | None:
        """The tag that the feed has now; None where the page has something else to say or to do."""
        known, now = self._known.get(token), clock.now()
        try:
            if known and known.has_not_changed(now):
                return known.tag
            return self._learned(token, now)
        except (NotFound, Refused, *self._failures):
            return None

    def _learned(self, token: str, now: datetime) -> str | None:
        today, before = now.date(), reads_only.set(True)
        try:
            with reading_at_once(self._engine) as connection:
                _scope, question, values = subscriptions.question_of(connection, token, today=today)
                straight = self._straight(question)
                rows = _digest(straight.ask(**values))  # before the feed itself: older at worst, then it is looked at again
                feed = subscriptions.find(connection, token, today=today)
        finally:
            reads_only.reset(before)
        until = noted_until(feed)
        if until is None or now >= until:
            return None
        tag = f'"{tag_of(feed, token, today, self._links)}"'
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[token] = _Known(straight, values, rows, tag, today, until)
        return tag

    def _made_straight(self, question: Question) -> StraightQuestion:
        return StraightQuestion(self._engine, question)

    def _unchanged(self, tag: str, path: str, began: float, given_id: str, start_response: StartResponse) -> Iterable[bytes]:
        request_id = self._requests.begin(given_id)
        start_response(
            "304 NOT MODIFIED",
            [("Cache-Control", CACHE_CONTROL), ("ETag", tag), ("Vary", "Cookie"), (HEADER, request_id)],
        )
        self._requests.answered("GET", path, 304, time.perf_counter() - began)
        logs.now_about()
        return ()


def _digest(rows: list[Any]) -> bytes:
    return hashlib.sha256(repr(rows).encode()).digest()


def register(app: Flask, requests: Requests) -> None:
    app.wsgi_app = UnchangedFeeds(app, requests)  # type: ignore[method-assign]
