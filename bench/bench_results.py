"""Results of 100,000 ballots of twenty-three questions in 300 units, from the raw answers in a database: time and peak memory.

Run: python -m bench.bench_results [ballots] [units] [database url]   (of either kind a new one unless a URL is given)
"""

from __future__ import annotations

import random
import resource
import statistics
import subprocess
import sys
import time

from sqlalchemy import insert
from sqlalchemy.orm import Session

from bench.common import DATABASES, databases, engine_of, tell
from tests.builders import START, cast, running_plan
from tracker.method_seeds import formulas
from tracker.models import Ballot, Base, Entry
from tracker.queries import results
from tracker.questionnaire_seeds import seed_questionnaires
from tracker.rules.results import make_result
from tracker.services import questionnaires

SOURCES = results.Sources({questionnaires.key_of(form): form for form in seed_questionnaires()}, formulas())
AT_ONCE = 5_000
ROUNDS = 5


def fill(url: str, ballots: int, units: int) -> None:
    """A running plan with these ballots; 2,000 different ones."""
    form = SOURCES.forms["commune@1"]
    chance = random.Random(1)
    kinds = [{q.code: chance.choice(list(q.options) or [""]) for q in form.questions} for _ in range(2_000)]
    engine = engine_of(url)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        people = cast(session, units)
        plan = running_plan(session, people)
        ids = [unit.id for unit in people.units]
        for first in range(0, ballots, AT_ONCE):
            numbers = range(first, min(ballots, first + AT_ONCE))
            session.execute(
                insert(Ballot),
                [
                    {"id": n + 1, "plan_id": plan.id, "unit_id": ids[n % units], "number": f"{n:06d}", "registered_at": START}
                    for n in numbers
                ],
            )
            session.execute(
                insert(Entry),
                [
                    {
                        "plan_id": plan.id, "unit_id": ids[n % units], "ballot_id": n + 1, "questionnaire": "commune@1",
                        "answers": kinds[n % 2_000], "once": str(n), "by_name": "Nhập", "by_key": "user-1", "at": START,
                    }
                    for n in numbers
                ],
            )  # fmt: skip
        session.commit()


def measure(url: str) -> None:
    engine = engine_of(url)
    taken = []
    with Session(engine) as session:
        session.connection()
        before = _peak()
        for _ in range(ROUNDS):
            session.rollback()
            start = time.perf_counter()
            result = make_result(results.collected(session, 1, SOURCES))
            taken.append(time.perf_counter() - start)
    note = f"memory +{_peak() - before:.0f} MB above {before:.0f}; whole {result.whole.value}"
    what = f"results of {result.ballots:,} ballots in {result.units:,} units"
    tell(what, 0, engine.dialect.name, statistics.median(taken), "s", note)
    engine.dispose()


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(ballots: int, units: int, url: str) -> None:
    fill(url, ballots, units)
    subprocess.run([sys.executable, "-m", "bench.bench_results", "--measure", url], check=True)  # its memory is its own


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(sys.argv[2])
    else:
        wanted = [int(value) for value in sys.argv[1:3]]
        size = [*wanted, *(100_000, 300)[len(wanted) :]]
        if len(sys.argv) > 3:
            main(*size, sys.argv[3])
        else:
            with databases(DATABASES) as fresh:
                for kind in DATABASES:
                    main(*size, fresh(kind))
