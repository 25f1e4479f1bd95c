"""One letter of each kind, to one cast: what the golden files show."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from tests.mail.cast import NOW, TODAY, World
from tests.survey import SOURCES, collect
from tracker.models import (
    BallotBox,
    BoxOpening,
    Contact,
    Extension,
    Handover,
    LedgerLine,
    Notice,
    OutboxMessage,
    Publication,
    PublicationFile,
)
from tracker.queries import results
from tracker.rules.results import fingerprint_of, make_result, to_table
from tracker.rules.states import ExtensionStatus, HandoverStatus, NoticeStatus, PublicationStatus, TaskStatus

LONG_UNIT = "Trung tâm Phục vụ hành chính công và Kiểm soát thủ tục hành chính phường Cam Thuận"
LONG_NAME = "Nguyễn Phúc Tôn Nữ Công Tằng Thị Thanh Huyền Trân Bảo Châu Ngọc Diệp Quỳnh Hương"

Make = Callable[[World], OutboxMessage]


def daily_digest(world: World) -> OutboxMessage:
    """One unit, all four parts, one due date on a Sunday."""
    late = world.tasks[0]
    late.chase_count = 2
    today = world.add_task(world.entry, world.units[0], due_on=TODAY)
    soon = world.add_task(world.recheck, world.units[0], due_on=date(2021, 9, 26), aim_on=date(2021, 9, 24))
    opened = world.add_task(world.closing, world.units[0], due_on=date(2021, 10, 29), opened_on=date(2021, 9, 17))
    return _to_contact(
        world, "daily_digest", {"task_ids": {"overdue": [late.id], "today": [today.id], "soon": [soon.id], "opened": [opened.id]}}
    )


def daily_digest_two_units(world: World) -> OutboxMessage:
    """One person in charge of two units: a heading a unit, the more pressing first."""
    soon = world.add_task(world.recheck, world.units[0], due_on=date(2021, 9, 24))
    world.contacts[1].email = world.contacts[0].email
    world.tasks[1].return_reason = "thiếu chữ ký trên biên bản; bổ sung trang 2."
    return _to_contact(world, "daily_digest", {"task_ids": {"overdue": [world.tasks[1].id], "soon": [soon.id]}})


def daily_digest_coordinator(world: World) -> OutboxMessage:
    """The office's own work."""
    own = world.add_task(world.entry, None, due_on=date(2021, 9, 24))
    return _to_user(world, "daily_digest", world.coordinator.id, {"task_ids": {"soon": [own.id]}, "fired": [own.id]})


def daily_digest_to_confirm(world: World) -> OutboxMessage:
    """Nothing of the coordinator's own is due, but two units have reported, one of them after the due date."""
    world.tasks[0].status, world.tasks[0].submitted_on = TaskStatus.SUBMITTED, date(2021, 9, 14)
    world.tasks[1].status, world.tasks[1].submitted_on = TaskStatus.SUBMITTED, date(2021, 9, 17)
    facts = {"task_ids": {"overdue": []}, "fired": [], "confirm": True, "plan_ids": [world.plan.id]}
    return _to_user(world, "daily_digest", world.coordinator.id, facts)


def daily_digest_empty_rungs(world: World) -> OutboxMessage:
    """To the coordinator: nobody heads two units that are late, and the plan has no leader."""
    message = _to_user(world, "daily_digest", world.coordinator.id, {"task_ids": {"overdue": []}, "fired": [], "empty": True})
    for task, rung in ((world.tasks[0], "due+1:head"), (world.tasks[1], "due+1:head"), (world.tasks[0], "due-3:second_contact")):
        empty = Notice(task_id=task.id, due_on=task.due_on, rung=rung, person="-", day=message.day, status=NoticeStatus.EMPTY)
        empty.message_id = message.id
        world.session.add(empty)
    return message


