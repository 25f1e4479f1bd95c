"""The closed sets of the domain and the allowed moves, as tables.

Status is set by people; standing is derived from the day and never stored (rules/standing.py).
The string values are what the database and the JSON of the commands carry.
"""

from __future__ import annotations

from enum import StrEnum


class TimeKind(StrEnum):
    """How a plan words the time of a piece of work."""

    DEADLINE = "deadline"
    WINDOW = "window"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    CONTINUOUS = "continuous"
    RECURRING = "recurring"
    RELATIVE = "relative"
    EVENT_RELATIVE = "event-relative"
    UNDATED = "undated"
    UNPARSABLE = "unparsable"


class Scope(StrEnum):
    """One common task, or one task for each surveyed unit."""

    ONCE = "once"
    EACH_UNIT = "each unit"


class WorkKind(StrEnum):
    """What a stage is for; decides which room its gate opens."""

    PREPARATION = "preparation"
    INFORMATION = "information"
    TRAINING = "training"
    FIELDWORK = "fieldwork"
    RECHECK = "recheck"
    DATA_ENTRY = "data_entry"
    ANALYSIS = "analysis"
    REPORT = "report"
    PUBLICATION = "publication"
    MONITORING = "monitoring"
    OTHER = "other"


class PlanStatus(StrEnum):
    NOT_STARTED = "not_started"
    RUNNING = "running"
    PAUSED = "paused"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class TaskStatus(StrEnum):
    NOT_OPEN = "not_open"
    IN_PROGRESS = "in_progress"
    SUBMITTED = "submitted"
    DONE = "done"
    PAUSED = "paused"
    CANCELLED = "cancelled"


class Standing(StrEnum):
    ON_TRACK = "on_track"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    NO_DUE_DATE = "no_due_date"
    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"
    DONE_NO_DUE_DATE = "done_no_due_date"


class ConditionKind(StrEnum):
    """What a gate asks for; several are joined by "and"."""

    STAGE_DONE = "stage_done"  # a stage done once for all, or every unit's share of it
    UNITS_SHARE = "units_share"  # at least `share` percent of the units have done it
    OWN_TASK_DONE = "own_task_done"  # per unit: this unit has done its own share of it
    START_DATE = "start_date"  # not before the stage's own first day
    QUOTA_MET = "quota_met"  # valid ballots >= quota, per unit where the stage before is each unit's
    RECHECKED = "rechecked"  # the plan's percent is rechecked, mismatches settled, the verdict signed
    ENTRIES_COMPLETE = "entries_complete"  # entries = valid ballots and no difference open
    APPROVED = "approved"  # the result is approved with number, date and signer


class Role(StrEnum):
    """Roles of users who sign in. Contacts (đầu mối) are no users."""

    ADMIN = "admin"
    COORDINATOR = "coordinator"
    LEADER = "leader"
    CLERK = "clerk"
    RECHECKER = "rechecker"
    OBSERVER = "observer"


class LetterStatus(StrEnum):
    HELD = "held"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"  # will be tried again at `not_before`
    BOUNCED = "bounced"
    VOID = "void"
    SKIPPED = "skipped"


class NoticeStatus(StrEnum):
    """What became of one rung of the ladder for one task and one person."""

    QUEUED = "queued"
    SENT = "sent"
    VOID = "void"  # the task was done, moved, paused or cancelled first
    SKIPPED = "skipped"  # its day was past when the task opened, or a click had chased just before it
    EMPTY = "empty"  # nobody holds the role


