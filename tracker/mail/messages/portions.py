"""Work in portions: a generator that yields between them and returns what was made."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Generic, TypeVar

Made = TypeVar("Made")
Portions = Generator[None, None, Made]


def whole(portions: Portions[Made]) -> Made:
    """What comes of all portions, done one after the other."""
    while True:
        try:
            next(portions)
        except StopIteration as end:
            made: Made = end.value
            return made


class Underway(Generic[Made]):
    """What is being made: a portion whenever there is time for one, the rest when it is needed."""

    def __init__(self, begin: Callable[[], Portions[Made]]) -> None:
        self._begin = begin
        self._portions = begin()
        self._made: list[Made] = []

    def go_on(self) -> bool:
        """One portion more; False when nothing is left. Where one fails, what follows is begun anew."""
        if self._made:
            return False
        try:
            next(self._portions)
        except StopIteration as end:
            self._made.append(end.value)
        except BaseException:
            self._portions = self._begin()
            raise
        return not self._made

    def finish(self) -> None:
        while self.go_on():
            pass

    def made(self) -> Made:
        self.finish()
        return self._made[0]
