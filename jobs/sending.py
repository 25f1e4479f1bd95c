"""One run of delivery: load, put into words, send, mark, letter by letter, over one connection or several."""

from __future__ import annotations

import logging
import smtplib
import time
from collections import deque
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeGuard

from flask import current_app
from sqlalchemy import select

from jobs.lanes import Lane, Lanes
from jobs.marking import DatabaseAwayError, Gone, Marker
from tracker import tokens
from tracker.db import reading, transaction
from tracker.links import Links
from tracker.mail import messages
from tracker.mail.answers import BAD_ADDRESS, Failure, Fault, failure_of
from tracker.mail.carriers import Carrier, SpoolCarrier
from tracker.mail.messages import Rendered
from tracker.mail.messages.portions import Portions, Underway
from tracker.mail.mime import BadAddressError, Envelope
from tracker.mail.return_path import return_path
from tracker.mail.smtp import ViMessage
from tracker.models import OutboxMessage
from tracker.services import bounces, outbox
from tracker.wording import date_short, moment, sentence
from tracker.wording.letters import masked_email

log = logging.getLogger(__name__)

#: After this long the rest of a batch is given back and looked at anew: a task may have been finished meanwhile, and a claim
#: must never grow so old that it is swept while its letters are still being sent.
FRESH_SECONDS = 5.0
#: So many letters in a row that the server would not take are a sign that it takes none now.
MOST_FAILURES_IN_A_ROW = 5

RETRY_AFTER_LOST_CONNECTION = timedelta(minutes=1)
RETRY_AFTER_REFUSAL = timedelta(hours=1)
SAMPLE_NOTE = "Thư của dữ liệu mẫu: chỉ ghi thành tệp, không gửi ra ngoài."


@dataclass
class Counts:
    """What one run did."""

    sent: int = 0
    failed: int = 0  #: will be tried again
    bounced: int = 0
    void: int = 0
    given_back: int = 0  #: not tried, still waiting
    trouble: str = ""  #: one sentence when the mail server is away or refuses us

    def __str__(self) -> str:
        said = [
            f"{many} thư {word}"
            for many, word in (
                (self.sent, "đã gửi"),
                (self.failed, "sẽ gửi lại"),
                (self.bounced, "bị trả về"),
                (self.void, "không cần gửi nữa"),
            )
            if many
        ]
        return ". ".join(part for part in (", ".join(said), self.trouble) if part)


@dataclass(frozen=True)
class Ready:
    """A letter in words and bytes."""

    letter: OutboxMessage
    rendered: Rendered
    message: ViMessage


@dataclass(frozen=True)
class Letters:
    """The rest of a batch: letters still to be put into words, and what they speak of."""

    context: messages.Context
    letters: deque[OutboxMessage]


