"""The four other sample plans, each by its own way from its template to a published result."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

import pytest

from tests.builders import moment
from tests.campaigns.driver import Campaign, index_of, two_places
from tests.conftest import MakeApp
from tracker.db import db
from tracker.models import Publication
from tracker.rules.schedule import PlanInput
from tracker.rules.states import RecheckDecision, TaskStatus
from tracker.rules.templates import Anchor, PlanTemplate
from tracker.rules.templates.instance import instantiate
from tracker.rules.unit_rows import ContactRow, UnitRow
from tracker.services import fieldwork
from tracker.services.publishing import Approval
from tracker.template_seeds import seed_templates

pytestmark = pytest.mark.slow

OPEN, SHUT, DONE = {TaskStatus.IN_PROGRESS}, {TaskStatus.NOT_OPEN}, {TaskStatus.DONE}


def template(key: str) -> PlanTemplate:
    return next(found for found in seed_templates() if found.key == key)


def draft(key: str, year: int) -> PlanInput:
    return instantiate(template(key), Anchor(year)).plan


def rows(group: str, *names: str) -> list[UnitRow]:
    return [
        UnitRow(n, name, group, (ContactRow(f"Đầu Mối {name}", f"dm{n}.{len(name)}@example.vn"),))
        for n, name in enumerate(names, start=2)
    ]


def approved(day: date) -> Approval:
    return Approval("Quyết định", "77/QĐ-UBND", day, "Ủy ban nhân dân", "Nguyễn Văn Hòa")


def published_figures(made: Campaign, units: Sequence[int]) -> None:
    """What was published is what the papers say, unit by unit and whole."""
    with made.app.app_context():
        table = db.session.query(Publication.data).scalar()
    shown = {row["name"]: row for block in table["blocks"] for row in block["units"]}
    own = []
    for unit in units:
        codes = [q.code for q in made.form_of(unit).questions if q.in_index]
        own.append(index_of(list(made.papers[unit].values()), codes))
        row = shown[made.names[unit]]
        assert (row["index"]["value"], row["valid"]) == (str(two_places(own[-1])), len(made.papers[unit]))
    assert table["whole"]["value"] == str(two_places(sum(own, Fraction(0)) / len(own)))
    assert table["ballots"] == sum(len(papers) for papers in made.papers.values())


def test_ca_mau_services_times_units_and_communes_that_join_later(make_app: MakeApp) -> None:
    districts = rows("cấp huyện", "UBND huyện Năm Căn", "UBND huyện U Minh")
    communes = rows("cấp xã", "UBND xã Hàng Vịnh", "UBND xã Tam Giang", "UBND xã Khánh An")
    app = make_app()
    made = Campaign(app, draft("ca-mau", 2014), [*districts, *communes], start=moment(2015, 3, 5), group="cấp huyện")
    assert sorted(made.quota.values()) == [210, 210]  # three services of seventy
    for position, day in ((1, (2015, 3, 25)), (2, (2015, 4, 10)), (3, (2015, 4, 20)), (4, (2015, 4, 27))):
        made.finish(position, now=moment(*day))
    joined = made.join([row.name for row in communes], now=moment(2015, 4, 28))
    assert [made.quota[unit] for unit in joined] == [240, 240, 240]
    made.finish(5, now=moment(2015, 5, 4))
    assert made.statuses(6) == OPEN
    for unit in made.units:
        made.collect(unit, (date(2015, 5, 11), date(2015, 5, 22)), valid=made.quota[unit])
    made.finish(6, now=moment(2015, 5, 27))
    for unit in made.units:
        made.pass_recheck(unit, now=moment(2015, 5, 28))
    assert made.import_file(made.units, "phieu.csv", by=made.clerks[0], now=moment(2015, 6, 3)) == 2 * 210 + 3 * 240
    made.second_entries(wrong=1, now=moment(2015, 6, 5))
    made.finish(7, now=moment(2015, 6, 26))
    made.finish(8, now=moment(2015, 7, 24))
    made.publish(approved(date(2015, 9, 3)), now=moment(2015, 9, 3))
    made.finish(9, now=moment(2015, 9, 4))
    published_figures(made, made.units)


def test_ha_dong_boxes_without_a_quota_and_papers_compared(make_app: MakeApp) -> None:
    wards = rows("Phường", "UBND phường Mộ Lao", "UBND phường Văn Quán", "UBND phường Yết Kiêu")
    app = make_app()
    made = Campaign(app, draft("ha-dong", 2020), wards, start=moment(2020, 9, 1))
    assert set(made.quota.values()) == {0}  # a box takes what comes
    made.finish(1, now=moment(2020, 9, 3))
    made.finish(7, now=moment(2020, 9, 3))
    made.finish(4, now=moment(2020, 9, 4))
    for position in (11, 12):
        made.finish(position, now=moment(2020, 9, 7))
    assert made.statuses(13) == OPEN
    for place, unit in enumerate(made.units):  # each opening of the box is a line of the ledger
        made.collect(unit, (date(2020, 9, 14), date(2020, 9, 21), date(2020, 9, 28)), valid=40 + 10 * place, discarded=place)
    for position in (13, 14):
        made.finish(position, now=moment(2020, 10, 1))
    for position in (8, 9):
        made.finish(position, now=moment(2020, 10, 1))
    for unit in made.units:
        made.pass_recheck(unit, now=moment(2020, 10, 2))
        made.key(unit, by=made.clerks[0], now=moment(2020, 10, 5))
    made.second_entries(wrong=0, now=moment(2020, 10, 6))
    assert made.statuses(6) == OPEN
    made.finish(6, now=moment(2020, 10, 8))
    made.publish(approved(date(2020, 10, 9)), now=moment(2020, 10, 9))
    made.finish(5, now=moment(2020, 10, 12))
    published_figures(made, made.units)


def test_quang_thanh_bands_by_files_and_ballots_that_officials_answered(make_app: MakeApp) -> None:
    app = make_app()
    made = Campaign(app, draft("quang-thanh", 2024), rows("Xã", "UBND xã Quảng Thành"), start=moment(2024, 3, 28))
    (unit,) = made.units
    with made.step() as session:
        fieldwork.set_basis(session, made.plan_id, {unit: {"files": 640}}, by=made.ha, now=moment(2024, 3, 28))
    with made.step() as session:
        made.look(session)
    assert made.quota[unit] == 100  # 100 up to 1,000 files
    made.finish(1, now=moment(2024, 3, 29))
    assert made.statuses(2) == OPEN
    made.collect(unit, (date(2024, 4, 15), date(2024, 6, 14), date(2024, 9, 16)), valid=100, discarded=7)
    made.finish(2, now=moment(2024, 9, 30))
    made.pass_recheck(unit, now=moment(2024, 10, 1))
    assert made.import_file([unit], "hue-s.csv", by=made.clerks[0], now=moment(2024, 10, 2)) == 100
    made.second_entries(wrong=0, now=moment(2024, 10, 3))
    made.publish(approved(date(2024, 10, 7)), now=moment(2024, 10, 7))
    with made.app.app_context():
        table = db.session.query(Publication.data).scalar()
    assert table["fieldwork"]["reasons"] == {"answered_by_official": 7}
    published_figures(made, made.units)


def test_van_thang_one_office_does_all(make_app: MakeApp) -> None:
    app = make_app()
    made = Campaign(app, draft("van-thang", 2023), rows("Xã", "UBND xã Vạn Thắng"), start=moment(2023, 8, 21))
    (unit,) = made.units
    made.finish(1, now=moment(2023, 8, 28))
    midnight(made, 2023, 9, 1)
    assert made.statuses(2) == OPEN
    made.collect(unit, (date(2023, 9, 5), date(2023, 9, 26)), valid=60)
    made.finish(2, now=moment(2023, 9, 29))
    made.draw(unit, now=moment(2023, 10, 2))
    made.settle(unit, now=moment(2023, 10, 2))
    made.sign(unit, RecheckDecision.PASS, now=moment(2023, 10, 2))
    made.key(unit, by=made.clerks[0], now=moment(2023, 10, 3))
    made.second_entries(wrong=0, now=moment(2023, 10, 3))
    made.finish(3, now=moment(2023, 10, 5))
    made.publish(approved(date(2023, 10, 9)), now=moment(2023, 10, 9))
    made.finish(4, now=moment(2023, 10, 12))
    assert [made.statuses(n) for n in (1, 2, 3, 4)] == [DONE] * 4
    published_figures(made, made.units)


def midnight(made: Campaign, *day: int) -> None:
    from jobs.openings import open_stages

    now = moment(*day, 0, 5)
    with made.app.app_context():
        open_stages(now.date(), now)
