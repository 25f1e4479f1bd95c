"""Phiếu, Cách khảo sát, Chỉ tiêu, điều kiện mở in the browser; and the ledger behind a contact's link."""

from __future__ import annotations

import io
from datetime import date

import pytest
from sqlalchemy import func, select

from tests.builders import moment
from tests.web.conftest import World, statements
from tracker.db import db, transaction
from tracker.models import Ballot, LedgerLine, Plan, PlanUnit, Stage, Task, Waiver
from tracker.rules.method import method_of_table
from tracker.rules.states import QuotaKind, TaskStatus
from tracker.services import openings
from tracker.web.tokens import personal_token

LINE = {"day": "05/7/2021", "handed_out": "60", "collected": "60", "valid": "59", "reason_blank": "1", "once": "a"}


@pytest.fixture
def field(make_world) -> World:
    """Three units, all in fieldwork."""
    world = make_world(until=2)
    with world.app.app_context(), transaction() as session:
        openings.open_what_may_open(session, world.plan_id, now=moment(2021, 7, 5, 9))
    return world


def unit_path(world: World, place: int = 0, more: str = "") -> str:
    return f"/plans/{world.plan_id}/ballots/units/{world.people.units[place].id}{more}"


def link(world: World, place: int = 0, more: str = "") -> str:
    contact = world.people.units[place]
    token = personal_token(world.app.secret_key, contact.contact_id, f"n{place + 1}")
    return f"/v/{token}/ballots/{world.plan_id}{more}"


def lines(world: World) -> list[tuple[int, int, int, int]]:
    with world.app.app_context():
        rows = db.session.execute(
            select(LedgerLine.handed_out, LedgerLine.collected, LedgerLine.valid, LedgerLine.discarded).order_by(LedgerLine.id)
        )
        return [tuple(row) for row in rows]


def test_a_day_is_written_and_shown_in_the_units_ledger_and_in_the_plans_table(field: World) -> None:
    browser = field.browser()
    answer = browser.post(unit_path(field, more="/lines"), **LINE)
    page = browser.follow(answer)
    assert page.banners == ["Đã ghi. Lũy kế: thu về 60 phiếu, hợp lệ 59 phiếu."]
    assert page.with_class("line-title") == ["05/7/2021: phát ra 60, thu về 60, hợp lệ 59, loại bỏ 1"]
    assert "Đã thu đủ chỉ tiêu ngày 05/7/2021." in page.text
    table = browser.get(f"/plans/{field.plan_id}/ballots")
    assert "Với nhịp hai tuần gần nhất, đủ chỉ tiêu vào ngày " in table.text
    assert table.all("tbody/tr[1]/*") == ["UBND xã Số 0001", "60", "60", "60", "59", "1", "0", "98%", "chưa ghi"]
    assert table.all("tfoot/tr/*")[:3] == ["Cộng 3 đơn vị", "180", "60"]


def test_the_page_of_the_plan_shows_ballots_day_by_day_as_they_come(field: World) -> None:
    browser, plan = field.browser(), f"/plans/{field.plan_id}"
    assert "Phiếu thu về" not in browser.get(plan).links, "nothing was handed out yet"
    browser.post(unit_path(field, more="/lines"), **LINE)
    page = browser.get(plan)
    assert page.one("h2[@id='h-burn']") == "Phiếu thu về 60/180"
    assert page.links["Phiếu thu về"] == "#phieu"
    assert page.links["Phiếu của từng đơn vị"] == f"{plan}/ballots"
    drawn = page.elements("*[@class='g-actual']")[0].get("points")
    assert "Với nhịp hai tuần gần nhất, đủ chỉ tiêu vào ngày " in page.text
    browser.post(unit_path(field, 1, more="/lines"), **LINE | {"once": "another"})
    page = browser.get(plan)
    assert page.one("h2[@id='h-burn']") == "Phiếu thu về 120/180", "what is kept is made anew"
    assert page.elements("*[@class='g-actual']")[0].get("points") != drawn


