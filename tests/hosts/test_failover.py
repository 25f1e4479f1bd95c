"""The host of PostgreSQL dies while people work; its standby is promoted, and the pages find it by the address they have."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from config import ROOT
from tests.hosts.failover import UNITS
from tests.hosts.network import ALONE


@pytest.mark.netns
def test_a_standby_that_is_promoted_has_every_acknowledged_act_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = [*ALONE, sys.executable, "-m", "tests.hosts.failover", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    with capsys.disabled():
        print(f"\nfail-over: acts are answered again {found['away']} s after the host died; answers {found['met']}")
    assert found["wrong"] == []
    assert len(found["acts"]) == 6 * UNITS
    said = Counter(found["said"])
    verbs = {"chase": "đôn đốc", "report": "báo hoàn thành", "confirm": "xác nhận"}
    told = [(verbs[verb], about) for verb, about in map(str.split, found["acts"]) if verb in verbs]
    assert {said[f"{verb} {about}"] for verb, about in told} == {1}
    assert found["counted"] == sorted(act.split()[1] for act in found["acts"] if act.startswith("count "))
    assert found["journal"]["whole"]
