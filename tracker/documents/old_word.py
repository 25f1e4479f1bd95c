"""Old Word files (.doc, .rtf): only by way of LibreOffice, where it is installed; else the person is asked for a .docx."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from tracker.documents.refusals import unreadable
from tracker.documents.word import read_word
from tracker.rules.document import DocumentText

#: Names under which LibreOffice is found.
_PROGRAMS = ("soffice", "libreoffice")
_CONVERSION_SECONDS = 60


def read_old_word(content: bytes, name: str, suffix: str) -> DocumentText:
    """The document of a .doc or .rtf file, converted to .docx. Raises UnreadableDocument where that cannot be done."""
    program = next((found for found in map(shutil.which, _PROGRAMS) if found), None)
    if program is None:
        raise unreadable("file_doc_old", name=name)
    with tempfile.TemporaryDirectory(prefix="tracker-doc-") as folder:
        source = Path(folder) / f"document{suffix}"
        source.write_bytes(content)
        # A profile of its own: two conversions at once would wait for each other's lock; macros stay off in a fresh one.
        command = [program, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--norestore", "--convert-to", "docx"]
        try:
            subprocess.run(  # noqa: S603 - the program is LibreOffice from PATH, the arguments are ours
                [*command, "--outdir", folder, str(source)], check=True, capture_output=True, timeout=_CONVERSION_SECONDS
            )
            converted = (Path(folder) / "document.docx").read_bytes()
        except (subprocess.SubprocessError, OSError) as error:
            raise unreadable("file_doc_old", name=name) from error
    return read_word(converted, name)
