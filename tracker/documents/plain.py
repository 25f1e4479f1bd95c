"""Text, pasted or from a .txt file: every line is a Line, also the empty ones, since they part cells and paragraphs."""

from __future__ import annotations

import codecs

from tracker.documents.clean import clean_line
from tracker.documents.legacy import refuse_legacy
from tracker.documents.refusals import unreadable
from tracker.rules.document import DocumentText, Line


def read_text(text: str, *, name: str = "") -> DocumentText:
    """Pasted text as a document. Raises UnreadableDocument when it is empty or typed in an old Vietnamese font."""
    lines = [clean_line(line) for line in text.splitlines()]
    if not any(line.strip() for line in lines):
        raise unreadable("file_empty", name=name) if name else unreadable("file_missing")
    refuse_legacy(lines)
    return DocumentText(tuple(Line(place, line) for place, line in enumerate(lines)))


def read_plain(content: bytes, name: str) -> DocumentText:
    """A .txt file: UTF-8 with or without a byte order mark, or UTF-16 with one. Raises UnreadableDocument."""
    return read_text(decode(content, name), name=name)


def decode(content: bytes, name: str) -> str:
    """The characters of a text file; guesses nothing, since a wrong guess changes names and figures unseen."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and not content.startswith(codecs.BOM_UTF32_LE):
        encoding = "utf-16"
    else:
        encoding = "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise unreadable("text_encoding", name=name) from None
    if "\x00" in text:
        raise unreadable("text_encoding", name=name)
    return text
