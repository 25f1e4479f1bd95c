"""Tìm: one box for the whole office, over what the reader may open."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.db import db
from tracker.queries import search as queries
from tracker.rules.access import RUNNERS
from tracker.rules.states import Role
from tracker.web import guards
from tracker.wording import nfc
from tracker.wording.vocabulary import ROLE

bp = Blueprint("search", __name__)

LONGEST = 200
#: Kinds whose own pages have no list to search: all of them are shown here.
ALONE = ("stages", "people")


@bp.get("/search")
@guards.signed_in
def find() -> ResponseReturnValue:
    asked = nfc(request.args.get("q", "")).strip()[:LONGEST]
    only = request.args.get("only", "")
    only = only if only in ALONE else ""
    reader = guards.current_person()
    found = queries.find(
        db.session(),
        reader.office_id,
        asked,
        today=clock.today(),
        with_users=reader.role is Role.ADMIN,
        limit=queries.ALONE if only else queries.BESIDE,
    )
    return render_template(
        "search.html", asked=asked, found=found, only=only, may_edit=reader.role in RUNNERS, role_name=ROLE.__getitem__
    )
