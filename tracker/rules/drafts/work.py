"""What a piece of work is for, and a short name for it: both from its wording, by tables of words."""

from __future__ import annotations

import re

from tracker.rules.drafts.marks import has_bullet, leading_number, one_line, tidy, without_bullet
from tracker.rules.drafts.offices import fold
from tracker.rules.states import WorkKind

#: Looked for in the head of the work (its first clause), in this order; the first that is found decides. Kinds that one word
#: gives away stand before kinds whose words occur in all of them ("điều tra", "khảo sát", "báo cáo").
_HEAD: tuple[tuple[WorkKind, str], ...] = (
    (WorkKind.OTHER, r"^(?:thông tin,? |công tác |đẩy mạnh )*(?:tuyên truyền|truyền thông)\b|\bquyết toán\b"),
    (WorkKind.RECHECK, r"\bphúc tra\b|\bkiểm tra lại phiếu|\bđiều tra lại\b|\bđiều tra bổ sung\b|\bhậu kiểm\b"),
    (WorkKind.TRAINING, r"\btập huấn\b|\bbồi dưỡng\b|^(?:tổ chức )?(?:mở )?lớp\b|^đào tạo\b"),
    (WorkKind.MONITORING, r"^(?:tổ chức |thực hiện |tiến hành |phối hợp |tham gia )*(?:theo dõi, |kiểm tra, )?giám sát\b|"
        r"^(?:theo dõi|đôn đốc|kiểm tra)(?:,| việc| tiến độ| tình hình| quá trình| công tác)(?!.*\bphiếu\b)"),
    (WorkKind.PUBLICATION, r"^(?:tổ chức |tham mưu |trình |họp báo |hội nghị )*(?:ubnd [^,;]{0,30})?(?:công bố|công khai)\b|"
        r"\bphê duyệt (?:và công bố )?(?:kết quả|chỉ số|báo cáo)|^(?:ban hành|ký) (?:quyết định )?(?:công bố|phê duyệt) "
        r"(?:kết quả|chỉ số)|^thông báo kết quả"),
    (WorkKind.DATA_ENTRY, r"\bnhập (?:thông tin|dữ liệu|số liệu|phiếu|liệu|kết quả|và)\b|\bsố hóa phiếu|^(?:tổ chức |tiến "
        r"hành )?nhập\b|\blàm sạch (?:dữ liệu|phiếu|số liệu)"),
    (WorkKind.INFORMATION, r"^(?:các [^,;]{0,40} )?(?:cung cấp|gửi|rà soát, cung cấp|thu thập|cập nhật|báo "
        r"cáo)[^.;]{0,20}\b(?:thông tin|số liệu|danh sách|dữ liệu)\b|^(?:thống kê|lập danh sách)[^.;]{0,40}(?:giao dịch|khách "
        r"hàng|hồ sơ)"),
    (WorkKind.PREPARATION, r"^(?:tham mưu |trình |soạn thảo |dự thảo |hoàn thiện |rà soát |thẩm định |phê duyệt |góp ý |lấy ý "
        r"kiến (?:góp ý|về|dự thảo)[^,;]{0,20})*(?:ubnd [^,;]{0,30})?(?:xây dựng|ban hành|lập|xác định|soạn|chuẩn bị|thiết kế|"
        r"thành lập|kiện toàn|chọn|lựa chọn|in|phê duyệt|dự thảo|hoàn thiện|quyết định|ký|hướng dẫn|phân bổ|phổ biến|quán "
        r"triệt|triển khai kế hoạch|tham mưu|bố trí|phân công|họp|rà soát|trình)\b(?!\s+(?:báo cáo|kết quả))"),
    (WorkKind.ANALYSIS, r"\bphân tích\b|\bxử lý (?:số liệu|dữ liệu|kết quả|thông tin|phiếu)|\btổng hợp,? (?:và )?(?:xử lý|"
        r"phân tích|thống kê)|\bthống kê\b(?!.*\bgiao dịch\b)|\bkết xuất\b|\btính toán\b|\btổng hợp (?:số liệu|dữ liệu|phiếu|"
        r"kết quả khảo sát|kết quả điều tra)(?!.*\bbáo cáo\b)|\bchấm điểm\b|\bđánh giá kết quả\b"),
    (WorkKind.REPORT, r"^(?:tổng hợp|xây dựng|viết|hoàn thiện|lập|gửi|trình|dự thảo|tham mưu|soạn thảo)?[^.;]{0,25}\bbáo "
        r"cáo\b|^sơ kết|^tổng kết"),
    (WorkKind.FIELDWORK, r"\bkhảo sát\b|\bđiều tra\b|\blấy ý kiến\b|\bphỏng vấn\b|\bphát (?:và thu )?phiếu|\bthu (?:thập "
        r")?phiếu|\bphát, thu\b|\bthăm dò\b|\bđo lường\b|\bthu thập (?:thông tin|ý kiến)|\bđánh giá mức độ hài lòng\b"),
)  # fmt: skip
_KINDS = tuple((kind, re.compile(pattern)) for kind, pattern in _HEAD)
_CLAUSE = re.compile(r"[.;:\n(]")

