"""A new administrator with nothing but the pages: the office, its colleague, thirty units, mail, and a plan handed over."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.applications import MakeApp
from tests.browser.conftest import PASSWORD, SEEDS, Site, serving
from tests.mail.sink import Sink, running
from tracker import clock, passwords
from tracker.db import transaction
from tracker.holidays_source import calendar_rows
from tracker.models import Office, User
from tracker.rules.states import Role
from tracker.services import catalogue

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def post() -> Iterator[Sink]:
    """Asked for first: once Playwright's loop runs in this thread, no other can be started."""
    with running(Sink()) as sink:
        yield sink


@pytest.fixture
def empty_site(make_app: MakeApp, post: Sink) -> Iterator[Site]:
    """What the first run leaves: an office with a name, and one administrator."""
    app = make_app(flask={"MAIL_SUPPRESS_SEND": False}, MAIL_SERVER="127.0.0.1", MAIL_PORT=str(post.port))
    with app.app_context(), transaction() as session:
        today = clock.today()
        catalogue.seed_calendar(session, calendar_rows(range(today.year - 1, today.year + 3)))
        office = Office(name="Phòng Nội vụ")
        session.add(office)
        session.flush()
        hashed = passwords.hash_password(PASSWORD)
        session.add(User(office_id=office.id, username="quantri", name="Quản trị", role=Role.ADMIN, password_hash=hashed))
    with serving(app) as url:
        yield Site(app, url)


def enter(page: Page, site: Site, username: str) -> None:
    page.goto(f"{site.url}/sign-in")
    page.get_by_label("Tên đăng nhập").fill(username)
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.url}/")


def step(page: Page, site: Site, name: str) -> None:
    """Press the button of a step of the first day."""
    page.goto(f"{site.url}/")
    page.locator("section[aria-labelledby=first-day]").get_by_role("link", name=name).click()


def test_an_office_is_set_up_from_its_pages_alone(post: Sink, page: Page, chromium: Browser, empty_site: Site) -> None:
    site, main = empty_site, page.get_by_role("main")
    enter(page, site, "quantri")
    expect(main).to_contain_text("Ngày đầu tiên 0/6")
    page.goto(f"{site.url}/account")
    page.get_by_label("Địa chỉ thư điện tử").first.fill("quantri@example.vn")
    page.get_by_role("button", name="Lưu").first.click()

    step(page, site, "Ghi thông tin")
    page.get_by_label("Cơ quan cấp trên").fill("UBND thành phố Cam Ranh")
    page.get_by_label("Số điện thoại").fill("0258 3000 000")
    page.get_by_role("button", name="Lưu").first.click()

    step(page, site, "Thêm người dùng")
    page.get_by_label("Tên đăng nhập").fill("ha")
    page.get_by_label("Họ và tên").fill("Trần Thu Hà")
    page.get_by_label("Địa chỉ thư điện tử").fill("ha@example.vn")
    page.get_by_role("button", name="Lập tài khoản").click()
    link = page.get_by_label("Liên kết", exact=True).input_value()
    other = chromium.new_context(locale="vi-VN").new_page()
    other.goto(site.url + "/" + link.split("/", 3)[3])
    for label in ("Mật khẩu mới", "Nhập lại mật khẩu mới"):
        other.get_by_label(label, exact=True).fill(PASSWORD)
    other.get_by_role("button", name="Đặt mật khẩu").click()

    step(page, site, "Nhập danh sách")
    page.set_input_files("main input[type=file]", SEEDS / "units" / "cam-ranh.csv")
    page.get_by_role("button", name="Nhập danh sách").click()
    expect(main).to_contain_text("30 đơn vị mới")

    step(page, site, "Gửi thư thử")
    page.get_by_role("button", name="Gửi thư thử").click()
    expect(main).to_contain_text("Máy chủ thư đã nhận thư thử gửi quantri@example.vn")
    assert [to for to, _ in post.letters] == ["quantri@example.vn"]

    step(page, site, "Tải văn bản lên")
    page.goto(f"{site.url}/templates/cam-ranh/new")
    page.get_by_role("button", name="Xem trước ngày tháng").click()
    page.get_by_role("button", name="Tạo kế hoạch").click()
    expect(main).to_contain_text("Chưa triển khai")
    plan = page.url
    page.goto(f"{site.url}/")
    expect(main).not_to_contain_text("Ngày đầu tiên")  # all six are ticked by facts

    # The plan is the coordinator's from the beginning; she can start it, and it can be handed over.
    enter(other, site, "ha")
    other.goto(plan)
    expect(other.get_by_role("main")).to_contain_text("Trần Thu Hà")
    expect(other.get_by_role("link", name="Bắt đầu triển khai").first).to_be_visible()
    other.context.close()
    page.goto(f"{site.url}/users")
    main.get_by_role("link", name=re.compile("Trần Thu Hà")).first.click()
    page.get_by_label("Giao cho").select_option(index=0)
    page.get_by_role("button", name=re.compile("^Bàn giao")).click()
    page.goto(plan)
    expect(main).to_contain_text("Quản trị")
