"""The shapes of a cell: a time, an owner, a piece of work. Looks only; reads no date and decides nothing."""

from __future__ import annotations

import re
from functools import lru_cache

from tracker.rules.drafts.marks import key_of, without_bullet
from tracker.rules.drafts.offices import begins_like_an_owner

#: Words of which a time is made; accent-free, so that a wrong accent of a scan does not hide a time.
_TIME_WORDS = frozenset(
    word
    for line in (
        "tu den toi het truoc sau ngay thang nam quy qui tuan gio dau giua cuoi trung thuong ha xuyen lien tuc hang dinh ky",
        "cham nhat muon han chot hoan thanh xong trong khoang du kien khi ke vao nay moi lan giai doan cac tiep theo dot xuat",
        "bat dau ket thuc lam viec sang chieu va la thu ky thoi gian buoi diem ban vong toi da cung nham ca suot phut cho gom",
        "cua 6t i ii iii iv v vi vii viii ix x xi xii h g",
    )
    for word in line.split()
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
    key = key_of(text)
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
    key = key_of(text)
    words = _WORD.findall(key)
    known = sum(1 for word in words if word.isdigit() or word in _TIME_WORDS)
    return (_TIME_OPENING.match(key) is not None and len(words) <= 14) or known >= 0.9 * len(words)


@lru_cache(maxsize=8192)
def looks_like_time_part(text: str) -> bool:
    """True for the rest of a time that was cut off: "20/6/2021", "đến ngày 30/9", "năm 2024"."""
    if looks_like_time(text):
        return True
    words = _WORD.findall(key_of(text))
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
    return _WORK_VERBS.match(key_of(without_bullet(text[:80])) + " ") is not None
