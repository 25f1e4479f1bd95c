"""`python -m tests.hosts.mail_server ADDRESS FILE`: takes every letter, and writes down that it has before it says so."""

from __future__ import annotations

import asyncio
import os
import re
import sys
import time
from typing import Any

from aiosmtpd.smtp import SMTP

PORT = 25
#: A server looks at a letter before it answers; a fault that falls between is what sends a letter twice.
LOOKS_SECONDS = 0.1


class Keeper:
    """A line a letter: the moment, its Message-ID, who gets it; on the disk when the sender hears "250"."""

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        name = re.search(rb"^Message-ID: (.+?)\r?$", envelope.original_content, re.MULTILINE)
        assert name is not None
        os.write(self._file, f"{time.time():.3f} {name[1].decode()} {envelope.rcpt_tos[0]}\n".encode())
        os.fsync(self._file)
        await asyncio.sleep(LOOKS_SECONDS)
        return "250 OK"


async def serve(address: str, path: str) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Keeper(path), hostname="mail", loop=loop), address, PORT)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(*sys.argv[1:]))
