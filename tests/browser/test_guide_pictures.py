"""The pictures of the user guide, taken from the pages themselves: `make screenshots` keeps them, every run takes them.

A picture whose page has lost what it shows fails here; one that the guide names and nobody takes fails too.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.living import DRAFT, Living
from tracker.rules.states import Role

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]
#: Set by `make screenshots`.
KEPT = ROOT / "docs/img/huong-dan"


@dataclass(frozen=True)
class Picture:
    name: str
    path: str
    shows: str  #: words that must be seen on it
    role: Role | None = Role.COORDINATOR  #: None: the page of a contact's link, on a phone
    height: int = 720
    scroll_to: str = ""


PICTURES = (
    Picture("hom-nay", "/", "Cần xử lý"),
    Picture("ke-hoach", "/plans/1", "Tiến độ", scroll_to="#tien-do", height=900),
    Picture("ra-soat", DRAFT, "Duyệt bản bóc tách", height=860),
    Picture("mot-viec", "TASK", "Đề nghị gia hạn", height=860),
    Picture("thu-gui-di", "/outbox", "Thư gửi đi"),
    Picture("tong-hop", "/portfolio", "Đơn vị quá hạn", role=Role.LEADER, height=760),
    Picture("quan-tri", "/admin", "Người dùng", role=Role.ADMIN, height=860),
    Picture("viec-cua-dau-moi", "/v/{token}", "Báo hoàn thành", role=None, height=844),
    Picture("de-nghi-gia-han", "EXTENSION", "Hạn hiện tại", role=None, height=700),
)


@pytest.mark.parametrize("picture", PICTURES, ids=lambda p: p.name)
def test_a_picture_of_the_guide_shows_its_page(picture: Picture, living: Living, chromium: Browser, tmp_path: Path) -> None:
    width = 390 if picture.role is None else 1280
    context = chromium.new_context(
        viewport={"width": width, "height": picture.height}, locale="vi-VN", color_scheme="light", reduced_motion="reduce"
    )
    page = context.new_page()
    if picture.role is not None:
        living.sign_in(page, picture.role)
    go_to(page, living, picture.path)
    expect(page.locator("main")).to_contain_text(picture.shows)
    if picture.scroll_to:
        page.locator(picture.scroll_to).scroll_into_view_if_needed()
        page.evaluate("where => document.querySelector(where).scrollIntoView()", picture.scroll_to)
    folder = KEPT if os.environ.get("SCREENSHOTS") else tmp_path
    page.screenshot(path=folder / f"{picture.name}.png")
    context.close()


def go_to(page: Page, living: Living, path: str) -> None:
    """TASK and EXTENSION are reached as a person does: by the links of the page before."""
    steps: dict[str, tuple[str, Callable[[], None]]] = {
        "TASK": ("/", lambda: page.get_by_role("link", name="Xem và quyết định").first.click()),
        "EXTENSION": ("/v/{token}", lambda: page.get_by_role("link", name=re.compile("Đề nghị gia hạn")).click()),
    }
    start, step = steps.get(path, (path, lambda: None))
    page.goto(living.url + start.format(token=living.token))
    step()


def test_every_picture_that_the_guide_names_is_taken_here() -> None:
    named = {n for f in ROOT.glob("docs/huong-dan/*.md") for n in re.findall(r"img/huong-dan/([\w-]+)\.png", f.read_text())}
    assert named == {picture.name for picture in PICTURES}
