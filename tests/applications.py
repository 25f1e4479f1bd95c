"""Applications for tests: each with a folder of its own and nothing of the developer's environment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask

from config import Config
from tracker import create_app
from tracker.db import db
from tracker.models import Base

MakeApp = Callable[..., Flask]


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
        apps.append(app)
        if tables:
            with app.app_context():
                Base.metadata.create_all(db.engine)
        return app

    yield make_app
    for app in apps:
        with app.app_context():
            db.session.remove()
            for engine in db.engines.values():
                engine.dispose()
