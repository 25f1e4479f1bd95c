"""The figures of one unit (or of units taken together): per question, per criterion, the index, and what stands beside it.

Fractions throughout: groups never feed on rounded questions, nor the index on rounded groups.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from math import lcm
from operator import mul

from tracker.rules.questionnaires.model import BLANK, INVALID, NOT_USED, SKIPPED, Group, Question, Questionnaire
from tracker.rules.satisfaction.counting import UnitCounts
from tracker.rules.satisfaction.formula import Aggregate, Formula, Missing, Scoring, UnreadableFormula, misfits, scoring
from tracker.rules.satisfaction.numbers import Figure, Minimums, percent, rounded

Ratio = tuple[int, int]  #: above, below


@dataclass(frozen=True)
class _Terms:
    """By what the answers to one question are reckoned: the same for every unit."""

    question: Question
    rule: Scoring
    formula: Formula
    minimums: Minimums
    with_interval: bool

    @cached_property
    def values(self) -> tuple[str, ...]:
        return tuple(self.question.options)

    @cached_property
    def score(self) -> tuple[int, ...]:
        return tuple(self.rule.score[value] for value in self.values)

    @cached_property
    def levels(self) -> tuple[int, ...]:
        return tuple(int(value) for value in self.values) if self.question.has_levels else ()

    def figure(self, exact: Fraction | None, base: int, *, is_share: bool = True) -> Figure:
        return Figure(exact, base, self.minimums.state(base), self.formula.decimals, self.with_interval and is_share)


@dataclass(frozen=True)
class QuestionResult:
    """What was answered to one question. What is made of it is worked out when it is asked for: of most units nobody does."""

    terms: _Terms
    asked: int  #: ballots that were asked it
    answered: int
    base: int  #: whichever of the two the formula divides by
    counts: Mapping[str, int]  #: every value in the order of the paper, noughts included
    not_used: int
    invalid: int
    skipped: int
    score: int  #: of all answers
    levels: int  #: the sum of all that were ticked

    @property
    def question(self) -> Question:
        return self.terms.question

    @property
    def missing(self) -> Mapping[str, int]:
        blank = self.asked - self.answered - self.not_used - self.invalid
        return {BLANK: blank, NOT_USED: self.not_used, INVALID: self.invalid, SKIPPED: self.skipped}

    @cached_property
    def share(self) -> Figure:
        """Satisfied; without value where nothing of the question says so."""
        good = self.terms.rule.satisfied
        if not good:
            return self.terms.figure(None, self.answered)
        return self.terms.figure(percent(sum(n for value, n in self.counts.items() if value in good), self.base), self.base)

    @property
    def ratio(self) -> Ratio | None:
        """What the index is made of, not reduced: it is summed up with others."""
        rule = self.terms.rule
        return (100 * self.score, rule.top * self.base) if self.base and rule.satisfied else None

    @property
    def value(self) -> Fraction | None:
        return None if self.ratio is None else Fraction(*self.ratio)

    @property
    def mean_exact(self) -> Fraction | None:
        return Fraction(self.levels, self.answered) if self.question.has_levels and self.answered else None

    @property
    def mean(self) -> Decimal | None:
        """Of the levels, two decimals; None without levels, answers, or under the smallest base."""
        return None if self.mean_exact is None or self.share.suppressed else rounded(self.mean_exact)

    @property
    def expectation(self) -> Figure | None:
        """Mean of the percentages, where the question has them."""
        percents = self.question.percent
        if not percents:
            return None
        given = {value: count for value, count in self.counts.items() if value in percents}
        base = sum(given.values())
        total = sum(percents[value] * count for value, count in given.items())
        return self.terms.figure(Fraction(total, base) if base else None, base, is_share=False)

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
    return next(results_of(questionnaire, formula, [counts], minimums=minimums, census=census))


def results_of(
    questionnaire: Questionnaire,
    formula: Formula,
    counts: Iterable[UnitCounts],
    *,
    minimums: Minimums | None = None,
    census: bool = False,
) -> Iterator[Result]:
    """As result_of of each, one after the other; what is the same for all is looked up once."""
    if problems := misfits(formula, questionnaire):
        raise UnreadableFormula(problems)
    least = minimums or Minimums()
    terms = [_Terms(question, scoring(formula, question), formula, least, not census) for question in questionnaire.questions]
    groups = [
        (group, [q.code for q in questionnaire.index_questions if q.group == group.code]) for group in questionnaire.index_groups
    ]
    return (_result(questionnaire, formula, own, terms, groups) for own in counts)


def _result(
    questionnaire: Questionnaire,
    formula: Formula,
    counts: UnitCounts,
    terms: Sequence[_Terms],
    groups: Sequence[tuple[Group, Sequence[str]]],
) -> Result:
    make = terms[0].figure
    by_code = {own.question.code: _question_result(own, counts) for own in terms}
    found = []
    for group, codes in groups:
        own = [by_code[code] for code in codes]
        value = _pooled(own) if formula.aggregate is Aggregate.POOLED else _mean(r.ratio for r in own)
        # Answers are never the base, one person's hang together; at least as many people as answered the best answered question.
        found.append(GroupResult(group, make(value, max(result.base for result in own))))
    overall = by_code[questionnaire.overall.code] if questionnaire.overall else None
    whole = _all_satisfied(formula, counts)
    return Result(
        ballots=counts.ballots,
        questions=tuple(by_code.values()),
        groups=tuple(found),
        index=make(_index(questionnaire, formula, counts, by_code, found), counts.ballots),
        all_satisfied=None if counts.profiles is None else make(whole, counts.ballots),
        overall=None if overall is None else make(overall.value, overall.base),
    )


def _question_result(terms: _Terms, counts: UnitCounts) -> QuestionResult:
    found = counts.answers.get(terms.question.code, {})
    skipped, not_used, invalid = found.get(SKIPPED, 0), found.get(NOT_USED, 0), found.get(INVALID, 0)
    values = {value: found.get(value, 0) for value in terms.values}
    if values:
        answered = sum(values.values())
    else:
        answered = sum(found.values()) - found.get(BLANK, 0) - skipped
    score, levels = sum(map(mul, terms.score, values.values())), sum(map(mul, terms.levels, values.values()))
    asked = counts.ballots - skipped
    base = asked if terms.formula.missing is Missing.AS_UNSATISFIED else answered
    return QuestionResult(terms, asked, answered, base, values, not_used, invalid, skipped, score, levels)


def _index(
    questionnaire: Questionnaire,
    formula: Formula,
    counts: UnitCounts,
    by_code: Mapping[str, QuestionResult],
    groups: Iterable[GroupResult],
) -> Fraction | None:
    own = [by_code[question.code] for question in questionnaire.index_questions]
    if formula.aggregate is Aggregate.QUESTIONS:
        return _mean(result.ratio for result in own)
    if formula.aggregate is Aggregate.GROUPS:
        return _mean(_ratio(result.figure.exact) for result in groups)
    if formula.aggregate is Aggregate.WEIGHTED_GROUPS:
        weights = formula.weights or {group.code: group.weight for group in questionnaire.index_groups}
        return _weighted((_ratio(result.figure.exact), weights[result.group.code]) for result in groups)
    if formula.aggregate is Aggregate.POOLED:
        return _pooled(own)
    if formula.aggregate is Aggregate.OVERALL_QUESTION:
        return by_code[questionnaire.overall.code].value if questionnaire.overall else None
    if counts.profiles is None:
        raise ValueError(f"the aggregate {formula.aggregate} needs the profiles of ballots")
    if formula.aggregate is Aggregate.ALL_SATISFIED:
        return _all_satisfied(formula, counts)
    return _mean_of_ballots(formula, counts, own[0].terms.rule.top)


def _pooled(results: Sequence[QuestionResult]) -> Fraction | None:
    return percent(sum(own.score for own in results), sum(own.terms.rule.top * own.base for own in results))


def _mean_of_ballots(formula: Formula, counts: UnitCounts, top: int) -> Fraction | None:
    """The mean of each person's own value; one who answered nothing has none (unless the unanswered count as unsatisfied)."""
    values = []
    for (asked, answered, _, score), ballots in (counts.profiles or {}).items():
        base = asked if formula.missing is Missing.AS_UNSATISFIED else answered
        if base:
            values.append(((100 * score, top * base), ballots))
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


def _ratio(value: Fraction | None) -> Ratio | None:
    return None if value is None else value.as_integer_ratio()


def _mean(values: Iterable[Ratio | None]) -> Fraction | None:
    return _weighted((value, 1) for value in values)


def _weighted(values: Iterable[tuple[Ratio | None, int]]) -> Fraction | None:
    """What has no value leaves the sum, and its weight too."""
    there = [(value, weight) for value, weight in values if value is not None]
    weight = sum(weight for _, weight in there)
    if not weight:
        return None
    # Over one denominator and reduced once, not after each of the sums.
    whole = lcm(*(below for (_, below), _ in there))
    return Fraction(sum(own * above * (whole // below) for (above, below), own in there), whole * weight)
