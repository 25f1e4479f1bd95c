"""Word documents of the tests: read back as lines, and as pages where LibreOffice is there."""

from __future__ import annotations

import atexit
import io
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import docx
import pdfplumber
from docx.table import Table
from docx.text.paragraph import Paragraph


def lines_of(content: bytes) -> list[str]:
    """Each paragraph a line, each row of a table its cells between bars; blanks (no-break spaces) as one underscore."""
    found: list[str] = []
    for block in docx.Document(io.BytesIO(content)).iter_inner_content():
        if isinstance(block, Paragraph):
            found.append(_shown(block.text))
        elif isinstance(block, Table):
            found += [" | ".join(_shown(cell.text) for cell in row.cells) for row in block.rows]
    return [line for line in found if line.strip(" |")]


def _shown(text: str) -> str:
    lines = [" ".join(line.replace("\u00a0\u00a0", "_").replace("_\u00a0", "_").split(" ")) for line in text.split("\n")]
    return " / ".join(collapsed(line.strip()) for line in lines if line.strip())


def collapsed(line: str) -> str:
    while "__" in line:
        line = line.replace("__", "_")
    return line


def pages_of(content: bytes, folder: Path) -> list[str]:
    """The text of each page as LibreOffice lays it out."""
    (pages,) = pages_of_each([content], folder)
    return pages


def pages_of_each(contents: Sequence[bytes], folder: Path) -> list[list[str]]:
    """The same of several papers, laid out by one start of it."""
    sources = [folder / f"paper-{n}.docx" for n in range(len(contents))]
    for source, content in zip(sources, contents, strict=True):
        source.write_bytes(content)
    convert(sources, "pdf", folder)
    found = []
    for source in sources:
        with pdfplumber.open(source.with_suffix(".pdf")) as pdf:
            found.append([page.extract_text() for page in pdf.pages])
    return found


def office_csv(content: bytes, folder: Path) -> list[str]:
    """The first sheet as LibreOffice reads and calculates it."""
    (folder / "table.xlsx").write_bytes(content)
    convert([folder / "table.xlsx"], "csv:Text - txt - csv (StarCalc):9,34,76", folder)
    return (folder / "table.csv").read_text(encoding="utf-8").splitlines()


def recalculated(content: bytes, folder: Path) -> bytes:
    """The workbook as LibreOffice saves it, every formula calculated anew."""
    (folder / "book.xlsx").write_bytes(content)
    convert([folder / "book.xlsx"], "xlsx", folder / "out")
    return (folder / "out" / "book.xlsx").read_bytes()


def convert(sources: Sequence[Path], form: str, into: Path) -> None:
    """All of them by one start of LibreOffice."""
    office = os.environ.get("OFFICE", "soffice")
    command = [office, "--headless", f"-env:UserInstallation=file://{_profile()}", "--convert-to", form, "--outdir", str(into)]
    subprocess.run([*command, *map(str, sources)], check=True, capture_output=True, timeout=120)


@cache
def _profile() -> str:
    """LibreOffice's own folder, for all tests of this process: to make one takes it longer than a paper."""
    folder = tempfile.mkdtemp(prefix="office-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
