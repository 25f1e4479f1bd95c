"""The figures kept in BENCH_SHEET as one Markdown table: what, a column a size (SQLite / PostgreSQL), how it grows.

Run: python -m bench.table FILE… (a later line of the same figure counts).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from bench.common import DATABASES, SHAPES

#: How a cost grows with the tasks of a plan; what is not here was measured at one size only.
GROWTH = {
    "lay out a plan": "linear",
    "… rows a second, of bulk INSERT's": "",
    "… memory": "linear",
    "start it and let its letters go": "linear",
    "reminder tick, nothing due": "constant",
    "… SELECT of the due rows alone, nothing due": "constant",
    "reminder tick, 1 % due": "with what is due",
    "… SELECT of the due rows alone, 1 % due": "with what is due",
    "digest in words, one of": "constant",
    "feed of a plan, cold": "linear",
    "feed of a plan, its events kept": "linear",
    "feed of a plan, unchanged (304)": "constant",
    "feed of a person, cold": "constant",
    "feed of a person, its events kept": "constant",
    "feed of a person, unchanged (304)": "constant",
    "backup": "linear",
}


def main(paths: list[str]) -> None:
    figures: dict[str, dict[tuple[int, str], str]] = {}
    for path in paths:
        for line in map(json.loads, Path(path).read_text().splitlines()):
            figures.setdefault(line["what"], {})[line["tasks"], line["database"]] = f"{line['value']} {line['unit']}".strip()
    print("| what | " + " | ".join(f"{tasks:,}" for tasks in SHAPES) + " | growth |")
    print("| --- |" + " --- |" * (len(SHAPES) + 1))
    for what, found in figures.items():
        cells = [_cell([found.get((tasks, database), "") for database in DATABASES]) for tasks in SHAPES]
        print(f"| {what} | " + " | ".join(cells) + f" | {GROWTH.get(what, '')} |")


def _cell(values: list[str]) -> str:
    """ "1.2 / 2.3 ms": the unit once where both have the same."""
    said = [value for value in values if value]
    units = {value.rpartition(" ")[2] for value in said}
    if len(said) == len(values) and len(units) == 1:
        return " / ".join(value.rpartition(" ")[0] for value in said) + f" {units.pop()}"
    return " / ".join(value or "–" for value in values) if said else "–"


if __name__ == "__main__":
    main(sys.argv[1:])