def daily_digest_helping(world: World) -> OutboxMessage:
    """To a contact whose unit the plan names beside another: beside its own work, what it helps with."""
    own = world.add_task(world.recheck, world.units[0], due_on=date(2021, 9, 24))
    helps = world.add_task(world.recheck, world.units[1], due_on=date(2021, 9, 24))
    return _to_contact(world, "daily_digest", {"task_ids": {"soon": [own.id], "helps": [helps.id]}, "fired": [own.id, helps.id]})


def unlocked(world: World) -> OutboxMessage:
    task = world.add_task(world.recheck, world.units[0], opened_on=date(2021, 9, 17))
    return _to_contact(world, "unlocked", {"task_ids": [task.id]})


def unlocked_long_name(world: World) -> OutboxMessage:
    task = world.add_task(world.recheck, world.units[1], opened_on=date(2021, 9, 17))
    return _to_contact(world, "unlocked", {"task_ids": [task.id]}, 1)


def plan_started(world: World) -> OutboxMessage:
    later = world.add_task(world.recheck, world.units[1], status=TaskStatus.NOT_OPEN)
    return _to_contact(world, "plan_started", {"task_ids": [world.tasks[1].id, later.id]}, 1)


def remind(world: World) -> OutboxMessage:
    task = world.add_task(world.recheck, world.units[0])
    return _to_contact(world, "remind", {"task_ids": [task.id]})


def chase_first(world: World) -> OutboxMessage:
    world.tasks[0].chase_count = 1
    return _to_contact(world, "chase", {"task_ids": [world.tasks[0].id]})


def chase_third(world: World) -> OutboxMessage:
    task = world.tasks[1]
    task.chase_count = 3
    task.due_on, task.aim_on, task.original_due_on = date(2021, 9, 10), date(2021, 9, 10), date(2021, 9, 3)
    _chased(world, task.id, date(2021, 9, 13), date(2021, 9, 15))
    return _to_contact(world, "chase", {"task_ids": [task.id], "copy_to_head": True}, 1)


def chase_several(world: World) -> OutboxMessage:
    """One letter for all late work of a person in charge of two units, each line with its own count."""
    world.contacts[1].email = world.contacts[0].email
    world.tasks[0].chase_count = world.tasks[1].chase_count = 1
    other = world.add_task(world.recheck, world.units[0], due_on=date(2021, 9, 17), chase_count=3)
    ids = [world.tasks[0].id, other.id, world.tasks[1].id]
    return _to_contact(world, "chase", {"task_ids": ids, "chases": {str(ids[0]): 1, str(ids[1]): 3, str(ids[2]): 1}})


def remind_several(world: World) -> OutboxMessage:
    tasks = [world.add_task(stage, world.units[0]) for stage in (world.recheck, world.closing)]
    return _to_contact(world, "remind", {"task_ids": [task.id for task in tasks]})


def task_returned(world: World) -> OutboxMessage:
    task = world.add_task(world.recheck, world.units[0])
    return _to_contact(world, "task_returned", {"task_id": task.id, "reason": "thiếu biên bản mở hòm phiếu."})


def date_changed(world: World) -> OutboxMessage:
    task = world.add_task(world.recheck, world.units[0], due_on=date(2021, 10, 8))
    facts = {"task_ids": [task.id], "old_due_on": "2021-09-30", "reason": "mưa lũ, theo Công văn 77/UBND ngày 20/9/2021."}
    return _to_contact(world, "date_changed", facts)


def acknowledgement_received(world: World) -> OutboxMessage:
    task = world.tasks[0]
    task.status, task.submitted_on, task.completed_on = TaskStatus.SUBMITTED, TODAY, date(2021, 9, 14)
    return _to_contact(world, "acknowledgement", {"task_id": task.id})


def acknowledgement_confirmed(world: World) -> OutboxMessage:
    task = world.tasks[0]
    task.status, task.completed_on = TaskStatus.DONE, date(2021, 9, 14)
    return _to_contact(world, "acknowledgement", {"task_id": task.id, "confirmed": True})


