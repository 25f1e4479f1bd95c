"""The blueprint of the intake, and what its pages share."""

from __future__ import annotations

from flask import Blueprint, current_app, request

from tracker.db import db
from tracker.queries import drafts
from tracker.queries.drafts import DraftCard
from tracker.web import guards

bp = Blueprint("intake", __name__, url_prefix="/intake")

#: Room for a file that is too big to be taken: it must be received whole to be answered with a sentence beside the form.
ROOM_MEGABYTES = 64
UPLOADS = frozenset({"intake.take_in", "units.take_in_list"})


@bp.before_app_request
def _room_for_uploads() -> None:
    if request.endpoint in UPLOADS:
        request.max_content_length = ROOM_MEGABYTES * 1024 * 1024


def limit_megabytes() -> int:
    return int(current_app.config["UPLOAD_LIMIT_MEGABYTES"])


def card(draft_id: int) -> DraftCard:
    """The draft of the signed-in person's office; raises NotFound."""
    return drafts.card(db.session(), draft_id, office_id=guards.current_person().office_id)
