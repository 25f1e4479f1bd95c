"""Signed tokens of personal links: `{"c": contact id, "n": the contact's link nonce}`, dated by itsdangerous.

Links that set a password are signed apart: `{"u": user id, "n": the account's session nonce, "h": hours}`. A new password
brings a new nonce, so each of them serves once.

The head of a unit is no row of his own: his link is a personal link of the number below zero, `{"c": -unit id, "n": print of
the address and of the unit's nonce}`. It opens the pages for heads and no others; a new address or nonce ends it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from itsdangerous import BadSignature, URLSafeTimedSerializer

from tracker.clock import ZONE

_SALT = "personal-link"
_PASSWORD_SALT = "password-link"  # noqa: S105 - parts one kind of token from the other


@dataclass(frozen=True)
class PersonalToken:
    contact_id: int
    nonce: str
    issued_at: datetime

    @property
    def head_of(self) -> int | None:
        """The unit whose head holds the link; None for a contact's."""
        return -self.contact_id if self.contact_id < 0 else None


def as_head(unit_id: int, email: str, nonce: str) -> tuple[int, str]:
    """What a personal link of the head of a unit is made for, in place of a contact's id and nonce. `nonce`: the unit's, ""
    while no link of its head was ever taken back."""
    return -unit_id, hashlib.sha256((email.strip().lower() + nonce).encode()).hexdigest()[:16]


def personal_token(secret_key: str | bytes, contact_id: int, nonce: str) -> str:
    """The token of a contact's link; a new nonce on the contact revokes every token made before."""
    token = _serializer(secret_key).dumps({"c": contact_id, "n": nonce})
    return token if isinstance(token, str) else token.decode()


def read_personal_token(secret_key: str | bytes, token: str) -> PersonalToken | None:
    """What a token says, or None when it was cut, altered or made by somebody else. Its age is for the caller to judge."""
    try:
        payload, issued_at = _serializer(secret_key).loads(token, return_timestamp=True)
    except BadSignature:
        return None
    if not isinstance(payload, dict) or not isinstance(payload.get("c"), int) or not isinstance(payload.get("n"), str):
        return None
    return PersonalToken(payload["c"], payload["n"], issued_at.astimezone(ZONE))


@dataclass(frozen=True)
class PasswordToken:
    user_id: int
    nonce: str
    issued_at: datetime
    hours: int  #: how long it serves

    @property
    def expires_at(self) -> datetime:
        return self.issued_at + timedelta(hours=self.hours)


def password_token(secret_key: str | bytes, user_id: int, nonce: str, *, hours: int) -> str:
    """The token of a link that sets the password of an account, once."""
    token = _serializer(secret_key, _PASSWORD_SALT).dumps({"u": user_id, "n": nonce, "h": hours})
    return token if isinstance(token, str) else token.decode()


def read_password_token(secret_key: str | bytes, token: str) -> PasswordToken | None:
    """What such a token says, or None when it is none of ours. Its age and nonce are for the caller to judge."""
    try:
        payload, issued_at = _serializer(secret_key, _PASSWORD_SALT).loads(token, return_timestamp=True)
    except BadSignature:
        return None
    if not isinstance(payload, dict) or not all(isinstance(payload.get(k), t) for k, t in (("u", int), ("n", str), ("h", int))):
        return None
    return PasswordToken(payload["u"], payload["n"], issued_at.astimezone(ZONE), payload["h"])


@lru_cache(maxsize=8)
def _serializer(secret_key: str | bytes, salt: str = _SALT) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret_key, salt=salt)
