"""The office's units: the list by group, taking in a list, and one unit; its contacts: unit_contacts."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import StringIO

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.db import db, transaction
from tracker.errors import Refused, UnreadableRows
from tracker.queries import boards
from tracker.queries import handovers as successors
from tracker.queries import units as queries
from tracker.queries.units import UnitCard
from tracker.rules.states import Role
from tracker.rules.unit_headings import COLUMNS
from tracker.rules.unit_rows import read_units
from tracker.services import catalogue, organisation
from tracker.services.organisation import UnitFields
from tracker.web import guards
from tracker.web.matrix import task_cell
from tracker.web.unit_forms import DeclineForm, ImportForm, UnitForm, status_of, version_of
from tracker.wording import count, nfc, sentence

bp = Blueprint("units", __name__)

RUNNERS = (Role.COORDINATOR, Role.ADMIN)

#: Columns of the sample file, in the order that a spreadsheet shows them.
SAMPLE_COLUMNS = ("name", "group", "contact", "email", "contact2", "email2", "head", "head_position", "head_email")

SAMPLE_ROWS = (
    "UBND phường A;UBND xã, phường;Bà Nguyễn Thị A;a@example.vn;Ông Trần Văn B;b@example.vn;Lê Văn C;Chủ tịch;c@example.vn",
    "Trạm Y tế phường A;Trạm Y tế;Ông Phạm Văn D;d@example.vn;;;Đỗ Thị E;Trưởng trạm;e@example.vn",
)


@bp.get("/units")
@guards.signed_in
def list_units() -> ResponseReturnValue:
    search = nfc(request.args.get("q", "")).strip()
    page = request.args.get("page", 1, type=int)
    ended = request.args.get("state") == "ended"
    office_id = guards.current_person().office_id
    found = queries.units_page(db.session(), office_id, search=search, page=page, today=clock.today(), ended=ended)
    return render_template("units/list.html", found=found, search=search, ended=ended, may_edit=_may_edit())


@bp.get("/units/import")
@guards.roles(*RUNNERS)
def choose_list() -> ResponseReturnValue:
    return _import_page(ImportForm())


@bp.post("/units/import")
@guards.roles(*RUNNERS)
def take_in_list() -> ResponseReturnValue:
    form = ImportForm()
    form.validate()
    upload = request.files.get("file")
    content = upload.read() if upload else b""
    content = content or (form.text.data or "").encode()
    if not content.strip():
        return _import_page(form, [sentence("file_missing")])
    try:
        table = read_units(content)
    except UnreadableRows as unreadable:
        return _import_page(form, unreadable.sentences, file_name=upload.filename if upload else "")
    with transaction() as session:
        person = guards.current_person()
        counts = organisation.import_units(session, person.office_id, table.rows, by=guards.current_actor(), now=clock.now())
    flash(f"Đã nhập {count(len(table.rows), 'dòng')}: {counts}.", "ok")
    for column in table.ignored:
        flash(sentence("columns_unknown", column=column), "run")
    return redirect(guards.local_path(request.args.get("next"), url_for("units.list_units")))


@bp.get("/units/sample.csv")
@guards.signed_in
def sample_file() -> ResponseReturnValue:
    """The sample file, with a byte order mark and semicolons: what a Vietnamese spreadsheet opens without asking."""
    out = StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS[c] for c in SAMPLE_COLUMNS)
    writer.writerows(row.split(";") for row in SAMPLE_ROWS)
    response = Response("\ufeff" + out.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = "attachment; filename=danh-sach-don-vi.csv"
    return response


@bp.get("/units/new")
@guards.roles(*RUNNERS)
def new_unit() -> ResponseReturnValue:
    return _unit_page(UnitForm(), None)


@bp.post("/units/new")
@guards.roles(*RUNNERS)
def add_unit() -> ResponseReturnValue:
    return _save_unit(None)


@bp.get("/units/<int:unit_id>")
@guards.roles(*RUNNERS)
def edit_unit(unit_id: int) -> ResponseReturnValue:
    unit = one_unit(unit_id)
    return _unit_page(UnitForm(obj=unit), unit)


@bp.post("/units/<int:unit_id>")
@guards.roles(*RUNNERS)
def save_unit(unit_id: int) -> ResponseReturnValue:
    return _save_unit(unit_id)


@bp.post("/units/<int:unit_id>/head-link")
@guards.roles(*RUNNERS)
def renew_head_link(unit_id: int) -> ResponseReturnValue:
    with transaction() as session:
        unit = organisation.renew_head_link(session, unit_id, by=guards.current_actor(), now=clock.now())
        name = unit.name
    flash(f"Đã thu hồi liên kết của thủ trưởng {name}; thư sau sẽ có liên kết mới.", "ok")
    return redirect(url_for("units.edit_unit", unit_id=unit_id))


def _save_unit(unit_id: int | None) -> ResponseReturnValue:
    form = UnitForm()
    unit = one_unit(unit_id) if unit_id is not None else None
    if not form.validate_on_submit():
        return _unit_page(form, unit, 422)
    fields = UnitFields(
        form.name.data, form.group.data, form.head_name.data or "", form.head_position.data or "", form.head_email.data or ""
    )
    try:
        with transaction() as session:
            saved = organisation.save_unit(
                session, unit_id, fields, version=version_of(form), by=guards.current_actor(), now=clock.now()
            )
            saved_id = saved.id
    except Refused as refused:
        return _unit_page(form, one_unit(unit_id) if unit_id is not None else None, status_of(refused), refused.sentence)
    flash(f"Đã lưu {fields.name}.", "ok")
    if unit_id is None:
        return redirect(url_for("units.new_contact", unit_id=saved_id))
    return redirect(url_for("units.list_units", _anchor=f"u{saved_id}"))


def _import_page(form: ImportForm, faults: list[str] | None = None, *, file_name: str | None = "") -> ResponseReturnValue:
    page = render_template("units/import.html", form=form, faults=faults or [], file_name=file_name or "")
    return page, 422 if faults else 200


def _unit_page(form: UnitForm, unit: UnitCard | None, status: int = 200, refused: str = "") -> ResponseReturnValue:
    groups = queries.group_names(db.session(), guards.current_person().office_id)
    contacts = unit.contacts if unit else ()
    serving = [c for c in contacts if c.serves(clock.today())]
    ended = [c for c in contacts if c not in serving]
    office_id = guards.current_person().office_id
    today, calendar = clock.today(), catalogue.work_calendar(db.session())
    work = queries.work_of_unit(db.session(), unit.id) if unit else []
    page = render_template(
        "units/unit.html",
        work=[
            (task, task_cell(boards.on_day(task.row, today), calendar, today, url_for("tasks.show_task", task_id=task.row.id)))
            for task in work
        ],
        form=form,
        unit=unit,
        serving=serving,
        ended=ended,
        groups=groups,
        refused=refused,
        successors=successors.pending(db.session(), office_id, unit_id=unit.id) if unit else [],
        decline_form=DeclineForm(formdata=None),
        one_day=timedelta(days=1),
    )
    return page, status


def one_unit(unit_id: int) -> UnitCard:
    return queries.unit_card(db.session(), unit_id, office_id=guards.current_person().office_id)


def _may_edit() -> bool:
    return guards.current_person().role in RUNNERS