class Run:
    """One run of delivery: the moment it began, and what it has done."""

    def __init__(self, now: datetime, by: str, counts: Counts, marker: Marker) -> None:
        config = current_app.config
        self._began, self._now = time.monotonic(), now
        self.by = by
        self.counts = counts
        self._marker = marker
        self.address: str = config["MAIL_DEFAULT_SENDER"][1]
        self.sender_name: str = config.get("MAIL_SENDER_NAME", "")
        self.domain = self.address.rpartition("@")[2]
        self.links = Links(config["PUBLIC_URL"], with_extensions=True)
        self.link_days = int(config["PERSONAL_LINK_DAYS"])
        self._bounces_to: str = config["MAIL_BOUNCE_ADDRESS"]
        self._secret_key: str = config["SECRET_KEY"]
        self.failures_in_a_row = 0
        #: Letters of the sample campaign never leave the machine, whatever mail server is set.
        self._sample_carrier: Carrier = SpoolCarrier(Path(config["MAIL_SPOOL_DIR"]), note=SAMPLE_NOTE)

    def moment(self) -> datetime:
        """`now`, and the time that has passed since: the clock itself is asked only once, by whoever started the run."""
        return self._now + timedelta(seconds=time.monotonic() - self._began)

    def send_batch(self, carriers: Sequence[Carrier], ids: Sequence[int]) -> bool:
        """Send claimed letters, one at a time over each connection; False when the server takes no more now.

        Whenever every connection has an answer due, the next letter is put into words a portion further: nothing waits for
        anything it need not wait for.
        """
        self._batch_began = time.monotonic()
        self._left = self._load(ids)
        self._following = self._make_next()
        self._stopped, self._open_lanes = False, len(carriers)
        Lanes([self._lane(carrier) for carrier in carriers]).run(meanwhile=self._prepare)
        return not self._stopped

    def _prepare(self) -> bool:
        """A piece of the next letter, while answers are due. What fails here costs no letter that is on its way: its own stays
        claimed, for the sweep, and the next is begun."""
        try:
            return self._following.go_on()
        except Exception:
            log.warning("the next letter could not be prepared yet", exc_info=True)
            return False

    def _make_next(self) -> Underway[Ready | None]:
        return Underway(partial(self._next, self._left))

    def _take(self) -> Ready | None:
        """The next letter in words; None when there is none, or what is left has to be looked at anew."""
        ready = self._following.made()
        self._following = self._make_next()
        if ready and time.monotonic() - self._batch_began > FRESH_SECONDS:
            self._give_back_all(ready)
            return None
        return ready

    def _lane(self, carrier: Carrier) -> Lane:
        """Letters over one connection, until there are no more."""
        gone: Gone | None = None

        def settle() -> None:
            """Mark the letter that has gone, where nobody waits but the queue: a database that is away comes back."""
            nonlocal gone
            letter, gone = gone, None
            if letter is not None:
                self._marker.mark_patiently(letter)

        try:
            while ready := self._take():
                way = self._sample_carrier if ready.letter.is_sample else carrier
                if not way.is_open and (closed := self._open(way)):
                    self._cannot_open(closed, ready)
                    return
                failure: Failure | None = None
                try:
                    with closing(way.carrying(ready.letter.id, ready.message)) as answers_due:
                        for _ in answers_due:
                            if gone is not None:
                                # Nothing of this letter is on its way: a process that is killed leaves one unmarked at most.
                                self._marker.mark(gone)
                                gone = None
                            yield way
                except DatabaseAwayError as away:
                    log.warning("%s", away)
                    settle()
                    self._give_back([ready.letter.id])
                    continue
                except Exception as error:
                    failure = failure_of(error)
                    if failure is None:
                        log.exception("letter %s could not be handed over", ready.letter.id)
                        failure = Failure(Fault.PASSING, f"{type(error).__name__}: {error}")
                settle()  # the letter before this one, where the way out had no answer due
                if failure is None:
                    gone = Gone(ready.letter.id, self.moment(), ready.rendered, way.note)
                    self.counts.sent += 1
                else:
                    self._mark_failure(ready.letter, failure)
                if self._is_too_much(failure):
                    self._stop(failure)
                    return
        finally:
            settle()

    def _is_too_much(self, failure: Failure | None) -> TypeGuard[Failure]:
        """Whether the server has refused so many letters in a row that it takes none."""
        self.failures_in_a_row = self.failures_in_a_row + 1 if failure and failure.fault is not Fault.ADDRESS else 0
        return self.failures_in_a_row >= MOST_FAILURES_IN_A_ROW

    def _open(self, carrier: Carrier) -> Failure | None:
        try:
            carrier.open()
        except (smtplib.SMTPException, OSError) as error:
            return failure_of(error)
        return None

    def _cannot_open(self, failure: Failure, ready: Ready) -> None:
        """One connection the fewer; without any the server takes nothing now."""
        self._open_lanes -= 1
        if self._open_lanes:
            log.info("one connection fewer: %s", failure.reason)
            self._give_back([ready.letter.id])
        else:
            self._stop(failure, ready)

    def _stop(self, failure: Failure, ready: Ready | None = None) -> None:
        """The server takes nothing now: one sentence, and the queue stays as it is."""
        self._stopped = True
        self.counts.trouble = self._trouble(failure)
        log.warning("%s (%s)", self.counts.trouble, failure.reason)
        self._give_back_all(ready)

    def _load(self, ids: Sequence[int]) -> Letters:
        """The claimed letters and what they speak of, as it is now; the transaction ends before words are made."""
        with reading() as session:
            found = {m.id: m for m in session.scalars(select(OutboxMessage).where(OutboxMessage.id.in_(ids)))}
            letters = deque(found[message_id] for message_id in ids if message_id in found)
            rows = messages.load(session, letters, today=self.moment().date())
            session.expunge_all()
        context = messages.Context(
            rows, self.links, lambda contact_id, nonce: tokens.personal_token(self._secret_key, contact_id, nonce), self.link_days
        )
        return Letters(context, letters)

    def _next(self, left: Letters) -> Portions[Ready | None]:
        """The next letter that has something to say, ready to go; those before it that have not are settled."""
        while left.letters:
            letter = left.letters.popleft()
            try:
                made = yield from messages.making(left.context, letter)
                if isinstance(made, Rendered):
                    yield
                    return Ready(letter, made, ViMessage(self._envelope(letter, made)))
                with transaction() as session:
                    self.counts.void += outbox.mark_void(session, [letter.id], by=self.by, reason=made)
            except BadAddressError as error:
                self._mark_failure(letter, Failure(Fault.ADDRESS, BAD_ADDRESS))
                log.info("letter %s: %s", letter.id, error)
            except Exception as error:  # one letter that cannot be made must not stop the others
                log.exception("letter %s (%s) could not be put into words", letter.id, letter.kind)
                reason = f"Chưa soạn được thư ({type(error).__name__}: {error}); quản trị xem nhật ký kỹ thuật."
                with transaction() as session:
                    outbox.mark_failed(
                        session, letter.id, by=self.by, reason=reason, retry_at=self.moment() + RETRY_AFTER_REFUSAL
                    )
                self.counts.failed += 1
        return None

    def _envelope(self, message: OutboxMessage, rendered: Rendered) -> Envelope:
        headers = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
        if rendered.unsubscribe_url:
            headers["List-Unsubscribe"] = f"<{rendered.unsubscribe_url}>"
        if rendered.one_click:
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        if rendered.thread:
            headers["In-Reply-To"] = headers["References"] = f"<{rendered.thread}@{self.domain}>"
        return Envelope(
            to=(message.to_name, message.to_email),
            sender=(self.sender_name or rendered.from_name, self.address),
            subject=rendered.subject,
            text=rendered.text,
            html=rendered.html,
            calendar=rendered.calendar,
            message_id=message.message_id,
            dated_at=message.dated_at or self._now,
            reply_to=rendered.reply_to,
            headers=headers,
            return_path=return_path(self._secret_key, self._bounces_to, message.id, message.to_email) if self._bounces_to else "",
        )

    def _mark_failure(self, message: OutboxMessage, failure: Failure) -> None:
        now = self.moment()
        masked = masked_email(message.to_email)
        given_up = failure.fault is Fault.PASSING and now - message.created_at > outbox.GIVE_UP_AFTER
        if failure.fault is Fault.ADDRESS or given_up:
            reason = sentence("address_bounced", masked_email=masked, date=date_short(now.date()), reason=failure.reason)
            with transaction() as session:
                if outbox.mark_bounced(session, message.id, by=self.by, reason=reason):
                    bounces.address_failed(session, message.id, reason=failure.reason, now=now)
            self.counts.bounced += 1
            return
        if failure.fault is Fault.PASSING:
            retry_at = now + outbox.backoff(message.attempts)
            reason = sentence("address_bounced_soft", masked_email=masked, n=message.attempts + 1, time=moment(retry_at))
        else:
            after = RETRY_AFTER_LOST_CONNECTION if failure.fault is Fault.CONNECTION else RETRY_AFTER_REFUSAL
            retry_at, reason = now + after, self._trouble(failure)
        with transaction() as session:
            outbox.mark_failed(session, message.id, by=self.by, reason=reason, retry_at=retry_at)
        self.counts.failed += 1

    def _trouble(self, failure: Failure) -> str:
        if failure.fault is Fault.CONNECTION:
            return sentence("mail_server_down", time=moment(self.moment()))
        return sentence("mail_server_refused", sender=self.address, reason=failure.reason)

    def _give_back_all(self, ready: Ready | None) -> None:
        """`ready` and all that nobody has taken yet."""
        in_words = [letter for letter in (ready, self._following.made()) if letter]
        self._give_back([letter.letter.id for letter in in_words] + [letter.id for letter in self._left.letters])
        self._left.letters.clear()
        self._following = self._make_next()

    def _give_back(self, ids: Sequence[int]) -> None:
        with transaction() as session:
            self.counts.given_back += outbox.give_back(session, ids, by=self.by)
