"""Số liệu trực tuyến: a file of another system's counts, looked at before it is taken in.

Between the two clicks its bytes lie in the store under a name that only the signed form knows; what nobody confirms is swept
after a day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeTimedSerializer

from tracker import clock
from tracker.db import db, reads_only, transaction
from tracker.documents.tables import read_table
from tracker.documents.writing.sheets import SheetColumn, csv_file
from tracker.errors import NotFound, Refused, UnreadableRows
from tracker.models import Plan
from tracker.queries import fieldwork as queries
from tracker.questionnaire_seeds import seed_questionnaires
from tracker.rules.access import RUNNERS
from tracker.rules.evidence import Evidence, check_evidence
from tracker.rules.method import method_of_table
from tracker.rules.online_counts import ROWS_LIMIT, Figures, OnlineRow, headings, places_of
from tracker.services import files as evidence_rows
from tracker.services import questionnaires
from tracker.services.fieldwork import online
from tracker.services.fieldwork.online import Comparison
from tracker.web import files, guards
from tracker.web.chasing import plan_of_office
from tracker.web.count_files import cells_at, upload_of, whole_number
from tracker.web.errors import STATUS_OF_REFUSAL
from tracker.web.forms import read_day
from tracker.wording import count, refusal, sentence

bp = Blueprint("online", __name__)
FAULTS_ON_PAGE = 50
CHANGES_ON_PAGE = 500
#: How long a preview can be confirmed; the store is swept of what is older than a day.
KEPT = timedelta(hours=12)
_SALT = "online-counts"


@dataclass(frozen=True)
class ReadFile:
    questionnaire: str
    rows: Sequence[OnlineRow]


@bp.get("/plans/<int:plan_id>/ballots/online")
@guards.roles(*RUNNERS)
def show(plan_id: int) -> ResponseReturnValue:
    return _page(plan_id)


@bp.post("/plans/<int:plan_id>/ballots/online")
@guards.roles(*RUNNERS)
def preview(plan_id: int) -> ResponseReturnValue:
    """Looks through the file; nothing is written into the ledger."""
    plan_of_office(plan_id)
    try:
        upload = upload_of()
        content, name = upload.read(), upload.filename or ""
        evidence = check_evidence(content, name, max_megabytes=current_app.config["UPLOAD_LIMIT_MEGABYTES"])
        read = _read(plan_id, content, name)
        found = _compare(plan_id, read)
    except Refused as refused:
        return _page(plan_id, refused=refused), STATUS_OF_REFUSAL.get(refused.key, 422)
    return _preview(plan_id, evidence, found, files.store().put(content))


@bp.post("/plans/<int:plan_id>/ballots/online/take-in")
@guards.roles(*RUNNERS)
def take_in(plan_id: int) -> ResponseReturnValue:
    """Reads the kept file again and compares it anew, under the plan's lock: what was shown is what is written."""
    plan_of_office(plan_id)
    kept = _kept(plan_id, request.form.get("kept", ""))
    by, now = guards.current_actor(), clock.now()
    try:
        evidence = _again(kept)
        read = _read(plan_id, evidence.content, evidence.file_name)
        with transaction() as session:
            plan = session.get_one(Plan, plan_id)
            file = evidence_rows.keep_file(
                session, evidence, stored_as=kept["at"], office_id=plan.office_id, purpose="import", by=by, now=now,
                plan_id=plan_id,
            )  # fmt: skip
            done = online.take_in_online(session, plan_id, read.rows, read.questionnaire, file, seen=kept["seen"], by=by, now=now)
            if not done.changes:
                session.delete(file)
    except Refused as refused:
        reads_only.set(True)
        if refused.key == "online_moved":
            return _preview(plan_id, evidence, _compare(plan_id, read), kept["at"], problem=refused.sentence, status=409)
        return _page(plan_id, refused=refused), STATUS_OF_REFUSAL.get(refused.key, 422)
    if done.changes:
        units = len({change.unit_id for change in done.changes})
        flash(f"Đã ghi {count(len(done.changes), 'dòng')} của {count(units, 'đơn vị')} vào sổ phiếu.", "ok")
    else:
        flash("Tệp này đã nhập; sổ phiếu không có gì thay đổi.", "run")
    return redirect(url_for("online.show", plan_id=plan_id))


@bp.get("/plans/<int:plan_id>/ballots/online/<questionnaire>.csv")
@guards.roles(*RUNNERS)
def sample(plan_id: int, questionnaire: str) -> ResponseReturnValue:
    """The file to fill in: a row a unit that is surveyed with this questionnaire."""
    plan_of_office(plan_id)
    method = method_of_table(db.session().get_one(Plan, plan_id).method)
    if questionnaire not in method.questionnaires:
        raise NotFound(f"questionnaire {questionnaire}")
    rows = [
        (row.name, "", "", "")
        for row in queries.unit_rows(db.session(), plan_id)
        if method.of_group(row.group).questionnaire == questionnaire
    ]
    content = csv_file([SheetColumn(title, 20) for title in headings(questionnaire)], rows)
    response = Response(content, mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=f"truc-tuyen-{questionnaire.replace('@', '-')}.csv")
    return response


