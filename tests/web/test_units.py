"""The office's units: found without accents, taken in whole or not at all, corrected one at a time."""

from __future__ import annotations

from io import BytesIO

from sqlalchemy import select

from tests.web.conftest import Browser, MakeWorld, World, statements
from tests.web.pages import Page
from tracker.db import db
from tracker.models import Contact, Unit

HEAD = "đơn vị;khối;đầu mối;thư điện tử"


def uploaded(browser: Browser, content: bytes, name: str = "don-vi.csv") -> Page:
    return browser.post("/units/import", file=(BytesIO(content), name))


def unit_names(world: World) -> list[str]:
    with world.app.app_context():
        return list(db.session.scalars(select(Unit.name).order_by(Unit.id)))


def contact(world: World, contact_id: int) -> Contact:
    with world.app.app_context():
        found = db.session.get_one(Contact, contact_id)
        db.session.expunge(found)
        return found


def test_list_shows_units_by_group_with_their_people(world: World) -> None:
    page = world.browser().get("/units")
    assert (page.h1, page.all("main//h2")) == ("Đơn vị", ["UBND xã, phường 3"])
    row = page.all("main//tbody/tr")[0]
    assert row == ("UBND xã Số 0001 Đầu Mối 1contact1@o1.example.vn Thủ Trưởng 1, Chủ tịchhead1@o1.example.vn Lịch Sửa")


def test_search_needs_no_accents(world: World) -> None:
    browser = world.browser()
    for query, found in {"so 0002": ["UBND xã Số 0002"], "XÃ số 0003": ["UBND xã Số 0003"], "không có": []}.items():
        page = browser.get(f"/units?q={query}")
        assert page.all("main//tbody/tr/th") == found
        assert ("Không tìm thấy “không có”. Thử một phần của tên, có dấu hoặc không dấu." in page.text) is (not found)


def test_list_takes_the_same_statements_for_three_and_thirty_units(make_world: MakeWorld) -> None:
    said = []
    for units in (3, 30):
        world = make_world(units=units, plan=False)
        browser = world.browser()
        browser.get("/units")
        with statements(world.app) as found:
            browser.get("/units")
        said.append(len(found))
        with world.app.app_context():
            db.drop_all()
    assert said[0] == said[1]


def test_long_list_comes_in_pages(make_world: MakeWorld) -> None:
    page = make_world(units=120, plan=False).browser().get("/units?page=2")
    assert len(page.elements("main//tbody/tr")) == 20
    assert "Trang 2/2, 120 đơn vị" in page.text


def test_empty_list_says_how_to_begin(make_world: MakeWorld) -> None:
    world = make_world(units=0, plan=False)
    page = world.browser().get("/units")
    assert "Chưa có đơn vị Nhập danh sách từ Excel hoặc thêm từng đơn vị." in page.text
    assert page.links["Nhập danh sách"] == "/units/import"
    assert world.browser("dung").get("/units").links.get("Nhập danh sách") is None


def test_list_is_taken_in_and_counted(world: World) -> None:
    browser = world.browser()
    content = f"\ufeff{HEAD};ghi chú\nTrạm Y tế xã A;Trạm Y tế;Bà Lê Thị B;b@example.vn;x\n".encode()
    after = browser.follow(uploaded(browser, content))
    assert after.banners == [
        "Đã nhập 1 dòng: 1 đơn vị mới, 1 đầu mối mới.",
        "Cột “ghi chú” không dùng và sẽ được bỏ qua.",
    ]
    assert "Trạm Y tế xã A" in unit_names(world)


def test_list_may_be_pasted(world: World) -> None:
    browser = world.browser()
    answer = browser.post("/units/import", text=f"{HEAD}\nXã B;Xã;Lê An;an@example.vn")
    assert (answer.status, answer.location) == (302, "/units")


def test_wrong_rows_write_nothing_and_each_has_its_sentence(world: World) -> None:
    before = unit_names(world)
    page = uploaded(
        world.browser(), f"{HEAD}\nXã A;Xã;Lê An;an.example\nXã B;;Bùi Ba;ba@example.vn\nXã C;Xã;Cao Chi;chi@example.vn".encode()
    )
    assert page.status == 422
    assert page.all("div[@id='faults']//li") == [
        "Dòng 2: “an.example” không phải địa chỉ thư điện tử.",
        "Dòng 3, cột khối: để trống; điền tên khối đơn vị.",
    ]
    assert "Chưa ghi gì vào hệ thống: 2 lỗi trong tệp “don-vi.csv”." in page.text
    assert unit_names(world) == before


def test_file_that_cannot_be_read_is_met_with_a_sentence(world: World) -> None:
    browser = world.browser()
    expected = {
        b"": "Chưa có tệp và ô nội dung còn trống; tải tệp lên hoặc dán nội dung văn bản.",
        HEAD.encode("utf-16"): "Tệp CSV không ở bảng mã UTF-8; lưu lại dạng CSV UTF-8.",
        "đơn vị;khối\nA;B".encode(): "Tệp thiếu cột “đầu mối”, “thư điện tử”; tải tệp mẫu và chép dữ liệu vào đó.",
    }
    assert {content: uploaded(browser, content).banners for content in expected} == {c: [s] for c, s in expected.items()}


def test_pasted_text_stays_in_the_form(world: World) -> None:
    page = world.browser().post("/units/import", text="đơn vị của tôi\nXã A")
    assert page.value("text") == "đơn vị của tôi\nXã A"


