"""What is aimed at, beside what the sheet says: one line of a table an aim, met or not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from bench.common import DATABASES, figure

TITLES = {"sqlite": "SQLite", "postgresql": "PostgreSQL", "": ""}

Line = dict[str, Any]


class Aim(NamedTuple):
    said: str
    what: tuple[str, ...]  #: figures that speak of it, by how their names begin
    of: Callable[[dict[int, float], Line], float]  #: the number that is held to the aim: by size (0: the one size), last line
    unit: str
    most: float = float("inf")
    least: float = 0


def _at(tasks: int) -> Callable[[dict[int, float], Line], float]:
    return lambda by_size, _: by_size[tasks]


def _times(large: int, small: int) -> Callable[[dict[int, float], Line], float]:
    return lambda by_size, _: by_size[large] / by_size[small]


def _ratio(_by_size: dict[int, float], line: Line) -> float:
    return float(line["ratio"])


AIMS = (
    Aim("lay out 85,000 tasks within 5 s", ("lay out a plan",), _at(85_000), "s", most=5),
    Aim("… at a third of bulk INSERT's rows a second or more", ("… rows a second, of bulk",), _at(85_000), "%", least=100 / 3),
    Aim("… under 600 MB", ("… memory",), _at(85_000), "MB", most=600),
    Aim("a tick with nothing due: at 1,000,000 tasks at most 1.5 × as long as at 240", ("reminder tick, nothing due",),
        _times(1_000_000, 240), "×", most=1.5),
    Aim("plan page, p95 at 10,000 tasks at most 3 × that at 240", ("plan page, p95",), _times(10_000, 240), "×", most=3),
    Aim("an unchanged calendar at most 2 × a hello page of the same server", ("unchanged calendar",), _ratio, "×", most=2),
    Aim("a person's calendar in 5 ms, in a plan of 10,000 tasks", ("feed of a person, cold",), _at(10_000), "ms", most=5),
    Aim("a city's calendar in 10 ms once its events are kept", ("feed of a plan, its events kept",), _at(240), "ms", most=10),
    Aim("an unchanged calendar of 1,000,000 tasks in 3 ms", ("feed of a plan, unchanged",), _at(1_000_000), "ms", most=3),
    # As long queues are sent (jobs.deliveries.MANY); one connection stands in the table.
    Aim("delivery at 80 % of smtplib's rate or more", ("delivery over 2 connections, ",), _ratio, "%", least=80),
    Aim("results of 100,000 ballots within 2 s", ("results of 100,000 ballots",), _at(0), "s", most=2),
    Aim("two web workers under 150 MB", ("memory of web workers, 2",), _at(0), "MB", most=150),
    Aim("jobs under 100 MB", ("memory of jobs, 2",), _at(0), "MB", most=100),
    Aim("first page within 1 s of a cold start", ("cold start to the first page",), _at(0), "s", most=1),
)  # fmt: skip


def table(lines: list[Line]) -> str:
    rows = ["| aim | found | |", "| --- | --- | --- |"]
    for aim in AIMS:
        found = list(_found(aim, lines))
        if found:
            # By what is shown: 80 % is not missed by 79.8.
            met = [
                "met" if aim.least <= float(figure(value).replace(",", "")) <= aim.most else "**not met**" for _, value in found
            ]
            values = ", ".join(f"{name} {figure(value)} {aim.unit}".strip() for name, value in found)
            verdict = (
                met[0] if len(set(met)) == 1 else ", ".join(f"{name} {word}" for (name, _), word in zip(found, met, strict=True))
            )
            rows.append(f"| {aim.said} | {values} | {verdict} |")
    return "\n".join(rows) if len(rows) > 2 else ""


def _found(aim: Aim, lines: list[Line]) -> Iterator[tuple[str, float]]:
    """(which database or case, number) of each that was measured at all the sizes it takes."""
    own = [line for line in lines if line["what"].startswith(aim.what)]
    cases = dict.fromkeys(line["what"] for line in own)
    for case in cases:
        for database in (*DATABASES, ""):
            of_case = [line for line in own if line["what"] == case and line["database"] == database]
            try:
                value = aim.of({line["tasks"]: line["value"] for line in of_case}, of_case[-1])
            except (IndexError, KeyError):
                continue
            yield (f"{case.partition(', ')[2] or case} {TITLES[database]}" if len(cases) > 1 else TITLES[database]).strip(), value
