"""An upgrade while processes of the old code still serve: none of their reads and writes fails, none is lost.

The old code is not at hand in a fresh copy, so its statements are made from its schema, as SQLAlchemy makes them from its models:
each names the columns it knows, and no others. What the new code did to the tables must not be seen in them.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import MetaData, func, select, update

from tests.applications import MakeApp
from tests.test_migrations import SERVED_FROM, empty_app, fill_every_table, reflected
from tests.web.test_readiness import ask
from tracker.db import db, reads_only
from tracker.instance import newest_schema

__all__ = ["empty_app"]  # a fixture
#: After the upgrade the old process goes on for this long.
AFTER_SECONDS = 0.5
SECONDS = 60


class OldProcess:
    """Reads every row of every table, changes rows and adds rows, again and again, each in a thread."""

    def __init__(self, app: Flask, tables: MetaData) -> None:
        self._app, self._tables = app, tables
        self.errors: list[str] = []
        self.slowest = 0.0
        self.rows = 1  #: of each table: what it was told is written
        self.changes = 0
        self.reads = 0
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._again, args=[work]) for work in (self._read, self._change, self._add)]

    def __enter__(self) -> OldProcess:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(SECONDS)

    def _again(self, work: Callable[[], None]) -> None:
        with self._app.app_context():
            while not self._stop.is_set():
                began = time.monotonic()
                try:
                    work()
                except Exception as error:
                    self.errors.append(f"{work.__name__}: {type(error).__name__}: {error}"[:500])
                    return
                self.slowest = max(self.slowest, time.monotonic() - began)
                time.sleep(0.005)

    def _read(self) -> None:
        token = reads_only.set(True)
        with db.engine.connect() as connection:
            for table in self._tables.sorted_tables:
                connection.execute(select(table)).all()
        reads_only.reset(token)
        self.reads += 1

    def _change(self) -> None:
        plan = self._tables.tables["plan"]
        with db.engine.begin() as connection:
            connection.execute(update(plan).where(plan.c.id == 1).values(version=plan.c.version + 1))
        self.changes += 1

    def _add(self) -> None:
        fill_every_table(self.rows + 1, self._tables)
        self.rows += 1


def test_who_serves_with_the_old_code_goes_on_and_loses_nothing(empty_app: Flask, make_app: MakeApp) -> None:
    with empty_app.app_context():
        upgrade(revision=SERVED_FROM)
        with db.engine.connect() as connection:
            old = reflected(connection)
        fill_every_table(1)
        old = without_versions(old)
        plan = old.tables["plan"]
        with db.engine.connect() as connection:
            version = connection.execute(select(plan.c.version)).scalar_one()
        with OldProcess(empty_app, old) as process, ExitStack() as reader:
            while process.rows < 3 or process.changes < 3 or process.reads < 3:
                assert not process.errors
                time.sleep(0.01)
            if db.engine.dialect.name == "postgresql":
                # Somebody's long report reads a table that is to be altered: the upgrade lets the others pass meanwhile.
                held = reader.enter_context(db.engine.connect())
                held.execute(select(plan.c.id)).all()
                release = threading.Timer(3, held.rollback)
                release.start()
                reader.callback(release.join)
            before = process.rows
            upgrade()
            time.sleep(AFTER_SECONDS)
        assert process.errors == []
        assert process.rows > before + 1, "it went on after the upgrade"
        assert process.slowest < 10
        with db.engine.connect() as connection:
            assert connection.execute(select(plan.c.version).where(plan.c.id == 1)).scalar_one() == version + process.changes
            for table in old.sorted_tables:
                assert connection.execute(select(func.count()).select_from(table)).scalar_one() == process.rows, table.name
        assert ask(empty_app) == (200, [])


def without_versions(tables: MetaData) -> MetaData:
    """Alembic's own table is no business of the old code's pages."""
    tables.remove(tables.tables["alembic_version"])
    return tables


def test_an_old_process_says_that_it_is_to_be_started_again(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the upgrade it serves, and /readyz tells both versions, so that who balances the load turns to the new ones."""
    app = make_app(tables=False)
    with app.app_context():
        upgrade()
    monkeypatch.setattr("tracker.web.readiness.newest_schema", lambda: SERVED_FROM)
    status, [problem] = ask(app)
    assert status == 503
    assert problem.startswith(f"Cơ sở dữ liệu ở phiên bản {newest_schema()}, chương trình cần phiên bản {SERVED_FROM}")
