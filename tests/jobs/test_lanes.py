"""Things that wait for answers, side by side: over real sockets, and pipes of the system's own."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from jobs.lanes import Lane, Lanes


@dataclass
class Line:
    """Two ends; the near one is waited for."""

    near: socket.socket
    far: socket.socket
    patience: float = 10.0

    def fileno(self) -> int:
        return self.near.fileno()


@pytest.fixture
def lines() -> Iterator[list[Line]]:
    made = [Line(*socket.socketpair()) for _ in range(3)]
    yield made
    for line in made:
        line.near.close()
        line.far.close()


def test_each_goes_on_when_its_own_answer_is_there(lines: list[Line]) -> None:
    said: list[str] = []

    def lane(line: Line, name: str) -> Lane:
        for _ in range(2):
            yield line
            said.append(f"{name} {line.near.recv(10).decode()}")

    order = [2, 0, 1, 1, 0, 2]

    def answer_the_next() -> bool:
        if order:
            lines[order.pop(0)].far.send(str(len(order)).encode())
        return True

    Lanes([lane(line, name) for line, name in zip(lines, "abc", strict=True)]).run(answer_the_next)
    assert said == ["c 5", "a 4", "b 3", "b 2", "a 1", "c 0"]


def test_other_work_is_done_piece_by_piece_until_an_answer_is_there(lines: list[Line]) -> None:
    pieces: list[int] = []

    def lane() -> Lane:
        yield lines[0]

    def work() -> bool:
        pieces.append(len(pieces))
        if len(pieces) == 3:
            lines[0].far.send(b".")
        return True

    Lanes([lane()]).run(work)
    assert pieces == [0, 1, 2]


def test_patience_has_an_end_and_the_others_are_not_touched(lines: list[Line]) -> None:
    lines[0].patience = 0.05
    said: list[str] = []

    def lane(line: Line) -> Lane:
        try:
            yield line
            said.append("answered")
        except TimeoutError:
            said.append("too late")
            lines[1].far.send(b".")

    began = time.monotonic()
    Lanes([lane(lines[0]), lane(lines[1])]).run(lambda: False)
    assert said == ["too late", "answered"]
    assert 0.05 <= time.monotonic() - began < 5


def test_an_end_that_hangs_up_is_an_answer_too(lines: list[Line]) -> None:
    said: list[bytes] = []

    def lane() -> Lane:
        yield lines[0]
        said.append(lines[0].near.recv(10))

    lines[0].far.close()
    Lanes([lane()]).run(lambda: False)
    assert said == [b""]


def test_what_one_raises_ends_them_all_in_order(lines: list[Line]) -> None:
    ended: list[str] = []

    def waits() -> Lane:
        try:
            yield lines[0]
        finally:
            ended.append("closed")

    def fails() -> Lane:
        yield lines[1]
        raise ValueError("broken")

    lines[1].far.send(b".")
    with pytest.raises(ValueError, match="broken"):
        Lanes([waits(), fails()]).run(lambda: False)
    assert ended == ["closed"]


def test_lanes_without_anything_to_wait_for_simply_run() -> None:
    done: list[int] = []

    def lane(number: int) -> Lane:
        done.append(number)
        yield from ()

    Lanes([lane(1), lane(2)]).run(lambda: False)
    assert done == [1, 2]
