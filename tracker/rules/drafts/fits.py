"""What a column is for by what stands in it, and how well a cell suits a column: where headings or borders are lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from tracker.rules.drafts.cells import begins_with_work, looks_like_owner, looks_like_time, looks_like_time_part
from tracker.rules.drafts.columns import Role
from tracker.rules.drafts.marks import is_blank, key_of, read_number, says_same


def roles_by_content(rows: Sequence[Sequence[str]]) -> list[Role]:
    """The roles of the columns of a table without headings, from what stands in them. All OTHER when nothing tells."""
    width = max((len(row) for row in rows), default=0)
    columns = [[row[i] for row in rows if i < len(row) and not is_blank(row[i])] for i in range(width)]

    def share(cells: Sequence[str], test: Callable[[str], bool]) -> float:
        return sum(1 for cell in cells if test(cell)) / len(cells) if cells else 0.0

    roles = [Role.OTHER] * width
    number = [share(cells, lambda cell: read_number(cell) is not None) for cells in columns]
    time = [share(cells, looks_like_time) for cells in columns]
    owner = [share(cells, lambda cell: looks_like_owner(cell) and len(cell) < 220) for cells in columns]
    length = [sum(map(len, cells)) / len(cells) if cells else 0.0 for cells in columns]
    work = [share(cells, begins_with_work) for cells in columns]
    if width and number[0] >= 0.6:
        roles[0] = Role.NO
    free = [i for i in range(width) if roles[i] is Role.OTHER]
    if free:
        best = max(free, key=lambda i: time[i])
        if time[best] >= 0.5:
            roles[best] = Role.TIME
            free.remove(best)
    if free:
        best = max(free, key=lambda i: length[i] * (0.5 + work[i]) * (1.2 - owner[i]))
        if length[best] >= 8:
            roles[best] = Role.CONTENT
            free.remove(best)
    owners = [i for i in free if owner[i] >= 0.5 and columns[i]]
    for i, role in zip(owners, (Role.LEAD, Role.HELP), strict=False):
        roles[i] = role
    return roles


_DOCUMENT_WORDS = re.compile(
    r"^\W*(?:ke hoach|bao cao|quyet dinh|cong van|van ban|to trinh|danh sach|phieu|bien ban|thong bao|du thao|hop dong|bo cau "
    r"hoi|tai lieu|he thong)\b"
)
_MONEY_WORDS = re.compile(r"ngan sach|kinh phi|dong\b|trieu|\d[\d.]{4,}|su nghiep")


def fit(text: str, role: Role) -> float:
    """How well a whole cell's text suits a column; used to line up cells of which the borders are lost."""
    return _fit(text[:400], role)


@lru_cache(maxsize=65536)
def _fit(text: str, role: Role) -> float:
    if is_blank(text):
        return 0.0
    if says_same(text):
        return 0.5 if role is not Role.NO else -1.0
    number = read_number(text)
    if role is Role.NO:
        return 3.0 if number is not None else -4.0
    if number is not None:
        return -3.0 if role not in (Role.OTHER, Role.NOTE, Role.COUNT, Role.MONEY) else -1.0
    time = looks_like_time(text)
    if role in (Role.TIME, Role.START, Role.END):
        return 3.0 if time else 1.0 if looks_like_time_part(text) else -3.0
    owner = looks_like_owner(text)
    if role in (Role.LEAD, Role.HELP, Role.LEADER):
        if time and not owner:
            return -3.0
        if owner:
            return 2.5 if not begins_with_work(text) else 0.8
        return -1.0 if len(text) < 160 else -2.0
    if role is Role.CONTENT:
        if time and not owner:
            return -2.5
        value = 1.0 + min(len(text), 80) / 160
        if begins_with_work(text):
            return value + 0.8
        return value - (2.0 if owner and len(text) < 90 else 0.0)
    if time:
        return -1.5
    key = key_of(text[:60])
    if role is Role.RESULT:
        return 1.2 if _DOCUMENT_WORDS.match(key) else (-1.0 if owner else 0.2)
    if role is Role.MONEY:
        return 1.5 if _MONEY_WORDS.search(key) else -0.5
    return -0.4 if owner else 0.0
