"""The words by which offices, groups of offices and people are named in plans. A lexicon of kinds, not a list of offices.

An owner begins with a head ("Sở", "Phòng", "UBND", "Chủ tịch") or a word of plenty ("các", "những"). What follows a comma or
"và" belongs to the same name unless it begins with a head of its own: "Sở Văn hóa, Thể thao và Du lịch" is one office.
"""

from __future__ import annotations

import re
from functools import lru_cache

from tracker.wording import fold_tone_marks

#: Heads that need a name after them ("Sở Nội vụ"); in small letters and alone they are common words ("các sở, ban").
_NAMED = (
    "sở|phòng(?!,? (?:chống|ngừa))|ban(?! hành)|bộ phận|bộ(?! (?:câu hỏi|phiếu|tiêu chí|công cụ|chỉ số|thủ tục))|chi cục|"
    "tổng cục|cục|vụ|viện|học viện|trung tâm|trường(?! hợp)|bệnh viện|trạm|văn phòng|hội đồng|hội(?! (?:nghị|thảo|thi|họp))|"
    "đoàn(?! kết)|đội|tổ(?! chức)|nhóm|đài|báo(?! (?:cáo|đảm|chí))|cổng|nhà văn hóa|ban quản lý|hạt|đồn|ngành|khối|công ty|"
    "tổng công ty|tập đoàn|hợp tác xã|thư viện|bảo tàng|ngân hàng|doanh nghiệp|liên minh|liên đoàn|hiệp hội|câu lạc bộ|"
    "chi nhánh|khu|quỹ|tòa án|đảng bộ|chi bộ|thôn|ấp|khóm|bản(?! đồ)|buôn|làng|khu phố|tổ dân phố|điện lực|viễn thông|"
    "tiểu ban|ủy ban|hải quan|đại học|tt|vp|pgd|p\\.|t\\.|bql|bcđ|bch|cqđt|hđ|lđ|ks|nxb"
)
#: Places: an owner where they begin with a capital ("Xã Cam Lập"); in small letters they only say where an office is.
_PLACES = "xã(?! hội)|phường|thị trấn|đặc khu|huyện|quận|thị xã|thành phố|tỉnh|cấp(?! (?:phát|giấy))"
#: Heads that are an office by themselves.
_ALONE = (
    "ủy ban nhân dân|ubnd|hội đồng nhân dân|hđnd|ủy ban mặt trận|ủy ban mttq|ubmttq|ubmt|mặt trận|mttq|công an|ca(?= (?:xã|"
    "phường|huyện|tỉnh|tp))|quân sự|"
    "ban chỉ huy|ban chỉ đạo|bộ chỉ huy|bộ tư lệnh|thuế|kho bạc|bảo hiểm xã hội|bhxh|bưu điện|công đoàn|đảng ủy|huyện ủy|"
    "thành ủy|tỉnh ủy|"
    "quận ủy|thị ủy|cấp ủy|đoàn thanh niên|hội nông dân|hội phụ nữ|hội cựu chiến binh|ccb|viện kiểm sát|thanh tra|thi hành án|"
    "văn thư|kế toán|thường trực|một cửa|đtn|hlhpn|hnd|hccb|tttt|ttyt|tyt|vhxh|vh-xh|vp-tk|lđtb&xh|bộ phận một cửa|xã đoàn|"
    "phường đoàn|"
    "huyện đoàn|thành đoàn|tỉnh đoàn|quận đoàn|vnpt|viettel|mobifone|fpt"
)
#: People: by post, or by the word before a name.
_PEOPLE = (
    "thủ trưởng|trưởng|phó|chủ tịch|giám đốc|chánh|bí thư|lãnh đạo|cán bộ|công chức|viên chức|nhân viên|chuyên viên|điều tra "
    "viên|giám sát viên|"
    "phúc tra viên|cộng tác viên|hiệu trưởng|người đứng đầu|người phụ trách|ông|bà|đồng chí|đ/c|đ/đ|thành viên|đại diện|bộ "
    "trưởng|thư ký|chủ nhiệm|"
    "đại biểu|người|hộ|tổ trưởng|nhóm trưởng|trưởng nhóm|cbcc|ccvc|cb,? ?cc"
)
#: Words that make a group of what follows.
_PLENTY = "các|những|toàn thể|toàn bộ|tất cả|mỗi|từng|một số|nhóm các"
_GENERIC_HEADS = (
    "cơ quan|đơn vị|địa phương|bên|tổ chức(?=,|\\s(?:đoàn thể|chính trị|xã hội|hội|đảng|cơ sở|có liên quan|liên quan))|cá nhân"
)

