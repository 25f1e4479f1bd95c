"""Styles, scripts and drawings travel squeezed, whether or not a proxy stands before this server.

Pages do not: they carry form keys, and how well a page squeezes would give a key away to whoever can put words into it (BREACH).
"""

from __future__ import annotations

import gzip

from flask import Flask, Response, request

from tracker.web.security import STATIC_ENDPOINTS

SQUEEZED = frozenset({"text/css", "text/javascript", "application/javascript", "image/svg+xml"})


def register(app: Flask) -> None:
    kept: dict[tuple[str, str], bytes] = {}

    @app.after_request
    def _squeeze(response: Response) -> Response:
        if request.endpoint not in STATIC_ENDPOINTS or response.status_code != 200 or response.mimetype not in SQUEEZED:
            return response
        response.vary.add("Accept-Encoding")
        if not request.accept_encodings["gzip"]:
            return response
        etag, _weak = response.get_etag()
        key = (request.path, etag or "")
        file = response.response
        if key not in kept:
            kept[key] = gzip.compress(b"".join(response.iter_encoded()), mtime=0)
        file.close()  # type: ignore[union-attr]  # send_file's
        response.direct_passthrough = False
        response.set_data(kept[key])
        response.content_encoding = "gzip"
        if etag:
            response.set_etag(etag, weak=True)  # the same file in another dress
        return response