def test_sent_twice_it_is_written_once(field: World) -> None:
    browser = field.browser()
    for _ in range(2):
        browser.post(unit_path(field, more="/lines"), **LINE)
    assert lines(field) == [(60, 60, 59, 1)]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"collected": "61"}, "Thu về lũy kế 61 phiếu, nhiều hơn 60 phiếu đã phát; kiểm tra số phát ra."),
        ({"collected": "sáu mươi"}, "Không phải số nguyên; ghi chữ số, không ghi kèm đơn vị tính."),
        ({"day": "31/6/2021"}, "Ngày “31/6/2021” không có trong lịch; kiểm tra lại ngày và tháng."),
        ({"day": ""}, "Chưa ghi ngày."),
        (
            {"handed_out": "-1", "collected": "0", "valid": "0", "reason_blank": "0"},
            "Số phiếu không thể âm; dùng Đính chính số đã ghi để giảm.",
        ),
    ],
)
def test_a_wrong_line_comes_back_with_what_was_typed(field: World, changes: dict[str, str], error: str) -> None:
    typed = LINE | changes
    page = field.browser().post(unit_path(field, more="/lines"), **typed)
    assert page.status == 422
    assert error in page.with_class("field-error")
    assert {name: page.value(name) for name in typed} == typed
    assert lines(field) == []


def test_a_contact_writes_for_the_own_unit_only_and_nobody_else_does(field: World) -> None:
    contact = field.browser(None)
    page = contact.get(link(field))
    assert page.h1 == "Ghi số phiếu"
    mine = contact.get(link(field).rsplit("/ballots", 1)[0])
    assert any(text.startswith("Ghi số phiếu") for text in mine.links)
    answer = contact.post(link(field, more="/lines"), **LINE)
    assert contact.follow(answer).banners[0] == "Đã ghi. Thu về 60 phiếu, hợp lệ 59."
    for username in ("dung", "sat"):
        assert field.browser(username).post(unit_path(field, more="/lines"), **(LINE | {"once": "b"})).status == 403
    assert field.browser("mai").post(unit_path(field, more="/lines"), **(LINE | {"once": "b"})).status == 404
    assert field.browser("mai").get(f"/plans/{field.plan_id}/ballots").status == 404
    assert len(lines(field)) == 1


def test_numbers_are_written_in_ranges_and_a_difference_from_the_ledger_is_said(field: World) -> None:
    contact = field.browser(None)
    contact.post(link(field, more="/lines"), **LINE)
    typed = {"ranges": "0001–0040 NV1\n41 - 60 NV2", "gone_blank": ""}
    page = contact.post(link(field, more="/numbers"), **typed)
    assert page.status == 409
    assert page.value("ranges") == typed["ranges"]
    assert page.with_class("field-error")[0].startswith("Chưa ghi mã phiếu: các dải có 60 phiếu hợp lệ, 0 phiếu loại bỏ;")
    page = contact.follow(contact.post(link(field, more="/numbers"), **(typed | {"gone_blank": "7"})))
    assert page.banners[0] == "Đã ghi mã của 60 phiếu."
    assert (page.value("ranges"), page.value("gone_blank")) == ("0001–0040 NV1\n0041–0060 NV2", "0007")
    with field.app.app_context():
        assert db.session.scalar(select(func.count(Ballot.id))) == 60


def test_a_supplement_is_opened_with_its_day(field: World) -> None:
    browser = field.browser()
    page = browser.post(unit_path(field, more="/rounds"), ballots="5", due_on="20/7/2021", reason="")
    assert "Chưa mở điều tra bổ sung: chưa ghi lý do" in page.banners[0]
    assert page.value("ballots") == "5"
    browser.post(unit_path(field, more="/rounds"), ballots="5", due_on="20/7/2021", reason="thiếu phiếu")
    with field.app.app_context():
        made = db.session.scalars(select(Task).where(Task.round == 1)).one()
        assert (made.ballots_asked, made.due_on, made.round_kind) == (5, date(2021, 7, 20), "supplement")


@pytest.mark.parametrize("units", [3, 60])
def test_the_page_of_ballots_asks_as_often_for_many_units(make_world, units: int) -> None:
    world = make_world(units=units)
    browser = world.browser()
    with statements(world.app) as said:
        assert browser.get(f"/plans/{world.plan_id}/ballots").status == 200
    assert len(said) == 14, said


def method_of(world: World):
    with world.app.app_context():
        return method_of_table(db.session.get_one(Plan, world.plan_id).method)


