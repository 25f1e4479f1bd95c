"""The office's units: the list by group, taking in a list, and one unit or contact at a time."""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from io import StringIO

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, ValidationError

from tracker import clock
from tracker.db import db, reads_only, transaction
from tracker.errors import Refused, UnreadableRows
from tracker.queries import handovers as successors
from tracker.queries import units as queries
from tracker.queries.units import ContactCard, UnitCard
from tracker.rules.states import Role
from tracker.rules.unit_headings import COLUMNS
from tracker.rules.unit_rows import is_address, read_units
from tracker.services import handovers, organisation
from tracker.services.organisation import ContactFields, UnitFields
from tracker.web import guards
from tracker.web.errors import STATUS_OF_REFUSAL
from tracker.web.forms import Form, Needed
from tracker.wording import count, nfc, sentence

bp = Blueprint("units", __name__)
RUNNERS = (Role.COORDINATOR, Role.ADMIN)

#: Columns of the sample file, in the order that a spreadsheet shows them.
SAMPLE_COLUMNS = ("name", "group", "contact", "email", "contact2", "email2", "head", "head_position", "head_email")
SAMPLE_ROWS = (
    "UBND phường A;UBND xã, phường;Bà Nguyễn Thị A;a@example.vn;Ông Trần Văn B;b@example.vn;Lê Văn C;Chủ tịch;c@example.vn",
    "Trạm Y tế phường A;Trạm Y tế;Ông Phạm Văn D;d@example.vn;;;Đỗ Thị E;Trưởng trạm;e@example.vn",
)


def address(form: Form, field: StringField) -> None:
    """A validator: an address that letters can be sent to, or nothing."""
    if field.data and not is_address(field.data):
        raise ValidationError(f"“{field.data}” không phải địa chỉ thư điện tử; ghi dạng ten@coquan.vn, không dấu.")


class UnitForm(Form):
    name = StringField("Tên đơn vị", [Needed("tên đơn vị"), Length(max=250)])
    group = StringField(
        "Khối",
        [Needed("khối đơn vị"), Length(max=200)],
        description="Ví dụ: UBND xã, phường; ghi tên mới thì thêm khối mới",
        render_kw={"list": "groups", "autocomplete": "off"},
    )
    head_name = StringField("Họ và tên lãnh đạo", [Length(max=120)])
    head_position = StringField("Chức vụ", [Length(max=120)])
    head_email = StringField(
        "Địa chỉ thư điện tử của lãnh đạo",
        [Length(max=254), address],
        description="Nhận thư khi việc của đơn vị quá hạn",
        render_kw={"inputmode": "email", "autocapitalize": "none", "spellcheck": "false"},
    )
    version = HiddenField()


class ContactForm(Form):
    salutation = SelectField("Danh xưng", choices=[SelectChoice("", "Ông/Bà"), *map(SelectChoice, ("Ông", "Bà", "Đồng chí"))])
    name = StringField("Họ và tên", [Needed("họ và tên"), Length(max=120)])
    position = StringField("Chức vụ", [Length(max=120)])
    email = StringField(
        "Địa chỉ thư điện tử",
        [Needed("địa chỉ thư điện tử"), Length(max=254), address],
        description="Của đầu mối, không phải của người dân được khảo sát",
        render_kw={"inputmode": "email", "autocapitalize": "none", "spellcheck": "false"},
    )
    phone = StringField("Số điện thoại", [Length(max=40)], render_kw={"inputmode": "tel"})
    rank = SelectField("Vai trò", choices=[SelectChoice("1", "Đầu mối chính"), SelectChoice("2", "Đầu mối thứ hai")], default="1")
    version = HiddenField()


class DeclineForm(Form):
    note = TextAreaField("Lý do không chấp thuận", [Length(max=1000)], render_kw={"rows": 2})


