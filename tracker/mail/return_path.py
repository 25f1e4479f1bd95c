"""The signed return path of a letter: `bounce+12.6f1c…@example.vn`. A report that comes back to it names its letter.

The signature covers the address that the letter went to: once that is corrected, late reports about the old one say nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable
from typing import NamedTuple

#: 80 bits: nobody guesses one, and the local part stays far below the 64 characters that servers take.
_MAC_LENGTH = 20
_SIGNED = re.compile(rf"\+(\d{{1,12}})\.([0-9a-f]{{{_MAC_LENGTH}}})@", re.IGNORECASE)


class Signed(NamedTuple):
    """What a return path says, before its signature is looked at."""

    letter_id: int
    mac: str


def return_path(key: str | bytes, mailbox: str, letter_id: int, to_email: str) -> str:
    """The envelope sender of one letter, in the mailbox to which reports shall come."""
    local, _, domain = mailbox.rpartition("@")
    return f"{local}+{letter_id}.{_mac(key, letter_id, to_email)}@{domain}"


def is_ours(key: str | bytes, signed: Signed, to_email: str) -> bool:
    return hmac.compare_digest(signed.mac, _mac(key, signed.letter_id, to_email))


def signed_in(headers: Iterable[str]) -> list[Signed]:
    """The return paths that stand in header values, each once. Some servers write local parts in capitals."""
    found = (Signed(int(number), mac.lower()) for value in headers for number, mac in _SIGNED.findall(value))
    return list(dict.fromkeys(found))


def _mac(key: str | bytes, letter_id: int, to_email: str) -> str:
    secret = key.encode() if isinstance(key, str) else key
    said = f"return-path:{letter_id}:{to_email.strip().lower()}".encode()
    return hmac.new(secret, said, hashlib.sha256).hexdigest()[:_MAC_LENGTH]
