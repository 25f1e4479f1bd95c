"""Passwords as Argon2 hashes. NFC first: one keyboard's "à" may be two characters of another's."""

from __future__ import annotations

from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from tracker.wording import nfc

HASHER = PasswordHasher()
#: Each hash takes 64 MiB for a fifth of a second: more at once would let a flood of sign-ins take the memory.
AT_ONCE = 4
_turns = BoundedSemaphore(AT_ONCE)


def hash_password(password: str) -> str:
    """The hash to keep."""
    with _turns:
        return HASHER.hash(nfc(password))


def is_right(password_hash: str, password: str) -> bool:
    """Whether `password` is the one behind the hash; an empty hash (no such account) takes its time and says no."""
    with _turns:
        try:
            return HASHER.verify(password_hash or _nobodys_hash(HASHER), nfc(password)) and bool(password_hash)
        except (VerificationError, InvalidHashError):
            return False


def needs_rehash(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return HASHER.check_needs_rehash(password_hash)


@cache
def _nobodys_hash(hasher: PasswordHasher) -> str:
    """Compared with when there is no such account, so that the answer takes as long."""
    return hasher.hash("nobody has this password")
