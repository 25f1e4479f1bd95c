"""The outbox: letters are put in once, taken back when their reason is gone, claimed, sent and settled.

A row holds facts; words are made at delivery. The unique key, not code, decides that a letter exists once. Delivery is
claim - send - mark: a process claims rows by a conditional update and commits, sends outside any transaction, and settles
each letter in a short transaction of its own. A process that dies between leaves rows in SENDING; they are swept back and
go out again under the same Message-ID.
"""

from tracker.services.outbox.again import readdress
from tracker.services.outbox.delivery import (
    GIVE_UP_AFTER,
    backoff,
    claim,
    count_waiting,
    give_back,
    mark_bounced,
    mark_failed,
    mark_void,
    sweep_stuck,
)
from tracker.services.outbox.held import expire_held, release_held
from tracker.services.outbox.new_letter import NewLetter
from tracker.services.outbox.putting import add_to_waiting, count_of_day, enqueue, enqueue_many
from tracker.services.outbox.sent import SentMarks, mark_sent
from tracker.services.outbox.taking_back import void_for_plan, void_for_promise, void_for_task, void_for_tasks

__all__ = [
    "GIVE_UP_AFTER",
    "NewLetter",
    "SentMarks",
    "add_to_waiting",
    "backoff",
    "claim",
    "count_of_day",
    "count_waiting",
    "enqueue",
    "enqueue_many",
    "expire_held",
    "give_back",
    "mark_bounced",
    "mark_failed",
    "mark_sent",
    "mark_void",
    "readdress",
    "release_held",
    "sweep_stuck",
    "void_for_plan",
    "void_for_promise",
    "void_for_task",
    "void_for_tasks",
]
