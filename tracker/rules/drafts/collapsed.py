"""A table whose borders are all lost, as a page of a PDF is copied: each row a paragraph, its cells parted by a space only.

Only the plain order of columns is read: number, work, owners, time. The number opens the row, the time closes it, and the
owners are the names before the time. What does not fall into place stays with the work.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tracker.rules.drafts.cells import is_only_time
from tracker.rules.drafts.columns import Role
from tracker.rules.drafts.marks import key_of, one_line
from tracker.rules.drafts.offices import begins_new_owner
from tracker.rules.drafts.raw_lines import Raw, ends_tables
from tracker.rules.drafts.tables import Grid, GridCell, GridRow
from tracker.rules.parsed import Place

_HEADINGS = re.compile(
    r"^(?:tt|stt|so tt)\s+(?P<content>(?:ten |cac )?(?:noi dung|nhiem vu|cong viec|hoat dong)\b.{0,40}?)"
    r"(?P<lead>\s(?:co quan|don vi|bo phan|trach nhiem|nguoi|phan cong|chu tri)\b.{0,50}?)?"
    r"(?P<help>\s(?:co quan |don vi )?phoi hop\b.{0,20}?)?"
    r"(?P<time>\s(?:thoi gian|thoi han|tien do|han hoan thanh)\b.{0,30})$"
)
_ROW = re.compile(r"^(?P<no>\d{1,3})[.)]?\s+(?=\S)")
#: Words before a name that make it part of the work: "gửi Sở Nội vụ", "tại UBND các xã".
_BOUND = re.compile(
    r"(?:^|\s)(?:tại|của|về|cho|gửi|trên|các|với|và|do|từ|đến|ở|qua|trình|tham mưu|báo cáo|phục vụ|đối với|thuộc|giữa|là|"
    r"theo|cùng|[,–-])\s*$",
    re.IGNORECASE,
)


def collapsed_at(raws: Sequence[Raw], at: int) -> tuple[Grid, int] | None:
    """The table whose headings stand on line `at` with nothing between them, and the index of the line after it."""
    headings = _HEADINGS.match(key_of(raws[at].text))
    if headings is None:
        return None
    rows: list[tuple[Raw, str]] = []
    index = at + 1
    while index < len(raws):
        raw = raws[index]
        text = one_line(raw.text)
        if not text or raw.is_page_mark or key_of(text) == key_of(raws[at].text):
            index += 1
            continue
        match = _ROW.match(text)
        if match is not None and int(match["no"]) == len(rows) + 1:
            rows.append((raw, text))
        elif not rows or ends_tables(text, [line.text for line in raws[index + 1 : index + 7]]) or _is_closed(rows[-1][1]):
            break
        else:
            rows[-1] = (rows[-1][0], f"{rows[-1][1]} {text}")
        index += 1
    if len(rows) < 2:
        return None
    roles = (Role.NO, Role.CONTENT, Role.LEAD, Role.HELP, Role.TIME)
    cells = tuple(_cells(raw.block, text, helped=headings["help"] is not None) for raw, text in rows)
    words = tuple(one_line(headings[name] or "") for name in ("content", "lead", "help", "time"))
    last = raws[index - 1].block if index - 1 > at else raws[at].block
    grid = Grid("table", Place(raws[at].block), cells, roles, ("TT", *words), last, typed=True, first_row=one_line(raws[at].text))
    return grid, index


def _is_closed(row: str) -> bool:
    """The row has its time already: what follows is no more of it."""
    return _time_at(row) is not None


def _cells(block: int, text: str, *, helped: bool) -> GridRow:
    match = _ROW.match(text)
    number = match["no"] if match else ""
    body = text[match.end() :] if match else text
    at = _time_at(body)
    time = body[at:] if at is not None else ""
    body = body[:at].rstrip() if at is not None else body
    owners = _owner_starts(body)
    content = body[: owners[0]].rstrip() if owners else body
    lead = body[owners[0] :] if owners else ""
    helping = ""
    if helped and len(owners) > 1:
        lead, helping = body[owners[0] : owners[1]].rstrip(), body[owners[1] :]
    return tuple(
        GridCell(cell, Place(block, None, column, cell)) if cell else GridCell(absent=True)
        for column, cell in enumerate((number, content, lead, helping, time))
    )


def _time_at(text: str) -> int | None:
    """Where the time at the end of a row begins: the longest end that says when and nothing else."""
    words = [match.start() for match in re.finditer(r"\S+", text)][-14:]
    return next((at for at in words if (text[at].isupper() or text[at].isdigit()) and is_only_time(text[at:])), None)


def _owner_starts(text: str) -> list[int]:
    """Where names of owners begin that are no part of the work's own words."""
    starts: list[int] = []
    for match in re.finditer(r"(?<=\s)[A-ZĐÀ-Ỹ]\S*", text):
        if begins_new_owner(text[match.start() : match.start() + 80]) and not _BOUND.search(text[: match.start()]):
            starts.append(match.start())
    return starts
