"""What is asked of a unit and of its contact."""

from __future__ import annotations

from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, ValidationError

from tracker.errors import Refused
from tracker.rules.unit_rows import is_address
from tracker.web.errors import STATUS_OF_REFUSAL
from tracker.web.forms import Form, Needed


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


def version_of(form: UnitForm | ContactForm) -> int | None:
    text = str(form.version.data or "")
    return int(text) if text.isdigit() else None


def status_of(refused: Refused) -> int:
    return STATUS_OF_REFUSAL.get(refused.key, 409)
