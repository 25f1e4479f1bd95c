"""What a fixture builds over services, as rows: built once for each database of this process, put back for each further test."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Table, insert, select, text
from sqlalchemy.orm import Session

from tracker.models import Base

World = TypeVar("World")
Rows = list[tuple[Table, list[dict[str, Any]]]]

_ANY_ROW = "SELECT " + " OR ".join(f'EXISTS (SELECT 1 FROM "{t.name}")' for t in Base.metadata.sorted_tables)
_KEPT: dict[tuple[Any, ...], tuple[Any, Rows]] = {}


def kept(session: Session, build: Callable[..., World], *how: Any) -> World:
    """What `build(session, *how)` answers (plain values, no rows of the session) and leaves in the tables. It is built on the
    spot where the tables are not empty: what is there already may change it."""
    if session.scalar(text(_ANY_ROW)):
        return build(session, *how)
    key = (session.get_bind().dialect.name, build, how)
    if key not in _KEPT:
        world = build(session, *how)
        session.flush()
        _KEPT[key] = world, _rows(session)
        session.expunge_all()  # the first test begins as the others do
        return world
    world, rows = _KEPT[key]
    for table, values in rows:
        session.execute(insert(table), values)
    if key[0] == "postgresql":
        _go_on_counting(session, [table for table, _ in rows])
    return world  # type: ignore[no-any-return]


def _rows(session: Session) -> Rows:
    found = []
    for table in Base.metadata.sorted_tables:
        values = [dict(row._mapping) for row in session.execute(select(table).order_by(*table.primary_key))]
        if values:
            found.append((table, values))
    return found


def _go_on_counting(session: Session, tables: list[Table]) -> None:
    """Rows came with their numbers: the next ones begin behind them."""
    counted = [t for t in tables if t.autoincrement_column is not None]
    session.execute(
        text(
            "; ".join(
                f"SELECT setval(pg_get_serial_sequence('\"{t.name}\"', '{t.autoincrement_column.name}'), "
                f'(SELECT max("{t.autoincrement_column.name}") FROM "{t.name}"))'
                for t in counted
            )
        )
    )
