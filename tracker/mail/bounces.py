"""Reading what comes back: delivery-status reports (RFC 3464) and the free forms of Postfix, Exim, Exchange, Gmail, qmail.

Only reports of mail servers are read: replies of people, out-of-office notes and read receipts are no bounces, whatever they
quote. Which letter a report speaks of is said by its signed return path or by the Message-ID of the letter it returns; whether
that is believed is for the caller, who knows the letters.
"""

from __future__ import annotations

import email
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.header import decode_header, make_header
from email.message import Message
from email.policy import compat32
from email.utils import parseaddr

from tracker.mail.return_path import Signed, signed_in
from tracker.rules.bounces import NO_MAILBOX, Bounce, Code, Verdict, code_in, reason_of

#: Of the words of a report so much is looked at; what it says stands at its beginning.
MOST_TEXT = 20_000
MOST_PARTS = 60
SAID = 300

#: Where servers write the address to which a report came.
_DELIVERED_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To", "X-Delivered-To", "Resent-To")
_DAEMONS = re.compile(r"(mailer-?daemon|postmaster|mail-?daemon|microsoftexchange|mdaemon|maildelivery)", re.IGNORECASE)
_SUBJECTS = re.compile(
    r"undeliver|deliver\w* (has )?(fail|status)|delivery (failure|incomplete|delayed)|mail delivery|failure notice|returned mail"
    r"|returned to sender|warning: (message|could not)|không (thể )?(gửi|chuyển|phát) được|không thể gửi|thư (bị )?trả (lại|về)",
    re.IGNORECASE,
)
#: A robot of a person, not of a mail server.
_ROBOT_HEADERS = ("X-Autoreply", "X-Autorespond", "X-Auto-Response-From", "X-Vacation")
_DELAYED = re.compile(
    r"(will|we'll) (be re-?tried|retry|keep trying|continue|be attempted)|still (being )?(tr|queued)"
    r"|has not (yet )?been delivered"
    r"|delayed|not yet been delivered|delivery (to the following recipients? )?(has been|is) delayed|you do not need to resend"
    r"|this is a warning|sẽ (tiếp tục )?thử",
    re.IGNORECASE,
)
_WORDS_OF_CODES = (
    (re.compile(r"over ?quota|mailbox (is )?full|quota exceeded|inbox (is )?full|out of storage|hộp thư đầy", re.I), (5, 2, 2)),
    (
        re.compile(
            r"user unknown|unknown user|no such user|no mailbox|mailbox (not found|unavailable)|address (not found|rejected)"
            r"|does not exist|doesn't exist|unrouteable address|recipnotfound|invalid recipient|recipient unknown"
            r"|could ?n[o']t be found|không tồn tại|wasn't found",
            re.I,
        ),
        (5, 1, 1),
    ),
    (re.compile(r"(host|domain) (not found|unknown)|no such domain|unrouteable mail domain|nxdomain|dns error", re.I), (5, 1, 2)),
)  # fmt: skip
_MESSAGE_ID = re.compile(r"^\s*>?\s*Message-I[Dd]:\s*(<[^<>\s]{3,240}>)", re.MULTILINE | re.IGNORECASE)
_ANY_ID = re.compile(r"<[^<>\s@]{1,200}@[^<>\s@]{1,200}>")
_REPORTS = ("message/delivery-status", "message/global-delivery-status")


@dataclass(frozen=True)
class Report:
    """A server's report, and the letters it may be about."""

    bounce: Bounce
    signed: tuple[Signed, ...]
    message_ids: tuple[str, ...]
    recipients: frozenset[str]  #: the addresses that it says were not reached, in small letters; empty when it names none


def read_report(content: bytes) -> Report | None:
    """What a mail server reports about an undelivered letter; None for every other mail. Never raises for odd mail."""
    try:
        message = email.message_from_bytes(content, policy=compat32)
        return _report(message, content)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None  # hostile or torn beyond reading: no report that could be believed


def _report(message: Message, content: bytes) -> Report | None:
    parts = _parts(message)
    blocks = [block for part in parts if part.get_content_type() in _REPORTS for block in _blocks(part)]
    words = _words(parts)
    if blocks:
        bounce = _of_blocks(blocks)
    elif _is_of_a_server(message):
        bounce = _of_words(message, words)
    else:
        return None
    if bounce is None:
        return None
    verdict, code, said = bounce
    # RFC 7505 gives 5.1.10 to domains that take no mail; Exchange writes it for people it does not know.
    reason = NO_MAILBOX if "recipientnotfound" in said.lower().replace(" ", "") else reason_of(code)
    return Report(
        Bounce(verdict, str(code), reason, said, _fingerprint(message, content)),
        tuple(signed_in(value for name in _DELIVERED_TO for value in map(str, message.get_all(name, ())))),
        tuple(_message_ids(message, parts, words)),
        _recipients(message, blocks),
    )


def _parts(message: Message) -> list[Message]:
    found = []
    for part in message.walk():
        found.append(part)
        if len(found) >= MOST_PARTS:
            break
    return found


def _blocks(part: Message) -> list[Message]:
    """The recipients' blocks of a delivery-status part: those with a Status or an Action."""
    payload = part.get_payload()
    blocks = [block for block in payload if isinstance(block, Message)] if isinstance(payload, list) else []
    if not blocks and isinstance(payload, str):  # some servers encode the part
        decoded = part.get_payload(decode=True)
        text = decoded.decode("utf-8", "replace") if isinstance(decoded, bytes) else payload
        blocks = [email.message_from_string(block, policy=compat32) for block in re.split(r"\r?\n\r?\n", text) if block.strip()]
    return [block for block in blocks if block.get("Action") or block.get("Status")]


