"""The sample campaign behind a real socket, on a day that never changes: what pictures and walks over all pages are made of."""

from __future__ import annotations

import shutil
from collections import Counter, deque
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath

import pytest
from flask import Flask
from lxml import html
from playwright.sync_api import Page
from sqlalchemy import select
from werkzeug.routing import Rule

from tests.applications import applications
from tests.builders import moment
from tracker import clock, documents, passwords
from tracker.cli.seeding import create_demo
from tracker.db import db, transaction
from tracker.holidays_source import fill_calendar
from tracker.models import Contact, Plan, Stage, Task, Unit, User
from tracker.rules.access import SYSTEM, Actor
from tracker.rules.drafts import parse
from tracker.rules.states import Role, TaskStatus
from tracker.services import extensions, intake, setup, templates, timekeeping
from tracker.tokens import password_token
from tracker.web.guards import access_of
from tracker.web.security import STATIC_ENDPOINTS
from tracker.web.tokens import personal_token

SEEDS = Path(__file__).parents[2] / "seeds"
PASSWORD = "một câu dễ nhớ"
#: A Tuesday on which the sample is in fieldwork.
NOW: datetime = moment(2026, 11, 24, 8, 30)
#: Who signs in: the people of the sample, and the first administrator.
#: The draft that waits to be read through.
DRAFT = "/intake/2"
NAMES = {Role.COORDINATOR: "mau-dieu-phoi", Role.LEADER: "mau-lanh-dao", Role.ADMIN: "quantri"}


@dataclass(frozen=True)
class Living:
    """A running server with the sample campaign; `token` opens the page of a contact that is late."""

    app: Flask
    url: str
    token: str

    def sign_in(self, page: Page, role: Role = Role.COORDINATOR) -> None:
        page.goto(f"{self.url}/sign-in")
        page.get_by_label("Tên đăng nhập").fill(NAMES[role])
        page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Đăng nhập").click()
        page.wait_for_url(lambda address: "/sign-in" not in address)


@contextmanager
def living_campaign(folder: Path, kept: Path) -> Iterator[Flask]:
    """The application with a copy of what make_living() has left in `kept`."""
    shutil.copytree(kept / "instance", folder / "instance")
    with pytest.MonkeyPatch.context() as patch, applications(folder) as make_app:
        patch.setattr(clock, "now", lambda: NOW)
        yield make_app(OFFICE_PLACE="UBND thành phố Cam Ranh")


def make_living(folder: Path) -> None:
    """The sample, its users, and one question for more time, in the instance folder of an application."""
    with pytest.MonkeyPatch.context() as patch, applications(folder) as make_app:
        patch.setattr(clock, "now", lambda: NOW)
        app = make_app(OFFICE_PLACE="UBND thành phố Cam Ranh")
        with app.app_context():
            with transaction() as session:
                fill_calendar(session, NOW.date())
                office_id = setup.first_office(session, name="Phòng Nội vụ", place="UBND thành phố Cam Ranh")
                setup.first_administrator(session, office_id, password_hash=passwords.hash_password(PASSWORD), now=NOW)
            create_demo(db.session(), now=NOW)
            with transaction() as session:
                looks = (
                    ("deliveries", "gửi thư đang chờ"),
                    ("reminders", "nhắc việc, đôn đốc"),
                    ("openings", "mở việc đến ngày"),
                )
                timekeeping.take_lease(session, timekeeping.TIMETABLE, holder="test", now=NOW)
                for place, (name, why) in enumerate(looks):
                    timekeeping.note_look(session, name, at=NOW, every=timedelta(minutes=5), why=why, position=place)
                for user in session.scalars(select(User).where(User.username.in_(NAMES.values()))):
                    user.password_hash, user.must_change_password = passwords.hash_password(PASSWORD), False
                task = late_task(session)
                contact = session.scalars(select(Contact).where(Contact.unit_id == task.unit_id)).first()
                text = (SEEDS / "plans" / "cam-ranh-2021.txt").read_text(encoding="utf-8").replace("2021", "2027")
                document = documents.read_text(text)
                intake.save_draft(
                    session,
                    office_id=office_id,
                    file_name="ke-hoach-2027.txt",
                    original=text.encode(),
                    document=document,
                    parsed=parse(document),
                    by=SYSTEM,
                    now=NOW,
                )
                by = Actor(f"contact-{contact.id}", contact.name, None, office_id, frozenset({task.unit_id}))
                extensions.request_extension(
                    session,
                    task.id,
                    new_due_on=NOW.date() + timedelta(days=9),
                    reason="Cán bộ phụ trách nghỉ ốm, số liệu đã thu được hai phần ba.",
                    by=by,
                    now=NOW,
                )


