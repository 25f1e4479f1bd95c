"""Backups: written while twenty people write, put back into an empty place, whole or not at all."""

from __future__ import annotations

import json
import threading
import zipfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, select

from tests.applications import MakeApp
from tests.builders import START, cast, running_plan
from tracker import backup
from tracker.backup.rotation import file_name, to_remove
from tracker.db import db, transaction
from tracker.files import Store
from tracker.models import Base, JournalEntry, StoredFile, Task
from tracker.rules.access import SYSTEM
from tracker.rules.evidence import check_evidence
from tracker.services import files, journal
from tracker.services.journal import Line

WRITERS = 20
_SEQUENCES = select(Task.sequence).order_by(Task.id)


def filled(make_app: MakeApp, url: str, **settings: str) -> Flask:
    """A server with a plan, a file and a past."""
    app = make_app(tables=False, DATABASE_URL=url, **settings)
    with app.app_context():
        upgrade()
        with transaction() as session:
            people = cast(session, 3)
            running_plan(session, people)
            evidence = check_evidence(b"%PDF-1.7 x", "bien ban.pdf", max_megabytes=1)
            stored_as = Store(app.config["FILES_URL"]).put(evidence.content)
            office = people.office_id
            files.keep_file(session, evidence, stored_as=stored_as, office_id=office, purpose="result", by=people.ha, now=START)
    return app


def everything(app: Flask) -> dict[str, list[str]]:
    """Every row of every table, as text."""
    with app.app_context(), db.engine.connect() as connection:
        return {
            t.name: sorted(map(str, connection.execute(t.select())))
            for t in Base.metadata.sorted_tables
            if t.name not in backup.packing.LEFT_OUT
        }


def run(app: Flask, *words: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=list(words))
    return result.exit_code, result.output


def test_a_backup_is_put_back_as_it_was(make_app: MakeApp, empty_database_url: str, tmp_path: Path) -> None:
    app = filled(make_app, empty_database_url, INSTANCE_DIR=str(tmp_path / "here"))
    before = everything(app)
    code, said = run(app, "backup", str(tmp_path / "b.zip"))
    assert (code, said.startswith("Đã sao lưu ")) == (0, True)
    there = make_app(tables=False, DATABASE_URL=f"sqlite:///{tmp_path / 'there.db'}", INSTANCE_DIR=str(tmp_path / "there"))
    code, said = run(there, "restore", str(tmp_path / "b.zip"))
    assert (code, "nhật ký liền mạch" in said) == (0, True), said
    assert everything(there) == before
    with there.app_context():
        stored = db.session.query(StoredFile).one()
        assert Store(there.config["FILES_URL"]).get(stored.stored_as) == b"%PDF-1.7 x"


def test_a_backup_of_sqlite_goes_on_in_postgresql(make_app: MakeApp, empty_postgres_url: str, tmp_path: Path) -> None:
    app = filled(make_app, f"sqlite:///{tmp_path / 'here.db'}", INSTANCE_DIR=str(tmp_path / "here"))
    before = everything(app)
    run(app, "backup", str(tmp_path / "b.zip"))
    there = make_app(tables=False, DATABASE_URL=empty_postgres_url, INSTANCE_DIR=str(tmp_path / "there"))
    assert run(there, "restore", str(tmp_path / "b.zip"))[0] == 0
    assert everything(there) == before
    with there.app_context(), transaction() as session:
        cast(session, 1, name="Cơ quan mới")  # the database's counters go on behind the rows that were put back


def test_a_backup_under_twenty_writers_is_one_moment(make_app: MakeApp, empty_database_url: str, tmp_path: Path) -> None:
    app = filled(make_app, empty_database_url, INSTANCE_DIR=str(tmp_path / "here"), WEB_THREADS=str(WRITERS + 4))
    with app.app_context():
        first = list(db.session.scalars(_SEQUENCES))
    stop = threading.Event()

    def write(number: int) -> None:
        while not stop.is_set():
            with app.app_context():
                with transaction() as session:
                    journal.record(session, Line("ghi", f"dòng của {number}"), by=SYSTEM, now=START)
                    session.execute(Task.__table__.update().values(sequence=Task.sequence + 1))
                db.session.remove()

    threads = [threading.Thread(target=write, args=(n,)) for n in range(WRITERS)]
    for thread in threads:
        thread.start()
    try:
        with app.app_context():
            backup.write(app, tmp_path / "b.zip", now=START)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    there = make_app(tables=False, DATABASE_URL=f"sqlite:///{tmp_path / 'there.db'}", INSTANCE_DIR=str(tmp_path / "there"))
    code, said = run(there, "restore", str(tmp_path / "b.zip"))
    assert code == 0, said
    manifest = backup.read_manifest(tmp_path / "b.zip")
    with there.app_context():
        verdict = journal.verify(db.session())
        assert (verdict.whole, verdict.lines) == (True, manifest.tables["journal_entry"])
        last = db.session.scalar(select(JournalEntry.hash).order_by(JournalEntry.id.desc()).limit(1))
        assert last == manifest.journal_head
        written = db.session.scalar(select(func.count(JournalEntry.id)).where(JournalEntry.verb == "ghi"))
        # Each writer's transaction wrote one line and raised every task's count: both or neither are in the backup.
        raised = [after - before for before, after in zip(first, db.session.scalars(_SEQUENCES), strict=True)]
        assert raised == [written] * len(first)


