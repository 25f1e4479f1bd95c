"""Where evidence lies: a folder of the installation, or any store that fsspec reaches (FILES_URL). Never inside the web root.

Bytes are written under a name made by chance before the row that names them is committed, and are never overwritten: a row
always has its file; a file without a row is what a failed click left, and upkeep removes it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any


@dataclass(frozen=True)
class Store:
    """A place for files; `url` is a folder or an address that fsspec knows."""

    url: str

    def put(self, content: bytes) -> str:
        """Keep `content`; its new name. Raises OSError."""
        name = secrets.token_hex(20)
        name = f"{name[:2]}/{name}"
        self.put_under(name, content)
        return name

    def put_under(self, name: str, content: bytes) -> None:
        """Keep `content` under a name that a backup knows. Raises OSError."""
        system, root = _open(self.url)
        path = f"{root}/{_checked(name)}"
        with _away_is_an_os_error():
            system.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
            with system.transaction, system.open(path, "wb") as file:  # appears whole or not at all
                file.write(content)

    def get(self, name: str) -> bytes:
        """Raises FileNotFoundError, OSError."""
        system, root = _open(self.url)
        path = f"{root}/{_checked(name)}"
        with _away_is_an_os_error():
            content: bytes = system.cat_file(path)
        return content

    def remove(self, name: str) -> None:
        """A file that is not there is no error."""
        system, root = _open(self.url)
        path = f"{root}/{_checked(name)}"
        if system.exists(path):
            system.rm_file(path)

    def names(self, *, before: datetime) -> Iterator[str]:
        """The names of all files written before a moment."""
        system, root = _open(self.url)
        if not system.exists(root):
            return
        for path, about in system.find(root, detail=True).items():
            written = about.get("mtime") or about.get("LastModified") or about.get("created")
            moment = datetime.fromtimestamp(written, UTC) if isinstance(written, (int, float)) else written
            if moment is None or moment < before:
                yield path[len(root) :].lstrip("/")


@contextmanager
def _away_is_an_os_error() -> Iterator[None]:
    """A store over the network that cannot be reached says so in an exception of its own library."""
    try:
        yield
    except OSError:
        raise
    except Exception as error:
        raise OSError(f"the store of files does not answer: {error}") from error


@lru_cache(maxsize=8)
def _open(url: str) -> tuple[Any, str]:
    from fsspec.core import url_to_fs  # loaded with the first file

    system, root = url_to_fs(url)
    return system, root.rstrip("/")


def _checked(name: str) -> str:
    """Names are ours, "ab/ab12…": anything else is refused."""
    if not all(part.isalnum() for part in name.split("/")) or name.count("/") != 1:
        raise ValueError(f"no name of ours: {name!r}")
    return name
