"""Cam Ranh whole: 1,650 numbered ballots, a draw of a tenth, two units surveyed again, every ballot keyed, a published result.

The figures are worked out a second time from the papers, with fractions and nothing of the program.
"""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.builders import moment
from tests.campaigns.driver import Campaign, ballot_gates, index_of, two_places
from tests.conftest import MakeApp
from tracker import documents
from tracker.db import db
from tracker.models import Ballot, Entry, EntryDifference, Publication, RecheckDraw
from tracker.rules.drafts import parse
from tracker.rules.schedule import plan_input_from
from tracker.rules.states import BallotStatus, TaskStatus
from tracker.services import journal, organisation
from tracker.services.publishing import Approval

pytestmark = pytest.mark.slow

SEEDS = Path(__file__).parents[2] / "seeds"
PAPER = Approval("Thông báo", "49/TB-UBND", date(2021, 11, 17), "UBND thành phố Cam Ranh", "Ngô Hữu Hiền")
DAYS = (date(2021, 7, 5), date(2021, 7, 20), date(2021, 8, 10), date(2021, 9, 6))
DONE, SHUT = {TaskStatus.DONE}, {TaskStatus.NOT_OPEN}


def test_cam_ranh_from_the_signed_plan_to_the_published_result(make_app: MakeApp) -> None:
    app = make_app(flask={"WTF_CSRF_ENABLED": False})
    parsed = parse(documents.read_text((SEEDS / "plans" / "cam-ranh-2021.txt").read_text(encoding="utf-8")))
    rows = organisation.read_units_csv((SEEDS / "units" / "cam-ranh.csv").read_bytes())
    made = Campaign(app, plan_input_from(parsed), rows, start=moment(2021, 6, 1))
    assert (len(made.units), sum(made.quota.values())) == (30, 1650)
    made.gates(ballot_gates(entry=5, analysis=6, publication=8), now=moment(2021, 6, 2))

    made.finish(1, now=moment(2021, 6, 18))
    made.finish(2, now=moment(2021, 6, 30))
    assert made.statuses(3) == SHUT  # nobody is surveyed before the survey
    open_stages(made, 2021, 7, 2)
    assert made.statuses(3) == {TaskStatus.IN_PROGRESS}

    for place, unit in enumerate(made.units):  # three units brought ballots that officials had answered
        made.collect(unit, DAYS, valid=made.quota[unit], discarded=2 if place < 3 else 0)
    made.finish(3, now=moment(2021, 9, 14))
    assert made.statuses(3) == DONE

    again = made.units[:2]
    drawn = sum(made.fail_recheck(unit, due_on=date(2021, 9, 28), now=moment(2021, 9, 17)) for unit in again)
    drawn += sum(made.pass_recheck(unit, now=moment(2021, 9, 17)) for unit in made.units[2:])
    assert drawn == 165  # six of sixty, five of fifty: a tenth of each unit, rounded up
    for unit in again:
        made.collect(unit, (date(2021, 9, 22), date(2021, 9, 24)), valid=made.quota[unit], first=101)
    made.finish(3, now=moment(2021, 9, 27))
    assert made.statuses(5) == SHUT
    for unit in again:
        made.pass_recheck(unit, now=moment(2021, 9, 28))
    made.finish(4, now=moment(2021, 9, 30))
    assert (made.statuses(4), made.statuses(5)) == (DONE, {TaskStatus.IN_PROGRESS})

    communes = [unit for unit in made.units if made.quota[unit] == 60]
    stations = [unit for unit in made.units if made.quota[unit] == 50]
    assert made.import_file(communes[2:], "xa-phuong.csv", by=made.clerks[0], now=moment(2021, 10, 4)) == 13 * 60
    assert made.import_file(stations[1:], "tram-y-te.csv", by=made.clerks[0], now=moment(2021, 10, 4)) == 14 * 50
    for unit in (*communes[:2], stations[0]):
        made.key(unit, by=made.clerks[0], now=moment(2021, 10, 5))
    assert made.statuses(6) == SHUT
    second, differences = made.second_entries(wrong=3, now=moment(2021, 10, 7))
    assert second >= 155  # a tenth of what the clerk keyed, beside the trial ballots
    made.finish(5, now=moment(2021, 10, 12))
    assert (made.statuses(5), made.statuses(6)) == (DONE, {TaskStatus.IN_PROGRESS})

    with app.app_context():
        count = select(func.count())
        valid = count.select_from(Ballot).where(Ballot.status == BallotStatus.VALID)
        assert db.session.scalar(valid) == 1650
        assert db.session.scalar(count.select_from(Entry).where(Entry.turn == 1)) == 1650
        assert db.session.scalar(count.select_from(Entry).where(Entry.turn == 2)) == second
        assert db.session.scalar(count.select_from(EntryDifference)) == differences == 3
        assert db.session.scalar(count.select_from(RecheckDraw)) == 30 + 2 + 2  # and a second draw, and one of the new ballots

    made.finish(6, now=moment(2021, 10, 28))
    made.finish(7, now=moment(2021, 11, 12))
    assert made.statuses(8) == SHUT  # nothing is made public before it is approved
    slug = made.publish(PAPER, now=moment(2021, 11, 17))
    assert made.statuses(8) == {TaskStatus.IN_PROGRESS}
    made.finish(8, now=moment(2021, 11, 29))

    the_figures_are_those_of_the_papers(made)
    what_is_public_holds(made, slug)
    with app.app_context():
        assert journal.verify(db.session()).whole
    runner = app.test_cli_runner()
    checked = runner.invoke(args=["recheck", "verify", str(made.plan_id)])
    assert checked.exit_code == 0, checked.output


