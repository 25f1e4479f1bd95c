"""Quản trị: one page for everything, the first day ticked by facts, the office's name, a test letter and its answer."""

from __future__ import annotations

import smtplib
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.builders import START, cast
from tests.web.conftest import MakeWorld, World, statements
from tracker import passwords
from tracker.db import db, transaction
from tracker.errors import Refused
from tracker.mail import smtp
from tracker.models import JournalEntry, Office, User
from tracker.queries.first_day import first_day
from tracker.rules.access import Actor
from tracker.rules.states import Role
from tracker.services import journal, offices

PASSWORD = "một câu dễ nhớ"


def with_admin(world: World, email: str = "admin@example.vn") -> World:
    with world.app.app_context(), transaction() as session:
        made = {"username": "an", "name": "Lê An", "email": email, "role": Role.ADMIN}
        session.add(User(office_id=world.people.office_id, password_hash=passwords.hash_password(PASSWORD), **made))
    return world


def test_one_page_leads_to_all_that_an_administrator_looks_after(world: World) -> None:
    page = with_admin(world).browser("an").get("/admin")
    assert {
        "/users",
        "/units",
        "/calendar",
        "/templates",
        "/questionnaires",
        "/health",
        "/outbox",
        "/journal",
        "/admin/office",
    } <= set(page.links.values())
    assert "4 tài khoản" in page.text
    assert "3 đơn vị" in page.text
    assert "Chưa có bản sao lưu nào" in page.text
    assert world.browser().get("/admin").status == 403


def test_the_backups_of_the_folder_are_told_newest_first(make_world: MakeWorld, tmp_path: Path) -> None:
    for name in ("backup-2021-07-03.zip", "backup-2021-07-04.zip", "other.txt"):
        (tmp_path / name).write_bytes(b"x" * 2_000_000)
    page = with_admin(make_world(BACKUP_DIR=str(tmp_path))).browser("an").get("/admin")
    lines = page.all("section[@id='sao-luu']//li")
    assert [line.partition(".zip")[0] for line in lines] == ["backup-2021-07-04", "backup-2021-07-03"]
    assert "1,9 MB" in lines[0]


def test_the_office_takes_another_name_with_a_line_in_the_journal(world: World) -> None:
    browser = with_admin(world).browser("an")
    page = browser.get("/admin/office")
    fields = {"name": "Phòng Văn hóa - Xã hội", "place": page.value("place"), "phone": "0258 1", "version": page.value("version")}
    assert browser.post("/admin/office", **fields).status == 302
    assert "Phòng Văn hóa - Xã hội" in browser.get("/").source
    assert "Phòng Nội vụ → Phòng Văn hóa - Xã hội" in browser.get("/journal").text
    assert browser.post("/admin/office", **fields).status == 409  # somebody was faster
    assert "tên cơ quan" in browser.post("/admin/office", **fields | {"name": " "}).text
    with world.app.app_context():
        assert journal.verify(db.session()).whole


def test_a_test_letter_becomes_a_file_where_no_server_is_set_and_the_page_says_so(world: World) -> None:
    browser = with_admin(world).browser("an")
    page = browser.follow(browser.post("/admin/test-letter"))
    assert "Chưa cấu hình máy chủ thư" in " ".join(page.banners)
    files = list(Path(world.app.config["MAIL_SPOOL_DIR"]).glob("*admin@example.vn.eml"))
    assert len(files) == 1
    assert b"To: =?utf-8?" in files[0].read_bytes() or b"admin@example.vn" in files[0].read_bytes()


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        (None, "Máy chủ thư đã nhận thư thử gửi admin@example.vn"),
        (smtplib.SMTPAuthenticationError(535, b"bad login"), "535 bad login"),
        (ConnectionRefusedError(111, "Connection refused"), "Connection refused"),
    ],
)
def test_what_the_mail_server_says_is_told(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch, raised: Exception | None, told: str
) -> None:
    world = with_admin(make_world(MAIL_SERVER="mail.example.vn"))
    sent: list[str] = []

    def enter(connection: smtp.SafeConnection) -> smtp.SafeConnection:
        if raised:
            raise raised
        return connection

    monkeypatch.setattr(smtp.SafeConnection, "__enter__", enter)
    monkeypatch.setattr(smtp.SafeConnection, "__exit__", lambda *_: None)
    monkeypatch.setattr(smtp.SafeConnection, "sending", lambda _self, message: iter([sent.append(message.envelope.to[1])]))
    browser = world.browser("an")
    page = browser.follow(browser.post("/admin/test-letter"))
    assert told in " ".join(page.banners)
    assert sent == ([] if raised else ["admin@example.vn"])
    with world.app.app_context():
        written = list(db.session.scalars(select(JournalEntry).where(JournalEntry.verb == "gửi thư thử")))
        assert len(written) == (not raised)


def test_without_an_own_address_no_letter_goes(world: World) -> None:
    browser = with_admin(world, email="").browser("an")
    page = browser.follow(browser.post("/admin/test-letter"))
    assert "chưa có địa chỉ thư" in " ".join(page.banners)


def test_the_first_day_is_ticked_by_facts_and_goes_when_it_is_over(make_world: MakeWorld) -> None:
    world = with_admin(make_world(units=1, plan=False))
    browser = world.browser("an")
    assert "Ngày đầu tiên 4/6" in browser.get("/").text
    assert "Ngày đầu tiên" not in world.browser().get("/").text  # the coordinator's page stays as it is
    browser.post("/admin/test-letter")
    page = browser.get("/admin")
    assert "Ngày đầu tiên 5/6" in page.text
    assert page.links["Tải văn bản lên"] == "/intake"
    over = with_admin(make_world(units=1)).browser("an")
    over.post("/admin/test-letter")
    assert "Ngày đầu tiên" not in over.get("/").text
    assert "Ngày đầu tiên" not in over.get("/admin").text


def test_an_empty_office_has_everything_before_it_on_both_databases(session: object) -> None:
    office = Office(name="Phòng Nội vụ")
    session.add(office)
    session.flush()
    assert first_day(session, office.id).done == 0
    people = cast(session, units=2, name="Phòng khác")
    found = first_day(session, people.office_id)
    assert (found.office, found.colleague, found.units, found.contacts, found.test_letter, found.plan) == (True,) * 4 + (
        False,
    ) * 2


def test_the_number_of_statements_does_not_grow(make_world: MakeWorld) -> None:
    def asked(units: int) -> int:
        browser = with_admin(make_world(units=units)).browser("an")
        with statements(browser.client.application) as said:
            assert browser.get("/admin").status == 200
        return len(said)

    assert asked(2) == asked(12)


def test_only_the_administrator_of_the_office_changes_it(session: Session) -> None:
    people = cast(session)
    kept = {"name": "Tên khác", "place": "", "phone": "", "now": START}
    for by in (people.ha, people.dung, people.contact(0), Actor("user-9", "Mai", Role.ADMIN, people.office_id + 1)):
        with pytest.raises(Refused) as refused:
            offices.change_office(session, people.office_id, by=by, **kept)
        assert refused.value.key == "admin_only"
