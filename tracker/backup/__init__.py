"""Backups: everything of an installation in one file, written while it runs, and put back into an empty place.

A backup is a ZIP of plain parts, so that it can be read without this program: `manifest.json`, one `tables/NAME.jsonl` a table,
`files/…` with the evidence, `settings.json` without secrets. The rows are those of one moment (a snapshot of the database), and
the same file can be put back into SQLite or PostgreSQL. With a key it is sealed (AES-256-GCM, the key from scrypt).
"""

from tracker.backup.of_app import put_back_files, write
from tracker.backup.packing import BackupError, Manifest, pack, read_manifest
from tracker.backup.rotation import rotate
from tracker.backup.sealing import SealError
from tracker.backup.unpacking import unpack_rows

__all__ = ["BackupError", "Manifest", "SealError", "pack", "put_back_files", "read_manifest", "rotate", "unpack_rows", "write"]
