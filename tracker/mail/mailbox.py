"""The mailbox to which reports come, over IMAP (RFC 3501): read on from a place, take away what was settled."""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

#: Of a mail so much is fetched: what a report says stands before the letter that it returns.
MOST_BYTES = 256 * 1024
_UID_VALIDITY = re.compile(rb"\d+")


class MailboxError(Exception):
    """The mailbox cannot be read; the text is one sentence for an administrator."""


@dataclass(frozen=True)
class MailboxSettings:
    server: str
    port: int
    use_tls: bool
    cafile: str
    username: str
    password: str
    folder: str
    timeout_seconds: float

    @property
    def name(self) -> str:
        return f"{self.username}@{self.server}/{self.folder}"[:250]


class Mailbox:
    """An open folder. Every method raises MailboxError."""

    def __init__(self, connection: imaplib.IMAP4) -> None:
        self._connection = connection
        answer: Any = connection.untagged_responses.get("UIDVALIDITY") or [b""]
        found = _UID_VALIDITY.search(answer[-1] or b"")
        self.uid_validity = int(found[0]) if found else 0
        self._settled: list[int] = []

    def uids_after(self, last: int, *, most: int) -> list[int]:
        """The mails that came after `last`, in the order in which they came."""
        # "n:*" names the last mail even when its number is smaller than n.
        data = _asked(self._connection.uid, "SEARCH", "UID", f"{last + 1}:*")
        words = b" ".join(part for part in data if isinstance(part, bytes)).split()
        return sorted({int(word) for word in words if word.isdigit() and int(word) > last})[:most]

    def fetch(self, uid: int) -> bytes:
        """The beginning of a mail, left unread; empty when it is gone or the server will not show it."""
        try:
            _, data = self._connection.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{MOST_BYTES}>)")
        except (imaplib.IMAP4.error, OSError) as error:
            raise MailboxError(f"Hộp thư báo lỗi không trả lời ({str(error)[:200]}).") from error
        return next((part[1] for part in data if isinstance(part, tuple) and isinstance(part[1], bytes)), b"")

    def settled(self, uid: int) -> None:
        """This report has been taken in and may go when the mailbox is closed."""
        self._settled.append(uid)

    def take_away(self) -> None:
        """Only what was settled is deleted; everything else in the mailbox stays as it is, unread."""
        if not self._settled:
            return
        uids = ",".join(map(str, self._settled))
        self._settled.clear()
        _asked(self._connection.uid, "STORE", uids, "+FLAGS.SILENT", r"(\Seen \Deleted)")
        if "UIDPLUS" in self._connection.capabilities:
            _asked(self._connection.uid, "EXPUNGE", uids)
        else:
            _asked(self._connection.expunge)


@contextmanager
def opened(settings: MailboxSettings) -> Iterator[Mailbox]:
    """Sign in and open the folder. Raises MailboxError."""
    connection = _connect(settings)
    try:
        _asked(connection.login, settings.username, settings.password)
        _asked(connection.select, f'"{settings.folder}"')
        mailbox = Mailbox(connection)
        yield mailbox
        mailbox.take_away()
    finally:
        try:
            connection.logout()
        except (imaplib.IMAP4.error, OSError):
            connection.shutdown()


def _connect(settings: MailboxSettings) -> imaplib.IMAP4:
    try:
        if settings.use_tls:
            context = ssl.create_default_context(cafile=settings.cafile or None)
            return imaplib.IMAP4_SSL(settings.server, settings.port, ssl_context=context, timeout=settings.timeout_seconds)
        return imaplib.IMAP4(settings.server, settings.port, timeout=settings.timeout_seconds)
    except (imaplib.IMAP4.error, OSError) as error:
        raise MailboxError(f"Không mở được hộp thư báo lỗi {settings.server}:{settings.port} ({error}).") from error


def _asked(command: Callable[..., Any], *arguments: str) -> list[Any]:
    """The answer of the server; no answer, or a no, is a MailboxError."""
    try:
        kind, data = command(*arguments)
    except (imaplib.IMAP4.error, OSError, UnicodeError) as error:
        raise MailboxError(f"Hộp thư báo lỗi không trả lời ({str(error)[:200]}).") from error
    if kind != "OK":
        raise MailboxError(f"Hộp thư báo lỗi từ chối ({str(data)[:200]}).")
    answer: list[Any] = data
    return answer