#: "Phối hợp với … giám sát": what is done together is the work.
_TOGETHER = re.compile(
    r"^(?:chủ trì,? (?:và )?)?phối hợp (?:với|cùng|chặt chẽ).{4,160}?(?=\b(?:giám sát|triển khai|tiến hành|thực hiện|xây dựng|"
    r"lập|khảo sát|điều tra|"
    r"tuyên truyền|tổng hợp|phân tích|nhập|thu|phát|hướng dẫn|kiểm tra|tập huấn|công bố|cung cấp|theo dõi)\b)"
)

#: Turns of phrase of these surveys, said shorter.
_SHORTER: tuple[tuple[str, str], ...] = (
    (r"\bthông tin phiếu(?: điều tra| khảo sát)?\b", "phiếu"),
    (r"\bphiếu (?:điều tra,? khảo sát|khảo sát,? điều tra|điều tra xã hội học|điều tra|khảo sát)\b", "phiếu"),
    (r",? và (?:tiến hành|thực hiện|tổ chức)\b", ","),
    (r",? (?:tiến hành|tổ chức thực hiện)\b", ","),
    (r"^tổ chức (?=(?:tập huấn|điều tra|khảo sát|công bố|triển khai|giám sát|phúc tra|họp|hội nghị))", ""),
    (r"^tiến hành (?=\w)", ""),
)
_MAX = 40
#: Words at which a name may end: what follows only says for what, where, by whom or how.
_CUT = re.compile(
    r"\s*[,;:(–]\s+|\s+-\s+|\s+(?=(?:(?<!sự )phục vụ|quá trình|vào|để|nhằm|cho|theo|trên|tại|đối với|của|gửi|về|và|trong|với|"
    r"thông qua|từ|đến|do|được|năm|bằng|qua|thuộc|giữa|"
    r"kết hợp|xác định|làm|ở|đã|có|là)\b)"
)
_DANGLING = re.compile(
    r"[\s,;:–-]+(?:và|hoặc|các|của|để|về|cho|theo|với|tại|trên|vào|từ|đến|những|việc|trong|do|bằng|được|một|số|đối)?$",
    re.IGNORECASE,
)


def kind_of(content: str) -> WorkKind:
    """The kind of work by its wording; OTHER when no word tells."""
    text = fold(without_bullet(tidy(content))).lower().strip()
    _, text = leading_number(text)
    head = _CLAUSE.split(text, maxsplit=1)[0].strip() or text
    head = re.sub(r"^(?:thực hiện|tổ chức thực hiện|triển khai thực hiện|công tác|việc)\s+(?=\w)", "", head)
    head = _TOGETHER.sub("", head)
    for kind, pattern in _KINDS:
        if pattern.search(head):
            return kind
    for kind, pattern in _KINDS:
        if kind in (WorkKind.RECHECK, WorkKind.DATA_ENTRY, WorkKind.ANALYSIS, WorkKind.FIELDWORK) and pattern.search(text[:200]):
            return kind
    return WorkKind.OTHER


def short_name(content: str) -> str:
    """At most 40 characters that stand for the work in narrow columns: its head, cut where a clause ends."""
    lines = [line for line in tidy(content).split("\n") if line]
    text = next((line for line in lines if not has_bullet(line)), lines[0] if lines else "")
    _, text = leading_number(without_bullet(text))
    text = one_line(re.sub(r"\([^()]*\)", " ", text)).strip(' .;:,-–*“”"')
    text = re.split(r"(?<=\w)[.;:]\s", text, maxsplit=1)[0].strip(" .;:,")
    for pattern, shorter in _SHORTER:
        text = re.sub(pattern, shorter, text, flags=re.IGNORECASE)
    text = one_line(text).strip(" ,")
    text = text[:1].upper() + text[1:]
    return _cut(text)


def _cut(text: str) -> str:
    """The longest head of at most 40 characters that ends at a clause, not shorter than a name needs."""
    clauses = [match.start() for match in _CUT.finditer(text) if match.start() <= _MAX]
    useful = [at for at in clauses if at >= 10]
    if len(text) <= _MAX:
        wordy = [match.start() for match in _CUT.finditer(text) if match.start() >= 10 and match[0].strip() not in {",", ";"}]
        tail = [
            at
            for at in wordy
            if re.match(r"\s+(?:phục vụ|quá trình|vào|để|nhằm|theo|trên|gửi|thông qua|năm|bằng|qua)\b", text[at:])
        ]
        return _DANGLING.sub("", text[: tail[0]]) if tail else text
    if useful:
        tail = [
            at
            for at in useful
            if re.match(r"\s+(?:phục vụ|vào|để|nhằm|theo|trên|gửi|thông qua|năm|bằng|qua|đối với)\b", text[at:])
        ]
        at = tail[0] if tail and tail[0] >= 16 else useful[-1]
        return _DANGLING.sub("", text[:at])
    words = text[: _MAX - 1].rsplit(" ", 1)[0] if " " in text[: _MAX - 1] else text[: _MAX - 1]
    return _DANGLING.sub("", words) + "…"