def more_to_walk(app: Flask) -> tuple[str, str]:
    """What no link of the sample leads to: a template of the office's own, the pages of a draft that was accepted (where they
    begin), a letter's link to a new password; and a plan whose progress anybody reads."""
    text = (SEEDS / "plans" / "cam-ranh-2021.txt").read_text(encoding="utf-8").replace("2021", "2028")
    with app.app_context(), transaction() as session:
        user = session.scalars(select(User).where(User.username == NAMES[Role.COORDINATOR])).one()
        by = Actor(f"user-{user.id}", user.name, user.role, user.office_id)
        templates.save_from_plan(session, 1, by=by, now=NOW)
        session.get_one(Plan, 1).progress_is_public = True
        document = documents.read_text(text)
        draft = intake.save_draft(
            session, office_id=user.office_id, file_name="ke-hoach-2028.txt", original=text.encode(), document=document,
            parsed=parse(document), by=by, now=NOW,
        )  # fmt: skip
        for point in intake.points_of_draft(session, draft):
            intake.settle_doubt(session, draft.id, point.key, settled=True, by=by, now=NOW)
        intake.accept_draft(session, draft.id, by=by, now=NOW)
        intake.choose_units(session, draft.id, list(session.scalars(select(Unit.id))), by=by, now=NOW)
        reset = password_token(str(app.secret_key), user.id, user.session_nonce, hours=24 * 365 * 30)
        return f"/intake/{draft.id}", f"/reset/{reset}"


def late_task(session: object) -> Task:
    late = (
        select(Task).join(Stage, Stage.id == Task.stage_id).where(Task.status == TaskStatus.IN_PROGRESS, Task.due_on < NOW.date())
    )
    return session.scalars(late.order_by(Task.id)).first()


def token_of_a_contact(app: Flask) -> str:
    """The personal link of the contact of a unit that works in the field."""
    with app.app_context():
        working = select(Contact).join(Task, Task.unit_id == Contact.unit_id).where(Task.status == TaskStatus.IN_PROGRESS)
        contact = db.session.scalars(working.order_by(Task.due_on.desc(), Contact.id)).first()
        return personal_token(str(app.secret_key), contact.id, contact.link_nonce)


def pages_of(
    app: Flask,
    username: str | None,
    *,
    start: tuple[str, ...] = ("/",),
    tries: int | None = None,
    beside: Collection[str] = (),
) -> dict[str, str]:
    """endpoint -> address of every page that links lead to from `start`, one address each, for whoever is signed in. An address
    that shows no page is followed by the next of its kind, `tries` times. Files of web/ that are `beside` are not opened."""
    client = app.test_client()
    if username is not None:
        answer = client.get("/sign-in")
        token = (html.fromstring(answer.text).xpath("//input[@name='csrf_token']/@value") or [""])[0]
        client.post("/sign-in", data={"username": username, "password": PASSWORD, "csrf_token": token})
    found: dict[str, str] = {}
    files: set[tuple[str, str]] = set()  #: endpoint and ending: a preview is a page beside its Word file
    tried: Counter[str] = Counter()
    waiting, seen = deque(start), set(start)
    adapter = app.url_map.bind("localhost")
    while waiting:
        where = waiting.popleft()
        path = where.partition("?")[0]
        rule = _rule(adapter, path)
        if rule is None or rule.endpoint in found or rule.endpoint in STATIC_ENDPOINTS:
            continue
        if rule.endpoint.partition(".")[0] in beside:
            continue
        kind = (rule.endpoint, PurePosixPath(path).suffix)
        if kind in files:
            continue
        tried[rule.endpoint] += 1
        if tries is not None and tried[rule.endpoint] > tries:
            continue
        answer = client.get(where)
        if answer.status_code == 302:
            waiting.appendleft(answer.location)
            continue
        if answer.status_code == 200 and answer.mimetype != "text/html":
            files.add(kind)
        if answer.status_code != 200 or kind in files:
            continue
        found[rule.endpoint] = where
        for href in html.fromstring(answer.text).xpath("//a/@href"):
            target = href.partition("#")[0]
            if target.startswith("/") and target not in seen:
                seen.add(target)
                waiting.append(target)
    return found


def _rule(adapter: object, path: str) -> Rule | None:
    try:
        return adapter.match(path, return_rule=True)[0]
    except Exception:  # no address of ours
        return None


def readable_endpoints(app: Flask) -> set[str]:
    """Every page there is."""
    rules = app.url_map.iter_rules()
    return {r.endpoint for r in rules if "GET" in (r.methods or ()) and access_of(app.view_functions[r.endpoint]) is not None}