def _of_blocks(blocks: list[Message]) -> tuple[Verdict, Code, str] | None:
    """The gravest of what is said about the recipients: our letters have one, relays may report about more."""
    rank = (Verdict.HARD, Verdict.SOFT, Verdict.DELAYED)
    found = [bounce for block in blocks[:MOST_PARTS] if (bounce := _of_block(block)) is not None]
    return min(found, key=lambda bounce: rank.index(bounce[0]), default=None)


def _of_block(block: Message) -> tuple[Verdict, Code, str] | None:
    action = str(block.get("Action", "")).strip().lower()
    if action.startswith(("delivered", "relayed", "expanded")):
        return None
    diagnostic = _one_line(str(block.get("Diagnostic-Code", "")).partition(";")[2] or str(block.get("Diagnostic-Code", "")))
    code = code_in(f"{block.get('Status', '')} {diagnostic}"[:MOST_TEXT])
    if action.startswith("delayed"):
        return Verdict.DELAYED, code, diagnostic
    if code.is_permanent is None and not action.startswith("failed"):
        return None
    return (Verdict.SOFT if code.is_permanent is False else Verdict.HARD), code, diagnostic


def _recipients(message: Message, blocks: list[Message]) -> frozenset[str]:
    fields = ("Original-Recipient", "Final-Recipient")
    named = [str(block.get(name, "")).rpartition(";")[2] for block in blocks for name in fields]
    named += [address for value in message.get_all("X-Failed-Recipients", ()) for address in str(value).split(",")]
    return frozenset(found for address in named if "@" in (found := address.strip().strip("<>").lower()))


def _is_of_a_server(message: Message) -> bool:
    """Whether a mail server wrote it, by its own account; a person's robot says otherwise."""
    if message.get_content_type() == "multipart/report":  # a read receipt, or a report without its machine part
        return "disposition" not in str(message.get_param("report-type", "")).lower()
    if any(message.get(name) for name in _ROBOT_HEADERS):
        return False
    if message.get("X-Failed-Recipients"):
        return True
    sender = parseaddr(str(message.get("From", "")))[1] or str(message.get("From", ""))
    return bool(_DAEMONS.match(sender.strip())) and bool(_SUBJECTS.search(_decoded(message.get("Subject", ""))))


def _of_words(message: Message, words: str) -> tuple[Verdict, Code, str] | None:
    """A report in sentences alone. Without a code or a phrase that servers use it says nothing we could act on."""
    own = re.split(r"\n-{3,}[^\n]*(?:copy of|original message|message header|thư gốc)", words, maxsplit=1, flags=re.IGNORECASE)[0]
    code = code_in(own)
    telling = code.enhanced is None or code.enhanced[1:] == (0, 0)
    if telling:
        meant = next((meaning for pattern, meaning in _WORDS_OF_CODES if pattern.search(own)), None)
        if meant:
            lasting = code.is_permanent is not False
            code = Code(code.reply, (5 if lasting else 4, *meant[1:]))
    said = _telling_line(own)
    subject = _decoded(message.get("Subject", ""))
    if _DELAYED.search(subject) or (code.is_permanent is not True and _DELAYED.search(own)):
        return Verdict.DELAYED, code, said
    if code.is_permanent is None:
        return None
    return (Verdict.HARD if code.is_permanent else Verdict.SOFT), code, said


def _telling_line(words: str) -> str:
    """The line with the code, and its neighbours where a server broke its sentence."""
    lines = [line.strip() for line in words.splitlines()]
    for number, line in enumerate(lines):
        code = code_in(line)
        if code.enhanced or code.reply:
            return _one_line(" ".join(lines[number : number + 2]))
    return ""


def _words(parts: list[Message]) -> str:
    found: list[str] = []
    size = 0
    for part in parts:
        if part.get_content_type() not in ("text/plain", "text/html", "text/rfc822-headers") or size > MOST_TEXT:
            continue
        decoded = part.get_payload(decode=True)
        if not isinstance(decoded, bytes):
            continue
        text = _text(decoded[:MOST_TEXT], part.get_content_charset())
        if part.get_content_type() == "text/html":
            text = re.sub(r"<[^<>@]{1,500}>", " ", text)  # an address in angle brackets stays
        found.append(text)
        size += len(text)
    return "\n".join(found)[:MOST_TEXT]


def _text(content: bytes, charset: str | None) -> str:
    try:
        return content.decode(charset or "utf-8", "replace")
    except LookupError:
        return content.decode("utf-8", "replace")


def _message_ids(message: Message, parts: list[Message], words: str) -> Iterator[str]:
    """Message-IDs of letters that come back: of the returned letter first, then of the report's own references."""
    seen = {str(message.get("Message-ID", "")).strip()}
    returned = [str(part.get("Message-ID", "")).strip() for part in parts[1:]]
    quoted = [found[1] for found in _MESSAGE_ID.finditer(words)]
    references = " ".join(str(message.get(name, ""))[:MOST_TEXT] for name in ("In-Reply-To", "References"))
    named = _ANY_ID.findall(references)
    for found in [*returned, *quoted, *named]:
        if found and found not in seen and len(found) <= 250:
            seen.add(found)
            yield found


def _fingerprint(message: Message, content: bytes) -> str:
    """The same for the same report, also when it came over another way: its Message-ID, else its content."""
    name = str(message.get("Message-ID", "")).strip()
    return hashlib.sha256(name.encode("utf-8", "replace") if name else content).hexdigest()


def _decoded(value: object) -> str:
    try:
        return str(make_header(decode_header(str(value))))[:1_000]
    except (ValueError, LookupError):
        return str(value)[:1_000]


def _one_line(text: str) -> str:
    return " ".join(text.split())[:SAID]
