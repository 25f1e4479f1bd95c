"""From a signed document to a plan, by clicks: read, looked at beside its source, corrected, accepted, laid over units."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from tests.web.conftest import Browser, MakeWorld, World, statements
from tests.web.pages import Page
from tracker.db import db, transaction
from tracker.models import Plan, PlanDraft, PlanUnit, Task, Unit, UnitGroup
from tracker.rules.states import DraftStatus
from tracker.services import intake

SEEDS = Path(__file__).parents[2] / "seeds" / "plans"
CAM_RANH = SEEDS / "cam-ranh-2021.txt"
SHORT = (
    "Số: 12/KH-UBND\nCam Ranh, ngày 28 tháng 5 năm 2021\nKẾ HOẠCH\nKhảo sát mức độ hài lòng năm 2021\n"
    "TT\tNội dung công việc\tĐơn vị chủ trì\tThời gian\n"
    "1\tXây dựng kế hoạch\tPhòng Nội vụ\tTrước ngày 20/6/2021\n"
    "2\tTriển khai điều tra khảo sát\tCác đơn vị được khảo sát\tTừ ngày 02/7/2021 đến ngày 15/9/2021\n"
    "3\tBáo cáo kết quả\tPhòng Nội vụ\tkhi có hướng dẫn của cấp trên\n"
)


@pytest.fixture
def office(make_world: MakeWorld) -> World:
    return make_world(plan=False)


@pytest.fixture
def browser(office: World) -> Browser:
    return office.browser()


def uploaded(browser: Browser, content: bytes, name: str) -> Page:
    return browser.post("/intake", file=(BytesIO(content), name), text="")


def read_in(browser: Browser, text: str = SHORT) -> Page:
    return browser.follow(browser.post("/intake", text=text))


def rows(page: Page) -> list[str]:
    """The contents of the rows, in order."""
    return page.all("tr[@data-row]/td[@data-field='content']/strong")


def understood(page: Page) -> list[str]:
    return page.all("tr[@data-row]/td[@data-field='wording']/strong")


def edit_fields(page: Page) -> dict[str, str]:
    """What stands in the open form of a row."""
    found = {}
    for box in page.elements("form[@data-editing]//*[@name]"):
        if box.tag == "select":
            chosen = box.xpath(".//option[@selected]") or box.xpath(".//option")
            found[box.get("name")] = chosen[0].get("value")
        elif box.tag == "textarea":
            found[box.get("name")] = (box.text or "").strip("\n")
        elif box.tag == "input":
            found[box.get("name")] = box.get("value") or ""
    return found


def corrected(browser: Browser, row: int, do: str = "save", **changes: str) -> Page:
    fields = edit_fields(browser.get(f"/intake/1?edit={row}")) | changes
    return browser.post(f"/intake/1/rows/{row}", **fields, do=do)


def draft(world: World) -> PlanDraft:
    with world.app.app_context():
        found = db.session.get_one(PlanDraft, 1)
        db.session.expunge(found)
        return found


def test_plan_of_cam_ranh_is_read_beside_its_source(browser: Browser) -> None:
    page = browser.follow(uploaded(browser, CAM_RANH.read_bytes(), "cam-ranh-2021.txt"))
    assert page.h1 == "Rà soát bản bóc tách"
    assert len(rows(page)) == 8
    assert understood(page)[:3] == ["hạn thứ Bảy, 19/6/2021", "hạn thứ Tư, 30/6/2021", "02/7/2021 – 15/9/2021"]
    assert "ngày làm việc cuối: thứ Sáu, 18/6/2021" in page.text
    assert "UBND xã, phường: 60 phiếu/đơn vị" in page.text
    assert "1.650 phiếu" in page.text


def test_every_mark_leads_to_the_draft_and_back(browser: Browser) -> None:
    page = browser.follow(uploaded(browser, CAM_RANH.read_bytes(), "cam-ranh-2021.txt"))
    ids = {e.get("id") for e in page.elements("*[@id]")}
    assert len(ids) == len(page.elements("*[@id]"))
    targets = [a.get("href")[1:] for a in page.elements("a[starts-with(@href, '#')]")]
    assert len(targets) > 40
    assert set(targets) - ids - {"main"} == set()
    for row in range(1, 9):
        (mark,) = page.elements(f"article//*[@id='m{row}']")
        assert "ngày" in mark.text_content()
        assert page.elements(f"tr[@id='r{row}']//a[@href='#m{row}']")


def test_file_is_kept_as_it_came(browser: Browser, office: World) -> None:
    uploaded(browser, CAM_RANH.read_bytes(), "cam-ranh-2021.txt")
    answer = browser.get("/intake/1/original").response
    assert answer.data == CAM_RANH.read_bytes()
    assert answer.headers["Content-Disposition"] == "attachment; filename=cam-ranh-2021.txt"
    assert answer.mimetype == "application/octet-stream"


def test_same_file_again_opens_the_draft_that_is_there(browser: Browser) -> None:
    first = uploaded(browser, CAM_RANH.read_bytes(), "a.txt")
    second = uploaded(browser, CAM_RANH.read_bytes(), "b.txt")
    assert (first.location, second.location) == ("/intake/1", "/intake/1")
    assert "Văn bản này đang được rà soát; mở lại bản bóc tách đã có." in browser.follow(second).banners


def test_what_cannot_be_read_is_met_with_a_sentence(browser: Browser, office: World) -> None:
    cases = {
        (b"", ""): "Chưa có tệp và ô nội dung còn trống; tải tệp lên hoặc dán nội dung văn bản.",
        (b"", "trống.txt"): "Tệp “trống.txt” không có nội dung; kiểm tra lại tệp.",
        (b"abc", "ảnh.jpg"): "Tệp “ảnh.jpg” không thuộc loại nhận được (.docx, .pdf, .txt, .html); lưu lại dưới dạng .docx.",
        (b"abc", "a.docx"): "Nội dung tệp “a.docx” không đúng với phần mở rộng .docx; lưu lại từ phần mềm gốc.",
    }
    for (content, name), sentence in cases.items():
        page = uploaded(browser, content, name) if name else browser.post("/intake", text=" ")
        assert (page.status, page.banners) == (422, [sentence])
    with office.app.app_context():
        assert db.session.scalar(select(func.count(PlanDraft.id))) == 0


def test_twenty_megabytes_are_met_with_a_sentence_beside_the_form(browser: Browser) -> None:
    parts = (
        b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nNoi dung da dan\r\n',
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="to.txt"\r\n\r\n'
        + b"x" * (20 * 1024 * 1024)
        + b"\r\n--x--\r\n",
    )
    page = Page(browser.client.post("/intake", data=b"".join(parts), content_type="multipart/form-data; boundary=x"))
    assert (page.status, page.value("text")) == (422, "Noi dung da dan")
    assert page.banners == ["Tệp “to.txt” 20 MB, vượt mức 10 MB; nén ảnh trong văn bản hoặc tách tệp."]


def test_pasted_text_stays_when_the_file_is_refused(browser: Browser) -> None:
    page = browser.post("/intake", file=(BytesIO(b"abc"), "a.jpg"), text="Nội dung đã dán")
    assert page.value("text") == "Nội dung đã dán"


def test_document_without_a_timeline_is_kept_and_rows_can_be_typed(browser: Browser) -> None:
    page = read_in(browser, "THÔNG BÁO\nVề việc nghỉ lễ. Các đơn vị biết, thực hiện.")
    assert page.banners == [
        "Không tìm thấy bảng nội dung công việc hay phần giao nhiệm vụ trong văn bản; kiểm tra có đúng văn bản kế hoạch, "
        "hoặc nhập tay từng dòng."
    ]
    assert page.with_class("refusal") == ["Chưa duyệt được: bản bóc tách chưa có dòng nào; thêm ít nhất một dòng."]
    form = browser.follow(browser.post("/intake/1/rows"))
    fields = edit_fields(form) | {"content": "Khảo sát", "wording": "Trước ngày 20/6/2021"}
    row = form.elements("form[@data-editing]")[0].get("data-editing")
    after = browser.follow(browser.post(f"/intake/1/rows/{row}", **fields))
    assert (rows(after), understood(after)) == (["Khảo sát"], ["hạn thứ Bảy, 19/6/2021"])


def test_three_cells_are_corrected_in_place(browser: Browser) -> None:
    read_in(browser)
    after = browser.follow(corrected(browser, 2, lead="UBND các xã", wording="Trước ngày 01/9/2021", scope="once"))
    assert understood(after)[1] == "hạn thứ Ba, 31/8/2021"
    row = after.all("tr[@id='r2']/td[@data-field='content']/span")[0]
    assert row == "UBND các xã · làm một lần · điều tra khảo sát"
    assert "Trần Thu Hà sửa lúc 09:00, 05/7/2021" in after.all("tr[@id='r2']")[0]


def test_wrong_row_keeps_what_was_typed(browser: Browser) -> None:
    read_in(browser)
    page = corrected(browser, 2, content="", due_on="31/6/2021", lead="UBND các xã")
    assert page.status == 422
    assert page.with_class("field-error") == [
        "Chưa ghi nội dung công việc.",
        "Ngày “31/6/2021” không có trong lịch; kiểm tra lại ngày và tháng.",
    ]
    assert (page.value("due_on"), page.value("lead")) == ("31/6/2021", "UBND các xã")
    page = corrected(browser, 2, start_on="02/7/2021", due_on="01/7/2021")
    assert page.status == 409
    assert page.with_class("field-error") == ["Ngày kết thúc 01/7/2021 trước ngày bắt đầu 02/7/2021; sửa lại thời gian."]


def test_collision_shows_both_versions_and_lets_choose(browser: Browser, office: World) -> None:
    read_in(browser)
    mine = edit_fields(browser.get("/intake/1?edit=2")) | {"content": "Bản của tôi"}
    corrected(browser, 2, content="Bản kia")
    page = browser.post("/intake/1/rows/2", **mine)
    assert page.status == 409
    assert page.banners[0] == ("Chưa lưu: Trần Thu Hà đã sửa dòng 2 lúc 09:00, 05/7/2021; xem khác biệt rồi chọn giữ bản nào.")
    assert "Bản của Trần Thu Hà: Bản kia" in page.banners[1]
    assert page.value("content") == "Bản của tôi"
    kept = browser.follow(browser.post("/intake/1/rows/2", **edit_fields(page)))
    assert rows(kept)[1] == "Bản của tôi"


def test_rows_are_arranged_by_buttons(browser: Browser) -> None:
    read_in(browser)
    first, second, third = "Xây dựng kế hoạch", "Triển khai điều tra khảo sát", "Báo cáo kết quả"
    assert rows(browser.follow(corrected(browser, 2, "down"))) == [first, third, second]
    assert rows(browser.follow(corrected(browser, 2, "up"))) == [first, second, third]
    assert rows(browser.follow(corrected(browser, 3, "merge"))) == [first, f"{second}; {third}"]
    split = browser.follow(corrected(browser, 2, "split"))
    assert split.value("parts") == f"{second}\n{third}"
    after = browser.follow(browser.post("/intake/1/rows/2/split", parts=split.value("parts"), rev=split.value("rev")))
    assert rows(after) == [first, second, third]
    gone = browser.follow(browser.post("/intake/1/rows/1", do="remove"))
    assert (rows(gone), "1 dòng đã bỏ" in gone.text) == ([second, third], True)
    assert rows(browser.follow(browser.post("/intake/1/rows/1/restore"))) == [second, third, first]
    form = browser.follow(corrected(browser, 2, "add"))
    assert edit_fields(form)["content"] == ""


def test_split_into_one_is_refused(browser: Browser) -> None:
    read_in(browser)
    page = browser.follow(browser.post("/intake/1/rows/1/split", parts="một", rev="1"))
    assert page.banners[-1] == "Chưa tách dòng: cần ít nhất hai nội dung; ghi mỗi nội dung trên một dòng."


def test_doubt_is_ticked_off_and_opened_again(browser: Browser) -> None:
    page = read_in(browser)
    action = next(a for a in page.actions if "/points/" in a)
    after = browser.follow(browser.post(action, settled="yes"))
    assert "1 điểm đã xem" in after.text
    assert "Trần Thu Hà đã xem." in after.text
    again = browser.follow(browser.post(action, settled="no"))
    assert "điểm đã xem" not in again.text
    assert browser.follow(browser.post("/intake/1/points/khong-co", settled="yes")).banners == ["Điểm này đã được xử lý."]


def test_blank_number_and_day_are_filled_in_beside_their_points(browser: Browser) -> None:
    uploaded(browser, CAM_RANH.read_bytes(), "cam-ranh.txt")
    browser.post("/intake/1/facts/number", value="104")
    after = browser.follow(browser.post("/intake/1/facts/issued_on", value="15/6/2021"))
    assert "104/KH-UBND; 15/6/2021" in after.text
    assert "Văn bản chưa có số" not in after.text
    wrong = browser.follow(browser.post("/intake/1/facts/issued_on", value="hôm qua"))
    assert wrong.banners == ["“hôm qua” không đọc được là ngày; ghi theo ngày/tháng/năm, ví dụ 27/9/2021."]


def test_facts_are_corrected_and_a_collision_keeps_the_typed_text(browser: Browser, office: World) -> None:
    read_in(browser)
    form = browser.get("/intake/1?facts=1")
    names = ("name", "short_name", "number", "issued_on", "issuer", "place", "signatory", "parent", "year", "rev")
    fields = {name: form.value(name) for name in names} | {
        "groups": "Trạm Y tế: 50\nUBND xã, phường: 60 phiếu\nKhác",
        "ballots": "1650",
    }
    browser.post("/intake/1/facts", **fields)
    stored = intake.review_of_draft(draft(office)).fields
    assert stored.groups == (("Trạm Y tế", 50), ("UBND xã, phường", 60), ("Khác", None))
    late = browser.post("/intake/1/facts", **fields | {"signatory": "Ngô Hữu Hiền"})
    assert (late.status, late.value("signatory")) == (409, "Ngô Hữu Hiền")
    wrong = browser.post("/intake/1/facts", **fields | {"name": "", "ballots": "nhiều"})
    assert wrong.with_class("field-error") == [
        "Chưa ghi tên kế hoạch.",
        "Không phải số nguyên; ghi chữ số, không ghi kèm đơn vị tính.",
    ]


def test_reading_of_before_is_switched(browser: Browser) -> None:
    page = read_in(browser)
    assert "Cách hiểu “Trước ngày”: chặt, hết ngày liền trước." in page.text
    after = browser.follow(browser.post("/intake/1/before", strict="no"))
    assert understood(after)[0] == "hạn Chủ nhật, 20/6/2021"
    assert "Cách hiểu “Trước ngày”: rộng, hết chính ngày đó." in after.text


def test_unknown_owner_gets_suggestions_and_blocks(browser: Browser) -> None:
    page = read_in(browser, SHORT.replace("1\tXây dựng kế hoạch\tPhòng Nội vụ", "1\tXây dựng kế hoạch\tUBND xã Số 001"))
    assert "“UBND xã Số 001” chưa có trong danh mục đơn vị" in page.text
    offered = page.all("form[contains(@action, '/rows/1/owner')]//button")
    assert (offered[:2], offered[-1]) == (["Phòng Nội vụ", "UBND xã Số 0001"], "từng đơn vị được khảo sát")
    assert "Chưa duyệt được: còn 1 điểm phải xử lý (dòng 1)" in page.with_class("refusal")[0]
    after = browser.follow(browser.post("/intake/1/rows/1/owner", lead="UBND xã Số 0001"))
    assert after.with_class("refusal") == []


def accepted(browser: Browser) -> Page:
    read_in(browser)
    return browser.follow(browser.post("/intake/1/accept"))


def test_blocked_draft_is_not_accepted(browser: Browser, office: World) -> None:
    read_in(browser, "THÔNG BÁO")
    page = browser.follow(browser.post("/intake/1/accept"))
    assert page.banners[0] == "Chưa duyệt được: bản bóc tách chưa có dòng nào; thêm ít nhất một dòng."
    assert draft(office).status is DraftStatus.OPEN
    assert browser.get("/intake/1/units").location == "/intake/1"
    assert browser.get("/intake/1/preview").location == "/intake/1"
    assert browser.post("/intake/1/create").location == "/intake/1"


def test_accepted_draft_asks_for_units_and_can_be_opened_again(browser: Browser, office: World) -> None:
    page = accepted(browser)
    assert page.banners[-1] == "Đã duyệt bản bóc tách; kế hoạch chưa triển khai."
    assert page.h1 == "Chọn đơn vị"
    assert browser.get("/intake/1").location == "/intake/1/units"
    refused = browser.post("/intake/1/rows/1", do="remove")
    assert refused.banners == ["Bản bóc tách đã duyệt nên không sửa được; bấm Mở lại để rà soát."]
    browser.post("/intake/1/reopen")
    assert draft(office).status is DraftStatus.OPEN


def test_units_of_the_named_groups_are_ticked_first(browser: Browser, office: World) -> None:
    with office.app.app_context(), transaction() as session:
        session.add(UnitGroup(id=9, office_id=1, name="Khác", position=2))
        session.add(Unit(id=9, office_id=1, group_id=9, name="Đơn vị khác", search_key="don vi khac"))
    text = SHORT + "- UBND xã, phường: 3 đơn vị x 60 phiếu = 180 phiếu\n"
    browser.post("/intake", text=text)
    page = browser.follow(browser.post("/intake/1/accept"))
    ticked = [e.get("value") for e in page.elements("main//input[@name='unit'][@checked]")]
    named = [name for name, _ in intake.review_of_draft(draft(office)).fields.groups]
    assert named == ["UBND xã, phường"]
    assert ticked == ["1", "2", "3"]


def test_no_unit_is_refused_when_units_have_work(browser: Browser) -> None:
    accepted(browser)
    page = browser.post("/intake/1/units")
    assert page.status == 422
    assert page.banners[-1] == "Chưa chọn đơn vị nào; kế hoạch có việc của từng đơn vị, chọn ít nhất một đơn vị."


def test_a_draft_is_rehearsed_before_it_is_a_plan(browser: Browser, office: World) -> None:
    read_in(browser)
    assert browser.get("/intake/1/rehearsal").status == 404, "not accepted yet"
    browser.post("/intake/1/accept")
    preview = browser.follow(browser.post("/intake/1/units", unit=["1", "3"]))
    assert preview.links["Diễn tập"] == "/intake/1/rehearsal"
    page = browser.get("/intake/1/rehearsal?go=1&start=01/6/2021&what=nobody")
    assert page.banners[0].startswith("Đang diễn tập, ngày giả định 01/6/2021 đến ")
    sums = page.all("table[contains(@class, 'rehearsal-sums')]/tbody/tr")
    assert "Thư gửi kế hoạch công việc22" in sums
    with office.app.app_context():
        assert db.session.scalar(select(func.count(Plan.id))) == 0
    assert draft(office).plan_id is None


def test_every_date_is_shown_before_the_plan_is_made(browser: Browser, office: World) -> None:
    accepted(browser)
    page = browser.follow(browser.post("/intake/1/units", unit=["1", "3"]))
    assert page.h1 == "Xem trước kế hoạch"
    assert page.with_class("stat") == ["Giai đoạn3", "Đơn vị2", "Việc4"]
    assert "1 giai đoạn có hạn đã qua: 1. Xây dựng kế hoạch (19/6/2021)." in page.text
    lines = page.all("main//tbody/tr")
    assert re.match(r"1 Xây dựng kế hoạchPhòng Nội vụ “?Trước ngày 20/6/2021”? Thứ Bảy, 19/6/2021 Đã qua Ngày nghỉ", lines[0])
    assert "ngày làm việc cuối: Thứ Sáu, 18/6/2021" in lines[0]
    assert "Mở ngay khi bắt đầu triển khai" in lines[0]
    assert "02/7/2021 – Thứ Tư, 15/9/2021" in lines[1]
    assert "Mở khi xong giai đoạn 1 (Xây dựng kế hoạch), từ 02/7/2021" in lines[1]
    assert "khi cả 2 đơn vị xong giai đoạn 2" in lines[2]
    with office.app.app_context():
        assert db.session.scalar(select(func.count(Plan.id))) == 0


def test_plan_is_made_once_and_the_draft_leads_to_it(browser: Browser, office: World) -> None:
    accepted(browser)
    browser.post("/intake/1/units", unit=["1", "3"])
    made = [browser.post("/intake/1/create") for _ in range(2)]
    assert [m.location for m in made] == ["/plans/1", "/plans/1"]
    assert browser.get("/intake/1").location == "/plans/1"
    assert browser.get("/intake/1/units").location == "/plans/1"
    with office.app.app_context():
        assert db.session.scalar(select(func.count(Task.id))) == 4
        assert list(db.session.scalars(select(PlanUnit.unit_id).order_by(PlanUnit.position))) == [1, 3]
    assert "Đã tạo kế hoạch Khảo sát 2021; kế hoạch chưa triển khai, chưa có thư nào được gửi." in browser.get("/plans/1").banners


def test_second_plan_of_one_document_is_named_before_it_is_made(browser: Browser, office: World) -> None:
    accepted(browser)
    browser.post("/intake/1/units", unit=["1"])
    browser.post("/intake/1/create")
    page = browser.follow(browser.post("/intake", text=SHORT + "\n"))
    assert "đã có trong hệ thống: Khảo sát 2021." in page.banners[-1]


def test_unfinished_drafts_wait_on_the_first_page(browser: Browser) -> None:
    read_in(browser)
    page = browser.get("/intake")
    assert page.with_class("line-title") == ["Văn bản dán"]
    assert page.links["Tiếp tục"] == "/intake/1"


def test_only_those_who_run_plans_take_them_in(office: World, browser: Browser) -> None:
    read_in(browser)
    leader, stranger, nobody = office.browser("dung"), office.browser("mai"), office.browser(None)
    for path in ("/intake", "/intake/1", "/intake/1/units", "/intake/1/preview", "/intake/1/original"):
        assert leader.get(path).status == 403
        assert nobody.get(path).status == 302
    for path in ("/intake/1", "/intake/1/units", "/intake/1/preview", "/intake/1/original"):
        assert stranger.get(path).status == 404
    for action in (
        "rows",
        "rows/1",
        "rows/1/split",
        "rows/1/restore",
        "rows/1/owner",
        "points/x",
        "facts",
        "before",
        "accept",
        "reopen",
        "units",
        "create",
    ):
        assert leader.post(f"/intake/1/{action}").status == 403
        assert stranger.post(f"/intake/1/{action}").status == 404
    assert len(rows(browser.get("/intake/1"))) == 3


def test_review_takes_the_same_statements_for_three_and_two_hundred_rows(browser: Browser, office: World) -> None:
    said = []
    for n, text in enumerate(
        (SHORT, SHORT + "".join(f"{i}\tViệc số {i}\tPhòng Nội vụ\tTrước ngày 20/7/2021\n" for i in range(4, 204))), 1
    ):
        browser.post("/intake", text=text)
        browser.get(f"/intake/{n}")
        with statements(office.app) as found:
            page = browser.get(f"/intake/{n}")
        said.append(len(found))
    assert len(rows(page)) == 203
    assert said[0] == said[1]


def test_row_that_a_colleague_removed_is_not_found(browser: Browser, office: World) -> None:
    read_in(browser)
    fields = edit_fields(browser.get("/intake/1?edit=2"))
    browser.post("/intake/1/rows/2", do="remove")
    assert browser.post("/intake/1/rows/2", **fields).status == 404
    assert browser.get("/intake/1?edit=2").status == 200


def test_superseded_draft_is_out_of_the_list(browser: Browser, office: World) -> None:
    read_in(browser)
    with office.app.app_context(), transaction() as session:
        session.execute(update(PlanDraft).values(status=DraftStatus.SUPERSEDED))
    assert browser.get("/intake").with_class("line-title") == []
