"""A real IMAP server for tests, on a socket of its own: as much of RFC 3501 as `imaplib` and our mailbox ask for.

Mails are kept in one folder with UIDs, flags and a UIDVALIDITY; the server can be told to misbehave.
"""

from __future__ import annotations

import asyncio
import re
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

USER, PASSWORD = "bounce", "mật-khẩu".encode().hex()


@dataclass
class Post:
    """The mailbox: UID -> content and flags."""

    uid_validity: int = 7
    uidplus: bool = True
    #: UIDs whose FETCH is answered with NO, and those in whose FETCH the connection is cut.
    refused: set[int] = field(default_factory=set)
    cut: set[int] = field(default_factory=set)
    mails: dict[int, bytes] = field(default_factory=dict)
    flags: dict[int, set[str]] = field(default_factory=dict)
    fetched: list[int] = field(default_factory=list)
    port: int = 0

    def put(self, *contents: bytes) -> None:
        for content in contents:
            uid = max(self.flags, default=0) + 1
            self.mails[uid] = re.sub(rb"\r?\n", b"\r\n", content)
            self.flags[uid] = set()

    def number_anew(self) -> None:
        """What a server does after a restore: other UIDs under another UIDVALIDITY."""
        self.uid_validity += 1
        self.mails = dict(enumerate(self.mails.values(), 1))
        self.flags = {uid: set() for uid in self.mails}


class _Session:
    def __init__(self, post: Post, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.post = post
        self.reader = reader
        self.writer = writer

    async def live(self) -> None:
        self.say(b"* OK ready")
        while line := await self.reader.readline():
            tag, _, rest = line.decode().strip().partition(" ")
            name, _, rest = rest.partition(" ")
            answer = self.answer(name.upper(), rest)
            if answer is None:
                self.writer.transport.abort()
                return
            self.say(f"{tag} {answer}".encode())
            await self.writer.drain()
            if name.upper() == "LOGOUT":
                return

    def say(self, line: bytes) -> None:
        self.writer.write(line + b"\r\n")

    def answer(self, name: str, rest: str) -> str | None:
        post = self.post
        if name == "CAPABILITY":
            self.say(b"* CAPABILITY IMAP4rev1" + (b" UIDPLUS" if post.uidplus else b""))
        elif name == "LOGIN":
            if [word.strip('"') for word in rest.split(" ")] != [USER, PASSWORD]:
                return "NO [AUTHENTICATIONFAILED] wrong"
        elif name == "SELECT":
            if rest.strip('"') != "INBOX":
                return "NO no such folder"
            self.say(f"* {len(post.mails)} EXISTS".encode())
            self.say(f"* OK [UIDVALIDITY {post.uid_validity}] UIDs valid".encode())
        elif name == "EXPUNGE":
            self.expunge(set(post.mails))
        elif name == "LOGOUT":
            self.say(b"* BYE")
        elif name == "UID":
            return self.uid(*rest.split(" ", 2))
        else:
            return "BAD unknown"
        return "OK done"

    def uid(self, name: str, uids: str, rest: str = "") -> str | None:
        post = self.post
        if name == "SEARCH":
            first = int(rest.split(":")[0])
            newest = max(post.mails, default=0)
            # "n:*" is a range in either direction: the last mail is always in it.
            found = [uid for uid in post.mails if min(first, newest) <= uid]
            self.say(" ".join(["* SEARCH", *map(str, found)]).encode())
            return "OK done"
        wanted = [int(uid) for uid in uids.split(",") if int(uid) in post.mails]
        if name == "FETCH":
            most = int(re.findall(r"<0\.(\d+)>", rest)[0])
            for uid in wanted:
                post.fetched.append(uid)
                if uid in post.cut:
                    return None
                if uid in post.refused:
                    return "NO not now"
                content = post.mails[uid][:most]
                self.say(f"* {uid} FETCH (UID {uid} BODY[]<0> {{{len(content)}}}".encode() + b"\r\n" + content + b")")
        elif name == "STORE":
            for uid in wanted:
                post.flags[uid] |= set(re.findall(r"\\\w+", rest))
        elif name == "EXPUNGE":
            self.expunge(set(wanted))
        return "OK done"

    def expunge(self, among: set[int]) -> None:
        for uid in sorted(among):
            if "\\Deleted" in self.post.flags[uid]:
                self.post.mails.pop(uid, None)
                self.say(f"* {uid} EXPUNGE".encode())


@contextmanager
def serving(post: Post, tls: ssl.SSLContext | None = None) -> Iterator[Post]:
    """The server on a free port of 127.0.0.1 while the block runs, in a thread of its own."""
    loop = asyncio.new_event_loop()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await _Session(post, reader, writer).live()
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = loop.run_until_complete(asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls, limit=2**20))
    post.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield post
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        loop.run_until_complete(_end_all())
        loop.close()


async def _end_all() -> None:
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    for _ in range(3):
        await asyncio.sleep(0)
