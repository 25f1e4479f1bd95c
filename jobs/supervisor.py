"""`make run`: prepares the installation, then keeps the web server and the timetable running until it is told to stop.

Small on purpose and of the standard library only: it stays in memory as long as the server does.
"""

from __future__ import annotations

import ctypes
import os
import select
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import quote

from config import ROOT, Config, ConfigError
from tracker.instance import newest_schema

#: A process that ends sooner than this after its first start will not do better the next time.
SETTLED_AFTER_SECONDS = 5.0
#: Pauses before a process that died is started again: the longer the oftener it dies.
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
#: Requests and letters under way may take this long to end; what then still runs is killed.
STOP_WITHIN_SECONDS = 30.0
READY_WITHIN_SECONDS = 60.0
LOOK_EVERY_SECONDS = 0.05

_STOPPING = {signal.SIGINT, signal.SIGTERM}
_PR_SET_PDEATHSIG = 1


class StartError(Exception):
    """The server cannot be started; the text is one sentence."""


class Signals:
    """Signals as something to wait for, instead of something that tears into the work."""

    def __init__(self) -> None:
        self._read, write = os.pipe()
        os.set_blocking(self._read, False)
        os.set_blocking(write, False)
        signal.set_wakeup_fd(write)
        for number in (*_STOPPING, signal.SIGCHLD):
            signal.signal(number, lambda *_: None)  # the number itself arrives through the pipe

    def wait(self, seconds: float) -> set[int]:
        """The signals that came; empty when none came within `seconds`."""
        ready, _, _ = select.select([self._read], [], [], seconds)
        return set(os.read(self._read, 1024)) if ready else set()


