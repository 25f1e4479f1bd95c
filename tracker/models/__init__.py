"""The tables. Import from here, so that every table is known to the metadata."""

from tracker.models.base import Base
from tracker.models.catalogue import CalendarDay, PlanTemplateRow
from tracker.models.organisation import Contact, Office, SignInAttempt, Unit, UnitGroup, User
from tracker.models.plans import Extension, GateCondition, Plan, PlanDraft, PlanUnit, Stage, Task
from tracker.models.records import FeedToken, JobRun, JournalEntry, JournalHead, Lease, Notice, OutboxMessage, OutboxTask

__all__ = [
    "Base",
    "CalendarDay",
    "Contact",
    "Extension",
    "FeedToken",
    "GateCondition",
    "JobRun",
    "JournalEntry",
    "JournalHead",
    "Lease",
    "Notice",
    "Office",
    "OutboxMessage",
    "OutboxTask",
    "Plan",
    "PlanDraft",
    "PlanTemplateRow",
    "PlanUnit",
    "SignInAttempt",
    "Stage",
    "Task",
    "Unit",
    "UnitGroup",
    "User",
]
