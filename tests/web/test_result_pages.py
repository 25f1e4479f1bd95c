"""Kết quả and Công bố: what the pages say, who may open and press, and what anybody reads once it is public."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select

from tests import survey
from tests.builders import moment
from tests.web.conftest import MakeWorld, World, statements
from tests.web.test_lists import rows_of
from tracker.db import db, transaction
from tracker.models import EarlierResult, Plan, Publication
from tracker.rules.states import PublicationStatus
from tracker.services import organisation, publishing
from tracker.services.organisation import UnitFields
from tracker.services.publishing import EarlierInput
from tracker.web import kept_results

PAPER = {
    "document_kind": "Thông báo",
    "number": "49/TB-UBND",
    "issued_on": "20/10/2021",
    "issuer": "UBND thành phố Cam Ranh",
    "signatory": "Nguyễn Văn Hòa",
}


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(moment(2021, 10, 20, 9), tick=False) as traveller:
        yield traveller


def keyed(world: World, valid: int = 40, *, entered: bool = True) -> World:
    with world.app.app_context(), transaction() as session:
        plan = session.get_one(Plan, world.plan_id)
        survey.collect(session, plan, survey.all_units(world.people, valid), entered=entered)
    return world


@pytest.fixture
def full(world: World) -> World:
    """A plan whose ballots are all keyed."""
    return keyed(world)


def room(world: World) -> str:
    return f"/plans/{world.plan_id}/publication"


def publish(world: World) -> str:
    """Press through to a published version; gives its public address."""
    browser = world.browser()
    assert browser.post(f"{room(world)}/draft").status == 302
    with world.app.app_context():
        row = db.session.scalars(select(Publication).order_by(Publication.id.desc())).first()
        assert row is not None
        number, slug = row.id, row.slug
    assert browser.post(f"{room(world)}/{number}/approve", **PAPER).status == 302
    assert browser.post(f"{room(world)}/{number}/publish").status == 302
    return f"/ket-qua/{slug}"


def test_without_entries_the_page_says_what_is_missing(world: World) -> None:
    page = world.browser().get(f"/plans/{world.plan_id}/results")
    assert page.all("h2")[0] == "Chưa có kết quả"
    assert "chưa có phiếu hợp lệ nào; thu và nhập phiếu trước." in page.text


def test_ballots_that_wait_to_be_keyed_are_counted(world: World) -> None:
    page = keyed(world, entered=False).browser().get(f"/plans/{world.plan_id}/results")
    assert "Chưa tính được kết quả: còn 120/120 phiếu hợp lệ chưa nhập ở 3 đơn vị." in page.text


def test_ballots_that_are_keyed_give_a_figure_that_is_called_provisional(world: World) -> None:
    first, *others = (unit.id for unit in world.people.units)
    with world.app.app_context(), transaction() as session:
        plan = session.get_one(Plan, world.plan_id)
        survey.collect(session, plan, {first: 40})
        survey.collect(session, plan, dict.fromkeys(others, 40), entered=False)
    page = world.browser().get(f"/plans/{world.plan_id}/results")
    assert page.banners == ["Kết quả tạm tính trên các phiếu đã nhập: còn 80/120 phiếu hợp lệ chưa nhập ở 2 đơn vị."]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_units_of_a_result_are_a_file(full: World, form: str) -> None:
    browser = full.browser()
    page = browser.get(f"/plans/{full.plan_id}/results")
    assert page.links["Tải bảng đơn vị (Excel)"] == f"/plans/{full.plan_id}/results/units.xlsx"
    heads, *rows = rows_of(browser.get(f"/plans/{full.plan_id}/results/units.{form}"))
    assert heads[:5] == ["Khối", "Đơn vị", "Phiếu hợp lệ", "Chỉ số (%)", "Thứ hạng"]
    assert len(heads) > 7, "and its criteria"
    assert sorted(row[1] for row in rows) == [unit.name for unit in full.people.units]
    assert {row[3].replace(",", ".") for row in rows} <= {shown.replace(",", ".").rstrip("%") for shown in page.all("main//td")}
    assert rows_of(browser.get(f"/plans/{full.plan_id}/results/units.{form}?block=0"))[1:] == rows
    assert rows_of(browser.get(f"/plans/{full.plan_id}/results/units.{form}?block=7"))[1:] == []
    assert full.browser("mai").get(f"/plans/{full.plan_id}/results/units.{form}").status == 404


def test_the_page_says_the_whole_the_group_each_unit_and_the_formula(full: World) -> None:
    page = full.browser().get(f"/plans/{full.plan_id}/results")
    assert page.with_class("hero-figure") == ["84,73%"]
    names = page.all("section[@id='khoi-0']//table[1]//th[@scope='row']")[:3]
    assert sorted(names) == [unit.name for unit in full.people.units]
    assert "Chỉ số là trung bình cộng của 15 câu tính chỉ số." in page.text
    assert "Công thức “Trung bình các câu hỏi” chưa đối chiếu văn bản." in page.text


def test_a_units_page_shows_its_criteria_questions_and_facts(full: World) -> None:
    unit = full.people.units[0]
    page = full.browser().get(f"/plans/{full.plan_id}/results/units/{unit.id}")
    assert page.h1 == unit.name
    assert page.all("h2") == ["Theo tiêu chí", "Theo câu hỏi 16 câu", "Sự việc"]


def test_free_words_are_read_by_the_office_only(full: World) -> None:
    page = full.browser().get(f"/plans/{full.plan_id}/results/comments")
    assert "Ý kiến 20" in page.text
    address = publish(full)
    for name in ("", "/du-lieu.csv", "/so-lieu.json", "/tu-dien.csv"):
        assert "Ý kiến 20" not in full.browser(None).get(f"{address}{name}").source


@pytest.mark.parametrize("path", ["results", "results/comments", "publication"])
def test_results_of_another_office_do_not_exist(full: World, path: str) -> None:
    assert full.browser("mai").get(f"/plans/{full.plan_id}/{path}").status == 404


@pytest.mark.parametrize(
    "path", ["publication/draft", "publication/1/approve", "publication/1/publish", "results/earlier", "results/earlier/from"]
)
def test_an_observer_presses_nothing_and_a_stranger_finds_nothing(full: World, path: str) -> None:
    full.browser().post(f"{room(full)}/draft")
    fields = {"publication": "1", **PAPER}
    assert full.browser("sat").post(f"/plans/{full.plan_id}/{path}", **fields).status == 403
    assert full.browser("mai").post(f"/plans/{full.plan_id}/{path}", **fields).status == 404
    assert full.browser(None).post(f"/plans/{full.plan_id}/{path}", **fields).status == 401
    with full.app.app_context():
        assert [row.status for row in db.session.scalars(select(Publication))] == [PublicationStatus.DRAFT]


def test_the_leader_approves_but_does_not_publish(full: World) -> None:
    full.browser().post(f"{room(full)}/draft")
    leader = full.browser("dung")
    assert leader.post(f"{room(full)}/1/approve", **PAPER).status == 302
    assert leader.post(f"{room(full)}/1/publish").status == 403


def test_a_version_of_one_plan_is_not_reached_through_another(full: World) -> None:
    full.browser().post(f"{room(full)}/draft")
    for path in ("approve", "publish"):
        assert full.browser().post(f"/plans/{full.plan_id + 1}/publication/1/{path}", **PAPER).status == 404
        assert full.browser().post(f"{room(full)}/99/{path}", **PAPER).status == 404


def test_what_was_typed_stays_when_an_approval_is_refused(full: World) -> None:
    full.browser().post(f"{room(full)}/draft")
    page = full.browser().post(f"{room(full)}/1/approve", **{**PAPER, "signatory": ""})
    assert page.status == 409
    assert page.banners == ["Chưa công bố được: thiếu người ký của quyết định hoặc thông báo; ghi như văn bản đã ký."]
    assert (page.value("number"), page.value("issued_on")) == ("49/TB-UBND", "20/10/2021")


def test_the_grey_button_says_what_the_service_says(world: World) -> None:
    keyed(world, entered=False)
    page = world.browser().get(room(world))
    shown = page.with_class("refusal")
    answer = world.browser().post(f"{room(world)}/draft")
    assert answer.status == 409
    assert shown == answer.banners


def test_anybody_reads_the_published_page_and_downloads_its_files(full: World) -> None:
    address = publish(full)
    stranger = full.browser(None)
    page = stranger.get(address)
    assert page.status == 200
    assert page.h1 == "Kết quả khảo sát mức độ hài lòng năm 2021"
    assert page.with_class("hero-figure") == ["84,73%"]
    assert "Thông báo số 49/TB-UBND, ngày 20/10/2021 UBND thành phố Cam Ranh, người ký Nguyễn Văn Hòa" in page.text
    for name in ("bao-cao.docx", "phu-luc.xlsx", "du-lieu.csv", "tu-dien.csv", "so-lieu.json"):
        assert stranger.get(f"{address}/{name}").status == 200
    assert stranger.get("/ket-qua").links["Khảo sát mức độ hài lòng năm 2021"] == address


def test_the_fingerprint_on_the_page_is_that_of_the_downloaded_data(full: World) -> None:
    address = publish(full)
    stranger = full.browser(None)
    content = stranger.client.get(f"{address}/so-lieu.json").get_data()
    assert stranger.get(address).with_class("fingerprint")[0] == hashlib.sha256(content).hexdigest()
    opened = stranger.client.get(f"{address}/du-lieu.csv").get_data()
    assert json.loads(content)["open_files"]["du-lieu.csv"] == hashlib.sha256(opened).hexdigest()


def test_the_public_page_is_one_stored_row_and_answers_304_to_who_has_it(full: World) -> None:
    address = publish(full)
    stranger = full.browser(None)
    with statements(full.app) as said:
        first = stranger.get(address)
    assert len([s for s in said if s.startswith("SELECT")]) == 1
    assert first.response.headers["Cache-Control"] == "public, max-age=300"
    again = stranger.client.get(address, headers={"If-None-Match": first.response.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")


@pytest.mark.parametrize("address", ["/ket-qua/khong-co", "/ket-qua/khao-sat-2021-1", "/ket-qua/khao-sat-2021-1/du-lieu.csv"])
def test_what_is_not_public_is_not_found(full: World, address: str) -> None:
    full.browser().post(f"{room(full)}/draft")
    assert full.browser(None).get(address).status == 404


def test_a_correction_leaves_the_old_page_with_a_note(full: World) -> None:
    first = publish(full)
    with full.app.app_context(), transaction() as session:
        survey.collect(session, session.get_one(Plan, full.plan_id), {}, code=survey.COMMUNE)
    browser = full.browser()
    refused = browser.post(f"{room(full)}/draft")
    assert refused.banners == ["Bản đính chính chưa có lý do; ghi điểm sai và số liệu đúng."]
    browser.post(f"{room(full)}/draft", reason="Ghi nhầm tên đơn vị.")
    browser.post(f"{room(full)}/2/approve", **PAPER)
    browser.post(f"{room(full)}/2/publish")
    old, new = full.browser(None).get(first), full.browser(None).get(f"{first}-ban-2")
    assert old.banners == ["Bản này đã được đính chính ngày 20/10/2021: “Ghi nhầm tên đơn vị.” Xem bản 2"]
    assert new.banners == ["Bản này đính chính bản 1 ngày 20/10/2021: “Ghi nhầm tên đơn vị.” Xem bản cũ"]
    assert old.with_class("hero-figure") == ["84,73%"]


def test_no_result_was_published_yet(world: World) -> None:
    assert "Chưa có kết quả khảo sát được công bố." in world.browser(None).get("/ket-qua").text


def test_last_years_figures_are_typed_with_their_source(full: World) -> None:
    unit = full.people.units[0]
    path = f"/plans/{full.plan_id}/results/earlier"
    fields = {"value|plan|": "83,25%", f"value|unit|{unit.id}": "90", f"why|unit|{unit.id}": "Đã sáp nhập."}
    refused = full.browser().post(path, **fields)
    assert refused.status == 422
    assert refused.banners == ["Chưa ghi nguồn của số liệu kỳ trước; ghi số, ngày văn bản đã công bố."]
    assert refused.value(f"value|unit|{unit.id}") == "90"
    assert full.browser().post(path, source="Thông báo 4/TB-UBND", **fields).status == 302
    page = full.browser().get(f"/plans/{full.plan_id}/results")
    assert "tăng 1,48 điểm phần trăm" in page.with_class("hero")[0]
    with full.app.app_context():
        kept = {(row.scope, row.hundredths, row.why_not) for row in db.session.scalars(select(EarlierResult))}
    assert kept == {("plan", 8325, ""), ("unit", 9000, "Đã sáp nhập.")}


def test_what_a_page_has_computed_is_shown_until_something_is_done(full: World) -> None:
    browser = full.browser()
    unit = full.people.units[0]
    paths = [f"/plans/{full.plan_id}/results{more}" for more in ("", f"/units/{unit.id}", "/comments", "/earlier")]
    first = [browser.get(path).text for path in paths]
    with statements(full.app) as said:
        assert [browser.get(path).text for path in paths] == first
    assert not any("EARLIER_RESULT" in one.upper() or "JOIN PLAN_UNIT" in one.upper() for one in said)  # nothing is read again
    with full.app.app_context(), transaction() as session:
        fields = UnitFields("UBND xã Tên Mới", "")
        organisation.save_unit(session, unit.id, fields, version=None, by=full.people.ha, now=moment(2021, 10, 20, 9))
        figures = [EarlierInput("unit", str(unit.id), Decimal("50"))]
        publishing.keep_earlier(
            session, full.plan_id, figures, source="Thông báo 4", by=full.people.ha, now=moment(2021, 10, 20, 9)
        )
    then = [browser.get(path).text for path in paths]
    assert all("UBND xã Tên Mới" in text for text in then)
    assert "kỳ trước: 50" in then[1]
    kept_results.register(full.app)  # as a process that has computed nothing yet
    assert [browser.get(path).text for path in paths] == then


@pytest.mark.parametrize("typed", ["chín mươi", "101", "NaN", "-1", "80,123", "1e3"])
def test_last_years_figure_that_is_no_share_is_refused(full: World, typed: str) -> None:
    page = full.browser().post(f"/plans/{full.plan_id}/results/earlier", source="x", **{"value|plan|": typed})
    assert page.status == 422
    assert page.value("value|plan|") == typed


@pytest.mark.parametrize("path", ["results", "results/units/{unit}", "publication", "results/earlier"])
def test_pages_cost_the_same_for_many_units(make_world: MakeWorld, path: str) -> None:
    counted = []
    for units in (1, 4):
        world = keyed(make_world(units=units), 12)
        browser = world.browser()
        address = f"/plans/{world.plan_id}/{path.format(unit=world.people.units[0].id)}"
        browser.get(address)
        with statements(world.app) as said:
            assert browser.get(address).status == 200
        counted.append(len(said))
    assert counted[0] == counted[1]


def test_a_downloaded_data_file_is_known_again_by_the_command(full: World, tmp_path: Path) -> None:
    address = publish(full)
    content = full.browser(None).client.get(f"{address}/so-lieu.json").get_data()
    file = tmp_path / "so-lieu.json"
    runner = full.app.test_cli_runner()
    file.write_text(json.dumps(json.loads(content), indent=2))  # laid out anew, the same data
    known = runner.invoke(args=["publications", "verify", str(file)])
    expected = f"Khớp mã kiểm chứng {hashlib.sha256(content).hexdigest()}: bản 1, công bố ngày 20/10/2021, {address}.\n"
    assert (known.exit_code, known.output) == (0, expected)
    file.write_bytes(content.replace(b'"84.73"', b'"94.73"'))
    changed = runner.invoke(args=["publications", "verify", str(file)])
    assert changed.exit_code == 1
    assert "Tệp tải về không khớp mã kiểm chứng đã công bố" in changed.stderr


def test_a_unit_without_ballots_holds_the_result_until_its_reason_is_given_and_published(
    world: World,
) -> None:
    first, second, third = world.people.units
    with world.app.app_context(), transaction() as session:
        survey.collect(session, session.get_one(Plan, world.plan_id), {first.id: 40, second.id: 40})
    browser = world.browser()
    refused = browser.post(f"{room(world)}/draft")
    assert refused.status == 409
    assert third.name in refused.banners[0]
    assert browser.get(room(world)).elements(f"main//input[@name='exception-{third.id}']")
    with world.app.app_context():
        assert db.session.scalars(select(Publication.id)).all() == []
    assert browser.post(f"{room(world)}/draft", **{f"exception-{third.id}": "Trụ sở sửa chữa cả kỳ"}).status == 302
    with world.app.app_context():
        row = db.session.scalars(select(Publication)).one()
        number, slug = row.id, row.slug
    assert browser.get(room(world)).value(f"exception-{third.id}") == "Trụ sở sửa chữa cả kỳ"  # for a draft that is made again
    assert browser.post(f"{room(world)}/{number}/approve", **PAPER).status == 302
    kept = browser.get(room(world))
    assert {name: kept.value(name) for name in PAPER if name != "document_kind"} | {"document_kind": "Thông báo"} == PAPER
    assert kept.elements("main//select[@name='document_kind']/option[@selected]")[0].text == PAPER["document_kind"]
    assert browser.post(f"{room(world)}/{number}/publish").status == 302
    page = world.browser(None).get(f"/ket-qua/{slug}")
    assert third.name in page.text
    assert "Trụ sở sửa chữa cả kỳ" in page.text
