"""Biên bản mở hòm phiếu (wording/documents 3): printed with blanks before an opening, or filled in after it."""

from __future__ import annotations

from tracker.documents.writing import (
    Column,
    DottedLines,
    Heading,
    Letterhead,
    Paragraph,
    Part,
    Recipients,
    SideBySide,
    SignatureBlock,
    Table,
    Title,
    write_document,
)
from tracker.queries.boxes import BoxRow, OpeningRow
from tracker.rules import boxes
from tracker.wording import date_formal, date_short, number
from tracker.wording.fieldwork import DISCARD_REASON
from tracker.wording.numbers import NBSP, in_words

_DOTS = "……"
_NAME = "……………………"
_LONG = "………………………………"
#: A box and the blank that keeps it with its words.
_EMPTY, _TICKED = f"☐{NBSP}", f"☒{NBSP}"
_COLUMNS = (Column("Loại", 90), Column("Số phiếu", 30, "right"), Column("Mã phiếu từ – đến", 40))
_BLANK_ROWS = (("Hợp lệ", "", ""), ("Loại bỏ (lý do):", "", ""), ("", "", ""), ("Chưa phân loại", "", ""))


def box_minutes(box: BoxRow, opening: OpeningRow | None, *, superior: str, year: int | None) -> bytes:
    """The minutes of one opening as a Word file; without an opening a form to be filled in by hand."""
    about = f"Mở hòm phiếu khảo sát mức độ hài lòng{f' năm {year}' if year else ''} tại {box.unit}"
    is_committee = box.unit.upper().startswith(("UBND ", "ỦY BAN NHÂN DÂN "))
    parts: list[Part] = [
        Letterhead(box.unit, superior="" if is_committee else superior, symbol="BB-…………"),
        Title("Biên bản", about),
        Paragraph(f"Thời gian bắt đầu: {_begun(opening, year)}"),
        Paragraph(f"Địa điểm: {opening.place if opening else box.place}"),
        Paragraph("Thành phần tham dự:"),
        *_people(opening),
        Heading("1. Kiểm tra trước khi mở", 2),
        *_checked(box, opening),
        Heading("2. Kiểm đếm", 2),
        *_counted(opening),
        *([] if opening and opening.ballots is None else [*_handed_over(opening), *_sealed_again(opening)]),
        Heading("5. Ý kiến khác" if opening is None or opening.ballots is not None else "3. Ý kiến khác", 2),
        *([Paragraph((opening.remarks or "Không có").rstrip(".") + ".")] if opening else [DottedLines(2)]),
        Paragraph(
            f"Biên bản kết thúc vào {_DOTS} giờ {_DOTS}, ngày {_DOTS} tháng {_DOTS} năm {year or _DOTS}, đã đọc cho những người "
            "có tên trên nghe, được lập thành …… bản, mỗi bên giữ một bản./."
        ),
        SideBySide([SignatureBlock([who]) for who in ("Thư ký", "Đại diện Tổ công tác", "Đại diện giám sát", "Chủ trì")]),
        Recipients(["Như thành phần tham dự"]),
    ]
    return write_document(parts, subject=about, author=box.unit)


def _begun(opening: OpeningRow | None, year: int | None) -> str:
    if opening is None:
        return f"{_DOTS} giờ {_DOTS} phút, ngày {_DOTS} tháng {_DOTS} năm {year or _DOTS}"
    at = opening.opened_at
    return f"{at:%H} giờ {at:%M} phút, {date_formal(at.date())}"


def _people(opening: OpeningRow | None) -> list[Part]:
    """Those who are always asked in stand with their part; what is not known stays blank for the writer."""
    lines = []
    for part in (*boxes.NEEDED, boxes.Part.OBSERVER):
        there = opening.of(part) if opening else []
        if opening and not there and part not in boxes.NEEDED:
            continue
        who = _named(there[0]) if there else f"{_NAME}, {_NAME}"
        lines.append(f"Ông (bà) {who} – {boxes.PART_WORDS[part]}")
    lines += [f"Ông (bà) {_named(person)}" for person in (opening.of(boxes.Part.OTHER) if opening else [])]
    if opening is None:
        lines.append(_LONG * 2)
    return [Paragraph(f"{at}. {line}", align="left") for at, line in enumerate(lines, 1)]


def _named(person: boxes.Present) -> str:
    return f"{person.name}, {person.position}" if person.position else person.name


