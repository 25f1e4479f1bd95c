"""Templates of an office: kept from a plan or a draft, listed with the project's, turned into next year's plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select

from tests.builders import START, cast, moment, running_plan, task
from tracker.errors import NotFound, Refused
from tracker.models import JournalEntry, PlanTemplateRow, Stage
from tracker.rules.document import DocumentText, Line
from tracker.rules.gates import Condition
from tracker.rules.method import SecondEntryMethod, method_of_table
from tracker.rules.parsed import ParsedPlan, ParsedStage, PlanFacts, Timeline, TimePhrase
from tracker.rules.reminders import Recipient, ladder_to_json, rung_of
from tracker.rules.states import ConditionKind, TimeKind
from tracker.rules.templates import Anchor, template_from_json
from tracker.rules.templates.instance import instantiate
from tracker.services import gate_editing, intake, ladders, planning, templates
from tracker.services.fieldwork.method import set_method
from tracker.services.gate_facts import gates_of
from tracker.template_seeds import seed_templates

DUE = TimePhrase("Trước ngày 19/6/2021", TimeKind.DEADLINE, due_on=date(2021, 6, 18))
PARSED = ParsedPlan(
    PlanFacts("Khảo sát năm 2021", "12/KH-UBND", date(2021, 5, 28), "Cam Ranh", "UBND thành phố", year=2021),
    Timeline("table", (ParsedStage(1, "1", "Xây dựng kế hoạch", ("Phòng Nội vụ",), (), DUE),)),
)
NEXT_YEAR = moment(2022, 5, 20)


def test_a_plan_is_kept_as_next_years_pattern(session):
    people = cast(session)
    plan = running_plan(session, people)
    templates.save_from_plan(session, plan.id, by=people.ha, now=START)
    listed = templates.list_templates(session, people.office_id, seed_templates())
    own = listed[0].template
    assert (listed[0].saved_on, len(listed)) == (START.date(), 6)
    assert own.name == "Khảo sát mức độ hài lòng năm {year}"
    assert own.source == "12/KH-UBND ngày 28/5/2021 của UBND thành phố Cam Ranh"
    assert [s.lead for s in own.stages] == ["{office}", "Các đơn vị", "Các đơn vị", "{office}"]
    assert [s.wording for s in own.stages][:2] == ["Trước ngày 20/6/{year}", "Trước ngày 01/7/{year}"]
    assert [[c.earlier for c in s.conditions] for s in own.stages] == [[], [1], [2, None], [3]]
    assert own.groups == (("UBND xã, phường", 60),)


def test_next_years_plan_of_a_kept_plan_has_its_days_a_year_later(session):
    people = cast(session)
    plan = running_plan(session, people)
    row = templates.save_from_plan(session, plan.id, by=people.ha, now=START)
    template = templates.get_template(session, people.office_id, row.key, ())
    made = templates.create_plan(
        session,
        template,
        instantiate(template, Anchor(2022)).plan,
        office_id=people.office_id,
        unit_ids=[u.id for u in people.units],
        by=people.ha,
        now=NEXT_YEAR,
    )
    assert made.name == "Khảo sát mức độ hài lòng năm 2022"
    due = [task(session, made, n, people.units[0] if n in (2, 3) else None).due_on for n in (1, 2, 3, 4)]
    assert due == [date(2022, 6, 19), date(2022, 6, 30), date(2022, 9, 15), date(2022, 10, 15)]
    assert made.ladder == plan.ladder


def test_a_kept_plan_hands_on_its_gates_ladders_and_method(session):
    people = cast(session)
    plan = running_plan(session, people)
    stages = session.scalars(select(Stage).where(Stage.plan_id == plan.id).order_by(Stage.position)).all()
    gate = (
        Condition(ConditionKind.UNITS_SHARE, 3, share=80),
        Condition(ConditionKind.QUOTA_MET, per_unit=True),
        Condition(ConditionKind.START_DATE),
    )
    gate_editing.set_conditions(session, stages[3].id, gate, by=people.ha, now=START, agreed=True)
    gate_editing.set_conditions(session, stages[2].id, (), by=people.ha, now=START, agreed=True)
    own_ladder = (rung_of(-2, Recipient.CONTACT), rung_of(2, Recipient.LEADER))
    ladders.change_ladder(session, plan.id, 3, own_ladder, by=people.ha, now=START)
    method = replace(
        method_of_table(plan.method),
        target_hundredths=8500,
        second_entry=SecondEntryMethod(percent=7),
    )
    set_method(session, plan.id, method, questionnaires=method.questionnaires, formulas=[method.formula], by=people.ha, now=START)

    row = templates.save_from_plan(session, plan.id, by=people.ha, now=START)
    session.expire_all()  # what follows is read back from the row's JSON
    template = templates.get_template(session, people.office_id, row.key, ())
    made = templates.create_plan(
        session,
        template,
        instantiate(template, Anchor(2022)).plan,
        office_id=people.office_id,
        unit_ids=[u.id for u in people.units],
        by=people.ha,
        now=NEXT_YEAR,
    )
    assert gates_of(session, made.id) == gates_of(session, plan.id)
    assert gates_of(session, made.id)[4] == gate
    assert gates_of(session, made.id)[3] == ()
    again = session.scalars(select(Stage).where(Stage.plan_id == made.id).order_by(Stage.position)).all()
    assert [s.ladder for s in again] == [None, None, ladder_to_json(own_ladder), None]
    assert method_of_table(made.method) == method


@pytest.mark.parametrize(
    ("gates", "wrong"),
    [
        ([[{"kind": "stage_done", "earlier": 2}], [{"kind": "stage_done", "earlier": 1}]], "giai đoạn 1, 2 chờ lẫn nhau"),
        ([[], [{"kind": "stage_done", "earlier": 9}]], "giai đoạn 2 chờ một giai đoạn không có"),
        ([[], [{"kind": "stage_done"}]], "earlier"),
        ([[], [{"kind": "sometime"}]], "sometime"),
    ],
)
def test_a_template_whose_gate_could_never_open_is_refused(gates, wrong):
    stage = {"no": "1", "content": "Việc"}
    body = {"key": "k", "name": "n", "short_name": "s", "year": 2021, "stages": [{**stage, "gate": gate} for gate in gates]}
    with pytest.raises(Refused) as refused:
        template_from_json(body)
    assert wrong in refused.value.sentence


def test_keeping_a_plan_again_replaces_it(session):
    people = cast(session)
    plan = running_plan(session, people)
    templates.save_from_plan(session, plan.id, by=people.ha, now=START)
    plan.name = "Khảo sát sửa lại năm 2021"
    templates.save_from_plan(session, plan.id, by=people.ha, now=NEXT_YEAR)
    assert session.scalar(select(func.count(PlanTemplateRow.id))) == 1
    assert templates.list_templates(session, people.office_id, ())[0].template.name == "Khảo sát sửa lại năm {year}"


def test_an_accepted_draft_is_kept_without_becoming_a_plan(session):
    people = cast(session)
    document = DocumentText((Line(0, "KẾ HOẠCH"),), ())
    draft = intake.save_draft(
        session, office_id=people.office_id, file_name="a.txt", original=b"a", document=document, parsed=PARSED, by=people.ha,
        now=START,
    )  # fmt: skip
    with pytest.raises(Refused) as refused:
        templates.save_from_draft(session, draft.id, by=people.ha, now=START)
    assert refused.value.key == "template_draft_open"
    intake.accept_draft(session, draft.id, by=people.ha, now=START)
    row = templates.save_from_draft(session, draft.id, by=people.ha, now=START)
    assert templates.get_template(session, people.office_id, row.key, ()).stages[0].wording == "Trước ngày 19/6/{year}"
    assert session.scalars(select(JournalEntry.what).order_by(JournalEntry.id.desc())).first() == (
        "kế hoạch mẫu từ 12/KH-UBND ngày 28/5/2021 của UBND thành phố"
    )


def test_another_office_neither_sees_nor_keeps(session):
    people, others = cast(session), cast(session, name="Phòng khác")
    plan = running_plan(session, people)
    row = templates.save_from_plan(session, plan.id, by=people.ha, now=START)
    with pytest.raises(NotFound):
        templates.get_template(session, others.office_id, row.key, seed_templates())
    with pytest.raises(Refused):
        templates.save_from_plan(session, plan.id, by=others.ha, now=START)


def test_a_leader_does_not_keep_templates(session):
    people = cast(session)
    plan = running_plan(session, people)
    with pytest.raises(Refused):
        templates.save_from_plan(session, plan.id, by=people.dung, now=START)
    assert planning.get_plan(session, plan.id).name


def test_an_own_template_is_renamed_and_removed_and_plans_made_of_it_stay(session):
    people, others = cast(session), cast(session, name="Phòng khác")
    plan = running_plan(session, people)
    key = templates.save_from_plan(session, plan.id, by=people.ha, now=START).key
    templates.rename(session, key, "  Khảo sát  hài lòng năm {year} ", by=people.ha, now=START)
    assert templates.get_template(session, people.office_id, key, ()).name == "Khảo sát hài lòng năm {year}"
    for name, wrong in (
        ("  ", "template_name_missing"),
        ("Năm {nam}", "template_name_braces"),
        ("Năm }", "template_name_braces"),
    ):
        with pytest.raises(Refused) as refused:
            templates.rename(session, key, name, by=people.ha, now=START)
        assert refused.value.key == wrong
    with pytest.raises(Refused):
        templates.remove(session, key, by=people.dung, now=START)
    for by, which in ((others.ha, key), (people.ha, seed_templates()[0].key)):
        with pytest.raises(NotFound):
            templates.remove(session, which, by=by, now=START)
    templates.remove(session, key, by=people.ha, now=START)
    assert templates.list_templates(session, people.office_id, ()) == []
    assert planning.get_plan(session, plan.id).id == plan.id
    assert session.scalars(select(JournalEntry.verb).order_by(JournalEntry.id.desc()).limit(2)).all() == ["xóa", "sửa"]
