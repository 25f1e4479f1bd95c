"""Evidence: kept outside the web root, given back to who may have it and nobody else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jobs.upkeep import remove_stray_files
from tests.web.conftest import NOW, World
from tracker.db import db, transaction
from tracker.files import Store
from tracker.models import StoredFile
from tracker.rules.evidence import check_evidence
from tracker.tokens import personal_token
from tracker.web import files

PDF = b"%PDF-1.7 bien ban"


def kept(world: World, *, unit: int | None = 0) -> int:
    """The id of a file of the first unit's first task (or the office's own)."""
    people = world.people
    with world.app.test_request_context(), transaction() as session:
        evidence = check_evidence(PDF, "Biên bản số 5.pdf", max_megabytes=10)
        unit_id = None if unit is None else people.units[unit].id
        row = files.keep(
            session,
            evidence,
            office_id=people.office_id,
            purpose="result",
            by=people.ha,
            now=NOW,
            plan_id=world.plan_id,
            unit_id=unit_id,
        )
        return row.id


def link(world: World, unit: int) -> str:
    with world.app.app_context():
        return personal_token(str(world.app.secret_key), world.people.units[unit].contact_id, f"n{unit + 1}")


def test_the_office_has_it_back_as_it_was(world: World) -> None:
    answer = world.browser("sat").client.get(f"/files/{kept(world)}")
    assert (answer.status_code, answer.data, answer.mimetype) == (200, PDF, "application/pdf")
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "Bi%C3%AAn%20b%E1%BA%A3n%20s%E1%BB%91%205.pdf" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(("unit", "status"), [(0, 200), (1, 404)])
def test_a_contact_has_files_of_his_own_unit_only(world: World, unit: int, status: int) -> None:
    file_id = kept(world)
    assert world.browser(None).client.get(f"/v/{link(world, unit)}/files/{file_id}").status_code == status


def test_a_contact_has_no_file_of_the_office(world: World) -> None:
    assert world.browser(None).client.get(f"/v/{link(world, 0)}/files/{kept(world, unit=None)}").status_code == 404


def test_another_office_does_not_learn_that_it_exists(world: World) -> None:
    mai = world.browser("mai")
    assert mai.get(f"/files/{kept(world)}").status == mai.get("/files/999").status == 404


def test_two_files_of_one_name_and_content_lie_apart(world: World) -> None:
    kept(world)
    kept(world)
    with world.app.app_context():
        names = [row.stored_as for row in db.session.query(StoredFile)]
        folder = Path(world.app.config["FILES_URL"])
    assert len(set(names)) == 2
    assert [(folder / name).read_bytes() for name in names] == [PDF, PDF]
    assert not folder.is_relative_to(Path(world.app.root_path))


def test_what_a_failed_click_left_is_removed_after_a_day(world: World) -> None:
    kept(world)
    with world.app.app_context():
        store = Store(world.app.config["FILES_URL"])
        stray = store.put(b"nobody's")
        written = datetime.fromtimestamp((Path(store.url) / stray).stat().st_mtime, UTC)
        assert remove_stray_files(NOW.date(), written + timedelta(hours=23)) is None
        assert (remove_stray_files(NOW.date(), written + timedelta(hours=25)) or "").startswith("xóa ")
        with pytest.raises(FileNotFoundError):
            store.get(stray)
        assert store.get(db.session.query(StoredFile).one().stored_as) == PDF


@pytest.mark.parametrize("name", ["../secret_key", "ab/../../x", "/etc/passwd", "ab"])
def test_a_store_gives_only_names_of_its_own(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="no name of ours"):
        Store(str(tmp_path)).get(name)
