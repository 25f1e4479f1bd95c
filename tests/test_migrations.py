"""The migrations make the tables that the models describe, on both databases, and the journal cannot be altered."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text
from sqlalchemy.exc import DatabaseError

from tests.applications import MakeApp
from tracker.db import db
from tracker.models import Base

LINE = (
    "INSERT INTO journal_entry (at, who, who_key, verb, what, why, details, previous_hash, hash) "
    "VALUES ('2021-06-01 01:00:00', 'Hệ thống', 'system', 'tạo', 'kế hoạch', '', '{}', '', 'abc')"
)


@pytest.fixture
def empty_app(make_app: MakeApp, empty_database_url: str) -> Flask:
    return make_app(tables=False, DATABASE_URL=empty_database_url)


def test_upgrade_from_nothing_leaves_no_difference_to_the_models(empty_app: Flask) -> None:
    with empty_app.app_context():
        upgrade()
        with db.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            differences = [d for d in compare_metadata(context, Base.metadata) if "alembic_version" not in str(d)]
    assert differences == []


def test_upgrade_twice_is_upgrade_once(empty_app: Flask) -> None:
    with empty_app.app_context():
        upgrade()
        upgrade()
        assert set(inspect(db.engine).get_table_names()) == {*Base.metadata.tables, "alembic_version"}


def test_downgrade_takes_everything_away_again(empty_app: Flask) -> None:
    with empty_app.app_context():
        upgrade()
        downgrade(revision="base")
        assert inspect(db.engine).get_table_names() == ["alembic_version"]


def test_foreign_keys_are_watched_again_after_an_upgrade(make_app: MakeApp) -> None:
    with make_app(tables=False).app_context():
        upgrade()
        with db.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


@pytest.mark.parametrize("change", ["UPDATE journal_entry SET why = 'khác'", "DELETE FROM journal_entry"])
def test_database_refuses_to_alter_a_journal_line(empty_app: Flask, change: str) -> None:
    with empty_app.app_context():
        upgrade()
        with db.engine.begin() as connection:
            connection.execute(text(LINE))
        with pytest.raises(DatabaseError, match="never altered or removed"), db.engine.begin() as connection:
            connection.execute(text(change))
        with db.engine.connect() as connection:
            assert connection.execute(text("SELECT why FROM journal_entry")).all() == [("",)]


def test_postgresql_refuses_to_empty_the_journal(make_app: MakeApp, empty_postgres_url: str) -> None:
    with make_app(tables=False, DATABASE_URL=empty_postgres_url).app_context():
        upgrade()
        with pytest.raises(DatabaseError, match="never altered or removed"), db.engine.begin() as connection:
            connection.execute(text("TRUNCATE journal_entry"))
