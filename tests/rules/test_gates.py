"""Gates: open, or blocked by a condition in words."""

from datetime import date

import pytest

from tracker.rules.gates import Condition, StageFacts, evaluate, is_per_unit
from tracker.rules.states import ConditionKind, Scope

TODAY = date(2021, 9, 20)
ENTRY = StageFacts(5, "Nhập liệu", Scope.ONCE, 1, 0, date(2021, 9, 30))


def recheck(done, *names, units=30, ids=()):
    return {4: StageFacts(4, "Thu phiếu, phúc tra", Scope.EACH_UNIT, units, done, None, names, frozenset(ids))}


def test_all_units_missing_some_are_named():
    state = evaluate(
        ENTRY,
        [Condition(ConditionKind.STAGE_DONE, 4)],
        recheck(27, "UBND phường Cam Linh", "Trạm Y tế phường Cam Phú", "UBND xã Cam Lập"),
        today=TODAY,
    )
    assert not state.open
    assert state.sentence == (
        "Giai đoạn 5 (Nhập liệu) chưa mở: còn 3/30 đơn vị chưa hoàn thành giai đoạn 4 (Thu phiếu, phúc tra), gồm UBND phường Cam "
        "Linh, Trạm Y tế phường Cam Phú và 1\u00a0đơn vị khác; đôn đốc các đơn vị này."
    )


def test_all_units_done_opens():
    assert evaluate(ENTRY, [Condition(ConditionKind.STAGE_DONE, 4)], recheck(30), today=TODAY).open


@pytest.mark.parametrize(("done", "is_open"), [(23, False), (24, True), (30, True)])
def test_a_quorum_is_rounded_up(done, is_open):
    state = evaluate(ENTRY, [Condition(ConditionKind.UNITS_SHARE, 4, share=80)], recheck(done), today=TODAY)
    assert state.open is is_open
    if not is_open:
        assert state.sentence.endswith(
            "mới có 23/30 đơn vị hoàn thành giai đoạn 4 (Thu phiếu, phúc tra), cần ít nhất 24; còn thiếu 1 đơn vị."
        )


def test_a_unit_waits_for_its_own_step_only():
    own = [Condition(ConditionKind.OWN_TASK_DONE, 3)]
    facts = {3: StageFacts(3, "Điều tra khảo sát", Scope.EACH_UNIT, 30, 1, None, (), frozenset({7}))}
    stage = StageFacts(4, "Thu phiếu, phúc tra", Scope.EACH_UNIT, 30, 0)
    assert is_per_unit(own)
    assert evaluate(stage, own, facts, today=TODAY, unit_id=7, unit_name="UBND xã Cam Bình").open
    blocked = evaluate(stage, own, facts, today=TODAY, unit_id=8, unit_name="UBND xã Cam Lập")
    assert blocked.sentence == (
        "UBND xã Cam Lập chưa vào giai đoạn 4 (Thu phiếu, phúc tra): đơn vị chưa hoàn thành giai đoạn 3 (Điều tra khảo sát); "
        "báo hoàn thành giai đoạn 3 (Điều tra khảo sát) trước."
    )


def test_several_missing_conditions_are_listed_after_the_first():
    stage = StageFacts(3, "Điều tra khảo sát", Scope.EACH_UNIT, 2, 0, date(2021, 10, 1))
    facts = {2: StageFacts(2, "Cung cấp số liệu", Scope.ONCE, 1, 0)}
    state = evaluate(stage, [Condition(ConditionKind.STAGE_DONE, 2), Condition(ConditionKind.START_DATE)], facts, today=TODAY)
    assert [b.key for b in state.blocked] == ["stages_done", "start_date"]
    assert state.others == ("Giai đoạn 3 (Điều tra khảo sát) bắt đầu từ 01/10/2021; chưa đến ngày thực hiện theo kế hoạch.",)


def test_no_condition_is_open():
    assert evaluate(ENTRY, [], {}, today=TODAY).open
