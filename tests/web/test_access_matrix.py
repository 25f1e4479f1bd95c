"""Every route × everyone who might try it. Drawn from the map of addresses: a new route stands in here by itself.

What is expected follows from the mark of the view and from whose ids stand in the address: a stranger is asked to sign
in, a role that the mark leaves out reads whom to ask, and another office's or unit's work does not exist.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select
from werkzeug.routing import Rule

from tests.applications import applications
from tests.test_every_route import address, put_up_a_box, rules
from tests.web.conftest import NOW, PASSWORD, Browser, World, build_world
from tests.web.pages import Page
from tracker import passwords
from tracker.db import db, transaction
from tracker.models import Contact, Unit, UnitGroup, User
from tracker.rules.states import Role
from tracker.web import guards
from tracker.web.guards import Access
from tracker.web.tokens import as_head, personal_token

#: Parts of an address that belong to no office: the method, the calendar, the shipped forms and templates.
NOBODYS = {
    "key",
    "form_key",
    "questionnaire",
    "form",
    "day",
    "name",
    "act",
    "kind",
    "point",
    "row",
    "position",
    "token",
    "head_token",
    "slug",
    "chapter",
    "picture",
}
#: What each user may change of his own settings, whatever his role.
OWN = ("/account", "/sign-out", "/look", "/filters")
PLAN = Path(__file__).parent.parent.parent / "seeds/plans/van-thang-2023.txt"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """An office with a running plan and a draft, one user of every role (named after it), and Mai of another office."""
    with (
        time_machine.travel(NOW, tick=False),
        applications(tmp_path_factory.mktemp("matrix")) as make_app,
    ):
        made = build_world(make_app(flask={"WTF_CSRF_ENABLED": False}))
        with made.app.app_context(), transaction() as session:
            for role in Role:
                session.add(
                    User(
                        office_id=made.people.office_id,
                        username=role.value,
                        name=f"Người {role.value}",
                        role=role,
                        email=f"{role.value}@example.vn",
                        password_hash=passwords.hash_password(PASSWORD),
                    )
                )
            mai = session.scalars(select(User).where(User.username == "mai")).one()
            group = UnitGroup(office_id=mai.office_id, name="Trạm Y tế", position=1)
            session.add(group)
            session.flush()
            elsewhere = Contact(name="Đầu Mối Xa", email="xa@example.vn", link_nonce="far")
            session.add(
                Unit(office_id=mai.office_id, group_id=group.id, name="Trạm Xa", search_key="tram xa", contacts=[elsewhere])
            )
        assert made.browser().post("/intake", text=PLAN.read_text()).location == "/intake/1"
        put_up_a_box(made)
        yield made


def tries(world: World, kind: str) -> list[tuple[Rule, str, str, Access]]:
    """(rule, method, address, mark) of every route whose mark is of this kind, once for GET and once for POST."""
    found = []
    for rule in rules(world):
        access = guards.access_of(world.app.view_functions[rule.endpoint])
        assert access is not None, rule.rule
        if access.kind == kind:
            found += [
                (rule, method, address(world, rule), access) for method in ("GET", "POST") if method in (rule.methods or ())
            ]
    return found


def sent(browser: Browser, method: str, where: str) -> Page:
    return browser.get(where) if method == "GET" else browser.post(where)


def link_of(world: World, unit: str) -> str:
    """The token of the personal link of a unit's contact."""
    with world.app.app_context():
        contact = db.session.scalars(select(Contact).join(Unit).where(Unit.name == unit)).one()
        return personal_token(str(world.app.secret_key), contact.id, contact.link_nonce)


def everything(world: World) -> dict[str, list[str]]:
    """Every row of every table, but for what a look at a page may leave behind."""
    tables = [t for t in db.metadata.sorted_tables if t.name not in ("sign_in_attempt", "feed_token")]
    with world.app.app_context(), db.engine.connect() as connection:
        return {t.name: sorted(str(tuple(row)) for row in connection.execute(t.select())) for t in tables}


def test_a_stranger_is_asked_to_sign_in_and_nothing_happens(world: World) -> None:
    stranger, before = world.browser(None), everything(world)
    wrong = []
    for _rule, method, where, _access in tries(world, "signed_in"):
        page = sent(stranger, method, where)
        asked = page.location.startswith("/sign-in?next=") if method == "GET" else page.status == 401
        if not asked:
            wrong.append((method, where, page.status))
    assert wrong == []
    assert everything(world) == before


@pytest.mark.parametrize("role", list(Role))
def test_a_role_opens_what_its_mark_allows_and_reads_a_refusal_elsewhere(world: World, role: Role) -> None:
    browser = world.browser(role.value)
    wrong = []
    for _rule, method, where, access in tries(world, "signed_in"):
        allowed = not access.roles or role in access.roles
        if allowed and method == "POST":
            continue  # the service decides; its tests say how
        page = sent(browser, method, where)
        fits = page.status < 500 and not page.location.startswith("/sign-in") if allowed else page.status == 403
        if not fits:
            wrong.append((method, where, page.status))
    assert wrong == []


