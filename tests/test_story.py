"""The two walks, end to end: the first test to read.

A signed plan becomes letters; a contact opens the link in the letter he got, presses one button, and his next step opens -
seen in his page, the outbox, the journal and the calendar.
"""

import email
import email.policy
import re
from datetime import date, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import time_machine
from sqlalchemy import select

from jobs.deliveries import deliver_waiting
from jobs.openings import open_stages
from jobs.reminders import queue_reminders
from tests import rfc5545
from tests.builders import moment
from tracker import documents
from tracker.db import db, transaction
from tracker.models import Contact, JournalEntry, Notice, Office, OutboxMessage, Plan, Stage, Task, Unit, User
from tracker.rules.access import Actor
from tracker.rules.drafts import parse
from tracker.rules.schedule import plan_input_from
from tracker.rules.states import LetterStatus, NoticeStatus, Role, TaskStatus
from tracker.services import feeds, intake, journal, organisation, planning, progress

SEEDS = Path(__file__).parent.parent / "seeds"


class Campaign:
    """The Cam Ranh plan on a server of the test's own, at a moment of its choosing."""

    def __init__(self, app, clock):
        self.app, self.clock = app, clock
        self.mail_folder = Path(app.config["INSTANCE_DIR"]) / "mail"
        self.seen: set[str] = set()

    def at(self, *when: int) -> datetime:
        now = moment(*when)
        self.clock.move_to(now)
        return now

    def morning(self, *day: int) -> None:
        """What the timetable does in the night and in the morning."""
        now = self.at(*day, 7, 30)
        with self.app.app_context():
            open_stages(now.date(), now)
            queue_reminders(now.date(), now)
        self.deliver()

    def deliver(self):
        now = datetime.now(moment(2021, 1, 1).tzinfo)
        return deliver_waiting(self.app, now=now, by="story")

    def new_letters(self) -> list[email.message.EmailMessage]:
        """Letters that arrived since the last look, as a mail program reads their files."""
        found = []
        for path in sorted(self.mail_folder.glob("*.eml")):
            if path.name not in self.seen:
                self.seen.add(path.name)
                found.append(email.message_from_bytes(path.read_bytes(), policy=email.policy.default))
        return found


@pytest.fixture(params=["sqlite", "postgresql"])
def campaign(request, make_app):
    """Sign, read, accept, choose units, start, release: walk one up to the first letters."""
    settings = {} if request.param == "sqlite" else {"DATABASE_URL": request.getfixturevalue("empty_postgres_url")}
    with time_machine.travel(moment(2021, 6, 1, 8), tick=False) as clock:
        app = make_app(flask={"WTF_CSRF_ENABLED": False}, **settings)
        made = Campaign(app, clock)
        now = made.at(2021, 6, 1, 8)
        text = (SEEDS / "plans" / "cam-ranh-2021.txt").read_bytes()
        with app.app_context(), transaction() as session:
            office = Office(name="Phòng Nội vụ", place="UBND thành phố Cam Ranh")
            session.add(office)
            session.flush()
            user = User(office_id=office.id, username="ha", name="Trần Thu Hà", email="ha@example.vn", role=Role.COORDINATOR)
            session.add(user)
            session.flush()
            made.ha = Actor(f"user-{user.id}", user.name, Role.COORDINATOR, office.id)
            document = documents.read(text, "cam-ranh-2021.txt")
            parsed = parse(document)
            rows = organisation.read_units_csv((SEEDS / "units" / "cam-ranh.csv").read_bytes())
            organisation.import_units(session, office.id, rows, by=made.ha, now=now)
            draft = intake.save_draft(
                session,
                office_id=office.id,
                file_name="cam-ranh-2021.txt",
                original=text,
                document=document,
                parsed=parsed,
                by=made.ha,
                now=now,
            )
            plan = planning.create_plan(
                session,
                office_id=office.id,
                draft=plan_input_from(parsed),
                unit_ids=list(session.scalars(select(Unit.id).order_by(Unit.id))),
                by=made.ha,
                now=now,
                draft_id=draft.id,
            )
            planning.activate_plan(session, plan.id, by=made.ha, now=now)
            made.plan_id = plan.id
        yield made


def task_of(campaign, position, unit_name=None):
    with campaign.app.app_context():
        query = select(Task.id, Task.status).join(Stage).where(Task.plan_id == campaign.plan_id, Stage.position == position)
        if unit_name:
            query = query.join(Unit, Unit.id == Task.unit_id).where(Unit.name == unit_name)
        else:
            query = query.where(Task.unit_id.is_(None))
        return db.session.execute(query).one()


def links_in(letter):
    body = letter.get_body(("plain",)).get_content()
    return [urlsplit(found).path for found in re.findall(r"https?://\S+", body)]


