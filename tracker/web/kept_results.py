"""Results that this web process has computed, for as long as the journal tells of nothing that may change them.

Pages only: drafts, approvals and publications are computed from the ballots each time.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Lock
from typing import Generic, TypeVar

from flask import Flask, current_app
from sqlalchemy.orm import Session

from tracker.queries import results
from tracker.queries.results import Comment, Sources
from tracker.rules.results import Collected, ResultData, make_result

T = TypeVar("T")
#: Plans a process keeps; of 1,250 units each is some megabytes.
KEPT = 4
COMMENTS_SHOWN = 200


@dataclass(frozen=True)
class KeptResult:
    found: Collected  #: without counts
    result: ResultData


class Kept(Generic[T]):
    """Of the plans read last what was made, each under the mark of the journal that it was made at."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, tuple[tuple[str, str], T]] = OrderedDict()
        self._lock = Lock()

    def of_plan(self, session: Session, plan_id: int, make: Callable[[], T]) -> T:
        # The mark is asked first: what is written while we read is read again by the next.
        mark = results.mark(session, plan_id)
        with self._lock:
            kept = self._kept.get(plan_id)
            if kept is not None and kept[0] == mark:
                self._kept.move_to_end(plan_id)
                return kept[1]
        made = make()
        with self._lock:
            self._kept[plan_id] = (mark, made)
            self._kept.move_to_end(plan_id)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return made


def register(app: Flask) -> None:
    for name in ("kept_results", "kept_collected", "kept_comments", "kept_days"):
        app.extensions[name] = Kept()


def kept_result(session: Session, plan_id: int, sources: Sources) -> KeptResult:
    """The result of a plan as the ballots have it now. The caller knows that the plan may be read."""

    def make() -> KeptResult:
        found = results.collected(session, plan_id, sources)
        return KeptResult(replace(found, counts={}), make_result(found))

    kept: Kept[KeptResult] = current_app.extensions["kept_results"]
    return kept.of_plan(session, plan_id, make)


def kept_collected(session: Session, plan_id: int, sources: Sources) -> Collected:
    """What a result is made of but for its ballots: units, their numbers, what is missing."""
    kept: Kept[Collected] = current_app.extensions["kept_collected"]
    return kept.of_plan(session, plan_id, lambda: results.collected(session, plan_id, sources, answers=False))


def kept_comments(session: Session, plan_id: int, sources: Sources) -> tuple[int, list[Comment]]:
    """How many words there are on ballots, and the first of them."""
    kept: Kept[tuple[int, list[Comment]]] = current_app.extensions["kept_comments"]
    return kept.of_plan(session, plan_id, lambda: results.comments(session, plan_id, sources.forms, limit=COMMENTS_SHOWN))
