"""Calendar subscriptions, fetched as a calendar program does and read by a parser that is not ours to please."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import icalendar
import pytest
import recurring_ical_events
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, update

from tests import rfc5545
from tests.applications import MakeApp
from tests.builders import START, Cast, cast, moment, running_plan, task
from tracker.db import db, transaction
from tracker.errors import NotFound
from tracker.models import Contact, FeedToken, Office, Stage, User
from tracker.rules.feed_lines import FeedChoices
from tracker.rules.states import PlanStatus
from tracker.services import feeds, organisation, planning, progress
from tracker.services.feeds import FeedScope
from tracker.services.organisation import UnitFields


@dataclass
class World:
    app: Flask
    client: FlaskClient
    cast: Cast
    plan_id: int

    def subscribe(self, scope: FeedScope, subject_id: int, **choices: object) -> str:
        with self.app.app_context(), transaction() as session:
            return feeds.issue(session, scope, subject_id, now=START, choices=FeedChoices.of(choices))

    def contact_feed(self, index: int = 0) -> str:
        return self.subscribe(FeedScope.CONTACT, self.cast.units[index].contact_id)


@pytest.fixture
def world(make_app: MakeApp) -> Iterator[World]:
    app = make_app(PUBLIC_URL="https://khaosat.example.vn")
    with time_machine.travel(START, tick=False):
        with app.app_context(), transaction() as session:
            people = cast(session)
            plan_id = running_plan(session, people).id
        yield World(app, app.test_client(), people, plan_id)


def read(world: World, token: str) -> rfc5545.Component:
    answer = world.client.get(f"/feeds/{token}.ics")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "Set-Cookie" not in answer.headers
    return rfc5545.read(answer.data)


def test_contact_sees_the_days_of_the_own_unit_only(world: World) -> None:
    calendar = read(world, world.contact_feed())
    unit = world.cast.units[0].name
    assert [(e.text("SUMMARY"), e.day("DTSTART"), e.last_day()) for e in calendar.children] == [
        (f"Hạn: Cung cấp số liệu – {unit}", date(2021, 6, 30), date(2021, 6, 30)),
        (f"Hạn: Điều tra khảo sát – {unit}", date(2021, 9, 15), date(2021, 9, 15)),
    ]
    assert calendar.text("NAME") == calendar.text("X-WR-CALNAME") == unit
    assert ("REFRESH-INTERVAL", ";VALUE=DURATION", "PT4H") in calendar.properties
    assert calendar.raw("X-PUBLISHED-TTL") == "PT4H"
    assert not calendar.has("METHOD")
    text = calendar.children[1].text("DESCRIPTION")
    assert text.startswith("Kế hoạch ghi: “Từ ngày 02/7/2021- 15/9/2021”. Ngày làm việc cuối trong hạn: Thứ Tư, 15/9/2021.")


def test_scopes_show_a_unit_a_plan_and_the_office(world: World) -> None:
    of_unit = read(world, world.subscribe(FeedScope.UNIT, world.cast.units[1].id))
    assert [e.text("SUMMARY").rpartition(" – ")[2] for e in of_unit.children] == [world.cast.units[1].name] * 2
    of_plan = read(world, world.subscribe(FeedScope.PLAN, world.plan_id))
    assert len(of_plan.children) == 1 + 3 + 3 + 1
    assert of_plan.text("NAME") == "Khảo sát 2021"
    of_user = read(world, world.subscribe(FeedScope.USER, world.cast.coordinator_id))
    assert [e.text("SUMMARY") for e in of_user.children] == ["Hạn: Xây dựng kế hoạch", "Hạn: Nhập liệu"]


def test_icalendar_programs_find_the_events_on_their_days(world: World) -> None:
    content = world.client.get(f"/feeds/{world.contact_feed()}.ics").data
    found = recurring_ical_events.of(icalendar.Calendar.from_ical(content)).between(date(2021, 6, 30), date(2021, 7, 1))
    assert [str(e["SUMMARY"]) for e in found] == [f"Hạn: Cung cấp số liệu – {world.cast.units[0].name}"]


def test_event_keeps_its_uid_and_counts_its_changes(world: World) -> None:
    token = world.contact_feed()
    before = read(world, token).children[0]
    later = moment(2021, 6, 10, 9)
    with time_machine.travel(later, tick=False):
        with world.app.app_context(), transaction() as session:
            plan = planning.get_plan(session, world.plan_id)
            work = task(session, plan, 1)
            progress.complete_task(session, work.id, by=world.cast.ha, now=later)
            own = task(session, plan, 2, world.cast.units[0])
            progress.complete_task(session, own.id, by=world.cast.contact(0), now=later)
            uid = f"task-{own.id}@khaosat.example.vn"
        after = read(world, token).children[0]
    assert before.text("UID") == after.text("UID") == uid
    assert int(after.raw("SEQUENCE")) > int(before.raw("SEQUENCE"))
    assert after.text("SUMMARY").startswith("Đã xong: ")
    assert before.moment("DTSTAMP") == START
    assert after.moment("DTSTAMP") == after.moment("LAST-MODIFIED") == later


def test_cancelled_work_stays_as_cancelled(world: World) -> None:
    token = world.contact_feed()
    with world.app.app_context(), transaction() as session:
        own = task(session, planning.get_plan(session, world.plan_id), 2, world.cast.units[0])
        progress.cancel_task(session, own.id, by=world.cast.ha, now=START + timedelta(hours=1), reason="sáp nhập")
    calendar = read(world, token)
    assert [(e.text("STATUS"), e.text("SUMMARY").split(":")[0]) for e in calendar.children] == [
        ("CANCELLED", "Đã hủy"),
        ("CONFIRMED", "Hạn"),
    ]


def test_plan_that_is_not_running_yet_is_in_no_calendar(world: World) -> None:
    token = world.subscribe(FeedScope.UNIT, world.cast.units[0].id)
    with world.app.app_context(), transaction() as session:
        planning.get_plan(session, world.plan_id).status = PlanStatus.NOT_STARTED
    assert read(world, token).children == []


def test_unchanged_feed_is_304_without_being_built(world: World) -> None:
    token = world.contact_feed()
    first = world.client.get(f"/feeds/{token}.ics")
    seen: list[str] = []
    with world.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    again = world.client.get(f"/feeds/{token}.ics", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    begin, *questions = seen
    assert len(questions) == 1  # whose token, whose work, since when
    assert begin == "BEGIN"  # a reader takes no write lock
    assert "stage" not in questions[0]
    by_date = world.client.get(f"/feeds/{token}.ics", headers={"If-Modified-Since": first.headers["Last-Modified"]})
    assert by_date.status_code == 304
    assert world.client.get(f"/feeds/{token}.ics").data == first.data


@pytest.mark.parametrize("scope", list(FeedScope))
def test_change_of_a_task_changes_the_etag(world: World, scope: FeedScope) -> None:
    subject = {
        FeedScope.CONTACT: world.cast.units[0].contact_id,
        FeedScope.UNIT: world.cast.units[0].id,
        FeedScope.PLAN: world.plan_id,
        FeedScope.USER: world.cast.coordinator_id,
        FeedScope.OFFICE: world.cast.office_id,
    }[scope]
    token = world.subscribe(scope, subject)
    etag = world.client.get(f"/feeds/{token}.ics").headers["ETag"]
    with world.app.app_context(), transaction() as session:
        work = task(session, planning.get_plan(session, world.plan_id), 1)
        # The clock was put back an hour: the version must move all the same.
        progress.complete_task(session, work.id, by=world.cast.ha, now=START - timedelta(hours=1))
    answer = world.client.get(f"/feeds/{token}.ics", headers={"If-None-Match": etag})
    assert answer.status_code == 200
    assert answer.headers["ETag"] != etag


def test_event_of_a_contact_leads_to_the_task_by_a_fresh_personal_link(world: World) -> None:
    event_url = read(world, world.contact_feed()).children[0].raw("URL")
    assert event_url.startswith("https://khaosat.example.vn/feeds/")
    answer = world.client.get(event_url.removeprefix("https://khaosat.example.vn"))
    task_id = event_url.rpartition("/")[2]
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("https://khaosat.example.vn/v/")
    assert answer.headers["Location"].endswith(f"/tasks/{task_id}")


def test_event_of_a_plan_leads_to_the_page_behind_the_sign_in(world: World) -> None:
    event = read(world, world.subscribe(FeedScope.PLAN, world.plan_id)).children[0]
    assert event.raw("URL") == f"https://khaosat.example.vn/tasks/{event.text('UID').split('@')[0].removeprefix('task-')}"


def end_by_revoking(world: World) -> None:
    with world.app.app_context(), transaction() as session:
        assert feeds.revoke(session, FeedScope.CONTACT, world.cast.units[0].contact_id, now=START) == 1


def end_with_the_personal_links(world: World) -> None:
    with world.app.app_context(), transaction() as session:
        session.execute(update(Contact).values(link_nonce="another"))


def end_with_the_time_in_charge(world: World) -> None:
    with world.app.app_context(), transaction() as session:
        session.execute(update(Contact).values(valid_to=START.date() - timedelta(days=1)))


@pytest.mark.parametrize("end", [end_by_revoking, end_with_the_personal_links, end_with_the_time_in_charge])
def test_ended_subscription_is_gone_with_a_sentence(world: World, end: object) -> None:
    token = world.contact_feed()
    assert world.client.get(f"/feeds/{token}.ics").status_code == 200
    assert callable(end)
    end(world)
    answer = world.client.get(f"/feeds/{token}.ics")
    unit = world.cast.units[0].name
    assert (answer.status_code, answer.text) == (
        410,
        f"Liên kết lịch này đã ngừng; lấy liên kết lịch mới trên trang việc của {unit}.",
    )
    assert world.client.get(f"/feeds/{token}/tasks/1").status_code in (404, 409, 410)


def test_disabled_user_loses_the_calendar(world: World) -> None:
    token = world.subscribe(FeedScope.USER, world.cast.coordinator_id)
    with world.app.app_context(), transaction() as session:
        session.execute(update(User).values(is_enabled=False))
    assert world.client.get(f"/feeds/{token}.ics").status_code == 410


def test_unknown_token_is_not_found(world: World) -> None:
    answer = world.client.get("/feeds/khong-co.ics")
    assert answer.status_code == 404
    assert answer.text.startswith("Liên kết không đúng")


def test_token_is_kept_as_its_hash_only_and_a_visit_is_noted_once_a_day(world: World) -> None:
    token = world.contact_feed()
    for hour in (1, 2):
        with time_machine.travel(START + timedelta(hours=hour), tick=False):
            world.client.get(f"/feeds/{token}.ics")
    with world.app.app_context():
        kept = db.session.query(FeedToken).one()
        assert token not in (kept.token_hash, kept.nonce)
        assert kept.last_read_at == START + timedelta(hours=1)


def test_new_token_ends_the_old_one(world: World) -> None:
    old = world.contact_feed()
    with world.app.app_context(), transaction() as session:
        new = feeds.renew(session, FeedScope.CONTACT, world.cast.units[0].contact_id, now=START)
    assert world.client.get(f"/feeds/{old}.ics").status_code == 410
    assert len(read(world, new).children) == 2


def seen(world: World, token: str) -> list[tuple[str, date]]:
    return [(event.text("SUMMARY"), event.day("DTSTART")) for event in read(world, token).children]


def test_office_sees_all_its_work_and_no_other_offices(world: World) -> None:
    calendar = read(world, world.subscribe(FeedScope.OFFICE, world.cast.office_id))
    assert len(calendar.children) == 1 + 3 + 3 + 1
    with world.app.app_context(), transaction() as session:
        other = Office(name="Phòng khác")
        session.add(other)
        session.flush()
        other_id = other.id
    assert read(world, world.subscribe(FeedScope.OFFICE, other_id)).children == []


def test_stages_instead_of_tasks_lead_to_the_stage(world: World) -> None:
    calendar = read(world, world.subscribe(FeedScope.PLAN, world.plan_id, by_stage=True))
    assert [e.text("SUMMARY") for e in calendar.children] == [
        "Hạn: Xây dựng kế hoạch",
        "Hạn: Cung cấp số liệu",
        "Hạn: Điều tra khảo sát",
        "Hạn: Nhập liệu",
    ]
    assert calendar.children[1].raw("URL") == f"https://khaosat.example.vn/plans/{world.plan_id}/stages/2"
    assert len({e.text("UID") for e in calendar.children}) == 4


def test_stage_counts_the_changes_of_its_tasks(world: World) -> None:
    token = world.subscribe(FeedScope.PLAN, world.plan_id, by_stage=True)
    before = read(world, token).children[1]
    later = START + timedelta(hours=1)
    with world.app.app_context(), transaction() as session:
        own = task(session, planning.get_plan(session, world.plan_id), 2, world.cast.units[0])
        progress.cancel_task(session, own.id, by=world.cast.ha, now=later, reason="sáp nhập")
    after = read(world, token).children[1]
    assert after.text("UID") == before.text("UID")
    assert int(after.raw("SEQUENCE")) > int(before.raw("SEQUENCE"))
    assert after.moment("DTSTAMP") == later


def test_only_what_is_late_changes_at_midnight_for_a_reader_that_asks_by_etag_or_date(world: World) -> None:
    token = world.subscribe(FeedScope.PLAN, world.plan_id, only_late=True)
    units = [unit.name for unit in world.cast.units]
    with time_machine.travel(moment(2021, 6, 30, 23), tick=False):
        first = world.client.get(f"/feeds/{token}.ics")
        on_the_day = seen(world, token)
        again = world.client.get(f"/feeds/{token}.ics", headers={"If-None-Match": first.headers["ETag"]})
    with time_machine.travel(moment(2021, 7, 1, 0), tick=False):
        by_tag = world.client.get(f"/feeds/{token}.ics", headers={"If-None-Match": first.headers["ETag"]})
        by_date = world.client.get(f"/feeds/{token}.ics", headers={"If-Modified-Since": first.headers["Last-Modified"]})
        next_day = seen(world, token)
        calendar = read(world, token)
    late = [(f"Hạn: Cung cấp số liệu – {unit}", date(2021, 6, 30)) for unit in units]
    assert [line for line in next_day if line not in on_the_day] == late
    assert (again.status_code, by_tag.status_code, by_date.status_code) == (304, 200, 200)
    assert calendar.text("NAME") == "Khảo sát 2021 – việc quá hạn"


def twin(world: World, *indexes: int) -> None:
    """The contacts of these units have the first one's address: one person."""
    with world.app.app_context(), transaction() as session:
        for index in indexes:
            session.get_one(Contact, world.cast.units[index].contact_id).email = world.cast.units[0].email


