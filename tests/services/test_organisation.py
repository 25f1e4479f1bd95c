"""Taking in a list of units, twice and with changes."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from tracker.clock import ZONE
from tracker.errors import UnreadableRows
from tracker.models import Contact, JournalEntry, Office, Unit, UnitGroup
from tracker.rules.access import SYSTEM
from tracker.services.organisation import import_units, in_charge, read_units_csv

SEEDS = Path(__file__).parents[2] / "seeds" / "units"
NOW = datetime(2021, 6, 1, 9, 0, tzinfo=ZONE)
TODAY = NOW.date()
HEAD = "đơn vị;khối;đầu mối;thư điện tử;đầu mối 2;thư điện tử 2;lãnh đạo;chức vụ;thư lãnh đạo\n"


@pytest.fixture(autouse=True)
def office(session: Session) -> None:
    session.add(Office(id=1, name="Phòng Nội vụ"))
    session.flush()


def take_in(session: Session, text: str) -> str:
    return str(import_units(session, 1, read_units_csv((HEAD + text).encode()), by=SYSTEM, now=NOW))


def contacts(session: Session, day: date = TODAY) -> list[tuple[int, str, str]]:
    found = session.scalars(select(Contact).order_by(Contact.rank)).all()
    return [(c.rank, c.name, c.email) for c in found if in_charge(c, day)]


def test_seed_of_cam_ranh_is_thirty_units_in_two_groups(session: Session) -> None:
    rows = read_units_csv((SEEDS / "cam-ranh.csv").read_bytes())
    counts = import_units(session, 1, rows, by=SYSTEM, now=NOW)
    assert (counts.units_new, counts.groups_new, counts.contacts_new) == (30, 2, 59)
    groups = session.scalars(select(UnitGroup).order_by(UnitGroup.position)).all()
    assert [g.name for g in groups] == ["UBND xã, phường", "Trạm Y tế"]
    units = session.scalars(select(Unit).options(selectinload(Unit.contacts))).all()
    assert [sum(u.group_id == g.id for u in units) for g in groups] == [15, 15]
    assert [u.name for u in units if len(u.contacts) == 1] == ["UBND xã Cam Thịnh Đông"]
    assert [u.name for u in units if not u.head_email] == ["Trạm Y tế xã Cam Lập"]
    assert all(c.email.endswith("@example.vn") for u in units for c in u.contacts)
    assert len({c.email for u in units for c in u.contacts}) == 59
    assert len({c.link_nonce for u in units for c in u.contacts}) == 59


def test_seed_of_van_thang_is_one_unit(session: Session) -> None:
    rows = read_units_csv((SEEDS / "van-thang.csv").read_bytes())
    assert [(r.name, r.contacts[0].name) for r in rows] == [("UBND xã Vạn Thắng", "Công chức Văn phòng - Thống kê")]


def test_same_list_twice_changes_nothing(session: Session) -> None:
    rows = read_units_csv((SEEDS / "cam-ranh.csv").read_bytes())
    import_units(session, 1, rows, by=SYSTEM, now=NOW)
    again = import_units(session, 1, rows, by=SYSTEM, now=NOW)
    assert str(again) == "30\u00a0đơn vị giữ nguyên"
    assert len(session.scalars(select(JournalEntry)).all()) == 1


def test_unit_is_found_again_by_its_name(session: Session) -> None:
    take_in(session, "Xã Hòa An;Xã;Lê An;an@example.vn;;;;;\n")
    take_in(session, "xã  Hoà An;Xã;Lê An;an@example.vn;;;Võ Bình;Chủ tịch;binh@example.vn\n")
    take_in(session, "xa hoa an;Xã;Lê An;an@example.vn;;;;;\n")
    (unit,) = session.scalars(select(Unit)).all()
    assert (unit.name, unit.search_key, unit.head_name) == ("Xã Hòa An", "xa hoa an", "Võ Bình")


def test_units_that_differ_by_an_accent_stay_two(session: Session) -> None:
    take_in(session, "Xã Thạnh Lộc;Xã;Lê An;an@example.vn;;;;;\n")
    take_in(session, "Xã Thanh Lộc;Xã;Lê An;an@example.vn;;;;;\n")
    assert len(session.scalars(select(Unit)).all()) == 2


def test_new_person_takes_the_rank_of_the_one_before(session: Session) -> None:
    take_in(session, "Xã A;Xã;Lê An;an@example.vn;Bùi Ba;ba@example.vn;;;\n")
    assert take_in(session, "Xã A;Xã;Cao Chi;chi@example.vn;;;;;\n") == (
        "1\u00a0đơn vị có thay đổi, 1\u00a0đầu mối mới, 1\u00a0đầu mối thôi phụ trách"
    )
    assert contacts(session) == [(1, "Cao Chi", "chi@example.vn"), (2, "Bùi Ba", "ba@example.vn")]
    assert (1, "Lê An", "an@example.vn") in contacts(session, date(2021, 5, 31))


def test_second_person_moves_up_and_comes_back(session: Session) -> None:
    take_in(session, "Xã A;Xã;Lê An;an@example.vn;Bùi Ba;ba@example.vn;;;\n")
    take_in(session, "Xã A;Xã;Bùi Ba;BA@example.vn;;;;;\n")
    assert contacts(session) == [(1, "Bùi Ba", "ba@example.vn")]
    take_in(session, "Xã A;Xã;Lê An;an@example.vn;Bùi Ba;ba@example.vn;;;\n")
    assert contacts(session) == [(1, "Lê An", "an@example.vn"), (2, "Bùi Ba", "ba@example.vn")]


def test_empty_cells_leave_what_is_known(session: Session) -> None:
    take_in(session, "Xã A;Xã;Lê An;an@example.vn;;;Võ Bình;Chủ tịch;binh@example.vn\n")
    assert take_in(session, "Xã A;Xã;;;;;;;\n") == "1\u00a0đơn vị giữ nguyên"


def test_wrong_file_writes_nothing(session: Session) -> None:
    with pytest.raises(UnreadableRows):
        take_in(session, "Xã A;Xã;Lê An;an@example.vn;;;;;\nXã B;Xã;Lê An;an;;;;;\n")
    assert session.scalars(select(Unit)).all() == []