def test_the_method_is_set_before_the_first_ballot_and_quotas_follow(field: World) -> None:
    browser = field.browser()
    page = browser.get(f"/plans/{field.plan_id}/method")
    typed = {e.get("name"): e.get("value") or "" for e in page.elements("main//input[@name]")}
    typed |= {"kind-0": "bands", "bands-0": "dưới 100: tất cả\ndưới 1000: 100\ncòn lại: 200", "questionnaire-0": "commune@1"}
    typed |= {"formula": "mean-of-questions", "recheck_mode": "ask", "recheck_threshold_percent": "7,5", "target": "84,5"}
    typed.pop("recheck_digits", None)
    answer = browser.post(f"/plans/{field.plan_id}/method", **typed)
    assert answer.status == 302, answer.text
    method = method_of(field)
    assert method.groups[0].quota.kind is QuotaKind.BANDS
    assert (method.target_hundredths, str(method.recheck.threshold_percent)) == (8450, "15/2")
    with field.app.app_context():
        assert set(db.session.scalars(select(PlanUnit.ballots_each))) == {None}
    first = field.people.units[0].id
    browser.post(f"/plans/{field.plan_id}/quotas", **{f"files-{first}": "640"})
    page = browser.get(f"/plans/{field.plan_id}/quotas")
    assert page.all("tbody/tr[1]/td")[-1] == "640 hồ sơ một năm thuộc bậc từ 100 đến dưới 1.000: ít nhất 100 phiếu."
    browser.post(unit_path(field, more="/lines"), **LINE)
    page = browser.post(f"/plans/{field.plan_id}/method", **typed)
    assert page.status == 409
    assert page.with_class("refusal")[0].startswith("Cách khảo sát không đổi được nữa: đã ghi phiếu từ ngày 05/7/2021")


def test_nonsense_in_the_method_is_said_beside_its_box(field: World) -> None:
    browser = field.browser()
    page = browser.get(f"/plans/{field.plan_id}/method")
    typed = {e.get("name"): e.get("value") or "" for e in page.elements("main//input[@name]")}
    typed |= {"kind-0": "flat", "questionnaire-0": "commune@1", "formula": "mean-of-questions", "recheck_mode": "ask"}
    page = browser.post(f"/plans/{field.plan_id}/method", **(typed | {"recheck_percent": "120"}))
    assert (page.status, page.value("recheck_percent")) == (422, "120")
    assert page.with_class("field-error") == ["Tỷ lệ phúc tra phải từ 0 đến 100; ghi lại số này."]
    page = browser.post(f"/plans/{field.plan_id}/method", **(typed | {"recheck_tries": "ba"}))
    assert page.with_class("field-error") == ["Không phải số; ghi chữ số, số thập phân dùng dấu phẩy."]


def test_files_of_units_are_taken_in_whole_or_not_at_all(field: World) -> None:
    browser = field.browser()
    page = browser.get(f"/plans/{field.plan_id}/method")
    typed = {e.get("name"): e.get("value") or "" for e in page.elements("main//input[@name]")}
    typed |= {"kind-0": "yamane", "questionnaire-0": "commune@1", "formula": "mean-of-questions", "recheck_mode": "ask"}
    browser.post(f"/plans/{field.plan_id}/method", **typed)
    wrong = "Đơn vị;Số hồ sơ\nUBND xã Số 0001;400\nUBND xã Số 0009;500\n"
    page = browser.post(f"/plans/{field.plan_id}/quotas/import", file=(io.BytesIO(wrong.encode()), "a.csv"))
    assert page.status == 422
    assert page.banners[-1].startswith("Dòng 3: “UBND xã Số 0009” không khớp đơn vị nào; gần nhất là “UBND xã Số 000")
    good = "Đơn vị;Số hồ sơ\nUBND xã Số 0001;400\nUBND xã Số 0002;1.000\nUBND xã Số 0003;50000\n"
    page = browser.follow(browser.post(f"/plans/{field.plan_id}/quotas/import", file=(io.BytesIO(good.encode()), "a.csv")))
    assert page.banners[-2] == "Đã nhập 3 đơn vị; 3 chỉ tiêu thay đổi."
    assert "UBND xã Số 0003 ghi 50.000 hồ sơ, quá lệch so với mức giữa 1.000 của khối" in page.banners[-1]
    with field.app.app_context():
        quotas = db.session.scalars(select(PlanUnit.ballots_each).order_by(PlanUnit.position)).all()
    assert quotas == [200, 286, 397]


def gate_path(world: World, position: int, more: str = "gate") -> str:
    return f"/plans/{world.plan_id}/stages/{position}/{more}"


def status_of(world: World, position: int) -> set[TaskStatus]:
    with world.app.app_context():
        return set(
            db.session.scalars(select(Task.status).join(Stage, Stage.id == Task.stage_id).where(Stage.position == position))
        )


