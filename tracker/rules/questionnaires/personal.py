"""Signs of a citizen's personal data in free text and in the headings of a file.

The program has no field for a name, a phone or a number; what slips into "ý kiến khác" is asked to be taken out. The rule errs on
the side of asking: runs of nine digits and more are numbers of phones, cards and files unless plainly money, dates or years.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

from tracker.wording import search_key


class PersonalKind(StrEnum):
    NUMBER = "number"  # phone, identity card, insurance card, file
    EMAIL = "email"
    NAME = "name"  # "tôi là Nguyễn Văn A"


#: Identity cards had 9 digits, phones have 10, insurance 10, citizens' cards 12.
FEWEST_DIGITS = 9

_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff]")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
_DATE = re.compile(r"(?<![\d/.-])\d{1,2}([/.-])\d{1,2}\1\d{2,4}(?![\d/.-]?\d)")
_RUN = re.compile(r"\d(?:(?:[.,()-]|[ ]{1,2}|[ ][.–-][ ]|\)[ .-]|–)?\d)*")
_MONEY_AFTER = re.compile(r"\s*(?:đ|₫|đồng|vnđ|vnd|nghìn|ngàn|triệu|tỷ|tỉ)(?!\w)", re.IGNORECASE)
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:([.,])\d{3})(?:\1\d{3})*")
_YEARS = re.compile(r"(?:(?:19|20)\d\d(?:\D+|$))+")

#: Family names that are no other word of everyday text; and those that may be ("văn thư", "cao tuổi"); these only in capitals.
_PLAIN_FAMILY = "nguyễn|trần|lê|phạm|hoàng|huỳnh|phan|võ|đặng|bùi|ngô|trịnh"
_OTHER_FAMILY = (
    "Vũ|Đỗ|Hồ|Dương|Lý|Đinh|Đoàn|Lâm|Mai|Đào|Cao|Hà|Lưu|Trương|Tô|Tạ|Châu|Quách|Thái|Tăng|Kiều|Văn|Từ|Hứa|Chu|La|Nông|Vi|Ma|Lò"
    "|Sùng|Giàng"
)
_CUE = (
    r"(?i:\b(?:tôi|em|cháu|mình)\s+(?:tên\s+)?là|\btên\s+(?:tôi|em|cháu|mình)\s+là|\b(?:tôi|em|cháu)\s+tên"
    r"|\bhọ\s*(?:và\s*)?tên(?:\s+là)?|\bký\s+tên|\bngười\s+(?:viết|góp\s+ý))\s*:?\s*(?i:(?:ông|bà|anh|chị)\s+)?"
)
_WORD = r"[^\W\d_]+"
_NAME = re.compile(rf"{_CUE}(?:(?i:{_PLAIN_FAMILY})\s+{_WORD}|(?:{_OTHER_FAMILY})\s+(?=[A-ZĐÀ-Ỹ]){_WORD})")

#: Headings, without accents, of columns that hold personal data.
_HEADINGS = re.compile(
    r"(?:stt )?(?:ho(?: va)? ten|ten (?:nguoi|cong dan|khach hang|benh nhan|chu ho)"
    r"|so (?:dien thoai|dt|di dong|dinh danh|can cuoc|cccd|cmnd|cmtnd|the bhyt|bhyt|ho chieu)"
    r"|dien thoai|sdt|di dong|cccd|cmnd|cmtnd|can cuoc|ma dinh danh|dinh danh|chung minh|ho chieu|ngay sinh|dia chi|noi o"
    r"|email|e mail|thu dien tu|bhyt|the bao hiem|zalo|phone|full name|chu ky)\b"
)


def find_personal(text: str) -> PersonalKind | None:
    """The first sign of personal data in a free text, or None."""
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    if _EMAIL.search(plain):
        return PersonalKind.EMAIL
    undated = _DATE.sub("; ", plain)
    for run in _RUN.finditer(undated):
        if _is_number_of_someone(run.group(), undated[run.end() :]):
            return PersonalKind.NUMBER
    if _NAME.search(plain):
        return PersonalKind.NAME
    return None


def personal_heading(heading: str) -> bool:
    """Whether a column, or a question that asks for words, is by its heading one of personal data ("Họ và tên", "Số CCCD")."""
    return _HEADINGS.match(re.sub(r"[^a-z0-9]+", " ", search_key(heading)).strip()) is not None


def _is_number_of_someone(run: str, after: str) -> bool:
    digits = re.sub(r"\D", "", run)
    if len(digits) < FEWEST_DIGITS:
        return False
    if not digits.startswith("0"):  # no sum of money starts with 0, every phone does
        if _MONEY_AFTER.match(after):
            return False
        if _THOUSANDS.fullmatch(run) and digits.endswith("000"):
            return False
    return _YEARS.fullmatch(run) is None
