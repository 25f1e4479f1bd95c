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
from email.utils import parseaddr
from typing import Any

from flask import Flask, current_app
from flask_mail import BadHeaderError, Connection, Mail, Message, email_dispatched

from tracker.mail.mime import Envelope, checked_address, letter_bytes

#: What a server answers for each recipient it refuses.
Refusals = dict[str, tuple[int, bytes]]
#: As Flask-Mail takes it: bare, or with a name.
Address = str | tuple[str, str]


class ViMessage(Message):
    """A letter as Flask-Mail knows it (its signal, `record_messages`); its bytes are ours."""

    def __init__(self, envelope: Envelope) -> None:
        # Not super().__init__: it joins the sender to a string that a comma cuts, and asks the DNS for a Message-ID.
        self.envelope = envelope
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
        return letter_bytes(self.envelope)

    def as_string(self) -> str:
        return self.as_bytes().decode("ascii")


class _Session(smtplib.SMTP):
    """smtplib that never holds a small packet back."""

    def connect(self, host: str = "localhost", port: int = 0, source_address: Any = None) -> tuple[int, bytes]:
        answer = super().connect(host, port, source_address)
        if self.sock is not None:
            # Each command waits for its answer: with Nagle's rule a server that delays its ACKs costs 40 ms a letter.
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return answer


class _TlsSession(smtplib.SMTP_SSL, _Session):
    """The same, inside TLS from the first byte."""


class SafeConnection(Connection):
    """One connection for a batch of letters."""

    #: Recipients of the last letter that were refused while others were taken.
    refused: Refusals

    def configure_host(self) -> smtplib.SMTP:
        """Open, check the certificate, sign in. Raises OSError or smtplib.SMTPException."""
        config = current_app.config
        timeout = float(config.get("MAIL_TIMEOUT_SECONDS", 20))
        context = ssl.create_default_context(cafile=config.get("MAIL_CAFILE") or None)
        host: smtplib.SMTP
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
        if message.has_bad_headers():
            raise BadHeaderError
        self.refused = {}
        if self.host is not None:
            recipients = [_bare(address) for address in message.send_to]
            self.refused = self.host.sendmail(_bare(envelope_from or message.sender), recipients, message.as_bytes())
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


def _bare(address: Address) -> str:
    return checked_address(address[1] if isinstance(address, tuple) else parseaddr(address)[1])
