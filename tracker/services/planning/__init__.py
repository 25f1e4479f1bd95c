"""From an accepted draft to a running plan: create, activate, release the first letters, pause, remove the sample."""

from tracker.services.planning.creating import create_plan, method_to_come, preview
from tracker.services.planning.first_letters import enqueue_first_letters, units_without_contact
from tracker.services.planning.one_plan import check_running, coordinator_of, get_plan
from tracker.services.planning.running import activate_plan, pause_plan, release_letters, resume_plan
from tracker.services.planning.sample import remove_sample

__all__ = [
    "activate_plan",
    "check_running",
    "coordinator_of",
    "create_plan",
    "enqueue_first_letters",
    "get_plan",
    "method_to_come",
    "pause_plan",
    "preview",
    "release_letters",
    "remove_sample",
    "resume_plan",
    "units_without_contact",
]
