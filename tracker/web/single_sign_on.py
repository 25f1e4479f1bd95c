"""Signing in with the office's own accounts: OpenID Connect through Authlib, where OIDC_ISSUER is set.

The provider says who somebody is; this program says whether he may in: the address must be that of one enabled user. Nothing is
written: an account is made by an administrator, never by the first visit. Authorization code with PKCE, state and nonce (OpenID
Connect Core 1.0; RFC 7636; RFC 9700).
"""

from __future__ import annotations

import logging
from typing import Any

from flask import Blueprint, Flask, current_app, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.db import db
from tracker.errors import NotFound, Refused
from tracker.queries import people
from tracker.web import guards, second_step, sessions
from tracker.wording import refusal

log = logging.getLogger(__name__)
bp = Blueprint("single_sign_on", __name__)
_NEXT = "sso-next"
#: The provider is asked for its addresses and keys: it must answer soon.
SECONDS = 10


def register(app: Flask) -> None:
    """Only where a provider is set."""
    if not app.config["OIDC_ISSUER"]:
        return
    from authlib.integrations.flask_client import OAuth  # an eighth of the start, where no provider is set

    OAuth(app).register(
        "office",
        server_metadata_url=app.config["OIDC_ISSUER"].rstrip("/") + "/.well-known/openid-configuration",
        client_id=app.config["OIDC_CLIENT_ID"],
        client_secret=app.config["OIDC_CLIENT_SECRET"] or None,
        client_kwargs={
            "scope": "openid email profile",
            "code_challenge_method": "S256",
            "default_timeout": SECONDS,
        },
    )


@bp.post("/sign-in/sso")
@guards.public
def start() -> ResponseReturnValue:
    """To the provider; a POST, so that no page can send somebody there unasked."""
    provider = _provider()
    from authlib.common.errors import AuthlibBaseError
    from requests import RequestException

    session[_NEXT] = guards.local_path(request.form.get("next"))
    try:
        answer: ResponseReturnValue = provider.authorize_redirect(_callback())
    except (RequestException, AuthlibBaseError, ValueError) as error:
        raise _unreachable(error) from None
    return answer


@bp.get("/sign-in/sso/back")
@guards.public
def back() -> ResponseReturnValue:
    """From the provider, with a code that is worth an identity once."""
    provider = _provider()
    from authlib.common.errors import AuthlibBaseError
    from joserfc.errors import JoseError
    from requests import RequestException

    target = guards.local_path(session.pop(_NEXT, None))
    if request.args.get("error"):
        log.warning("the provider refused: %s", request.args["error"][:80])
        raise refusal("sso_refused")
    try:
        claims = provider.authorize_access_token().get("userinfo") or {}
    except RequestException as error:
        raise _unreachable(error) from None
    except (AuthlibBaseError, JoseError, ValueError, KeyError) as error:
        log.warning("an answer of the provider was not believed: %s", type(error).__name__)
        raise refusal("sso_not_believed") from None
    address = str(claims.get("email") or "").strip()
    if not address or claims.get("email_verified") is False:
        raise refusal("sso_no_address")
    user_id = people.user_of_address(db.session(), address)
    facts = people.signed_in(db.session(), user_id, today=clock.today()) if user_id is not None else None
    if facts is None:
        raise refusal("sso_unknown", email=address[:254])
    if facts.has_second_step:
        return second_step.ask(facts.user_id, target)
    sessions.begin(facts)
    return redirect(guards.first_page(facts, target))


def _provider() -> Any:
    oauth = current_app.extensions.get("authlib.integrations.flask_client")
    if oauth is None:
        raise NotFound("no provider is set")
    return oauth.create_client("office")


def _callback() -> str:
    base = current_app.config["PUBLIC_URL"]
    path = url_for("single_sign_on.back")
    return f"{base}{path}" if base else url_for("single_sign_on.back", _external=True)


def _unreachable(error: Exception) -> Refused:
    log.warning("the provider could not be reached: %s", type(error).__name__)
    return refusal("sso_unreachable")
