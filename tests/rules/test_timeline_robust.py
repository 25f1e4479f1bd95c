"""No text breaks the reading or makes it slow: mutated samples, random lines, large tables."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules.timeline_examples import EXAMPLES
from tests.rules.timeline_forms import AFTER, BEFORE, HEADINGS, ROWS, WRITERS
from tracker.rules.document import Cell, DocumentText, Line, Table
from tracker.rules.drafts.timeline import read_timeline
from tracker.rules.parsed import Timeline

ROOT = Path(__file__).parents[2]
TEXTS = (
    *(path.read_text(encoding="utf-8") for path in sorted((ROOT / "seeds" / "plans").glob("*.txt"))),
    *(BEFORE + write(HEADINGS, ROWS) + AFTER for write in WRITERS.values()),
    *(example.text for example in EXAMPLES),
)
NOISE = ("0", "1", "l", "|", "\t", " ", "", "\n", "ọ", ",", ":", ";", "-", "(", ")", "“", "  ", "+--+")


def read(text: str) -> Timeline:
    return read_timeline(DocumentText(tuple(Line(i, line) for i, line in enumerate(text.split("\n")))), year=2024)


def mutated(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    cut = chance.randrange(len(lines))
    how = chance.randrange(6)
    if how == 0:
        lines = lines[:cut]
    elif how == 1:
        lines = lines[cut:]
    elif how == 2:
        for _ in range(5):
            at = chance.randrange(len(lines))
            lines.insert(at, lines[at])
    elif how == 3:
        chance.shuffle(lines)
    elif how == 4:
        lines = [line for line in lines if chance.random() > 0.2]
    letters = list("\n".join(lines))
    if letters and chance.random() < 0.6:
        for _ in range(max(1, len(letters) // 50)):
            letters[chance.randrange(len(letters))] = chance.choice(NOISE)
    return "".join(letters)


@pytest.mark.parametrize("seed", range(120))
def test_a_damaged_plan_is_still_read(seed: int) -> None:
    chance = random.Random(seed)
    timeline = read(mutated(chance.choice(TEXTS), chance))
    assert [stage.position for stage in timeline.stages] == list(range(1, len(timeline.stages) + 1))
    assert all(len(stage.short_name) <= 40 and stage.place is not None for stage in (*timeline.stages, *timeline.duties))
    assert (timeline.form == "none") == (not timeline.stages and not timeline.duties)


@pytest.mark.parametrize("form", ["tabs", "bars", "markdown", "cell_lines_with_tabs", "cell_lines"])
def test_a_doubled_row_doubles_its_stage_and_no_other(form: str) -> None:
    rows = [*ROWS[:3], ROWS[2], *ROWS[3:]]
    timeline = read(BEFORE + WRITERS[form](HEADINGS, rows) + AFTER)
    assert [stage.no for stage in timeline.stages] == [row[0] for row in rows]
    assert [stage.time.wording for stage in timeline.stages] == [row[4] for row in rows]


WORDS = [
    "TT",
    "Nội dung",
    "Thời gian",
    "Chủ trì",
    "1",
    "2.",
    "a)",
    "I.",
    "-",
    "|",
    "\t",
    "\n",
    "\n\n",
    "    ",
    "Phòng Nội vụ",
    "Tháng 3/2024",
]
WORDS += [
    "Xây dựng kế hoạch",
    "trước ngày 20/6",
    "Giai đoạn 1:",
    "Đơn vị chủ trì:",
    "Thường xuyên",
    "Giao",
    "phối hợp với",
    "+---+",
    "---",
    "Nơi nhận:",
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=60))
def test_any_sequence_of_a_plans_words_is_read(parts: list[str]) -> None:
    assert read(" ".join(parts)).form in ("table", "one cell a line", "list", "prose", "none")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(st.builds(Cell, st.sampled_from([*WORDS[:10], *WORDS[14:], ""]), st.booleans(), st.integers(1, 3)), max_size=6),
        max_size=8,
    )
)
def test_any_real_table_is_read(rows: list[list[Cell]]) -> None:
    width = max((len(row) for row in rows), default=0)
    table = Table(0, tuple((*row, *[Cell("")] * (width - len(row))) for row in rows))
    assert len(read_timeline(DocumentText((table,)), year=2024).stages) <= len(rows)


@pytest.mark.parametrize("form", ["tabs", "markdown", "cell_lines", "lone_bars", "lined_up"])
def test_two_hundred_rows_take_no_long_time(form: str) -> None:
    rows = [(str(i + 1), f"{ROWS[i % 7][1]} lần {i}", *ROWS[i % 7][2:]) for i in range(200)]
    text = BEFORE + WRITERS[form](HEADINGS, rows) + AFTER
    read(BEFORE + WRITERS[form](HEADINGS, ROWS) + AFTER)
    begun = time.process_time()
    timeline = read(text)
    assert len(timeline.stages) == 200
    assert time.process_time() - begun < 15  # a blow-up takes minutes; speed itself is measured in bench/


@pytest.mark.parametrize(
    "line", ["-" * 5000, "|" * 3000, "\t" * 3000, "1. " * 2000, "Nội dung\t" * 500, "từ " * 3000, "(" * 3000, "và, " * 2000]
)
def test_a_strange_long_line_takes_no_long_time(line: str) -> None:
    begun = time.process_time()
    read("\n".join([line] * 5))
    assert time.process_time() - begun < 15
