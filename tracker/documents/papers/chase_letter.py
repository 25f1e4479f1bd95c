"""Công văn đôn đốc (wording/documents 1): one unit in the text, several in a Phụ lục."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tracker.documents.writing import (
    Addressees,
    Annex,
    Column,
    Letterhead,
    Paragraph,
    Part,
    Recipients,
    SignatureBlock,
    Signing,
    Table,
    write_document,
)
from tracker.queries.chase_papers import LateWork, PaperHead
from tracker.rules.standing import days_late
from tracker.wording import count, date_short, number, sort_key
from tracker.wording.numbers import NBSP, padded

_MOST_DAYS_NAMED = 6
#: More would push the letter itself off its first page.
_MOST_ADDRESSEES = 10


@dataclass(frozen=True)
class ChaseLetter:
    """One letter: what was chosen on its page, and the late work it is about."""

    head: PaperHead
    works: Sequence[LateWork]
    as_of: date
    reply_by: date
    chase_number: int
    symbol: str
    signing_lines: Sequence[str]
    signer: str
    previous_letter: str = ""  #: "số 77/PNV ngày 01/7/2021"


def chase_letter(letter: ChaseLetter) -> bytes:
    head, units = letter.head, _units(letter.works)
    one = len(units) == 1
    about = f"đôn đốc {_what(letter.works)}" + (f" (lần {letter.chase_number})" if letter.chase_number > 1 else "")
    parts: list[Part] = [
        Letterhead(
            head.office,
            superior=head.superior if head.superior != head.office else "",
            place=head.place,
            on=letter.as_of,
            symbol=letter.symbol,
            about=about,
        ),
        Addressees(units if len(units) <= _MOST_ADDRESSEES else ["Các đơn vị có tên tại Phụ lục"]),
        Paragraph(f"{_plan_sentence(head)}, {head.office} được giao theo dõi tiến độ thực hiện của các đơn vị."),
        Paragraph(_state(letter, units)),
        Paragraph(f"Để bảo đảm tiến độ chung, {head.office} đề nghị:"),
        *_requests(letter, units[0] if one else ""),
        Paragraph(f"Đề nghị {units[0] if one else 'các đơn vị'} quan tâm, thực hiện./."),
        Signing(SignatureBlock(letter.signing_lines, letter.signer), _recipients(letter)),
    ]
    if not one or len(letter.works) > 1:
        parts += _annex(letter)
    return write_document(parts, subject=f"V/v {about}", author=head.office)


def _units(works: Sequence[LateWork]) -> list[str]:
    return sorted({work.unit for work in works}, key=sort_key)


def _what(works: Sequence[LateWork]) -> str:
    """thu phiếu, phúc tra: the stage; several stages together by what they have in common."""
    names = list(dict.fromkeys(work.stage_name for work in works))
    if len(names) == 1:
        return _lowered(names[0])
    return "thực hiện các nội dung đã quá hạn"


def _plan_sentence(head: PaperHead) -> str:
    issued = f" ngày {date_short(head.issued_on)}" if head.issued_on else ""
    numbered = f" số {head.plan_number}" if head.plan_number and not head.plan_number.startswith("/") else ""
    of = f" của {head.issuer}" if head.issuer else ""
    subject = _lowered(head.plan_name.removeprefix("Kế hoạch ").strip())
    return f"Thực hiện Kế hoạch{numbered}{issued}{of} về {subject}"


def _state(letter: ChaseLetter, units: Sequence[str]) -> str:
    stages = list(dict.fromkeys((work.content, work.wording) for work in letter.works))
    as_of = date_short(letter.as_of)
    if len(stages) == 1:
        content, wording = stages[0]
        planned = f" là “{wording}”" if wording else f" đến hết ngày {date_short(letter.works[0].due_on)}"
        opening = f"Theo Kế hoạch, thời gian thực hiện nội dung “{content}”{planned}. Đến hết ngày {as_of}, "
    else:
        opening = f"Đến hết ngày {as_of}, "
    if len(units) == 1:
        late = count(max(days_late(work.due_on, letter.as_of) for work in letter.works), "ngày")
        if len(letter.works) == 1:
            said = f"{opening}còn {padded(1)} đơn vị chưa hoàn thành: {units[0]}, quá hạn {late}."
        else:
            what = f"{padded(len(letter.works))} nội dung quá hạn (chi tiết tại Phụ lục kèm theo)"
            said = f"{opening}{units[0]} còn {what}, nhiều nhất {late}."
    else:
        unfinished = "chưa hoàn thành" if len(stages) == 1 else "chưa hoàn thành các nội dung đã quá hạn"
        said = f"{opening}còn {padded(len(units))} đơn vị {unfinished}"
        said += " (chi tiết tại Phụ lục kèm theo)."
    return f"{said}{_chased(letter)}"


def _chased(letter: ChaseLetter) -> str:
    """How the units were chased before: by mail, by an earlier letter."""
    days = sorted({day for work in letter.works for day in work.chase_days})
    times = max(work.chase_count for work in letter.works)
    if not times and not letter.previous_letter:
        return ""
    said = []
    if times:
        named = f" (ngày {', '.join(date_short(day) for day in days)})" if 0 < len(days) <= _MOST_DAYS_NAMED else ""
        said.append(f"{padded(times)} lần qua thư điện tử{named}")
    if letter.previous_letter:
        said.append(f"tại Công văn {letter.previous_letter}")
    return f" {letter.head.office} đã đôn đốc {' và '.join(said)}."


def _requests(letter: ChaseLetter, unit: str) -> list[Part]:
    office, reply_by = letter.head.office, date_short(letter.reply_by)
    hurry = "khẩn trương " if letter.chase_number > 1 else ""
    who = unit or "Các đơn vị nêu trên"
    what = "nội dung trên" if len({work.stage_name for work in letter.works}) == 1 else "các nội dung trên"
    lines = [
        f"1. {who} {hurry}hoàn thành {what}, báo cáo kết quả về {office} chậm nhất ngày {reply_by}.",
        "2. Trường hợp có khó khăn, vướng mắc, báo cáo rõ nguyên nhân, phần việc còn lại và đề xuất thời hạn hoàn thành, "
        f"gửi về {office} chậm nhất ngày {reply_by}.",
    ]
    if letter.chase_number > 2:
        lines.append(
            f"3. Sau thời hạn trên, {office} tổng hợp, báo cáo {letter.head.leader_position or 'lãnh đạo'} xem xét, chỉ đạo."
        )
    contact = _contact(letter.head)
    return [Paragraph(line) for line in [*lines, *([contact] if contact else [])]]


def _contact(head: PaperHead) -> str:
    if not head.coordinator:
        return ""
    said = [head.coordinator, head.coordinator_position]
    said.append(f"điện thoại {head.phone.replace(' ', NBSP)}" if head.phone else "")
    said.append(f"thư điện tử {head.email}" if head.email else "")
    return f"Đầu mối liên hệ: {', '.join(part for part in said if part)}."


def _recipients(letter: ChaseLetter) -> Recipients:
    copies = ["Như trên"]
    if letter.head.leader_position:
        copies.append(f"{letter.head.leader_position} (để b/c)")
    return Recipients(copies, letter.symbol.partition("-")[0])


def _annex(letter: ChaseLetter) -> list[Part]:
    columns = [
        Column("TT", 10, "center"),
        Column("Đơn vị", 58),
        Column("Nội dung công việc", 64),
        Column("Hạn theo kế hoạch", 24, "center"),
        Column("Hạn đã gia hạn", 24, "center"),
        Column("Số ngày quá hạn", 20, "right"),
        Column("Số lần đã đôn đốc", 20, "right"),
        Column("Ghi chú", 27),
    ]
    rows = [
        [
            str(at),
            work.unit,
            work.stage_name,
            date_short(work.original_due_on or work.due_on),
            date_short(work.due_on) if work.is_moved else "",
            number(days_late(work.due_on, letter.as_of)),
            str(work.chase_count or ""),
            "",
        ]
        for at, work in enumerate(letter.works, 1)
    ]
    head = Annex(
        "Danh sách đơn vị chưa hoàn thành",
        attached_to="Công văn",
        symbol=letter.symbol,
        year=letter.as_of.year,
        issuer=letter.head.office,
        landscape=True,
    )
    return [head, Table(columns, rows)]


def _lowered(text: str) -> str:
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
