"""Letter 15: an address takes no letters. To the coordinator, and to the unit's other contact, who takes over meanwhile."""

from __future__ import annotations

from datetime import date

from tracker.mail.messages.context import Context, Letter, Reader, addressed, subject
from tracker.mail.messages.lists import to_contact
from tracker.mail.messages.rows import TaskRow
from tracker.models import OutboxMessage
from tracker.rules.states import TaskStatus
from tracker.wording import date_short
from tracker.wording.letters import masked_email


def bounced(c: Context, message: OutboxMessage, reader: Reader, tasks: list[TaskRow]) -> Letter | None:
    """None when the address has been corrected, or the contact is gone."""
    facts = message.facts
    contact = c.rows.contacts.get(int(facts["contact_id"]))
    if contact is None or contact.email.lower() != str(facts["email"]).lower() or contact.bounced_on is None:
        return None
    plan = c.rows.plans.get(message.plan_id or 0)
    missed = [task for task in tasks if task.status is TaskStatus.IN_PROGRESS]
    heading = f"Thư gửi đầu mối của {contact.unit} bị trả về"
    return Letter(
        template="bounced",
        subject=subject(plan, "Thư gửi đầu mối của {unit} bị trả về", unit=contact.unit),
        heading=heading,
        address=(to_contact(reader, ""),),
        values={
            "masked_email": masked_email(contact.email),
            "contact": addressed(contact.salutation, contact.name),
            "unit": contact.unit,
            "bounced_on": date_short(date.fromisoformat(str(facts["bounced_on"]))),
            "reason": str(facts["reason"]),
            "part": c.part(reader, missed, with_unit=len({task.unit_id for task in missed}) > 1) if missed else None,
            "takes_over": reader.is_contact,
            "phone": contact.phone,
            "unit_url": "" if reader.is_contact else c.links.unit(contact.unit_id),
        },
        tasks=len(missed),
        preheader=heading,
    )