def escalate_head(world: World) -> OutboxMessage:
    unit = world.units[1]
    unit.head_name, unit.head_position, unit.head_email = "Trần Văn Bình", "Giám đốc Trung tâm", "binh@example.vn"
    world.contacts[1].phone = "0905 000 111"
    world.tasks[1].chase_count = 1
    other = world.add_task(world.recheck, unit, due_on=date(2021, 9, 17), chase_count=1)
    facts = {"unit_id": unit.id, "task_ids": [other.id, world.tasks[1].id]}
    return world.letter("escalate_head", f"head-{unit.id}", facts, to_name="Trần Văn Bình", to_email="binh@example.vn")


def escalate_coordinator(world: World) -> OutboxMessage:
    task = world.tasks[0]
    task.chase_count = 2
    world.contacts[0].phone, world.contacts[0].bounced_on = "0905 000 222", date(2021, 9, 17)
    _chased(world, task.id, date(2021, 9, 16), date(2021, 9, 20))
    return _to_user(world, "escalate_coordinator", world.coordinator.id, {"task_ids": [task.id]})


def escalate_coordinator_several(world: World) -> OutboxMessage:
    for task in world.tasks:
        task.chase_count = 2
    return _to_user(world, "escalate_coordinator", world.coordinator.id, {"task_ids": [t.id for t in world.tasks]})


def confirm_continuous(world: World) -> OutboxMessage:
    """Work without an end: last heard of in July."""
    task = world.tasks[0]
    task.due_on = task.aim_on = task.original_due_on = None
    task.opened_on, task.heard_on = date(2021, 5, 20), date(2021, 7, 15)
    return world.letter("confirm_continuous", f"contact-{world.contacts[0].id}", {"task_ids": [task.id]})


def confirm_continuous_several(world: World) -> OutboxMessage:
    task = world.tasks[1]
    other = world.add_task(world.recheck, world.units[1], due_on=None)
    task.due_on = task.aim_on = other.aim_on = task.original_due_on = other.original_due_on = None
    task.opened_on = other.opened_on = date(2021, 8, 20)
    return world.letter("confirm_continuous", f"contact-{world.contacts[1].id}", {"task_ids": [task.id, other.id]})


def daily_digest_early_warnings(world: World) -> OutboxMessage:
    """To the coordinator: one unit's fieldwork is behind its line, another's work without an end has been silent for long."""
    slow, silent = world.tasks[0], world.tasks[1]
    slow.due_on = slow.aim_on = date(2021, 11, 30)
    silent.due_on = silent.aim_on = silent.original_due_on = None
    silent.opened_on = date(2021, 6, 18)
    facts = {
        "task_ids": {"silent": [silent.id], "behind": [slow.id]},
        "fired": [silent.id, slow.id],
        "pace": {str(slow.id): [10, 30, 60]},
    }
    return _to_user(world, "daily_digest", world.coordinator.id, facts)


def escalate_leader(world: World) -> OutboxMessage:
    for task in world.tasks:
        task.chase_count = 3
    world.tasks[0].promised_on, world.tasks[1].promised_on = date(2021, 9, 22), date(2021, 9, 17)
    facts = {"stage_id": world.fieldwork.id, "task_ids": [t.id for t in world.tasks]}
    return _to_user(world, "escalate_leader", world.leader.id, facts)


def extension_asked(world: World) -> OutboxMessage:
    """The second question about this work: the first was declined. A later stage would have to move."""
    _question(world, date(2021, 9, 24), status=ExtensionStatus.REFUSED, note="Các đơn vị khác đã xong")
    asked = _question(world, date(2021, 10, 4), document="Công văn số 45/UBND ngày 17/9/2021.")
    return _to_user(world, "extension_asked", world.coordinator.id, _of(asked))


