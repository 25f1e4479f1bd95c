"""The one door: which file is taken, and the sentence for each that is not."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from tests.documents.making import as_docx, pdf, words, zipped
from tracker.documents import read
from tracker.documents.reading import kind_of
from tracker.errors import UnreadableDocument
from tracker.rules.document import Line

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
WORD, PDF, TEXT = as_docx("Kế hoạch"), pdf(words(72, 700, "Ke hoach khao sat su hai long nam 2024")), "Kế hoạch".encode()
SHEET = zipped({"xl/workbook.xml": b"<x/>"})
HTML = b"<!DOCTYPE html><p>Ke hoach</p>"


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "a.txt", "Tệp “a.txt” không có nội dung; kiểm tra lại tệp."),
        (b" \n\t\n", "a.docx", "Tệp “a.docx” không có nội dung; kiểm tra lại tệp."),
        (b"\xef\xbb\xbf", "a.txt", "Tệp “a.txt” không có nội dung; kiểm tra lại tệp."),
        (b"x" * 20_971_521, "a.pdf", "Tệp “a.pdf” 21 MB, vượt mức 20 MB; nén ảnh trong văn bản hoặc tách tệp."),
        (TEXT, "a.xlsx", "Tệp “a.xlsx” không thuộc loại nhận được (.docx, .pdf, .txt, .html); lưu lại dưới dạng .docx."),
        (TEXT, "a.exe", "Tệp “a.exe” không thuộc loại nhận được (.docx, .pdf, .txt, .html); lưu lại dưới dạng .docx."),
        (WORD, "a.docm", "Tệp “a.docm” có macro nên không nhận; lưu lại thành .docx hoặc .xlsx không có macro."),
        (PDF, "a.docx", "Nội dung tệp “a.docx” không đúng với phần mở rộng .docx; lưu lại từ phần mềm gốc."),
        (WORD, "a.PDF", "Nội dung tệp “a.PDF” không đúng với phần mở rộng .pdf; lưu lại từ phần mềm gốc."),
        (WORD, "a.txt", "Nội dung tệp “a.txt” không đúng với phần mở rộng .txt; lưu lại từ phần mềm gốc."),
        (HTML, "a.txt", "Nội dung tệp “a.txt” không đúng với phần mở rộng .txt; lưu lại từ phần mềm gốc."),
        (TEXT, "a.docx", "Nội dung tệp “a.docx” không đúng với phần mở rộng .docx; lưu lại từ phần mềm gốc."),
        (OLE, "a.docx", "Nội dung tệp “a.docx” không đúng với phần mở rộng .docx; lưu lại từ phần mềm gốc."),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "a.docx", "Tệp “a.docx” có mật khẩu; bỏ mật khẩu rồi tải lại."),
        (SHEET, "a.docx", "Nội dung tệp “a.docx” không đúng với phần mở rộng .docx; lưu lại từ phần mềm gốc."),
    ],
)  # fmt: skip
def test_a_file_is_refused_with_its_sentence(content: bytes, name: str, sentence: str) -> None:
    with pytest.raises(UnreadableDocument) as refusal:
        read(content, name)
    assert refusal.value.sentence == sentence


@pytest.mark.parametrize(
    ("content", "name"), [(WORD, "a.DOCX"), (WORD, "kế hoạch"), (PDF, "C:\\tệp\\a.pdf"), (TEXT, "a.md"), (TEXT, "a")]
)
def test_a_file_is_taken_by_its_content(content: bytes, name: str) -> None:
    assert any(
        isinstance(block, Line) and block.text.startswith(("Kế hoạch", "Ke hoach")) for block in read(content, name).blocks
    )


def test_limits_are_the_callers() -> None:
    with pytest.raises(UnreadableDocument, match="vượt mức 1 MB"):
        read(b"x" * 1_048_577, "a.txt", max_bytes=1_048_576)
    with pytest.raises(UnreadableDocument, match="có 2 trang, vượt mức 1 trang"):
        read(pdf(words(72, 700, "a"), words(72, 700, "b")), "a.pdf", max_pages=1)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (WORD, "zip"), (PDF, "pdf"), (b"\n%PDF-1.7", "pdf"), (OLE, "ole"), (b"{\\rtf1 x}", "rtf"), (HTML, "html"),
        (b"\xef\xbb\xbf <html>", "html"), ("<html>".encode("utf-16"), "html"), (b"<?xml version='1.0'?><html/>", "html"),
        (b"<p>x</p>", "html"), (TEXT, "text"), (b"a < b", "text"),
    ],
)  # fmt: skip
def test_the_kind_of_a_file_is_seen_in_its_first_bytes(content: bytes, kind: str) -> None:
    assert kind_of(content) == kind


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH of our own: only what a test puts there is found."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def converter(folder: Path, script: str) -> None:
    program = folder / "soffice"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)


@pytest.mark.parametrize("content", [OLE, b"{\\rtf1 Ke hoach}"], ids=["doc", "rtf saved as doc"])
def test_an_old_word_file_is_refused_where_nothing_can_convert_it(programs: Path, content: bytes) -> None:
    assert os.listdir(programs) == []
    with pytest.raises(UnreadableDocument) as refusal:
        read(content, "cũ.doc")
    assert refusal.value.sentence == "Tệp “cũ.doc” là .doc đời cũ; mở bằng Word và lưu thành .docx."


def test_an_old_word_file_is_converted_where_libreoffice_is_installed(programs: Path, tmp_path: Path) -> None:
    (tmp_path / "made.docx").write_bytes(as_docx("KẾ HOẠCH\tcũ"))
    # Stands in for LibreOffice: `--outdir FOLDER SOURCE` are its last arguments.
    converter(programs, f'while [ $# -gt 2 ]; do shift; done\n/bin/cp "{tmp_path}/made.docx" "$1/document.docx"')
    assert [cell.text for block in read(OLE, "cũ.doc").blocks for row in getattr(block, "rows", ()) for cell in row] == [
        "KẾ HOẠCH",
        "cũ",
    ]


@pytest.mark.parametrize("script", ["exit 1", "exit 0"], ids=["fails", "makes nothing"])
def test_a_conversion_that_fails_is_refused(programs: Path, script: str) -> None:
    converter(programs, script)
    with pytest.raises(UnreadableDocument) as refusal:
        read(OLE, "cũ.doc")
    assert refusal.value.key == "file_doc_old"


def test_html_handed_out_as_doc_is_read_as_html() -> None:
    assert read("<html><p>Kế hoạch</p>".encode(), "a.doc").blocks == (Line(0, "Kế hoạch"),)