def test_contact_of_several_units_has_the_work_of_all_in_one_calendar(world: World) -> None:
    token = world.contact_feed()
    etag = world.client.get(f"/feeds/{token}.ics").headers["ETag"]
    twin(world, 2)
    answer = world.client.get(f"/feeds/{token}.ics", headers={"If-None-Match": etag})
    assert answer.status_code == 200  # a unit more, and nothing of a plan has changed
    calendar = read(world, token)
    units = {event.text("SUMMARY").rpartition(" – ")[2] for event in calendar.children}
    assert units == {world.cast.units[0].name, world.cast.units[2].name}
    assert len(calendar.children) == 4
    assert calendar.text("NAME") == "Việc của 2 đơn vị"
    assert read(world, world.contact_feed(1)).text("NAME") == world.cast.units[1].name


def test_unit_that_a_contact_has_left_leaves_his_calendar(world: World) -> None:
    twin(world, 2)
    with world.app.app_context(), transaction() as session:
        session.get_one(Contact, world.cast.units[2].contact_id).valid_to = START.date() - timedelta(days=1)
    assert len(read(world, world.contact_feed()).children) == 2


def test_same_address_in_another_office_is_another_person(world: World) -> None:
    with world.app.app_context(), transaction() as session:
        elsewhere = cast(session, 1, name="Phòng khác")
        running_plan(session, elsewhere)
        session.get_one(Contact, elsewhere.units[0].contact_id).email = world.cast.units[0].email
    assert len(read(world, world.contact_feed()).children) == 2


