"""Loại phiếu on its page, and the document of a waiver as a file."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import select

from tests.builders import moment
from tests.web.conftest import World
from tests.web.test_box_pages import PNG
from tests.web.test_fieldwork_pages import LINE, gate_path, lines, unit_path
from tracker.db import db, transaction
from tracker.models import StoredFile
from tracker.services import openings

FULL = LINE | {"valid": "60", "reason_blank": "0"}


@pytest.fixture
def field(make_world) -> World:
    """Three units in fieldwork; the first has sixty numbered ballots."""
    world = make_world(until=2)
    with world.app.app_context(), transaction() as session:
        openings.open_what_may_open(session, world.plan_id, now=moment(2021, 7, 5, 9))
    ha = world.browser()
    ha.post(unit_path(world, more="/lines"), **FULL)
    ha.post(unit_path(world, more="/numbers"), ranges="0001–0060")
    return world


def test_a_ballot_is_discarded_by_its_number_and_taken_back_with_a_reason(field: World) -> None:
    ha, path = field.browser(), unit_path(field, more="/discards")
    assert path in ha.get(unit_path(field)).links.values()
    page = ha.follow(ha.post(path, number="46", reason="unreadable", note="rách đôi"))
    assert page.banners == ["Đã loại phiếu 0046."]
    assert page.with_class("line-title") == ["0046: Rách, không đọc được"]
    assert page.with_class("line-meta") == ["rách đôi"]
    (back,) = [action for action in page.actions if action.endswith("/restore")]
    refused = ha.post(back, why="")
    assert (refused.status, refused.banners) == (
        409, ["Chưa ghi lý do lấy lại phiếu; lý do được giữ trong sổ phiếu và nhật ký."]
    )  # fmt: skip
    page = ha.follow(ha.post(back, why="dán lại đọc được"))
    assert page.banners == ["Đã lấy lại phiếu 0046; phiếu được tính là hợp lệ."]
    assert ha.follow(ha.post(back, why="x")).banners == ["Phiếu 0046 đang hợp lệ; không có gì để lấy lại."]
    assert lines(field) == [(60, 60, 60, 0), (0, 0, -1, 1), (0, 0, 1, -1)]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"number": "61", "reason": "blank"}, "Mã phiếu 0061 không có trong các phiếu thu về của UBND xã Số 0001;"),
        ({"number": "46", "reason": ""}, "Chưa chọn lý do loại phiếu; chọn một lý do."),
        ({"number": "46", "reason": "other"}, "Chưa ghi lý do loại phiếu;"),
        ({"number": "", "reason": "blank"}, "Chưa có mã phiếu; ghi số trên phiếu."),
    ],
)
def test_what_is_wrong_stands_beside_its_box(field: World, typed: dict[str, str], said: str) -> None:
    page = field.browser().post(unit_path(field, more="/discards"), **typed)
    assert page.status == 422
    (error,) = page.with_class("field-error")
    assert error.startswith(said)
    assert page.value("number") == typed["number"]
    assert lines(field) == [(60, 60, 60, 0)]


def test_sent_twice_it_is_discarded_once(field: World) -> None:
    ha = field.browser()
    for _ in range(2):
        page = ha.follow(ha.post(unit_path(field, more="/discards"), number="1", reason="blank"))
    assert page.banners == ["Phiếu 0001 đã loại bỏ (Phiếu bỏ trống); không loại lần hai."]
    assert len(lines(field)) == 2


def test_a_ballot_of_another_unit_is_not_taken_back_from_here(field: World) -> None:
    ha = field.browser()
    page = ha.follow(ha.post(unit_path(field, more="/discards"), number="1", reason="blank"))
    (back,) = [action for action in page.actions if action.endswith("/restore")]
    elsewhere = back.replace(unit_path(field), unit_path(field, 1))
    assert ha.post(elsewhere, why="x").status == 404
    assert "chưa ghi mã phiếu" in ha.get(unit_path(field, 1, "/discards")).text


def test_the_document_of_a_waiver_is_kept_as_a_file_once(field: World) -> None:
    ha = field.browser()
    typed = {"unit": "0", "responsible": "Lê Văn Dũng", "reason": "kịp tiến độ", "document": "15/PNV"}
    lie = ha.post(gate_path(field, 4, "waive"), **typed, file=(io.BytesIO(b"MZ\x90"), "van-ban.pdf"))
    assert lie.status == 422
    assert lie.value("responsible") == "Lê Văn Dũng"
    for _ in range(2):
        page = ha.follow(ha.post(gate_path(field, 4, "waive"), **typed, file=(io.BytesIO(PNG), "văn bản.png")))
    assert ha.get(page.links["văn bản.png"]).content == PNG
    assert field.browser("mai").get(page.links["văn bản.png"]).status == 404
    with field.app.app_context():
        assert [file.purpose for file in db.session.scalars(select(StoredFile))] == ["waiver"]