def _read(plan_id: int, content: bytes, name: str) -> ReadFile:
    """Raises Refused for a file of another survey, UnreadableRows with a sentence for each row that cannot be read."""
    table = read_table(content, name)
    titles = _titles(plan_id)
    method = method_of_table(db.session().get_one(Plan, plan_id).method)
    at = places_of(table.headings, titles, wanted=method.questionnaires)
    places = (at.unit, at.day, at.collected, at.by_official)
    found, wrong = [], []
    for n, row in enumerate(table.rows, 1):
        if n > ROWS_LIMIT:
            raise refusal("import_too_many", limit=ROWS_LIMIT)
        unit, day, collected, by_official = cells_at(row.cells, places)
        if not (day or collected or by_official):
            continue  # a unit of the template that has nothing to say
        faults = [sentence("formula_cell", row=row.no, column=table.headings[cell]) for cell in row.formulas if cell in places]
        figures = {"Thu về": whole_number(collected), "Cán bộ trả lời hộ": whole_number(by_official or "0")}
        if not faults:
            given = {"Thu về": collected, "Cán bộ trả lời hộ": by_official}
            for column, value in figures.items():
                if value is None and not given[column]:
                    faults.append(sentence("cell_required", row=row.no, column=column, expected="số phiếu, không có thì ghi 0"))
                elif value is None:
                    faults.append(sentence("cell_number", row=row.no, column=column, value=given[column][:60]))
        if not unit:
            faults.append(sentence("cell_required", row=row.no, column="Đơn vị", expected="tên đơn vị trong kế hoạch"))
        try:
            on = read_day(day)
        except ValueError:
            faults.append(sentence("cell_date", row=row.no, column="Ngày", value=day[:60]))
        wrong += faults
        if not faults:
            found.append(OnlineRow(row.no, unit, on, Figures(figures["Thu về"] or 0, figures["Cán bộ trả lời hộ"] or 0)))
    if wrong:
        raise UnreadableRows(wrong)
    return ReadFile(at.questionnaire, found)


def _compare(plan_id: int, read: ReadFile) -> Comparison:
    reads_only.set(True)
    return online.compare_online(db.session(), plan_id, read.rows, read.questionnaire, by=guards.current_actor(), now=clock.now())


def _preview(
    plan_id: int, evidence: Evidence, found: Comparison, stored_as: str, *, problem: str = "", status: int = 200
) -> ResponseReturnValue:
    kept = {"plan": plan_id, "at": stored_as, "name": evidence.file_name, "seen": found.digest}
    page = render_template(
        "fieldwork/online_preview.html",
        plan=plan_of_office(plan_id),
        name=evidence.file_name,
        changes=found.changes[:CHANGES_ON_PAGE],
        more=max(0, len(found.changes) - CHANGES_ON_PAGE),
        many=len(found.changes),
        same=found.same,
        units=len({change.unit_id for change in found.changes}),
        collected=sum(change.line.collected for change in found.changes),
        discarded=sum(change.line.discarded for change in found.changes),
        kept=_serializer().dumps(kept),
        problem=problem,
    )
    return page, status


def _page(plan_id: int, *, refused: Refused | None = None) -> str:
    reads_only.set(True)
    plan, session = plan_of_office(plan_id), db.session()
    titles = _titles(plan_id)
    wanted = method_of_table(session.get_one(Plan, plan_id).method).questionnaires
    faults = refused.sentences if isinstance(refused, UnreadableRows) else [refused.sentence] if refused else []
    return render_template(
        "fieldwork/online.html",
        plan=plan,
        forms=[(key, titles.get(key, key)) for key in wanted],
        faults=faults[:FAULTS_ON_PAGE],
        more=max(0, len(faults) - FAULTS_ON_PAGE),
        taken=queries.online_files(session, plan_id),
    )


def _titles(plan_id: int) -> dict[str, str]:
    shelf = questionnaires.shelf(db.session(), plan_of_office(plan_id).office_id, seed_questionnaires())
    return {key: form.title for key, form in shelf.items()}


def _kept(plan_id: int, signed: str) -> dict[str, Any]:
    """What the form of a preview carries. Raises Refused when it is too old, NotFound when it is not ours."""
    try:
        kept, at = _serializer().loads(signed, return_timestamp=True)
    except BadSignature:
        raise refusal("form_expired") from None
    if kept.get("plan") != plan_id:
        raise NotFound("the preview of another plan")
    if clock.now() - at > KEPT:
        raise refusal("form_expired")
    return dict(kept)


def _again(kept: dict[str, Any]) -> Evidence:
    try:
        content = files.store().get(kept["at"])
    except FileNotFoundError:
        raise refusal("form_expired") from None
    return check_evidence(content, kept["name"], max_megabytes=current_app.config["UPLOAD_LIMIT_MEGABYTES"])


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt=_SALT)
