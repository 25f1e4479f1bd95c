"""Results of 100,000 ballots of twenty-three questions in 300 units, from raw answers: time and peak memory of the rules alone.

Run: python -m bench.bench_results [ballots] [units]
"""

from __future__ import annotations

import random
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tracker.rules.questionnaires import Questionnaire, read_questionnaire
from tracker.rules.satisfaction import Formula, SurveyedUnit, block_of, count_ballots

SOURCE = Path(__file__).parent.parent / "seeds" / "questionnaires" / "commune.toml"


def ballots_of(form: Questionnaire, ballots: int, units: int) -> Iterator[tuple[int, dict[str, str]]]:
    """Ballots one at a time, as a database cursor gives them; 2,000 different ones, each a new dictionary."""
    chance = random.Random(1)
    kinds = [[(q.code, chance.choice(list(q.options) or [""])) for q in form.questions] for _ in range(2_000)]
    for number in range(ballots):
        yield number % units, dict(kinds[number % 2_000])


def main(ballots: int, units: int) -> None:
    form = read_questionnaire(SOURCE.read_text(encoding="utf-8"))
    start = time.process_time()
    for _ in ballots_of(form, ballots, units):
        pass
    making = time.process_time() - start
    start = time.process_time()
    counts = count_ballots(form, Formula(), ballots_of(form, ballots, units))
    counted = time.process_time() - start - making
    start = time.process_time()
    surveyed = [SurveyedUnit(n, f"Đơn vị {n}", files=100 + n) for n in range(units)]
    block = block_of("Khối", form, Formula(), surveyed, counts)
    printed = sum(question.share.interval is not None for row in block.rows for question in row.result.questions)
    computed = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures = f"figures {computed:.2f} s ({printed:,} intervals)"
    print(f"{ballots:,} ballots, {units} units: counting {counted:.2f} s, {figures}, peak {peak:.0f} MB, processor time")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000, int(sys.argv[2]) if len(sys.argv) > 2 else 300)
