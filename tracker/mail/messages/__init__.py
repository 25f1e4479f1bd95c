"""Facts -> loaded rows -> a letter -> subject, plain text, HTML.

One function for each letter (lists, single, now, extension, upward, personal), one template each in templates/emails/. The words
are made at delivery from what is true then: a task that was finished since the letter was queued is no longer in it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from tracker.links import Links
from tracker.mail import render
from tracker.mail.messages import bounced, extension, lists, marks, now, personal, published, seals, single, upward, weekly
from tracker.mail.messages.context import Context, Letter, PersonalToken, Reader, addressed, lowered, plan_source, quoted
from tracker.mail.messages.loading import load
from tracker.mail.messages.portions import Portions, whole
from tracker.mail.messages.rows import PlanRow, Rows, TaskRow
from tracker.mail.plain_text import NBSP
from tracker.models import OutboxMessage
from tracker.rules.feed_lines import FeedLine
from tracker.rules.letters import LIVE_STATUSES, task_ids_of
from tracker.tokens import as_head
from tracker.wording import TASK_STATUS, date_short, sentence

__all__ = ["LETTERS", "Batch", "Context", "Rendered", "load", "make", "making", "render_batch", "settle_batch"]

log = logging.getLogger(__name__)

#: How long a personal link works when the caller does not say.
LINK_DAYS = 180

Maker = Callable[[Context, OutboxMessage, Reader, list[TaskRow]], Letter | None]
LETTERS: Mapping[str, Maker] = {
    "daily_digest": lists.daily_digest,
    "plan_started": lists.plan_started,
    "confirm_continuous": lists.confirm_continuous,
    "weekly_summary": weekly.weekly_summary,
    "unlocked": single.unlocked,
    "remind": now.remind,
    "chase": now.chase,
    "task_returned": single.task_returned,
    "date_changed": single.date_changed,
    "acknowledgement": single.acknowledgement,
    "escalate_head": upward.escalate_head,
    "escalate_coordinator": upward.escalate_coordinator,
    "escalate_leader": upward.escalate_leader,
    "extension_asked": extension.extension_asked,
    "extension_approved": extension.extension_approved,
    "extension_refused": extension.extension_refused,
    "bounced": bounced.bounced,
    "published": published.published,
    "seal_broken": seals.seal_broken,
    "held": personal.held,
    "personal_link": personal.personal_link,
    "handover": personal.handover,
    "password_reset": personal.password_reset,
    "journal_mark": marks.journal_mark,
}


@dataclass(frozen=True)
class Rendered:
    """A letter in words, and what its envelope needs."""

    subject: str
    text: str
    html: str
    task_count: int
    from_name: str  #: "Phòng Nội vụ – theo dõi khảo sát"
    reply_to: tuple[str, str] | None  #: the coordinator's name and address
    unsubscribe_url: str  #: where the reader chooses how often letters come
    one_click: bool  #: a post there makes letters fewer (RFC 8058); of the digest only, all others come when they must
    thread: str  #: letters of one plan make one thread; "" for those of none
    secrets: tuple[str, ...] = ()
    calendar: bytes = b""  #: the days of what opened, for the reader's calendar

    def kept(self, body: str) -> str:
        """`body` as it may stay in the database: a personal link there would let any reader of the outbox act as another."""
        for secret in self.secrets:
            body = body.replace(secret, "…")
        return body


@dataclass(frozen=True)
class Batch:
    """What became of each letter of a batch: every id is in exactly one of the three."""

    rendered: dict[int, Rendered]
    void: dict[int, str]  #: nothing left to say, and the sentence why
    broken: dict[int, str]  #: could not be put into words, and the error


def render_batch(
    session: Session,
    messages: Sequence[OutboxMessage],
    *,
    links: Links,
    personal_token: PersonalToken,
    today: date,
    link_days: int = LINK_DAYS,
) -> dict[int, Rendered]:
    """The letters that have something to say, by id. Raises whatever a letter raises: for previews and rehearsals."""
    context = Context(load(session, messages, today=today), links, personal_token, link_days)
    made = ((m.id, make(context, m)) for m in messages)
    return {message_id: found for message_id, found in made if isinstance(found, Rendered)}


def settle_batch(context: Context, messages: Sequence[OutboxMessage]) -> Batch:
    """The letters in words, after `load`: needs no session any more. One letter that fails does not stop the others."""
    batch = Batch({}, {}, {})
    for message in messages:
        try:
            made = make(context, message)
        except Exception as error:
            log.exception("letter %s (%s) could not be put into words", message.id, message.kind)
            batch.broken[message.id] = f"{type(error).__name__}: {error}"
            continue
        if isinstance(made, Rendered):
            batch.rendered[message.id] = made
        else:
            batch.void[message.id] = made
    return batch


def make(context: Context, message: OutboxMessage) -> Rendered | str:
    """One letter in words, or the sentence why it has nothing left to say."""
    return whole(making(context, message))


def making(context: Context, message: OutboxMessage) -> Portions[Rendered | str]:
    """`make` in small portions, for whoever has something else to look after in between."""
    rows = context.rows
    own = rows.own_tasks(message)
    if promised := rows.promised(message, own):
        return sentence("mail_promised", task=quoted(promised.task), date=date_short(promised.promised_on or rows.today))
    tasks = rows.of_live_plans(own)
    if message.kind in LIVE_STATUSES and not tasks and not rows.has_more_to_say(message):
        return _gone(rows, message)
    plan = rows.plans.get(tasks[0].plan_id if tasks else message.plan_id or 0)
    reader = _reader(context, message, tasks)
    yield
    letter = LETTERS[message.kind](context, message, reader, tasks)
    if letter is None:
        return "Thư không gửi nữa vì nội dung thư không còn."
    coordinator = context.coordinator(plan)
    values = _frame(context, reader, plan, letter) | letter.values
    yield
    text = render.text_of(letter.template, values)
    yield
    html = render.html_of(letter.template, values)
    secrets = (*letter.secrets, *reader.tokens.values(), *([reader.token] if reader.token else []))
    return Rendered(
        subject=letter.subject.replace(NBSP, " "),
        text=text,
        html=html,
        task_count=letter.tasks,
        from_name=f"{reader.office.name} – theo dõi khảo sát",
        reply_to=(coordinator.name, coordinator.email) if coordinator and coordinator.email else None,
        unsubscribe_url=_unsubscribe_url(context.links, reader),
        one_click=bool(reader.token) and message.kind == "daily_digest",
        thread=f"plan-{plan.id}" if plan else "",
        secrets=secrets,
        calendar=_calendar(context, plan, reader, tasks) if message.kind == "unlocked" else b"",
    )


def _calendar(c: Context, plan: PlanRow | None, reader: Reader, tasks: Sequence[TaskRow]) -> bytes:
    """The tasks' days with the UIDs of the feeds: who subscribes as well sees each task once."""
    coordinator = c.coordinator(plan)
    dated = [(task, task.due_on, c.rows.details[task.id]) for task in tasks if task.due_on]
    if not dated or plan is None or coordinator is None or not coordinator.email:
        return b""
    from tracker import feeds  # the calendar library, which only these letters cost

    pages = {task.id: reader.task_url(task) for task in tasks}
    lines = [
        FeedLine(
            task.id,
            plan.short_name,
            task.task,
            task.unit or "",
            task.status,
            details.wording,
            due_on,
            task.aim_on,
            details.changed_at,
            details.sequence,
        )
        for task, due_on, details in dated
    ]
    return feeds.published(
        lines, organizer=(coordinator.name, coordinator.email), host=c.links.host, link=lambda line: pages[line.task_id]
    )


