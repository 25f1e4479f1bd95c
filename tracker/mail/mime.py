"""A letter as the bytes that go over the wire: RFC 5322, RFC 2045-2047, text first, then HTML, then a calendar.

Written out here because Python's own generator breaks long Vietnamese headers on 3.11 and 3.12 (python/cpython#92081) or
starts them with an empty line, and because the same letter must give the same bytes each time: a resent letter is the same
letter. Bodies are base64: any relay passes them on, with lines of any length inside.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache

#: RFC 5322: a line should stay within 78 characters. RFC 2047: an encoded word has at most 75.
LINE = 78
WORD = 75
_WORD_FRAME = len("=?utf-8?B??=")
_PLAIN = re.compile(r"[ !-~]*")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}")
_DOMAIN = re.compile(r"(?=.{1,253}$)[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


class BadAddressError(ValueError):
    """An address that no mail server would take."""


@dataclass(frozen=True)
class Envelope:
    """One letter, ready to go to one address."""

    to: tuple[str, str]  #: name, address
    sender: tuple[str, str]
    subject: str
    text: str
    html: str
    message_id: str
    dated_at: datetime
    reply_to: tuple[str, str] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)  #: further headers, plain ASCII
    calendar: bytes = b""  #: an iCalendar file of METHOD:PUBLISH, which mail programs offer to put into the calendar
    return_path: str = ""  #: where reports about it shall come; the sender's address when empty


def letter_bytes(envelope: Envelope) -> bytes:
    """The whole message with CRLF line ends; the same for the same envelope.

    Raises BadAddressError for an address that cannot be, ValueError for a further header that is not one plain line.
    """
    lines = [
        encoded_header("Subject", envelope.subject),
        address_header("From", *envelope.sender),
        address_header("To", *envelope.to),
    ]
    if envelope.reply_to:
        lines.append(address_header("Reply-To", *envelope.reply_to))
    lines.append(_date_header(envelope.dated_at))
    for name, value in {"Message-ID": envelope.message_id, **envelope.headers}.items():
        if not _PLAIN.fullmatch(value):
            raise ValueError(f"header {name} is not one line of plain ASCII")
        lines.append(f"{name}: {value}")
    # base64 has no "-" and no "_": this can stand in no body.
    boundary = f"=_{hashlib.sha256(envelope.message_id.encode()).hexdigest()[:32]}"
    lines += ["MIME-Version: 1.0", "Content-Type: multipart/alternative;", f' boundary="{boundary}"', ""]
    bodies = [(kind, body.replace("\n", "\r\n").encode()) for kind, body in (("plain", envelope.text), ("html", envelope.html))]
    if envelope.calendar:
        bodies.append(("calendar; method=PUBLISH", envelope.calendar))
    for subtype, body in bodies:
        lines += [
            f"--{boundary}",
            f"Content-Type: text/{subtype}; charset=utf-8",
            "Content-Transfer-Encoding: base64",
            "",
            _base64_lines(body),
        ]
    lines += [f"--{boundary}--", ""]
    return "\r\n".join(lines).encode("ascii")


def encoded_header(name: str, value: str) -> str:
    """A header of free text: plain where it is plain ASCII and short, else in encoded words, none cutting a letter."""
    if _PLAIN.fullmatch(value) and len(name) + 2 + len(value) <= LINE and "=?" not in value:
        return f"{name}: {value}"
    return f"{name}: {_encoded_words(value, len(name) + 2)}"


def address_header(name: str, display: str, address: str) -> str:
    """A header with one address: `From: =?utf-8?B?…?= <khaosat@example.vn>`. Raises BadAddressError."""
    checked = checked_address(address)
    if not display:
        return f"{name}: {checked}"
    if _ATOMS.fullmatch(display) and "=?" not in display and len(name) + len(display) + len(checked) + 5 <= LINE:
        return f"{name}: {display} <{checked}>"
    words = _encoded_words(display, len(name) + 2)
    gap = " " if len(f"{name}: {words}".rpartition("\r\n")[2]) + len(checked) + 3 <= LINE else "\r\n "
    return f"{name}: {words}{gap}<{checked}>"


@lru_cache(maxsize=512)
def checked_address(address: str) -> str:
    """The address as it goes to the server: ASCII, a domain of other letters in its xn-- form. Raises BadAddressError."""
    local, _, domain = address.strip().rpartition("@")
    try:
        domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        raise BadAddressError(f"not a mail domain: {domain!r}") from None
    if not _LOCAL_PART.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        raise BadAddressError(f"not an address: {address!r}")
    return f"{local}@{domain}"


@lru_cache(maxsize=64)  # letters claimed together are dated together
def _date_header(dated_at: datetime) -> str:
    return f"Date: {format_datetime(dated_at)}"


def _base64_lines(body: bytes) -> str:
    """In lines of 76 characters (RFC 2045)."""
    whole = base64.b64encode(body).decode("ascii")
    return "\r\n".join([whole[start : start + 76] for start in range(0, len(whole), 76)])


@lru_cache(maxsize=512)  # sender and reply address are the same in letter after letter
def _encoded_words(text: str, taken: int) -> str:
    """`text` as encoded words, one a line; `taken` columns of the first line are used."""
    words: list[str] = []
    whole = text.encode()
    start, room = 0, _bytes_in(LINE - taken)
    while len(whole) - start > room:
        end = start + room
        # At a space where there is one: readers that wrongly put a space between two words then break no word.
        space = whole.rfind(b" ", start, end)
        if space >= start:
            end = space + 1
        while whole[end] & 0xC0 == 0x80:  # inside a letter: step back to its first byte
            end -= 1
        words.append(_word(whole[start:end]))
        start, room = end, _bytes_in(LINE - 1)
    words.append(_word(whole[start:]))
    return "\r\n ".join(words)


def _word(chunk: bytes) -> str:
    return f"=?utf-8?B?{base64.b64encode(chunk).decode('ascii')}?="


def _bytes_in(columns: int) -> int:
    return (min(columns, WORD) - _WORD_FRAME) // 4 * 3
