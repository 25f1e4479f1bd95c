"""Whatever a request commits to what results are made of leaves a line in the journal, in the same transaction.

Web processes show again what they have computed for as long as the journal tells of nothing new (`web/kept_results`): a write
without a line would leave old figures on the page. Watched in every request of every test of pages; what tests put in is
none.
"""

from __future__ import annotations

import re
from typing import Any

from flask import has_request_context, request
from sqlalchemy import Connection, Engine, event

from tracker.models import JournalEntry

#: Tables that `queries.results` reads (test_journal_watch reads the list back from its statements).
OF_RESULTS = frozenset(
    {
        "ballot",
        "earlier_result",
        "entry",
        "entry_difference",
        "ledger_line",
        "office",
        "plan",
        "plan_unit",
        "recheck_item",
        "stage",
        "task",
        "unit",
    }
)
_WRITE = re.compile(r'\s*(INSERT (?:OR \w+ )?INTO|UPDATE|DELETE FROM) "?(\w+)"?')
#: A try to reach somebody is written on the item that is rechecked; no figure is made of it.
_TRY = re.compile(r"UPDATE recheck_item SET tries=\?(, (by_name|by_key|version)=\?)* WHERE")
_WRITTEN, _TOLD = "written beside the journal", "told in the journal"

#: What was committed without a line since the last look: endpoint, and the write.
missed: list[str] = []


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    connection.info[_WRITTEN], connection.info[_TOLD] = [], False


@event.listens_for(Engine, "after_cursor_execute")
def _note(connection: Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
    if not has_request_context():
        return
    found = _WRITE.match(statement)
    # A rehearsal plays on a copy in memory, which no page of results reads.
    if found is None or not connection.engine.url.database:
        return
    if found[2] in OF_RESULTS and not _TRY.match(statement):
        connection.info.setdefault(_WRITTEN, []).append(statement)
    elif found[2] == JournalEntry.__tablename__:
        connection.info[_TOLD] = True


@event.listens_for(Engine, "commit")
def _commit(connection: Connection) -> None:
    if has_request_context() and connection.info.get(_WRITTEN) and not connection.info.get(_TOLD):
        missed.extend(
            f"{request.method} {request.endpoint}: {' '.join(said.split())[:300]}" for said in connection.info[_WRITTEN]
        )
