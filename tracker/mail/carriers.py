"""The two ways out for a letter, alike for whoever sends: open, carry, close."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from flask import Flask

from tracker.mail.smtp import SafeConnection, ViMessage, Waiting, patience_of
from tracker.mail.spool import write_letter
from tracker.wording import sentence


class Carrier(Protocol):
    """Carries letters one after another."""

    note: str  #: kept on each letter that it carried
    patience: float  #: how long an answer may take; seconds

    @property
    def is_open(self) -> bool: ...

    def open(self) -> None:
        """Raises OSError or smtplib.SMTPException."""

    def carrying(self, number: int, message: ViMessage) -> Waiting[None]:
        """Hand over letter `number`; it is taken when this ends. What it raises is read by `answers.failure_of`."""

    def fileno(self) -> int:
        """Where an answer comes in that is due."""

    def close(self) -> None: ...


class SmtpCarrier:
    """One kept connection, opened anew when the server went away."""

    note = ""

    def __init__(self, app: Flask) -> None:
        self._connection = SafeConnection(app.extensions["mail"])
        self._suppressed = bool(app.extensions["mail"].suppress)
        self.patience = patience_of(app.config)

    @property
    def is_open(self) -> bool:
        host = self._connection.host
        return self._suppressed or (host is not None and host.sock is not None)

    def open(self) -> None:
        self.close()
        self._connection.__enter__()

    def carrying(self, number: int, message: ViMessage) -> Waiting[None]:
        return self._connection.sending(message)

    def fileno(self) -> int:
        host = self._connection.host
        return -1 if host is None or host.sock is None else host.sock.fileno()

    def close(self) -> None:
        self._connection.__exit__(None, None, None)


class SpoolCarrier:
    """Files in a folder, while no mail server is set."""

    is_open = True
    patience = 0.0  #: nobody answers

    def __init__(self, folder: Path, *, note: str = "") -> None:
        self._folder = folder
        self.note = note or sentence("mail_not_configured")

    def open(self) -> None:
        return None

    def carrying(self, number: int, message: ViMessage) -> Waiting[None]:
        write_letter(self._folder, number, message.envelope.to[1], message.content)
        yield from ()

    def fileno(self) -> int:
        raise ValueError("nothing is waited for")

    def close(self) -> None:
        return None


@contextmanager
def carrier_of(app: Flask) -> Iterator[Carrier]:
    """The way out that the settings name; closed at the end, opened by whoever has something to carry."""
    carrier: Carrier = SmtpCarrier(app) if app.config["MAIL_SERVER"] else SpoolCarrier(Path(app.config["MAIL_SPOOL_DIR"]))
    try:
        yield carrier
    finally:
        carrier.close()
