"""While a gate shuts: one person opens an earlier stage again, another acts in the room behind it, each in a transaction of
their own, on both databases. Whoever came first is kept; the other waits, and is refused or finds it done. Never half."""

from __future__ import annotations

import threading
from collections.abc import Callable
from copy import deepcopy
from datetime import date, datetime

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests import survey
from tests.builders import moment
from tests.campaigns.driver import SHELF, Campaign, paper
from tests.campaigns.life import BALLOTS, DAYS, DRAFT, PAPER, UNITS
from tests.conftest import MakeApp
from tracker.errors import Refused
from tracker.models import Base, Publication, RecheckItem, Stage, Task
from tracker.rules.states import RecheckDecision, RecheckOutcome, TaskStatus
from tracker.services import data_entry, fieldwork, openings, progress, publishing, recheck
from tracker.services.fieldwork import BallotRange
from tracker.services.questionnaires import key_of

pytestmark = pytest.mark.slow
Act = Callable[[Session], object]


class Race:
    def __init__(self, engine: Engine, made: Campaign) -> None:
        self.engine, self.made = engine, made

    def __call__(self, act: Act, *, reopens: int, now: datetime, unit: int | None = None, refused: str = "") -> None:
        """Both orders of `act` and of opening stage `reopens` again. `refused`: what the one who reopens reads once `act` is
        done, where that cannot be undone."""
        task_id = self._task(reopens, unit)

        def shut(session: Session) -> object:
            return progress.reopen_task(session, task_id, by=self.made.ha, now=now, agreed=True)

        before = self._everything()
        said = self._one_after_the_other(shut, act)
        assert said, "the room was shut first, and the act came in"
        after = self._everything()
        changed = {name for name in before if before[name] != after[name]}
        assert changed <= {"task", "plan", "journal_entry", "journal_head", "outbox_message", "outbox_task"}, changed
        self.made.finish(reopens, now=now)
        before = self._everything()
        assert self._one_after_the_other(act, shut) == refused
        assert self._everything() != before
        self.made.finish(reopens, now=now)

    def _one_after_the_other(self, first: Act, second: Act) -> str:
        """`second` begins while `first` is not yet committed, and waits. What `second` was refused with, or ""."""
        said: list[str] = []

        def go() -> None:
            with Session(self.engine) as own:
                try:
                    second(own)
                    own.commit()
                    said.append("")
                except Refused as refused:
                    said.append(refused.key)

        with Session(self.engine) as session:
            first(session)
            thread = threading.Thread(target=go)
            thread.start()
            thread.join(0.3)
            assert said == [], "it did not wait for the plan's row"
            session.commit()
        thread.join(20)
        assert len(said) == 1
        return said[0]

    def _task(self, position: int, unit: int | None) -> int:
        query = select(Task.id).join(Stage).where(Stage.position == position, Task.status == TaskStatus.DONE)
        query = query.where(Task.unit_id == unit) if unit is not None else query
        with Session(self.engine) as session:
            return session.scalars(query.order_by(Task.id)).first() or pytest.fail(f"stage {position} is not done")

    def _everything(self) -> dict[str, list[str]]:
        with self.engine.connect() as connection:
            return {t.name: sorted(str(tuple(r)) for r in connection.execute(t.select())) for t in Base.metadata.sorted_tables}


