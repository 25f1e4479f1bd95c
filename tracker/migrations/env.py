"""How alembic reaches the database: the application's engine, one transaction for the whole upgrade.

Revisions never import models: a column type of ours is written as the plain type it is kept as.
"""

from __future__ import annotations

import logging
import time
from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext
from flask import current_app
from sqlalchemy import Connection

from tracker import models
from tracker.db import db
from tracker.models.base import Moment

#: Only one process upgrades at a time on PostgreSQL; SQLite's BEGIN IMMEDIATE does the same there.
UPGRADE_LOCK = 7_310_425
#: While an old process serves: how long its pages wait behind an upgrade that waits, and how often that is tried.
LOCK_MILLISECONDS, PAUSE_SECONDS, TRIES = 600, 0.5, 60

log = logging.getLogger("tracker.migrations")


def include_object(_object: Any, _name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:
    """A table that is in the database and not in the models is another program's: leave it alone."""
    return not (kind == "table" and reflected and compare_to is None)


def render_item(kind: str, item: Any, _autogen: AutogenContext) -> str | Literal[False]:
    """Moments are kept as plain DateTime, closed sets as their text."""
    if kind == "type" and isinstance(item, Moment):
        return "sa.DateTime()"
    if kind == "type" and isinstance(item, sa.Enum):
        return f"sa.String(length={item.length})"
    return False


def upgrade(connection: Connection) -> None:
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite:
        # Rebuilding a table in batch mode drops the old one; with foreign keys on, that would delete its children.
        # The pragma is deaf inside a transaction, so it goes to the driver before SQLAlchemy says BEGIN.
        connection.connection.execute("PRAGMA foreign_keys = OFF")
    try:
        context.configure(
            connection=connection,
            target_metadata=models.Base.metadata,
            include_object=include_object,
            render_item=render_item,
            transactional_ddl=True,  # alembic thinks SQLite cannot; with our BEGIN it can: an upgrade is all or nothing
            **current_app.extensions["migrate"].configure_args,
        )
        with context.begin_transaction():
            if connection.dialect.name == "postgresql":
                connection.execute(sa.select(sa.func.set_config("lock_timeout", "0", True)))  # another's upgrade takes its time
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(UPGRADE_LOCK)))
                take_all_tables(connection)
            context.run_migrations()
            if is_sqlite:
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                if broken:
                    raise RuntimeError(f"the upgrade would leave rows without their parent: {broken[:3]}")
    finally:
        if is_sqlite:
            connection.connection.execute("PRAGMA foreign_keys = ON")


def take_all_tables(connection: Connection) -> None:
    """Before anything is altered, all tables at once and within LOCK_MILLISECONDS. A page that has read one table and waits for
    another is then never taken for one half of a deadlock: PostgreSQL looks for those after a second."""
    current, wanted = context.get_context().get_current_heads(), context.get_revision_argument()
    tables = [table for table in sa.inspect(connection).get_table_names() if table in models.Base.metadata.tables]
    if not tables or current == (wanted,):
        return
    names = ", ".join(f'"{table}"' for table in sorted(tables))
    connection.execute(sa.select(sa.func.set_config("statement_timeout", str(LOCK_MILLISECONDS), True)))
    connection.exec_driver_sql(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE")
    connection.execute(sa.select(sa.func.set_config("statement_timeout", "0", True)))


def upgrade_while_others_serve(connection: Connection) -> None:
    """Whoever comes while the upgrade waits for a table waits behind it: so it waits for a short time only, lets all others
    pass, and begins again."""
    for left in reversed(range(TRIES)):
        try:
            upgrade(connection)
            break
        except sa.exc.OperationalError as error:
            if getattr(error.orig, "sqlstate", None) != "57014" or not left:
                raise
            log.warning("a table is in use, the upgrade begins again: %s", error.orig)
            time.sleep(PAUSE_SECONDS)


if context.is_offline_mode():
    context.configure(url=db.engine.url, target_metadata=models.Base.metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    with db.engine.connect() as connection:
        upgrade_while_others_serve(connection)
