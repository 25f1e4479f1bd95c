"""Word, icon and tone of every status and standing. Colour never stands alone."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.rules.reminders import Recipient, RungKind
from tracker.rules.states import (
    ConditionKind,
    DayKind,
    LetterStatus,
    PlanStatus,
    PublicationStatus,
    Role,
    Scope,
    Standing,
    TaskStatus,
    TimeKind,
    WorkKind,
)


@dataclass(frozen=True)
class Look:
    word: str
    icon: str  #: symbol in static/icons.svg
    tone: str  #: ok, run, wait, soon, over, idle
    hint: str = ""


#: What a gate asks for, as a line of its page.
CONDITION_WORDS = {
    ConditionKind.STAGE_DONE: "Giai đoạn khác đã xong",
    ConditionKind.UNITS_SHARE: "Tỷ lệ đơn vị đã xong giai đoạn khác",
    ConditionKind.OWN_TASK_DONE: "Từng đơn vị: đã xong giai đoạn khác",
    ConditionKind.START_DATE: "Đến ngày bắt đầu theo kế hoạch",
    ConditionKind.QUOTA_MET: "Đủ chỉ tiêu phiếu hợp lệ",
    ConditionKind.RECHECKED: "Đã phúc tra và có kết luận",
    ConditionKind.ENTRIES_COMPLETE: "Đã nhập đủ phiếu hợp lệ",
    ConditionKind.APPROVED: "Kết quả đã được phê duyệt",
}
TASK_STATUS = {
    TaskStatus.NOT_OPEN: Look("Chưa mở", "lock", "idle", "Chờ điều kiện chuyển bước"),
    TaskStatus.IN_PROGRESS: Look("Đang thực hiện", "play-circle", "run", "Đơn vị đang làm"),
    TaskStatus.SUBMITTED: Look("Chờ xác nhận", "hourglass-split", "wait", "Đơn vị đã báo hoàn thành, chờ điều phối viên"),
    TaskStatus.DONE: Look("Hoàn thành", "check-circle-fill", "ok", "Đã được xác nhận"),
    TaskStatus.PAUSED: Look("Tạm dừng", "pause-circle", "idle", "Không nhắc việc, không tính quá hạn thêm"),
    TaskStatus.CANCELLED: Look("Đã hủy", "slash-circle", "idle", "Không phải làm nữa, vẫn lưu trong nhật ký"),
}
PLAN_STATUS = {
    PlanStatus.NOT_STARTED: Look("Chưa triển khai", "folder2-open", "idle"),
    PlanStatus.RUNNING: Look("Đang triển khai", "play-circle", "run"),
    PlanStatus.PAUSED: Look("Tạm dừng", "pause-circle", "idle"),
    PlanStatus.CLOSED: Look("Kết thúc", "check-circle-fill", "ok"),
    PlanStatus.CANCELLED: Look("Đã hủy", "slash-circle", "idle"),
}
STANDING = {
    Standing.ON_TRACK: Look("Chưa đến hạn", "clock", "idle", "đang thực hiện, chưa đến hạn"),
    Standing.DUE_SOON: Look("Sắp đến hạn", "alarm", "soon", "đang thực hiện, sắp đến hạn"),
    Standing.OVERDUE: Look("Quá hạn", "exclamation-triangle-fill", "over", "đang thực hiện, quá hạn"),
    Standing.NO_DUE_DATE: Look("Không có hạn", "infinity", "idle", "đang thực hiện, không có hạn"),
    Standing.EARLY: Look("Xong trước hạn", "check2-all", "ok", "hoàn thành trước hạn"),
    Standing.ON_TIME: Look("Xong đúng hạn", "check2-circle", "ok", "hoàn thành đúng hạn"),
    Standing.LATE: Look("Xong quá hạn", "clock-history", "soon", "hoàn thành quá hạn"),
    Standing.DONE_NO_DUE_DATE: Look("Xong, không có hạn", "check2", "ok", "hoàn thành, không có hạn"),
}
LETTER_STATUS = {
    LetterStatus.HELD: Look("Giữ lại chờ duyệt", "pause-circle", "wait"),
    LetterStatus.QUEUED: Look("Chờ gửi", "envelope-paper", "idle"),
    LetterStatus.SENDING: Look("Đang gửi", "send", "run"),
    LetterStatus.SENT: Look("Đã gửi", "envelope-check", "ok"),
    LetterStatus.BOUNCED: Look("Thư bị trả về", "envelope-x", "over"),
    LetterStatus.FAILED: Look("Không gửi được, sẽ gửi lại", "arrow-clockwise", "soon"),
    LetterStatus.VOID: Look("Không cần gửi nữa", "envelope-slash", "idle"),
    LetterStatus.SKIPPED: Look("Bỏ qua vì đã qua ngày", "envelope-dash", "idle"),
}
PUBLICATION_STATUS = {
    PublicationStatus.DRAFT: Look("Dự thảo", "file-earmark-text", "idle"),
    PublicationStatus.APPROVED: Look("Đã phê duyệt", "check-circle-fill", "run"),
    PublicationStatus.PUBLISHED: Look("Đã công bố", "broadcast", "ok"),
    PublicationStatus.CORRECTED: Look("Đã đính chính, có bản thay thế", "file-earmark-diff", "soon"),
}
TIME_KIND = {
    TimeKind.DEADLINE: "Có hạn cuối",
    TimeKind.WINDOW: "Từ ngày – đến ngày",
    TimeKind.MONTH: "Trong tháng",
    TimeKind.QUARTER: "Trong quý",
    TimeKind.YEAR: "Trong năm",
    TimeKind.CONTINUOUS: "Thường xuyên",
    TimeKind.RECURRING: "Định kỳ",
    TimeKind.RELATIVE: "Tính từ một ngày",
    TimeKind.EVENT_RELATIVE: "Tính từ một sự kiện",
    TimeKind.UNDATED: "Không ghi thời gian",
    TimeKind.UNPARSABLE: "Chưa rõ thời gian",
}
#: Who gets a rung of the ladder.
RECIPIENT = {
    Recipient.CONTACT: "đầu mối",
    Recipient.SECOND_CONTACT: "đầu mối thứ hai",
    Recipient.COORDINATING: "đầu mối của đơn vị phối hợp",
    Recipient.HEAD: "thủ trưởng đơn vị",
    Recipient.COORDINATOR: "điều phối viên",
    Recipient.LEADER: "lãnh đạo",
}
RUNG_KIND = {RungKind.REMIND: "nhắc", RungKind.CHASE: "đôn đốc", RungKind.ESCALATE: "báo cáo"}
SCOPE = {Scope.ONCE: "Làm một lần", Scope.EACH_UNIT: "Từng đơn vị"}
WORK_KIND = {
    WorkKind.PREPARATION: "Chuẩn bị",
    WorkKind.INFORMATION: "Cung cấp số liệu",
    WorkKind.TRAINING: "Tập huấn",
    WorkKind.FIELDWORK: "Điều tra khảo sát",
    WorkKind.RECHECK: "Thu phiếu, phúc tra",
    WorkKind.DATA_ENTRY: "Nhập liệu",
    WorkKind.ANALYSIS: "Phân tích",
    WorkKind.REPORT: "Viết báo cáo",
    WorkKind.PUBLICATION: "Công bố",
    WorkKind.MONITORING: "Giám sát",
    WorkKind.OTHER: "Việc khác",
}
ROLE = {
    Role.ADMIN: "Quản trị",
    Role.COORDINATOR: "Điều phối viên",
    Role.LEADER: "Lãnh đạo",
    Role.CLERK: "Người nhập liệu",
    Role.RECHECKER: "Người phúc tra",
    Role.OBSERVER: "Giám sát",
}
#: Loại ngày of the calendar: the two sides of a swap have a word each.
DAY_KIND = {
    DayKind.HOLIDAY: "Nghỉ lễ, tết",
    DayKind.SUBSTITUTE: "Nghỉ bù",
    DayKind.SWAPPED_OFF: "Nghỉ hoán đổi",
    DayKind.MAKE_UP: "Làm bù",
}