def test_an_act_and_the_shutting_of_its_gate_never_mix(engine: Engine, make_app: MakeApp) -> None:
    app = make_app(DATABASE_URL=engine.url.render_as_string(hide_password=False))
    made = Campaign(app, DRAFT, UNITS[:2], start=moment(2021, 6, 1))
    race, plan, (unit, other) = Race(engine, made), made.plan_id, made.units
    clerk, form, own = made.clerks[0], made.form_of(unit), made.contacts[unit]
    made.finish(1, now=moment(2021, 6, 18))
    with made.step() as session:
        openings.open_what_may_open(session, plan, now=moment(2021, 7, 2, 0, 5))

    now = moment(2021, 7, 6, 17)
    line = fieldwork.LineInput(DAYS[0], handed_out=BALLOTS, collected=BALLOTS, valid=BALLOTS)
    race(lambda s: fieldwork.record_line(s, plan, unit, line, once="line", by=own, now=now), reopens=1, now=now)
    numbers = [BallotRange("0001", f"{BALLOTS:04d}")]
    race(lambda s: fieldwork.register_ballots(s, plan, unit, numbers, [], by=own, now=now), reopens=1, now=now)
    made.papers[unit] = {f"{n:04d}": paper(form, unit, n) for n in range(1, BALLOTS + 1)}
    made.collect(other, DAYS, valid=BALLOTS)
    made.finish(2, now=now)

    now = moment(2021, 7, 8, 9)
    race(lambda s: recheck.draw_unit(s, plan, unit, by=made.checker, now=now), reopens=2, unit=unit, now=now)
    with Session(engine) as session:
        item, _last = session.scalars(select(RecheckItem.id).order_by(RecheckItem.id)).all()

    def settle(session: Session) -> object:
        return recheck.settle_item(session, item, RecheckOutcome.MATCH, by=made.checker, now=now)

    race(settle, reopens=2, unit=unit, now=now)
    made.settle(unit, now=now)

    def sign(session: Session) -> object:
        return recheck.sign_verdict(session, plan, unit, RecheckDecision.PASS, by=made.ha, now=now)

    race(sign, reopens=2, unit=unit, now=now)
    made.pass_recheck(other, now=now)
    made.finish(3, now=now)

    now = moment(2021, 10, 4, 9)
    typed = data_entry.Typed("0001", made.papers[unit]["0001"], questionnaire=key_of(form), once="one")
    race(lambda s: data_entry.keep_entry(s, plan, unit, typed, by=clerk, now=now, shelf=SHELF), reopens=3, unit=unit, now=now)
    sent, asked, rows, faults = made.read_file([other], "phieu.csv")

    def take_in(session: Session) -> object:
        return data_entry.import_entries(session, plan, sent, asked, rows, deepcopy(faults), by=clerk, now=now, shelf=SHELF)

    race(take_in, reopens=3, unit=other, now=now)
    del made.papers[unit]["0001"]
    made.key(unit, by=clerk, now=now)
    made.papers[unit]["0001"] = dict(typed.answers)
    made.second_entries(wrong=1, now=now)
    made.finish(4, now=now)

    now, common = moment(2021, 11, 1, 9), {"sources": survey.SOURCES, "makers": survey.MAKERS, "by": made.ha}
    race(lambda s: publishing.draft_result(s, plan, exceptions={}, reason="", now=now, **common), reopens=4, now=now)
    with Session(engine) as session:
        version = session.scalars(select(Publication.id)).one()
    race(lambda s: publishing.approve(s, version, PAPER, now=now, **common), reopens=4, now=now)
    made.finish(5, now=now)
    race(lambda s: publishing.publish(s, version, now=now, **common), reopens=5, now=now, refused="reopen_published")


def test_two_who_recheck_one_ballot_at_once_leave_one_outcome(engine: Engine, make_app: MakeApp) -> None:
    """The second waits, and reads what the first wrote."""
    app = make_app(DATABASE_URL=engine.url.render_as_string(hide_password=False))
    made = Campaign(app, DRAFT, UNITS[:1], start=moment(2021, 6, 1))
    now, (unit,) = moment(2021, 7, 8, 9), made.units
    made.finish(1, now=moment(2021, 6, 18))
    with made.step() as session:
        openings.open_what_may_open(session, made.plan_id, now=moment(2021, 7, 2, 0, 5))
    made.collect(unit, (date(2021, 7, 5),), valid=BALLOTS)
    made.finish(2, now=now)
    made.draw(unit, now=now)
    with Session(engine) as session:
        item = session.scalars(select(RecheckItem.id)).first() or 0
    said: list[str] = []

    def second() -> None:
        with Session(engine) as own:
            try:
                recheck.settle_item(own, item, RecheckOutcome.REFUSED, by=made.ha, now=now)
                own.commit()
                said.append("kept")
            except Refused as refused:
                said.append(refused.key)

    with Session(engine) as session:
        recheck.settle_item(session, item, RecheckOutcome.MATCH, by=made.checker, now=now)
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.3)
        assert said == []
        session.commit()
    thread.join(20)
    assert said == ["item_settled"]
    with Session(engine) as session:
        assert session.get_one(RecheckItem, item).outcome is RecheckOutcome.MATCH
