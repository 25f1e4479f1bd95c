"""Who may do what: one table, read by pages and services alike. A refusal is a sentence, None is leave.

Contacts act for their units only; users act by role within their office. Nobody acts for another office.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tracker.rules.states import Move, Role
from tracker.wording import sentence


@dataclass(frozen=True)
class Actor:
    """Whoever acts: a user, a contact behind a personal link, or the system itself."""

    key: str  #: "user-1", "contact-5", "system"
    name: str
    role: Role | None = None
    office_id: int | None = None
    unit_ids: frozenset[int] = field(default_factory=frozenset)

    @property
    def is_contact(self) -> bool:
        return self.key.startswith("contact-")

    @property
    def is_of_unit(self) -> bool:
        """A contact, or the head behind a link of his own: acts for his units only."""
        return self.key.startswith(("contact-", "head-"))


SYSTEM = Actor("system", "Hệ thống")

#: Roles that run plans.
RUNNERS = frozenset({Role.COORDINATOR, Role.ADMIN})

#: Roles that key ballots.
ENTERERS = RUNNERS | {Role.CLERK}

#: What a contact may do to a task of his own unit.
CONTACT_MOVES = frozenset({Move.COMPLETE, Move.WITHDRAW})

MOVE_VERBS = {
    Move.OPEN: "mở việc",
    Move.COMPLETE: "báo hoàn thành thay đơn vị",
    Move.CONFIRM: "xác nhận hoàn thành",
    Move.RETURN: "trả lại việc",
    Move.WITHDRAW: "rút báo cáo",
    Move.REOPEN: "mở lại việc",
    Move.RELOCK: "khóa lại việc",
    Move.PAUSE: "tạm dừng việc",
    Move.RESUME: "tiếp tục việc",
    Move.CANCEL: "hủy việc",
}


@dataclass(frozen=True)
class Coordinator:
    """Whom a refusal names when the reader cannot act."""

    name: str
    phone: str


def refusal_to_move(
    actor: Actor,
    move: Move,
    *,
    office_id: int,
    unit_id: int | None,
    unit_name: str,
    own_unit_name: str,
    coordinator: Coordinator,
) -> tuple[str, str] | None:
    """(key, sentence) when `actor` may not make this move on a task of that office and unit, else None."""
    if actor.key == SYSTEM.key:
        return None
    if actor.is_contact:
        if unit_id is None or unit_id not in actor.unit_ids:
            return "own_unit_only", sentence("own_unit_only", owner_unit=unit_name, unit=own_unit_name)
        if move in CONTACT_MOVES:
            return None
        return _coordinator_only(move, coordinator)
    if actor.office_id != office_id:
        return "forbidden", sentence("forbidden", coordinator=coordinator.name)
    if actor.role in RUNNERS:
        return None
    if actor.role is Role.OBSERVER:
        return "observer_reads", sentence("observer_reads")
    if actor.role is Role.LEADER:
        return "leader_reads", sentence("leader_reads", coordinator=coordinator.name)
    return _coordinator_only(move, coordinator)


def refusal_to_run(actor: Actor, verb: str, *, office_id: int, coordinator: Coordinator) -> tuple[str, str] | None:
    """(key, sentence) when `actor` may not run plans of that office (create, activate, release letters, …)."""
    if actor.key == SYSTEM.key or (actor.role in RUNNERS and actor.office_id == office_id):
        return None
    if actor.role is Role.OBSERVER:
        return "observer_reads", sentence("observer_reads")
    if actor.role is Role.LEADER:
        return "leader_reads", sentence("leader_reads", coordinator=coordinator.name)
    return "coordinator_only", sentence("coordinator_only", verb=verb, coordinator=coordinator.name, phone=coordinator.phone)


def refusal_to_recheck(actor: Actor, *, office_id: int, coordinator: Coordinator) -> tuple[str, str] | None:
    """(key, sentence) when `actor` may not recheck ballots of that office: never a contact, since no unit checks itself."""
    if not actor.is_contact and actor.role is Role.RECHECKER and actor.office_id == office_id:
        return None
    return refusal_to_run(actor, "phúc tra", office_id=office_id, coordinator=coordinator)


def refusal_to_administer(actor: Actor, setting: str, *, office_id: int, admin: str) -> tuple[str, str] | None:
    """(key, sentence) when `actor` may not change accounts and settings of that office; `setting`: what, in words."""
    if actor.key == SYSTEM.key or (actor.role is Role.ADMIN and actor.office_id == office_id):
        return None
    return "admin_only", sentence("admin_only", setting=setting, admin=admin)


def refusal_to_enter(actor: Actor, coordinator: Coordinator) -> tuple[str, str] | None:
    """(key, sentence) when `actor` may not key ballots of the own office's plans, else None."""
    if actor.role in ENTERERS:
        return None
    if actor.role is Role.OBSERVER:
        return "observer_reads", sentence("observer_reads")
    if actor.role is Role.LEADER:
        return "leader_reads", sentence("leader_reads", coordinator=coordinator.name)
    return "entry_roles", sentence("entry_roles", coordinator=coordinator.name, phone=coordinator.phone)


def _coordinator_only(move: Move, coordinator: Coordinator) -> tuple[str, str]:
    return "coordinator_only", sentence(
        "coordinator_only", verb=MOVE_VERBS[move], coordinator=coordinator.name, phone=coordinator.phone
    )
