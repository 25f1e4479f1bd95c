"""Hòm phiếu in the browser: the office's list, a unit's own boxes behind its link, the minutes as a paper."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.builders import moment
from tests.documents.papers import lines_of, pages_of
from tests.web.conftest import World, statements
from tests.web.pages import squeezed
from tests.web.test_fieldwork_pages import lines
from tracker.db import db, transaction
from tracker.models import BallotBox, BoxOpening, OutboxMessage, StoredFile, Unit
from tracker.services import openings
from tracker.web.tokens import personal_token

BOX = {"code": "1", "place": "Bộ phận Một cửa", "seal_number": "NP-01", "sealed_on": "02/7/2021"}
MINUTES = {
    "once": "a",
    "opened_on": "05/7/2021",
    "opened_time": "8h30",
    "condition": "whole",
    "seal_number": "NP-01",
    "chair": "Nguyễn Văn An, Trưởng bộ phận Một cửa, UBND xã",
    "secretary": "Lê Thị Bé",
    "team": "Trần Thu Hà, Phòng Nội vụ",
    "observer": "Phạm Giám, MTTQ",
    "others": "Người Thứ Năm, công chức\nNgười Thứ Sáu",
    "ballots": "40",
    "valid": "38",
    "reason_blank": "2",
    "numbers": "0001–0040",
    "bag_number": "T1",
    "receiver": "Trần Thu Hà, Phòng Nội vụ",
    "key_to": "Lê Thị Bé, Văn phòng",
    "new_seal_number": "NP-02",
    "next_opening_on": "12/7/2021",
}
BROKEN = {"once": "b", "opened_on": "05/7/2021", "opened_time": "8:30", "condition": "seal", "description": "giấy bị rách"}
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-\xb4\x00\x00\x00\x00IEND\xaeB`\x82"
)


@pytest.fixture
def field(make_world) -> World:
    """Three units, all in fieldwork."""
    world = make_world(until=2)
    with world.app.app_context(), transaction() as session:
        openings.open_what_may_open(session, world.plan_id, now=moment(2021, 7, 5, 9))
    return world


def office(world: World, more: str = "") -> str:
    return f"/plans/{world.plan_id}/boxes{more}"


def link(world: World, place: int = 0, more: str = "") -> str:
    token = personal_token(world.app.secret_key, world.people.units[place].contact_id, f"n{place + 1}")
    return f"/v/{token}/boxes/{world.plan_id}{more}"


def with_box(world: World, place: int = 0) -> int:
    answer = world.browser(None).post(link(world, place), **BOX)
    assert answer.status == 302, answer.text
    return int(answer.location.rpartition("/")[2])


def letters(world: World) -> list[str]:
    with world.app.app_context():
        query = select(OutboxMessage.to_email).where(OutboxMessage.kind == "seal_broken").order_by(OutboxMessage.id)
        return list(db.session.scalars(query))


def test_a_plan_without_boxes_says_what_to_do_first(field: World) -> None:
    page = field.browser().get(office(field))
    assert (page.h1, page.one("main//h2")) == ("Hòm phiếu", "Chưa khai báo hòm phiếu")
    assert page.links["Thêm hòm phiếu"] == office(field, "/new")
    assert "Thêm hòm phiếu" not in field.browser("sat").get(office(field)).links


def test_the_office_puts_up_a_box_of_a_unit_and_reads_it_in_the_list(field: World) -> None:
    ha = field.browser()
    unit = field.people.units[1]
    bad = ha.post(office(field), **BOX | {"unit": unit.id, "seal_number": ""})
    assert bad.status == 422
    assert bad.with_class("field-error") == ["Chưa ghi số niêm phong của hòm 1; ghi trước khi đưa hòm vào sử dụng."]
    assert bad.value("place") == "Bộ phận Một cửa"
    page = ha.follow(ha.post(office(field), **BOX | {"unit": unit.id, "next_opening_on": "04/7/2021"}))
    assert (page.h1, page.banners) == ("Hòm 1", ["Đã thêm hòm 1."])
    row = ha.get(office(field)).all("tbody/tr[1]/*")
    assert row[:4] == ["Hòm 1UBND xã Số 0002", "Đang niêm phong", "Bộ phận Một cửa", "NP-0102/7/2021"]
    assert row[4:] == ["chưa mở", "mở tới 04/7/2021quá ngày mở", "0 phiếu"]
    assert len(ha.get(office(field, "?only=overdue")).all("tbody/tr")) == 1
    assert ha.get(office(field, "?only=broken")).all("tbody/tr") == []
    where = ha.get(office(field, "?only=overdue")).links["Tải bảng (CSV)"]
    assert where == office(field, "/list.csv?only=overdue")
    taken = {only: ha.get(office(field, f"/list.csv?only={only}")).content.decode("utf-8-sig") for only in ("overdue", "broken")}
    assert [len(text.splitlines()) for text in taken.values()] == [2, 1]


@pytest.mark.parametrize("by_link", [True, False])
def test_minutes_are_written_once_and_their_count_stands_in_the_ledger(field: World, by_link: bool) -> None:
    box_id = with_box(field)
    browser = field.browser(None) if by_link else field.browser()
    base = link(field, 0, f"/{box_id}") if by_link else office(field, f"/{box_id}")
    page = browser.follow(browser.post(f"{base}/openings", **MINUTES))
    assert page.banners == ["Đã ghi biên bản: 40 phiếu. Lũy kế của đơn vị: thu về 40."]
    assert page.with_class("line-title") == ["08:30, 05/7/2021: 40 phiếu, hợp lệ 38, loại bỏ 2"]
    assert browser.follow(browser.post(f"{base}/openings", **MINUTES)).banners == ["Biên bản này đã ghi; không ghi lần hai."]
    assert lines(field) == [(40, 40, 38, 2)]
    ids = page.tree.xpath("//@id") if page.tree is not None else []
    assert len(ids) == len(set(ids)), "every box on the page has an id of its own"
    to = page.links["In biên bản"].replace("minutes.docx", "correction")
    figures = {"ballots": "41", "valid": "39", "reason_blank": "2", "handed_out": "41"}
    wrong = browser.post(to, **figures)
    assert (wrong.status, wrong.with_class("field-error")) == (422, ["Số đã ghi không xóa được; ghi dòng đính chính kèm lý do."])
    done = [browser.follow(browser.post(to, **figures, reason="đếm sót")).banners for _ in range(2)]
    assert done == [["Đã ghi dòng đính chính vào sổ phiếu."], ["Không có thay đổi để lưu."]]
    assert lines(field) == [(40, 40, 38, 2), (1, 1, 1, 0)]


def test_what_is_missing_in_the_minutes_stands_beside_its_box_and_what_was_typed_stays(field: World) -> None:
    box_id, browser = with_box(field), field.browser(None)
    given = MINUTES | {"team": "", "key_to": "", "opened_time": "sáng", "valid": "1"}
    page = browser.post(link(field, 0, f"/{box_id}/openings"), **given)
    assert (page.status, page.with_class("field-error")) == (422, ["“sáng” không đọc được là giờ; ghi như 8:30."])
    page = browser.post(link(field, 0, f"/{box_id}/openings"), **given | {"opened_time": "8:30"})
    assert page.with_class("field-error") == [
        "Biên bản mở hòm 1 chưa đủ thành phần: thiếu đại diện Tổ công tác; bổ sung người chứng kiến.",
        "Biên bản ghi 40 phiếu, các nhóm cộng lại 3; đếm lại trước khi ký.",
        "Chưa ghi người nhận chìa khóa hòm 1; ghi họ tên và bộ phận nhận.",
    ]
    assert (page.value("chair"), page.value("ballots")) == (MINUTES["chair"], "40")
    assert lines(field) == []


def test_a_broken_seal_goes_to_the_head_with_its_photograph_and_waits_for_his_word(field: World) -> None:
    box_id, browser, ha = with_box(field), field.browser(None), field.browser()
    base = link(field, 0, f"/{box_id}")
    page = browser.follow(browser.post(f"{base}/openings", **BROKEN, file=(io.BytesIO(PNG), "hòm.png")))
    assert page.banners[0] == (
        "Niêm phong hòm 1 không nguyên vẹn: dừng mở hòm, giữ nguyên hiện trạng và báo thủ trưởng UBND xã Số 0001; "
        "thư báo đã được gửi."
    )
    assert letters(field) == [field.people.units[0].head_email, field.people.ha_email, "sat@example.vn"]
    assert browser.get(page.links["hòm.png"]).content == PNG
    assert "Ghi biên bản" not in page.all("button")
    assert browser.post(f"{base}/openings", **MINUTES).status == 409
    seen = ha.get(office(field))
    assert "Niêm phong không nguyên vẹn" in seen.all("tbody/tr[1]/td[1]")
    opening = page.actions[0]
    assert browser.post(opening, decision="", decided_by="Chủ tịch").status == 422
    done = ha.post(office(field, opening.partition(f"/{field.plan_id}")[2]), decision="Mở hòm", decided_by="Chủ tịch Ba")
    assert ha.follow(done).banners == ["Đã ghi ý kiến chỉ đạo; hòm được mở theo ý kiến này."]
    counted = browser.follow(browser.post(f"{base}/openings", **MINUTES))
    assert counted.with_class("line-title") == ["08:30, 05/7/2021: 40 phiếu, hợp lệ 38, loại bỏ 2"]
    assert lines(field) == [(40, 40, 38, 2)]


def test_a_head_without_an_address_is_to_be_called(field: World) -> None:
    box_id, browser = with_box(field), field.browser(None)
    with field.app.app_context(), transaction() as session:
        session.get_one(Unit, field.people.units[0].id).head_email = ""
    page = browser.follow(browser.post(link(field, 0, f"/{box_id}/openings"), **BROKEN))
    assert page.banners[0].endswith("nên thư chỉ tới điều phối viên; báo thủ trưởng qua điện thoại.")


def test_a_file_that_lies_about_its_type_keeps_nothing(field: World) -> None:
    box_id, browser = with_box(field), field.browser(None)
    page = browser.post(link(field, 0, f"/{box_id}/openings"), **BROKEN, file=(io.BytesIO(b"MZ\x90"), "anh.png"))
    assert page.status == 422
    assert page.value("description") == "giấy bị rách"
    with field.app.app_context():
        assert db.session.scalars(select(StoredFile.id)).all() == []
        assert db.session.scalars(select(BoxOpening.id)).all() == []


def test_a_unit_sees_and_changes_only_its_own_boxes(field: World) -> None:
    mine, theirs, browser = with_box(field, 0), with_box(field, 1), field.browser(None)
    assert [a for a in browser.get(link(field)).links.values() if f"/boxes/{field.plan_id}/" in a] == [link(field, 0, f"/{mine}")]
    for more in (f"/{theirs}", f"/{theirs}/minutes.docx"):
        assert browser.get(link(field, 0, more)).status == 404
    for more in (f"/{theirs}", f"/{theirs}/openings", f"/{theirs}/openings/1/decision", f"/{theirs}/openings/1/correction"):
        assert browser.post(link(field, 0, more), **MINUTES, place="x").status == 404
    assert lines(field) == []


def test_a_contact_is_led_to_the_boxes_of_the_unit(field: World) -> None:
    browser = field.browser(None)
    home = link(field).partition("/boxes/")[0]
    assert link(field) not in browser.get(home).links.values()
    with_box(field)
    assert link(field) in browser.get(home).links.values()


def test_place_and_seal_are_set_right_with_a_reason_and_only_the_office_takes_a_box_away_unopened(field: World) -> None:
    box_id, browser, ha = with_box(field), field.browser(None), field.browser()
    changed = BOX | {"place": "Tầng 2"}
    assert browser.post(link(field, 0, f"/{box_id}"), **changed).status == 422
    page = browser.follow(browser.post(link(field, 0, f"/{box_id}"), **changed, reason="sửa trụ sở"))
    assert "Tầng 2" in page.text
    assert browser.post(link(field, 0, f"/{box_id}/remove"), reason="x").status == 404
    assert ha.post(office(field, f"/{box_id}/remove"), reason="").status == 422
    assert ha.follow(ha.post(office(field, f"/{box_id}/remove"), reason="khai báo nhầm")).banners == ["Đã thu hồi hòm 1."]
    with field.app.app_context():
        assert db.session.scalars(select(BallotBox.removed_on)).one() is not None
    assert browser.post(link(field, 0, f"/{box_id}/openings"), **MINUTES).status == 409


def test_the_paper_is_filled_from_the_minutes_and_blank_before(field: World) -> None:
    box_id, browser = with_box(field), field.browser(None)
    blank = "\n".join(lines_of(browser.get(link(field, 0, f"/{box_id}/minutes.docx")).content))
    assert "Hòm phiếu số 1, đặt tại Bộ phận Một cửa; số niêm phong NP-01, niêm phong ngày 02/7/2021." in blank
    assert "1. Ông (bà) ……………………, …………………… – Chủ trì" in blank
    assert "Nguyễn Văn An" not in blank
    page = browser.follow(browser.post(link(field, 0, f"/{box_id}/openings"), **MINUTES))
    answer = browser.get(page.links["In biên bản"])
    assert answer.response.headers["Content-Disposition"].startswith("attachment; filename=bien-ban-mo-hom-")
    said = [line.replace("\u00a0", " ") for line in lines_of(answer.content)]
    for line in (
        "Mở hòm phiếu khảo sát mức độ hài lòng năm 2021 tại UBND xã Số 0001",
        "Thời gian bắt đầu: 08 giờ 30 phút, ngày 05 tháng 7 năm 2021",
        "1. Ông (bà) Nguyễn Văn An, Trưởng bộ phận Một cửa, UBND xã – Chủ trì",
        "4. Ông (bà) Phạm Giám, MTTQ – Giám sát",
        "6. Ông (bà) Người Thứ Sáu",
        "Khóa: ☒ nguyên vẹn ☐ không nguyên vẹn. Niêm phong: ☒ nguyên vẹn ☐ không nguyên vẹn.",
        "Hợp lệ | 38 | 0001–0040",
        "Loại bỏ: phiếu bỏ trống | 2 | ",
        "Cộng | 40 | ",
        "Toàn bộ 40 phiếu được niêm phong trong túi số T1, giao cho Trần Thu Hà, Phòng Nội vụ quản lý, xử lý theo quy định.",
        "Hòm phiếu ☒ được niêm phong lại, số NP-02 ☐ ngừng sử dụng. Chìa khóa giao cho Lê Thị Bé, Văn phòng.",
        "Không có.",
    ):
        assert line in said, said
    assert any("Tổng số phiếu trong hòm: 40 phiếu (bằng chữ: bốn mươi)." in line for line in said)


def test_the_list_takes_the_same_number_of_statements_for_thirty_boxes_as_for_one(field: World) -> None:
    ha = field.browser()
    box_id = with_box(field)
    field.browser(None).post(link(field, 0, f"/{box_id}/openings"), **MINUTES)
    with statements(field.app) as few:
        ha.get(office(field))
    with field.app.app_context(), transaction() as session:
        first = session.get_one(BallotBox, box_id)
        session.add_all(
            BallotBox(
                plan_id=field.plan_id, unit_id=field.people.units[1].id, code=str(n), place="Một cửa", seal_number="x",
                sealed_on=first.sealed_on,
            )
            for n in range(30)
        )  # fmt: skip
    with statements(field.app) as many:
        assert len(ha.get(office(field)).all("tbody/tr")) == 31
    assert len(many) == len(few)


@pytest.mark.office
def test_the_papers_open_in_libreoffice(field: World, tmp_path: Path) -> None:
    """Two pages at most, each part in its place; a broken seal says who was told and what he said."""
    box_id, browser = with_box(field), field.browser(None)
    base = link(field, 0, f"/{box_id}")
    blank = pages_of(browser.get(f"{base}/minutes.docx").content, tmp_path)
    assert len(blank) <= 2
    assert "BIÊN BẢN" in blank[0]
    opening = browser.follow(browser.post(f"{base}/openings", **BROKEN)).actions[0]
    browser.post(opening, decision="Mở hòm", decided_by="Chủ tịch Ba")
    page = browser.follow(browser.post(f"{base}/openings", **MINUTES))
    filled = pages_of(browser.get(page.links["In biên bản"]).content, tmp_path)
    text = squeezed(" ".join(filled))
    assert len(filled) <= 2
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT" in filled[0]  # its last word is on a second line in fonts wider than Times
    assert "mô tả: giấy bị rách; ý kiến chỉ đạo: “Mở hòm” (Chủ tịch Ba)." in text
    assert "THƯ KÝ ĐẠI DIỆN TỔ ĐẠI DIỆN GIÁM CHỦ TRÌ" in text
