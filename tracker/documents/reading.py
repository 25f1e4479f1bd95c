"""One door for every kind of file: the content decides which reader takes it, and must agree with the name."""

from __future__ import annotations

import codecs
import re
from pathlib import PurePath

from tracker.documents.old_word import read_old_word
from tracker.documents.pdf import MAX_PAGES, read_pdf
from tracker.documents.plain import read_plain
from tracker.documents.refusals import unreadable
from tracker.documents.web_page import read_web_page
from tracker.documents.word import read_word
from tracker.rules.document import DocumentText

MEGABYTE = 1024 * 1024
MAX_BYTES = 20 * MEGABYTE

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML = re.compile(
    rb"^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|table|div|p|meta)\b",
    re.IGNORECASE | re.DOTALL,
)
#: What a file of each extension may hold. Old systems hand out HTML and RTF as .doc.
_HOLDS: dict[str, frozenset[str]] = {
    ".docx": frozenset({"zip"}),
    ".docm": frozenset({"zip"}),
    ".pdf": frozenset({"pdf"}),
    ".html": frozenset({"html", "text"}),
    ".htm": frozenset({"html", "text"}),
    ".txt": frozenset({"text"}),
    ".text": frozenset({"text"}),
    ".md": frozenset({"text"}),
    ".doc": frozenset({"ole", "rtf", "html"}),
    ".rtf": frozenset({"rtf"}),
    "": frozenset({"zip", "pdf", "html", "text", "ole", "rtf"}),
}


def read(content: bytes, file_name: str, *, max_bytes: int = MAX_BYTES, max_pages: int = MAX_PAGES) -> DocumentText:
    """The document of an uploaded file, in reading order.

    Raises UnreadableDocument, with the sentence that says why and what to do, for whatever cannot be read: too big, empty,
    locked, broken, unsafe, scanned, in an old font, or not what its extension says. No content raises anything else.
    """
    if len(content) > max_bytes:
        raise unreadable("file_too_big", name=file_name, size=-(-len(content) // MEGABYTE), max_mb=max_bytes // MEGABYTE)
    if not content.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise unreadable("file_empty", name=file_name)
    extension = PurePath(file_name.replace("\\", "/")).suffix.lower()
    if extension not in _HOLDS:
        raise unreadable("file_type", name=file_name)
    if extension == ".docm":
        raise unreadable("file_macro", name=file_name)
    kind = kind_of(content)
    if kind == "ole" and "EncryptedPackage".encode("utf-16-le") in content:
        raise unreadable("file_encrypted", name=file_name)
    if kind not in _HOLDS[extension]:
        raise unreadable("file_content_differs", name=file_name, ext=extension)
    if kind == "zip":
        return read_word(content, file_name)
    if kind == "pdf":
        return read_pdf(content, file_name, max_pages=max_pages)
    if kind == "html" or extension in {".html", ".htm"}:
        return read_web_page(content, file_name)
    if kind in {"ole", "rtf"}:
        return read_old_word(content, file_name, ".rtf" if kind == "rtf" else ".doc")
    return read_plain(content, file_name)


def kind_of(content: bytes) -> str:
    """What a file holds, by its first bytes: "zip", "pdf", "ole", "rtf", "html" or "text"."""
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if content.startswith(_OLE):
        return "ole"
    if b"%PDF-" in content[:1024]:
        return "pdf"
    if content.startswith(b"{\\rtf"):
        return "rtf"
    start = content[:4096]
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        start = start[: len(start) // 2 * 2].decode("utf-16", "replace").encode("utf-8")
    start = start.removeprefix(codecs.BOM_UTF8)
    return "html" if _HTML.match(start) else "text"
