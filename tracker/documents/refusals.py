"""The exception of an unreadable document, with its sentence."""

from __future__ import annotations

from tracker.errors import UnreadableDocument
from tracker.wording import sentence


def unreadable(key: str, **values: object) -> UnreadableDocument:
    """`raise unreadable("file_empty", name=…)`; the keys are those of wording.refusals, "Uploads"."""
    return UnreadableDocument(key, sentence(key, **values))
