"""Pasted text and .txt files."""

from __future__ import annotations

import codecs
import unicodedata

import pytest

from tests.documents.making import SAMPLES, sample_text
from tracker.documents import read, read_text
from tracker.errors import UnreadableDocument
from tracker.rules.document import Line


def test_every_line_keeps_its_place_also_an_empty_one() -> None:
    document = read_text("KẾ HOẠCH\n\nI. MỤC ĐÍCH\r\nmột\tdòng\n")
    assert document.blocks == (Line(0, "KẾ HOẠCH"), Line(1, ""), Line(2, "I. MỤC ĐÍCH"), Line(3, "một\tdòng"))


def test_a_leading_and_a_trailing_tab_stay_since_they_part_cells() -> None:
    assert read_text("\tTT\n1\tviệc\t").blocks == (Line(0, "\tTT"), Line(1, "1\tviệc\t"))


@pytest.mark.parametrize(
    ("typed", "read_as"),
    [
        (unicodedata.normalize("NFD", "Kế hoạch"), "Kế hoạch"),
        ("Số:\u00a0104\u202f/KH", "Số: 104 /KH"),
        ("Quy\u00adết đị\u200bnh", "Quyết định"),
        ("\ufeffKế hoạch", "Kế hoạch"),
        ("Ðiều 1. Giao ðơn vị", "Điều 1. Giao đơn vị"),
        ("một\x0bhai", "một"),
    ],
    ids=["letters apart", "odd spaces", "invisible marks", "byte order mark", "eth for đ", "vertical tab parts lines"],
)
def test_text_is_brought_to_one_spelling(typed: str, read_as: str) -> None:
    first = read_text(typed).blocks[0]
    assert isinstance(first, Line)
    assert first.text == read_as


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode(),
        lambda text: codecs.BOM_UTF8 + text.encode(),
        lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le"),
        lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: unicodedata.normalize("NFD", text).encode(),
    ],
    ids=["utf-8", "with mark", "utf-16 little", "utf-16 big", "windows lines", "letters apart"],
)
def test_a_text_file_reads_the_same_in_every_unicode_form(name: str, encode: object) -> None:
    text = sample_text(name)
    assert callable(encode)
    assert read(encode(text), f"{name}.txt") == read_text(text)


@pytest.mark.parametrize(
    "content",
    [
        "Kế hoạch".encode("utf-16-le"),
        "Kế hoạch".encode("cp1258", "replace") + b"\xff\xfe\xec",
        b"Khao sat \x9d\xfe\xff",
    ],
    ids=["utf-16 without mark", "Windows 1258", "no text"],
)
def test_another_encoding_is_refused_and_never_guessed(content: bytes) -> None:
    with pytest.raises(UnreadableDocument) as refusal:
        read(content, "kế hoạch.txt")
    assert refusal.value.sentence == "Tệp “kế hoạch.txt” không ở bảng mã UTF-8; lưu lại dạng văn bản UTF-8 rồi tải lại."


@pytest.mark.parametrize(
    "line",
    [
        "KÕ ho¹ch kh¶o s¸t, ®¸nh gi¸ møc ®é hµi lßng cña ng­êi d©n ®èi víi sù phôc vô",
        "Keá hoaïch khaûo saùt, ñaùnh giaù möùc ñoä haøi loøng cuûa ngöôøi daân ñoái vôùi söï phuïc vuï",
    ],
    ids=["TCVN3", "VNI"],
)
def test_text_of_an_old_font_is_refused(line: str) -> None:
    with pytest.raises(UnreadableDocument) as refusal:
        read_text(line)
    assert (refusal.value.key, refusal.value.sentence) == (
        "font_legacy",
        "Văn bản dùng bảng mã TCVN3 hoặc VNI; chuyển sang Unicode rồi tải lại.",
    )


@pytest.mark.parametrize(
    "line", ["© 2024 ® ¼ ½ µ", "Café, señor, naïve, Zoë: ùa về", "Khảo sát của ông Müller và bà Núñez ở Köln", "abc " * 500]
)
def test_foreign_letters_and_signs_are_no_old_font(line: str) -> None:
    assert read_text(f"Kế hoạch khảo sát của Ủy ban nhân dân. {line}").blocks


@pytest.mark.parametrize(("text", "key"), [("", "file_missing"), (" \n\t\n\u200b", "file_missing")])
def test_an_empty_paste_is_refused(text: str, key: str) -> None:
    with pytest.raises(UnreadableDocument) as refusal:
        read_text(text)
    assert refusal.value.key == key
