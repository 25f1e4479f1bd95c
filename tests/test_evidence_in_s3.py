"""Evidence in an S3-compatible store: a real server of that protocol on this machine, reached as FILES_URL=s3://… says."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
import requests
from sqlalchemy import select

from tests.applications import MakeApp
from tests.mail.sink import free_port
from tests.test_backup import filled, run
from tests.web.conftest import build_world
from tests.web.pages import Page
from tracker import clock, files
from tracker.db import db, transaction
from tracker.files import Store
from tracker.models import StoredFile, Task
from tracker.rules.states import TaskStatus
from tracker.tokens import personal_token
from tracker.wording import sentence

SECONDS = 60
URL = "s3://khaosat/bang-chung"
CONTENT = b"%PDF-1.7 bien ban"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a store with one empty bucket."""
    address = f"http://127.0.0.1:{(port := free_port())}"
    log = (tmp_path_factory.mktemp("s3") / "log").open("wb")
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            deadline = time.monotonic() + SECONDS
            while True:
                try:
                    requests.put(f"{address}/khaosat", timeout=SECONDS).raise_for_status()
                    break
                except requests.ConnectionError:
                    assert time.monotonic() < deadline
                    time.sleep(0.05)
            yield address
        finally:
            process.terminate()
            process.wait(SECONDS)


@pytest.fixture(autouse=True)
def _settings(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What DEPLOY.md tells to set beside FILES_URL."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ENDPOINT_URL", server)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "khaosat")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "bi-mat")
    forget_the_store()


def test_a_file_comes_back_as_it_was_and_goes_when_it_is_told() -> None:
    store = Store(URL)
    first, second = store.put(CONTENT), store.put(CONTENT)
    assert first != second
    assert store.get(first) == CONTENT
    now = datetime.now(UTC)
    assert set(store.names(before=now + timedelta(minutes=1))) >= {first, second}
    assert set(store.names(before=now - timedelta(minutes=1))) == set()
    store.remove(first)
    store.remove(first)  # a file that is not there is no error
    with pytest.raises(FileNotFoundError):
        store.get(first)
    assert store.get(second) == CONTENT


def test_a_backup_has_the_files_of_the_store_and_puts_them_back_into_another(make_app: MakeApp, tmp_path: Path) -> None:
    app = filled(make_app, f"sqlite:///{tmp_path / 'here.db'}", INSTANCE_DIR=str(tmp_path / "here"), FILES_URL=URL)
    assert run(app, "backup", str(tmp_path / "b.zip"))[0] == 0
    elsewhere = {"DATABASE_URL": f"sqlite:///{tmp_path / 'there.db'}", "INSTANCE_DIR": str(tmp_path / "there")}
    there = make_app(tables=False, FILES_URL=f"{URL}-moi", **elsewhere)
    code, said = run(there, "restore", str(tmp_path / "b.zip"))
    assert code == 0, said
    with there.app_context():
        stored = db.session.query(StoredFile).one()
        assert Store(f"{URL}-moi").get(stored.stored_as) == b"%PDF-1.7 x"


def forget_the_store() -> None:
    """The next file finds it anew, as a process that is started does."""
    import s3fs

    files._open.cache_clear()
    s3fs.S3FileSystem.clear_instance_cache()


@pytest.fixture
def _away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    forget_the_store()


@pytest.mark.usefixtures("_away")
def test_a_store_that_is_away_says_so_as_a_disk_would() -> None:
    with pytest.raises(OSError, match="the store of files does not answer"):
        Store(URL).put(CONTENT)


def test_who_reports_with_a_file_reads_why_it_is_not_taken_and_may_do_it_again_when_the_store_is_back(
    make_app: MakeApp, request: pytest.FixtureRequest, server: str
) -> None:
    world = build_world(make_app(FILES_URL=URL, flask={"WTF_CSRF_ENABLED": False}), until=1)
    contact = world.people.units[0]
    mine = select(Task).where(Task.unit_id == contact.id, Task.status == TaskStatus.IN_PROGRESS)
    with world.app.app_context(), transaction() as session:
        link = f"/v/{personal_token(str(world.app.secret_key), contact.contact_id, 'n1')}"
        report = f"{link}/tasks/{session.scalars(mine).one().id}/complete"

    def reported() -> Page:
        today = clock.today().strftime("%d/%m/%Y")
        return world.browser(None).post(report, completed_on=today, note="đã gửi", file=(BytesIO(CONTENT), "bien-ban.pdf"))

    request.getfixturevalue("_away")
    page = reported()
    assert page.status == 503
    assert sentence("files_away") in page.text
    with world.app.app_context(), transaction() as session:
        assert session.scalars(mine).one()
        assert session.scalars(select(StoredFile.id)).all() == []
    os.environ["AWS_ENDPOINT_URL"] = server
    forget_the_store()
    assert reported().status == 302
    with world.app.app_context():
        kept = db.session.query(StoredFile).one()
        assert Store(URL).get(kept.stored_as) == CONTENT
    os.environ["AWS_ENDPOINT_URL"] = f"http://127.0.0.1:{free_port()}"
    forget_the_store()
    page = world.browser("ha").get(f"/files/{kept.id}")
    assert (page.status, page.banners) == (503, [sentence("files_away")])
