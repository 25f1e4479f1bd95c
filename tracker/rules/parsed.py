"""What is read from a signed plan: every value with the place it came from, and every doubt named."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from tracker.rules.states import Scope, TimeKind, WorkKind
from tracker.wording.dates import date_short


@dataclass(frozen=True)
class Place:
    """Where in the DocumentText something stands: a block, for tables a row and column; optionally the very words."""

    block: int
    row: int | None = None
    column: int | None = None
    words: str = ""


@dataclass(frozen=True)
class Doubt:
    """A point that a person must look at. `key` is one of wording.refusals §6; `sentence` is complete."""

    key: str
    sentence: str
    place: Place | None = None
    stage: int | None = None  #: position (1, 2, …) of the stage it speaks of

    def __str__(self) -> str:
        return self.sentence


@dataclass(frozen=True)
class TimePhrase:
    """How a signed time was read. Nothing is invented: an unreadable part stays empty and is a doubt."""

    wording: str
    kind: TimeKind
    start_on: date | None = None
    due_on: date | None = None
    doubts: tuple[Doubt, ...] = ()
    rule: str = ""  #: the reading rule used, e.g. "before_day_strict"
    rrule: str = ""  #: of RECURRING: an iCalendar RRULE value, "FREQ=MONTHLY;BYMONTHDAY=15"
    anchor: str = ""  #: of RELATIVE, EVENT_RELATIVE: the event, in the words of the plan
    offset_days: int | None = None  #: of RELATIVE: days after (negative: before) the anchor
    offset_workdays: bool = False
    named_day: date | None = None  #: of "trước ngày X": X itself, always shown


@dataclass(frozen=True)
class ParsedStage:
    position: int  #: 1, 2, 3 … in reading order
    no: str  #: as signed, "" when missing
    content: str
    lead: tuple[str, ...]
    coordinating: tuple[str, ...]
    time: TimePhrase
    scope: Scope = Scope.ONCE
    work_kind: WorkKind = WorkKind.OTHER
    short_name: str = ""  #: at most 40 characters
    section: str = ""  #: heading of the section row it stands under
    extra: tuple[tuple[str, str], ...] = ()  #: other columns: (heading, text), e.g. sản phẩm, kinh phí
    place: Place | None = None
    time_place: Place | None = None
    lead_place: Place | None = None


@dataclass(frozen=True)
class ParsedGroup:
    """A group of surveyed units with its quota."""

    name: str
    units: int | None = None
    ballots_each: int | None = None
    ballots: int | None = None
    services: int | None = None
    place: Place | None = None


@dataclass(frozen=True)
class SampleTier:
    """A band of the sample rule: `min`..`max` files a year -> that many ballots (or "100%")."""

    min: int
    max: int | None
    ballots: int | str


@dataclass(frozen=True)
class Milestone:
    """A date that stands only in prose."""

    wording: str
    due_on: date | None
    content: str
    place: Place | None = None


@dataclass(frozen=True)
class DocumentRef:
    """Another signed document this one names."""

    kind: str  #: "Kế hoạch", "Quyết định"
    number: str
    issued_on: date | None
    issuer: str
    role: str = "basis"  #: "basis" (căn cứ) or "parent" (the higher plan carried out)
    place: Place | None = None

    def __str__(self) -> str:
        day = f" ngày {date_short(self.issued_on)}" if self.issued_on else ""
        issuer = f" của {self.issuer}" if self.issuer else ""
        return f"{self.number}{day}{issuer}"


@dataclass(frozen=True)
class PlanFacts:
    """The facts round the timeline."""

    title: str = ""
    number: str | None = None  #: "/KH-UBND" when the number itself is blank
    issued_on: date | None = None
    place: str | None = None
    issuer: str = ""
    signatory: str = ""
    signatory_position: str = ""
    year: int | None = None
    groups: tuple[ParsedGroup, ...] = ()
    units: int | None = None
    ballots: int | None = None
    recheck_percent: int | None = None
    sample_tiers: tuple[SampleTier, ...] = ()
    sample_formula: str = ""  #: e.g. "n = N/(1+N·e²)" as written
    milestones: tuple[Milestone, ...] = ()
    references: tuple[DocumentRef, ...] = ()
    recipients: tuple[str, ...] = ()
    observers: tuple[str, ...] = ()
    survey_window: TimePhrase | None = None
    places: dict[str, Place] = field(default_factory=dict)  #: fact name -> where it stands
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True)
class Timeline:
    """The staged work, in whatever form the plan gives it."""

    form: str = "none"  #: "table", "one cell a line", "list", "prose", "none"
    stages: tuple[ParsedStage, ...] = ()
    #: Undated work named under an office's heading (plans without a timeline): stages too, kind UNDATED.
    duties: tuple[ParsedStage, ...] = ()
    #: Tables that were found and not taken: (place, first row as text).
    other_tables: tuple[tuple[Place, str], ...] = ()
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True)
class ParsedPlan:
    facts: PlanFacts
    timeline: Timeline
    doubts: tuple[Doubt, ...] = ()  #: all of them, in reading order
