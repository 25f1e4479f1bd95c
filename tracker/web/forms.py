"""What all forms share: Vietnamese messages, text in one normal form, days typed as offices write them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from markupsafe import Markup, escape
from wtforms import Field, StringField, TextAreaField, ValidationError
from wtforms.meta import DefaultMeta
from wtforms.validators import DataRequired, InputRequired, StopValidation
from wtforms.widgets import TextInput, html_params

from tracker.wording import date_short, nfc

#: WTForms has no Vietnamese catalogue: its message -> ours. The test reads WTForms' sources and asks that none is missing.
MESSAGES = {
    "This field is required.": "Ô này còn trống; điền vào.",
    "Field must be equal to %(other_name)s.": "Hai ô phải giống nhau.",
    "Field must be at least %(min)d character long.": "Cần ít nhất %(min)d ký tự.",
    "Field cannot be longer than %(max)d character.": "Dài quá %(max)d ký tự; viết gọn lại.",
    "Field must be exactly %(max)d character long.": "Cần đúng %(max)d ký tự.",
    "Field must be between %(min)d and %(max)d characters long.": "Cần từ %(min)d đến %(max)d ký tự.",
    "Number must be at least %(min)s.": "Số phải từ %(min)s trở lên.",
    "Number must be at most %(max)s.": "Số không được quá %(max)s.",
    "Number must be between %(min)s and %(max)s.": "Số phải từ %(min)s đến %(max)s.",
    "Date must be at least %(min)s.": "Ngày phải từ %(min)s trở đi.",
    "Date must be at most %(max)s.": "Ngày không được sau %(max)s.",
    "Date must be between %(min)s and %(max)s.": "Ngày phải từ %(min)s đến %(max)s.",
    "Invalid input.": "Nội dung không đúng dạng.",
    "Invalid email address.": "Đây không phải địa chỉ thư điện tử.",
    "Invalid IP address.": "Đây không phải địa chỉ IP.",
    "Invalid Mac address.": "Đây không phải địa chỉ MAC.",
    "Invalid URL.": "Đây không phải địa chỉ trang.",
    "Invalid UUID.": "Mã không đúng dạng.",
    "Invalid value, must be one of: %(values)s.": "Chỉ nhận một trong các giá trị: %(values)s.",
    "Invalid value, can't be any of: %(values)s.": "Không nhận các giá trị: %(values)s.",
    "Invalid field name '%s'.": "Không có ô “%s”.",
    "This field cannot be edited.": "Ô này không sửa được.",
    "This field is disabled and cannot have a value.": "Ô này không sửa được.",
    "Invalid Choice: could not coerce.": "Phương án không đúng dạng; chọn lại.",
    "Invalid choice(s): one or more data inputs could not be coerced.": "Có phương án không đúng dạng; chọn lại.",
    "Choices cannot be None.": "Danh sách phương án đang trống.",
    "Not a valid choice.": "Phương án này không có trong danh sách; chọn lại.",
    "'%(value)s' is not a valid choice for this field.": "“%(value)s” không có trong danh sách; chọn lại.",
    "Not a valid datetime value.": "Không đọc được là ngày giờ; ghi theo ngày/tháng/năm giờ:phút.",
    "Not a valid date value.": "Không đọc được là ngày; ghi theo ngày/tháng/năm.",
    "Not a valid time value.": "Không đọc được là giờ; ghi theo giờ:phút.",
    "Not a valid week value.": "Không đọc được là tuần.",
    "Not a valid integer value.": "Không phải số nguyên; ghi chữ số, không ghi kèm đơn vị tính.",
    "Not a valid decimal value.": "Không phải số; ghi chữ số, không ghi kèm đơn vị tính.",
    "Not a valid float value.": "Không phải số; ghi chữ số, không ghi kèm đơn vị tính.",
    "Invalid CSRF Token.": "Biểu mẫu không còn hiệu lực; bấm lại nút một lần nữa.",
    "CSRF token missing.": "Biểu mẫu không còn hiệu lực; bấm lại nút một lần nữa.",
    "CSRF failed.": "Biểu mẫu không còn hiệu lực; bấm lại nút một lần nữa.",
    "CSRF token expired.": "Biểu mẫu mở quá lâu; bấm lại nút một lần nữa.",
    "The CSRF tokens do not match.": "Biểu mẫu không còn hiệu lực; bấm lại nút một lần nữa.",
    "The CSRF token is missing.": "Biểu mẫu không còn hiệu lực; bấm lại nút một lần nữa.",
    "The CSRF token is invalid.": "Biểu mẫu không còn hiệu lực; bấm lại nút một lần nữa.",
    "The CSRF token has expired.": "Biểu mẫu mở quá lâu; bấm lại nút một lần nữa.",
    "File does not have an approved extension: {extensions}": "Loại tệp này không nhận; chỉ nhận {extensions}.",
    "File does not have an approved extension.": "Loại tệp này không nhận.",
}

#: 1/7/2021, 01/07/2021, 1-7-2021, 1.7.2021
_DAY = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")
_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


class _Vietnamese:
    """What WTForms asks for its messages."""

    def gettext(self, text: str) -> str:
        return MESSAGES.get(text, text)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return MESSAGES.get(singular, singular if n == 1 else plural)  # Vietnamese nouns have one form


class Form(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """The base of every form. Text comes out stripped and in NFC: some keyboards send letters and marks apart."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        def get_translations(self, form: Any) -> _Vietnamese:
            return _Vietnamese()

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            if issubclass(unbound_field.field_class, (StringField, TextAreaField)):
                given = unbound_field.kwargs.get("filters", ())
                options = {**options, "filters": [*given, clean_text]}
            return DefaultMeta.bind_field(self, form, unbound_field, options)


