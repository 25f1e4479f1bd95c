"""Đôn đốc ngay, nhắc ngay: what a coordinator says outside the ladder; one letter a person, a piece of work once a working day.

A letter belongs to the day on which it goes: clicks of a day off are clicks of the next working day. What is late, promised or
said already is judged as of that day, and work is added to a letter that still waits for it. Whom it reaches is worked out in
`chase_reach`. A chase is counted like one of the ladder's ("lần đôn đốc thứ N"); the third is reported to the leader, once for
a due date.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from tracker.errors import Refused
from tracker.models import Notice, OutboxMessage, Plan, Task
from tracker.rules.access import Actor, refusal_to_run
from tracker.rules.letters import is_promised
from tracker.rules.reminders import CHASED_KEY, now_key
from tracker.rules.states import NoticeStatus, PlanStatus
from tracker.services import catalogue, journal, outbox
from tracker.services.chase_reach import VERBS, Choice, Kind, LeftOut, Reach, Why, Work, find, late_or_not
from tracker.services.openings import letter_time
from tracker.services.people import Person
from tracker.services.planning import coordinator_of, get_plan
from tracker.wording import count, date_short, date_weekday, refusal


@dataclass(frozen=True)
class Said:
    """What a click did."""

    letters: int
    works: int
    goes_at: datetime
    unreached: tuple[LeftOut, ...]  #: units that get no letter, and why


def say_now(session: Session, plan_id: int, kind: Kind, choice: Choice, *, by: Actor, now: datetime) -> Said:
    """Queue the letters, count the chases, write the journal. Raises Refused when nobody is reached."""
    plan = get_plan(session, plan_id, lock=True)
    _require_may_say(session, plan, by)
    reached = find(session, plan, kind, choice, now=now, lock=True)
    if not reached.letters:
        raise _nobody(session, plan_id, kind, choice, reached, now)
    goes_at = reached.goes_at
    day = goes_at.date()
    numbers = {w.id: w.chase_count + 1 for w in reached.works}
    letters = [_letter(plan, kind, person, own, numbers, goes_at) for person, own in reached.letters]
    made = outbox.add_to_waiting(session, letters, now=now)
    made |= outbox.enqueue_many(session, [letter for letter in letters if letter.key not in made], now=now)
    session.execute(
        insert(Notice),
        [
            _notice(work, now_key(kind.value, day), letter.person, day, made.get(letter.key))
            for letter, (_, own) in zip(letters, reached.letters, strict=True)
            for work in own
        ],
    )
    if kind is Kind.CHASE:
        ids = [w.id for w in reached.works]
        session.execute(update(Task).where(Task.id.in_(ids)).values(chase_count=Task.chase_count + 1))
        session.expire_all()
        _tell_leader(session, plan, reached.to_leader, reached.leader, goes_at, now)
    journal.record_many(session, [_line(plan_id, kind, w) for w in reached.works], by=by, now=now)
    return Said(len(letters), len(reached.works), goes_at, reached.unreached)


def _letter(
    plan: Plan, kind: Kind, person: Person, works: Sequence[Work], numbers: dict[int, int], goes_at: datetime
) -> outbox.NewLetter:
    day = goes_at.date()
    facts: dict[str, Any] = {"task_ids": [w.id for w in works]}
    if kind is Kind.CHASE:
        facts["chases"] = {str(w.id): numbers[w.id] for w in works}
        if any(is_promised(w.promised_on, day) for w in works):
            facts["promised"] = True  # asked for all the same: delivery does not leave it out
    return outbox.NewLetter(
        kind=kind.value,
        # Once the day's letter has gone, other work of the same person has one of its own: the first piece of work names it.
        key=f"{kind.value}:{person.key}:{day.isoformat()}:task-{min(w.id for w in works)}",
        person=person.key,
        to_name=person.name,
        to_email=person.email,
        facts=facts,
        day=day,
        plan_id=plan.id,
        not_before=goes_at,
    )


def _notice(work: Work, rung: str, person: str, day: date, message_id: int | None) -> dict[str, Any]:
    return {
        "task_id": work.id,
        "due_on": work.due_on,
        "rung": rung,
        "person": person,
        "day": day,
        "status": NoticeStatus.QUEUED,
        "message_id": message_id,
    }


def _tell_leader(
    session: Session, plan: Plan, works: Sequence[Work], leader: Person | None, goes_at: datetime, now: datetime
) -> None:
    """One letter to the leader a plan and day: where the ladder has written today's, this one waits for the next day."""
    if not works or leader is None:
        return
    calendar = catalogue.work_calendar(session)
    key = _leader_key(plan.id, leader, goes_at.date())
    while session.scalar(select(OutboxMessage.id).where(OutboxMessage.key == key)):
        goes_at = letter_time(calendar, datetime.combine(goes_at.date() + timedelta(days=1), calendar.letters_from, now.tzinfo))
        key = _leader_key(plan.id, leader, goes_at.date())
    letter = outbox.NewLetter(
        kind="escalate_leader",
        key=key,
        person=leader.key,
        to_name=leader.name,
        to_email=leader.email,
        facts={"task_ids": [w.id for w in works], "stage_id": works[0].stage_id, "promised": True},
        day=goes_at.date(),
        plan_id=plan.id,
        not_before=goes_at,
    )
    made = outbox.enqueue_many(session, [letter], now=now)
    session.execute(insert(Notice), [_notice(w, CHASED_KEY, leader.key, goes_at.date(), made.get(key)) for w in works])


