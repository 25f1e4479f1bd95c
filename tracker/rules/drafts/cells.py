"""The shapes of a cell: a number, a time, an owner, a piece of work. Looks only; reads no date and decides nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from tracker.rules.drafts.offices import begins_like_an_owner
from tracker.wording import search_key

_MARKUP = re.compile(r"\*{2,3}|_{2,}|</?(?:p|b|i|u|strong|em|span|div|center)\b[^<>]{0,80}>", re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>|</p>\s*<p>", re.IGNORECASE)
_BULLET = re.compile(r"^\s*(?:[-–—+•●▪◦*·]+\s*|o\s+)(?=\S)")
_RULE_LINE = re.compile(r"^[\s\-–—_=.|+:~*]*$")


def tidy(text: str) -> str:
    """The words of a cell: no Markdown or HTML marks, single spaces, its lines kept."""
    text = _MARKUP.sub("", _BREAK.sub("\n", text)) if "*" in text or "<" in text or "_" in text else text
    lines = [" ".join(line.split()) for line in text.split("\n")]
    return "\n".join(line for line in lines if line)


def is_blank(text: str) -> bool:
    """Nothing but spaces, dashes, dots and bars."""
    return _RULE_LINE.match(text) is not None


def without_bullet(text: str) -> str:
    return _BULLET.sub("", text)


def has_bullet(text: str) -> bool:
    return _BULLET.match(text) is not None


class NumberKind(StrEnum):
    ROMAN = "roman"
    UPPER = "upper"
    WORD = "word"  #: "Bước 1", "Giai đoạn 2"
    ARABIC = "arabic"
    SUB = "sub"  #: 1.1, 2.3.1
    LOWER = "lower"  #: a), b.
    PAREN = "paren"  #: (1)


#: The order in which kinds stand under one another; only used to compare two kinds in one table.
_RANK = {
    NumberKind.UPPER: 0,
    NumberKind.ROMAN: 1,
    NumberKind.WORD: 2,
    NumberKind.ARABIC: 2,
    NumberKind.SUB: 3,
    NumberKind.PAREN: 4,
    NumberKind.LOWER: 5,
}


@dataclass(frozen=True)
class Number:
    """A row's number as signed, without its full stop or bracket."""

    text: str
    kind: NumberKind
    value: int

    @property
    def rank(self) -> int:
        """Lower is nearer to the top; 1.1.1 stands under 1.1."""
        return _RANK[self.kind] * 10 + self.text.count(".")


_WORDS = r"(?:bước|giai đoạn|đợt|nhiệm vụ|nội dung|công việc|việc|mục)"
_NUMBER = re.compile(
    r"^\s*(?:"
    rf"(?P<word>{_WORDS}\s*(?:thứ\s*)?(?P<wordno>\d{{1,2}}|[ivx]{{1,4}}))\s*[.):]?"
    r"|\((?P<paren>\d{1,3}|[a-zđ])\)"
    r"|(?P<sub>\d{1,3}(?:[.,]\d{1,3}){1,3})\s*[.):]?"
    r"|(?P<arabic>\d{1,3})\s*[./):\-]*"
    r"|(?P<roman>[IVXL]{1,6})\s*[./):\-]*"
    r"|(?P<upper>[A-HK-N])\s*[./):\-]*"
    r"|(?P<lower>[a-hk-nđ])\s*[./):\-]*"
    r")\s*$",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"^\s*(?P<no>"
    rf"{_WORDS}\s*(?:thứ\s*)?(?:\d{{1,2}}|[ivxIVX]{{1,4}})(?=\s*[.):,\-–(]|\s*$)"
    r"|\((?:\d{1,3}|[a-zđ])\)"
    r"|\d{1,3}(?:\.\d{1,3}){1,3}(?=[.):]|\s)"
    r"|\d{1,3}(?=\s*[.)]\s|\s*[.)][^\W\d]|\s*[/:\-–]\s)"
    r"|[IVXL]{1,6}(?=\s*[.)/:\-–])"
    r"|[A-HK-N](?=\s*[.)/])"
    r"|[a-zđ](?=\s*[.)])"
    r")\s*[.)/:,\-–]*\s*",
    re.IGNORECASE,
)
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50}


def _roman(text: str) -> int:
    values = [_ROMAN[char] for char in text.upper()]
    pairs = zip(values, values[1:] + [0], strict=True)
    return sum(-value if value < after else value for value, after in pairs)


