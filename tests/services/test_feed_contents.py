"""What each kind of subscription shows, on both databases, in a constant number of statements."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests.builders import START, cast, running_plan
from tracker.queries import feed_contents
from tracker.rules.feed_lines import FeedChoices
from tracker.services import feeds
from tracker.services.feeds import FeedScope

LATER = date(2021, 7, 1)  #: the second stage was due the day before


@pytest.mark.parametrize("units", [2, 6])
@pytest.mark.parametrize(
    ("scope", "choices", "shown"),
    [
        (FeedScope.OFFICE, FeedChoices(), lambda units: 2 + 2 * units),
        (FeedScope.OFFICE, FeedChoices(by_stage=True), lambda units: 4),
        (FeedScope.OFFICE, FeedChoices(only_late=True), lambda units: 1 + units),
        (FeedScope.OFFICE, FeedChoices(only_late=True, by_stage=True), lambda units: 2),
        (FeedScope.PLAN, FeedChoices(by_stage=True), lambda units: 4),
        (FeedScope.UNIT, FeedChoices(coordinating=True), lambda units: 2),
        (FeedScope.CONTACT, FeedChoices(only_late=True), lambda units: 1),
        (FeedScope.USER, FeedChoices(), lambda units: 2),
    ],
)
def test_subscription_shows_its_share(
    session: Session, units: int, scope: FeedScope, choices: FeedChoices, shown: object
) -> None:
    people = cast(session, units)
    plan = running_plan(session, people)
    subject = {
        FeedScope.OFFICE: people.office_id,
        FeedScope.PLAN: plan.id,
        FeedScope.UNIT: people.units[0].id,
        FeedScope.CONTACT: people.units[0].contact_id,
        FeedScope.USER: people.coordinator_id,
    }[scope]
    token = feeds.issue(session, scope, subject, now=START, choices=choices)
    session.expire_all()
    said: list[str] = []
    bind = session.connection()
    event.listen(bind, "before_cursor_execute", lambda *args: said.append(args[2]))
    feed = feeds.find(bind, token, today=LATER)
    found = feed_contents.lines(session, feed, today=LATER)
    assert callable(shown)
    assert len(found) == shown(units)
    counted = scope in (FeedScope.OFFICE, FeedScope.PLAN) and not choices.by_stage
    assert len(said) == (4 if choices.coordinating or counted else 3)
    assert asdict(feed.choices) == asdict(choices)
    assert [line.due_on for line in found] == sorted(line.due_on for line in found)


@pytest.mark.parametrize(("most", "shown"), [(6, 6), (5, 4)])
@pytest.mark.parametrize("scope", [FeedScope.PLAN, FeedScope.OFFICE])
def test_a_plan_of_more_tasks_than_a_calendar_takes_is_shown_by_its_stages(
    session: Session, monkeypatch: pytest.MonkeyPatch, scope: FeedScope, most: int, shown: int
) -> None:
    people = cast(session, 2)
    plan = running_plan(session, people)
    subject = plan.id if scope is FeedScope.PLAN else people.office_id
    feed = feeds.find(session.connection(), feeds.issue(session, scope, subject, now=START), today=LATER)
    monkeypatch.setattr(feed_contents, "MOST_TASKS", most)
    assert len(feed_contents.lines(session, feed, today=LATER)) == shown


def test_a_units_own_calendar_shows_every_task(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    people = cast(session, 2)
    running_plan(session, people)
    feed = feeds.find(session.connection(), feeds.issue(session, FeedScope.UNIT, people.units[0].id, now=START), today=LATER)
    monkeypatch.setattr(feed_contents, "MOST_TASKS", 0)
    assert [line.stage for line in feed_contents.lines(session, feed, today=LATER)] == [None, None]
