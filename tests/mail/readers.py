"""A second reader of headers, written from RFC 2047 and sharing no code with Python's e-mail package."""

from __future__ import annotations

import base64
import quopri
import re

_WORD = re.compile(rb"=\?([A-Za-z0-9_-]+)\?([BbQq])\?([^?]*)\?=")


def raw_headers(message: bytes) -> dict[str, bytes]:
    """Header name in lower case -> value, unfolded; a header twice is an error."""
    head = message.split(b"\r\n\r\n", 1)[0]
    found: dict[str, bytes] = {}
    for line in re.sub(rb"\r\n(?=[ \t])", b"", head).split(b"\r\n"):
        name, _, value = line.partition(b":")
        key = name.decode("ascii").lower()
        assert key not in found, f"{key} stands twice"
        found[key] = value.strip()
    return found


def decoded(value: bytes) -> str:
    """Free text of a header: encoded words decoded one by one, white space between two of them dropped (RFC 2047, 6.2)."""
    value = re.sub(rb"(\?=)[ \t]+(?==\?)", rb"\1", value)
    out = ""
    place = 0
    for word in _WORD.finditer(value):
        out += value[place : word.start()].decode("ascii")
        charset, form, content = word[1].decode(), word[2].upper(), word[3]
        assert len(word[0]) <= 75, "an encoded word has at most 75 characters"
        plain = base64.b64decode(content, validate=True) if form == b"B" else quopri.decodestring(content, header=True)
        out += plain.decode(charset)
        place = word.end()
    return out + value[place:].decode("ascii")


def mailbox(value: bytes) -> tuple[str, str]:
    """(display name, address) of a header with one address."""
    display, _, address = value.rpartition(b"<")
    return decoded(display.strip()), address.rstrip(b">").decode("ascii")
