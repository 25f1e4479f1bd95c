"""No bytes crash the reader: whatever comes, it is a document or a sentence."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.documents.making import as_docx, as_html, pdf, ruled, sample_text, words
from tracker.documents import read, read_text
from tracker.errors import UnreadableDocument
from tracker.rules.document import DocumentText, Line

NAMES = st.sampled_from(["a.txt", "a.docx", "a.pdf", "a.html", "a.doc", "a", "a.md"])
VALID = {
    "a.docx": as_docx(sample_text("van-thang-2023")),
    "a.html": as_html(sample_text("van-thang-2023")).encode(),
    "a.txt": sample_text("van-thang-2023").encode(),
    "a.pdf": pdf(
        words(72, 700, "Ke hoach khao sat su hai long cua nguoi dan")
        + ruled([72, 200, 300], [600, 550, 500])
        + words(80, 570, "1")
    ),
}
HEADS = [
    b"",
    b"PK\x03\x04",
    b"%PDF-1.4\n",
    b"<html>",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
]
#: What makes the reader start LibreOffice, which takes a second each time.
OLD_WORD = [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf1"]


def sound(content: bytes, name: str) -> None:
    """Either a document whose places count up, or a refusal with a sentence."""
    outcome = outcome_of(lambda: read(content, name))
    if isinstance(outcome, UnreadableDocument):
        assert outcome.sentence.endswith(".")
    else:
        holds_together(outcome)


def outcome_of(reading: Callable[[], DocumentText]) -> DocumentText | UnreadableDocument:
    try:
        return reading()
    except UnreadableDocument as refusal:
        return refusal


def holds_together(document: DocumentText) -> None:
    assert [block.place for block in document.blocks] == list(range(len(document.blocks)))
    for block in document.blocks:
        if isinstance(block, Line):
            assert "\n" not in block.text
            assert "\x00" not in block.text
        else:
            assert block.rows
            assert len({len(row) for row in block.rows}) == 1


@settings(max_examples=150, deadline=None)
@given(
    start=st.tuples(st.sampled_from(HEADS), NAMES) | st.tuples(st.sampled_from(OLD_WORD), st.sampled_from(["a.txt", "a.docx"])),
    body=st.binary(max_size=300),
)
def test_no_bytes_crash_the_reader(start: tuple[bytes, str], body: bytes) -> None:
    head, name = start
    sound(head + body, name)


@pytest.mark.parametrize("head", OLD_WORD)
@settings(max_examples=3, deadline=None)
@given(body=st.binary(max_size=300), name=st.sampled_from(["a.doc", "a"]))
def test_no_bytes_of_an_old_word_file_crash_the_reader(head: bytes, body: bytes, name: str) -> None:
    sound(head + body, name)


@pytest.mark.parametrize("name", sorted(VALID))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_no_damage_to_a_good_file_crashes_the_reader(name: str, data: st.DataObject) -> None:
    content = bytearray(VALID[name])
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(content) - 1))
        length = data.draw(st.integers(0, 40))
        content[start : start + length] = data.draw(st.binary(max_size=40))
        if not content:
            content = bytearray(b" ")
    sound(bytes(content), name)


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=400))
def test_any_pasted_text_is_a_document_or_a_sentence(text: str) -> None:
    outcome = outcome_of(lambda: read_text(text))
    if isinstance(outcome, UnreadableDocument):
        assert outcome.sentence.endswith(".")
    else:
        holds_together(outcome)


@settings(max_examples=60, deadline=None)
@given(
    tags=st.lists(
        st.sampled_from(
            [
                "<table>",
                "</table>",
                "<tr>",
                "</tr>",
                "<td>",
                "<td rowspan=3>",
                "<td colspan=2>",
                "</td>",
                "<p>",
                "<ol>",
                "<li>",
                "x ",
                "việc",
            ]
        ),
        max_size=40,
    )
)
def test_tags_in_any_order_give_whole_tables(tags: list[str]) -> None:
    sound(("<html>" + "".join(tags)).encode(), "a.html")
