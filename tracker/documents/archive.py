"""What a .docx is before it is opened: a zip that must be small when unpacked, without macros, passwords and DTDs."""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib

from tracker.documents.refusals import unreadable

_MEGABYTE = 1024 * 1024
#: Text of hundreds of pages stays far below; pictures hardly shrink in a zip.
MAX_UNPACKED_BYTES = 100 * _MEGABYTE
#: One part of XML: it grows tenfold in memory when parsed.
MAX_PART_BYTES = 12 * _MEGABYTE
MAX_PARTS = 5_000
MAX_RATIO = 200
_SMALL = _MEGABYTE
#: What the zip library raises for damaged files; each of its unpackers has errors of its own.
DAMAGED = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, RuntimeError,
)  # fmt: skip
#: A document type of its own, with entities that swell in memory, in each encoding that is read.
DTD = tuple(mark.encode(encoding) for mark in ("<!DOCTYPE", "<!ENTITY") for encoding in ("ascii", "utf-16-le", "utf-16-be"))


def check_archive(content: bytes, name: str) -> None:
    """Raises UnreadableDocument for a zip that is no Word document, or one that is not safe to open."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_parts(archive, content, name)
    except DAMAGED as error:
        raise unreadable("file_broken", name=name) from error


def _check_parts(archive: zipfile.ZipFile, content: bytes, name: str) -> None:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if any(part.flag_bits & 0x1 for part in parts):
        raise unreadable("file_encrypted", name=name)
    if any(part.lower().endswith("vbaproject.bin") for part in names):
        raise unreadable("file_macro", name=name)
    unpacked = sum(part.file_size for part in parts)
    too_much = len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED_BYTES
    too_dense = unpacked > _SMALL and unpacked > MAX_RATIO * len(content)
    xml = [part for part in parts if part.filename.lower().endswith((".xml", ".rels"))]
    if too_much or too_dense or any(part.file_size > MAX_PART_BYTES for part in xml):
        raise unreadable("file_unpacks", name=name, size=-(-unpacked // _MEGABYTE), max_mb=MAX_UNPACKED_BYTES // _MEGABYTE)
    if "word/document.xml" not in names and not any(part.startswith("word/document") for part in names):
        raise unreadable("file_content_differs", name=name, ext=".docx")
    for part in xml:
        head = archive.read(part)
        if any(mark in head for mark in DTD):
            raise unreadable("file_unsafe", name=name)
        if part.filename == "[Content_Types].xml" and b"macroEnabled" in head:
            raise unreadable("file_macro", name=name)
