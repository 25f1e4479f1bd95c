"""The whole application in a few tests: every route marked, every POST refuses GET, every template compiles, and every
page is one h1 in Vietnamese without inline code or a host of others."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
import time_machine
from jinja2 import TemplateSyntaxError
from lxml import html
from sqlalchemy import select
from werkzeug.routing import Rule

from tests.applications import applications
from tests.web.conftest import NOW, Browser, World, build_world
from tracker.db import db
from tracker.models import OutboxMessage
from tracker.web import guards
from tracker.web.security import STATIC_ENDPOINTS
from tracker.web.tokens import as_head, personal_token

Walked = list[tuple[str, str, html.HtmlElement, str]]
ROOT = Path(__file__).parent.parent
READS = {"GET", "HEAD", "OPTIONS"}
#: Attributes that run code or colour inline.
INLINE = re.compile(r"^(style|on[a-z]+)$")
#: Elements whose address may lead elsewhere only by a person's click.
FETCHED = ("link", "script", "img", "iframe", "form", "use", "source", "object", "embed")


def rules(world: World) -> list[Rule]:
    return [r for r in world.app.url_map.iter_rules() if r.endpoint not in STATIC_ENDPOINTS]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """An office with a running plan and a draft that is being read through; nothing here changes it."""
    text = (ROOT / "seeds/plans/van-thang-2023.txt").read_text()
    with (
        time_machine.travel(NOW, tick=False),
        applications(tmp_path_factory.mktemp("routes")) as make_app,
    ):
        made = build_world(make_app(flask={"WTF_CSRF_ENABLED": False}))
        assert made.browser().post("/intake", text=text).location == "/intake/1"
        put_up_a_box(made)
        yield made


def put_up_a_box(world: World) -> None:
    """A ballot box of the first unit, opened once."""
    ha, unit = world.browser(), world.people.units[0]
    box = {"unit": unit.id, "code": "1", "place": "Một cửa", "seal_number": "1", "sealed_on": "05/7/2021"}
    where = ha.post(f"/plans/{world.plan_id}/boxes", **box).location
    broken = {"once": "a", "opened_on": "05/7/2021", "opened_time": "8:30", "condition": "seal", "description": "rách"}
    assert ha.post(f"{where}/openings", **broken).status == 302


@pytest.fixture(scope="module")
def walked(world: World) -> Walked:
    """(route, address, tree, source) of every page that the coordinator, a contact and a stranger can open."""
    strangers = {kind: world.browser(None) for kind in ("personal", "head", "public")}
    browsers: dict[str, Browser] = {"signed_in": world.browser(), **strangers}
    found = []
    for rule in rules(world):
        if not rule.methods or "GET" not in rule.methods:
            continue
        access = guards.access_of(world.app.view_functions[rule.endpoint])
        assert access is not None
        where = address(world, rule)
        page = browsers[access.kind].get(where)
        if page.tree is not None and page.status != 302:
            found.append((rule.rule, where, page.tree, page.source))
    return found


def examples(world: World) -> dict[str, tuple[object, ...]]:
    """Values for every part of an address, the first that fits is taken. A new part needs its line here."""
    unit = world.people.units[0]
    with world.app.app_context():
        letter = db.session.scalar(select(OutboxMessage.id).order_by(OutboxMessage.id).limit(1))
    key = str(world.app.secret_key)
    return {
        "head_token": (personal_token(key, *as_head(unit.id, unit.head_email, "")),),
        "plan_id": (world.plan_id,),
        "position": (2,),
        "task_id": (2,),
        "unit_id": (unit.id,),
        "contact_id": (unit.contact_id,),
        "letter_id": (letter,),
        "draft_id": (1,),
        "row": (1,),
        "point": ("doubt-1",),
        "act": ("pause",),
        "key": ("cam-ranh",),
        "form_key": ("commune@1",),
        "questionnaire": ("commune@1",),
        "form": ("csv",),
        "ballot_id": (1,),
        "entry_id": (1,),
        "day": ("2021-09-02",),
        "name": ("complete", "number", "chase", "bao-cao.docx", "bao-cao.xlsx"),
        "publication_id": (1,),
        "slug": ("khao-sat-2021-1",),
        "extension_id": (1,),
        "handover_id": (1,),
        "user_id": (world.people.leader_id,),
        "row_id": (1,),
        "file_id": (1,),
        "item_id": (1,),
        "group_id": (1,),
        "kind": ("resurvey",),
        "waiver_id": (1,),
        "feed_id": (1,),
        "box_id": (1,),
        "opening_id": (1,),
        "office_id": (world.people.office_id,),
        "chapter": ("dieu-phoi",),
        "picture": ("hom-nay.png",),
        "token": (personal_token(str(world.app.secret_key), unit.contact_id, "n1"),),
    }


def address(world: World, rule: Rule) -> str:
    known = examples(world)
    missing = rule.arguments - known.keys()
    assert not missing, f"{rule.rule}: tell tests/test_every_route.py an example of {missing}"
    names = sorted(rule.arguments)
    for values in product(*(known[name] for name in names)):
        with contextlib.suppress(ValueError):  # this example is not among those the address allows
            built = rule.build(dict(zip(names, values, strict=True)))
            if built is not None:
                return built[1]
    raise AssertionError(f"{rule.rule}: no example fits")


def test_every_view_is_marked(world: World) -> None:
    forgotten = {r.rule for r in rules(world) if guards.access_of(world.app.view_functions[r.endpoint]) is None}
    assert forgotten == set()


def test_what_is_open_to_everyone_is_a_short_list(world: World) -> None:
    public = {r.rule for r in rules(world) if guards.access_of(world.app.view_functions[r.endpoint]) == guards.Access("public")}
    assert public == {
        "/feeds/<token>.ics",
        "/feeds/<token>/tasks/<int:task_id>",
        "/forgotten",
        "/healthz",
        "/huong-dan",
        "/huong-dan/<chapter>",
        "/huong-dan/hinh/<picture>",
        "/ket-qua",
        "/ket-qua/<slug>",
        "/ket-qua/<slug>/<name>",
        "/look",
        "/phim-tat",
        "/metrics",
        "/readyz",
        "/reset/<token>",
        "/sign-in",
        "/sign-in/code",
        "/sign-in/sso",
        "/sign-in/sso/back",
        "/sign-out",
        "/tien-do/<int:plan_id>",
        "/v/send-link",
    }


def test_every_personal_page_names_its_token(world: World) -> None:
    for rule in rules(world):
        access = guards.access_of(world.app.view_functions[rule.endpoint])
        if access is not None and access.kind == "personal":
            assert "token" in rule.arguments, rule.rule


def test_nothing_opens_without_signing_in_that_is_not_public(world: World) -> None:
    stranger = world.browser(None)
    for rule in rules(world):
        access = guards.access_of(world.app.view_functions[rule.endpoint])
        if access is None or access.kind != "signed_in" or not rule.methods:
            continue
        where = address(world, rule)
        if "GET" in rule.methods:
            answer = stranger.get(where)
            assert answer.location.startswith("/sign-in?next="), where
        else:
            assert stranger.post(where).status == 401, where


def test_every_address_that_only_takes_a_post_refuses_a_get(world: World) -> None:
    browser = world.browser()
    readable = {address(world, r) for r in rules(world) if r.methods and "GET" in r.methods}
    writing = {address(world, r) for r in rules(world) if r.methods and "GET" not in r.methods}
    assert len(writing) > 8
    for where in writing - readable:
        assert browser.get(where).status in (404, 405), where


def test_every_post_needs_its_token(world: World) -> None:
    client = world.app.test_client()
    world.app.config["WTF_CSRF_ENABLED"] = True
    try:
        for rule in rules(world):
            access = guards.access_of(world.app.view_functions[rule.endpoint])
            if rule.methods and "POST" in rule.methods and access is not None and access.kind != "signed_in":
                assert client.post(address(world, rule)).status_code == 400, rule.rule
    finally:
        world.app.config["WTF_CSRF_ENABLED"] = False


def test_no_get_changes_anything(world: World) -> None:
    """What is in the database before a walk over every page is there after it, and nothing else."""
    tables = [t for t in db.metadata.sorted_tables if t.name not in ("sign_in_attempt", "feed_token")]

    def everything() -> dict[str, list[tuple[object, ...]]]:
        with world.app.app_context(), db.engine.connect() as connection:
            return {t.name: sorted(map(str, connection.execute(t.select()))) for t in tables}  # type: ignore[misc]

    browser = world.browser()
    before = everything()
    for rule in rules(world):
        if rule.methods and "GET" in rule.methods:
            browser.get(address(world, rule))
    assert everything() == before


@pytest.mark.parametrize("path", sorted(ROOT.glob("templates/**/*.*")), ids=lambda p: str(p.relative_to(ROOT / "templates")))
def test_every_template_compiles(path: Path) -> None:
    from jinja2 import Environment

    try:
        Environment(autoescape=True, extensions=["jinja2.ext.do"]).parse(path.read_text())
    except TemplateSyntaxError as error:
        pytest.fail(f"{path}:{error.lineno}: {error.message}")


def test_every_page_is_one_heading_in_vietnamese_with_a_title(walked: Walked) -> None:
    seen = 0
    for route, where, tree, source in walked:
        if route.endswith("/html"):  # the words of a letter, shown in a frame of their own
            continue
        seen += 1
        assert source.startswith("<!doctype html>"), where
        assert tree.get("lang") == "vi", where
        assert len(tree.xpath("//h1")) == 1, where
        assert tree.xpath("//h1")[0].text_content().strip(), where
        assert re.search(r"\S.* – Khảo sát hài lòng$", tree.findtext(".//title") or ""), where
        assert len(tree.xpath("//main")) == 1, where
    assert seen > 12


def test_no_page_holds_code_or_colour_inline(walked: Walked) -> None:
    for route, where, tree, _source in walked:
        if route.endswith("/html"):
            continue
        assert tree.xpath("//style") == [], where
        assert [s for s in tree.xpath("//script") if not s.get("src")] == [], where
        inline = [f"{e.tag} {name}" for e in tree.iter() if isinstance(e.tag, str) for name in e.attrib if INLINE.match(name)]
        assert inline == [], where
        assert tree.xpath("//a[starts-with(@href, 'javascript:')]") == [], where


def test_no_page_fetches_from_elsewhere(walked: Walked) -> None:
    for _route, where, tree, _source in walked:
        for element in tree.iter(*FETCHED):
            for name in ("href", "src", "action", "data"):
                target = element.get(name, "")
                assert not re.match(r"(https?:)?//", target), f"{where}: {target}"


def test_every_form_that_writes_carries_a_token(walked: Walked) -> None:
    for _route, where, tree, _source in walked:
        for form in tree.xpath("//form[@method='post']"):
            assert form.xpath(".//input[@name='csrf_token']"), where


def test_every_box_has_a_name_that_is_read_aloud(walked: Walked) -> None:
    for _route, where, tree, _source in walked:
        labels = set(tree.xpath("//label/@for"))
        for box in tree.xpath("//input[not(@type='hidden')] | //select | //textarea"):
            named = box.get("id") in labels or box.get("aria-label") or box.get("aria-hidden") or box.xpath("ancestor::label")
            assert named, f"{where}: {box.get('name')}"
        ids = tree.xpath("//@id")
        assert len(ids) == len(set(ids)), where
        for described in tree.xpath("//@aria-describedby | //@aria-labelledby"):
            assert set(described.split()) <= set(ids), f"{where}: {described}"


def test_every_link_within_the_site_leads_to_a_page(world: World, walked: Walked) -> None:
    """Links of the coordinator's pages are followed one step."""
    browser = world.browser()
    seen: dict[str, str] = {}
    for route, where, tree, _source in walked:
        if guards.access_of(world.app.view_functions[_endpoint(world, route)]) == guards.Access("personal"):
            continue
        for link in tree.xpath("//a/@href"):
            if link.startswith("/") and not link.startswith("/v/"):
                seen.setdefault(link.partition("#")[0], where)
    for link, where in seen.items():
        assert browser.get(link).status in (200, 302), f"{where}: {link}"


def test_every_icon_that_is_used_is_in_the_sprite(walked: Walked) -> None:
    have = set(re.findall(r'symbol id="([^"]+)"', (ROOT / "tracker/static/icons.svg").read_text()))
    for _route, where, _tree, source in walked:
        assert set(re.findall(r"icons\.svg[^#\"]*#([a-z0-9-]+)", source)) <= have, where
    named = re.findall(r'icon\("([a-z0-9-]+)"', "".join(p.read_text() for p in ROOT.glob("templates/**/*.html")))
    named += re.findall(r'Look\("[^"]+", "([a-z0-9-]+)"', (ROOT / "tracker/wording/vocabulary.py").read_text())
    assert set(named) <= have


def _endpoint(world: World, route: str) -> str:
    return next(r.endpoint for r in rules(world) if r.rule == route and "GET" in (r.methods or ()))
