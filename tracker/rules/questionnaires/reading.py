"""TOML -> Questionnaire. Everything wrong is said at once, in sentences: an office may bring a form of its own."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from tracker.errors import UnreadableRows
from tracker.rules.questionnaires.checks import check_questions
from tracker.rules.questionnaires.model import (
    AnswerType,
    Decides,
    Group,
    Question,
    Questionnaire,
    RecheckUse,
    options_of,
)
from tracker.rules.states import DiscardReason
from tracker.wording import nfc

_TOP = {"code", "version", "title", "audience", "intro", "scale", "groups", "questions"}
_GROUP = {"code", "title", "weight"}
_QUESTION = {
    "code", "group", "type", "text", "choices", "other", "in_index", "overall", "not_used", "recheck", "decides", "discards",
    "discard_reason", "percent", "satisfied", "skip_if", "max_length",
}  # fmt: skip
E = TypeVar("E", bound=StrEnum)
D = TypeVar("D")
T = TypeVar("T")

_TYPES: dict[type, str] = {str: "chữ", int: "số nguyên", bool: "true hoặc false", list: "danh sách", dict: "bảng"}


class UnreadableQuestionnaire(UnreadableRows):
    """A questionnaire file with mistakes: one sentence for each."""


def read_questionnaire(source: str) -> Questionnaire:
    """The questionnaire in `source` (TOML, keys: docs/cach-tinh.md). Raises UnreadableQuestionnaire with every mistake."""
    try:
        table = tomllib.loads(nfc(source.removeprefix("\ufeff")))
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+), column (\d+)", str(error))
        where = f"dòng {place[1]}, cột {place[2]}" if place else "cuối tệp"
        raise UnreadableQuestionnaire([f"Tệp mẫu phiếu sai cú pháp TOML ở {where}; sửa chỗ đó rồi tải lại."]) from error
    return questionnaire_of_table(table)


def questionnaire_of_table(table: Mapping[str, Any]) -> Questionnaire:
    """As read_questionnaire, for a table that was parsed already."""
    problems: list[str] = []
    top = _Fields("Mẫu phiếu", table, _TOP, problems)
    code, version = top.text("code"), top.whole("version", 1)
    scale = _scale(top.table("scale"), problems)
    groups = tuple(_group(place, entry, problems) for place, entry in enumerate(top.tables("groups"), 1))
    questions = tuple(_question(place, entry, scale, problems) for place, entry in enumerate(top.tables("questions"), 1))
    found = Questionnaire(
        code=code,
        version=version,
        title=top.text("title"),
        groups=groups,
        questions=questions,
        scale=scale,
        audience=top.text("audience", required=False),
        intro=top.text("intro", required=False),
    )
    if not problems:
        problems += check_questions(found)
    if problems:
        raise UnreadableQuestionnaire(problems)
    return found


def _scale(table: Mapping[str, Any], problems: list[str]) -> dict[int, str]:
    levels = {}
    for key, words in table.items():
        if not key.isdigit() or not isinstance(words, str) or not words.strip():
            problems.append(f"Thang đo: mức “{key}” không hợp lệ; ghi số thứ tự và tên mức.")
            continue
        levels[int(key)] = words.strip()
    if levels and (sorted(levels) != list(range(1, len(levels) + 1)) or not 2 <= len(levels) <= 10):
        problems.append("Thang đo: các mức phải là 1, 2, 3 … liền nhau, từ 2 đến 10 mức.")
    return dict(sorted(levels.items()))


def _group(place: int, table: Mapping[str, Any], problems: list[str]) -> Group:
    fields = _Fields(f"Nhóm {table.get('code', f'thứ {place}')}", table, _GROUP, problems)
    weight = fields.whole("weight", 1)
    if weight < 1:
        problems.append(f"{fields.name}: trọng số {weight} phải từ 1 trở lên.")
    return Group(fields.text("code"), fields.text("title"), weight)


def _question(place: int, table: Mapping[str, Any], scale: Mapping[int, str], problems: list[str]) -> Question:
    fields = _Fields(f"Câu {table.get('code', f'thứ {place}')}", table, _QUESTION, problems)
    kind = fields.one_of("type", AnswerType, AnswerType.TEXT)
    recheck = fields.one_of("recheck", RecheckUse, None)
    satisfied = fields.texts("satisfied")
    return Question(
        code=fields.text("code"),
        group=fields.text("group"),
        type=kind,
        text=fields.text("text"),
        options=options_of(kind, scale, fields.words("choices")),
        in_index=fields.flag("in_index"),
        overall=fields.flag("overall"),
        not_used=fields.flag("not_used"),
        other=fields.text("other", required=False),
        recheck=recheck,
        decides=_decides(fields),
        discards=fields.words("discards"),
        discard_reason=fields.one_of("discard_reason", DiscardReason, DiscardReason.NOT_ELIGIBLE),
        percent={key: fields.as_whole("percent", value) for key, value in fields.table("percent").items()},
        satisfied=frozenset(satisfied) if "satisfied" in table else None,
        skip_if={key: frozenset(fields.as_texts("skip_if", value)) for key, value in fields.table("skip_if").items()},
        max_length=fields.whole("max_length", 1000),
    )


def _decides(fields: _Fields) -> Decides | None:
    """`decides = "any"`, a number of places apart, or lists of answers that mean the same."""
    value = fields.table_of_all.get("decides")
    if value is None:
        return None
    if value == "any":
        return Decides(any_difference=True)
    if isinstance(value, int) and not isinstance(value, bool) and value >= 1:
        return Decides(places_apart=value)
    if isinstance(value, list) and len(value) >= 2 and all(isinstance(part, list) for part in value):
        return Decides(classes=tuple(frozenset(fields.as_texts("decides", part)) for part in value))
    fields.wrong("decides", "“any”, một số từ 1, hoặc các danh sách phương án")
    return None


class _Fields:
    """The fields of one table, each read by its type; mistakes go to `problems`."""

    def __init__(self, name: str, table: Mapping[str, Any], known: set[str], problems: list[str]) -> None:
        self.name, self.table_of_all, self._problems = name, table, problems
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
        return self.as_whole(key, self.table_of_all.get(key, default))

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
        return self.as_texts(key, self.table_of_all.get(key, []))

    def as_texts(self, key: str, value: object) -> list[str]:
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return value
        self.wrong(key, "danh sách chữ")
        return []

    def one_of(self, key: str, kinds: type[E], default: D) -> E | D:
        value = self.table_of_all.get(key)
        if value is None:
            if key == "type":
                self._problems.append(f"{self.name}: thiếu mục “{key}”.")
            return default
        try:
            return kinds(value)
        except ValueError:
            self.wrong(key, f"một trong các giá trị {', '.join(kinds)}")
            return default

    def _typed(self, key: str, kind: type[T], default: T) -> T:
        value = self.table_of_all.get(key, default)
        if isinstance(value, kind):
            return value
        self.wrong(key, _TYPES[kind])
        return default
