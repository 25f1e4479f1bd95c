"""Putting a backup back into an empty database, and proving that it is whole."""

from __future__ import annotations

import base64
import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Boolean,
    Connection,
    Date,
    DateTime,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    bindparam,
    func,
    insert,
    select,
    text,
    update,
)

from tracker.backup.packing import BackupError, Manifest, manifest_in, opened

_ROWS_AT_ONCE = 1_000


def unpack_rows(engine: Engine, path: Path, *, key: str = "") -> Manifest:
    """Put every row back, in one transaction. The tables are there (at the backup's revision) and empty.

    Raises BackupError: another format or revision, a place that is not empty, a part that was altered; SealError.
    """
    metadata = MetaData()
    metadata.reflect(engine)
    with opened(path, key=key) as archive, engine.begin() as connection:
        manifest = manifest_in(archive)
        revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
        if revision != manifest.revision:
            raise BackupError(
                f"Bản sao lưu thuộc phiên bản {manifest.revision}, cơ sở dữ liệu đang ở {revision}; "
                "nâng cấp đúng phiên bản rồi làm lại."
            )
        order = [table for table in metadata.sorted_tables if table.name in manifest.tables]
        filled = [table.name for table in order if connection.execute(select(func.count()).select_from(table)).scalar_one()]
        if filled:
            raise BackupError(
                f"Nơi khôi phục đã có dữ liệu ({', '.join(sorted(filled)[:5])}); chỉ khôi phục vào cơ sở dữ liệu trống."
            )
        for table in order:
            _fill(connection, table, archive, manifest)
        _go_on_counting(connection, order)
    return manifest


def unpack_files(path: Path, write_file: Callable[[str, bytes], None], *, key: str = "") -> int:
    """Put the evidence files back; how many. Raises BackupError for one that was altered; SealError."""
    with opened(path, key=key) as archive:
        manifest = manifest_in(archive)
        names = [name for name in manifest.fingerprints if name.startswith("files/")]
        for name in names:
            content = archive.read(name)
            if hashlib.sha256(content).hexdigest() != manifest.fingerprints[name]:
                raise BackupError(f"Phần {name} của bản sao lưu đã bị thay đổi; dùng bản sao lưu khác.")
            write_file(name.removeprefix("files/"), content)
    return len(names)


def _fill(connection: Connection, table: Table, archive: zipfile.ZipFile, manifest: Manifest) -> None:
    name = f"tables/{table.name}.jsonl"
    digest = hashlib.sha256()
    own = [column.name for column in table.columns if any(key.column.table is table for key in column.foreign_keys)]
    later: list[dict[str, Any]] = []
    batch: list[dict[str, Any]] = []
    rows = 0
    for line in _lines(archive, name):
        digest.update(line)
        row = {column: _typed(table, column, value) for column, value in json.loads(line).items()}
        points = {column: row[column] for column in own if row[column] is not None}
        if points:  # a row may point at one of its own table that comes later
            later.append({f"b_{c.name}": row[c.name] for c in table.primary_key} | {f"v_{c}": row[c] for c in own})
            row |= dict.fromkeys(points)
        batch.append(row)
        rows += 1
        if len(batch) == _ROWS_AT_ONCE:
            connection.execute(insert(table), batch)
            batch = []
    if batch:
        connection.execute(insert(table), batch)
    if later:
        here = [column == bindparam(f"b_{column.name}") for column in table.primary_key]
        connection.execute(update(table).where(*here).values({c: bindparam(f"v_{c}") for c in own}), later)
    if rows != manifest.tables[table.name] or digest.hexdigest() != manifest.fingerprints[name]:
        raise BackupError(f"Bảng {table.name} trong bản sao lưu đã bị thay đổi hoặc bị cắt; dùng bản sao lưu khác.")


def _lines(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    try:
        with archive.open(name) as part:
            yield from part
    except (KeyError, zipfile.BadZipFile):
        raise BackupError(f"Bản sao lưu thiếu phần {name} hoặc phần này bị hỏng; dùng bản sao lưu khác.") from None


def _typed(table: Table, column: str, value: Any) -> Any:
    if value is None:
        return None
    kind = table.columns[column].type
    if isinstance(kind, DateTime):
        return datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    if isinstance(kind, LargeBinary):
        return base64.b64decode(value)
    if isinstance(kind, Boolean):
        return bool(value)
    return value


def _go_on_counting(connection: Connection, tables: list[Table]) -> None:
    """PostgreSQL's own counters go on behind the rows that were put back."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables:
        keys = list(table.primary_key.columns)
        if len(keys) != 1 or not isinstance(keys[0].type, Integer):
            continue
        names = {"t": f'"{table.name}"', "c": keys[0].name}
        sequence = connection.execute(text("SELECT pg_get_serial_sequence(:t, :c)"), names).scalar()
        highest = connection.execute(select(func.max(keys[0]))).scalar()
        if sequence and highest:
            connection.execute(text("SELECT setval(:s, :n)"), {"s": sequence, "n": highest})
