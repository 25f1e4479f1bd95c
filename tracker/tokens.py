"""Signed tokens of personal links: `{"c": contact id, "n": the contact's link nonce}`, dated by itsdangerous."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from itsdangerous import BadSignature, URLSafeTimedSerializer

from tracker.clock import ZONE

_SALT = "personal-link"


@dataclass(frozen=True)
class PersonalToken:
    contact_id: int
    nonce: str
    issued_at: datetime


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


@lru_cache(maxsize=4)
def _serializer(secret_key: str | bytes) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret_key, salt=_SALT)
