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
    feed = feeds.find(session, token, today=LATER)
    feeds.version(session, feed)
    found = feed_contents.lines(session, feed, today=LATER)
    assert callable(shown)
    assert len(found) == shown(units)
    assert len(said) == (5 if choices.coordinating else 4)
    assert asdict(feed.choices) == asdict(choices)
    assert [line.due_on for line in found] == sorted(line.due_on for line in found)