def extension_asked_harmless(world: World) -> OutboxMessage:
    asked = _question(world, date(2021, 9, 27), unit=1)
    return _to_user(world, "extension_asked", world.coordinator.id, _of(asked))


def extension_approved(world: World) -> OutboxMessage:
    task = world.tasks[0]
    granted = _question(world, date(2021, 9, 27), status=ExtensionStatus.APPROVED, note="Lần cuối, không gia hạn thêm.")
    task.due_on = task.aim_on = granted.new_due_on
    return _to_contact(world, "extension_approved", _of(granted))


def extension_refused(world: World) -> OutboxMessage:
    refused = _question(world, date(2021, 9, 27), status=ExtensionStatus.REFUSED, note="Giai đoạn sau đang chờ đơn vị.")
    return _to_contact(world, "extension_refused", _of(refused))


def weekly_summary(world: World) -> OutboxMessage:
    """Two units late, one report to confirm, one question pending; ballots from two units."""
    world.tasks[2].status, world.tasks[2].submitted_on = TaskStatus.SUBMITTED, date(2021, 9, 14)
    done = world.add_task(world.recheck, world.units[0], status=TaskStatus.DONE, completed_on=date(2021, 9, 17))
    assert done.due_on == date(2021, 9, 30)
    world.tasks[0].promised_on, world.tasks[1].promised_on = date(2021, 9, 22), date(2021, 9, 17)
    _question(world, date(2021, 9, 27))
    for number, (collected, valid) in enumerate(((40, 38), (31, 31))):
        world.session.add(
            LedgerLine(
                plan_id=world.plan.id, unit_id=world.units[number].id, day=date(2021, 9, 10), collected=collected, valid=valid,
                discarded=collected - valid, reasons={}, once=str(number), by_name="", by_key="", at=NOW,
            )
        )  # fmt: skip
    world.session.flush()
    return _to_user(world, "weekly_summary", world.leader.id, {"from": "2021-09-13", "to": "2021-09-19"})


def held(world: World) -> OutboxMessage:
    for number in range(3):
        contact = world.contacts[number]
        world.letter("plan_started", f"contact-{contact.id}", {"task_ids": [world.tasks[number].id]}, held=True)
    alone = world.add_unit("Trạm Y tế phường Ba Ngòi")
    world.session.delete(world.contacts.pop())
    world.session.add(
        Notice(task_id=world.tasks[-1].id, due_on=TODAY, rung="due-7:contact", person="-", day=TODAY, status=NoticeStatus.SKIPPED)
    )
    world.session.flush()
    assert alone in world.units
    return _to_user(world, "held", world.coordinator.id, {"plan_id": world.plan.id})


def bounced(world: World) -> OutboxMessage:
    """To the coordinator."""
    return _to_user(world, "bounced", world.coordinator.id, _bounced(world, 1, reason="hộp thư không tồn tại"))


def bounced_second_contact(world: World) -> OutboxMessage:
    """To the unit's other contact, who takes over."""
    facts = _bounced(world, 0, reason="hộp thư đầy")
    other = Contact(unit_id=world.units[0].id, name="Đặng Thị Hoa", salutation="Bà", email="hoa@example.vn", link_nonce="n")
    other.rank = 2
    world.session.add(other)
    world.session.flush()
    return world.letter("bounced", f"contact-{other.id}", facts, to_name=other.name, to_email=other.email)


def published(world: World) -> OutboxMessage:
    """To a contact, with the unit's own figure."""
    return _to_contact(world, "published", {"publication_id": _publication(world).id, "unit_ids": [world.units[0].id]})


def published_correction(world: World) -> OutboxMessage:
    """To the leader: the second version, which corrects the first."""
    _publication(world)
    reason = "Bảng 2 ghi nhầm số phiếu của một đơn vị; số đúng là 40."
    second = _publication(world, version_no=2, reason=reason)
    return _to_user(world, "published", world.leader.id, {"publication_id": second.id, "unit_ids": []})


