"""Web processes of this machine that ended badly: noted in the instance folder, so that the health page of any can say so.

One that is killed (by the kernel, where memory runs out) cannot note it itself: the one that takes its place finds its mark.
"""

from __future__ import annotations

import atexit
import gc
import os
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

#: An end is told for this long; by then it has been seen, or it has happened again.
TOLD_FOR = timedelta(hours=1)
_OUT_OF_MEMORY, _KILLED = "out-of-memory", "killed"


#: New objects that start a collection. With Python's own 700 all that pages keep (results, compiled statements, libraries of
#: some pages: 110,000 objects) was looked through once in some 90 looks, for 25 ms, and never anything was found.
COLLECTED_AFTER = 5_000


def leave_loaded_alone() -> None:
    """What is loaded by now lives as long as the process: to look through it for what may go held up a page for 0.1 s now and
    then. Left alone it is not written to either, so that the workers forked from here share it."""
    gc.freeze()
    gc.set_threshold(COLLECTED_AFTER)
    gc.enable()


def begin(instance: Path) -> None:
    """This process answers for the pages from now on; whoever did and is gone without a word was killed."""
    folder = instance / "workers"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        for mark in folder.glob("[0-9]*"):
            if not Path(f"/proc/{mark.name}").exists():
                mark.unlink(missing_ok=True)
                (folder / _KILLED).touch()
        own = folder / str(os.getpid())
        own.touch()
        atexit.register(own.unlink, missing_ok=True)
    except OSError:
        return  # the health page says what is wrong with the folder


def out_of_memory(instance: Path, *, is_replaced: bool) -> None:
    """This process could not get the memory that a request asked for. Where another takes its place (gunicorn), it ends when
    what it has begun is answered: what is left of its memory is in pieces."""
    try:
        (instance / "workers").mkdir(mode=0o700, exist_ok=True)
        (instance / "workers" / _OUT_OF_MEMORY).touch()
    except OSError:
        pass
    if is_replaced:
        os.kill(os.getpid(), signal.SIGTERM)


def bad_ends(instance: Path, *, now: datetime) -> tuple[datetime | None, datetime | None]:
    """When the last one ran out of memory, and when one was last found to be killed; None: not lately."""
    memory, killed = (_lately(instance / "workers" / name, now) for name in (_OUT_OF_MEMORY, _KILLED))
    return memory, killed


def _lately(mark: Path, now: datetime) -> datetime | None:
    try:
        at = datetime.fromtimestamp(mark.stat().st_mtime, UTC)
    except OSError:
        return None
    return at.astimezone(now.tzinfo) if abs(now - at) < TOLD_FOR else None
