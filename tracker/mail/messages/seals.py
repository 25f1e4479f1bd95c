"""Letter 20: the seal of a ballot box is broken. To the head of the unit, the coordinator and the observers, at once."""

from __future__ import annotations

from tracker.mail.messages.context import Context, Letter, Reader, first_fitting, lowered, subject, without_stop
from tracker.mail.messages.lists import to_contact
from tracker.mail.messages.rows import TaskRow
from tracker.models import OutboxMessage
from tracker.wording import moment_inline


def seal_broken(c: Context, message: OutboxMessage, reader: Reader, tasks: list[TaskRow]) -> Letter | None:
    """Letter 20."""
    row = c.rows.seals.get(int(message.facts["opening_id"]))
    if row is None:
        return None
    plan = c.rows.plans[message.plan_id or 0]
    heading = f"Niêm phong hòm phiếu {row.box} của {row.unit} không nguyên vẹn"
    position = f", {reader.position}" if reader.kind == "user" and reader.position else ""
    return Letter(
        template="seal_broken",
        subject=first_fitting(
            plan,
            [
                f"Cần xử lý ngay: niêm phong hòm phiếu {row.box} của {row.unit} không nguyên vẹn",
                f"Cần xử lý ngay: niêm phong hòm {row.box} của {row.unit} không nguyên vẹn",
                f"Niêm phong hòm {row.box} của {row.unit} không nguyên vẹn",
            ],
            otherwise=subject(plan, "Niêm phong hòm {box} của {unit} không nguyên vẹn", box=row.box, unit=row.unit),
        ),
        heading=heading,
        address=(to_contact(reader, "") + position,),
        values={
            "at": moment_inline(row.found_at),
            "reporter": row.reporter,
            "of": row.unit if row.is_contact else reader.office.name,
            "box": row.box,
            "box_place": row.place,
            "description": without_stop(row.description),
            "seal": row.seal_number or "không đọc được",
            "position": row.head_position or "thủ trưởng đơn vị",
            "decision": without_stop(row.decision),
            "decided_by": lowered(row.decided_by),
            "box_url": c.links.box(plan.id, row.box_id) if reader.kind == "user" else "",
            "phone": row.phone,
        },
        preheader=heading,
    )
