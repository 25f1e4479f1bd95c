"""Words of fieldwork, recheck, answers and published figures."""

from __future__ import annotations

from tracker.rules.states import BoxState, DiscardReason, MismatchKind, QuotaKind, RecheckDecision, RecheckOutcome
from tracker.wording.vocabulary import Look

LEDGER = {
    "handed_out": "Phát ra",
    "collected": "Thu về",
    "valid": "Hợp lệ",
    "discarded": "Loại bỏ",
    "outstanding": "Còn ngoài hiện trường",
}
DISCARD_REASON = {
    DiscardReason.ANSWERED_BY_OFFICIAL: "Công chức, viên chức trả lời thay người dân",
    DiscardReason.BLANK: "Phiếu bỏ trống",
    DiscardReason.SEVERAL_CHOICES: "Chọn nhiều phương án cho một câu",
    DiscardReason.NUMBER_REPEATED: "Trùng mã phiếu",
    DiscardReason.UNREADABLE: "Rách, không đọc được",
    DiscardReason.NOT_ELIGIBLE: "Không đúng đối tượng khảo sát",
    DiscardReason.OTHER: "Lý do khác (ghi rõ)",
}
BOX_STATE = {
    BoxState.SEALED: Look("Đang niêm phong", "shield-check", "ok"),
    BoxState.BROKEN: Look("Niêm phong không nguyên vẹn", "shield-exclamation", "over", "chờ ý kiến của thủ trưởng đơn vị"),
    BoxState.DECIDED: Look("Đã có ý kiến, chưa mở", "shield-exclamation", "soon"),
    BoxState.REMOVED: Look("Đã thu hồi", "archive", "idle"),
}
RECHECK_OUTCOME = {
    RecheckOutcome.MATCH: Look("Khớp", "check2", "ok"),
    RecheckOutcome.MISMATCH: Look("Sai lệch", "exclamation-circle", "over"),
    RecheckOutcome.UNREACHABLE: Look("Không liên hệ được", "telephone-x", "idle"),
    RecheckOutcome.REFUSED: Look("Từ chối", "person-x", "idle"),
}
MISMATCH_KIND = {
    MismatchKind.FACT: "Sai lệch về sự việc",
    MismatchKind.SERIOUS: "Sai lệch nghiêm trọng",
}
RECHECK_DECISION = {
    RecheckDecision.CONTINUE: "Phúc tra tiếp",
    RecheckDecision.PASS: "Không phải điều tra lại",
    RecheckDecision.SECOND_STAGE: "Chọn mẫu phúc tra lần hai",
    RecheckDecision.FAIL: "Điều tra lại",
    RecheckDecision.UNDECIDED: "Chờ điều phối viên kết luận",
}
QUOTA_KIND = {
    QuotaKind.FLAT: "Số phiếu như nhau cho mỗi đơn vị",
    QuotaKind.PRODUCT: "Số đơn vị × số dịch vụ × số phiếu",
    QuotaKind.BANDS: "Theo bậc số hồ sơ trong năm",
    QuotaKind.YAMANE: "Công thức n = N ÷ (1 + N × e²)",
    QuotaKind.COCHRAN: "Công thức có hiệu chỉnh tổng thể hữu hạn",
    QuotaKind.CENSUS: "Khảo sát toàn bộ",
    QuotaKind.OPEN: "Không đặt chỉ tiêu (hòm phiếu)",
}
#: Why a ballot has no answer to a question: kept apart as codes, all of them "no answer".
NO_ANSWER = {
    "blank": "Không trả lời",
    "not_used": "Không có ý kiến, không sử dụng",
    "invalid": "Chọn nhiều phương án",
    "skipped": "Không phải trả lời câu này",
}
YES_NO = {"yes": "Có", "no": "Không"}
