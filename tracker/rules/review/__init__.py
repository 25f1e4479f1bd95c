"""A draft under review: what was read, as a person corrects it row by row. Pure: every edit gives a new Review."""

from tracker.rules.review.edits import (
    RowFields,
    add_row,
    correct_facts,
    correct_row,
    merge_with_above,
    move_row,
    remove_row,
    restore_row,
    split_row,
    switch_before,
)
from tracker.rules.review.model import (
    FactFields,
    Review,
    Row,
    Touch,
    plan_input,
    review_from_json,
    review_of,
    review_to_json,
)
from tracker.rules.review.points import Point, blocking_points, open_points, points_of, settle

__all__ = [
    "FactFields",
    "Point",
    "Review",
    "Row",
    "RowFields",
    "Touch",
    "add_row",
    "blocking_points",
    "correct_facts",
    "correct_row",
    "merge_with_above",
    "move_row",
    "open_points",
    "plan_input",
    "points_of",
    "remove_row",
    "restore_row",
    "review_from_json",
    "review_of",
    "review_to_json",
    "settle",
    "split_row",
    "switch_before",
]
