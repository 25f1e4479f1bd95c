"""Sắp xếp đơn vị on its page: a file is shown, then done; faults leave everything as it was and what was typed in the form."""

from __future__ import annotations

from io import BytesIO

from sqlalchemy import func, select

from tests.web.conftest import World, statements
from tracker.db import db
from tracker.models import Unit

HEAD = "đơn vị cũ;đơn vị mới;khối;từ ngày;văn bản\n"
MERGER = HEAD + "UBND xã Số 0001;UBND xã Mới;;01/6/2021;Nghị quyết 12\nUBND xã Số 0002;UBND xã Mới;;01/6/2021;\n"


def units(world: World) -> int:
    with world.app.app_context():
        return db.session.scalar(select(func.count(Unit.id)))


def test_a_file_is_shown_and_what_was_shown_is_done(world: World) -> None:
    browser = world.browser()
    assert "/units/changes" in browser.get("/units").links.values()
    before = units(world)
    shown = browser.post("/units/changes", file=(BytesIO(b"\xef\xbb\xbf" + MERGER.encode()), "sap-xep.csv"))
    assert "Sáp nhập từ 01/6/2021: UBND xã Số 0001, UBND xã Số 0002." in shown.text
    assert "Chuyển" in shown.text
    assert "Theo Nghị quyết 12." in shown.text
    assert units(world) == before
    text = shown.elements("textarea[@name='text']")[0].text
    done = browser.follow(browser.post("/units/changes", text=text, agreed="yes"))
    assert "Đã sắp xếp 2 đơn vị; số liệu trước đó vẫn đứng tên đơn vị cũ." in done.text.replace("\xa0", " ")
    assert done.all("main//tbody/tr/th") == ["UBND xã Số 0003", "UBND xã Mới"]
    assert browser.get("/units?state=ended").all("main//tbody/tr/th") == ["UBND xã Số 0001", "UBND xã Số 0002"]
    old = browser.get("/units/1")
    assert "Đã sáp nhập hoặc đổi tên thành UBND xã Mới; ngừng hoạt động từ 01/6/2021." in old.text
    again = browser.post("/units/changes", text=text, agreed="yes")
    assert (again.status, "đã ngừng hoạt động từ 01/6/2021; bỏ dòng này." in again.text) == (422, True)


def test_faults_keep_what_was_typed_and_write_nothing(world: World) -> None:
    typed = HEAD + "UBND xã Số 0001;UBND xã Mới;;hôm nay;\n"
    page = world.browser().post("/units/changes", text=typed, agreed="yes")
    assert page.status == 422
    assert "Dòng 2, cột từ ngày: “hôm nay” không đọc được là ngày; ghi theo ngày/tháng/năm." in page.text
    assert "UBND xã Số 0001;UBND xã Mới;;hôm nay;" in page.elements("textarea[@name='text']")[0].text
    nothing = world.browser().post("/units/changes")
    assert nothing.status == 422


def test_a_file_that_lies_about_its_type_is_refused(world: World) -> None:
    page = world.browser().post("/units/changes", file=(BytesIO(b"%PDF-1.4"), "sap-xep.xlsx"))
    assert (page.status, "sap-xep.xlsx" in page.text) == (422, True)


def test_a_preview_takes_as_many_statements_for_many_units(world: World) -> None:
    browser = world.browser()
    counts = []
    for rows in (1, 3):
        text = HEAD + "".join(f"UBND xã Số 000{n};UBND xã Mới;;01/6/2021;\n" for n in range(1, rows + 1))
        with statements(world.app) as said:
            assert browser.post("/units/changes", text=text).status == 200
        counts.append(len(said))
    assert counts[0] == counts[1]
