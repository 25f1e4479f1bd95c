"""Forms of the intake: a document, one row of a draft, the facts of the plan."""

from __future__ import annotations

from wtforms import HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, NumberRange, Optional

from tracker.rules.review import FactFields, Row, RowFields
from tracker.rules.states import Scope, WorkKind
from tracker.web.forms import DayField, Form, Needed
from tracker.wording import SCOPE, WORK_KIND, nfc

#: Whether a unit's report waits for the coordinator: by the rule of the layout, or as a person says.
CONFIRMATIONS = [
    SelectChoice("", "Theo mặc định"),
    SelectChoice("yes", "Điều phối viên xác nhận"),
    SelectChoice("no", "Không cần xác nhận"),
]


class DocumentForm(Form):
    text = TextAreaField(
        "Hoặc dán nội dung văn bản",
        description="Chép cả văn bản từ Word hoặc thư điện tử, kể cả bảng nội dung công việc",
        render_kw={"rows": "14", "spellcheck": "false"},
    )


class RowForm(Form):
    no = StringField("TT", [Length(max=20)], render_kw={"autocomplete": "off"})
    content = TextAreaField(
        "Nội dung công việc",
        [Needed("nội dung công việc"), Length(max=5000)],
        description="Giữ nguyên lời văn của kế hoạch",
        render_kw={"rows": "3"},
    )
    short_name = StringField(
        "Tên ngắn", [Length(max=40)], description="Tối đa 40 ký tự, dùng trong thư và bảng", render_kw={"autocomplete": "off"}
    )
    lead = StringField(
        "Chủ trì",
        [Length(max=500)],
        description="Nhiều đơn vị cách nhau bằng dấu chấm phẩy",
        render_kw={"list": "owners", "autocomplete": "off"},
    )
    coordinating = StringField("Phối hợp", [Length(max=1000)], render_kw={"list": "owners", "autocomplete": "off"})
    wording = StringField(
        "Thời gian thực hiện (nguyên văn)",
        [Length(max=500)],
        description="Câu chữ của văn bản; sửa thì được đọc lại thành ngày",
        render_kw={"autocomplete": "off"},
    )
    start_on = DayField("Bắt đầu", render_kw={"inputmode": "numeric", "autocomplete": "off"})
    due_on = DayField("Hạn hoàn thành", render_kw={"inputmode": "numeric", "autocomplete": "off"})
    scope = SelectField("Đơn vị phải làm", choices=[SelectChoice(s.value, SCOPE[s]) for s in Scope])
    work_kind = SelectField("Loại việc", choices=[SelectChoice(k.value, WORK_KIND[k]) for k in WorkKind])
    needs_confirmation = SelectField("Báo hoàn thành", choices=CONFIRMATIONS)
    rev = HiddenField()

    def fields(self) -> RowFields:
        return RowFields(
            no=self.no.data or "",
            content=" ".join((self.content.data or "").split()),
            short_name=self.short_name.data or "",
            lead=self.lead.data or "",
            coordinating=self.coordinating.data or "",
            wording=self.wording.data or "",
            start_on=self.start_on.data,
            due_on=self.due_on.data,
            scope=Scope(self.scope.data),
            work_kind=WorkKind(self.work_kind.data),
            needs_confirmation={"yes": True, "no": False}.get(self.needs_confirmation.data),
        )


def row_form(row: Row) -> RowForm:
    """The form of a row as it stands."""
    confirmation = {True: "yes", False: "no", None: ""}[row.needs_confirmation]
    return RowForm(
        formdata=None,
        no=row.no,
        content=row.content,
        short_name=row.short_name,
        lead=row.lead,
        coordinating=row.coordinating,
        wording=row.time.wording,
        start_on=row.time.start_on,
        due_on=row.time.due_on,
        scope=row.scope.value,
        work_kind=row.work_kind.value,
        needs_confirmation=confirmation,
        rev=str(row.rev),
    )


class FactsForm(Form):
    name = TextAreaField("Tên kế hoạch", [Needed("tên kế hoạch"), Length(max=500)], render_kw={"rows": "3"})
    short_name = StringField(
        "Tên ngắn của kế hoạch", [Needed("tên ngắn"), Length(max=60)], description="Dùng trong thư: “Khảo sát 2021”"
    )
    number = StringField("Số, ký hiệu", [Length(max=80)], description="Ví dụ 104/KH-UBND; để trống nếu văn bản chưa có số")
    issued_on = DayField("Ngày ban hành", render_kw={"inputmode": "numeric", "autocomplete": "off"})
    issuer = StringField("Cơ quan ban hành", [Length(max=250)])
    place = StringField("Nơi ban hành", [Length(max=120)])
    signatory = StringField("Người ký", [Length(max=120)])
    parent = StringField(
        "Kế hoạch cấp trên", [Length(max=300)], description="Cơ quan ban hành, số, ngày; để đối chiếu khi trùng số"
    )
    year = IntegerField("Năm của kế hoạch", [Optional(), NumberRange(1990, 2100)], render_kw={"inputmode": "numeric"})
    ballots = IntegerField("Tổng số phiếu", [Optional(), NumberRange(0, 10_000_000)], render_kw={"inputmode": "numeric"})
    recheck_percent = IntegerField(
        "Tỷ lệ phúc tra (%)",
        [Optional(), NumberRange(0, 100)],
        description="Phần trăm số phiếu thu về của mỗi đơn vị, làm tròn lên",
        render_kw={"inputmode": "numeric"},
    )
    groups = TextAreaField(
        "Khối đơn vị và số phiếu mỗi đơn vị",
        [Length(max=5000)],
        description="Mỗi khối một dòng, số phiếu sau dấu hai chấm: “Trạm Y tế: 50”",
        render_kw={"rows": "3"},
    )
    rev = HiddenField()

    def fields(self) -> FactFields:
        return FactFields(
            name=" ".join((self.name.data or "").split()),
            short_name=self.short_name.data or "",
            number=self.number.data or "",
            issued_on=self.issued_on.data,
            issuer=self.issuer.data or "",
            place=self.place.data or "",
            signatory=self.signatory.data or "",
            parent=self.parent.data or "",
            year=self.year.data,
            ballots=self.ballots.data,
            recheck_percent=self.recheck_percent.data,
            groups=read_groups(self.groups.data or ""),
        )


def facts_form(fields: FactFields, rev: int) -> FactsForm:
    lines = [f"{name}: {each}" if each is not None else name for name, each in fields.groups]
    values = {name: getattr(fields, name) for name in FactFields.__dataclass_fields__ if name != "groups"}
    return FactsForm(formdata=None, groups="\n".join(lines), rev=str(rev), **values)


def read_groups(text: str) -> tuple[tuple[str, int | None], ...]:
    """One group a line: "UBND xã, phường: 60" or only its name."""
    groups: list[tuple[str, int | None]] = []
    for line in nfc(text).splitlines():
        name, colon, number = line.rpartition(":")
        digits = number.replace(".", "").removesuffix("phiếu").strip()
        if colon and digits.isdigit() and len(digits) < 8:
            groups.append((" ".join(name.split()), int(digits)))
        elif line.strip():
            groups.append((" ".join(line.split()), None))
    return tuple(groups)
