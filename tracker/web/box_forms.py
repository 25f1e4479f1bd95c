"""The forms of ballot boxes, shared by the office's pages and by the personal link."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from markupsafe import Markup, escape
from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, NumberRange, Optional
from wtforms.widgets import Select

from tracker.queries.boxes import BoxRow, OpeningRow
from tracker.rules.boxes import PART_WORDS, Count, Minutes, Part, Present, present_of
from tracker.rules.questionnaires import Problem
from tracker.rules.states import DiscardReason
from tracker.services.fieldwork.boxes import BoxInput
from tracker.web.forms import DayField, Form
from tracker.wording.fieldwork import DISCARD_REASON

F = TypeVar("F", bound=Form)
_DIGITS = {"inputmode": "numeric", "autocomplete": "off"}
_MOST = 1_000_000
#: (lock whole, seal whole) by what the radio button says.
CONDITIONS = {"whole": (True, True), "seal": (True, False), "lock": (False, True), "both": (False, False)}
_TIME = re.compile(r"(\d{1,2})\s*(?::|h|giờ)\s*(\d{2})?(?:\s*phút)?", re.IGNORECASE)
#: Fields of a refused line of the ledger -> the boxes of the minutes.
_LINE_BOXES = {
    "collected": "ballots",
    "day": "opened_on",
    "discarded": "reason_blank",
    "reasons": "reason_other",
    "note": "remarks",
}


def _count(label: str, description: str = "") -> IntegerField:
    return IntegerField(label, [Optional(), NumberRange(max=_MOST)], description=description, render_kw=_DIGITS)


def _words(label: str, most: int, description: str = "") -> StringField:
    return StringField(label, [Length(max=most)], description=description, render_kw={"autocomplete": "off"})


class _LongSelect(Select):  # type: ignore[misc]
    """A list that may have a thousand options, none with attributes of its own."""

    @classmethod
    def render_option(cls, choice: SelectChoice, **_attributes: object) -> Markup:
        mark = " selected" if choice.selected else ""
        return Markup(f'<option value="{escape(choice.value)}"{mark}>{escape(choice.label)}</option>')  # noqa: S704  # parts are escaped


class BoxForm(Form):
    unit = SelectField("Đơn vị", coerce=int, validate_choice=False, widget=_LongSelect())
    code = _words("Số hòm", 40, "Số hoặc tên ghi trên hòm, ví dụ 1, 2, Một cửa")
    place = _words("Nơi đặt", 250, "Ví dụ bộ phận Một cửa, tầng 1, trụ sở UBND phường")
    seal_number = _words("Số niêm phong", 80, "Số in hoặc ghi trên niêm phong đang dán")
    sealed_on = DayField("Ngày niêm phong", render_kw=_DIGITS)
    next_opening_on = DayField(
        "Lần mở tới", description="Không bắt buộc; quá ngày này hòm được nêu trong danh sách", render_kw=_DIGITS
    )
    reason = _words("Lý do sửa (ghi vào nhật ký)", 500, "Cần ghi khi sửa nơi đặt, số hoặc ngày niêm phong")


class CountForm(Form):
    """What is in a box. Discarded ballots are typed by their reason, so that none is without."""

    ballots = _count("Tổng số phiếu trong hòm")
    handed_out = _count("Phát ra từ lần mở trước", "Để trống nếu không đếm; sổ lấy theo số phiếu trong hòm")
    valid = _count("Hợp lệ", "Để trống nếu phân loại sau")

    @property
    def reason_fields(self) -> list[Any]:
        return [getattr(self, f"reason_{reason.value}") for reason in DiscardReason]

    @property
    def figures(self) -> Count:
        reasons = {reason: getattr(self, f"reason_{reason.value}").data or 0 for reason in DiscardReason}
        return Count(self.ballots.data, self.valid.data or 0, {r: n for r, n in reasons.items() if n}, self.handed_out.data)


for _reason in DiscardReason:
    setattr(CountForm, f"reason_{_reason.value}", _count(DISCARD_REASON[_reason]))


class MinutesForm(CountForm):
    once = HiddenField(validators=[Length(max=64)])
    opened_on = DayField("Ngày mở", render_kw=_DIGITS)
    opened_time = StringField("Giờ mở", [Length(max=20)], description="Ví dụ 8:30", render_kw={"autocomplete": "off"})
    condition = RadioField(
        "Tình trạng niêm phong",
        choices=[
            SelectChoice("whole", "Khóa và niêm phong nguyên vẹn"),
            SelectChoice("seal", "Niêm phong không nguyên vẹn"),
            SelectChoice("lock", "Khóa không nguyên vẹn"),
            SelectChoice("both", "Cả khóa và niêm phong không nguyên vẹn"),
        ],
        default="whole",
        validate_choice=False,
    )
    seal_number = _words("Số niêm phong trên hòm", 80)
    description = TextAreaField(
        "Mô tả chỗ không nguyên vẹn",
        [Length(max=1000)],
        description="Thủ trưởng đơn vị và điều phối viên nhận nguyên văn câu này",
        render_kw={"rows": 3},
    )
    chair = _words(PART_WORDS[Part.CHAIR], 200, "Họ tên, chức vụ, cơ quan; cách nhau bằng dấu phẩy")
    secretary = _words(PART_WORDS[Part.SECRETARY], 200)
    team = _words(PART_WORDS[Part.TEAM], 200)
    observer = _words(f"Đại diện {PART_WORDS[Part.OBSERVER].lower()}", 200, "Nếu có, ví dụ MTTQ, Hội CCB")
    others = TextAreaField("Thành phần khác", [Length(max=1000)], description="Mỗi người một dòng", render_kw={"rows": 2})
    numbers = _words("Mã phiếu từ – đến", 250, "Nếu phiếu có mã")
    bag_number = _words("Túi phiếu số", 80)
    receiver = _words("Người nhận phiếu", 250, "Họ tên, bộ phận quản lý, xử lý phiếu")
    key_to = _words("Người giữ chìa khóa", 250, "Họ tên, bộ phận nhận chìa khóa sau khi mở")
    new_seal_number = _words("Số niêm phong mới", 80)
    removes = BooleanField("Thu hồi hòm, không niêm phong lại")
    next_opening_on = DayField("Lần mở tới", description="Không bắt buộc", render_kw=_DIGITS)
    remarks = TextAreaField("Ý kiến khác", [Length(max=1000)], render_kw={"rows": 2})

    @property
    def lock_and_seal(self) -> tuple[bool, bool]:
        return CONDITIONS.get(self.condition.data or "", (True, True))

    @property
    def people(self) -> list[Present]:
        one = (Part.CHAIR, Part.SECRETARY, Part.TEAM, Part.OBSERVER)
        found = [present_of(part, getattr(self, part.value).data or "") for part in one]
        found += [present_of(Part.OTHER, line) for line in (self.others.data or "").splitlines()]
        return [person for person in found if person]


class DecisionForm(Form):
    decision = TextAreaField("Ý kiến chỉ đạo", [Length(max=1000)], description="Ghi nguyên văn", render_kw={"rows": 3})
    decided_by = _words("Người cho ý kiến", 120, "Họ tên, chức vụ")


class CorrectionForm(CountForm):
    reason = TextAreaField("Lý do đính chính", [Length(max=500)], render_kw={"rows": 2})


class RemovalForm(Form):
    reason = _words("Lý do thu hồi mà không mở", 500)


def box_input(form: BoxForm) -> BoxInput:
    code, place, seal = (field.data or "" for field in (form.code, form.place, form.seal_number))
    return BoxInput(code, place, seal, form.sealed_on.data, form.next_opening_on.data)


def new_minutes(box: BoxRow, now: datetime) -> MinutesForm:
    """The form for the next opening: its mark, today, the seal that should be there."""
    return MinutesForm(formdata=None, once=secrets.token_hex(12), opened_on=now.date(), seal_number=box.seal_number)


def minutes_of(form: MinutesForm, *, zone: Any) -> Minutes:
    """What was typed. Raises ValueError with the sentence to show beside the time."""
    at = None
    if form.opened_on.data is not None:
        hour, minute = _time_of(form.opened_time.data or "")
        at = datetime(form.opened_on.data.year, form.opened_on.data.month, form.opened_on.data.day, hour, minute, tzinfo=zone)
    lock, seal = form.lock_and_seal
    return Minutes(
        opened_at=at,
        seal_number=form.seal_number.data or "",
        lock_whole=lock,
        seal_whole=seal,
        description=form.description.data or "",
        people=form.people,
        count=form.figures,
        numbers=form.numbers.data or "",
        bag_number=form.bag_number.data or "",
        receiver=form.receiver.data or "",
        key_to=form.key_to.data or "",
        new_seal_number=form.new_seal_number.data or "",
        removes=bool(form.removes.data),
        next_opening_on=form.next_opening_on.data,
        remarks=form.remarks.data or "",
    )


def correction_of(opening: OpeningRow) -> CorrectionForm:
    """The figures as they are now, to be set right."""
    now = opening.now
    reasons = {f"reason_{reason.value}": n for reason, n in now.reasons.items()}
    return CorrectionForm(formdata=None, ballots=now.collected, handed_out=now.handed_out, valid=now.valid or None, **reasons)


def told_apart(form: F, by: str) -> F:
    """The same boxes stand several times on the page of a box: their ids are told apart, their names stay."""
    for field in form:
        field.id = f"{by}-{field.id}"
        field.label.field_id = field.id
    return form


def show_problems(form: Form, problems: Sequence[Problem]) -> None:
    """The service's sentences beside their boxes."""
    for problem in problems:
        name = problem.question if problem.question in form else _LINE_BOXES.get(problem.question, "reason")
        box = form[name] if name in form else next(iter(form))
        box.errors = [*box.errors, problem.sentence]


def _time_of(text: str) -> tuple[int, int]:
    found = _TIME.fullmatch(text.strip())
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (-1, 0)
    if not (0 <= hour < 24 and minute < 60):
        raise ValueError("Chưa ghi giờ mở." if not text.strip() else f"“{text}” không đọc được là giờ; ghi như 8:30.")
    return hour, minute
