"""/feeds/<token>.ics: what calendar programs fetch every few hours. No sign-in, no cookie; the token is the key."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, make_response, redirect, request
from flask.typing import ResponseReturnValue

from tracker import clock, tokens
from tracker.db import db, reads_only, transaction
from tracker.errors import NotFound, Refused
from tracker.links import Links
from tracker.rules.feed_lines import FORM
from tracker.services import feeds as subscriptions
from tracker.services.feeds import Feed, FeedScope
from tracker.web.guards import public
from tracker.wording import sentence

bp = Blueprint("feeds", __name__)

#: A visit is written down at most this often.
NOTE_READ_EVERY = timedelta(days=1)


@bp.get("/feeds/<token>.ics")
@public
def subscription(token: str) -> ResponseReturnValue:
    """The feed, or 304 without building it; an ended subscription is 410 with the sentence that says what to do."""
    session = db.session()
    try:
        feed = subscriptions.find(session, token, today=clock.today())
    except Refused as refused:
        return _plain(refused.sentence, 410)
    except NotFound:
        return _plain(sentence("link_unknown"), 404)
    version = subscriptions.version(session, feed)
    links = Links(current_app.config["PUBLIC_URL"])
    response = make_response()
    response.mimetype = "text/calendar"
    response.cache_control.private = True
    response.cache_control.no_cache = True  # kept, but asked for again with its ETag
    response.set_etag(_etag(feed, token, version.text, links))
    response.last_modified = version.changed_at
    response.make_conditional(request)
    if response.status_code != 304:
        from tracker.feeds import calendar  # the calendar library: 8 MB and 0.1 s that an unchanged feed does not cost

        response.set_data(
            calendar(
                subscriptions.lines(session, feed),
                name=feed.name,
                host=urlsplit(current_app.config["PUBLIC_URL"]).hostname or "localhost",
                link=lambda task_id: links.feed_task(token, task_id) if feed.scope is FeedScope.CONTACT else links.task(task_id),
            )
        )
    _note_read(feed)
    return response


@bp.get("/feeds/<token>/tasks/<int:task_id>")
@public
def open_task(token: str, task_id: int) -> ResponseReturnValue:
    """From an event of a contact's calendar to the task: a fresh personal link, so that the feed itself never changes."""
    feed = subscriptions.find(db.session(), token, today=clock.today())
    links = Links(current_app.config["PUBLIC_URL"])
    if feed.scope is not FeedScope.CONTACT:
        return redirect(links.task(task_id))
    personal = tokens.personal_token(current_app.secret_key or "", feed.subject_id, feed.nonce)
    return redirect(links.personal_task(personal, task_id))


def _etag(feed: Feed, token: str, version: str, links: Links) -> str:
    facts = (FORM, token, feed.name, version, links.task(0))
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:32]


def _note_read(feed: Feed) -> None:
    now = clock.now()
    if feed.last_read_at is not None and now - feed.last_read_at < NOTE_READ_EVERY:
        return
    db.session.rollback()  # the reading transaction ends first: SQLite cannot turn it into a writing one safely
    reads_only.set(False)
    with transaction() as session:
        subscriptions.note_read(session, feed.token_id, now=now)


def _plain(text: str, status: int) -> Response:
    return Response(text, status, mimetype="text/plain")