@lru_cache(maxsize=8192)
def read_number(text: str) -> Number | None:
    """A cell that holds a row's number and nothing else, or None."""
    text = tidy(text) if len(text) < 40 else ""
    match = _NUMBER.match(text) if text else None
    if match is None:
        return None
    if match["word"]:
        value = int(match["wordno"]) if match["wordno"].isdigit() else _roman(match["wordno"])
        return Number(match["word"], NumberKind.WORD, value)
    if match["paren"]:
        inner = match["paren"]
        return Number(inner, NumberKind.PAREN, int(inner) if inner.isdigit() else ord(inner.lower()) - 96)
    if match["sub"]:
        clean = match["sub"].replace(",", ".")
        return Number(clean, NumberKind.SUB, int(clean.rsplit(".", 1)[1]))
    if match["arabic"]:
        return Number(match["arabic"], NumberKind.ARABIC, int(match["arabic"]))
    if match["roman"] and match["roman"].isupper():
        return Number(match["roman"], NumberKind.ROMAN, _roman(match["roman"]))
    letter = match["upper"] or match["lower"] or match["roman"]
    if letter is None or len(letter) > 1:
        return None
    kind = NumberKind.UPPER if letter.isupper() else NumberKind.LOWER
    return Number(letter, kind, ord(letter.lower()) - 96)


def leading_number(text: str) -> tuple[Number | None, str]:
    """The number at the head of a line and the words after it: "1.2. Tập huấn" -> (1.2, "Tập huấn")."""
    match = _LEADING.match(text)
    if match is None:
        return None, text
    number = read_number(match["no"])
    rest = text[match.end() :]
    if number is None or not rest:
        return None, text
    if number.kind is NumberKind.LOWER and not match[0].rstrip().endswith((")", ".")):
        return None, text
    return number, rest


#: Words of which a time is made; accent-free, so that a wrong accent of a scan does not hide a time.
_TIME_WORDS = frozenset(
    [
        "tu",
        "den",
        "toi",
        "het",
        "truoc",
        "sau",
        "ngay",
        "thang",
        "nam",
        "quy",
        "qui",
        "tuan",
        "gio",
        "dau",
        "giua",
        "cuoi",
        "trung",
        "thuong",
        "ha",
        "xuyen",
        "lien",
        "tuc",
        "hang",
        "dinh",
        "ky",
        "cham",
        "nhat",
        "muon",
        "han",
        "chot",
        "hoan",
        "thanh",
        "xong",
        "trong",
        "khoang",
        "du",
        "kien",
        "khi",
        "ke",
        "vao",
        "nay",
        "moi",
        "lan",
        "giai",
        "doan",
        "cac",
        "tiep",
        "theo",
        "dot",
        "xuat",
        "bat",
        "dau",
        "ket",
        "thuc",
        "lam",
        "viec",
        "sang",
        "chieu",
        "va",
        "la",
        "thu",
        "ky",
        "thoi",
        "gian",
        "buoi",
        "thoi",
        "diem",
        "ban",
        "vong",
        "toi",
        "da",
        "cung",
        "nham",
        "ca",
        "suot",
        "phut",
        "cho",
        "gom",
        "cua",
        "6t",
        "i",
        "ii",
        "iii",
        "iv",
        "v",
        "vi",
        "vii",
        "viii",
        "ix",
        "x",
        "xi",
        "xii",
        "h",
        "g",
    ]
)
_TIME_ANCHOR = re.compile(
    r"(?<![\d.])\d{1,2}\s*[/.\-]\s*\d{1,2}(?![\d%])|\d{1,2}\s*[/\-]\s*\d{4}|\bthang\s*\(?\d|\bquy\s*(?:[ivx]+\b|\d)|"
    r"\bqui\s*(?:[ivx]+\b|\d)"
    r"|\bnam\s*\d{4}|^\W*(?:19|20)\d\d\W*$|\bngay\s*\d|\d+\s*(?:ngay|thang|tuan|gio)\b|thuong xuyen|\bh[ao]ng\s*(?:nam|quy|"
    r"thang|tuan|ngay)"
    r"|\bdinh ky\b|\b(?:dau|giua|cuoi)\s*(?:thang|nam|quy|tuan)|\bmoi\s*(?:nam|quy|thang|tuan)|\bca nam\b|\btrong nam\b"
    r"|\btrong (?:thang|quy|tuan)\b|\bgiai doan\s*\d{4}|\btuan\s*(?:\d|thu|dau|cuoi)|(?:19|20)\d\d\s*[-–]\s*(?:19|20)\d\d"
    r"|\blien tuc\b|\bdot xuat\b|\blan\s*/\s*(?:nam|quy|thang|tuan)|\b(?:den|truoc|tu|trong|sau|het|cuoi|"
    r"dau)\s+(?:nam\s+)?(?:19|20)\d\d\b"
)
_TIME_OPENING = re.compile(
    r"^\W*(?:ngay sau|sau khi|sau ngay|trong vong|khi co|khi ket thuc|truoc khi|ngay khi|theo (?:ke hoach|quy dinh|tien do|"
    r"huong dan|yeu cau|chi dao|thoi gian|lich|thong bao)|tu khi|den khi|khi hoan thanh|trong thoi gian|trong qua trinh|"
    r"sau hoi nghi|truoc (?:ky|hoi nghi|thoi diem)|ke tu|theo dinh ky|tu nay|theo tung|cham nhat|muon nhat|han chot)\b"
)
_WORD = re.compile(r"[^\W\d_]+|\d+")


