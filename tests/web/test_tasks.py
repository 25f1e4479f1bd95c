"""The page of a task: one next action, every move, every refusal in its own sentence, nothing typed lost."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from tests import builders
from tests.builders import moment
from tests.web.conftest import NOW, Browser, MakeWorld, World
from tests.web.pages import Page, squeezed
from tracker.db import db, transaction
from tracker.models import Plan, Stage, Task
from tracker.rules.states import Move, TaskStatus
from tracker.services import planning, progress

BEFORE_START = "Ngày hoàn thành 01/6/2021 trước ngày bắt đầu 02/7/2021; kiểm tra lại ngày."


def task_id(world: World, position: int, unit: int | None = 0) -> int:
    with world.app.app_context():
        plan = db.session.get_one(Plan, world.plan_id)
        return builders.task(db.session(), plan, position, world.people.units[unit] if unit is not None else None).id


def state(world: World, of: int) -> Task:
    with world.app.app_context():
        found = db.session.get_one(Task, of)
        db.session.expunge(found)
        return found


def done(world: World, *places: tuple[int, int | None], note: str = "") -> None:
    """Finish these (stage, unit) as if each had been done on its day."""
    for position, unit in places:
        of = task_id(world, position, unit)
        with world.app.app_context(), transaction() as session:
            progress.complete_task(session, of, by=world.people.ha, now=NOW, note=note)


@pytest.fixture
def in_fieldwork(make_world: MakeWorld) -> World:
    """Stage 1 done, stage 2 done by all: stage 3 is open."""
    return make_world(until=2)


def main_button(page: Page) -> str:
    return page.all("section[contains(@class, 'panel-main')]//button")[0]


def test_a_report_moves_the_task_and_names_what_opened(world: World) -> None:
    browser, of = world.browser(), task_id(world, 1, None)
    page = browser.get(f"/tasks/{of}")
    assert (page.h1, main_button(page)) == ("Xây dựng kế hoạch: Phòng Nội vụ", "Báo hoàn thành")
    assert page.value("completed_on") == "05/7/2021"
    answer = browser.post(f"/tasks/{of}/complete", completed_on="18/6/2021", note="Kế hoạch số 85", version=page.value("version"))
    after = browser.follow(answer)
    assert after.banners == [
        "Đã báo hoàn thành “Xây dựng kế hoạch” của Phòng Nội vụ. Cung cấp số liệu đã mở. Mở lại nếu bấm nhầm"
    ]
    assert after.links["Mở lại nếu bấm nhầm"] == f"/tasks/{of}?do=reopen"
    assert after.with_class("pill") == ["Xong đúng hạn"]  # due on Saturday 19/6: the last working day is Friday 18/6
    assert "Kế hoạch số 85" in after.text
    assert state(world, of).status is TaskStatus.DONE


def test_a_report_of_the_last_step_of_units_waits_for_the_coordinator(in_fieldwork: World) -> None:
    browser, of = in_fieldwork.browser(), task_id(in_fieldwork, 3, 0)
    after = browser.follow(browser.post(f"/tasks/{of}/complete", note="Thu đủ 60 phiếu"))
    assert after.banners == ["Đã báo hoàn thành “Điều tra khảo sát” của UBND xã Số 0001. Việc chờ xác nhận."]
    assert main_button(after) == "Xác nhận hoàn thành"
    assert "“Thu đủ 60 phiếu”" in after.text
    assert "Nhập liệu còn chờ 3 đơn vị, kể cả đơn vị này." in after.text
    confirmed = browser.follow(browser.post(f"/tasks/{of}/confirm", version=after.value("version")))
    assert confirmed.banners == [
        "Đã xác nhận “Điều tra khảo sát” của UBND xã Số 0001. Nhập liệu còn chờ 2 đơn vị. Mở lại nếu bấm nhầm"
    ]


def test_the_last_confirmation_opens_the_next_stage(in_fieldwork: World) -> None:
    done(in_fieldwork, (3, 0), (3, 1), (3, 2))
    browser = in_fieldwork.browser()
    pages = [browser.follow(browser.post(f"/tasks/{task_id(in_fieldwork, 3, n)}/confirm")) for n in range(3)]
    assert pages[2].banners == ["Đã xác nhận “Điều tra khảo sát” của UBND xã Số 0003. Nhập liệu đã mở. Mở lại nếu bấm nhầm"]


def test_a_report_is_sent_back_with_its_reason(in_fieldwork: World) -> None:
    done(in_fieldwork, (3, 0))
    browser, of = in_fieldwork.browser(), task_id(in_fieldwork, 3, 0)
    asked = browser.get(f"/tasks/{of}?do=return")
    assert "UBND xã Số 0001 sẽ nhận thư kèm lý do; việc trở lại Đang thực hiện, hạn 15/9/2021 giữ nguyên." in asked.text
    empty = browser.post(f"/tasks/{of}/return", reason="  ")
    assert empty.status == 409
    assert empty.banners == ["Chưa trả lại: chưa ghi lý do; nêu việc cần sửa, đơn vị nhận nguyên văn câu này."]
    after = browser.follow(browser.post(f"/tasks/{of}/return", reason="Thiếu biên bản"))
    assert after.banners == ["Đã trả lại “Điều tra khảo sát” của UBND xã Số 0001."]
    assert "Bị trả lại: “Thiếu biên bản”" in after.text
    assert "Trần Thu Hà trả lại “Điều tra khảo sát” của UBND xã Số 0001: Thiếu biên bản." in after.text


def test_reopening_asks_first_and_locks_what_waited(in_fieldwork: World) -> None:
    browser, of = in_fieldwork.browser(), task_id(in_fieldwork, 2, 0)
    asked = browser.get(f"/tasks/{of}?do=reopen")
    assert "Mở lại sẽ khóa trở lại 1 việc." in asked.text
    assert main_button(asked) == "Mở lại và khóa 1 việc"
    refused = browser.post(f"/tasks/{of}/reopen", reason="Sai số")
    assert refused.banners == [
        "Chưa mở lại “Cung cấp số liệu” của UBND xã Số 0001: việc này sẽ khóa lại “Điều tra khảo sát” của UBND xã Số 0001; "
        "xem danh sách và xác nhận."
    ]
    assert refused.value("reason") == "Sai số"
    browser.post(f"/tasks/{of}/reopen", reason="Sai số", agreed="yes")
    assert state(in_fieldwork, of).status is TaskStatus.IN_PROGRESS
    assert state(in_fieldwork, task_id(in_fieldwork, 3, 0)).status is TaskStatus.NOT_OPEN


@pytest.mark.parametrize(
    ("acts", "ends"),
    [
        (("pause",), TaskStatus.PAUSED),
        (("pause", "resume"), TaskStatus.IN_PROGRESS),
        (("cancel",), TaskStatus.CANCELLED),
        (("pause", "cancel"), TaskStatus.CANCELLED),
    ],
)
def test_a_task_is_stopped_and_goes_on(in_fieldwork: World, acts: tuple[str, ...], ends: TaskStatus) -> None:
    browser, of = in_fieldwork.browser(), task_id(in_fieldwork, 3, 0)
    for name in acts:
        if name != "resume":
            assert browser.get(f"/tasks/{of}?do={name}").actions == [f"/tasks/{of}/{name}"]
        assert browser.post(f"/tasks/{of}/{name}", reason="Trạm sửa chữa").status == 302
    assert state(in_fieldwork, of).status is ends


def test_a_shut_task_keeps_its_button_and_says_what_is_missing(world: World) -> None:
    done(world, (1, None))
    browser, of = world.browser(), task_id(world, 3, 0)
    sentence = (
        "UBND xã Số 0001 chưa vào giai đoạn 3 (Điều tra khảo sát): đơn vị chưa hoàn thành giai đoạn 2 (Cung cấp số liệu); "
        "báo hoàn thành giai đoạn 2 (Cung cấp số liệu) trước."
    )
    page = browser.get(f"/tasks/{of}")
    button = page.elements("section[contains(@class, 'panel-main')]//button")[0]
    assert (button.get("aria-disabled"), page.with_class("refusal")) == ("true", [sentence])
    assert page.actions == []
    answer = browser.post(f"/tasks/{of}/complete")
    assert (answer.status, answer.banners) == (409, [sentence])


@pytest.mark.parametrize(
    ("username", "sentence"),
    [
        ("sat", "Đơn vị giám sát xem toàn bộ và ghi nhận giám sát, không sửa số liệu."),
        ("dung", "Tài khoản lãnh đạo chỉ xem và phê duyệt; việc cập nhật do Trần Thu Hà thực hiện."),
    ],
)
def test_who_may_not_act_reads_the_same_sentence_before_and_after(world: World, username: str, sentence: str) -> None:
    browser, of = world.browser(username), task_id(world, 1, None)
    assert browser.get(f"/tasks/{of}").with_class("refusal") == [sentence]
    answer = browser.post(f"/tasks/{of}/complete")
    assert (answer.status, answer.banners) == (403, [sentence])
    assert "Hủy việc" not in browser.get(f"/tasks/{of}").links
    assert state(world, of).status is TaskStatus.IN_PROGRESS


@pytest.mark.parametrize(
    ("day", "status", "said"),
    [
        ("31/2/2021", 422, "Ngày “31/2/2021” không có trong lịch; kiểm tra lại ngày và tháng."),
        ("hôm qua", 422, "“hôm qua” không đọc được là ngày; ghi theo ngày/tháng/năm, ví dụ 27/9/2021."),
        ("06/7/2021", 409, "Ngày hoàn thành 06/7/2021 sau hôm nay; ghi ngày đã làm xong trên thực tế."),
        ("01/6/2021", 409, BEFORE_START),
    ],
)
def test_an_odd_day_is_refused_and_nothing_typed_is_lost(in_fieldwork: World, day: str, status: int, said: str) -> None:
    browser, of = in_fieldwork.browser(), task_id(in_fieldwork, 3, 0)
    page = browser.post(f"/tasks/{of}/complete", completed_on=day, note="Thu đủ 60 phiếu")
    assert page.status == status
    assert said in page.banners + page.with_class("field-error")
    assert (page.value("completed_on"), page.value("note")) == (day, "Thu đủ 60 phiếu")
    assert state(in_fieldwork, of).status is TaskStatus.IN_PROGRESS


def test_the_second_of_two_who_finish_the_same_task_is_told(world: World) -> None:
    first, second, of = world.browser(), world.browser(), task_id(world, 1, None)
    page = second.get(f"/tasks/{of}")
    first.post(f"/tasks/{of}/complete")
    answer = second.post(f"/tasks/{of}/complete", note="Cũng xong", version=page.value("version"))
    assert answer.status == 409
    assert answer.banners == ["“Xây dựng kế hoạch” của cơ quan chủ trì đã hoàn thành ngày 05/7/2021; muốn sửa thì mở lại việc."]


def test_a_report_that_changed_meanwhile_is_not_confirmed_unseen(in_fieldwork: World) -> None:
    done(in_fieldwork, (3, 0), note="Thu 58 phiếu")
    browser, of = in_fieldwork.browser(), task_id(in_fieldwork, 3, 0)
    seen = browser.get(f"/tasks/{of}").value("version")
    browser.follow(browser.post(f"/tasks/{of}/withdraw"))
    browser.follow(browser.post(f"/tasks/{of}/complete", note="Thu 60 phiếu"))
    answer = browser.post(f"/tasks/{of}/confirm", version=seen)
    assert answer.banners == ["Chưa lưu: người khác vừa sửa nội dung này; tải lại trang, xem thay đổi rồi làm lại."]
    assert "“Thu 60 phiếu”" in answer.text
    assert browser.post(f"/tasks/{of}/confirm", version=answer.value("version")).status == 302


def test_a_paused_plan_refuses_with_its_date(world: World) -> None:
    with world.app.app_context(), transaction() as session:
        planning.pause_plan(session, world.plan_id, by=world.people.ha, reason="dịch bệnh", now=NOW)
    page = world.browser().get(f"/tasks/{task_id(world, 1, None)}")
    assert page.with_class("refusal") == ["Kế hoạch đang tạm dừng từ 05/7/2021; tiếp tục kế hoạch trước khi làm việc này."]


def test_the_page_quotes_the_signed_wording_and_reads_it(in_fieldwork: World) -> None:
    page = in_fieldwork.browser().get(f"/tasks/{task_id(in_fieldwork, 3, 0)}")
    assert page.all("aside/section[1]/p") == [
        "Văn bản ghi",
        "“Từ ngày 02/7/2021- 15/9/2021”",
        "Bắt đầu",
        "Thứ Sáu, 02/7/2021",
        "Hạn hoàn thành",
        "Thứ Tư, 15/9/2021",
        "Còn 52 ngày làm việc",
    ]


def test_a_due_date_on_a_day_off_names_the_last_working_day_in_time(world: World) -> None:
    page = world.browser().get(f"/tasks/{task_id(world, 1, None)}")
    said = page.all("aside/section[1]/p")
    assert said[said.index("Hạn hoàn thành") :][:4] == [
        "Hạn hoàn thành", "Thứ Bảy, 19/6/2021", "Ngày làm việc cuối trong hạn", "Thứ Sáu, 18/6/2021",
    ]  # fmt: skip


def test_the_page_says_what_the_work_opens_and_what_is_missing_for_it(in_fieldwork: World) -> None:
    browser, where = in_fieldwork.browser(), f"/tasks/{task_id(in_fieldwork, 3, 0)}"
    steps = browser.get(where).elements("*[contains(concat(' ', @class, ' '), ' gate ')]//li")
    assert [squeezed(step.text_content()) for step in steps][-2:] == ["Báo hoàn thành", "Được xác nhận hoàn thành"]
    assert "Nhập liệu" in browser.get(where).with_class("gate")[0]
    browser.post(f"{where}/complete", note="Thu đủ 60 phiếu")
    reported = browser.get(where).elements("*[contains(concat(' ', @class, ' '), ' gate ')]//li")
    assert [step.get("class") for step in reported][-2:] == ["tone-ok", "tone-idle"]


def test_a_late_task_counts_calendar_days_and_working_days(world: World) -> None:
    page = world.browser().get(f"/tasks/{task_id(world, 1, None)}")
    assert page.with_class("pill") == ["Quá hạn 16 ngày (11 ngày làm việc)"]


def test_long_names_and_markup_in_what_people_type_stay_text(in_fieldwork: World) -> None:
    of = task_id(in_fieldwork, 3, 0)
    with in_fieldwork.app.app_context(), transaction() as session:
        session.execute(update(Stage).values(short_name="<b>Điều tra</b>"))
    browser = in_fieldwork.browser()
    after = browser.follow(browser.post(f"/tasks/{of}/complete", note="<script>alert(1)</script>"))
    assert "<script>alert" not in after.source
    assert "<b>Điều tra</b>" in after.text


def test_the_greyed_button_and_the_service_say_the_same_for_every_move(in_fieldwork: World) -> None:
    """`refusal_to` asks exactly what the move itself would ask: there is one source of sentences."""
    of = task_id(in_fieldwork, 4, None)
    moves = {Move.COMPLETE: progress.complete_task, Move.CONFIRM: progress.confirm_task, Move.RESUME: progress.resume_task}
    for move, act in moves.items():
        with in_fieldwork.app.app_context():
            foreseen = progress.refusal_to(db.session(), of, move, by=in_fieldwork.people.ha, now=moment(2021, 7, 5))
            assert foreseen is not None
            with pytest.raises(type(foreseen)) as found:
                act(db.session(), of, by=in_fieldwork.people.ha, now=moment(2021, 7, 5))
            db.session.rollback()
        assert found.value.sentence == foreseen.sentence


def test_history_tells_what_people_and_the_system_did(in_fieldwork: World) -> None:
    browser: Browser = in_fieldwork.browser()
    of = task_id(in_fieldwork, 2, 0)
    story = browser.get(f"/tasks/{of}").all("ol[@class='story']/li/p")
    assert story == [
        "Trần Thu Hà báo hoàn thành “Cung cấp số liệu” của UBND xã Số 0001.",
        "Việc mở ra, đơn vị bắt đầu làm được.",
    ]


def test_a_task_that_is_not_there_is_a_page_that_is_not_there(world: World) -> None:
    assert world.browser().get("/tasks/999999").h1 == "Không tìm thấy trang"
    assert world.browser().post("/tasks/999999/complete").status == 404
