"""The head of a plan: title, number, place and date, issuer; and the note under it that says what it was issued with.

The parts of a head are those of Nghị định 30/2020/NĐ-CP, Phụ lục I. Its two columns arrive side by side, cell by cell or
mixed into one line, depending on how the text was taken out of the file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tracker.rules.drafts.facts_issuer import IssuedWith, read_issuer, read_notes, seat
from tracker.rules.drafts.facts_names import LOCALITY, LOWER, UPPER, short_committee
from tracker.rules.drafts.facts_passages import Passage
from tracker.rules.drafts.facts_title import read_title
from tracker.rules.drafts.references import CODE, DAY, NUMBER, code_of, read_day, tidy_number
from tracker.rules.parsed import Place

_NUMBER_LINE = re.compile(rf"^\W*(?:Số|SỐ|Sô|S)\s*[:.]\s*(?P<number>{NUMBER})|^\W*(?:Số|SỐ)\s+(?P<bare>{NUMBER})")
#: The heading of a copy on a web site: "KẾ HOẠCH SỐ 21/KH-PNV NGÀY 02/6/2022 VỀ VIỆC …".
_IN_TITLE = re.compile(
    rf"^(?:Kế hoạch|Phương án)\s+(?P<all>số\s*:?\s*(?P<number>{NUMBER})(?:\s*,?\s*{DAY})?)(?:\s+(?:về việc|v/v)\b)?",
    re.IGNORECASE,
)
_BLANK_NUMBER = re.compile(rf"^\W*(?:Số|SỐ|Sô)\s*[:.]?\s*[.…_\s]*(?P<sign>[/-]\s*{CODE})")
_EMPTY_NUMBER = re.compile(r"^\W*(?:Số|SỐ)\s*:\s*[.…_\s]*$")
_METADATA_NUMBER = re.compile(rf"\bSố hiệu\s*:?\s*(?P<number>{NUMBER})")
_BLANK = r"[.…_\s]*"
_PLACE = rf"(?:TP\.?\s*)?[{UPPER}](?:[^,;:()\d/|]{{1,40}}?|uận \d{{1,2}}|hường \d{{1,2}})"
#: "ngày … tháng 6 năm 2021": some of its figures are still to be written in.
_BLANK_DAY = (
    rf"ngày{_BLANK}(?:\d{{1,2}})?{_BLANK}(?:tháng|/){_BLANK}(?:\d{{1,2}})?{_BLANK}(?:năm|/){_BLANK}(?P<only_year>\d{{4}})?"
)
_DATE_LINE = re.compile(rf"(?P<place>{_PLACE})\s*,?\s*(?:{DAY}|{_BLANK_DAY})")
_GLUED = re.compile(r"\s*(?=CỘNG\s+H(?:ÒA|OÀ)\s+XÃ\s+HỘI|Độc lập\s*-\s*Tự do)|(?<=VIỆT NAM)\s+|(?<=Hạnh phúc)\s+", re.IGNORECASE)
_NUMBER_PART = re.compile(rf"^\W*(?:Số|SỐ|Sô|S)\s*[:.]?\s*(?:{NUMBER}|[.…_\s]*[/-]\s*{CODE})")
_HEAD_PIECES = 60
#: A line of place and date ends with the date; in prose the sentence goes on.
_AFTER_DATE = 30


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
    title, title_place, title_index = read_title(pieces, paragraphs)
    end = min(title_index if title_index is not None else _preamble_start(pieces), _HEAD_PIECES)
    head = _cut_glued(pieces[:end])
    number, number_place = _number(head)
    if number is None:
        number, number_place = _number(_cut_glued(pieces[end : end + 3]))
    named = _IN_TITLE.match(pieces[title_index].text) if title_index is not None else None
    if named is not None and title_index is not None:
        title = _without_number(title, named["all"])
        if number is None:
            number, number_place = tidy_number(named["number"]), pieces[title_index].place(named.start("all"), named["all"])
    place, day, day_place, impossible, year = _place_and_date(head, [p for p in paragraphs if p.block <= _block(pieces, end)])
    under_title = number_place is not None and title_place is not None and number_place.block > title_place.block
    if place is None and year is None and under_title:
        place, day, day_place, impossible, year = _place_and_date(_cut_glued(pieces[end + 1 : end + 6]), ())
    if named is not None and named["day"] and day is None and title_index is not None:
        day, day_place = read_day(named), pieces[title_index].place(named.start("all"), named["all"])
    issuer, issuer_place = read_issuer(head, paragraphs, place)
    with_it = tuple(read_notes(paragraphs))
    if title_place is not None and (number is None or number.startswith(("/", "-"))):
        for note in with_it:
            if 0 <= note.place.block - title_place.block <= 12:
                number, number_place = note.number, note.place
                day, day_place = (note.issued_on, note.place) if day is None else (day, day_place)
                place = place or seat(note.issuer, title, paragraphs)
                if not issuer:
                    issuer, issuer_place = short_committee(note.issuer), note.place
                    issuer = issuer if LOCALITY.search(issuer) or not place else f"{issuer} {place}"
                break
    return Head(title, title_place, number, number_place, day, day_place, place, issuer, issuer_place, impossible, year, with_it)


def _without_number(title: str, words: str) -> str:
    if not title.lower().startswith(words.lower()):
        return title
    rest = re.sub(r"^\s*(?:về việc|v/v)\s+", "", title[len(words) :], flags=re.IGNORECASE).strip(" .;:-–")
    return rest[:1].upper() + rest[1:]


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
    parts = [*head, *paragraphs]
    for piece, before in zip(parts, [None, *parts], strict=False):
        # The number may stand on the same line; blanks of the same length keep the offsets.
        text = _NUMBER_PART.sub(lambda number: " " * len(number.group()), piece.text)
        match = _DATE_LINE.search(text)
        if match is None or text[: match.start()].strip(" -–*|") or len(text) - match.end() > _AFTER_DATE:
            continue
        words = match.group().strip()
        place = _whole_place(_tidy_place(match["place"]), piece, before)
        where = piece.place(match.start(), words)
        if match["day"]:
            day = read_day(match)
            return place, day, where, "" if day else words[words.lower().find("ngày") :], int(match["year"].replace(" ", ""))
        year = int(match["only_year"]) if match["only_year"] else None
        return place, None, where, "", year
    return None, None, None, "", None


def _whole_place(place: str, piece: Passage, before: Passage | None) -> str:
    """The name of a place that a narrow column cut: "Sơn" above "La, ngày …"."""
    if before is None or piece.block - before.block != 1 or " " in place:
        return place
    return f"{before.text} {place}" if re.match(rf"^[{UPPER}][{LOWER}]+$", before.text) else place


def _tidy_place(name: str) -> str:
    name = re.sub(r"^(?:Hạnh phúc|VIỆT NAM)\s+", "", " ".join(name.split()))
    return name.title() if name.isupper() else name.strip(" -–.")


def blank_number(number: str | None) -> bool:
    """Whether the clerk has still to fill the number in."""
    return number is None or not re.match(r"\d", number)


def same_series(one: str | None, other: str | None) -> bool:
    """Whether two numbers have the same sign (KH-UBND), so that they can name the same document."""
    return bool(code_of(one)) and code_of(one) == code_of(other)
