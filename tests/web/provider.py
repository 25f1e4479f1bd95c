"""A small OpenID provider on a real socket: discovery, authorization with PKCE, tokens signed with RS256, keys. It lets everybody
in as `identity`, and spoils its answers where a test asks it to."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from flask import Flask, jsonify, redirect, request
from werkzeug.serving import make_server

CLIENT, SECRET = "khao-sat", "khoa-cua-ung-dung"


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@cache
def _key(_name: str) -> rsa.RSAPrivateKey:
    """Made once: finding primes takes longer than a test."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Provider:
    def __init__(self) -> None:
        self.identity: dict[str, Any] = {"sub": "1", "email": "ha1@example.vn", "email_verified": True}
        self.spoil = ""  #: "signature", "nonce", "audience", "expired", "error"
        self.codes: dict[str, dict[str, str]] = {}
        self.key, self.other_key = _key("its own"), _key("another's")
        self.issuer = ""
        self.app = Flask("provider")
        self.app.add_url_rule("/.well-known/openid-configuration", view_func=self.discovery)
        self.app.add_url_rule("/authorize", view_func=self.authorize)
        self.app.add_url_rule("/token", view_func=self.token, methods=["POST"])
        self.app.add_url_rule("/keys", view_func=self.keys)

    def discovery(self) -> Any:
        return jsonify(
            issuer=self.issuer,
            authorization_endpoint=f"{self.issuer}/authorize",
            token_endpoint=f"{self.issuer}/token",
            jwks_uri=f"{self.issuer}/keys",
            response_types_supported=["code"],
            subject_types_supported=["public"],
            id_token_signing_alg_values_supported=["RS256"],
            code_challenge_methods_supported=["S256"],
        )

    def authorize(self) -> Any:
        asked = request.args
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        if self.spoil == "error":
            return redirect(f"{asked['redirect_uri']}?{urlencode({'error': 'access_denied', 'state': asked['state']})}")
        code = secrets.token_urlsafe(16)
        self.codes[code] = {name: asked[name] for name in ("redirect_uri", "code_challenge", "nonce")}
        return redirect(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")

    def token(self) -> Any:
        kept = self.codes.pop(request.form["code"], None)  # a code is worth something once
        given = request.authorization
        known = given is not None and (given.username, given.password) == (CLIENT, SECRET)
        if kept is None or not known or kept["redirect_uri"] != request.form["redirect_uri"]:
            return jsonify(error="invalid_grant"), 400
        if b64(hashlib.sha256(request.form["code_verifier"].encode()).digest()) != kept["code_challenge"]:
            return jsonify(error="invalid_grant"), 400
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": "another" if self.spoil == "audience" else CLIENT,
            "iat": now,
            "exp": now - 3600 if self.spoil == "expired" else now + 300,
            "nonce": "another" if self.spoil == "nonce" else kept["nonce"],
            **self.identity,
        }
        return jsonify(access_token=secrets.token_urlsafe(16), token_type="Bearer", expires_in=300, id_token=self.signed(claims))

    def signed(self, claims: dict[str, Any]) -> str:
        parts = [b64(json.dumps(part).encode()) for part in ({"alg": "RS256", "kid": "1", "typ": "JWT"}, claims)]
        key = self.other_key if self.spoil == "signature" else self.key
        signature = key.sign(".".join(parts).encode(), padding.PKCS1v15(), hashes.SHA256())
        return ".".join([*parts, b64(signature)])

    def keys(self) -> Any:
        numbers = self.key.public_key().public_numbers()
        n, e = (b64(v.to_bytes((v.bit_length() + 7) // 8, "big")) for v in (numbers.n, numbers.e))
        return jsonify(keys=[{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "1", "n": n, "e": e}])


@contextmanager
def running_provider() -> Iterator[Provider]:
    provider = Provider()
    server = make_server("127.0.0.1", 0, provider.app, threaded=True)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
