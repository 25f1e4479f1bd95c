"""The open data: one line a ballot, opinions only, nothing that tells who answered.

Open are the answers on the scale and to yes/no questions of the index. Not open: ballot numbers, days, interviewers, clerks;
free words; facts and traits (service, trips, who answered), which together could tell a person: they are published only as
counts of a block. A ballot names its unit only where the unit has enough ballots; where a single unit of a block would be
left without its name, the next smallest goes without too. Lines are sorted by their content, so their order tells nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tracker.rules.questionnaires import NO_ANSWERS, AnswerType, Question, Questionnaire

OPEN_BALLOTS = "du-lieu.csv"
_HIDDEN_UNIT = ""
_NO_ANSWER_WORDS = {
    "blank": "bỏ trống",
    "not_used": "không có ý kiến, không sử dụng",
    "invalid": "chọn nhiều phương án",
    "skipped": "không phải trả lời theo câu trước",
}


@dataclass(frozen=True)
class DictionaryLine:
    """One column of the open data, explained."""

    column: str
    meaning: str
    values: str


@dataclass(frozen=True)
class OpenData:
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    dictionary: tuple[DictionaryLine, ...]


def open_questions(form: Questionnaire) -> tuple[Question, ...]:
    return tuple(q for q in form.questions if q.has_levels or (q.in_index and q.type is AnswerType.YES_NO))


def open_data(
    forms: Mapping[str, Questionnaire],
    ballots: Iterable[tuple[int, str, Mapping[str, str]]],
    units: Mapping[int, tuple[str, str]],
    *,
    named_from: int,
) -> OpenData:
    """`ballots`: (unit, questionnaire, answers) · `units`: id -> (group, name) · `named_from`: ballots a unit needs to be named.

    Questions of all questionnaires stand side by side as "commune.A1": a ballot fills those of its own.
    """
    taken: dict[str, tuple[Question, ...]] = {code: open_questions(form) for code, form in forms.items()}
    gathered: list[tuple[int, str, tuple[str, ...]]] = []
    ballots_of: dict[int, int] = {}
    for unit, code, answers in ballots:
        ballots_of[unit] = ballots_of.get(unit, 0) + 1
        gathered.append((unit, code, tuple(answers.get(question.code, "blank") for question in taken[code])))
    used = [code for code in taken if any(code == found for _, found, _ in gathered)]
    named = _named(ballots_of, units, named_from)
    width = {code: len(taken[code]) for code in used}
    lines = []
    for unit, code, values in gathered:
        group, name = units[unit]
        cells = [value for own in used for value in (values if own == code else ("",) * width[own])]
        lines.append((group, name if unit in named else _HIDDEN_UNIT, code, *cells))
    columns = ("khoi", "don_vi", "mau_phieu", *(f"{forms[code].code}.{q.code}" for code in used for q in taken[code]))
    return OpenData(columns, tuple(sorted(lines)), _dictionary(forms, used, taken, named_from))


def _named(ballots_of: Mapping[int, int], units: Mapping[int, tuple[str, str]], named_from: int) -> set[int]:
    """Units whose ballots may carry their name."""
    named = {unit for unit, ballots in ballots_of.items() if ballots >= named_from}
    for group in dict.fromkeys(units[unit][0] for unit in ballots_of):
        own = [unit for unit in ballots_of if units[unit][0] == group]
        hidden = [unit for unit in own if unit not in named]
        rest = sorted((unit for unit in own if unit in named), key=lambda unit: (ballots_of[unit], units[unit][1]))
        if len(hidden) == 1 and rest:
            named.discard(rest[0])
    return named


def _dictionary(
    forms: Mapping[str, Questionnaire], used: Sequence[str], taken: Mapping[str, Sequence[Question]], named_from: int
) -> tuple[DictionaryLine, ...]:
    lines = [
        DictionaryLine("khoi", "Khối đơn vị", "tên khối"),
        DictionaryLine(
            "don_vi",
            f"Đơn vị; để trống khi đơn vị có dưới {named_from} phiếu hoặc khi nêu tên sẽ lộ đơn vị ấy",
            "tên đơn vị",
        ),
        DictionaryLine("mau_phieu", "Mẫu phiếu và phiên bản", ", ".join(used)),
    ]
    words = "; ".join(f"{code} = {_NO_ANSWER_WORDS[code]}" for code in NO_ANSWERS)
    for code in used:
        for question in taken[code]:
            options = "; ".join(f"{value} = {label}" for value, label in question.options.items())
            note = "" if question.in_index else " (không tính vào chỉ số)"
            lines.append(DictionaryLine(f"{forms[code].code}.{question.code}", f"{question.text}{note}", f"{options}; {words}"))
    return tuple(lines)
