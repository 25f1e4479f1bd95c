"""What must hold within a questionnaire beyond the types of its fields. Each mistake is one sentence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from tracker.rules.questionnaires.model import NO_ANSWERS, TEXT_GIVEN, AnswerType, Question, Questionnaire, RecheckUse
from tracker.rules.questionnaires.personal import personal_heading
from tracker.wording import search_key

_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_QUESTION_CODE = re.compile(r"[A-Za-z0-9]+(\.[A-Za-z0-9]+)*")
_VALUE = re.compile(r"[A-Za-z0-9_]+")


def check_questions(questionnaire: Questionnaire) -> list[str]:
    """All mistakes, in reading order; empty when the questionnaire may be used."""
    return list(_of_the_whole(questionnaire)) + [
        problem for place, question in enumerate(questionnaire.questions) for problem in _of(questionnaire, place, question)
    ]


def _of_the_whole(questionnaire: Questionnaire) -> Iterator[str]:
    if not _CODE.fullmatch(questionnaire.code):
        yield f"Mẫu phiếu: mã “{questionnaire.code}” chỉ gồm chữ thường không dấu, chữ số và dấu gạch nối."
    if questionnaire.version < 1:
        yield f"Mẫu phiếu: phiên bản {questionnaire.version} phải từ 1 trở lên."
    for code in _twice(group.code for group in questionnaire.groups):
        yield f"Nhóm {code} ghi hai lần; mỗi nhóm một mã."
    for code in _twice(question.code for question in questionnaire.questions):
        yield f"Câu {code} ghi hai lần; mỗi câu một mã."
    used = {question.group for question in questionnaire.questions}
    for group in questionnaire.groups:
        if group.code not in used:
            yield f"Nhóm {group.code} không có câu hỏi nào; bỏ nhóm hoặc thêm câu."
    if sum(question.overall for question in questionnaire.questions) > 1:
        yield "Chỉ một câu được là câu đánh giá chung (overall)."
    if not questionnaire.index_questions and questionnaire.overall is None:
        yield "Không có câu nào dùng để tính kết quả; đánh dấu in_index hoặc overall."


def _of(questionnaire: Questionnaire, place: int, question: Question) -> Iterator[str]:
    name = f"Câu {question.code}"
    if not _QUESTION_CODE.fullmatch(question.code):
        yield f"{name}: mã câu chỉ gồm chữ không dấu, chữ số và dấu chấm."
    if question.group not in {group.code for group in questionnaire.groups}:
        yield f"{name}: nhóm “{question.group}” không có trong danh sách nhóm."
    yield from _of_options(questionnaire, question, name)
    yield from _of_uses(question, name)
    yield from _of_skips(questionnaire, place, question, name)


def _of_options(questionnaire: Questionnaire, question: Question, name: str) -> Iterator[str]:
    if question.type is AnswerType.FIVE_LEVELS and len(questionnaire.scale) != 5:
        yield f"{name}: năm mức, nhưng thang đo có {len(questionnaire.scale)} mức; ghi đủ thang hoặc dùng kiểu levels."
    if question.type is AnswerType.LEVELS and not questionnaire.scale:
        yield f"{name}: thiếu thang đo."
    if question.type is AnswerType.CHOICE:
        if len(question.options) < 2:
            yield f"{name}: cần ít nhất hai phương án."
        for value in question.options:
            if not _VALUE.fullmatch(value) or value in NO_ANSWERS or value == TEXT_GIVEN:
                yield f"{name}: mã phương án “{value}” không dùng được; đặt mã khác, chữ không dấu."
        for label in _twice(search_key(label) for label in question.options.values()):
            yield f"{name}: hai phương án cùng tên “{label}”."
    if question.type is AnswerType.TEXT and personal_heading(question.text):
        yield f"{name}: hỏi thông tin cá nhân của người dân; bỏ câu này, phiếu chỉ có mã phiếu."


def _of_uses(question: Question, name: str) -> Iterator[str]:
    """in_index, overall and the keys that name answers."""
    if question.in_index and question.overall:
        yield f"{name}: câu đánh giá chung không nằm trong chỉ số; bỏ in_index hoặc overall."
    if question.in_index and question.type is AnswerType.TEXT:
        yield f"{name}: câu ghi ý kiến không tính được vào chỉ số."
    if question.in_index and question.type is AnswerType.CHOICE and question.satisfied is None:
        yield f"{name}: câu chọn phương án muốn tính vào chỉ số phải ghi các phương án hài lòng (satisfied)."
    if question.overall and not question.has_levels:
        yield f"{name}: câu đánh giá chung phải theo thang đo."
    if question.not_used and question.type is AnswerType.TEXT:
        yield f"{name}: câu ghi ý kiến không cần not_used."
    decided = question.decides
    named = {
        "other": [question.other] if question.other else [],
        "discards": list(question.discards),
        "percent": list(question.percent),
        "satisfied": list(question.satisfied or ()),
        "decides": [value for part in decided.classes for value in part] if decided else [],
    }
    for key, values in named.items():
        for value in values:
            if value not in question.options:
                yield f"{name}: mục “{key}” nêu phương án “{value}” không có trong câu này."
    if question.satisfied is not None and not question.satisfied:
        yield f"{name}: mục “satisfied” để trống."
    if decided and question.recheck is not RecheckUse.FACT:
        yield f"{name}: mục “decides” chỉ dùng với câu phúc tra về sự việc (recheck = fact)."
    if decided and _twice(named["decides"]):
        yield f"{name}: mục “decides” có phương án nằm trong hai danh sách."
    if any(not 0 <= share <= 200 for share in question.percent.values()):
        yield f"{name}: mục “percent” phải từ 0 đến 200."
    if question.max_length < 1:
        yield f"{name}: độ dài tối đa {question.max_length} phải từ 1 trở lên."


def _of_skips(questionnaire: Questionnaire, place: int, question: Question, name: str) -> Iterator[str]:
    earlier = {before.code: before for before in questionnaire.questions[:place]}
    for code, values in question.skip_if.items():
        if code not in earlier:
            yield f"{name}: bỏ qua theo câu {code}, nhưng câu ấy không đứng trước."
            continue
        for value in sorted(values - set(earlier[code].options)):
            yield f"{name}: bỏ qua theo câu {code}, nhưng câu ấy không có phương án “{value}”."


def _twice(codes: Iterable[str]) -> list[str]:
    return [code for code, times in Counter(codes).items() if times > 1]
