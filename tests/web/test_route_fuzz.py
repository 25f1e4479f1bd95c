"""Random requests at every route and form: no answer above 499, no write by a GET, nothing that was sent runs as script.

300 requests by default; `make soak` sends 10,000 (ROUTE_FUZZ).
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
import time_machine
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from werkzeug.routing import Rule

from tests.applications import applications
from tests.test_every_route import address, examples, put_up_a_box, rules
from tests.web.conftest import NOW, Browser, World, build_world, statements
from tracker.web import guards

REQUESTS = int(os.environ.get("ROUTE_FUZZ", "300"))
SCRIPT = "<script>zq7()</script>"
IMAGE = '"><img src=x onerror=zq7()>'
ODD = (
    "", " ", "0", "-1", "1", "2", "99999999999999999999", "1e309", "NaN", "true", "yes", "add", "none", SCRIPT, IMAGE, "[]",
    "' OR 1=1 --", "{{ 7*7 }}", "${7*7}", "=1+1", "../../etc/passwd", "a" * 5000, "\x00", "\ufffe", "\u202e", "Đặng Thị Ỷ", "{}",
    "%00", "31/12/2021", "30/02/2021", "2021-07-05", "07:30", "ten@coquan.vn", "a@b@c",
    "🙂", "\r\nSet-Cookie: a=b", "//evil.example",
)  # fmt: skip
FILES = (b"", b"%PDF-1.4", b"PK\x03\x04", "đơn vị;khối\nA;B\n".encode(), b"\xff\xfe", b"GIF89a", b"a" * 20_000)
#: What ends the session of whoever presses it; the next request would only be sent to the sign-in page.
ENDS_SESSIONS = frozenset({"auth.sign_out", "auth.change_password"})
#: Answer 503 while no job has run, as here.
SAY_UNWELL = frozenset({"health.health", "readiness.readiness"})
#: Written at each look: who read a calendar when, how often signing in failed.
MAY_WRITE = re.compile(r"^\s*(?:UPDATE|INSERT INTO|DELETE FROM)\s+(?:feed_token|sign_in_attempt)\b", re.IGNORECASE)
WRITES = re.compile(r"^\s*(?:UPDATE|INSERT|DELETE)\b", re.IGNORECASE)


class Target:
    """The application with someone of every kind in front of it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.browsers: dict[str | None, Browser] = {}
        self.rules = [rule for rule in rules(world) if rule.endpoint not in ENDS_SESSIONS]
        self.fields = sorted(self._names())
        self.seen: Counter[int] = Counter()

    def _names(self) -> set[str]:
        """Every name of a field on any page."""
        found = {"agreed", "file", "text", "next", "q", "page"}
        for rule in self.rules:
            access = guards.access_of(self.world.app.view_functions[rule.endpoint])
            if "GET" in (rule.methods or ()) and access is not None and access.kind == "signed_in":
                page = self.browser("ha").get(address(self.world, rule))
                if page.tree is not None:
                    found |= {str(name) for name in page.tree.xpath("//form//@name")}
        return found - {"csrf_token"}

    def browser(self, who: str | None) -> Browser:
        if who not in self.browsers:
            self.browsers[who] = self.world.browser(who)
        return self.browsers[who]


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    text = (Path(__file__).parents[2] / "seeds/plans/van-thang-2023.txt").read_text()
    with (
        time_machine.travel(NOW, tick=False),
        applications(tmp_path_factory.mktemp("fuzz")) as make_app,
    ):
        made = build_world(make_app(flask={"WTF_CSRF_ENABLED": False}))
        assert made.browser().post("/intake", text=text).location == "/intake/1"
        put_up_a_box(made)
        found = Target(made)
        yield found
        print(f"\n{sum(found.seen.values())} requests: {dict(sorted(found.seen.items()))}")


def stays_here(location: str) -> bool:
    """Neither the address nor the page it leads to after signing in names another host."""
    address = urlsplit(location)
    onward = parse_qs(address.query).get("next", [""])
    return all(urlsplit(one).netloc in ("", "localhost") and not one.startswith(("//", "/\\")) for one in (location, *onward))


@settings(
    max_examples=REQUESTS, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck), database=None,
)  # fmt: skip
@given(data=st.data())
def test_no_request_breaks_a_page_writes_by_reading_or_brings_script_back(target: Target, data: st.DataObject) -> None:
    rule = data.draw(st.sampled_from(target.rules))
    method = data.draw(st.sampled_from(sorted((rule.methods or {"GET"}) & {"GET", "POST"})))
    who = data.draw(st.sampled_from(["ha", "ha", "ha", "dung", "sat", "mai", None]))
    where = _where(target, rule, data)
    browser = target.browser(who)
    if method == "GET":
        with statements(target.world.app) as said:
            page = browser.get(f"{where}?{_query(target, data)}")
        written = [line for line in said if WRITES.match(line) and not MAY_WRITE.match(line)]
        assert written == [], where
    else:
        given_: dict[str, object] = data.draw(
            st.dictionaries(st.sampled_from(target.fields), st.sampled_from(ODD), min_size=0, max_size=8)
        )
        if data.draw(st.booleans()):
            given_["file"] = (
                BytesIO(data.draw(st.sampled_from(FILES))),
                data.draw(st.sampled_from(("a.csv", "a.docx", "b", "../x.pdf"))),
            )
        page = browser.post(where, **given_)
    target.seen[page.status] += 1
    assert page.status < 500 or (page.status == 503 and rule.endpoint in SAY_UNWELL), (method, where)
    assert SCRIPT not in page.source, where
    assert IMAGE not in page.source, where
    assert stays_here(page.location), page.location
    if page.location.startswith("/sign-in") and who is not None:  # a press ended the session: sign in anew
        target.browsers.pop(who, None)


def _where(target: Target, rule: Rule, data: st.DataObject) -> str:
    """The address with true parts, or with one odd part."""
    usual = address(target.world, rule)
    if not rule.arguments or data.draw(st.booleans()):
        return usual
    known = examples(target.world)
    name = data.draw(st.sampled_from(sorted(rule.arguments)))
    part = str(known[name][0])
    odd = data.draw(st.sampled_from(["0", "999999999999", "x", "%27", quote(SCRIPT), "..", "a" * 300, "%00", "-1"]))
    return usual.replace(f"/{part}", f"/{odd}", 1)


def _query(target: Target, data: st.DataObject) -> str:
    pairs = data.draw(st.dictionaries(st.sampled_from(target.fields), st.sampled_from(ODD), max_size=3))
    return "&".join(f"{quote(name)}={quote(value)}" for name, value in pairs.items())
