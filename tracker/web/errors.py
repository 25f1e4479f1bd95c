"""Written by WEB-FRAME: register(app) adds the errors of every page."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Nothing to add yet."""