def test_an_observer_changes_nothing_but_his_own_settings(world: World) -> None:
    browser, wrong = world.browser(Role.OBSERVER.value), []
    for _rule, method, where, _access in tries(world, "signed_in"):
        if method == "POST" and not where.startswith(OWN):
            before = everything(world)
            page = sent(browser, method, where)
            if page.status >= 500 or everything(world) != before:
                wrong.append((where, page.status))
    assert wrong == []


def test_the_work_of_another_office_does_not_exist(world: World) -> None:
    """Mai may do in her office all that Hà may in hers; with Hà's ids she finds nothing."""
    mai, before, wrong, seen = world.browser("mai"), everything(world), [], 0
    ha = world.browser()
    for rule, method, where, _access in tries(world, "signed_in"):
        if not rule.arguments - NOBODYS:
            continue
        page = sent(mai, method, where)
        if page.status not in (403, 404):
            wrong.append((method, where, page.status))
        seen += method == "GET" and ha.get(where).status == 200
    assert wrong == []
    assert everything(world) == before
    assert seen > 40, "most of these addresses are there for whom they belong to"


def test_no_page_without_ids_names_the_work_of_another_office(world: World) -> None:
    mai = world.browser("mai")
    for rule, method, where, _access in tries(world, "signed_in"):
        if method == "GET" and not rule.arguments:
            source = mai.get(where).source
            for name in ("Khảo sát 2021", "UBND xã Số 0001", "Đầu Mối 1", "Trần Thu Hà", "Người observer"):
                assert name not in source, f"{where}: {name}"


@pytest.mark.parametrize("whose", ["another unit", "another office"])
def test_a_link_of_somebody_else_reaches_no_work_of_this_unit(world: World, whose: str) -> None:
    """The ids of unit 1 under another link; those under its own are there. A plan is shared by the units of one office."""
    own = link_of(world, world.people.units[0].name)
    other = link_of(world, world.people.units[1].name if whose == "another unit" else "Trạm Xa")
    shared = NOBODYS | {"plan_id"} if whose == "another unit" else NOBODYS
    browser, before, wrong, seen = world.browser(None), everything(world), [], 0
    assert browser.get(f"/v/{other}").status == 200
    for rule, method, where, _access in tries(world, "personal"):
        if not rule.arguments - shared:
            continue
        page = sent(browser, method, where.replace(own, other))
        if page.status not in (403, 404):
            wrong.append((method, where.replace(own, "OTHER"), page.status))
        seen += method == "GET" and browser.get(where).status == 200
    assert wrong == []
    assert everything(world) == before
    assert seen >= 1


def test_the_link_of_a_head_opens_the_work_of_his_unit_alone_and_no_page_of_a_contact(world: World) -> None:
    """Under the link of another unit's head the ids of unit 1 do not open; the link opens no page of a contact or user."""
    key, (first, second, *_) = str(world.app.secret_key), world.people.units
    own, other = (personal_token(key, *as_head(u.id, u.head_email, "")) for u in (first, second))
    browser, before, wrong = world.browser(None), everything(world), []
    assert browser.get(f"/h/{own}").status == browser.get(f"/h/{other}").status == 200
    for rule, method, where, _access in tries(world, "head"):
        page = sent(browser, method, where.replace(own, other))
        if "task_id" in rule.arguments and page.status != 403:
            wrong.append((method, where, page.status))
        if sent(browser, method, where.replace(own, link_of(world, first.name))).status != 404:
            wrong.append((method, where, "a contact's link"))
        if sent(world.browser(), method, where.replace(own, own[:-2] + "xx")).status != 404:
            wrong.append((method, where, "no link"))
    for _rule, method, where, _access in tries(world, "personal"):
        if sent(browser, method, where.replace(link_of(world, first.name), own)).status != 404:
            wrong.append((method, where, "a head's link"))
    assert wrong == []
    assert browser.get("/plans").location.startswith("/sign-in")
    assert everything(world) == before
    with world.app.app_context(), transaction() as session:
        session.get_one(Unit, second.id).head_email = "new@example.vn"
    assert browser.get(f"/h/{other}").status == 410
    with world.app.app_context(), transaction() as session:
        session.get_one(Unit, second.id).head_email = second.head_email


def test_a_link_opens_no_page_of_the_office_and_a_user_no_page_of_a_link(world: World) -> None:
    browser, own = world.browser(None), link_of(world, world.people.units[0].name)
    assert browser.get(f"/v/{own}").status == 200
    assert browser.get("/plans").location.startswith("/sign-in")  # opening a link signs nobody in
    ha = world.browser()
    for _rule, method, where, _access in tries(world, "personal"):
        page = sent(ha, method, where.replace(own, own[:-1] + ("A" if own[-1] != "A" else "B")))
        assert page.status == 404, where
