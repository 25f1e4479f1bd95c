"""The title of a plan: the lines under "KẾ HOẠCH", or what the preamble announces when a copy has lost them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tracker.rules.drafts.facts_passages import Passage
from tracker.rules.drafts.references import NUMBER
from tracker.rules.parsed import Place
from tracker.wording import search_key

#: Compared without accents and spaces: scanners read KÉ HOẠCH, typists space it out.
_TITLE_WORDS = frozenset({"kehoach", "phuongan", "chuongtrinh", "decuong", "dean", "kehoachthuchien"})
_TITLE_LINE = re.compile(r"^(?:DỰ THẢO\s+)?(KẾ HOẠCH|PHƯƠNG ÁN)\s*[:.]?\s+(?P<rest>\S.*)$")
_TITLE_STOP = re.compile(
    r"^(?:\(|\[|căn cứ|thực hiện|để\s|nhằm\s|[IVX]+\s*[.)/-]|[A-ZĐ1-9]\s*[.)/]|phần\s|chương\s|kính gửi|theo\s|trên cơ sở|"
    r"triển khai|số\s*:|thi hành|"
    r"trong\s|năm 20\d\d,|tiếp tục|hưởng ứng|mục đích|phát huy|với mục|chủ tịch\s|cộng h|độc lập)",
    re.IGNORECASE,
)
_ANNOUNCED = re.compile(
    r"(?:xây dựng|ban hành|đề ra|lập|triển khai)\s+Kế hoạch\s+(?P<title>(?:(?!như sau|cụ thể|với (?:các|những|"
    r"một số) nội dung).){15,400}?)"
    r"\s*[,;:]?\s*(?:(?:,\s*)?(?:như sau|cụ thể|với (?:các|những|một số) nội dung)|$)",
    re.IGNORECASE,
)
_IN_ARTICLE = re.compile(
    r"(?:ban hành|phê duyệt)\s+kèm theo Quyết định này\s+(?:Kế hoạch|Quy định|Phương án)\s+(?P<title>[^()]{15,400}?)\s*(?=\(|"
    r"\.\s*$|$)",
    re.IGNORECASE,
)
_AUTHORITY = re.compile(r"^(?:[ỦU]?[YỶ] BAN NHÂN DÂN|UBND|HỘI ĐỒNG NHÂN DÂN|GIÁM ĐỐC|BỘ TRƯỞNG|CHỦ TỊCH)\s")
_ABOUT = re.compile(r"^(?:về việc|v/v|ban hành|phê duyệt)\b", re.IGNORECASE)
_SCHEDULE = re.compile(r"^(?:LỊCH|TIẾN ĐỘ|LỘ TRÌNH|BẢNG PHÂN CÔNG|PHÂN CÔNG)\s.{12,}", re.DOTALL)
_MOST_LINES = 4
#: A title line stands this near the top.
_HEAD_PIECES = 60
_FULL_LINE = 55
_YEAR_ONLY = re.compile(r"^(?:(?:năm|giai đoạn)\s+)?20\d\d(?:\s*[-–]\s*20\d\d)?\W*$", re.IGNORECASE)


def read_title(pieces: Sequence[Passage], paragraphs: Sequence[Passage]) -> tuple[str, Place | None, int | None]:
    """The title, where it stands, and the index of the piece it begins at."""
    for index, piece in enumerate(pieces):
        if _is_title_word(piece):
            lines = _title_lines(pieces[index + 1 :])
            if lines:
                return _joined(lines), pieces[index + 1].place(0, lines[0]), index
            if not any(_is_title_word(later) for later in pieces[index + 1 : index + 12]):
                return _announced(paragraphs)[0], piece.place(0, piece.text), index
    for index, piece in enumerate(pieces[:_HEAD_PIECES]):
        match = _TITLE_LINE.match(piece.text)
        if match:
            rest = [match["rest"], *(_title_lines(pieces[index + 1 :], first=False) if match["rest"].isupper() else [])]
            return _joined(rest), piece.place(match.start("rest"), match["rest"]), index
    for title, place in (_announced(paragraphs), _above_note(pieces), _of_decision(pieces)):
        if title:
            return title, place, None
    return _of_schedule(pieces)


def _is_title_word(piece: Passage) -> bool:
    text = piece.text
    key = search_key(text).replace(" ", "").rstrip(":.")
    return key in _TITLE_WORDS and text[:1].isupper() and (text.isupper() or len(text) <= 12)


def _title_lines(pieces: Sequence[Passage], *, first: bool = True) -> list[str]:
    lines: list[str] = []
    for index, piece in enumerate(pieces[:10]):
        text = piece.text
        if _announces(text) or len(text) > 420:
            break
        if (lines or not first or not text.isupper()) and _TITLE_STOP.match(text):
            # A title may itself begin with "Thực hiện …" or "Triển khai …": its first line is short and names no document.
            may_be = not lines and first and re.match(r"^(?:thực hiện|triển khai|phát huy|hưởng ứng|tiếp tục)", text, re.I)
            preamble_follows = index + 1 < len(pieces) and _TITLE_STOP.match(pieces[index + 1].text)
            if (
                not may_be
                or len(text) > 250
                or text.endswith((";", ":", ","))
                or (re.search(NUMBER, text) and not preamble_follows)
            ):
                break
        if lines and (_is_authority(lines[-1], text) or not _belongs(lines, text)):
            break
        lines.append(text)
        if text.endswith("."):
            break
    return lines


def _announces(text: str) -> bool:
    return bool(re.search(r"(?:như sau|cụ thể|sau đây)\s*[:;.]?$", text, re.IGNORECASE))


def _belongs(lines: Sequence[str], text: str) -> bool:
    """Whether `text` is another line of the same title."""
    before = lines[-1]
    if before.isupper():
        return text.isupper() or bool(_YEAR_ONLY.match(text))
    if text[:1].islower() or before.endswith((",", " và", " của", " năm", " các")) or _YEAR_ONLY.match(text):
        return True
    # A line cut by the margin in the middle of a name; a title that has named its year is complete.
    complete = re.search(r"20\d\d", " ".join(lines))
    return not complete and len(before) >= _FULL_LINE and before[-1:].isalnum() and len(text) < 2 * _FULL_LINE


def _is_authority(before: str, text: str) -> bool:
    """Whether a line names who decides ("ỦY BAN NHÂN DÂN TỈNH …"), not the end of a title that speaks of that office."""
    goes_on = re.search(r"\b(?:của|với|và|tại|do|các|ở)$", before, re.IGNORECASE)
    return bool(_AUTHORITY.match(text)) and not goes_on and not re.search(r"20\d\d", text)


def _joined(lines: Sequence[str]) -> str:
    text = " ".join(" ".join(lines).split())
    text = re.sub(r"^(?:v/v|về việc)[:\s]+", "", text, flags=re.IGNORECASE).strip(" .;:-–")
    return text[:1].upper() + text[1:]


def _announced(paragraphs: Sequence[Passage]) -> tuple[str, Place | None]:
    """The title as the preamble or the first article announces it: "UBND tỉnh ban hành Kế hoạch … như sau"."""
    for passage in paragraphs[:60]:
        matches = list(_IN_ARTICLE.finditer(passage.text))
        if _announces(passage.text) or "ban hành Kế hoạch" in passage.text:
            matches += _ANNOUNCED.finditer(passage.text)
        for match in reversed(matches):
            title = _joined([match["title"]])
            if title and not re.match(r"^(?:số|này|kèm|của|tại)\b", title, re.IGNORECASE):
                return title, passage.place(match.start("title"), match["title"])
    return "", None


def _above_note(pieces: Sequence[Passage]) -> tuple[str, Place | None]:
    """The capitals right above "(Ban hành kèm theo Quyết định …)", where the copy lost the line "KẾ HOẠCH"."""
    for index, piece in enumerate(pieces):
        if re.match(r"^\(\s*(?:ban hành\s+)?kèm theo", piece.text, re.IGNORECASE):
            start = index
            while start and index - start < _MOST_LINES and pieces[start - 1].text.isupper() and len(pieces[start - 1].text) > 12:
                start -= 1
            if start < index:
                return _joined([line.text for line in pieces[start:index]]), pieces[start].place(0, pieces[start].text)
    return "", None


def _of_decision(pieces: Sequence[Passage]) -> tuple[str, Place | None]:
    """What a decision without a plan is about: the lines under "QUYẾT ĐỊNH"."""
    for index, piece in enumerate(pieces[:_HEAD_PIECES]):
        if piece.text == "QUYẾT ĐỊNH" and index + 1 < len(pieces) and _ABOUT.match(pieces[index + 1].text):
            lines = _title_lines(pieces[index + 1 :])
            if lines:
                return _joined(lines), pieces[index + 1].place(0, lines[0])
    return "", None


def _of_schedule(pieces: Sequence[Passage]) -> tuple[str, Place | None, int | None]:
    """A paper that is no more than its timeline: "LỊCH TRIỂN KHAI KHẢO SÁT NĂM 2020"."""
    for index, piece in enumerate(pieces[:_HEAD_PIECES]):
        if piece.text.isupper() and _SCHEDULE.match(piece.text):
            return _joined(_title_lines(pieces[index:])), piece.place(0, piece.text), index
    return "", None, None
