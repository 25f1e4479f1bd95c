"""An old .doc, written and read by the real LibreOffice."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.documents.making import SAMPLES, as_docx, sample_text
from tests.documents.test_same_reading import reading

pytestmark = pytest.mark.office


@pytest.mark.parametrize("name", SAMPLES)
def test_an_old_word_file_reads_as_the_text(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office = os.environ.get("OFFICE", "soffice")
    monkeypatch.setenv("PATH", str(Path(office).parent), prepend=os.pathsep)
    (tmp_path / f"{name}.docx").write_bytes(as_docx(sample_text(name)))
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    subprocess.run(
        [office, profile, "--headless", "--convert-to", "doc", "--outdir", str(tmp_path), str(tmp_path / f"{name}.docx")],
        check=True,
        capture_output=True,
        timeout=120,
    )
    old = (tmp_path / f"{name}.doc").read_bytes()
    assert old.startswith(b"\xd0\xcf\x11\xe0")  # OLE: the old format
    assert reading(old, f"{name}.doc") == reading(sample_text(name).encode(), f"{name}.txt")
