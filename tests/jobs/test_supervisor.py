"""`make run` as processes: both start, both end, a dead one comes back, and a server that cannot start says why."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from config import ROOT
from jobs import supervisor
from jobs.supervisor import Child, StartError

#: Far longer than anything here takes: a test that waits this long has failed.
LIMIT_SECONDS = 90
NO_PROXY = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Server:
    """A supervisor under test and what it prints."""

    def __init__(self, folder: Path, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        kept = ("PATH", "HOME", "LANG", "VIRTUAL_ENV")
        environment = {name: os.environ[name] for name in kept if name in os.environ}
        environment |= {"PORT": str(port), "INSTANCE_DIR": str(folder / "instance"), "DEMO": "0", "PYTHONIOENCODING": "utf-8"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "jobs.supervisor"],
            cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
        )  # fmt: skip
        self.lines: list[str] = []

    def until(self, pattern: str) -> str:
        """Read on until a line fits; the end of the output means that it never will."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip())
            if re.search(pattern, line):
                return line.rstrip()
        raise AssertionError(f"no line like {pattern!r} in:\n" + "\n".join(self.lines))

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def health(self) -> dict[str, object]:
        try:
            with NO_PROXY.open(f"{self.url}/healthz", timeout=LIMIT_SECONDS) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            return json.load(error)

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        assert self.process.stdout is not None
        self.lines.extend(line.rstrip() for line in self.process.stdout)
        return self.process.wait(LIMIT_SECONDS)


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def start(tmp_path: Path, port: int) -> Iterator[Callable[[], Server]]:
    servers: list[Server] = []

    def started() -> Server:
        servers.append(Server(tmp_path, port))
        return servers[-1]

    yield started
    for server in servers:
        if server.process.poll() is None:
            server.process.kill()
        server.process.wait()
        assert server.process.stdout is not None
        server.process.stdout.close()


def test_server_starts_from_nothing_survives_a_death_and_stops_whole(start: Callable[[], Server], tmp_path: Path) -> None:
    server = start()
    assert server.until("Mở http") == f"Mở {server.url} – dừng bằng Ctrl-C."
    passwords = [line for line in server.lines if "Mật khẩu:" in line]
    assert len(passwords) == 1
    assert {"secret_key", "tracker.db"} <= {path.name for path in (tmp_path / "instance").iterdir()}

    deadline = time.monotonic() + LIMIT_SECONDS
    while server.health()["last_tick"] is None:
        assert time.monotonic() < deadline, "the timetable gave no sign of life"
    assert server.health()["status"] == "ok"

    (jobs,) = [process for process in server.children() if process.cmdline()[-2:] == ["-m", "jobs"]]
    jobs.kill()
    assert server.until("Tiến trình hẹn giờ") == "Tiến trình hẹn giờ đã dừng (mã -9); chạy lại sau 1 giây."

    everyone = server.children()
    assert server.end() == 0
    assert server.lines[-1] == "Đang dừng…"
    assert psutil.wait_procs(everyone, LIMIT_SECONDS)[1] == []

    again = start()
    again.until("Mở http")
    assert not [line for line in again.lines if "Mật khẩu:" in line]
    everyone = again.children()
    again.process.kill()  # not even a word: what it started must not go on alone
    assert psutil.wait_procs(everyone, LIMIT_SECONDS)[1] == []


def test_taken_port_is_said_before_anything_is_made(start: Callable[[], Server], port: int, tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        server = start()
        line = server.until("cổng")
        assert line.startswith(f"Không mở được cổng {port} tại 127.0.0.1 (")
        assert line.endswith(f"chọn cổng khác, ví dụ: PORT={port + 1} make run")
        assert server.process.wait(LIMIT_SECONDS) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The supervisor's clock, moved by hand."""
    now = [100.0]
    monkeypatch.setattr(supervisor.time, "monotonic", lambda: now[0])
    return now


def ended(child: Child, code: int) -> None:
    child.command = [sys.executable, "-S", "-c", f"raise SystemExit({code})"]
    child.start()
    assert child.process is not None
    child.process.wait()


def test_process_that_dies_as_soon_as_it_is_started_stops_the_start(clock: list[float]) -> None:
    child = Child("Trang web", [])
    ended(child, 3)
    with pytest.raises(StartError, match=r"Trang web dừng ngay sau khi khởi động \(mã 3\)"):
        child.look_after()


def test_process_that_dies_later_is_started_again_after_longer_and_longer_pauses(
    clock: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    child = Child("Trang web", [])
    ended(child, 1)
    clock[0] += supervisor.SETTLED_AFTER_SECONDS + 1
    pauses = []
    for _ in range(7):
        child.look_after()
        assert child.process is None
        assert child.start_again_at is not None
        pauses.append(child.start_again_at - clock[0])
        clock[0] = child.start_again_at
        child.look_after()
        assert child.process is not None
        child.process.wait()
    assert pauses == [1, 2, 4, 8, 16, 30, 30]
    assert capsys.readouterr().out.startswith("Trang web đã dừng (mã 1); chạy lại sau 1 giây.\n")


def test_process_that_lived_long_is_started_again_soon(clock: list[float]) -> None:
    child = Child("Trang web", [], next_pause=16.0)
    ended(child, 1)
    clock[0] += supervisor.LONGEST_PAUSE_SECONDS + 1
    child.look_after()
    assert child.start_again_at == clock[0] + supervisor.FIRST_PAUSE_SECONDS
