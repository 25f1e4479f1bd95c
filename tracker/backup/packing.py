"""Writing a backup: the rows of one moment, the files they name, a manifest with counts and fingerprints."""

from __future__ import annotations

import base64
import hashlib
import json
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, Table, select, text

from tracker.backup.sealing import SealError, is_sealed, seal, unseal

FORMAT = 1
#: What a new installation makes for itself, and what must not leave this one.
LEFT_OUT = frozenset({"lease", "sign_in_attempt"})
_ROWS_AT_ONCE = 2_000


class BackupError(Exception):
    """A backup that cannot be put back; the text is one Vietnamese sentence."""


@dataclass(frozen=True)
class Manifest:
    """What is in a backup."""

    made_at: str  #: ISO, Asia/Ho_Chi_Minh
    revision: str  #: of the database's schema
    journal_head: str  #: the hash that the last line of the journal ends in
    tables: dict[str, int]  #: name -> rows
    fingerprints: dict[str, str]  #: name of a part -> SHA-256
    missing_files: list[str] = field(default_factory=list)  #: named by a row, and not there
    format: int = FORMAT


def pack(
    engine: Engine,
    metadata: MetaData,
    target: Path,
    *,
    settings: Mapping[str, object],
    now: datetime,
    read_file: Callable[[str], bytes] | None = None,
    key: str = "",
) -> Manifest:
    """Write a backup to `target`, whole or not at all; others go on writing meanwhile.

    `settings` must hold no secret; `read_file` gives the bytes of a stored file by its `stored_as`, raising OSError.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
        plain, sealed = Path(folder) / "plain.zip", Path(folder) / "sealed"
        with zipfile.ZipFile(plain, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            manifest = _write(archive, engine, metadata, settings, now, read_file)
        if key:
            seal(plain, sealed, key)
        (sealed if key else plain).chmod(0o600)
        (sealed if key else plain).replace(target)
    return manifest


def read_manifest(path: Path, *, key: str = "") -> Manifest:
    """What a backup says of itself. Raises BackupError, SealError, OSError, zipfile.BadZipFile."""
    with opened(path, key=key) as archive:
        return manifest_in(archive)


def manifest_in(archive: zipfile.ZipFile) -> Manifest:
    """Raises BackupError for an archive that is no backup, or one of another form."""
    try:
        found = json.loads(archive.read("manifest.json"))
        if found.get("format") != FORMAT:
            raise BackupError(f"Bản sao lưu có dạng {found.get('format')}, phiên bản này chỉ đọc dạng {FORMAT}.")
        return Manifest(**found)
    except (KeyError, ValueError, TypeError, AttributeError):
        raise BackupError("Tệp này không phải bản sao lưu của hệ thống.") from None


@contextmanager
def opened(path: Path, *, key: str = "") -> Iterator[zipfile.ZipFile]:
    """The archive inside, unsealed into a file that goes away again. Raises SealError without the right key."""
    if not is_sealed(path):
        with zipfile.ZipFile(path) as archive:
            yield archive
        return
    if not key:
        raise SealError
    with tempfile.TemporaryDirectory(prefix=".backup-") as folder:
        plain = Path(folder) / "plain.zip"
        unseal(path, plain, key)
        with zipfile.ZipFile(plain) as archive:
            yield archive


def _write(
    archive: zipfile.ZipFile,
    engine: Engine,
    metadata: MetaData,
    settings: Mapping[str, object],
    now: datetime,
    read_file: Callable[[str], bytes] | None,
) -> Manifest:
    counts: dict[str, int] = {}
    fingerprints: dict[str, str] = {}
    missing: list[str] = []
    with _snapshot(engine) as connection:
        revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        head = connection.execute(text("SELECT hash FROM journal_head")).scalar()
        for table in metadata.sorted_tables:
            if table.name not in LEFT_OUT:
                name = f"tables/{table.name}.jsonl"
                counts[table.name], fingerprints[name] = _write_rows(archive, name, connection, table)
        names = _stored_files(connection, metadata)
    for stored_as in names if read_file else ():
        try:
            content = read_file(stored_as)  # type: ignore[misc]  # checked above
        except OSError:
            missing.append(stored_as)
            continue
        archive.writestr(f"files/{stored_as}", content)
        fingerprints[f"files/{stored_as}"] = hashlib.sha256(content).hexdigest()
    archive.writestr("settings.json", json.dumps(settings, ensure_ascii=False, indent=1, default=str))
    manifest = Manifest(now.isoformat(), revision, head or "", counts, fingerprints, missing)
    archive.writestr("manifest.json", json.dumps(asdict(manifest), ensure_ascii=False, indent=1))
    return manifest


@contextmanager
def _snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one moment: SQLite's WAL readers do once they have read, PostgreSQL when asked to."""
    options = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    with engine.connect().execution_options(**options) as connection:
        yield connection


def _write_rows(archive: zipfile.ZipFile, name: str, connection: Connection, table: Table) -> tuple[int, str]:
    digest = hashlib.sha256()
    rows = 0
    keys = list(table.primary_key.columns)
    with archive.open(name, "w", force_zip64=True) as part:
        result = connection.execution_options(yield_per=_ROWS_AT_ONCE).execute(select(table).order_by(*keys))
        columns = tuple(result.keys())
        for some in result.partitions():
            lines = "".join([_encode(dict(zip(columns, row, strict=True))) + "\n" for row in some]).encode()
            part.write(lines)
            digest.update(lines)
            rows += len(some)
    return rows, digest.hexdigest()


def _stored_files(connection: Connection, metadata: MetaData) -> list[str]:
    table = metadata.tables["stored_file"]
    return list(connection.execute(select(table.c.stored_as).distinct().order_by(table.c.stored_as)).scalars())


def _plain(value: Any) -> Any:
    """What JSON does not know as it carries it: moments in UTC without zone, as they are kept; bytes in base 64."""
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).replace(tzinfo=None).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, Enum):
        return value.value
    raise TypeError(f"{type(value).__name__} has no form in a backup")


#: Made once: most values are texts and numbers, which it writes without asking `_plain`.
_encode = json.JSONEncoder(ensure_ascii=False, default=_plain).encode