def personal_link(world: World) -> OutboxMessage:
    return _to_contact(world, "personal_link", {"contact_id": world.contacts[1].id}, 1)


def handover(world: World) -> OutboxMessage:
    """The new contact of the first unit, with what the unit has under way."""
    old = world.contacts[0]
    new = Contact(unit_id=old.unit_id, name="Trương Thị Mỹ Hạnh", salutation="Bà", email="hanh@example.vn", link_nonce="n")
    world.session.add(new)
    world.session.flush()
    given = Handover(
        unit_id=old.unit_id, contact_id=old.id, name=new.name, email=new.email, status=HandoverStatus.CONFIRMED,
        asked_at=NOW, decided_at=NOW,
    )  # fmt: skip
    world.session.add(given)
    world.session.flush()
    facts = {"handover_id": given.id, "task_ids": [world.tasks[0].id]}
    return world.letter("handover", f"contact-{new.id}", facts, to_name=new.name, to_email=new.email)


def password_reset(world: World) -> OutboxMessage:
    facts = {"username": "thuha", "token": "reset-token", "at": NOW.isoformat(), "minutes": 30}
    return _to_user(world, "password_reset", world.coordinator.id, facts, plan_id=None)


def journal_mark(world: World) -> OutboxMessage:
    facts = {"line": 1204, "at": NOW.isoformat(), "hash": "5f" * 32}
    return _to_user(world, "journal_mark", world.leader.id, facts, plan_id=None)


def seal_broken_head(world: World) -> OutboxMessage:
    """A Sunday evening, from the unit's contact."""
    unit = world.units[0]
    unit.head_name, unit.head_position = "Trần Văn Bình", "Trưởng trạm"
    facts = {"opening_id": _broken_seal(world, 0)}
    return world.letter("seal_broken", f"head-{unit.id}", facts, to_name="Trần Văn Bình", to_email="binh@example.vn")


def seal_broken_coordinator(world: World) -> OutboxMessage:
    """A long name; the head has spoken before the letter went."""
    facts = {"opening_id": _broken_seal(world, 1, decision="Mở hòm trước mặt Tổ công tác.", decided_by="Ông Trần Văn Bình")}
    return _to_user(world, "seal_broken", world.coordinator.id, facts)


def _broken_seal(world: World, number: int, **values: Any) -> int:
    contact = world.contacts[number]
    contact.phone = "0905 000 333"
    box = BallotBox(
        plan_id=world.plan.id, unit_id=contact.unit_id, code="2", place="bộ phận Một cửa, tầng 1", seal_number="NP-0147",
        sealed_on=date(2021, 9, 6),
    )  # fmt: skip
    world.session.add(box)
    world.session.flush()
    opening = BoxOpening(
        box_id=box.id, opened_at=NOW - timedelta(minutes=20), place=box.place, seal_number="NP-0147", sealed_on=box.sealed_on,
        seal_whole=False, description="giấy niêm phong bị rách một góc, khóa còn nguyên.", people=[], once="a",
        by_name=contact.name, by_key=f"contact-{contact.id}", at=NOW, **values,
    )  # fmt: skip
    world.session.add(opening)
    world.session.flush()
    return opening.id


GOLDEN: dict[str, Make] = {
    make.__name__: make
    for make in (
        daily_digest,
        daily_digest_two_units,
        daily_digest_coordinator,
        daily_digest_to_confirm,
        daily_digest_empty_rungs,
        daily_digest_helping,
        daily_digest_early_warnings,
        confirm_continuous,
        confirm_continuous_several,
        unlocked,
        unlocked_long_name,
        plan_started,
        remind,
        chase_first,
        chase_third,
        chase_several,
        remind_several,
        task_returned,
        date_changed,
        acknowledgement_received,
        acknowledgement_confirmed,
        escalate_head,
        escalate_coordinator,
        escalate_coordinator_several,
        escalate_leader,
        extension_asked,
        extension_asked_harmless,
        extension_approved,
        extension_refused,
        bounced,
        bounced_second_contact,
        weekly_summary,
        published,
        published_correction,
        seal_broken_head,
        seal_broken_coordinator,
        held,
        personal_link,
        handover,
        password_reset,
        journal_mark,
    )
}


