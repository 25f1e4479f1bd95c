"""Personal links at random: only the very token that was made for this contact, lately and not revoked, opens anything."""

from __future__ import annotations

import string
from datetime import datetime, timedelta

import pytest
import time_machine
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.builders import moment
from tests.web.conftest import NOW, World
from tracker.db import transaction
from tracker.models import Contact
from tracker.tokens import password_token, personal_token, read_password_token, read_personal_token

KEY = "test-key-" * 4
#: What may stand in a token, and what a mail program may make of it.
SIGNS = string.ascii_letters + string.digits + "-_.~%=+ é"

contacts = st.integers(1, 10**9)
nonces = st.text(string.ascii_letters + string.digits + "-_", min_size=1, max_size=32)
lenient = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(contacts, nonces)
def test_a_token_says_what_it_was_made_of(contact_id: int, nonce: str) -> None:
    read = read_personal_token(KEY, personal_token(KEY, contact_id, nonce))
    assert read is not None
    assert (read.contact_id, read.nonce) == (contact_id, nonce)


@given(contacts, nonces, st.data())
def test_one_other_character_makes_it_nobodys(contact_id: int, nonce: str, data: st.DataObject) -> None:
    token = personal_token(KEY, contact_id, nonce)
    # The last sign of the signature holds four bits of six: others may stand for the same bytes, which is the same token.
    place = data.draw(st.integers(0, len(token) - 2))
    sign = data.draw(st.sampled_from(SIGNS).filter(lambda s: s != token[place]))
    assert read_personal_token(KEY, token[:place] + sign + token[place + 1 :]) is None


@given(contacts, nonces, st.data())
def test_a_part_of_a_token_is_none(contact_id: int, nonce: str, data: st.DataObject) -> None:
    token = personal_token(KEY, contact_id, nonce)
    start, end = sorted(data.draw(st.lists(st.integers(0, len(token)), min_size=2, max_size=2)))
    assume((start, end) != (0, len(token)))
    assert read_personal_token(KEY, token[start:end]) is None


@given(st.text(max_size=200))
def test_what_anyone_may_type_is_no_token(text: str) -> None:
    assert read_personal_token(KEY, text) is None
    assert read_password_token(KEY, text) is None


@given(contacts, nonces, st.integers(1, 500))
def test_a_token_serves_one_purpose_under_one_key(contact_id: int, nonce: str, hours: int) -> None:
    personal, password = personal_token(KEY, contact_id, nonce), password_token(KEY, contact_id, nonce, hours=hours)
    assert read_password_token(KEY, personal) is None
    assert read_personal_token(KEY, password) is None
    assert read_personal_token(KEY + "x", personal) is None


@given(nonce=nonces)
@lenient
def test_only_todays_nonce_opens_the_page(world: World, nonce: str) -> None:
    assume(nonce != "n1")
    contact_id = world.people.units[0].contact_id
    page = world.browser(None).get(f"/v/{personal_token(str(world.app.secret_key), contact_id, nonce)}")
    assert page.status == 410
    assert "UBND xã Số 0001" not in page.source


@given(days=st.integers(0, 800), minutes=st.integers(0, 24 * 60 - 1))
@lenient
def test_a_link_opens_to_the_end_of_its_last_day_and_never_after(world: World, days: int, minutes: int) -> None:
    with time_machine.travel(NOW, tick=False):
        token = personal_token(str(world.app.secret_key), world.people.units[0].contact_id, "n1")
    last_day = (NOW + timedelta(days=world.app.config["PERSONAL_LINK_DAYS"])).date()
    then = datetime.combine(NOW.date(), datetime.min.time(), NOW.tzinfo) + timedelta(days=days, minutes=minutes)
    assume(then >= NOW)
    with time_machine.travel(then, tick=False):
        status = world.browser(None).get(f"/v/{token}").status
    assert status == (200 if then.date() <= last_day else 410)


@pytest.mark.parametrize("unit", [0, 1])
def test_a_revoked_link_stays_shut_for_every_page_of_it(world: World, unit: int) -> None:
    contact_id = world.people.units[unit].contact_id
    token = personal_token(str(world.app.secret_key), contact_id, f"n{unit + 1}")
    browser = world.browser(None)
    assert browser.get(f"/v/{token}").status == 200
    with world.app.app_context(), transaction() as session:
        session.get_one(Contact, contact_id).link_nonce = "renewed"
    with time_machine.travel(moment(2021, 7, 5, 10), tick=False):
        for rest in ("", f"/tasks/{2 + unit}", "/calendar"):
            assert browser.get(f"/v/{token}{rest}").status == 410, rest
