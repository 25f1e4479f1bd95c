"""Tổng hợp: what a leader sees first, and that it asks the database the same number of things however much there is."""

from __future__ import annotations

from decimal import Decimal

import time_machine
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.builders import START, cast, moment, running_plan
from tests.web.conftest import MakeWorld, World, statements
from tests.web.test_result_pages import keyed, publish
from tracker.db import db, transaction
from tracker.models import Plan, Publication, Task
from tracker.queries import portfolio
from tracker.rules.states import PublicationStatus


def test_a_leader_lands_on_it_and_others_on_today(world: World) -> None:
    stranger = world.browser(None)
    assert stranger.post("/sign-in", username="dung", password="một câu dễ nhớ").location == "/portfolio"
    assert world.browser(None).post("/sign-in", username="ha", password="một câu dễ nhớ").location == "/"
    asked = world.browser(None).post("/sign-in", username="dung", password="một câu dễ nhớ", next="/plans")
    assert asked.location == "/plans"
    assert world.browser("dung").get("/").links["Tổng hợp"] == "/portfolio"


def test_it_names_who_is_late_longest_first_with_chases(make_world: MakeWorld) -> None:
    world = make_world(until=1)
    with world.app.app_context(), transaction() as session:
        task = session.scalars(select(Task).where(Task.unit_id == world.people.units[1].id).order_by(Task.id)).first()
        assert task is not None
        task.chase_count = 4
    page = world.browser("dung").get("/portfolio")
    assert "3 đơn vị quá hạn với 3 việc" in page.text
    lines = page.all("section[@aria-labelledby='h-late']//li")
    assert len(lines) == 3
    assert lines[1] == "UBND xã Số 0002, cung cấp số liệuHạn Thứ Tư, 30/6/2021, đã đôn đốc 4 lần Quá hạn 5 ngày Xem việc"


def test_it_compares_what_was_published_and_what_was_in_time(make_world: MakeWorld, clock: time_machine.Traveller) -> None:
    world = make_world()
    clock.move_to(moment(2021, 10, 20, 9))
    keyed(world)
    slug = publish(world)
    page = world.browser("dung").get("/portfolio")
    cells = page.all("section[@aria-labelledby='h-years']//tbody/tr[1]/*")
    assert cells == ["Khảo sát 2021120 phiếu", "84,73%Chưa có số liệu kỳ trước.", "–"]
    assert slug.split("/")[-1] in page.source


def test_figures_come_out_of_the_frozen_table_on_both_databases(session: Session) -> None:
    people = cast(session)
    plan = running_plan(session, people)
    whole = {"value": "86.36", "base": 120}
    for version, data in enumerate(
        ({"whole": whole, "ballots": 120, "change": "-0.40", "change_note": ""}, {"whole": {"value": None}, "ballots": 3}), 1
    ):
        status = PublicationStatus.PUBLISHED if version == 1 else PublicationStatus.DRAFT
        session.add(
            Publication(
                plan_id=plan.id,
                version_no=version,
                slug=f"s{version}",
                status=status,
                data=data,
                created_at=START,
                created_by="Hà",
            )
        )
    session.flush()
    line = portfolio.year_lines(session, people.office_id, limit=3)[0]
    assert (line.share, line.ballots, line.change, line.slug) == (Decimal("86.36"), 120, Decimal("-0.40"), "s1")
    session.execute(update(Publication).where(Publication.version_no == 1).values(status=PublicationStatus.CORRECTED))
    session.execute(update(Publication).where(Publication.version_no == 2).values(status=PublicationStatus.PUBLISHED))
    line = portfolio.year_lines(session, people.office_id, limit=3)[0]
    assert (line.share, line.ballots, line.change, line.slug) == (None, 3, None, "s2")


def test_another_office_sees_nothing_of_it_and_an_empty_office_reads_the_next_step(world: World) -> None:
    page = world.browser("mai").get("/portfolio")
    assert page.status == 200
    assert "Khảo sát 2021" not in page.source
    assert "Chưa có kế hoạch" in page.text


def test_the_number_of_statements_does_not_grow(make_world: MakeWorld) -> None:
    def asked(units: int, more_plans: int) -> int:
        world = make_world(units=units, until=1)
        with world.app.app_context(), transaction() as session:
            for _ in range(more_plans):
                running_plan(session, world.people)
        browser = world.browser("dung")
        with statements(world.app) as said:
            assert browser.get("/portfolio").status == 200
        with world.app.app_context():
            assert db.session.query(Plan).count() == more_plans + 1
        return len(said)

    assert asked(2, 0) == asked(12, 3)
