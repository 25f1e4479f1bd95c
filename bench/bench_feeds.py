"""One calendar feed at three sizes: built from nothing, built again, and unchanged (304).

Run by `make bench`. Times are of whole requests through the application on SQLite, median and 95th percentile.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import event, insert

from config import Config
from tracker import create_app, feeds
from tracker.clock import ZONE
from tracker.db import db, transaction
from tracker.models import Base, Contact, Office, Plan, Stage, Task, Unit
from tracker.rules.states import PlanStatus, Scope, TaskStatus, TimeKind, WorkKind
from tracker.services import feeds as subscriptions
from tracker.services.feeds import FeedScope
from tracker.wording import search_key

NOW = datetime(2021, 6, 1, 8, tzinfo=ZONE)
STAGES = 8
#: units -> 240, 1,128 and 8,336 events: a city, a province, a nation
SIZES = {"city": 30, "province": 141, "nation": 1042}


def main() -> None:
    print(f"{'plan':<10}{'events':>7}{'KB':>7}{'cold ms':>16}{'again ms':>16}{'304 ms':>16}  queries of a 304")
    for name, units in SIZES.items():
        with tempfile.TemporaryDirectory() as folder:
            measure(name, units, Path(folder))


def measure(name: str, units: int, folder: Path) -> None:
    app = create_app(Config.from_environment({"INSTANCE_DIR": str(folder), "SECRET_KEY": "bench-key-" * 4}))
    with app.app_context():
        Base.metadata.create_all(db.engine)
        with transaction():
            of_plan, of_person = fill(units)
    measure_feed(app, name, of_plan, 30 if units < 1000 else 5)
    measure_feed(app, "  person", of_person, 30)


def measure_feed(app: Flask, name: str, token: str, rounds: int) -> None:
    client = app.test_client()
    url = f"/feeds/{token}.ics"
    first = client.get(url)
    assert first.status_code == 200, first.text
    events = first.data.count(b"BEGIN:VEVENT")
    conditional = {"If-None-Match": first.headers["ETag"]}

    def cold() -> None:
        assert client.get(url).status_code == 200

    cold_ms = times(cold, rounds, before=feeds._written.cache_clear)
    again_ms = times(cold, rounds)
    unchanged_ms = times(lambda: client.get(url, headers=conditional), 200)
    queries = count_queries(app, lambda: client.get(url, headers=conditional))
    assert client.get(url, headers=conditional).status_code == 304
    print(f"{name:<10}{events:>7}{len(first.data) / 1024:>7.0f}{cold_ms:>16}{again_ms:>16}{unchanged_ms:>16}  {queries}")


def fill(units: int) -> tuple[str, str]:
    """Tokens of the plan's feed and of one contact's."""
    session = db.session()
    session.add(Office(id=1, name="Phòng Nội vụ"))
    session.flush()
    names = [f"UBND phường Cam Nghĩa {n}" for n in range(units)]
    session.execute(insert(Unit), [{"office_id": 1, "name": n, "search_key": search_key(n)} for n in names])
    plan = Plan(
        office_id=1, name="Khảo sát 2021", short_name="Khảo sát 2021", ladder=[], changed_at=NOW, status=PlanStatus.RUNNING
    )  # fmt: skip
    session.add(plan)
    session.flush()
    for position in range(1, STAGES + 1):
        due = date(2021, 6, 19) + timedelta(days=20 * position)
        stage = Stage(
            plan_id=plan.id, position=position, no=str(position), content="Điều tra khảo sát", short_name="Điều tra khảo sát",
            wording="Từ ngày 02/7/2021- 15/9/2021", time_kind=TimeKind.WINDOW, scope=Scope.EACH_UNIT,
            work_kind=WorkKind.FIELDWORK, due_on=due, aim_on=due,
        )  # fmt: skip
        session.add(stage)
        session.flush()
        session.execute(
            insert(Task),
            [
                {"plan_id": plan.id, "stage_id": stage.id, "unit_id": unit_id, "status": TaskStatus.IN_PROGRESS,
                 "due_on": due, "aim_on": due, "changed_at": NOW}
                for unit_id in range(1, units + 1)
            ],
        )  # fmt: skip
    contact = Contact(unit_id=1, name="Lê Thị Kim Oanh", email="oanh@example.vn", link_nonce="n")
    session.add(contact)
    session.flush()
    return (
        subscriptions.issue(session, FeedScope.PLAN, plan.id, now=NOW),
        subscriptions.issue(session, FeedScope.CONTACT, contact.id, now=NOW),
    )


def times(action: Callable[[], object], rounds: int, before: Callable[[], object] | None = None) -> str:
    taken = []
    for _ in range(rounds):
        if before:
            before()
        start = time.perf_counter()
        action()
        taken.append((time.perf_counter() - start) * 1000)
    return f"{statistics.median(taken):.1f} / {sorted(taken)[int(len(taken) * 0.95)]:.1f}"


def count_queries(app: Flask, action: Callable[[], object]) -> int:
    seen: list[str] = []
    with app.app_context():
        engine = db.engine

    def note(*arguments: object) -> None:
        seen.append(str(arguments[2]))

    event.listen(engine, "before_cursor_execute", note)
    action()
    event.remove(engine, "before_cursor_execute", note)
    return sum(query.startswith("SELECT") for query in seen)


if __name__ == "__main__":
    main()
