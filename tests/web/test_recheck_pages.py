"""Pages, papers and the command of the recheck room."""

from __future__ import annotations

import io
import json

import pytest
from docx import Document
from sqlalchemy import select

from tests.builders import moment, task
from tests.web.conftest import NOW, MakeWorld, World, statements
from tracker.db import db, transaction
from tracker.models import Ballot, Plan, RecheckItem, RecheckSeed
from tracker.rules.sampling import PublishedDraw, verify
from tracker.services import progress

LATER = moment(2021, 7, 5, 8)


@pytest.fixture
def room(make_world: MakeWorld) -> World:
    """Every unit has finished its fieldwork; the first has sixty numbered ballots."""
    return filled(make_world(units=3, until=2))


def filled(world: World) -> World:
    with world.app.app_context(), transaction() as session:
        plan = session.get_one(Plan, world.plan_id)
        for unit in world.people.units:
            progress.complete_task(session, task(session, plan, 3, unit).id, by=world.people.ha, now=NOW)
        session.add_all(
            Ballot(plan_id=plan.id, unit_id=world.people.units[0].id, number=f"{n:04d}", registered_at=LATER)
            for n in range(1, 61)
        )
    return world


def base(world: World) -> str:
    return f"/plans/{world.plan_id}/recheck/{world.people.units[0].id}"


def items(world: World) -> list[int]:
    with world.app.app_context():
        return list(db.session.scalars(select(RecheckItem.id).order_by(RecheckItem.id)))


def squeezed_lines(text: str) -> str:
    return text.replace("\u00a0", " ")


def seed(world: World) -> RecheckSeed:
    return db.session.get_one(RecheckSeed, (world.plan_id, world.people.units[0].id, 0))


def test_the_way_from_the_draw_to_the_signed_verdict(room: World) -> None:
    ha = room.browser()
    assert "Chờ chọn mẫu" in ha.get(f"/plans/{room.plan_id}/recheck").text
    page = ha.follow(ha.post(f"{base(room)}/draw"))
    assert page.banners[0] == "Đã chọn 6 phiếu phúc tra."
    assert (
        ha.follow(ha.post(f"{base(room)}/draw")).banners[0].startswith("Mẫu phúc tra của UBND xã Số 0001 đã chọn ngày 05/7/2021")
    )
    for item in items(room):
        assert ha.post(f"/recheck/items/{item}", outcome="match", note="").status == 302
    page = ha.get(base(room))
    assert "Đề xuất: không phải điều tra lại." in page.text
    done = ha.follow(ha.post(f"{base(room)}/verdict", decision="pass", reason=""))
    assert done.banners[0] == "Đã kết luận: không phải điều tra lại."
    assert "Xong phúc tra" in ha.get(f"/plans/{room.plan_id}/recheck").text


def test_the_seed_is_nowhere_before_the_draw_and_its_commitment_is_on_the_page(room: World) -> None:
    with room.app.app_context():
        secret, shown = seed(room).seed, seed(room).commitment
        master = db.session.get_one(Plan, room.plan_id).recheck_master
    ha = room.browser()
    pages = [
        ha.get(path).source
        for path in (base(room), f"/plans/{room.plan_id}/recheck", f"/plans/{room.plan_id}/recheck/commitments")
    ]
    assert all(secret not in page and master not in page for page in pages)
    assert shown in pages[0]
    assert shown in pages[2]
    ha.post(f"{base(room)}/draw")
    page = ha.get(base(room)).source
    assert secret in page
    assert master not in page


def test_what_a_stranger_downloads_repeats_the_draw(room: World) -> None:
    ha = room.browser()
    ha.post(f"{base(room)}/draw")
    rows = json.loads(ha.client.get(f"/plans/{room.plan_id}/recheck/published.json").data)
    published = PublishedDraw(**{k: tuple(v) if isinstance(v, list) else v for k, v in rows[0].items()})
    assert verify(published).agrees
    assert len(published.drawn) == 6