def test_user_sees_the_offices_own_work_of_the_plans_he_runs_only(world: World) -> None:
    with world.app.app_context(), transaction() as session:
        running_plan(session, world.cast).coordinator_id = None
    mine = read(world, world.subscribe(FeedScope.USER, world.cast.coordinator_id))
    assert [e.text("SUMMARY") for e in mine.children] == ["Hạn: Xây dựng kế hoạch", "Hạn: Nhập liệu"]
    assert mine.text("NAME") == "Việc của Trần Thu Hà"
    assert len(read(world, world.subscribe(FeedScope.USER, world.cast.leader_id)).children) == 4  # he leads both


@pytest.mark.parametrize("scope", [FeedScope.CONTACT, FeedScope.UNIT, FeedScope.PLAN, FeedScope.OFFICE])
def test_renamed_unit_changes_every_feed_that_names_it(world: World, scope: FeedScope) -> None:
    unit = world.cast.units[0]
    subjects = {FeedScope.CONTACT: unit.contact_id, FeedScope.UNIT: unit.id, FeedScope.PLAN: world.plan_id}
    token = world.subscribe(scope, subjects.get(scope, world.cast.office_id))
    etag = world.client.get(f"/feeds/{token}.ics").headers["ETag"]
    before = next(e for e in read(world, token).children if unit.name in e.text("SUMMARY"))
    later = START + timedelta(hours=1)
    with world.app.app_context(), transaction() as session:
        fields = UnitFields("Ủy ban nhân dân xã Mới", "UBND xã, phường")
        organisation.save_unit(session, unit.id, fields, version=None, by=world.cast.ha, now=later)
    answer = world.client.get(f"/feeds/{token}.ics", headers={"If-None-Match": etag})
    assert answer.status_code == 200
    after = next(e for e in read(world, token).children if e.text("UID") == before.text("UID"))
    assert after.text("SUMMARY") == before.text("SUMMARY").replace(unit.name, "Ủy ban nhân dân xã Mới")
    assert int(after.raw("SEQUENCE")) == int(before.raw("SEQUENCE")) + 1
    assert after.moment("DTSTAMP") == later


