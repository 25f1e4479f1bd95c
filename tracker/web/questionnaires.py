"""Mẫu phiếu: the list, one with its codes, the blank ballot to print, and taking in a new version."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField, TextAreaField
from wtforms.validators import Length

from tracker import clock
from tracker.db import db, reads_only, transaction
from tracker.errors import Refused
from tracker.questionnaire_seeds import FOLDER, seed_questionnaires
from tracker.rules.access import RUNNERS
from tracker.rules.questionnaires import UnreadableQuestionnaire
from tracker.services import questionnaires
from tracker.services.questionnaires import Listed
from tracker.web import guards
from tracker.web.data_entry.asking import sheet
from tracker.web.errors import STATUS_OF_REFUSAL
from tracker.web.forms import Form
from tracker.wording import sentence

bp = Blueprint("questionnaires", __name__)


class QuestionnaireForm(Form):
    basis = StringField(
        "Văn bản quy định mẫu phiếu",
        [Length(max=300)],
        description="Số, ngày, nơi ban hành; để trống thì mẫu mang dấu “chưa đối chiếu văn bản”",
    )
    text = TextAreaField(
        "Hoặc dán nội dung tệp",
        description="Nội dung tệp .toml",
        render_kw={"rows": "10", "spellcheck": "false"},
    )


@bp.get("/questionnaires")
@guards.signed_in
def list_questionnaires() -> ResponseReturnValue:
    listed = questionnaires.list_questionnaires(db.session(), guards.current_person().office_id, seed_questionnaires())
    return render_template("questionnaires/list.html", listed=listed, may_run=_may_run())


@bp.get("/questionnaires/<form_key>")
@guards.signed_in
def show(form_key: str) -> ResponseReturnValue:
    found = _get(form_key)
    return render_template("questionnaires/show.html", item=found, sheet=sheet(found.questionnaire), may_run=_may_run())


@bp.get("/questionnaires/<form_key>/blank")
@guards.signed_in
def blank(form_key: str) -> ResponseReturnValue:
    """The blank ballot, to be printed."""
    found = _get(form_key)
    return render_template("questionnaires/blank.html", item=found, sheet=sheet(found.questionnaire))


@bp.get("/questionnaires/<form_key>/file")
@guards.signed_in
def source_file(form_key: str) -> ResponseReturnValue:
    """The file itself: what a new version is made from."""
    found = _get(form_key)
    code = found.questionnaire.code
    source = found.row.source if found.row else (FOLDER / f"{code}.toml").read_text(encoding="utf-8")
    response = Response(source, mimetype="application/toml")
    response.headers["Content-Disposition"] = f"attachment; filename={code}-{found.questionnaire.version}.toml"
    return response


@bp.get("/questionnaires/new")
@guards.roles(*RUNNERS)
def choose() -> ResponseReturnValue:
    return _new_page(QuestionnaireForm(formdata=None), [])


@bp.post("/questionnaires/new")
@guards.roles(*RUNNERS)
def take_in() -> ResponseReturnValue:
    form = QuestionnaireForm()
    form.validate()
    upload = request.files.get("file")
    content = upload.read() if upload else b""
    try:
        source = content.decode("utf-8-sig") if content else str(form.text.data or "")
        if not source.strip():
            raise Refused("file_missing", sentence("file_missing"))
        if form.basis.errors:
            raise Refused("basis", form.basis.errors[0])
        with transaction() as session:
            row = questionnaires.take_in(
                session,
                guards.current_person().office_id,
                source,
                basis=form.basis.data or "",
                seeds=seed_questionnaires(),
                by=guards.current_actor(),
                now=clock.now(),
            )
            key = f"{row.code}@{row.version}"
    except UnicodeDecodeError:
        return _new_page(form, [sentence("text_encoding", name=upload.filename if upload else "")]), 422
    except UnreadableQuestionnaire as unreadable:
        reads_only.set(True)
        return _new_page(form, unreadable.sentences), 422
    except Refused as refused:
        reads_only.set(True)
        return _new_page(form, [refused.sentence]), STATUS_OF_REFUSAL.get(refused.key, 422)
    flash(f"Đã thêm mẫu phiếu {key}.", "ok")
    return redirect(url_for("questionnaires.show", form_key=key))


def _get(form_key: str) -> Listed:
    return questionnaires.get_listed(db.session(), guards.current_person().office_id, form_key, seed_questionnaires())


def _may_run() -> bool:
    return guards.current_person().role in RUNNERS


def _new_page(form: QuestionnaireForm, faults: list[str]) -> str:
    return render_template("questionnaires/new.html", form=form, faults=faults)
