"""The technical log on standard error: lines of text, or one JSON object a line, with the id of the request or job run.

The key part of an address that opens something by itself (/v/…, /h/…, /feeds/…, /reset/…) never stands in it, whoever writes the
line: a log is read by more people than a letter.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from tracker.clock import ZONE

#: What the lines of now are about: request, or job and run. A context of its own in each thread.
_about: ContextVar[dict[str, str]] = ContextVar("_about", default={})  # noqa: B039  # never changed in place

_KEYS = re.compile(r"(/(?:v|h|feeds|reset)/)[^/\s\"'<>?#]+")
#: What a line may carry beside its words (`extra=`), and a formatter shows.
FIELDS = ("method", "path", "status", "ms")


def masked(text: str) -> str:
    """The text without the keys of links."""
    return _KEYS.sub(r"\1***", text)


def new_id() -> str:
    return secrets.token_hex(8)


def now_about(**said: str) -> None:
    """From here on every line of this thread says this, and nothing else."""
    _about.set(said)


@contextmanager
def about(**said: str) -> Iterator[None]:
    """Every line written inside says this."""
    token = _about.set({**_about.get(), **said})
    try:
        yield
    finally:
        _about.reset(token)


class TextLines(logging.Formatter):
    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        said = " ".join(f"{name}={value}" for name, value in _about.get().items())
        return masked(super().format(record)) + (f" [{said}]" if said else "")


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, ZONE).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **_about.get(),
            **{name: getattr(record, name) for name in FIELDS if hasattr(record, name)},
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps({name: masked(v) if isinstance(v, str) else v for name, v in line.items()}, ensure_ascii=False)


def set_up(form: str) -> None:
    """Every line of this process goes to standard error, as "text" or "json"."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    logging.basicConfig(handlers=[handler], force=True)
