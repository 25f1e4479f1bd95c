"""The short cut of unchanged calendars: it says what their page says, sees every change, and leaves all else to the page."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask, request_started
from sqlalchemy import Engine, event, text, update
from werkzeug.test import TestResponse

from tests.applications import MakeApp
from tests.builders import START, Cast, cast, running_plan, task
from tracker import logs
from tracker.db import StraightQuestion, db, transaction
from tracker.models import Contact, FeedToken, Unit
from tracker.request_times import RequestTimes
from tracker.rules.feed_lines import FeedChoices
from tracker.services import feeds, planning, progress
from tracker.services.feeds import FeedScope


class Calendar:
    """A calendar program that keeps the tag of what it has."""

    def __init__(self, app: Flask, people: Cast, plan_id: int, scope: FeedScope, **choices: object) -> None:
        self.app, self.cast, self.plan_id = app, people, plan_id
        subject = {
            FeedScope.CONTACT: people.units[0].contact_id,
            FeedScope.UNIT: people.units[0].id,
            FeedScope.PLAN: plan_id,
            FeedScope.USER: people.coordinator_id,
            FeedScope.OFFICE: people.office_id,
        }[scope]
        with app.app_context(), transaction() as session:
            token = feeds.issue(session, scope, subject, now=START, choices=FeedChoices.of(choices))
        self.address = f"/feeds/{token}.ics"
        self.pages = 0
        request_started.connect(self._a_page, app)
        self.tag = app.test_client().get(self.address).headers["ETag"]
        self.pages = 0

    def _a_page(self, _app: Flask, **_: object) -> None:
        self.pages += 1

    def ask(self, tag: str = "", **headers: str) -> TestResponse:
        return self.app.test_client().get(self.address, headers={"If-None-Match": tag or self.tag} | headers)


@pytest.fixture
def app(make_app: MakeApp, engine: Engine) -> Iterator[Flask]:
    url = engine.url.render_as_string(hide_password=False)
    with time_machine.travel(START, tick=False):
        yield make_app(DATABASE_URL=url, LOG_FORMAT="json", METRICS_TOKEN="mot-ma-du-dai-cho-may-giam-sat", tables=False)


@pytest.fixture
def subscribed(app: Flask) -> Callable[..., Calendar]:
    with app.app_context(), transaction() as session:
        people = cast(session)
        plan_id = running_plan(session, people).id
    return lambda scope=FeedScope.CONTACT, **choices: Calendar(app, people, plan_id, scope, **choices)


@pytest.mark.parametrize("scope", list(FeedScope))
def test_it_answers_as_the_page_does_and_the_page_is_not_asked(subscribed: Callable[..., Calendar], scope: FeedScope) -> None:
    calendar = subscribed(scope)
    for _ in range(2):  # looked at whole, then by its rows
        short = calendar.ask()
    assert calendar.pages == 0
    of_page = calendar.ask(tag="*")
    assert calendar.pages == 1
    assert (short.status, short.data) == (of_page.status, of_page.data) == ("304 NOT MODIFIED", b"")
    for name in ("ETag", "Cache-Control", "Vary"):  # what a 304 must say (RFC 9110, 15.4.5); gunicorn adds the Date
        assert short.headers[name] == of_page.headers[name]
    several = calendar.ask(tag=f'"mot-the-khac", W/{calendar.tag}')
    assert (several.status_code, calendar.pages) == (304, 1)


def question_at_the_driver(calendar: Calendar) -> list[str]:
    """What the database hears of one unchanged calendar."""
    heard: list[str] = []
    with calendar.app.app_context():
        engine = db.engine

    def listen(driver: Any, *_: object) -> None:
        driver.set_trace_callback(heard.append)

    event.listen(engine, "checkout", listen)
    calendar.ask()
    event.remove(engine, "checkout", listen)
    return heard


def test_once_known_it_is_one_question_and_no_transaction(
    app: Flask, engine: Engine, subscribed: Callable[..., Calendar]
) -> None:
    calendar = subscribed()
    calendar.ask()
    if engine.dialect.name == "sqlite":
        [question] = question_at_the_driver(calendar)
        assert question.lstrip().startswith("WITH")
    before = calendar.pages
    assert calendar.ask().status_code == 304
    assert calendar.pages == before == 0


def move_a_task(calendar: Calendar) -> None:
    with calendar.app.app_context(), transaction() as session:
        work = task(session, planning.get_plan(session, calendar.plan_id), 1)
        progress.complete_task(session, work.id, by=calendar.cast.ha, now=START - timedelta(hours=1))  # the clock was put back


def rename_the_unit(calendar: Calendar) -> None:
    with calendar.app.app_context(), transaction() as session:
        session.execute(update(Unit).where(Unit.id == calendar.cast.units[0].id).values(name="UBND phường Ba Ngòi"))


def end_the_links(calendar: Calendar) -> None:
    with calendar.app.app_context(), transaction() as session:
        session.execute(update(Contact).values(link_nonce="another"))


def end_the_subscription(calendar: Calendar) -> None:
    with calendar.app.app_context(), transaction() as session:
        session.execute(update(FeedToken).values(revoked_at=START))


@pytest.mark.parametrize(
    ("happens", "status"), [(move_a_task, 200), (rename_the_unit, 200), (end_the_links, 410), (end_the_subscription, 410)]
)
def test_whatever_happens_is_seen_by_the_next_visit(
    subscribed: Callable[..., Calendar], happens: Callable[[Calendar], None], status: int
) -> None:
    calendar = subscribed()
    assert [calendar.ask().status_code for _ in range(2)] == [304, 304]
    happens(calendar)
    answer = calendar.ask()
    assert (answer.status_code, calendar.pages) == (status, 1)
    if status == 200:
        assert calendar.ask(answer.headers["ETag"]).status_code == 304


def test_what_is_late_changes_at_midnight_and_a_visit_a_day_is_written_down(subscribed: Callable[..., Calendar]) -> None:
    calendar = subscribed(only_late=True)
    assert [calendar.ask().status_code for _ in range(2)] == [304, 304]
    with time_machine.travel(START + timedelta(days=1), tick=False):
        answer = calendar.ask()
        with calendar.app.app_context():
            assert db.session.query(FeedToken).one().last_read_at == START + timedelta(days=1)
    assert (answer.status_code, calendar.pages) == (200, 1)


def test_what_it_answers_is_counted_and_told_as_pages_are(app: Flask, subscribed: Callable[..., Calendar]) -> None:
    stream, times = io.StringIO(), app.extensions["request_times"]
    assert isinstance(times, RequestTimes)
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.JsonLines())
    calendar = subscribed()
    before = sum(kind.answers for kind in times.read())
    logging.getLogger().addHandler(handler)
    try:
        answer = calendar.ask()
    finally:
        logging.getLogger().removeHandler(handler)
    [line] = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert (line["method"], line["path"], line["status"]) == ("GET", "/feeds/***", 304)
    assert line["request"] == answer.headers["X-Request-ID"]
    assert sum(kind.answers for kind in times.read()) == before + 1


def test_a_token_that_never_was_and_another_method_are_the_pages(subscribed: Callable[..., Calendar]) -> None:
    calendar = subscribed()
    assert calendar.app.test_client().get("/feeds/khong-co.ics", headers={"If-None-Match": calendar.tag}).status_code == 404
    assert calendar.app.test_client().post(calendar.address, headers={"If-None-Match": calendar.tag}).status_code == 405
    assert calendar.pages == 2


def test_a_question_that_fails_is_left_to_the_page_and_its_connection_is_not_used_again(
    engine: Engine, subscribed: Callable[..., Calendar], monkeypatch: pytest.MonkeyPatch
) -> None:
    calendar = subscribed()
    with calendar.app.app_context():
        own = db.engine
    assert calendar.ask().status_code == 304
    with monkeypatch.context() as patch:
        patch.setattr(StraightQuestion, "_taken", lambda _self, values: {name: object() for name in values})
        answer = calendar.ask()  # the driver refuses such values
    assert (answer.status_code, calendar.pages) == (304, 1)
    assert (calendar.ask().status_code, calendar.pages) == (304, 1)
    if engine.dialect.name == "postgresql":  # and with its server's end gone
        with engine.begin() as other:
            other.execute(text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"))
        assert (calendar.ask().status_code, calendar.pages) == (304, 1)
    assert own.pool.checkedout() == 0  # type: ignore[attr-defined]  # of a QueuePool
