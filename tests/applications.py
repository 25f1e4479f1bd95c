"""Applications for tests: each with a folder of its own and nothing of the developer's environment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import StaticPool
from werkzeug.routing import Rule

from config import Config
from tracker import create_app
from tracker.db import db
from tracker.models import Base

MakeApp = Callable[..., Flask]


class _Templates(BytecodeCache):
    """Templates are compiled once for all applications of this process."""

    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if found := self._compiled.get(f"{bucket.key} {bucket.checksum}"):
            bucket.bytecode_from_string(found)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[f"{bucket.key} {bucket.checksum}"] = bucket.bytecode_to_string()


_TEMPLATES = _Templates()
_BUILDERS: dict[tuple[Any, ...], Callable[..., tuple[str, str]]] = {}
_compile_builder = Rule._compile_builder


def _builder_of(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
    """What builds the addresses of a rule, compiled once for all applications: it was most of an application's birth."""
    key = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)
    if key not in _BUILDERS:
        _BUILDERS[key] = _compile_builder(rule, append_unknown)
    return _BUILDERS[key]


Rule._compile_builder = _builder_of  # type: ignore[method-assign]


@cache
def empty_database() -> bytes:
    """A SQLite file with all tables and no rows. Made once a process: the tables are most of an application's birth."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    Base.metadata.create_all(engine)
    with engine.connect() as connection:
        content: bytes = connection.connection.driver_connection.serialize()  # type: ignore[union-attr]
    engine.dispose()
    return content


def make_tables(engine: Engine) -> None:
    """All tables, where they are not there already."""
    file = Path(engine.url.database or "")
    if engine.dialect.name == "sqlite" and not file.exists():
        file.write_bytes(empty_database())
    else:
        Base.metadata.create_all(engine)


@contextmanager
def applications(folder: Path) -> Iterator[MakeApp]:
    """Gives `make_app(DATABASE_URL=…, PORT="8080", tables=True, flask={…})`, and closes what was made.

    Settings are given as the environment would; the database is SQLite in `folder` unless DATABASE_URL says otherwise.
    `flask` holds Flask's own keys. With `tables=False` the database is left as it is.
    """
    apps: list[Flask] = []

    def make_app(*, tables: bool = True, flask: dict[str, Any] | None = None, **settings: str) -> Flask:
        settings = {"INSTANCE_DIR": str(folder / "instance"), "SECRET_KEY": "test-key-" * 4, "DEMO": "0"} | settings
        (folder / "instance").mkdir(exist_ok=True)
        app = create_app(Config.from_environment(settings), TESTING=True, **(flask or {}))
        app.jinja_env.bytecode_cache = _TEMPLATES
        apps.append(app)
        if tables:
            with app.app_context():
                make_tables(db.engine)
        return app

    yield make_app
    for app in apps:
        with app.app_context():
            db.session.remove()
            for engine in db.engines.values():
                engine.dispose()
