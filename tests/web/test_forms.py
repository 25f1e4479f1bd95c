"""Messages in Vietnamese, days as offices write them, text in one form."""

from __future__ import annotations

import ast
import re
import unicodedata
from datetime import date
from pathlib import Path

import flask_wtf
import pytest
import wtforms
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from wtforms import IntegerField, StringField, TextAreaField
from wtforms.validators import Length, NumberRange

from tracker.web.forms import MESSAGES, DayField, Form, Needed, read_day
from tracker.wording import date_short


class SampleForm(Form):
    name = StringField("Tên", [Needed("tên"), Length(max=5)], filters=[str.upper])
    note = TextAreaField("Ghi chú")
    number = IntegerField("Số", [NumberRange(max=9)])
    day = DayField("Ngày")
    since = DayField("Từ ngày", [Needed("ngày đầu")])


@pytest.fixture
def filled():
    app = Flask(__name__)
    app.config.update(SECRET_KEY="x", WTF_CSRF_ENABLED=False)

    def made(**fields: str) -> SampleForm:
        with app.test_request_context(method="POST", data={"since": "01/7/2021"} | fields):
            form = SampleForm()
            form.validate()
            return form

    return made


def messages_of(folder: Path):
    """Every text that a package hands to gettext or ngettext."""
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("gettext", "ngettext"):
                text = node.args[0]
                if isinstance(text, ast.Constant) and isinstance(text.value, str):
                    yield text.value


def test_no_message_of_wtforms_is_left_in_english() -> None:
    found = {text for package in (wtforms, flask_wtf) for text in messages_of(Path(package.__file__).parent)}
    assert len(found) > 30
    assert found - MESSAGES.keys() == set()


def test_messages_keep_their_values() -> None:
    for english, vietnamese in MESSAGES.items():
        values = {name for name in ("%(min)", "%(max)", "%(values)", "%(value)", "{extensions}") if name in english}
        assert all(name in vietnamese for name in values), english


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", "", "Chưa ghi tên."),
        ("name", "dài quá rồi", "Dài quá 5 ký tự; viết gọn lại."),
        ("number", "ba", "Không phải số nguyên; ghi chữ số, không ghi kèm đơn vị tính."),
        ("number", "10", "Số không được quá 9."),
        ("since", "", "Chưa ghi ngày đầu."),
        ("since", "30/2/2021", "Ngày “30/2/2021” không có trong lịch; kiểm tra lại ngày và tháng."),
        ("day", "30/2/2021", "Ngày “30/2/2021” không có trong lịch; kiểm tra lại ngày và tháng."),
    ],
)
def test_what_is_wrong_is_said_in_vietnamese(filled, field: str, typed: str, said: str) -> None:
    form = filled(**({"name": "An", "number": "1"} | {field: typed}))
    assert form.errors[field][0] == said


def test_text_comes_out_stripped_and_in_one_form(filled) -> None:
    apart = unicodedata.normalize("NFD", "  Hòa  ")
    form = filled(name=apart, note="một\r\nhai ", number="1")
    assert form.name.data == unicodedata.normalize("NFC", "HÒA")
    assert form.note.data == "một\nhai"
    again = filled(name=apart, number="1")  # filters are not added twice
    assert again.name.data == form.name.data


def test_an_empty_day_is_no_day(filled) -> None:
    form = filled(name="An", number="1", day="  ")
    assert (form.day.data, form.errors) == (None, {})


@given(day=st.dates(date(1900, 1, 1), date(2200, 1, 1)))
def test_a_day_written_our_way_is_read_back(day: date) -> None:
    assert read_day(date_short(day)) == read_day(day.isoformat()) == read_day(f"{day:%d-%m-%Y}") == day


@given(text=st.text(max_size=20) | st.from_regex(r"\d{1,2}/\d{1,2}/\d{4}", fullmatch=True))
def test_any_text_is_a_day_or_a_sentence(text: str) -> None:
    try:
        said = date_short(read_day(text))
    except ValueError as error:
        said = str(error)
    assert re.fullmatch(r"\d\d/\d{1,2}/\d+|(“|Ngày “)(.|\n)*(ví dụ 27/9/2021|kiểm tra lại ngày và tháng)\.", said)
