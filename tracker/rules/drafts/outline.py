"""The text outside tables as paragraphs with their marks (I., 1., a), -), hard-wrapped lines joined again."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from tracker.rules.document import DocumentText, Line
from tracker.rules.drafts.cells import looks_like_time
from tracker.rules.drafts.labels import opens_with_label
from tracker.rules.drafts.marks import (
    Number,
    NumberKind,
    has_bullet,
    is_blank,
    is_shouted,
    key_of,
    leading_number,
    one_line,
    starts_low,
    tidy,
    without_bullet,
)
from tracker.rules.parsed import Place

BULLET_RANK = 60
PLUS_RANK = 70
PLAIN_RANK = 90


@dataclass(frozen=True)
class Paragraph:
    """One paragraph: `text` without its mark; `rank` is lower the nearer it stands to the top of the outline."""

    text: str
    block: int
    number: Number | None = None
    bullet: bool = False
    rank: int = PLAIN_RANK

    @property
    def place(self) -> Place:
        return Place(self.block, words=self.text[:200])

    @property
    def is_section(self) -> bool:
        """A heading of the plan itself: "III. TỔ CHỨC THỰC HIỆN"."""
        if len(self.text) > 200:
            return False
        roman = self.number is not None and self.number.kind in (NumberKind.ROMAN, NumberKind.UPPER)
        return roman or (is_shouted(self.text) and len(self.text) > 8)


_HEADING_MARK = re.compile(r"^\s*#{1,6}\s+")
_CLOSED = (".", ";", ":", "!", "?", "./.", ".”", '."', ")")
_FULL_LINE = 50
#: Words after which a sentence cannot end.
_OPEN_END = re.compile(r"(?:,|\b(?:ngày|tháng|năm|quý|trước|từ|đến|và|của|các|với|về|số|tại|theo|do))$", re.IGNORECASE)
#: What closes a plan: nothing after it is work.
_CLOSING = re.compile(
    r"^(?:tren day la|noi nhan|tm\.? |kt\.? |q\. |tl\.? |phu luc\b|ghi chu:|nguoi lap|thu truong don vi$|chu tich$|giam doc$|"
    r"truong phong$)"
)
_OPENING = re.compile(
    r"^(?:can cu|thuc hien (?:quyet dinh|ke hoach|chi thi|nghi quyet|cong van|thong tu|nghi dinh|chuong trinh)|xet (?:de nghi|"
    r"to trinh)|theo de nghi)\b"
)


def paragraphs(document: DocumentText, *, without: Collection[int] = ()) -> list[Paragraph]:
    """The paragraphs of the lines outside tables; `without` are blocks that a table took."""
    out: list[Paragraph] = []
    previous = ""
    apart = True
    for block in document.blocks:
        if not isinstance(block, Line) or block.place in without:
            apart = True
            continue
        for raw in block.text.split("\n"):
            text = tidy(_HEADING_MARK.sub("", raw.replace("\t", " ")))
            if not text or is_blank(text):
                apart = True
                continue
            if out and _is_rest(text, previous, apart=apart):
                last = out[-1]
                out[-1] = Paragraph(f"{last.text} {text}", last.block, last.number, last.bullet, last.rank)
            else:
                out.append(_paragraph(text, block.place))
            previous, apart = text, False
    return out


def _paragraph(text: str, block: int) -> Paragraph:
    if has_bullet(text):
        body = without_bullet(text)
        rank = PLUS_RANK if text.lstrip()[0] in "+*•" else BULLET_RANK
        number, rest = leading_number(body)
        if number is not None and number.kind in (NumberKind.WORD, NumberKind.ARABIC, NumberKind.SUB):
            return Paragraph(rest.strip(), block, number, True, rank)
        return Paragraph(body.strip(), block, None, True, rank)
    number, rest = leading_number(text)
    if number is not None:
        return Paragraph(rest.strip(), block, number, False, number.rank)
    return Paragraph(text, block)


def _is_rest(text: str, previous: str, *, apart: bool) -> bool:
    """Whether a line is the rest of the one above: begun in small letters, or under a full line that no sign closed."""
    if has_bullet(text) or leading_number(text)[0] is not None or opens_with_label(text):
        return False
    if previous.endswith((".", ";", ":", "./.")) or _CLOSING.match(key_of(text)):
        return False
    if starts_low(text) or (not apart and _OPEN_END.search(previous)):
        return True
    return (
        not apart
        and len(previous) >= _FULL_LINE
        and not previous.endswith(_CLOSED)
        and not is_shouted(text)
        and not is_shouted(previous)
    )


def body_of(found: Sequence[Paragraph]) -> list[Paragraph]:
    """The paragraphs between the head of the plan (its legal bases) and its foot (recipients, signature)."""
    start = 0
    for index, paragraph in enumerate(found):
        if (
            paragraph.number is not None
            and paragraph.number.kind in (NumberKind.ROMAN, NumberKind.UPPER)
            and paragraph.number.value == 1
        ):
            start = index
            break
    out: list[Paragraph] = []
    for paragraph in found[start:]:
        key = key_of(paragraph.text)
        if _CLOSING.match(key) and not (paragraph.number or looks_like_time(paragraph.text)):
            if key.startswith(("noi nhan", "tm", "kt")):
                break
            continue
        if _OPENING.match(key) and paragraph.number is None:
            continue
        out.append(paragraph)
    return out


def is_closing(text: str) -> bool:
    """A sentence that ends a plan or only asks for its execution."""
    key = key_of(one_line(text))
    return (
        _CLOSING.match(key) is not None
        or re.match(
            r"^(?:trong qua trinh (?:thuc hien|trien khai)|yeu cau (?:cac|thu truong)|de nghi (?:cac|thu truong)|ubnd "
            r"[^,.]{0,40}(?:yeu cau|de nghi)|"
            r"ke hoach nay|can cu (?:ke hoach|noi dung) nay|nhan duoc ke hoach|dinh ky bao cao)",
            key,
        )
        is not None
    )
