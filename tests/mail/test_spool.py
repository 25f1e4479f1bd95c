"""Letters as files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracker.mail.spool import SpoolError, write_letter


def test_a_letter_is_one_file_for_its_owner_only(tmp_path: Path) -> None:
    path = write_letter(tmp_path / "mail", 12, "oanh@example.vn", b"Subject: x\r\n\r\n")
    assert path == tmp_path / "mail" / "00000012-oanh@example.vn.eml"
    assert path.read_bytes() == b"Subject: x\r\n\r\n"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_the_same_letter_again_takes_the_place_of_the_first(tmp_path: Path) -> None:
    for content in (b"one", b"two"):
        path = write_letter(tmp_path, 12, "oanh@example.vn", content)
    assert path.read_bytes() == b"two"
    assert list(tmp_path.iterdir()) == [path]


def test_an_address_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    path = write_letter(tmp_path, 1, "../../etc/passwd@x/y", b"")
    assert path.parent == tmp_path


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SpoolError):
        write_letter(tmp_path / "file", 1, "oanh@example.vn", b"")
