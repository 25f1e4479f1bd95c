"""An old .doc, written and read by the real LibreOffice."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.documents.making import SAMPLES, as_docx, sample_text
from tests.documents.papers import convert
from tests.documents.test_same_reading import reading

pytestmark = pytest.mark.office


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples as .doc."""
    folder = tmp_path_factory.mktemp("old")
    for name in SAMPLES:
        (folder / f"{name}.docx").write_bytes(as_docx(sample_text(name)))
    convert([folder / f"{name}.docx" for name in SAMPLES], "doc", folder)
    return folder


@pytest.mark.parametrize("name", SAMPLES)
def test_an_old_word_file_reads_as_the_text(name: str, old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office = os.environ.get("OFFICE", "soffice")
    monkeypatch.setenv("PATH", str(Path(office).parent), prepend=os.pathsep)
    content = (old / f"{name}.doc").read_bytes()
    assert content.startswith(b"\xd0\xcf\x11\xe0")  # OLE: the old format
    assert reading(content, f"{name}.doc") == reading(sample_text(name).encode(), f"{name}.txt")
