"""Other documents that a plan names: their kind, number, date and issuer, and which of them is the higher plan.

Numbers follow Nghị định 30/2020/NĐ-CP ("104/KH-UBND", "24/2021/QĐ-TTg") or Hướng dẫn 36-HD/VPTW of the Party ("37-CT/TW").
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from tracker.rules.drafts.facts_passages import Passage
from tracker.rules.parsed import DocumentRef
from tracker.wording import search_key

_WORD = r"[A-ZĐƯƠÔ&]+[a-zđ]?[A-ZĐ]*\d{0,3}(?![a-zà-ỹđ])"
CODE = rf"{_WORD}(?:\s?[-–.]\s?{_WORD})*"
#: "104/KH-UBND", "104 / KH - UBND", "24/2021/QĐ-TTg", "30c/NQ-CP"; Party: "37-CT/TW".
NUMBER = rf"(?:\d+\s?[a-zA-Z]?\s*/\s*(?:\d{{4}}\s*/\s*)?{CODE}|\d+\s*[-–]\s*[A-ZĐ]+[a-z]?\s*/\s*[A-ZĐ]+)"
DAY = r"ngày\s*(?P<day>\d{1,2})\s*(?:tháng|[/.\-])\s*(?P<month>\d{1,2})\s*(?:năm|[/.\-])\s*(?P<year>(?:19|20)\s?\d\s?\d)(?!\d)"

_KINDS = (
    "Kế hoạch|Quyết định|Nghị định|Nghị quyết|Thông tư liên tịch|Thông tư|Chỉ thị|Công văn|Chương trình|Tờ trình|Hướng dẫn|"
    "Thông báo|"
    "Văn bản|Đề án|Kết luận|Báo cáo|Phương án|Công điện|Quy định|Quy chế|Thông tri"
)
_KIND_OF_CODE = {
    "QĐ": "Quyết định", "KH": "Kế hoạch", "NĐ": "Nghị định", "TT": "Thông tư", "TTLT": "Thông tư liên tịch",
    "NQ": "Nghị quyết",    "CT": "Chỉ thị", "TB": "Thông báo", "HD": "Hướng dẫn", "CTR": "Chương trình",
    "TTR": "Tờ trình", "ĐA": "Đề án", "KL": "Kết luận", "BC": "Báo cáo", "PA": "Phương án", "CĐ": "Công điện",
}  # fmt: skip
#: Signs that only one body uses.
_ISSUER_OF_SIGN = {"CP": "Chính phủ", "TTg": "Thủ tướng Chính phủ"}
_ISSUER_START = (
    r"(?:(?:Chủ tịch|Bộ trưởng|Giám đốc|Thủ tướng|Ban Thường vụ|Thường trực|Ban Chấp hành|Ban Bí thư|Bộ Chính trị)\b|"
    r"(?:U|Ủ)(?:BND|[yỷỳ]\s+ban)|Chính phủ|Bộ\s|Sở\s|HĐND|Hội đồng|Tỉnh (?:ủ|u)[yỷ]|Huyện (?:ủ|u)[yỷ]|Thành (?:ủ|u)[yỷ]|"
    r"Đảng (?:ủ|u)[yỷ]|Quốc hội|Văn phòng)"
)
_ISSUER_END = (
    r"(?=\s+(?:về|v/v|ban hành|phê duyệt|quy định|hướng dẫn|triển khai|thực hiện|sửa đổi|công bố|giao|kèm|đã|theo|nhằm|"
    r"thông qua|khóa|khoá|"
    r"năm|giai đoạn|ngày|để|trong đó|và\s+(?:các\s+)?(?:Kế hoạch|Quyết định|Công văn|Nghị|Thông|Chỉ thị|Chương trình)|"
    r"yêu cầu|chỉ đạo|tại|"
    r"trên cơ sở|tổ chức|tiếp tục|đẩy mạnh|tăng cường)\b|\s*[,;:.()“”\"]|\s*$)"
)
_REFERENCE = re.compile(
    rf"(?:\b(?P<kind>{_KINDS})\s+(?:của\s+(?P<before>[^,;:]{{3,70}}?)\s+)?)?(?:\bsố\s*[:.]?\s*)?(?<![\d/])(?P<number>{NUMBER})"
    rf"(?:\s*,?\s*{DAY})?"
    rf"(?:\s*,?\s*(?:của|do)\s+(?P<issuer>[^,;:()“”]{{3,120}}?){_ISSUER_END}"
    rf"|\s+(?P<bare>{_ISSUER_START}[^,;:()“”]{{0,100}}?){_ISSUER_END})?",
)
_LAW = re.compile(
    r"\b(?P<kind>Bộ luật|Luật|Pháp lệnh)\s+(?P<name>sửa đổi,\s+bổ sung\s+[^;.()]+?(?=\s+ngày|\s+số\s+\d|[;.()]|\s*$)|"
    r"(?:(?!\b(?:(?:Luật|ngày|năm|số|được|đã|và (?:Luật|Quyết|Nghị|Thông|Chỉ|Kế|Công))\b|ngày\d))[^;,.()])+?)"
    rf"\s*(?:(?:số\s*)?(?P<number>\d+/\d{{4}}/[A-Z]+\d*)|"
    rf"(?=[;,.()]|\s+(?:(?:ngày|năm|số|được|đã|và (?:Luật|Quyết|Nghị|Thông|Chỉ|Kế|Công))\b|ngày\d)|\s*$))(?:\s*,?\s*{DAY})?"
)
#: "Xét đề nghị của Giám đốc Sở Nội vụ tại Tờ trình số …".
_PROPOSER = re.compile(r"\bcủa\s+(?P<issuer>[^,;:]{3,80}?)\s+tại\s+$", re.IGNORECASE)
_LEAD_IN = re.compile(
    r"^\W*(?P<word>căn cứ|thực hiện|triển khai(?: thực hiện)?|thi hành|tiếp tục (?:thực hiện|triển khai)|theo|trên cơ sở|xét)\b",
    re.I,
)
_CARRIES_OUT = (
    "thuc hien",
    "trien khai",
    "trien khai thuc hien",
    "thi hanh",
    "tiep tuc thuc hien",
    "tiep tuc trien khai",
    "theo",
    "tren co so",
)
_SURVEY_WORDS = ("khao sat", "do luong", "hai long", "dieu tra xa hoi hoc", "lay y kien", "sipas")
#: Rules that hold for years: a basis, never the plan carried out.
_STANDING_RULES = re.compile(
    r"^\W*(?:(?:về việc|về|v/v|việc)\s+)?(?:ban hành\s+)?(?:quy chế|quy định|đề án|phương pháp|bộ (?:chỉ số|tiêu chí)|chỉ số)",
    re.I,
)


def read_day(match: re.Match[str]) -> date | None:
    """The date of a DAY match; None when it is missing or does not exist in the calendar."""
    if not match["day"]:
        return None
    try:
        return date(int(match["year"].replace(" ", "")), int(match["month"]), int(match["day"]))
    except ValueError:
        return None


def tidy_number(number: str) -> str:
    """One spelling of a number: "104 / KH - UBND" becomes "104/KH-UBND"."""
    number = re.sub(r"\s*([/.])\s*", r"\1", number.replace("–", "-"))
    return re.sub(r"\s*-\s*", "-", re.sub(r"(?<=\d)\s+(?=[\da-zA-Z])", "", number)).strip()


def code_of(number: str | None) -> str:
    """The sign of a number: "KH-UBND" of "104/KH-UBND", "" of None."""
    parts = re.split(r"/(?=[^\d])", number or "", maxsplit=1)
    return parts[1] if len(parts) > 1 else ""


def same_issuer(one: str, other: str) -> bool:
    """Whether two names mean the same office: "UBND xã" in the plan of UBND xã Quảng Thành is that office."""
    a, b = _issuer_key(one), _issuer_key(other)
    return bool(a and b) and (a == b or a.startswith(f"{b} ") or b.startswith(f"{a} "))


def _issuer_key(name: str) -> str:
    key = search_key(name).replace("uy ban nhan dan", "ubnd").replace("hoi dong nhan dan", "hdnd")
    return re.sub(r"^(chu tich|pho chu tich|bo truong|giam doc|thuong truc|ban thuong vu)\s+(?=\w)", "", key).replace(
        "tp.", "thanh pho"
    )


def read_references(
    passages: Iterable[Passage], *, own_number: str | None, own_issuer: str, about_survey: bool
) -> tuple[DocumentRef, ...]:
    """Every document that the preamble names, in reading order, each once; the higher plan has role "parent".

    The preamble is the paragraphs that begin with "Căn cứ", "Thực hiện", …; references further down are read only from
    sentences of the same form. `about_survey`: the plan is of a survey, so its parent must be one too.
    """
    found: list[DocumentRef] = []
    carried: list[int] = []  # indexes of plans that "Thực hiện" names, whatever they are about
    for passage in passages:
        lead_in = _LEAD_IN.match(passage.text)
        if passage.in_table or lead_in is None:
            continue
        word = search_key(lead_in["word"])
        matches = sorted([*_REFERENCE.finditer(passage.text), *_LAW.finditer(passage.text)], key=lambda match: match.start())
        for index, match in enumerate(matches):
            end = matches[index + 1].start() if index + 1 < len(matches) else len(passage.text)
            if "name" in match.groupdict():
                reference = _law(match, passage)
            else:
                reference = _reference(match, passage)
                subject = passage.text[match.end() : end].split(";")[0]
                if _may_be_parent(reference, subject, own_number=own_number, own_issuer=own_issuer):
                    if any(words in search_key(subject) for words in _SURVEY_WORDS):
                        reference = replace(reference, role="parent")
                    elif word in _CARRIES_OUT:
                        carried.append(len(found))
            if not _known(reference, found):
                found.append(reference)
            elif carried and carried[-1] == len(found):
                carried.pop()
    if carried and not any(reference.role == "parent" for reference in found) and not about_survey:
        found[carried[0]] = replace(found[carried[0]], role="parent")
    return tuple(found)


def _known(reference: DocumentRef, found: Iterable[DocumentRef]) -> bool:
    """Whether a reference repeats an earlier one; "(sau đây gọi tắt là Quyết định số …)" leaves date and issuer out."""
    bare = reference.issued_on is None and (not reference.issuer or reference.kind in {"Luật", "Bộ luật"})
    return any(known.number == reference.number and (bare or known.issued_on == reference.issued_on) for known in found)


def _reference(match: re.Match[str], passage: Passage) -> DocumentRef:
    number = tidy_number(match["number"])
    code = re.split(r"[-/.]", code_of(number))[0].upper()
    party = re.match(r"\d+-([A-ZĐ]+)", number)
    kind = match["kind"] or _KIND_OF_CODE.get(party[1] if party else code, "Công văn")
    issuer = " ".join((match["issuer"] or match["bare"] or match["before"] or "").split())
    if not issuer:
        proposer = _PROPOSER.search(passage.text[: match.start()])
        issuer = proposer["issuer"] if proposer else _ISSUER_OF_SIGN.get(code_of(number).split("-")[-1], "")
    return DocumentRef(kind, number, read_day(match), issuer, place=passage.place(match.start(), match.group().strip()))


def _law(match: re.Match[str], passage: Passage) -> DocumentRef:
    name = f"{match['kind']} {' '.join(match['name'].split())}"
    place = passage.place(match.start(), match.group().strip())
    return DocumentRef(match["kind"], match["number"] or name, read_day(match), "Quốc hội", place=place)


def _may_be_parent(reference: DocumentRef, subject: str, *, own_number: str | None, own_issuer: str) -> bool:
    """A plan, or a decision that approves one, of another office."""
    if reference.issuer and own_issuer and same_issuer(reference.issuer, own_issuer):
        return False
    if reference.number == own_number and not reference.issuer:
        return False
    if _STANDING_RULES.match(subject):
        return False
    return reference.kind in {"Kế hoạch", "Phương án"} or (
        reference.kind in {"Quyết định", "Công văn"} and "ke hoach" in search_key(subject)
    )
