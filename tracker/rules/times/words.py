"""The words of time phrases: each sign with its phrases. Data only; lexicon.py makes them searchable."""

from __future__ import annotations

from enum import Enum, auto


class Sign(Enum):
    """What a word does in a time phrase."""

    # units
    DAY = auto()
    MONTH = auto()
    QUARTER = auto()
    YEAR = auto()
    WEEK = auto()
    HOUR = auto()
    MINUTE = auto()
    HALF = auto()
    # numbers
    NUMBER = auto()
    NUMBER_WORD = auto()
    DECIMAL = auto()
    CLOCK = auto()
    DOCUMENT = auto()
    WEEKDAY = auto()
    ORDINAL = auto()
    # parts of a unit
    PART = auto()
    TEN_DAYS = auto()
    # bounds
    FROM = auto()
    TO = auto()
    END = auto()
    BEFORE = auto()
    LATEST = auto()
    WITHIN = auto()
    IN = auto()
    AFTER = auto()
    AT_LEAST = auto()
    # events
    AFTER_EVENT = auto()
    SINCE_EVENT = auto()
    UNTIL_EVENT = auto()
    BEFORE_EVENT = auto()
    WHEN = auto()
    DURING = auto()
    BY = auto()
    # rhythm
    EVERY = auto()
    PERIODIC = auto()
    CONTINUOUS = auto()
    TIMES = auto()
    ONWARD = auto()
    # small words
    WORKING = auto()
    NOW = auto()
    NEXT = auto()
    THIS = auto()
    PHASE = auto()
    AND = auto()
    OF = auto()
    HALF_DAY = auto()
    LUNAR = auto()
    GLOSS = auto()
    SCHOOL_YEAR = auto()
    VISION = auto()
    EXCEPT = auto()
    SUMMARY = auto()
    DONE = auto()
    PLURAL = auto()
    SOFT = auto()
    WORD = auto()
    # marks
    BREAK = auto()
    COMMA = auto()
    COLON = auto()
    OPEN = auto()
    CLOSE = auto()
    SLASH = auto()
    DASH = auto()
    DOT = auto()
    PLUS = auto()
    MARK = auto()
    STOP = auto()


