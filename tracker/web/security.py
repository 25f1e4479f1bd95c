"""Headers of every answer, and addresses of static files that change with their content."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from flask import Flask, Response, request

#: Nothing from elsewhere, nothing inline; `data:` is the arrow of Bootstrap's select boxes.
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'self'; object-src 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # the address of a personal page must not travel; our own CSRF check needs it
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
STATIC_ENDPOINTS = frozenset({"static", "bootstrap.static"})
FOREVER = "public, max-age=31536000, immutable"
#: Pages show offices' figures and people's names: a shared desk's browser keeps none of them after signing out.
NEVER = "no-store"


def register(app: Flask) -> None:
    versions: dict[tuple[str, str], str] = {}

    @app.url_defaults
    def _version_of_static(endpoint: str, values: dict[str, Any]) -> None:
        filename = values.get("filename")
        if endpoint not in STATIC_ENDPOINTS or not filename or "v" in values:
            return
        key = (endpoint, filename)
        if key not in versions or app.debug:
            versions[key] = _content_version(app, endpoint, filename)
        if versions[key]:
            values["v"] = versions[key]

    @app.after_request
    def _headers(response: Response) -> Response:
        said = {name.lower() for name, _ in response.headers}  # once: `setdefault` looks through all of them for each
        response.headers.extend([(name, value) for name, value in HEADERS.items() if name.lower() not in said])
        if request.is_secure:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if request.endpoint in STATIC_ENDPOINTS:
            if response.status_code in (200, 304) and request.args.get("v"):
                response.headers["Cache-Control"] = FOREVER
        else:
            response.headers.setdefault("Cache-Control", NEVER)
        return response


def _content_version(app: Flask, endpoint: str, filename: str) -> str:
    blueprint = app.blueprints.get(endpoint.rpartition(".")[0])
    folder = blueprint.static_folder if blueprint else app.static_folder
    path = Path(folder or "") / filename
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10] if path.is_file() else ""