def test_sample_file_can_be_taken_in(world: World) -> None:
    browser = world.browser()
    answer = browser.get("/units/sample.csv")
    assert answer.response.headers["Content-Disposition"] == "attachment; filename=danh-sach-don-vi.csv"
    assert answer.response.data.startswith(b"\xef\xbb\xbf")
    assert uploaded(browser, answer.response.data).status == 302


def test_unit_is_added_then_its_contact(world: World) -> None:
    browser = world.browser()
    answer = browser.post("/units/new", name="UBND xã Mới", group="UBND xã, phường")
    assert answer.location == "/units/4/contacts/new"
    answer = browser.post(answer.location, salutation="Bà", name="Lê Thị B", email="b@example.vn", rank="1")
    after = browser.follow(answer)
    assert after.banners == ["Đã lưu UBND xã Mới.", "Đã lưu đầu mối Lê Thị B."]
    assert after.with_class("line-title") == ["Bà Lê Thị B"]
    assert after.with_class("line-side") == ["Đầu mối chính"]


def test_wrong_boxes_keep_what_was_typed(world: World) -> None:
    page = world.browser().post("/units/1", name="", group="Khối", head_email="a@b", head_name="Lê Văn C")
    assert page.status == 422
    assert page.with_class("field-error") == [
        "Chưa ghi tên đơn vị.",
        "“a@b” không phải địa chỉ thư điện tử; ghi dạng ten@coquan.vn, không dấu.",
    ]
    assert page.value("head_name") == "Lê Văn C"


def test_name_of_another_unit_is_refused_beside_the_form(world: World) -> None:
    page = world.browser().post("/units/1", name="UBND xã Số 0002", group="Khối")
    assert (page.status, page.banners) == (409, ["Đã có đơn vị tên “UBND xã Số 0002” trong thời gian này; kiểm tra danh mục."])


def test_third_contact_is_refused(world: World) -> None:
    browser = world.browser()
    browser.post("/units/1/contacts/new", salutation="", name="Lê An", email="an@example.vn", rank="2")
    page = browser.post("/units/1/contacts/new", salutation="", name="Bùi Ba", email="ba@example.vn", rank="2")
    assert page.banners[-1] == (
        "Thời gian phụ trách của Bùi Ba trùng với Đầu Mối 1 và Lê An; mỗi đơn vị có tối đa hai đầu mối cùng lúc."
    )
    assert page.value("name") == "Bùi Ba"


def test_stale_edit_is_refused(world: World) -> None:
    browser = world.browser()
    page = browser.get("/units/1/contacts/1")
    version = page.value("version")
    browser.post("/units/1/contacts/1", salutation="", name="Một", email="mot@example.vn", rank="1", version=version)
    late = browser.post("/units/1/contacts/1", salutation="", name="Hai", email="hai@example.vn", rank="1", version=version)
    assert late.banners[-1] == "Chưa lưu: người khác vừa sửa nội dung này; tải lại trang, xem thay đổi rồi làm lại."
    assert contact(world, 1).name == "Một"


def test_contact_is_ended_and_link_renewed(world: World) -> None:
    browser = world.browser()
    nonce = contact(world, 1).link_nonce
    after = browser.follow(browser.post("/units/1/contacts/1/link"))
    assert after.banners == ["Đã thu hồi liên kết của Đầu Mối 1; thư sau sẽ có liên kết mới."]
    assert contact(world, 1).link_nonce != nonce
    after = browser.follow(browser.post("/units/1/contacts/1/end"))
    assert "UBND xã Số 0001 chưa có đầu mối nên chưa nhận được thư." in after.text
    assert "1 đầu mối đã hết phụ trách" in after.text


def test_others_do_not_edit(world: World) -> None:
    leader, observer, nobody = world.browser("dung"), world.browser("sat"), world.browser(None)
    for path in ("/units/import", "/units/new", "/units/1", "/units/1/contacts/1"):
        assert leader.get(path).status == 403
        assert observer.post(path, name="X", group="Y").status == 403
        assert nobody.get(path).status == 302


def test_a_units_page_shows_where_its_work_stands(world: World) -> None:
    page = world.browser().get(f"/units/{world.people.units[0].id}")
    assert "Việc 2" in page.all("main//h2")
    work = "section[@aria-labelledby='work']"
    assert page.all(f"{work}//p[@class='line-title']") == ["Cung cấp số liệu", "Điều tra khảo sát"]
    assert page.all(f"{work}//div[@class='line-side']") == ["Chưa mở", "Chưa mở"]
    assert [link.get("href") for link in page.elements(f"{work}//a")] == ["/tasks/2", "/tasks/5"]


def test_units_of_another_office_are_not_found(world: World) -> None:
    stranger = world.browser("mai")
    assert stranger.get("/units").all("main//tbody/tr") == []
    assert stranger.get("/units/1").status == 404
    assert stranger.post("/units/1/contacts/1/end").status == 404
    assert stranger.get("/units/2/contacts/1").status == 404


def test_what_is_kept_of_a_contact_is_downloaded_and_erased_after_a_second_click(world: World) -> None:
    browser, unit = world.browser(), world.people.units[0]
    page = f"/units/{unit.id}/contacts/{unit.contact_id}"
    kept = browser.get(f"{page}/data.json")
    assert (kept.status, unit.email in kept.source) == (200, True)
    assert "còn phụ trách" in browser.post(f"{page}/erase", agreed="yes").text
    browser.post(f"{page}/end")
    assert "Xóa hẳn" in browser.post(f"{page}/erase").text
    assert contact(world, unit.contact_id).name == unit.contact_name
    browser.post(f"{page}/erase", agreed="yes")
    assert contact(world, unit.contact_id).name == "Đầu mối đã xóa"
    assert world.browser("dung").get(f"{page}/data.json").status == 403
