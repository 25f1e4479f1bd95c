"""The formula of an index as data: four parameters cover every variant met in Vietnamese bases (docs/cach-tinh.md).

Nothing of a formula is written in code: it belongs to the legal basis of the plan, and is printed under each table it made.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tracker.errors import UnreadableRows
from tracker.rules.questionnaires.model import AnswerType, Question, Questionnaire
from tracker.rules.table_fields import Fields


class QuestionValue(StrEnum):
    SHARE = "share"  # satisfied ÷ answered
    MEAN5 = "mean5"  # mean ÷ highest level
    MEAN_RESCALED = "mean_rescaled"  # (mean − 1) ÷ (highest level − 1)
    POINTS = "points"  # points ÷ (highest points × answered)


class Missing(StrEnum):
    EXCLUDE = "exclude"
    AS_UNSATISFIED = "as_unsatisfied"


class Aggregate(StrEnum):
    QUESTIONS = "questions"
    GROUPS = "groups"
    WEIGHTED_GROUPS = "weighted_groups"
    POOLED = "pooled"
    BALLOTS = "ballots"
    ALL_SATISFIED = "all_satisfied"
    OVERALL_QUESTION = "overall_question"


class AcrossUnits(StrEnum):
    MEAN_OF_UNITS = "mean_of_units"
    POOLED = "pooled"
    WEIGHTED_BY_FILES = "weighted_by_files"


class UnreadableFormula(UnreadableRows):
    """A formula with mistakes, or one that does not fit its questionnaire: one sentence for each."""


@dataclass(frozen=True)
class Formula:
    code: str = "mean-of-questions"
    title: str = "Trung bình các câu hỏi"
    question_value: QuestionValue = QuestionValue.SHARE
    satisfied: frozenset[str] = frozenset({"4", "5"})
    points: Mapping[str, int] = field(default_factory=dict)
    missing: Missing = Missing.EXCLUDE
    aggregate: Aggregate = Aggregate.QUESTIONS
    weights: Mapping[str, int] = field(default_factory=dict)  #: group -> weight; without any, those of the questionnaire
    across_units: AcrossUnits = AcrossUnits.MEAN_OF_UNITS
    decimals: int = 2
    legal_basis: str = ""
    checked: bool = False  #: against the text of the legal basis; else pages carry the mark "chưa đối chiếu văn bản"
    note: str = ""

    def same_as(self, other: Formula) -> bool:
        """Whether both compute the same: figures of different formulas are never compared."""
        return self._parameters() == other._parameters()

    def as_table(self) -> dict[str, Any]:
        """Plain values for JSON: formula_of_table gives the formula back."""
        return {
            "code": self.code,
            "title": self.title,
            "question_value": str(self.question_value),
            "satisfied": sorted(self.satisfied),
            "points": dict(self.points),
            "missing": str(self.missing),
            "aggregate": str(self.aggregate),
            "weights": dict(self.weights),
            "across_units": str(self.across_units),
            "decimals": self.decimals,
            "legal_basis": self.legal_basis,
            "checked": self.checked,
            "note": self.note,
        }

    def _parameters(self) -> tuple[object, ...]:
        table = self.as_table()
        return tuple(
            table[key]
            for key in ("question_value", "satisfied", "points", "missing", "aggregate", "weights", "across_units", "decimals")
        )


@dataclass(frozen=True)
class Scoring:
    """What each answer to one question is worth: the value of the question is 100 · Σ score ÷ (top · answers)."""

    score: Mapping[str, int]
    top: int
    satisfied: frozenset[str]


def read_formulas(source: str) -> tuple[Formula, ...]:
    """The formulas of a TOML file ([[formulas]]). Raises UnreadableFormula with every mistake."""
    try:
        tables = tomllib.loads(source).get("formulas", [])
    except tomllib.TOMLDecodeError as error:
        raise UnreadableFormula([f"Tệp công thức sai cú pháp TOML ({error})."]) from error
    return tuple(formula_of_table(table) for table in tables)


def formula_of_table(table: Mapping[str, Any]) -> Formula:
    """A formula from plain values. Raises UnreadableFormula with every mistake."""
    problems: list[str] = []
    default = Formula()
    fields = Fields(f"Công thức {table.get('code', '')}".strip(), table, set(default.as_table()), problems)
    satisfied = fields.texts("satisfied") if "satisfied" in table else sorted(default.satisfied)
    found = Formula(
        code=fields.text("code"),
        title=fields.text("title"),
        question_value=fields.one_of("question_value", QuestionValue, default.question_value),
        satisfied=frozenset(satisfied),
        points={value: fields.as_whole("points", points) for value, points in fields.table("points").items()},
        missing=fields.one_of("missing", Missing, default.missing),
        aggregate=fields.one_of("aggregate", Aggregate, default.aggregate),
        weights={group: fields.as_whole("weights", weight) for group, weight in fields.table("weights").items()},
        across_units=fields.one_of("across_units", AcrossUnits, default.across_units),
        decimals=fields.whole("decimals", default.decimals),
        legal_basis=fields.text("legal_basis", required=False),
        checked=fields.flag("checked"),
        note=fields.text("note", required=False),
    )
    problems += _own_mistakes(found, fields.name)
    if problems:
        raise UnreadableFormula(problems)
    return found


def _own_mistakes(formula: Formula, name: str) -> list[str]:
    problems = []
    if not formula.satisfied:
        problems.append(f"{name}: chưa ghi mức nào là hài lòng.")
    if formula.missing is Missing.AS_UNSATISFIED and formula.question_value is not QuestionValue.SHARE:
        problems.append(f"{name}: tính câu không trả lời là không hài lòng chỉ dùng với tỷ lệ hài lòng (share).")
    if formula.aggregate is Aggregate.ALL_SATISFIED and formula.question_value is not QuestionValue.SHARE:
        problems.append(f"{name}: hài lòng toàn diện chỉ dùng với tỷ lệ hài lòng (share).")
    if formula.question_value is QuestionValue.POINTS and max(formula.points.values(), default=0) <= 0:
        problems.append(f"{name}: cách tính theo điểm cần bảng điểm có điểm cao nhất lớn hơn 0.")
    if any(points < 0 for points in formula.points.values()):
        problems.append(f"{name}: điểm không được âm.")
    if any(weight <= 0 for weight in formula.weights.values()):
        problems.append(f"{name}: trọng số phải lớn hơn 0.")
    if not 0 <= formula.decimals <= 4:
        problems.append(f"{name}: số chữ số thập phân từ 0 đến 4.")
    return problems


def misfits(formula: Formula, questionnaire: Questionnaire) -> list[str]:
    """Why this formula cannot be used with this questionnaire, in sentences; empty when it can."""
    problems = []
    levels = {str(level) for level in questionnaire.scale}
    if missing_levels := sorted(formula.satisfied - levels):
        problems.append(f"Thang đo của mẫu phiếu không có mức {', '.join(missing_levels)}.")
    if formula.question_value is QuestionValue.POINTS and levels - set(formula.points):
        problems.append(f"Bảng điểm thiếu mức {', '.join(sorted(levels - set(formula.points)))}.")
    if formula.question_value is not QuestionValue.SHARE:
        without = [question.code for question in questionnaire.index_questions if not question.has_levels]
        if without:
            problems.append(f"Câu {', '.join(without)} không theo thang đo nên không tính được điểm trung bình.")
    if formula.aggregate is Aggregate.OVERALL_QUESTION:
        if questionnaire.overall is None:
            problems.append("Mẫu phiếu không có câu đánh giá chung.")
    elif not questionnaire.index_questions:
        problems.append("Mẫu phiếu không có câu nào tính chỉ số.")
    if formula.aggregate is Aggregate.WEIGHTED_GROUPS and formula.weights:
        groups = {group.code for group in questionnaire.index_groups}
        if groups != set(formula.weights):
            problems.append("Trọng số không đúng với các tiêu chí của mẫu phiếu.")
    return problems


def scoring(formula: Formula, question: Question) -> Scoring:
    """What the answers to `question` are worth under `formula`. For a question without levels only shares are counted."""
    if question.satisfied is not None:
        satisfied = question.satisfied
    elif question.type is AnswerType.YES_NO and question.in_index:  # elsewhere a "yes" may be the bad answer
        satisfied = frozenset({"yes"})
    elif question.has_levels:
        satisfied = formula.satisfied
    else:
        satisfied = frozenset()
    if formula.question_value is QuestionValue.SHARE or not question.has_levels:
        return Scoring({value: int(value in satisfied) for value in question.options}, 1, satisfied)
    highest = len(question.options)
    if formula.question_value is QuestionValue.POINTS:
        return Scoring(
            {value: formula.points.get(value, 0) for value in question.options}, max(formula.points.values()), satisfied
        )
    if formula.question_value is QuestionValue.MEAN5:
        return Scoring({value: int(value) for value in question.options}, highest, satisfied)
    return Scoring({value: int(value) - 1 for value in question.options}, highest - 1, satisfied)
