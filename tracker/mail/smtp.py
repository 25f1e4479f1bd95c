"""Flask-Mail behind a thin subclass that cures what was found in version 0.10.

- no timeout: MAIL_TIMEOUT_SECONDS;
- STARTTLS without looking at the certificate: checked, with MAIL_CAFILE for an office's own authority;
- refused recipients dropped in silence: returned;
- broken Vietnamese headers, a sender with a comma cut in two, two Message-IDs, a Date of the moment of sending: the bytes
  are made by `mime`;
- a question to the DNS for each letter (make_msgid): not asked;
- `quit` on a dead connection raising over the first error: swallowed.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Generator, Mapping
from email.utils import parseaddr
from typing import Any, TypeVar

from flask import Flask, current_app
from flask_mail import BadHeaderError, Connection, Mail, Message, email_dispatched

from tracker.mail.mime import Envelope, checked_address, letter_bytes

Made = TypeVar("Made")

#: A letter takes a few answers; all of them late must still fit well within the time after which a claim counts as dead.
MOST_PATIENCE_SECONDS = 100.0

#: More than a letter has.
SEND_BUFFER_BYTES = 256 * 1024

#: What a server answers for each recipient it refuses.
Refusals = dict[str, tuple[int, bytes]]
#: As Flask-Mail takes it: bare, or with a name.
Address = str | tuple[str, str]
#: Yields whenever an answer of the server is due. Whoever runs it may do something else until it is there, or go on and wait.
Waiting = Generator[None, None, Made]


class ViMessage(Message):
    """A letter as Flask-Mail knows it (its signal, `record_messages`); its bytes are ours."""

    def __init__(self, envelope: Envelope) -> None:
        """Raises BadAddressError."""
        # Not super().__init__: it joins the sender to a string that a comma cuts, and asks the DNS for a Message-ID.
        self.envelope = envelope
        self.content = letter_bytes(envelope)
        self.recipients = [envelope.to]
        self.subject = envelope.subject
        self.sender = envelope.sender
        self.reply_to = envelope.reply_to
        self.cc = []
        self.bcc = []
        self.body = envelope.text
        self.alts = {"html": envelope.html}
        self.date = envelope.dated_at.timestamp()
        self.msgId = envelope.message_id
        self.charset = "utf-8"
        self.extra_headers = dict(envelope.headers)
        self.mail_options = []
        self.rcpt_options = []
        self.attachments = []

    def as_bytes(self) -> bytes:
        return self.content

    def as_string(self) -> str:
        return self.as_bytes().decode("ascii")


class _Session(smtplib.SMTP):
    """smtplib that never holds a small packet back, and hands a letter over without parsing it again."""

    def connect(self, host: str = "localhost", port: int = 0, source_address: Any = None) -> tuple[int, bytes]:
        answer = super().connect(host, port, source_address)
        if self.sock is not None:
            # Each command waits for its answer: with Nagle's rule a server that delays its ACKs costs 40 ms a letter.
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            # A letter fits whole: it is on its way at once, and the next is made while a slow server reads.
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
        return answer

    def handing_over(self, sender: str, recipients: list[str], content: bytes) -> Waiting[Refusals]:
        """`sendmail` for checked addresses and a message with CRLF line ends, written in one piece.

        When it first yields the server has been told of the letter, and nothing of it is on its way yet. Returns the
        recipients that were refused while others were taken; raises like `sendmail`.
        """
        self.ehlo_or_helo_if_needed()
        # All in one piece where the server takes that (RFC 2920, as most do): the way to and fro is paid once.
        at_once = self.has_extn("pipelining")
        commands = [f"MAIL FROM:<{sender}>", *(f"RCPT TO:<{recipient}>" for recipient in recipients), "DATA"]

        def answer_to(position: int) -> Waiting[tuple[int, bytes]]:
            if at_once and position:
                return self.getreply()  # they come together
            self.send("".join(f"{command}{smtplib.CRLF}" for command in commands[position : None if at_once else position + 1]))
            return (yield from self._answer())

        def give_up_after(position: int) -> None:
            self._give_up(code, unread=len(commands) - position - 1 if at_once else 0)

        code, said = yield from answer_to(0)
        if code != 250:
            give_up_after(0)
            raise smtplib.SMTPSenderRefused(code, said, sender)
        refused: Refusals = {}
        for position, recipient in enumerate(recipients, 1):
            code, said = yield from answer_to(position)
            if code not in (250, 251):
                refused[recipient] = (code, said)
            if code == 421:
                break
        if code == 421 or len(refused) == len(recipients):
            give_up_after(position)
            raise smtplib.SMTPRecipientsRefused(refused)
        code, said = yield from answer_to(len(recipients) + 1)
        if code == 354:
            if content.startswith(b".") or b"\n." in content:
                content = smtplib._quote_periods(content)  # type: ignore[attr-defined]
            self.send(content + b".\r\n")
            code, said = yield from self._answer()
        if code != 250:
            self._give_up(code)
            raise smtplib.SMTPDataError(code, said)
        return refused

    def _answer(self) -> Waiting[tuple[int, bytes]]:
        """The next answer. Where nobody waits for it any more the connection ends: it would be taken for another's."""
        try:
            yield
        except BaseException:
            self.close()
            raise
        return self.getreply()

    def _give_up(self, code: int, unread: int = 0) -> None:
        """After a refusal: the connection goes on with the next letter, unless the server is closing it (421), or waits for
        a letter that nobody would get (354 among the answers that were still to come)."""
        try:
            if code == 421 or any(self.getreply()[0] in (354, 421) for _ in range(unread)):
                self.close()
            else:
                self.rset()
        except smtplib.SMTPServerDisconnected:
            self.close()


