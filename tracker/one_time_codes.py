"""One-time codes of an authenticator app (TOTP, RFC 6238: SHA-1, six digits, thirty seconds) and recovery codes."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

import pyotp

STEP_SECONDS = 30
#: A phone's clock may be one step off.
STEPS_OFF = 1
RECOVERY_CODES = 10
#: Letters and digits that nobody mistakes for one another.
_SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"


def new_secret() -> str:
    """A shared secret, 160 random bits in base 32."""
    return pyotp.random_base32()


def address(secret: str, *, account: str, issuer: str) -> str:
    """The otpauth:// address that an app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)


def qr_code(text: str) -> str:
    """A QR code as SVG markup without inline style, to stand in a page."""
    import segno  # loaded when it is needed

    return segno.make(text, error="m").svg_inline(scale=4, border=2, omitsize=False, svgclass="qr", lineclass=None)


def step_of(secret: str, code: str, *, now: datetime, after_step: int) -> int | None:
    """The time step whose code this is, newer than `after_step`; None for a wrong, old or used code."""
    digits = "".join(code.split())
    if not secret or not digits.isascii() or not digits.isdigit() or len(digits) != 6:
        return None
    totp = pyotp.TOTP(secret)
    current = int(now.timestamp()) // STEP_SECONDS
    for step in range(current - STEPS_OFF, current + STEPS_OFF + 1):
        if step > after_step and secrets.compare_digest(totp.generate_otp(step), digits):
            return step
    return None


def new_recovery_codes() -> list[str]:
    """Codes to write down: `k7mf-2q9x-td4w`, some 59 random bits each."""
    return ["-".join("".join(secrets.choice(_SIGNS) for _ in range(4)) for _ in range(3)) for _ in range(RECOVERY_CODES)]


def recovery_hash(code: str) -> str:
    """What is kept of a recovery code."""
    plain = "".join(sign for sign in code.strip().lower() if sign in _SIGNS)
    return hashlib.sha256(plain.encode()).hexdigest()
