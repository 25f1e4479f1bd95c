"""How many ballots a unit needs: bands by number of files, formulas; and the share that is rechecked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tracker.rules.drafts.facts_passages import Passage
from tracker.rules.drafts.groups_counts import whole
from tracker.rules.parsed import Place, SampleTier

_N = r"\d{1,3}(?:[.\s]\d{3})+|\d+"
_THING = (
    r"(?:hồ sơ|giao dịch|lượt(?: giao dịch)?|TTHC|thủ tục(?: hành chính)?|khách hàng|người(?: dân| bệnh)?|trường hợp|"
    r"kết quả|học sinh|hộ)"
)
_THING_GAP = rf"\s*(?:{_THING}\s*(?:/\s*năm|trong năm|một năm)?)?\s*"
_BAND_START = (
    r"^\W*(?:(?:[a-zđ]|\d{1,2})[.)]\s*)?(?:(?:đơn vị|nếu|đối với|các|cơ quan|dịch vụ|xã|phường|nơi|trường hợp|số lượng|số|"
    r"tổng|có|lượng|phát sinh|là|UBND|cấp|thủ tục|"
    r"lĩnh vực|hồ sơ|giao dịch|những|,|:)\s*){0,12}"
)
_BANDS = (
    ("range", re.compile(
        rf"(?P<open>từ|trên|>=?|≥)?\s*(?P<a>{_N}){_THING_GAP}(?:đến|tới|[-–])\s*(?P<close>dưới|nhỏ hơn|<=?|≤|"
        rf"hết)?\s*(?P<b>{_N}){_THING_GAP}", re.I)),
    ("below", re.compile(rf"(?P<close>dưới|nhỏ hơn|ít hơn|không quá|tối đa|đến|<=?|≤)\s*(?P<b>{_N}){_THING_GAP}", re.I)),
    ("above", re.compile(rf"(?P<open>trên|lớn hơn|nhiều hơn|>=?|≥)\s*(?P<a>{_N}){_THING_GAP}(?P<up>trở lên)?", re.I)),
    ("above", re.compile(rf"(?P<open>từ)\s*(?P<a>{_N}){_THING_GAP}(?P<up>trở lên)", re.I)),
)  # fmt: skip
_SAMPLE = re.compile(
    rf"^\W*(?:(?:thì|thu về|khảo sát|lấy|điều tra|chọn|tối thiểu|ít nhất|từ|là|khoảng|số phiếu|đạt|phải|được|phiếu|thu|"
    rf"tất cả|toàn bộ)\s*)*"
    rf"(?:\(?(?P<percent>\d{{1,3}})\s*%|(?P<n>{_N})\s*(?:phiếu|mẫu|người)?)",
    re.IGNORECASE,
)
_ABOUT_SAMPLES = re.compile(r"phiếu|mẫu|%|khảo sát|hồ sơ|giao dịch", re.IGNORECASE)
#: n = N/(1+N·e²) in the ways it is typed: "n = N / (1 + N*e^2)", "n=N/1+N(e)2".
_FORMULA = re.compile(
    r"\bn\s*=\s*N\s*(?:[/:÷]\s*)?[\[({]*\s*1\s*\+\s*N\s*[.·*×x]?\s*[\[(]?\s*[edε]\s*[\])]?\s*(?:\^|"
    r"\*\*)?\s*[\[(]?\s*[2²]\s*[\])}]*|\bn\s*=\s*[^.;\n]{0,30}\b[NZ][^.;\n]{3,60}"
)
_FRACTION = re.compile(r"^n\s*=\s*(?P<top>N)?$|^n\s*=\s*1\s*\+")
_RECHECK = (
    re.compile(r"phúc tra[^.;%\d]{0,80}?\(?(?P<n>\d{1,3})(?:[.,]\d+)?\s*(?:%|phần trăm)", re.I),
    re.compile(r"(?P<n>\d{1,3})(?:[.,]\d+)?\s*(?:%|phần trăm)[^.;%\d]{0,80}?phúc tra", re.I),
    re.compile(r"(?:kiểm tra lại|gọi điện (?:lại|xác minh)|xác minh|kiểm tra ngẫu nhiên|"
        r"hậu kiểm)[^.;%\d]{0,50}?(?P<n>\d{1,3})\s*%[^.;]{0,40}phiếu", re.I),
)  # fmt: skip


@dataclass(frozen=True)
class Samples:
    tiers: tuple[SampleTier, ...] = ()
    tiers_place: Place | None = None
    formula: str = ""
    formula_place: Place | None = None
    recheck_percent: int | None = None
    recheck_place: Place | None = None
    #: Two shares for the recheck, with the words of both.
    recheck_conflict: tuple[str, str] | None = None


def read_samples(pieces: Sequence[Passage], paragraphs: Sequence[Passage]) -> Samples:
    """Bands, formula and recheck share, each only where the text states it."""
    tiers, tiers_place = _tiers(pieces)
    formula, formula_place = _formula(pieces)
    shares = _recheck_shares(paragraphs)
    first = shares[0] if shares else None
    other = next((share for share in shares if first and share[0] != first[0]), None)
    return Samples(
        tiers, tiers_place, formula, formula_place,
        first[0] if first else None, first[2] if first else None,
        (first[1], other[1]) if first and other else None,
    )  # fmt: skip


def _tiers(pieces: Sequence[Passage]) -> tuple[tuple[SampleTier, ...], Place | None]:
    """The first ascending run of at least two bands, from a table's cells or from lines."""
    run: list[SampleTier] = []
    place: Place | None = None
    last_index = -1
    for index, piece in enumerate(pieces):
        for clause in re.split(r";\s*(?=\S)", piece.text):
            band = _band(clause)
            if band is None:
                continue
            low, high, rest = band
            following = pieces[index + 1] if index + 1 < len(pieces) else None
            ballots = (
                _sample(rest)
                if rest.strip(" :.,;-–")
                else _sample(following.text)
                if following and following.block - piece.block <= 2
                else None
            )
            if ballots is None:
                continue
            if run and (index - last_index > 6 or low <= run[-1].min):
                if len(run) >= 2:
                    return tuple(run), place
                run = []
            if not run:
                place = piece.place(0, piece.text)
            run.append(SampleTier(low, high, ballots))
            last_index = index
    return (tuple(run), place) if len(run) >= 2 else ((), None)