@lru_cache(maxsize=8192)
def looks_like_time(text: str) -> bool:
    """True for a cell that says when: by its words alone, whether or not the day can be read."""
    key = search_key(text)
    if not key or len(key) > 260:
        return False
    opening = _TIME_OPENING.match(key) is not None
    anchored = _TIME_ANCHOR.search(key) is not None
    if not opening and not anchored:
        return False
    words = _WORD.findall(key)
    known = sum(1 for word in words if word.isdigit() or word in _TIME_WORDS)
    share = known / max(len(words), 1)
    if opening:
        return len(words) <= 25
    return share >= 0.6 or (share >= 0.4 and len(words) <= 8)


def is_only_time(text: str) -> bool:
    """True for a line of running text that says when and nothing else."""
    if len(text) > 120 or not looks_like_time(text):
        return False
    key = search_key(text)
    words = _WORD.findall(key)
    known = sum(1 for word in words if word.isdigit() or word in _TIME_WORDS)
    return (_TIME_OPENING.match(key) is not None and len(words) <= 14) or known >= 0.9 * len(words)


@lru_cache(maxsize=8192)
def looks_like_time_part(text: str) -> bool:
    """True for the rest of a time that was cut off: "20/6/2021", "đến ngày 30/9", "năm 2024"."""
    if looks_like_time(text):
        return True
    words = _WORD.findall(search_key(text))
    return 0 < len(words) <= 6 and all(word.isdigit() or word in _TIME_WORDS for word in words)


@lru_cache(maxsize=8192)
def looks_like_owner(text: str) -> bool:
    """True for a cell that begins with an office, a person or a group of them."""
    first = without_bullet(text.lstrip()).split("\n", 1)[0]
    return bool(first) and begins_like_an_owner(first)


_WORK_VERBS = re.compile(
    r"^\W*(?:xay dung|ban hanh|to chuc|trien khai|tien hanh|thuc hien|tong hop|phan tich|bao cao|cong bo|tap huan|huong dan|lap |"
    r"thu |phat |nhap |kiem tra|giam sat|hoan thien|hoan thanh|ra soat|cung cap|gui |trinh |tham muu|du thao|soan|in |thiet ke|"
    r"xac dinh|lua chon|chon |phe duyet|phan cong|phan bo|bo tri|thong bao|thong tin|tuyen truyen|danh gia|khao sat|dieu tra|"
    r"lay y kien|"
    r"xu ly|lam sach|viet |nghiem thu|thanh |quyet toan|so ket|tong ket|hop |hoi nghi|cap nhat|dang tai|dieu chinh|chuan bi|"
    r"thanh lap|kien toan|quan triet|nang cao|tang cuong|day manh|tiep tuc|duy tri|phoi hop|theo doi|don doc|tiep nhan|chuyen|"
    r"ban giao|cong tac|phuc tra|de xuat|nghien cuu|boi duong|dao tao|ho tro|van hanh|so hoa|ung dung|sap xep|cai cach|don "
    r"gian hoa)"
)


@lru_cache(maxsize=8192)
def begins_with_work(text: str) -> bool:
    """True where the first words are a thing done: "Xây dựng …", "- Tổ chức …"."""
    return _WORK_VERBS.match(search_key(without_bullet(text[:80])) + " ") is not None


def is_shouted(text: str) -> bool:
    """Written in capitals, as headings are."""
    letters = [char for char in text if char.isalpha()]
    return len(letters) >= 4 and sum(char.isupper() for char in letters) >= 0.8 * len(letters)


def starts_low(text: str) -> bool:
    """Begins in the middle of a sentence."""
    first = next((char for char in text if not char.isspace()), "")
    return first.islower() or first in ",;)"


def unwrap(text: str) -> str:
    """A cell whose lines were broken by its margin, as paragraphs again: a new line only where a bullet or a number begins."""
    lines = [line for line in tidy(text).split("\n") if line]
    out: list[str] = []
    for line in lines:
        own = has_bullet(line) or leading_number(line)[0] is not None
        if out and not own and not (out[-1].endswith((".", ";", ":")) and not starts_low(line)):
            out[-1] = f"{out[-1]} {line}"
        else:
            out.append(line)
    return "\n".join(out)


def one_line(text: str) -> str:
    return " ".join(text.split())