def _question(world: World, new_due_on: date, *, unit: int = 0, **values: Any) -> Extension:
    """A question for more time about the fieldwork of a unit."""
    task = world.tasks[unit]
    assert task.due_on is not None
    asked = Extension(
        plan_id=task.plan_id,
        task_id=task.id,
        asked_by=world.contacts[unit].name,
        asked_by_key=f"contact-{world.contacts[unit].id}",
        asked_at=NOW,
        old_due_on=task.due_on,
        new_due_on=new_due_on,
        reason="Hai thôn xa trung tâm chưa phát hết phiếu do mưa; còn 19 phiếu.",
        **values,
    )
    world.session.add(asked)
    world.session.flush()
    return asked


def _bounced(world: World, number: int, *, reason: str) -> dict[str, Any]:
    contact = world.contacts[number]
    contact.phone, contact.bounced_on = "0905 000 222", date(2021, 9, 17)
    world.session.flush()
    return {
        "contact_id": contact.id,
        "bounced_on": "2021-09-20",
        "reason": reason,
        "email": contact.email,
        "task_ids": [world.tasks[number].id],
    }


def _publication(world: World, *, version_no: int = 1, reason: str = "") -> Publication:
    """A published version of what the ballots of the cast say; a later one takes the place of the first."""
    if version_no == 1:
        collect(world.session, world.plan, {unit.id: 40 + place for place, unit in enumerate(world.units)})
    result = make_result(results.collected(world.session, world.plan.id, SOURCES))
    table = to_table(result)
    made = Publication(
        plan_id=world.plan.id, version_no=version_no, slug=f"khao-sat-2021-{version_no}", status=PublicationStatus.PUBLISHED,
        data=table, fingerprint=fingerprint_of(table), document_kind="Thông báo", number=f"{48 + version_no}/TB-UBND",
        issued_on=date(2021, 9, 17), issuer="UBND thành phố Cam Ranh", signatory="Nguyễn Văn Hòa", reason=reason,
        created_at=NOW - timedelta(days=9), created_by="Trần Thu Hà", approved_at=NOW - timedelta(days=3 - version_no),
        approved_by="Trần Thu Hà", published_at=NOW - timedelta(days=3 - version_no), published_by="Trần Thu Hà",
    )  # fmt: skip
    world.session.add(made)
    world.session.flush()
    page = PublicationFile(publication_id=made.id, name="trang.html", media_type="text/html", content=b"<p>", sha256="0" * 64)
    world.session.add(page)
    world.session.flush()
    return made


def _of(extension: Extension) -> dict[str, Any]:
    return {"extension_id": extension.id, "task_id": extension.task_id}


def _to_contact(world: World, kind: str, facts: dict[str, Any], number: int = 0) -> OutboxMessage:
    contact = world.contacts[number]
    return world.letter(kind, f"contact-{contact.id}", facts, to_name=contact.name, to_email=contact.email)


def _to_user(world: World, kind: str, user_id: int, facts: dict[str, Any], **values: Any) -> OutboxMessage:
    return world.letter(kind, f"user-{user_id}", facts, **values)


def _chased(world: World, task_id: int, *days: date) -> None:
    for number, day in enumerate(days):
        rung = f"due+{2 * number + 1}:contact"
        world.session.add(
            Notice(
                task_id=task_id, due_on=day - timedelta(days=1), rung=rung, person="contact-1", day=day, status=NoticeStatus.SENT
            )
        )
    world.session.flush()
