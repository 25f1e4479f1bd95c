"""Acting from the mail: a report with its file, a question with its file, one page for all units of a person."""

from __future__ import annotations

from io import BytesIO

from sqlalchemy import select

from tests.web.conftest import MakeWorld, World
from tracker.db import db, transaction
from tracker.models import Contact, StoredFile, Task
from tracker.rules.states import TaskStatus
from tracker.tokens import personal_token

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def token_of(world: World, number: int = 0) -> str:
    return personal_token(str(world.app.secret_key), world.people.units[number].contact_id, f"n{number + 1}")


def task_of(world: World, position: int, number: int) -> int:
    with world.app.app_context():
        query = select(Task.id).where(Task.unit_id == world.people.units[number].id).order_by(Task.id)
        return list(db.session.scalars(query))[position - 2]


def stored(world: World) -> list[StoredFile]:
    with world.app.app_context():
        return list(db.session.scalars(select(StoredFile).order_by(StoredFile.id)))


def test_done_with_a_file_and_a_note(make_world: MakeWorld) -> None:
    world = make_world(until=1)
    browser, task_id, token = world.browser(None), task_of(world, 2, 0), token_of(world)
    path = f"/v/{token}/tasks/{task_id}"
    page = browser.get(path)
    assert page.elements("form[contains(@action, '/complete')]")[0].get("enctype") == "multipart/form-data"
    sent = browser.post(f"{path}/complete", completed_on="05/7/2021", note="Công văn 12", file=(BytesIO(PDF), "ket-qua.pdf"))
    assert sent.status == 302
    (file,) = stored(world)
    assert (file.task_id, file.unit_id, file.purpose, file.file_name) == (
        task_id,
        world.people.units[0].id,
        "result",
        "ket-qua.pdf",
    )
    assert browser.get(f"/v/{token}/files/{file.id}").content == PDF
    shown = world.browser().get(f"/tasks/{task_id}")
    assert shown.links["ket-qua.pdf"] == f"/files/{file.id}"
    browser.post(f"{path}/complete", completed_on="05/7/2021", note="", file=(BytesIO(PDF), "lan-hai.pdf"))
    assert len(stored(world)) == 1, "a second click keeps no second file"
    assert world.browser(None).get(f"/v/{token_of(world, 1)}/files/{file.id}").status == 404


def test_a_file_that_is_not_taken_leaves_what_was_typed(make_world: MakeWorld) -> None:
    world = make_world(until=1)
    browser, task_id = world.browser(None), task_of(world, 2, 0)
    path = f"/v/{token_of(world)}/tasks/{task_id}/complete"
    page = browser.post(path, completed_on="05/7/2021", note="Công văn 12", file=(BytesIO(b"MZ..."), "virus.exe"))
    assert page.status == 422
    assert len(page.with_class("field-error")) == 1
    assert (page.value("note"), stored(world)) == ("Công văn 12", [])
    with world.app.app_context():
        assert db.session.get_one(Task, task_id).status is TaskStatus.IN_PROGRESS


def test_more_time_is_asked_for_with_a_file(make_world: MakeWorld) -> None:
    world = make_world(until=1)
    browser, task_id = world.browser(None), task_of(world, 2, 0)
    path = f"/v/{token_of(world)}/tasks/{task_id}/extension"
    fields = {"new_due_on": "15/7/2021", "reason": "Mưa lũ", "document": ""}
    wrong = browser.post(path, **fields, file=(BytesIO(b""), "trong.pdf"))
    assert (wrong.status, wrong.value("reason"), len(wrong.with_class("field-error"))) == (422, "Mưa lũ", 1)
    assert browser.post(path, **fields, file=(BytesIO(PDF), "cong-van.pdf")).status == 302
    assert [(f.purpose, f.task_id) for f in stored(world)] == [("extension", task_id)]
    assert "cong-van.pdf" in world.browser().get(f"/tasks/{task_id}").links


def test_one_page_for_all_units_of_a_person(make_world: MakeWorld) -> None:
    world = make_world(until=1)
    with world.app.app_context(), transaction() as session:
        session.get_one(Contact, world.people.units[1].contact_id).email = world.people.units[0].email
    browser, token = world.browser(None), token_of(world)
    page = browser.get(f"/v/{token}")
    assert page.h1 == "Việc của 2 đơn vị"
    assert "UBND xã Số 0001; UBND xã Số 0002" in page.text
    other = task_of(world, 2, 1)
    assert f"/v/{token}/tasks/{other}" in page.links.values()
    assert browser.get(f"/v/{token}/tasks/{other}").status == 200
    assert browser.post(f"/v/{token}/tasks/{other}/complete", completed_on="05/7/2021").status == 302
    with world.app.app_context():
        assert db.session.get_one(Task, other).status is TaskStatus.DONE
    strange = task_of(world, 2, 2)
    assert browser.get(f"/v/{token}/tasks/{strange}").status == 403
    assert browser.post(f"/v/{token}/tasks/{strange}/complete", completed_on="05/7/2021").status == 403
