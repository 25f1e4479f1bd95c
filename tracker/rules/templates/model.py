"""What a template is, and what becomes of it for a year."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from tracker.rules.gates import Condition
from tracker.rules.method import Method
from tracker.rules.reminders import DEFAULT_LADDER, Rung
from tracker.rules.sampling.sizes import QuotaRule
from tracker.rules.schedule import PlanInput, StageInput
from tracker.rules.states import Scope, WorkKind

#: What a role is called where a person fills it in; a role without a name here is shown by its own key.
ROLE_NAMES: dict[str, str] = {
    "office": "Cơ quan thực hiện",
    "superior": "Cơ quan cấp trên",
    "committee": "Cơ quan ban hành",
    "committee_office": "Văn phòng của cơ quan ban hành",
    "desk": "Bộ phận Tiếp nhận và Trả kết quả",
    "units": "Các đơn vị được khảo sát",
    "lower_units": "Các đơn vị cấp dưới được khảo sát",
    "finance": "Cơ quan tài chính",
    "culture": "Cơ quan văn hóa, thông tin",
    "front": "Cơ quan giám sát",
}


@dataclass(frozen=True)
class TemplateStage:
    no: str
    content: str
    short_name: str
    lead: str
    coordinating: str
    wording: str
    scope: Scope
    work_kind: WorkKind
    needs_confirmation: bool | None = None
    waits_for: tuple[int, ...] | None = None  #: its gate: positions of stages, from 1; None: the one before it on the line
    conditions: tuple[Condition, ...] | None = None  #: the whole gate that a plan had when it was kept, instead of `waits_for`
    ladder: tuple[Rung, ...] | None = None  #: its own; None: the template's


@dataclass(frozen=True)
class SampleRule:
    """How many ballots a unit of a group owes; `group` is empty where the rule is for all."""

    group: str
    rule: QuotaRule


@dataclass(frozen=True)
class PlanTemplate:
    """A whole plan as a pattern; `year` is the one its wordings were signed for."""

    key: str
    name: str
    short_name: str
    year: int
    issued_on: date | None
    roles: dict[str, str]  #: role -> the office that held it
    stages: tuple[TemplateStage, ...]
    groups: tuple[tuple[str, int | None], ...] = ()
    ballots: int | None = None
    recheck_percent: int | None = None
    before_is_strict: bool = True
    questionnaire: str = ""  #: key of the ballot form
    source: str = ""  #: the signed document it was taken from
    issuer: str = ""
    ladder: tuple[Rung, ...] = DEFAULT_LADDER
    sample_rules: tuple[SampleRule, ...] = ()
    method: Method | None = None  #: cách khảo sát of the plan it was kept from, instead of questionnaire and sample rules
    units_later: str = ""  #: the group whose units a stage of the plan chooses: they join when the plan runs


@dataclass(frozen=True)
class Anchor:
    """What a new plan's dates hang on: the year of its wordings, its signing day, or its last day backwards."""

    year: int
    signed_on: date | None = None
    last_on: date | None = None


@dataclass(frozen=True)
class DatedRow:
    """A stage as it would be created, for the preview."""

    stage: StageInput
    rule: str  #: how its time was read
    doubts: tuple[str, ...]


@dataclass(frozen=True)
class Instance:
    plan: PlanInput
    rows: tuple[DatedRow, ...] = field(default=())