class _TlsSession(_Session, smtplib.SMTP_SSL):
    """The same, inside TLS from the first byte."""


class SafeConnection(Connection):
    """One connection for a batch of letters."""

    #: Recipients of the last letter that were refused while others were taken.
    refused: Refusals

    def configure_host(self) -> _Session:
        """Open, check the certificate, sign in. Raises OSError or smtplib.SMTPException."""
        config = current_app.config
        timeout = patience_of(config)
        # Reading the system's certificates takes as long as some letters: not for a connection that has no use for them.
        secure = self.mail.use_ssl or self.mail.use_tls
        context = ssl.create_default_context(cafile=config.get("MAIL_CAFILE") or None) if secure else None
        host: _Session
        if self.mail.use_ssl:
            host = _TlsSession(self.mail.server, self.mail.port, timeout=timeout, context=context)
        else:
            host = _Session(self.mail.server, self.mail.port, timeout=timeout)
        try:
            if self.mail.use_tls:
                host.starttls(context=context)
            if self.mail.username and self.mail.password:
                host.login(self.mail.username, self.mail.password)
        except BaseException:
            host.close()
            raise
        return host

    def send(self, message: Message, envelope_from: Address | None = None) -> None:
        """Send one letter; `refused` then names the recipients that were refused while others were taken.

        Raises what smtplib raises (SMTPRecipientsRefused when nobody was taken), BadAddressError, BadHeaderError.
        """
        for _ in self.sending(message, envelope_from):
            pass

    def sending(self, message: Message, envelope_from: Address | None = None) -> Waiting[None]:
        """`send`, for whoever has something to do while the server thinks."""
        if message.has_bad_headers():
            raise BadHeaderError
        self.refused = {}
        if isinstance(self.host, _Session):
            envelope = getattr(message, "envelope", None)
            sender = _bare(envelope_from or (envelope and envelope.return_path) or message.sender)
            recipients = [_bare(address) for address in message.send_to]
            self.refused = yield from self.host.handing_over(sender, recipients, message.as_bytes())
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        email_dispatched.send(app, message=message)

    def __exit__(self, *exc: object) -> None:
        if self.host is not None:
            try:
                self.host.quit()
            except (smtplib.SMTPException, OSError):
                self.host.close()
            self.host = None


class SafeMail(Mail):
    """Flask-Mail with our connection."""

    def connect(self) -> SafeConnection:
        return SafeConnection(current_app.extensions["mail"])


def patience_of(config: Mapping[str, Any]) -> float:
    """How long an answer may take; seconds."""
    return min(float(config.get("MAIL_TIMEOUT_SECONDS", 20)), MOST_PATIENCE_SECONDS)


def _bare(address: Address) -> str:
    return checked_address(address[1] if isinstance(address, tuple) else parseaddr(address)[1])
