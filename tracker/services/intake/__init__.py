"""From a read document to an accepted draft: saved, corrected row by row by several people, accepted, laid over units.

Nothing here parses a file or asks the clock.
"""

from tracker.services.intake.acceptance import (
    accept_draft,
    choose_units,
    create_plan_of_draft,
    refusal_to_accept,
    reopen_draft,
)
from tracker.services.intake.corrections import (
    add_row,
    correct_facts,
    correct_row,
    merge_with_above,
    move_row,
    remove_row,
    restore_row,
    settle_doubt,
    split_row,
    switch_before,
)
from tracker.services.intake.drafts import (
    document_of_draft,
    get_draft,
    known_owners,
    plan_input,
    points_of_draft,
    reading_of_draft,
    review_of_draft,
    same_document,
    same_signed_plan,
    save_draft,
)

__all__ = [
    "accept_draft",
    "add_row",
    "choose_units",
    "correct_facts",
    "correct_row",
    "create_plan_of_draft",
    "document_of_draft",
    "get_draft",
    "known_owners",
    "merge_with_above",
    "move_row",
    "plan_input",
    "points_of_draft",
    "reading_of_draft",
    "refusal_to_accept",
    "remove_row",
    "reopen_draft",
    "restore_row",
    "review_of_draft",
    "same_document",
    "same_signed_plan",
    "save_draft",
    "settle_doubt",
    "split_row",
    "switch_before",
]
