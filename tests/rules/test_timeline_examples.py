"""Every layout of the description as an examiner would write it (tests/rules/timeline_examples.py)."""

from __future__ import annotations

import pytest

from tests.rules.timeline_examples import EXAMPLES, Example
from tracker.documents import read_text
from tracker.rules.drafts.timeline import read_timeline


def words(text: str) -> str:
    return " ".join(text.split()).strip(" .;,").lower()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_example_is_read_as_by_a_careful_reader(example: Example) -> None:
    timeline = read_timeline(read_text(example.text), year=2024)
    assert timeline.form == example.form
    assert [stage.time.due_on for stage in timeline.stages] == [row.due for row in example.rows]
    for stage, row in zip(timeline.stages, example.rows, strict=True):
        assert words(row.content) in words(stage.content)
        assert [words(name) for name in stage.lead] == [words(name) for name in row.lead]
        assert [words(name) for name in stage.coordinating] == [words(name) for name in row.coordinating]
        assert words(row.time) in words(stage.time.wording)
        assert bool(row.time) == bool(stage.time.wording)
