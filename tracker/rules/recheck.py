"""Phúc tra: what an answer asked again means, when a ballot may be replaced, and what follows for the unit (docs/phuc-tra.md).

Nothing fails by itself: the rule proposes with its reason, a coordinator signs, the journal keeps both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tracker.rules.questionnaires import Difference, Questionnaire, answered_differently, settles_a_mismatch
from tracker.rules.satisfaction import percent, rounded
from tracker.rules.states import MismatchKind, RecheckDecision, RecheckOutcome
from tracker.wording import number, sentence
from tracker.wording.figures import exact_words, share_words

#: Parameters of a plan; 10 % is the rate that the bcstats tool of IPA accepts by default.
THRESHOLD_PERCENT = Fraction(10)
TRIES_NEEDED = 3

#: So many serious mismatches in both stages together fail a unit whatever the rate.
SERIOUS_THAT_FAIL = 2

#: So many differing facts make a mismatch when none of them settles it by itself.
FACTS_THAT_DIFFER = 2


@dataclass(frozen=True)
class Stage:
    """One draw of a unit, counted. `exhausted`: the order is spent, nobody is left to ask."""

    planned: int
    match: int = 0
    fact: int = 0
    serious: int = 0
    exhausted: bool = False
    unreachable: int = 0
    refused: int = 0

    @property
    def settled(self) -> int:
        return self.match + self.fact + self.serious

    @property
    def mismatches(self) -> int:
        return self.fact + self.serious


@dataclass(frozen=True)
class Verdict:
    decision: RecheckDecision
    settled: int
    mismatches: int
    serious: int
    rate: Fraction | None  #: percent of the settled, of all stages; unreachable and refused are not in it
    reason: str  #: one sentence
    wanted: int = 0  #: replacements still to be asked (CONTINUE), or ballots of the second stage


def decide(stages: Sequence[Stage], threshold_percent: Fraction | int = THRESHOLD_PERCENT) -> Verdict:
    """What is proposed for a unit after one or two stages. Raises ValueError for none or more than two.

    Where no ballot is left for a second stage, that stage is planned with 0 ballots, and the unit is judged on the first.
    """
    if not 1 <= len(stages) <= 2:
        raise ValueError(f"a recheck has one or two stages, not {len(stages)}")
    last = stages[-1]
    settled = sum(stage.settled for stage in stages)
    mismatches = sum(stage.mismatches for stage in stages)
    serious = sum(stage.serious for stage in stages)
    rate = mismatch_rate(mismatches, settled)
    over = rate is not None and rate > threshold_percent

    def verdict(decision: RecheckDecision, reason: str, wanted: int = 0) -> Verdict:
        return Verdict(decision, settled, mismatches, serious, rate, reason, wanted)

    if last.settled < last.planned and not last.exhausted:
        missing = last.planned - last.settled
        return verdict(
            RecheckDecision.CONTINUE,
            f"Mới có kết quả {number(last.settled)}/{number(last.planned)} phiếu; còn {number(missing)} phiếu, "
            "phiếu không gặp được thì thay bằng phiếu kế tiếp trong thứ tự.",
            missing,
        )
    if 2 * last.settled < last.planned:
        return verdict(
            RecheckDecision.UNDECIDED,
            f"Đã hết phiếu để thay mà mới có kết quả {number(last.settled)}/{number(last.planned)} phiếu; "
            "điều phối viên kết luận và ghi lý do.",
        )
    counted = _counted(mismatches, settled, rate, threshold_percent, over=over)
    if len(stages) == 1 and (serious or over):
        heavy = f", trong đó {number(serious)} phiếu nghiêm trọng" if serious else ""
        return verdict(
            RecheckDecision.SECOND_STAGE,
            f"{counted}{heavy}; chọn thêm {number(last.planned)} phiếu phúc tra lần hai.",
            last.planned,
        )
    if serious >= SERIOUS_THAT_FAIL:
        return verdict(
            RecheckDecision.FAIL, f"Qua hai lần có {number(serious)} phiếu sai lệch nghiêm trọng; đề xuất điều tra lại."
        )
    if over:
        return verdict(RecheckDecision.FAIL, f"{counted}; đề xuất điều tra lại.")
    ending = f"; loại {number(serious)} phiếu sai lệch nghiêm trọng" if serious else ""
    return verdict(RecheckDecision.PASS, f"{counted}; không phải điều tra lại{ending}.")


def mismatch_rate(mismatches: int, settled: int) -> Fraction | None:
    """(fact + serious) ÷ (match + fact + serious) in percent; None where nothing is settled."""
    return percent(mismatches, settled)


@dataclass(frozen=True)
class Resurvey:
    """Whose ballots are surveyed again: one interviewer's, all of whose ballots are rechecked first, or the unit's."""

    interviewer: str | None  #: None: the whole unit
    ballots: tuple[str, ...]


def resurvey_of(mismatched: Iterable[str], interviewers: Mapping[str, str]) -> Resurvey:
    """Of a unit that failed: `mismatched` ballots, and who surveyed each valid ballot ("" where nobody did).

    Raises ValueError without a mismatch, KeyError for a ballot that is not the unit's.
    """
    guilty = {interviewers[ballot] for ballot in mismatched}
    if not guilty:
        raise ValueError("no ballot mismatches")
    (first, *more) = sorted(guilty)
    if more or not first or set(interviewers.values()) == {first}:
        return Resurvey(None, tuple(sorted(interviewers)))
    return Resurvey(first, tuple(sorted(ballot for ballot, who in interviewers.items() if who == first)))


def supplement_of(quota: int | None, valid: int, *, discarded: int = 0) -> int:
    """How many ballots điều tra bổ sung must bring: what is short of the quota once `discarded` of the valid ones are out."""
    return max(0, (quota or 0) - (valid - discarded))


@dataclass(frozen=True)
class Comparison:
    """A ballot's paper beside what the person said when asked again."""

    facts: tuple[Difference, ...]
    opinions: tuple[Difference, ...]  #: shown, never a mismatch: people may change their mind
    settling: tuple[str, ...]  #: facts that settle a mismatch by themselves
    voiding: str  #: why the ballot would have been discarded, said only now ("" where nothing)
    suggested: RecheckOutcome
    kind: MismatchKind | None


