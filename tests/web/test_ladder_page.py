"""Thang nhắc việc on its page: seen, tried without saving, saved, refused with what was typed still there."""

from __future__ import annotations

from tests.web.conftest import World
from tests.web.pages import Page, squeezed


def rows(page: Page) -> list[tuple[str, str, str]]:
    found = []
    for tr in page.elements("table[contains(@class, 'ladder')]/tbody/tr[.//input]"):
        days = tr.xpath(".//input/@value")[0]
        picked = [(s.xpath("./option[@selected]") or [None])[0] for s in tr.xpath(".//select")]
        found.append((days, *(squeezed(o.text_content()) if o is not None else "" for o in picked)))
    return [row for row in found if row[1]]


def test_the_page_shows_the_rungs_and_their_days(world: World) -> None:
    page = world.browser().get(f"/plans/{world.plan_id}/ladder")
    assert page.status == 200
    assert ("7", "trước hạn", "đầu mối") in rows(page)
    assert ("5", "sau hạn", "lãnh đạo") in rows(page)
    assert "Thứ Sáu, 18/6/2021: nhắc đầu mối" in page.text


def test_a_preview_saves_nothing_and_a_save_is_kept(world: World) -> None:
    browser = world.browser()
    path = f"/plans/{world.plan_id}/ladder"
    typed = {"stage": "3", "days": ["2", "1", ""], "side": ["before", "after", ""], "who": ["contact", "leader", "contact"]}
    page = browser.post(path, do="preview", **typed)
    assert page.status == 200
    assert rows(page) == [("2", "trước hạn", "đầu mối"), ("1", "sau hạn", "lãnh đạo")]
    assert "Xem trước, chưa lưu" in page.text
    assert len(rows(browser.get(f"{path}?stage=3"))) > 2
    saved = browser.follow(browser.post(path, do="save", **typed))
    assert rows(saved) == [("2", "trước hạn", "đầu mối"), ("1", "sau hạn", "lãnh đạo")]
    assert len(rows(browser.get(path))) > 2  # the plan's own is as it was
    back = browser.follow(browser.post(path, do="reset", stage="3"))
    assert "Giai đoạn này theo thang của kế hoạch" in back.text


def test_a_slip_is_said_and_what_was_typed_stays(world: World) -> None:
    page = world.browser().post(f"/plans/{world.plan_id}/ladder", do="save", days=["ba"], side=["before"], who=["contact"])
    assert page.status == 422
    assert "Số ngày làm việc của một bậc là số nguyên từ 1 đến 60" in page.text
    assert rows(page) == [("ba", "trước hạn", "đầu mối")]


def marked(page: Page) -> list[tuple[str, str, str]]:
    """(label, what stands in the box, the sentence that describes it) of each box that is marked."""
    found = []
    for box in page.elements("*[@aria-invalid='true']"):
        error = box.get("aria-describedby").split()[-1]
        value = box.get("value") or "".join(box.xpath("./option[@selected]/text()"))
        found.append((box.get("aria-label") or box.get("name"), value, page.one(f"p[@id='{error}']")))
    return found


def test_each_wrong_box_of_the_ladder_is_marked_with_its_own_sentence(world: World) -> None:
    rungs = [
        ("before", "7", "contact"),
        ("before", "61", "contact"),
        ("before", "3", "leader"),
        ("after", "0", "contact"),
        ("before", "7", "contact"),
        ("on", "", "contact"),
        ("on", "", "contact"),
        ("", "5", "contact"),
    ]
    sides, days, who = (list(column) for column in zip(*rungs, strict=True))
    for do in ("save", "preview"):
        page = world.browser().post(f"/plans/{world.plan_id}/ladder", do=do, days=days, side=sides, who=who)
        assert page.status == 422
        assert page.banners == ["Chưa lưu: còn 6 ô cần sửa bên dưới."]
        number = "Số ngày làm việc của một bậc là số nguyên từ 1 đến 60; sửa ô số ngày."
        twice = "Hai bậc trùng ngày và trùng người nhận; bỏ một bậc."
        early = "Thủ trưởng đơn vị và lãnh đạo chỉ được báo sau hạn; chọn “sau hạn” hoặc đổi người nhận."
        assert marked(page) == [
            ("Bậc 2: số ngày làm việc", "61", number),
            ("Bậc 3: lúc", "trước hạn", early),
            ("Bậc 4: số ngày làm việc", "0", number),
            ("Bậc 5: số ngày làm việc", "7", twice),
            ("Bậc 7: lúc", "đúng ngày đến hạn", twice),
            ("Bậc 8: lúc", "", "Chưa chọn lúc gửi của bậc này; chọn trước hạn, đúng ngày đến hạn hoặc sau hạn."),
        ]


def test_a_rung_is_taken_out_and_one_without_a_side_is_not_lost(world: World) -> None:
    browser, path = world.browser(), f"/plans/{world.plan_id}/ladder"
    page = browser.get(path)
    values = {e.get("value") for e in page.elements("select[@name='side']/option[text()='bỏ bậc này']")}
    assert values == {"drop"}
    saved = browser.post(path, do="save", days=["7", "3"], side=["before", "drop"], who=["contact", "contact"])
    assert rows(browser.follow(saved)) == [("7", "trước hạn", "đầu mối")]


def test_a_wrong_setting_is_marked(world: World) -> None:
    browser, path = world.browser(), f"/plans/{world.plan_id}/ladder/settings"
    for typed, box in (({"chases": "0", "lag": "10"}, "chases"), ({"chases": "3", "lag": "x"}, "lag")):
        page = browser.post(path, **typed)
        assert page.status == 422
        assert page.banners == ["Chưa lưu: còn 1 ô cần sửa bên dưới."]
        ((name, value, sentence),) = marked(page)
        assert (name, value) == (box, typed[box])
        assert sentence.startswith(("Số lần đôn đốc", "Mức chậm"))


def test_who_does_not_run_the_plan_reads_it_and_changes_nothing(world: World) -> None:
    path = f"/plans/{world.plan_id}/ladder"
    assert not world.browser("sat").get(path).elements("button[@value='save']")
    assert world.browser("sat").post(path, do="save").status == 403
    assert world.browser("mai").get(path).status == 404
    assert world.browser("mai").post(path, do="save").status == 404
