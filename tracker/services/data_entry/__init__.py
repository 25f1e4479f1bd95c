"""Nhập liệu: ballots keyed once, a share of them keyed again by somebody else, differences settled on the paper, files taken in.

Every act locks the plan's row first, so that none slips through while its gate shuts.
"""

from tracker.services.data_entry.counts import complete_units, units_entries
from tracker.services.data_entry.discarding import discard_by_number, restore_ballot
from tracker.services.data_entry.importing import Imported, SentFile, import_entries, known_import, plan_questionnaires
from tracker.services.data_entry.keeping import TakenBack, discard_ballot, keep_entry, last_of, take_back
from tracker.services.data_entry.once import Kept, Typed
from tracker.services.data_entry.refusals import BallotRefused
from tracker.services.data_entry.rooms import Doors, Room, doors_of, enter, look_in, refusals_to_enter
from tracker.services.data_entry.second import ClerkQuality, clerk_qualities, keep_second_entry
from tracker.services.data_entry.settling import Choice, settle

__all__ = [
    "BallotRefused",
    "Choice",
    "ClerkQuality",
    "Doors",
    "Imported",
    "Kept",
    "Room",
    "SentFile",
    "TakenBack",
    "Typed",
    "clerk_qualities",
    "complete_units",
    "discard_ballot",
    "discard_by_number",
    "doors_of",
    "enter",
    "import_entries",
    "keep_entry",
    "keep_second_entry",
    "known_import",
    "last_of",
    "look_in",
    "plan_questionnaires",
    "refusals_to_enter",
    "restore_ballot",
    "settle",
    "take_back",
    "units_entries",
]
