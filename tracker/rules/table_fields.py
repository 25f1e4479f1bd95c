"""The fields of one TOML table, each read by its type; every mistake becomes a sentence, none stops the reading."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

E = TypeVar("E", bound=StrEnum)
D = TypeVar("D")
T = TypeVar("T")

_TYPES: dict[type, str] = {str: "chữ", int: "số nguyên", bool: "true hoặc false", list: "danh sách", dict: "bảng"}


class Fields:
    """The fields of one table, each read by its type; mistakes go to `problems`."""

    def __init__(self, name: str, table: Mapping[str, Any], known: set[str], problems: list[str]) -> None:
        self.name, self.values, self._problems = name, table, problems
        for key in table:
            if key not in known:
                problems.append(f"{name}: không có mục “{key}”; kiểm tra chính tả.")

    def wrong(self, key: str, expected: str) -> None:
        self._problems.append(f"{self.name}: mục “{key}” phải là {expected}.")

    def text(self, key: str, *, required: bool = True) -> str:
        value = self._typed(key, str, "")
        if required and not value.strip():
            self._problems.append(f"{self.name}: thiếu mục “{key}”.")
        return value.strip()

    def whole(self, key: str, default: int) -> int:
        return self.as_whole(key, self.values.get(key, default))

    def as_whole(self, key: str, value: object) -> int:
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        self.wrong(key, _TYPES[int])
        return 0

    def flag(self, key: str) -> bool:
        return self._typed(key, bool, False)

    def table(self, key: str) -> dict[str, Any]:
        return self._typed(key, dict, {})

    def tables(self, key: str) -> list[dict[str, Any]]:
        found = self._typed(key, list, [])
        if not all(isinstance(entry, dict) for entry in found):
            self.wrong(key, "danh sách các bảng")
            return []
        if not found:
            self._problems.append(f"{self.name}: thiếu mục “{key}”.")
        return found

    def words(self, key: str) -> dict[str, str]:
        found = self.table(key)
        if not all(isinstance(words, str) and words.strip() for words in found.values()):
            self.wrong(key, "bảng mã = chữ")
            return {}
        return {name: words.strip() for name, words in found.items()}

    def texts(self, key: str) -> list[str]:
        return self.as_texts(key, self.values.get(key, []))

    def as_texts(self, key: str, value: object) -> list[str]:
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return value
        self.wrong(key, "danh sách chữ")
        return []

    def one_of(self, key: str, kinds: type[E], default: D, *, required: bool = False) -> E | D:
        value = self.values.get(key)
        if value is None:
            if required:
                self._problems.append(f"{self.name}: thiếu mục “{key}”.")
            return default
        try:
            return kinds(value)
        except ValueError:
            self.wrong(key, f"một trong các giá trị {', '.join(kinds)}")
            return default

    def _typed(self, key: str, kind: type[T], default: T) -> T:
        value = self.values.get(key, default)
        if isinstance(value, kind):
            return value
        self.wrong(key, _TYPES[kind])
        return default
