"""Letters as .eml files: what happens to them while no mail server is set."""

from __future__ import annotations

import os
import re
from pathlib import Path


class SpoolError(Exception):
    """A letter could not be written to its file."""


def write_letter(folder: Path, number: int, address: str, content: bytes) -> Path:
    """Write the letter as `folder`/00000012-oanh@example.vn.eml, whole or not at all; returns the path.

    The same letter written again (a process died before it could say so) takes the place of the first. Raises
    SpoolError.
    """
    recipient = re.sub(r"[^A-Za-z0-9@._+-]", "_", address)[:120]
    path = folder / f"{number:08d}-{recipient}.eml"
    draft = folder / f".{path.name}.{os.getpid()}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Personal links are inside: for the owner only.
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
        draft.replace(path)
    except OSError as error:
        raise SpoolError(error.strerror or type(error).__name__) from error
    return path