def test_a_sealed_backup_opens_with_its_key_only(make_app: MakeApp, tmp_path: Path) -> None:
    app = filled(
        make_app, f"sqlite:///{tmp_path / 'here.db'}", INSTANCE_DIR=str(tmp_path / "here"), BACKUP_KEY="chìa khóa của phòng"
    )
    file = tmp_path / "b.zip"
    assert run(app, "backup", str(file))[0] == 0
    assert not file.stat().st_mode & 0o077
    assert not zipfile.is_zipfile(file)
    assert b"Cam Ranh" not in file.read_bytes()

    def restored(name: str, key: str) -> tuple[int, str]:
        there = make_app(
            tables=False, DATABASE_URL=f"sqlite:///{tmp_path / name}.db", INSTANCE_DIR=str(tmp_path / name), BACKUP_KEY=key
        )
        return run(there, "restore", str(file))

    refusal = "Không mở được bản sao lưu: BACKUP_KEY thiếu hoặc không đúng, hoặc tệp đã bị thay đổi."
    assert restored("a", "") == (1, refusal + "\n")
    assert restored("b", "khóa khác") == (1, refusal + "\n")
    assert restored("c", "chìa khóa của phòng")[0] == 0
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    assert restored("d", "chìa khóa của phòng") == (1, refusal + "\n")
    file.write_bytes(content[: len(content) // 2])
    assert restored("e", "chìa khóa của phòng")[0] == 1


def test_no_secret_leaves_in_a_backup(make_app: MakeApp, tmp_path: Path) -> None:
    secrets = {"SECRET_KEY": "k" * 40, "MAIL_PASSWORD": "mat-khau-thu", "MAIL_USERNAME": "phong"}
    app = filled(make_app, f"sqlite:///{tmp_path / 'here.db'}", INSTANCE_DIR=str(tmp_path / "here"), **secrets)
    run(app, "backup", str(tmp_path / "b.zip"))
    assert not (tmp_path / "b.zip").stat().st_mode & 0o077, "for its owner only"
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        settings = json.loads(archive.read("settings.json"))
        everything_ = b"".join(archive.read(name) for name in archive.namelist())
    assert settings["MAIL_USERNAME"] == "phong"
    assert not {"SECRET_KEY", "MAIL_PASSWORD", "DATABASE_URL", "BACKUP_KEY"} & settings.keys()
    assert b"k" * 40 not in everything_
    assert b"mat-khau-thu" not in everything_


def test_a_file_that_is_gone_from_the_store_is_named_and_everything_else_is_kept(make_app: MakeApp, tmp_path: Path) -> None:
    app = filled(make_app, f"sqlite:///{tmp_path / 'here.db'}", INSTANCE_DIR=str(tmp_path / "here"))
    with app.app_context():
        gone = db.session.query(StoredFile).one().stored_as
        Store(app.config["FILES_URL"]).remove(gone)
    code, said = run(app, "backup", str(tmp_path / "b.zip"))
    assert (code, f"Thiếu 1 tệp đính kèm trong kho: {gone}" in said) == (1, True), "said, and an exit status for a script"
    elsewhere = {"DATABASE_URL": f"sqlite:///{tmp_path / 'there.db'}", "INSTANCE_DIR": str(tmp_path / "there")}
    there = make_app(tables=False, **elsewhere)
    assert run(there, "restore", str(tmp_path / "b.zip"))[0] == 0
    assert everything(there) == everything(app)


def test_nothing_is_put_over_what_is_there(make_app: MakeApp, tmp_path: Path) -> None:
    app = filled(make_app, f"sqlite:///{tmp_path / 'here.db'}", INSTANCE_DIR=str(tmp_path / "here"))
    run(app, "backup", str(tmp_path / "b.zip"))
    before = everything(app)
    code, said = run(app, "restore", str(tmp_path / "b.zip"))
    assert (code, "chỉ khôi phục vào cơ sở dữ liệu trống" in said) == (1, True)
    assert everything(app) == before


@pytest.mark.parametrize("part", ["tables/task.jsonl", "manifest.json", "files"])
def test_an_altered_backup_puts_nothing_back(make_app: MakeApp, tmp_path: Path, part: str) -> None:
    app = filled(make_app, f"sqlite:///{tmp_path / 'here.db'}", INSTANCE_DIR=str(tmp_path / "here"))
    run(app, "backup", str(tmp_path / "b.zip"))
    with zipfile.ZipFile(tmp_path / "b.zip") as old, zipfile.ZipFile(tmp_path / "c.zip", "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.startswith(part):
                content = content.replace(b"in_progress", b"done") if part.startswith("tables") else b"{}"
            new.writestr(name, content)
    there = make_app(tables=False, DATABASE_URL=f"sqlite:///{tmp_path / 'there.db'}", INSTANCE_DIR=str(tmp_path / "there"))
    code, said = run(there, "restore", str(tmp_path / "c.zip"))
    assert code == 1
    assert said.count("\n") == 1, said


def test_the_nights_of_a_week_and_the_first_of_some_weeks_stay(tmp_path: Path) -> None:
    days = [date(2021, 6, 1) + timedelta(days=n) for n in range(60)]
    kept = sorted(set(days) - set(to_remove(days)))
    assert kept == [
        date(2021, 6, 28), date(2021, 7, 5), date(2021, 7, 12), date(2021, 7, 19), date(2021, 7, 24), date(2021, 7, 25),
        date(2021, 7, 26), date(2021, 7, 27), date(2021, 7, 28), date(2021, 7, 29), date(2021, 7, 30),
    ]  # fmt: skip
    for day in days:
        (tmp_path / file_name(day)).touch()
    (tmp_path / "ghi chú.txt").touch()
    assert len(backup.rotate(tmp_path)) == len(days) - len(kept)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*map(file_name, kept), "ghi chú.txt"])
