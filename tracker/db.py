"""The database: one extension object, one transaction helper, and SQLite's manners.

SQLite loses updates in silence unless a transaction that will write begins as one. So on SQLite every connection is
put into autocommit, WAL is switched on, and SQLAlchemy's "begin" event says BEGIN for reads and BEGIN IMMEDIATE for
everything that may write. On PostgreSQL `version_id_col` gives the same honesty.
"""

from __future__ import annotations

import os
import select
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from contextvars import ContextVar
from typing import Any
from weakref import WeakSet

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, Select, event
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import Session

from tracker.models.base import Base

db = SQLAlchemy(metadata=Base.metadata)

#: True while the current request only reads (GET, HEAD): SQLite then takes no write lock.
reads_only: ContextVar[bool] = ContextVar("reads_only", default=False)

#: How long a writer waits for another writer on SQLite.
BUSY_TIMEOUT_MS = 15_000

#: A connection that was in use so short a time ago is not asked whether it is still there.
TRUSTED_SECONDS = 5.0


_engines: WeakSet[Engine] = WeakSet()


def _let_go_of_connections() -> None:
    """In a process that was just forked: the connections are its parent's, and two must not speak through one."""
    for engine in _engines:
        engine.dispose(close=False)


os.register_at_fork(after_in_child=_let_go_of_connections)


def prepare_engine(engine: Engine) -> None:
    """Make an engine safe to fork; give SQLite its pragmas and BEGIN rules."""
    _engines.add(engine)
    if engine.dialect.name != "sqlite":
        _ask_before_use(engine)
        return

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        if not isinstance(connection, sqlite3.Connection):
            return
        connection.isolation_level = None  # SQLAlchemy's begin event below says BEGIN, not the driver
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if reads_only.get() else "BEGIN IMMEDIATE")


def _ask_before_use(engine: Engine) -> None:
    """A connection whose server went is replaced, not shown to a person as an error. One that lay idle is asked whether it is
    still there; one that was just in use only where the server has said something meanwhile, as it does when it goes: that
    question is one more way to and fro in each request, as long as a small page's own."""

    @event.listens_for(engine, "checkin")
    def _on_checkin(_driver: Any, record: Any) -> None:
        record.info["given_back_at"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _on_checkout(driver: Any, record: Any, _borrowed: Any) -> None:
        if "given_back_at" not in record.info:  # made for this request
            return
        try:
            if time.monotonic() - record.info["given_back_at"] < TRUSTED_SECONDS and not _has_said_something(driver):
                return
            engine.dialect.do_ping(driver)
        except engine.dialect.loaded_dbapi.Error as gone:
            raise InvalidatePoolError from gone


def _has_said_something(driver: Any) -> bool:
    looking = select.poll()
    looking.register(driver.fileno(), select.POLLIN)
    return bool(looking.poll(0))


@contextmanager
def reading_at_once(engine: Engine | None = None) -> Iterator[Connection]:
    """For one small question: no session, and on PostgreSQL no BEGIN and ROLLBACK on the way (SQLite's cost nothing).
    `engine` where there is no application context."""
    with (engine or db.engine).connect() as connection:
        if connection.dialect.name != "sqlite":
            connection.execution_options(isolation_level="AUTOCOMMIT")
        yield connection


def is_held_by_another(*, seconds: float) -> bool:
    """Whether somebody else may write to the SQLite database for so long: pages show no sign of it until somebody acts."""
    if db.engine.dialect.name != "sqlite":
        return False
    with closing(sqlite3.connect(str(db.engine.url.database), timeout=seconds, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            return "locked" in str(error)
    return False


@contextmanager
def transaction() -> Iterator[Session]:
    """One unit of work: commits at the end, rolls back on any exception. Edges own it; services never commit."""
    session: Session = db.session  # type: ignore[assignment]  # a scoped_session behaves as its Session
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise


@contextmanager
def reading() -> Iterator[Session]:
    """One moment of the database, in a request or job that will write: it takes no write lock on SQLite, so that others write
    meanwhile. Whatever was begun before is let go of."""
    session: Session = db.session  # type: ignore[assignment]  # a scoped_session behaves as its Session
    token = reads_only.set(True)
    try:
        session.rollback()
        if db.engine.dialect.name != "sqlite":
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        yield session
    finally:
        session.rollback()
        reads_only.reset(token)


class StraightQuestion:
    """A statement that is asked hundreds of times a minute, at the driver itself: made into text once, rows as the driver
    gives them. SQLAlchemy's share of a small question is several times the database's."""

    def __init__(self, engine: Engine, statement: Select[Any]) -> None:
        compiled, dialect = statement.compile(engine), engine.dialect
        processors = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in compiled.binds.items()}
        self._as_taken = {name: processor for name, processor in processors.items() if processor}
        self._constants = self._taken({name: value for name, value in compiled.params.items() if value is not None})
        self._engine, self._text, self._order = engine, str(compiled), compiled.positiontup
        self._is_postgresql = dialect.name != "sqlite"

    def ask(self, **values: Any) -> list[Any]:
        """Its rows. Raises the driver's own error, or SQLAlchemy's where no connection is to be had."""
        named = self._constants | self._taken(values)
        borrowed = self._engine.raw_connection()
        driver: Any = borrowed.driver_connection
        try:
            if self._is_postgresql:  # no BEGIN and ROLLBACK on the way
                driver.autocommit = True
            cursor = driver.execute(self._text, [named[name] for name in self._order] if self._order else named)
            rows: list[Any] = cursor.fetchall()
            if self._is_postgresql:
                driver.autocommit = False
        except BaseException:
            borrowed.invalidate()
            raise
        finally:
            borrowed.close()
        return rows

    def _taken(self, values: dict[str, Any]) -> dict[str, Any]:
        return {name: self._as_taken[name](value) if name in self._as_taken else value for name, value in values.items()}


class StraightTransaction:
    """`with` it, again and again: units of work at the driver itself. For thousands of small ones, of which SQLAlchemy's
    begin, execute and commit would be half the cost."""

    def __init__(self, connection: Connection) -> None:
        driver = connection.connection.dbapi_connection
        assert driver is not None
        self._driver = driver
        self._begins_by_itself = connection.dialect.name != "sqlite"
        self.cursor: DBAPICursor = driver.cursor()

    def __enter__(self) -> None:
        if not self._begins_by_itself:
            self.cursor.execute("BEGIN IMMEDIATE")

    def __exit__(self, wrong: type[BaseException] | None, *_: object) -> None:
        if wrong is None:
            self._driver.commit()
        else:
            self._driver.rollback()
