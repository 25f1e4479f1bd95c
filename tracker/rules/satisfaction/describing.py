"""The formula in words, printed under each table it made: one data set gives figures from 64 to 83 by different formulas."""

from __future__ import annotations

from tracker.rules.questionnaires.model import Questionnaire
from tracker.rules.satisfaction.formula import AcrossUnits, Aggregate, Formula, Missing, QuestionValue

#: Shown beside a formula that nobody has compared with the text of its legal basis.
UNCHECKED = "Cách tính chưa đối chiếu văn bản."

_AGGREGATE = {
    Aggregate.QUESTIONS: "Chỉ số là trung bình cộng của {n} câu tính chỉ số.",
    Aggregate.GROUPS: "Chỉ số là trung bình cộng của {groups} tiêu chí; mỗi tiêu chí là trung bình cộng các câu của tiêu chí đó.",
    Aggregate.WEIGHTED_GROUPS: "Chỉ số là trung bình có trọng số của {groups} tiêu chí ({weights}); "
    "mỗi tiêu chí là trung bình cộng các câu của tiêu chí đó.",
    Aggregate.POOLED: "Chỉ số tính gộp mọi câu trả lời của {n} câu tính chỉ số.",
    Aggregate.BALLOTS: "Chỉ số là trung bình cộng giá trị của từng phiếu.",
    Aggregate.ALL_SATISFIED: "Chỉ số là tỷ lệ phiếu hài lòng ở mọi câu tính chỉ số đã trả lời.",
    Aggregate.OVERALL_QUESTION: "Chỉ số là giá trị của câu đánh giá chung (câu {overall}).",
}
_ACROSS = {
    AcrossUnits.MEAN_OF_UNITS: "Chỉ số chung của nhiều đơn vị là trung bình cộng chỉ số các đơn vị.",
    AcrossUnits.POOLED: "Chỉ số chung của nhiều đơn vị tính gộp mọi phiếu.",
    AcrossUnits.WEIGHTED_BY_FILES: "Chỉ số chung của nhiều đơn vị là trung bình có trọng số theo số hồ sơ.",
}


def describe(formula: Formula, questionnaire: Questionnaire) -> tuple[str, ...]:
    """The formula as sentences, the mark of an unchecked one included."""
    weights = formula.weights or {group.code: group.weight for group in questionnaire.index_groups}
    values = {
        "n": len(questionnaire.index_questions),
        "groups": len(questionnaire.index_groups),
        "weights": ", ".join(f"{group}: {weight}" for group, weight in weights.items()),
        "overall": questionnaire.overall.code if questionnaire.overall else "",
    }
    sentences = [
        _value_words(formula, questionnaire),
        _AGGREGATE[formula.aggregate].format_map(values),
        _ACROSS[formula.across_units],
        f"Số liệu làm tròn một lần khi in, {formula.decimals} chữ số thập phân.",
    ]
    if formula.legal_basis:
        sentences.insert(0, f"Căn cứ: {formula.legal_basis}.")
    if not formula.checked:
        sentences.append(UNCHECKED)
    return tuple(sentences)


def _value_words(formula: Formula, questionnaire: Questionnaire) -> str:
    highest = max(questionnaire.scale, default=5)
    if formula.question_value is QuestionValue.MEAN5:
        return f"Giá trị của mỗi câu là điểm trung bình của các phiếu có trả lời, chia cho {highest}, nhân 100."
    if formula.question_value is QuestionValue.MEAN_RESCALED:
        return (
            "Giá trị của mỗi câu là điểm trung bình của các phiếu có trả lời, trừ 1,"
            f" chia cho {highest - 1}, nhân 100 (mức 1 là 0, mức {highest} là 100)."
        )
    if formula.question_value is QuestionValue.POINTS:
        points = ", ".join(f"mức {level} {value} điểm" for level, value in formula.points.items())
        return (
            f"Giá trị của mỗi câu là tổng điểm của các phiếu có trả lời ({points}), chia cho tổng điểm cao nhất có thể, nhân 100."
        )
    levels = " và ".join(f"“{questionnaire.scale[int(level)]}”" for level in sorted(formula.satisfied))
    if formula.missing is Missing.AS_UNSATISFIED:
        whole = "tổng số phiếu; phiếu không trả lời tính là không hài lòng"
    else:
        whole = "số phiếu có trả lời câu đó"
    return f"Giá trị của mỗi câu là tỷ lệ phiếu trả lời {levels} trên {whole}."
