"""The migrations make the tables that the models describe, on both databases, and the journal cannot be altered."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.exc import DatabaseError
from sqlalchemy.types import TypeEngine

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


def test_rows_of_every_earlier_schema_come_through_all_later_migrations(empty_app: Flask) -> None:
    """Each migration finds a row in every table from each schema before it; at the end all are there as they were."""
    with empty_app.app_context():
        kept = []
        schemas = {}
        for number, revision in enumerate(revisions(empty_app), start=1):
            upgrade(revision=revision)
            with db.engine.connect() as connection:
                schemas[revision] = reflected(connection)
            kept += fill_every_table(number, schemas[revision])
        newest = schemas[max(schemas)]
        refused = {revision: what for revision, old in schemas.items() if (what := refused_to_old_code(old, newest))}
        assert {what for whats in refused.values() for what in whats} == {"box_opening.ledger_line_id"}
        assert max(refused) < SERVED_FROM, "an upgrade keeps whoever still serves: first add, and take away a release later"
        assert len(kept) > 500
        with db.engine.connect() as connection:
            now = reflected(connection)
            for name, row in kept:
                table = now.tables[name]
                same = {column: value for column, value in row.items() if column in table.columns}
                keys = [column for column in table.primary_key.columns if column.name in row]
                found = connection.execute(select(table).where(*(key == row[key.name] for key in keys))).mappings().one()
                assert {column: found[column] for column in same} == same, (name, row)


#: From this schema on a process of the old code may serve while the new one upgrades, and after it.
SERVED_FROM = "0016"


def refused_to_old_code(old: MetaData, new: MetaData) -> list[str]:
    """Columns for which a statement of the old code would fail in the new tables: gone, of another kind, or asked for."""
    found = []
    for table in old.sorted_tables:
        now = new.tables[table.name].columns
        kept = [column.name for column in table.columns if column.name in now]
        found += [f"{table.name}.{column.name}" for column in table.columns if column.name not in kept]
        found += [f"{table.name}.{name}" for name in kept if str(table.columns[name].type) != str(now[name].type)]
        found += [
            f"{table.name}.{column.name}"
            for column in now
            if column.name not in kept and not column.nullable and column.server_default is None
        ]
    return found


def revisions(app: Flask) -> list[str]:
    """The released schemas in their order."""
    settings = Config()
    settings.set_main_option("script_location", f"{app.root_path}/migrations")
    return [script.revision for script in reversed(list(ScriptDirectory.from_config(settings).walk_revisions()))]


def reflected(connection: Connection) -> MetaData:
    found = MetaData()
    found.reflect(connection)
    return found


def fill_every_table(number: int, tables: MetaData | None = None) -> list[tuple[str, dict[str, Any]]]:
    """One row for each table, as it is now or as `tables` says: its key is `number`, and so is each key it refers to."""
    made: list[tuple[str, dict[str, Any]]] = []
    with db.engine.begin() as connection:
        for table in (tables or reflected(connection)).sorted_tables:
            if table.name == "alembic_version":
                continue
            row = {column.name: value_of(column, number) for column in table.columns}
            connection.execute(insert(table).values(row))
            made.append((table.name, row))
    return made


def value_of(column: Column[Any], number: int) -> Any:
    kinds: list[tuple[type[TypeEngine[Any]], Any]] = [
        (Boolean, False),
        (Integer, number),
        (DateTime, datetime(2021, 6, 1, 8) + timedelta(days=number)),
        (Date, date(2021, 6, 1) + timedelta(days=number)),
        (JSON, {"n": number}),
        (LargeBinary, b"%d" % number),
        (Float, number / 2),
        (String, f"x{number}"),
    ]
    return next(value for kind, value in kinds if isinstance(column.type, kind))


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
