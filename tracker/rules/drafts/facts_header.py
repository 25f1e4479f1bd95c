"""The head of a plan: title, number, place and date, issuer; and the note under it that says what it was issued with.

The parts of a head are those of Nghị định 30/2020/NĐ-CP, Phụ lục I. Its two columns arrive side by side, cell by cell or
mixed into one line, depending on how the text was taken out of the file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tracker.rules.drafts.facts_names import LOCALITY, OFFICE, running_case, short_committee
from tracker.rules.drafts.facts_passages import Passage
from tracker.rules.drafts.references import CODE, DAY, NUMBER, code_of, read_day, tidy_number
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
_NUMBER_LINE = re.compile(rf"^\W*(?:Số|SỐ|Sô|S)\s*[:.]\s*(?P<number>{NUMBER})|^\W*(?:Số|SỐ)\s+(?P<bare>{NUMBER})")
_BLANK_NUMBER = re.compile(rf"^\W*(?:Số|SỐ|Sô)\s*[:.]?\s*[.…_\s]*(?P<sign>[/-]\s*{CODE})")
_EMPTY_NUMBER = re.compile(r"^\W*(?:Số|SỐ)\s*:\s*[.…_\s]*$")
_METADATA_NUMBER = re.compile(rf"\bSố hiệu\s*:?\s*(?P<number>{NUMBER})")
_BLANK = r"[.…_\s]*"
_DATE_LINE = re.compile(
    rf"(?P<place>(?:TP\.?\s*)?[A-ZĐÂĂÊÔƠƯÁÀẢÃẠẤẦẨẪẬẮẰẲẴẶÉÈẺẼẸẾỀỂỄỆÍÌỈĨỊÓÒỎÕỌỐỒỔỖỘỚỜỞỠỢÚÙỦŨỤỨỪỬỮỰÝỲỶỸỴ](?:[^,;:()\d/|"
    rf"]{{1,40}}?|uận \d{{1,2}}|hường \d{{1,2}}))\s*,?\s*"
    rf"(?:{DAY}|ngày(?P<blank>{_BLANK}(?:\d{{1,2}})?{_BLANK}(?:tháng|/){_BLANK}(?:\d{{1,2}})?{_BLANK}(?:năm|"
    rf"/){_BLANK}(?P<only_year>\d{{4}})?))"
)
_ISSUED_WITH = re.compile(
    rf"(?P<word>(?:ban hành\s+)?(?:kèm|đính kèm)\s+theo)\s+(?P<kind>Quyết định|Kế hoạch|Công văn|Thông báo|Văn bản|Phương án|"
    rf"Tờ trình)\s*(?:số)?\s*[:.]?\s*"
    rf"(?P<number>{NUMBER})(?:\s*,?\s*{DAY})?(?:\s*,?\s*của\s+(?P<issuer>[^()]{{3,120}}))?",
    re.IGNORECASE,
)
_NATION = re.compile(r"CỘNG\s+H(?:ÒA|OÀ)|ĐỘC LẬP|CHỦ NGHĨA VIỆT NAM|ĐẢNG CỘNG SẢN|XÃ HỘI CHỦ NGHĨA", re.IGNORECASE)
_GLUED = re.compile(r"\s*(?=CỘNG\s+H(?:ÒA|OÀ)\s+XÃ\s+HỘI|Độc lập\s*-\s*Tự do)|(?<=VIỆT NAM)\s+|(?<=Hạnh phúc)\s+", re.IGNORECASE)
_NUMBER_PART = re.compile(rf"^\W*(?:Số|SỐ|Sô|S)\s*[:.]?\s*(?:{NUMBER}|[.…_\s]*[/-]\s*{CODE})")
#: Capitals of a letterhead that name no office.
_NO_OFFICE = re.compile(r"^(?:SỐ|DỰ THẢO|HỎA TỐC|KHẨN|MẬT)\b|^\W*$")
_HEAD_PIECES = 60
#: A line of place and date ends with the date; in prose the sentence goes on.
_AFTER_DATE = 30


@dataclass(frozen=True)
class IssuedWith:
    """The note "(Ban hành kèm theo Quyết định số …)" or "(Kèm theo Kế hoạch số …)"."""

    number: str
    issued_on: date | None
    issuer: str
    place: Place


@dataclass(frozen=True)
class Head:
    title: str = ""
    title_place: Place | None = None
    number: str | None = None
    number_place: Place | None = None
    issued_on: date | None = None
    date_place: Place | None = None
    place: str | None = None
    issuer: str = ""
    issuer_place: Place | None = None
    impossible_date: str = ""  #: the words of a date that no calendar has
    year_of_date: int | None = None  #: "ngày … tháng 6 năm 2021" tells the year though the day is blank
    issued_with: tuple[IssuedWith, ...] = ()


def read_head(pieces: Sequence[Passage], paragraphs: Sequence[Passage]) -> Head:
    """What stands above the first section. Nothing is guessed: what is not written stays empty."""
    title, title_place, title_index = _title(pieces, paragraphs)
    end = min(title_index if title_index is not None else _preamble_start(pieces), _HEAD_PIECES)
    head = _cut_glued(pieces[:end])
    number, number_place = _number(head)
    if number is None:
        number, number_place = _number(_cut_glued(pieces[end : end + 3]))
    place, day, day_place, impossible, year = _place_and_date(head, [p for p in paragraphs if p.block <= _block(pieces, end)])
    issuer, issuer_place = _issuer(head, paragraphs, place)
    with_it = tuple(_issued_with(paragraphs))
    if title_index is not None and (number is None or number.startswith(("/", "-"))):
        for note in with_it:
            if 0 <= note.place.block - pieces[title_index].block <= 12:
                number, number_place = note.number, note.place
                day, day_place = (note.issued_on, note.place) if day is None else (day, day_place)
                place = place or _seat(note.issuer, title, paragraphs)
                if not issuer:
                    issuer, issuer_place = short_committee(note.issuer), note.place
                    issuer = issuer if LOCALITY.search(issuer) or not place else f"{issuer} {place}"
                break
    return Head(title, title_place, number, number_place, day, day_place, place, issuer, issuer_place, impossible, year, with_it)


def _block(pieces: Sequence[Passage], index: int) -> int:
    return pieces[min(index, len(pieces) - 1)].block if pieces else 0


def _preamble_start(pieces: Sequence[Passage]) -> int:
    for index, piece in enumerate(pieces[:_HEAD_PIECES]):
        if re.match(r"^(?:căn cứ|thực hiện|[IVX]+\.|kính gửi)", piece.text, re.IGNORECASE):
            return index
    return len(pieces)


def _cut_glued(pieces: Sequence[Passage]) -> list[Passage]:
    """The pieces, with the left and right column of a letterhead parted where they were run together."""
    parted: list[Passage] = []
    for piece in pieces:
        for part in _GLUED.split(piece.text):
            if part.strip():
                parted.append(Passage(part.strip(), piece.starts, piece.in_table))
    return parted


def _title(pieces: Sequence[Passage], paragraphs: Sequence[Passage]) -> tuple[str, Place | None, int | None]:
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
    title, place = _announced(paragraphs)
    return title, place, None


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
        if lines and not _belongs(lines[-1], text):
            break
        lines.append(text)
        if text.endswith("."):
            break
    return lines


def _announces(text: str) -> bool:
    return bool(re.search(r"(?:như sau|cụ thể|sau đây)\s*[:;.]?$", text, re.IGNORECASE))


def _belongs(before: str, text: str) -> bool:
    """Whether `text` is another line of the same title."""
    if before.isupper():
        return text.isupper()
    return (
        text[:1].islower()
        or before.endswith((",", " và", " của", " năm", " các"))
        or bool(re.match(r"^(?:năm|giai đoạn)\s+20\d\d", text, re.I))
    )


def _joined(lines: Sequence[str]) -> str:
    text = " ".join(" ".join(lines).split())
    text = re.sub(r"^(?:v/v|về việc)[:\s]+", "", text, flags=re.IGNORECASE).strip(" .;:-–")
    return text[:1].upper() + text[1:]


def _announced(paragraphs: Sequence[Passage]) -> tuple[str, Place | None]:
    """The title as the preamble announces it: "UBND tỉnh ban hành Kế hoạch … như sau"."""
    for passage in paragraphs[:60]:
        matches = (
            list(_ANNOUNCED.finditer(passage.text)) if _announces(passage.text) or "ban hành Kế hoạch" in passage.text else []
        )
        for match in reversed(matches):
            title = _joined([match["title"]])
            if title and not re.match(r"^(?:số|này|kèm|của|tại)\b", title, re.IGNORECASE):
                return title, passage.place(match.start("title"), match["title"])
    return "", None


def _number(pieces: Sequence[Passage]) -> tuple[str | None, Place | None]:
    blank: tuple[str | None, Place | None] = (None, None)
    for piece in pieces:
        match = _NUMBER_LINE.match(piece.text)
        if match:
            written = match["number"] or match["bare"]
            return tidy_number(written), piece.place(0, match.group().strip())
        match = _BLANK_NUMBER.match(piece.text)
        if match and blank[0] is None:
            blank = (tidy_number(match["sign"]), piece.place(0, match.group().strip()))
        elif _EMPTY_NUMBER.match(piece.text) and blank[1] is None:
            blank = (None, piece.place(0, piece.text))
    if blank[0] is None:
        for piece in pieces:
            match = _METADATA_NUMBER.search(piece.text)
            if match:
                return tidy_number(match["number"]), piece.place(match.start(), match.group())
    return blank


def _place_and_date(
    head: Sequence[Passage], paragraphs: Sequence[Passage]
) -> tuple[str | None, date | None, Place | None, str, int | None]:
    for piece in [*head, *paragraphs]:
        # The number may stand on the same line; blanks of the same length keep the offsets.
        text = _NUMBER_PART.sub(lambda number: " " * len(number.group()), piece.text)
        match = _DATE_LINE.search(text)
        if match is None or text[: match.start()].strip(" -–*|") or len(text) - match.end() > _AFTER_DATE:
            continue
        words = match.group().strip()
        place = _tidy_place(match["place"])
        where = piece.place(match.start(), words)
        if match["day"]:
            day = read_day(match)
            return place, day, where, "" if day else words[words.lower().find("ngày") :], int(match["year"].replace(" ", ""))
        year = int(match["only_year"]) if match["only_year"] else None
        return place, None, where, "", year
    return None, None, None, "", None


def _tidy_place(name: str) -> str:
    name = re.sub(r"^(?:Hạnh phúc|VIỆT NAM)\s+", "", " ".join(name.split()))
    return name.title() if name.isupper() else name.strip(" -–.")


def _issued_with(paragraphs: Sequence[Passage]) -> list[IssuedWith]:
    found: list[IssuedWith] = []
    for passage in paragraphs:
        match = _ISSUED_WITH.search(passage.text)
        # The note stands by itself, in brackets as a rule; in a sentence the words speak of another document.
        if match and (
            passage.text.lstrip("( ").lower().startswith(match["word"].lower()[:3]) or passage.text[: match.start()].endswith("(")
        ):
            if len(passage.text) - match.end() > 120:
                continue
            issuer = " ".join((match["issuer"] or "").split()).strip(" .;")
            found.append(
                IssuedWith(
                    tidy_number(match["number"]), read_day(match), issuer, passage.place(match.start(), match.group().strip())
                )
            )
    return found


def _seat(issuer: str, title: str, paragraphs: Sequence[Passage]) -> str | None:
    """The locality whose office issued the decision: where it was signed, when no place is written."""
    named = LOCALITY.search(issuer)
    if named and named["name"][:1].isupper():
        return named["name"].strip()
    level = issuer.split()[-1].lower() if issuer else ""
    if not level:
        return None
    pattern = re.compile(rf"\b{re.escape(level)}\s+(?P<name>(?:[A-ZĐÀ-Ỹ]\w*(?:\s|$|(?=[,;.]))){{1,4}})", re.UNICODE)
    in_title = re.search(rf"\b{re.escape(level)}\s+(?P<name>.+?)(?:\s+(?:năm|giai đoạn)\b|$)", title, re.IGNORECASE)
    if in_title:
        name = in_title["name"].strip()
        return " ".join(word.capitalize() for word in name.split()) if name.isupper() else name
    for passage in paragraphs[:40]:
        match = pattern.search(passage.text)
        if match:
            return match["name"].strip()
    return None


def _issuer(head: Sequence[Passage], paragraphs: Sequence[Passage], place: str | None) -> tuple[str, Place | None]:
    body = [passage.text for passage in paragraphs]
    lines: list[Passage] = []
    for piece in head:
        text = piece.text
        if text.startswith("QUYẾT ĐỊNH"):
            break  # under it stands who decides, not whose paper it is
        if not text.isupper() or _NATION.search(text) or len(text) > 90 or _NO_OFFICE.match(text):
            continue
        if OFFICE.match(text) or (lines and not OFFICE.match(text)):
            lines.append(piece)
    offices: list[tuple[str, Place]] = []
    for piece in lines:
        if OFFICE.match(piece.text) or not offices:
            offices.append((piece.text, piece.place(0, piece.text)))
        else:
            offices[-1] = (f"{offices[-1][0]} {piece.text}", offices[-1][1])
    if offices and offices[-1][0] not in {"UBND", "ỦY BAN NHÂN DÂN", "UỶ BAN NHÂN DÂN"}:
        return _full_name([name for name, _ in offices], body), offices[-1][1]
    return _issuer_in_prose(paragraphs, place)


def _full_name(offices: Sequence[str], body: Sequence[str]) -> str:
    """The lowest office of a letterhead, with the locality of the one above it when it names none itself."""
    name = running_case(offices[-1], body)
    above = LOCALITY.search(running_case(offices[-2], body)) if len(offices) > 1 else None
    if above and not LOCALITY.search(name):
        name = f"{name} {above.group()}"
    return name


def _issuer_in_prose(paragraphs: Sequence[Passage], place: str | None) -> tuple[str, Place | None]:
    pattern = re.compile(
        r"(?:^|[,;.]\s*|\)\s*)(?P<office>(?:(?:UBND|[ỦUủu][yỷỳ] ban nhân dân)\s|Sở\s|Phòng\s|Bộ\s|Ban\s|Văn phòng\s|"
        r"Bệnh viện\s|Trung tâm\s|Trường\s)[^,;:.]{0,70}?)\s+"
        r"(?:xây dựng|ban hành|lập|triển khai|đề ra)\s+(?:và\s+(?:ban hành|triển khai)\s+)?kế hoạch",
        re.IGNORECASE,
    )
    for passage in paragraphs[:60]:
        match = pattern.search(passage.text)
        if match:
            name = short_committee(match["office"]).strip()
            where = passage.place(match.start("office"), match["office"])
            if place and name.lower().split()[-1] in {"xã", "phường", "huyện", "quận", "tỉnh", "phố", "trấn"}:
                name = f"{name} {place}"
            return name[0].upper() + name[1:], where
    return "", None


def blank_number(number: str | None) -> bool:
    """Whether the clerk has still to fill the number in."""
    return number is None or not re.match(r"\d", number)


def same_series(one: str | None, other: str | None) -> bool:
    """Whether two numbers have the same sign (KH-UBND), so that they can name the same document."""
    return bool(code_of(one)) and code_of(one) == code_of(other)
