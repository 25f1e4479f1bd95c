"""Several things that wait for answers, done side by side by one thread, and other work while none of them can go on."""

from __future__ import annotations

import select
import time
from collections.abc import Callable, Generator, Sequence
from typing import Protocol


class Awaited(Protocol):
    """What a lane waits for."""

    patience: float  #: how long; seconds

    def fileno(self) -> int:
        """A socket that can be read once the answer is there."""


Lane = Generator[Awaited, None, None]


class Lanes:
    """`run` them to their ends. Each yields what it waits for, and goes on when that is there; where its patience ends before,
    a TimeoutError is raised in it."""

    def __init__(self, lanes: Sequence[Lane]) -> None:
        self._lanes = lanes
        self._waiting: dict[int, tuple[Lane, float]] = {}
        self._answers = select.poll()

    def run(self, meanwhile: Callable[[], bool]) -> None:
        """`meanwhile` does a small piece of other work and says whether there is more. What a lane raises ends them all."""
        try:
            for lane in self._lanes:
                self._go_on(lane)
            while self._waiting:
                answered = self._answers.poll(0)
                if not answered and not meanwhile():
                    answered = self._answers.poll(self._seconds_left() * 1000)
                for number, _ in answered:
                    self._go_on(self._let_go(number))
                if not answered and self._seconds_left() == 0:
                    self._end_patience()
        finally:
            for lane in self._lanes:
                lane.close()

    def _go_on(self, lane: Lane, error: Exception | None = None) -> None:
        try:
            awaited = lane.throw(error) if error else next(lane)
        except StopIteration:
            return
        number = awaited.fileno()
        self._waiting[number] = lane, time.monotonic() + awaited.patience
        self._answers.register(number, select.POLLIN)

    def _let_go(self, number: int) -> Lane:
        self._answers.unregister(number)
        return self._waiting.pop(number)[0]

    def _seconds_left(self) -> float:
        return max(0.0, min(end for _, end in self._waiting.values()) - time.monotonic())

    def _end_patience(self) -> None:
        now = time.monotonic()
        for number in [number for number, (_, end) in self._waiting.items() if end <= now]:
            self._go_on(self._let_go(number), TimeoutError("timed out"))
