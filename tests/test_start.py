"""What a start loads, and what a worker forked from a loaded process may go on using."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config import ROOT

#: Libraries that some pages and jobs need; together half a second and 35 MB of every start.
LATER = (
    "authlib", "cryptography", "docx", "fsspec", "holidays", "icalendar", "joserfc", "lxml", "markdown_it", "openpyxl",
    "pdfminer", "pdfplumber", "PIL", "psycopg", "requests", "segno", "urllib3", "alembic",
)  # fmt: skip


def run(script: str, **settings: str) -> str:
    environment = {"PATH": os.environ["PATH"], "DEMO": "0", **settings}
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("start", ["import wsgi", "import jobs.__main__, tracker; tracker.create_app(pages=False)"])
def test_a_start_loads_no_library_that_only_some_pages_need(start: str, tmp_path: Path) -> None:
    loaded = run(f"{start}\nimport sys; print(*sys.modules)", INSTANCE_DIR=str(tmp_path)).split()
    assert "tracker.models" in loaded
    assert [name for name in LATER if name in loaded] == []


def test_what_is_loaded_is_left_out_of_collections(tmp_path: Path) -> None:
    asked = "import wsgi, gc; print(gc.isenabled(), gc.get_freeze_count() > 100_000, gc.get_count()[2], *gc.get_threshold())"
    assert run(asked, INSTANCE_DIR=str(tmp_path)).split() == ["True", "True", "0", "5000", "10", "10"]


FORKED = """
import os
from sqlalchemy import create_engine, text
from tracker.db import prepare_engine
engine = create_engine(os.environ["TRIED"])
prepare_engine(engine)
with engine.connect() as connection:
    connection.execute(text("SELECT 1"))
kept = engine.pool.checkedin()
child = os.fork()
if not child:
    inherited = engine.pool.checkedin()
    with engine.connect() as connection:
        connection.execute(text("SELECT 2"))
    os._exit(inherited)
inherited = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
with engine.connect() as connection:
    print(kept, inherited, connection.execute(text("SELECT 3")).scalar())
"""


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_forked_worker_makes_connections_of_its_own_and_leaves_its_parents_alone(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path}/a.db" if database == "sqlite" else request.getfixturevalue("postgres_url")
    assert run(FORKED, TRIED=url).split() == ["1", "0", "3"]
