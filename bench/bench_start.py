"""Cold start and memory of the whole server: supervisor, gunicorn with one and with two workers, timetable.

From the command to the first answer, median of five, on a prepared SQLite installation; memory after 200 pages of a signed-in
coordinator with a plan of 240 tasks. RSS counts what processes share once for each of them, PSS counts it once.
"""

from __future__ import annotations

import compileall
import http.client
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

import psutil
import requests

from bench.common import tell
from bench.pages_site import PASSWORD, site
from config import ROOT, Config
from tracker import create_app

STARTS = 5
PAGES = 200


def main() -> None:
    for path in (ROOT / "tracker", ROOT / "jobs"):  # as `make install` does
        compileall.compile_dir(path, quiet=1)
    for workers, threads in ((1, 8), (2, 4)):
        with tempfile.TemporaryDirectory() as folder:
            environment = os.environ | {
                "INSTANCE_DIR": folder, "DEMO": "0", "PORT": str(free_port()),
                "WEB_WORKERS": str(workers), "WEB_THREADS": str(threads),
            }  # fmt: skip
            subprocess.run(
                [sys.executable, "-m", "flask", "--app", "wsgi", "setup"], cwd=ROOT, env=environment, check=True, stdout=-3
            )
            plan_id = site(create_app(Config.from_environment(environment), pages=False), 30)
            taken = []
            for number in range(STARTS):
                server, seconds = start(environment)
                taken.append(seconds)
                if number == STARTS - 1:
                    read_pages(f"http://127.0.0.1:{environment['PORT']}", plan_id)
                    tell_memory(server, f"{workers} × {threads}")
                server.send_signal(signal.SIGTERM)
                server.wait()
            note = f"{workers} × {threads} workers × threads; {min(taken):.2f}–{max(taken):.2f}"
            tell(f"cold start to the first page, {workers} × {threads}", 0, "sqlite", statistics.median(taken), "s", note)


def start(environment: dict[str, str]) -> tuple[subprocess.Popen[bytes], float]:
    began = time.perf_counter()
    server = subprocess.Popen(
        [sys.executable, "-m", "jobs.supervisor"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while not answers(int(environment["PORT"]), "/sign-in"):
        if server.poll() is not None:
            raise SystemExit("the server does not start")
        time.sleep(0.005)
    return server, time.perf_counter() - began


def read_pages(base: str, plan_id: int) -> None:
    """Each on a connection of its own, so that all workers answer."""
    form = requests.get(f"{base}/sign-in", timeout=30)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form.text)
    assert token is not None
    data = {"csrf_token": token[1], "username": "ha", "password": PASSWORD}
    signed_in = requests.post(f"{base}/sign-in", data, cookies=form.cookies, timeout=30, allow_redirects=False)
    assert signed_in.status_code == 302, signed_in.status_code
    paths = ("/", "/plans", f"/plans/{plan_id}", f"/plans/{plan_id}/stages/1", "/tasks/1", "/outbox", "/units", "/journal")
    for number in range(PAGES):
        path = paths[number % len(paths)]
        page = requests.get(base + path, cookies=signed_in.cookies, timeout=30, allow_redirects=False)
        assert page.status_code == 200, (path, page.status_code)


def answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def tell_memory(server: subprocess.Popen[bytes], size: str) -> None:
    """PSS of what the targets name (a web worker's share, the jobs), of all together, RSS beside it."""
    used: dict[str, list[tuple[float, float]]] = {"supervisor": [], "web master": [], "web workers": [], "jobs": []}
    for process in [psutil.Process(server.pid), *psutil.Process(server.pid).children(recursive=True)]:
        used[name_of(process, server.pid)].append((process.memory_full_info().pss / 2**20, process.memory_info().rss / 2**20))
    for name, processes in used.items():
        each = " + ".join(f"{rss:.0f}" for _, rss in processes)
        tell(f"memory of {name}, {size}", 0, "sqlite", sum(pss for pss, _ in processes), "MB", f"PSS; RSS {each} MB")
    whole = [sum(one[i] for processes in used.values() for one in processes) for i in (0, 1)]
    tell(f"memory of all, {size}", 0, "sqlite", whole[0], "MB", f"PSS; RSS {whole[1]:.0f} MB")


def name_of(process: psutil.Process, supervisor: int) -> str:
    if process.pid == supervisor:
        return "supervisor"
    if process.cmdline()[-1] == "jobs":
        return "jobs"
    return "web master" if process.ppid() == supervisor else "web workers"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
