"""Gates at work: what may open opens, in the transaction of whatever made it possible; letters of opening are queued.

Called after each completed task, each change of the ballots, and each morning (for stages that wait for a day).
"""

from tracker.services.openings.opening import open_what_may_open
from tracker.services.openings.reading import gate_of_task, gate_reader
from tracker.services.openings.shutting import Change, after_change, blocked_again, relock
from tracker.services.openings.told import Opened, announce, letter_time, name_of_task, stage_name

__all__ = [
    "Change",
    "Opened",
    "after_change",
    "announce",
    "blocked_again",
    "gate_of_task",
    "gate_reader",
    "letter_time",
    "name_of_task",
    "open_what_may_open",
    "relock",
    "stage_name",
]
