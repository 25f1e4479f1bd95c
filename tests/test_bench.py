"""What the measurements say of themselves: growth in a word, tables into the document, a part that fails."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path

import pytest

from bench import bench_scale, run, table
from bench.common import SHAPES, Attempts, engine_of, tell
from bench.plain_calendar import components, write_plainly
from bench.run import Part
from tracker.models import Base


def at(*values: float, database: str = "sqlite") -> table.Values:
    return {(tasks, database): value for tasks, value in zip((240, 10_000, 1_000_000), values, strict=True)}


@pytest.mark.parametrize(
    ("what", "values", "said"),
    [
        ("tick", at(4, 4, 5), "constant"),
        ("page", at(20, 30, 3_000), "linear"),
        ("page", at(20, 30, 400), "slower than the tasks"),
        ("page", at(20, 30, 30_000), "faster than the tasks"),
        ("round, 1 % due", at(8, 24, 2_400), "with what is due"),
        ("round, 1 % due", at(8, 8, 8), "constant"),
        ("tick", at(4, 4, 5) | at(8, 9, 12, database="postgresql"), "constant"),
        ("page", at(4, 4, 5) | at(8, 9, 900, database="postgresql"), "SQLite constant, PostgreSQL linear"),
        ("page", {(240, "sqlite"): 4.0}, ""),
    ],
)
def test_growth_is_read_from_the_figures(what: str, values: table.Values, said: str) -> None:
    assert table.growth(what, values, "ms") == said


def test_each_figure_is_in_the_tables_of_the_document_between_its_marks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sheet, document = tmp_path / "sheet.jsonl", tmp_path / "PERFORMANCE.md"
    monkeypatch.setenv("BENCH_SHEET", str(sheet))
    for tasks, value in ((240, 4.0), (240, 5.0), (85_000, 6.0)):  # the later one of the same figure counts
        tell("today page, p95", tasks, "sqlite", value)
    tell("today page, p95", 85_000, "postgresql", 7.0)
    tell("cold start", 0, "sqlite", 1.2, "s", "2 × 4", beside="hello page 0.5 s")
    document.write_text(f"Before.\n{table.BEGIN}\nof last year\n{table.END}\nAfter.\n")
    table.put_into(document, table.of([sheet]))
    text = document.read_text()
    assert "| today page, p95 | 5.00 ms / – | – | – | 6.00 / 7.00 ms | – | constant |" in text
    assert "| cold start | 1.20 s | hello page 0.5 s | SQLite; 2 × 4 |" in text
    assert text.startswith("Before.\n")
    assert text.endswith(f"{table.END}\nAfter.\n")
    assert "of last year" not in text


def test_a_document_without_marks_is_left_alone(tmp_path: Path) -> None:
    document = tmp_path / "PERFORMANCE.md"
    document.write_text("Nothing.\n")
    with pytest.raises(SystemExit):
        table.put_into(document, "figures")
    assert document.read_text() == "Nothing.\n"


def test_what_fails_within_a_part_is_said_and_the_rest_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BENCH_SHEET", str(tmp_path / "sheet.jsonl"))
    attempts, done = Attempts(), []
    with attempts.at("one"):
        raise ValueError("broken")
    with attempts.at("two", 1 / 60):
        while True:
            pass
    with attempts.at("three"):
        done.append(3)
    assert done == [3]
    assert attempts.failed == ["one", "two"]
    with pytest.raises(SystemExit, match="one, two"):
        attempts.end()
    assert "one (ValueError: broken); two (TimeoutError: took longer than" in table.of([tmp_path / "sheet.jsonl"])


def test_a_part_that_fails_or_finds_no_time_leaves_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = tmp_path / "sheet.jsonl"
    monkeypatch.setenv("BENCH_SHEET", str(sheet))
    monkeypatch.setattr(run, "TO_END_IN", 0)
    # Each is a process of its own; what it is asked for stands in its command.
    parts = [Part("broken", "no_such_part", 1), Part("whole", "hello", 1)]
    assert run.run_all(parts, minutes=1) == ["broken: exit status 1"]
    assert run.run_all(parts[1:], minutes=0) == ["whole: no time left"]
    assert "whole: broken (exit status 1); whole (no time left)." in table.of([sheet])
    assert run.run_all(parts[1:], minutes=1) == []
    assert "whole: broken (exit status 1)." in table.of([sheet])


def test_the_floor_of_a_calendar_writes_the_same_text() -> None:
    summary = "SUMMARY:Hạn: Thu phiếu\\, phúc tra\\; nhập liệu \\\\ đợt 1\\nở xã An Bì\r\n nh"
    text = f"BEGIN:VCALENDAR\r\n{summary}\r\nEND:VCALENDAR\r\n".encode()
    assert ("SUMMARY", "Hạn: Thu phiếu, phúc tra; nhập liệu \\ đợt 1\nở xã An Bình") in components(text)
    assert components(write_plainly(components(text))) == components(text)


def test_an_aim_is_met_or_not_by_the_figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BENCH_SHEET", str(tmp_path / "sheet.jsonl"))
    tell("lay out a plan", 85_000, "sqlite", 4.0, "s")
    tell("lay out a plan", 85_000, "postgresql", 6.0, "s")
    tell("reminder tick, nothing due", 240, "sqlite", 4.0)
    tell("reminder tick, nothing due", 1_000_000, "sqlite", 5.0)
    tell("plan page, p95", 240, "sqlite", 4.0)  # nothing to compare it with yet
    tell("delivery over 2 connections, server slow", 0, "sqlite", 400, "letters/s", ratio=79)
    tell("delivery over 2 connections, server fast", 0, "sqlite", 400, "letters/s", ratio=101)
    said = table.of([tmp_path / "sheet.jsonl"])
    assert "| lay out 85,000 tasks within 5 s | SQLite 4.00 s, PostgreSQL 6.00 s | SQLite met, PostgreSQL **not met** |" in said
    assert "at 240 | SQLite 1.25 × | met |" in said
    assert (
        "server slow SQLite 79.0 %, server fast SQLite 101 % | server slow SQLite **not met**, server fast SQLite met |" in said
    )
    assert "plan page, p95 at 10,000" not in said


def test_every_part_of_a_plan_is_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight units with two stages: that the measurements still go with the services, not how long these take."""
    sheet = tmp_path / "sheet.jsonl"
    monkeypatch.setenv("BENCH_SHEET", str(sheet))
    monkeypatch.setitem(SHAPES, 16, (8, 2))
    monkeypatch.setattr(bench_scale, "rounds_for", lambda _once: 1)
    attempts, made = Attempts(), count()

    def fresh(_database: str) -> str:
        url = f"sqlite:///{tmp_path / str(next(made))}.sqlite"
        engine = engine_of(url)
        Base.metadata.create_all(engine)
        engine.dispose()
        return url

    bench_scale.measure(16, "sqlite", fresh, list(bench_scale.PARTS), 1, attempts)
    assert attempts.failed == []
    lines = [json.loads(line) for line in sheet.read_text().splitlines()]
    assert {line["tasks"] for line in lines} == {16}
    assert all(line["value"] > 0 for line in lines if line["unit"] in ("s", "ms"))
    said = {line["what"].removesuffix(", p95") for line in lines}
    assert said >= {
        "lay out a plan", "start it and let its letters go", "today page", "plan page", "stage page", "feed of a plan, cold",
        "feed of a person, unchanged (304)", "backup", "… put back", "reminder tick, nothing due", "digest in words, one of",
    }  # fmt: skip
