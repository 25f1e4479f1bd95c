"""The life of one small plan, for tests that put it back to its steps."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine

from tests.applications import applications
from tests.campaigns.life import STEPS, Life


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    folder = tmp_path_factory.mktemp("life")
    with (
        time_machine.travel(STEPS["field"], tick=False) as clock,
        applications(folder) as make_app,
    ):
        yield Life(make_app(flask={"WTF_CSRF_ENABLED": False}), folder, clock.move_to)