def _checked(box: BoxRow, opening: OpeningRow | None) -> list[Part]:
    seal = opening.seal_number if opening else box.seal_number
    sealed_on = opening.sealed_on if opening else box.sealed_on
    parts: list[Part] = [
        Paragraph(
            f"Hòm phiếu số {box.code}, đặt tại {opening.place if opening else box.place}; số niêm phong {seal or _DOTS}, "
            f"niêm phong ngày {date_short(sealed_on)}."
        ),
        Paragraph(
            f"Khóa: {_ticked(opening.lock_whole if opening else None)}. "
            f"Niêm phong: {_ticked(opening.seal_whole if opening else None)}.",
            align="left",
        ),
    ]
    head = box.head_position or "thủ trưởng đơn vị"
    stopped = "các thành viên dừng mở hòm, giữ nguyên hiện trạng, báo cáo"
    if opening is None:
        parts.append(
            Paragraph(
                f"Không nguyên vẹn: {stopped} {head} hồi {_DOTS} giờ {_DOTS} phút; mô tả: {_LONG}; ý kiến chỉ đạo: {_LONG}."
            )
        )
    elif not opening.is_whole:
        decision = f"“{opening.decision.rstrip('.')}” ({opening.decided_by})" if opening.decision else _LONG
        parts.append(
            Paragraph(
                f"Không nguyên vẹn: {stopped} {head} hồi {opening.at:%H} giờ {opening.at:%M} phút, "
                f"{date_formal(opening.at.date())}; mô tả: {opening.description.rstrip('.')}; ý kiến chỉ đạo: {decision}."
            )
        )
    return parts


def _counted(opening: OpeningRow | None) -> list[Part]:
    if opening is not None and opening.ballots is None:
        return [Paragraph("Hòm chưa được mở; chưa kiểm đếm.")]
    whole = opening.ballots if opening else None
    total = f"{_DOTS} phiếu (bằng chữ: {_LONG})" if whole is None else f"{number(whole)} phiếu (bằng chữ: {in_words(whole)})"
    parts: list[Part] = [
        Paragraph(
            f"Hòm phiếu được mở trước sự chứng kiến của những người có tên trên. Tổng số phiếu trong hòm: {total}.", align="left"
        )
    ]
    if opening is None:
        parts.append(Table(_COLUMNS, _BLANK_ROWS, total=("Cộng", "", "")))
        return parts
    then = opening.then
    rows = [("Hợp lệ", number(then.valid), opening.numbers)]
    rows += [(f"Loại bỏ: {DISCARD_REASON[reason].lower()}", number(n), "") for reason, n in then.reasons.items()]
    if then.unsorted:
        rows.append(("Chưa phân loại", number(then.unsorted), "" if then.valid else opening.numbers))
    rows = [row for row in rows if row[1] != "0"]
    parts.append(Table(_COLUMNS, rows, total=("Cộng", number(then.collected), "")))
    for line in opening.lines[1:]:
        changes = (("thu về", line.collected), ("hợp lệ", line.valid), ("loại bỏ", line.discarded))
        said = ", ".join(f"{word} {'+' if n > 0 else '−'}{number(abs(n))}" for word, n in changes if n)
        parts.append(
            Paragraph(f"Đính chính ngày {date_short(line.day)} ({line.by_name}): {said}. Lý do: {line.note.rstrip('.')}.")
        )
    return parts


def _handed_over(opening: OpeningRow | None) -> list[Part]:
    whole = number(opening.ballots or 0) if opening else _DOTS
    bag = (opening.bag_number if opening else "") or _DOTS
    receiver = (opening.receiver if opening else "") or _LONG
    said = f"Toàn bộ {whole} phiếu được niêm phong trong túi số {bag}, giao cho {receiver} quản lý, xử lý theo quy định."
    return [Heading("3. Bàn giao phiếu", 2), Paragraph(said, align="left")]


def _sealed_again(opening: OpeningRow | None) -> list[Part]:
    again = _TICKED if opening and opening.new_seal_number else _EMPTY
    gone = _TICKED if opening and not opening.new_seal_number else _EMPTY
    seal = (opening.new_seal_number if opening else "") or _DOTS
    key = (opening.key_to if opening else "") or _LONG
    said = f"Hòm phiếu {again}được niêm phong lại, số {seal} {gone}ngừng sử dụng. Chìa khóa giao cho {key}."
    return [Heading("4. Niêm phong lại và chìa khóa", 2), Paragraph(said, align="left")]


def _ticked(whole: bool | None) -> str:
    yes, no = {None: (_EMPTY, _EMPTY), True: (_TICKED, _EMPTY), False: (_EMPTY, _TICKED)}[whole]
    return f"{yes}nguyên{NBSP}vẹn {no}không{NBSP}nguyên{NBSP}vẹn"
