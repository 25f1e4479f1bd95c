"""Every measurement, one process after the other, within so many minutes: `make bench` and `make bench-full`.

Run: python -m bench.run [--small] [--minutes 50] [--only PART …]. What was measured is in the sheet (BENCH_SHEET, else
instance/bench.jsonl or bench-full.jsonl) as soon as it is. A part that fails, takes too long or finds no time left says so in
the sheet too, the rest goes on, and the exit status is 1.
"""

from __future__ import annotations

import argparse
import os
import resource
import signal
import subprocess
import sys
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from bench import table
from bench.common import write
from config import ROOT
from tests.servers import postgres
from tracker.clock import ZONE


class Part(NamedTuple):
    name: str
    command: str  #: module of bench, and what it is asked for
    minutes: float  #: it may take; some three times what it takes on a quiet machine


SMALL = (
    Part("small plans", "bench_scale", 8),
    Part("unchanged calendars over HTTP", "bench_server", 2),
)
#: What the targets speak of first, what has been measured beside one size only last.
FULL = (
    *SMALL,
    Part("cold start and memory", "bench_start", 3),
    Part("delivery", "bench_delivery", 7),
    Part("results of 100,000 ballots", "bench_results", 3),
    Part("85,000 tasks, SQLite", "bench_scale --tasks 85000 --databases sqlite", 6),
    Part("85,000 tasks, PostgreSQL", "bench_scale --tasks 85000 --databases postgresql", 6),
    Part("1,000,000 tasks, SQLite", "bench_scale --tasks 1000000 --databases sqlite", 18),
    Part("1,000,000 tasks, PostgreSQL", "bench_scale --tasks 1000000 --databases postgresql", 18),
    Part("every page", "bench_pages", 6),
    Part("publication of 100,000 ballots", "bench_publication", 4),
    Part("data entry", "bench_entry", 7),
    Part("reading plans", "bench_reading", 2),
    Part("letters lost and repeated", "bench_lost_letters", 2),
    Part("the morning's round beside 1,000,000 tasks and 250,000 letters", "bench_ladders", 5),
)
#: Time a part is given to tidy up (temporary databases, servers) before it is killed.
TO_END_IN = 20


def run(part: Part, minutes: float) -> str:
    """ "" when it went well, else why not."""
    started, busy = time.monotonic(), _busy()
    if minutes * 60 < 1:
        return "no time left"
    command = [sys.executable, "-m", *f"bench.{part.command}".split()]
    process = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
    try:
        code = process.wait(minutes * 60)
    except subprocess.TimeoutExpired:
        return f"stopped after {minutes:.1f} minutes"
    finally:
        _end(process)
        took = (time.monotonic() - started) / 60
        print(f"== {part.name}: {took:.1f} minutes, {_busy() - busy:.1f} of processor besides PostgreSQL's", flush=True)
    return f"exit status {code}" if code else ""


def _busy() -> float:
    """Minutes of processor of all parts so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (used.ru_utime + used.ru_stime) / 60


def _end(process: subprocess.Popen[bytes]) -> None:
    """And what it started: all are of one group, which only it made."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(TO_END_IN)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def run_all(parts: list[Part], minutes: float) -> list[str]:
    """What did not go well, a line each."""
    failed = []
    end = time.monotonic() + minutes * 60
    for part in parts:
        print(f"== {part.name} ({part.command})", flush=True)
        write({"part": part.name})
        if why := run(part, min(part.minutes, (end - time.monotonic() - TO_END_IN) / 60)):
            print(f"FAILED: {part.name}: {why}", flush=True)
            write({"failed": part.name, "why": why})
            failed.append(f"{part.name}: {why}")
    return failed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="plans of 240 to 10,000 tasks only")
    parser.add_argument("--minutes", type=float, default=50, help="for all; what finds no time left is not measured")
    parser.add_argument(
        "--only", nargs="*", default=[], help="parts whose name or command holds one of these; added to the sheet"
    )
    asked = parser.parse_args()
    sheet = Path(os.environ.get("BENCH_SHEET") or ROOT / "instance" / ("bench.jsonl" if asked.small else "bench-full.jsonl"))
    sheet.parent.mkdir(exist_ok=True)
    if not asked.only:
        sheet.unlink(missing_ok=True)
    parts = [p for p in (SMALL if asked.small else FULL) if not asked.only or any(w in p.name + p.command for w in asked.only)]
    os.environ["BENCH_SHEET"] = str(sheet.resolve())
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    write({"began": datetime.now(ZONE).isoformat(timespec="minutes"), "commit": commit.stdout.strip(), "cores": os.cpu_count()})
    signal.signal(signal.SIGINT, signal.default_int_handler)  # in the background of a script it would be ignored, here and there
    with postgres() as server:
        os.environ["TEST_DATABASE_URL"] = server  # one for all: each makes databases of its own
        failed = run_all(parts, asked.minutes)
    print(table.of([sheet]))
    print(f"The figures are in {sheet}; python -m bench.table --into docs/PERFORMANCE.md {sheet} puts them into the document.")
    if failed:
        raise SystemExit("NOT MEASURED OR NOT WHOLE:\n  " + "\n  ".join(failed))


if __name__ == "__main__":
    main()
