"""The floor of a calendar: the same text by plain strings, escaped and folded as RFC 5545 asks, without a library."""

from __future__ import annotations

Property = tuple[str, str]  #: name with its parameters, value before it is escaped

_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})
#: Texts; other values hold nothing to escape, or are not escaped.
_TEXTS = ("SUMMARY", "DESCRIPTION", "CATEGORIES", "X-WR-CALNAME", "NAME", "UID", "PRODID")


def components(content: bytes) -> list[Property]:
    """The lines of a calendar as values ready to be written."""
    found = []
    for line in content.decode().replace("\r\n ", "").split("\r\n"):
        name, _, value = line.partition(":")
        found.append((name, _unescaped(value) if name in _TEXTS else value))
    return found[:-1]


def _unescaped(text: str) -> str:
    return text.replace("\\\\", "\0").replace("\\;", ";").replace("\\,", ",").replace("\\n", "\n").replace("\0", "\\")


def write_plainly(properties: list[Property]) -> bytes:
    return "".join(
        [_folded(f"{name}:{value.translate(_ESCAPED) if name in _TEXTS else value}") + "\r\n" for name, value in properties]
    ).encode()


def _folded(line: str) -> str:
    """Less than 75 bytes a line, as the library folds; no letter torn."""
    if len(line) < 75 and len(line.encode()) < 75:
        return line
    parts, at, size = [], 0, 0
    for place, letter in enumerate(line):
        width = len(letter.encode())
        if size + width > 74:
            parts.append(line[at:place])
            at, size = place, 0
        size += width
    return "\r\n ".join([*parts, line[at:]])
