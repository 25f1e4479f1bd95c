"""The mailbox of returned letters: each report is read, believed or not, and taken in once.

A report is believed when it came to the signed return path of a letter, or returns a letter by its Message-ID. How far the
mailbox was read is kept in the transaction of what a mail led to: a process that dies there reads that mail again, and the
fingerprint of its report says that it is known. One odd mail never stops the others.
"""

from __future__ import annotations

import logging
from collections import Counter
from datetime import date, datetime

from flask import current_app
from sqlalchemy.orm import Session

from tracker.db import transaction
from tracker.mail.bounces import Report, read_report
from tracker.mail.mailbox import Mailbox, MailboxSettings, opened
from tracker.mail.return_path import is_ours
from tracker.services import bounces
from tracker.services.bounces import Known, Outcome

log = logging.getLogger(__name__)

#: Mails looked at in one run: the next one goes on.
MOST_MAILS = 500

_SAID = {
    Outcome.BOUNCED: "thư bị trả về",
    Outcome.RETRY: "thư sẽ gửi lại",
    Outcome.NOTED: "báo cáo được ghi nhận",
}


def fetch_bounces(_today: date, now: datetime) -> str | None:
    """The timetable's line; None without a mailbox, or when nothing came. Raises MailboxError."""
    config = current_app.config
    if not config["MAIL_IMAP_SERVER"]:
        return None
    settings = MailboxSettings(
        server=config["MAIL_IMAP_SERVER"],
        port=config["MAIL_IMAP_PORT"],
        use_tls=config["MAIL_IMAP_USE_TLS"],
        cafile=config["MAIL_CAFILE"],
        username=config["MAIL_IMAP_USERNAME"],
        password=config["MAIL_IMAP_PASSWORD"],
        folder=config["MAIL_IMAP_FOLDER"],
        timeout_seconds=float(config["MAIL_TIMEOUT_SECONDS"]),
    )
    with opened(settings) as mailbox:
        return _read_on(mailbox, settings.name, now)


def _read_on(mailbox: Mailbox, name: str, now: datetime) -> str | None:
    with transaction() as session:
        uid_validity, last = bounces.place_of(session, name)
    if uid_validity != mailbox.uid_validity:  # numbered anew: all of it again, what is known stays known
        last = 0
    outcomes: Counter[Outcome | None] = Counter()
    for uid in mailbox.uids_after(last, most=MOST_MAILS):
        report = read_report(mailbox.fetch(uid))
        try:
            with transaction() as session:
                outcome = _take_in(session, report, now) if report else None
                if outcome is Outcome.LATER:
                    break
                bounces.keep_place(session, name, mailbox.uid_validity, uid)
        except Exception:  # one odd mail must not stop the others; a database that is away stops the next line too
            log.exception("mail %s of %s could not be taken in", uid, name)
            outcome = None
            with transaction() as session:
                bounces.keep_place(session, name, mailbox.uid_validity, uid)
        outcomes[outcome] += 1
        if outcome is not None:
            mailbox.settled(uid)
    said = [f"{outcomes[outcome]} {words}" for outcome, words in _SAID.items() if outcomes[outcome]]
    return ", ".join(said) or None


def _take_in(session: Session, report: Report, now: datetime) -> Outcome | None:
    """What a report leads to; None for one that names no letter of ours."""
    named = bounces.letters_named(
        session, ids={signed.letter_id for signed in report.signed}, message_ids=set(report.message_ids)
    )
    letter = next((letter for letter in named if _speaks_of(report, letter)), None)
    if letter is None:
        return None
    outcome = bounces.settle(session, letter.id, report.bounce, now=now)
    log.info("letter %s: %s (%s %s)", letter.id, outcome.value, report.bounce.verdict.value, report.bounce.code)
    return outcome


def _speaks_of(report: Report, letter: Known) -> bool:
    """A signed return path is believed; a Message-ID is, unless the report is about another address than the letter's."""
    key = current_app.config["SECRET_KEY"]
    if any(signed.letter_id == letter.id and is_ours(key, signed, letter.to_email) for signed in report.signed):
        return True
    elsewhere = report.recipients and letter.to_email.lower() not in report.recipients
    return letter.message_id in report.message_ids and not elsewhere
