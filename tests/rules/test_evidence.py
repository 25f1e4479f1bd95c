"""What may be handed in, told by the bytes of a file."""

from __future__ import annotations

import contextlib
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import Refused
from tracker.rules.evidence import DOCX, XLSX, check_evidence, clean_name

PDF = b"%PDF-1.7\n1 0 obj\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00"


def office(*parts, types=b"<Types/>"):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("[Content_Types].xml", types)
        for part in parts:
            archive.writestr(part, b"<x/>")
    return made.getvalue()


WORD, EXCEL = office("word/document.xml"), office("xl/workbook.xml")

GOOD = (
    ("bien ban.pdf", PDF, "application/pdf"),
    ("Ảnh.JPG", JPEG, "image/jpeg"),
    ("anh.png", PNG, "image/png"),
    ("báo cáo.docx", WORD, DOCX),
    ("bảng.xlsx", EXCEL, XLSX),
    ("ghi chú.txt", "Đã thu đủ phiếu".encode(), "text/plain"),
    ("số.csv", "a;b\n1;2".encode("utf-8-sig"), "text/csv"),
)
BAD = (
    ("anh.png", PDF, "file_content_differs"),
    ("tep.pdf", JPEG, "file_content_differs"),
    ("tep.docx", EXCEL, "file_content_differs"),
    ("tep.docx", PDF, "file_content_differs"),
    ("tep.txt", b"<!doctype html><script>alert(1)</script>", "file_content_differs"),
    ("tep.csv", b"\x00\x01\x02", "file_content_differs"),
    ("tep.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 100, "file_encrypted"),
    ("tep.docm", WORD, "file_macro"),
    ("tep.docx", office("word/document.xml", "word/vbaProject.bin"), "file_macro"),
    ("tep.xlsx", office("xl/workbook.xml", types=b"<Types macroEnabled/>"), "file_macro"),
    ("tep.docx", WORD[:-30], "file_broken"),
    ("tep.exe", b"MZ", "evidence_type"),
    ("tep.svg", b"<svg/>", "evidence_type"),
    ("tep", PDF, "evidence_type"),
    ("tep.pdf", b"", "file_empty"),
    ("tep.pdf", PDF + b"0" * 11 * 1024 * 1024, "file_too_big"),
)


@pytest.mark.parametrize(("name", "content", "media_type"), GOOD)
def test_a_file_is_what_its_bytes_say(name, content, media_type):
    found = check_evidence(content, name, max_megabytes=10)
    assert (found.file_name, found.media_type, found.content) == (name, media_type, content)


@pytest.mark.parametrize(("name", "content", "key"), BAD)
def test_a_file_that_may_not_be_kept_is_refused_with_its_name(name, content, key):
    with pytest.raises(Refused) as refused:
        check_evidence(content, name, max_megabytes=10)
    assert refused.value.key == key
    assert f"“{name}”" in refused.value.sentence


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\Users\\ha\\Biên bản.pdf", "Biên bản.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie x.pdf"),
        ("...", "tep"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_a_name_keeps_its_last_part_without_signs_that_systems_stumble_over(given, kept):
    assert clean_name(given) == kept


@given(st.binary(max_size=400), st.sampled_from(["a.pdf", "a.docx", "a.xlsx", "a.csv", "a.png", "a.jpeg", "a.txt"]))
def test_no_content_does_more_than_be_refused(content, name):
    for bytes_ in (content, b"PK\x03\x04" + content, WORD[:40] + content):
        with contextlib.suppress(Refused):
            check_evidence(bytes_, name, max_megabytes=1)