def _band(text: str) -> tuple[int, int | None, str] | None:
    """(min, max, the words after it) of a clause that begins with a band."""
    start = re.match(_BAND_START, text, re.IGNORECASE)
    behind_label = text.find(":") + 1
    label_start = re.match(_BAND_START, text[behind_label:], re.IGNORECASE)
    offsets = (start.end() if start else 0, 0, behind_label + (label_start.end() if label_start else 0))
    for offset in dict.fromkeys(offsets):
        for kind, pattern in _BANDS:
            match = pattern.match(text, offset)
            if match is None or not (re.search(_THING, match.group(), re.I) or _ABOUT_SAMPLES.search(text)):
                continue
            rest = text[match.end() :]
            if kind != "above" and re.match(r"\s*(?:%|phiếu|ngày|/)", rest):
                continue
            if kind == "range":
                low = whole(match["a"]) + (1 if match["open"] in {"trên", "Trên", ">"} else 0)
                below = (match["close"] or "").lower() in {"dưới", "nhỏ hơn", "<"}
                return low, whole(match["b"]) - (1 if below else 0), rest
            if kind == "below":
                below = match["close"].lower() in {"dưới", "nhỏ hơn", "ít hơn", "<"}
                return 0, whole(match["b"]) - (1 if below else 0), rest
            above = not match["up"] and match["open"].lower() in {"trên", "lớn hơn", "nhiều hơn", ">"}
            if match["open"].lower() in {"trên", "lớn hơn", ">"}:
                above = True
            return whole(match["a"]) + (1 if above else 0), None, rest
    return None


def _sample(text: str) -> int | str | None:
    match = _SAMPLE.match(text)
    if match is None:
        return None
    return f"{match['percent']}%" if match["percent"] else whole(match["n"])


def _formula(pieces: Sequence[Passage]) -> tuple[str, Place | None]:
    for index, piece in enumerate(pieces):
        match = _FORMULA.search(piece.text)
        if match:
            return " ".join(match.group().split()).rstrip(" ,;."), piece.place(match.start(), match.group().strip())
        # A fraction typed over three lines: "N", "n =", "1 + N(e)2".
        if _FRACTION.match(piece.text):
            around = [pieces[i] for i in range(max(index - 1, 0), min(index + 3, len(pieces)))]
            below = next((p.text for p in around if re.match(r"^1\s*\+\s*N", p.text)), "")
            if below and (piece.text.rstrip().endswith("N") or any(p.text.strip() == "N" for p in around)):
                return f"n = N/({' '.join(below.split())})", piece.place(0, piece.text)
    return "", None


def _recheck_shares(paragraphs: Sequence[Passage]) -> list[tuple[int, str, Place]]:
    found = []
    for passage in paragraphs:
        for pattern in _RECHECK:
            for match in pattern.finditer(passage.text):
                share = int(match["n"])
                if 0 < share <= 100:
                    words = match.group().strip()
                    found.append((share, words, passage.place(match.start(), words)))
    return found
