"""What a reader of times doubts, in sentences.

Keys of the draft warnings (wording.refusals) come first; the few that only times need stand here.
"""

from __future__ import annotations

from tracker.rules.parsed import Doubt
from tracker.wording import sentence
from tracker.wording.refusals import REFUSALS

SENTENCES = {
    "wording_repaired": "“{damaged}” được đọc là “{read}”; đối chiếu với văn bản đã ký.",
    "wording_left_over": "“{left}” trong “{wording}” không đọc được trọn vẹn; đối chiếu ngày với văn bản đã ký.",
    "moment_vague": "“{wording}” không chỉ rõ ngày, được hiểu là hết ngày {due_on}; sửa nếu cơ quan hiểu khác.",
    "several_times": "“{wording}” ghi nhiều mốc thời gian, lấy mốc cuối {due_on}; tách thành nhiều việc nếu cần.",
    "year_far": "Năm {year} trong “{wording}” cách xa năm {plan_year} của kế hoạch; kiểm tra lại năm.",
    "lunar_date": "“{wording}” là ngày âm lịch; ghi ngày dương lịch tương ứng.",
    "year_column": "Năm “{value}” không đọc được; ghi bốn chữ số, ví dụ 2021.",
    "issued_column": "Ngày ban hành “{value}” không đọc được; ghi theo năm-tháng-ngày, ví dụ 2021-06-18.",
}


def doubt(key: str, **values: object) -> Doubt:
    """The doubt of `key` with its whole sentence; raises KeyError for an unknown key or a missing value."""
    if key in REFUSALS:
        return Doubt(key, sentence(key, **values))
    return Doubt(key, SENTENCES[key].format_map(values))
