"""One spelling for text from any source: NFC, ordinary spaces, nothing invisible."""

from __future__ import annotations

import re
import unicodedata

#: Spaces of every width read as one space; "\t" stays, it parts the cells of a pasted table.
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
#: Zero-width marks, soft hyphens, byte order marks, directions, private use and control characters.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb"
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]"
)
#: Old converters write the Icelandic eth for đ.
_LETTERS = str.maketrans({"\u00d0": "Đ", "\u00f0": "đ", "\u0189": "Đ"})


def clean_line(text: str) -> str:
    """One line as people see it. Tabs stay; breaks inside become spaces."""
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    return _SPACES.sub(" ", text).translate(_LETTERS).replace("\n", " ").replace("\r", " ").rstrip(" ")


def clean_cell(text: str) -> str:
    """The text of a table's cell: lines parted by "\\n", each trimmed, no empty line at either end."""
    lines = [" ".join(clean_line(line).split()) for line in text.splitlines()]
    return "\n".join(lines).strip("\n")


def printable(text: str) -> str:
    """NFC without what XML and spreadsheets cannot hold: control characters and halves of pairs."""
    if text.isascii() and text.isprintable():
        return text  # nearly every cell of open data
    kept = (c for c in unicodedata.normalize("NFC", text) if c in "\t\n" or unicodedata.category(c) not in {"Cc", "Cs"})
    return "".join(kept)