def test_coordinated_stages_are_shown_to_the_unit_that_is_named(world: World) -> None:
    with world.app.app_context(), transaction() as session:
        stage = session.query(Stage).filter_by(position=4).one()
        stage.coordinating = f"Trạm Y tế, {world.cast.units[0].name}"
        planning.get_plan(session, world.plan_id).changed_at = START
    unit = world.cast.units[0].name
    own = [(f"Hạn: Cung cấp số liệu – {unit}", date(2021, 6, 30)), (f"Hạn: Điều tra khảo sát – {unit}", date(2021, 9, 15))]
    contact = world.cast.units[0].contact_id
    token = world.subscribe(FeedScope.CONTACT, contact, coordinating=True)
    helped = read(world, token).children[-1]
    assert seen(world, token) == [*own, ("Hạn: Nhập liệu (phối hợp)", helped.day("DTSTART"))]
    assert seen(world, world.subscribe(FeedScope.CONTACT, contact)) == own
    assert len(seen(world, world.subscribe(FeedScope.CONTACT, world.cast.units[1].contact_id, coordinating=True))) == 2
    answer = world.client.get(helped.raw("URL").removeprefix("https://khaosat.example.vn"))
    assert answer.status_code == 302
    assert "/tasks/" not in answer.headers["Location"]


def test_renewed_subscription_keeps_its_choices(world: World) -> None:
    old = world.subscribe(FeedScope.PLAN, world.plan_id, by_stage=True, alarm_days=3)
    with world.app.app_context(), transaction() as session:
        kept = session.query(FeedToken).one()
        new = feeds.renew_one(session, FeedScope.PLAN, world.plan_id, kept.id, now=START)
        assert feeds.renew_one(session, FeedScope.PLAN, world.plan_id, kept.id, now=START) == ""
        with pytest.raises(NotFound):
            feeds.revoke_one(session, FeedScope.OFFICE, world.plan_id, kept.id, now=START)
    assert world.client.get(f"/feeds/{old}.ics").status_code == 410
    calendar = read(world, new)
    assert len(calendar.children) == 4
    assert calendar.children[-1].children[0].raw("TRIGGER") == "-P2DT16H"
