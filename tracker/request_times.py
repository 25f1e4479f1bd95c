"""How many requests were answered, with what, how fast: counted in small files of the instance folder.

Each web process takes a free file and keeps it while it lives; what is asked for is the sum of all. A file outlives its
process and is taken over by the next, so that the sums only grow, over restarts too.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import struct
import threading
from dataclasses import dataclass
from pathlib import Path

#: Upper ends of the classes of times, in seconds.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
#: Answers by the first digit of their status.
KINDS = ("1xx", "2xx", "3xx", "4xx", "5xx")
MOST_PROCESSES = 64

#: Of each kind: a count a bucket, one for what took longer, and the sum of seconds.
_ROW = len(BUCKETS) + 2
_SIZE = len(KINDS) * _ROW * 8


@dataclass(frozen=True)
class Times:
    """The answers of one kind."""

    kind: str
    counts: tuple[int, ...]  #: those within each bucket and no earlier one, and those that took longer than all
    seconds: float

    @property
    def answers(self) -> int:
        return sum(self.counts)


class RequestTimes:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._page: mmap.mmap | None = None
        self._pid = 0

    def note(self, status: int, seconds: float) -> None:
        """Count one answer. Where no file can be written nothing is counted: a page matters more than its number."""
        kind = status // 100 - 1
        bucket = next((place for place, end in enumerate(BUCKETS) if seconds <= end), len(BUCKETS))
        if not 0 <= kind < len(KINDS):
            return
        with self._lock:
            if self._pid != os.getpid():  # the first answer of this process
                self._pid = os.getpid()
                self._page = self._take()
            if self._page is not None:
                _add(self._page, kind * _ROW + bucket, 1)
                _add(self._page, kind * _ROW + _ROW - 1, seconds)

    def read(self) -> tuple[Times, ...]:
        """What all processes of this machine have counted."""
        sums = [0.0] * (len(KINDS) * _ROW)
        for path in self._folder.glob("requests.*"):
            content = path.read_bytes()
            if len(content) == _SIZE:
                sums = [a + b for a, b in zip(sums, struct.unpack(f"{len(sums)}d", content), strict=True)]
        rows = [sums[place * _ROW : (place + 1) * _ROW] for place in range(len(KINDS))]
        return tuple(Times(kind, tuple(int(n) for n in row[:-1]), row[-1]) for kind, row in zip(KINDS, rows, strict=True))

    def _take(self) -> mmap.mmap | None:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for number in range(MOST_PROCESSES):
                file = os.open(self._folder / f"requests.{number}", os.O_RDWR | os.O_CREAT, 0o600)
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:
                    os.close(file)
                    continue
                if os.fstat(file).st_size != _SIZE:
                    os.truncate(file, 0)
                    os.truncate(file, _SIZE)
                page = mmap.mmap(file, _SIZE)  # keeps the file open, and so the lock, as long as the process lives
                os.close(file)
                return page
        except OSError:
            return None
        return None


def _add(page: mmap.mmap, place: int, much: float) -> None:
    (before,) = struct.unpack_from("d", page, place * 8)
    struct.pack_into("d", page, place * 8, before + much)
