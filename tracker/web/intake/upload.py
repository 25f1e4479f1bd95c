"""A document comes in: a file or pasted text becomes a draft."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.db import db, transaction
from tracker.errors import UnreadableDocument
from tracker.queries import drafts
from tracker.rules.access import RUNNERS
from tracker.rules.review import open_points
from tracker.services import catalogue, intake
from tracker.web import guards
from tracker.web.intake.blueprint import bp, card, limit_megabytes
from tracker.web.intake.forms import DocumentForm
from tracker.wording import count, nfc, sentence

MEGABYTE = 1024 * 1024
UNFINISHED_SHOWN = 20


@bp.get("")
@guards.roles(*RUNNERS)
def new_draft() -> ResponseReturnValue:
    return _page(DocumentForm(formdata=None))


@bp.post("")
@guards.roles(*RUNNERS)
def take_in() -> ResponseReturnValue:
    # The reader is large: the web process loads it with the first document.
    from tracker import documents
    from tracker.rules.drafts import parse

    form = DocumentForm()
    form.validate()
    upload = request.files.get("file")
    name = nfc(upload.filename or "").replace("\\", "/").rpartition("/")[2] if upload else ""
    content = upload.read() if upload else b""
    text = form.text.data or ""
    if not name and not text.strip():
        return _page(form, sentence("file_missing"))
    try:
        if name:
            document = documents.read(content, name, max_bytes=limit_megabytes() * MEGABYTE)
        else:
            document = documents.read_text(text)
            content = text.encode()
    except UnreadableDocument as unreadable:
        return _page(form, unreadable.sentence)
    person = guards.current_person()
    existing = intake.same_document(db.session(), person.office_id, content)
    if existing is not None:
        flash("Văn bản này đang được rà soát; mở lại bản bóc tách đã có.", "run")
        return redirect(url_for("intake.show_draft", draft_id=existing))
    parsed = parse(document, calendar=catalogue.work_calendar(db.session()))
    with transaction() as session:
        draft = intake.save_draft(
            session,
            office_id=person.office_id,
            file_name=name,
            original=content,
            document=document,
            parsed=parsed,
            by=guards.current_actor(),
            now=clock.now(),
        )
        draft_id = draft.id
        points = len(open_points(intake.points_of_draft(session, draft)))
    rows = parsed.timeline.stages or parsed.timeline.duties
    if rows:
        flash(f"Đã đọc {count(len(rows), 'nội dung công việc')}, {count(points, 'điểm cần xem lại')}.", "ok")
    return redirect(url_for("intake.show_draft", draft_id=draft_id))


@bp.get("/<int:draft_id>/original")
@guards.roles(*RUNNERS)
def original(draft_id: int) -> ResponseReturnValue:
    """The file as it came, to keep and to compare; never opened by the browser."""
    name, content = drafts.original(db.session(), card(draft_id).id, office_id=guards.current_person().office_id)
    response = Response(content, mimetype="application/octet-stream")
    response.headers.set("Content-Disposition", "attachment", filename=name or "van-ban-dan.txt")
    return response


def _page(form: DocumentForm, refused: str = "") -> ResponseReturnValue:
    page = render_template(
        "intake/new.html",
        form=form,
        refused=refused,
        max_mb=limit_megabytes(),
        unfinished=drafts.unfinished(db.session(), guards.current_person().office_id, limit=UNFINISHED_SHOWN),
    )
    return page, 422 if refused else 200
