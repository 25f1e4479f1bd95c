"""What gates ask of ballots: a sentence for each thing that is missing."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.rules.ballot_gates import BallotFacts, UnitBallots, missing_of_plan, missing_of_unit
from tracker.rules.gates import Condition, StageFacts, Waivers, Work, chain, evaluate, facts_of, goes_in_a_circle, waits_for
from tracker.rules.states import ConditionKind, RecheckDecision, Scope

QUOTA, RECHECKED, ENTRIES = ConditionKind.QUOTA_MET, ConditionKind.RECHECKED, ConditionKind.ENTRIES_COMPLETE
UNIT = "UBND xã Cam Lập"


def unit(unit_id=1, name=UNIT, **counts):
    return UnitBallots(unit_id, name, **{"group": "UBND xã, phường", "quota": 60, "collected": 60, "valid": 60} | counts)


@pytest.mark.parametrize(
    ("kind", "counts", "expected"),
    [
        (QUOTA, {}, None),
        (QUOTA, {"quota": None, "valid": 0}, None),
        (
            QUOTA,
            {"collected": 58, "valid": 58},
            f"{UNIT} chưa đủ phiếu: thu về 58/60 phiếu; thu thêm 2 phiếu hoặc mở điều tra bổ sung.",
        ),
        (
            QUOTA,
            {"valid": 59},
            f"{UNIT} chưa đủ phiếu: hợp lệ 59/60 phiếu; thu thêm 1 phiếu hoặc mở điều tra bổ sung.",
        ),
        (RECHECKED, {"recheck_required": 6, "decision": RecheckDecision.PASS}, None),
        (
            RECHECKED,
            {"recheck_required": 6, "rechecked": 4},
            f"{UNIT} chưa phúc tra đủ: 4/6 phiếu (10% số phiếu thu về); phúc tra thêm 2 phiếu.",
        ),
        (
            RECHECKED,
            {"recheck_required": 6, "rechecked": 6, "mismatches": 1},
            f"{UNIT} còn 1 phiếu sai lệch chưa xử lý; ghi kết luận cho từng phiếu trước khi chuyển sang nhập liệu.",
        ),
        (
            RECHECKED,
            {"recheck_required": 6, "rechecked": 6},
            f"{UNIT} chưa có kết luận phúc tra: đã phúc tra 6/6 phiếu; ghi kết luận trước khi nhập liệu.",
        ),
        (
            RECHECKED,
            {"recheck_required": 12, "rechecked": 12, "mismatches": 2, "decision": RecheckDecision.FAIL},
            f"{UNIT} chưa được nhập liệu: sai lệch 2 phiếu, vượt ngưỡng 10%; hoàn thành điều tra lại trước.",
        ),
        (
            RECHECKED,
            {"resurvey": 60, "decision": RecheckDecision.PASS},
            f"{UNIT} chưa được nhập liệu: đang điều tra lại 60 phiếu; hoàn thành và phúc tra lại số phiếu này trước.",
        ),
        (RECHECKED, {"valid": 0}, f"{UNIT} chưa có phiếu nào được ghi; ghi số phiếu và mã phiếu đã thu trước."),
        (ENTRIES, {"registered": 58, "entered": 58}, None),
        (ENTRIES, {"registered": 58, "entered": 50}, f"{UNIT} chưa nhập xong: đã nhập 50/58 phiếu hợp lệ; nhập thêm 8 phiếu."),
        (ENTRIES, {"entered": 0}, f"{UNIT} chưa nhập xong: đã nhập 0/60 phiếu hợp lệ; nhập thêm 60 phiếu."),
        (
            ENTRIES,
            {"entered": 60, "differences": 2},
            f"{UNIT} còn 2 phiếu chênh lệch giữa hai lần nhập; thống nhất từng phiếu.",
        ),
    ],
)
def test_of_a_unit(kind, counts, expected):
    one = unit(**counts)
    found = missing_of_unit(kind, one, BallotFacts({1: one}))
    assert (found[1] if found else None) == expected


def test_of_many_units_each_group_has_its_sentence():
    units = {
        1: unit(1, "A", valid=50, collected=50),
        2: unit(2, "B", valid=59),
        3: unit(3, "C", group="Trạm Y tế", quota=50, valid=40),
        4: unit(4, "D"),
    }
    assert [sentence for _, sentence in missing_of_plan(QUOTA, "Giai đoạn 5 (Nhập liệu)", BallotFacts(units))] == [
        "Giai đoạn 5 (Nhập liệu) chưa mở: 2 đơn vị thuộc khối UBND xã, phường còn thiếu 11 phiếu (A và B); "
        "xem bảng Phiếu để biết từng đơn vị.",
        "Giai đoạn 5 (Nhập liệu) chưa mở: 1 đơn vị thuộc khối Trạm Y tế còn thiếu 10 phiếu (C); "
        "xem bảng Phiếu để biết từng đơn vị.",
    ]


def test_a_plan_that_rechecks_nothing_asks_for_nothing():
    assert missing_of_unit(RECHECKED, unit(), BallotFacts({1: unit()}, recheck_percent=0)) is None


OWN = {
    1: (),
    2: (Condition(ConditionKind.OWN_TASK_DONE, 1),),
    3: (Condition(ConditionKind.OWN_TASK_DONE, 2),),
    4: (Condition(ConditionKind.STAGE_DONE, 3),),
}
STAGES = [StageFacts(p, f"việc {p}", Scope.EACH_UNIT if p < 4 else Scope.ONCE, 0, 0) for p in OWN]


def state(work, waivers=None, position=4, unit_id=None):
    waivers = waivers or Waivers()
    facts = facts_of(STAGES, [Work(p, u, d, f"đơn vị {u}") for p, u, d in work], OWN, waivers)
    return evaluate(
        facts[position], OWN[position], facts, today=date(2021, 9, 1), unit_id=unit_id, unit_name=f"đơn vị {unit_id}",
        waived=waivers.cover(position, unit_id),
    )  # fmt: skip


ALL_DONE = [(p, u, True) for p in (1, 2, 3) for u in (7, 8)]


def test_a_later_round_that_is_open_makes_the_unit_unfinished_in_all_that_followed():
    assert state(ALL_DONE).open
    again = [*ALL_DONE, (1, 7, False)]  # a second round of the first stage
    assert not state(again).open
    assert state(again, position=3, unit_id=8).open
    assert state(again, position=3, unit_id=7).sentence == (
        "đơn vị 7 chưa vào giai đoạn 3 (việc 3): đơn vị chưa hoàn thành giai đoạn 1 (việc 1); "
        "báo hoàn thành giai đoạn 1 (việc 1) trước."
    )


def test_a_waiver_on_the_way_makes_up_for_what_lies_before_it():
    again = [*ALL_DONE, (1, 7, False)]
    assert state(again, Waivers({2: frozenset({7})})).open
    assert state(again, Waivers({3: frozenset({None})})).open
    assert not state(again, Waivers({2: frozenset({8})})).open


def test_the_chain_names_what_a_unit_must_have_finished_and_who_may_cut_it():
    assert dict(chain(3, OWN)) == {2: frozenset({3}), 1: frozenset({2, 3})}
    assert chain(4, OWN) == ()
    assert waits_for(4, OWN) == {1, 2, 3}
    assert not goes_in_a_circle(OWN)
    assert goes_in_a_circle({**OWN, 1: (Condition(ConditionKind.STAGE_DONE, 3),)})


def test_a_condition_on_ballots_without_its_counts_is_a_fault_of_the_program():
    facts = facts_of(STAGES, [], OWN, Waivers())
    with pytest.raises(ValueError, match="needs the counts"):
        evaluate(facts[4], [Condition(QUOTA)], facts, today=date(2021, 9, 1))
