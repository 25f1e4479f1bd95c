"""Soạn công văn đôn đốc: the page, the Word file, the line in the journal."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.documents.papers import lines_of
from tests.web.conftest import MakeWorld, World
from tracker.db import db
from tracker.models import JournalEntry

FORM = {"reply_by": "12/7/2021", "chase_number": "1", "symbol": "PNV", "signing_lines": "TRƯỞNG PHÒNG", "signer": "Lê Văn Dũng"}


def journal_of(world: World) -> list[str]:
    with world.app.app_context():
        query = select(JournalEntry).where(JournalEntry.verb == "soạn công văn đôn đốc").order_by(JournalEntry.id)
        return [f"{line.who} {line.verb} {line.what}" for line in db.session.scalars(query)]


def test_a_letter_for_all_late_units_is_filled_in_and_downloaded(make_world: MakeWorld) -> None:
    world = make_world(until=1)
    browser = world.browser()
    page = browser.get(f"/plans/{world.plan_id}/chase-letter?stage=2")
    assert page.h1 == "Soạn công văn đôn đốc"
    assert "3 đơn vị, 3 việc quá hạn." in page.text
    assert (page.value("reply_by"), page.value("chase_number")) == ("12/7/2021", "1")
    assert (page.value("signing_lines"), page.value("signer")) == ("Trưởng phòng", "Lê Văn Dũng")
    assert journal_of(world) == [], "looking writes nothing"
    made = browser.post(f"/plans/{world.plan_id}/chase-letter", stage=2, **FORM)
    assert made.response.headers["Content-Disposition"] == "attachment; filename=cong-van-don-doc-2021-07-05.docx"
    lines = lines_of(made.content)
    assert lines[1] == "Số: _/PNV / V/v đôn đốc cung cấp số liệu | Cam Ranh, ngày _ tháng 7 năm 2021"
    assert "3 | UBND xã Số 0003 | Cung cấp số liệu | 30/6/2021 |  | 5 |  | " in lines
    said = ["Trần Thu Hà soạn công văn đôn đốc gửi UBND xã Số 0001, UBND xã Số 0002 và 1 đơn vị khác về 3 việc quá hạn"]
    assert [line.replace("\u00a0", " ") for line in journal_of(world)] == said
    browser.post(f"/plans/{world.plan_id}/chase-letter", stage=2, **FORM)
    assert len(journal_of(world)) == 1, "the same letter once more adds no line"
    again = browser.get(f"/plans/{world.plan_id}/chase-letter")
    assert (again.value("symbol"), again.value("signing_lines")) == ("PNV", "TRƯỞNG PHÒNG")


def test_a_letter_to_one_unit(make_world: MakeWorld) -> None:
    world = make_world(until=1)
    browser = world.browser()
    unit = world.people.units[1]
    made = browser.post(f"/plans/{world.plan_id}/chase-letter", unit=unit.id, **FORM)
    assert f"Kính gửi: {unit.name}" in lines_of(made.content)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("reply_by", "05/7/2021", "Ngày báo cáo phải sau hôm nay."),
        ("reply_by", "", "Chưa ghi ngày báo cáo."),
        ("reply_by", "31/6/2021", "Ngày “31/6/2021” không có trong lịch; kiểm tra lại ngày và tháng."),
        ("chase_number", "0", "Số phải từ 1 đến 99."),
        ("signing_lines", "", "Chưa ghi chức vụ người ký."),
    ],
)
def test_what_is_wrong_is_said_beside_its_box_and_what_was_typed_stays(
    make_world: MakeWorld, field: str, value: str, said: str
) -> None:
    world = make_world(until=1)
    page = world.browser().post(f"/plans/{world.plan_id}/chase-letter", stage=2, **{**FORM, "signer": "Ai Đó", field: value})
    assert (page.status, page.with_class("field-error"), page.value("signer")) == (422, [said], "Ai Đó")
    assert journal_of(world) == []


def test_nobody_late_needs_no_letter_and_only_runners_write_one(make_world: MakeWorld) -> None:
    world = make_world(until=2)
    browser = world.browser()
    assert "Không có việc quá hạn" in browser.get(f"/plans/{world.plan_id}/chase-letter").text
    assert browser.post(f"/plans/{world.plan_id}/chase-letter", **FORM).status == 409
    asked = browser.follow(browser.get(f"/plans/{world.plan_id}/chase-letter?picked=yes"))
    assert asked.banners == ["Chưa chọn đơn vị nào; đánh dấu ít nhất một đơn vị rồi bấm lại."]
    assert world.browser("dung").post(f"/plans/{world.plan_id}/chase-letter", **FORM).status == 403
    assert world.browser("mai").post(f"/plans/{world.plan_id}/chase-letter", **FORM).status == 404
