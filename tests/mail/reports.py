"""What mail servers write when a letter does not arrive, after real reports of each: Postfix, Exim, Exchange, Gmail, qmail."""

from __future__ import annotations

import base64
import textwrap

LETTER = (
    b"Subject: =?utf-8?B?VGjGsA==?=\r\nFrom: khaosat@office.example.vn\r\nTo: oanh@example.vn\r\n"
    b"Message-ID: <letter-1@office.example.vn>\r\n\r\nbody\r\n"
)


def rfc3464(
    letter: bytes = LETTER,
    *,
    to: str = "khaosat@office.example.vn",
    recipient: str = "oanh@example.vn",
    action: str = "failed",
    status: str = "5.1.1",
    diagnostic: str = "smtp; 550 5.1.1 <oanh@example.vn>: Recipient address rejected: User unknown",
    name: str = "report-1@mx.example.vn",
    returned: str = "message/rfc822",
) -> bytes:
    """Postfix, and whoever else keeps to the standard."""
    content = letter if returned == "message/rfc822" else letter.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    return (
        textwrap.dedent(
            f"""\
            Return-Path: <>
            Delivered-To: {to}
            From: MAILER-DAEMON@mx.example.vn (Mail Delivery System)
            Subject: Undelivered Mail Returned to Sender
            To: {to}
            Auto-Submitted: auto-replied
            MIME-Version: 1.0
            Content-Type: multipart/report; report-type=delivery-status; boundary="B/mx"
            Message-Id: <{name}>

            This is a MIME-encapsulated message.

            --B/mx
            Content-Description: Notification
            Content-Type: text/plain; charset=us-ascii

            I'm sorry to have to inform you that your message could not
            be delivered to one or more recipients.

            --B/mx
            Content-Description: Delivery report
            Content-Type: message/delivery-status

            Reporting-MTA: dns; mx.example.vn
            Arrival-Date: Mon, 20 Sep 2021 07:30:00 +0700 (+07)

            Final-Recipient: rfc822; {recipient}
            Action: {action}
            Status: {status}
            Diagnostic-Code: {diagnostic}

            --B/mx
            Content-Description: Undelivered Message
            Content-Type: {returned}

            """
        ).encode()
        + content
        + b"\r\n--B/mx--\r\n"
    )


def plain(
    sender: str, subject: str, body: str, *headers: str, letter: bytes = LETTER, to: str = "khaosat@office.example.vn"
) -> bytes:
    """A report in sentences alone, with the letter below."""
    head = [f"From: {sender}", f"To: {to}", f"Subject: {subject}", "Message-ID: <free-1@mx.example.vn>", *headers]
    text = textwrap.dedent(body) + "\n------ This is a copy of the message, including all the headers. ------\n\n"
    return "\n".join([*head, "Content-Type: text/plain; charset=utf-8", "", text]).encode() + letter


EXIM_UNKNOWN = plain(
    "Mail Delivery System <Mailer-Daemon@exim.example.vn>",
    "Mail delivery failed: returning message to sender",
    """\
    This message was created automatically by mail delivery software.

    A message that you sent could not be delivered to one or more of its
    recipients. This is a permanent error. The following address(es) failed:

      oanh@example.vn
        host mx.example.vn [192.0.2.1]
        SMTP error from remote mail server after RCPT TO:<oanh@example.vn>:
        550 5.1.1 User unknown
    """,
    "X-Failed-Recipients: oanh@example.vn",
    "Auto-Submitted: auto-replied",
)
EXIM_UNROUTEABLE = plain(
    "Mail Delivery System <Mailer-Daemon@exim.example.vn>",
    "Mail delivery failed: returning message to sender",
    """\
    The following address(es) failed:

      oanh@example.vn
        Unrouteable address
    """,
    "X-Failed-Recipients: oanh@example.vn",
)
EXIM_WARNING = plain(
    "Mail Delivery System <Mailer-Daemon@exim.example.vn>",
    "Warning: message 1abc-0001 delayed 24 hours",
    """\
    A message that you sent has not yet been delivered to one or more of its
    recipients after more than 24 hours on the queue.

    No action is required on your part. Delivery attempts will continue for
    some time, and this warning may be repeated at intervals.

      oanh@example.vn
        Delay reason: SMTP error from remote mail server: 452 4.2.2 mailbox full
    """,
    "X-Failed-Recipients: oanh@example.vn",
)
EXCHANGE = plain(
    "Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@example.vn>",
    "=?utf-8?B?" + base64.b64encode("Không thể gửi: Thư tổng hợp".encode()).decode() + "?=",
    """\
    Không thể gửi thư của bạn tới oanh@example.vn.

    Thông tin chẩn đoán cho người quản trị:
    oanh@example.vn
    Remote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup'
    """,
)
EXCHANGE_OLD = plain(
    "System Administrator <postmaster@example.vn>",
    "Undeliverable: Thu tong hop",
    """\
    Your message did not reach some or all of the intended recipients.
          Oanh on 9/20/2021 7:30 AM
                The e-mail account does not exist at the organization this message was sent to.
                <mx.example.vn #5.1.1>
    """,
)
GMAIL = plain(
    "Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
    "Delivery Status Notification (Failure)",
    """\
    ** Address not found **

    Your message wasn't delivered to oanh@example.vn because the address couldn't be found, or is unable to receive mail.

    The response was:
    550 5.1.1 The email account that you tried to reach does not exist.
    """,
    "X-Failed-Recipients: oanh@example.vn",
    "Auto-Submitted: auto-replied",
)
GMAIL_FULL = plain(
    "Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
    "Delivery Status Notification (Failure)",
    """\
    ** Recipient inbox full **

    Your message couldn't be delivered to oanh@example.vn. Their inbox is full, or it's getting too much mail right now.

    The response was:
    552 5.2.2 The email account that you tried to reach is over quota.
    """,
    "X-Failed-Recipients: oanh@example.vn",
)
GMAIL_DELAY = plain(
    "Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
    "Delivery Status Notification (Delay)",
    """\
    ** Delivery incomplete **

    There was a temporary problem delivering your message to oanh@example.vn. Gmail will retry for 46 more hours.
    You'll be notified if the delivery fails permanently.
    """,
    "X-Failed-Recipients: oanh@example.vn",
)
QMAIL = plain(
    "MAILER-DAEMON@qmail.example.vn",
    "failure notice",
    """\
    Hi. This is the qmail-send program at qmail.example.vn.
    I'm afraid I wasn't able to deliver your message to the following addresses.
    This is a permanent error; I've given up. Sorry it didn't work out.

    <oanh@example.vn>:
    Sorry, no mailbox here by that name. (#5.1.1)
    """,
)
GIVEN_UP = plain(
    "MAILER-DAEMON@mx.example.vn",
    "Undelivered Mail Returned to Sender",
    """\
    <oanh@example.vn>: connect to mx.example.vn[192.0.2.1]:25: Connection timed out (4.4.1)
    """,
)

