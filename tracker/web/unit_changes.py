"""Sắp xếp đơn vị: a file of mergers, splits and new names, shown before it is done."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.db import db, reads_only, transaction
from tracker.documents.tables import read_table
from tracker.errors import UnreadableDocument, UnreadableRows
from tracker.rules.access import RUNNERS
from tracker.rules.unit_changes import COLUMNS, UnitChange, read_changes
from tracker.services import organisation
from tracker.services.organisation import Arrangement
from tracker.web import guards
from tracker.wording import count, date_short, sentence

bp = Blueprint("unit_changes", __name__)
_PASTED = "noi-dung.csv"
_SAMPLE = (
    ("UBND xã A", "UBND xã A Mới", "UBND xã, phường", "01/7/2025", "Nghị quyết 1234/NQ-UBTVQH15"),
    ("UBND xã B", "UBND xã A Mới", "", "01/7/2025", ""),
    ("Trạm Y tế xã B", "Trạm Y tế xã A Mới", "Trạm Y tế", "01/7/2025", ""),
)


@bp.get("/units/changes")
@guards.roles(*RUNNERS)
def choose_file() -> ResponseReturnValue:
    return _page()


@bp.post("/units/changes")
@guards.roles(*RUNNERS)
def change() -> ResponseReturnValue:
    """A file or pasted rows are shown first; the same rows with "agreed" are done."""
    upload = request.files.get("file")
    content = upload.read() if upload else b""
    name = (upload.filename or "") if upload and content else _PASTED
    text = request.form.get("text", "")
    content = content or text.encode()
    if not content.strip():
        return _page(faults=[sentence("file_missing")]), 422
    by = guards.current_actor()
    try:
        rows = _rows(content, name)
        if request.form.get("agreed") != "yes":
            return _page(shown=organisation.preview_changes(db.session(), rows, by=by), text=_as_text(rows))
        with transaction() as session:
            done = organisation.apply_changes(session, rows, by=by, now=clock.now())
    except UnreadableDocument as unreadable:
        reads_only.set(True)
        return _page(faults=[unreadable.sentence], text=text), 422
    except UnreadableRows as refused:
        reads_only.set(True)
        return _page(faults=refused.sentences, text=text, file_name=name if name != _PASTED else ""), 422
    ended = sum(len(arrangement.olds) for arrangement in done)
    flash(f"Đã sắp xếp {count(ended, 'đơn vị')}; số liệu trước đó vẫn đứng tên đơn vị cũ.", "ok")
    return redirect(url_for("units.list_units"))


@bp.get("/units/changes/sample.csv")
@guards.roles(*RUNNERS)
def sample() -> ResponseReturnValue:
    response = Response("\ufeff" + _csv(_SAMPLE), mimetype="text/csv")
    response.headers["Content-Disposition"] = "attachment; filename=sap-xep-don-vi.csv"
    return response


def _rows(content: bytes, name: str) -> tuple[UnitChange, ...]:
    table = read_table(content, name)
    return read_changes(table.headings, [(row.no, row.cells) for row in table.rows])


def _as_text(rows: Sequence[UnitChange]) -> str:
    """The rows as they are posted again; what was shown is what is done."""
    return _csv([(row.old, row.new, row.group, date_short(row.on), row.document) for row in rows])


def _csv(rows: Sequence[Sequence[str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS.values())
    writer.writerows(rows)
    return out.getvalue()


def _page(*, shown: Sequence[Arrangement] = (), faults: Sequence[str] = (), text: str = "", file_name: str = "") -> str:
    return render_template("units/changes.html", shown=shown, faults=faults, text=text, file_name=file_name)
