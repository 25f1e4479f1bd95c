"""Sealing a file with a key: AES-256-GCM over parts of one MiB, so that neither end needs the memory of the whole.

Layout: magic, 16 bytes of salt, then the parts, each 16 bytes longer than what it holds. The number of a part is its nonce, and
the last one is marked, so that parts can be neither moved nor cut off without showing.
"""

from __future__ import annotations

import os
from pathlib import Path

MAGIC = b"KSHL-SEALED-1\n"
_SALT = 16
_PART = 1024 * 1024
_TAG = 16


class SealError(Exception):
    """A sealed file that this key does not open, or that was altered."""


def is_sealed(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def seal(source: Path, target: Path, key: str) -> None:
    """Write `source` sealed to `target`."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # loaded with the first backup

    salt = os.urandom(_SALT)
    cipher = AESGCM(_derived(key, salt))
    with source.open("rb") as plain, target.open("wb") as sealed:
        sealed.write(MAGIC + salt)
        number, part = 0, plain.read(_PART)
        while True:
            after = plain.read(_PART)
            sealed.write(cipher.encrypt(_nonce(number), part, b"" if after else b"last"))
            if not after:
                return
            number, part = number + 1, after


def unseal(source: Path, target: Path, key: str) -> None:
    """Write what `source` holds to `target`. Raises SealError for another key or an altered file."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    with source.open("rb") as sealed, target.open("wb") as plain:
        if sealed.read(len(MAGIC)) != MAGIC:
            raise SealError
        cipher = AESGCM(_derived(key, sealed.read(_SALT)))
        number, part = 0, sealed.read(_PART + _TAG)
        while True:
            after = sealed.read(_PART + _TAG)
            try:
                plain.write(cipher.decrypt(_nonce(number), part, b"" if after else b"last"))
            except InvalidTag:
                raise SealError from None
            if not after:
                return
            number, part = number + 1, after


def _derived(key: str, salt: bytes) -> bytes:
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    return Scrypt(salt=salt, length=32, n=2**15, r=8, p=1).derive(key.encode())


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")