_HEAD = re.compile(
    rf"^(?:(?P<plenty>{_PLENTY})\b|(?P<alone>{_ALONE})(?!\w)|(?P<people>{_PEOPLE})\b|(?P<generic>{_GENERIC_HEADS})\b|"
    rf"(?P<named>{_NAMED})(?!\w)|"
    rf"(?P<place>{_PLACES})(?!\w))",
    re.IGNORECASE,
)
#: Common words of a group: after a comma they go on with it ("Các sở, ban, ngành", "UBND xã, phường, đặc khu").
_COMMON = re.compile(
    r"^(?:sở|ban|ngành|đoàn thể|hội đoàn thể|hội|phòng chuyên môn|phòng|đơn vị|cơ quan|địa phương|tổ chức|xã|phường|thị trấn|"
    r"đặc khu|thị xã|huyện|quận|"
    r"thành phố|thành ủy|tỉnh|doanh nghiệp|trường học|trường|trạm|trung tâm|cá nhân|công chức|viên chức|cán bộ|nhân viên|"
    r"người lao động|cơ sở|"
    r"bộ phận|chi cục|cục|vụ|viện|bệnh viện|thôn|bản|ấp|khóm|buôn|làng|khu phố|tổ dân phố|tổ|khu|khối|cấp|bộ|lực lượng|nhà "
    r"trường|chi hội|hộ|"
    r"người dân|nhân dân|phòng ban|ban ngành|sở ngành|các)\b",
    re.IGNORECASE,
)
#: What may stand behind common words without making a name of them.
_QUALIFIER = re.compile(
    r"^(?:(?:tỉnh|thành phố|tp\.?|huyện|quận|thị xã|thị trấn|xã|phường|đặc khu|cấp|cơ sở|trung ương|liên quan|có liên quan|"
    r"trực thuộc|thuộc|chuyên môn|"
    r"trên địa bàn|địa bàn|được|khác|trong|tại|nêu trên|ở|của|và|nhà nước|địa phương|hành chính|sự nghiệp|công lập|công|đoàn "
    r"thể|chức năng|học|"
    r"y tế|kinh tế|xã hội|chính trị|[-–])(?!\w).*|)$"
)
_NAME_WORD = re.compile(r"[A-ZĐÀ-Ỹ]")
_SURNAMES = (
    "nguyễn|trần|lê|phạm|hoàng|huỳnh|phan|vũ|võ|đặng|bùi|đỗ|hồ|ngô|dương|lý|đào|đoàn|vương|trịnh|trương|đinh|lâm|phùng|mai|tô|"
    "hà|tạ|cao|thái|lưu|"
    "lương|châu|tăng|quách|chu|hứa|la|kiều|thạch|sơn|danh|nông|đàm|triệu|ma|hầu|giàng|vàng|lò|quàng|cầm|khổng|nghiêm|doãn|"
    "bạch|từ|tống|văn"
)
_PERSON = re.compile(rf"^(?:{_SURNAMES})(?:\s+[A-ZĐÀ-Ỹ][a-zà-ỹđ]*){{1,4}}\b", re.IGNORECASE)
_ABBREVIATION = re.compile(r"^[A-ZĐƯƠ]{2,}[A-ZĐƯƠ&\-.]*(?=\s|$)")


def fold(text: str) -> str:
    """One spelling of tone marks and dashes, so that the lexicon is written once."""
    return fold_tone_marks(text).replace("–", "-").replace("—", "-")


def begins_like_an_owner(text: str) -> bool:
    """True where the first words name an office, a person or a group of them."""
    return _begins_like_an_owner(text[:120])


@lru_cache(maxsize=8192)
def _begins_like_an_owner(text: str) -> bool:
    text = fold(text).lstrip(" -+•*")
    match = _HEAD.match(text)
    if match is None:
        return is_person(text) or _is_abbreviation(text)
    rest = text[match.end() :].lstrip()
    if match["place"]:
        return text[0].isupper() and bool(rest)
    if match["named"] and text[0].islower():
        return bool(rest) and _NAME_WORD.match(rest) is not None
    if match["named"]:
        return bool(rest) and not rest.startswith((",", "chống"))
    if match["alone"] or match["plenty"] or match["generic"]:
        return True
    return bool(rest) or match["people"] is not None


def _is_abbreviation(text: str) -> bool:
    """ "VHXH", "TTYT huyện": capitals that are not a heading in capitals."""
    if _ABBREVIATION.match(text) is None or len(text) > 30:
        return False
    return " " not in text or not text.isupper()


