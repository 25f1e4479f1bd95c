"""Evidence on the web: taking an uploaded file in, and giving it back to who may have it."""

from __future__ import annotations

import errno
import logging
from datetime import datetime
from io import BytesIO

from flask import Blueprint, current_app, send_file
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from tracker.db import db
from tracker.errors import NotFound, Refused
from tracker.files import Store
from tracker.models import StoredFile
from tracker.rules.access import Actor
from tracker.rules.evidence import Evidence, check_evidence
from tracker.services import files
from tracker.web import guards
from tracker.wording import refusal

bp = Blueprint("files", __name__)
log = logging.getLogger(__name__)

#: Refusals of the store itself: nothing is wrong with the file.
FILE_NOT_KEPT = frozenset({"disk_full", "files_away"})


def store() -> Store:
    """Where this installation keeps its evidence."""
    return Store(current_app.config["FILES_URL"])


def evidence_of(upload: FileStorage | None) -> Evidence | None:
    """The file of a form's box, or None when none was chosen. Raises Refused with the sentence to show beside the box."""
    if upload is None or not upload.filename:
        return None
    return check_evidence(upload.read(), upload.filename, max_megabytes=current_app.config["UPLOAD_LIMIT_MEGABYTES"])


def keep(
    session: Session,
    evidence: Evidence,
    *,
    office_id: int,
    purpose: str,
    by: Actor,
    now: datetime,
    plan_id: int | None = None,
    unit_id: int | None = None,
    task_id: int | None = None,
) -> StoredFile:
    """Write the bytes, then the row: to be called inside the transaction of the act that the file belongs to."""
    try:
        stored_as = store().put(evidence.content)
    except OSError as error:
        raise _refused(error) from error
    return files.keep_file(
        session,
        evidence,
        stored_as=stored_as,
        office_id=office_id,
        purpose=purpose,
        by=by,
        now=now,
        plan_id=plan_id,
        unit_id=unit_id,
        task_id=task_id,
    )


@bp.get("/files/<int:file_id>")
@guards.signed_in
def download(file_id: int) -> ResponseReturnValue:
    return _send(file_id)


@bp.get("/v/<token>/files/<int:file_id>")
@guards.personal_link
def download_of_contact(token: str, file_id: int) -> ResponseReturnValue:
    return _send(file_id)


def _send(file_id: int) -> ResponseReturnValue:
    row = files.file_for(db.session(), file_id, by=guards.current_actor())
    try:
        content = store().get(row.stored_as)
    except FileNotFoundError:
        raise NotFound(f"file {file_id}") from None
    except OSError as error:
        raise _refused(error) from error
    # Always to be saved, never shown as a page of ours: what people hand in may try to run.
    return send_file(
        BytesIO(content), mimetype=row.media_type, as_attachment=True, download_name=row.file_name, etag=row.sha256, max_age=0
    )


def _refused(error: OSError) -> Refused:
    log.warning("the store of files: %s", error)
    is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    return refusal("disk_full", admin="quản trị") if is_full else refusal("files_away")
