"""One door for every kind of file: which reader takes it, decided by the content and checked against the name."""

from __future__ import annotations

from tracker.documents.plain import read_plain
from tracker.documents.refusals import unreadable
from tracker.rules.document import DocumentText

MEGABYTE = 1024 * 1024
MAX_BYTES = 20 * MEGABYTE


def read(content: bytes, file_name: str, *, max_bytes: int = MAX_BYTES) -> DocumentText:
    """The document of an uploaded file. Raises UnreadableDocument with the sentence that says why and what to do."""
    if len(content) > max_bytes:
        raise unreadable("file_too_big", name=file_name, size=-(-len(content) // MEGABYTE), max_mb=max_bytes // MEGABYTE)
    if not content.strip():
        raise unreadable("file_empty", name=file_name)
    return read_plain(content, file_name)
