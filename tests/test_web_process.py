"""What a web process does once, before its first request."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_what_is_loaded_at_the_start_is_left_out_of_collections(tmp_path: Path) -> None:
    environment = {"INSTANCE_DIR": str(tmp_path), "PATH": "", "PYTHONPATH": str(ROOT)}
    code = "import gc, wsgi; print(gc.get_freeze_count() / (gc.get_freeze_count() + len(gc.get_objects())))"
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert float(done.stdout) > 0.95
