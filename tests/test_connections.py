"""Connections to PostgreSQL are kept between requests, and asked whether their server is there only where it may have gone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.pool import NullPool

from config import Config
from tracker import db
from tracker.db import prepare_engine


@pytest.fixture
def engine(postgres_url: str) -> Iterator[Engine]:
    config = Config.from_environment({"DATABASE_URL": postgres_url})
    made = create_engine(config.database_url, **config.flask_mapping()["SQLALCHEMY_ENGINE_OPTIONS"])
    prepare_engine(made)
    yield made
    made.dispose()


def backend(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())


@pytest.mark.parametrize("trusted_seconds", [60.0, 0.0], ids=["just-in-use", "idle"])
def test_postgresql_connection_that_its_server_ended_is_replaced_unseen(
    engine: Engine, trusted_seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "TRUSTED_SECONDS", trusted_seconds)
    before = backend(engine)
    with create_engine(engine.url, poolclass=NullPool).connect() as another:
        assert another.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": before}).scalar()
    assert backend(engine) != before


@pytest.mark.parametrize(("trusted_seconds", "questions"), [(60.0, 0), (0.0, 1)], ids=["just-in-use", "idle"])
def test_postgresql_connection_is_asked_before_its_use_only_after_it_lay_idle(
    engine: Engine, trusted_seconds: float, questions: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "TRUSTED_SECONDS", trusted_seconds)
    asked: list[object] = []
    ping = engine.dialect.do_ping
    monkeypatch.setattr(engine.dialect, "do_ping", lambda driver: (asked.append(driver), ping(driver)))
    before = backend(engine)
    assert asked == []  # new ones are there
    assert backend(engine) == before
    assert len(asked) == questions
