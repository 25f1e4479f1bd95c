"""Cold start and memory of the whole server: supervisor, gunicorn with one and with two workers, timetable.

From the command to the first answer, median of three, on a prepared SQLite installation; memory after 100 pages.
"""

from __future__ import annotations

import http.client
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

import psutil

from config import ROOT

STARTS = 3
PAGES = 100


def main() -> None:
    print(f"{'workers':<9}{'start s':>9}   memory of each process, RSS MB (PSS MB)")
    for workers, threads in ((1, 8), (2, 4)):
        with tempfile.TemporaryDirectory() as folder:
            environment = os.environ | {
                "INSTANCE_DIR": folder, "DEMO": "0", "PORT": str(free_port()),
                "WEB_WORKERS": str(workers), "WEB_THREADS": str(threads),
            }  # fmt: skip
            subprocess.run(
                [sys.executable, "-m", "flask", "--app", "wsgi", "setup"], cwd=ROOT, env=environment, check=True, stdout=-3
            )
            taken = []
            for number in range(STARTS):
                server, seconds = start(environment)
                taken.append(seconds)
                if number == STARTS - 1:
                    for _ in range(PAGES):
                        answers(int(environment["PORT"]), "/sign-in")
                    told = memory(server)
                server.send_signal(signal.SIGTERM)
                server.wait()
            print(f"{workers} x {threads:<5}{statistics.median(taken):>9.2f}   {told}")


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


def answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def memory(server: subprocess.Popen[bytes]) -> str:
    parts, rss, pss = [], 0.0, 0.0
    for process in [psutil.Process(server.pid), *psutil.Process(server.pid).children(recursive=True)]:
        used = process.memory_full_info()
        rss, pss = rss + used.rss, pss + used.pss
        name = "supervisor" if process.pid == server.pid else "jobs" if process.cmdline()[-1] == "jobs" else "web"
        parts.append(f"{name} {used.rss / 2**20:.0f} ({used.pss / 2**20:.0f})")
    return f"{', '.join(parts)}; all {rss / 2**20:.0f} ({pss / 2**20:.0f})"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
