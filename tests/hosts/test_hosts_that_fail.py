"""Web hosts, timetables, database and mail server that are cut off and killed at random while people work: nothing is lost.

`make soak` lives through 200 rounds (FAULT_ROUNDS); tests/hosts/rounds.py is what happens in them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from config import ROOT
from tests.hosts.network import ALONE
from tests.hosts.people import sum_of

pytestmark = pytest.mark.netns

ROUNDS = int(os.environ.get("FAULT_ROUNDS", "21"))
SEED = int(os.environ.get("FAULT_SEED", "1"))


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What came of all rounds."""
    folder = tmp_path_factory.mktemp("hosts")
    command = [*ALONE, sys.executable, "-m", "tests.hosts.rounds", str(folder), str(ROUNDS), str(SEED)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    seen: dict[str, Any] = json.loads(done.stdout)
    return seen


def acts(found: dict[str, Any], verb: str) -> list[str]:
    """What the acknowledged acts of that name were about."""
    return sorted(act.split()[1] for act in found["acts"] if act.startswith(f"{verb} "))


def test_every_act_was_answered_and_none_with_a_fault(found: dict[str, Any]) -> None:
    assert found["wrong"] == []
    assert len(found["acts"]) == 2 * ROUNDS * len(("chase", "report", "count", "count", "report", "confirm"))
    assert sum(found["faults"].values()) == ROUNDS
    kinds = {f"{host} {fault}" for host in ("database", "mail", "web", "jobs") for fault in ("power", "unplugged", "silent")}
    assert set(found["faults"]) == kinds | {"web apart from database", "jobs apart from database", "jobs apart from mail"}


def test_every_acknowledged_act_is_in_the_database_once(found: dict[str, Any]) -> None:
    said = Counter(found["said"])
    for verb, line in (("report", "báo hoàn thành"), ("confirm", "xác nhận")):
        about = acts(found, verb)
        assert about
        assert {said[f"{line} {task}"] for task in about} == {1}, verb
    # A timetable that starts anew may hold the morning's round meanwhile: whichever comes first, the other does not chase again.
    chased = acts(found, "chase")
    assert chased
    assert [task for task in chased if said[f"đôn đốc {task}"] + (task in found["chased"]) != 1] == []
    assert found["counted"] == acts(found, "count")


def test_every_task_stands_where_the_acts_have_brought_it(found: dict[str, Any]) -> None:
    said = Counter(found["said"])
    by_stage: dict[int, set[tuple[str, int]]] = {}
    for task, (position, status, chases) in found["tasks"].items():
        by_hand, by_ladder = said[f"đôn đốc {task}"], task in found["chased"]
        by_stage.setdefault(position, set()).add((status, chases - by_hand - by_ladder))
    assert by_stage == {1: {("done", 0)}, 2: {("done", 0)}, 3: {("done", 0)}, 4: {("in_progress", 0)}}


def test_the_journal_has_no_break(found: dict[str, Any]) -> None:
    assert found["journal"]["whole"]
    assert found["journal"]["lines"] >= len(found["said"])


def test_no_letter_is_lost_and_none_comes_twice_but_for_the_one_in_flight(
    found: dict[str, Any], capsys: pytest.CaptureFixture[str], record_property: Callable[[str, object], None]
) -> None:
    """A letter is SENT and was taken, or VOID since its reason was gone; none waits. Each further copy was a try of its own,
    and there are no more of them than faults."""
    letters = found["letters"]
    assert found["unknown"] == []
    assert {letter["status"] for letter in letters} <= {"sent", "void"}
    assert [letter for letter in letters if letter["status"] == "sent" and not letter["taken"]] == []
    assert [letter for letter in letters if letter["taken"] > letter["attempts"]] == []
    doubled = sum(letter["taken"] - 1 for letter in letters if letter["status"] == "sent")
    taken_and_void = sum(letter["taken"] for letter in letters if letter["status"] == "void")
    sent = sum(letter["status"] == "sent" for letter in letters)
    seconds, act, tries = found["slowest"]
    said = (
        f"{ROUNDS} rounds in {found['seconds']} s: {len(found['acts'])} acts, {sent} letters sent, {doubled} doubled, "
        f"{taken_and_void} taken and not marked before they were void; {found['journal']['lines']} lines of the journal; "
        f"slowest act {act}, {seconds} s ({sum_of(tries)}); "
        f"faults {dict(sorted(found['faults'].items()))}; answers {found['met']}"
    )
    record_property("rounds", said)
    with capsys.disabled():
        print(f"\n{said}")
    assert sent > 2 * ROUNDS
    assert doubled + taken_and_void <= ROUNDS


def test_the_timetables_end_when_they_are_asked_to(found: dict[str, Any]) -> None:
    assert found["stopped"] == [0, 0]
