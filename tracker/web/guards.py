"""Who may open which page. Closed by default: a view that carries none of these marks is refused for everyone.

    @bp.get("/plans")
    @signed_in
    def list_plans(): ...

`roles` narrows a page to some roles; what may be done to one plan or task is decided by the services (rules.access).
`personal_link` opens a page to the holder of a contact's link: its route must have `<token>`, and `current_contact()`
gives the contact. `head_link` does so for the head of a unit, with `<head_token>` and `current_head()`.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, flash, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.db import db
from tracker.errors import NotFound, Refused
from tracker.queries import people
from tracker.queries.people import HeadOfUnit, LinkHolder, SignedIn
from tracker.rules.access import RUNNERS, Actor
from tracker.rules.states import Role
from tracker.web import sessions, tokens
from tracker.web.security import STATIC_ENDPOINTS
from tracker.wording import date_short, refusal, sentence

log = logging.getLogger(__name__)
View = TypeVar("View", bound=Callable[..., Any])

READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
#: Pages that a person whose password must be changed can still reach.
BEFORE_NEW_PASSWORD = frozenset({"auth.account", "auth.change_password", "auth.sign_out", "auth.choose_theme"})
#: ... and pages of the second step itself, where that is asked for.
BEFORE_SECOND_STEP = BEFORE_NEW_PASSWORD | {"second_step.show", "second_step.join"}
#: What somebody who looks at an office below may press: nothing there, but to look elsewhere or to leave.
WHILE_READING = frozenset({"offices.leave", "offices.read", "auth.sign_out", "auth.choose_theme"})
_MARK = "_access"


@dataclass(frozen=True)
class Access:
    kind: str  #: "public", "signed_in", "personal" or "head"
    roles: frozenset[Role] = frozenset()


def public(view: View) -> View:
    """Anyone may open it."""
    return _marked(view, Access("public"))


def signed_in(view: View) -> View:
    """Any signed-in user."""
    return _marked(view, Access("signed_in"))


def roles(*allowed: Role) -> Callable[[View], View]:
    """Signed-in users of these roles; others read whom to ask."""

    def mark(view: View) -> View:
        return _marked(view, Access("signed_in", frozenset(allowed)))

    return mark


def personal_link(view: View) -> View:
    """The holder of the personal link in `<token>`."""
    return _marked(view, Access("personal"))


def head_link(view: View) -> View:
    """The head of a unit, by the link in `<head_token>`."""
    return _marked(view, Access("head"))


def access_of(view: Callable[..., Any]) -> Access | None:
    """The mark of a view, or None when it was forgotten."""
    return getattr(view, _MARK, None)


def current_person() -> SignedIn:
    """The signed-in user; only in views that ask for one."""
    person = sessions.person()
    if person is None:
        raise NotFound
    return person


def current_contact() -> LinkHolder:
    """The contact behind the personal link; only in `personal_link` views."""
    holder: LinkHolder | None = g.get("link_holder")
    if holder is None:
        raise NotFound
    return holder


def current_head() -> HeadOfUnit:
    """The head behind the link; only in `head_link` views."""
    head: HeadOfUnit | None = g.get("link_head")
    if head is None:
        raise NotFound
    return head


def current_actor() -> Actor:
    """Whoever acts in this request, for the services."""
    if g.get("link_head") is not None:
        head = current_head()
        return Actor(f"head-{head.unit_id}", head.name or head.position, None, head.office_id, head.unit_ids)
    if g.get("link_holder") is not None:
        holder = current_contact()
        return Actor(f"contact-{holder.contact_id}", holder.name, office_id=holder.office_id, unit_ids=holder.unit_ids)
    person = current_person()
    name = f"{person.name} (thay {person.acting_for})" if person.acting_for else person.name
    return Actor(f"user-{person.user_id}", name, role=person.role, office_id=person.office_id)


def local_path(target: str | None, default: str = "/") -> str:
    """`target` when it is a path of this site, else `default`: a sign-in page must not send people elsewhere."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return default
    if any(ord(c) < 32 or c == "\\" for c in target):
        return default
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc else default