def open_stages(made: Campaign, *day: int) -> None:
    """What the timetable does at midnight."""
    from jobs.openings import open_stages as midnight

    now = moment(*day, 0, 5)
    with made.app.app_context():
        midnight(now.date(), now)


def the_figures_are_those_of_the_papers(made: Campaign) -> None:
    with made.app.app_context():
        table = db.session.scalars(select(Publication.data)).one()
    shown = {row["name"]: row for block in table["blocks"] for row in block["units"]}
    own: dict[int, Fraction] = {}
    for unit in made.units:
        codes = [q.code for q in made.form_of(unit).questions if q.in_index]
        own[unit] = index_of(list(made.papers[unit].values()), codes)
        row = shown[made.names[unit]]
        assert (row["index"]["value"], row["valid"]) == (str(two_places(own[unit])), made.quota[unit])
    whole = sum(own.values(), Fraction(0)) / len(own)
    assert (table["whole"]["value"], table["ballots"]) == (str(two_places(whole)), 1650)
    for block in table["blocks"]:
        ranks = {row["name"]: row["rank"] for row in block["units"]}
        inside = [unit for unit in made.units if made.names[unit] in ranks]
        for unit in inside:
            better = sum(two_places(own[other]) > two_places(own[unit]) for other in inside)
            assert ranks[made.names[unit]] == better + 1
    assert (table["recheck"]["drawn"], table["recheck"]["resurveyed_units"]) == (165 + 2 * 6 + 2 * 6, 2)


def what_is_public_holds(made: Campaign, slug: str) -> None:
    client = made.app.test_client()
    page = client.get(f"/ket-qua/{slug}")
    assert (page.status_code, "49/TB-UBND" in page.text, "1.650" in page.text) == (200, True, True)
    files = {name: client.get(f"/ket-qua/{slug}/{name}") for name in ("du-lieu.csv", "so-lieu.json", "bao-cao.docx")}
    assert {answer.status_code for answer in files.values()} == {200}
    assert len(files["du-lieu.csv"].data.decode("utf-8-sig").splitlines()) == 1651
    data = Path(made.app.config["INSTANCE_DIR"]) / "so-lieu.json"
    data.write_bytes(files["so-lieu.json"].data)
    assert json.loads(data.read_bytes())["ballots"] == 1650
    verified = made.app.test_cli_runner().invoke(args=["publications", "verify", str(data)])
    assert verified.exit_code == 0, verified.output
