"""A web process that runs out of memory in a request, for real: said, replaced, and nothing of the others lost."""

from __future__ import annotations

import os
import re
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psutil
import pytest
import requests
from sqlalchemy import select

from config import ROOT, Config
from jobs.supervisor import commands
from tests.applications import MakeApp
from tests.builders import cast, running_plan, task
from tests.mail.sink import free_port
from tracker import clock
from tracker.db import transaction
from tracker.models import StoredFile, Task
from tracker.rules.states import TaskStatus
from tracker.services import progress
from tracker.tokens import personal_token

SECONDS = 60
#: What a request may still ask for, and a file that asks for more.
ROOM = 24 * 1024 * 1024
FILE = b"%PDF-1.7 " + b"x" * (64 * 1024 * 1024)


@dataclass
class Site:
    url: str
    link: str  #: of a contact, at a task of his
    task_id: int
    marks: Path
    process: subprocess.Popen[bytes]

    def workers(self) -> set[int]:
        return {child.pid for child in psutil.Process(self.process.pid).children()}

    def is_whole(self) -> bool:
        """Both processes have begun, each with its mark, and answer."""
        marks = {int(mark.name) for mark in self.marks.glob("[0-9]*")}
        return len(marks) == 2 and marks == self.workers() and answers(self.url)

    def report(self, file: bytes) -> requests.Response:
        """The contact reports with a file."""
        with requests.Session() as browser:
            browser.trust_env = False
            page = browser.get(self.link, timeout=SECONDS)
            key = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
            assert key is not None, (page.status_code, page.text)
            fields = {"csrf_token": key[1], "completed_on": clock.today().strftime("%d/%m/%Y")}
            return browser.post(
                f"{self.link}/complete",
                data=fields,
                files={"file": ("bien-ban.pdf", file)},
                timeout=SECONDS,
                allow_redirects=False,
            )

    def problems(self) -> list[str]:
        said: list[str] = requests.get(f"{self.url}/healthz", timeout=SECONDS).json()["problems"]
        return said


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture
def site(make_app: MakeApp, tmp_path: Path) -> Iterator[Site]:
    port = free_port()
    settings = {
        "PATH": os.environ["PATH"], "INSTANCE_DIR": str(tmp_path / "instance"), "SECRET_KEY": "test-key-" * 4, "DEMO": "0",
        "PORT": str(port), "WEB_WORKERS": "2", "WEB_THREADS": "2", "UPLOAD_LIMIT_MEGABYTES": "100", "MALLOC_ARENA_MAX": "2",
    }  # fmt: skip
    with make_app().app_context(), transaction() as session:
        began = clock.now() - timedelta(days=2)
        people = cast(session)  # type: ignore[arg-type]  # a scoped session behaves as its session
        plan = running_plan(session, people, now=began)  # type: ignore[arg-type]
        progress.complete_task(session, task(session, plan, 1).id, by=people.ha, now=began)  # type: ignore[arg-type]
        task_id = task(session, plan, 2, people.units[0]).id  # type: ignore[arg-type]
        token = personal_token(settings["SECRET_KEY"], people.units[0].contact_id, "n1")
    command = commands(Config.from_environment(settings))["Trang web"]
    url = f"http://127.0.0.1:{port}"
    with subprocess.Popen([sys.executable, *command[1:]], cwd=ROOT, env=settings, stderr=subprocess.DEVNULL) as process:
        try:
            found = Site(url, f"{url}/v/{token}/tasks/{task_id}", task_id, tmp_path / "instance" / "workers", process)
            wait_until(found.is_whole)
            yield found
        finally:
            process.terminate()
            process.wait(SECONDS)


def answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/sign-in", timeout=SECONDS).status_code == 200
    except requests.ConnectionError:
        return False


def test_a_request_that_asks_for_too_much_is_refused_and_its_process_replaced(site: Site, make_app: MakeApp) -> None:
    before = site.workers()
    with ThreadPoolExecutor(8) as readers:  # all that a process needs for these pages it has, its threads included
        assert set(readers.map(lambda _: requests.get(site.link, timeout=SECONDS).status_code, range(60))) == {200}
    for pid in before:
        worker = psutil.Process(pid)
        worker.rlimit(resource.RLIMIT_AS, (worker.memory_info().vms + ROOM, resource.RLIM_INFINITY))
    with ThreadPoolExecutor(4) as others:
        pages = [others.submit(answers, site.url) for _ in range(20)]
        refused = site.report(FILE)
    assert refused.status_code == 503
    assert "Máy chủ không đủ bộ nhớ cho yêu cầu này, chưa ghi nhận thao tác vừa rồi; chờ ít giây rồi thử lại" in refused.text
    assert all(page.result() for page in pages), "the others go on"
    wait_until(lambda: site.workers() != before and site.is_whole())
    assert any(said.startswith("Một tiến trình web hết bộ nhớ lúc ") for said in site.problems())
    for pid in site.workers() & before:
        psutil.Process(pid).rlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    with make_app(tables=False).app_context():
        with transaction() as session:
            assert session.get_one(Task, site.task_id).status is TaskStatus.IN_PROGRESS
        assert site.report(FILE).status_code == 302
        with transaction() as session:
            assert session.get_one(Task, site.task_id).status is TaskStatus.DONE
            assert session.scalars(select(StoredFile.size_bytes)).all() == [len(FILE)]


def test_a_process_that_the_kernel_kills_is_told_by_the_one_that_takes_its_place(site: Site) -> None:
    killed = min(site.workers())
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: any(said.startswith("Một tiến trình web bị dừng đột ngột, phát hiện lúc ") for said in site.problems()))
    assert killed not in site.workers()