def _leader_key(plan_id: int, leader: Person, day: date) -> str:
    """The key of the ladder's own letter (`chasing`): there is one a day, whoever writes it."""
    return f"escalate_leader:plan-{plan_id}:unit-0:{leader.key}:{day.isoformat()}"


def _line(plan_id: int, kind: Kind, work: Work) -> journal.Line:
    if kind is Kind.CHASE:
        number = work.chase_count + 1
        return journal.Line(
            "đôn đốc", f"{work.label}, lần thứ {number}", plan_id=plan_id, task_id=work.id, details={"chase": number}
        )
    return journal.Line("nhắc việc", work.label, plan_id=plan_id, task_id=work.id)


def _require_may_say(session: Session, plan: Plan, by: Actor) -> None:
    refused = refusal_to_run(by, "đôn đốc", office_id=plan.office_id, coordinator=coordinator_of(session, plan))
    if refused:
        raise Refused(*refused)
    if plan.status is PlanStatus.PAUSED:
        raise refusal("plan_paused", date=date_short(plan.changed_at.date()))
    if plan.status is not PlanStatus.RUNNING:
        raise refusal("plan_closed", date=date_short(plan.closed_on or plan.changed_at.date()))
    if plan.letters_released_at is None:
        raise Refused("letters_held", "Chưa đôn đốc được: đợt thư đầu tiên của kế hoạch đang giữ lại; duyệt gửi đợt đó trước.")


def _nobody(session: Session, plan_id: int, kind: Kind, choice: Choice, reached: Reach, now: datetime) -> Refused:
    """Why a click reaches nobody, in one sentence."""
    day = reached.goes_at.date()
    if said := reached.left_for(Why.SAID):
        names = _names(said)
        if day > now.date():
            return refusal("said_waits", verb=VERBS[kind], unit=names, date=date_weekday(day))
        if kind is Kind.CHASE:
            return refusal("chase_too_soon", unit=names, date=date_short(day), n=1)
        return Refused("remind_twice", f"Hôm nay đã nhắc {names}; mỗi việc mỗi ngày nhắc một lần.")
    if promised := reached.left_for(Why.PROMISED):
        last = max(w.promised_on for w in promised if w.promised_on is not None)
        return refusal("chase_promised", unit=_names(promised), date=date_short(last))
    if alone := reached.left_for(Why.NO_CONTACT):
        return Refused("no_contact", f"{_names(alone)} chưa có đầu mối nên chưa nhận được thư; thêm ít nhất một người.")
    if bounced := reached.left_for(Why.BOUNCED):
        return refusal("contact_bounced", unit=_names(bounced))
    other = late_or_not(session, plan_id, Kind.REMIND if kind is Kind.CHASE else Kind.CHASE, choice, day)
    if len(other) == 1 and (kind is Kind.CHASE or other[0].due_on >= now.date()):
        work = other[0]
        return refusal(
            "chase_not_late" if kind is Kind.CHASE else "remind_late",
            task=f"“{work.stage_name}”",
            unit=work.unit_name or "cơ quan chủ trì",
            due_on=date_short(work.due_on),
            date=date_weekday(day),
        )
    if kind is Kind.CHASE:
        return Refused("nothing_late", "Không có việc nào quá hạn trong phần đã chọn; tải lại trang.")
    return Refused("nothing_to_remind", "Không có việc nào đang làm và chưa đến hạn trong phần đã chọn; tải lại trang.")


def _names(works: Collection[Work]) -> str:
    names = list(dict.fromkeys(w.unit_name or "cơ quan chủ trì" for w in works))
    return names[0] if len(names) == 1 else count(len(names), "đơn vị")
