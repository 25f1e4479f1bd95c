"""What anybody may read: the list of published results, and each version from its stored files. Nothing is computed here."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from tracker.db import db
from tracker.errors import NotFound
from tracker.queries import publications
from tracker.queries.publications import StoredPage
from tracker.web import guards
from tracker.web.publication_files import DOWNLOADS, PAGE

bp = Blueprint("public", __name__)
#: A page may be kept so long before it is asked for again: a correction shows within minutes.
FRESH_SECONDS = 300


@bp.get("/ket-qua")
@guards.public
def index() -> ResponseReturnValue:
    return render_template("public/index.html", lines=publications.public_lines(db.session()))


@bp.get("/ket-qua/<slug>")
@guards.public
def show(slug: str) -> ResponseReturnValue:
    return _stored(slug, PAGE)


@bp.get("/ket-qua/<slug>/<name>")
@guards.public
def download(slug: str, name: str) -> ResponseReturnValue:
    if name not in DOWNLOADS:
        raise NotFound
    answer = _stored(slug, name)
    answer.headers.set("Content-Disposition", "attachment", filename=f"{slug}-{name}")
    return answer


def _stored(slug: str, name: str) -> Response:
    found: StoredPage | None = publications.stored_page(db.session(), slug, name)
    if found is None:
        raise NotFound
    answer = Response(found.content, content_type=found.media_type)
    answer.cache_control.public = True
    answer.cache_control.max_age = FRESH_SECONDS
    answer.set_etag(found.sha256)
    answer.last_modified = found.published_at
    answer.make_conditional(request)
    return answer
