"""Counts and the facts of a plan -> its result. Nothing is rounded before the last step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from tracker.rules import satisfaction
from tracker.rules.questionnaires import Question, Questionnaire, RecheckUse
from tracker.rules.results.model import (
    Answer,
    Block,
    CriterionRow,
    EntryWork,
    Fieldwork,
    MissingUnit,
    PlanHead,
    QuestionRow,
    Recheck,
    ResultData,
    Shown,
    UnitRow,
    UnitSheet,
)
from tracker.rules.satisfaction import (
    AcrossUnits,
    Basis,
    Figure,
    Formula,
    Minimums,
    QuestionResult,
    Result,
    SurveyedUnit,
    UnitCounts,
    UnitValue,
    across,
    block_of,
    meets_target,
    percent,
    result_of,
    rounded,
    small_cells,
)

FORM = 1
NO_EARLIER = "Chưa có số liệu kỳ trước."
NO_LEVELS = Figure(None, 0, Minimums().state(0))


@dataclass(frozen=True)
class EarlierFigure:
    """A published figure of an earlier plan; one that is not comparable says why."""

    value: Decimal
    source: str
    comparable: bool = True
    why_not: str = ""


@dataclass(frozen=True)
class CollectedUnit:
    """A unit of the plan with its ledger."""

    id: int
    name: str
    group: str
    quota: int | None = None
    files: int | None = None  #: of a year
    handed_out: int = 0
    collected: int = 0
    discarded: int = 0
    valid: int = 0  #: valid ballots
    entered: int = 0  #: of them


@dataclass(frozen=True)
class Survey:
    """By which rules the plan is computed."""

    formula: Formula = field(default_factory=Formula)
    target: Decimal | None = None  #: of the plan
    group_targets: Mapping[str, Decimal | None] = field(default_factory=dict)
    minimums: Minimums = field(default_factory=Minimums)
    census_groups: frozenset[str] = frozenset()  #: everybody was asked: no interval
    group_forms: Mapping[str, str] = field(default_factory=dict)  #: group -> questionnaire, where nothing is entered yet

    unverified: tuple[str, ...] = ()  #: what of the method no text confirms, in sentences

    def target_of(self, group: str) -> Decimal | None:
        return self.group_targets.get(group, self.target)

    def is_census(self, group: str) -> bool:
        return group in self.census_groups or self.census_groups == {""}


@dataclass(frozen=True)
class Collected:
    """Everything that was gathered of a plan."""

    plan: PlanHead
    survey: Survey
    units: tuple[CollectedUnit, ...]
    counts: Mapping[str, Mapping[int, UnitCounts]]  #: questionnaire ("commune@1") -> unit -> counts
    forms: Mapping[str, Questionnaire]
    reasons: Mapping[str, int] = field(default_factory=dict)
    recheck: Recheck = field(default_factory=lambda: Recheck(None, 0, 0, 0, 0, 0, 0))
    second: int = 0
    differences: int = 0
    open_differences: int = 0
    earlier: Mapping[tuple[str, str], EarlierFigure] = field(default_factory=dict)  #: (scope, subject) -> figure

    @property
    def missing_entries(self) -> int:
        return sum(max(0, unit.valid - unit.entered) for unit in self.units)

    @property
    def units_missing_entries(self) -> int:
        return sum(unit.entered < unit.valid for unit in self.units)

    @property
    def without_ballots(self) -> tuple[CollectedUnit, ...]:
        return tuple(unit for unit in self.units if not unit.valid)


def make_result(
    collected: Collected, *, exceptions: Sequence[MissingUnit] = (), open_files: Mapping[str, str] | None = None
) -> ResultData:
    """Raises UnreadableFormula where the formula does not fit a questionnaire."""
    survey, formula = collected.survey, collected.survey.formula
    made = [_block(collected, name, code, units) for name, code, units in _parts(collected)]
    whole = _whole(survey, [rules for rules, _ in made])
    last = collected.earlier.get(("plan", ""))
    change, note = _change(whole.published, last)
    return ResultData(
        form=FORM,
        plan=collected.plan,
        whole=Shown.of(whole),
        mean=_mean(result for rules, _ in made for result in rules.pooled.questions),
        ballots=sum(block.ballots for _, block in made),
        target=survey.target,
        target_met=meets_target(whole, survey.target),
        last=last.value if last else None,
        last_source=last.source if last else "",
        change=change,
        change_note=note,
        formula=formula_texts(formula),
        unverified=survey.unverified,
        shown_from=survey.minimums.shown,
        ranked_from=survey.minimums.ranked,
        blocks=tuple(block for _, block in made),
        fieldwork=_fieldwork(collected.units, collected.reasons),
        recheck=collected.recheck,
        entry=EntryWork(sum(unit.entered for unit in collected.units), collected.second, collected.differences),
        exceptions=tuple(exceptions),
        open_files=dict(open_files or {}),
    )


def formula_texts(formula: Formula) -> dict[str, str]:
    """The parameters as texts, as they stand in what is published."""
    return {key: _text(value) for key, value in formula.as_table().items()}


def unit_sheet(collected: Collected, result: ResultData, unit_id: int) -> UnitSheet | None:
    """One unit in full; None where the plan does not have it, or nothing says by what it was asked. Its place among others is
    that of `result`; of `collected.counts` only its own are read."""
    unit = next((unit for unit in collected.units if unit.id == unit_id), None)
    if unit is None:
        return None
    survey = collected.survey
    for block in result.blocks:
        row = next((row for row in block.units if row.name == unit.name), None)
        if row is None:
            continue
        form = collected.forms[block.questionnaire]
        own = collected.counts.get(block.questionnaire, {}).get(unit_id, UnitCounts(profiles={}))
        found = result_of(form, survey.formula, own, minimums=survey.minimums, census=survey.is_census(unit.group))
        return UnitSheet(row, block.name, _criteria(form, found), _questions(found))
    return None


def _parts(collected: Collected) -> list[tuple[str, str, list[CollectedUnit]]]:
    """(group, questionnaire, its units): what was entered says by which questionnaire a unit was asked."""
    asked: dict[int, list[str]] = {}
    for code, counts in collected.counts.items():
        for unit_id in counts:
            asked.setdefault(unit_id, []).append(code)
    parts: dict[tuple[str, str], list[CollectedUnit]] = {}
    groups = list(dict.fromkeys(unit.group for unit in collected.units))
    for group in groups:
        own = [unit for unit in collected.units if unit.group == group]
        used = [code for unit in own for code in asked.get(unit.id, ())]
        usual = Counter(used).most_common(1)[0][0] if used else collected.survey.group_forms.get(group, "")
        for unit in own:
            for code in asked.get(unit.id) or ([usual] if usual in collected.forms else []):
                parts.setdefault((group, code), []).append(unit)
    several = Counter(group for group, _ in parts)
    return [
        (f"{group} ({collected.forms[code].title})" if several[group] > 1 else group, code, units)
        for (group, code), units in parts.items()
    ]


def _block(collected: Collected, name: str, code: str, units: Sequence[CollectedUnit]) -> tuple[satisfaction.Block[int], Block]:
    survey, form = collected.survey, collected.forms[code]
    target = survey.target_of(units[0].group)
    basis = Basis(form.code, form.version, survey.formula)
    earlier = {unit.id: collected.earlier.get(("unit", str(unit.id))) for unit in units}
    surveyed = []
    for unit in units:
        last = earlier[unit.id]
        is_compared = last is not None and last.comparable
        surveyed.append(
            SurveyedUnit(unit.id, unit.name, unit.files, last.value if last else None, basis if is_compared else None)
        )
    rules = block_of(
        name,
        form,
        survey.formula,
        surveyed,
        collected.counts.get(code, {}),
        minimums=survey.minimums,
        target=target,
        census=survey.is_census(units[0].group),
    )
    by_id = {unit.id: unit for unit in units}
    last_of_block = collected.earlier.get(("group", name))
    change, note = _change(rules.index.published, last_of_block)
    block = Block(
        name=name,
        questionnaire=code,
        questionnaire_title=form.title,
        formula_words=satisfaction.describe(survey.formula, form),
        ballots=rules.pooled.ballots,
        index=Shown.of(rules.index),
        by_files=Shown.of(rules.by_files) if rules.by_files else None,
        mean=_mean(rules.pooled.questions),
        all_satisfied=Shown.of(rules.pooled.all_satisfied) if rules.pooled.all_satisfied else None,
        last=last_of_block.value if last_of_block else None,
        change=change,
        change_note=note,
        target=target,
        target_met=meets_target(rules.index, target),
        ranked=rules.ranked,
        judged=rules.judged,
        met=rules.met,
        rose=rules.rose,
        fell=rules.fell,
        highest=tuple(row.unit.name for row in rules.highest),
        lowest=tuple(row.unit.name for row in rules.lowest),
        left_out=rules.left_out,
        criteria=_criteria(form, rules.pooled),
        questions=_questions(rules.pooled),
        units=tuple(_unit(row, by_id[row.unit.key], earlier[row.unit.key]) for row in rules.rows),
    )
    return rules, block


def _unit(row: satisfaction.UnitRow[int], unit: CollectedUnit, earlier: EarlierFigure | None) -> UnitRow:
    note = row.change.reason
    if earlier is not None and not earlier.comparable:
        note = earlier.why_not
    return UnitRow(
        name=unit.name,
        quota=unit.quota,
        handed_out=unit.handed_out,
        collected=unit.collected,
        valid=unit.valid,
        discarded=unit.discarded,
        index=Shown.of(row.result.index),
        mean=None if row.result.index.suppressed else _mean(row.result.questions),
        rank=row.rank,
        tied=row.tied,
        last=earlier.value if earlier else None,
        change=row.change.points,
        change_note=note,
        target_met=row.target_met,
        criteria=tuple(Shown.of(group.figure) for group in row.result.groups),
    )


def _criteria(form: Questionnaire, result: Result) -> tuple[CriterionRow, ...]:
    found = []
    for group in result.groups:
        own = [q for q in result.questions if q.question.in_index and q.question.group == group.group.code]
        levels = [q for q in own if q.question.has_levels]
        heap: Counter[str] = Counter()
        for question in levels:
            heap.update(question.counts)
        options = levels[0].question.options if levels else {}
        answers = _answers(options, heap, sum(heap.values()), hidden=group.figure.suppressed)
        found.append(CriterionRow(group.group.code, group.group.title, Shown.of(group.figure), answers, _mean(own)))
    return tuple(found)


def _questions(result: Result) -> tuple[QuestionRow, ...]:
    return tuple(_question(found) for found in result.questions)


def _question(found: QuestionResult) -> QuestionRow:
    question = found.question
    counts: Mapping[str, int | None] = found.counts
    if not question.has_levels and not question.in_index:
        # Traits and facts of people: few of a kind could be told who they are.
        counts = dict(zip(found.counts, small_cells(tuple(found.counts.values())), strict=True))
    return QuestionRow(
        code=question.code,
        criterion=question.group,
        text=question.text,
        kind=str(question.type),
        in_index=question.in_index,
        is_fact=question.recheck is RecheckUse.FACT,
        answered=found.answered,
        missing=dict(found.missing),
        answers=_answers(question.options, counts, found.answered, hidden=found.share.suppressed),
        share=Shown.of(found.share) if _has_share(question, found) else Shown.of(NO_LEVELS),
        mean=found.mean,
        expectation=Shown.of(found.expectation) if found.expectation else None,
    )


def _has_share(question: Question, found: QuestionResult) -> bool:
    return question.has_levels or found.share.exact is not None


def _answers(options: Mapping[str, str], counts: Mapping[str, int | None], whole: int, *, hidden: bool) -> tuple[Answer, ...]:
    found = []
    for value, label in options.items():
        count = None if hidden else counts.get(value, 0)
        share = percent(count, whole) if count is not None else None
        found.append(Answer(value, label, count, None if share is None else rounded(share)))
    return tuple(found)


def _mean(results: Iterable[QuestionResult]) -> Decimal | None:
    """Of all answers on the scale to questions of the index, taken together."""
    total = answers = 0
    for result in results:
        if result.question.in_index and result.question.has_levels:
            total += result.levels
            answers += result.answered
    return rounded(Fraction(total, answers)) if answers else None


def _whole(survey: Survey, blocks: Sequence[satisfaction.Block[int]]) -> Figure:
    """All units of the plan by the formula's own rule across units; blocks asked by different questionnaires are pooled by
    their ballots, since their questions are not the same."""
    values = [UnitValue(row.result.index, row.unit.files) for block in blocks for row in block.rows]
    pooled = [block.pooled for block in blocks if block.pooled.index.exact is not None]
    ballots = sum(result.ballots for result in pooled)
    exact = sum(((r.index.exact or Fraction(0)) * r.ballots for r in pooled), Fraction(0)) / ballots if ballots else None
    heap = Figure(exact, ballots, survey.minimums.state(ballots), survey.formula.decimals, not survey.census_groups)
    if survey.formula.across_units is AcrossUnits.WEIGHTED_BY_FILES and any(value.files is None for value in values):
        return Figure(None, ballots, survey.minimums.state(ballots), survey.formula.decimals, False)
    return across(values, survey.formula.across_units, pooled=heap, minimums=survey.minimums)


def _change(this: Decimal | None, last: EarlierFigure | None) -> tuple[Decimal | None, str]:
    if last is None:
        return None, NO_EARLIER
    if not last.comparable:
        return None, last.why_not
    if this is None:
        return None, "Kỳ này chưa có số liệu hoặc chưa đủ số phiếu."
    return this - last.value, ""


def _fieldwork(units: Sequence[CollectedUnit], reasons: Mapping[str, int]) -> Fieldwork:
    quotas = [unit.quota for unit in units]
    return Fieldwork(
        quota=None if any(quota is None for quota in quotas) else sum(quota or 0 for quota in quotas),
        handed_out=sum(unit.handed_out for unit in units),
        collected=sum(unit.collected for unit in units),
        valid=sum(unit.valid for unit in units),
        discarded=sum(unit.discarded for unit in units),
        reasons=dict(reasons),
    )


def _text(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}={inner}" for key, inner in sorted(value.items()))
    if isinstance(value, list):
        return ", ".join(str(inner) for inner in value)
    return ("true" if value else "false") if isinstance(value, bool) else str(value)