def _unsubscribe_url(links: Links, reader: Reader) -> str:
    if reader.is_contact:
        return links.one_click(reader.token)
    return links.account() if reader.kind == "user" else ""


def _gone(rows: Rows, message: OutboxMessage) -> str:
    own = [rows.details[task_id] for task_id in task_ids_of(message.facts) if task_id in rows.details]
    last = max(own, key=lambda details: details.changed_at, default=None)
    if last is None:
        return "Thư không gửi nữa vì việc trong thư không còn."
    task = rows.tasks[last.task_id]
    status = f"chuyển sang {TASK_STATUS[task.status].word.lower()}"
    return sentence("mail_voided", task=quoted(task.task), status=status, date=date_short(last.changed_at.date()))


def _reader(c: Context, message: OutboxMessage, tasks: Sequence[TaskRow]) -> Reader:
    kind, _, number = message.person.partition("-")
    rows = c.rows
    if kind == "contact":
        contact = rows.contacts[int(number)]
        token = c.personal_token(contact.id, contact.link_nonce)
        others = {
            t.unit_id: rows.same_person.get((contact.email, t.unit_id)) for t in tasks if t.unit_id not in (None, contact.unit_id)
        }
        return Reader(
            kind="contact",
            name=addressed(contact.salutation, contact.name),
            position="",
            unit=contact.unit,
            office=rows.offices[contact.office_id],
            page_url=c.links.personal(token),
            token=token,
            links=c.links,
            tokens={other.unit_id: c.personal_token(other.id, other.link_nonce) for other in others.values() if other},
        )
    if kind == "head":
        head = rows.heads[int(number)]
        name = addressed("", head.name) if head.name else ""
        token = c.personal_token(*as_head(head.unit_id, head.email, head.link_nonce))
        page = c.links.head(token)
        return Reader("head", name, head.position, head.unit, rows.offices[head.office_id], page, token, c.links)
    user = rows.users[int(number)]
    name = addressed(user.salutation, user.name)
    return Reader("user", name, user.position, "", rows.offices[user.office_id], c.links.today(), "", c.links, user.id)


def _frame(c: Context, reader: Reader, plan: PlanRow | None, letter: Letter) -> dict[str, Any]:
    """Address, closing and foot: the same for all letters."""
    office = reader.office
    coordinator = c.coordinator(plan)
    own_letter = coordinator is not None and reader.user_id == coordinator.id
    phone = (coordinator.phone if coordinator else "") or office.phone
    follower = ""
    if coordinator:
        follower = f"Người theo dõi: {coordinator.name}" + (f", điện thoại {phone.replace(' ', NBSP)}" if phone else "")
    source = f"Thư do hệ thống theo dõi khảo sát của {office.name} gửi" + (f" theo {plan_source(plan)}." if plan else ".")
    manners = []
    if coordinator and not own_letter:
        manners.append("Trả lời thư này để gửi ý kiến tới người theo dõi.")
    if reader.token and (reader.is_contact or "page_url" in letter.values):
        manners.append(f"Liên kết trong thư dành riêng cho {lowered(reader.name)}, không chuyển tiếp.")
    foot_links: list[tuple[str, str]] = []
    if reader.is_contact:
        foot_links.append(("Đăng ký lịch công việc", c.links.personal_calendar(reader.token)))
        foot_links.append(("Cách nhận thư", c.links.letter_settings(reader.token)))
        foot_links.append(("Không còn phụ trách", c.links.handover(reader.token)))
    return {
        "subject": letter.subject,
        "preheader": letter.preheader,
        "heading": letter.heading,
        "address": letter.address,
        "office": office.name,
        "place": office.place,
        "follower": follower,
        "foot": [source, " ".join(manners)] if manners else [source],
        "foot_links": foot_links,
    }
