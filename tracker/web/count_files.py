"""Files of counts that an office hands in: the upload, its columns by their headings, whole numbers as offices write them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from flask import request
from werkzeug.datastructures import FileStorage

from tracker.errors import UnreadableRows
from tracker.wording import refusal, search_key, sentence


def upload_of(name: str = "file") -> FileStorage:
    """The file of a form's box. Raises Refused when none was chosen."""
    upload = request.files.get(name)
    if upload is None or not upload.filename:
        raise refusal("import_no_file")
    return upload


def places_of(headings: Sequence[str], wanted: Mapping[str, Collection[str]]) -> list[int]:
    """Where each wanted column (its name -> how it may be headed, folded) stands. Raises UnreadableRows for those missing."""
    heads = [search_key(cell) for cell in headings]
    found = {name: next((at for at, head in enumerate(heads) if head in known), None) for name, known in wanted.items()}
    missing = [name for name, at in found.items() if at is None]
    if missing:
        raise UnreadableRows([sentence("columns_missing", columns=" và ".join(missing))])
    return [at for at in found.values() if at is not None]


def cells_at(cells: Sequence[str], places: Sequence[int]) -> list[str]:
    """The cells of these places; a row may end early."""
    return [cells[at].strip() if at < len(cells) else "" for at in places]


def whole_number(text: str) -> int | None:
    """1.200 or 1200; None for anything else."""
    digits = text.replace(".", "").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None
