"""Letters that are about the reader's own access, or about letters: links, passwords, what is held."""

from __future__ import annotations

from datetime import datetime, timedelta

from tracker.mail.messages.context import Context, Letter, Reader, addressed, lowered, plan_reference, subject
from tracker.mail.messages.lists import to_contact
from tracker.mail.messages.rows import TaskRow
from tracker.models import OutboxMessage
from tracker.rules.letters import HELD_DAYS
from tracker.rules.states import TaskStatus
from tracker.wording import count, date_short, list_names, moment_inline
from tracker.wording.letters import LETTER_KIND


def held(c: Context, message: OutboxMessage, reader: Reader, tasks: list[TaskRow]) -> Letter | None:
    """Letter 14; None when nothing is held any more."""
    plan = c.rows.plans[message.plan_id or int(message.facts["plan_id"])]
    waiting = c.rows.held[plan.id]
    if not waiting.letters:
        return None
    letters = count(waiting.letters, "thư")
    return Letter(
        template="held",
        subject=subject(plan, f"{letters} đang giữ lại, chờ duyệt trước khi gửi"),
        heading=f"{letters} đang giữ lại, chờ duyệt",
        address=(to_contact(reader, ""),),
        values={
            "letters": str(waiting.letters),
            "people": str(waiting.people),
            "units": str(waiting.units),
            "kinds": ", ".join(LETTER_KIND[kind] for kind in waiting.kinds),
            "skipped": waiting.skipped,
            "no_contact_count": str(len(waiting.without_contact)),
            "no_contact": list_names(waiting.without_contact),
            "outbox_url": c.links.outbox(),
            "expires_on": date_short(message.day + timedelta(days=HELD_DAYS)),
        },
        preheader="Chưa gửi cho ai.",
    )


def personal_link(c: Context, message: OutboxMessage, reader: Reader, tasks: list[TaskRow]) -> Letter:
    """Letter 16."""
    plan = c.rows.plans.get(message.plan_id or 0)
    return Letter(
        template="personal_link",
        subject=subject(plan, "Liên kết xem và báo việc của {unit}", unit=reader.unit),
        heading=f"Liên kết xem và báo việc của {reader.unit}",
        address=(f"Kính gửi: {reader.name}",),
        values={
            "unit": reader.unit,
            "plan": plan_reference(plan) if plan else "",
            "page_url": reader.page_url,
            "expires_on": date_short(c.today + timedelta(days=c.link_days)),
        },
        preheader="Không cần tài khoản và mật khẩu.",
    )


def handover(c: Context, message: OutboxMessage, reader: Reader, tasks: list[TaskRow]) -> Letter:
    """Letter 22, handover: to the new contact, with the work under way and his link."""
    plan = c.rows.plans.get(message.plan_id or 0)
    given = c.rows.handovers[int(message.facts["handover_id"])]
    under_way = [task for task in tasks if task.status is TaskStatus.IN_PROGRESS]
    return Letter(
        template="handover",
        subject=subject(plan, "Bàn giao đầu mối {unit}", unit=reader.unit),
        heading=f"Bàn giao đầu mối {reader.unit}",
        address=(f"Kính gửi: {reader.name}",),
        values={
            "from_on": date_short(given.decided_at.date() if given.decided_at else message.day),
            "new": lowered(reader.name),
            "old": lowered(addressed(given.old_salutation, given.old_name)),
            "unit": reader.unit,
            "page_url": reader.page_url,
            "part": c.part(reader, under_way),
        },
        tasks=len(under_way),
        preheader="Không cần tài khoản và mật khẩu.",
    )


def password_reset(c: Context, message: OutboxMessage, reader: Reader, tasks: list[TaskRow]) -> Letter:
    """Letter 17; facts: `token`, `at` (ISO), `minutes`, `username`."""
    facts = message.facts
    token = str(facts["token"])
    return Letter(
        template="password_reset",
        subject="Đặt lại mật khẩu hệ thống theo dõi khảo sát",
        heading="Đặt lại mật khẩu",
        address=(f"Kính gửi: {reader.name}",),
        values={
            "username": str(facts["username"]),
            "at": moment_inline(datetime.fromisoformat(str(facts["at"]))),
            "minutes": str(facts["minutes"]),
            "reset_url": c.links.password_reset(token),
        },
        preheader="Liên kết dùng một lần.",
        secrets=(token,),
    )
