"""A mail server that takes every letter and throws it away: `python -m bench.smtp_sink PORT [quick] [pipelining]`.

With `quick` each packet is acknowledged at once; otherwise as the kernel likes, which may hold an ACK back for 40 ms. With
`pipelining` it takes several commands in one piece (RFC 2920), as most mail servers do.
Prints "ready" when it listens, and the number of letters when its standard input ends.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
from typing import Any

from aiosmtpd.smtp import SMTP


class Count:
    letters = 0

    async def handle_EHLO(  # noqa: N802
        self, _server: Any, session: Any, _envelope: Any, hostname: str, answers: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [*answers[:-1], "250-PIPELINING", answers[-1]] if "pipelining" in sys.argv else answers

    async def handle_DATA(  # noqa: N802
        self, _server: Any, _session: Any, _envelope: Any
    ) -> str:
        self.letters += 1
        return "250 OK"


class QuickSMTP(SMTP):
    def data_received(self, data: bytes) -> None:
        self.transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        super().data_received(data)


async def serve(port: int, kind: type[SMTP]) -> int:
    count = Count()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: kind(count, hostname="sink", enable_SMTPUTF8=False), "127.0.0.1", port)
    print("ready", flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()
    return count.letters


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    print(asyncio.run(serve(int(sys.argv[1]), QuickSMTP if "quick" in sys.argv else SMTP)))
