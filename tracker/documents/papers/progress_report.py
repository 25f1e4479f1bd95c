"""Báo cáo tiến độ (wording/documents 5). Causes and proposals are left to the writer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tracker.documents.writing import (
    Annex,
    Column,
    DottedLines,
    Heading,
    Letterhead,
    Paragraph,
    Part,
    Recipients,
    SignatureBlock,
    Signing,
    Table,
    Title,
    write_document,
)
from tracker.queries.group_ballots import GroupSum
from tracker.queries.journal import Mark
from tracker.queries.progress_reports import ProgressReport, StageSum
from tracker.rules.states import ExtensionStatus, Standing
from tracker.wording import date_short, moment, number, percent
from tracker.wording.numbers import padded

EXTENSION_WORDS = {
    ExtensionStatus.PENDING: "chờ duyệt",
    ExtensionStatus.APPROVED: "chấp thuận",
    ExtensionStatus.REFUSED: "không chấp thuận",
    ExtensionStatus.WITHDRAWN: "đã rút",
}
NONE = "–"


def progress_document(r: ProgressReport) -> bytes:
    head, as_of = r.head, date_short(r.as_of)
    year = f" năm {r.year}" if r.year else ""
    about = f"Tiến độ thực hiện Kế hoạch khảo sát mức độ hài lòng{year} (đến ngày {as_of})"
    annexes = [*_late_annex(r), *_extension_annex(r)]
    parts: list[Part] = [
        Letterhead(
            head.office,
            superior=head.superior if head.superior != head.office else "",
            place=head.place,
            on=r.as_of,
            symbol=f"BC-{head.symbol}" if head.symbol else "BC",
        ),
        Title("Báo cáo", about),
        Paragraph(f"Thực hiện {plan_words(r)}, {head.office} báo cáo tiến độ đến hết ngày {as_of} như sau:"),
        Heading("I. Tình hình chung"),
        *(Paragraph(words) for words in general_words(r)),
        Heading("II. Kết quả theo giai đoạn"),
        Heading("1. Tiến độ từng giai đoạn", 2),
        _stage_table(r.stages),
        *(Paragraph(f"- {said}") for said in r.gates),
        Heading("2. Số phiếu", 2),
        _ballot_table(r.groups),
        Heading("3. Phúc tra và nhập liệu", 2),
        _recheck_table(r.groups),
        Heading("III. Tồn tại, nguyên nhân"),
        Paragraph(f"1. {late_words(r)}"),
        DottedLines(2, "2. Nguyên nhân:"),
        Heading("IV. Đề xuất, kiến nghị"),
        DottedLines(2),
        Heading("V. Nhiệm vụ thời gian tới"),
        *(Paragraph(f"- {next_words(stage)}") for stage in r.next_stages),
        Paragraph(f"{head.office} báo cáo lãnh đạo xem xét, chỉ đạo./."),
        Signing(
            SignatureBlock(head.signing_lines, head.signer),
            Recipients([f"{head.leader_position or 'Lãnh đạo'} (để b/c)"], head.symbol.partition("-")[0]),
        ),
        *([Paragraph(mark_words(r.mark), indented=False, align="left", size=10)] if r.mark else []),
        *annexes,
    ]
    return write_document(parts, subject=about, author=head.office)


def plan_words(r: ProgressReport) -> str:
    head = r.head
    numbered = f" số {head.plan_number}" if head.plan_number and not head.plan_number.startswith("/") else ""
    issued = f" ngày {date_short(head.issued_on)}" if head.issued_on else ""
    return f"Kế hoạch{numbered}{issued}{f' của {head.issuer}' if head.issuer else ''}"


def general_words(r: ProgressReport) -> tuple[str, str]:
    s = r.standings
    finished = (Standing.EARLY, Standing.ON_TIME, Standing.LATE, Standing.DONE_NO_DUE_DATE)
    under_way = (Standing.ON_TRACK, Standing.DUE_SOON, Standing.OVERDUE, Standing.NO_DUE_DATE)
    early, on_time, late, no_due = (number(s.get(one, 0)) for one in finished)
    on_track, soon, overdue, no_due_running = (number(s.get(one, 0)) for one in under_way)
    return (
        f"Tổng số {number(r.tasks)} việc của {number(r.units)} đơn vị. Đã hoàn thành {number(r.done)} việc"
        f" ({percent(r.done, r.tasks)}): trước hạn {early}, đúng hạn {on_time}, quá hạn {late}, không có hạn {no_due}.",
        f"Đang thực hiện {number(r.running)} việc: chưa đến hạn {on_track}, sắp đến hạn {soon}, quá hạn {overdue},"
        f" không có hạn {no_due_running}; trong đó chờ xác nhận {number(r.submitted)}."
        f" Chưa mở {number(r.not_open)}, tạm dừng {number(r.paused)}, hủy {number(r.cancelled)}.",
    )


def late_words(r: ProgressReport, *, has_annexes: bool = True) -> str:
    """`has_annexes`: of the Word file; a page has its lists below."""
    if not r.overdue:
        said = "Không có đơn vị quá hạn"
    else:
        where = ""
        if has_annexes:
            where = " (Phụ lục I)" if r.extensions or r.waivers else " (Phụ lục)"
        said = f"Có {padded(r.late_units)} đơn vị, {padded(r.overdue)} việc quá hạn{where}"
    said += f"; đã đôn đốc {padded(r.chases)} lần, trong đó {padded(r.chased_thrice)} đơn vị từ lần thứ ba."
    said += f" Gia hạn {padded(r.granted)}/{padded(len(r.extensions))} đề nghị; bỏ qua điều kiện {padded(len(r.waivers))} lần."
    return said


def mark_words(mark: Mark) -> str:
    return f"Mốc nhật ký khi lập báo cáo: dòng {number(mark.line)}, {moment(mark.at)}, mã kiểm chứng {mark.hash}."


def next_words(stage: StageSum) -> str:
    due = f", hạn {date_short(stage.due_on)}" if stage.due_on else ""
    return f"{stage.name}: còn {number(stage.total - stage.done)}/{number(stage.total)} việc{due}."


def _day(value: date | None) -> str:
    return date_short(value) if value else NONE


def _stage_table(stages: Sequence[StageSum]) -> Table:
    columns = [
        Column("TT", 10, "center"),
        Column("Giai đoạn", 44),
        Column("Hạn theo kế hoạch", 27, "center"),
        Column("Hạn đã gia hạn", 27, "center"),
        Column("Đơn vị hoàn thành", 22, "center"),
        Column("Quá hạn", 14, "right"),
        Column("Tình trạng", 26),
    ]
    rows = [
        [
            str(stage.position),
            stage.name,
            _day(stage.original_due_on),
            _day(stage.due_on) if stage.due_on != stage.original_due_on else NONE,
            f"{number(stage.done)}/{number(stage.total)}",
            number(stage.late),
            stage.verdict,
        ]
        for stage in stages
    ]
    return Table(columns, rows, size=11)


def _ballot_table(groups: Sequence[GroupSum]) -> Table:
    titles = ("Chỉ tiêu", "Phát ra", "Thu về", "Hợp lệ", "Loại bỏ", "Tỷ lệ thu về")
    columns = [Column("TT", 10, "center"), Column("Khối đơn vị", 44), *(Column(title, 18, "right") for title in titles)]
    rows = [
        [
            str(at),
            group.name or "Các đơn vị",
            NONE if group.quota is None else number(group.quota),
            *(number(value) for value in (group.handed_out, group.collected, group.valid, group.discarded)),
            percent(group.collected, group.quota) if group.quota else NONE,
        ]
        for at, group in enumerate(groups, 1)
    ]
    return Table(columns, rows)


def _recheck_table(groups: Sequence[GroupSum]) -> Table:
    titles = ("Phải phúc tra", "Đã phúc tra", "Sai lệch", "Đã nhập/hợp lệ")
    columns = [Column("TT", 10, "center"), Column("Khối đơn vị", 48), *(Column(title, 24, "right") for title in titles)]
    rows = [
        [
            str(at), group.name or "Các đơn vị", number(group.drawn), number(group.rechecked), number(group.mismatches),
            f"{number(group.entered)}/{number(group.valid)}",
        ]
        for at, group in enumerate(groups, 1)
    ]  # fmt: skip
    return Table(columns, rows)


def _late_annex(r: ProgressReport) -> list[Part]:
    if not r.late:
        return []
    columns = [
        Column("TT", 10, "center"),
        Column("Đơn vị", 62),
        Column("Nội dung công việc", 58),
        Column("Hạn theo kế hoạch", 26, "center"),
        Column("Hạn đã gia hạn", 26, "center"),
        Column("Số ngày quá hạn", 20, "right"),
        Column("Số ngày quá so với kế hoạch", 24, "right"),
        Column("Số lần đã đôn đốc", 20, "right"),
    ]
    rows = [
        [
            str(at),
            work.unit or r.head.office,
            work.stage,
            _day(work.original_due_on or work.due_on),
            _day(work.due_on) if work.original_due_on not in (None, work.due_on) else NONE,
            number(work.days),
            number(work.days_of_plan),
            number(work.chases),
        ]
        for at, work in enumerate(r.late, 1)
    ]
    second = bool(r.extensions or r.waivers)
    return [_annex(r, "I" if second else "", "Danh sách đơn vị chưa hoàn thành"), Table(columns, rows, size=11)]


def _extension_annex(r: ProgressReport) -> list[Part]:
    if not (r.extensions or r.waivers):
        return []
    columns = [
        Column("TT", 10, "center"),
        Column("Đơn vị", 50),
        Column("Việc", 44),
        Column("Hạn cũ", 24, "center"),
        Column("Hạn mới", 24, "center"),
        Column("Lý do", 56),
        Column("Văn bản, kết quả", 40),
    ]
    rows = [
        [
            asked.unit or r.head.office, asked.stage, _day(asked.old_due_on), _day(asked.new_due_on), asked.reason,
            "; ".join(part for part in (asked.document, EXTENSION_WORDS[asked.status]) if part),
        ]
        for asked in r.extensions
    ]  # fmt: skip
    rows += [
        [
            waived.unit or "Mọi đơn vị", f"Bỏ qua điều kiện: {waived.stage}", NONE, NONE,
            waived.reason, f"{waived.responsible}; {waived.document}",
        ]
        for waived in r.waivers
    ]  # fmt: skip
    numbered = [[str(at), *row] for at, row in enumerate(rows, 1)]
    roman = "II" if r.late else ""
    return [_annex(r, roman, "Nhật ký gia hạn và bỏ qua điều kiện"), Table(columns, numbered, size=11)]


def _annex(r: ProgressReport, roman: str, title: str) -> Annex:
    symbol = f"BC-{r.head.symbol}" if r.head.symbol else ""
    return Annex(title, roman, attached_to="Báo cáo", symbol=symbol, year=r.as_of.year, issuer=r.head.office, landscape=True)