def clean_text(value: object) -> object:
    """NFC, without spaces at the ends; line ends as \\n. Anything but text passes through."""
    return nfc(value).replace("\r\n", "\n").strip() if isinstance(value, str) else value


class Needed(DataRequired):  # type: ignore[misc]
    """A field that must be filled: its message says what is missing."""

    def __init__(self, what: str) -> None:
        super().__init__(f"Chưa ghi {what}.")

    def __call__(self, form: Any, field: Any) -> None:
        if field.process_errors:  # something was written, and it is said already what is wrong with it
            raise StopValidation
        super().__call__(form, field)


class LongSelect:
    """A select with a thousand choices: made in one go."""

    def __call__(self, field: Any, **attributes: Any) -> Markup:
        options = "".join(
            f'<option value="{escape(value)}"{" selected" if value == field.data else ""}>{escape(label)}</option>'
            for value, label in field.choices
        )
        attributes.setdefault("id", field.id)
        return Markup(f"<select {html_params(name=field.name, **attributes)}>{options}</select>")  # noqa: S704  # escaped above


class NeededChoice(InputRequired):  # type: ignore[misc]
    def __init__(self, what: str) -> None:
        super().__init__(f"Chưa chọn {what}.")


class DayField(Field):  # type: ignore[misc]
    """A day typed as dd/mm/yyyy (an `<input type="date">` would show the browser's own order); None when left empty."""

    widget = TextInput()
    data: date | None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return date_short(self.data) if self.data else ""

    def process_formdata(self, values: Sequence[str]) -> None:
        self.data = None
        text = values[0].strip() if values else ""
        if text:
            try:
                self.data = read_day(text)
            except ValueError as error:
                raise ValidationError(str(error)) from None


def read_day(text: str) -> date:
    """18/6/2021, 01/07/2021 or 2021-06-18 as a day; raises ValueError with the sentence to show."""
    text = text.strip()
    if found := _DAY.fullmatch(text):
        day, month, year = (int(part) for part in found.groups())
    elif found := _ISO_DAY.fullmatch(text):
        year, month, day = (int(part) for part in found.groups())
    else:
        raise ValueError(f"“{text}” không đọc được là ngày; ghi theo ngày/tháng/năm, ví dụ 27/9/2021.")
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"Ngày “{text}” không có trong lịch; kiểm tra lại ngày và tháng.") from None
