"""What follows from a recheck: for one ballot, for a unit, for the clerk whose ballots were keyed again."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from hashlib import sha256
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.forms import COMMUNE, FORM, NINE
from tests.vectors import VECTORS, numbered
from tracker.rules.questionnaires import Difference, differences
from tracker.rules.recheck import (
    Resurvey,
    Stage,
    compare,
    decide,
    may_give_up,
    refusal_to_settle,
    resurvey_of,
    supplement_of,
)
from tracker.rules.second_entry import Settlement, entry_quality, first_was_wrong, plan_second_entry, second_entry_size
from tracker.rules.states import MismatchKind, RecheckDecision, RecheckOutcome

DECISIONS = VECTORS["recheck_decision"]
SEED = VECTORS["draw"]["cases"][0]["unit_seed"]


# A unit


@pytest.mark.parametrize("case", DECISIONS["cases"], ids=str)
def test_the_decision_agrees_with_the_vectors(case):
    found = decide([Stage(**stage) for stage in case["stages"]], DECISIONS["threshold_percent"])
    assert found.decision is RecheckDecision[case["decision"]]


@pytest.mark.parametrize(
    ("stages", "reason", "wanted"),
    [
        (
            [Stage(6, match=4)],
            "Mới có kết quả 4/6 phiếu; còn 2 phiếu, phiếu không gặp được thì thay bằng phiếu kế tiếp trong thứ tự.",
            2,
        ),
        (
            [Stage(6, match=2, exhausted=True)],
            "Đã hết phiếu để thay mà mới có kết quả 2/6 phiếu; điều phối viên kết luận và ghi lý do.",
            0,
        ),
        ([Stage(10, match=9, fact=1)], "Sai lệch 1/10 phiếu (10,00%), không vượt ngưỡng 10%; không phải điều tra lại.", 0),
        (
            [Stage(6, match=5, fact=1)],
            "Sai lệch 1/6 phiếu (16,67%), vượt ngưỡng 10%; chọn thêm 6 phiếu phúc tra lần hai.",
            6,
        ),
        (
            [Stage(20, match=19, serious=1)],
            "Sai lệch 1/20 phiếu (5,00%), không vượt ngưỡng 10%, trong đó 1 phiếu nghiêm trọng; "
            "chọn thêm 20 phiếu phúc tra lần hai.",
            20,
        ),
        (
            [Stage(6, match=5, fact=1), Stage(6, match=5, fact=1)],
            "Sai lệch 2/12 phiếu (16,67%), vượt ngưỡng 10%; đề xuất điều tra lại.",
            0,
        ),
        (
            [Stage(20, match=19, serious=1), Stage(20, match=19, serious=1)],
            "Qua hai lần có 2 phiếu sai lệch nghiêm trọng; đề xuất điều tra lại.",
            0,
        ),
        (
            [Stage(6, match=5, serious=1), Stage(6, match=6)],
            "Sai lệch 1/12 phiếu (8,33%), không vượt ngưỡng 10%; không phải điều tra lại; loại 1 phiếu sai lệch nghiêm trọng.",
            0,
        ),
        ([Stage(0, exhausted=True)], "Không có phiếu để phúc tra; không phải điều tra lại.", 0),
    ],
)
def test_a_decision_gives_its_reason(stages, reason, wanted):
    found = decide(stages)
    assert (found.reason, found.wanted) == (reason, wanted)


@pytest.mark.parametrize("stages", [[], [Stage(1)] * 3])
def test_a_recheck_has_one_or_two_stages(stages):
    with pytest.raises(ValueError):
        decide(stages)


def test_a_unit_of_one_wrong_ballot_has_no_second_stage_to_save_it():
    first = Stage(1, fact=1, exhausted=True)
    assert decide([first]).decision is RecheckDecision.SECOND_STAGE
    assert decide([first, Stage(0, exhausted=True)]).decision is RecheckDecision.FAIL


def test_unreachable_and_refused_are_not_in_the_rate():
    assert decide([Stage(10, match=9, fact=1, unreachable=5, refused=3)]).rate == 10


@given(st.integers(0, 12), st.integers(0, 4), st.integers(0, 4), st.booleans(), st.integers(1, 30))
def test_one_mismatch_in_the_first_stage_never_fails_a_unit(match, fact, serious, exhausted, threshold):
    found = decide([Stage(12, match, fact, serious, exhausted)], threshold)
    assert found.decision is not RecheckDecision.FAIL


@given(st.integers(0, 6), st.integers(0, 6), st.integers(1, 30))
def test_a_worse_recheck_is_never_judged_better(fact, serious, threshold):
    """A match turned into a mismatch never turns a refused unit into a passed one."""
    stages = [Stage(6, match=6 - min(fact, 6), fact=min(fact, 6)), Stage(6, match=6 - min(serious, 6), serious=min(serious, 6))]
    before = decide(stages, threshold)
    worse = decide([Stage(6, match=0, fact=6), stages[1]], threshold)
    assert before.decision is RecheckDecision.PASS or worse.decision is RecheckDecision.FAIL


@pytest.mark.parametrize(
    ("n", "passing"), [(6, {2: 98, 5: 91, 10: 72, 20: 37, 30: 15}), (5, {2: 99, 5: 93, 10: 78, 20: 46, 30: 23})]
)
def test_the_chances_on_the_page_are_those_of_the_rule(n, passing):
    """docs/phuc-tra.md tells how often a unit of a given true rate passes: every course of both stages, weighed by its chance."""
    for rate, expected in passing.items():
        p = Fraction(rate, 100)
        chance = [comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)]
        passed = Fraction(0)
        for k in range(n + 1):
            first = Stage(n, match=n - k, fact=k)
            if decide([first]).decision is RecheckDecision.PASS:
                passed += chance[k]
                continue
            for j in range(n + 1):
                if decide([first, Stage(n, match=n - j, fact=j)]).decision is RecheckDecision.PASS:
                    passed += chance[k] * chance[j]
        assert round(100 * passed) == expected


# Điều tra lại, điều tra bổ sung


WHO = {"0001": "DTV1", "0002": "DTV1", "0003": "DTV2", "0004": "DTV2"}


@pytest.mark.parametrize(
    ("mismatched", "interviewers", "expected"),
    [
        (["0001", "0002"], WHO, Resurvey("DTV1", ("0001", "0002"))),
        (["0001", "0003"], WHO, Resurvey(None, ("0001", "0002", "0003", "0004"))),
        (["0001"], dict.fromkeys(WHO, "DTV1"), Resurvey(None, tuple(WHO))),
        (["0001"], dict.fromkeys(WHO, ""), Resurvey(None, tuple(WHO))),
    ],
)
def test_a_resurvey_is_one_interviewers_where_all_mismatches_are(mismatched, interviewers, expected):
    assert resurvey_of(mismatched, interviewers) == expected


def test_a_resurvey_without_a_mismatch_is_refused():
    with pytest.raises(ValueError):
        resurvey_of([], WHO)


@pytest.mark.parametrize(
    ("quota", "valid", "discarded", "short"), [(60, 60, 1, 1), (60, 65, 2, 0), (60, 50, 0, 10), (None, 5, 1, 0)]
)
def test_a_supplement_brings_what_is_short_of_the_quota(quota, valid, discarded, short):
    assert supplement_of(quota, valid, discarded=discarded) == short


# One ballot


PAPER = {"F1": "self", "F2": "land", "F3": "one", "F4": "on_time", "F5": "no", "A3": "4", "B2": "5"}


@pytest.mark.parametrize(
    ("again", "asked", "outcome", "kind", "settling"),
    [
        ({}, {}, RecheckOutcome.MATCH, None, ()),
        ({"A3": "1", "B2": "1"}, {}, RecheckOutcome.MATCH, None, ()),
        ({"F3": "two"}, {}, RecheckOutcome.MATCH, None, ()),
        ({"F3": "three"}, {}, RecheckOutcome.MISMATCH, MismatchKind.FACT, ("F3",)),
        ({"F2": "social"}, {}, RecheckOutcome.MISMATCH, MismatchKind.FACT, ("F2",)),
        ({"F4": "early"}, {}, RecheckOutcome.MATCH, None, ()),
        ({"F4": "late"}, {}, RecheckOutcome.MISMATCH, MismatchKind.FACT, ("F4",)),
        ({"F5": "yes"}, {}, RecheckOutcome.MATCH, None, ()),
        ({"F5": "yes", "F3": "two"}, {}, RecheckOutcome.MISMATCH, MismatchKind.FACT, ()),
        ({"F2": "blank", "F4": "blank", "F3": "blank"}, {}, RecheckOutcome.MATCH, None, ()),
        ({"F1": "official"}, {}, RecheckOutcome.MISMATCH, MismatchKind.SERIOUS, ()),
        ({}, {"surveyed": False}, RecheckOutcome.MISMATCH, MismatchKind.SERIOUS, ()),
        ({}, {"had_dealing": False}, RecheckOutcome.MISMATCH, MismatchKind.SERIOUS, ()),
        ({}, {"filled_in_freely": False}, RecheckOutcome.MISMATCH, MismatchKind.SERIOUS, ()),
    ],
)
def test_what_was_said_again_is_compared_fact_by_fact(again, asked, outcome, kind, settling):
    found = compare(COMMUNE, PAPER, PAPER | again, **asked)
    assert (found.suggested, found.kind, found.settling) == (outcome, kind, settling)


def test_opinions_are_shown_beside_the_facts():
    found = compare(COMMUNE, PAPER, PAPER | {"A3": "2", "F3": "two"})
    assert (found.facts, found.opinions) == ((Difference("F3", "one", "two"),), (Difference("A3", "4", "2"),))


def test_what_voids_a_ballot_is_said_in_words():
    paper = {"1": "self", "2": "land", "8": "early", "9": "no"}
    assert compare(NINE, paper, paper | {"1": "official"}).voiding == "công chức trả lời sau khi làm hộ hồ sơ"


@pytest.mark.parametrize(
    ("outcome", "kind", "note", "refused"),
    [
        (RecheckOutcome.MISMATCH, MismatchKind.FACT, "F3: phiếu 1 lần, hỏi lại 3 lần", False),
        (RecheckOutcome.MISMATCH, MismatchKind.FACT, " ", True),
        (RecheckOutcome.MISMATCH, None, "F3", True),
        (RecheckOutcome.MATCH, None, "", False),
        (RecheckOutcome.REFUSED, None, "", False),
    ],
)
def test_a_mismatch_says_what_differed(outcome, kind, note, refused):
    words = "Phiếu 0046 sai lệch nhưng chưa ghi nội dung khác nhau; ghi câu hỏi và hai câu trả lời."
    assert refusal_to_settle("0046", outcome, kind, note) == (words if refused else "")


def test_nobody_is_unreachable_before_three_tries_on_three_days():
    monday, tuesday, friday = date(2021, 9, 6), date(2021, 9, 7), date(2021, 9, 10)
    assert not may_give_up([monday, monday, tuesday])
    assert may_give_up([monday, tuesday, friday])


# Second entry


@pytest.mark.parametrize("case", VECTORS["second_entry_size"], ids=str)
def test_the_size_of_a_second_entry_agrees_with_the_vectors(case):
    assert second_entry_size(case["ballots"], case["percent"], case["minimum"]) == case["n"]


@pytest.mark.parametrize("case", VECTORS["entry_errors"], ids=str)
def test_the_error_rate_of_entry_agrees_with_the_vectors(case):
    found = entry_quality(case["fields"], case["errors"])
    assert (str(found.percent), found.accepted) == (case["percent"], case["accepted"])


def test_nothing_compared_is_nothing_against_the_clerk():
    found = entry_quality(0, 0)
    assert (found.percent, found.accepted) == (None, True)
    with pytest.raises(ValueError):
        entry_quality(5, 6)


def test_ballots_for_a_second_entry_follow_their_own_order():
    ballots = numbered("0001..0060")
    by_hand = sorted(ballots, key=lambda b: sha256(f"{SEED}|361425|entry|{b}".encode()).hexdigest())
    assert plan_second_entry(ballots, SEED, "361425").drawn == tuple(by_hand[:20])


def test_a_new_clerk_begins_with_a_trial_that_is_not_counted():
    ballots = numbered("0001..0060")
    found = plan_second_entry(ballots, SEED, "", new_clerk=True)
    assert (found.trial, len(found.drawn)) == (tuple(ballots[:10]), 20)
    assert not set(found.trial) & set(found.drawn)


@given(st.sets(st.integers(1, 999), max_size=120), st.booleans())
def test_a_second_entry_never_asks_for_a_ballot_that_was_not_keyed(numbers, new_clerk):
    keyed = [f"{n:04d}" for n in sorted(numbers)]
    found = plan_second_entry(keyed, SEED, "", new_clerk=new_clerk)
    assert set(found.trial) | set(found.drawn) <= set(keyed)
    assert len(set(found.drawn)) == second_entry_size(len(keyed) - len(found.trial))


def test_two_entries_differ_where_one_is_blank_but_not_by_spaces_or_case():
    first = {"T": "one", "A1": "4", "A2": "yes", "G1": "blank", "G2": "Ghế  ít"}
    second = {"T": "one", "A1": "5", "A2": "yes", "G1": "3", "G2": "ghế ít"}
    assert differences(FORM, first, second) == (Difference("A1", "4", "5"), Difference("G1", "blank", "3"))


@pytest.mark.parametrize(
    ("settlement", "wrong"),
    [(Settlement.FIRST_RIGHT, False), (Settlement.SECOND_RIGHT, True), (Settlement.BOTH_WRONG, True)],
)
def test_only_the_first_entry_is_judged(settlement, wrong):
    assert first_was_wrong(settlement) is wrong
