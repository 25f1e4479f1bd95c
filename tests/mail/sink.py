"""A real SMTP server for tests, on a socket of its own, that can be told to misbehave."""

from __future__ import annotations

import asyncio
import email
import email.policy
import re
import socket
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP

#: What to do at a moment of the dialogue; returns an answer, or None to go on.
Answer = Callable[[str], str | None]


@dataclass
class Sink:
    """Takes letters and keeps them; `at_rcpt` and `at_data` may answer otherwise for an address."""

    offers: tuple[str, ...] = ()  #: further extensions that it names to whoever says EHLO
    at_mail: Answer = lambda _address: None
    at_rcpt: Answer = lambda _address: None
    at_data: Answer = lambda _address: None
    #: Called with the address when a letter has come in whole, before it is acknowledged.
    on_letter: Callable[[str], None] = lambda _address: None
    #: Addresses in the middle of whose letter the connection is cut.
    cut: set[str] = field(default_factory=set)
    #: Further connections at the same time are refused.
    most_open: int = 1_000
    letters: list[tuple[str, bytes]] = field(default_factory=list)
    #: The envelope sender of the last letter to each address.
    senders: dict[str, str] = field(default_factory=dict)
    connections: int = 0
    open: int = 0  #: connections that are up now
    port: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def received(self) -> Counter[str]:
        """How many letters each address got."""
        with self.lock:
            return Counter(address for address, _ in self.letters)

    @property
    def message_ids(self) -> dict[str, set[str]]:
        """The Message-IDs each address got: one, however often the letter came."""
        found: dict[str, set[str]] = {}
        with self.lock:
            for address, content in self.letters:
                name = re.search(rb"^Message-ID: (.+?)\r?$", content, re.MULTILINE)
                assert name is not None
                found.setdefault(address, set()).add(name[1].decode())
        return found

    def read(self, address: str) -> EmailMessage:
        """The last letter to `address`, parsed."""
        content = next(content for found, content in reversed(self.letters) if found == address)
        message = email.message_from_bytes(content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        return message


class _Handler:
    """What the server asks at each step. Apart from Sink: the server reads every attribute of its handler."""

    def __init__(self, sink: Sink) -> None:
        self.sink = sink

    async def handle_EHLO(self, _server: Any, session: Any, _envelope: Any, hostname: str, answers: list[str]) -> list[str]:
        session.host_name = hostname
        return [*answers[:-1], *(f"250-{name}" for name in self.sink.offers), answers[-1]]

    async def handle_MAIL(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        refused = self.sink.at_mail(address)
        if refused is None:
            envelope.mail_from = address
        return refused or "250 OK"

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        refused = self.sink.at_rcpt(address)
        if refused == "silence":
            await asyncio.Event().wait()  # until the lost connection ends this
        if refused is None:
            envelope.rcpt_tos.append(address)
        return refused or "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:
        address = envelope.rcpt_tos[0]
        refused = self.sink.at_data(address)
        if refused is not None:
            if refused == "cut":
                server.transport.abort()
                await asyncio.Event().wait()  # until the lost connection ends this
            return refused
        with self.sink.lock:
            self.sink.letters.append((address, envelope.original_content))
            self.sink.senders[address] = envelope.mail_from
        self.sink.on_letter(address)
        return "250 OK"


class _CuttingSMTP(SMTP):
    """Cuts the connection when a letter to one of `cut` begins to come in."""

    async def smtp_DATA(self, arg: str) -> None:
        if any(address in self.event_handler.sink.cut for address in self.envelope.rcpt_tos):
            await self.push("354 End data with <CR><LF>.<CR><LF>")
            await self._reader.readline()
            self.transport.abort()
            return
        await super().smtp_DATA(arg)


class _Full(asyncio.Protocol):
    """What a server says that has enough connections."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        transport.write(b"421 4.7.0 too many connections\r\n")
        transport.close()


@contextmanager
def running(sink: Sink, **smtp: Any) -> Iterator[Sink]:
    """The sink on a free port of 127.0.0.1 while the block runs, in a thread of its own."""
    loop = asyncio.new_event_loop()
    transports: list[asyncio.BaseTransport] = []

    class Counting(_CuttingSMTP):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            if transport not in transports:
                transports.append(transport)
                sink.open += 1
            super().connection_made(transport)

        def connection_lost(self, error: Exception | None) -> None:
            super().connection_lost(error)
            sink.open -= 1

    def protocol() -> asyncio.BaseProtocol:
        if sink.open >= sink.most_open:
            return _Full()
        sink.connections += 1
        return Counting(_Handler(sink), hostname="sink", loop=loop, **smtp)

    server = loop.run_until_complete(loop.create_server(protocol, "127.0.0.1", 0))
    sink.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield sink
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        for transport in transports:
            transport.abort()  # type: ignore[attr-defined]
        loop.run_until_complete(_end_all())
        loop.close()


async def _end_all() -> None:
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    for _ in range(3):  # transports close in the next turns of the loop
        await asyncio.sleep(0)


@contextmanager
def silent_server() -> Iterator[int]:
    """A server that accepts connections and never says a word: its port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def tls(certificate: str, key: str) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return context
