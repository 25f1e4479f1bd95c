"""Keying ballots in a real browser: strokes counted and timed, the network slow, broken and back, the page closed in between."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import func, select

from tests.applications import MakeApp
from tests.browser.conftest import PASSWORD, serving
from tests.entries import Hall, hall
from tracker import passwords
from tracker.db import db, transaction
from tracker.models import Ballot, Entry, User

pytestmark = pytest.mark.browser

#: F1 … G2 of the commune's questionnaire: twenty-two questions that are chosen; G3 is text.
KEYS = "1132" + "2" + "444" + "555" + "4345" + "445" + "0-" + "4" + "3"
VALUES = {
    "F1": "self", "F2": "civil_status", "F3": "two", "F4": "on_time", "F5": "no", "A1": "4", "A2": "4", "A3": "4", "B1": "5",
    "B2": "5", "B3": "5", "C1": "4", "C2": "3", "C3": "4", "C4": "5", "D1": "4", "D2": "4", "D3": "5", "E1": "blank",
    "E2": "not_used", "G1": "4", "G2": "faster", "G3": "",
}  # fmt: skip


#: What Chromium says of itself when the network is down or the server refuses: here it is the subject.
EXPECTED = "Failed to load resource"


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="vi-VN")
    opened = context.new_page()
    said: list[str] = []
    opened.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    opened.on("pageerror", lambda error: said.append(str(error)))
    yield opened
    context.close()
    assert [line for line in said if not line.startswith(EXPECTED)] == []


@dataclass(frozen=True)
class Desk:
    hall: Hall
    url: str
    app: object

    @property
    def room(self) -> str:
        return f"{self.url}/plans/{self.hall.plan_id}/entry/{self.hall.unit()}"

    def entries(self) -> dict[str, dict[str, str]]:
        with self.app.app_context():  # type: ignore[attr-defined]
            rows = db.session.execute(
                select(Ballot.number, Entry.answers).join(Entry, Entry.ballot_id == Ballot.id).order_by(Entry.id)
            )
            return {number: dict(answers) for number, answers in rows}

    def count(self) -> int:
        with self.app.app_context():  # type: ignore[attr-defined]
            return db.session.scalar(select(func.count(Entry.id))) or 0


@pytest.fixture
def desk(make_app: MakeApp) -> Iterator[Desk]:
    app = make_app()
    with app.app_context(), transaction() as session:
        found = hall(session, units=1, ballots=6)
        for user in session.scalars(select(User)):
            user.password_hash = passwords.hash_password(PASSWORD)
    with serving(app) as url:
        yield Desk(found, url, app)


def sit_down(page: Page, desk: Desk, username: str = "lan") -> None:
    page.goto(f"{desk.url}/sign-in")
    page.get_by_label("Tên đăng nhập").fill(username)
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{desk.url}/")
    page.goto(desk.room)


def key_one(page: Page) -> None:
    page.keyboard.type(KEYS)
    page.keyboard.press("Enter")


def state(page: Page) -> str:
    return page.locator("[data-state]").inner_text().replace("\u00a0", " ")


def test_a_ballot_takes_at_most_25_strokes_and_15_seconds(page: Page, desk: Desk) -> None:
    sit_down(page, desk)
    page.evaluate("window.strokes = 0; document.addEventListener('keydown', () => { window.strokes += 1; }, true)")
    started = time.monotonic()
    page.keyboard.type(KEYS, delay=150)  # a practised clerk: four hundred strokes a minute
    page.keyboard.press("Enter")
    expect(page.locator("[data-state]")).to_contain_text("Đã lưu phiếu 0001; còn 5")
    assert time.monotonic() - started < 15
    assert page.evaluate("window.strokes") <= 25
    assert desk.entries() == {"0001": VALUES}
    assert page.locator("#number").input_value() == "0002"
    expect(page.locator("[data-done]")).to_have_text("1")
    assert page.evaluate("document.activeElement.name") == "a-F1"


def test_ballots_are_keyed_one_after_the_other_without_waiting_for_a_slow_network(page: Page, desk: Desk) -> None:
    sit_down(page, desk)

    def slow(route: Route) -> None:
        time.sleep(0.6)
        route.continue_()

    page.route("**/entry/*", slow)
    for _ in range(3):
        key_one(page)
    expect(page.locator("[data-state]")).to_contain_text("Đã lưu phiếu 0003; còn 3")
    assert list(desk.entries()) == ["0001", "0002", "0003"]


def test_what_the_network_drops_is_kept_here_and_sent_once(page: Page, desk: Desk) -> None:
    sit_down(page, desk)
    page.route("**/entry/*", lambda route: route.abort("connectionfailed"))
    key_one(page)
    key_one(page)
    expect(page.locator("[data-state]")).to_contain_text("Mất mạng: 2 phiếu giữ trong máy này")
    assert desk.count() == 0
    page.unroute("**/entry/*")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("[data-state]")).to_contain_text("Đã lưu phiếu 0002; còn 4")
    assert list(desk.entries()) == ["0001", "0002"]


def test_an_answer_that_is_lost_on_its_way_back_keeps_the_ballot_once(page: Page, desk: Desk) -> None:
    sit_down(page, desk)

    def lost(route: Route) -> None:
        route.fetch()  # the server has it
        route.abort("connectionreset")  # and nobody hears of it

    page.route("**/entry/*", lost)
    key_one(page)
    expect(page.locator("[data-state]")).to_contain_text("Mất mạng: 1 phiếu")
    assert desk.count() == 1
    page.unroute("**/entry/*")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("[data-state]")).to_contain_text("Đã lưu phiếu 0001; còn 5")
    assert desk.count() == 1


def test_a_closed_page_loses_neither_what_waits_nor_what_is_half_typed(page: Page, desk: Desk) -> None:
    sit_down(page, desk)
    page.route("**/entry/*", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    key_one(page)
    page.keyboard.type("1132")
    expect(page.locator("[data-state]")).to_contain_text("Mất mạng")
    page.goto(f"{desk.url}/plans")
    assert desk.count() == 0
    page.unroute("**/entry/*")
    page.goto(desk.room)
    expect(page.locator("[data-state]")).to_contain_text("Đã lưu phiếu 0001")
    assert list(desk.entries()) == ["0001"]
    assert page.locator("#number").input_value() == "0002"
    assert page.locator("input:checked").count() == 4


def test_an_unanswered_question_is_gone_to_and_named(page: Page, desk: Desk) -> None:
    sit_down(page, desk)
    page.keyboard.type(KEYS[:5])
    page.keyboard.press("ArrowDown")
    page.keyboard.type(KEYS[6:])
    page.keyboard.press("Enter")
    assert state(page) == "Chưa lưu: câu A1 còn trống."
    assert page.evaluate("document.activeElement.name") == "a-A1"
    page.keyboard.type("4")
    page.locator(".savebar button").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-state]")).to_contain_text("Đã lưu phiếu 0001")


def test_backspace_goes_back_and_the_number_is_one_key_away(page: Page, desk: Desk) -> None:
    sit_down(page, desk)
    page.keyboard.type("11")
    for _ in range(2):  # to the question before, then its answer goes
        page.keyboard.press("Backspace")
    assert page.locator("input:checked").count() == 1
    page.keyboard.press("/")
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    page.keyboard.type(KEYS[1:])
    page.keyboard.press("Enter")
    expect(page.locator("[data-state]")).to_contain_text("Đã lưu phiếu 0005")
    assert page.locator("#number").input_value() == "0006"


def test_the_last_ballot_comes_back_by_one_key(page: Page, desk: Desk) -> None:
    sit_down(page, desk)
    key_one(page)
    expect(page.locator("[data-state]")).to_contain_text("Đã lưu phiếu 0001")
    page.keyboard.press("u")
    expect(page.locator("[data-state]")).to_contain_text("Đã lấy lại phiếu 0001")
    assert desk.count() == 0
    assert page.locator("#number").input_value() == "0001"
    page.keyboard.press("3")
    page.locator(".savebar button").click()
    expect(page.locator("[data-state]")).to_contain_text("Đã lưu phiếu 0001; còn 5")
    assert desk.entries()["0001"]["F1"] == "relative"


def test_a_refused_ballot_stands_in_its_boxes_with_the_sentence(page: Page, desk: Desk) -> None:
    sit_down(page, desk)
    page.keyboard.type(KEYS)
    page.keyboard.type("gọi 0905 123 456")
    page.keyboard.press("Enter")
    expect(page.locator("[data-ask=G3] .ask-error")).to_contain_text("bỏ phần đó")
    assert page.locator("#number").input_value() == "0001"
    page.locator("[data-ask=G3] textarea").fill("cần thêm ghế")
    page.keyboard.press("Enter")
    expect(page.locator("[data-state]")).to_contain_text("Đã lưu phiếu 0001")
    assert desk.entries()["0001"]["G3"] == "cần thêm ghế"


def test_two_clerks_at_one_unit_read_who_has_the_ballot(page: Page, desk: Desk) -> None:
    sit_down(page, desk)
    other = page.context.browser.new_context(locale="vi-VN").new_page()  # type: ignore[union-attr]
    sit_down(other, desk, "minh")
    key_one(page)
    expect(page.locator("[data-state]")).to_contain_text("Đã lưu phiếu 0001")
    key_one(other)
    expect(other.locator("#number-error")).to_contain_text("Phiếu 0001 đã được Vũ Thị Lan nhập ngày")
    other.locator("#number").fill("2")
    other.keyboard.press("Enter")
    other.locator(".savebar button").click()
    expect(other.locator("[data-state]")).to_contain_text("Đã lưu phiếu 0002; còn 4")
    other.context.close()


def test_without_scripts_the_same_page_is_a_plain_form(page: Page, desk: Desk) -> None:
    tall = {"width": 1280, "height": 3000}  # the bar with the button then covers nothing
    context = page.context.browser.new_context(java_script_enabled=False, locale="vi-VN", viewport=tall)  # type: ignore
    plain = context.new_page()
    sit_down(plain, desk)
    for code, value in VALUES.items():
        if value:
            plain.locator(f"input[name='a-{code}'][value='{value}']").check(force=True)
    plain.get_by_role("button", name="Lưu và sang phiếu sau").click()
    expect(plain.get_by_role("status").first).to_contain_text("Đã lưu phiếu 0001")
    assert desk.entries() == {"0001": VALUES}
    context.close()


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (1280, 600), (390, 700)])
def test_the_question_that_is_next_is_always_in_sight(page: Page, desk: Desk, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    sit_down(page, desk)
    in_sight = """() => {
      const box = document.activeElement, at = box.getBoundingClientRect();
      const top = document.elementFromPoint(at.left + at.width / 2, at.top + at.height / 2);
      return at.top >= 0 && at.bottom <= innerHeight && box.closest(".ask").contains(top);
    }"""
    hidden = []
    for stroke in KEYS:
        page.keyboard.type(stroke)
        if not page.evaluate(in_sight):
            hidden.append(page.evaluate("document.activeElement.name"))
    assert hidden == []


@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_is_readable_by_everyone(page: Page, desk: Desk, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    sit_down(page, desk)
    found = Axe().run(page)
    assert [f"{v['id']}: {n['html'][:120]}" for v in found.response["violations"] for n in v["nodes"]] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
