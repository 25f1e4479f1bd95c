"""A signed-in browser over a small office: Hà coordinates, Dũng leads, Sát observes, Mai works elsewhere."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from tests import journal_watch
from tests.applications import MakeApp, applications, make_tables
from tests.builders import Cast, cast, moment, running_plan
from tests.web.pages import Page
from tracker import passwords
from tracker.db import db, transaction
from tracker.models import Office, Stage, Task, User
from tracker.rules.states import Role
from tracker.services import progress
from tracker.web import kept_results

PASSWORD = "một câu dễ nhớ"
#: A Monday in fieldwork; stage 2 was due on Wednesday, 30/6.
NOW = moment(2021, 7, 5, 9)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The day of the tests; `clock.move_to(…)` goes on."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def _every_change_of_a_result_is_in_the_journal() -> Iterator[None]:
    """Kept results rest on it: see tests/journal_watch.py."""
    journal_watch.missed.clear()
    yield
    assert journal_watch.missed == []


@dataclass(frozen=True)
class World:
    """What is in the database, as plain values."""

    app: Flask
    people: Cast
    plan_id: int

    def browser(self, username: str | None = "ha") -> Browser:
        """A browser; signed in unless `username` is None."""
        found = Browser(self.app.test_client())
        if username:
            signed = found.post("/sign-in", username=username, password=PASSWORD)
            assert signed.status == 302, signed.text
        return found


class Browser:
    """A test client that answers with pages."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **headers: str) -> Page:
        return Page(self.client.get(path, headers=headers))

    def post(self, path: str, **fields: object) -> Page:
        return Page(self.client.post(path, data=fields))

    def follow(self, page: Page) -> Page:
        assert page.status == 302, page.text
        return self.get(page.location)


MakeWorld = Callable[..., World]


class Worlds:
    """One application for all tests; each kind of world is built once and its database file copied for each test."""

    def __init__(self, app: Flask, kept: Path) -> None:
        self._app = app
        self._kept = kept
        self._built: dict[tuple[int, bool, int], World] = {}

    def fresh(self, units: int, plan: bool, until: int) -> World:
        kind = (units, plan, until)
        kept = self._kept / f"{kind}.db"
        if kind not in self._built:
            self._put(None)
            self._built[kind] = build_world(self._app, units=units, plan=plan, until=until)
            self._close()
            shutil.copy(self._file(), kept)
        self._put(kept)
        return self._built[kind]

    def _put(self, kept: Path | None) -> None:
        self._close()
        kept_results.register(self._app)  # another database is another server
        for end in ("", "-wal", "-shm"):
            Path(f"{self._file()}{end}").unlink(missing_ok=True)
        if kept:
            shutil.copy(kept, self._file())
        else:
            with self._app.app_context():
                make_tables(db.engine)

    def _close(self) -> None:
        """Ends every connection; the last one writes the log into the file."""
        with self._app.app_context():
            db.session.remove()
            db.engine.dispose()

    def _file(self) -> str:
        with self._app.app_context():
            return str(db.engine.url.database)


@pytest.fixture(scope="session")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worlds]:
    with applications(tmp_path_factory.mktemp("web")) as make_app:
        yield Worlds(make_app(flask={"WTF_CSRF_ENABLED": False}), tmp_path_factory.mktemp("worlds"))


@pytest.fixture
def make_world(make_app: MakeApp, worlds: Worlds, clock: time_machine.Traveller) -> MakeWorld:
    """`make_world(units=3, plan=True, until=0)`: an office, its people, a running plan of four stages of which `until` are
    finished. Each call starts anew; other settings make an application of their own."""

    def made(*, units: int = 3, plan: bool = True, until: int = 0, csrf: bool = False, **settings: str) -> World:
        if not csrf and not settings:
            return worlds.fresh(units, plan, until)
        return build_world(make_app(flask={"WTF_CSRF_ENABLED": csrf}, **settings), units=units, plan=plan, until=until)

    return made


def build_world(app: Flask, *, units: int = 3, plan: bool = True, until: int = 0) -> World:
    """Fill the empty database of `app`; the first `until` stages are finished, as of NOW."""
    with app.app_context(), transaction() as session:
        people = cast(session, units)
        for user_id, name in ((people.coordinator_id, "ha"), (people.leader_id, "dung")):
            user = session.get_one(User, user_id)
            user.username, user.password_hash = name, passwords.hash_password(PASSWORD)
        other = Office(name="Phòng Văn hóa - Xã hội")
        session.add(other)
        session.flush()
        session.add(_user(people.office_id, "sat", "Nguyễn Văn Sát", Role.OBSERVER))
        session.add(_user(other.id, "mai", "Phạm Thị Mai", Role.COORDINATOR))
        plan_id = running_plan(session, people).id if plan else 0
        for position in range(1, until + 1):
            tasks = select(Task.id).join(Stage, Stage.id == Task.stage_id).where(Stage.position == position).order_by(Task.id)
            for task_id in list(session.scalars(tasks)):
                progress.complete_task(session, task_id, by=people.ha, now=NOW)
    return World(app, people, plan_id)


@pytest.fixture
def world(make_world: MakeWorld) -> World:
    return make_world()


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """The SQL of what happens inside."""
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        said.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", note)


def _user(office_id: int, username: str, name: str, role: Role) -> User:
    return User(
        office_id=office_id,
        username=username,
        name=name,
        role=role,
        email=f"{username}@example.vn",
        password_hash=passwords.hash_password(PASSWORD),
    )