class ImportForm(Form):
    text = TextAreaField(
        "Hoặc dán nội dung",
        description="Chép các ô từ bảng tính, kể cả dòng tiêu đề",
        render_kw={"rows": "8", "spellcheck": "false"},
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
    unit = _unit(unit_id)
    return _unit_page(UnitForm(obj=unit), unit)


@bp.post("/units/<int:unit_id>")
@guards.roles(*RUNNERS)
def save_unit(unit_id: int) -> ResponseReturnValue:
    return _save_unit(unit_id)


@bp.get("/units/<int:unit_id>/contacts/new")
@guards.roles(*RUNNERS)
def new_contact(unit_id: int) -> ResponseReturnValue:
    unit = _unit(unit_id)
    has_one = any(c.serves(clock.today()) for c in unit.contacts)
    return _contact_page(ContactForm(rank="2" if has_one else "1"), unit, None)


@bp.post("/units/<int:unit_id>/contacts/new")
@guards.roles(*RUNNERS)
def add_contact(unit_id: int) -> ResponseReturnValue:
    return _save_contact(unit_id, None)


@bp.get("/units/<int:unit_id>/contacts/<int:contact_id>")
@guards.roles(*RUNNERS)
def edit_contact(unit_id: int, contact_id: int) -> ResponseReturnValue:
    unit, contact = _contact(unit_id, contact_id)
    form = ContactForm(obj=contact, rank=str(contact.rank))
    return _contact_page(form, unit, contact)


@bp.post("/units/<int:unit_id>/contacts/<int:contact_id>")
@guards.roles(*RUNNERS)
def save_contact(unit_id: int, contact_id: int) -> ResponseReturnValue:
    return _save_contact(unit_id, contact_id)


@bp.post("/units/<int:unit_id>/contacts/<int:contact_id>/end")
@guards.roles(*RUNNERS)
def end_contact(unit_id: int, contact_id: int) -> ResponseReturnValue:
    with transaction() as session:
        contact = organisation.end_contact(session, contact_id, by=guards.current_actor(), now=clock.now())
        name = contact.name
    flash(f"{name} thôi phụ trách từ hôm nay; thư và liên kết riêng đã dừng.", "ok")
    return redirect(url_for("units.edit_unit", unit_id=unit_id))


@bp.post("/units/<int:unit_id>/handovers/<int:handover_id>/confirm")
@guards.roles(*RUNNERS)
def confirm_handover(unit_id: int, handover_id: int) -> ResponseReturnValue:
    """The successor a contact named is in charge from today on."""
    try:
        with transaction() as session:
            done = handovers.confirm(session, handover_id, by=guards.current_actor(), now=clock.now())
            name = done.name
    except Refused as refused:
        flash(refused.sentence, "run")
    else:
        flash(f"{name} làm đầu mối từ hôm nay; liên kết cũ đã dừng, thư bàn giao đã vào hàng chờ gửi.", "ok")
    return redirect(url_for("units.edit_unit", unit_id=unit_id))


@bp.post("/units/<int:unit_id>/handovers/<int:handover_id>/decline")
@guards.roles(*RUNNERS)
def decline_handover(unit_id: int, handover_id: int) -> ResponseReturnValue:
    try:
        with transaction() as session:
            note = DeclineForm().note.data or ""
            handovers.decline(session, handover_id, by=guards.current_actor(), now=clock.now(), note=note)
    except Refused as refused:
        flash(refused.sentence, "run")
    else:
        flash("Đã trả lời đề nghị bàn giao; người cũ tiếp tục phụ trách.", "ok")
    return redirect(url_for("units.edit_unit", unit_id=unit_id))


@bp.get("/units/<int:unit_id>/contacts/<int:contact_id>/data.json")
@guards.roles(*RUNNERS)
def contact_data(unit_id: int, contact_id: int) -> ResponseReturnValue:
    """Everything that is kept of the person, for whoever asks what is kept of him."""
    _contact(unit_id, contact_id)
    found = organisation.data_of_contact(db.session(), contact_id, by=guards.current_actor())
    response = Response(json.dumps(found, ensure_ascii=False, indent=2), mimetype="application/json")
    response.headers["Content-Disposition"] = f"attachment; filename=dau-moi-{contact_id}.json"
    return response


@bp.post("/units/<int:unit_id>/contacts/<int:contact_id>/erase")
@guards.roles(*RUNNERS)
def erase_contact(unit_id: int, contact_id: int) -> ResponseReturnValue:
    """The first click asks, the second erases."""
    unit, contact = _contact(unit_id, contact_id)
    form = ContactForm(obj=contact, rank=str(contact.rank), formdata=None)
    if request.form.get("agreed") != "yes":
        return _contact_page(form, unit, contact, asks=True)
    try:
        with transaction() as session:
            organisation.erase_contact(session, contact_id, by=guards.current_actor(), now=clock.now())
    except Refused as refused:
        reads_only.set(True)
        return _contact_page(form, unit, contact, _status(refused), refused.sentence)
    flash("Đã xóa dữ liệu cá nhân của đầu mối.", "ok")
    return redirect(url_for("units.edit_unit", unit_id=unit_id))


@bp.post("/units/<int:unit_id>/contacts/<int:contact_id>/link")
@guards.roles(*RUNNERS)
def renew_link(unit_id: int, contact_id: int) -> ResponseReturnValue:
    with transaction() as session:
        contact = organisation.renew_link(session, contact_id, by=guards.current_actor(), now=clock.now())
        name = contact.name
    flash(f"Đã thu hồi liên kết của {name}; thư sau sẽ có liên kết mới.", "ok")
    return redirect(url_for("units.edit_contact", unit_id=unit_id, contact_id=contact_id))


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
    unit = _unit(unit_id) if unit_id is not None else None
    if not form.validate_on_submit():
        return _unit_page(form, unit, 422)
    fields = UnitFields(
        form.name.data, form.group.data, form.head_name.data or "", form.head_position.data or "", form.head_email.data or ""
    )
    try:
        with transaction() as session:
            saved = organisation.save_unit(
                session, unit_id, fields, version=_version(form), by=guards.current_actor(), now=clock.now()
            )
            saved_id = saved.id
    except Refused as refused:
        return _unit_page(form, _unit(unit_id) if unit_id is not None else None, _status(refused), refused.sentence)
    flash(f"Đã lưu {fields.name}.", "ok")
    if unit_id is None:
        return redirect(url_for("units.new_contact", unit_id=saved_id))
    return redirect(url_for("units.list_units", _anchor=f"u{saved_id}"))


def _save_contact(unit_id: int, contact_id: int | None) -> ResponseReturnValue:
    form = ContactForm()
    unit, contact = _contact(unit_id, contact_id) if contact_id is not None else (_unit(unit_id), None)
    if not form.validate_on_submit():
        return _contact_page(form, unit, contact, 422)
    fields = ContactFields(
        name=form.name.data,
        email=form.email.data,
        salutation=form.salutation.data or "",
        position=form.position.data or "",
        phone=form.phone.data or "",
        rank=int(form.rank.data),
    )
    try:
        with transaction() as session:
            organisation.save_contact(
                session, unit_id, contact_id, fields, version=_version(form), by=guards.current_actor(), now=clock.now()
            )
    except Refused as refused:
        unit, contact = _contact(unit_id, contact_id) if contact_id is not None else (_unit(unit_id), None)
        return _contact_page(form, unit, contact, _status(refused), refused.sentence)
    flash(f"Đã lưu đầu mối {fields.name}.", "ok")
    return redirect(url_for("units.edit_unit", unit_id=unit_id))


def _import_page(form: ImportForm, faults: list[str] | None = None, *, file_name: str | None = "") -> ResponseReturnValue:
    page = render_template("units/import.html", form=form, faults=faults or [], file_name=file_name or "")
    return page, 422 if faults else 200


def _unit_page(form: UnitForm, unit: UnitCard | None, status: int = 200, refused: str = "") -> ResponseReturnValue:
    groups = queries.group_names(db.session(), guards.current_person().office_id)
    contacts = unit.contacts if unit else ()
    serving = [c for c in contacts if c.serves(clock.today())]
    ended = [c for c in contacts if c not in serving]
    office_id = guards.current_person().office_id
    page = render_template(
        "units/unit.html",
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


def _contact_page(
    form: ContactForm, unit: UnitCard, contact: ContactCard | None, status: int = 200, refused: str = "", *, asks: bool = False
) -> ResponseReturnValue:
    serving = contact is not None and contact.serves(clock.today())
    page = render_template(
        "units/contact.html", form=form, unit=unit, contact=contact, serving=serving, refused=refused, asks=asks
    )
    return page, status


def _unit(unit_id: int) -> UnitCard:
    return queries.unit_card(db.session(), unit_id, office_id=guards.current_person().office_id)


def _contact(unit_id: int, contact_id: int) -> tuple[UnitCard, ContactCard]:
    unit = _unit(unit_id)
    return unit, unit.contact(contact_id)


def _may_edit() -> bool:
    return guards.current_person().role in RUNNERS


def _version(form: UnitForm | ContactForm) -> int | None:
    text = str(form.version.data or "")
    return int(text) if text.isdigit() else None


def _status(refused: Refused) -> int:
    return STATUS_OF_REFUSAL.get(refused.key, 409)
