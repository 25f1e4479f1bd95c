"""A backup of this installation: its database, its evidence, its settings without what is secret."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from flask import Flask

from config import SETTINGS
from tracker.backup.packing import Manifest, pack
from tracker.backup.unpacking import unpack_files
from tracker.db import db
from tracker.files import Store
from tracker.models import Base

#: Settings whose value stays here.
SECRET = frozenset(s.name for s in SETTINGS if s.name.endswith(("_KEY", "_PASSWORD", "_SECRET"))) | {"DATABASE_URL", "FILES_URL"}


def write(app: Flask, target: Path, *, now: datetime) -> Manifest:
    """Write a backup of `app` while it runs; sealed when BACKUP_KEY is set. Raises OSError."""
    settings = {s.name: app.config.get(s.name) for s in SETTINGS if s.name not in SECRET}
    read_file = Store(app.config["FILES_URL"]).get
    key = app.config["BACKUP_KEY"]
    return pack(db.engine, Base.metadata, target, settings=settings, now=now, read_file=read_file, key=key)


def put_back_files(app: Flask, source: Path) -> int:
    """Put the evidence of a backup back into this installation's store; how many files.

    Raises BackupError, SealError, OSError.
    """
    return unpack_files(source, Store(app.config["FILES_URL"]).put_under, key=app.config["BACKUP_KEY"])