def test_the_command_says_that_every_draw_agrees_or_what_differs(room: World) -> None:
    room.browser().post(f"{base(room)}/draw")
    runner = room.app.test_cli_runner()
    good = runner.invoke(args=["recheck", "verify", str(room.plan_id)])
    assert (good.exit_code, squeezed_lines(good.output)) == (0, "UBND xã Số 0001: khớp, 6 phiếu.\nKhớp cả 1 mẫu.\n")
    with room.app.app_context(), transaction() as session:
        item = session.scalars(select(RecheckItem).order_by(RecheckItem.position)).first()
        assert item is not None
        taken = set(session.scalars(select(RecheckItem.ballot_id)))
        item.ballot_id = next(b for b in session.scalars(select(Ballot.id)) if b not in taken)
    bad = runner.invoke(args=["recheck", "verify", str(room.plan_id)])
    assert bad.exit_code == 1
    assert "phiếu phúc tra không khớp khi chọn lại: thừa 1 phiếu" in squeezed_lines(bad.output)
    assert runner.invoke(args=["recheck", "verify", "999"]).exit_code == 1


def test_a_mismatch_without_its_words_keeps_what_was_chosen(room: World) -> None:
    ha = room.browser()
    ha.post(f"{base(room)}/draw")
    page = ha.post(f"/recheck/items/{items(room)[0]}", outcome="fact", note=" ")
    assert page.status == 422
    assert "sai lệch nhưng chưa ghi nội dung khác nhau" in page.with_class("field-error")[0]
    assert page.elements("input[@value='fact'][@checked]")
    assert ha.post(f"/recheck/items/{items(room)[0]}", outcome="gì đó").status == 422


def test_a_try_is_written_by_its_day(room: World) -> None:
    ha = room.browser()
    ha.post(f"{base(room)}/draw")
    item = items(room)[0]
    assert ha.post(f"/recheck/items/{item}/try", day="06/07/2021").status == 422
    assert ha.post(f"/recheck/items/{item}/try", day="02/07/2021").status == 302
    assert "đã liên hệ 1 ngày: 02/7" in ha.get(base(room)).text
    assert ha.post(f"/recheck/items/{item}", outcome="unreachable").status == 422


def test_a_shut_room_says_why_and_takes_nothing(world: World) -> None:
    ha = world.browser()
    page = ha.get(base(world))
    assert "chưa báo hoàn thành khảo sát" in page.with_class("refusal")[0]
    refused = ha.post(f"{base(world)}/draw")
    assert refused.status == 409
    assert page.with_class("refusal")[0] in refused.text


def test_leaders_and_observers_read_and_nobody_else_comes_in(room: World) -> None:
    room.browser().post(f"{base(room)}/draw")
    for reader in ("dung", "sat"):
        browser = room.browser(reader)
        assert browser.get(base(room)).status == 200
        assert browser.post(f"{base(room)}/draw").status == 403
        assert browser.get(f"/recheck/items/{items(room)[0]}").status == 403
    mai = room.browser("mai")
    for path in (base(room), f"/plans/{room.plan_id}/recheck", f"/recheck/items/{items(room)[0]}", f"{base(room)}/minutes.docx"):
        assert mai.get(path).status == 404, path
    assert mai.post(f"/recheck/items/{items(room)[0]}", outcome="match").status == 404


def test_the_minutes_hold_every_key_and_no_name_of_a_respondent(room: World) -> None:
    ha = room.browser()
    assert ha.get(f"{base(room)}/minutes.docx").status == 404
    ha.post(f"{base(room)}/draw")
    answer = ha.client.get(f"{base(room)}/minutes.docx")
    document = Document(io.BytesIO(answer.data))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    with room.app.app_context():
        assert seed(room).seed in text
        assert seed(room).commitment in text
    assert sum(1 for cell in cells if len(cell) == 64) == 60
    assert cells.count("phúc tra") == 6
    assert cells.count("dự phòng") == 3


def test_the_printed_list_names_numbers_and_nothing_answered(room: World) -> None:
    ha = room.browser()
    ha.post(f"{base(room)}/draw")
    page = ha.get(f"{base(room)}/print")
    assert len(page.elements("main//tbody/tr")) == 6


@pytest.mark.parametrize("units", [3, 12])
def test_the_room_costs_the_same_for_few_and_many_units(make_world: MakeWorld, units: int) -> None:
    world = filled(make_world(units=units, until=2))
    ha = world.browser()
    with statements(world.app) as said:
        assert ha.get(f"/plans/{world.plan_id}/recheck").status == 200
    assert len(said) == 18