class ExtensionStatus(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class HandoverStatus(StrEnum):
    """What became of a contact's "tôi không còn phụ trách"."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class DayKind(StrEnum):
    HOLIDAY = "holiday"
    SUBSTITUTE = "substitute"
    SWAPPED_OFF = "swapped_off"
    MAKE_UP = "make_up"


class DraftStatus(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    SUPERSEDED = "superseded"


class QuotaKind(StrEnum):
    """How the number of ballots of a unit is set (rules/sampling)."""

    FLAT = "flat"
    PRODUCT = "product"
    BANDS = "bands"
    YAMANE = "yamane"
    COCHRAN = "cochran"
    CENSUS = "census"
    OPEN = "open"


class DiscardReason(StrEnum):
    """Why a collected ballot does not count."""

    ANSWERED_BY_OFFICIAL = "answered_by_official"
    BLANK = "blank"
    SEVERAL_CHOICES = "several_choices"
    NUMBER_REPEATED = "number_repeated"
    UNREADABLE = "unreadable"
    NOT_ELIGIBLE = "not_eligible"
    OTHER = "other"  # needs a note


class BoxState(StrEnum):
    """How a ballot box stands."""

    SEALED = "sealed"
    BROKEN = "broken"  # found broken, waits for the head's word
    DECIDED = "decided"  # the head has spoken, the box is not counted yet
    REMOVED = "removed"


class BallotStatus(StrEnum):
    VALID = "valid"
    DISCARDED = "discarded"


class PublicationStatus(StrEnum):
    DRAFT = "draft"
    APPROVED = "approved"
    PUBLISHED = "published"
    CORRECTED = "corrected"  # a later version has taken its place; it can still be read


class RecheckOutcome(StrEnum):
    MATCH = "match"
    MISMATCH = "mismatch"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"


class MismatchKind(StrEnum):
    FACT = "fact"
    SERIOUS = "serious"  # never surveyed, filled in by an official or the interviewer, told what to answer


class RecheckDecision(StrEnum):
    """What the rule proposes for a unit after a recheck; a coordinator signs it."""

    CONTINUE = "continue"
    PASS = "pass"  # noqa: S105 - a verdict
    SECOND_STAGE = "second_stage"
    FAIL = "fail"
    UNDECIDED = "undecided"


class SecondEntryReason(StrEnum):
    """Why a ballot is keyed again by another person."""

    TRIAL = "trial"  # one of a new clerk's first ten; not counted in the rate
    DRAWN = "drawn"  # of the clerk's share
    BATCH = "batch"  # the clerk was over the limit: everything again


#: Statuses in which work is still expected.
OPEN_STATUSES = (TaskStatus.IN_PROGRESS, TaskStatus.SUBMITTED)
FINISHED_STATUSES = (TaskStatus.DONE, TaskStatus.CANCELLED)


class Move(StrEnum):
    """What someone does to a task."""

    OPEN = "open"
    COMPLETE = "complete"
    CONFIRM = "confirm"
    RETURN = "return"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"
    RELOCK = "relock"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"


#: (status, move) -> status. A pair that is not here is refused.
#: COMPLETE ends in SUBMITTED instead of DONE where the stage asks for confirmation.
MOVES: dict[tuple[TaskStatus, Move], TaskStatus] = {
    (TaskStatus.NOT_OPEN, Move.OPEN): TaskStatus.IN_PROGRESS,
    (TaskStatus.NOT_OPEN, Move.CANCEL): TaskStatus.CANCELLED,
    (TaskStatus.IN_PROGRESS, Move.COMPLETE): TaskStatus.DONE,
    (TaskStatus.IN_PROGRESS, Move.RELOCK): TaskStatus.NOT_OPEN,
    (TaskStatus.IN_PROGRESS, Move.PAUSE): TaskStatus.PAUSED,
    (TaskStatus.IN_PROGRESS, Move.CANCEL): TaskStatus.CANCELLED,
    (TaskStatus.SUBMITTED, Move.CONFIRM): TaskStatus.DONE,
    (TaskStatus.SUBMITTED, Move.RETURN): TaskStatus.IN_PROGRESS,
    (TaskStatus.SUBMITTED, Move.WITHDRAW): TaskStatus.IN_PROGRESS,
    (TaskStatus.SUBMITTED, Move.CANCEL): TaskStatus.CANCELLED,
    (TaskStatus.DONE, Move.REOPEN): TaskStatus.IN_PROGRESS,
    (TaskStatus.PAUSED, Move.RESUME): TaskStatus.IN_PROGRESS,
    (TaskStatus.PAUSED, Move.CANCEL): TaskStatus.CANCELLED,
}


def status_after(status: TaskStatus, move: Move, *, needs_confirmation: bool = False) -> TaskStatus | None:
    """The status a move leads to, or None where the move is not allowed from `status`."""
    after = MOVES.get((status, move))
    if after is TaskStatus.DONE and move is Move.COMPLETE and needs_confirmation:
        return TaskStatus.SUBMITTED
    return after
