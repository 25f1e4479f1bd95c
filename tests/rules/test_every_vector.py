"""Every figure of the method's vectors is asked for by a test of the rules."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

RULES = Path(__file__).parent
ROOT = RULES.parents[1]


@pytest.mark.slow
def test_no_vector_is_left_unread() -> None:
    asks = re.compile(r"from tests\.(vectors|results) import")
    using = [str(path) for path in sorted(RULES.glob("test_*.py")) if asks.search(path.read_text())]
    options = ["-q", "-n", "0", "-m", "not hypothesis", "-p", "tests.vectors_read", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", *options, *using]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    said = next(line for line in run.stdout.splitlines() if line.startswith("unread:"))
    assert said == "unread: "
