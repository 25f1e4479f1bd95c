"""Cách khảo sát: defaults out of a plan's facts, kept whole as JSON, refused where it makes no sense."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.method_seeds import formulas
from tracker.questionnaire_seeds import seed_questionnaires
from tracker.rules.method import (
    GroupMethod,
    Method,
    RecheckMethod,
    RecheckMode,
    SecondEntryMethod,
    default_method,
    method_of_table,
    problems_of,
    quotas_of,
    unverified,
)
from tracker.rules.parsed import ParsedGroup, PlanFacts, SampleTier
from tracker.rules.sampling import Band, QuotaRule
from tracker.rules.satisfaction import Minimums
from tracker.rules.states import QuotaKind

COMMUNES, STATIONS = "UBND xã, phường", "Trạm Y tế"
CAM_RANH = default_method(
    group_names=(COMMUNES, STATIONS),
    quotas=((COMMUNES, QuotaRule(QuotaKind.FLAT, each=60)), (STATIONS, QuotaRule(QuotaKind.FLAT, each=50))),
    recheck_percent=10,
    ballots=1650,
    units=30,
)


def problems(method):
    return [
        (p.question, p.sentence)
        for p in problems_of(method, questionnaires={f"{q.code}@{q.version}" for q in seed_questionnaires()}, formulas=formulas())
    ]


def test_the_method_of_cam_ranh():
    assert [(g.name, g.quota.each, g.questionnaire) for g in CAM_RANH.groups] == [
        (COMMUNES, 60, "commune@1"),
        (STATIONS, 50, "health-station@1"),
    ]
    assert CAM_RANH.recheck == RecheckMethod(10, Fraction(10), RecheckMode.ASK, 3, public_digits=False)
    assert CAM_RANH.second_entry == SecondEntryMethod(10, 20, Fraction(1, 2))
    assert CAM_RANH.minimums == Minimums(10, 30)
    assert CAM_RANH.formula == "mean-of-questions"
    assert problems(CAM_RANH) == []


def test_what_a_plan_does_not_say():
    assert default_method() == Method()
    assert default_method(recheck_percent=0).recheck.percent == 0
    assert default_method(ballots=1200, units=4).groups[0].quota == QuotaRule(QuotaKind.FLAT, each=300)
    assert default_method(ballots=1201, units=4).groups[0].quota.kind is QuotaKind.OPEN
    boxes = default_method(quotas=(("", QuotaRule(QuotaKind.OPEN)),))
    assert boxes.recheck.mode is RecheckMode.DOCUMENT
    assert default_method(questionnaire="online-nine").questionnaires == ("online-nine@1",)


def test_a_group_that_joins_later_is_surveyed_like_the_first_but_owes_what_is_said_for_all_or_nothing():
    assert CAM_RANH.of_group(STATIONS).quota.each == 50
    assert CAM_RANH.of_group("Trường học") == GroupMethod("Trường học", QuotaRule(QuotaKind.OPEN), "commune@1")
    common = Method((GroupMethod(quota=QuotaRule(QuotaKind.YAMANE)),))
    assert common.of_group("Trường học").quota.kind is QuotaKind.YAMANE


def test_a_group_has_its_own_target_or_the_plans():
    method = replace(CAM_RANH, target_hundredths=8400, groups=(replace(CAM_RANH.groups[0], target_hundredths=9000),))
    assert (method.target_of(COMMUNES), method.target_of("")) == (9000, 9000)
    assert replace(CAM_RANH, target_hundredths=8400).target_of(STATIONS) == 8400


def test_quotas_as_read():
    bands = tuple(SampleTier(t["min"], t["max"], t["ballots"]) for t in READ_BANDS)
    assert dict(quotas_of(PlanFacts(sample_tiers=bands)))[""].bands == (
        Band(100, None),
        Band(1000, 100),
        Band(5000, 200),
        Band(None, 500),
    )
    assert dict(quotas_of(PlanFacts(sample_formula="n = N/(1+N·e²)"))) == {"": QuotaRule(QuotaKind.YAMANE)}
    ca_mau = PlanFacts(groups=(ParsedGroup("cấp huyện", 3, 210, 630, 3), ParsedGroup("cấp xã", 10, 240, 2400, 3)))
    assert dict(quotas_of(ca_mau)) == {
        "cấp huyện": QuotaRule(QuotaKind.PRODUCT, services=3, each=70),
        "cấp xã": QuotaRule(QuotaKind.PRODUCT, services=3, each=80),
    }
    # Corrected by a person: what no longer divides is a number for each unit.
    assert dict(quotas_of(ca_mau, (("cấp huyện", 100),))) == {"cấp huyện": QuotaRule(QuotaKind.FLAT, each=100)}
    gap = (SampleTier(0, 99, "100%"), SampleTier(200, None, 100))
    assert quotas_of(PlanFacts(sample_tiers=gap)) == ()


READ_BANDS = (
    {"min": 0, "max": 99, "ballots": "100%"},
    {"min": 100, "max": 999, "ballots": 100},
    {"min": 1000, "max": 4999, "ballots": 200},
    {"min": 5000, "max": None, "ballots": 500},
)


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        (
            {"recheck": RecheckMethod(percent=101)},
            "recheck_percent",
            "Tỷ lệ phúc tra phải từ 0 đến 100; ghi lại số này.",
        ),
        ({"recheck": RecheckMethod(tries=0)}, "recheck_tries", "Số lần liên hệ phải từ 1 đến 10; ghi lại số này."),
        ({"formula": "1001"}, "formula", "Chưa chọn công thức tính; chọn theo văn bản hướng dẫn của kế hoạch."),
        (
            {"minimums": Minimums(30, 10)},
            "minimum_ranked",
            "Số phiếu để xếp hạng phải từ số phiếu để nêu số liệu trở lên; sửa một trong hai số.",
        ),
        ({"target_hundredths": 10_001}, "target", "Chỉ tiêu hài lòng phải từ 0 đến 100; ghi lại số này."),
        (
            {"groups": (GroupMethod(questionnaire="commune@2"),)},
            "questionnaire-0",
            "Chưa chọn mẫu phiếu; chọn một mẫu trong danh sách.",
        ),
        (
            {"groups": (GroupMethod(quota=QuotaRule(QuotaKind.FLAT)),)},
            "each-0",
            "Số phiếu phải từ 1 đến 100.000; ghi lại số này.",
        ),
        (
            {"groups": (GroupMethod(quota=QuotaRule(QuotaKind.BANDS, bands=(Band(100, 5), Band(50, 5)))),)},
            "bands-0",
            "Các bậc số hồ sơ chưa đúng: giới hạn phải tăng dần, chỉ bậc cuối không có giới hạn; sửa lại bảng bậc.",
        ),
        (
            {"groups": (GroupMethod(quota=QuotaRule(QuotaKind.YAMANE, error_percent=Fraction(0))),)},
            "error-0",
            "Sai số e phải từ 0,5 đến 20; ghi lại số này.",
        ),
    ],
)
def test_nonsense_is_refused_beside_its_field(changed, field, sentence):
    assert problems(replace(Method(), **changed)) == [(field, sentence)]


def test_what_nobody_compared_with_a_text_is_said():
    said = unverified(CAM_RANH, formulas()[CAM_RANH.formula])
    assert len(said) == 7
    assert all("chưa đối chiếu văn bản" in sentence for sentence in said)
    assert len(unverified(CAM_RANH, replace(formulas()[CAM_RANH.formula], checked=True))) == 6


rules = st.builds(
    QuotaRule,
    kind=st.sampled_from(QuotaKind),
    each=st.integers(0, 500),
    services=st.integers(0, 20),
    bands=st.lists(st.builds(Band, st.none() | st.integers(1, 9000), st.none() | st.integers(0, 500)), max_size=4).map(tuple),
    error_percent=st.fractions(0, 20, max_denominator=100),
)
target = st.none() | st.integers(0, 10_000)
methods = st.builds(
    Method,
    groups=st.lists(st.builds(GroupMethod, st.text(max_size=9), rules, st.text(max_size=9), target), min_size=1, max_size=3).map(
        tuple
    ),
    target_hundredths=target,
    recheck=st.builds(
        RecheckMethod,
        st.integers(0, 100),
        st.fractions(0, 100, max_denominator=100),
        st.sampled_from(RecheckMode),
        st.integers(1, 9),
        st.booleans(),
    ),
    second_entry=st.builds(SecondEntryMethod, st.integers(0, 100), st.integers(0, 99), st.fractions(0, 5, max_denominator=100)),
    minimums=st.builds(Minimums, st.integers(1, 99), st.integers(1, 99)),
)


@given(methods)
def test_a_method_comes_back_from_its_json(method):
    assert method_of_table(json.loads(json.dumps(method.as_table()))) == method


def test_an_older_plan_without_a_method_has_the_defaults():
    assert method_of_table({}) == Method()
