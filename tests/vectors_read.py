"""A pytest plugin that counts which figures of the vectors the tests read: `pytest -p tests.vectors_read …` ends with a list of
those that no test asked for. See tests/rules/test_every_vector.py."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests import vectors

#: Words for people, and what names a set instead of being one of its figures.
WORDS = {"about", "rule", "why", "text", "reserve", "unit"}
#: Constants that the program has no parameter for, since no plan asks for others; every case beside them holds only with them.
CONSTANTS = {"/cochran/e", "/cochran/p", "/cochran/z", "/wilson/z", "/wilson/of_an_index/k"}
unread: set[str] = set()


class SeenDict(dict[str, Any]):
    """Notes what is taken out of it; `where` is its place in the file."""

    where = ""

    def __getitem__(self, key: str) -> Any:
        unread.discard(f"{self.where}/{key}")
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        unread.discard(f"{self.where}/{key}")
        return super().get(key, default)

    def items(self) -> Any:
        return [(key, self[key]) for key in self]

    def values(self) -> Any:
        return [self[key] for key in self]

    def __iter__(self) -> Iterator[str]:  # with an iterator of its own, `**case` asks for each key
        return iter(list(super().keys()))

    def __eq__(self, other: object) -> bool:
        return dict(self.items()) == other

    __hash__ = None  # type: ignore[assignment]


class SeenList(list[Any]):
    where = ""

    def __getitem__(self, key: Any) -> Any:
        for place in range(len(self))[key] if isinstance(key, slice) else [range(len(self))[key]]:
            unread.discard(f"{self.where}/{place}")
        return super().__getitem__(key)

    def __iter__(self) -> Iterator[Any]:
        return (self[place] for place in range(len(self)))

    def __eq__(self, other: object) -> bool:
        return list(iter(self)) == other

    __hash__ = None  # type: ignore[assignment]


def noted(value: Any, where: str) -> Any:
    if isinstance(value, dict):
        made = SeenDict({key: noted(inner, f"{where}/{key}") for key, inner in value.items() if key not in WORDS})
        made.update({key: inner for key, inner in value.items() if key in WORDS})
        made.where = where
        return made
    if isinstance(value, list):
        row = SeenList(noted(inner, f"{where}/{place}") for place, inner in enumerate(value))
        row.where = where
        return row
    unread.add(where)
    return value


vectors.VECTORS = noted(vectors.VECTORS, "")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.write_line("unread: " + " ".join(sorted(unread - CONSTANTS)))
