"""A signed-in browser over a small office: Hà coordinates, Dũng leads, Sát observes, Mai works elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
import time_machine
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from tests.applications import MakeApp
from tests.builders import Cast, cast, moment, running_plan
from tests.web.pages import Page
from tracker import passwords
from tracker.db import db, transaction
from tracker.models import Office, User
from tracker.rules.states import Role

PASSWORD = "một câu dễ nhớ"
#: Argon2 with no cost to speak of.
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
#: A Monday in fieldwork; stage 2 was due on Wednesday, 30/6.
NOW = moment(2021, 7, 5, 9)


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "HASHER", QUICK)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The day of the tests; `clock.move_to(…)` goes on."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


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


@pytest.fixture
def make_world(make_app: MakeApp, clock: time_machine.Traveller) -> MakeWorld:
    """`make_world(units=3, plan=True)`: an office, its people, a running plan of four stages."""

    def made(*, units: int = 3, plan: bool = True, csrf: bool = False, **settings: str) -> World:
        return build_world(make_app(flask={"WTF_CSRF_ENABLED": csrf}, **settings), units=units, plan=plan)

    return made


def build_world(app: Flask, *, units: int = 3, plan: bool = True) -> World:
    """Fill the empty database of `app`."""
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
