"""Facts asked again: kept before the paper is seen, compared by the rule; and ballots that nobody can be asked about."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from sqlalchemy import select

from tests.builders import moment
from tests.web.conftest import MakeWorld, World
from tests.web.pages import Page
from tests.web.test_recheck_pages import base, filled, items
from tracker.db import db, transaction
from tracker.models import Entry, Plan, RecheckItem
from tracker.rules.method import RecheckMode, method_of_table

ALL_WELL = {"surveyed": "yes", "had_dealing": "yes", "filled_in_freely": "yes"}
AGAIN = {"again-F1": "self", "again-F2": "land", "again-F3": "one", "again-F4": "on_time", "again-F5": "no"}
PAPER = {"paper-F1": "self", "paper-F2": "land", "paper-F3": "one", "paper-F4": "on_time", "paper-F5": "no"}


@pytest.fixture
def drawn(make_world: MakeWorld) -> World:
    """Six ballots of the first unit are to be asked again."""
    world = filled(make_world(units=3, until=2))
    assert world.browser().post(f"{base(world)}/draw").status == 302
    return world


def by_documents(world: World) -> None:
    with world.app.app_context(), transaction() as session:
        plan = session.get_one(Plan, world.plan_id)
        method = method_of_table(plan.method)
        plan.method = replace(method, recheck=replace(method.recheck, mode=RecheckMode.DOCUMENT)).as_table()


def keyed(world: World, item: int, **answers: str) -> None:
    with world.app.app_context(), transaction() as session:
        ballot = session.get_one(RecheckItem, item).ballot_id
        session.add(
            Entry(
                plan_id=world.plan_id, unit_id=world.people.units[0].id, ballot_id=ballot, turn=1, questionnaire="commune@1",
                answers=answers, once="a", by_name="Lan", by_key="user-9", at=moment(2021, 7, 5, 9),
            )
        )  # fmt: skip


def proposal(page: Page) -> tuple[str, str]:
    """The button that is pressed in, and the note."""
    chosen = page.elements("input[@name='outcome'][@checked]")
    return (chosen[0].get("value") if chosen else "", page.value("note"))


@pytest.mark.parametrize(
    ("asked", "paper", "outcome", "note"),
    [
        ({}, {}, "match", ""),
        ({}, {"paper-F3": "two"}, "match", "F3: phiếu ghi “2 lần”, phúc tra trả lời “1 lần”"),
        ({}, {"paper-F3": "three"}, "fact", "F3: phiếu ghi “3 lần”, phúc tra trả lời “1 lần”"),
        ({}, {"paper-F2": "certification"}, "fact", "F2: phiếu ghi “Chứng thực”, phúc tra trả lời “Đất đai, xây dựng”"),
        (
            {},
            {"paper-F3": "two", "paper-F5": "yes"},
            "fact",
            "F3: phiếu ghi “2 lần”, phúc tra trả lời “1 lần”; F5: phiếu ghi “Có”, phúc tra trả lời “Không”",
        ),
        ({}, {"paper-F3": ""}, "match", ""),
        ({"surveyed": ""}, {}, "serious", ""),
        (
            {"again-F1": "official"},
            {"paper-F1": ""},
            "serious",
            "cán bộ, công chức trả lời thay người dân",
        ),
    ],
)  # fmt: skip
def test_the_rule_proposes_and_the_rechecker_decides(
    drawn: World, asked: dict[str, str], paper: dict[str, str], outcome: str, note: str
) -> None:
    ha, item = drawn.browser(), items(drawn)[0]
    kept = {name: value for name, value in ({**ALL_WELL, **AGAIN} | asked).items() if value}
    page = ha.follow(ha.post(f"/recheck/items/{item}/facts", **kept))
    assert page.banners == ["Đã ghi câu trả lời; so với phiếu rồi ghi kết quả."]
    page = ha.post(f"/recheck/items/{item}/compare", **PAPER | paper)
    assert page.status == 200
    assert proposal(page) == (outcome, note)
    with drawn.app.app_context():
        assert db.session.get_one(RecheckItem, item).outcome is None, "a comparison writes nothing"
    assert ha.post(f"/recheck/items/{item}", outcome="match", note="").status == 302
    with drawn.app.app_context():
        answers = db.session.get_one(RecheckItem, item).answers
        assert answers["F3"] == "one", "what was said stays with the outcome"


def test_nobody_sees_the_paper_before_the_answers_are_kept(drawn: World) -> None:
    ha, item = drawn.browser(), items(drawn)[0]
    assert not ha.get(f"/recheck/items/{item}").elements("select[starts-with(@name, 'paper-')]")
    page = ha.post(f"/recheck/items/{item}/compare", **PAPER)
    assert page.status == 422
    assert page.banners[0].endswith(": ghi câu trả lời khi hỏi lại trước, rồi mới xem phiếu giấy.")


def test_an_answer_out_of_scale_or_none_at_all_is_not_kept(drawn: World) -> None:
    ha, item = drawn.browser(), items(drawn)[0]
    page = ha.post(f"/recheck/items/{item}/facts", **ALL_WELL, **{"again-F3": "nine"})
    assert (page.status, page.banners[0]) == (422, "Câu F3: câu trả lời không thuộc các phương án; chọn lại.")
    assert ha.post(f"/recheck/items/{item}/facts", **ALL_WELL, **{"again-B1": "5"}).status == 422
    page = ha.post(f"/recheck/items/{item}/facts", **ALL_WELL)
    assert page.status == 422
    assert "chọn ít nhất một câu về sự việc" in page.banners[0]
    assert drawn.browser("mai").post(f"/recheck/items/{item}/facts", **AGAIN).status == 404
    with drawn.app.app_context():
        assert db.session.get_one(RecheckItem, item).answers == {}


def test_a_paper_that_is_keyed_already_is_what_is_compared_with(drawn: World) -> None:
    ha, item = drawn.browser(), items(drawn)[0]
    keyed(drawn, item, F1="self", F2="land", F3="more", F4="on_time", F5="no")
    ha.post(f"/recheck/items/{item}/facts", **ALL_WELL, **AGAIN)
    assert not ha.get(f"/recheck/items/{item}").elements("select[starts-with(@name, 'paper-')]")
    page = ha.post(f"/recheck/items/{item}/compare", **PAPER)
    assert proposal(page) == ("fact", "F3: phiếu ghi “4 lần trở lên”, phúc tra trả lời “1 lần”")


def test_what_is_keyed_later_and_differs_is_shown_on_the_units_page(drawn: World) -> None:
    ha, item = drawn.browser(), items(drawn)[0]
    ha.post(f"/recheck/items/{item}/facts", **ALL_WELL, **AGAIN)
    ha.post(f"/recheck/items/{item}", outcome="match", note="")
    assert "Khác với phiếu đã nhập" not in ha.get(base(drawn)).text
    keyed(drawn, item, F3="two", F2="land")
    assert "F3: phiếu ghi “2 lần”, phúc tra trả lời “1 lần”" in ha.get(base(drawn)).text


def test_anonymous_ballots_are_compared_by_papers_and_nobody_is_missed(drawn: World) -> None:
    by_documents(drawn)
    ha, item = drawn.browser(), items(drawn)[0]
    page = ha.get(f"/recheck/items/{item}")
    assert [box.get("value") for box in page.elements("input[@name='outcome']")] == ["match", "fact", "serious"]
    assert "Phiếu có số thứ tự và dấu đúng" in page.text
    assert "Lần liên hệ không gặp" not in page.text
    for outcome in ("unreachable", "refused"):
        refused = ha.post(f"/recheck/items/{item}", outcome=outcome, note="")
        assert (refused.status, "chỉ ghi Khớp hoặc Sai lệch" in refused.text) == (422, True)
    assert ha.post(f"/recheck/items/{item}/try", day="05/7/2021").status == 422
    ha.post(f"/recheck/items/{item}/facts", surveyed="yes", had_dealing="yes", **AGAIN)  # the same hand on many papers
    assert proposal(ha.post(f"/recheck/items/{item}/compare", **PAPER))[0] == "serious"
    assert "Cách phúc tra: đối chiếu giấy tờ" in ha.get(f"/plans/{drawn.plan_id}/recheck").text


def test_the_list_is_a_table_with_every_key_in_order(drawn: World) -> None:
    ha = drawn.browser("sat")
    ha_items = items(drawn)
    drawn.browser().post(f"/recheck/items/{ha_items[0]}", outcome="match", note="")
    text = ha.get(f"{base(drawn)}/list.csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";" if ";" in text.splitlines()[0] else ","))
    assert rows[0][:5] == ["Thứ tự", "Mã phiếu", "Điều tra viên", "Mẫu", "Khóa SHA-256"]
    assert len(rows) == 61
    assert [row[3] for row in rows[1:11]] == ["phúc tra"] * 6 + ["dự phòng"] * 3 + [""]
    keys = [row[4] for row in rows[1:]]
    assert keys == sorted(keys)
    assert [row[7] for row in rows[1:]].count("Khớp") == 1
    assert ha.get(f"/plans/{drawn.plan_id}/recheck/{drawn.people.units[1].id}/list.csv").status == 404
    with drawn.app.app_context():
        assert len(db.session.scalars(select(RecheckItem.id)).all()) == 6