def test_a_condition_is_taken_away_after_what_it_opens_was_shown(field: World) -> None:
    browser = field.browser()
    page = browser.get(gate_path(field, 4))
    assert page.with_class("line-title")[0] == "Tất cả các đơn vị xong giai đoạn 3 (Điều tra khảo sát)"
    page = browser.post(gate_path(field, 4), remove="0")
    assert page.status == 409
    assert "Chưa lưu điều kiện: thay đổi này mở 1 việc; xem danh sách rồi bấm lưu lần nữa." in page.text
    assert status_of(field, 4) == {TaskStatus.NOT_OPEN}
    browser.post(gate_path(field, 4), remove="0", agreed="yes")
    assert status_of(field, 4) == {TaskStatus.IN_PROGRESS}
    page = browser.post(gate_path(field, 4), kind="quota_met")
    assert "khóa lại 1 việc" in page.text
    browser.post(gate_path(field, 4), kind="quota_met", agreed="yes")
    assert status_of(field, 4) == {TaskStatus.NOT_OPEN}
    page = browser.get(gate_path(field, 4))
    assert "3 đơn vị thuộc khối UBND xã, phường còn thiếu 180 phiếu" in page.text


def test_a_waiver_is_given_and_taken_back_on_the_page(field: World) -> None:
    browser = field.browser()
    page = browser.post(gate_path(field, 4, "waive"), unit="0", responsible="Lê Văn Dũng", reason="", document="15/PNV")
    assert page.status == 409
    assert page.banners[0] == "Chưa bỏ qua điều kiện được: thiếu lý do; cần người quyết định, lý do và văn bản."
    assert page.value("responsible") == "Lê Văn Dũng"
    typed = {"unit": "0", "responsible": "Lê Văn Dũng, Trưởng phòng", "reason": "kịp tiến độ", "document": "15/PNV"}
    page = browser.follow(browser.post(gate_path(field, 4, "waive"), **typed))
    assert page.banners == ["Đã bỏ qua điều kiện; 1 việc mở ra."]
    assert status_of(field, 4) == {TaskStatus.IN_PROGRESS}
    with field.app.app_context():
        waiver = db.session.scalars(select(Waiver.id)).one()
    assert field.browser("mai").post(gate_path(field, 4, f"waivers/{waiver}/withdraw")).status == 404
    browser.post(gate_path(field, 4, f"waivers/{waiver}/withdraw"))
    assert status_of(field, 4) == {TaskStatus.NOT_OPEN}


@pytest.mark.parametrize("username", ["dung", "sat"])
def test_who_only_reads_sees_the_pages_and_changes_nothing(field: World, username: str) -> None:
    browser = field.browser(username)
    for path in (gate_path(field, 4), f"/plans/{field.plan_id}/method", f"/plans/{field.plan_id}/quotas", unit_path(field)):
        page = browser.get(path)
        assert page.status == 200
        assert page.actions == []
    for path in (
        gate_path(field, 4),
        gate_path(field, 4, "waive"),
        f"/plans/{field.plan_id}/method",
        f"/plans/{field.plan_id}/quotas",
    ):
        assert browser.post(path).status == 403


def test_a_unit_short_of_its_quota_reads_why_it_cannot_report(field: World) -> None:
    contact = field.browser(None)
    contact.post(link(field, more="/lines"), **LINE)
    page = contact.get(link(field).rsplit("/ballots", 1)[0])
    said = (
        "Chưa báo hoàn thành được: UBND xã Số 0001 mới có 59/60 phiếu hợp lệ; thu thêm 1 phiếu, "
        "hoặc đề nghị Trần Thu Hà báo thay kèm lý do."
    )
    assert said in page.with_class("refusal")
    assert not [action for action in page.actions if action and action.endswith("/complete")]


@pytest.mark.parametrize("until", [0, 1])
def test_no_route_writes_ballots_while_the_gate_is_shut(make_world, until: int) -> None:
    world = make_world(until=until)
    numbers = {"ranges": "0001–0060"}
    asks = {"ballots": "5", "due_on": "20/7/2021", "reason": "x"}
    coordinator, contact = world.browser(), world.browser(None)
    answers = [
        coordinator.post(unit_path(world, more="/lines"), **LINE),
        coordinator.post(unit_path(world, more="/numbers"), **numbers),
        contact.post(link(world, more="/lines"), **LINE),
        contact.post(link(world, more="/numbers"), **numbers),
    ]
    for answer in answers:
        assert answer.status == 409
        assert "chưa hoàn thành giai đoạn" in answer.text
    assert coordinator.post(unit_path(world, more="/rounds"), **asks).status == 409
    assert lines(world) == []
    with world.app.app_context():
        assert db.session.scalar(select(func.count(Ballot.id))) == 0
        assert db.session.scalar(select(func.count(Task.id)).where(Task.round > 0)) == 0
