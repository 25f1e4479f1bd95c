"""The five sample plans: every time in them is read as a person read it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tracker.rules.times import read_time

EXPECTED = Path(__file__).parents[1] / "plans_expected"


def _times() -> list[Any]:
    found = []
    for file in sorted(EXPECTED.glob("*.json")):
        plan = json.loads(file.read_text(encoding="utf-8"))
        rows = [*plan["stages"], *plan.get("milestones", [])]
        if "survey_window" in plan:
            rows.append(plan["survey_window"])
        found += [pytest.param(row, plan["year"], id=f"{file.stem}: {row['time']}") for row in rows]
    return found


@pytest.mark.parametrize(("row", "year"), _times())
def test_time_of_a_sample_plan_is_read_as_expected(row: dict[str, Any], year: int) -> None:
    time = read_time(row["time"], year=year)

    assert (time.start_on.isoformat() if time.start_on else None) == row.get("start")
    assert (time.due_on.isoformat() if time.due_on else None) == row["due"]
    if "kind" in row:
        assert time.kind.value == row["kind"]
    assert not time.doubts


def test_sample_plans_hold_times() -> None:
    assert len(_times()) >= 27
