"""What the letters of one batch speak of: plain rows, no words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from tracker.mail.messages.empty_rows import EmptyRow
from tracker.mail.messages.seal_rows import SealRow
from tracker.models import OutboxMessage
from tracker.queries.plan_sums import PlanSums
from tracker.queries.publications import Frozen
from tracker.rules.effects import WaitingStage
from tracker.rules.letters import LIVE_PLANS, QUIET_ON_PROMISES, is_promised, still_speaks_of, task_ids_of
from tracker.rules.states import ConditionKind, ExtensionStatus, PlanStatus, Scope, TaskStatus, WorkKind
from tracker.rules.workdays import Calendars


class TaskRow(NamedTuple):
    id: int
    plan_id: int
    stage_id: int
    unit_id: int | None
    status: TaskStatus
    due_on: date | None
    original_due_on: date | None
    aim_on: date | None
    chase_count: int
    return_reason: str
    position: int
    task: str  #: the short name of its stage
    unit: str | None
    promised_on: date | None
    heard_on: date | None  #: of work without an end: when it was last confirmed
    opened_on: date | None

    @property
    def stage_label(self) -> str:
        """giai đoạn 5 (Nhập liệu)"""
        return f"giai đoạn {self.position} ({self.task})"


class TaskDetails(NamedTuple):
    """What only letters about a single piece of work say."""

    task_id: int
    start_on: date | None
    opened_on: date | None
    submitted_on: date | None
    completed_on: date | None
    changed_at: datetime
    content: str
    wording: str
    work_kind: WorkKind
    head_position: str | None
    ballots_each: int | None
    round_kind: str  #: of điều tra lại, điều tra bổ sung; "" for work as planned
    ballots_asked: int | None
    sequence: int


class UserRow(NamedTuple):
    id: int
    office_id: int
    username: str
    name: str
    salutation: str
    position: str
    email: str
    phone: str


class ContactRow(NamedTuple):
    id: int
    unit_id: int
    name: str
    salutation: str
    email: str
    phone: str
    link_nonce: str
    bounced_on: date | None
    unit: str
    office_id: int


class HeadRow(NamedTuple):
    unit_id: int
    unit: str
    name: str
    position: str
    office_id: int
    email: str
    link_nonce: str


class OfficeRow(NamedTuple):
    id: int
    name: str
    place: str
    phone: str


class PlanRow(NamedTuple):
    id: int
    office_id: int
    name: str
    short_name: str
    number: str
    issued_on: date | None
    issuer: str
    year: int | None
    status: PlanStatus
    coordinator_id: int | None
    leader_id: int | None


class ReportRow(NamedTuple):
    """A unit's report that waits for a confirmation."""

    task_id: int
    plan_id: int
    position: int
    task: str
    unit: str | None
    submitted_on: date | None
    due_on: date | None


class HandoverRow(NamedTuple):
    """A unit's contact has changed."""

    id: int
    old_name: str
    old_salutation: str
    decided_at: datetime | None


class GateRow(NamedTuple):
    kind: ConditionKind
    share: int
    earlier_position: int | None
    earlier: str | None
    earlier_scope: Scope | None


class ExtensionRow(NamedTuple):
    """A question for more time."""

    id: int
    old_due_on: date
    new_due_on: date
    reason: str
    document: str
    status: ExtensionStatus
    note: str
    number: int  #: the how-manieth of its task


class PublishedRow(NamedTuple):
    """A published version, and the names of the units that hear of it."""

    frozen: Frozen
    names: dict[int, str]


class HeldLetters(NamedTuple):
    """What waits for a click in one plan."""

    letters: int
    people: int
    units: int
    kinds: tuple[str, ...]
    skipped: int
    without_contact: tuple[str, ...]


@dataclass
class Rows:
    """Everything the letters of a batch speak of."""

    today: date
    calendars: Calendars  #: the office's, and those of groups to which units of the letters belong
    tasks: dict[int, TaskRow] = field(default_factory=dict)
    details: dict[int, TaskDetails] = field(default_factory=dict)
    plans: dict[int, PlanRow] = field(default_factory=dict)
    offices: dict[int, OfficeRow] = field(default_factory=dict)
    users: dict[int, UserRow] = field(default_factory=dict)
    contacts: dict[int, ContactRow] = field(default_factory=dict)
    same_person: dict[tuple[str, int], ContactRow] = field(
        default_factory=dict
    )  #: (e-mail, unit id), for letters over several units
    heads: dict[int, HeadRow] = field(default_factory=dict)
    contact_of_unit: dict[int, ContactRow] = field(default_factory=dict)
    waiting_stages: dict[int, list[str]] = field(default_factory=dict)  #: stage id -> labels of stages that wait for it
    gates: dict[int, list[GateRow]] = field(default_factory=dict)
    waived_by: dict[tuple[int, int | None], str] = field(
        default_factory=dict
    )  #: (stage, unit or None for all) -> who answers for it
    chase_days: dict[int, list[date]] = field(default_factory=dict)
    held: dict[int, HeldLetters] = field(default_factory=dict)
    reports: dict[int, list[ReportRow]] = field(default_factory=dict)  #: plan id -> what waits for its coordinator's word
    empty: dict[int, list[EmptyRow]] = field(default_factory=dict)  #: letter -> rungs that nobody holds, which it names
    handovers: dict[int, HandoverRow] = field(default_factory=dict)
    sums: dict[int, PlanSums] = field(default_factory=dict)  #: of plans whose week is told
    extensions: dict[int, ExtensionRow] = field(default_factory=dict)
    published: dict[int, PublishedRow] = field(default_factory=dict)
    seals: dict[int, SealRow] = field(default_factory=dict)  #: opening id -> what was found at a box
    stages_of_plan: dict[int, list[WaitingStage]] = field(default_factory=dict)  #: of plans whose work may be moved

    def waiting_for_word(self, message: OutboxMessage) -> list[ReportRow]:
        """What a coordinator's digest asks him to confirm: the reports that wait now, the oldest first."""
        if not message.facts.get("confirm"):
            return []
        return [report for plan_id in message.facts["plan_ids"] for report in self.reports.get(plan_id, ())]

    def has_more_to_say(self, message: OutboxMessage) -> bool:
        """Whether a digest without a task still has a reason: reports to confirm, rungs that nobody holds."""
        return bool(self.waiting_for_word(message) or self.empty.get(message.id))

    def own_tasks(self, message: OutboxMessage) -> list[TaskRow]:
        """The tasks of a letter whose status still belongs in it, in the order of its facts."""
        found = map(self.tasks.get, task_ids_of(message.facts))
        return [task for task in found if task is not None and still_speaks_of(message.kind, task.status)]

    def live_tasks(self, message: OutboxMessage) -> list[TaskRow]:
        """... and whose plan is asked for."""
        return self.of_live_plans(self.own_tasks(message))

    def of_live_plans(self, tasks: Iterable[TaskRow]) -> list[TaskRow]:
        return [task for task in tasks if self.plans[task.plan_id].status in LIVE_PLANS]

    def promised(self, message: OutboxMessage, own: Sequence[TaskRow]) -> TaskRow | None:
        """Where all late work of a letter that chases is promised for a later day, and nothing else is to be said: one of it."""
        rests = message.kind in QUIET_ON_PROMISES and all(self._rests(message, task) for task in own)
        return own[0] if own and rests and not self.has_more_to_say(message) else None

    def _rests(self, message: OutboxMessage, task: TaskRow) -> bool:
        """A coordinator may chase it all the same: his letter says so (`promised`)."""
        return is_promised(task.promised_on, self.today) and not message.facts.get("promised")
