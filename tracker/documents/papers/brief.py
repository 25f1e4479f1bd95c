"""Phiếu giao việc (wording/documents 2): an internal form of one page, with the unit's link as a QR code."""

from __future__ import annotations

from tracker.documents.writing import (
    Column,
    Fields,
    Letterhead,
    Paragraph,
    Part,
    Picture,
    SideBySide,
    SignatureBlock,
    Table,
    Title,
    write_document,
)
from tracker.queries.briefs import Brief, BriefWork
from tracker.wording import briefs as words
from tracker.wording import count, date_short
from tracker.wording.numbers import NBSP

_QR_MM = 38  #: the code itself is 30 mm wide, its white border the rest


def brief_document(brief: Brief, *, code: str, qr_png: bytes | None) -> bytes:
    """One piece of work as the form has it; several as a table between its lines."""
    head = brief.head
    one = brief.works[0] if len(brief.works) == 1 else None
    about = one.task.stage_name if one else f"{count(len(brief.works), 'việc')} của {brief.unit}"
    superior = head.superior if head.superior != head.office else ""
    parts: list[Part] = [
        Letterhead(head.office, superior=superior, code=f"Mã việc: {code}"),
        Title(words.TITLE, about),
        Fields(_lines_of_one(brief, one) if one else _lines_of_several(brief), label_mm=46),
    ]
    if one is None:
        parts.append(_table(brief))
    parts += [
        Paragraph(f"Lưu ý: {words.NOTE}", indented=False, size=13),
        SideBySide(
            [
                SignatureBlock(["Người giao việc"], note=f"(ký, họ tên) ngày{NBSP * 4}/{NBSP * 4}"),
                SignatureBlock(["Người nhận việc"], note=f"(ký, họ tên) ngày{NBSP * 4}/{NBSP * 4}"),
                *([Picture(qr_png, _QR_MM, words.SCAN)] if qr_png else []),
            ],
            blank_lines=3,
        ),
    ]
    return write_document(parts, subject=f"{words.TITLE}: {brief.unit}", author=head.office)


def _lines_of_one(brief: Brief, work: BriefWork) -> list[tuple[str, str]]:
    task, head = work.task, brief.head
    with_others = f"; phối hợp: {work.coordinating}" if work.coordinating else ""
    planned = f"Kế hoạch ghi: “{task.wording}”\n" if task.wording else ""
    lines = [
        ("Căn cứ:", words.basis(head.plan_number, head.issued_on, head.issuer, str(task.stage_position))),
        ("Đơn vị thực hiện:", f"{brief.unit}{with_others}"),
        ("Đầu mối:", brief.contact_words),
        ("Việc phải làm:", task.stage_content),
        ("Số phiếu:", count(work.ballots, "phiếu") if work.ballots else ""),
        ("Thời gian:", planned + words.span(task.start_on, task.due_on, task.aim_on)),
        ("Điều kiện để làm:", work.waits or "Đã mở, làm được ngay"),
        ("Việc chờ kết quả này:", ", ".join(work.opens)),
        ("Người theo dõi:", brief.coordinator_words),
    ]
    return _numbered(lines)


def _lines_of_several(brief: Brief) -> list[tuple[str, str]]:
    head = brief.head
    return _numbered(
        [
            ("Căn cứ:", words.basis(head.plan_number, head.issued_on, head.issuer)),
            ("Đơn vị thực hiện:", brief.unit),
            ("Đầu mối:", brief.contact_words),
            ("Người theo dõi:", brief.coordinator_words),
            ("Việc phải làm:", "theo bảng dưới đây"),
        ]
    )


def _numbered(lines: list[tuple[str, str]]) -> list[tuple[str, str]]:
    kept = [(label, text) for label, text in lines if text]
    return [(f"{at}. {label}", text) for at, (label, text) in enumerate(kept, 1)]


def _table(brief: Brief) -> Table:
    columns = [
        Column("TT", 10, "center"),
        Column("Việc phải làm", 62),
        Column("Từ ngày", 26, "center"),
        Column("Đến hết ngày", 26, "center"),
        Column("Điều kiện", 36),
    ]
    rows = []
    for at, work in enumerate(brief.works, 1):
        task = work.task
        ballots = f" ({count(work.ballots, 'phiếu')})" if work.ballots else ""
        rows.append(
            [
                str(at),
                f"{task.stage_name}{ballots}",
                date_short(task.start_on) if task.start_on else "",
                date_short(task.due_on) if task.due_on else "không có hạn",
                work.state_words,
            ]
        )
    return Table(columns, rows)
