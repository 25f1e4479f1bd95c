"""The five signed sample plans, read whole (tests/plans_expected/*.json)."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from tests.rules.scans import SCANNED
from tracker.documents import read_text
from tracker.rules.drafts import parse, to_expected_json
from tracker.rules.parsed import ParsedPlan, ParsedStage
from tracker.rules.states import Scope, TimeKind

ROOT = Path(__file__).parents[2]
SAMPLES = ("ca-mau-2014", "cam-ranh-2021", "ha-dong-2020", "quang-thanh-2024", "van-thang-2023")


def plan(name: str) -> ParsedPlan:
    return parse(read_text((ROOT / "seeds" / "plans" / f"{name}.txt").read_text(encoding="utf-8")))


def expected(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / "tests" / "plans_expected" / f"{name}.json").read_text(encoding="utf-8"))
    return found


def words(text: str) -> str:
    return " ".join(text.split()).lower()


@pytest.mark.parametrize("name", SAMPLES)
def test_stages_are_read_as_by_a_careful_reader(name: str) -> None:
    read, wanted = to_expected_json(plan(name)), expected(name)
    assert read["form"] == wanted["form"]
    exact = ("no", "time", "kind", "start", "due", "scope")
    assert [{key: s[key] for key in exact} for s in read["stages"]] == [{key: s[key] for key in exact} for s in wanted["stages"]]
    for stage, want in zip(read["stages"], wanted["stages"], strict=True):
        assert words(want["content"]) in words(stage["content"])
        for side in ("lead", "coordinating"):
            assert all(words(name) in words(", ".join(stage[side])) for name in want[side])
            assert bool(stage[side]) == bool(want[side])


@pytest.mark.parametrize("name", SAMPLES)
def test_the_json_has_every_expected_key(name: str) -> None:
    wanted = {key for key in expected(name) if key != "note"}
    assert wanted <= set(to_expected_json(plan(name)))


def test_duties_of_a_plan_without_timeline_are_counted_by_office() -> None:
    read = to_expected_json(plan("ha-dong-2020"))
    assert read["duties"] == expected("ha-dong-2020")["duties"]
    duties = plan("ha-dong-2020").timeline.duties
    assert {duty.time.kind for duty in duties} == {TimeKind.UNDATED}
    assert [duty.scope for duty in duties].count(Scope.EACH_UNIT) == 4
    assert duties[1].coordinating == ("Mặt trận tổ quốc Việt Nam quận Hà Đông", "Hội Cựu Chiến binh quận")


def test_tables_that_are_no_timeline_are_kept_beside_it() -> None:
    others = [first for _, first in plan("quang-thanh-2024").timeline.other_tables]
    assert any(first.startswith("Số lượt giao dịch") for first in others)


def test_short_names_of_cam_ranh_fit_a_narrow_column() -> None:
    assert [stage.short_name for stage in plan("cam-ranh-2021").timeline.stages] == [
        "Xây dựng kế hoạch",
        "Cung cấp thông tin, số liệu",
        "Triển khai điều tra khảo sát",
        "Thu phiếu, phúc tra",
        "Nhập phiếu",
        "Phân tích và kết xuất dữ liệu",
        "Tổng hợp báo cáo kết quả điều tra",
        "Công bố báo cáo kết quả điều tra",
    ]


def test_places_name_the_lines_of_the_signed_text() -> None:
    text = (ROOT / "seeds" / "plans" / "ca-mau-2014.txt").read_text(encoding="utf-8").splitlines()
    for stage in plan("ca-mau-2014").timeline.stages:
        assert stage.place is not None
        assert stage.time_place is not None
        assert stage.place.words in text[stage.place.block]
        assert stage.time.wording in text[stage.time_place.block]


@pytest.mark.parametrize("name", SAMPLES)
def test_a_badly_scanned_plan_never_gives_another_day_without_a_doubt(name: str) -> None:
    """Three in a hundred figures damaged, twelve times over: a stage has its day, none, or a doubt."""
    text = (ROOT / "seeds" / "plans" / f"{name}.txt").read_text(encoding="utf-8")
    signed = stages_of(text)
    for seed in range(12):
        chance = random.Random(seed)
        damaged = "".join(chance.choice(SCANNED[c]) if c in SCANNED and chance.random() < 0.03 else c for c in text)
        found = stages_of(damaged)
        if len(found) != len(signed):
            continue  # a heading of its own is gone or new: which row is which is no longer known
        for before, after in zip(signed, found, strict=True):
            same = (before.time.start_on, before.time.due_on) == (after.time.start_on, after.time.due_on)
            dated = after.time.start_on is not None or after.time.due_on is not None
            assert same or not dated or after.time.doubts, after.time.wording


def stages_of(text: str) -> list[ParsedStage]:
    timeline = parse(read_text(text)).timeline
    return [*timeline.stages, *timeline.duties]
