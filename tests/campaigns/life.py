"""One small plan, kept at each of its steps: `Life.at` puts the database back to a step, so that each act can be tried at
its own time and while the gate of its room is shut.

Five units of twelve ballots, one in each state of a recheck; an office with a user of every role.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from tests import survey
from tests.builders import SMALL_PLAN, moment
from tests.campaigns.driver import SHELF, Campaign, paper
from tests.web.conftest import PASSWORD, Browser
from tracker import passwords
from tracker.db import db
from tracker.models import (
    Ballot,
    BallotBox,
    Contact,
    Publication,
    RecheckItem,
    SecondEntryItem,
    Stage,
    Task,
    User,
)
from tracker.rules.schedule import StageInput
from tracker.rules.states import RecheckDecision, RecheckOutcome, Role, Scope, TaskStatus, TimeKind, WorkKind
from tracker.rules.unit_rows import ContactRow, UnitRow
from tracker.services import data_entry, fieldwork, openings, progress, publishing, recheck
from tracker.services.fieldwork import BallotRange
from tracker.services.publishing import Approval
from tracker.services.questionnaires import key_of
from tracker.services.recheck.verdicts import open_resurvey
from tracker.web import publication_files
from tracker.web.tokens import personal_token

BALLOTS, FIRST = 12, 9  #: of a unit; of these found in the box of the first unit when it was opened first
DAYS = (date(2021, 7, 5), date(2021, 7, 6))
PAPER = Approval("Thông báo", "49/TB-UBND", date(2021, 11, 1), "UBND thành phố Cam Ranh", "Ngô Hữu Hiền")
BOX = {"code": "1", "place": "Bộ phận Một cửa", "seal_number": "NP-01", "sealed_on": "02/7/2021"}
MINUTES = {
    "opened_on": "05/7/2021", "condition": "whole", "chair": "Nguyễn Văn An, Trưởng bộ phận",
    "secretary": "Lê Thị Bé", "team": "Trần Thu Hà", "bag_number": "T1", "receiver": "Trần Thu Hà",
    "key_to": "Lê Thị Bé, Văn phòng",
}  # fmt: skip


def minutes(once: str, seal: str, new_seal: str, *, ballots: int, hour: int = 8) -> dict[str, str]:
    """What was in a whole box, all of it valid."""
    count = {"ballots": str(ballots), "valid": str(ballots), "opened_time": f"{hour}h30"}
    return {**MINUTES, **count, "once": once, "seal_number": seal, "new_seal_number": new_seal}


def _stage(name: str, last: date, scope: Scope, kind: WorkKind, first: date | None = None) -> StageInput:
    time_kind = TimeKind.WINDOW if first else TimeKind.DEADLINE
    return StageInput("", name, name, "", "", "", time_kind, first, last, scope, kind)


DRAFT = replace(
    SMALL_PLAN,
    groups=(("UBND xã, phường", BALLOTS),),
    stages=(
        _stage("Xây dựng kế hoạch", date(2021, 6, 18), Scope.ONCE, WorkKind.PREPARATION),
        _stage("Khảo sát", date(2021, 9, 15), Scope.EACH_UNIT, WorkKind.FIELDWORK, date(2021, 7, 2)),
        _stage("Phúc tra", date(2021, 9, 29), Scope.EACH_UNIT, WorkKind.RECHECK),
        _stage("Nhập liệu", date(2021, 10, 15), Scope.ONCE, WorkKind.DATA_ENTRY),
        _stage("Tổng hợp", date(2021, 10, 29), Scope.ONCE, WorkKind.ANALYSIS),
        _stage("Công bố", date(2021, 11, 30), Scope.ONCE, WorkKind.PUBLICATION),
    ),
)
UNITS = [
    UnitRow(n, f"UBND xã Số {n}", "UBND xã, phường", (ContactRow(f"Đầu Mối {n}", f"dm{n}@example.vn"),)) for n in range(1, 6)
]
#: Each step of the plan, and the moment at which its work is done.
STEPS = {
    "field": moment(2021, 7, 6, 17),
    "recheck": moment(2021, 7, 8, 9),
    "entry": moment(2021, 7, 20, 9),
    "draft": moment(2021, 10, 27, 9),
    "approval": moment(2021, 11, 1, 9),
    "publication": moment(2021, 11, 2, 9),
}
#: The stage whose gate each step stands behind.
BEHIND = {"field": 2, "recheck": 3, "entry": 4, "draft": 5, "approval": 5, "publication": 6}


class Life:
    """`travel` sets the clock; `folder` keeps the copies."""

    def __init__(self, app: Flask, folder: Path, travel: Callable[[datetime], object]) -> None:
        self.app, self._folder, self._travel = app, folder, travel
        travel(moment(2021, 6, 1))
        self.made = Campaign(app, DRAFT, UNITS, start=moment(2021, 6, 1))
        self.units, self.plan_id = self.made.units, self.made.plan_id
        self._people()
        self.made.finish(1, now=moment(2021, 6, 18))
        with self.made.step() as session:
            openings.open_what_may_open(session, self.plan_id, now=moment(2021, 7, 2, 0, 5))
        self._field()
        self._recheck()
        self._entry()
        self._results()

    def at(self, step: str, *, shut: int = 0) -> None:
        """The plan as it was at a step; `shut`: the stage before that one was opened again, which locks what waits for it."""
        self._put(self._folder / f"{step}.db")
        self._travel(STEPS[step])
        for position in (shut, shut - 1) if shut else ():
            with self.made.step() as session:
                query = select(Task.id).join(Stage).where(Stage.position == position, Task.status == TaskStatus.DONE)
                for task_id in session.scalars(query.order_by(Task.id)).all():
                    progress.reopen_task(session, task_id, by=self.made.ha, now=STEPS[step], agreed=True)

    def browser(self, username: str | None) -> Browser:
        found = Browser(self.app.test_client())
        if username:
            assert found.post("/sign-in", username=username, password=PASSWORD).status == 302
        return found

    def gate(self, position: int, unit_id: int | None) -> str:
        """What the shut gate of a stage says, of a unit where the stage is each unit's."""
        with self.app.app_context():
            query = (
                select(Task).join(Stage).where(Stage.position == position, Task.unit_id.in_([unit_id]) | Task.unit_id.is_(None))
            )
            task = db.session.scalars(query.order_by(Task.id)).first()
            assert task is not None
            assert task.status is TaskStatus.NOT_OPEN
            return openings.gate_of_task(db.session(), task, today=STEPS["publication"].date()).sentence

    def token(self, place: int = 0) -> str:
        with self.app.app_context():
            contact = db.session.scalars(select(Contact).where(Contact.unit_id == self.units[place])).one()
            return personal_token(str(self.app.secret_key), contact.id, contact.link_nonce)

    def first(self, query: object) -> int:
        with self.app.app_context():
            return int(db.session.scalars(query.limit(1)).one())  # type: ignore[attr-defined]

    def everything(self) -> dict[str, list[str]]:
        """Every row of every table, but for what signing in leaves behind."""
        tables = [t for t in db.metadata.sorted_tables if t.name not in ("sign_in_attempt", "user")]
        with self.app.app_context(), db.engine.connect() as connection:
            return {t.name: sorted(str(tuple(row)) for row in connection.execute(t.select())) for t in tables}

    # The steps --------------------------------------------------------------------------------------------------------

    def _people(self) -> None:
        with self.made.step() as session:
            office = self.made.office_id
            for username, role in (("dung", Role.LEADER), ("sat", Role.OBSERVER), ("admin", Role.ADMIN)):
                session.add(User(office_id=office, username=username, name=username, email=f"{username}@example.vn", role=role))
            session.flush()
            for user in session.scalars(select(User)):
                user.password_hash = passwords.hash_password(PASSWORD)

    def _field(self) -> None:
        """The first unit has a box that was opened once; nothing else was collected."""
        self._travel(STEPS["field"])
        contact, where = self.browser(None), f"/v/{self.token()}/boxes/{self.plan_id}"
        assert contact.post(where, **BOX).status == 302
        box = self.first(select(BallotBox.id))
        opened = contact.post(f"{where}/{box}/openings", **minutes("first", "NP-01", "NP-02", ballots=FIRST))
        assert opened.status == 302, opened.text
        self._keep("field")

    def _recheck(self) -> None:
        """Five units: not drawn · one of two ballots asked · one mismatch · nothing to find · failed and signed."""
        made, now = self.made, STEPS["recheck"]
        boxed, *others = self.units
        with self.made.step() as session:
            line = fieldwork.LineInput(DAYS[1], handed_out=BALLOTS - FIRST, collected=BALLOTS - FIRST, valid=BALLOTS - FIRST)
            fieldwork.record_line(session, self.plan_id, boxed, line, once="rest", by=made.contacts[boxed], now=STEPS["field"])
            fieldwork.register_ballots(
                session, self.plan_id, boxed, [BallotRange("0001", f"{BALLOTS:04d}")], [], by=made.contacts[boxed], now=now
            )
        made.papers[boxed] = {f"{n:04d}": paper(made.form_of(boxed), boxed, n) for n in range(1, BALLOTS + 1)}
        for unit in others:
            made.collect(unit, DAYS, valid=BALLOTS)
        made.finish(2, now=moment(2021, 7, 7))
        for unit in others:
            made.draw(unit, now=now)
        made.settle(self.units[2], mismatches=1, now=now)
        made.settle(self.units[3], now=now)
        made.settle(self.units[4], mismatches=2, now=now)
        with self.made.step() as session:
            recheck.draw_second_stage(session, self.plan_id, self.units[4], by=made.checker, now=now)
        made.settle(self.units[4], stage_no=2, mismatches=2, now=now)
        made.sign(self.units[4], RecheckDecision.FAIL, now=now)
        with self.made.step() as session:
            item = session.scalars(select(RecheckItem).where(RecheckItem.outcome.is_(None)).order_by(RecheckItem.id)).first()
            assert item is not None
            recheck.settle_item(session, item.id, RecheckOutcome.MATCH, by=made.checker, now=now)
        self._keep("recheck")

    def _entry(self) -> None:
        """All passed; ten ballots of the first unit are keyed, one of them again with a slip."""
        made, now = self.made, moment(2021, 7, 9, 9)
        made.pass_recheck(self.units[0], now=now)
        made.settle(self.units[1], now=now)
        made.sign(self.units[1], RecheckDecision.PASS, now=now)
        with self.made.step() as session:
            recheck.draw_second_stage(session, self.plan_id, self.units[2], by=made.checker, now=now)
        made.settle(self.units[2], stage_no=2, now=now)
        for unit in self.units[2:4]:
            with self.made.step() as session:
                recheck.sign_verdict(
                    session, self.plan_id, unit, RecheckDecision.PASS, reason="Theo phiếu giấy", by=made.ha, now=now
                )
        with self.made.step() as session:
            open_resurvey(session, self.plan_id, self.units[4], due_on=date(2021, 7, 15), reason="Sai lệch", by=made.ha, now=now)
        made.collect(self.units[4], (date(2021, 7, 13),), valid=BALLOTS, first=101)
        made.finish(2, now=moment(2021, 7, 14))
        made.pass_recheck(self.units[4], now=moment(2021, 7, 15))
        made.finish(3, now=moment(2021, 7, 16))
        unit, now = self.units[0], STEPS["entry"]
        whole = made.papers[unit]
        made.papers[unit] = dict(list(whole.items())[:10])
        made.key(unit, by=made.clerks[0], now=now)
        made.papers[unit] = whole
        again = self.first(select(SecondEntryItem.ballot_id).order_by(SecondEntryItem.id))
        form = key_of(made.form_of(unit))
        with self.made.step() as session:
            number = session.get_one(Ballot, again).number
            slip = {**whole[number], "B1": "1" if whole[number]["B1"] != "1" else "2"}
            typed = data_entry.Typed(number, slip, questionnaire=form, once=f"second-{again}")
            data_entry.keep_second_entry(session, self.plan_id, unit, typed, by=made.clerks[1], now=now, shelf=SHELF)
        self._keep("entry")

    def _results(self) -> None:
        made, now = self.made, moment(2021, 10, 4, 9)
        for unit in self.units:
            made.key(unit, by=made.clerks[0], now=now)
        made.second_entries(wrong=1, now=now)
        made.finish(4, now=moment(2021, 10, 15))
        self._keep("draft")
        makers = publication_files.makers
        with made.step() as session:
            publishing.draft_result(
                session, self.plan_id, sources=survey.SOURCES, makers=makers(), exceptions={}, reason="", by=made.ha,
                now=STEPS["draft"],
            )  # fmt: skip
        self._keep("approval")
        with made.step() as session:
            row = session.scalars(select(Publication.id)).one()
            publishing.approve(session, row, PAPER, sources=survey.SOURCES, makers=makers(), by=made.ha, now=STEPS["approval"])
        made.finish(5, now=moment(2021, 11, 1, 15))
        self._keep("publication")

    # Files --------------------------------------------------------------------------------------------------------------

    def _file(self) -> Path:
        with self.app.app_context():
            return Path(str(db.engine.url.database))

    def _close(self) -> None:
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    def _keep(self, step: str) -> None:
        self._close()
        shutil.copy(self._file(), self._folder / f"{step}.db")

    def _put(self, kept: Path) -> None:
        self._close()
        for end in ("-wal", "-shm"):
            Path(f"{self._file()}{end}").unlink(missing_ok=True)
        shutil.copy(kept, self._file())
