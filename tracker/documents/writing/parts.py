"""What a document is made of. Sizes, blanks and lines of each part: Nghị định 30/2020/NĐ-CP, Phụ lục I.

Text is a string, or spans where a word inside it is bold or italic.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

Align = Literal["left", "center", "right", "justify"]


@dataclass(frozen=True)
class Span:
    text: str
    bold: bool = False
    italic: bool = False
    shade: str = ""  #: "BFBFBF": behind the text; no-break spaces on it are a bar


Text = str | Sequence[Span]


@dataclass(frozen=True)
class Letterhead:
    """The head of the first page. Without `superior` the issuer is an UBND, and its name stands in two bold lines.

    Number and day come after the signature (Điều 15.2): without a `number` both stay blank for the clerk.
    """

    issuer: str
    superior: str = ""
    place: str = ""
    on: date | None = None  #: None: no line of place and date (a biên bản, an internal form)
    symbol: str = ""  #: "PNV-CCHC"; None of it is made up
    number: str = ""
    about: str = ""  #: what a công văn is about: "V/v …" under the number
    code: str = ""  #: our own code at the top right, in place of number, quốc hiệu and tiêu ngữ (a phiếu giao việc)


@dataclass(frozen=True)
class Title:
    kind: str  #: "Báo cáo": printed in capitals
    about: str = ""


@dataclass(frozen=True)
class Addressees:
    """Kính gửi: one on the same line, several one a line."""

    names: Sequence[str]


@dataclass(frozen=True)
class LegalBases:
    """Căn cứ …: italic, each on its line, ";" after each and "." after the last."""

    lines: Sequence[str]


@dataclass(frozen=True)
class Heading:
    """1: "I. TÌNH HÌNH CHUNG" (printed in capitals) · 2: "1. Tiến độ" · 3: "a) Chi tiết"."""

    text: str
    level: Literal[1, 2, 3] = 1


@dataclass(frozen=True)
class Paragraph:
    text: Text
    indented: bool = True
    align: Align = "justify"
    size: float = 14


@dataclass(frozen=True)
class DottedLines:
    """Room for the writer's own words."""

    count: int = 2
    label: str = ""


@dataclass(frozen=True)
class Fields:
    """A form: labels at the left, what stands for them at the right."""

    rows: Sequence[tuple[str, Text]]
    label_mm: float = 44
    size: float = 13


@dataclass(frozen=True)
class Column:
    title: str
    width_mm: float  #: a share: columns are stretched to the width of the text
    align: Align = "left"


@dataclass(frozen=True)
class Table:
    """Its header row stands on each page; a row is never torn; `total` is the bold last row ("Cộng")."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Text]]
    total: Sequence[Text] = ()
    size: float = 12
    above: Sequence[tuple[str, int]] = ()  #: a row over the header: (title, how many columns); "" joins with the one below


@dataclass(frozen=True)
class Picture:
    content: bytes  #: PNG or JPEG
    width_mm: float
    caption: str = ""
    caption_size: float = 9


@dataclass(frozen=True)
class SignatureBlock:
    """Lines of authority and office ("TL. CHỦ TỊCH", "TRƯỞNG PHÒNG NỘI VỤ"), room to sign, the name without titles."""

    lines: Sequence[str]
    name: str = ""
    note: str = ""  #: "(ký, họ tên)" under the lines of a minute


@dataclass(frozen=True)
class Recipients:
    """Nơi nhận. `archive` is the abbreviation in the last line: "Lưu: VT, PNV."."""

    items: Sequence[str]
    archive: str = ""


@dataclass(frozen=True)
class Signing:
    """The end of a letter or report: recipients left, signature right."""

    block: SignatureBlock
    recipients: Recipients | None = None


@dataclass(frozen=True)
class SideBySide:
    """The end of a minute or form: two to four signers (or a picture) next to each other."""

    cells: Sequence[SignatureBlock | Picture]
    blank_lines: int = 4


@dataclass(frozen=True)
class Annex:
    """Phụ lục: a section of its own with its own page numbers. The line "(Kèm theo …)" stays blank for the clerk."""

    title: str
    number: str = ""  #: "I", "II": only from two annexes on
    attached_to: str = ""  #: "Công văn", "Báo cáo"
    symbol: str = ""
    year: int | None = None
    issuer: str = ""
    landscape: bool = False


Part = (
    Letterhead
    | Title
    | Addressees
    | LegalBases
    | Heading
    | Paragraph
    | DottedLines
    | Fields
    | Table
    | Picture
    | Signing
    | SideBySide
    | Recipients
    | Annex
)