def test_from_the_signed_text_to_the_next_step_of_a_unit(campaign):
    app = campaign.app
    # The first mass mail waits for a click: only the letter that asks for it has gone.
    campaign.at(2021, 6, 1, 8, 30)
    campaign.deliver()
    first = [(x["To"].addresses[0].addr_spec, "giữ lại" in x["Subject"]) for x in campaign.new_letters()]
    assert first == [("ha@example.vn", True)]
    with app.app_context(), transaction() as session:
        released = planning.release_letters(session, campaign.plan_id, by=campaign.ha, now=campaign.at(2021, 6, 1, 9))
        contacts = session.scalar(select(db.func.count(Contact.id)))
    campaign.deliver()
    assert len(campaign.new_letters()) == released == contacts

    # The office finishes its plan; thirty units hear that their step is open.
    plan_task = task_of(campaign, 1).id
    with app.app_context(), transaction() as session:
        progress.complete_task(session, plan_task, by=campaign.ha, now=campaign.at(2021, 6, 18, 16))
    campaign.deliver()
    opened = [x for x in campaign.new_letters() if "Đã mở" in x["Subject"]]
    assert len(opened) == contacts

    # A contact reads the reminder on his day, follows the link and presses the button.
    campaign.morning(2021, 6, 25)
    reminders = {x["To"].addresses[0].addr_spec: x for x in campaign.new_letters()}
    unit = "UBND phường Cam Linh"
    with app.app_context():
        address = db.session.scalar(
            select(Contact.email).join(Unit, Unit.id == Contact.unit_id).where(Unit.name == unit, Contact.rank == 1)
        )
    letter = reminders[address]
    assert letter["Auto-Submitted"] == "auto-generated"
    page_path = next(p for p in links_in(letter) if re.fullmatch(r"/v/[^/]+/tasks/\d+", p))
    browser = app.test_client()
    campaign.at(2021, 6, 25, 9)
    for path in links_in(letter):  # a mail scanner opens every link: nothing changes
        assert browser.get(path).status_code == 200, path
    own = task_of(campaign, 2, unit)
    assert own.status is TaskStatus.IN_PROGRESS
    answer = browser.post(f"{page_path}/complete", data={"completed_on": "25/6/2021", "note": "Công văn số 12"})
    assert answer.status_code == 302
    assert task_of(campaign, 2, unit).status is TaskStatus.DONE
    twice = browser.post(f"{page_path}/complete", data={"completed_on": "25/6/2021"})
    assert twice.status_code in (200, 302, 409)  # said once: the page answers with what is already known

    # Fieldwork may not begin before its first day; on that day it opens for this unit.
    assert task_of(campaign, 3, unit).status is TaskStatus.NOT_OPEN
    campaign.morning(2021, 7, 2)
    assert task_of(campaign, 3, unit).status is TaskStatus.IN_PROGRESS
    mine = [x for x in campaign.new_letters() if x["To"].addresses[0].addr_spec == address]
    assert any("Đã mở" in x["Subject"] for x in mine)

    # It reports the fieldwork through the link of the letter that opened it, and goes into recheck while others still collect.
    path = next(p for p in links_in(next(x for x in mine if "Đã mở" in x["Subject"])) if "/tasks/" in p)
    campaign.at(2021, 8, 20, 10)
    assert browser.post(f"{path}/complete", data={"completed_on": "20/8/2021"}).status_code == 302
    assert task_of(campaign, 4, unit).status is TaskStatus.IN_PROGRESS
    assert task_of(campaign, 4, "UBND phường Cam Phú").status is TaskStatus.NOT_OPEN
    campaign.deliver()

    with app.app_context():
        session = db.session()
        # the outbox: the opening of the next step was told
        sent = select(OutboxMessage.status).where(OutboxMessage.kind == "unlocked", OutboxMessage.to_email == address)
        assert session.scalars(sent).all() == [LetterStatus.SENT] * 3
        # the journal: who did what, in an unbroken chain
        lines = session.execute(
            select(JournalEntry.who, JournalEntry.verb).where(JournalEntry.task_id == own.id).order_by(JournalEntry.id)
        ).all()
        name = session.scalar(select(Contact.name).where(Contact.email == address))
        assert (name, "báo hoàn thành") in [tuple(x) for x in lines]
        assert journal.verify(session).whole
        # the calendar of the unit: the step that opened stands on its last day
        unit_id = session.scalar(select(Unit.id).where(Unit.name == unit))
    with app.app_context(), transaction() as session:
        token = feeds.issue(session, feeds.FeedScope.UNIT, unit_id, now=campaign.at(2021, 8, 20, 11))
    feed = browser.get(f"/feeds/{token}.ics")
    assert feed.status_code == 200
    events = {e.text("SUMMARY"): e for e in rfc5545.read(feed.data).children if e.kind == "VEVENT"}
    assert any(title.startswith("Đã xong:") for title in events)
    recheck = next(e for title, e in events.items() if "phúc tra" in title.lower() and title.startswith("Hạn:"))
    assert recheck.day("DTSTART") == recheck.last_day() == date(2021, 9, 30)


def test_the_round_run_twice_and_the_letters_delivered_twice_say_nothing_twice(campaign):
    app = campaign.app
    plan_task = task_of(campaign, 1).id
    with app.app_context(), transaction() as session:
        planning.release_letters(session, campaign.plan_id, by=campaign.ha, now=campaign.at(2021, 6, 1, 9))
        progress.complete_task(session, plan_task, by=campaign.ha, now=campaign.at(2021, 6, 18, 16))
    for _ in range(2):
        campaign.morning(2021, 6, 21)
    with app.app_context():
        session = db.session()
        digests = session.scalars(select(OutboxMessage.to_email).where(OutboxMessage.kind == "daily_digest")).all()
        assert len(digests) == len(set(digests)) == 30
        assert session.scalars(select(Notice.status).distinct()).all() == [NoticeStatus.SENT]
    letters = [x["Message-ID"] for x in campaign.new_letters()]
    assert len(letters) == len(set(letters))


def test_a_day_missed_by_the_server_is_said_on_the_next_working_day(campaign):
    app = campaign.app
    with app.app_context(), transaction() as session:
        planning.release_letters(session, campaign.plan_id, by=campaign.ha, now=campaign.at(2021, 6, 1, 9))
    campaign.morning(2021, 6, 10)  # the rung of the 9th was missed
    campaign.morning(2021, 6, 12)  # a Saturday
    with app.app_context():
        days = db.session.scalars(select(OutboxMessage.day).where(OutboxMessage.kind == "daily_digest")).all()
        assert days == [date(2021, 6, 10)]
        assert db.session.get(Plan, campaign.plan_id).letters_released_at is not None
