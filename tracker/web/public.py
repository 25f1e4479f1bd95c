"""What anybody may read: published results, from their stored files, and how far a plan is where its office shows it."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.db import db
from tracker.errors import NotFound
from tracker.queries import public_progress, publications
from tracker.queries.publications import StoredPage
from tracker.web import guards
from tracker.web.publication_files import DOWNLOADS, PAGE

bp = Blueprint("public", __name__)
#: A page may be kept so long before it is asked for again: a correction shows within minutes.
FRESH_SECONDS = 300


@bp.get("/ket-qua")
@guards.public
def index() -> ResponseReturnValue:
    session = db.session()
    return render_template(
        "public/index.html", lines=publications.public_lines(session), under_way=public_progress.public_plans(session)
    )


@bp.get("/tien-do/<int:plan_id>")
@guards.public
def progress(plan_id: int) -> ResponseReturnValue:
    """How far a plan is, where its office shows it: stages in sums, no unit and no person."""
    session, today = db.session(), clock.today()
    plan = public_progress.public_plan(session, plan_id)
    if plan is None:
        raise NotFound
    answer = Response()
    answer.cache_control.public = True
    answer.cache_control.max_age = FRESH_SECONDS
    answer.set_etag(f"{plan.id}-{plan.changed_at.isoformat()}-{today}")
    answer.make_conditional(request)
    if answer.status_code != 304:
        stages = public_progress.public_stages(session, plan_id, today=today)
        answer.set_data(render_template("public/progress.html", plan=plan, stages=stages))
        answer.content_type = "text/html; charset=utf-8"
    return answer


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
