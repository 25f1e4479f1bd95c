"""Hosts in network namespaces of our own, joined by a bridge: each can be cut off, from all or from one other, or lose its power.

To be used inside `unshare -rnmpf --kill-child --mount-proc` (ALONE): there everybody is root over a network, mounts and processes
that end with the program, so that nothing of it needs root outside, and nothing stays behind.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from config import ROOT

ALONE = ["unshare", "-rnmpf", "--kill-child", "--mount-proc"]
NET = "10.77.0"
#: A card that no host has: what is sent to it arrives nowhere.
NOBODY = "02:00:00:00:00:99"


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True)


@dataclass
class Host:
    """One machine on the net. The test itself stands at the bridge."""

    name: str
    number: int
    folder: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"{NET}.{self.number}"

    def start(self, command: list[str], environment: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
        """A program that runs there; what it says is added to the host's log."""
        with (self.folder / f"{self.name}.log").open("ab") as log:
            process = subprocess.Popen(self.there(command), cwd=ROOT, env=environment, stdout=log, stderr=log)
        self.processes.append(process)
        return process

    def there(self, command: list[str]) -> list[str]:
        return ["nsenter", f"--net=/run/netns/{self.name}", "--", *command]

    def lose_power(self) -> None:
        """Everything that runs there is killed with -9 at once."""
        running = subprocess.run(["ip", "netns", "pids", self.name], check=True, capture_output=True, text=True)
        for pid in running.stdout.split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
        for process in self.processes:
            process.wait()
        self.processes.clear()

    def unplug(self) -> None:
        """The cable is out: the host sees that its link is down."""
        ip("link", "set", f"to-{self.name}", "down")

    def drop(self) -> None:
        """Silence in both directions, while the link seems to be up."""
        ip("link", "set", f"to-{self.name}", "nomaster")

    def join(self) -> None:
        """Whichever it was, it is mended."""
        ip("link", "set", f"to-{self.name}", "master", "bridge", "up")

    def part_from(self, other: Host) -> None:
        """Silence between these two, in both directions; everybody else reaches both."""
        for here, there in ((self, other), (other, self)):
            ip("-n", here.name, "neigh", "replace", there.address, "lladdr", NOBODY, "dev", "eth0", "nud", "permanent")

    def meet(self, other: Host) -> None:
        for here, there in ((self, other), (other, self)):
            ip("-n", here.name, "neigh", "del", there.address, "dev", "eth0")


def lay_net() -> None:
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/run"], check=True)
    ip("link", "set", "lo", "up")
    ip("link", "add", "bridge", "type", "bridge")
    ip("addr", "add", f"{NET}.1/24", "dev", "bridge")
    ip("link", "set", "bridge", "up")


def add_host(name: str, number: int, folder: Path) -> Host:
    host = Host(name, number, folder)
    ip("netns", "add", name)
    ip("link", "add", f"to-{name}", "type", "veth", "peer", "name", "eth0", "netns", name)
    ip("-n", name, "addr", "add", f"{host.address}/24", "dev", "eth0")
    ip("-n", name, "link", "set", "eth0", "up")
    ip("-n", name, "link", "set", "lo", "up")
    host.join()
    return host
