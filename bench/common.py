"""What the measurements share: an empty database of either kind, a plan of so many tasks, medians, lines of one form."""

from __future__ import annotations

import json
import math
import os
import signal
import statistics
import tempfile
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, create_engine, insert, select, text
from sqlalchemy.orm import Session

from tests.builders import SMALL_PLAN, Cast, cast
from tests.servers import a_database, postgres
from tracker.clock import ZONE
from tracker.db import prepare_engine
from tracker.models import Base, Contact, Unit
from tracker.rules.schedule import PlanInput
from tracker.wording import search_key

#: tasks -> units × stages: a city, a province, a large one, all communes of a nation with every step of a year, more than that.
SHAPES = {240: (30, 8), 1_128: (141, 8), 10_000: (1_250, 8), 85_000: (3_400, 25), 1_000_000: (40_000, 25)}
SMALL = (240, 1_128, 10_000)
DATABASES = ("sqlite", "postgresql")
NOW = datetime(2021, 6, 21, 7, 30, tzinfo=ZONE)


@contextmanager
def databases(kinds: Iterable[str]) -> Iterator[Callable[[str], str]]:
    """Gives `fresh(kind)`: the address of an empty database with every table; all are gone afterwards."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(postgres()) if "postgresql" in kinds else ""
        made = 0

        def fresh(kind: str) -> str:
            nonlocal made
            made += 1
            url = stack.enter_context(a_database(server)) if kind == "postgresql" else f"sqlite:///{folder}/{made}.sqlite"
            engine = engine_of(url)
            Base.metadata.create_all(engine)
            engine.dispose()
            return url

        yield fresh


def engine_of(url: str) -> Engine:
    engine = create_engine(url)
    prepare_engine(engine)
    return engine


def analyze(engine: Engine) -> None:
    """What either database does by itself within a minute of a large change."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE" if engine.dialect.name == "postgresql" else "ANALYZE"))


def people_of(session: Session, units: int) -> tuple[Cast, list[int]]:
    """An office with its people, and the ids of so many units with one contact each."""
    people = cast(session, units=0)
    names = [f"UBND xã Số {n:05d}" for n in range(1, units + 1)]
    session.execute(insert(Unit), [{"office_id": people.office_id, "name": n, "search_key": search_key(n)} for n in names])
    ids = list(session.scalars(select(Unit.id).order_by(Unit.id)))
    session.execute(
        insert(Contact),
        [{"unit_id": id_, "name": f"Đầu Mối {id_}", "email": f"c{id_}@example.vn", "link_nonce": f"n{id_}"} for id_ in ids],
    )
    return people, ids


def draft_of(stages: int, first_due: date = date(2021, 7, 5)) -> PlanInput:
    """So many stages done by each unit, ten days from one due date to the next."""
    model = SMALL_PLAN.stages[1]
    return replace(
        SMALL_PLAN,
        stages=tuple(
            replace(model, no=str(n + 1), short_name=f"Bước {n + 1}", due_on=first_due + timedelta(days=10 * n))
            for n in range(stages)
        ),
    )


def seconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def milliseconds(act: Callable[[], object], rounds: int, before: Callable[[], object] = lambda: None) -> tuple[float, float]:
    """(median, 95th percentile) of so many rounds, in ms; `before` is not measured."""
    taken = []
    for _ in range(rounds):
        before()
        taken.append(seconds(act) * 1000)
    return statistics.median(taken), p95(taken)


def p95(taken: Sequence[float]) -> float:
    """The smallest of them that 95 in a hundred do not exceed: of twenty the last but one."""
    return sorted(taken)[math.ceil(len(taken) * 0.95) - 1]


@contextmanager
def peak_memory() -> Iterator[Callable[[], float]]:
    """Gives a function that says, in MB, how far above the start this process's memory has been since (Linux)."""
    Path("/proc/self/clear_refs").write_text("5")  # the kernel's mark of the highest begins anew
    before = _status("VmRSS")
    yield lambda: (_status("VmHWM") - before) / 1024


def _status(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def tell(
    what: str,
    tasks: int,
    database: str,
    value: float,
    unit: str = "ms",
    note: str = "",
    *,
    beside: str = "",
    ratio: float | None = None,
) -> None:
    """One figure: a line to read, and a line of JSON in the file BENCH_SHEET, from which `bench.table` makes the tables.

    `tasks` is 0 for what is measured at one size only, which `what` then names; `beside`: its floor, in the same
    run; `ratio`: what an aim holds it to, see `bench.aims`.
    """
    said = "; ".join(part for part in (beside, note) if part)
    size = f"{tasks:,}" if tasks else ""
    load = os.getloadavg()[0]
    print(f"{size:>9}  {database:<10} {what:<58} {figure(value):>9} {unit:<3} {said}  [load {load:.1f}]", flush=True)
    line = {"what": what, "tasks": tasks, "database": database, "value": value, "unit": unit, "note": note, "beside": beside}
    write(line if ratio is None else line | {"ratio": ratio})


def write(line: dict[str, object]) -> None:
    """A line of the sheet, at once: what was measured stays when a later part fails."""
    if sheet := os.environ.get("BENCH_SHEET"):
        with Path(sheet).open("a") as file:
            file.write(json.dumps(line | {"load": round(os.getloadavg()[0], 1)}, ensure_ascii=False) + "\n")


class Attempts:
    """Parts one after the other: one that fails or takes too long is said, and the rest goes on; `failed` at the end."""

    def __init__(self) -> None:
        self.failed: list[str] = []

    @contextmanager
    def at(self, what: str, minutes: float = 0) -> Iterator[None]:
        """`minutes` 0: as long as it takes; one within another has the limit to itself."""

        def stop(*_: object) -> None:
            raise TimeoutError(f"took longer than {minutes:g} minutes")

        before = signal.signal(signal.SIGALRM, stop)
        signal.alarm(round(minutes * 60))
        try:
            yield
        except Exception as error:
            traceback.print_exc()
            print(f"FAILED: {what}: {error!r}", flush=True)
            write({"failed": what, "why": f"{type(error).__name__}: {error}".splitlines()[0][:200]})
            self.failed.append(what)
        finally:
            signal.alarm(0)
            signal.signal(signal.SIGALRM, before)

    def end(self) -> None:
        if self.failed:
            raise SystemExit(f"failed: {', '.join(self.failed)}")


def figure(value: float) -> str:
    """Three digits that count."""
    return f"{value:,.0f}" if value >= 100 or value == 0 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def rounds_of(tasks: int) -> int:
    """At least five rounds; three beside 85,000 tasks, one beside 1,000,000, where a round takes minutes."""
    return 5 if tasks < 85_000 else 3 if tasks < 1_000_000 else 1