OUT_OF_OFFICE = plain(
    "Lê Thị Kim Oanh <oanh@example.vn>",
    "Trả lời tự động: Thư tổng hợp",
    "Tôi đi công tác đến hết ngày 30/9. Mã tham chiếu 550 5.1.1, user unknown.",
    "Auto-Submitted: auto-replied",
    "Return-Path: <>",
    "In-Reply-To: <letter-1@office.example.vn>",
)
VACATION_ROBOT = plain(
    "postmaster@example.vn",
    "Undeliverable until Monday",
    "550 5.1.1 vacation",
    "X-Autoreply: yes",
    "Auto-Submitted: auto-replied",
)
READ_RECEIPT = (
    b"From: oanh@example.vn\nTo: khaosat@office.example.vn\nSubject: Read: thu\nMIME-Version: 1.0\n"
    b'Content-Type: multipart/report; report-type=disposition-notification; boundary="b"\n\n--b\nContent-Type: text/plain\n\n'
    b"550 5.1.1 was read\n--b\nContent-Type: message/disposition-notification\n\n"
    b"Final-Recipient: rfc822;oanh@example.vn\nDisposition: manual-action/MDN-sent-manually; displayed\n\n--b--\n"
)
REPLY = plain(
    "Lê Thị Kim Oanh <oanh@example.vn>",
    "Re: Undelivered Mail Returned to Sender",
    "Thư này báo 550 5.1.1 là sao ạ?",
    "In-Reply-To: <letter-1@office.example.vn>",
)

#: Mails that are none of ours, torn or written to do harm.
HOSTILE = {
    "empty": b"",
    "bytes": bytes(range(256)) * 40,
    "no end of parts": b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n" + b"--x\n\n" * 3_000,
    "parts in parts": b"".join(
        f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n".encode() for n in range(400)
    ) + b"Content-Type: message/delivery-status\n\nAction: failed\nStatus: 5.1.1\n",
    "letters in letters": b"Content-Type: message/rfc822\n\n" * 900 + b"550 5.1.1",
    "odd charset": b"From: mailer-daemon@x\nSubject: failure notice\nContent-Type: text/plain; charset=none\n\n550 5.1.1 x\xff",
    "status that is none": rfc3464(status="five.one.one", diagnostic="x-unix; \xff", action="perhaps"),
    "long line": b"From: mailer-daemon@x\nSubject: failure notice\n\n" + b"5" * 300_000,
    "long header": b"From: mailer-daemon@x\nSubject: failure notice\nTo: " + b"a+1.b@c, " * 30_000 + b"\n\n550 no",
    "spaces": b"From: mailer-daemon@x\nSubject: " + b" " * 200_000 + b"\n\n" + b"<" * 100_000,
    "base64 that is none": b"From: mailer-daemon@x\nSubject: failure notice\nContent-Transfer-Encoding: base64\n\n=====A===\xff",
}  # fmt: skip
