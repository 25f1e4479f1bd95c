"""What was read survives the database letter for letter."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.rules.document import Cell, DocumentText, Line, Table
from tracker.rules.draft_json import (
    document_from_json,
    document_to_json,
    from_json,
    parsed_from_json,
    parsed_to_json,
    to_json,
)
from tracker.rules.parsed import (
    Doubt,
    ParsedPlan,
    ParsedStage,
    Place,
    PlanFacts,
    SampleTier,
    Timeline,
    TimePhrase,
)
from tracker.rules.states import Scope, TimeKind, WorkKind

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
cells = st.builds(Cell, texts, st.booleans(), st.integers(1, 4))
blocks = st.one_of(
    st.builds(Line, st.integers(0, 99), texts),
    st.builds(Table, st.integers(0, 99), st.lists(st.lists(cells, max_size=3).map(tuple), max_size=3).map(tuple)),
)
documents = st.builds(DocumentText, st.lists(blocks, max_size=5).map(tuple), st.lists(texts, max_size=2).map(tuple))


@given(documents)
def test_document_is_read_back_equal(document: DocumentText) -> None:
    assert document_from_json(json.loads(json.dumps(document_to_json(document)))) == document


@pytest.mark.slow
@settings(max_examples=60)
@given(st.from_type(ParsedPlan))
def test_parsed_plan_is_read_back_equal(parsed: ParsedPlan) -> None:
    assert parsed_from_json(json.loads(json.dumps(parsed_to_json(parsed)))) == parsed


def test_only_what_differs_from_the_default_is_kept() -> None:
    stage = ParsedStage(
        1,
        "1",
        "Nhập liệu",
        ("Phòng Nội vụ",),
        (),
        TimePhrase("Trước ngày 20/6/2021", TimeKind.DEADLINE, due_on=date(2021, 6, 19)),
    )
    plan = ParsedPlan(PlanFacts(year=2021), Timeline("table", (stage,)))
    assert parsed_to_json(plan) == {
        "facts": {"year": 2021},
        "timeline": {
            "form": "table",
            "stages": [
                {
                    "position": 1,
                    "no": "1",
                    "content": "Nhập liệu",
                    "lead": ["Phòng Nội vụ"],
                    "coordinating": [],
                    "time": {"wording": "Trước ngày 20/6/2021", "kind": "deadline", "due_on": "2021-06-19"},
                }
            ],
        },
    }


def test_older_form_with_a_field_that_went_away_is_still_read() -> None:
    assert from_json(Place, {"block": 3, "page": 7}) == Place(3)


def test_sample_band_keeps_number_and_text_apart() -> None:
    for tier in (SampleTier(0, 50, "100%"), SampleTier(51, None, 30)):
        assert from_json(SampleTier, to_json(tier)) == tier


def test_closed_sets_come_back_as_themselves() -> None:
    stage = ParsedStage(2, "", "x", (), (), TimePhrase("", TimeKind.UNDATED), Scope.EACH_UNIT, WorkKind.FIELDWORK)
    back = from_json(ParsedStage, to_json(stage))
    assert back.scope is Scope.EACH_UNIT
    assert back.work_kind is WorkKind.FIELDWORK
    assert back.time.kind is TimeKind.UNDATED


@pytest.mark.parametrize("data", [{"block": "3"}, {}, {"block": None}])
def test_something_else_is_refused(data: dict[str, object]) -> None:
    with pytest.raises((ValueError, TypeError)):
        from_json(Place, data)


def test_unknown_types_are_no_silent_text() -> None:
    with pytest.raises(TypeError, match="set has no JSON form"):
        to_json(Doubt("x", {1}))  # type: ignore[arg-type]
