"""Events of a rehearsal: what people do in virtual time, read from a CSV of day, stage, unit, action, value."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.errors import Refused
from tracker.wording import nfc, search_key

COLUMNS = ("day", "stage", "unit", "action", "value")


class Action(StrEnum):
    DONE = "done"  # report as done on that day
    NONE = "none"  # never answers
    LATE = "late"  # finishes `value` working days after the due date
    RETURN = "return"  # the coordinator sends it back; value is the reason
    REOPEN = "reopen"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    EXTEND = "extend"  # the coordinator grants `value` working days more
    HOLIDAY = "holiday"  # `day` (for `value` days) becomes a day off before the run starts
    RESURVEY = "resurvey"  # the unit's first recheck fails: it is surveyed again (with ballots)
    DOWN = "down"  # the server is down from `day` on for `value` days


_WORDS = {
    "complete": Action.DONE, "completed": Action.DONE, "hoan thanh": Action.DONE, "bao hoan thanh": Action.DONE,
    "xong": Action.DONE,
    "silent": Action.NONE, "never": Action.NONE, "im lang": Action.NONE, "khong lam": Action.NONE,
    "tre": Action.LATE, "cham": Action.LATE, "tra lai": Action.RETURN, "mo lai": Action.REOPEN, "tam dung": Action.PAUSE,
    "tiep tuc": Action.RESUME, "huy": Action.CANCEL, "gia han": Action.EXTEND,
    "nghi": Action.HOLIDAY, "nghi le": Action.HOLIDAY, "mat mang": Action.DOWN, "dieu tra lai": Action.RESURVEY,
}  # fmt: skip

_NEEDS_DAY = frozenset(
    {
        Action.DONE,
        Action.RETURN,
        Action.REOPEN,
        Action.PAUSE,
        Action.RESUME,
        Action.CANCEL,
        Action.EXTEND,
        Action.HOLIDAY,
        Action.DOWN,
    }
)
_COUNTS_DAYS = frozenset({Action.LATE, Action.EXTEND, Action.HOLIDAY, Action.DOWN})


@dataclass(frozen=True)
class Event:
    """One row; an empty stage means every stage, an empty unit every unit."""

    day: date | None
    stage: int | None
    unit: str
    action: Action
    value: str = ""

    @property
    def days(self) -> int:
        return int(self.value) if self.value else 1

    def concerns(self, stage: int, unit_name: str | None) -> bool:
        if self.stage is not None and self.stage != stage:
            return False
        return not self.unit or (unit_name is not None and search_key(unit_name) == search_key(self.unit))


def read_events(content: bytes) -> list[Event]:
    """The events of a CSV file (UTF-8, `,` or `;`). Raises Refused with the row and column of the first slip."""
    try:
        text = nfc(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Refused("encoding", "Tệp CSV không ở bảng mã UTF-8; lưu lại dạng CSV UTF-8.") from None
    first = text.split("\n", 1)[0]
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ","))
    if not rows:
        return []
    header = [search_key(c) for c in rows[0]]
    missing = [c for c in COLUMNS[:4] if c not in header]
    if missing:
        raise Refused("columns_missing", f"Tệp sự kiện thiếu cột {', '.join(missing)}; dòng đầu phải là {','.join(COLUMNS)}.")
    return [
        _event(number, dict(zip(header, row, strict=False)))
        for number, row in enumerate(rows[1:], start=2)
        if any(map(str.strip, row))
    ]


def _event(number: int, row: dict[str, str]) -> Event:
    cells = {column: row.get(column, "").strip() for column in COLUMNS}
    action = _action(number, cells["action"])
    day = _day(number, cells["day"])
    if day is None and action in _NEEDS_DAY:
        raise Refused("cell_required", f"Dòng {number}, cột day: để trống; điền ngày dạng YYYY-MM-DD.")
    stage: int | None = None
    if cells["stage"]:
        if not cells["stage"].isdigit():
            raise Refused("cell_number", f"Dòng {number}, cột stage: “{cells['stage']}” không phải số thứ tự giai đoạn.")
        stage = int(cells["stage"])
    if action in _COUNTS_DAYS and cells["value"] and not cells["value"].isdigit():
        raise Refused("cell_number", f"Dòng {number}, cột value: “{cells['value']}” không phải số ngày.")
    return Event(day, stage, cells["unit"], action, cells["value"])


def _action(number: int, word: str) -> Action:
    key = search_key(word)
    if key in _WORDS:
        return _WORDS[key]
    try:
        return Action(key)
    except ValueError:
        known = ", ".join(a.value for a in Action)
        raise Refused("cell_choice", f"Dòng {number}, cột action: “{word}” không thuộc các việc {known}.") from None


def _day(number: int, text: str) -> date | None:
    if not text:
        return None
    parts = text.split("/")
    try:
        if len(parts) == 3:
            return date(int(parts[2]), int(parts[1]), int(parts[0]))
        return date.fromisoformat(text)
    except ValueError:
        raise Refused("cell_date", f"Dòng {number}, cột day: “{text}” không đọc được là ngày; ghi theo YYYY-MM-DD.") from None


def last_matching(events: Sequence[Event], stage: int, unit_name: str | None, actions: frozenset[Action]) -> Event | None:
    """The last row that speaks of this task: later rows of the file refine earlier ones."""
    found = [e for e in events if e.action in actions and e.concerns(stage, unit_name)]
    return found[-1] if found else None