def is_person(text: str) -> bool:
    """A Vietnamese full name in capitals: "Nguyễn Văn An"."""
    text = fold(text)
    if not text or not text[0].isupper():
        return False
    match = _PERSON.match(text)
    return match is not None and all(word[0].isupper() for word in match[0].split())


def begins_new_owner(fragment: str) -> bool:
    """True where the words after a separator are an owner of their own, not the rest of the one before.

    "Ban" in "Các sở, ban, ngành" is not; "Ban Tuyên giáo" is. "Thể thao và Du lịch" is not.
    """
    text = fold(fragment).strip()
    match = _HEAD.match(text)
    if match is None:
        return is_person(text) or _is_abbreviation(text)
    rest = text[match.end() :].strip()
    if match["plenty"]:
        return True
    common = _COMMON.match(text)
    if common is not None and _QUALIFIER.match(text[common.end() :].strip()):
        # "thành phố Cà Mau" after "UBND huyện" is met by the caller; here only names make an owner.
        return False
    if match["alone"] or match["people"]:
        return True
    if match["place"]:
        return text[0].isupper() and bool(rest)
    if match["generic"]:
        return _NAME_WORD.match(rest) is not None
    return bool(rest) and (text[0].isupper() or _NAME_WORD.match(rest) is not None)


def is_common(fragment: str) -> bool:
    """Only common words: "ngành", "đoàn thể tỉnh", "đơn vị có liên quan"."""
    text = fold(fragment).strip()
    common = _COMMON.match(text)
    return common is not None and _QUALIFIER.match(text[common.end() :].strip()) is not None


def head_of(text: str) -> str:
    """The head of a name in small letters: "sở", "ubnd"; "" when there is none."""
    match = _HEAD.match(fold(text).strip())
    return match[0].lower() if match else ""


#: Fields of work by which sở, phòng, ban are named; those with a comma or "và" inside are kept whole where lists are parted.
_FIELD_LIST = (
    "văn hóa, thể thao và du lịch|văn hóa, khoa học và thông tin|văn hóa và thể thao|văn hóa và thông tin|"
    "văn hóa - thông tin|văn hóa - xã hội|văn hóa, thể thao|văn hóa, thông tin và thể thao|"
    "kinh tế, hạ tầng và đô thị|kinh tế - hạ tầng|kinh tế và hạ tầng|kinh tế - kế hoạch|kinh tế|kế hoạch và đầu tư|"
    "kế hoạch - đầu tư|kế hoạch - tài chính|tài chính - kế hoạch|tài chính - kế toán|tài chính và kế hoạch|tài chính|"
    "tài nguyên và môi trường|nông nghiệp và môi trường|nông nghiệp và phát triển nông thôn|nông nghiệp và ptnt|"
    "nông nghiệp|lao động - thương binh và xã hội|lao động, thương binh và xã hội|lao động thương binh và xã hội|"
    "lao động - tbxh|thông tin và truyền thông|thông tin - truyền thông|khoa học và công nghệ|giáo dục và đào tạo|"
    "giáo dục - đào tạo|giao thông vận tải|dân tộc và tôn giáo|dân tộc - tôn giáo|dân tộc|tôn giáo|nội vụ|y tế|"
    "tư pháp|công thương|xây dựng|du lịch|ngoại vụ|quy hoạch - kiến trúc|quản lý đô thị|thanh tra|"
    "địa chính - xây dựng|địa chính - nông nghiệp|địa chính|văn phòng - thống kê|tư pháp - hộ tịch|tổ chức|"
    "tuyên giáo|dân vận|tuyên giáo và dân vận|kiểm tra|tổ chức - hành chính|hành chính - tổng hợp|"
    "hành chính - quản trị|nông nghiệp & ptnt|gd&đt|tn&mt|kh&đt|tt&tt|lđ-tb&xh|lđtb&xh|vh,tt&dl|vhttdl|kh&cn|nn&ptnt|"
    "nn&mt|gtvt"
)
FIELDS = tuple(sorted(_FIELD_LIST.split("|"), key=len, reverse=True))


def leading_field(text: str) -> str | None:
    """The field of work that `text` begins with, as written: "Kế hoạch và Đầu tư, Y tế" -> "Kế hoạch và Đầu tư"."""
    folded = fold(text).lower()
    for field in FIELDS:
        if folded.startswith(field) and not folded[len(field) : len(field) + 1].isalnum():
            return text[: len(field)]
    return None
