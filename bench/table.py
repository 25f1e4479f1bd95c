"""The figures kept in sheets as Markdown tables: one plan at each size and how its costs grow, what has one size, slow pages.

Run: python -m bench.table [--into docs/PERFORMANCE.md] [FILE …] (instance/bench-full.jsonl unless named; a later line of the
same figure counts). `--into` writes them between the two marks of that document.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bench import aims
from bench.aims import TITLES
from bench.common import DATABASES, SHAPES, figure
from config import ROOT

BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
#: Up to here what every request costs hides how a cost grows.
SMALL = 10_000
#: The power of the number of tasks with which a cost grows, at most: constant, slower than the tasks, with the tasks.
FLAT, SLOW, LINEAR = 0.1, 0.7, 1.2
#: What grows because more is due, and would not beside a larger plan.
OF_WHAT_IS_DUE = ("1 % due",)
#: What is no cost.
NO_COST = ("%",)

Values = dict[tuple[int, str], float]


def of(sheets: Iterable[Path]) -> str:
    """All tables, with the day, the machine's load and what could not be measured."""
    lines = [json.loads(line) for sheet in sheets for line in sheet.read_text().splitlines()]
    figures = [line for line in lines if "what" in line]
    parts = [_taken(lines), aims.table(figures)]
    parts += [_plans([f for f in figures if f["tasks"]]), _once([f for f in figures if not f["tasks"]])]
    parts += [_pages([line for line in lines if "page" in line]), _failed(lines)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _taken(lines: list[dict[str, Any]]) -> str:
    began = next((line for line in reversed(lines) if "began" in line), {"began": "?", "commit": "?", "cores": "?"})
    loads = [line["load"] for line in lines if "load" in line]
    return (
        f"Taken {began['began'].replace('T', ' ')[:16]}, commit {began['commit']}, {began['cores']} cores, load of the machine "
        f"{min(loads, default=0):.1f}–{max(loads, default=0):.1f} (the measurement's own work included)."
    )


def _plans(lines: list[dict[str, Any]]) -> str:
    if not lines:
        return ""
    found: dict[str, Values] = {}
    units: dict[str, str] = {}
    for line in lines:
        found.setdefault(line["what"], {})[line["tasks"], line["database"]] = line["value"]
        units[line["what"]] = line["unit"]
    rows = ["| SQLite / PostgreSQL | " + " | ".join(f"{tasks:,}" for tasks in SHAPES) + " | growth |"]
    rows.append("| --- |" + " --- |" * (len(SHAPES) + 1))
    for what, values in found.items():
        cells = [_cell([values.get((tasks, database)) for database in DATABASES], units[what]) for tasks in SHAPES]
        rows.append(f"| {what} | " + " | ".join(cells) + f" | {growth(what, values, units[what])} |")
    return "\n".join(rows)


def _cell(values: list[float | None], unit: str) -> str:
    """ "1.2 / 2.3 ms"; "1.2 ms / –": what was not measured."""
    if all(value is not None for value in values):
        return " / ".join(figure(value) for value in values if value is not None) + f" {unit}"
    return " / ".join("–" if value is None else f"{figure(value)} {unit}" for value in values) if any(values) else "–"


def growth(what: str, values: Values, unit: str) -> str:
    """In a word, from the figures; of both databases where they differ."""
    if unit in NO_COST:
        return ""
    said = {database: _grows({tasks: v for (tasks, of), v in values.items() if of == database}) for database in DATABASES}
    said = {database: _due(what, word) for database, word in said.items() if word}
    if len(set(said.values())) == 1:
        return next(iter(said.values()))
    return ", ".join(f"{TITLES[database]} {word}" for database, word in said.items())


def _grows(by_size: dict[int, float]) -> str:
    """From the smallest to the largest plan it is constant, or the upper end says with what power of the tasks it grows."""
    sizes = sorted(tasks for tasks, value in by_size.items() if value > 0)
    if len(sizes) < 2:
        return ""
    large = [tasks for tasks in sizes if tasks >= SMALL]
    whole = _power(by_size, sizes[0], sizes[-1])
    upper = _power(by_size, large[0], large[-1]) if len(large) > 1 else whole
    if whole <= FLAT:
        return "constant"
    if upper <= SLOW:
        return "slower than the tasks"
    return "linear" if upper <= LINEAR else "faster than the tasks"


def _power(by_size: dict[int, float], first: int, last: int) -> float:
    return math.log(by_size[last] / by_size[first]) / math.log(last / first)


def _due(what: str, word: str) -> str:
    return "with what is due" if word not in ("", "constant") and any(words in what for words in OF_WHAT_IS_DUE) else word


def _once(lines: list[dict[str, Any]]) -> str:
    """What has one size, which its name says."""
    if not lines:
        return ""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for line in lines:
        found.setdefault(line["what"], {})[line["database"]] = line
    rows = ["| at one size | figure | beside, in the same run | |", "| --- | --- | --- | --- |"]
    for what, by_database in found.items():
        told = [by_database[database] for database in (*DATABASES, "") if database in by_database]
        value = " / ".join(figure(line["value"]) for line in told) + f" {told[0]['unit']}"
        beside, note = (" / ".join(dict.fromkeys(line[name] for line in told if line[name])) for name in ("beside", "note"))
        where = " / ".join(TITLES[line["database"]] for line in told if line["database"])
        rows.append(f"| {what} | {value} | {beside} | {'; '.join(word for word in (where, note) if word)} |")
    return "\n".join(rows)


def _pages(lines: list[dict[str, Any]]) -> str:
    """Those with a mark; of the others how many there are."""
    by_page = {line["page"]: line for line in lines}
    if not by_page:
        return ""
    marked = [line for line in by_page.values() if line["marks"]]
    few, many = lines[-1]["tasks"]
    rows = [f"| page, {few:,} / {many:,} tasks | p50 ms | p95 ms | statements | KB (gzip) | |", "| --- |" + " --- |" * 5]
    for line in sorted(marked, key=lambda line: -line["p50"][1]):
        cells = [" / ".join(figure(value) for value in line[name]) for name in ("p50", "p95")]
        cells += [" / ".join(str(value) for value in line[name]) for name in ("statements", "kb")]
        rows.append(f"| {line['page']} | " + " | ".join(cells) + f" | {line['marks']} |")
    return "\n".join(rows) + f"\n\nThe other {len(by_page) - len(marked)} of {len(by_page)} pages have no mark."


def _failed(lines: list[dict[str, Any]]) -> str:
    """What went wrong in the last run of each part."""
    by_part: dict[str, list[str]] = {}
    part = ""
    for line in lines:
        if "part" in line:
            part = line["part"]
            by_part[part] = []
        elif "failed" in line:
            by_part.setdefault(part, []).append(f"{line['failed']} ({line['why']})")
    said = "; ".join(failed for of_part in by_part.values() for failed in of_part)
    return f"Not measured, or not whole: {said}." if said else ""


def put_into(document: Path, tables: str) -> None:
    text = document.read_text()
    before, between, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not between or not end:
        raise SystemExit(f"{document} has no marks {BEGIN} … {END}")
    document.write_text(f"{before}{BEGIN}\n{tables}{END}{after}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sheets", type=Path, nargs="*", default=[ROOT / "instance" / "bench-full.jsonl"])
    parser.add_argument("--into", type=Path, help="a document with the marks")
    asked = parser.parse_args()
    tables = of(asked.sheets)
    if asked.into:
        put_into(asked.into, tables)
    else:
        print(tables, end="")


if __name__ == "__main__":
    main()
