"""/feeds/<token>.ics: what calendar programs fetch every few hours. No sign-in, no cookie; the token is the key."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, time, timedelta

from flask import Blueprint, Response, current_app, make_response, redirect, request
from flask.typing import ResponseReturnValue

from tracker import clock, tokens
from tracker.db import db, reading_at_once, reads_only, transaction
from tracker.errors import NotFound, Refused
from tracker.links import Links
from tracker.queries import feed_contents
from tracker.rules.feed_lines import FORM, FeedLine
from tracker.services import feeds as subscriptions
from tracker.services.feeds import Feed, FeedScope
from tracker.web.guards import public
from tracker.wording import sentence

bp = Blueprint("feeds", __name__)

#: A visit is written down at most this often.
NOTE_READ_EVERY = timedelta(days=1)
#: Kept, but asked for again with its ETag.
CACHE_CONTROL = "private, no-cache"


@bp.get("/feeds/<token>.ics")
@public
def subscription(token: str) -> ResponseReturnValue:
    """The feed, or 304 without building it; an ended subscription is 410 with the sentence that says what to do."""
    today = clock.today()
    try:
        with reading_at_once() as connection:
            feed = subscriptions.find(connection, token, today=today)
    except Refused as refused:
        return _plain(refused.sentence, 410)
    except NotFound:
        return _plain(sentence("link_unknown"), 404)
    links = Links(current_app.config["PUBLIC_URL"])
    response = make_response()
    response.mimetype = "text/calendar"
    response.headers["Cache-Control"] = CACHE_CONTROL
    response.set_etag(tag_of(feed, token, today, links))
    response.last_modified = _changed_at(feed, feed.version.changed_at)
    response.make_conditional(request)
    if response.status_code != 304:
        from tracker.feeds import calendar  # the calendar library: 8 MB and 0.1 s that an unchanged feed does not cost

        response.set_data(
            calendar(
                feed_contents.lines(db.session(), feed, today=today),
                name=f"{feed.name} – việc quá hạn" if feed.choices.only_late else feed.name,
                host=links.host,
                link=lambda line: _page(line, feed, token, links),
                choices=feed.choices,
            )
        )
    _note_read(feed)
    return response


def _page(line: FeedLine, feed: Feed, token: str, links: Links) -> str:
    if feed.scope is FeedScope.CONTACT:  # a stage has no page of a contact's: 0 leads to the unit's own
        return links.feed_task(token, line.task_id)
    return links.stage(line.stage.plan_id, line.stage.position) if line.stage else links.task(line.task_id)


def _changed_at(feed: Feed, changed_at: datetime | None) -> datetime | None:
    """What is late changes at midnight, without anybody's doing."""
    if changed_at is None or not feed.choices.only_late:
        return changed_at
    return max(changed_at, datetime.combine(clock.today(), time(), clock.ZONE))


@bp.get("/feeds/<token>/tasks/<int:task_id>")
@public
def open_task(token: str, task_id: int) -> ResponseReturnValue:
    """From an event of a contact's calendar to the task: a fresh personal link, so that the feed itself never changes."""
    with reading_at_once() as connection:
        feed = subscriptions.find(connection, token, today=clock.today())
    links = Links(current_app.config["PUBLIC_URL"])
    if feed.scope is not FeedScope.CONTACT:
        return redirect(links.task(task_id))
    personal = tokens.personal_token(current_app.secret_key or "", feed.subject_id, feed.nonce)
    return redirect(links.personal_task(personal, task_id) if task_id else links.personal(personal))


def tag_of(feed: Feed, token: str, today: date, links: Links) -> str:
    """The ETag of a feed: another one whenever its text may be another."""
    version = f"{feed.version.text}/{today}" if feed.choices.only_late else feed.version.text
    facts = (FORM, token, feed.name, feed.units, feed.choices, version, links.task(0))
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:32]


def noted_until(feed: Feed) -> datetime | None:
    """When a visit is to be written down next; None for at once."""
    return feed.last_read_at + NOTE_READ_EVERY if feed.last_read_at else None


def _note_read(feed: Feed) -> None:
    now, until = clock.now(), noted_until(feed)
    if until is not None and now < until:
        return
    db.session.rollback()  # the reading transaction ends first: SQLite cannot turn it into a writing one safely
    reads_only.set(False)
    with transaction() as session:
        subscriptions.note_read(session, feed.token_id, now=now)


def _plain(text: str, status: int) -> Response:
    return Response(text, status, mimetype="text/plain")
