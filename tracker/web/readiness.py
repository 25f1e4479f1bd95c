"""/readyz: whether this process may be given requests. 200, or 503 with what is missing; it says nothing of letters or jobs."""

from __future__ import annotations

import logging
from pathlib import Path

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from tracker.db import db
from tracker.instance import newest_schema, why_not_writable
from tracker.web.guards import public

bp = Blueprint("readiness", __name__)
log = logging.getLogger(__name__)


@bp.get("/readyz")
@public
def readiness() -> ResponseReturnValue:
    problems = [problem for problem in (_database(), folder_problem()) if problem]
    return {"status": "not ready" if problems else "ready", "problems": problems}, 503 if problems else 200


def _database() -> str:
    try:
        db.session.execute(select(1))
    except SQLAlchemyError:
        log.exception("the database does not answer")
        return "Cơ sở dữ liệu không trả lời."
    try:
        found = db.session.scalars(text("SELECT version_num FROM alembic_version")).all()
    except SQLAlchemyError:
        db.session.rollback()
        found = []
    newest = newest_schema()
    if found == [newest]:
        return ""
    return f"Cơ sở dữ liệu ở phiên bản {', '.join(found) or 'chưa có'}, chương trình cần phiên bản {newest}; chạy flask setup."


def folder_problem() -> str:
    why = why_not_writable(Path(current_app.instance_path))
    return f"Không ghi được vào thư mục INSTANCE_DIR: {why}; sửa xong thì việc dở dang tự chạy tiếp." if why else ""