def compare(
    questionnaire: Questionnaire,
    paper: Mapping[str, str],
    again: Mapping[str, str],
    *,
    surveyed: bool = True,
    had_dealing: bool = True,
    filled_in_freely: bool = True,
) -> Comparison:
    """Suggests the outcome of one recheck; the rechecker may decide otherwise, with a note.

    `surveyed`, `had_dealing`, `filled_in_freely` are what the rechecker asked beside the questionnaire: was this person surveyed,
    was there such a dealing, did nobody else fill it in or urge an answer. A question left blank contradicts nothing.
    """
    facts = answered_differently(questionnaire.facts, paper, again)
    settling = tuple(d.question for d in facts if settles_a_mismatch(questionnaire.by_code[d.question], d))
    voiding = next((q.discards[again[q.code]] for q in questionnaire.questions if again.get(q.code) in q.discards), "")
    outcome, kind = RecheckOutcome.MATCH, None
    if voiding or not (surveyed and had_dealing and filled_in_freely):
        outcome, kind = RecheckOutcome.MISMATCH, MismatchKind.SERIOUS
    elif settling or len(facts) >= FACTS_THAT_DIFFER:
        outcome, kind = RecheckOutcome.MISMATCH, MismatchKind.FACT
    return Comparison(facts, answered_differently(questionnaire.opinions, paper, again), settling, voiding, outcome, kind)


def refusal_to_settle(ballot: str, outcome: RecheckOutcome, kind: MismatchKind | None, note: str) -> str:
    """The sentence that refuses an outcome, or "": a mismatch says of which kind it is and what differed."""
    if outcome is RecheckOutcome.MISMATCH and (kind is None or not note.strip()):
        return sentence("outcome_note", ballot_no=ballot)
    return ""


def may_give_up(tries: Iterable[date], *, needed: int = TRIES_NEEDED) -> bool:
    """Whether somebody may be called unreachable: tried so often, each time on another day."""
    return len(set(tries)) >= needed


def _counted(mismatches: int, settled: int, rate: Fraction | None, threshold: Fraction | int, *, over: bool) -> str:
    if rate is None:
        return "Không có phiếu để phúc tra"
    shown = share_words(rounded(rate))
    limit = f"{'vượt' if over else 'không vượt'} ngưỡng {exact_words(Fraction(threshold))}%"
    return f"Sai lệch {number(mismatches)}/{number(settled)} phiếu ({shown}), {limit}"
