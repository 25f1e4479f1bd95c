"""Words about letters that pages and letters share."""

from __future__ import annotations

#: Kind of letter -> what it is called in lists and counts.
LETTER_KIND = {
    "daily_digest": "thư tổng hợp hằng ngày",
    "weekly_summary": "thư tiến độ tuần",
    "remind": "thư nhắc việc",
    "chase": "thư đôn đốc",
    "unlocked": "thư báo mở việc",
    "plan_started": "thư gửi kế hoạch công việc",
    "task_returned": "thư trả lại việc",
    "date_changed": "thư báo đổi hạn",
    "confirm_continuous": "thư đề nghị xác nhận việc thường xuyên",
    "extension_asked": "thư đề nghị gia hạn",
    "extension_approved": "thư chấp thuận gia hạn",
    "extension_refused": "thư không chấp thuận gia hạn",
    "acknowledgement": "thư báo đã nhận kết quả",
    "escalate_head": "thư gửi thủ trưởng đơn vị",
    "escalate_coordinator": "thư báo điều phối viên",
    "escalate_leader": "thư báo cáo lãnh đạo",
    "bounced": "thư báo địa chỉ bị trả về",
    "published": "thư báo công bố kết quả",
    "seal_broken": "thư báo niêm phong không nguyên vẹn",
    "held": "thư chờ duyệt",
    "personal_link": "thư gửi liên kết riêng",
    "handover": "thư bàn giao đầu mối",
    "password_reset": "thư đặt lại mật khẩu",
    "journal_mark": "thư mốc nhật ký",
}


def step_words(rung: str) -> str:
    """A step by its name in the notices: "due+1:head" -> "sau hạn 1 ngày làm việc"."""
    step = rung.partition(":")[0]
    if step.startswith("due"):
        days = int(step.removeprefix("due"))
        return f"{'trước' if days < 0 else 'sau'} hạn {abs(days)} ngày làm việc" if days else "đúng ngày đến hạn"
    others = {"born-late": "báo việc mở ra đã quá hạn", "ask": "hỏi xác nhận", "silent": "báo việc lâu chưa xác nhận"}
    return next((words for key, words in others.items() if step.startswith(key)), "cảnh báo thu phiếu chậm")


def masked_email(address: str) -> str:
    """k***h@example.vn: enough to recognise one's own address, too little to learn another's."""
    local, at, domain = address.partition("@")
    if len(local) <= 2:
        return f"{local[:1]}***{at}{domain}"
    return f"{local[0]}***{local[-1]}{at}{domain}"
