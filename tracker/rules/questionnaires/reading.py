"""TOML -> Questionnaire. Everything wrong is said at once, in sentences: an office may bring a form of its own."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Any

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
from tracker.rules.table_fields import Fields
from tracker.wording import nfc

_TOP = {"code", "version", "title", "audience", "intro", "scale", "groups", "questions"}
_GROUP = {"code", "title", "weight"}
_QUESTION = {
    "code", "group", "type", "text", "choices", "other", "in_index", "overall", "not_used", "recheck", "decides", "discards",
    "discard_reason", "percent", "satisfied", "skip_if", "max_length",
}  # fmt: skip

#: Every key that a file may hold; docs/cach-tinh.md explains each.
KEYS = frozenset(_TOP | _GROUP | _QUESTION)


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
    top = Fields("Mẫu phiếu", table, _TOP, problems)
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
    fields = Fields(f"Nhóm {table.get('code', f'thứ {place}')}", table, _GROUP, problems)
    weight = fields.whole("weight", 1)
    if weight < 1:
        problems.append(f"{fields.name}: trọng số {weight} phải từ 1 trở lên.")
    return Group(fields.text("code"), fields.text("title"), weight)


def _question(place: int, table: Mapping[str, Any], scale: Mapping[int, str], problems: list[str]) -> Question:
    fields = Fields(f"Câu {table.get('code', f'thứ {place}')}", table, _QUESTION, problems)
    kind = fields.one_of("type", AnswerType, AnswerType.TEXT, required=True)
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


def _decides(fields: Fields) -> Decides | None:
    """`decides = "any"`, a number of places apart, or lists of answers that mean the same."""
    value = fields.values.get("decides")
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
