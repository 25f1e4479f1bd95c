"""What a report about an undelivered letter means: for good or for now, and why, in plain words.

Enhanced status codes: RFC 3463 (class.subject.detail: x.1 address, x.2 mailbox, x.3 system, x.4 network, x.7 policy).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

NO_MAILBOX = "hộp thư không tồn tại"
MAILBOX_FULL = "hộp thư đầy"
REFUSED = "máy chủ nhận từ chối"
NO_DOMAIN = "tên miền không nhận thư"

ENHANCED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<![\d.])([45]\d\d)(?=[ -])")


class Verdict(StrEnum):
    HARD = "hard"  # the address takes no letters
    SOFT = "soft"  # given up by the server on the way; may be tried again
    DELAYED = "delayed"  # the server on the way still tries


@dataclass(frozen=True)
class Code:
    """What a server answered: an SMTP reply, an enhanced code, or both."""

    reply: int | None = None
    enhanced: tuple[int, int, int] | None = None

    @property
    def is_permanent(self) -> bool | None:
        """None when nothing was answered."""
        if self.enhanced:
            return self.enhanced[0] == 5
        return None if self.reply is None else self.reply >= 500

    def __str__(self) -> str:
        return ".".join(map(str, self.enhanced)) if self.enhanced else str(self.reply or "")


@dataclass(frozen=True)
class Bounce:
    """One report about one letter."""

    verdict: Verdict
    code: str  #: "5.1.1"; "" when the report names none
    reason: str  #: in plain words
    said: str  #: the other server's words, one line
    fingerprint: str  #: the same for the same report


def code_in(text: str) -> Code:
    """The first code in a server's words; a code that says more ("5.1.1") goes before one that says nothing ("5.0.0")."""
    found = [(int(a), int(b), int(c)) for a, b, c in ENHANCED.findall(text)]
    telling = [code for code in found if code[0] != 2 and code[1:] != (0, 0)]
    reply = _REPLY.search(text)
    failing = telling or [code for code in found if code[0] != 2]
    return Code(int(reply[1]) if reply else None, failing[0] if failing else None)


def reason_of(code: Code) -> str:
    """Why the letter did not arrive, as a person says it (letters.md 15)."""
    subject, detail = code.enhanced[1:] if code.enhanced else (0, 0)
    if (subject, detail) == (2, 2) or code.reply in (452, 552):
        return MAILBOX_FULL
    if (subject, detail) in ((1, 2), (1, 10)) or subject == 4:
        return NO_DOMAIN
    if subject == 7:
        return REFUSED
    if subject == 1 or (subject, detail) == (2, 1) or code.reply in (550, 551, 553):
        return NO_MAILBOX
    return REFUSED
