"""Delivery processes of their own, killed with -9 at random moments: nothing lost, a double only where it must be."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from jobs import deliveries
from tests.mail.cast import NOW, make_world
from tests.mail.deliver_once import start_delivery
from tests.mail.sink import Sink, running
from tests.mail.stores import committing
from tracker.models import OutboxMessage
from tracker.rules.states import LetterStatus
from tracker.services import outbox

SECONDS = 60
#: `make soak` kills 200.
KILLS = int(os.environ.get("DELIVERY_KILLS", "50"))


def fill(engine: Engine, letters: int) -> None:
    """Letters to as many addresses, all about one task."""
    with committing(engine) as session:
        world = make_world(session, "UBND phường Cam Linh")
        facts = {"task_ids": [world.tasks[0].id]}
        person = f"contact-{world.contacts[0].id}"
        new = [
            outbox.NewLetter("unlocked", f"letter-{n}", person, "Oanh", f"nguoi-{n}@example.vn", facts, NOW.date())
            for n in range(letters)
        ]
        assert len(outbox.enqueue_many(session, new, now=NOW)) == letters


def deliver_and_kill(
    engine: Engine, sink: Sink, number: int, chance: random.Random, most: int, batch: int, connections: int
) -> None:
    """One process, killed around some letter: before the server has it, as it takes it, or at any moment soon after."""
    process = start_delivery(engine, sink.port, number, batch, connections)
    left = chance.randint(1, most)
    moment = chance.choice(("before", "taken", "soon after"))
    timers: list[threading.Timer] = []

    def at_rcpt(_address: str) -> None:
        if left == 1 and moment == "before":
            process.kill()

    def on_letter(_address: str) -> None:
        nonlocal left
        left -= 1
        if left == 0 and moment == "taken":
            process.kill()
        elif left == 0:
            timers.append(threading.Timer(chance.uniform(0, 0.008), process.kill))
            timers[0].start()

    sink.at_rcpt, sink.on_letter = at_rcpt, on_letter  # type: ignore[assignment]
    process.join(SECONDS)
    assert process.exitcode == -signal.SIGKILL
    sink.at_rcpt, sink.on_letter = lambda _: None, lambda _: None
    for timer in timers:
        timer.join()
    deadline = time.monotonic() + SECONDS
    while sink.open:  # a letter that lies in the socket is still read
        assert time.monotonic() < deadline
        time.sleep(0.001)


def taken_but_not_marked(engine: Engine, sink: Sink) -> set[tuple[str, int]]:
    """Addresses whose letter the server has, and how often, while the row does not say so: what a kill fell between."""
    received = sink.received
    with Session(engine) as session:
        unmarked = session.scalars(select(OutboxMessage.to_email).where(OutboxMessage.status != LetterStatus.SENT))
        return {(address, received[address]) for address in unmarked if address in received}


def lost_and_doubled(
    engine: Engine, letters: int, kills: int, offers: tuple[str, ...] = (), batch: int = deliveries.BATCH, connections: int = 1
) -> tuple[int, int]:
    """Deliver with `kills` processes killed on the way and one that ends; asserts what must hold of each letter."""
    fill(engine, letters)
    chance = random.Random(kills)
    between: set[tuple[str, int]] = set()
    with running(Sink(offers=offers)) as sink:
        for number in range(1, kills + 1):
            deliver_and_kill(
                engine, sink, number, chance, most=max(1, letters // (kills + 1)), batch=batch, connections=connections
            )
            caught = taken_but_not_marked(engine, sink) - between
            assert len(caught) <= connections, "one letter is in flight over one connection"
            between |= caught
            with committing(engine) as session:
                outbox.sweep_stuck(session, now=NOW + timedelta(hours=number, minutes=30))
        last = start_delivery(engine, sink.port, kills + 1)
        last.join(SECONDS)
        assert last.exitcode == 0
    assert all(len(names) == 1 for names in sink.message_ids.values()), "a doubled letter carries one Message-ID"
    with Session(engine) as session:
        kept = {
            row.to_email: {row.message_id} for row in session.execute(select(OutboxMessage.to_email, OutboxMessage.message_id))
        }
        assert set(session.scalars(select(OutboxMessage.status))) == {LetterStatus.SENT}
    assert kept == sink.message_ids
    doubled = Counter({address: many - 1 for address, many in sink.received.items() if many > 1})
    # Not always all of them: PostgreSQL may finish a commit whose sender is dead already.
    assert doubled <= Counter(address for address, _ in between), (
        "a letter is doubled only where a kill fell between the server's taking it and our mark"
    )
    return letters - len(sink.received), doubled.total()


@pytest.mark.parametrize("offers", [(), ("PIPELINING",)], ids=["one by one", "pipelining"])
def test_killed_processes_lose_nothing_and_double_at_most_the_letter_in_flight(engine: Engine, offers: tuple[str, ...]) -> None:
    lost, doubled = lost_and_doubled(engine, letters=150, kills=8, offers=offers)
    assert lost == 0
    assert doubled <= 8


def test_killed_processes_with_two_connections_double_at_most_the_letter_in_flight_over_each(engine: Engine) -> None:
    lost, doubled = lost_and_doubled(engine, letters=100, kills=6, connections=2)
    assert lost == 0
    assert doubled <= 12


@pytest.mark.slow
def test_kill_after_kill_in_ten_letters_each_loses_nothing(
    engine: Engine, capsys: pytest.CaptureFixture[str], record_property: Callable[[str, object], None]
) -> None:
    """Of the ten letters that each process lives to send a hundred need not be put into words first: the short form does that."""
    lost, doubled = lost_and_doubled(engine, letters=10 * KILLS, kills=KILLS, batch=20)
    record_property("doubled", doubled)
    with capsys.disabled():
        killed = f"{engine.dialect.name}: {10 * KILLS:,} letters, {KILLS} kills"
        print(f"\n{killed}: {lost} lost, {doubled} doubled under their own Message-ID")
    assert lost == 0
    assert doubled <= KILLS


@pytest.mark.parametrize("processes", [2, 4])
def test_processes_at_once_double_nothing(engine: Engine, processes: int) -> None:
    fill(engine, 120)
    with running(Sink()) as sink:
        started = [start_delivery(engine, sink.port, number) for number in range(1, processes + 1)]
        for process in started:
            process.join(SECONDS)
    assert [process.exitcode for process in started] == [0] * processes
    assert len(sink.received) == 120
    assert set(sink.received.values()) == {1}
