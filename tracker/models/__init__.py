"""The tables. Import from here, so that every table is known to the metadata."""

from tracker.models.base import Base
from tracker.models.catalogue import CalendarDay, PlanTemplateRow
from tracker.models.fieldwork import Ballot, BallotBox, BoxOpening, LedgerLine, StoredFile
from tracker.models.organisation import Contact, Deputy, Handover, Office, SignInAttempt, Unit, UnitGroup, User
from tracker.models.plans import Extension, GateCondition, Plan, PlanDraft, PlanUnit, Stage, Task, Waiver
from tracker.models.records import FeedToken, JobRun, JournalEntry, JournalHead, Lease, Notice, OutboxMessage, OutboxTask
from tracker.models.results import (
    EarlierResult,
    Entry,
    EntryDifference,
    EntryImport,
    Publication,
    PublicationFile,
    RecheckDraw,
    RecheckItem,
    RecheckSeed,
)

__all__ = [
    "Ballot",
    "BallotBox",
    "Base",
    "BoxOpening",
    "CalendarDay",
    "Contact",
    "Deputy",
    "EarlierResult",
    "Entry",
    "EntryDifference",
    "EntryImport",
    "Extension",
    "FeedToken",
    "GateCondition",
    "Handover",
    "JobRun",
    "JournalEntry",
    "JournalHead",
    "Lease",
    "LedgerLine",
    "Notice",
    "Office",
    "OutboxMessage",
    "OutboxTask",
    "Plan",
    "PlanDraft",
    "PlanTemplateRow",
    "PlanUnit",
    "Publication",
    "PublicationFile",
    "RecheckDraw",
    "RecheckItem",
    "RecheckSeed",
    "SignInAttempt",
    "Stage",
    "StoredFile",
    "Task",
    "Unit",
    "UnitGroup",
    "User",
    "Waiver",
]
