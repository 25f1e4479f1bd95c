"""Nhập từ tệp: a template to fill in, a look through, all or nothing; what is wrong as a list to take along."""

from __future__ import annotations

import hashlib
import json

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.db import db, reading, reads_only, transaction
from tracker.documents.tables import read_table
from tracker.documents.writing.sheets import Sheet, SheetColumn, csv_file
from tracker.errors import NotFound, Refused
from tracker.queries import entries
from tracker.rules.entry_rows import RowsRefused, columns_of, read_rows, template_headings
from tracker.rules.questionnaires import Questionnaire
from tracker.services import data_entry
from tracker.services.data_entry import SentFile
from tracker.services.planning import get_plan
from tracker.services.questionnaires import key_of
from tracker.web import guards
from tracker.web.data_entry.asking import options_of
from tracker.web.data_entry.blueprint import bp, may_enter, plan_of, shelf
from tracker.web.errors import STATUS_OF_REFUSAL
from tracker.wording import count, date_short, sentence

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FAULTS_ON_PAGE = 50
FAULT_COLUMNS = (SheetColumn("Dòng", 8), SheetColumn("Cột", 14), SheetColumn("Lỗi và cách sửa", 90))


@bp.get("/plans/<int:plan_id>/entry/import")
@guards.signed_in
def choose_file(plan_id: int) -> ResponseReturnValue:
    return _page(plan_id)


@bp.post("/plans/<int:plan_id>/entry/import")
@guards.signed_in
def take_in(plan_id: int) -> ResponseReturnValue:
    """Look through (`do=check`) or take in. The file is read before any transaction: a long one holds nobody up."""
    upload = request.files.get("file")
    content = upload.read() if upload else b""
    name = (upload.filename if upload else "") or "tệp"
    check_only = request.form.get("do") == "check"
    try:
        plan_of(plan_id)
        if not content:
            raise Refused("import_no_file", sentence("import_no_file"))
        with reading():
            found_shelf, usable = shelf(), _usable(plan_id)
        table = read_table(content, name)
        columns = columns_of(table.headings, usable, found_shelf)
        rows, faults = read_rows(columns, ((row.no, row.cells, row.formulas) for row in table.rows), table.headings)
        file = SentFile(name, hashlib.sha256(content).hexdigest(), bool(request.form.get("paperless")))
        reads_only.set(check_only)
        with transaction() as session:
            taken = data_entry.import_entries(
                session,
                plan_id,
                file,
                columns.questionnaire,
                rows,
                faults,
                by=guards.current_actor(),
                now=clock.now(),
                shelf=found_shelf,
                write=not check_only,
            )
    except Refused as refused:
        reads_only.set(True)
        db.session.rollback()
        return _page(plan_id, refused, name), STATUS_OF_REFUSAL.get(refused.key, 422)
    for column in columns.ignored[:5]:
        flash(sentence("columns_unknown", column=column), "run")
    if taken.again_on is not None:
        flash(
            f"Tệp này đã nhập ngày {date_short(taken.again_on.date())} ({count(taken.rows, 'dòng')}); không ghi lần hai.", "run"
        )
    elif check_only:
        ok = count(len(rows), "dòng")
        flash(f"Tệp có {ok}: {ok} hợp lệ, 0 dòng lỗi. Chưa ghi gì vào hệ thống.", "ok")
    else:
        flash(f"Đã nhập {count(taken.rows, 'dòng')} của {count(taken.units, 'đơn vị')}.", "ok")
    return redirect(url_for("entry.choose_file", plan_id=plan_id))


@bp.post("/plans/<int:plan_id>/entry/import/faults.csv")
@guards.signed_in
def faults_file(plan_id: int) -> ResponseReturnValue:
    """The list of faults that the page showed, as a file. Nothing is kept here: the page carries the list."""
    plan_of(plan_id)
    try:
        given = json.loads(request.form.get("faults", "[]"))
        listed: list[tuple[int, str, str]] = [(int(row), str(column), str(words)) for row, column, words in given]
    except (ValueError, TypeError):
        raise NotFound from None
    return _download(csv_file(FAULT_COLUMNS, listed), "text/csv", "loi-nhap-phieu.csv")


@bp.get("/plans/<int:plan_id>/entry/template/<questionnaire>.<any(xlsx, csv):form>")
@guards.signed_in
def template_file(plan_id: int, questionnaire: str, form: str) -> ResponseReturnValue:
    """The file to fill in: headings, one row a ballot; in .xlsx a second sheet says what each column takes."""
    plan_of(plan_id)
    found = _usable(plan_id).get(questionnaire)
    if found is None:
        raise NotFound
    columns = [SheetColumn(title, 24 if at == 0 else 12) for at, title in enumerate(template_headings(found))]
    name = f"nhap-phieu-{found.code}-{found.version}.{form}"
    if form == "csv":
        return _download(csv_file(columns, []), "text/csv", name)
    guide = Sheet(
        "Hướng dẫn", (SheetColumn("Cột", 12), SheetColumn("Câu hỏi", 70), SheetColumn("Ghi một trong", 70)), _guide(found)
    )
    from tracker.documents.writing.workbook import xlsx_file  # openpyxl is loaded when it is needed

    return _download(xlsx_file([Sheet("Phiếu", columns, []), guide]), XLSX, name)


def _guide(questionnaire: Questionnaire) -> list[tuple[str, str, str]]:
    lines = [
        ("Đơn vị", "Tên đơn vị như trong kế hoạch", ""),
        ("Mã phiếu", "Số ghi trên phiếu; không ghi họ tên, số điện thoại, số định danh của người dân", ""),
    ]
    for question in questionnaire.questions:
        takes = "; ".join(f"{option.value} = {option.label}" for option in options_of(question))
        lines.append((question.code, question.text, takes or f"Chữ, tối đa {question.max_length} ký tự; để trống nếu không ghi"))
        if question.other:
            lines.append((f"{question.code} (khác)", f"Ghi rõ khi chọn “{question.options[question.other]}”", ""))
    return lines


def _usable(plan_id: int) -> dict[str, Questionnaire]:
    session = db.session()
    return data_entry.plan_questionnaires(session, get_plan(session, plan_id), shelf())


def _page(plan_id: int, refused: Refused | None = None, name: str = "") -> str:
    plan = plan_of(plan_id)
    faults = refused.faults if isinstance(refused, RowsRefused) else []
    return render_template(
        "entry/import.html",
        plan=plan,
        forms=[(key_of(q), q) for q in _usable(plan_id).values()],
        imports=entries.imports(db.session(), plan_id),
        refused=refused,
        rows=refused if isinstance(refused, RowsRefused) else None,
        faults=faults[:FAULTS_ON_PAGE],
        listed=json.dumps([[f.row, f.column, f.sentence] for f in faults], ensure_ascii=False),
        name=name,
        may_enter=may_enter(),
    )


def _download(content: bytes, media_type: str, name: str) -> Response:
    response = Response(content, mimetype=media_type)
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response
