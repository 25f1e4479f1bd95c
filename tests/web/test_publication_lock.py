"""A result of many ballots takes seconds: they are spent before the write lock is taken, and what changed meanwhile is in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
import time_machine
from sqlalchemy import Engine, create_engine, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from tests.builders import moment
from tests.web.conftest import Browser, MakeWorld, World
from tests.web.pages import Page
from tests.web.test_result_pages import PAPER, keyed, room
from tracker import clock as now
from tracker.db import db, prepare_engine, transaction
from tracker.models import JournalEntry, Publication, PublicationFile
from tracker.rules.states import DiscardReason
from tracker.services import data_entry, publishing
from tracker.services.publishing import Approval
from tracker.web import publication_files
from tracker.web.publications import TRIES
from tracker.web.results import sources_of

BALLOTS = 3 * 40


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(moment(2021, 10, 20, 9), tick=False) as traveller:
        yield traveller


class Other:
    """Somebody at another web process."""

    def __init__(self, world: World, url: str) -> None:
        self._world = world
        self.engine: Engine = create_engine(url)
        prepare_engine(self.engine)
        self.discarded = 0

    def writes(self) -> None:
        """Raises OperationalError where the database lets him wait."""
        impatient = "SET LOCAL lock_timeout = 1" if self.engine.dialect.name == "postgresql" else "PRAGMA busy_timeout = 1"

        def write() -> None:
            with self.engine.connect() as connection:
                driver: Any = connection.connection.driver_connection
                driver.execute(impatient)
                with connection.begin():
                    if self.engine.dialect.name == "postgresql":
                        connection.execute(text(impatient))
                    connection.execute(text("UPDATE plan SET place = place"))

        self._elsewhere(write)

    def discards_a_ballot(self) -> None:
        def discard() -> None:
            self.discarded += 1
            unit, by = self._world.people.units[0].id, self._world.people.ha
            number, blank = str(self.discarded), DiscardReason.BLANK
            with Session(self.engine) as session, session.begin():
                data_entry.discard_by_number(session, self._world.plan_id, unit, number, blank, "", by=by, now=now.now())

        self._elsewhere(discard)

    def _elsewhere(self, act: Callable[[], None]) -> None:
        with ThreadPoolExecutor(1) as thread:  # without the context of this request
            thread.submit(act).result()


class Computing:
    """What happens while ballots become open data; `then` is called in the midst of it."""

    def __init__(self, then: Callable[[], object]) -> None:
        self.times = 0
        self._then, self._table = then, publication_files._table

    def __call__(self, columns: Any, rows: Any) -> bytes:
        if len(rows) > 80:  # the ballots, not their dictionary
            self.times += 1
            self._then()
        return self._table(columns, rows)


Meanwhile = Callable[[Callable[[], object]], Computing]


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Meanwhile:
    def arranged(then: Callable[[], object]) -> Computing:
        monkeypatch.undo()
        computing = Computing(then)
        monkeypatch.setattr(publication_files, "_table", computing)
        return computing

    return arranged


@pytest.fixture
def world(make_world: MakeWorld, empty_database_url: str) -> World:
    return keyed(make_world(DATABASE_URL=empty_database_url))


@pytest.fixture
def other(world: World, empty_database_url: str) -> Iterator[Other]:
    made = Other(world, empty_database_url)
    yield made
    made.engine.dispose()


def version(world: World) -> Publication:
    with world.app.app_context():
        return db.session.scalars(select(Publication)).one()


def drafts(world: World, browser: Browser) -> Page:
    return browser.post(f"{room(world)}/draft")


def approves(world: World, browser: Browser) -> Page:
    return browser.post(f"{room(world)}/{version(world).id}/approve", **PAPER)


def publishes(world: World, browser: Browser) -> Page:
    return browser.post(f"{room(world)}/{version(world).id}/publish")


def test_others_write_while_it_is_computed_and_it_is_computed_once(
    world: World, other: Other, meanwhile: Meanwhile, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = world.browser()
    for act in (drafts, approves, publishes):
        computing = meanwhile(other.writes)
        documents = publication_files._documents
        monkeypatch.setattr(publication_files, "_documents", lambda frozen, made=documents: (other.writes(), made(frozen))[1])
        assert act(world, browser).status == 302, act
        assert computing.times == 1, act


def test_a_ballot_that_changes_meanwhile_is_in_the_published_figure(world: World, other: Other, meanwhile: Meanwhile) -> None:
    browser = world.browser()
    computing = meanwhile(lambda: other.discarded or other.discards_a_ballot())
    assert drafts(world, browser).status == 302
    assert computing.times == 2
    assert approves(world, browser).status == 302
    assert publishes(world, browser).status == 302
    made = browser.client.get(f"/ket-qua/{version(world).slug}/so-lieu.json").get_json()
    assert made["ballots"] == BALLOTS - 1
    assert len(browser.client.get(f"/ket-qua/{version(world).slug}/du-lieu.csv").data.splitlines()) == 1 + BALLOTS - 1


@pytest.mark.parametrize(
    ("acts", "says"),
    [
        ((drafts, approves), "Số liệu đã thay đổi sau khi lập dự thảo"),
        ((drafts, approves, publishes), "Số liệu đã thay đổi sau khi phê duyệt"),
    ],
)
def test_figures_that_change_meanwhile_are_neither_approved_nor_published(
    world: World, other: Other, meanwhile: Meanwhile, acts: tuple[Any, ...], says: str
) -> None:
    browser = world.browser()
    for act in acts[:-1]:
        assert act(world, browser).status == 302
    status = version(world).status
    meanwhile(lambda: other.discarded or other.discards_a_ballot())
    page = acts[-1](world, browser)
    assert page.status == 409
    assert says in page.text
    assert version(world).status is status


def test_what_never_rests_is_computed_under_the_lock_at_last(world: World, other: Other, meanwhile: Meanwhile) -> None:
    waited = []

    def never_rests() -> None:
        if other.discarded < TRIES:
            other.discards_a_ballot()
        else:
            with pytest.raises(OperationalError):
                other.writes()
            waited.append(True)

    computing = meanwhile(never_rests)
    browser = world.browser()
    assert drafts(world, browser).status == 302
    assert (computing.times, waited) == (TRIES + 1, [True])
    meanwhile(lambda: None)
    assert approves(world, browser).status == 302, "the last of them is the draft"


def test_what_is_kept_is_the_same_as_of_one_transaction(make_world: MakeWorld) -> None:
    def parts(content: bytes) -> object:
        """A sheet's zip tells the second in which each of its parts was written."""
        if not content.startswith(b"PK"):
            return content
        with ZipFile(BytesIO(content)) as packed:
            return {name: packed.read(name) for name in packed.namelist()}

    def kept(world: World) -> tuple[object, ...]:
        with world.app.app_context():
            files = db.session.execute(select(PublicationFile.name, PublicationFile.content).order_by(PublicationFile.name))
            lines = db.session.scalars(select(JournalEntry.hash).order_by(JournalEntry.id))
            return (
                {name: parts(content) for name, content in files},
                tuple(lines),
                db.session.scalars(select(Publication.fingerprint)).one(),
            )

    world = keyed(make_world())
    browser = world.browser()
    for act in (drafts, approves, publishes):
        assert act(world, browser).status == 302
    ahead = kept(world)

    world = keyed(make_world())
    given = {"makers": publication_files.makers(), "by": world.people.ha, "now": now.now()}
    paper = Approval(*(PAPER | {"issued_on": now.today()}).values())  # type: ignore[arg-type]
    with world.app.test_request_context():
        with transaction() as session:
            sources = sources_of(world.people.office_id)
            row = publishing.draft_result(session, world.plan_id, exceptions={}, reason="", sources=sources, **given)
        with transaction() as session:
            publishing.approve(session, row.id, paper, sources=sources, **given)
        with transaction() as session:
            publishing.publish(session, row.id, sources=sources, **given)
    assert kept(world) == ahead
    assert len(ahead[0]) == 6  # type: ignore[arg-type]