def page_before(default: str) -> str:
    """The list from which an act was begun, as it was left, where the page hands it on (`next`); else `default`."""
    return local_path(request.values.get("next"), default)


def first_page(person: SignedIn, target: str) -> str:
    """Where someone who has just signed in goes: to the page asked for, else to the first page of the role."""
    return url_for("portfolio.show") if target == "/" and person.role is Role.LEADER else target


def register(app: Flask) -> None:
    """Checks every request before its view; must come before CSRFProtect, so that an ended session says so."""

    @app.before_request
    def _check() -> ResponseReturnValue | None:
        if request.endpoint is None or request.endpoint in STATIC_ENDPOINTS:
            return None
        access = access_of(app.view_functions[request.endpoint])
        if access is None:
            log.error("view %s carries no mark of tracker.web.guards", request.endpoint)
            abort(403)
        if access.kind == "public":
            return None
        if access.kind == "personal":
            g.link_holder = _link_holder()
            return None
        if access.kind == "head":
            g.link_head = _link_head()
            return None
        return _check_person(access)


def _check_person(access: Access) -> ResponseReturnValue | None:
    had_session = "_user_id" in session
    person = sessions.person()
    if person is None:
        if request.method not in READING_METHODS:
            raise Refused("session_ended", sentence("session_ended"))
        flash(sentence("session_ended" if had_session else "sign_in_required"), "run")
        return redirect(url_for("auth.sign_in", next=local_path(request.full_path.rstrip("?"))))
    if person.must_change_password and request.endpoint not in BEFORE_NEW_PASSWORD:
        return redirect(url_for("auth.account"))
    if _needs_second_step(person) and request.endpoint not in BEFORE_SECOND_STEP:
        return redirect(url_for("second_step.show"))
    if person.reads_for and request.method not in READING_METHODS and request.endpoint not in WHILE_READING:
        raise refusal("reading_below", office=person.office_place or person.office_name)
    if access.roles and person.role not in access.roles:
        whom = people.coordinator_of_office(db.session(), person.office_id).name
        raise refusal("forbidden", coordinator="quản trị" if whom == person.name else whom)
    return None


def _needs_second_step(person: SignedIn) -> bool:
    """Where the office asks for it (SECOND_STEP=required), who runs plans must have joined an app first."""
    return current_app.config["SECOND_STEP"] == "required" and not person.has_second_step and person.role in RUNNERS


def _link_holder() -> LinkHolder:
    token = tokens.read_personal_token(current_app.secret_key or "", str((request.view_args or {}).get("token", "")))
    if token is None:
        raise refusal("link_unknown")
    today = clock.today()
    holder = people.link_holder(db.session(), token.contact_id, today=today)
    if holder is None:
        raise refusal("link_unknown")
    expires_on = (token.issued_at + timedelta(days=current_app.config["PERSONAL_LINK_DAYS"])).date()
    if today > expires_on:
        raise refusal("link_expired", date=date_short(expires_on))
    if not secrets.compare_digest(token.nonce.encode(), holder.link_nonce.encode()):
        raise refusal("link_replaced")
    if holder.valid_to is not None and today > holder.valid_to:
        raise refusal(
            "link_contact_ended",
            contact=holder.name,
            date=date_short(holder.valid_to + timedelta(days=1)),
            unit=holder.unit_name,
            current=people.current_contact_name(db.session(), holder.unit_id, today=today) or "chưa có người",
        )
    return holder


def _link_head() -> HeadOfUnit:
    given = str((request.view_args or {}).get("head_token", ""))
    token = tokens.read_personal_token(current_app.secret_key or "", given)
    if token is None or token.head_of is None:
        raise refusal("link_unknown")
    head = people.head_of_unit(db.session(), token.head_of, today=clock.today())
    if head is None or token.nonce != tokens.as_head(head.unit_id, head.email, head.link_nonce)[1]:
        raise refusal("link_head_ended")
    if clock.today() > (token.issued_at + timedelta(days=current_app.config["PERSONAL_LINK_DAYS"])).date():
        raise refusal("link_head_ended")
    return head


def _marked(view: View, access: Access) -> View:
    setattr(view, _MARK, access)
    return view
