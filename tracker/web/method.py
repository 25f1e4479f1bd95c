"""Cách khảo sát: what is set before the first ballot; Chỉ tiêu: the quota of each unit with its arithmetic."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.db import db, reads_only, transaction
from tracker.documents.tables import read_table
from tracker.errors import Refused, UnreadableRows
from tracker.method_seeds import formulas
from tracker.models import Plan
from tracker.queries import fieldwork as queries
from tracker.questionnaire_seeds import seed_questionnaires
from tracker.rules.access import RUNNERS
from tracker.rules.method import UNVERIFIED, UNVERIFIED_FORMULA, RecheckMode, method_of_table
from tracker.rules.questionnaires import Questionnaire
from tracker.rules.quotas import BY_FILES, out_of_scale, quota_of
from tracker.rules.states import QuotaKind
from tracker.services import fieldwork, questionnaires
from tracker.services.fieldwork.method import MethodRefused
from tracker.web import guards
from tracker.web.chasing import plan_of_office
from tracker.web.count_files import cells_at, places_of, upload_of, whole_number
from tracker.web.errors import STATUS_OF_REFUSAL
from tracker.web.filters import Pages
from tracker.web.forms import clean_text
from tracker.web.matrix import UNITS_A_PAGE
from tracker.web.method_forms import read_method, typed_method
from tracker.wording import count, date_short, sentence
from tracker.wording.fieldwork import QUOTA_KIND

bp = Blueprint("method", __name__)
MODES = {
    RecheckMode.ASK: "Hỏi lại người đã trả lời",
    RecheckMode.DOCUMENT: "Đối chiếu giấy tờ (phiếu không ghi ai trả lời)",
}
UNIT_COLUMNS = ("don vi", "ten don vi")
FILES_COLUMNS = ("so ho so", "ho so", "so ho so trong nam")


@bp.get("/plans/<int:plan_id>/method")
@guards.signed_in
def show(plan_id: int) -> ResponseReturnValue:
    return _page(plan_id)


@bp.post("/plans/<int:plan_id>/method")
@guards.roles(*RUNNERS)
def save(plan_id: int) -> ResponseReturnValue:
    plan_of_office(plan_id)
    typed = {name: str(clean_text(value)) for name, value in request.form.items()}
    read = read_method(typed, method_of_table(db.session().get_one(Plan, plan_id).method))
    if read.errors:
        return _page(plan_id, typed, read.errors), 422
    try:
        with transaction() as session:
            office_id = guards.current_person().office_id
            shelf = questionnaires.shelf(session, office_id, seed_questionnaires())
            fieldwork.set_method(
                session,
                plan_id,
                read.method,
                questionnaires=shelf,
                formulas=formulas(),
                by=guards.current_actor(),
                now=clock.now(),
            )
    except MethodRefused as refused:
        reads_only.set(True)
        return _page(plan_id, typed, {p.question: p.sentence for p in refused.problems}), 422
    except Refused as refused:
        reads_only.set(True)
        return _page(plan_id, typed, problem=refused.sentence), STATUS_OF_REFUSAL.get(refused.key, 409)
    flash("Đã lưu cách khảo sát; chỉ tiêu của các đơn vị tính lại.", "ok")
    return redirect(url_for("method.show", plan_id=plan_id))


@bp.get("/plans/<int:plan_id>/quotas")
@guards.signed_in
def quotas(plan_id: int) -> ResponseReturnValue:
    return _quota_page(plan_id)


@bp.post("/plans/<int:plan_id>/quotas")
@guards.roles(*RUNNERS)
def save_quotas(plan_id: int) -> ResponseReturnValue:
    """The basis of each unit of the page, as typed in the table; others keep theirs."""
    plan_of_office(plan_id)
    typed = {name: str(clean_text(value)) for name, value in request.form.items() if name[:6] in ("files-", "servic")}
    basis: dict[int, dict[str, int]] = {}
    wrong = {}
    for name, text in typed.items():
        kind, _, unit = name.partition("-")
        if not text or not unit.isdigit():
            continue
        read = whole_number(text)
        if read is not None:
            basis.setdefault(int(unit), {})[kind] = read
        else:
            wrong[name] = "Không phải số nguyên; ghi chữ số, không ghi kèm đơn vị tính."
    if wrong:
        return _quota_page(plan_id, typed, wrong), 422
    return _take_in(plan_id, basis, typed)


@bp.post("/plans/<int:plan_id>/quotas/import")
@guards.roles(*RUNNERS)
def import_files(plan_id: int) -> ResponseReturnValue:
    """Number of files of each unit out of a CSV or XLSX: all rows or none."""
    plan_of_office(plan_id)
    try:
        upload = upload_of()
        rows = _rows_of(upload.read(), upload.filename or "")
        with transaction() as session:
            changed = fieldwork.import_files(session, plan_id, rows, by=guards.current_actor(), now=clock.now())
    except UnreadableRows as refused:
        reads_only.set(True)
        return _quota_page(plan_id, problems=refused.sentences), 422
    except Refused as refused:
        reads_only.set(True)
        return _quota_page(plan_id, problems=[refused.sentence]), STATUS_OF_REFUSAL.get(refused.key, 409)
    flash(f"Đã nhập {count(len(rows), 'đơn vị')}; {count(changed, 'chỉ tiêu')} thay đổi.", "ok")
    return redirect(url_for("method.quotas", plan_id=plan_id))


@bp.get("/plans/<int:plan_id>/quotas/sample.csv")
@guards.signed_in
def sample(plan_id: int) -> ResponseReturnValue:
    """The plan's units with what is known, to be filled in."""
    plan_of_office(plan_id)
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(["Đơn vị", "Số hồ sơ"])
    writer.writerows([row.name, row.basis.files or ""] for row in queries.unit_rows(db.session(), plan_id))
    response = Response("\ufeff" + out.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = "attachment; filename=so-ho-so.csv"
    return response


def _take_in(plan_id: int, basis: Mapping[int, Mapping[str, int]], typed: Mapping[str, str]) -> ResponseReturnValue:
    try:
        with transaction() as session:
            changed = fieldwork.set_basis(session, plan_id, basis, by=guards.current_actor(), now=clock.now())
    except Refused as refused:
        reads_only.set(True)
        return _quota_page(plan_id, typed, problems=[refused.sentence]), STATUS_OF_REFUSAL.get(refused.key, 409)
    flash(f"Đã lưu; {count(changed, 'chỉ tiêu')} thay đổi.", "ok")
    return redirect(url_for("method.quotas", plan_id=plan_id, page=request.args.get("page")))


def _rows_of(content: bytes, name: str) -> list[tuple[int, str, int]]:
    table = read_table(content, name)
    places = places_of(table.headings, {"Đơn vị": UNIT_COLUMNS, "Số hồ sơ": FILES_COLUMNS})
    found, wrong = [], []
    for row in table.rows:
        unit, text = cells_at(row.cells, places)
        if not text:
            continue  # a unit that is left out keeps what it has
        files = whole_number(text)
        if files is None:
            wrong.append(sentence("cell_number", row=row.no, column="Số hồ sơ", value=text))
            continue
        found.append((row.no, unit, files))
    if wrong:
        raise UnreadableRows(wrong)
    if not found:
        raise UnreadableRows([sentence("file_no_rows")])
    return found


def _page(
    plan_id: int, typed: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None, *, problem: str = ""
) -> str:
    plan, session = plan_of_office(plan_id), db.session()
    method = method_of_table(session.get_one(Plan, plan_id).method)
    began = fieldwork.first_ballot_on(session, plan_id)
    shelf = questionnaires.shelf(session, plan.office_id, seed_questionnaires())
    may_set = guards.current_person().role in RUNNERS and began is None
    return render_template(
        "fieldwork/method.html",
        plan=plan,
        method=method,
        typed=typed if typed is not None else typed_method(method),
        errors=errors or {},
        problem=problem,
        frozen=sentence("method_frozen", date=date_short(began)) if began else "",
        may_set=may_set,
        kinds=QUOTA_KIND,
        modes=MODES,
        shelf={key: _title(form) for key, form in shelf.items()},
        formulas=formulas(),
        unverified=UNVERIFIED,
        formula_words=UNVERIFIED_FORMULA,
    )


def _title(form: Questionnaire) -> str:
    return f"{form.title} (bản {form.version})"


def _quota_page(
    plan_id: int,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    *,
    problems: list[str] | None = None,
) -> str:
    plan, session = plan_of_office(plan_id), db.session()
    method = method_of_table(session.get_one(Plan, plan_id).method)
    of_groups = queries.unit_ids_by_group(session, plan_id)
    unit_ids = [unit_id for own in of_groups.values() for unit_id in own]
    pages = Pages.of(len(unit_ids), UNITS_A_PAGE)
    rows = queries.unit_rows(session, plan_id, pages.cut(unit_ids))
    began = fieldwork.first_ballot_on(session, plan_id)
    groups = []
    for name in dict.fromkeys(row.group for row in rows):
        own = [(row, quota_of(method, row.basis)) for row in rows if row.group == name]
        groups.append((name, len(of_groups[name]), method.of_group(name).quota, own))
    return render_template(
        "fieldwork/quotas.html",
        plan=plan,
        groups=groups,
        pages=pages,
        total=queries.add_groups(queries.group_sums(session, plan_id).values()),
        typed=typed or {},
        errors=errors or {},
        problems=problems or [],
        odd=out_of_scale(queries.files_of_units(session, plan_id)),
        frozen=sentence("method_frozen", date=date_short(began)) if began else "",
        may_set=guards.current_person().role in RUNNERS and began is None,
        kinds=QUOTA_KIND,
        by_files=BY_FILES,
        product=QuotaKind.PRODUCT,
    )
