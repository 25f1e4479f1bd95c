"""The figures of one unit (or of units taken together): per question, per criterion, the index, and what stands beside it.

Fractions throughout: groups never feed on rounded questions, nor the index on rounded groups.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import lcm

from tracker.rules.questionnaires.model import BLANK, INVALID, NOT_USED, SKIPPED, Group, Question, Questionnaire
from tracker.rules.satisfaction.counting import UnitCounts
from tracker.rules.satisfaction.formula import Aggregate, Formula, Missing, Scoring, UnreadableFormula, misfits, scoring
from tracker.rules.satisfaction.numbers import Figure, Minimums, percent, rounded


@dataclass(frozen=True)
class QuestionResult:
    question: Question
    asked: int  #: ballots that were asked it
    answered: int
    counts: Mapping[str, int]  #: every value in the order of the paper, noughts included
    missing: Mapping[str, int]  #: blank, not_used, invalid, skipped
    share: Figure  #: satisfied; without value where nothing of the question says so
    mean: Decimal | None  #: of the levels, two decimals; None without levels, answers, or under the smallest base
    mean_exact: Fraction | None
    value: Fraction | None  #: what the index is made of
    expectation: Figure | None = None  #: mean of the percentages, where the question has them

    def percent_of(self, value: str) -> Decimal | None:
        """The share of one answer among those who answered; None under the smallest base."""
        if self.share.suppressed:
            return None
        exact = percent(self.counts[value], self.answered)
        return None if exact is None else rounded(exact, self.share.decimals)


@dataclass(frozen=True)
class GroupResult:
    group: Group
    figure: Figure


@dataclass(frozen=True)
class Result:
    ballots: int
    questions: tuple[QuestionResult, ...]
    groups: tuple[GroupResult, ...]
    index: Figure
    all_satisfied: Figure | None  #: "hài lòng toàn diện"; None without profiles
    overall: Figure | None  #: of the one question asked for all in all

    def question(self, code: str) -> QuestionResult:
        return next(result for result in self.questions if result.question.code == code)


def result_of(
    questionnaire: Questionnaire,
    formula: Formula,
    counts: UnitCounts,
    *,
    minimums: Minimums | None = None,
    census: bool = False,
) -> Result:
    """All figures of `counts`. A census has no intervals.

    Raises UnreadableFormula where the formula does not fit the questionnaire, ValueError where it looks at whole ballots and the
    counts have no profiles.
    """
    if problems := misfits(formula, questionnaire):
        raise UnreadableFormula(problems)
    least = minimums or Minimums()
    make = _Maker(formula, least, with_interval=not census)
    scorings = {question.code: scoring(formula, question) for question in questionnaire.questions}
    questions = tuple(_question_result(make, counts, question, scorings[question.code]) for question in questionnaire.questions)
    by_code = {result.question.code: result for result in questions}
    groups = []
    for group in questionnaire.index_groups:
        own = [by_code[question.code] for question in questionnaire.index_questions if question.group == group.code]
        value = _pooled(formula, own, scorings) if formula.aggregate is Aggregate.POOLED else _mean(r.value for r in own)
        # Answers are never the base, one person's hang together; at least as many people as answered the best answered question.
        groups.append(GroupResult(group, make(value, max(_base(formula, result) for result in own))))
    index = _index(questionnaire, formula, counts, by_code, scorings, groups)
    overall = by_code[questionnaire.overall.code] if questionnaire.overall else None
    whole = _all_satisfied(formula, counts)
    return Result(
        ballots=counts.ballots,
        questions=questions,
        groups=tuple(groups),
        index=make(index, counts.ballots),
        all_satisfied=None if counts.profiles is None else make(whole, counts.ballots),
        overall=None if overall is None else make(overall.value, _base(formula, overall)),
    )


@dataclass(frozen=True)
class _Maker:
    formula: Formula
    minimums: Minimums
    with_interval: bool

    def __call__(self, exact: Fraction | None, base: int, *, is_share: bool = True) -> Figure:
        state = self.minimums.state(base)
        return Figure(exact, base, state, self.formula.decimals, self.with_interval and is_share)


def _question_result(make: _Maker, counts: UnitCounts, question: Question, rule: Scoring) -> QuestionResult:
    found = counts.answers.get(question.code, {})
    values = {value: found.get(value, 0) for value in question.options}
    asked = counts.ballots - found.get(SKIPPED, 0)
    no_answers = {code: found.get(code, 0) for code in (NOT_USED, INVALID)}
    if question.options:
        answered = sum(values.values())
    else:
        answered = sum(count for value, count in found.items() if value not in (BLANK, SKIPPED))
    missing = {BLANK: asked - answered - sum(no_answers.values()), **no_answers, SKIPPED: found.get(SKIPPED, 0)}
    base = asked if make.formula.missing is Missing.AS_UNSATISFIED and rule.satisfied else answered
    satisfied = sum(count for value, count in values.items() if value in rule.satisfied)
    share = make(percent(satisfied, base) if rule.satisfied else None, base)
    mean = Fraction(sum(int(v) * n for v, n in values.items()), answered) if question.has_levels and answered else None
    score = sum(rule.score[value] * count for value, count in values.items())
    value = Fraction(100 * score, rule.top * base) if base and rule.satisfied else None
    return QuestionResult(
        question=question,
        asked=asked,
        answered=answered,
        counts=values,
        missing=missing,
        share=share,
        mean=None if mean is None or share.suppressed else rounded(mean),
        mean_exact=mean,
        value=value,
        expectation=_expectation(make, question, values) if question.percent else None,
    )


def _expectation(make: _Maker, question: Question, values: Mapping[str, int]) -> Figure:
    given = {value: count for value, count in values.items() if value in question.percent}
    base = sum(given.values())
    total = sum(question.percent[value] * count for value, count in given.items())
    return make(Fraction(total, base) if base else None, base, is_share=False)


def _base(formula: Formula, result: QuestionResult) -> int:
    return result.asked if formula.missing is Missing.AS_UNSATISFIED else result.answered


def _index(
    questionnaire: Questionnaire,
    formula: Formula,
    counts: UnitCounts,
    by_code: Mapping[str, QuestionResult],
    scorings: Mapping[str, Scoring],
    groups: Iterable[GroupResult],
) -> Fraction | None:
    own = [by_code[question.code] for question in questionnaire.index_questions]
    if formula.aggregate is Aggregate.QUESTIONS:
        return _mean(result.value for result in own)
    if formula.aggregate is Aggregate.GROUPS:
        return _mean(result.figure.exact for result in groups)
    if formula.aggregate is Aggregate.WEIGHTED_GROUPS:
        weights = formula.weights or {group.code: group.weight for group in questionnaire.index_groups}
        return _weighted((result.figure.exact, weights[result.group.code]) for result in groups)
    if formula.aggregate is Aggregate.POOLED:
        return _pooled(formula, own, scorings)
    if formula.aggregate is Aggregate.OVERALL_QUESTION:
        return by_code[questionnaire.overall.code].value if questionnaire.overall else None
    if counts.profiles is None:
        raise ValueError(f"the aggregate {formula.aggregate} needs the profiles of ballots")
    if formula.aggregate is Aggregate.ALL_SATISFIED:
        return _all_satisfied(formula, counts)
    return _mean_of_ballots(formula, counts, scorings[own[0].question.code].top)


def _pooled(formula: Formula, results: Iterable[QuestionResult], scorings: Mapping[str, Scoring]) -> Fraction | None:
    score, highest = 0, 0
    for result in results:
        rule = scorings[result.question.code]
        score += sum(rule.score[value] * count for value, count in result.counts.items())
        highest += rule.top * _base(formula, result)
    return percent(score, highest)


def _mean_of_ballots(formula: Formula, counts: UnitCounts, top: int) -> Fraction | None:
    """The mean of each person's own value; one who answered nothing has none (unless the unanswered count as unsatisfied)."""
    values = []
    for (asked, answered, _, score), ballots in (counts.profiles or {}).items():
        base = asked if formula.missing is Missing.AS_UNSATISFIED else answered
        if base:
            values.append((Fraction(100 * score, top * base), ballots))
    return _weighted(values)


def _all_satisfied(formula: Formula, counts: UnitCounts) -> Fraction | None:
    """People all of whose answers are satisfied, of the people who answered; where the missing count as unsatisfied, of all."""
    content, people = 0, 0
    for (asked, answered, satisfied, _), ballots in (counts.profiles or {}).items():
        base = asked if formula.missing is Missing.AS_UNSATISFIED else answered
        if base:
            people += ballots
            content += ballots if satisfied == base else 0
    return percent(content, people)


def _mean(values: Iterable[Fraction | None]) -> Fraction | None:
    return _weighted((value, 1) for value in values)


def _weighted(values: Iterable[tuple[Fraction | None, int]]) -> Fraction | None:
    """What has no value leaves the sum, and its weight too."""
    there = [(value, weight) for value, weight in values if value is not None]
    weight = sum(weight for _, weight in there)
    if not weight:
        return None
    # Over one denominator and reduced once, not after each of the sums.
    whole = lcm(*(value.denominator for value, _ in there))
    return Fraction(sum(own * value.numerator * (whole // value.denominator) for value, own in there), whole * weight)
