"""Templates are compiled once for all starts; a folder that cannot keep them costs nothing but time."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import Environment

from tests.applications import MakeApp
from tracker.web import compiled_templates


def test_the_next_start_compiles_nothing(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = make_app(), make_app()
    for app in (first, second):
        compiled_templates.register(app)
    assert first.test_client().get("/sign-in").status_code == 200
    assert list((Path(first.instance_path) / "templates").iterdir())
    monkeypatch.setattr(Environment, "_compile", lambda *_args: pytest.fail("compiled again"))
    assert second.test_client().get("/sign-in").status_code == 200


def test_a_folder_that_keeps_nothing_breaks_no_page(make_app: MakeApp) -> None:
    app = make_app()
    folder = Path(app.instance_path) / "templates"
    folder.rmdir()
    folder.write_text("no folder")
    compiled_templates.register(app)
    assert app.test_client().get("/sign-in").status_code == 200
