"""What may be handed in as evidence (văn bản, ảnh, bảng số liệu), told by a file's bytes and not by its name."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath

from tracker.errors import Refused
from tracker.wording import refusal

_MEGABYTE = 1024 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NAME_MAX = 200
#: A picture or document never unpacks to so much.
_UNPACKED_MAX = 200 * _MEGABYTE
_PARTS_MAX = 5_000

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Extension -> what its bytes must be.
KINDS = {
    ".pdf": "application/pdf",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".docx": DOCX,
    ".xlsx": XLSX,
    ".txt": "text/plain",
    ".csv": "text/csv",
}
ACCEPTED_WORDS = ".pdf, .jpg, .png, .docx, .xlsx, .txt, .csv"
ACCEPTED = ",".join(KINDS)


@dataclass(frozen=True)
class Evidence:
    """A file that may be kept."""

    file_name: str  #: cleaned: no folder, no sign that a system may stumble over
    media_type: str
    content: bytes


def check_evidence(content: bytes, file_name: str, *, max_megabytes: int) -> Evidence:
    """The file as it may be kept. Raises Refused: file_too_big, file_empty, evidence_type, file_content_differs, file_encrypted,
    file_macro, file_broken."""
    name = clean_name(file_name)
    if len(content) > max_megabytes * _MEGABYTE:
        raise refusal("file_too_big", name=name, size=-(-len(content) // _MEGABYTE), max_mb=max_megabytes)
    if not content.strip():
        raise refusal("file_empty", name=name)
    extension = PurePosixPath(name).suffix.lower()
    if extension in (".docm", ".xlsm", ".xlsb"):
        raise refusal("file_macro", name=name)
    if extension not in KINDS:
        raise Refused("evidence_type", f"Tệp “{name}” không thuộc loại nhận được ({ACCEPTED_WORDS}); lưu lại dưới dạng .pdf.")
    wanted = KINDS[extension]
    if content.startswith(_OLE):
        raise refusal("file_encrypted", name=name) if extension in (".docx", ".xlsx") else _differs(name, extension)
    if wanted in (DOCX, XLSX):
        _check_office_file(content, name, extension, "word/" if wanted == DOCX else "xl/")
    elif not _holds(content, wanted):
        raise _differs(name, extension)
    return Evidence(name, wanted, content)


def clean_name(file_name: str) -> str:
    """The last part of a name, in NFC, without signs that systems stumble over; never empty, never hidden."""
    last = unicodedata.normalize("NFC", file_name).replace("\\", "/").rsplit("/", 1)[-1]
    last = re.sub(r"[\x00-\x1f\x7f\"*:<>?|‎‏‪-‮]", "", last).strip(" .")
    if len(last) > _NAME_MAX:
        stem, dot, end = last.rpartition(".")
        last = f"{stem[: _NAME_MAX - len(end) - 1]}{dot}{end}" if dot and len(end) < 10 else last[:_NAME_MAX]
    return last or "tep"


def _holds(content: bytes, media_type: str) -> bool:
    if media_type == "application/pdf":
        return b"%PDF-" in content[:1024]
    if media_type == "image/jpeg":
        return content.startswith(b"\xff\xd8\xff")
    if media_type == "image/png":
        return content.startswith(b"\x89PNG\r\n\x1a\n")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return "\x00" not in text and not text.lstrip().lower().startswith(
        ("<!doctype", "<html", "<script", "<svg", "<?xml", "%pdf-")
    )


def _check_office_file(content: bytes, name: str, extension: str, folder: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            names = [part.filename.lower() for part in parts]
            if len(parts) > _PARTS_MAX or sum(part.file_size for part in parts) > _UNPACKED_MAX:
                size = -(-sum(part.file_size for part in parts) // _MEGABYTE)
                raise refusal("file_unpacks", name=name, size=size, max_mb=_UNPACKED_MAX // _MEGABYTE)
            if any(part.flag_bits & 0x1 for part in parts):
                raise refusal("file_encrypted", name=name)
            if any(part.endswith("vbaproject.bin") for part in names) or b"macroEnabled" in archive.read("[Content_Types].xml"):
                raise refusal("file_macro", name=name)
            if not any(part.startswith(folder) for part in names):
                raise _differs(name, extension)
    except KeyError:
        raise _differs(name, extension) from None
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError, NotImplementedError):
        raise (refusal("file_broken", name=name) if content.startswith(b"PK") else _differs(name, extension)) from None


def _differs(name: str, extension: str) -> Refused:
    return refusal("file_content_differs", name=name, ext=extension)