#: Phrases of each sign, parted by "|".
PHRASES: dict[Sign, str] = {
    Sign.DAY: "ngày|mùng|mồng|ngày mùng|ngày mồng|các ngày|những ngày",
    Sign.MONTH: "tháng|các tháng|những tháng|thg",
    Sign.QUARTER: "quý|quí|các quý|các quí",
    Sign.YEAR: "năm|các năm|những năm",
    Sign.WEEK: "tuần|tuần lễ",
    Sign.HOUR: "giờ|tiếng",
    Sign.MINUTE: "phút",
    Sign.HALF: "nửa",
    Sign.FROM: "từ|kể từ|tính từ|tính kể từ|bắt đầu từ|bắt đầu kể từ|bắt đầu vào|khởi đầu từ",
    Sign.TO: "đến|tới|cho đến|cho tới|kéo dài đến|kéo dài tới|đến thời điểm",
    Sign.END: "hết",
    Sign.BEFORE: "trước|trước thời điểm|trước mốc",
    Sign.LATEST: (
        "chậm nhất|muộn nhất|trễ nhất|chậm lắm|chậm nhất là|muộn nhất là|trễ nhất là|hạn chót|hạn chót là|hạn cuối|"
        "hạn cuối cùng|hạn cuối là|hạn cuối cùng là|thời hạn cuối|thời hạn cuối cùng|"
        "không quá|không vượt quá|không muộn hơn|"
        "không chậm hơn|không trễ hơn|không chậm quá|không muộn quá|không để quá"
    ),
    Sign.WITHIN: (
        "trong vòng|trong thời hạn|trong thời gian|trong khoảng|trong khoảng thời gian|trong thời hạn là|trong thời gian là"
    ),
    Sign.IN: "trong|vào|ngay trong|vào khoảng|trong cả|trong suốt|suốt|suốt cả|gọn trong|ngay từ trong",
    Sign.AFTER: "sau|ngay sau|sau thời hạn|sau thời gian",
    Sign.AT_LEAST: "ít nhất|tối thiểu|tối đa|ít nhất là|tối thiểu là|tối đa là|tối đa không quá|ít nhất trước|nhiều nhất",
    Sign.AFTER_EVENT: "sau khi|ngay sau khi|liền sau khi|sau lúc|kể từ sau khi|từ sau khi",
    Sign.SINCE_EVENT: "từ khi|kể từ khi|tính từ khi|từ lúc|kể từ lúc|từ thời điểm|kể từ thời điểm|tính từ thời điểm",
    Sign.UNTIL_EVENT: "đến khi|cho đến khi|cho tới khi|tới khi|đến lúc|cho đến lúc",
    Sign.BEFORE_EVENT: "trước khi|trước lúc",
    Sign.WHEN: "khi|ngay khi|lúc|ngay lúc|mỗi khi|trong trường hợp|nhân dịp",
    Sign.DURING: (
        "trong quá trình|trong suốt quá trình|suốt quá trình|xuyên suốt quá trình|trong suốt thời gian|suốt thời gian|"
        "trong khi|đồng thời với|"
        "cùng với|song song với|cùng thời điểm|cùng thời gian|trong dịp|trong đợt|trong các kỳ|tại kỳ|trong kỳ|"
        "tại các kỳ|cùng kỳ"
    ),
    Sign.BY: "theo|tùy theo|tuỳ theo|căn cứ|căn cứ theo|căn cứ vào|tùy thuộc|tuỳ thuộc|phù hợp với|phụ thuộc|phụ thuộc vào",
    Sign.EVERY: "hằng|hàng|mỗi|từng|hẳng|hầng",
    Sign.PERIODIC: "định kỳ|định kì|thường kỳ|thường kì|theo định kỳ|theo định kì|chu kỳ",
    Sign.CONTINUOUS: (
        "thường xuyên|liên tục|quanh năm|lâu dài|suốt năm|xuyên suốt|thường trực|không thời hạn|thường xuyên liên tục"
    ),
    Sign.TIMES: "lần|đợt|kỳ báo cáo",
    Sign.ONWARD: (
        "trở đi|trở về sau|về sau|các năm tiếp theo|những năm tiếp theo|năm tiếp theo|các năm sau|những năm sau|"
        "các năm kế tiếp|những năm kế tiếp|các năm tới|những năm tới|các năm tiếp|các năm sau đó|những năm tiếp sau|"
        "các năm tiếp sau|các tháng tiếp theo|những tháng tiếp theo|các tháng sau|các quý tiếp theo|những quý tiếp theo|"
        "các quý sau|các giai đoạn tiếp theo|giai đoạn tiếp theo|các giai đoạn sau|thời gian tiếp theo|những năm sau đó|"
        "hằng năm tiếp theo|hàng năm tiếp theo|các năm còn lại"
    ),
    Sign.WORKING: "làm việc",
    Sign.NOW: "nay|hiện nay|bây giờ|hiện tại|thời điểm hiện tại",
    Sign.NEXT: "tiếp theo|kế tiếp|liền kề|tới|sau liền kề|kế tiếp liền kề|tiếp liền|liền sau",
    Sign.THIS: "này|hiện hành|nay",
    Sign.PHASE: "giai đoạn|thời kỳ|thời kì|nhiệm kỳ|giai doạn",
    Sign.AND: "và|hoặc|hay|cùng|rồi",
    Sign.OF: "của|thuộc",
    Sign.HALF_DAY: (
        "sáng|chiều|tối|buổi sáng|buổi chiều|buổi tối|trưa|đầu giờ|cuối giờ|giờ làm việc|giờ hành chính|cuối buổi|"
        "cuối ngày|đầu ngày"
    ),
    Sign.LUNAR: "âm lịch|âl|lịch âm|tết nguyên đán",
    Sign.GLOSS: "tức|tức là|tức ngày|nhằm ngày|nghĩa là|tức là ngày|nhằm|dương lịch|dl",
    Sign.SCHOOL_YEAR: "năm học|niên học|năm ngân sách nhà nước",
    Sign.SUMMARY: "sơ kết|tổng kết|báo cáo sơ kết|báo cáo tổng kết",
    Sign.EXCEPT: "trừ|ngoại trừ|không kể|không tính|không bao gồm|trừ các ngày",
    Sign.VISION: "tầm nhìn|tầm nhìn đến|định hướng|định hướng đến|tầm nhìn tới",
    Sign.DONE: (
        "hoàn thành|xong|hoàn tất|hoàn thiện|thực hiện|triển khai|tiến hành|dự kiến|kết thúc|báo cáo|gửi|nộp|trình|"
        "tổ chức|phấn đấu|hoàn thành xong|hoàn thành dứt điểm|bắt đầu|thời gian|thời điểm|thời gian thực hiện|"
        "thời gian hoàn thành|lộ trình|tiến độ|thời hạn|thời hạn là|thời hạn hoàn thành|thời hạn thực hiện|"
        "thời hạn báo cáo|hạn hoàn thành|hạn|hạn nộp|hạn báo cáo|khởi công|khởi động|khai mạc"
    ),
    Sign.PLURAL: "các|những|cả|toàn bộ",
    Sign.SOFT: (
        "là|khoảng|được|phải|cơ bản|tập trung|ngay|đúng|tất cả|đầy đủ|luôn|cần|sẽ|trên|đã|cho|để|đảm bảo|bảo đảm|"
        "thứ tự|trọn|gần|ước|chính thức|đồng loạt|chủ động|khẩn trương|riêng|số"
    ),
    # They begin like a sign and mean something else.
    Sign.WORD: (
        "không thường xuyên|"
        "trước mắt|trước đây|trước đó|trước tiên|sau đây|sau này|sau đó|sau cùng|ngày càng|đầu tư|đầu mối|"
        "ban đầu|hàng đầu|hàng hóa|hàng hoá|hàng loạt|từ xa|từ chối|từng bước|tuần tra|tuần hoàn|quý vị|hết sức|hết hạn|"
        "hạn chế|hạn hán|giới hạn|thời hạn giải quyết|theo dõi|năm cánh|tháng thanh niên|tháng hành động|tháng an toàn|"
        "ngày hội|giữa các|từ đó|trung hạn|dài hạn|ngắn hạn|trong đó|trong nước|trong ngoài|vào cuộc|và sau|tuần lễ vàng|"
        "lần lượt|cùng cấp|chu kỳ kinh doanh"
    ),
}
NUMBER_WORDS = {
    "một": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9, "mười": 10,
    "mười một": 11, "mười hai": 12, "mười ba": 13, "mười bốn": 14, "mười lăm": 15, "hai mươi": 20, "ba mươi": 30,
    "bốn mươi lăm": 45, "sáu mươi": 60, "chín mươi": 90, "giêng": 1, "chạp": 12, "bốn mươi": 40, "hai mươi lăm": 25,
    "nhất": 1,
}  # fmt: skip
WEEKDAYS = {
    "thứ hai": 0, "thứ ba": 1, "thứ tư": 2, "thứ năm": 3, "thứ sáu": 4, "thứ bảy": 5, "thứ bẩy": 5, "chủ nhật": 6,
    "chúa nhật": 6,
}  # fmt: skip
PARTS = {
    "đầu": "start", "giữa": "mid", "cuối": "end", "đầu tiên": "start", "cuối cùng": "end", "nửa đầu": "half1",
    "nửa cuối": "half2", "nửa sau": "half2", "gần cuối": "end", "sau cùng": "end", "khoảng đầu": "start",
    "khoảng giữa": "mid", "khoảng cuối": "end",
}  # fmt: skip
TEN_DAYS = {"thượng tuần": 1, "trung tuần": 2, "hạ tuần": 3}
