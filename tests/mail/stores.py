"""Transactions for the mail tests, as an edge makes them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.orm import Session


@contextmanager
def committing(engine: Engine) -> Iterator[Session]:
    """One transaction of its own, as an edge makes it."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session
