"""Results that this web process has computed, for as long as the journal tells of nothing that may change them.

Pages only: drafts, approvals and publications are computed from the ballots each time.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from threading import Lock

from flask import Flask, current_app
from sqlalchemy.orm import Session

from tracker.queries import results
from tracker.queries.results import Sources
from tracker.rules.results import Collected, ResultData, make_result

#: Plans a process keeps; of 1,250 units each is some megabytes.
KEPT = 4


@dataclass(frozen=True)
class KeptResult:
    found: Collected  #: without counts
    result: ResultData


class KeptResults:
    """The plans read last, each under the mark of the journal that it was computed at."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, tuple[tuple[str, str], KeptResult]] = OrderedDict()
        self._lock = Lock()

    def of_plan(self, session: Session, plan_id: int, sources: Sources) -> KeptResult:
        # The mark is asked first: what is written while we read is read again by the next.
        mark = results.mark(session, plan_id)
        with self._lock:
            known, kept = self._kept.get(plan_id, (None, None))
            if kept is not None and known == mark:
                self._kept.move_to_end(plan_id)
                return kept
        found = results.collected(session, plan_id, sources)
        made = KeptResult(replace(found, counts={}), make_result(found))
        with self._lock:
            self._kept[plan_id] = (mark, made)
            self._kept.move_to_end(plan_id)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return made


def register(app: Flask) -> None:
    app.extensions["kept_results"] = KeptResults()


def kept_result(session: Session, plan_id: int, sources: Sources) -> KeptResult:
    """The result of a plan as the ballots have it now. The caller knows that the plan may be read."""
    kept: KeptResults = current_app.extensions["kept_results"]
    return kept.of_plan(session, plan_id, sources)
