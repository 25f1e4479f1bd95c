"""Báo cáo tiến độ as a workbook: stages, every piece of work, who is late, ballots, extensions and waivers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tracker.documents.papers.progress_report import EXTENSION_WORDS, general_words, mark_words
from tracker.documents.writing.sheets import Sheet, Value, columns_of
from tracker.documents.writing.workbook import xlsx_file
from tracker.queries.progress_reports import ProgressReport, StageSum, Work
from tracker.rules.states import TaskStatus
from tracker.wording import STANDING, TASK_STATUS, date_short

#: Columns of each sheet, see `columns_of`.
_STAGES = "TT|*Giai đoạn|Hạn theo kế hoạch|Hạn đã gia hạn|#Số việc|#Hoàn thành|#Quá hạn|Tình trạng"
_WORKS = "*Giai đoạn|*Đơn vị|Tình trạng|Hạn theo kế hoạch|Hạn hiện tại|Ngày hoàn thành|#Số lần đôn đốc"
_LATE = "*Đơn vị|*Nội dung công việc|Hạn theo kế hoạch|Hạn hiện tại|#Số ngày quá hạn|#Số ngày quá so với kế hoạch|#Số lần đôn đốc"
_BALLOTS = "*Khối đơn vị|#Số đơn vị|#Chỉ tiêu|#Phát ra|#Thu về|#Hợp lệ|#Loại bỏ|#Phải phúc tra|#Đã phúc tra|#Sai lệch|#Đã nhập"
_ASKED = "*Đơn vị|*Việc|Hạn cũ|Hạn mới|*Lý do|*Văn bản|Kết quả"


def progress_workbook(r: ProgressReport, works: Iterable[Work]) -> bytes:
    """A report with every piece of work of its day."""
    as_of = f"Tính đến hết ngày {date_short(r.as_of)}"
    return xlsx_file(
        [
            _sheet(
                "Giai đoạn",
                _STAGES,
                _stages(r),
                ("TIẾN ĐỘ TỪNG GIAI ĐOẠN", as_of, *general_words(r), *([mark_words(r.mark)] if r.mark else [])),
            ),
            _sheet("Việc", _WORKS, _works(r, works), ("VIỆC CỦA TỪNG ĐƠN VỊ", as_of)),
            _sheet("Quá hạn", _LATE, _late(r), ("DANH SÁCH ĐƠN VỊ CHƯA HOÀN THÀNH", as_of)),
            _sheet("Số phiếu", _BALLOTS, _ballots(r), ("SỐ PHIẾU, PHÚC TRA, NHẬP LIỆU", as_of)),
            _sheet("Gia hạn, bỏ qua điều kiện", _ASKED, _asked(r), ("NHẬT KÝ GIA HẠN VÀ BỎ QUA ĐIỀU KIỆN", as_of)),
        ]
    )


Rows = list[Sequence[Value]]


def _stages(r: ProgressReport) -> Rows:
    def moved(stage: StageSum) -> Value:
        return stage.due_on if stage.due_on != stage.original_due_on else None

    return [[s.position, s.name, s.original_due_on, moved(s), s.total, s.done, s.late, s.verdict] for s in r.stages]


def _works(r: ProgressReport, works: Iterable[Work]) -> Rows:
    return [[w.stage, w.unit or r.head.office, _words(w), w.original_due_on, w.due_on, w.completed_on, w.chases] for w in works]


def _late(r: ProgressReport) -> Rows:
    return [
        [work.unit or r.head.office, work.stage, work.original_due_on, work.due_on, work.days, work.days_of_plan, work.chases]
        for work in r.late
    ]


def _ballots(r: ProgressReport) -> Rows:
    return [
        [
            *(g.name or "Các đơn vị", g.units, g.quota, g.handed_out, g.collected, g.valid, g.discarded),
            *(g.drawn, g.rechecked, g.mismatches, g.entered),
        ]
        for g in r.groups
    ]


def _asked(r: ProgressReport) -> Rows:
    rows: Rows = [
        [asked.unit or r.head.office, asked.stage, asked.old_due_on, asked.new_due_on, asked.reason, asked.document, word]
        for asked, word in ((asked, EXTENSION_WORDS[asked.status]) for asked in r.extensions)
    ]
    for gate in r.waivers:
        verdict = f"bỏ qua điều kiện, {gate.responsible}"
        rows.append([gate.unit or "Mọi đơn vị", gate.stage, None, None, gate.reason, gate.document, verdict])
    return rows


def _sheet(name: str, titles: str, rows: Sequence[Sequence[Value]], above: Sequence[str]) -> Sheet:
    return Sheet(name, columns_of(titles), rows, above)


def _words(work: Work) -> str:
    if work.status in (TaskStatus.IN_PROGRESS, TaskStatus.DONE):
        return STANDING[work.standing].word
    return TASK_STATUS[work.status].word
