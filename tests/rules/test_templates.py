"""Kế hoạch mẫu: a pattern, filled in for a year, is the plan that was signed."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import Refused
from tracker.rules.reminders import DEFAULT_LADDER
from tracker.rules.sampling.sizes import quota_of_unit
from tracker.rules.schedule import lay_out
from tracker.rules.states import ConditionKind, Scope
from tracker.rules.templates import Anchor, template_from_json, template_from_plan, template_from_toml, template_to_json
from tracker.rules.templates.instance import instantiate
from tracker.rules.workdays import WorkCalendar
from tracker.template_seeds import find_template, seed_templates

EXPECTED = Path(__file__).parent.parent / "plans_expected"
QUESTIONNAIRES = Path(__file__).parent.parent.parent / "seeds" / "questionnaires"
SAMPLES = {"ca-mau": "ca-mau-2014", "cam-ranh": "cam-ranh-2021", "quang-thanh": "quang-thanh-2024", "van-thang": "van-thang-2023"}
KEYS = ["ca-mau", "cam-ranh", "ha-dong", "quang-thanh", "van-thang"]

HEAD = 'key = "a"\nname = "b"\nshort_name = "c"\n'


def own_year(key, **kwargs):
    template = find_template(key)
    return instantiate(template, Anchor(template.year, **kwargs))


def expected(key):
    return json.loads((EXPECTED / f"{SAMPLES[key]}.json").read_text(encoding="utf-8"))


def test_seeds_are_the_five_sample_plans():
    assert [template.key for template in seed_templates()] == KEYS


@pytest.mark.parametrize("key", SAMPLES)
def test_instance_of_its_own_year_gives_back_the_signed_plan(key):
    instance = own_year(key)
    signed = expected(key)["stages"]
    made = [
        (s.content, s.wording, s.time_kind.value, s.start_on and s.start_on.isoformat(), s.due_on and s.due_on.isoformat())
        for s in instance.plan.stages
    ]
    assert made == [(s["content"], s["time"], s["kind"], s["start"], s["due"]) for s in signed]


@pytest.mark.parametrize("key", SAMPLES)
def test_instance_of_its_own_year_names_the_signed_owners(key):
    def names(*texts):
        return [name for text in texts for name in re.split("[;,] ", text)]

    made = [(names(s.lead), names(s.coordinating)) for s in own_year(key).plan.stages]
    assert made == [(names(*s["lead"]), names(*s["coordinating"]) or [""]) for s in expected(key)["stages"]]


@pytest.mark.parametrize("key", SAMPLES)
def test_scopes_are_the_signed_ones_but_where_units_join_later(key):
    differ = [
        s["no"]
        for s, made in zip(expected(key)["stages"], own_year(key).plan.stages, strict=True)
        if s["scope"] != made.scope.value
    ]
    assert differ == ([6] if key == "ca-mau" else [])


def test_ha_dong_keeps_its_duties_by_office_without_inventing_days():
    plan = own_year("ha-dong").plan
    duties = json.loads((EXPECTED / "ha-dong-2020.json").read_text(encoding="utf-8"))["duties"]
    counted = {}
    for stage in plan.stages:
        counted[stage.lead] = counted.get(stage.lead, 0) + 1
    assert list(counted.values()) == [duty["count"] for duty in duties]
    assert [s.due_on for s in plan.stages] == [None] * 17
    assert {s.lead for s in plan.stages if s.scope is Scope.EACH_UNIT} == {"UBND các phường"}


@pytest.mark.parametrize("key", SAMPLES)
def test_groups_and_shares_are_the_signed_ones(key):
    signed, plan = expected(key), own_year(key).plan
    assert plan.groups == tuple((g["name"], g["ballots_each"]) for g in signed["groups"])
    assert (plan.ballots, plan.recheck_percent) == (signed["ballots"], signed["recheck_percent"])


@pytest.mark.parametrize("key", KEYS)
def test_seed_names_a_questionnaire_and_a_source_and_reads_back_from_json(key):
    template = find_template(key)
    assert (QUESTIONNAIRES / f"{template.questionnaire}.toml").exists()
    assert template.source
    assert template.ladder == DEFAULT_LADDER
    assert template_from_json(json.loads(json.dumps(template_to_json(template)))) == template


def test_ha_dong_waits_by_its_own_gates_and_not_line_by_line():
    layout = lay_out(own_year("ha-dong").plan, WorkCalendar(), surveyed=[1, 2])
    gates = {s.position: [(c.kind, c.earlier) for c in s.conditions] for s in layout}
    assert gates[1] == gates[7] == gates[17] == []
    assert gates[6] == [(ConditionKind.STAGE_DONE, 9), (ConditionKind.STAGE_DONE, 14)]
    assert gates[13] == [(ConditionKind.OWN_TASK_DONE, 11), (ConditionKind.OWN_TASK_DONE, 12)]


def test_quang_thanh_asks_by_the_number_of_files():
    rule = find_template("quang-thanh").sample_rules[0].rule
    assert [quota_of_unit(rule, files=n).ballots for n in (40, 99, 100, 999, 1000, 4999, 5000, 90_000)] == [
        40, 99, 100, 100, 200, 200, 500, 500,
    ]  # fmt: skip


def test_ca_mau_multiplies_units_services_and_ballots():
    template = find_template("ca-mau")
    each = {sample.group: quota_of_unit(sample.rule).ballots for sample in template.sample_rules}
    assert each == dict(template.groups)
    assert 3 * each["cấp huyện"] + 10 * each["cấp xã"] == template.ballots


@pytest.mark.parametrize("key", KEYS)
@given(year=st.integers(2000, 2099))
def test_every_placeholder_is_filled_for_any_year(key, year):
    instance = instantiate(find_template(key), Anchor(year))
    plan = instance.plan
    texts = [plan.name, plan.short_name, plan.issuer]
    texts += [t for s in plan.stages for t in (s.content, s.short_name, s.lead, s.coordinating, s.wording)]
    assert [t for t in texts if "{" in t or "}" in t] == []
    named = {int(y) for s in plan.stages for y in re.findall(r"(?<!\d)\d{4}(?!\d)", s.wording)}
    assert named <= {year, year + 1}


@given(st.integers(2000, 2099))
def test_by_year_only_the_year_of_each_day_changes(year):
    template = find_template("cam-ranh")
    signed, made = own_year("cam-ranh").plan.stages, instantiate(template, Anchor(year)).plan.stages
    assert [(s.due_on.month, s.due_on.day, s.due_on.year - 2021) for s in signed] == [
        (s.due_on.month, s.due_on.day, s.due_on.year - year) for s in made
    ]


@given(st.dates(date(2024, 1, 1), date(2030, 12, 31)))
def test_by_last_day_the_plan_ends_on_that_day_and_keeps_its_gaps(last):
    template = find_template("cam-ranh")
    made = instantiate(template, Anchor(last.year, last_on=last)).plan.stages
    assert max(s.due_on for s in made) == last
    in_its_year = instantiate(template, Anchor(last.year)).plan.stages
    moved = last - max(s.due_on for s in in_its_year)
    assert [s.due_on - moved for s in made] == [s.due_on for s in in_its_year]
    assert [s.start_on and s.start_on - moved for s in made] == [s.start_on for s in in_its_year]


@given(st.integers(-60, 60))
def test_by_signing_day_all_days_move_with_the_signature(days):
    signed_on = date(2026, 9, 16) + timedelta(days=days)  # Vạn Thắng was signed on 16/9
    template = find_template("van-thang")
    made = instantiate(template, Anchor(2026, signed_on=signed_on)).plan
    by_year = instantiate(template, Anchor(2026)).plan
    assert made.issued_on == signed_on
    assert [s.due_on - timedelta(days=days) for s in made.stages] == [s.due_on for s in by_year.stages]


def test_signing_day_of_the_template_itself_moves_nothing():
    template = find_template("van-thang")
    assert own_year("van-thang", signed_on=template.issued_on).plan.stages == own_year("van-thang").plan.stages


def test_months_move_by_whole_months():
    made = instantiate(find_template("ca-mau"), Anchor(2026, last_on=date(2027, 12, 31))).plan.stages
    assert made[0].wording == "Tháng 6/2027"
    assert made[-1].due_on == date(2027, 12, 31)


def test_roles_go_to_another_office_and_an_empty_one_keeps_its_own():
    plan = instantiate(find_template("cam-ranh"), Anchor(2027), roles={"office": "Phòng Văn hóa - Xã hội", "superior": ""}).plan
    assert plan.stages[0].lead == "Phòng Văn hóa - Xã hội"
    assert plan.stages[5].content == "Phân tích và kết xuất dữ liệu, viết báo cáo gửi Sở Nội vụ"


def test_a_template_without_days_cannot_be_counted_back():
    with pytest.raises(Refused) as refused:
        own_year("ha-dong", last_on=date(2026, 12, 31))
    assert refused.value.key == "template_no_dates"


def test_a_made_plan_becomes_the_same_template_again():
    template = find_template("cam-ranh")
    plan = instantiate(template, Anchor(2027)).plan
    again = template_from_plan(plan, key="cam-ranh", roles=template.roles, source=template.source)
    unsaid = {"year": template.year, "questionnaire": template.questionnaire}
    assert replace(again, **unsaid) == template


def test_a_plan_without_a_year_is_no_pattern():
    plan = replace(own_year("ha-dong").plan, year=None)
    with pytest.raises(Refused) as refused:
        template_from_plan(plan, key="x", roles={})
    assert refused.value.key == "template_year"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("key = ", "TOML"),
        ('key = "a"', "'name'"),
        (
            'key = "a"\nname = "b"\nshort_name = "c"\nyear = 2020\n[[stages]]\nno = "1"\ncontent = "x"\nscope = "sometimes"',
            "sometimes",
        ),
        ('key = "a"\nname = "b"\nshort_name = "c"\nyear = "abc"\nstages = []', "abc"),
        ('key = "a"\nname = "b"\nshort_name = "c"\nyear = 2020\nstages = []\nladder = [{workdays = 1}]', "recipient"),
    ],
)
def test_a_wrong_file_is_refused_with_what_is_wrong(text, names):
    with pytest.raises(Refused) as refused:
        template_from_toml(text)
    assert names in refused.value.sentence