@dataclass
class Child:
    """One of the processes looked after."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    starts: int = 0
    next_pause: float = FIRST_PAUSE_SECONDS
    start_again_at: float | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(  # noqa: S603  # our own commands
            self.command,
            cwd=ROOT,
            # glibc keeps a heap for each thread: with two for all, a worker of eight threads stays a third smaller.
            env={"MALLOC_ARENA_MAX": "2"} | os.environ,
            preexec_fn=_follow_the_parent,
            start_new_session=True,
        )
        self.started_at = time.monotonic()
        self.starts += 1
        self.start_again_at = None

    def look_after(self) -> None:
        """Start it again after a pause when it has died. Raises StartError when it dies as soon as it is first started."""
        now = time.monotonic()
        if self.process is not None and self.process.poll() is not None:
            status, self.process = self.process.returncode, None
            lived = now - self.started_at
            ended_itself = status >= 0  # a negative status is the signal that killed it: no fault of ours
            if self.starts == 1 and lived < SETTLED_AFTER_SECONDS and ended_itself:
                raise StartError(f"{self.name} dừng ngay sau khi khởi động (mã {status}); xem dòng báo lỗi ở trên.")
            pause = FIRST_PAUSE_SECONDS if lived > LONGEST_PAUSE_SECONDS else self.next_pause
            self.next_pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
            self.start_again_at = now + pause
            say(f"{self.name} đã dừng (mã {status}); chạy lại sau {pause:.0f} giây.")
        if self.start_again_at is not None and now >= self.start_again_at:
            self.start()


def main() -> int:
    """Exit status 0 after Ctrl-C or SIGTERM, 1 when the server cannot be started."""
    try:
        config = Config.from_environment(os.environ)
        check_port(config)
        prepare(config)
        return serve(config, Signals())
    except ConfigError as refused:
        say(f"Thiết lập không dùng được: {refused}")
    except StartError as refused:
        say(str(refused))
    except KeyboardInterrupt:  # Ctrl-C while it was being prepared
        return 128 + signal.SIGINT
    return 1


def check_port(config: Config) -> None:
    """Says that the port is taken before anything is started. Raises StartError."""
    family = socket.AF_INET6 if ":" in config.bind_address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((config.bind_address, config.port))
        except OSError as error:
            raise StartError(
                f"Không mở được cổng {config.port} tại {config.bind_address} ({error.strerror}); "
                f"chọn cổng khác, ví dụ: PORT={config.port + 1 if config.port < 65535 else 5000} make run"
            ) from None


def prepare(config: Config) -> None:
    """Folder, database, first account: `flask setup`, in a process of its own that leaves nothing in memory.

    Skipped where one look shows that nothing is missing: it costs more than the rest of the start.
    """
    if is_prepared(config):
        return
    done = subprocess.run([sys.executable, "-m", "flask", "--app", "wsgi", "setup"], cwd=ROOT, preexec_fn=_follow_the_parent)
    if done.returncode != 0:
        raise StartError("Chưa chuẩn bị xong để chạy; xem dòng báo lỗi ở trên.")


def is_prepared(config: Config) -> bool:
    """Whether the SQLite database has the newest tables and an account. PostgreSQL is always asked by `flask setup`."""
    path = config.database_url.removeprefix("sqlite:///")
    if path == config.database_url or not (config.secret_key or (config.instance_dir / "secret_key").exists()):
        return False
    try:
        with closing(sqlite3.connect(f"file:{quote(path)}?mode=ro", uri=True)) as database:
            versions = database.execute("SELECT version_num FROM alembic_version").fetchall()
            accounts = database.execute("SELECT count(*) FROM user WHERE NOT is_sample").fetchone()
    except sqlite3.Error:
        return False
    return versions == [(newest_schema(),)] and accounts[0] > 0


def commands(config: Config) -> Mapping[str, list[str]]:
    """What is run: the web server (gunicorn, threads) and the timetable."""
    bind = f"[{config.bind_address}]" if ":" in config.bind_address else config.bind_address
    web = [
        sys.executable, "-m", "gunicorn", "--worker-class", "gthread", "--workers", str(config.web_workers),
        "--threads", str(config.web_threads), "--bind", f"{bind}:{config.port}", "--graceful-timeout", "20",
        "--log-level", "warning",
        # Written under $HOME by default, which a service account may not have.
        "--no-control-socket", "wsgi:app",
    ]  # fmt: skip
    return {"Trang web": web, "Tiến trình hẹn giờ": [sys.executable, "-m", "jobs"]}


def serve(config: Config, signals: Signals) -> int:
    """Start the page, then the timetable; say where the page is, look after them until told to stop."""
    web, *others = children = [Child(name, command) for name, command in commands(config).items()]
    announced = False
    try:
        web.start()  # alone: two that load at once slow each other, and people wait for this one
        deadline = time.monotonic() + READY_WITHIN_SECONDS
        while True:
            if signals.wait(1.0 if announced else LOOK_EVERY_SECONDS) & _STOPPING:
                say("Đang dừng…")
                return 0
            for child in children:
                child.look_after()
            if not announced and _answers(config):
                announced = True
                for child in others:
                    child.start()
                say(f"Mở {config.public_url} – dừng bằng Ctrl-C.")
            if not announced and time.monotonic() > deadline:
                raise StartError(f"Trang web chưa trả lời sau {READY_WITHIN_SECONDS:.0f} giây; xem dòng báo lỗi ở trên.")
    finally:
        stop(children, signals)


def stop(children: list[Child], signals: Signals) -> None:
    """Ask all to end, then wait; a second Ctrl-C or too long a wait kills what is left."""
    running = [child.process for child in children if child.process is not None and child.process.poll() is None]
    for process in running:
        process.terminate()
    deadline = time.monotonic() + STOP_WITHIN_SECONDS
    while any(process.poll() is None for process in running):
        pressed_again = signal.SIGINT in signals.wait(LOOK_EVERY_SECONDS)
        if pressed_again or time.monotonic() > deadline:
            for process in running:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()
            return


def say(sentence: str) -> None:
    print(sentence, flush=True)


def _answers(config: Config) -> bool:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(config.bind_address, config.bind_address)  # noqa: S104  # compared only
    try:
        # By hand: http.client would be half of this process, in time and in memory.
        with socket.create_connection((host, config.port), timeout=1) as connection:
            connection.sendall(b"GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n")
            return connection.recv(5) == b"HTTP/"
    except OSError:
        return False


def _follow_the_parent() -> None:
    """In the child: it is told to end when this process is killed without a word (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
